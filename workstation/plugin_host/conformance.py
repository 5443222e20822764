"""Owns the conformance kit: every named check of ``sdk.checks`` on one plugin, run in the same closed processes as in use.

An analysis is run on small cases made for it and on one large case, a reader on damaged files and on the author's
samples. Nothing it does here reaches a real case. Must not import plugin code.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from workstation.domain.errors import WorkstationError
from workstation.plugin_host import analyses, readers
from workstation.plugin_host.analyses import Outcome
from workstation.plugin_host.discovery import Plugin
from workstation.plugin_host.layouts import LayoutFiles
from workstation.plugin_host.process import Worker
from workstation.plugin_host.protocol import ProtocolError, message
from workstation.plugin_host.trees import tree_hash
from workstation.sdk import checks, manifest, rehearsal, trialcases
from workstation.sdk.api import Finding, Proposal
from workstation.sdk.checks import CHECKS, Check, outcome
from workstation.sdk.manifest import AnalysisEntry, Manifest, ManifestError, ReaderEntry
from workstation.sdk.settings import Setting, Value
from workstation.sdk.snapshot import SnapshotView

#: Milliseconds of processor time that loading a module may take, beside the promised libraries.
LOADING = 200
#: Seconds between the wish to stop and the end of the process.
STOPPING = 2.0
_NOW, _SEED = 1_767_225_600, 7
_SMALL = ("usual", "empty", "one_row", "odd", "tangled", "strange")
_TITLES = (
    ("empty case", "empty"), ("one row", "one_row"), ("odd amounts and missing times", "odd"),
    ("payments to oneself and circles", "tangled"), ("unknown tokens and chains", "strange"),
)  # fmt: skip
#: Most lines of a sample that a reader must read within its limits.
_LINES = 20_000


def trial_cases(folder: Path) -> None:
    """Write the snapshots of every trial case into a folder; what is there already stays."""
    made: dict[str, Callable[[], Any]] = {name: getattr(trialcases, name) for name in (*_SMALL, "reference")}
    for name, case in made.items():
        if not (folder / name).exists():
            case().write(folder / name)
    if not (folder / "shuffled").exists():
        usual = trialcases.usual()
        order = list(range(len(usual)))
        Random(3).shuffle(order)
        usual.write(folder / "shuffled", order)


def check(folder: Path, work: Path) -> list[Check]:
    """Every check of the kit on the plugin in a folder.

    Args:
        work: a folder for the trial cases; one that has them already saves the time of making them.
    """
    names = list(CHECKS)
    try:
        made = manifest.load(folder.resolve())
    except ManifestError as problem:
        rest = [Check(name, "not applicable", "the manifest cannot be read") for name in names[1:]]
        return [outcome(names[0], [str(problem)]), *rest]
    found = {names[0]: Check(names[0], "ok", f"{made.id} {made.version}")}
    found.update((each.name, each) for each in checks.read_only(made))
    if checks.kinds(made) != ("reader",):
        trial_cases(work)
    before = _digests(made.folder, work)
    seen = _rehearsed(made)
    found.update((each.name, each) for each in _loading(made, seen))
    if not seen.problem and found["entry resolves"].state == "ok":
        with ThreadPoolExecutor(max(2, min(4, os.cpu_count() or 2))) as pool:
            found.update((each.name, each) for each in _run(made, work, seen, pool))
    wrote = list(checks.writes(made.folder))
    after = _digests(made.folder, work)
    wrote += [f"{name} was written" for name in after if name not in before]
    found["writes nothing outside run.artifact"] = outcome(
        "writes nothing outside run.artifact", wrote,
        "the kernel keeps it from files" if seen.closed else "this system has no kernel sandbox: by its code and folder",
    )  # fmt: skip
    changed = [f"{name} was changed" for name in before if before[name] != after.get(name)]
    found["evidence is unchanged"] = outcome("evidence is unchanged", changed)
    held = checks.kinds(made)
    return [found.get(name) or _not_done(name, bool(set(CHECKS[name][0]) & set(held))) for name in names]


def _not_done(name: str, concerns: bool) -> Check:
    return Check(name, "not applicable", "the plugin did not load" if concerns else "for another kind of plugin")


def _digests(folder: Path, work: Path) -> dict[str, str]:
    """The plugin and the trial cases, by their bytes."""
    files = sorted(path for path in work.iterdir() if path.is_file())
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    try:
        return {**found, "the plugin's folder": tree_hash(folder)}
    except (OSError, ValueError) as problem:
        return {**found, "the plugin's folder": str(problem)}


@dataclass(slots=True)
class _Seen:
    """What the rehearsal told."""

    entries: list[list[Any]] = field(default_factory=list)
    reads: list[list[Any]] = field(default_factory=list)
    problem: str = ""
    closed: bool = False


def _rehearsed(made: Manifest) -> _Seen:
    """Load every module of the plugin in a closed process, and let its readers read damaged files."""
    entries = [["reader", each.entry, "read"] for each in made.readers]
    entries += [["analysis", each.module, each.function] for each in made.analyses]
    entries += [["report", each.module, each.function] for each in made.reports]
    job = {
        "folder": str(made.folder), "entries": entries, "warm": _warm(made.folder), "memory_mb": 4096, "cpu_seconds": 120,
    }  # fmt: skip
    seen = _Seen()
    try:
        with Worker(made.folder / "plugin.toml", job, seconds=120, module="rehearsal") as worker:
            while True:
                line = worker.line()
                if line is None:
                    raise worker.death()
                kind, *rest = message(line)
                if kind == "done":
                    return seen
                if kind == "hello":
                    seen.closed = rest[0].get("files") == "enforced"
                elif kind in ("entry", "read"):
                    (seen.entries if kind == "entry" else seen.reads).append(rest)
    except (WorkstationError, ProtocolError) as problem:
        last = seen.reads[-1][1] if seen.reads else "loading"
        seen.problem = f"{problem.what if isinstance(problem, WorkstationError) else problem} (after: {last})"
    return seen


def _warm(folder: Path) -> list[str]:
    """Promised libraries and modules of the program that the plugin imports: their loading is not the author's."""
    named = [name for path in checks.sources(folder) for name in checks.imported(path)]
    return sorted({n for n in named if n.partition(".")[0] in ("numpy", "networkx", "scipy", "numba", "workstation")})


def _loading(made: Manifest, seen: _Seen) -> Iterator[Check]:
    problems = [seen.problem] if seen.problem else []
    yield outcome("entry resolves", problems + [entry[2] for entry in seen.entries if entry[2]])
    slow = [f"{name}.py takes {cost} ms" for name, _, _, cost, _, _ in seen.entries if cost > LOADING]
    slow += [f"{entry[0]}.py imports {', '.join(entry[5])}" for entry in seen.entries if entry[5]]
    total = sum(entry[3] for entry in seen.entries)
    yield outcome("imports quickly and without Qt", slow, f"{total} ms of processor time")
    yield outcome("parameters match and defaults are legal", _parameters(made, seen))


def _parameters(made: Manifest, seen: _Seen) -> Iterator[str]:
    fields = {(name, function): stated for name, function, _, _, stated, _ in seen.entries}
    for entry in (*made.analyses, *made.reports):
        stated = fields.get((entry.module, entry.function))
        if stated is None:  # the parameters come as a mapping
            continue
        named = {name: (type_, has_default, frozen) for name, type_, has_default, frozen in stated}
        asked = {setting.name: setting for setting in entry.settings}
        yield from (f"{entry.id}: Params has no field {name}" for name in asked if name not in named)
        yield from (
            f"{entry.id}: plugin.toml has no parameter {name}"
            for name in named
            if name not in asked and not named[name][1]
        )
        if not all(frozen for *_, frozen in named.values()):
            yield f"{entry.id}: write @dataclass(frozen=True) above Params"
        for name in asked:
            if name in named and not _fits(asked[name], named[name][0]):
                yield f"{entry.id}: {name} is {asked[name].type} in plugin.toml and {named[name][0]} in Params"


def _fits(setting: Setting, stated: str) -> bool:
    made = {"int": "int", "amount": "int", "bool": "bool", "share": "tuple"}.get(setting.type, "str")
    plain = stated.removeprefix("<class '").removesuffix("'>")
    return made in plain or plain in ("Any", "typing.Any", "object")


def legal(settings: Sequence[Setting]) -> dict[str, Value]:
    """A legal value for each setting: its default, else one between its bounds."""
    found: dict[str, Value] = {}
    for each in settings:
        if each.default is not None:
            found[each.name] = each.default
        elif each.type in ("int", "amount"):
            value = 10**10 if each.type == "amount" else 1
            value = value if each.least is None else max(value, each.least)
            found[each.name] = value if each.most is None else min(value, each.most)
        elif each.type == "choice":
            found[each.name] = each.choices[0]
        else:
            usual: dict[str, Value] = {"share": (9, 10), "bool": False, "date": "2026-01-01"}
            found[each.name] = usual.get(each.type, "")
    return found


def _run(made: Manifest, work: Path, seen: _Seen, pool: ThreadPoolExecutor) -> Iterator[Check]:
    """The checks that need runs: the trials of all entries at once, so that a plugin of many is checked soon."""
    trials: dict[str, list[Trial]] = {}
    written = bool(made.analyses or made.reports)
    if written:
        for found in pool.map(lambda job: job(), _jobs(made, work)):
            trials.setdefault(found.trial, []).append(found)
    ran = _of_analyses(made, trials, work) if written else {}
    read = _of_readers(made, work, seen) if made.readers else {}
    for name in CHECKS:
        if name in ran or name in read:
            yield outcome(name, [*ran.get(name, ()), *read.get(name, ())])


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of one analysis: its outcome, or what went wrong, and the seconds it took."""

    trial: str
    entry: AnalysisEntry
    outcome: Outcome | None
    problem: str
    seconds: float


def _jobs(made: Manifest, work: Path) -> Iterator[Callable[[], Trial]]:
    def job(trial: str, entry: AnalysisEntry, name: str, stop_after: float | None = None) -> Callable[[], Trial]:
        return lambda: _trial(made, trial, entry, work / name, stop_after)

    # The long runs first, so that they do not stand alone at the end.
    yield from (job("reference", entry, "reference") for entry in (*made.analyses, *made.reports))
    yield from (job("cancelled", entry, "reference", 0.5) for entry in (*made.analyses, *made.reports))
    for entry in (*made.analyses, *made.reports):
        yield from (job(name, entry, name) for name in _SMALL)
        yield job("again", entry, "usual")
        yield job("shuffled", entry, "shuffled")
        if entry.reads:
            yield job("undeclared", replace(entry, reads=()), "usual")


def _trial(made: Manifest, trial: str, entry: AnalysisEntry, case: Path, stop_after: float | None) -> Trial:
    began = time.monotonic()
    told = [0.0]

    def cancelled() -> bool:
        if stop_after is None or time.monotonic() - began < stop_after:
            return False
        told[0] = told[0] or time.monotonic()
        return True

    try:
        found = analyses.run(
            made, entry, case, legal(entry.settings), selection=_selection(entry, case), seed=_SEED, now=_NOW,
            strict=False, cancelled=cancelled,
            bundle=trialcases.bundle() if entry.id in {report.id for report in made.reports} else None,
        )  # fmt: skip
        return Trial(trial, entry, found, "", time.monotonic() - began)
    except WorkstationError as problem:
        return Trial(trial, entry, None, problem.what, time.monotonic() - (told[0] or began))


def _selection(entry: AnalysisEntry, case: Path) -> tuple[str, ...]:
    """What the analysis starts from: the whole case where it may, else the first fitting thing that is there."""
    if not entry.applies_to or "case" in entry.applies_to:
        return ()
    view = SnapshotView(case, ("transfers", "entities"))
    try:
        for each in view.transfers():
            party = each.sender or each.receiver
            keys = {
                "address": party, "entity": "entity::1", "transfer": f"transfer:{each.chain}:{each.id}",
                "transaction": f"transaction:{each.chain}:{each.tx}",
            }  # fmt: skip
            return tuple(key for key in [keys.get(entry.applies_to[0])] if key)
        return ()
    finally:
        view.close()


def _of_analyses(made: Manifest, trials: dict[str, list[Trial]], work: Path) -> dict[str, list[str]]:
    def failed(trial: str) -> list[str]:
        return [f"{each.entry.id}: {each.problem}" for each in trials.get(trial, []) if each.problem]

    problems: dict[str, list[str]] = {title: failed(trial) for title, trial in _TITLES}
    for each in trials["empty"]:
        if each.outcome is not None and each.outcome.answers:
            problems["empty case"].append(f"{each.entry.id}: it found something in an empty case")
    problems["same seed, same bytes"] = failed("usual") + [
        f"{one.entry.id}: two runs gave different answers"
        for one, two in zip(trials["usual"], trials["again"], strict=True)
        if one.outcome
        and two.outcome
        and (one.outcome.digest, one.outcome.files) != (two.outcome.digest, two.outcome.files)
    ]
    problems["order of rows does not matter"] = failed("shuffled") + _order(trials, work)
    refused = [
        f"{each.entry.id}: {why}"
        for name in (*_SMALL, "reference")
        for each in trials[name]
        for why in (each.outcome.refused if each.outcome else ())
    ]
    problems["every finding cites evidence that exists"] = refused
    problems["undeclared reads are refused"] = [
        f"{each.entry.id}: {each.problem}"
        for name in ("usual", "tangled", "strange")
        for each in trials[name]
        if "Undeclared" in each.problem
    ] + [
        f"{each.entry.id}: it found something without asking for what it reads"
        for each in trials.get("undeclared", [])
        if each.outcome is not None and each.outcome.answers
    ]
    problems["cancel is obeyed within 2 seconds"] = [
        f"{each.entry.id}: it went on for {each.seconds:.1f} s" for each in trials["cancelled"]
        if each.outcome is None and each.seconds > STOPPING
    ]  # fmt: skip
    problems["finishes the reference case within limits"] = failed("reference")
    return problems


def _order(trials: dict[str, list[Trial]], work: Path) -> list[str]:
    """Answers on the usual case and on the same payments that came in another order, with the numbers made equal."""
    places = [_places(work / name) for name in ("usual", "shuffled")]
    found = []
    for one, two in zip(trials["usual"], trials["shuffled"], strict=True):
        if one.outcome is None or two.outcome is None:
            continue
        first, second = (
            sorted(repr(_plain(answer, by)) for answer in each.answers)
            for each, by in zip((one.outcome, two.outcome), places, strict=True)
        )
        if first != second:
            other = sum(a not in second for a in first) + sum(b not in first for b in second)
            found.append(f"{one.entry.id}: {other} answers differ when the rows come in another order")
    return found


def _places(case: Path) -> dict[int, str]:
    view = SnapshotView(case, ("transfers",))
    try:
        return {each.id: each.place for each in view.transfers()}
    finally:
        view.close()


def _plain(answer: Finding | Proposal, places: dict[int, str]) -> tuple[Any, ...]:
    """An answer with places in the exhibit instead of numbers of the case."""
    finding = answer.because if isinstance(answer, Proposal) else answer
    return (
        answer.change if isinstance(answer, Proposal) else None, finding.kind, finding.title, finding.explanation,
        finding.confidence, sorted(finding.subjects), sorted(c.locator for c in finding.citations),
        sorted(finding.measures.items(), key=lambda item: item[0]), finding.disproof,
        sorted(places[number] for number in finding.transfers),
    )  # fmt: skip


def _of_readers(made: Manifest, work: Path, seen: _Seen) -> dict[str, list[str]]:
    def wrong(*kinds: str) -> list[str]:
        told = [(name, what, problem) for name, what, _, _, problem, _ in seen.reads if problem]
        return [f"{name}: {what}: {problem}" for name, what, problem in told if what.startswith(kinds)]

    crashes = [text for text in wrong("") if ": crash: " in text]
    problems: dict[str, list[str]] = {
        "empty case": [text for text in crashes if "damaged file 1:" in text],
        "one row": [text for text in crashes if ": one row:" in text],
        "damaged files have a clean outcome": crashes,
        "every record stands in the file": [text for text in wrong("") if text.endswith("outside the file")],
    }
    again = _rehearsed(made) if rehearsal.samples(made.folder) else seen
    first, second = ({(n, w): digest for n, w, *_, digest in each.reads} for each in (seen, again))
    problems["same seed, same bytes"] = [
        f"{name}: {what} gave other records the second time" for name, what in first if first[name, what] != second.get((name, what))
    ]  # fmt: skip
    known = [(name, what.removeprefix("sample ")) for name, what, records, *_ in seen.reads
             if what.startswith("sample ") and records]  # fmt: skip
    if rehearsal.samples(made.folder):
        problems["one row"] += [
            f"{entry.entry}: it makes no record out of any file in samples/: sniff does not know them, or read refuses every row"
            for entry in made.readers if entry.entry not in {name for name, _ in known}
        ]  # fmt: skip
    layouts = made.folder / "layouts"
    plugin = Plugin(made.folder, made, layouts=LayoutFiles(layouts) if layouts.is_dir() else None)
    problems["cancel is obeyed within 2 seconds"] = []
    problems["finishes the reference case within limits"] = []
    for entry in made.readers:
        large = _large(made.folder, entry, work, {sample for name, sample in known if name == entry.entry})
        problems["cancel is obeyed within 2 seconds"] += _stopped(plugin, entry, large or made.folder / "plugin.toml")
        if large is not None:
            problems["finishes the reference case within limits"] += _finished(plugin, entry, large)
    return problems


def _large(folder: Path, entry: ReaderEntry, work: Path, known: Collection[str]) -> Path | None:
    """A sample of lines that the reader knows, its rows repeated up to 20,000; None when there is none."""
    for sample in rehearsal.samples(folder):
        if sample.name not in known:
            continue
        lines = sample.read_bytes().splitlines(keepends=True)
        if sample.suffix.lower() in (".csv", ".tsv", ".txt", ".jsonl") and len(lines) > 1 and lines[1].endswith(b"\n"):
            path = work / f"{entry.id}-large{sample.suffix}"
            path.write_bytes(lines[0] + b"".join(lines[1:]) * (_LINES // (len(lines) - 1)))
            return path
    return None


def _asked(plugin: Plugin, entry: ReaderEntry) -> dict[str, str]:
    """What the samples leave open, as far as this reader asks for it."""
    known = {parameter.name for parameter in entry.parameters}
    return {name: text for name, text in rehearsal.asked(plugin.folder).items() if name in known}


def _stopped(plugin: Plugin, entry: ReaderEntry, path: Path) -> list[str]:
    began = time.monotonic()
    try:
        with readers.parse(
            path, entry.id, _asked(plugin, entry), [plugin], cancelled=lambda: time.monotonic() - began > 0.3
        ) as parse:
            for _ in parse:
                pass
    except WorkstationError as problem:
        lasted = time.monotonic() - began - 0.3
        return [f"{entry.id}: it went on for {lasted:.1f} s"] if problem.exit_code == 5 and lasted > STOPPING else []
    return []


def _finished(plugin: Plugin, entry: ReaderEntry, path: Path) -> list[str]:
    try:
        with readers.parse(path, entry.id, _asked(plugin, entry), [plugin]) as parse:
            for _ in parse:
                pass
    except WorkstationError as problem:
        return [f"{entry.id}: {problem.what}"]
    finally:
        path.unlink()
    return []

"""Owns working on a plugin: running it anew after every change of its files, and what that changed in the answers.

Each run has a fresh process, so no old code stays. Runs here are for the author's eyes: nothing is kept in a case.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workstation.app import analyses, demo
from workstation.app.places import bundled_plugins
from workstation.app.privatefolder import private_folder
from workstation.casefile import store
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import analyses as host
from workstation.plugin_host.trees import tree_hash
from workstation.sdk import manifest, settings, trialcases
from workstation.sdk.api import Finding, Proposal

Answer = Finding | Proposal


@dataclass(frozen=True, slots=True)
class Difference:
    """Answers of two runs: those that are new, those that are gone, and those of the same rows that say otherwise."""

    new: tuple[Answer, ...]
    gone: tuple[Answer, ...]
    changed: tuple[tuple[Answer, Answer], ...]
    same: int


@dataclass(frozen=True, slots=True)
class Step:
    """One run. With a ``problem`` the answers are still those of the last run that worked. ``files``: names of what it wrote."""

    number: int
    answers: tuple[Answer, ...]
    refused: tuple[str, ...]
    notes: tuple[str, ...]
    difference: Difference
    problem: WorkstationError | None
    seconds: float
    files: tuple[str, ...] = ()


def _rows(answer: Answer, seen: Counter[tuple[object, ...]]) -> tuple[object, ...]:
    """What an answer is about; a second answer about the same is the second."""
    finding = answer.because if isinstance(answer, Proposal) else answer
    change = type(answer.change).__name__ if isinstance(answer, Proposal) else ""
    key = (change, finding.kind, tuple(sorted(finding.subjects)), tuple(sorted(finding.transfers)))
    seen[key] += 1
    return (*key, seen[key])


def difference(before: Iterable[Answer], after: Iterable[Answer]) -> Difference:
    """What changed between the answers of two runs."""
    first, second = Counter[tuple[object, ...]](), Counter[tuple[object, ...]]()
    old = {_rows(answer, first): answer for answer in before}
    now = {_rows(answer, second): answer for answer in after}
    both = [key for key in now if key in old]
    return Difference(
        tuple(now[key] for key in now if key not in old),
        tuple(old[key] for key in old if key not in now),
        tuple((old[key], now[key]) for key in both if old[key] != now[key]),
        sum(old[key] == now[key] for key in both),
    )


@contextmanager
def case_copy(case: Path | None, passphrase: str | None = None) -> Iterator[Path]:
    """A snapshot of a case in a private folder; without a case that of the demo."""
    with private_folder() as folder:
        if case is None:
            opened = demo.build(demo.ROMANCE, folder / "demo.wcase", bundled_plugins(), folder)
            with opened, analyses.snapshot_of(opened.store) as path:
                yield path
        else:
            with store.open_case(case, passphrase=passphrase) as kept, analyses.snapshot_of(kept) as path:
                yield path


def run_once(folder: Path, snapshot: Path, only: str, given: Mapping[str, str], strict: bool) -> list[host.Outcome]:
    """Run the analyses and reports of a plugin folder as it is now; a report gets a sample as the head of the case.

    Args:
        only: id of one analysis, or empty for all. given: parameters as texts; each analysis takes those it has.

    Raises:
        WorkstationError: the manifest or a parameter is wrong, or a run failed.
    """
    unchanged, todo = "nothing was run", "mend it and save"
    try:
        made = manifest.load(folder.resolve())
    except manifest.ManifestError as problem:
        raise WorkstationError("WS-PLG-062", str(problem), unchanged, todo) from problem
    entries = [entry for entry in (*made.analyses, *made.reports) if only in ("", entry.id)]
    if not entries:
        what = f"the plugin {made.id} has no analysis or report {only}".rstrip()
        advice = "a reader answers nothing: try it with plugin check and plugin test"
        raise WorkstationError("WS-PLG-063", what, unchanged, advice)
    outcomes = []
    for entry in entries:
        names = {each.name for each in entry.settings}
        try:
            values = settings.values(
                entry.settings, {k: v for k, v in given.items() if k in names or len(entries) == 1}
            )
        except ValueError as problem:
            raise WorkstationError(
                "WS-PLG-002", f"{entry.id}: {problem}", unchanged, "state it with --set"
            ) from problem
        bundle = trialcases.bundle() if entry in made.reports else None
        outcomes.append(host.run(made, entry, snapshot, values, strict=strict, bundle=bundle))
    return outcomes


def steps(run: Callable[[], list[host.Outcome]], changes: Iterable[object]) -> Iterator[Step]:
    """Run at once, and again after each change; a run that fails leaves the last answers as they are."""
    answers: tuple[Answer, ...] = ()
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    for number, _ in enumerate(_first_and(changes), 1):
        began = time.monotonic()
        problem: WorkstationError | None = None
        before = answers
        try:
            outcomes = run()
            answers = tuple(answer for each in outcomes for answer in each.answers)
            refused = tuple(why for each in outcomes for why in each.refused)
            notes = tuple(note for each in outcomes for note in each.notes)
            files = tuple(name for each in outcomes for name in each.files)
        except WorkstationError as failed:
            problem = failed
        changed = difference(before, answers)
        yield Step(number, answers, refused, notes, changed, problem, time.monotonic() - began, files)


def _first_and(changes: Iterable[object]) -> Iterator[object]:
    yield None
    yield from changes


def saves(folder: Path, wait: Callable[[], bool]) -> Iterator[str]:
    """The state of a folder each time its files changed, by their bytes; ends when ``wait`` gives False.

    Args:
        wait: called between two looks; it waits as long as it likes.
    """
    last = state(folder)
    while wait():
        now = state(folder)
        if now and now != last:
            last = now
            yield now


def state(folder: Path) -> str:
    """The bytes of a folder as one hash; empty while an editor is just replacing a file."""
    try:
        return tree_hash(folder)
    except (OSError, ValueError):
        return ""

"""Owns reproducing a package: the case is built again from the sources inside, every step is done again, bytes are compared.

What people decided (labels, notes, findings, layouts) is replayed from the custody log; what the program computed (reading,
tracing, every file of class A) is computed anew. Must not trust the package: it is verified first.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from workstation.app import export, intake, pluginagain
from workstation.app.session import Session
from workstation.app.tracing import question, records
from workstation.app.tracing.fingerprint import canonical
from workstation.casefile import custody
from workstation.casefile.intake import keep, retract
from workstation.casefile.store import create
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.errors import WorkstationError
from workstation.evidence.bundle import CaseHead
from workstation.evidence.keys import load_or_create
from workstation.evidence.package import same_everywhere, write_package
from workstation.evidence.verify import verify_package
from workstation.paths import resources_folder
from workstation.plugin_host.discovery import Plugin

_LAYOUT = "data/graph/layout.json"


@dataclass(frozen=True, slots=True)
class Reproduced:
    """What came out.

    Attributes:
        same: names of the files that are byte for byte the same. differing: name -> what differs. steps: what was done
            again, in order. not_done: steps that this program cannot do again, and why.
    """

    same: tuple[str, ...]
    differing: Mapping[str, str]
    steps: tuple[str, ...]
    not_done: tuple[str, ...]

    @property
    def identical(self) -> bool:
        """Whether every file of class A is the same and every step was done again."""
        return not self.differing and not self.not_done


def reproduce(package: Path, plugins: Sequence[Plugin], *, progress: Callable[[str], None] | None = None) -> Reproduced:
    """Build the case of a package again and compare.

    Raises:
        WorkstationError: WS-RPR-001 the package does not verify, WS-RPR-002 it is redacted, and whatever a step raises.
    """
    told = progress or (lambda _: None)
    with (
        tempfile.TemporaryDirectory(prefix="fundflow-reproduce-") as place,
        rebuilt(package, Path(place), plugins, told=told) as (session, root, replay),
    ):
        told("compare")
        same, differing = _compared(session, root, Path(place) / "out")
        return Reproduced(same, differing, tuple(replay.steps), tuple(replay.not_done))


@contextmanager
def rebuilt(
    package: Path, place: Path, plugins: Sequence[Plugin], *, told: Callable[[str], None] | None = None, runs: bool = True
) -> Iterator[tuple[Session, Path, Replay]]:
    """The case of a package, built again in a folder: its session, the unpacked package, and what was done.

    Args:
        runs: trace and run plugins again, too.

    Raises:
        WorkstationError: WS-RPR-001 the package does not verify, WS-RPR-002 it is redacted, and whatever a step raises.
    """
    told = told or (lambda _: None)
    told("verify")
    bad = [check.name for check in verify_package(package) if not check.ok]
    if bad:
        raise WorkstationError(
            "WS-RPR-001", f"the package does not verify ({', '.join(bad)})", "nothing was built", "get it again", 1
        )
    root = _unpacked(package, place / "package")
    log = [json.loads(line) for line in (root / "data/custody/audit.jsonl").read_text("utf-8").splitlines()]
    if any(entry["body"] is None for entry in log):
        raise WorkstationError(
            "WS-RPR-002", "parts of the custody log are withheld: the package is redacted", "nothing was built",
            "only the whole package can be reproduced",
        )  # fmt: skip
    made = log[0]["body"]
    store = create(place / "again.wcase", title=made["title"], examiner=made["examiner"], zone=made["zone"])
    with Session(store, plugins, place / "settings", actor=log[0]["header"]["actor"]) as session:
        replay = Replay(session, root, place / "files", runs=runs)
        for entry in log[1:]:
            told(f"entry {entry['header']['seq']}")
            replay.do(entry["header"], entry["body"])
        yield session, root, replay


def _unpacked(package: Path, folder: Path) -> Path:
    if package.is_dir():
        return package
    with zipfile.ZipFile(package) as archive:  # its names were checked by the verification
        archive.extractall(folder)
    return next(folder.iterdir())


class Replay:
    """Does the entries of a log again in a new case, one by one; ``runs``: tracing and plugins, too."""

    def __init__(self, session: Session, root: Path, files: Path, *, runs: bool) -> None:
        self.runs = runs
        self.steps: list[str] = []
        self.not_done: list[str] = []
        self._session, self._root, self._files = session, root, files
        self._kept: dict[int, dict[str, Any]] = {}
        told = json.loads((root / "data/reports/import-reports.json").read_text("utf-8"))["exhibits"]
        traces = json.loads((root / "data/traces/traces.json").read_text("utf-8"))
        self._traced = dict(_runs(traces))
        self._times = {str(each["exhibit"]): each for each in told}

    def do(self, header: Mapping[str, Any], body: Any) -> None:
        """One entry; what only tells of looking is passed over."""
        kind = str(header["kind"])
        self._session.store.clock = partial(_seconds, str(header["time"]))  # what is kept now was kept then
        if kind == "exhibit.keep":
            self._kept[int(body["exhibit"])] = {**body, "time": header["time"]}
            if body["media_type"] == custody.MEDIA_TYPE:
                self._keep(int(body["exhibit"]))
        elif kind in ("import", "import.rejected", "container"):
            self._import(kind, body, str(header["time"]))
        elif kind == "import.retracted":
            retract(self._session.store, int(body["exhibit"]), str(body.get("reason", "")), str(header["actor"]))
            self._session.evidence_changed()
            self.steps.append(f"retract E-{int(body['exhibit']):04d}")
        elif kind == "trace.keep" and self.runs:
            self._trace(body, str(header["time"]))
        elif kind == "plugin.keep" and self.runs:
            self._plugin(body, str(header["time"]))
        elif kind in ("case.merge", "case.part"):
            self._session.store.log(kind, body, actor=str(header["actor"]))
        elif isinstance(body, dict) and body.keys() == {"label", "edits"}:
            edits = tuple(Edit(e["table"], e["key"], e["before"], e["after"]) for e in body["edits"])
            self._session.apply_again(ChangeSet(str(body["label"]), edits))
            self.steps.append(str(body["label"]))

    def _plugin(self, body: Mapping[str, Any], time: str) -> None:
        """Run a plugin again, if the very code is installed and trusted here; code of a package is never run by itself."""
        number, record = int(body["run"]), (self._root / f"data/plugins/run-{int(body['run']):04d}.json").read_text("utf-8")
        said = f"plugin run {number}: {body['analysis']}"
        session, reason = self._session, ""
        try:
            made, files = pluginagain.again(session, json.loads(record))
            if made != record:
                reason = "gives another record"
        except WorkstationError as problem:
            reason = f"was not run ({problem.what})"
        if reason:  # what rests on it is compared all the same, with what the package holds
            self.not_done.append(f"{said} {reason}")
            kept = (self._root / f"data/plugins/files/{sha256}.bin" for sha256 in body.get("files", ()))
            made, files = record, tuple(path.read_bytes() for path in kept)
        else:
            self.steps.append(said)
        session.store.clock = partial(_seconds, time)
        session.store.keep_plugin_run(str(body["analysis"]), made, files, actor=session.actor)

    def _import(self, kind: str, body: Mapping[str, Any], time: str) -> None:
        number = int(body["exhibit"])
        kept = self._kept.get(number, {})
        if kept.get("parent") is not None or self._has(number):
            return  # it came out of a container that was read again
        path = self._file(number)
        said = self._times.get(f"E-{number:04d}", {})
        # received, reading began, then both entries: in this order the clock is asked
        times = [t for t in (said.get("received_at"), said.get("at"), kept.get("time"), time) if t]
        self._session.store.clock = _Clock(times)
        given = {str(k): str(v) for k, v in (body.get("parameters") or {}).items()}
        options = intake.Options(
            reader=str(body.get("reader", "")) if kind == "import" else "", profile=given.pop("layout", ""),
            received_from=str(kept.get("received_from", "unknown")), more=given,
        )  # fmt: skip
        for result in intake.import_files(self._session, [path], options):
            self.steps.append(f"import {result.outcome}: {path.name}")

    def _file(self, number: int) -> Path:
        """The source of an exhibit under its own name."""
        name = PurePosixPath(str(self._kept.get(number, {}).get("name", ""))).name or "exhibit"
        path = self._files / f"{number:04d}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((self._root / f"data/sources/{number:04d}.bin").read_bytes())
        return path

    def _keep(self, number: int) -> None:
        """An exhibit that is kept and not read: the custody log of another case."""
        kept = self._kept[number]
        told = self._times.get(f"E-{number:04d}", {})
        self._session.store.clock = _Clock([t for t in (told.get("received_at"), kept["time"]) if t])
        keep(
            self._session.store, self._file(number), media_type=str(kept["media_type"]),
            received_from=str(kept["received_from"]), actor=self._session.actor,
        )  # fmt: skip
        self.steps.append(f"keep E-{number:04d}")

    def _has(self, number: int) -> bool:
        return any(exhibit.number == number for exhibit in self._session.store.exhibits())

    def _trace(self, body: Mapping[str, Any], time: str) -> None:
        number = int(body["run"])
        self._session.store.clock = _Clock([self._traced.get(number, time), time])
        record = json.loads((self._root / f"data/traces/run-{number:04d}.json").read_text("utf-8"))
        asked = question.question(record["parameters"], (record["method"],))
        (now,) = records.trace(self._session, asked)
        text = canonical(now.record)
        self._session.store.keep_trace(text, now.record["ledger_hash"], actor=self._session.actor)
        if hashlib.sha256(text.encode()).hexdigest() != body["sha256"]:
            self.not_done.append(f"trace run {number} gives another record")
        self.steps.append(f"trace run {number}: {record['method']}")


def _runs(told: Any) -> Iterator[tuple[int, str]]:
    """Number and time of every kept run, wherever they stand in the document."""
    if isinstance(told, dict):
        if isinstance(told.get("number"), int) and isinstance(told.get("at"), str):
            yield told["number"], told["at"]
        for value in told.values():
            yield from _runs(value)
    elif isinstance(told, list):
        for value in told:
            yield from _runs(value)


class _Clock:
    """Tells these times one after the other, then the last one for good."""

    def __init__(self, times: Sequence[str]) -> None:
        self._times = list(times)

    def __call__(self) -> float:
        """The next time, seconds UTC."""
        return _seconds(self._times.pop(0) if len(self._times) > 1 else self._times[0])


def _seconds(time: str) -> float:
    return datetime.fromisoformat(time).timestamp()


def _compared(session: Session, root: Path, out: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    """Write the package again and compare class A. The graph that was shown is the one whose places are the same."""
    witness = json.loads((root / "data/custody/witness.json").read_text("utf-8"))
    signer = load_or_create(session.settings_folder / "keys", identity="reproduce")
    best: tuple[tuple[str, ...], dict[str, str]] | None = None
    for number, graph in enumerate(_graphs(session)):
        if graph:
            session.show_graph(graph, remember=False)
        made = export.bundle(session)
        head = CaseHead(
            witness["case"], witness["case_id"], made.case.title, made.case.examiner, made.case.zone, made.case.created,
            witness["sequence"], witness["head"],
        )  # fmt: skip
        again = replace(made, case=head, exported=witness["exported"], graph_png=b"")
        target = out / str(number)
        write_package(again, target / "again-evidence.zip", signer=signer, resources=resources_folder())
        found = _differences(root, _unpacked(target / "again-evidence.zip", target / "x"))
        if best is None or len(found[1]) < len(best[1]):
            best = found
        if _LAYOUT not in found[1]:
            break
    assert best is not None
    return best


def _graphs(session: Session) -> Iterator[str]:
    yield session.graph
    yield from (key for key in session.graphs.graph_keys() if key != session.graph)


def _differences(root: Path, again: Path) -> tuple[tuple[str, ...], dict[str, str]]:
    same, differing = [], {}
    for name in sorted({*same_everywhere(root), *same_everywhere(again)}):
        was, now = root / name, again / name
        if not was.exists():
            differing[name] = "the package does not hold it"
        elif not now.exists():
            differing[name] = "it was not made again"
        elif was.read_bytes() == now.read_bytes():
            same.append(name)
        else:
            differing[name] = _where(was.read_bytes(), now.read_bytes())
    return tuple(same), differing


def _where(was: bytes, now: bytes) -> str:
    """The first line that differs."""
    old, new = was.splitlines(), now.splitlines()
    at = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return f"line {at + 1} of {len(old)} and {len(new)}"

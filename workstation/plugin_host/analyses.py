"""Owns running one analysis: a fresh process on a snapshot, its answers checked one by one. Trusts nothing it says.

A run that does not end well keeps nothing. A finding counts only when each of its citations names a record of the
snapshot and says exactly what stands there; the others are counted and named.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from workstation.domain.errors import WorkstationError
from workstation.plugin_host.process import Worker, limit_error
from workstation.plugin_host.protocol import LINE_LIMIT, ProtocolError, message
from workstation.plugin_host.trees import portable
from workstation.sdk.api import Absent, Citation, Finding, Measure, Proposal, SuggestedEntity, SuggestedTag
from workstation.sdk.manifest import AnalysisEntry, Manifest
from workstation.sdk.settings import Value
from workstation.sdk.snapshot import SnapshotView

#: What a run may cost and say when its manifest asks for nothing else.
SECONDS, MEMORY_MB = 120, 2048
#: Most findings and proposals, notes, and bytes of files of one run.
ANSWERS, NOTES, FILES = 10_000, 200, 64 << 20
_UNCHANGED = "nothing of the run was kept; the case was not changed"
_Name = Annotated[str, msgspec.Meta(max_length=100)]
_Line = Annotated[str, msgspec.Meta(max_length=500)]
_Text = Annotated[str, msgspec.Meta(max_length=8000)]
_Number = Annotated[int, msgspec.Meta(ge=0, lt=1 << 62)]


class _Finding(msgspec.Struct, forbid_unknown_fields=True):
    kind: _Name
    title: _Line
    explanation: _Text
    confidence: Literal["fact", "heuristic", "assumption"]
    subjects: Annotated[list[_Line], msgspec.Meta(max_length=100_000)]
    citations: Annotated[list[tuple[_Name, _Line, _Name, _Name]], msgspec.Meta(min_length=1, max_length=100_000)]
    measures: Annotated[dict[_Name, tuple[Literal["number", "text", "absent"], _Text]], msgspec.Meta(max_length=200)]
    disproof: _Text
    transfers: Annotated[list[_Number], msgspec.Meta(max_length=100_000)]


class _Tag(msgspec.Struct, tag="tag", tag_field="what", forbid_unknown_fields=True):
    subject: _Line
    label: _Line
    category: _Name


class _Entity(msgspec.Struct, tag="entity", tag_field="what", forbid_unknown_fields=True):
    name: _Line
    members: Annotated[list[_Line], msgspec.Meta(min_length=1, max_length=100_000)]


class _Proposal(msgspec.Struct, forbid_unknown_fields=True):
    change: _Tag | _Entity
    because: _Finding


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run gave.

    Attributes:
        answers: findings and proposals, in the order of the plugin. refused: what did not count, and why.
        files: name -> bytes. notes: lines of its log. layers: the sandbox around it.
        digest: SHA-256 over the answers, the same for the same input, settings and seed.
    """

    answers: tuple[Finding | Proposal, ...]
    refused: tuple[str, ...]
    files: Mapping[str, bytes]
    notes: tuple[str, ...]
    layers: Mapping[str, str]
    digest: str


def run(
    manifest: Manifest,
    entry: AnalysisEntry,
    snapshot: Path,
    parameters: Mapping[str, Value],
    *,
    selection: tuple[str, ...] = (),
    seed: int = 0,
    now: int = 0,
    strict: bool = True,
    bundle: Mapping[str, Any] | None = None,
    progress: Callable[[int, int | None, str], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    opened: Callable[[], None] | None = None,
) -> Outcome:
    """Run an analysis or, with a ``bundle``, a report on a snapshot.

    Args:
        bundle: ``sdk.api.ReportBundle`` without its case, as plain values.
        parameters: values of its settings (``sdk.settings.values``). seed, now: of the run record.
        opened: called when the process has the snapshot open, so that its name may go.
        strict: refuse where the kernel cannot keep the process from files and sockets.

    Raises:
        WorkstationError: out of time or memory (exit 3), crashed or talked nonsense (4), cancelled (5).
    """
    seconds = min(entry.seconds or SECONDS, 3600)
    job = {
        "folder": str(manifest.folder), "entry": entry.module, "function": entry.function, "snapshot": str(snapshot),
        "reads": entry.reads, "selection": selection, "parameters": parameters, "now": now, "seed": seed,
        "memory_mb": min(entry.memory_mb or MEMORY_MB, 8192), "cpu_seconds": seconds + 5, "strict": strict,
        "bundle": bundle,
    }  # fmt: skip
    name = f"{manifest.id} {entry.id}"
    said = _Said(entry, snapshot)
    deadline = time.monotonic() + 2 * seconds + 1
    try:
        with Worker(snapshot, job, seconds=seconds, cancelled=cancelled, module="runner") as worker:
            while not said.done:
                if time.monotonic() > deadline:  # one that floods the host is never waited for
                    raise limit_error(f"reading took longer than {seconds} seconds")
                line = worker.line()
                if line is None:
                    raise _of_run(worker.death(), name)
                said.hear(line, progress)
                if opened is not None and said.began:
                    opened()
                    opened = None
    except ProtocolError as problem:
        raise _crash(name, f"it gave {problem}") from problem
    except WorkstationError as problem:
        raise _of_run(problem, name) from problem
    finally:
        said.view.close()
    return said.outcome()


def _crash(name: str, what: str) -> WorkstationError:
    return WorkstationError("WS-PLG-040", f"the analysis {name} failed: {what}", _UNCHANGED, "tell its author", 4)


def _of_run(problem: WorkstationError, name: str) -> WorkstationError:
    """An error of the worker in the words of an analysis; its own errors stay."""
    if problem.code.startswith("WS-PLG"):
        return problem
    if problem.exit_code == 5:
        return WorkstationError("WS-PLG-050", f"the analysis {name} was cancelled", _UNCHANGED, "run it again", 5)
    if problem.exit_code == 3:
        what = problem.what.replace("reading", "it", 1)
        return WorkstationError(
            "WS-PLG-030", f"the analysis {name} was ended: {what}", _UNCHANGED, "start from fewer transfers", 3
        )
    return _crash(name, problem.what.replace("the reader", "it", 1))


class _Said:
    """The answers of one run, as far as they are heard."""

    def __init__(self, entry: AnalysisEntry, snapshot: Path) -> None:
        self.view = SnapshotView(snapshot, ())
        self.done = False
        self._entry = entry
        self._answers: list[Finding | Proposal] = []
        self._refused: list[str] = []
        self._notes: list[str] = []
        self._files: dict[str, bytes] = {}
        self._layers: dict[str, str] = {}
        self._heard = 0
        self._digest = hashlib.sha256()

    def hear(self, line: bytes, progress: Callable[[int, int | None, str], None] | None) -> None:
        """One line of the process, which may be anything: a plugin can write to the pipe by itself."""
        if len(line) > LINE_LIMIT:
            raise ProtocolError("a line that is too long")
        try:
            self._take(*message(line), progress=progress)
        except ProtocolError:
            raise
        except (TypeError, ValueError, IndexError, OverflowError, RecursionError) as problem:
            raise ProtocolError("a message that is not valid") from problem

    def _take(self, kind: str, *rest: Any, progress: Callable[[int, int | None, str], None] | None) -> None:
        if not self._layers and kind not in ("hello", "unprotected", "failed"):
            raise ProtocolError("an answer before it began")
        if kind in ("finding", "proposal") and len(rest) == 1:
            self._answer(kind, rest[0])
        elif kind == "progress" and len(rest) == 3:
            done, total, note = int(rest[0]), None if rest[1] is None else int(rest[1]), str(rest[2])[:200]
            if progress is not None:
                progress(done, total, note)
        elif kind == "note" and len(rest) == 1:
            if len(self._notes) < NOTES:
                self._notes.append(str(rest[0])[:1000])
        elif kind == "artifact" and len(rest) == 3:
            self._file(*map(str, rest))
        elif kind == "hello" and len(rest) == 1 and isinstance(rest[0], dict) and rest[0] and not self._layers:
            self._layers = {str(k): str(v) for k, v in rest[0].items()}
        elif kind == "done" and list(rest) == [self._heard]:
            self.done = True
        elif kind == "unprotected" and not self._layers:
            raise WorkstationError(
                "WS-PLG-041", f"the sandbox is not complete here (missing: {', '.join(map(str, rest[0]))})", _UNCHANGED,
                "allow analyses without sandbox in the settings", 4,
            )  # fmt: skip
        elif kind == "failed" and len(rest) == 3:
            raised, text, where = (str(each)[:300] for each in rest)
            code = 3 if raised == "MemoryError" else 4
            place = f" at {where}" if where else ""
            raise WorkstationError(
                f"WS-PLG-0{code}0",
                f"the analysis failed ({raised}: {text}{place})",
                _UNCHANGED,
                "tell its author",
                code,
            )
        else:
            raise ProtocolError("a message that is not valid")

    def _answer(self, kind: str, given: Any) -> None:
        self._heard += 1
        if self._heard > ANSWERS:
            raise WorkstationError(
                "WS-PLG-031", f"the analysis gave more than {ANSWERS:,} answers", _UNCHANGED, "raise its thresholds", 3
            )
        try:
            # A proposal holds a union by tag; both are checked value by value.
            told = msgspec.convert(given, _Proposal) if kind == "proposal" else msgspec.convert(given, _Finding)
        except (msgspec.ValidationError, RecursionError) as problem:
            self._refuse(f"answer {self._heard}: {problem}")
            return
        finding = _finding(told.because if isinstance(told, _Proposal) else told)
        wrong = next((c for c in finding.citations if not self.view.holds(c)), None)
        if wrong is not None:
            self._refuse(
                f"answer {self._heard} ({finding.title[:80]}): its citation of {wrong.of[:60]} is not in the case"
            )
            return
        cited = {c.of for c in finding.citations}
        if any(f"transfer:{number}" not in cited for number in finding.transfers):
            self._refuse(f"answer {self._heard} ({finding.title[:80]}): it names a transfer that it does not cite")
            return
        made: Finding | Proposal = finding
        if isinstance(told, _Proposal):
            what = "tag" if isinstance(told.change, _Tag) else "entity"
            if what not in self._entry.proposes:
                self._refuse(f"answer {self._heard}: its manifest does not say that it proposes {what}")
                return
            made = Proposal(_change(told.change), finding)
        self._digest.update(msgspec.json.encode(given, order="deterministic") + b"\n")
        self._answers.append(made)

    def _refuse(self, why: str) -> None:
        if len(self._refused) < NOTES:
            self._refused.append(why[:300])

    def _file(self, name: str, _kind: str, content: str) -> None:
        try:
            data = base64.b64decode(content, validate=True)
        except binascii.Error as problem:
            raise ProtocolError("a file that is not valid") from problem
        if sum(map(len, self._files.values())) + len(data) > FILES:
            raise WorkstationError(
                "WS-PLG-032", "the analysis wrote more than 64 MiB of files", _UNCHANGED, "write less", 3
            )
        if len(name) > 100 or not portable(name) or not all(c.isalnum() or c in "._- " for c in name):
            raise ProtocolError("a file name that is not allowed")
        if len(self._files) >= NOTES or name.casefold() in map(str.casefold, self._files):
            raise ProtocolError("two files of one name, or too many files")
        self._files[name] = data

    @property
    def began(self) -> bool:
        """Whether the process is ready: the door is closed and the snapshot open."""
        return bool(self._layers)

    def outcome(self) -> Outcome:
        """All of it."""
        return Outcome(
            tuple(self._answers), tuple(self._refused), dict(self._files), tuple(self._notes), self._layers,
            self._digest.hexdigest(),
        )  # fmt: skip


def _finding(told: _Finding) -> Finding:
    measures: dict[str, Measure] = {}
    for name, (kind, value) in told.measures.items():
        if kind == "number" and (len(value) > 100 or not value.removeprefix("-").isdecimal()):
            measures[name] = Absent("the plugin gave no number")
        else:
            measures[name] = int(value) if kind == "number" else value if kind == "text" else Absent(value)
    return Finding(
        told.kind, told.title, told.explanation, told.confidence, tuple(told.subjects),
        tuple(Citation(*each) for each in told.citations), measures, told.disproof, tuple(told.transfers),
    )  # fmt: skip


def _change(told: _Tag | _Entity) -> SuggestedTag | SuggestedEntity:
    if isinstance(told, _Tag):
        return SuggestedTag(told.subject, told.label, told.category)
    return SuggestedEntity(told.name, tuple(told.members))


def unpacked(given: Mapping[str, Any]) -> Finding | Proposal:
    """An answer out of its plain values (``sdk.runner.packed``), as a kept run holds them."""
    if "change" in given:
        told = msgspec.convert(given, _Proposal)
        return Proposal(_change(told.change), _finding(told.because))
    return _finding(msgspec.convert(given, _Finding))

"""Owns the process of one analysis: closes the door, opens the snapshot, runs the author's function, answers in lines.

Started by ``plugin_host.analyses`` like a reader's worker (``sdk.worker``), with the snapshot as the only further file
it may read. Lines: ``hello``, ``progress``, ``note``, ``finding``, ``proposal``, ``artifact``, ``done``, ``failed``.
What is wrong with an answer is found here as far as it can be, so that its author sees a clear text; the host trusts
nothing of it. Must not see the case.
"""

from __future__ import annotations

import base64
import dataclasses
import importlib
import io
import os
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from workstation.sdk import sandbox
from workstation.sdk.api import (
    Absent,
    CaseFinding,
    Citation,
    Finding,
    Proposal,
    ReportBundle,
    SuggestedEntity,
    SuggestedTag,
)
from workstation.sdk.snapshot import SnapshotView
from workstation.sdk.worker import WARM, Out, job_of, load, readable

_CONFIDENCES = ("fact", "heuristic", "assumption")


class Answer(ValueError):
    """The analysis gave something that is no valid answer; the text says what."""


class _File(io.BytesIO):
    """A file of the run: it leaves through the pipe when it is closed, for this process can write none."""

    def __init__(self, name: str, kind: str, send: Callable[..., None]) -> None:
        super().__init__()
        self._said = (name, kind)
        self._send = send

    def close(self) -> None:
        """Send what was written."""
        if not self.closed:
            self._send("artifact", *self._said, base64.b64encode(self.getvalue()).decode("ascii"))
        super().close()


class RunOf:
    """The ``Run`` of the API; what it is told goes to ``send``."""

    def __init__(self, send: Callable[..., None], now: int, seed: int) -> None:
        self._send = send
        self.now = now
        self.random = random.Random(seed)

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """See ``Run.progress``."""
        self._send("progress", int(done), None if total is None else int(total), str(note)[:200])

    def note(self, text: str) -> None:
        """See ``Run.note``."""
        self._send("note", str(text)[:1000])

    def artifact(self, name: str, media_type: str) -> _File:
        """See ``Run.artifact``."""
        if not name or len(name) > 100 or not all(c.isalnum() or c in "._- " for c in name) or name.startswith("."):
            raise Answer("the name of a file holds letters, digits, dots, dashes and blanks only")
        return _File(name, media_type, self._send)


def _texts(values: Any, what: str) -> list[str]:
    if not isinstance(values, tuple | list) or not all(isinstance(v, str) for v in values):
        raise Answer(f"{what} must be a tuple of texts")
    return list(values)


def packed(found: Finding) -> dict[str, Any]:
    """A finding as plain values.

    Raises:
        Answer: it is not what the API says; the text tells which part.
    """
    if not isinstance(found, Finding):
        raise Answer(f"the analysis gave a {type(found).__name__}, not a Finding or a Proposal")
    if found.confidence not in _CONFIDENCES:
        raise Answer(f"confidence must be one of {', '.join(_CONFIDENCES)}")
    if not found.citations or not all(isinstance(c, Citation) for c in found.citations):
        raise Answer("a finding needs at least one citation: case.cite(transfer)")
    measures: dict[str, Any] = {}
    for name, value in found.measures.items():
        if isinstance(value, Absent):
            measures[str(name)] = ["absent", value.reason]
        elif isinstance(value, bool) or not isinstance(value, int | str):
            raise Answer(f"the measure {name} must be a whole number, a text or Absent, not {type(value).__name__}")
        else:  # numbers travel as texts: they may be of any size
            measures[str(name)] = ["text", value] if isinstance(value, str) else ["number", str(value)]
    return {
        "kind": str(found.kind), "title": str(found.title), "explanation": str(found.explanation),
        "confidence": found.confidence, "subjects": _texts(found.subjects, "subjects"),
        "citations": [[c.exhibit, c.locator, c.digest, c.of] for c in found.citations], "measures": measures,
        "disproof": str(found.disproof), "transfers": [int(number) for number in found.transfers],
    }  # fmt: skip


def packed_proposal(given: Proposal) -> dict[str, Any]:
    """A proposal as plain values; ``Answer`` as for findings."""
    change = given.change
    if isinstance(change, SuggestedTag):
        said: dict[str, Any] = {"what": "tag", **dataclasses.asdict(change)}
    elif isinstance(change, SuggestedEntity):
        said = {"what": "entity", "name": change.name, "members": _texts(change.members, "members")}
    else:
        raise Answer("a proposal suggests a SuggestedTag or a SuggestedEntity")
    return {"change": said, "because": packed(given.because)}


def parameters(module: Any, values: Mapping[str, Any]) -> Any:
    """What the function gets: the author's dataclass ``Params`` when there is one, else a mapping."""
    made = getattr(module, "Params", None)
    given = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
    return made(**given) if dataclasses.is_dataclass(made) and isinstance(made, type) else given


def bundle(told: Mapping[str, Any], view: SnapshotView) -> ReportBundle:
    """What a report gets: the head and the findings of the case, and the case itself."""
    findings = tuple(CaseFinding(**{**each, "subjects": tuple(each["subjects"])}) for each in told["findings"])
    return ReportBundle(**{**told, "findings": findings, "case": view})


def _analyse(job: dict[str, Any], view: SnapshotView, out: Out) -> int:
    module = load(job["folder"], job["entry"])
    function = getattr(module, job["function"])
    run = RunOf(out.send, job["now"], job["seed"])
    count = 0
    given = view if job.get("bundle") is None else bundle(job["bundle"], view)
    for answer in function(given, parameters(module, job["parameters"]), run) or ():
        if isinstance(answer, Proposal):
            out.send("proposal", packed_proposal(answer))
        else:
            out.send("finding", packed(answer))
        count += 1
    view.close()
    out.send("done", count)
    return 0


def main(arguments: list[str]) -> int:
    """Run one analysis; exit code 0 answered, 1 it failed (said so), 9 out of memory."""
    job = job_of(arguments)
    out = Out(os.dup(1))
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    for name in (*WARM, "sqlite3"):
        importlib.import_module(name)
    layers = sandbox.close_the_door(
        [*readable([job["folder"]]), job["snapshot"]], memory_mb=job["memory_mb"], cpu_seconds=job["cpu_seconds"]
    )
    missing = sorted(name for name, state in layers.items() if state != "enforced")
    if missing and job["strict"]:
        out.send("unprotected", missing)
        return 0
    try:
        view = SnapshotView(Path(job["snapshot"]), job["reads"], tuple(job["selection"]))
        out.send("hello", layers)  # the name of the snapshot may go from here on
        return _analyse(job, view, out)
    except MemoryError:
        return 9
    except BaseException as problem:  # noqa: BLE001  (whatever a plugin raises is reported, never lost)
        import traceback

        frames = [f for f in traceback.extract_tb(problem.__traceback__) if f.filename.startswith(job["folder"])]
        where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
        out.send("failed", type(problem).__name__, str(problem)[:300], where)
        return 1

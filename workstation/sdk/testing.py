"""Owns what an author's own tests import: small cases, running an analysis, reading a file, and the conformance kit.

Standard library only, and nothing of it starts a program by itself but :func:`conformance`, which asks the installed
``workstation plugin check``. The code of the plugin runs in the process of the test, so that a debugger sees it. ::

    from workstation.sdk.testing import Case, conformance, run

    case = Case.of("2026-03-01 10:00  alice -> bob  12000 ETH")
    [proposal] = run(FOLDER, case).proposals

    @conformance(FOLDER)
    def test_every_check_of_the_program(check):
        check.verify()
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from workstation.domain.records import Record
from workstation.sdk import checks, manifest, reader, runner, settings, trialcases, worker
from workstation.sdk.api import Finding, Proposal
from workstation.sdk.samplecase import Case
from workstation.sdk.snapshot import SnapshotView

__all__ = ("Answers", "Case", "conformance", "conformance_tests", "read", "run")


@dataclass(slots=True)
class Answers:
    """What a run of an analysis gave."""

    findings: list[Finding] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)


def _keep(answers: Answers) -> Callable[..., None]:
    """Takes what a worker would write into its pipe; progress is nothing to a test."""

    def send(kind: str, *said: Any) -> None:
        if kind == "note":
            answers.notes.append(said[0])
        elif kind == "artifact":
            answers.files[said[0]] = base64.b64decode(said[2])

    return send


def run(
    plugin: Path,
    case: Case,
    *,
    analysis: str = "",
    selection: Sequence[str] = (),
    seed: int = 0,
    now: int = 0,
    **given: str,
) -> Answers:
    """Run an analysis or a report of a plugin folder on a small case.

    Args:
        analysis: its id, where the plugin has several. selection: names or subject keys the user started from.
        given: parameters as texts, as on the command line; the others have their defaults.

    Raises:
        ValueError: there is no such analysis or parameter. And whatever the plugin raises.
    """
    made = manifest.load(plugin.resolve())
    every = (*made.analyses, *made.reports)
    named = [entry for entry in every if analysis in ("", entry.id)]
    if len(named) != 1:
        raise ValueError(f"name one of: {', '.join(entry.id for entry in every)}")
    module = worker.load(str(made.folder), named[0].module)
    answers = Answers()
    with tempfile.TemporaryDirectory() as folder:
        case.write(Path(folder) / "case")
        view = SnapshotView(Path(folder) / "case", named[0].reads, tuple(case.key(name) for name in selection))
        try:
            given_to = runner.bundle(trialcases.bundle(), view) if named[0] in made.reports else view
            parameters = runner.parameters(module, settings.values(named[0].settings, given))
            for answer in (
                getattr(module, named[0].function)(given_to, parameters, runner.RunOf(_keep(answers), now, seed)) or ()
            ):
                (answers.proposals if isinstance(answer, Proposal) else answers.findings).append(answer)
        finally:
            view.close()
    return answers


def read(plugin: Path, data: bytes, *, name: str = "file.csv", of: str = "", **parameters: str) -> list[Record]:
    """The records that a reader of a plugin folder makes of a file; remarks come last.

    Args:
        of: id of the reader, where the plugin has several.

    Raises:
        ValueError: there is no such reader. Refusal: the reader cannot take the file.
    """
    made = manifest.load(plugin.resolve())
    named = [entry for entry in made.readers if of in ("", entry.id)]
    if len(named) != 1:
        raise ValueError(f"name one of: {', '.join(entry.id for entry in made.readers)}")
    module = worker.load(str(made.folder), named[0].entry)
    remarks: list[Record] = []
    source = reader.Source(name, data)
    found = list(module.read(source, parameters, reader.Run(remarks.append, lambda _done, _total: None)))
    return found + remarks


@dataclass(frozen=True, slots=True)
class NamedCheck:
    """One check of the kit on one plugin; ``verify`` asks the program once for all of them."""

    folder: Path
    name: str

    def verify(self) -> None:
        """Fail with what was seen and what to do; skip what does not concern this plugin."""
        found = _checked(self.folder)[self.name]
        if found["state"] == "not applicable":
            import_module("pytest").skip(found["detail"])
        if found["state"] == "failed":
            raise AssertionError(f"{self.name}: {found['detail']}. What to do: {found['todo']}")


def environment() -> dict[str, str]:
    """The environment of a Python that is to find this program, wherever it lies, and leaves no compiled files."""
    places = [str(Path(__file__).resolve().parents[2]), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, places)), "PYTHONDONTWRITEBYTECODE": "1"}


@cache
def _checked(folder: Path) -> dict[str, dict[str, str]]:
    call = [sys.executable, "-m", "workstation", "plugin", "check", str(folder), "--json"]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=False, env=environment())
    try:
        return {check["name"]: check for check in json.loads(done.stdout)["checks"]}
    except (ValueError, KeyError, TypeError):
        raise RuntimeError(f"workstation plugin check did not work: {done.stderr[-500:]}") from None


def conformance_tests(plugin: Path) -> list[NamedCheck]:
    """Every check of the kit, for ``pytest.mark.parametrize``."""
    return [NamedCheck(plugin.resolve(), name) for name in checks.CHECKS]


def conformance(plugin: Path) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a test of every check of the kit; the decorated function gets each as ``check``."""
    made = conformance_tests(plugin)
    mark = import_module("pytest").mark.parametrize("check", made, ids=[check.name for check in made])
    return cast("Callable[[Callable[..., None]], Callable[..., None]]", mark)

"""Owns the verbs of an author: ``plugin new``, ``check``, ``test``, ``dev`` and ``api``. Must not run plugin code itself."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from workstation.app import developing
from workstation.app.developing import Step
from workstation.cli.answer import Answer, pairs, safe
from workstation.cli.opening import passphrase
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import conformance, scaffold
from workstation.sdk import reference
from workstation.sdk.api import Finding, Proposal, SuggestedTag
from workstation.sdk.checks import Check
from workstation.sdk.testing import environment


def new(options: Namespace) -> Answer:
    """Make the folder of a plugin that already works."""
    made = scaffold.new(options.folder, options.name, options.kind)
    home = options.folder / options.name
    lines = [f"made {path.relative_to(options.folder).as_posix()}" for path in made]
    lines.append(f"next: workstation plugin check {home.as_posix()}")
    return Answer({"folder": str(home), "files": [str(path) for path in made]}, lines)


def check(options: Namespace) -> Answer:
    """Run the conformance kit; exit code 1 when a check failed."""
    found = _checked(options.path)
    return Answer(_data(options.path, found), _lines(found), int(any(each.state == "failed" for each in found)))


def _checked(path: Path) -> list[Check]:
    if not (path / "plugin.toml").is_file():
        what = f"there is no plugin.toml in {path}"
        raise WorkstationError(
            "WS-PLG-064", what, "nothing was run", "name the folder of a plugin, or make one with plugin new"
        )
    with tempfile.TemporaryDirectory(prefix="fundflow-") as work:
        return conformance.check(path, Path(work))


def _data(path: Path, found: list[Check]) -> dict[str, Any]:
    return {
        "path": str(path), "ok": not any(each.state == "failed" for each in found),
        "checks": [
            {"name": each.name, "state": each.state, "detail": each.detail, "todo": each.todo} for each in found
        ],
    }  # fmt: skip


def _lines(found: list[Check]) -> list[str]:
    lines = []
    for each in found:
        mark = {"ok": "ok      ", "failed": "FAILED  ", "not applicable": "-       "}[each.state]
        if each.state == "failed":
            lines += [f"{mark}{each.name}", f"          {each.detail}", f"          what to do: {each.todo}"]
        else:
            lines.append(f"{mark}{each.name}" + (f" ({each.detail})" if each.detail else ""))
    states = [each.state for each in found]
    lines.append(
        f"{states.count('ok')} ok, {states.count('failed')} failed, {states.count('not applicable')} do not apply"
    )
    return lines


def test(options: Namespace) -> Answer:
    """Run the conformance kit, then the author's own tests where pytest is installed."""
    found = _checked(options.path)
    lines, code = _lines(found), int(any(each.state == "failed" for each in found))
    tests = [p for p in options.path.rglob("test_*.py") if "vendor" not in p.relative_to(options.path).parts]
    own = "the plugin has no tests of its own"
    if tests and (getattr(sys, "frozen", False) or importlib.util.find_spec("pytest") is None):
        own = "its own tests were not run: pytest is not installed"
    elif tests:
        done = subprocess.run(
            [sys.executable, "-B", "-m", "pytest", "-q", "--no-header", "-p", "no:cacheprovider", "--rootdir", ".", "."],
            cwd=options.path, capture_output=True, text=True, encoding="utf-8", errors="replace", check=False,
            env=environment(),
        )  # fmt: skip
        printed = done.stdout.strip().splitlines()
        own = "its own tests pass" if done.returncode == 0 else "its own tests fail"
        lines += [] if done.returncode == 0 else printed
        code = code or int(done.returncode != 0)
    return Answer({**_data(options.path, found), "own_tests": own}, [*lines, own], code)


def dev(options: Namespace) -> Answer:
    """Run the analyses of a plugin now and after every save; say what each save changed in the answers."""
    once = options.once or options.json
    with developing.case_copy(options.case, passphrase(options)) as snapshot:
        steps = developing.steps(
            lambda: developing.run_once(
                options.path, snapshot, options.analysis, pairs(options.set), not options.unprotected
            ),
            [] if once else developing.saves(options.path, _waiting(options.every)),
        )
        if once:
            step = next(steps)
            if step.problem is not None:
                raise step.problem
            return Answer(_told(step), [*told(step)])
        return _shown(steps)


def _shown(steps: Iterable[Step]) -> Answer:
    """Print each step as it comes; Ctrl+C ends it."""
    try:
        for step in steps:
            print(*map(safe, told(step)), "waiting for the next save; Ctrl+C ends", sep="\n", flush=True)
    except KeyboardInterrupt:
        pass
    return Answer({}, ["ended"])


def _waiting(seconds: float) -> Any:
    def wait() -> bool:
        time.sleep(seconds)
        return True

    return wait


def told(step: Step) -> Iterator[str]:
    """A step in lines: what is new, gone and changed, or why the run failed."""
    if step.problem is not None:
        yield f"run {step.number} failed: {step.problem.what}"
        yield f"  mend it and save; the last {len(step.answers)} answers still stand"
        return
    change = step.difference
    for sign, answers in (("+", change.new), ("-", change.gone)):
        yield from (f"{sign} {_line(answer)}" for answer in answers)
    yield from (f"~ {_line(now)} ({_parts(old, now)} changed)" for old, now in change.changed)
    yield from (f"note: {note}" for note in step.notes)
    yield from (f"not counted: {why}" for why in step.refused)
    yield from (f"wrote {name} (not kept here: plugin report writes it for a case)" for name in step.files)
    counts = f"{len(change.new)} new, {len(change.gone)} gone, {len(change.changed)} changed, {change.same} the same"
    yield f"run {step.number}: {len(step.answers)} answers ({counts})"


def _line(answer: Finding | Proposal) -> str:
    if isinstance(answer, Finding):
        return answer.title
    said = answer.change
    what = (
        f"label {said.label!r} for {said.subject}" if isinstance(said, SuggestedTag) else
        f"entity {said.name!r} of {len(said.members)}"
    )  # fmt: skip
    return f"{answer.because.title}: suggests {what}"


def _parts(old: Finding | Proposal, now: Finding | Proposal) -> str:
    """What of an answer says otherwise."""
    parts = []
    if isinstance(old, Proposal) and isinstance(now, Proposal):
        parts = ["suggestion"] if old.change != now.change else []
        old, now = old.because, now.because
    if isinstance(old, Finding) and isinstance(now, Finding):
        parts += [each.name for each in fields(Finding) if getattr(old, each.name) != getattr(now, each.name)]
    return ", ".join(parts)


def _told(step: Step) -> dict[str, Any]:
    return {
        "run": step.number, "answers": [_line(answer) for answer in step.answers], "refused": step.refused,
        "notes": step.notes, "new": len(step.difference.new), "gone": len(step.difference.gone),
        "changed": len(step.difference.changed), "files": step.files,
    }  # fmt: skip


def api(options: Namespace) -> Answer:
    """The reference of the plugin API as the page of the manual, or its names for the test that guards them."""
    text = reference.snapshot() if options.names else reference.page()
    return Answer({"text": text}, text.splitlines())

"""Owns the verb ``validate``: vector files through the program's own engines. Must not parse arguments."""

from __future__ import annotations

import json
import os
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from workstation.analysis import vectors
from workstation.cli.answer import Answer
from workstation.domain.errors import WorkstationError

_SHOWN = 200


def validate(options: Namespace) -> Answer:
    """Run vector files and report each case that differs; exit code 1 when one does."""
    out: Path | None = options.results
    if out is not None and any(_same_file(out, path) for path in options.files):
        what = f"{out.name} is one of the vector files"
        raise WorkstationError("WS-VEC-002", what, "nothing was validated", "write the results into another file")
    cases = [(path, case) for path in options.files for case in vectors.read(path)]
    names = [case["id"] for _, case in cases]
    if out is not None and len(set(names)) != len(names):
        raise WorkstationError(
            "WS-VEC-003", "two vector files hold a case of one id", "nothing was validated",
            "write the results of each file into a file of its own",
        )  # fmt: skip
    checked = [(path, vectors.check(case, approximate=options.float)) for path, case in cases]
    if out is not None:
        _write(out, {case.id: vectors.plain(case.result) for _, case in checked if case.result is not None})
    failed = [_failure(path, case) for path, case in checked if case.differences]
    passed = sum(case.compared and not case.differences for _, case in checked)
    computed = sum(not case.compared and not case.differences for _, case in checked)
    data = {"cases": len(checked), "passed": passed, "computed_only": computed, "failed": failed}
    lines = [_line(entry) for entry in failed]
    lines.append(f"{len(checked)} cases: {passed} agree, {len(failed)} differ, {computed} computed without comparison")
    return Answer(data, lines, 1 if failed else 0)


def _failure(path: Path, case: vectors.Checked) -> dict[str, Any]:
    """A failed case: its first difference, and all of them."""
    shown = [
        {"path": d.path, "expected": vectors.plain(d.expected), "got": vectors.plain(d.got)} for d in case.differences
    ]
    return {
        "id": case.id, "kind": case.kind, **shown[0], "title": case.title, "file": path.name, "differences": shown,
    }  # fmt: skip


def _line(entry: dict[str, Any]) -> str:
    more = len(entry["differences"]) - 1
    said = f"{entry['id']} ({entry['kind']}) {entry['path']}: expected {_short(entry['expected'])}, got {_short(entry['got'])}"
    return said + (f" (and {more} more)" if more else "")


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + " …"


def _same_file(a: Path, b: Path) -> bool:
    return a.exists() and b.exists() and a.samefile(b)


def _write(out: Path, results: dict[str, Any]) -> None:
    """Write the results in one step: a half-written file never stands under the name."""
    made = ""
    try:
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=out.parent, suffix=".part", delete=False) as file:
            made = file.name
            json.dump(results, file, indent=1)
            file.write("\n")
        os.replace(made, out)
    except OSError as problem:
        if made:
            Path(made).unlink(missing_ok=True)
        what = f"{out.name} cannot be written ({problem.strerror})"
        raise WorkstationError("WS-VEC-004", what, "no results were written", "choose another place") from None

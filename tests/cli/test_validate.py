"""The verb ``validate``: counts, exit codes, and the file of results."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workstation.cli.main import main

Run = Callable[..., tuple[int, Any]]
GOOD: dict[str, Any] = {
    "id": "good", "kind": "entropy", "title": "two by two", "inputs": [5, 5], "outputs": [5, 5],
    "expect": {"interpretations": 3},
}  # fmt: skip
BAD = {**GOOD, "id": "bad", "expect": {"interpretations": 4, "links": [["1", "0"], ["0", "1"]]}}
BARE = {"id": "bare", "kind": "entropy", "inputs": [5], "outputs": [5]}


def _file(folder: Path, *cases: Any, name: str = "v.json") -> Path:
    path = folder / name
    path.write_text(json.dumps({"format": "algo-vectors/1", "cases": cases}), "utf-8")
    return path


def test_cases_that_agree(call: Run, tmp_path: Path) -> None:
    code, told = call("validate", _file(tmp_path, GOOD, BARE))
    assert code == 0
    assert told == {"cases": 2, "passed": 1, "computed_only": 1, "failed": []}


def test_approximate_arithmetic_has_a_tolerance(call: Run, tmp_path: Path) -> None:
    """With ``--float`` a third may be written as a decimal; without it, it may not."""
    events = [
        {"id": "1", "ts": 1, "asset": "X", "from": None, "to": "a", "amount": 1},
        {"id": "2", "ts": 2, "asset": "X", "from": None, "to": "a", "amount": 2},
        {"id": "3", "ts": 3, "asset": "X", "from": "a", "to": "b", "amount": 1},
    ]
    expect = {
        "events": {"1": {"L": "1"}, "3": {"L": "0.3333333333"}}, "fees": {},
        "balances": {"a": {"X": {"L": "0.6666666667"}}, "b": {"X": {"L": "0.3333333333"}}},
        "totals": {"X": {"injected": {"L": "1"}, "final": {"L": "1"}}},
    }  # fmt: skip
    case = {
        "id": "third", "kind": "account", "events": events, "sources": [{"event": "1", "label": "L"}],
        "expect": {"haircut": expect},
    }  # fmt: skip
    path = _file(tmp_path, case)
    assert call("validate", path)[0] == 1
    assert call("validate", path, "--float")[0] == 0


def test_a_case_that_differs(call: Run, tmp_path: Path) -> None:
    code, told = call("validate", _file(tmp_path, GOOD), _file(tmp_path, BAD, name="w.json"))
    (failed,) = told["failed"]
    assert (code, told["cases"], told["passed"]) == (1, 2, 1)
    assert (failed["id"], failed["kind"], failed["path"]) == ("bad", "entropy", "/interpretations")
    assert (failed["expected"], failed["got"], failed["file"]) == (4, 3, "w.json")
    assert len(failed["differences"]) == 5


def test_results_are_written(call: Run, tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    assert call("validate", _file(tmp_path, GOOD, BAD, BARE), "--results", out)[0] == 1
    written = json.loads(out.read_text("utf-8"))
    assert set(written) == {"good", "bad", "bare"}
    assert written["bare"] == {"interpretations": 1, "entropy_bits": 0.0, "links": [["1"]]}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.json", "v.json"]


def test_vectors_are_never_overwritten(call: Run, tmp_path: Path) -> None:
    path = _file(tmp_path, GOOD)
    before = path.read_bytes()
    code, told = call("validate", path, "--results", path)
    assert (code, told["error"]["code"]) == (2, "WS-VEC-002")
    assert path.read_bytes() == before
    code, told = call("validate", path, path, "--results", tmp_path / "out.json")
    assert (code, told["error"]["code"]) == (2, "WS-VEC-003")
    code, told = call("validate", path, "--results", tmp_path / "none" / "out.json")
    assert (code, told["error"]["code"]) == (2, "WS-VEC-004")


def test_an_unusable_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "v.json").write_text("nonsense")
    for name in ("v.json", "absent.json"):
        assert main(["validate", str(tmp_path / name)], None) == 2  # type: ignore[arg-type]
        said = capsys.readouterr().err
        assert said.startswith("WS-VEC-001: ")
        assert said.count("\n") == 1

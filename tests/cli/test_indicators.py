"""Blocklists from the command line: which files are written, and that a wrong wish writes nothing."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Call


def test_formats_are_written_by_name_under_the_marking_and_logged(call: Call, tmp_path: Path) -> None:
    case, out = tmp_path / "a.wcase", tmp_path / "out"
    assert call("case", "new", case, "--title", "A", "--examiner", "D. Rossi")[0] == 0
    code, told = call("indicators", case, out, "--format", "stix,txt", "--tlp", "red")
    assert (code, told["addresses"], told["left_out"]) == (0, 0, 0)
    assert sorted(p.name for p in out.iterdir()) == ["blocklist.txt", "indicators.stix21.json"]
    assert "TLP:RED" in (out / "blocklist.txt").read_text("utf-8")
    assert call("case", "verify", case)[0] == 0


def test_an_unknown_format_or_level_writes_nothing(call: Call, tmp_path: Path) -> None:
    case, out = tmp_path / "a.wcase", tmp_path / "out"
    call("case", "new", case, "--title", "A", "--examiner", "D. Rossi")
    assert call("indicators", case, out, "--format", "xyz")[1]["error"]["code"] == "WS-EXP-041"
    assert call("indicators", case, out, "--tlp", "purple")[1]["error"]["code"] == "WS-EXP-040"
    assert not out.exists()

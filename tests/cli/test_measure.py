"""The verb ``measure`` writes both files where it is told, and its exit code says whether the goals are reached."""

from __future__ import annotations

import tomllib
from pathlib import Path

from tests.cli.conftest import Call


def test_measure_writes_a_page_and_a_file(call: Call, tmp_path: Path) -> None:
    code, told = call("measure", "--out", tmp_path / "rates", "--seeds", "21")
    assert code == 0
    assert (told["seeds"], told["missed"], told["files"]) == ([21], [], ["rates.md", "rates.toml"])
    assert tomllib.loads((tmp_path / "rates" / "rates.toml").read_text("utf-8"))["measuring"] == [21]
    assert "sets measured here: 21." in (tmp_path / "rates" / "rates.md").read_text("utf-8")


def test_a_folder_that_cannot_be_written_is_told(call: Call, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, told = call("measure", "--out", tmp_path / "file", "--seeds", "21")
    assert (code, told["error"]["code"]) == (2, "WS-MEA-001")

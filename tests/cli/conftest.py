"""The command line as a program: every test runs ``main`` in this process with its own case and settings folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workstation.cli.main import main


class NoScreens:
    """No window floor: these tests never need Qt, and would show it if they did."""

    def works(self) -> str:
        """Says what is missing, as on a machine without Qt."""
        return "no Qt in this test"


Call = Callable[..., tuple[int, Any]]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Runs a verb with ``--json``; gives the exit code and the one document it printed."""

    def run(*words: str | Path) -> tuple[int, Any]:
        capsys.readouterr()
        code = main([*map(str, words), "--json"], NoScreens())  # type: ignore[arg-type]
        printed = capsys.readouterr().out
        return code, json.loads(printed)

    return run


@pytest.fixture
def case(call: Call, tmp_path: Path) -> Path:
    """A new plain case."""
    path = tmp_path / "case.wcase"
    code, made = call("case", "new", path, "--title", "Test", "--examiner", "A. Officer", "--zone", "Asia/Almaty")
    assert code == 0
    assert len(made["head"]) == 64
    return path

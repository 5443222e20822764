"""The ten-minute tutorial of the manual, done word for word: its commands are typed, its edits made, its output compared."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from workstation.app import plugins
from workstation.casefile import store
from workstation.cli.main import main
from workstation.paths import resources_folder

PAGE = resources_folder() / "help" / "14-first-plugin.md"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EDIT = re.compile(r"[Ii]n `([^`]+)` replace\s*\Z")


class _NoScreens:
    def works(self) -> str:
        """As on a machine without Qt."""
        return "no Qt in this test"


def _steps(page: str) -> Iterator[tuple[str, list[str]]]:
    """``("type", [command, its output…])`` and ``("edit", [file, old, new])``, in the order of the page."""
    edit: list[str] = []
    end = 0
    for block in _BLOCK.finditer(page):
        before, end = page[end : block.start()], block.end()
        if block[1] == "sh":
            for part in re.split(r"^\$ ", block[2], flags=re.MULTILINE)[1:]:
                yield "type", part.splitlines()
        elif edit:
            yield "edit", [*edit, block[2]]
            edit = []
        else:
            found = _EDIT.search(before)
            assert found, f"a block without 'In `FILE` replace' before it: {block[2]}"
            edit = [found[1], block[2]]


def _as_shown(printed: list[str], shown: list[str]) -> bool:
    """Whether the output is what the page shows; a line ``…`` stands for any number of lines."""
    if not shown:
        return not printed
    if shown[0] == "…":
        return any(_as_shown(printed[skip:], shown[1:]) for skip in range(len(printed) + 1))
    return bool(printed) and printed[0].rstrip() == shown[0].rstrip() and _as_shown(printed[1:], shown[1:])


def test_the_tutorial_works_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    typed = []
    for kind, step in _steps(PAGE.read_text("utf-8")):
        if kind == "edit":
            file, old, new = step
            text = (folder / file).read_text("utf-8")
            assert text.count(old) == 1, f"{file} does not hold {old!r} once"
            (folder / file).write_text(text.replace(old, new), "utf-8")
            continue
        program, *words = shlex.split(step[0])
        assert program == "workstation"
        capsys.readouterr()
        code = main(words, _NoScreens())  # type: ignore[arg-type]
        told = capsys.readouterr()
        printed = (told.out + told.err).splitlines()
        assert _as_shown(printed, step[1:]), f"{step[0]} printed:\n" + "\n".join(printed)
        assert bool(code) == step[-1].endswith("fail"), f"{step[0]} ended with {code}"
        typed.append(words[1])
    for word in ("new", "dev", "test", "pack", "install", "approve"):
        assert word in typed
    with store.open_case(folder / "demo.wcase") as case:
        labels = [row for row in case.rows("tag").values() if row["source"] == "plugin big-payments 0.1.0"]
        assert [row["label"] for row in labels] == ["received 41000 USDT"]
        assert len(plugins.inbox(case)) == 3

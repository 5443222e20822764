"""A case that is asked for while the window does other work opens afterwards; asked for twice it opens once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.casefile.casefile_tools import new_case
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def test_a_case_that_is_asked_for_meanwhile_opens_afterwards(window: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "asked.wcase"
    new_case(tmp_path, path.name).close()
    gate, done, opened = threading.Event(), list[bool](), list[Path]()
    window.desk.opened.connect(
        lambda: opened.append(window.desk.session.store.path) if window.desk.session is not None else None
    )
    window.opening.beside(lambda: gate.wait(20), done.append)
    window.open_path(path)
    window.open_path(path)
    assert not opened
    gate.set()
    qtbot.waitUntil(lambda: bool(opened), timeout=20_000)
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    assert done == [True]
    assert opened == [path]

"""The window says plainly whether a package could be reproduced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from workstation.app.export import export
from workstation.app.session import Session
from workstation.ui import casefiles
from workstation.ui.results import ResultDialog
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def test_a_package_is_done_again_beside_the_window(
    window: MainWindow, open_demo: Callable[[], Session], tmp_path: Path, qtbot: QtBot
) -> None:
    session = open_demo()
    package = export(session, tmp_path / "a-evidence.zip").path
    casefiles.reproduce_path(window, package)
    qtbot.waitUntil(lambda: bool(window.dialogs), timeout=60_000)
    dialog = window.dialogs[-1]
    assert isinstance(dialog, ResultDialog)
    results = [dialog.table.topLevelItem(i).text(1) for i in range(dialog.table.topLevelItemCount())]
    assert set(results) == {"holds"}
    assert len(results) >= 20

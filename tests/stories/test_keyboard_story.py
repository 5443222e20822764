"""A person without a mouse solves the demo case: from the start page to a finding and a checked evidence package."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from tests.stories.hands import CTRL, KEY, SHIFT, Typist, no_mouse
from tests.stories.player import LONG, Player
from workstation.ui import snapshot
from workstation.ui.app import bundled_plugins
from workstation.ui.dialogs import FindingDialog
from workstation.ui.exportdialog import ExportDialog
from workstation.ui.forms import CommandForm
from workstation.ui.results import ResultDialog, SealDialog
from workstation.ui.settings import Settings
from workstation.ui.window import MainWindow
from workstation.ui.workbench.panel import TracePanel

pytestmark = pytest.mark.gui


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """The window on its start page."""
    made = MainWindow(Settings(None), tmp_path / "home", bundled_plugins)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_dialogs()
    snapshot.discard(made)


def _board(player: Player) -> TracePanel:
    panel = player.window.docks["trace"].widget()
    assert isinstance(panel, TracePanel)
    player.qtbot.waitUntil(lambda: panel.shown is not None and panel.table.board.rowCount() > 0, timeout=LONG)
    return panel


def test_a_keyboard_only_user_solves_the_demo_case(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    with no_mouse() as watch:
        _solve(Player(window, qtbot), Typist(window, qtbot), qtbot, tmp_path)
    assert watch.used == []


def _solve(player: Player, hands: Typist, qtbot: QtBot, tmp_path: Path) -> None:
    window = player.window
    hands.tab_to("Open the demo case: romance scam")
    hands.key(KEY.Key_Space)
    qtbot.waitUntil(lambda: window.desk.session is not None, timeout=LONG)
    session = player.session
    findings = len(session.store.rows("finding"))

    hands.key(KEY.Key_F, CTRL)
    hands.type("Victim 1")
    hands.key(KEY.Key_Return)
    qtbot.waitUntil(lambda: len(session.selection) == 1, timeout=LONG)
    victim = session.selection[0]
    assert session.graphs.label(victim) == "Victim 1"

    hands.key(KEY.Key_F)
    panel = _board(player)
    hands.pane_to("trace")
    hands.tab_to("Methods side by side")
    read = _read(hands, panel)
    where = next(row for row in read if row[0].startswith("Exchange A"))
    assert any(re.fullmatch(r"[\d,]+\.\d+", cell) for cell in where)
    row = next(r for r in panel.table.board.rows if not r.head and r.cells[0].startswith("Exchange A"))
    hands.key(KEY.Key_Return)
    qtbot.waitUntil(lambda: [s.key for s in session.selection] == [row.key], timeout=LONG)

    hands.key(KEY.Key_0, CTRL)
    hands.key(KEY.Key_K)
    editor = player.dialog(FindingDialog)
    hands.into(editor)
    hands.tab_to("Claim")
    hands.type("What Victim 1 lost stands at Exchange A.")
    hands.tab_to("Save finding")
    hands.key(KEY.Key_Space)
    qtbot.waitUntil(lambda: len(session.store.rows("finding")) == findings + 1, timeout=LONG)
    player.gone(editor)

    hands.key(KEY.Key_S, CTRL | SHIFT)
    form = player.dialog(CommandForm)
    hands.into(form)
    hands.tab_to("Name")
    hands.type("Where it stands")
    hands.key(KEY.Key_Return)
    qtbot.waitUntil(
        lambda: any(r["name"] == "Where it stands" for r in session.store.rows("scene").values()), timeout=LONG
    )
    player.gone(form)

    hands.key(KEY.Key_E, CTRL | SHIFT)
    hands.into(player.dialog(ExportDialog))
    hands.tab_to("Package file")
    hands.key(KEY.Key_A, CTRL)
    out = tmp_path / "keys-evidence.zip"
    hands.type(str(out))
    hands.tab_to("Export")
    hands.key(KEY.Key_Space)
    hands.into(player.dialog(SealDialog))
    assert out.is_file()
    hands.tab_to("Verify now")
    hands.key(KEY.Key_Space)
    checks: Any = player.dialog(ResultDialog)
    results = {checks.table.topLevelItem(i).text(1) for i in range(checks.table.topLevelItemCount())}
    assert results == {"holds"}


def _read(hands: Typist, panel: TracePanel) -> list[list[str]]:
    """Walk down the board with the arrow, reading each row as it is shown, until where the money stands."""
    table, found = panel.table, []
    hands.key(KEY.Key_Home, CTRL)
    for _ in range(table.board.rowCount()):
        row = table.currentIndex().row()
        if row >= 0:
            found.append([str(table.board.data(table.board.index(row, c))) for c in range(table.board.columnCount())])
            if found[-1][0].startswith("Exchange A"):
                return found
        hands.key(KEY.Key_Down)
    return found

"""The runs of a case in the window: listed with what came of them, opened, asked again with the same settings."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from workstation.app.plugins import answers, kept_runs
from workstation.app.session import Session
from workstation.ui.plugins.ask import AnalysisDialog
from workstation.ui.plugins.runs import RunsDialog
from workstation.ui.rowspanel import RowsPanel
from workstation.ui.window import MainWindow

pytestmark = [pytest.mark.gui, pytest.mark.skipif(sys.platform != "linux", reason="kernel sandbox: Linux only")]
LONG = 30_000


def _ran(session: Session, analysis: str, settings: str, qtbot: QtBot) -> None:
    job = session.run("plugin.run", analysis=analysis, settings=settings).job
    assert job is not None
    qtbot.waitUntil(lambda: not job.active, timeout=LONG)
    assert job.state == "done"


def _runs(window: MainWindow, qtbot: QtBot) -> RunsDialog:
    window.ask("view.plugin_runs")
    found = window.dialogs[-1]
    assert isinstance(found, RunsDialog)
    qtbot.waitUntil(lambda: bool(found.panel.model.rows), timeout=LONG)
    return found


def test_runs_are_listed_opened_and_asked_again(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    session = open_demo()
    _ran(session, "typologies/fan-in", "k=2", qtbot)
    _ran(session, "typologies/fan-out", "k=2", qtbot)
    dialog = _runs(window, qtbot)
    rows = {row.cells[2]: row for row in dialog.panel.model.rows}
    assert set(rows) == {"typologies/fan-in", "typologies/fan-out"}
    told = dict(rows["typologies/fan-in"].details)
    (run, _) = kept_runs(session.store)
    assert told["Hash of the code"] == run.record["tree"]
    assert "k=2" in told["Settings"]
    assert session.actor in told["Asked by"]

    place = next(n for n, row in enumerate(dialog.panel.model.rows) if row.cells[2] == "typologies/fan-in")
    dialog.panel.table.selectRow(place)
    dialog.again.click()
    qtbot.waitUntil(lambda: "the same answers as run 1" in dialog.problem.text(), timeout=LONG)
    assert len(kept_runs(session.store)) == 2

    qtbot.waitUntil(lambda: bool(dialog.panel.model.rows) and window.desk.queue.idle, timeout=LONG)
    dialog.panel.table.selectRow(place)
    dialog.panel.table.setFocus()
    qtbot.keyClick(dialog.panel.table, Qt.Key.Key_Return)
    panel = window.docks["answers"].widget()
    assert isinstance(panel, RowsPanel)
    wanted = [item for item in answers(session.store) if item.run == 1]
    qtbot.waitUntil(
        lambda: bool(panel.model.rows) and {row.cells[6] for row in panel.model.rows} == {"typologies/fan-in, run 1"},
        timeout=LONG,
    )
    assert len(panel.model.rows) == len(wanted)
    which = panel.findChild(QComboBox, "run")
    assert isinstance(which, QComboBox)
    assert which.currentText() == "Run 1 · typologies/fan-in"
    which.setCurrentIndex(0)
    qtbot.waitUntil(lambda: len(panel.model.rows) == len(answers(session.store)), timeout=LONG)


def test_the_form_of_a_run_opens_with_its_settings(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    session = open_demo()
    _ran(session, "typologies/fan-in", "k=2", qtbot)
    _ran(session, "typologies/fan-in", "k=3", qtbot)
    dialog = _runs(window, qtbot)
    place = next(n for n, row in enumerate(dialog.panel.model.rows) if "k 2" in row.cells[5])
    dialog.panel.table.selectRow(place)
    dialog.change.click()
    qtbot.waitUntil(lambda: any(isinstance(d, AnalysisDialog) for d in window.dialogs), timeout=LONG)
    form = next(d for d in window.dialogs if isinstance(d, AnalysisDialog))
    assert form.chosen().key == "typologies/fan-in"
    assert "k=2" in form.settings().splitlines()

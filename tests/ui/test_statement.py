"""The Statement dock: from the selection to the rows, the lots of a payment in words, balance at a moment, the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.app.tracing import sources
from workstation.ui.window import MainWindow
from workstation.ui.workbench.statementpanel import StatementPanel

pytestmark = pytest.mark.gui
DEPOSIT = "TVnHNtgV63gXmyg82Mu79476M58V5bzVPe"


def shown(window: MainWindow, session: Session, qtbot: QtBot) -> StatementPanel:
    """The dock with the statement of the deposit address."""
    session.select([sources.subject(session.graphs.ledger, DEPOSIT)])
    window.ask("view.statement")
    panel = window.docks["statement"].widget()
    assert isinstance(panel, StatementPanel)
    qtbot.waitUntil(lambda: panel.made is not None)
    return panel


def test_a_payment_is_told_in_words(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    panel = shown(window, demo, qtbot)
    assert panel.isVisible()
    assert panel.made is not None
    assert panel.made.shown[-1].kind == "out"
    words = panel.detail.text().replace("\u200b", "")
    assert "What came in first goes out first." in words
    assert "= 121,405.266459 USDT" in words


def test_balance_at_a_moment(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    panel = shown(window, demo, qtbot)
    panel.at.setText("2026-03-09")
    panel.at.returnPressed.emit()
    qtbot.waitUntil(lambda: "41,000 USDT" in panel.words.text())


def test_the_statement_is_written_as_a_table(window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path) -> None:
    panel = shown(window, demo, qtbot)
    path = tmp_path / "statement.csv"
    panel.write(path)
    qtbot.waitUntil(lambda: "statement.csv" in panel.words.text())
    assert path.read_text(encoding="utf-8").startswith("Row,Time (UTC),Kind")

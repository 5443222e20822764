"""The lower panels of statements: events, provider returns, found addresses; what they list and what Enter does."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from workstation.app import intake
from workstation.app.session import Session
from workstation.ui.rowspanel import RowsPanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui
DEPOSIT = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
BINANCE = (
    "Date(UTC+0),Coin,Network,Amount,Address,TXID,Status\n"
    f"24-03-08 10:15:42,BTC,BTC,0.05,{DEPOSIT},{'ab' * 32},Completed\n"
    f"24-03-09 10:15:42,BTC,BTC,0.07,{DEPOSIT},,Rejected\n"
)
LETTER = f"He asked me to pay to {DEPOSIT} at once.\nThen to 0x00000000219ab540356cBB839Cbe05303d7705Fa too.\n"


def panel(window: MainWindow, name: str, qtbot: QtBot) -> RowsPanel:
    """A lower panel, on screen."""
    window.show_dock(name)
    found = window.docks[name].widget()
    assert isinstance(found, RowsPanel)
    qtbot.waitUntil(found.isVisible)
    return found


def test_events_are_listed_filtered_and_lead_to_the_account(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "deposits.csv"
    file.write_text(BINANCE, "utf-8")
    intake.import_files(demo, [file])
    events = panel(window, "events", qtbot)
    assert [(row.cells[2], row.cells[3], row.cells[6]) for row in events.model.rows] == [
        ("deposit", "+0.05", "ok"),
        ("deposit", "+0.07", "failed"),
    ]
    events.filter.setText("failed")
    qtbot.waitUntil(lambda: events.model.rowCount() == 1)
    events.table.selectRow(0)
    events.table.setFocus()
    qtbot.keyClick(events.table, Qt.Key.Key_Return)
    assert [s.key for s in demo.selection] == ["address:stated:Binance account"]


def test_returns_say_why_a_row_is_not_found(window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "deposits.csv"
    file.write_text(BINANCE, "utf-8")
    intake.import_files(demo, [file])
    returns = panel(window, "returns", qtbot)
    assert [row.cells[0] for row in returns.model.rows][:1] == ["not found"]
    assert "bitcoin" in returns.model.rows[0].cells[6]
    assert "1 not found" in returns.words.text()


def test_found_addresses_are_accepted_or_dismissed(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    file = tmp_path / "letter.txt"
    file.write_text(LETTER, "utf-8")
    intake.import_files(demo, [file], intake.Options(reader="text.scan"))
    found = panel(window, "found", qtbot)
    assert {row.cells[0] for row in found.model.rows} == {"open"}
    assert found.model.rows[0].cells[1] == DEPOSIT
    number = found.model.rows[0].number
    window.run_now("mention.accept", mention=number, chain="bitcoin")
    assert found.model.rows[0].cells[0] == "accepted"
    assert window.desk.node(f"address:bitcoin:{DEPOSIT}") is not None
    window.run_now("mention.dismiss", mention=found.model.rows[1].number, reason="a contract, not his")
    assert [row.cells[0] for row in found.model.rows] == ["accepted", "dismissed"]
    window.run_now("edit.undo")
    assert [row.cells[0] for row in found.model.rows] == ["accepted", "open"]

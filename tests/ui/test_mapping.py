"""The mapping wizard as a new user meets it: a workbook of three sheets that no reader knows, with titles above the
headers and merged cells."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.ui import importing
from workstation.ui.importdialog import ImportDialog
from workstation.ui.mapping.wizard import MappingWizard
from workstation.ui.results import ResultDialog
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui
_LONG = 60_000
DEPOSIT = "0x00000000219ab540356cBB839Cbe05303d7705Fa"
TX = "0x" + "ab" * 32


def answer_book(path: Path) -> Path:
    """A made-up answer of an exchange: account card, deposits, log-ins; titles, merged cells, a hidden sheet."""
    book = xlsxwriter.Workbook(str(path))
    title = book.add_format({"bold": True, "align": "center"})
    card = book.add_worksheet("Account")
    card.merge_range("A1:F1", "Customer information", title)
    card.write("A2", "Reference: 2024/117")
    card.write_row("A4", ["User ID", "Full name", "Date of birth", "Email", "Phone", "Registration time (UTC)"])
    card.write_row("A5", ["77001", "INVENTED PERSON", "1990-01-01", "p@example.org", "+10000", "2021-02-03 04:05:06"])
    deposits = book.add_worksheet("Deposits")
    deposits.merge_range("A1:H1", "Deposit history", title)
    deposits.merge_range("A2:D2", "Customer", title)
    deposits.merge_range("E2:H2", "Ledger", title)
    deposits.write_row(
        "A3", ["User ID", "Coin", "Amount", "Create time", "Network", "Deposit address", "TXID", "Status"]
    )
    rows = [
        ["77001", "ETH", "1,5", "08.03.2024 13:15:42", "ETH", DEPOSIT, TX, "Completed"],
        ["77001", "USDT", "2500,00", "09.03.2024 08:00:00", "ETH", DEPOSIT, "0x" + "cd" * 32, "Completed"],
        ["77001", "USDT", "10,00", "10.03.2024 08:00:00", "ETH", DEPOSIT, "0x" + "ef" * 32, "Rejected"],
    ]
    for number, row in enumerate(rows, 3):
        deposits.write_row(number, 0, row)
    logins = book.add_worksheet("Log-ins")
    logins.write("A1", "Access log, last 90 days")
    logins.write_row("A3", ["User ID", "Time (UTC)", "Operation", "IP address", "Device"])
    logins.write_row("A4", ["77001", "2024-03-08 10:10:00", "login", "192.0.2.10", "Windows 10"])
    logins.write_row("A5", ["77001", "2024-03-11 08:00:00", "login", "198.51.100.7", "Android"])
    logins.hide()
    book.close()
    return path


def wizard_of(window: MainWindow, qtbot: QtBot) -> MappingWizard:
    """The wizard on screen."""

    def there() -> bool:
        return any(isinstance(d, MappingWizard) and d.isVisible() for d in window.dialogs)

    qtbot.waitUntil(there, timeout=_LONG)
    found = next(d for d in window.dialogs if isinstance(d, MappingWizard))
    assert isinstance(found, MappingWizard)
    return found


def choose(box: QComboBox, value: tuple[str, ...]) -> None:
    """Pick the entry with this value."""
    found = [n for n in range(box.count()) if tuple(box.itemData(n) or ()) == value]
    assert found, value
    box.setCurrentIndex(found[0])


def checked(wizard: MappingWizard, number: int, qtbot: QtBot) -> None:
    """Go to a sheet and wait until its preview is there."""
    wizard.list.setCurrentRow(number)
    qtbot.waitUntil(lambda: wizard.sheets[number].choices is not None, timeout=_LONG)


def test_three_sheets_are_mapped_checked_and_imported(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    before = {exhibit.number for exhibit in demo.store.exhibits()}
    importing.map_columns(window, answer_book(tmp_path / "answer.xlsx"))
    wizard = wizard_of(window, qtbot)
    assert [sheet.name for sheet in wizard.sheets] == ["Account", "Deposits", "Log-ins"]

    checked(wizard, 0, qtbot)
    assert wizard.sheets[0].choices is not None
    assert wizard.sheets[0].choices.header_row == 4
    wizard.questions.service.setText("Example Exchange")
    choose(wizard.questions.rows, ("events", "account"))
    qtbot.waitUntil(lambda: wizard.sheets[0].check is not None, timeout=_LONG)

    checked(wizard, 1, qtbot)
    wizard.questions.service.setText("Example Exchange")
    choose(wizard.questions.rows, ("events", "deposit"))
    assert wizard.sheets[1].choices is not None
    assert wizard.sheets[1].choices.header_row == 3
    assert {"account", "asset", "amount", "time", "network", "address", "tx", "status"} <= set(
        wizard.sheets[1].choices.columns
    )
    qtbot.waitUntil(lambda: any("zone" in words for words in wizard.view.said), timeout=_LONG)
    assert wizard.sheets[1].check is None  # the zone is asked, never assumed
    wizard.questions.zone.setCurrentText("Europe/Moscow")
    qtbot.waitUntil(lambda: wizard.sheets[1].check is not None, timeout=_LONG)
    assert wizard.sheets[1].check is not None
    assert wizard.sheets[1].check.accepted == 3
    assert any("2,500" in line or "2500" in line for line in wizard.view.said)

    checked(wizard, 2, qtbot)
    wizard.questions.service.setText("Example Exchange")
    choose(wizard.questions.rows, ("events", "login"))
    qtbot.waitUntil(lambda: wizard.sheets[2].check is not None, timeout=_LONG)

    qtbot.mouseClick(wizard.ok, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: any(isinstance(d, ResultDialog) for d in window.dialogs), timeout=_LONG)
    new = [e for e in demo.store.exhibits() if e.number not in before]
    assert [e.parent for e in new if e.parent is not None] == [new[0].number] * 3
    deposits = demo.store.events(account="Example Exchange account 77001", kinds=("deposit",))
    assert [(e.symbol, e.amount_text, e.status) for e in deposits] == [
        ("ETH", "1.5", "ok"), ("USDT", "2500.00", "ok"), ("USDT", "10.00", "failed"),
    ]  # fmt: skip
    assert deposits[0].time == 1709892942  # 13:15:42 in Moscow is 10:15:42 UTC
    assert len(demo.store.events(account="Example Exchange account 77001", kinds=("login",))) == 2
    assert demo.store.rows("mapping"), "the profile is kept in the case"


def test_an_unknown_table_offers_the_wizard(window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path) -> None:
    table = tmp_path / "by_hand.csv"
    table.write_text("wer;wann;wieviel\nAnna;08.03.2024 13:15;12,5\n", "utf-8")
    importing.import_files(window, {"files": [table]})
    dialog = next(d for d in window.dialogs if isinstance(d, ImportDialog))
    qtbot.waitUntil(lambda: dialog.files[table].text(1) == "not recognised", timeout=_LONG)
    assert dialog.map_button.isEnabled()
    qtbot.mouseClick(dialog.map_button, Qt.MouseButton.LeftButton)
    wizard = wizard_of(window, qtbot)
    qtbot.waitUntil(lambda: wizard.sheets[0].preview is not None, timeout=_LONG)
    qtbot.waitUntil(lambda: bool(wizard.view.said) and wizard.view.said[0] != "checking …", timeout=_LONG)
    assert wizard.wrong(), "nothing can be imported while questions are open"
    assert demo.store.exhibits(), "the case is as before"


def test_an_unknown_status_word_stays_a_question_until_it_is_answered(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    table = tmp_path / "deposits.csv"
    table.write_text(
        "User ID;Currency;Network;Amount;Deposit Address;Create Time (UTC);Status\n"
        f"7;ETH;ETH;2,50;{DEPOSIT};08.03.2024 13:15:42;1\n",
        "utf-8",
    )
    importing.map_columns(window, table)
    wizard = wizard_of(window, qtbot)
    qtbot.waitUntil(lambda: wizard.sheets[0].choices is not None, timeout=_LONG)
    wizard.questions.service.setText("Example Exchange")  # another answer does not answer this one
    qtbot.waitUntil(lambda: any("status" in words for words in wizard.view.said), timeout=_LONG)
    assert wizard.wrong()
    word = wizard.questions.status.item(0)
    assert word.text().startswith("1  ·  counts?")
    word.setCheckState(Qt.CheckState.Checked)
    qtbot.waitUntil(lambda: wizard.sheets[0].check is not None, timeout=_LONG)
    assert wizard.view.said[0].startswith("1 row: 1 would come in")
    assert any("2.5 ETH" in words or "2.50 ETH" in words for words in wizard.view.said)

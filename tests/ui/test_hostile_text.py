"""A case whose labels, tokens, events and files bear hostile texts, open in the window: shown as marks, kept as they are."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QAbstractListModel, QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QDialog, QLabel, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from tests.app.statements import DEPOSIT_ADDRESS, OTHER, event_record, load, place, transfer_record
from workstation.app.session import Session
from workstation.casefile.store import create
from workstation.domain.amounts import Asset
from workstation.domain.evidence import ImportResult
from workstation.domain.records import BadRow, MentionRecord, TagRecord
from workstation.domain.subjects import Subject
from workstation.ui import citing, everything, flows, going, text
from workstation.ui.freeze.wizard import FreezeWizard
from workstation.ui.importreport import import_summary
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui

EVIL = "=x\x1b[31m\u202eTDSU\u200b\u2066\u2028\x00\ufeffЅ" + "o\u0301\u0302\u0303\u0304\u0305\u0306\u0307"
LONG = EVIL + "L" * 10_000
FAKE = "TXLAQ63Xg1NAzckPwKHvzw7CSEmLMEqcdj"
PARTY = "Binance P2P: \u202eevil\x07 name"


def lies(words: str) -> list[str]:
    """Characters that cannot be seen or that turn the line; line ends and the break points of our own labels apart."""
    return [
        c for c in words if c not in "\n\t" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
    ]


def cells(model: QAbstractItemModel, parent: QModelIndex | None = None) -> Iterator[str]:
    """Every text of a model: shown, tool tip, read aloud."""
    parent = parent or QModelIndex()
    role = Qt.ItemDataRole
    for row in range(model.rowCount(parent)):
        for column in range(1 if isinstance(model, QAbstractListModel) else model.columnCount(parent)):
            index = model.index(row, column, parent)
            for kind in (role.DisplayRole, role.ToolTipRole, role.AccessibleTextRole, role.AccessibleDescriptionRole):
                found = index.data(kind)
                if isinstance(found, str):
                    yield found
        yield from cells(model, model.index(row, 0, parent))


def shown(root: QWidget) -> list[str]:
    """Every text a widget and its children show."""
    found = [root.windowTitle()]
    for widget in [root, *root.findChildren(QWidget)]:
        found += [widget.toolTip(), widget.accessibleName(), widget.windowTitle()]
        if isinstance(widget, QLabel):
            # the one way to make a label; its own break points are none of the file's
            found.append(widget.text().replace("\u200b", "") if isinstance(widget, text.Label) else widget.text())
        elif isinstance(widget, QAbstractButton):
            found.append(widget.text())
        elif isinstance(widget, QComboBox):
            found += [widget.itemText(i) for i in range(widget.count())]
        elif isinstance(widget, QTabBar):
            found += [widget.tabText(i) for i in range(widget.count())]
        elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
            found += cells(widget.model())
    return found


def check(root: QWidget) -> list[str]:
    """Fail on a text that hides something; gives what is shown."""
    found = shown(root)
    assert not [words[:80] for words in found if lies(words)]
    assert all(len(words) < 20_000 for words in found)
    return found


@pytest.fixture
def hostile(window: MainWindow, tmp_path: Path) -> Session:
    """The case, open in the window, its graph filled."""
    session = window.session_for(create(tmp_path / "case.wcase", title=EVIL, examiner=EVIL))
    load(session, tmp_path / "\u202evsc.x\u200b.csv", "ledger", [
        transfer_record(2, asset=Asset("tron", FAKE, LONG, 6)),
        transfer_record(3, chain="stated", kind="stated", sender=PARTY, receiver="plain", tx="",
                        asset=Asset("stated", "", EVIL, 6)),
        TagRecord(place(4), "tron", "address", OTHER, EVIL, "scam", LONG, "", EVIL, ""),
        TagRecord(place(5), "tron", "address", DEPOSIT_ADDRESS, LONG, EVIL, EVIL, "", LONG, ""),
        event_record(6, account=EVIL, counterparty=LONG, symbol=EVIL, details=((EVIL, LONG), ("Note", EVIL))),
        MentionRecord(place(7), "address", DEPOSIT_ADDRESS, ("tron",), LONG),
        BadRow(place(8), "WS-ROW-004", f"no amount in {EVIL}", LONG),
    ])  # fmt: skip
    window.open_session(session)
    address = Subject("address", "tron", OTHER)
    session.select([address])
    session.run("graph.add", subjects=[address, Subject("address", "tron", DEPOSIT_ADDRESS)])
    session.run("note.add", subjects=[address], body=f"first\n{EVIL}")
    session.run("tag.add", subjects=[address], label=EVIL)
    session.run("entity.new", subjects=[address], name=EVIL)
    session.run("finding.new", claim=EVIL, subjects=[address])
    return session


def test_every_panel_shows_marks_and_the_case_keeps_the_text(
    window: MainWindow, hostile: Session, qtbot: QtBot
) -> None:
    for dock in window.docks.values():
        dock.show()
        dock.raise_()
        qtbot.waitUntil(dock.isVisible)
        qtbot.waitUntil(lambda: window.desk.queue.idle)
        check(window)
    found = check(window)
    for name in ("events", "found"):
        panel = window.docks[name].widget()
        assert panel is not None
        assert any("⟦U+202E⟧" in told for told in shown(panel)), name
    for words in ("⟦U+202E⟧TDSU", "⟦U+001B⟧[31m", "⟦U+200B⟧", "⟦U+0000⟧"):
        assert any(words in told for told in found), words
    assert any("characters …⟧" in told for told in found)
    assert [t.label for t in hostile.store.source_tags()] == [EVIL, LONG]
    assert {t.asset.symbol for t in hostile.store.transfers()} == {EVIL, LONG}
    assert hostile.store.events()[0].counterparty == LONG
    assert hostile.store.mentions()[0].context == LONG


@pytest.mark.parametrize(
    "subjects",
    [
        (Subject("address", "tron", OTHER),),
        (Subject("address", "tron", DEPOSIT_ADDRESS),),
        (Subject("address", "stated", PARTY),),
        (Subject("address", "tron", OTHER), Subject("address", "stated", PARTY)),
        (),
    ],
)
def test_the_inspector_shows_marks(window: MainWindow, hostile: Session, subjects: tuple[Subject, ...]) -> None:
    hostile.select(subjects)
    check(window)


def test_dialogs_show_marks(window: MainWindow, hostile: Session, qtbot: QtBot) -> None:
    window.transfers.table.selectAll()  # type: ignore[union-attr]
    everything.palette(window)
    citing.new_finding(window, {})
    going.go(window, "exhibit:1")
    for command in ("entity.add", "tag.remove", "finding.link"):
        flows.form(window, hostile.commands.commands[command], {})
    member = ImportResult(f"a/{EVIL}.csv", "", None, EVIL, "rejected", "WS-IMP-020", f"no format fits {LONG}")
    window.show_dialog(import_summary(window, [member], lambda: None, lambda _number: None))
    window.show_dialog(text.message_box(EVIL, LONG, details=EVIL, parent=window))
    window.ask("freeze.draft")
    asked = window.dialogs[-1]
    assert isinstance(asked, FreezeWizard)
    qtbot.waitUntil(lambda: asked._computed == asked.ask())
    asked.targets.show()
    dialogs = window.findChildren(QDialog)
    assert len(dialogs) >= 6
    for dialog in dialogs:
        check(dialog)


def test_the_search_list_and_the_filter_find_the_exact_text(window: MainWindow, hostile: Session) -> None:
    from workstation.app.search import find

    hits = find(hostile, "TDSU", limit=20)
    assert hits
    window.top.search_typed.emit("TDSU")
    assert any("⟦U+202E⟧TDSU" in words for words in check(window.searching.list))


def test_the_canvas_draws_marks(window: MainWindow, hostile: Session) -> None:
    picture = hostile.graphs.picture(hostile.graph)
    assert not [words for n in picture.nodes for words in (n.name, n.detail) if lies(words)]
    assert any("⟦U+202E⟧" in n.name for n in picture.nodes)
    assert not [e.label for e in picture.edges if lies(e.label + e.exact)]


def test_copied_rows_are_text_where_they_are_pasted(window: MainWindow, hostile: Session) -> None:
    table = window.transfers
    assert table is not None
    table.table.selectAll()
    table.copy_rows()
    rows = [line.split("\t") for line in QGuiApplication.clipboard().text().split("\n")]
    assert len(rows) == 2
    for row in rows:
        assert len(row) == 7
        assert not [cell for cell in row if cell.startswith(("=", "+", "@")) or lies(cell)]
        assert row[2].startswith("'=x⟦U+001B⟧")


def test_labels_that_are_set_later_show_marks_too(qtbot: QtBot) -> None:
    made = text.label("")
    qtbot.addWidget(made)
    made.setText("a\u202eb\nc")
    assert made.text() == "a⟦U+202E⟧b\nc"
    broken = text.label("0123456789\u200b", breaks=True)
    qtbot.addWidget(broken)
    assert broken.text() == "012345\u200b6789⟦U\u200b+200B⟧"
    made.setText("x\u200by")
    assert made.text() == "x⟦U+200B⟧y"
    made.setText("a " + "x" * 100)
    assert made.text() == "a " + "\u200b".join(("x" * 40, "x" * 40, "x" * 20))
    made.setText("f" * 64)
    assert made.text() == "f" * 64

"""Facts on demand in the window: cards by pointer and key, source rows, counterparties, the identifier as code."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from workstation.app import counterparties, intake, privacy
from workstation.app.session import Session
from workstation.domain.subjects import Subject, parse
from workstation.ui import snapshot
from workstation.ui.cards.card import CardFrame
from workstation.ui.cards.floating import Cards
from workstation.ui.cards.parties import CAME, COUNT, WENT, PartiesPanel, PartyModel
from workstation.ui.cards.qrdialog import QrDialog
from workstation.ui.sourceview import SourceDialog
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def cards_of(window: MainWindow, qtbot: QtBot) -> Cards:
    """The cards of the canvas, once it is there."""
    assert window.canvas is not None
    qtbot.waitUntil(lambda: window.canvas is not None and window.canvas.view is not None)
    return window.canvas.cards


def said(card: CardFrame) -> str:
    """Every text of a card."""
    return "\n".join(label.text().replace("\u200b", "") for label in card.findChildren(QLabel))


def dialog(window: MainWindow, kind: type) -> SourceDialog | QrDialog:
    """The open dialog of a kind."""
    return next(each for each in reversed(window.dialogs) if isinstance(each, kind))


def by_name(session: Session, name: str) -> Subject:
    """The drawn address with a label."""
    return next(parse(n.key) for n in session.graphs.picture(session.graph).nodes if n.name == name)


def test_key_i_opens_the_card_and_esc_gives_the_keyboard_back(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """The whole way by keyboard: I, into the card, Esc, back on the canvas; the same for a line."""
    cards = cards_of(window, qtbot)
    assert window.canvas is not None
    view = window.canvas.view
    assert view is not None
    window.activateWindow()
    window.focus_canvas()
    demo.select([by_name(demo, "Collector 1")])
    qtbot.keyClick(view, Qt.Key.Key_I)
    assert cards.pinned is not None
    focus = window.focusWidget()
    assert focus is not None
    assert cards.pinned.isAncestorOf(focus)
    assert by_name(demo, "Collector 1").ref in said(cards.pinned)
    qtbot.keyClick(focus, Qt.Key.Key_Escape)
    assert cards.pinned is None
    assert window.focusWidget() is view
    view.set_selection([])
    view.choose(frozenset(), frozenset({0}))
    qtbot.keyClick(view, Qt.Key.Key_I)
    assert cards.pinned is not None
    table = cards.pinned.table
    assert table is not None
    assert window.focusWidget() is table
    edge = demo.graphs.picture(demo.graph).edges[0]
    assert table.model().rowCount() == edge.count
    assert edge.exact in said(cards.pinned)
    qtbot.keyClick(table, Qt.Key.Key_Escape)
    assert cards.pinned is None


def test_a_card_never_leaves_the_canvas_and_stands_beside_its_node(
    window: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    """Wherever the node is, the card is whole; where there is room it does not cover it."""
    cards = cards_of(window, qtbot)
    key = by_name(demo, "Collector 1").key
    cards.hovered(key, None)
    qtbot.waitUntil(lambda: cards.hover is not None)
    card, stage = cards.hover, cards.stage
    assert card is not None
    for x in (0, stage.width() // 2, stage.width()):
        for y in (0, stage.height() // 2, stage.height()):
            at = QRect(QPoint(x - 10, y - 10), QPoint(x + 10, y + 10))
            card.stand(at)
            assert stage.rect().contains(card.geometry())
            if card.width() < x - 40 or card.width() < stage.width() - x - 40:
                assert not card.geometry().intersects(at)


def test_on_stage_no_card_names_a_person(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """Neither name nor identifier of a victim, on a node or at the end of a line; key I does nothing."""
    cards = cards_of(window, qtbot)
    assert window.canvas is not None
    names = {"Victim 1": "Erika Beispiel"}
    person = by_name(demo, "Victim 1")
    demo.select([person])
    demo.run("tag.add", label=names["Victim 1"], category="victim", subjects=[person])
    window.canvas.set_mask(privacy.masked)
    snapshot.settle()  # a canvas that is still being laid out moves its camera, and a moved camera drops the card
    picture = demo.graphs.picture(demo.graph)
    for node in picture.nodes:
        cards.hovered(node.key, None)
        cards._show_hover()
        assert cards.hover is not None
        assert names["Victim 1"] not in said(cards.hover)
        assert person.ref not in said(cards.hover)
    for number in range(len(picture.edges)):
        cards.hovered(None, number)
        cards._show_hover()
        assert cards.hover is not None
        assert names["Victim 1"] not in said(cards.hover)
        assert person.ref not in said(cards.hover)
    assert not cards.open_selected()
    cards.pin(person.key, None)
    cards.pin(None, 0)
    window.ask("view.qr", subject=person.key)
    window.ask("view.source_row", subject=person.key)
    assert cards.pinned is None
    assert not [each for each in window.dialogs if isinstance(each, SourceDialog | QrDialog)]
    window.canvas.set_mask(None)
    assert cards.hover is None


def test_a_card_goes_when_what_it_says_may_be_wrong(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """An edit of the graph, undo, and closing the case take cards away; nothing stays behind."""
    cards = cards_of(window, qtbot)
    demo.select([by_name(demo, "Collector 1")])
    window.ask("view.card")
    assert cards.pinned is not None
    demo.run("graph.hide")
    assert cards.pinned is None
    demo.undo()
    cards.pin(None, 0)
    window.close_session()
    assert cards.pinned is None
    qtbot.waitUntil(lambda: not cards.stage.findChildren(CardFrame))


def test_the_line_card_leads_to_table_and_source_row(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """The marked transfer opens its row of the exhibit; the table marks exactly the transfers of the line."""
    cards = cards_of(window, qtbot)
    cards.pin(None, 0)
    assert cards.pinned is not None
    edge = demo.graphs.picture(demo.graph).edges[0]
    cards.pinned.buttons[0].click()
    shown = dialog(window, SourceDialog)
    assert isinstance(shown, SourceDialog)
    assert shown.shown is not None
    assert shown.places[0].title == f"T-{edge.transfers[0]}"
    assert {"amount", "time", "sender", "receiver"} <= {cell.what for cell in shown.shown.cells}
    assert shown.shown.exhibit.sha256 in shown.sha.text().replace("\u200b", "")
    shown.close()
    window.ask("view.transfers_of", transfers=list(edge.transfers))
    assert window.transfers is not None
    assert sorted(window.transfers.picked_ids()) == sorted(edge.transfers)
    window.transfers.table.setFocus()
    window.ask("view.source_row")
    again = dialog(window, SourceDialog)
    assert isinstance(again, SourceDialog)
    assert [place.title for place in again.places] == [f"T-{number}" for number in edge.transfers]


def test_a_hostile_row_is_shown_as_marks(window: MainWindow, demo: Session, tmp_path: Path, qtbot: QtBot) -> None:
    """What hides or turns the line round in an exhibit is visible in the source view, and markup stays text."""
    path = tmp_path / "hostile.csv"
    note = "\u202egnp.exe<img src=x>\u200b"
    path.write_text(
        f"time,from,to,asset,amount,transaction,sequence,chain,note\n1772446038,Anna,Bert,EUR,5.00,,1,stated,{note}\n",
        encoding="utf-8",
    )
    intake.import_files(demo, [path], intake.Options("ledger.csv", received_from="x"))
    newest = max(transfer.id for transfer in demo.store.transfers())
    window.ask("view.source_row", transfers=[newest])
    shown = dialog(window, SourceDialog)
    assert isinstance(shown, SourceDialog)
    texts = [
        tree.topLevelItem(row).text(column)  # type: ignore[union-attr]
        for tree in (shown.cells, shown.lines)
        for row in range(tree.topLevelItemCount())
        for column in range(tree.columnCount())
    ]
    assert any("⟦U+202E⟧gnp.exe<img src=x>⟦U+200B⟧" in words for words in texts)
    assert not any("\u202e" in words or "\u200b" in words for words in texts)


def test_counterparties_sort_filter_and_enter_puts_them_on_the_graph(
    window: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    """Rows of the selected address; sorting never mixes assets; Enter adds, undo takes away."""
    collector = by_name(demo, "Collector 1")
    demo.select([collector])
    window.show_dock("counterparties")
    panel = window.docks["counterparties"].widget()
    assert isinstance(panel, PartiesPanel)
    qtbot.waitUntil(lambda: panel.model.rowCount() > 0)
    model = panel.model
    assert model.rowCount() == len(counterparties.of(demo, collector).rows)
    model.sort(CAME, Qt.SortOrder.DescendingOrder)
    groups = [row.asset for row in model.rows]
    assert groups == sorted(groups, key=groups.index)
    for asset in set(groups):
        came = [row.came for row in model.rows if row.asset == asset]
        assert came == sorted(came, reverse=True)
    model.filter("gas")
    assert [model.text(row, CAME) for row in model.rows] == ["40.000000"]
    gas = model.subject(model.rows[0])
    assert window.desk.node(gas.key) is None
    panel.table.selectRow(0)
    qtbot.keyClick(panel.table, Qt.Key.Key_Return)
    assert window.desk.node(gas.key) is not None
    assert model.on_graph(model.rows[0])
    demo.undo()
    assert window.desk.node(gas.key) is None


def test_a_hundred_thousand_counterparties_are_listed_and_sorted(window: MainWindow, demo: Session) -> None:
    """Only what is on screen is written: making, sorting and filtering by asset stay bounded."""
    party = counterparties.of(demo, by_name(demo, "Collector 1")).rows[0]
    from dataclasses import replace

    amounts = np.random.default_rng(7).integers(0, 1 << 40, 100_000).tolist()
    many = tuple(replace(party, came=int(units), count_in=1) for units in amounts)
    model = PartyModel(window.desk, window)
    model.show(counterparties.Parties(many, (party.asset,), 1), demo.graphs.ledger)
    model.sort(CAME, Qt.SortOrder.DescendingOrder)
    assert [row.came for row in model.rows] == sorted(amounts, reverse=True)
    model.sort(COUNT, Qt.SortOrder.AscendingOrder)
    model.sort(WENT, Qt.SortOrder.AscendingOrder)
    assert model.rowCount() == 100_000


def test_the_code_dialog_holds_the_exact_identifier(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """Groups joined, the copy and the code are the identifier; the drawn modules are those of the code."""
    import segno

    subject = by_name(demo, "Collector 1")
    demo.select([subject])
    window.ask("view.qr")
    shown = dialog(window, QrDialog)
    assert isinstance(shown, QrDialog)
    assert "".join(shown.aloud.text().split()) == subject.ref
    shown.copy.click()
    assert QApplication.clipboard().text() == subject.ref
    wanted = segno.make(subject.ref, error="m", micro=False, boost_error=False)
    drawn = shown.code.grab().toImage()
    each, ratio = shown.code._each, drawn.devicePixelRatio()
    read = [
        [
            drawn.pixelColor(round((x + 4.5) * each * ratio), round((y + 4.5) * each * ratio)).lightness() < 128
            for x in range(len(row))
        ]
        for y, row in enumerate(wanted.matrix)
    ]
    assert read == [[bool(module) for module in row] for row in wanted.matrix]

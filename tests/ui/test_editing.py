"""Note cards, lasso and styles under the hand: mouse and keys change the case by commands, each of them can be undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.ui.canvas import FlowView, notes
from workstation.ui.stylepanel import StylesPanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui
LEFT, NO = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
CTRL, PLAIN = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


def send(view: FlowView, kind: QEvent.Type, at: QPointF, keys: Qt.KeyboardModifier = PLAIN) -> None:
    held = NO if kind == QEvent.Type.MouseButtonRelease else LEFT
    place = QPointF(view.viewport().mapToGlobal(at.toPoint()))
    QApplication.sendEvent(view.viewport(), QMouseEvent(kind, at, place, LEFT, held, keys))


def drag(view: FlowView, points: list[QPointF], keys: Qt.KeyboardModifier = PLAIN) -> None:
    send(view, QEvent.Type.MouseButtonPress, points[0], keys)
    for at in points[1:]:
        send(view, QEvent.Type.MouseMove, at, keys)
    send(view, QEvent.Type.MouseButtonRelease, points[-1], keys)


def canvas(window: MainWindow) -> FlowView:
    assert window.canvas is not None
    assert window.canvas.view is not None
    return window.canvas.view


def middle(view: FlowView, number: int = 0) -> QPointF:
    return notes.area(view.item.data_, view.item.camera(), view.item.data_.picture.cards[number]).center()


def test_a_card_is_dragged_edited_and_taken_away(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    view = canvas(window)
    demo.run("card.add", text="First words", place=(-120, -260, 0))
    view.fit()
    assert window.canvas is not None
    hands = window.canvas.hands
    assert hands is not None
    start, selection = middle(view), demo.selection
    scale = view.camera()[2]
    drag(view, [start, start + QPointF(10, 5), start + QPointF(40, 24)])
    (row,) = demo.store.rows("card").values()
    assert (row["x"] / 16, row["y"] / 16) == (
        pytest.approx(-120 + 40 / scale, abs=0.1),
        pytest.approx(-260 + 24 / scale, abs=0.1),
    )
    assert demo.selection == selection
    assert demo.history.next_undo() == "Move note card “First words”"
    demo.run("edit.undo")
    view.fit()
    send(view, QEvent.Type.MouseButtonDblClick, middle(view))
    assert hands.sheet is not None
    hands.sheet.setPlainText("<b>Other</b> words")
    qtbot.keyClick(hands.sheet, Qt.Key.Key_Return, CTRL)
    assert hands.sheet is None
    assert [card.text for card in view.item.data_.picture.cards] == ["<b>Other</b> words"]
    send(view, QEvent.Type.MouseButtonDblClick, middle(view))
    hands.sheet.setPlainText("thrown away")  # type: ignore[attr-defined]
    qtbot.keyClick(hands.sheet, Qt.Key.Key_Escape)
    assert demo.store.rows("card")[row["key"]]["text"] == "<b>Other</b> words"


def test_cards_are_handled_by_keys_alone(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    view = canvas(window)
    demo.run("card.add", text="One", place=(0, -200, 0))
    window.ask("view.next_card")
    assert "One" in window.status.message.text()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down):
        qtbot.keyClick(view, key)
    (row,) = demo.store.rows("card").values()
    assert (row["x"] / 16, row["y"] / 16) == (32, -184)
    demo.run("edit.undo")
    assert demo.store.rows("card")[row["key"]]["x"] == 0
    nodes = len(view.item.data_.picture.nodes)
    window.ask("view.next_card")
    qtbot.keyClick(view, Qt.Key.Key_Delete)
    assert not demo.store.rows("card")
    assert len(view.item.data_.picture.nodes) == nodes


def test_a_lasso_takes_what_it_encloses_and_all_of_it_is_dragged_in_one_step(window: MainWindow, demo: Session) -> None:
    view = canvas(window)
    view.fit()
    data, camera = view.item.data_, view.item.camera()
    places = [QPointF(*camera.pixel(*xy)) for xy in data.pos.tolist()]
    first, second = sorted(range(len(places)), key=lambda n: (places[n].x(), places[n].y()))[:2]
    low, high = sorted((places[first], places[second]), key=lambda at: at.y())
    ring = [low + QPointF(-26, -22), low + QPointF(26, -22), high + QPointF(26, 22), high + QPointF(-26, 22)]
    wanted = {
        data.keys[n] for n, at in enumerate(places)
        if min(low.x(), high.x()) - 26 < at.x() < max(low.x(), high.x()) + 26 and low.y() - 22 < at.y() < high.y() + 22
    }  # fmt: skip
    drag(view, [*ring, ring[0] + QPointF(1, 1)], CTRL)
    assert {subject.key for subject in demo.selection} == wanted
    assert view.item.marks.lasso == []
    steps = demo.store.undo_position()
    drag(view, [places[first], places[first] + QPointF(8, 0), places[first] + QPointF(30, 12)])
    assert demo.store.undo_position() == steps + 1
    after = {node.key: (node.x, node.y) for node in demo.graphs.picture(demo.graph).nodes}
    before = dict(zip(data.keys, [tuple(xy) for xy in camera_world(view, places)], strict=True))
    assert {
        key for key, xy in after.items() if max(abs(a - b) for a, b in zip(xy, before[key], strict=True)) > 1
    } == wanted


def camera_world(view: FlowView, places: list[QPointF]) -> list[tuple[float, float]]:
    return [view.world(at) for at in places]


def test_the_lasso_tool_and_the_box_change_by_key(window: MainWindow, demo: Session) -> None:
    view = canvas(window)
    window.ask("view.lasso")
    assert view.tool == "lasso"
    window.ask("view.lasso")
    assert view.tool == "select"


def test_the_styles_panel_lists_moves_and_switches_rules(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    panel = window.docks["styles"].widget()
    assert isinstance(panel, StylesPanel)
    demo.run("rule.add", sort="category", value="scam", colour="violet", name="<b>Scam</b>")
    demo.run("rule.add", sort="amount", value="1", asset="USDT", colour="red")
    window.show_dock("styles")
    assert panel.list.item(0).text().split(":")[0] == "<b>Scam</b>"
    panel.list.setCurrentRow(1)
    qtbot.keyClick(panel.list, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert panel.list.currentRow() == 0
    assert panel.list.item(1).text().startswith("<b>Scam</b>")
    qtbot.keyClick(panel.list, Qt.Key.Key_Space)
    assert [row["active"] for row in demo.store.rows("style_rule").values()].count("") == 1
    assert panel.list.item(0).checkState() == Qt.CheckState.Unchecked
    qtbot.keyClick(panel.list, Qt.Key.Key_Delete)
    assert panel.list.count() == 1


def test_a_styled_line_is_asked_for_by_what_is_selected(window: MainWindow, demo: Session) -> None:
    canvas(window).selection_changed.emit([], [0])
    window.ask("style.line")
    (form,) = [w for w in QApplication.topLevelWidgets() if w.isVisible() and type(w).__name__ == "CommandForm"]
    colour = form.fields["colour"].input  # type: ignore[attr-defined]
    colour.setCurrentIndex(colour.findData("blue"))
    form.accept()  # type: ignore[attr-defined]
    edges = demo.graphs.picture(demo.graph).edges
    assert [n for n, edge in enumerate(edges) if edge.colour == "blue"] == [0]


def test_a_click_beside_a_card_goes_to_the_graph(window: MainWindow, demo: Session) -> None:
    view = canvas(window)
    demo.run("card.add", text="One", place=(0, -200, 0))
    view.fit()
    at = QPointF(*view.item.camera().pixel(*view.item.data_.pos[0].tolist()))
    send(view, QEvent.Type.MouseButtonPress, at)
    send(view, QEvent.Type.MouseButtonRelease, at)
    assert [subject.key for subject in demo.selection] == [view.item.data_.keys[0]]

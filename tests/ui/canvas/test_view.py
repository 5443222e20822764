"""The canvas under mouse and keys: what is selected, moved, hit and said."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.analysis.pictures import grid, small
from workstation.analysis.picture import Picture
from workstation.ui import theme as themes
from workstation.ui.canvas import FlowView

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[FlowView]:
    made = FlowView()
    qtbot.addWidget(made)
    made.reduced_motion = True
    made.resize(900, 600)
    made.set_graph(small())
    made.show()
    qtbot.waitExposed(made)
    made.fit()
    yield made
    made.close()


def place(view: FlowView, number: int) -> QPoint:
    x, y = view.item.camera().pixel(*view.item.data_.pos[number].tolist())
    return QPoint(round(x), round(y))


def mouse(
    view: FlowView, kind: QEvent.Type, at: QPoint, buttons: Qt.MouseButton = LEFT, button: Qt.MouseButton = LEFT
) -> None:
    event = QMouseEvent(kind, QPointF(at), QPointF(view.viewport().mapToGlobal(at)), button, buttons, NONE)
    QApplication.sendEvent(view.viewport(), event)


def drag(view: FlowView, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT) -> None:
    mouse(view, QEvent.Type.MouseButtonPress, start, button, button)
    for share in (0.3, 0.7, 1.0):
        at = start + (end - start) * share
        mouse(view, QEvent.Type.MouseMove, at, button, Qt.MouseButton.NoButton)
    mouse(view, QEvent.Type.MouseButtonRelease, end, Qt.MouseButton.NoButton, button)


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1).copy()


def test_a_click_selects_and_a_second_with_ctrl_adds(view: FlowView, qtbot: QtBot) -> None:
    said: list[list[str]] = []
    view.selection_changed.connect(lambda keys, edges: said.append(keys))
    qtbot.mouseClick(view.viewport(), LEFT, NONE, place(view, 0))
    qtbot.mouseClick(view.viewport(), LEFT, Qt.KeyboardModifier.ControlModifier, place(view, 2))
    qtbot.mouseClick(view.viewport(), LEFT, NONE, QPoint(5, 5))
    assert said == [["address:bitcoin:0"], ["address:bitcoin:0", "address:bitcoin:2"], []]


def test_a_click_on_a_line_selects_the_edge(view: FlowView, qtbot: QtBot) -> None:
    line = view.item.data_.curve(0)
    x, y = view.item.camera().pixel(*line.middle)
    qtbot.mouseClick(view.viewport(), LEFT, NONE, QPoint(round(x), round(y)))
    assert view.selected_edges() == [0]
    assert view.selected_keys() == []


def test_dragging_a_node_says_where_it_went(view: FlowView) -> None:
    said: list[dict[str, tuple[float, float]]] = []
    view.nodes_moved.connect(said.append)
    before = view.item.data_.pos.copy()
    drag(view, place(view, 4), place(view, 4) + QPoint(50, 30))
    scale = view.camera()[2]
    assert list(said[0]) == ["address:bitcoin:4"]
    assert said[0]["address:bitcoin:4"] == pytest.approx((before[4] + (50 / scale, 30 / scale)).tolist())
    assert (np.delete(view.item.data_.pos, 4, 0) == np.delete(before, 4, 0)).all()


def test_a_band_selects_what_is_inside(view: FlowView) -> None:
    drag(view, place(view, 0) - QPoint(40, 40), place(view, 5) + QPoint(40, 40))
    assert view.selected_keys() == [f"address:bitcoin:{n}" for n in (0, 1, 4, 5)]
    assert view.item.marks.band is None


@pytest.mark.parametrize("button", [Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton])
def test_the_other_buttons_pan_and_move_nothing(view: FlowView, button: Qt.MouseButton) -> None:
    cx, cy, scale = view.camera()
    before = view.item.data_.pos.copy()
    drag(view, QPoint(300, 300), QPoint(340, 280), button)
    assert view.camera() == pytest.approx((cx - 40 / scale, cy + 20 / scale, scale))
    assert (view.item.data_.pos == before).all()


def test_the_wheel_keeps_the_point_under_the_cursor(view: FlowView) -> None:
    at = QPointF(200, 150)
    before = view.world(at)
    event = QWheelEvent(at, QPointF(view.viewport().mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, NONE,
                        Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(view.viewport(), event)
    assert view.world(at) == pytest.approx(before)
    assert view.camera()[2] > 0.5


def test_arrow_keys_go_to_the_nearest_node_that_way(view: FlowView, qtbot: QtBot) -> None:
    view.set_selection(["address:bitcoin:0"])
    for key, expected in ((Qt.Key.Key_Right, 1), (Qt.Key.Key_Down, 5), (Qt.Key.Key_Left, 4), (Qt.Key.Key_Up, 0)):
        qtbot.keyClick(view, key)
        assert view.selected_keys() == [f"address:bitcoin:{expected}"]


def test_double_click_context_and_hover_say_the_node(view: FlowView, qtbot: QtBot) -> None:
    said: list[object] = []
    view.node_activated.connect(said.append)
    view.context_requested.connect(lambda key, point: said.append(key))
    view.hovered.connect(lambda key, edge: said.append((key, edge)))
    mouse(view, QEvent.Type.MouseMove, place(view, 3), Qt.MouseButton.NoButton, Qt.MouseButton.NoButton)
    mouse(view, QEvent.Type.MouseButtonDblClick, place(view, 3))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, NONE, place(view, 3))
    assert said == [("address:bitcoin:3", None), "address:bitcoin:3", "address:bitcoin:3"]


def test_labels_overlap_neither_each_other_nor_nodes(view: FlowView, qtbot: QtBot) -> None:
    qtbot.waitUntil(view.item.settled)
    camera = view.item.camera()
    boxes = [label.box(camera).adjusted(3, 3, -3, -3) for label in view.item.labelled()]
    assert len(boxes) >= 12
    assert not [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if a.intersects(b)]


def test_a_new_picture_keeps_camera_and_selection(view: FlowView) -> None:
    view.set_camera(100, 50, 0.9)
    view.set_selection(["address:bitcoin:2"])
    view.set_graph(small("other"))
    assert view.camera() == pytest.approx((100, 50, 0.9))
    assert view.selected_keys() == ["address:bitcoin:2"]


def test_positions_glide_and_end_at_the_new_place(view: FlowView, qtbot: QtBot) -> None:
    view.reduced_motion = False
    moved = grid(9)
    view.set_graph(moved)
    qtbot.waitUntil(lambda: bool(np.allclose(view.item.data_.pos, [(n.x, n.y) for n in moved.nodes])))
    assert view.item.data_.nodes == 9


def test_an_empty_picture_is_an_empty_canvas(view: FlowView) -> None:
    view.set_graph(Picture())
    view.fit()
    found = pixels(view.render_image(400, 300))
    assert (found == found[0, 0]).all()
    assert not view.legend.isVisible()


def test_pictures_repeat_and_differ_between_themes(view: FlowView) -> None:
    first, second = pixels(view.render_image(1000, 700)), pixels(view.render_image(1000, 700))
    dark = pixels(view.render_image(1000, 700, theme=themes.load("dark")))
    assert (first == second).all()
    assert (first != dark).mean() > 0.9
    assert len(np.unique(first)) > 60


def test_every_role_paints_its_own_colour(view: FlowView) -> None:
    found = set((pixels(view.render_image(1400, 900)) & 0xFFFFFF).ravel().tolist())
    assert {int(colour[1:], 16) for colour in view.theme.roles.values()} <= found


def test_ten_thousand_nodes_are_drawn(view: FlowView) -> None:
    view.set_graph(grid(10_000))
    view.fit()
    assert len(np.unique(pixels(view.grab().toImage()))) > 20
    assert view.accessibleName()

"""Labels, cards and fitting: nothing is written over anything, the important is written first, all of it is seen."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QApplication, QFrame
from pytestqt.qtbot import QtBot

from tests.analysis.pictures import grid, small
from workstation.analysis import curves
from workstation.analysis.picture import Edge, Node, Picture, Tint
from workstation.ui import theme as themes
from workstation.ui.canvas import FlowView, labels
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.canvas.fitting import fitted
from workstation.ui.canvas.overlays import LOW, LegendPlan

pytestmark = pytest.mark.gui


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[FlowView]:
    """A shown canvas of a small picture."""
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


def card_over(view: FlowView, wide: int, tall: int) -> QFrame:
    """Something of the window at the top left of the canvas, not shown yet."""
    card = QFrame(view)
    card.setGeometry(0, 0, wide, tall)
    view.float_over(card)
    return card


def crowd(count: int, gap: float) -> Picture:
    """A row of nodes that stand too near for all their names, each paying the next one."""
    nodes = tuple(
        Node(f"address:x:{n}", "address", n * gap, 0.0, "service", "EX", f"A long name {n}", "detail", "")
        for n in range(count)
    )
    return Picture(nodes, tuple(Edge(n, n + 1, f"{n} BTC", "", 1, float(n), ()) for n in range(count - 1)))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-400, 400), st.floats(-300, 300)), min_size=2, max_size=40),
    st.floats(0.4, 2.0),
    st.booleans(),
)
def test_no_label_lies_over_a_label_a_node_or_a_card(
    qapp: object, places: list[tuple[float, float]], scale: float, with_card: bool
) -> None:
    nodes = tuple(
        Node(f"a:{n}", "address", x, y, "victim", "VI", f"Name of {n}", "out 1.5 BTC", "")
        for n, (x, y) in enumerate(places)
    )
    edges = tuple(Edge(n, n + 1, "12.5 BTC", "", 1, float(n), ()) for n in range(len(nodes) - 1))
    data, camera = GraphData(Picture(nodes, edges)), Camera(0.0, 0.0, scale, 900, 600)
    cards = [QRectF(10, 450, 200, 140)] if with_card else []
    board = labels.place(data, camera, labels.Writer(themes.load("light")), cards=cards)
    boxes = [label.box(camera).adjusted(3, 3, -3, -3) for label in board.placed]
    assert not [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if a.intersects(b)]
    assert not [box for box in boxes for card in cards if box.intersects(card)]
    middles = [QPointF(*place) for place in camera.pixels(data.pos).tolist()]
    assert not [box for box in boxes for middle in middles if box.contains(middle)]


def test_selection_taint_and_role_are_written_first(qapp: object) -> None:
    picture = crowd(30, 30.0)
    role = replace(picture.nodes[20], role="subject")
    picture = replace(picture, nodes=(*picture.nodes[:20], role, *picture.nodes[21:]))
    data, camera, writer = GraphData(picture), Camera(435.0, 0.0, 1.0, 1200, 300), labels.Writer(themes.load("light"))

    def written(first: frozenset[int] = frozenset()) -> set[int]:
        return {label.node for label in labels.place(data, camera, writer, first).placed if label.node >= 0}

    assert 20 in written()
    assert len(written()) < 20  # below the nodes, and above them
    assert {7, 20} <= written(frozenset({7}))
    assert 19 not in written() or 20 not in written(frozenset({19}))
    data.set_tint(Tint(tuple(float(n == 11) for n in range(30)), (0.0,) * 29, "Taint"))
    assert 11 in written()


def test_points_along_many_lines_are_those_of_one(qapp: object) -> None:
    chance = np.random.default_rng(5)
    a, b = chance.normal(0, 90, (50, 2)), chance.normal(0, 90, (50, 2))
    near, far, wide, lane = (chance.uniform(1, 20, 50) for _ in range(4))
    found = curves.along(a, b, near, far, wide, lane, (0.0, 0.5, 1.0))
    for n in range(50):
        line = curves.curve(
            (a[n, 0], a[n, 1]), (b[n, 0], b[n, 1]), float(near[n]), float(far[n]), float(wide[n]), float(lane[n])
        )
        assert found[n].ravel() == pytest.approx([*line.start, *line.middle, *line.end])


def test_labels_travel_with_a_pan_and_are_placed_anew_at_rest(view: FlowView, qtbot: QtBot) -> None:
    qtbot.waitUntil(view.item.settled)
    before = view.item._board
    x, y, scale = view.camera()
    view.set_camera(x + 30 / scale, y, scale)
    view.viewport().repaint()
    assert view.item._board is before
    qtbot.waitUntil(view.item.settled)
    assert view.item._board is not before


def test_the_same_camera_has_the_same_labels_however_it_was_reached(view: FlowView, qtbot: QtBot) -> None:
    camera = view.camera()
    qtbot.waitUntil(view.item.settled)
    first = [(label.node, label.dx, label.dy) for label in view.item.labelled()]
    view.set_camera(camera[0] + 200, camera[1], camera[2] * 1.7)
    qtbot.waitUntil(view.item.settled)
    view.set_camera(*camera)
    qtbot.waitUntil(view.item.settled)
    assert [(label.node, label.dx, label.dy) for label in view.item.labelled()] == first


@pytest.mark.parametrize("size", [(700, 330), (900, 600), (1400, 500), (500, 900)])
@pytest.mark.parametrize("picture", [small(), grid(60), crowd(6, 190.0)])
def test_fitting_leaves_the_cards_free_and_cuts_no_name(
    view: FlowView, size: tuple[int, int], picture: Picture
) -> None:
    view.resize(*size)
    view.set_graph(picture)
    view.fit()
    view.item.deterministic = True
    view.grab()
    camera, cards = view.item.camera(), view.covered(minimap=False)
    places = camera.pixels(view.item.data_.pos)
    assert not [card for card in cards for x, y in places.tolist() if card.contains(x, y)]
    for label in view.item.labelled():
        box = label.box(camera)
        assert box.left() >= -1
        assert box.right() <= camera.width + 1
        assert box.bottom() <= camera.height + 1


def test_something_of_the_window_over_the_canvas_is_left_free(view: FlowView, qtbot: QtBot) -> None:
    card_over(view, 260, 200).show()
    view.fit()
    places = view.item.camera().pixels(view.item.data_.pos)
    assert not [1 for x, y in places.tolist() if x < 260 and y < 200]


def test_it_is_fitted_again_until_the_person_takes_the_camera(view: FlowView) -> None:
    view.resize(900, 380)
    low = view.item.camera().scale
    assert (view.item.camera().pixels(view.item.data_.pos)[:, 1] < 380).all()
    view.zoom_in()
    nearer = view.item.camera().scale
    view.resize(900, 600)
    assert nearer > low
    assert view.item.camera().scale == pytest.approx(nearer)


def test_nothing_to_fit_is_no_problem(qapp: object) -> None:
    assert fitted(GraphData(Picture()), 600, 400, []).scale > 0
    alone = Picture((Node("a:1", "address", 5.0, 5.0, "victim", "", "one", "", ""),))
    camera = fitted(GraphData(alone), 600, 400, [(0, 0, 100, 50)])
    assert camera.scale == pytest.approx(1.25)


def test_a_card_that_comes_after_the_fit_is_made_room_for(view: FlowView, qtbot: QtBot) -> None:
    """The words above the canvas come when the case has been read: what was fitted before must not stay under them."""
    card = card_over(view, 900, 200)
    view.fit()
    qtbot.waitUntil(view.item.settled)
    before = view.camera()
    card.show()
    view.room_changed()
    qtbot.waitUntil(lambda: view.camera() != before)
    top = min(view.item.camera().pixel(*place)[1] for place in view.item.data_.pos.tolist())
    assert top > 200
    view.touched()
    mine = view.camera()
    card.hide()
    view.room_changed()
    QApplication.processEvents()
    assert view.camera() == mine


def test_the_legend_says_what_is_on_screen(view: FlowView, qtbot: QtBot) -> None:
    whole = view.legend.accessibleDescription()
    data = view.item.data_
    number = next(n for n, node in enumerate(data.picture.nodes) if node.kind == "address")
    view.set_camera(float(data.pos[number, 0]), float(data.pos[number, 1]), 6.0)
    qtbot.waitUntil(lambda: view.legend.accessibleDescription() != whole)
    assert len(view.legend.accessibleDescription()) < len(whole)
    plan = LegendPlan(data, view.theme, (np.array([], int), np.array([], int)))
    assert plan.entries == []


def test_the_legend_says_what_a_late_frame_shows(view: FlowView, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker may give its frame after the camera has come to rest: the legend must not stay with the one before."""
    picture = grid(400)
    nodes = (replace(node, role="service" if number else "subject") for number, node in enumerate(picture.nodes))
    view.set_graph(replace(picture, nodes=tuple(nodes)))
    view.item.engine.load(wait_for_it=True)
    view.fit()
    qtbot.waitUntil(view.item.settled)
    whole = view.legend.accessibleDescription()
    assert "Subject" in whole
    engine, free = view.item.engine, threading.Event()
    made = engine._make
    monkeypatch.setattr(engine, "budget", -1.0)
    monkeypatch.setattr(engine, "_make", lambda *asked: free.wait(20) and made(*asked))
    view.set_camera(float(view.item.data_.pos[-1, 0]), float(view.item.data_.pos[-1, 1]), 4.0)
    qtbot.waitUntil(lambda: view.item._resting)
    assert view.legend.accessibleDescription() == whole
    free.set()
    qtbot.waitUntil(lambda: view.legend.accessibleDescription() != whole)
    assert "Subject" not in view.legend.accessibleDescription()


def test_on_a_low_canvas_the_legend_is_a_chip_that_opens(view: FlowView, qtbot: QtBot) -> None:
    tall = view.legend.height()
    view.resize(900, LOW - 20)
    assert view.legend.isVisible()
    assert view.legend.height() < tall
    bottom = view.legend.geometry().bottom()
    qtbot.mouseClick(view.legend, Qt.MouseButton.LeftButton)
    assert view.legend.height() == tall
    assert view.legend.geometry().bottom() == bottom


def _map(count: int) -> Picture:
    """Nodes in rows, one in seven known by name, one the subject."""
    roles = {0: "subject"} | dict.fromkeys(range(7, count, 7), "service")
    nodes = tuple(
        Node(
            f"address:x:{n}",
            "address",
            n % 60 * 120.0,
            n // 60 * 90.0,
            roles.get(n, "unattributed"),
            "",
            f"N{n}",
            "",
            "",
        )  # type: ignore[arg-type]
        for n in range(count)
    )
    return Picture(nodes, ())


@pytest.mark.parametrize(("count", "scale", "some"), [(300, 0.1, True), (4000, 0.1, False), (300, 0.01, False)])
def test_from_afar_selection_and_subject_are_named_and_in_a_small_picture_what_is_known(
    qapp: object, count: int, scale: float, some: bool
) -> None:
    data = GraphData(_map(count))
    left, top, right, bottom = data.bounds()
    camera = Camera((left + right) / 2, (top + bottom) / 2, scale, 1200, 800)
    assert camera.node_radius < labels.NAMES_FROM
    board = labels.place(data, camera, labels.Writer(themes.load("light")), frozenset({3}))
    written = {label.node for label in board.placed}
    assert {0, 3} <= written
    known = {n for n in written if n % 7 == 0} - {0}
    assert bool(known) is some
    assert all(n in (0, 3) or n % 7 == 0 for n in written), "nobody unknown is named from afar"
    boxes = [label.box(camera).adjusted(3, 3, -3, -3) for label in board.placed]
    assert not [(a, b) for n, a in enumerate(boxes) for b in boxes[:n] if a.intersects(b)]


def test_a_name_stands_above_its_node_when_another_stands_below_it(qapp: object) -> None:
    pair = tuple(Node(f"address:x:{n}", "address", 0.0, n * 40.0, "service", "", f"Name {n}", "", "") for n in range(2))
    data, camera = GraphData(Picture(pair, ())), Camera(0.0, 20.0, 0.7, 400, 300)
    placed = {label.node: label for label in labels.place(data, camera, labels.Writer(themes.load("light"))).placed}
    assert set(placed) == {0, 1}
    assert placed[0].dy < 0 < placed[1].dy or placed[1].dy > 0


def test_a_point_between_words_takes_no_more_room_than_a_letter(qapp: object) -> None:
    def scale(detail: str) -> float:
        nodes = tuple(replace(node, detail=detail) for node in crowd(3, 200.0).nodes)
        return fitted(GraphData(Picture(nodes)), 600, 400, []).scale

    assert scale("in 3K · out 33.4K USDT") == scale("in 3K - out 33.4K USDT") > scale("电" * 22)


def test_large_type_is_thought_of_when_a_graph_is_fitted(qapp: object) -> None:
    picture = crowd(2, 400.0)
    data = GraphData(picture)
    one, two = (fitted(data, 600, 400, [], words=words) for words in (1.0, 2.0))
    assert two.scale <= one.scale
    writer = labels.Writer(themes.load("light", 200))
    for label in labels.place(data, two, writer).placed:
        box = label.box(two)
        if label.node >= 0:
            assert box.left() >= -4
            assert box.right() <= 604


def test_all_labels_are_written_in_the_end_however_slow_the_computer_is(
    qapp: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no time left for a single text the picture would be drawn again and again, for ever."""
    monkeypatch.setattr(labels, "_BUDGET", -1.0)
    data, writer = GraphData(grid(60)), labels.Writer(themes.load("light"))
    camera = Camera(*((data.pos.min(0) + data.pos.max(0)) / 2).tolist(), 1.0, 1200, 900)
    before = -1
    while not (board := labels.place(data, camera, writer, hurry=True)).whole:
        assert len(board.placed) > before
        before = len(board.placed)
    assert board.placed

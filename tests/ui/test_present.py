"""Presenting: scenes by clicker, persons masked from the start, and everything as it was after leaving."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workstation.analysis.picture import Card, Frame, Look, Node, Picture
from workstation.app.commands.registry import Change
from workstation.app.lens import Lens
from workstation.app.privacy import PERSONS, masked
from workstation.app.session import Session
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import parse
from workstation.ui.canvas import notes
from workstation.ui.present.stage import Presentation
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


@pytest.fixture
def stage(window: MainWindow, open_demo: Callable[[], Session]) -> Presentation:
    """The demo case on stage, with three scenes."""
    session = open_demo()
    session.run("scene.save", name="Second", caption="Where it went", notes="Speak slowly", camera="0,0,0.5")
    session.look(Lens(text="exchange"))
    session.run("scene.save", name="Third", camera="10,0,0.7")
    session.look(Lens())
    window.ask("view.present")
    assert window.stage is not None
    return window.stage


def _press(stage: Presentation, key: Qt.Key) -> None:
    view = stage.canvas.view
    assert view is not None
    QTest.keyClick(view, key)  # type: ignore[call-overload]


def test_a_clicker_goes_forth_and_back_and_stops_at_the_ends(stage: Presentation) -> None:
    assert stage.place.text() == "1 of 3"
    _press(stage, Qt.Key.Key_PageDown)
    assert stage.caption.text() == "Second. Where it went"
    _press(stage, Qt.Key.Key_PageDown)
    assert stage.session.lens == Lens(text="exchange")
    _press(stage, Qt.Key.Key_PageDown)
    assert stage.place.text() == "3 of 3"
    _press(stage, Qt.Key.Key_PageUp)
    assert stage.place.text() == "2 of 3"
    _press(stage, Qt.Key.Key_Period)
    assert stage.blank.isVisible()
    _press(stage, Qt.Key.Key_Period)
    assert not stage.blank.isVisible()


def test_the_caption_can_be_read_whatever_theme_the_window_wears(
    window: MainWindow, open_demo: Callable[[], Session]
) -> None:
    open_demo()
    window.set_theme("dark")
    window.ask("view.present")
    assert window.stage is not None
    shown = window.stage.bar.grab().toImage()
    area = window.stage.caption.geometry()
    darkest = min(
        shown.pixelColor(x, y).lightness()
        for x in range(area.left(), area.left() + min(area.width(), 200))
        for y in range(area.top(), area.bottom())
    )
    assert shown.pixelColor(area.right() - 2, area.top()).lightness() > 240
    assert darkest < 60


def test_the_notes_are_in_the_speakers_window_only(stage: Presentation) -> None:
    _press(stage, Qt.Key.Key_N)
    _press(stage, Qt.Key.Key_PageDown)
    assert stage.notes is not None
    assert stage.notes.words.text() == "Speak slowly"
    assert stage.notes.following.text() == "Third"
    assert "Speak slowly" not in stage.caption.text()


def test_persons_are_masked_from_the_start(stage: Presentation, window: MainWindow) -> None:
    session, view = stage.session, stage.canvas.view
    assert view is not None
    real = session.graphs.picture(session.graph)
    victims = [node for node in real.nodes if node.role == "victim"]
    shown = {node.key: node for node in view.item.data_.picture.nodes}
    assert victims
    assert not any(node.full in (shown[node.key].name, shown[node.key].full) for node in victims)
    session.run("tag.add", subjects=[victims[0].key], label="Jane Doe", category="victim")
    assert "Jane Doe" not in {node.name for node in view.item.data_.picture.nodes}
    _press(stage, Qt.Key.Key_M)
    assert "Jane Doe" in {node.name for node in view.item.data_.picture.nodes}


def test_the_spotlight_dims_all_but_the_selection_and_its_partners(stage: Presentation) -> None:
    session = stage.session
    picture = session.graphs.picture(session.graph)
    deposit = next(node.key for node in picture.nodes if node.name == "Exchange A deposit")
    session.select([parse(deposit)])
    _press(stage, Qt.Key.Key_S)
    assert session.lens.only is not None
    assert deposit in session.lens.only
    assert set(session.lens.only) < {node.key for node in picture.nodes}
    _press(stage, Qt.Key.Key_S)
    assert session.lens.only is None


def test_leaving_puts_everything_back(window: MainWindow, open_demo: Callable[[], Session]) -> None:
    session = open_demo()
    assert window.canvas is not None
    assert window.canvas.view is not None
    session.look(Lens(text="collector"))
    session.select([parse(session.graphs.picture(session.graph).nodes[0].key)])
    window.docks["findings"].hide()
    window.canvas.view.set_camera(12, 34, 0.9)

    def now() -> tuple[object, ...]:
        docks = {name: dock.isHidden() for name, dock in window.docks.items()}
        bars = [bar.isHidden() for bar in (window.menuBar(), window.head_bar, window.statusBar())]
        assert window.canvas is not None
        return docks, bars, window.windowState(), session.graph, session.selection, session.lens, window.settings.theme

    before, sequence = now(), session.store.head()
    names = [node.name for node in session.graphs.picture(session.graph).nodes]
    window.ask("view.present")
    assert window.stage is not None
    assert not any(window.stage.screen.isAncestorOf(dock) for dock in window.docks.values())
    assert window.stage.screen.isFullScreen()
    assert window.stage.canvas.window() is window.stage.screen
    _press(window.stage, Qt.Key.Key_PageDown)
    _press(window.stage, Qt.Key.Key_S)
    _press(window.stage, Qt.Key.Key_Escape)
    assert window.stage is None
    assert now() == before
    assert session.store.head() == sequence
    assert [node.name for node in window.canvas.view.item.data_.picture.nodes] == names


def test_leaving_puts_the_window_back_to_the_pixel(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    session = open_demo()
    session.run("scene.save", name="Second", camera="0,0,0.5")
    assert window.canvas is not None
    assert window.canvas.view is not None
    window.docks["findings"].hide()
    window.resizeDocks([window.docks["case"]], [280], Qt.Orientation.Horizontal)
    window.docks["flows"].raise_()
    view = window.canvas.view
    view.set_camera(12, 34, 0.9)
    view.touched()
    seen: list[QImage] = []

    def settled() -> bool:
        seen.append(window.grab().toImage())
        return len(seen) > 20 and seen[-1] == seen[-10]

    qtbot.waitUntil(settled)

    def now() -> tuple[object, ...]:
        docks = {name: dock.geometry().getRect() for name, dock in window.docks.items() if dock.isVisible()}
        return docks, window.geometry().getRect(), window.canvas.geometry().getRect(), view.camera()  # type: ignore[union-attr]

    before, picture = now(), window.grab().toImage()
    views = len(session.views.past)
    for number in (1, 0):
        window.ask("view.present")
        assert window.stage is not None
        window.stage.show(number)
        QApplication.processEvents()
        window.stage.leave()
        qtbot.waitUntil(lambda: now() == before)
    qtbot.waitUntil(lambda: window.grab().toImage() == picture)
    assert len(session.views.past) == views


def test_a_scene_stands_on_stage_where_it_was_kept(window: MainWindow, open_demo: Callable[[], Session]) -> None:
    session = open_demo()
    key = session.run("scene.save", name="Kept", camera="0,0,0.5").made
    kept = {node.key: (node.x, node.y) for node in session.graphs.picture(session.graph).nodes}
    session.run("layout.radial")
    session.run("graph.remove", subjects=[next(iter(kept))])
    now = {node.key: (node.x, node.y) for node in session.graphs.picture(session.graph).nodes}
    session.run("scene.move", scene=key, place="1")
    window.ask("view.present")
    assert window.stage is not None
    assert window.canvas is not None
    assert window.canvas.view is not None
    assert window.stage.remark.isHidden()
    drawn = window.canvas.view.item.data_.picture
    assert {node.key: (node.x, node.y) for node in drawn.nodes} == kept
    assert window.canvas.tab_row.isHidden()
    assert window.canvas.crumbs.isHidden()
    window.stage.leave()
    drawn = window.canvas.view.item.data_.picture
    assert {node.key: (node.x, node.y) for node in drawn.nodes} == now
    assert not window.canvas.tab_row.isHidden()


def test_a_scene_without_places_says_so_on_stage(window: MainWindow, open_demo: Callable[[], Session]) -> None:
    session = open_demo()
    key, row = next(iter(session.store.rows("scene").items()))
    data = {name: value for name, value in json.loads(row["data"]).items() if name != "at"}
    session.apply(Change(ChangeSet("old", (Edit("scene", key, row, {**row, "data": json.dumps(data)}),))))
    window.ask("view.present")
    assert window.stage is not None
    assert window.stage.remark.text().startswith("This scene was kept without places")
    window.stage.leave()


def test_closing_the_case_ends_the_presentation(stage: Presentation, window: MainWindow) -> None:
    window.close_session()
    assert window.stage is None
    assert not window.head_bar.isHidden()


_NODES = st.lists(
    st.builds(
        Node,
        key=st.text(min_size=1, max_size=6),
        kind=st.sampled_from(["address", "entity", "transaction"]),
        x=st.just(0.0),
        y=st.just(0.0),
        role=st.sampled_from(["victim", "subject", "service", "unattributed"]),
        badge=st.just(""),
        name=st.text(min_size=8, max_size=12),
        detail=st.just(""),
        full=st.text(min_size=20, max_size=40),
    ),
    unique_by=lambda node: node.key,
    max_size=8,
)


@given(_NODES)
def test_no_text_of_a_person_passes_the_mask(nodes: list[Node]) -> None:
    shown = masked(Picture(tuple(nodes))).nodes
    for was, now in zip(nodes, shown, strict=True):
        person = was.role in PERSONS and was.kind in ("address", "entity")
        assert now.key == was.key
        assert (now.name, now.full) == ((now.name, now.name) if person else (was.name, was.full))
        assert not person or now.name.rstrip("0123456789") in ("Victim ", "Subject ")


def test_no_written_text_passes_the_mask() -> None:
    """Notes, names of groups, frames and styles are written by people of the office; a rule is named by its limits."""
    group = Node("group::f1", "group", 0, 0, "unattributed", "", "Wife of Meier", "", "Wife of Meier", stub_count=3)
    rule = Node("group::dust/BTC=0.001", "group", 0, 0, "unattributed", "", "Below 0.001 BTC", "", "", stub_count=3)
    looks = (Look("Meier's money"), Look("Declared swap or bridge", line=True, style="double"))
    cards, frames = (Card("c", "Meier called", 0, 0),), (Frame("f", "Meier", (0,)),)
    shown = masked(Picture((group, rule), frames=frames, cards=cards, looks=looks))
    assert "Meier" not in repr(shown)
    assert [node.name for node in shown.nodes] == ["Group 1", "Below 0.001 BTC"]
    assert shown.looks[1] == looks[1]


def test_a_scene_is_asked_about_as_it_is_drawn_not_as_the_graph_is_now(stage: Presentation, window: MainWindow) -> None:
    """Its nodes and lines have other numbers than those of the graph, from which something was taken since."""
    stage.leave()
    session = stage.session
    first = session.graphs.picture(session.graph).nodes[0]
    session.run("graph.remove", subjects=[parse(first.key)])
    window.ask("view.present")
    assert window.stage is not None
    canvas = window.stage.canvas
    drawn, now = canvas.shown(), session.graphs.picture(session.graph)
    assert [node.key for node in drawn.nodes][: len(now.nodes)] != [node.key for node in now.nodes]
    for node in masked(drawn).nodes:
        card = canvas.cards._made(node.key, None, pinned=False)
        assert card is not None
        assert card.said.head == node.name
        assert card.said.whole in ("", node.full)
    before = session.graphs.fans(session.graph)
    for edge in range(len(drawn.edges)):
        assert canvas.view is not None
        canvas.view.edge_activated.emit(edge)
    assert session.graphs.fans(session.graph) == before


def test_note_cards_are_not_handled_on_stage(stage: Presentation, window: MainWindow) -> None:
    session, view, hands = stage.session, stage.canvas.view, stage.canvas.hands
    assert view is not None
    assert hands is not None
    session.run("card.add", text="Meier called", place=(0, 0, 0))
    card = view.item.data_.picture.cards[0]
    assert card.text == "Note 1"
    view.fit()
    middle = notes.area(view.item.data_, view.item.camera(), card).center().toPoint()
    target = view.viewport()
    assert target is not None
    QTest.mousePress(target, Qt.MouseButton.LeftButton, pos=middle)  # type: ignore[call-overload]
    QTest.mouseMove(target, middle + QPoint(40, 30))  # type: ignore[call-overload]
    QTest.mouseRelease(target, Qt.MouseButton.LeftButton, pos=middle + QPoint(40, 30))  # type: ignore[call-overload]
    _press(stage, Qt.Key.Key_Right)
    assert view.item.data_.picture.cards[0] == card
    assert view.item.marks.card == ""

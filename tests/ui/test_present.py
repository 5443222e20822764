"""Presenting: scenes by clicker, persons masked from the start, and everything as it was after leaving."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from workstation.analysis.picture import Node, Picture
from workstation.app.lens import Lens
from workstation.app.privacy import PERSONS, masked
from workstation.app.session import Session
from workstation.domain.subjects import parse
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
    assert all(dock.isHidden() for dock in window.docks.values())
    _press(window.stage, Qt.Key.Key_PageDown)
    _press(window.stage, Qt.Key.Key_S)
    _press(window.stage, Qt.Key.Key_Escape)
    assert window.stage is None
    assert now() == before
    assert session.store.head() == sequence
    assert [node.name for node in window.canvas.view.item.data_.picture.nodes] == names


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

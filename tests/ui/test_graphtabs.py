"""Graph tabs and the line of steps below them: switching, dragging, renaming, marking what a step brought, taking it off."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.app.trail import trail
from workstation.ui.actions import duplicate_keys
from workstation.ui.canvas_area import CanvasArea
from workstation.ui.forms import CommandForm
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


@pytest.fixture
def canvas(window: MainWindow, demo: Session) -> CanvasArea:
    """The canvas of the demo case with three graphs, the first one active."""
    demo.run("graph.duplicate", name="B")
    demo.run("graph.new", name="<b>C</b> & d")
    demo.show_graph(demo.graphs.graph_keys()[0])
    assert window.canvas is not None
    return window.canvas


def test_tabs_follow_the_case_and_show_names_as_written(canvas: CanvasArea, demo: Session) -> None:
    assert [canvas.tabs.tabText(i) for i in range(3)] == ["Fund flow", "B", "<b>C</b> && d"]
    demo.run("graph.order", graph=demo.graphs.graph_keys()[2], place="1")
    assert canvas.tabs.tabText(0) == "<b>C</b> && d"
    assert canvas.tabs.tabData(canvas.tabs.currentIndex()) == demo.graph


def test_ctrl_tab_goes_to_the_next_graph_and_no_key_is_claimed_twice(
    canvas: CanvasArea, demo: Session, window: MainWindow
) -> None:
    assert duplicate_keys(window.registry) == []
    window.activateWindow()
    canvas.focus_canvas()
    QTest.keyClick(window, Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)  # type: ignore[call-overload]
    assert demo.graphs.name(demo.graph) == "B"


def test_dragging_a_tab_is_one_step(canvas: CanvasArea, demo: Session) -> None:
    steps = demo.store.undo_position()
    bar = canvas.tabs
    start, end = bar.tabRect(0).center(), QPoint(bar.tabRect(2).right() - 3, bar.tabRect(2).center().y())
    QTest.mousePress(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for x in range(start.x(), end.x() + 40, 8):
        QTest.mouseMove(bar, QPoint(x, start.y()))
    QTest.mouseRelease(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, end)
    assert [demo.graphs.name(key) for key in demo.graphs.graph_keys()][-1] == "Fund flow"
    assert demo.store.undo_position() == steps + 1
    demo.run("edit.undo")
    assert canvas.tabs.tabText(0) == "Fund flow"


def test_the_form_for_a_name_begins_with_the_name(canvas: CanvasArea, demo: Session, window: MainWindow) -> None:
    window.ask("graph.rename")
    form = window.dialogs[-1]
    assert isinstance(form, CommandForm)
    assert form.arguments() == {"name": "Fund flow"}
    form.accept()
    assert canvas.tabs.tabText(0) == "Fund flow"
    menu = canvas.tab_row.menu(1)
    assert demo.graphs.name(demo.graph) == "B"
    assert "Remove graph" in [action.text() for action in menu.actions()]
    menu.deleteLater()


def test_a_step_marks_what_it_brought_and_is_taken_off(
    canvas: CanvasArea, demo: Session, window: MainWindow, qtbot: QtBot
) -> None:
    collector = next(n.key for n in demo.graphs.picture(demo.graph).nodes if n.name == "Collector 2")
    demo.run("graph.expand", subject=collector, limit="all")
    told = trail(demo.graphs, demo.graph)
    assert canvas.crumbs.isVisible()
    assert canvas.view is not None
    places = {key: (p.x, p.y) for key, p in demo.graphs.placed(demo.graph).items()}
    last = canvas.crumbs._crumbs[-1]
    assert last.text().endswith(f"({len(told.expansions[-1].brought)})")
    QTest.mouseClick(last, Qt.MouseButton.LeftButton)
    assert [s.key for s in demo.selection] == list(told.expansions[-1].brought)
    data = canvas.view.item.data_
    points = data.pos[[data.number[key] for key in told.expansions[-1].brought]]
    assert canvas.view.camera()[:2] == pytest.approx(tuple((points.min(0) + points.max(0)) / 2))
    canvas.focus_canvas()
    QTest.keyClick(canvas.view, Qt.Key.Key_C)  # type: ignore[call-overload]
    left = {key: (p.x, p.y) for key, p in demo.graphs.placed(demo.graph).items()}
    assert set(places) - set(left) == set(told.expansions[-1].brought)
    assert all(places[key] == at for key, at in left.items())
    demo.show_graph(demo.graphs.graph_keys()[2])
    assert not canvas.crumbs.isVisible()


def test_a_long_trail_keeps_its_end_in_sight(canvas: CanvasArea, demo: Session, window: MainWindow) -> None:
    for number, key in enumerate(list(demo.graphs.placed(demo.graph))[:6]):
        demo.run("tag.add", subjects=[key], label=f"A name that takes much room {number}", category="exchange")
    for key in list(demo.graphs.placed(demo.graph)):
        if key.startswith("address:"):
            demo.run("graph.expand", subject=key, limit="all")
    crumbs = canvas.crumbs
    assert len(trail(demo.graphs, demo.graph).expansions) > 3
    assert crumbs._crumbs[1].text().startswith("+")
    assert all(each.geometry().right() <= crumbs.width() for each in crumbs._crumbs)

"""The Scenes panel: order, small pictures drawn once, and commands on the scene under the cursor."""

from __future__ import annotations

import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.ui.scenes.panel import ScenesPanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(window: MainWindow, demo: Session, qtbot: QtBot) -> ScenesPanel:
    """The panel with three scenes, all drawn."""
    demo.run("scene.save", name="Second", caption="b")
    demo.run("layout.radial")
    demo.run("scene.save", name="<i>Third</i>", caption="c")
    window.show_dock("scenes")
    made = window.docks["scenes"].widget()
    assert isinstance(made, ScenesPanel)
    qtbot.waitUntil(lambda: len(made._pictures) == 3)
    return made


def _names(panel: ScenesPanel) -> list[str]:
    return [str(panel.model.index(row, 0).data()) for row in range(panel.model.rowCount())]


def test_scenes_stand_in_order_each_with_its_own_picture(panel: ScenesPanel) -> None:
    assert [name.split("  ")[1] for name in _names(panel)][1:] == ["Second", "<i>Third</i>"]
    images = [kept[1].toImage() for kept in panel._pictures.values()]
    assert all(not image.allGray() for image in images)
    assert images[1] != images[2]
    assert images[0] == images[1] or images[0] != images[2]


def test_a_picture_is_drawn_again_only_when_it_would_differ(panel: ScenesPanel, demo: Session, qtbot: QtBot) -> None:
    before = {key: kept[1].cacheKey() for key, kept in panel._pictures.items()}
    demo.run("scene.rename", scene=panel.rows()[1][0], name="Other")
    demo.run("note.add", subjects=[demo.graphs.picture(demo.graph).nodes[0].key], body="x")
    assert {key: kept[1].cacheKey() for key, kept in panel._pictures.items()} == before
    key = panel.rows()[1][0]
    demo.run("scene.replace", scene=key)
    qtbot.waitUntil(lambda: panel._pictures[key][1].cacheKey() != before[key])
    assert {k for k, kept in panel._pictures.items() if kept[1].cacheKey() != before[k]} == {key}


def test_the_keyboard_moves_shows_and_keeps_the_cursor(panel: ScenesPanel, demo: Session, window: MainWindow) -> None:
    panel._stand_on(2)
    panel._move(-1)
    assert _names(panel)[1].endswith("<i>Third</i>")
    assert str(panel.list.currentIndex().data()).endswith("<i>Third</i>")
    demo.run("graph.new", name="Elsewhere")
    QTest.keyClick(panel.list, Qt.Key.Key_Return)  # type: ignore[call-overload]
    assert demo.graphs.name(demo.graph) == "Fund flow"
    panel._stand_on(0)
    assert not panel._acts[1].isEnabled()
    assert panel._acts[2].isEnabled()


def test_a_large_scene_is_drawn_beside_the_window(
    window: MainWindow, demo: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workstation.ui.scenes.panel._SMALL", 0)
    window.show_dock("scenes")
    made = window.docks["scenes"].widget()
    assert isinstance(made, ScenesPanel)
    start = time.perf_counter()
    made._next()
    assert time.perf_counter() - start < 0.05
    qtbot.waitUntil(lambda: bool(made._pictures))
    assert [job.state for job in demo.jobs.all() if "small picture" in job.title] == ["done"]

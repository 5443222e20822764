"""Reduced motion: by setting, live, remembered; the canvas does not glide and Play goes one moment on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.ui import motion, snapshot
from workstation.ui.app import bundled_plugins
from workstation.ui.settings import Settings
from workstation.ui.timeline.panel import TimelinePanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def test_nothing_glides_and_play_goes_one_moment_on(window: MainWindow, open_demo: Callable[[], Session]) -> None:
    session = open_demo()
    assert window.canvas is not None
    view = window.canvas.view
    assert view is not None
    assert not view.reduced_motion
    window.ask("view.reduced_motion")
    assert view.reduced_motion
    session.run("layout.align_left", subjects=list(session.graphs.placed(session.graph)))
    picture = session.graphs.picture(session.graph)
    assert [tuple(at) for at in view.item.data_.pos.tolist()] == [(node.x, node.y) for node in picture.nodes]

    panel = window.docks["timeline"].widget()
    assert isinstance(panel, TimelinePanel)
    window.show_dock("timeline")
    times = panel.moments().times
    for moment in times[:3]:
        panel.toggle()
        assert (panel.head, panel.playing) == (moment, False)
    window.ask("view.reduced_motion")
    assert not view.reduced_motion
    panel.toggle()
    assert panel.playing
    panel.stop()


def test_the_choice_is_remembered(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    first = MainWindow(Settings(file), tmp_path, bundled_plugins)
    assert motion.wanted(first) == motion.asked_by_system()
    first.ask("view.reduced_motion")
    chosen = motion.wanted(first)
    snapshot.discard(first)
    second = MainWindow(Settings(file), tmp_path, bundled_plugins)
    assert second.desk.reduced_motion is chosen is not motion.asked_by_system()
    snapshot.discard(second)

"""The Time line: the brush is the time window of the graph, playback meets every moment, all of it by keyboard too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workstation.app.lens import Lens
from workstation.app.session import Session
from workstation.ui.timeline.panel import TimelinePanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(window: MainWindow, open_demo: Callable[[], Session]) -> TimelinePanel:
    """The time line of the open demo case, on screen."""
    open_demo()
    window.show_dock("timeline")
    made = window.docks["timeline"].widget()
    assert isinstance(made, TimelinePanel)
    return made


def _session(panel: TimelinePanel) -> Session:
    assert panel.desk.session is not None
    return panel.desk.session


def test_a_drag_is_the_window_and_double_click_is_all_of_time(panel: TimelinePanel) -> None:
    bars, session = panel.bars, _session(panel)
    left, right = QPoint(round(bars.width() * 0.4), 20), QPoint(round(bars.width() * 0.7), 20)
    QTest.mousePress(bars, Qt.MouseButton.LeftButton, pos=left)
    QTest.mouseMove(bars, right)
    QTest.mouseRelease(bars, Qt.MouseButton.LeftButton, pos=right)
    assert (session.lens.since, session.lens.until) == (bars.time(left.x()), bars.time(right.x()))
    assert panel.desk.display.time(session.lens.since) in panel.words.text()
    QTest.mouseDClick(bars, Qt.MouseButton.LeftButton, pos=left)
    assert session.lens == Lens()
    assert panel.words.text().startswith("All of time")


def test_keys_move_and_stretch_the_window(panel: TimelinePanel) -> None:
    bars, session = panel.bars, _session(panel)
    step = bars.histogram.bins[0].until - bars.histogram.bins[0].since + 1
    first, last = bars.histogram.span
    bars.setFocus()
    QTest.keyClick(bars, Qt.Key.Key_Right)
    assert (session.lens.since, session.lens.until) == (first, first + step - 1)
    QTest.keyClick(bars, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(bars, Qt.Key.Key_Right)
    assert (session.lens.since, session.lens.until) == (first + step, first + 3 * step - 1)
    QTest.keyClick(bars, Qt.Key.Key_End)
    assert session.lens.until == last
    QTest.keyClick(bars, Qt.Key.Key_Escape)
    assert session.lens == Lens()


def test_playback_meets_every_moment_and_stops(panel: TimelinePanel, qtbot: QtBot) -> None:
    session = _session(panel)
    panel.speed.setCurrentIndex(panel.speed.count() - 1)
    met: list[int | None] = []
    panel.desk.lens_changed.connect(lambda: met.append(session.lens.until))
    QTest.keyClick(panel, Qt.Key.Key_Space)
    assert panel.playing
    qtbot.waitUntil(lambda: not panel.playing, timeout=30_000)
    assert met == list(panel.moments().times)
    assert session.lens.since is None


def test_steps_go_back_and_forth_and_the_text_follows(panel: TimelinePanel) -> None:
    session, times = _session(panel), panel.moments().times
    for _ in range(3):
        panel.forward.click()
    assert session.lens.until == times[2]
    QTest.keyClick(panel, Qt.Key.Key_Comma)
    assert session.lens.until == times[1]
    panel.mode.setCurrentIndex(panel.mode.findData("window"))
    assert session.lens.since is not None
    assert session.lens.since <= times[1] == session.lens.until


def test_a_window_has_one_length_and_does_not_take_that_of_everything_up_to_now(panel: TimelinePanel) -> None:
    session, (first, last) = _session(panel), panel.bars.histogram.span
    for _ in range(6):
        panel.forward.click()
    assert session.lens.since is None or session.lens.since <= first
    panel.mode.setCurrentIndex(panel.mode.findData("window"))
    since, until = session.lens.since, session.lens.until
    assert since is not None
    assert until is not None
    long = until - since
    assert long < (last - first) / 8
    panel.forward.click()
    assert session.lens.until - session.lens.since == long  # type: ignore[operator]


def test_another_case_ends_playback(panel: TimelinePanel, window: MainWindow) -> None:
    panel.toggle()
    window.close_session()
    assert not panel.playing
    assert not panel.bars.histogram.bins

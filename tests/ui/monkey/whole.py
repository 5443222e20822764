"""What concerns the whole window: theme, text size, size, time line, the stage."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.monkey.base import LEFT, NONE, Monkey
from workstation.ui.settings import SCALES, THEMES


def theme(monkey: Monkey) -> None:
    """Another theme."""
    if monkey.window.stage is None:
        monkey.window.set_theme(monkey.pick.choice(THEMES))


def scale(monkey: Monkey) -> None:
    """Another text size."""
    if monkey.window.stage is None:
        monkey.window.set_scale(monkey.pick.choice(SCALES))


def resize(monkey: Monkey) -> None:
    """Another size of the window."""
    monkey.window.resize(monkey.pick.randrange(700, 1920), monkey.pick.randrange(500, 1080))


def time_line(monkey: Monkey) -> None:
    """Step, play, brush, clear."""
    panel: Any = monkey.window.docks["timeline"].widget()
    monkey.window.show_dock("timeline")
    monkey.settle("time_line", 1)
    kind = monkey.pick.randrange(4)
    if kind == 0:
        panel.step(monkey.pick.choice((1, -1)))
    elif kind == 1:
        panel.toggle()
    elif kind == 2:
        bars = panel.bars
        start = monkey.point(bars)
        QTest.mousePress(bars, LEFT, NONE, start)
        QTest.mouseMove(bars, monkey.point(bars))
        QTest.mouseRelease(bars, LEFT, NONE, monkey.point(bars))
    else:
        panel.clear()


def stage(monkey: Monkey) -> None:
    """Present, click through some scenes, mostly leave."""
    if monkey.window.stage is None:
        monkey.timed("stage, on", lambda: monkey.window.ask("view.present"))
        monkey.settle("stage, on", 1)
    view = monkey.window.canvas.view if monkey.window.canvas is not None else None
    names = ("PageDown", "PageDown", "PageUp", "Period", "S", "M", "N", "Home", "End")
    for _ in range(3):
        if view is not None and monkey.window.stage is not None:
            key = getattr(Qt.Key, f"Key_{monkey.pick.choice(names)}")
            monkey.timed("stage, key", partial(QTest.keyClick, view, key))
            monkey.settle("stage, key", 1)
    if monkey.window.stage is not None and monkey.pick.random() < 0.9:
        monkey.window.stage.leave()

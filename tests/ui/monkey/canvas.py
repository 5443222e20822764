"""What the monkey does on the canvas: clicks, drags, wheel, keys, menus."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest

from tests.ui.monkey.base import KEYS, LEFT, MIDDLE, MODIFIERS, NONE, RIGHT, Monkey


def canvas_click(monkey: Monkey) -> None:
    """Click or double click."""
    surface = monkey.surface()
    if surface is not None:
        click = QTest.mouseDClick if monkey.pick.random() < 0.1 else QTest.mouseClick
        click(surface, LEFT, monkey.pick.choice(MODIFIERS), monkey.some_point(surface))


def canvas_drag(monkey: Monkey) -> None:
    """Drag a node, a band or the ground."""
    surface = monkey.surface()
    if surface is None:
        return
    button = monkey.pick.choice((LEFT, LEFT, MIDDLE))
    start, end = monkey.some_point(surface), monkey.point(surface)
    monkey.timed("canvas_drag", partial(QTest.mousePress, surface, button, monkey.pick.choice(MODIFIERS), start))
    for part in (0.3, 0.7, 1.0):
        monkey.timed("canvas_drag", partial(QTest.mouseMove, surface, start + (end - start) * part))
        monkey.settle("canvas_drag", 1)
    QTest.mouseRelease(surface, button, NONE, end)


def canvas_wheel(monkey: Monkey) -> None:
    """Zoom or scroll."""
    surface = monkey.surface()
    if surface is None:
        return
    at = QPointF(monkey.point(surface))
    turn = QPoint(0, monkey.pick.choice((120, -120, 240, -360)))
    event = QWheelEvent(
        at, QPointF(surface.mapToGlobal(at.toPoint())), QPoint(), turn, Qt.MouseButton.NoButton,
        monkey.pick.choice(MODIFIERS), Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QCoreApplication.sendEvent(surface, event)


def canvas_key(monkey: Monkey) -> None:
    """A key on the canvas."""
    view = monkey.window.canvas.view if monkey.window.canvas is not None else None
    if view is not None and view.isVisible():
        view.setFocus()
        QTest.keyClick(view, monkey.pick.choice(KEYS), monkey.pick.choice(MODIFIERS[:4]))


def canvas_menu(monkey: Monkey) -> None:
    """The context menu, and one of its entries."""
    surface = monkey.surface()
    if surface is not None:
        at = monkey.some_point(surface)
        QTest.mouseClick(surface, RIGHT, NONE, at)
        monkey.settle("canvas_menu", 1)
        monkey.choose_in_popup()


def select_nodes(monkey: Monkey) -> None:
    """Select some nodes the way a list does."""
    from workstation.domain.subjects import parse

    session = monkey.window.desk.session
    if session is not None:
        found = [node.key for node in session.graphs.picture(session.graph).nodes]
        session.select(parse(key) for key in monkey.pick.sample(found, min(len(found), monkey.pick.randrange(4))))

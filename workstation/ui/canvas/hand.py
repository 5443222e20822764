"""Owns what the mouse does on the canvas: click, drag, band, lasso, pan, wheel, hover, double click, menu.

Must not know the session: it marks nodes and says what was done through the signals of the view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent

from workstation.analysis.layouts.align import snapped
from workstation.ui.canvas import lasso

if TYPE_CHECKING:
    from workstation.ui.canvas.view import FlowView

ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
_DRAG_FROM = 4


class Hand:
    """One gesture at a time. ``space``: the space bar is held, so that dragging moves the view."""

    def __init__(self, view: FlowView) -> None:
        self.view, self.item = view, view.item
        self.space = False
        self._pressed: QPoint | None = None
        self._last = QPointF()
        self._gesture: Literal["", "wait", "band", "lasso", "move", "pan"] = ""
        self._grabbed = -1
        self._kept: frozenset[int] = frozenset()

    def press(self, event: QMouseEvent) -> None:
        """A button went down."""
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)
        at = event.position()
        self._pressed, self._last = at.toPoint(), at
        self.view.glide.stop(finish=True)
        button = event.button()
        self._grabbed = self.view.node_under(at) if button == Qt.MouseButton.LeftButton else -1
        self._gesture = "wait"
        free = button == Qt.MouseButton.LeftButton and self._grabbed < 0
        if button == Qt.MouseButton.MiddleButton or (free and (self.view.tool == "pan" or self.space)):
            self._gesture = "pan"
        event.accept()

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved, with a button or without."""
        at = event.position()
        if self._pressed is None or not event.buttons():
            self._hover(at)
            return
        if self._gesture == "wait" and (at.toPoint() - self._pressed).manhattanLength() >= _DRAG_FROM:
            self._begin(event)
        if self._gesture == "pan":
            self.view.touched()
            cx, cy, scale = self.view.camera()
            self.view.set_camera(cx - (at.x() - self._last.x()) / scale, cy - (at.y() - self._last.y()) / scale, scale)
        elif self._gesture == "move":
            self._move_by(at)
        elif self._gesture == "band":
            self.item.marks.band = QRectF(QPointF(self._pressed), at).normalized()
            self._take_band()
        elif self._gesture == "lasso":
            self._take_lasso(at)
        self._last = at
        event.accept()

    def release(self, event: QMouseEvent) -> None:
        """A button went up: the gesture is over."""
        gesture, self._gesture = self._gesture, ""
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return
        if gesture == "wait":
            self._clicked(event)
        elif gesture == "move":
            data = self.item.data_
            chosen = np.array(sorted(self.item.marks.nodes), np.int64)
            if self.view.snap:
                data.move(chosen, snapped(data.pos[chosen]))
            moved = {data.keys[n]: tuple(data.pos[n].tolist()) for n in chosen.tolist()}
            self.item.update()
            self.view.nodes_moved.emit(moved)
        elif gesture in ("band", "lasso"):
            self.item.marks.band, self.item.marks.lasso = None, []
            self.item.update()
            self.view.tell_selection()
        self.view.minimap.refresh()
        event.accept()

    def double(self, event: QMouseEvent) -> None:
        """Open what is under the mouse."""
        self._pressed, self._gesture = None, ""
        number, left = self.view.node_under(event.position()), event.button() == Qt.MouseButton.LeftButton
        edge = self.view.edge_under(event.position()) if number < 0 else -1
        if number >= 0 and left:
            self.view.node_activated.emit(self.item.data_.keys[number])
        elif edge >= 0 and left:
            self.view.edge_activated.emit(edge)
        event.accept()

    def wheel(self, event: QWheelEvent) -> None:
        """Nearer or further, with the point under the mouse where it is."""
        steps = event.angleDelta().y() / 120
        if steps:
            self.view.touched()
            self.view.zoom_by(1.18**steps, event.position())
        event.accept()

    def leave(self) -> None:
        """The mouse is elsewhere."""
        self._set_hover(-1, -1)

    def _begin(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.RightButton:
            self._gesture = "pan"
        elif self._grabbed >= 0:
            self._gesture = "move"
            if self._grabbed not in self.item.marks.nodes:
                self.view.choose(frozenset({self._grabbed}))
        else:
            by_hand = self.view.tool == "lasso" or event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self._gesture = "lasso" if by_hand else "band"
            self._kept = self.item.marks.nodes if event.modifiers() & ADDING else frozenset()

    def _clicked(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() == Qt.MouseButton.RightButton:
            self._ask_context_at(at)
            return
        marks, number = self.item.marks, self._grabbed
        adding = bool(event.modifiers() & ADDING)
        if number >= 0:
            marks.current = number
            self.view.choose(marks.nodes ^ {number} if adding else frozenset({number}))
            return
        edge = self.view.edge_under(at)
        if edge >= 0:
            self.view.choose(
                marks.nodes if adding else frozenset(), marks.edges ^ {edge} if adding else frozenset({edge})
            )
        elif not adding:
            self.view.choose(frozenset())

    def _ask_context_at(self, at: QPointF) -> None:
        number = self.view.node_under(at)
        edge = self.view.edge_under(at) if number < 0 else -1
        if number >= 0 and number not in self.item.marks.nodes:
            self.view.choose(frozenset({number}))
        elif edge >= 0 and edge not in self.item.marks.edges:
            self.view.choose(frozenset(), frozenset({edge}))
        place = self.view.viewport().mapToGlobal(at.toPoint())
        self.view.context_requested.emit(self.item.data_.keys[number] if number >= 0 else None, place)

    def _move_by(self, at: QPointF) -> None:
        scale = self.view.camera()[2]
        numbers = np.array(sorted(self.item.marks.nodes), np.int64)
        step = ((at.x() - self._last.x()) / scale, (at.y() - self._last.y()) / scale)
        self.item.data_.move(numbers, self.item.data_.pos[numbers] + step)
        self.item.update()

    def _take_band(self) -> None:
        band = self.item.marks.band
        assert band is not None
        left, top = self.view.world(band.topLeft())
        right, bottom = self.view.world(band.bottomRight())
        inside = self.item.data_.inside(left, top, right, bottom)
        self.item.marks.nodes = self._kept | frozenset(inside.tolist())
        self.item.marks.edges = frozenset()
        self.item.update()

    def _take_lasso(self, at: QPointF) -> None:
        """The line drawn by hand goes on; what it encloses is marked."""
        marks = self.item.marks
        marks.lasso.append((at.x(), at.y()))
        marks.nodes = self._kept | frozenset(lasso.inside(self.item.data_, self.item.camera(), marks.lasso).tolist())
        marks.edges = frozenset()
        self.item.update()

    def _hover(self, at: QPointF) -> None:
        number = self.view.node_under(at)
        self._set_hover(number, self.view.edge_under(at) if number < 0 else -1)

    def _set_hover(self, node: int, edge: int) -> None:
        marks = self.item.marks
        if (node, edge) != (marks.hovered_node, marks.hovered_edge):
            marks.hovered_node, marks.hovered_edge = node, edge
            self.item.update()
            self.view.hovered.emit(self.item.data_.keys[node] if node >= 0 else None, edge if edge >= 0 else None)

"""Owns the one graphics item that shows a picture: base image, labels, selection, hover and the rubber band.

Must not handle input (``view`` does) and must not know what a subject is.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from workstation.analysis.picture import Picture
from workstation.ui.canvas import brush, frames, labels, lasso, notes
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.canvas.engine import Engine, Frame
from workstation.ui.canvas.marking import FEW, Marker, Marks
from workstation.ui.guard import guard
from workstation.ui.theme import Theme

#: Milliseconds without a change after which the picture rests, and how much of the time placing labels may take before.
_REST_MS = 70
_PATIENCE = 8.0
# Constant and huge: pyqtgraph's view rectangle is stale while the range changes and the item would be culled.
_WORLD = QRectF(-1e7, -1e7, 2e7, 2e7)


@guard
class FlowItem(pg.GraphicsObject):  # type: ignore[misc]
    """Draws the graph in pixels of its view; positions are world units. ``rested``: the camera stands still again."""

    rested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.data_ = GraphData(Picture())
        self.theme = theme
        self.marks = Marks()
        self.marker = Marker(theme)
        self.engine = Engine(theme)
        self.engine.ready.connect(self._arrived)
        self.writer = labels.Writer(theme)
        self.deterministic = False
        self.cards: Callable[[], list[QRectF]] = list
        self._frame: Frame | None = None
        self._board: labels.Board | None = None
        self._labels_for: tuple[object, ...] = ()
        self._placed_at = 0.0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._rested)
        self._resting = False

    def boundingRect(self) -> QRectF:
        return _WORLD

    def viewTransformChanged(self, *_: object) -> None:
        self.update()

    def set_data(self, data: GraphData) -> None:
        """Show another picture."""
        self.data_ = data
        self._frame = None
        self._board = None
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in other colours."""
        self.theme = theme
        self.engine.set_theme(theme)
        self.marker = Marker(theme)
        self.writer = labels.Writer(theme, self.writer.ratio)
        self._frame = None
        self._board = None
        self.update()

    def camera(self) -> Camera:
        """The camera of the view this item stands in."""
        box = self.getViewBox()
        seen = box.viewRect()
        widget = self.getViewWidget()
        ratio = widget.devicePixelRatioF() if widget is not None else 1.0
        width, height = max(1, int(box.width())), max(1, int(box.height()))
        centre = seen.center()
        return Camera(centre.x(), centre.y(), width / max(seen.width(), 1e-9), width, height, ratio)

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        painter.save()
        try:
            painter.resetTransform()
            self.draw(painter, self.camera())
        finally:
            painter.restore()

    def draw(self, painter: QPainter, camera: Camera) -> None:
        """The whole frame for a camera, in pixels of the view."""
        key = (camera, self.data_.version)
        frame = self._frame
        if frame is None or frame.key != key:
            fresh = self.engine.frame(self.data_, camera, must=self.deterministic or frame is None)
            if fresh is not None:
                self._show(fresh)
            self._resting = False
            self._rest.start()
            frame = self._frame
        assert frame is not None
        self._blit(painter, camera, frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frames.draw(painter, self.data_, camera, self.theme)
        if frame.data_version != self.data_.version:
            self._draw_moving(painter, camera)
        self.marker.draw(painter, self.data_, camera, self.marks, frame.edges, now=self._resting or self.deterministic)
        self._draw_labels(painter, camera, frame)
        notes.draw(painter, self.data_, camera, self.theme, self.marks.card)
        self._draw_band(painter)

    def visible(self) -> tuple[list[int], list[int]]:
        """Nodes and edges of the last frame."""
        return ([], []) if self._frame is None else (self._frame.nodes.tolist(), self._frame.edges.tolist())

    def on_screen(self) -> tuple[NDArray[Any], NDArray[Any] | None] | None:
        """Nodes and edges of the last frame (edges: None in a density map); None before there is a frame."""
        frame = self._frame
        return (
            None if frame is None or frame.data is not self.data_ else (frame.nodes, None if frame.far else frame.edges)
        )

    def settled(self) -> bool:
        """Whether the last frame shows the camera and positions of now, with all its labels."""
        camera = self.camera()
        if self._frame is None or self._frame.key != (camera, self.data_.version):
            return False
        board = self._board
        return board is not None and board.camera == camera and board.whole

    def labelled(self) -> list[labels.Placed]:
        """The labels placed last."""
        return [] if self._board is None else self._board.placed

    def close(self) -> None:
        """End the timer and the worker."""
        self._rest.stop()
        self.engine.close()

    def _show(self, frame: Frame) -> None:
        """Take another frame for the one on screen."""
        old, self._frame = self._frame, frame
        if old is not None and old is not frame:
            self.engine.give_back(old)

    def _rested(self) -> None:
        """Place the labels for where the camera has come to stand."""
        self._resting = True
        self.update()
        self.rested.emit()

    def _arrived(self) -> None:
        fresh = self.engine.take()
        if fresh is not None and fresh.data is self.data_ and fresh.theme is self.theme:
            self._show(fresh)
        self.update()

    def _blit(self, painter: QPainter, camera: Camera, frame: Frame) -> None:
        if frame.camera == camera:
            painter.drawImage(0, 0, frame.image)
            return
        area = QRectF(*camera.area_of(frame.camera))
        x, y = area.x(), area.y()
        ground = QColor(self.theme.canvas)
        for strip in (
            QRectF(0, 0, x, camera.height), QRectF(area.right() - 1, 0, camera.width - area.right() + 1, camera.height),
            QRectF(0, 0, camera.width, y), QRectF(0, area.bottom() - 1, camera.width, camera.height - area.bottom() + 1),
        ):  # fmt: skip
            if strip.width() > 0 and strip.height() > 0:
                painter.fillRect(strip, ground)
        if abs(camera.scale / frame.camera.scale - 1) < 1e-9:
            painter.drawImage(QPointF(round(x), round(y)), frame.image)
        else:
            painter.drawImage(area, frame.image, QRectF(frame.image.rect()))

    def _draw_moving(self, painter: QPainter, camera: Camera) -> None:
        """What moved since the base image: the selected nodes and their lines. A few are drawn as marks anyway."""
        numbers = sorted(self.marks.nodes)
        data, colour = self.data_, QColor(self.theme.accent)
        moved = np.zeros(data.nodes, bool)
        moved[numbers[:FEW]] = True
        for number in np.flatnonzero(moved[data.source] | moved[data.target]).tolist()[:800]:
            brush.draw_edge(painter, data, camera, number, colour, colour)
        if len(numbers) > FEW or camera.node_radius < brush.STRAIGHT_BELOW:
            brush.draw_nodes(painter, data, camera, self.theme, numbers[:FEW])

    def _draw_labels(self, painter: QPainter, camera: Camera, frame: Frame) -> None:
        if self.writer.ratio != camera.ratio:
            self.writer = labels.Writer(self.theme, camera.ratio)
        if frame.camera == camera:
            self._place_labels(camera)
        board = self._board
        far = camera.node_radius < labels.NAMES_FROM * 0.7
        if board is not None and not (far and board.camera.node_radius >= labels.NAMES_FROM):
            board.draw(painter, camera, self.data_)  # names placed near by would be a heap from afar

    def _place_labels(self, camera: Camera) -> None:
        """New labels when they are due: at once when that is cheap, else when the camera rests; until then they travel."""
        cards = self.cards()
        asked = (
            self.data_.version,
            self.marks.nodes,
            self.marks.edges,
            self.writer,
            [card.getRect() for card in cards],
        )
        board, due = self._board, self.deterministic or self._resting
        if board is not None and asked == self._labels_for:
            if board.camera == camera and board.whole:
                return
            moved = board.camera != camera  # texts still to be written wait until the hand rests
            if not due and (board.whole or moved) and board.covers(camera):
                self._rest.start()
                return
        if board is not None and not due and time.perf_counter() - self._placed_at < _PATIENCE * board.seconds:
            self._rest.start()
            return
        self._board = labels.place(
            self.data_, camera, self.writer, self.marks.nodes, self.marks.edges, cards, hurry=not self.deterministic
        )
        self._labels_for, self._placed_at = asked, time.perf_counter()
        if not self._board.whole:
            self.update()

    def _draw_band(self, painter: QPainter) -> None:
        lasso.draw(painter, self.marks.lasso, self.theme)
        if self.marks.band is None:
            return
        fill = QColor(self.theme.accent)
        fill.setAlpha(28)
        painter.setPen(QPen(QColor(self.theme.accent), 1))
        painter.setBrush(fill)
        painter.drawRect(self.marks.band)

    def image(self, camera: Camera) -> QImage:
        """The frame of a camera as a picture, drawn now and whole."""
        made = QImage(*camera.device_size, QImage.Format.Format_RGB32)
        made.setDevicePixelRatio(camera.ratio)
        made.fill(QColor(self.theme.canvas))
        kept = self._frame, self._board, self._labels_for, self.deterministic, self.cards, self.writer
        self._frame, self._board, self.deterministic, self.cards = None, None, True, list
        painter = QPainter(made)
        try:
            self.draw(painter, camera)
        finally:
            painter.end()
            self._frame, self._board, self._labels_for, self.deterministic, self.cards, self.writer = kept
        return made

"""Owns the one graphics item that shows a picture: base image, labels, selection, hover and the rubber band.

Must not handle input (``view`` does) and must not know what a subject is.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from workstation.analysis.picture import Picture
from workstation.ui.canvas import brush, labels
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.canvas.engine import Engine, Frame
from workstation.ui.guard import guard
from workstation.ui.theme import Theme

# Constant and huge: pyqtgraph's view rectangle is stale while the range changes and the item would be culled.
_WORLD = QRectF(-1e7, -1e7, 2e7, 2e7)


@dataclass(slots=True)
class Marks:
    """What is marked on screen; nothing of it is in the base image."""

    nodes: frozenset[int] = frozenset()
    edges: frozenset[int] = frozenset()
    hovered_node: int = -1
    hovered_edge: int = -1
    band: QRectF | None = None
    focused: bool = False
    current: int = -1
    placed: list[labels.Placed] = field(default_factory=list)


@guard
class FlowItem(pg.GraphicsObject):  # type: ignore[misc]
    """Draws the graph in pixels of its view; positions are world units."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.data_ = GraphData(Picture())
        self.theme = theme
        self.marks = Marks()
        self.engine = Engine(theme)
        self.engine.ready.connect(self._arrived)
        self.writer = labels.Writer(theme)
        self.deterministic = False
        self._frame: Frame | None = None
        self._labels_for: tuple[object, ...] = ()

    def boundingRect(self) -> QRectF:
        return _WORLD

    def viewTransformChanged(self, *_: object) -> None:
        self.update()

    def set_data(self, data: GraphData) -> None:
        """Show another picture."""
        self.data_ = data
        self._frame = None
        self._labels_for = ()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Draw everything in other colours."""
        self.theme = theme
        self.engine.set_theme(theme)
        self.writer = labels.Writer(theme, self.writer.ratio)
        self._frame = None
        self._labels_for = ()
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
            frame = self._frame = fresh if fresh is not None else frame
        assert frame is not None
        self._blit(painter, camera, frame)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if frame.data_version != self.data_.version:
            self._draw_moving(painter, camera)
        self._draw_marks(painter, camera, frame)
        self._draw_labels(painter, camera, frame)
        self._draw_band(painter)

    def visible(self) -> tuple[list[int], list[int]]:
        """Nodes and edges of the last frame."""
        return ([], []) if self._frame is None else (self._frame.nodes, self._frame.edges)

    def settled(self) -> bool:
        """Whether the last frame shows the camera and positions of now."""
        return self._frame is not None and self._frame.key == (self.camera(), self.data_.version)

    def close(self) -> None:
        """End the worker."""
        self.engine.close()

    def _arrived(self) -> None:
        fresh = self.engine.take()
        if fresh is not None and fresh.data is self.data_ and fresh.theme is self.theme:
            self._frame = fresh
        self.update()

    def _blit(self, painter: QPainter, camera: Camera, frame: Frame) -> None:
        seen = frame.camera
        if seen == camera:
            painter.drawImage(0, 0, frame.image)
            return
        grow = camera.scale / seen.scale
        x = (seen.x - camera.x) * camera.scale + camera.width / 2 - seen.width / 2 * grow
        y = (seen.y - camera.y) * camera.scale + camera.height / 2 - seen.height / 2 * grow
        area = QRectF(x, y, seen.width * grow, seen.height * grow)
        ground = QColor(self.theme.canvas)
        for strip in (
            QRectF(0, 0, x, camera.height), QRectF(area.right() - 1, 0, camera.width - area.right() + 1, camera.height),
            QRectF(0, 0, camera.width, y), QRectF(0, area.bottom() - 1, camera.width, camera.height - area.bottom() + 1),
        ):  # fmt: skip
            if strip.width() > 0 and strip.height() > 0:
                painter.fillRect(strip, ground)
        if abs(grow - 1) < 1e-9:
            painter.drawImage(QPointF(round(x), round(y)), frame.image)
        else:
            painter.drawImage(area, frame.image, QRectF(frame.image.rect()))

    def _draw_moving(self, painter: QPainter, camera: Camera) -> None:
        """What moved since the base image: the selected nodes and their lines."""
        numbers = sorted(self.marks.nodes)[:200]
        moving = np.isin(self.data_.source, numbers) | np.isin(self.data_.target, numbers)
        colour = QColor(self.theme.accent)
        for number in np.flatnonzero(moving).tolist()[:800]:
            brush.draw_edge(painter, self.data_, camera, number, colour, colour)
        brush.draw_nodes(painter, self.data_, camera, self.theme, numbers)

    def _draw_marks(self, painter: QPainter, camera: Camera, frame: Frame) -> None:
        data, marks, accent = self.data_, self.marks, QColor(self.theme.accent)
        for number in sorted(marks.edges | ({marks.hovered_edge} - {-1})):
            if number < data.edges:
                brush.draw_edge(painter, data, camera, number, accent, accent, 1.0 if number in marks.edges else 0.0)
        visible = set(frame.nodes)
        chosen = sorted((marks.nodes | ({marks.hovered_node} - {-1})) & visible)
        size = max(camera.node_radius, 2.0)
        for number in chosen:
            x, y = camera.pixel(*data.pos[number].tolist())
            reach = max(3.0, float(data.radius[number]) / 18.0 * size)
            if number in marks.nodes:
                glow = QColor(accent)
                glow.setAlpha(56)
                self._ring(painter, x, y, reach + 8, QPen(glow, 8))
                self._ring(painter, x, y, reach + 5, QPen(accent, 2.2))
            else:
                self._ring(painter, x, y, reach + 4, QPen(accent, 1.4))
        if marks.focused and 0 <= marks.current < data.nodes:
            x, y = camera.pixel(*data.pos[marks.current].tolist())
            self._ring(painter, x, y, size + 11, QPen(QColor(self.theme.text), 1, Qt.PenStyle.DotLine))
        if camera.node_radius >= brush.STRAIGHT_BELOW:
            brush.draw_nodes(painter, data, camera, self.theme, chosen)

    @staticmethod
    def _ring(painter: QPainter, x: float, y: float, reach: float, pen: QPen) -> None:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(QPointF(x, y), reach, reach)

    def _draw_labels(self, painter: QPainter, camera: Camera, frame: Frame) -> None:
        key = (frame.key, self.marks.nodes, self.writer)
        if self.writer.ratio != camera.ratio:
            self.writer = labels.Writer(self.theme, camera.ratio)
        if key != self._labels_for and frame.camera == camera and not frame.far:
            self.marks.placed = labels.place(
                self.data_, camera, self.writer, frame.nodes, frame.edges, self.marks.nodes
            )
            self._labels_for = key
        if frame.far or camera.node_radius < labels.NAMES_FROM * 0.7:
            return
        for placed in self.marks.placed:
            box = placed.box(camera)
            painter.drawImage(QPointF(round(box.left()), round(box.top())), placed.image)

    def _draw_band(self, painter: QPainter) -> None:
        if self.marks.band is None:
            return
        fill = QColor(self.theme.accent)
        fill.setAlpha(28)
        painter.setPen(QPen(QColor(self.theme.accent), 1))
        painter.setBrush(fill)
        painter.drawRect(self.marks.band)

    def image(self, camera: Camera) -> QImage:
        """The frame of a camera as a picture, drawn now and whole."""
        made = QImage(camera.width, camera.height, QImage.Format.Format_RGB32)
        made.fill(QColor(self.theme.canvas))
        painter = QPainter(made)
        try:
            kept = self._frame
            self._frame, self._labels_for, usual = None, (), self.deterministic
            self.deterministic = True
            self.draw(painter, camera)
            self._frame, self._labels_for, self.deterministic = kept, (), usual
        finally:
            painter.end()
        return made

"""Owns how marks are drawn over the base image: rings of chosen nodes, chosen lines, the ring of the keyboard.

A few marks are drawn one by one in each frame. Many are drawn once into a sheet, which travels with the camera until it
rests, as base images do. Must not know what a mark means.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap

from workstation.ui.canvas import brush
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.theme import Theme

#: More marks than this are drawn into a sheet; of a sheet, more lines than ``_CURVED`` are drawn straight.
FEW = 200
_CURVED = 800
_OUTSIDE = 40.0


@dataclass(slots=True)
class Marks:
    """What is marked on screen; nothing of it is in the base image."""

    nodes: frozenset[int] = frozenset()
    edges: frozenset[int] = frozenset()
    hovered_node: int = -1
    hovered_edge: int = -1
    band: QRectF | None = None
    lasso: list[tuple[float, float]] = field(default_factory=list)
    card: str = ""
    focused: bool = False
    current: int = -1


@dataclass(frozen=True, slots=True)
class _Sheet:
    """Many marks as one image; ``of`` says for which marks and positions it is right."""

    image: QImage
    camera: Camera
    data: GraphData
    of: tuple[frozenset[int], frozenset[int]]
    version: int


class Marker:
    """Draws marks in the colours of a theme."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self._stamps: dict[tuple[float, bool, float], QPixmap] = {}
        self._sheet: _Sheet | None = None

    def draw(
        self, painter: QPainter, data: GraphData, camera: Camera, marks: Marks, edges: NDArray[np.integer], *, now: bool
    ) -> None:
        """Draw every mark.

        Args:
            edges: lines of the frame. now: the camera rests, so a sheet must be right and not only near.
        """
        many = len(marks.nodes) + len(marks.edges) > FEW
        if many:
            self._draw_sheet(painter, data, camera, marks, edges, now=now)
        else:
            self._sheet = None
            self._draw_lines(painter, data, camera, sorted(marks.edges))
        if 0 <= marks.hovered_edge < data.edges and marks.hovered_edge not in marks.edges:
            accent = QColor(self.theme.accent)
            brush.draw_edge(painter, data, camera, marks.hovered_edge, accent, accent)
        few = frozenset[int]() if many else marks.nodes
        shown = self._on_screen(data, camera, few | ({marks.hovered_node} - {-1}))
        self._draw_rings(painter, data, camera, shown, few)
        if marks.focused and 0 <= marks.current < data.nodes:
            x, y = camera.pixel(*data.pos[marks.current].tolist())
            reach = max(camera.node_radius, 2.0) + 11
            painter.setPen(QPen(QColor(self.theme.text), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(x, y), reach, reach)
        if shown and camera.node_radius >= brush.STRAIGHT_BELOW:
            brush.draw_nodes(painter, data, camera, self.theme, shown)

    @staticmethod
    def _on_screen(data: GraphData, camera: Camera, wanted: frozenset[int]) -> list[int]:
        """Those of some nodes that are drawn and in view, in order."""
        numbers = np.array(sorted(wanted), np.int64)
        numbers = numbers[numbers < data.nodes]
        there = data.there()[0]
        if there is not None:
            numbers = numbers[there[numbers]]
        p = camera.pixels(data.pos[numbers])
        inside = (p > -_OUTSIDE).all(1) & (p[:, 0] < camera.width + _OUTSIDE) & (p[:, 1] < camera.height + _OUTSIDE)
        return [int(number) for number in numbers[inside]]

    def _draw_rings(
        self, painter: QPainter, data: GraphData, camera: Camera, numbers: list[int], chosen: frozenset[int]
    ) -> None:
        size = max(camera.node_radius, 2.0)
        for number, (x, y), radius in zip(
            numbers, camera.pixels(data.pos[numbers]).tolist(), data.radius[numbers].tolist(), strict=True
        ):
            stamp = self._stamp(max(3.0, radius / 18.0 * size), number in chosen, camera.ratio)
            half = stamp.width() / camera.ratio / 2
            painter.drawPixmap(QPointF(x - half, y - half), stamp)

    def _stamp(self, reach: float, chosen: bool, ratio: float) -> QPixmap:
        """The ring around a node as a small picture: drawing it anew takes twenty times as long."""
        reach = round(reach * 2) / 2
        found = self._stamps.get((reach, chosen, ratio))
        if found is None:
            side = int(2 * (reach + 14) * ratio)
            found = QPixmap(side, side)
            found.setDevicePixelRatio(ratio)
            found.fill(Qt.GlobalColor.transparent)
            painter = QPainter(found)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            accent, glow = QColor(self.theme.accent), QColor(self.theme.accent)
            glow.setAlpha(56)
            rings = ((8, QPen(glow, 8)), (5, QPen(accent, 2.2))) if chosen else ((4, QPen(accent, 1.4)),)
            for more, pen in rings:
                painter.setPen(pen)
                painter.drawEllipse(QPointF(side / ratio / 2, side / ratio / 2), reach + more, reach + more)
            painter.end()
            self._stamps[reach, chosen, ratio] = found
        return found

    def _draw_lines(self, painter: QPainter, data: GraphData, camera: Camera, numbers: list[int]) -> None:
        accent = QColor(self.theme.accent)
        if len(numbers) <= _CURVED:
            for number in numbers:
                if number < data.edges:
                    brush.draw_edge(painter, data, camera, number, accent, accent, 1.0)
            return
        places = camera.pixels(data.pos)
        ends = np.hstack([places[data.source[numbers]], places[data.target[numbers]]])
        painter.setPen(QPen(accent, 1))
        painter.drawLines([QLineF(*row) for row in ends.tolist()])

    def _draw_sheet(
        self, painter: QPainter, data: GraphData, camera: Camera, marks: Marks, edges: NDArray[np.integer], *, now: bool
    ) -> None:
        of, old = (marks.nodes, marks.edges), self._sheet
        right = old is not None and old.data is data and old.of == of
        if old is None or not right or (now and (old.camera, old.version) != (camera, data.version)):
            old = self._sheet = self._make_sheet(data, camera, of, edges)
        painter.drawImage(QRectF(*camera.area_of(old.camera)), old.image, QRectF(old.image.rect()))

    def _make_sheet(
        self,
        data: GraphData,
        camera: Camera,
        of: tuple[frozenset[int], frozenset[int]],
        edges: NDArray[np.integer],
    ) -> _Sheet:
        image = QImage(*camera.device_size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(camera.ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            chosen = np.array(sorted(of[1]), np.int64)
            self._draw_lines(painter, data, camera, np.intersect1d(edges, chosen).tolist())
            self._draw_rings(painter, data, camera, self._on_screen(data, camera, of[0]), of[0])
        finally:
            painter.end()
        return _Sheet(image, camera, data, of, data.version)

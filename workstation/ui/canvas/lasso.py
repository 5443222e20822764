"""Owns which nodes lie inside a line drawn by hand, and how that line is drawn. Must not handle input."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.theme import Theme


def inside(data: GraphData, camera: Camera, line: list[tuple[float, float]]) -> NDArray[np.int64]:
    """Nodes whose centre is inside a closed line (in pixels) by the even-odd rule."""
    if len(line) < 3:
        return np.zeros(0, np.int64)
    corners = np.array(line)
    places = camera.pixels(data.pos)
    low, high = corners.min(0), corners.max(0)
    near = ((places >= low) & (places <= high)).all(1)
    there = data.there()[0]
    if there is not None:
        near &= there
    numbers = np.flatnonzero(near)
    x, y = places[numbers, 0], places[numbers, 1]
    odd = np.zeros(len(numbers), bool)
    for (ax, ay), (bx, by) in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        crosses = (ay > y) != (by > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            odd ^= crosses & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
    found: NDArray[np.int64] = numbers[odd]
    return found


def draw(painter: QPainter, line: list[tuple[float, float]], theme: Theme) -> None:
    """The line so far, closed, with a faint fill."""
    if len(line) < 2:
        return
    fill = QColor(theme.accent)
    fill.setAlpha(28)
    painter.setPen(QPen(QColor(theme.accent), 1.2, Qt.PenStyle.DashLine))
    painter.setBrush(fill)
    painter.drawPolygon(QPolygonF([QPointF(*point) for point in line]))

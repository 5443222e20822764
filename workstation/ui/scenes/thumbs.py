"""Owns the small picture of a scene: lines and shapes at the places it was kept with. Any thread; it is an image only.

Must not know a session or a widget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from workstation.analysis import shapes
from workstation.analysis.picture import Picture
from workstation.analysis.svg import Focus

#: More lines and shapes than this make no difference at this size.
_LINES, _SHAPES = 6000, 1500
_FAINT = 60


@dataclass(frozen=True, slots=True)
class Colours:
    """Ground, lines, frame of a marked node, and the colour of each role, all ``#rrggbb``."""

    ground: str
    line: str
    mark: str
    roles: Mapping[str, str]


def draw(
    picture: Picture,
    focus: Focus,
    marked: frozenset[str],
    colours: Colours,
    size: QSize,
    ratio: float = 1.0,
    part: tuple[float, float, float, float] | None = None,
) -> QImage:
    """A scene on a small image: all of it, or the part its camera sees."""
    image = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(QColor(colours.ground))
    if not picture.nodes:
        return image
    points = np.array([(node.x, node.y) for node in picture.nodes])
    low, high = (points.min(0) - 30, points.max(0) + 30) if part is None else (np.array(part[:2]), np.array(part[2:]))
    scale = float(min((size.width() - 8) / (high[0] - low[0]), (size.height() - 8) / (high[1] - low[1]), 0.6))
    at = (points - (low + high) / 2) * scale + (size.width() / 2, size.height() / 2)
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _draw_lines(painter, picture, focus, at, colours)
        _draw_nodes(painter, picture, focus, at, marked, colours, max(1.6, min(6.5, shapes.RADIUS * scale)))
    finally:
        painter.end()
    return image


def _draw_lines(painter: QPainter, picture: Picture, focus: Focus, at: np.ndarray, colours: Colours) -> None:
    strong, faint = QColor(colours.line), QColor(colours.line)
    faint.setAlpha(_FAINT)
    step = max(1, len(picture.edges) // _LINES)
    for number in range(0, len(picture.edges), step):
        seen = focus.edge(number)
        if seen or not focus.hide:
            edge = picture.edges[number]
            painter.setPen(QPen(strong if seen else faint, 1.0))
            painter.drawLine(QPointF(*at[edge.source]), QPointF(*at[edge.target]))


def _draw_nodes(
    painter: QPainter, picture: Picture, focus: Focus, at: np.ndarray, marked: frozenset[str], colours: Colours,
    radius: float,
) -> None:  # fmt: skip
    outlines = {role: shapes.outline(role) for role in shapes.ROLES}
    shaped = len(picture.nodes) <= _SHAPES and radius > 2.5
    for number, node in enumerate(picture.nodes):
        seen = focus.node(number)
        if not seen and focus.hide:
            continue
        colour = QColor(node.colour or colours.roles.get(node.role, colours.line))
        colour.setAlpha(255 if seen else _FAINT)
        x, y = (float(part) for part in at[number])
        painter.setPen(QPen(QColor(colours.mark), 1.6) if node.key in marked else QColor(0, 0, 0, 0))
        painter.setBrush(colour)
        small = radius * (0.5 if node.kind in ("transaction", "stub") else 1.0)
        if shaped and node.kind in ("address", "entity"):
            shape = outlines[node.role]
            painter.drawPolygon(QPolygonF([QPointF(x + px * small, y + py * small) for px, py in shape]))
        else:
            painter.drawEllipse(QRectF(x - small, y - small, 2 * small, 2 * small))

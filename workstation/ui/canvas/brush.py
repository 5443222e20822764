"""Owns drawing edges and nodes with QPainter: small views, and all views until the compiled kernels are there.

Draws in pixels of the view. Must not decide what is visible, place labels or know the selection.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPainterPathStroker, QPen, QPolygonF

from workstation.analysis import curves, shapes
from workstation.analysis.palette import resolved
from workstation.analysis.picture import Node
from workstation.ui.canvas import tints
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import STYLES, GraphData
from workstation.ui.theme import Theme, readable_on

_PEN = {
    "solid": Qt.PenStyle.SolidLine, "dashed": Qt.PenStyle.DashLine, "dotted": Qt.PenStyle.DotLine,
    "double": Qt.PenStyle.SolidLine, "chained": Qt.PenStyle.DashDotLine,
}  # fmt: skip
#: How far apart the two lines of a crossing stand, in pixels, besides what their width adds.
_DOUBLE_ROOM = 3.0
#: Node radius in pixels below which edges are straight and nodes are squares, and from which letters are drawn.
STRAIGHT_BELOW = 3.2
BADGE_FROM = 8.0


def screen_curve(data: GraphData, camera: Camera, number: int) -> curves.Curve:
    """The line of an edge in pixels."""
    a, b = int(data.source[number]), int(data.target[number])
    grow = camera.node_scale
    return curves.curve(
        camera.pixel(*data.pos[a].tolist()), camera.pixel(*data.pos[b].tolist()),
        float(data.radius[a]) * grow, float(data.radius[b]) * grow, line_width(data, camera, number),
        float(data.lane[number]) * camera.scale,
    )  # fmt: skip


def line_width(data: GraphData, camera: Camera, number: int) -> float:
    """The drawn width of an edge."""
    return float(data.width[number]) * thickness(camera)


def thickness(camera: Camera) -> float:
    """How much wider or thinner lines are drawn: they follow the zoom only a little."""
    return min(1.15, max(0.5, camera.node_radius / 16))


def edge_path(line: curves.Curve) -> QPainterPath:
    """The curve as a Qt path."""
    path = QPainterPath(QPointF(*line.start))
    path.cubicTo(QPointF(*line.first), QPointF(*line.second), QPointF(*line.end))
    return path


def draw_edges(painter: QPainter, data: GraphData, camera: Camera, theme: Theme, visible: Iterable[int]) -> None:
    """Curves with arrow heads, or straight hair lines when nodes are only dots."""
    numbers = np.fromiter(visible, np.int32)
    order = tints.over_others(data, numbers)
    numbers = numbers if order is None else numbers[order]
    if camera.node_radius < STRAIGHT_BELOW:
        _draw_straight(painter, data, camera, theme, numbers)
        return
    colours, tips = tints.line_colours(data, theme, numbers)
    for number, colour, tip in zip(numbers.tolist(), colours.tolist(), tips.tolist(), strict=True):
        draw_edge(painter, data, camera, number, QColor(colour), QColor(tip))


def draw_edge(
    painter: QPainter, data: GraphData, camera: Camera, number: int, colour: QColor, tip: QColor, wider: float = 0.0
) -> None:
    """One curve and its arrow head."""
    line, style = screen_curve(data, camera, number), STYLES[data.style[number]]
    width = line_width(data, camera, number) + wider
    path = edge_path(line)
    if style == "double":  # the rim of a wide line: two lines side by side
        rim = QPainterPathStroker()
        rim.setWidth(_DOUBLE_ROOM + width * 0.6)
        path, width = rim.createStroke(path), max(1.0, width * 0.4)
    pen = QPen(colour, width, _PEN[style])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(path)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(tip)
    painter.drawPolygon(QPolygonF([QPointF(*point) for point in line.arrow]))


def _draw_straight(painter: QPainter, data: GraphData, camera: Camera, theme: Theme, visible: np.ndarray) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, len(visible) < 3000)
    places = camera.pixels(data.pos)
    ends = np.hstack([places[data.source[visible]], places[data.target[visible]]])
    colours, _ = tints.line_colours(data, theme, visible)
    cuts = [0, *(np.flatnonzero(np.diff(colours)) + 1).tolist(), len(visible)]
    for start, end in pairwise(cuts):
        if start < end:
            pen = QPen(QColor(int(colours[start])), 1)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawLines([QLineF(*row) for row in ends[start:end].tolist()])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)


def draw_nodes(painter: QPainter, data: GraphData, camera: Camera, theme: Theme, visible: Iterable[int]) -> None:
    """Nodes as role shapes with their badge; as squares when they are smaller than a shape can be read."""
    numbers = np.fromiter(visible, np.int64)
    places = zip(numbers.tolist(), camera.pixels(data.pos[numbers]).tolist(), strict=True)
    if camera.node_radius < STRAIGHT_BELOW:
        side = min(7.0, max(1.5, camera.node_radius * 1.6))
        painter.setPen(Qt.PenStyle.NoPen)
        for number, (x, y) in places:
            fill = node_fill(data.picture.nodes[number], theme)
            painter.setOpacity(_opacity(data, number))
            painter.fillRect(QRectF(x - side / 2, y - side / 2, side, side), QColor(fill))
        painter.setOpacity(1)
        return
    for number, (x, y) in places:
        painter.setOpacity(_opacity(data, number))
        if data.taint[number]:
            share, extent = float(data.taint[number]), float(data.extent[number])
            tints.draw_ring(painter, share, x, y, extent, camera.node_scale, theme)
        draw_node(painter, data.picture.nodes[number], x, y, camera.node_radius, theme)
    painter.setOpacity(1)


def _opacity(data: GraphData, number: int) -> float:
    return 1.0 if data.seen_nodes is None or data.seen_nodes[number] else tints.FAINT


def node_fill(node: Node, theme: Theme) -> str:
    """The fill of a node: its own colour, else that of its role."""
    if node.kind in ("transaction", "group"):
        return resolved(node.colour, theme.roles) or theme.dim
    return resolved(node.colour, theme.roles) or theme.roles[node.role]


def node_outline(node: Node, x: float, y: float, size: float) -> QPolygonF:
    """The outline of a node at a place, ``size`` pixels being the radius of an address node."""
    if node.kind == "transaction":
        points, scale = shapes.transaction_outline(), size * shapes.TRANSACTION_RADIUS / shapes.RADIUS
    elif node.kind == "stub":
        points, scale = shapes.pill(23.0, shapes.STUB_HALF_HEIGHT), size / shapes.RADIUS
    elif node.kind == "group":
        points, scale = shapes.group_outlines()[1], size / shapes.RADIUS
    else:
        points, scale = shapes.outline(node.role), size
    return QPolygonF([QPointF(x + px * scale, y + py * scale) for px, py in points])


def draw_node(painter: QPainter, node: Node, x: float, y: float, size: float, theme: Theme) -> None:
    """One node with badge, pin and note marks; ``size`` is the radius of an address node in pixels."""
    fill = node_fill(node, theme)
    if node.ringed:
        reach = shapes.extent(node) * size / shapes.RADIUS
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.text), max(1.2, size * 0.09)))
        painter.drawEllipse(QPointF(x, y), reach, reach)
    size *= node.size
    shape = node_outline(node, x, y, size)
    border = QPen(QColor(theme.panel), max(1.0, size * 0.1))
    border.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if node.kind == "stub":
        border = QPen(QColor(theme.dim), 1.2, Qt.PenStyle.DashLine)
        painter.setBrush(QColor(theme.panel))
    elif node.kind in ("transaction", "group"):
        border = QPen(QColor(fill), max(1.2, size * 0.1))
        painter.setBrush(QColor(theme.panel))
    else:
        painter.setBrush(QColor(fill))
    painter.setPen(border)
    if node.kind == "group":
        part = size / shapes.RADIUS
        painter.drawPolygon(QPolygonF([QPointF(x + px * part, y + py * part) for px, py in shapes.group_outlines()[0]]))
    painter.drawPolygon(shape)
    if node.doubtful and node.kind != "stub":
        _dash_around(painter, node, x, y, size, theme)
    if size >= BADGE_FROM:
        _letters(painter, node, x, y, size, fill, theme)
        if node.pinned:
            _pin(painter, x + size * 0.86, y - size * 0.86, size, theme)
        if node.noted:
            _note(painter, x - size * 0.9, y - size * 0.9, size, theme)


def _dash_around(painter: QPainter, node: Node, x: float, y: float, size: float, theme: Theme) -> None:
    pen = QPen(QColor(theme.text), 1.4, Qt.PenStyle.CustomDashLine)
    pen.setDashPattern([3, 2.4])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPolygon(node_outline(node, x, y, size * 1.12 + 1))


def _letters(painter: QPainter, node: Node, x: float, y: float, size: float, fill: str, theme: Theme) -> None:
    if node.kind in ("stub", "group"):
        text, height, down, colour = stub_text(node), 0.62 if node.kind == "stub" else 0.74, 0.0, theme.text
    elif node.kind != "transaction" and node.badge:
        (height, down), text, colour = shapes.badge_place(node.role), node.badge, readable_on(fill)
    else:
        return
    font = QFont("Noto Sans")
    font.setPixelSize(max(6, round(size * height)))
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(colour))
    middle = y + down * size
    painter.drawText(QRectF(x - size * 2, middle - size, size * 4, size * 2), Qt.AlignmentFlag.AlignCenter, text)


def stub_text(node: Node) -> str:
    """What stands inside a stub or a group."""
    if node.kind == "group":
        return f"{node.stub_count:,}"
    return f"+{node.stub_count:,}" if node.stub_count else node.name


def _pin(painter: QPainter, x: float, y: float, size: float, theme: Theme) -> None:
    r = max(2.5, size * 0.2)
    painter.setPen(QPen(QColor(theme.panel), 1.2))
    painter.setBrush(QColor(theme.accent))
    painter.drawEllipse(QPointF(x, y), r, r)
    painter.setPen(QPen(QColor(theme.accent), max(1.2, size * 0.08)))
    painter.drawLine(QPointF(x - r * 0.7, y + r * 0.7), QPointF(x - r * 1.7, y + r * 1.7))


def _note(painter: QPainter, x: float, y: float, size: float, theme: Theme) -> None:
    r = max(3.0, size * 0.24)
    painter.setPen(QPen(QColor(theme.text), 1))
    painter.setBrush(QColor(theme.panel))
    painter.drawRect(QRectF(x - r, y - r, 2 * r, 2 * r))
    for k in (-0.35, 0.3):
        painter.drawLine(QPointF(x - r * 0.5, y + k * r), QPointF(x + r * 0.5, y + k * r))

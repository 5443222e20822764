"""Owns labels: what is written, where it finds room, and the small pictures of text that are drawn.

Texts have a constant size on screen, never overlap, and are written whole or not at all. Must not know the case.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from workstation.analysis.curves import Curve
from workstation.ui import theme as themes
from workstation.ui.canvas import brush
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.text import cell as one_line
from workstation.ui.theme import Theme

NAMES_FROM = 5.0
DETAILS_FROM = 9.0
PLATES_FROM = 6.5
_MOST = 320
_MOST_EDGES = 400
_KEPT = 4000


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks: share of the base size, weight, colour, and whether it stands on an opaque plate."""

    share: float
    bold: bool
    colour: str
    plate: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """A label on screen: its picture, the world point it belongs to, and its corner relative to that point."""

    image: QImage
    x: float
    y: float
    dx: float
    dy: float

    def box(self, camera: Camera) -> QRectF:
        """The pixels it covers."""
        x, y = camera.pixel(self.x, self.y)
        ratio = self.image.devicePixelRatio()
        return QRectF(x + self.dx, y + self.dy, self.image.width() / ratio, self.image.height() / ratio)


class Writer:
    """Makes and keeps the pictures of texts for one theme and pixel ratio."""

    def __init__(self, theme: Theme, ratio: float = 1.0) -> None:
        self.theme = theme
        self.ratio = ratio
        self._kept: dict[tuple[str, Style], QImage] = {}

    def image(self, text: str, style: Style) -> QImage:
        """The picture of a text with halo or plate; what is hidden in it is a mark."""
        text = one_line(text)
        key = (text, style)
        if key not in self._kept:
            if len(self._kept) > _KEPT:
                self._kept.clear()
            self._kept[key] = self._write(text, style)
        return self._kept[key]

    def _write(self, text: str, style: Style) -> QImage:
        font = themes.font(self.theme, style.share, bold=style.bold)
        metrics = QFontMetricsF(font)
        width, height = math.ceil(metrics.horizontalAdvance(text)) + 8, math.ceil(metrics.height()) + 2
        made = QImage(round(width * self.ratio), round(height * self.ratio), QImage.Format.Format_ARGB32_Premultiplied)
        made.setDevicePixelRatio(self.ratio)
        made.fill(0)
        painter = QPainter(made)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setFont(font)
            base = metrics.ascent() + 1
            if style.plate:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(self.theme.canvas))
                painter.drawRoundedRect(QRectF(0, 0, width, height), 4, 4)
            else:
                halo = QColor(self.theme.canvas)
                halo.setAlpha(215)
                painter.setPen(halo)
                for ox, oy in ((-1.5, 0), (1.5, 0), (0, -1.5), (0, 1.5), (-1, -1), (1, -1), (-1, 1), (1, 1)):
                    painter.drawText(QPointF(4 + ox, base + oy), text)
            painter.setPen(QColor(style.colour))
            painter.drawText(QPointF(4, base), text)
        finally:
            painter.end()
        return made


class Room:
    """Which boxes of the screen are used, in cells of 64 pixels."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float, float, float]]] = {}

    def take(self, left: float, top: float, right: float, bottom: float) -> None:
        """Use a box."""
        for cell in self._touched(left, top, right, bottom):
            self._cells.setdefault(cell, []).append((left, top, right, bottom))

    def is_free(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Whether a box touches none that is used."""
        return not any(
            left < r and right > le and top < b and bottom > t
            for cell in self._touched(left, top, right, bottom)
            for le, t, r, b in self._cells.get(cell, ())
        )

    @staticmethod
    def _touched(left: float, top: float, right: float, bottom: float) -> Iterable[tuple[int, int]]:
        for i in range(int(left // 64), int(right // 64) + 1):
            for j in range(int(top // 64), int(bottom // 64) + 1):
                yield i, j


def place(
    data: GraphData, camera: Camera, writer: Writer, nodes: Sequence[int], edges: Sequence[int], first: frozenset[int]
) -> list[Placed]:
    """Labels of the visible nodes and edges, the important ones first, none over another or over a node.

    Args:
        first: selected nodes; they get their label before all others.
    """
    size = camera.node_radius
    if size < NAMES_FROM:
        return []
    room, out = Room(), []
    places = camera.pixels(data.pos)
    for number in nodes:
        x, y = places[number].tolist()
        reach = data.radius[number] * camera.node_scale * 0.9
        room.take(x - reach, y - reach, x + reach, y + reach)
    order = sorted(nodes, key=lambda v: (v not in first, data.role[v] == 6, data.kind[v] >= 2, v))[:_MOST]
    theme = writer.theme
    for number in order:
        x, y = places[number].tolist()
        if -40 < x < camera.width + 40 and -40 < y < camera.height + 40:
            out += _name(data, camera, writer, room, number, x, y, theme)
    if size >= PLATES_FROM and len(edges) <= _MOST_EDGES:
        for number in sorted(edges, key=lambda e: (-data.weight[e], e)):
            made = _plate(data, camera, writer, room, number)
            if made is not None:
                out.append(made)
    return out


def _name(
    data: GraphData, camera: Camera, writer: Writer, room: Room, number: int, x: float, y: float, theme: Theme
) -> list[Placed]:
    node = data.picture.nodes[number]
    if node.kind == "stub" and (not node.detail or node.name == brush.stub_text(node)):
        texts = [(node.detail, Style(0.84, False, theme.dim))] if node.detail else []
    else:
        strong = node.kind == "entity" or (node.role != "unattributed" and node.kind == "address")
        dim = node.kind == "transaction"
        texts = [(node.name, Style(0.84 if dim else 0.92, strong, theme.dim if dim else theme.text))]
        if node.detail and camera.node_radius >= DETAILS_FROM:
            texts.append((node.detail, Style(0.82, False, theme.dim)))
    out, top = [], y + float(data.radius[number]) * camera.node_scale * (1.12 if node.role == "illicit" else 1.0) + 1
    for text, style in texts:
        if not text:
            continue
        image = writer.image(text, style)
        width, height = image.width() / writer.ratio, image.height() / writer.ratio
        if not room.is_free(x - width / 2 + 2, top + 1, x + width / 2 - 2, top + height - 3):
            break
        room.take(x - width / 2 + 2, top + 1, x + width / 2 - 2, top + height - 3)
        out.append(Placed(image, float(data.pos[number, 0]), float(data.pos[number, 1]), -width / 2, top - y))
        top += height - 3
    return out


def _plate(data: GraphData, camera: Camera, writer: Writer, room: Room, number: int) -> Placed | None:
    edge = data.picture.edges[number]
    if not edge.label:
        return None
    image = writer.image(edge.label, Style(0.82, False, writer.theme.text, plate=True))
    width, height = image.width() / writer.ratio, image.height() / writer.ratio
    line = brush.screen_curve(data, camera, number)
    for t in (0.5, 0.4, 0.6, 0.3, 0.7):
        x, y = _point(line, t)
        if not (0 < x < camera.width and 0 < y < camera.height):
            continue
        box = (x - width / 2, y - height / 2 + 1, x + width / 2, y + height / 2 - 1)
        if room.is_free(*box):
            room.take(*box)
            wx, wy = camera.x + (x - camera.width / 2) / camera.scale, camera.y + (y - camera.height / 2) / camera.scale
            return Placed(image, wx, wy, -width / 2, -height / 2)
    return None


def _point(line: Curve, t: float) -> tuple[float, float]:
    u = 1 - t
    weights = np.array([u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t])
    corners = np.array([line.start, line.first, line.second, line.end])
    x, y = (weights @ corners).tolist()
    return x, y

"""Owns the cards on the canvas: the minimap (bottom right) and the legend (bottom left). They hold no state."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QWidget

from workstation.analysis.picture import Look, Node, Role
from workstation.analysis.shapes import ROLES
from workstation.analysis.svg import legend_entries
from workstation.ui import theme as themes
from workstation.ui.canvas import brush, looks, tints
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import KINDS, STYLES, GraphData
from workstation.ui.guard import guard
from workstation.ui.theme import Theme
from workstation.ui.translate import tr

_PADDING = 12.0
_MOST_DRAWN = 6000
_COLUMNS_FROM = 5
#: Below this height of the canvas the legend is only a chip.
LOW = 320
#: Pixels between a card and the edge of the canvas.
EDGE = 14


def draw_card(painter: QPainter, box: QRectF, theme: Theme) -> None:
    """The ground of a card: panel colour, one-pixel line, 8 px corners."""
    painter.setPen(QPen(QColor(theme.line), 1))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)


def draw_minimap(painter: QPainter, box: QRectF, data: GraphData, camera: Camera, theme: Theme) -> None:
    """The whole graph small, and the part that is on screen."""
    painter.save()
    try:
        painter.translate(box.topLeft())
        inner = QRectF(0, 0, box.width(), box.height())
        draw_small_graph(painter, inner, data, theme)
        draw_seen_part(painter, inner, data, camera, theme)
    finally:
        painter.restore()


def draw_small_graph(painter: QPainter, inner: QRectF, data: GraphData, theme: Theme) -> None:
    """The card and the graph on it; the same until the graph changes."""
    draw_card(painter, inner, theme)
    scale, ox, oy = minimap_scale(data, inner)
    places = data.pos * scale + (ox, oy)
    line = QColor(theme.edge)
    for edges, alpha in _in_focus(data.edges, data.seen_edges, data.hide, 110, 30):
        line.setAlpha(alpha)
        painter.setPen(QPen(line, 0.8))
        some = edges[:: max(1, len(edges) // _MOST_DRAWN)]
        ends = np.hstack([places[data.source[some]], places[data.target[some]]])
        painter.drawLines([QLineF(*row) for row in ends.tolist()])
    painter.setPen(Qt.PenStyle.NoPen)
    many = data.nodes > 800
    for nodes, alpha in _in_focus(data.nodes, data.seen_nodes, data.hide, 255, 60):
        for number in nodes[:: max(1, len(nodes) // 1500)].tolist():
            fill = QColor(brush.node_fill(data.picture.nodes[number], theme))
            fill.setAlpha(alpha)
            painter.setBrush(fill)
            reach = 1.1 if many or data.kind[number] >= 2 else 2.3
            painter.drawEllipse(QPointF(*places[number].tolist()), reach, reach)


def _in_focus(
    many: int, seen: NDArray[Any] | None, hide: bool, full: int, faint: int
) -> list[tuple[NDArray[Any], int]]:
    """Numbers of what is out of focus and of what is in it, each with its opacity; what is hidden is in neither."""
    if seen is None:
        return [(np.arange(many), full)]
    rest = [] if hide else [(np.flatnonzero(~seen), faint)]
    return [*rest, (np.flatnonzero(seen), full)]


def draw_seen_part(painter: QPainter, inner: QRectF, data: GraphData, camera: Camera, theme: Theme) -> None:
    """The frame around the part of the graph that is on screen."""
    scale, ox, oy = minimap_scale(data, inner)
    wide, tall = camera.width / camera.scale * scale, camera.height / camera.scale * scale
    seen = QRectF(camera.x * scale + ox - wide / 2, camera.y * scale + oy - tall / 2, wide, tall)
    accent = QColor(theme.accent)
    painter.setPen(QPen(accent, 1.4))
    accent.setAlpha(26)
    painter.setBrush(accent)
    painter.drawRoundedRect(seen.intersected(inner.adjusted(3, 3, -3, -3)), 3, 3)


def minimap_scale(data: GraphData, box: QRectF) -> tuple[float, float, float]:
    """Pixels per world unit and the offset of the world in the minimap."""
    left, top, right, bottom = data.bounds()
    scale = min((box.width() - 2 * _PADDING) / (right - left), (box.height() - 2 * _PADDING) / (bottom - top))
    return scale, box.width() / 2 - (left + right) / 2 * scale, box.height() / 2 - (top + bottom) / 2 * scale


#: Numbers of the nodes and edges on screen; no edges = all that could be there; None = the whole graph.
OnScreen = tuple[NDArray[Any], NDArray[Any] | None] | None


def _explained(data: GraphData, seen: OnScreen) -> tuple[NDArray[Any], NDArray[Any]]:
    """The nodes and edges a legend speaks of."""
    nodes, edges = np.arange(data.nodes), np.arange(data.edges)
    if seen is not None:
        nodes, edges = seen[0], edges if seen[1] is None else seen[1]
    some_nodes, some_edges = data.there()
    return (
        nodes if some_nodes is None else nodes[some_nodes[nodes]],
        edges if some_edges is None else edges[some_edges[edges]],
    )


class LegendPlan:
    """What a legend of a picture says: the roles on screen and the line styles in use."""

    def __init__(self, data: GraphData, theme: Theme, seen: OnScreen = None) -> None:
        self.theme = theme
        nodes, edges = _explained(data, seen)
        kinds = set(np.unique(data.kind[nodes]).tolist())
        roles = {ROLES[n] for n in np.unique(data.role[nodes[data.kind[nodes] < 2]]).tolist()}
        self.entries: list[tuple[Role | str | Look, str]] = list(legend_entries(data.picture, roles))
        if data.tint.legend:
            sign = "stale" if data.tint.stale else "touched" if data.tint.touched else "taint"
            self.entries.append((sign, data.tint.legend))
        if KINDS.index("transaction") in kinds:
            self.entries.append(("transaction", tr("Transaction")))
        if KINDS.index("stub") in kinds:
            self.entries.append(("stub", tr("More, not shown")))
        if KINDS.index("group") in kinds:
            self.entries.append(("group", tr("Group of nodes")))
        said = {"dashed": tr("By a heuristic"), "dotted": tr("Stated, not on a ledger")}
        for number, style in enumerate(STYLES):
            if style in said and (data.style[edges] == number).any():
                self.entries.append((style, said[style]))
        for look in data.picture.looks:
            if np.isin(np.array(look.members, np.int64), edges if look.line else nodes).any():
                self.entries.append((look, look.text))
        if data.doubtful[nodes].any():
            self.entries.append(("doubtful", tr("Label rests on a heuristic")))
        metrics = QFontMetricsF(themes.font(theme, 0.86))
        self._row = max(20.0, metrics.height() + 5)
        columns = 2 if len(self.entries) >= _COLUMNS_FROM else 1
        self._rows = -(-len(self.entries) // columns)
        groups = [self.entries[c * self._rows : (c + 1) * self._rows] for c in range(columns)]
        self._widths = [
            max((metrics.horizontalAdvance(text) for _, text in group), default=0.0) + 42 for group in groups
        ]
        self.width = sum(self._widths) + 12
        self.height = self._rows * self._row + 14 if self.entries else 0.0

    def same(self, other: LegendPlan) -> bool:
        """Whether another legend looks the same."""
        return self.entries == other.entries and self.theme is other.theme

    def chip_size(self) -> tuple[float, float]:
        """How large the legend is when it is only a chip."""
        metrics = QFontMetricsF(themes.font(self.theme, 0.86))
        return metrics.horizontalAdvance(tr("Legend")) + 24, self._row + 6

    def draw_chip(self, painter: QPainter, box: QRectF) -> None:
        """The word alone."""
        draw_card(painter, box, self.theme)
        painter.setFont(themes.font(self.theme, 0.86))
        painter.setPen(QColor(self.theme.dim))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tr("Legend"))

    def draw(self, painter: QPainter, box: QRectF) -> None:
        """The card at a place."""
        if not self.entries:
            return
        draw_card(painter, box, self.theme)
        painter.setFont(themes.font(self.theme, 0.86))
        for number, (sign, text) in enumerate(self.entries):
            column, row = divmod(number, self._rows)
            x = box.left() + 10 + sum(self._widths[:column])
            y = box.top() + 7 + (row + 0.5) * self._row
            self._sign(painter, sign, x + 10, y)
            painter.setPen(QColor(self.theme.text))
            painter.drawText(QRectF(x + 26, y - 12, self._widths[column], 24), Qt.AlignmentFlag.AlignVCenter, text)

    def _sign(self, painter: QPainter, sign: str | Look, x: float, y: float) -> None:
        theme = self.theme
        if isinstance(sign, Look):
            looks.draw_sign(painter, sign, x, y, theme)
            return
        if sign in ("dashed", "dotted"):
            style = Qt.PenStyle.DashLine if sign == "dashed" else Qt.PenStyle.DotLine
            painter.setPen(QPen(QColor(theme.dim), 1.8, style))
            painter.drawLine(QPointF(x - 9, y), QPointF(x + 10, y))
            return
        if sign in ("taint", "touched", "stale"):
            share = {"taint": 0.35, "touched": -1.0}.get(str(sign), 0.0)
            if share:
                tints.draw_ring(painter, share, x, y, 5.0, 0.95, theme)
            else:
                painter.setPen(QPen(QColor(theme.dim), 1.4))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawEllipse(QPointF(x, y), 7.5, 7.5)
                painter.drawLine(QPointF(x - 5.3, y + 5.3), QPointF(x + 5.3, y - 5.3))
            return
        kind = sign if sign in ("transaction", "stub", "group") else "address"
        role: Role = "unattributed" if kind != "address" or sign == "doubtful" else sign  # type: ignore[assignment]
        node = Node("", kind, 0, 0, role, "", "+n", "", "", doubtful=sign == "doubtful")  # type: ignore[arg-type]
        size = {"transaction": 15.0, "stub": 7.9, "group": 7.9}.get(sign, 8.0 if role != "unattributed" else 9.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        brush.draw_node(
            painter, node, x, y, size * 0.99 if sign == "stub" else min(size, 7.9) if kind == "address" else size, theme
        )


@guard
class MiniMap(QWidget):
    """The whole graph small; a click or drag looks there."""

    looked = Signal(float, float)

    def __init__(self, parent: QWidget, read: Callable[[], tuple[GraphData, Camera, Theme]]) -> None:
        super().__init__(parent)
        self._read = read
        self._kept: tuple[tuple[object, ...], QImage] | None = None
        self._version = -1
        self.resize(196, 124)
        self.setAccessibleName(tr("Overview of the graph"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            data, camera, theme = self._read()
            painter.drawImage(0, 0, self._graph(data, theme))
            draw_seen_part(painter, QRectF(self.rect()), data, camera, theme)
        finally:
            painter.end()

    def refresh(self) -> None:
        """Draw the graph anew when something moved."""
        version = self._read()[0].version
        if version != self._version:
            self._version = version
            self.update()

    def _graph(self, data: GraphData, theme: Theme) -> QImage:
        """The small graph, drawn once for as long as it stays the same: panning only moves the frame on it.

        While nodes are dragged it stays too, until :meth:`refresh`.
        """
        ratio = self.devicePixelRatioF()
        if self._kept is None or self._kept[0][0] is not data:
            self._version = data.version
        key = (data, self._version, theme, self.width(), self.height(), ratio)
        if self._kept is None or self._kept[0] != key:
            image = QImage(self.size() * ratio, QImage.Format.Format_ARGB32_Premultiplied)
            image.setDevicePixelRatio(ratio)
            image.fill(0)
            painter = QPainter(image)
            try:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                draw_small_graph(painter, QRectF(self.rect()), data, theme)
            finally:
                painter.end()
            self._kept = (key, image)
        return self._kept[1]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._look(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._look(event)

    def _look(self, event: QMouseEvent) -> None:
        data, _, _ = self._read()
        scale, ox, oy = minimap_scale(data, QRectF(self.rect()))
        self.looked.emit((event.position().x() - ox) / scale, (event.position().y() - oy) / scale)
        event.accept()


@guard
class Legend(QWidget):
    """Shapes, colours and lines that are on screen, each with its meaning. On a low canvas it is a chip; a click opens it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._plan: LegendPlan | None = None
        self._low = self._open = False
        self._kept: QPixmap | None = None
        self.setAccessibleName(tr("Legend"))

    @property
    def says_something(self) -> bool:
        """Whether there is anything to explain."""
        return self._plan is not None and bool(self._plan.entries)

    def show_plan(self, plan: LegendPlan, *, low: bool = False) -> None:
        """Say what a picture holds; ``low``: there is room for a chip only."""
        if self._plan is not None and plan.same(self._plan) and low == self._low:
            return
        self._open = self._open and low
        self._plan, self._low = plan, low
        self.setAccessibleDescription(", ".join(text for _, text in plan.entries))
        self._arrange()

    def _arrange(self) -> None:
        plan, chip = self._plan, self._low and not self._open
        if plan is None:
            return
        bottom = self.geometry().bottom()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not self._low)
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._low else Qt.CursorShape.ArrowCursor)
        size = plan.chip_size() if chip else (plan.width, plan.height)
        self.resize(round(size[0]), max(1, round(size[1])))
        self.move(self.x(), bottom - self.height() + 1)
        self._kept = None
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._open = not self._open
        self._arrange()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._plan is None:
            return
        ratio = self.devicePixelRatioF()
        if self._kept is None or self._kept.devicePixelRatio() != ratio:
            self._kept = self._drawn(self._plan, ratio)
        painter = QPainter(self)
        try:
            painter.drawPixmap(0, 0, self._kept)
        finally:
            painter.end()

    def _drawn(self, plan: LegendPlan, ratio: float) -> QPixmap:
        made = QPixmap(self.size() * ratio)
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self._low and not self._open:
                plan.draw_chip(painter, QRectF(self.rect()))
            else:
                plan.draw(painter, QRectF(self.rect()))
        finally:
            painter.end()
        return made

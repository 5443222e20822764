"""Owns drawing the note cards of a graph, in pixels of the view: they grow and shrink with the graph, as nodes do.

A card far away is only a small sheet, because its text could not be read. Must not change anything or handle input.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from workstation.analysis import notecards
from workstation.analysis.picture import Card
from workstation.analysis.shapes import extent
from workstation.ui import theme as themes
from workstation.ui.canvas import tints
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.text import cell
from workstation.ui.theme import Theme

#: Below this size of the letters, in pixels, the lines of a card are only lines; below the second it is a small sheet.
_READABLE, _SHEET = 5.0, 2.6


def draw(painter: QPainter, data: GraphData, camera: Camera, theme: Theme, current: str = "") -> None:
    """Every card that is on screen, the one at hand with a ring."""
    if not data.picture.cards:
        return
    painter.save()
    try:
        for card in data.picture.cards:
            if there(data, card):
                _draw(painter, data, camera, theme, card, at_hand=card.key == current)
    finally:
        painter.restore()


def there(data: GraphData, card: Card) -> bool:
    """Whether a card is drawn: one at a node goes with the node when that is hidden."""
    return not (card.node >= 0 and data.hide and data.seen_nodes is not None and not data.seen_nodes[card.node])


def area(data: GraphData, camera: Camera, card: Card) -> QRectF:
    """The pixels a card covers."""
    left, top, right, bottom = notecards.box(card, data.pos, data.picture)
    if notecards.LETTER_SIZE * camera.scale < _SHEET:
        return QRectF(QPointF(*camera.pixel(left, top)), QPointF(*camera.pixel(left, top)) + QPointF(12, 10))
    return QRectF(QPointF(*camera.pixel(left, top)), QPointF(*camera.pixel(right, bottom)))


def at(data: GraphData, camera: Camera, x: float, y: float) -> Card | None:
    """The card under a pixel; the one drawn last lies on top."""
    for card in reversed(data.picture.cards):
        if there(data, card) and area(data, camera, card).contains(x, y):
            return card
    return None


def _draw(painter: QPainter, data: GraphData, camera: Camera, theme: Theme, card: Card, *, at_hand: bool) -> None:
    box = area(data, camera, card)
    faint = card.node >= 0 and data.seen_nodes is not None and not data.seen_nodes[card.node]
    node = camera.pixel(*data.pos[card.node].tolist()) if card.node >= 0 else None
    whole = box if node is None else box.united(QRectF(QPointF(*node), QPointF(*node)).adjusted(-1, -1, 1, 1))
    if not whole.intersects(QRectF(0, 0, camera.width, camera.height)):
        return
    painter.setOpacity(tints.FAINT if faint else 1.0)
    if node is not None:
        rim = notecards.leader(node, (box.left(), box.top(), box.right(), box.bottom()))
        painter.setPen(QPen(QColor(theme.dim), 1.1, Qt.PenStyle.SolidLine))
        painter.drawLine(_off(data, camera, card.node, node, rim), QPointF(*rim))
    painter.setPen(QPen(QColor(theme.accent), 2) if at_hand else QPen(QColor(theme.dim), 1))
    painter.setBrush(QColor(theme.panel))
    corner = min(4.0, box.height() / 4)
    painter.drawRoundedRect(box, corner, corner)
    size = notecards.LETTER_SIZE * camera.scale
    if size < _SHEET:
        return
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    _write(painter, box, notecards.lines(card.text), size, theme)
    painter.setClipping(False)
    # a strip at the left tells a note from an address at any zoom, without a colour
    painter.fillRect(QRectF(box.left(), box.top() + 1, max(2.0, 3 * camera.scale), box.height() - 2), QColor(theme.dim))


def _off(data: GraphData, camera: Camera, number: int, node: tuple[float, float], rim: tuple[float, float]) -> QPointF:
    """Where the leader leaves the shape of its node."""
    dx, dy = rim[0] - node[0], rim[1] - node[1]
    length = max(1e-6, (dx * dx + dy * dy) ** 0.5)
    shape = data.picture.nodes[number]
    reach = min(length, max(float(data.radius[number]), extent(shape) if shape.ringed else 0) * camera.node_scale + 2)
    return QPointF(node[0] + dx / length * reach, node[1] + dy / length * reach)


def _write(painter: QPainter, box: QRectF, lines: tuple[str, ...], size: float, theme: Theme) -> None:
    grow = size / notecards.LETTER_SIZE
    left = box.left() + (notecards.PADDING + 3) * grow
    top = box.top() + notecards.PADDING * grow
    step = notecards.LINE_HEIGHT * grow
    if size < _READABLE:
        painter.setPen(QPen(QColor(theme.dim), 1))
        for number, line in enumerate(lines):
            y = top + (number + 0.5) * step
            wide = notecards.width(line) * size * 0.5
            painter.drawLine(QPointF(left, y), QPointF(min(left + wide, box.right() - 3), y))
        return
    font = QFont(themes.font(theme))
    font.setPixelSize(max(1, round(size)))
    painter.setFont(font)
    painter.setPen(QColor(theme.text))
    for number, line in enumerate(lines):
        room = QRectF(left, top + number * step, box.right() - left - 2, step)
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cell(line))

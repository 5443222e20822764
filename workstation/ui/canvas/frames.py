"""Owns drawing what stands behind the nodes: named frames, and ticks and lanes of a time axis.

Frames follow the positions of now, so they go along while their nodes are dragged. Must not change anything.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from workstation.analysis.picture import frame_box
from workstation.ui import theme as themes
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.text import cell
from workstation.ui.theme import Theme

_CORNER = 12.0
_HEAD = 30.0
_NAMES_FROM = 60.0
#: A short name is written whole, even when it is wider than its frame.
_NAME_ROOM = 130.0


def draw(painter: QPainter, data: GraphData, camera: Camera, theme: Theme) -> None:
    """Lanes, ticks and frames, in pixels of the view."""
    picture = data.picture
    if not (picture.frames or picture.ticks or picture.lanes):
        return
    painter.save()
    try:
        painter.setFont(_font(theme))
        _lanes(painter, data, camera, theme)
        _ticks(painter, data, camera, theme)
        for frame in picture.frames:
            points = data.pos[list(frame.members)]
            _frame(painter, frame_box(points.tolist()), camera, theme, frame.name, frame.colour)
    finally:
        painter.restore()


def _box(camera: Camera, left: float, top: float, right: float, bottom: float) -> QRectF:
    first, last = camera.pixel(left, top), camera.pixel(right, bottom)
    return QRectF(QPointF(*first), QPointF(*last))


def _frame(
    painter: QPainter, box: tuple[float, float, float, float], camera: Camera, theme: Theme, name: str, colour: str
) -> None:
    area = _box(camera, *box)
    line = QColor(colour or theme.accent)
    fill = QColor(line)
    fill.setAlpha(16)
    corner = min(_CORNER, area.width() / 4, area.height() / 4)
    painter.setBrush(fill)
    painter.setPen(QPen(line, 1.2, Qt.PenStyle.DashLine))
    painter.drawRoundedRect(area, corner, corner)
    if max(area.width(), area.height()) < _NAMES_FROM:
        return
    font = _bold(painter.font())
    text, plate = _plate(area, name, font, theme)
    painter.save()
    painter.setFont(font)
    painter.setPen(QPen(line, 1))
    painter.setBrush(QColor(theme.panel))
    painter.drawRoundedRect(plate, 4, 4)
    painter.setPen(QColor(theme.text))
    painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()


def _bold(font: QFont) -> QFont:
    made = QFont(font)
    made.setBold(True)
    return made


def _plate(area: QRectF, name: str, font: QFont, theme: Theme) -> tuple[str, QRectF]:
    """What is written on the upper edge of a frame, and where."""
    metrics = QFontMetricsF(font)
    widest = max(area.width() - 24, _NAME_ROOM * theme.scale / 100)
    text = metrics.elidedText(cell(name), Qt.TextElideMode.ElideRight, widest)
    wide, tall = metrics.horizontalAdvance(text) + 12, metrics.height() + 2
    left = area.left() + 10 if wide <= area.width() - 14 else area.center().x() - wide / 2
    return text, QRectF(left, area.top() - tall / 2, wide, tall)


def plates(data: GraphData, camera: Camera, theme: Theme) -> list[QRectF]:
    """Where the names of frames stand, so that nothing else is written there."""
    font = _bold(_font(theme))
    found = []
    for frame in data.picture.frames:
        area = _box(camera, *frame_box(data.pos[list(frame.members)].tolist()))
        if max(area.width(), area.height()) >= _NAMES_FROM:
            found.append(_plate(area, frame.name, font, theme)[1])
    return found


def _font(theme: Theme) -> QFont:
    font = QFont(themes.font(theme, 1.0))
    font.setPixelSize(max(9, round(11 * theme.scale / 100)))
    return font


def _lanes(painter: QPainter, data: GraphData, camera: Camera, theme: Theme) -> None:
    metrics = QFontMetricsF(painter.font())
    several = len(data.picture.lanes) > 1
    for number, (top, bottom, name) in enumerate(data.picture.lanes):
        first, last = camera.pixel(0.0, top)[1], camera.pixel(0.0, bottom)[1]
        if last < 0 or first > camera.height:
            continue
        if several and number % 2 == 0:
            shade = QColor(theme.dim)
            shade.setAlpha(14)
            painter.fillRect(QRectF(0, first, camera.width, last - first), shade)
        if several and last - first > metrics.height() + 4:
            text = metrics.elidedText(cell(name) or "–", Qt.TextElideMode.ElideRight, camera.width * 0.3)
            painter.setPen(QColor(theme.dim))
            at = max(first, min(_HEAD + 18.0, last - metrics.height() - 6)) + 3
            painter.drawText(QPointF(14, at + metrics.ascent()), text)


def _ticks(painter: QPainter, data: GraphData, camera: Camera, theme: Theme) -> None:
    """Faint lines with their time above the lanes, at the upper edge of the view when that is further down."""
    if not data.picture.ticks:
        return
    metrics = QFontMetricsF(painter.font())
    top = min((lane[0] for lane in data.picture.lanes), default=0.0)
    bottom = max((lane[1] for lane in data.picture.lanes), default=0.0)
    first, last = camera.pixel(0.0, top)[1], camera.pixel(0.0, bottom)[1]
    words_at = min(max(first - 8.0, 56.0), camera.height - 8.0)
    faint = QColor(theme.dim)
    faint.setAlpha(70)
    ground = QColor(theme.canvas)
    ground.setAlpha(215)
    end = -1e9
    for x, words in data.picture.ticks:
        at = camera.pixel(x, 0.0)[0]
        wide = metrics.horizontalAdvance(words)
        if at < -wide or at > camera.width + wide:
            continue
        painter.setPen(QPen(faint, 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(at, first), QPointF(at, last))
        if at - wide / 2 > end + 10:
            place = QRectF(at - wide / 2 - 4, words_at - metrics.ascent() - 2, wide + 8, metrics.height() + 4)
            painter.fillRect(place, ground)  # a crowd of nodes may lie there
            painter.setPen(QColor(theme.dim))
            painter.drawText(QPointF(at - wide / 2, words_at), words)
            end = at + wide / 2

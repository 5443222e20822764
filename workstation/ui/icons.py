"""Owns every drawn sign of the window: line icons and role shapes, as paths (fonts lack several symbols).

Must not hold colours: the caller passes them, so a theme switch redraws all of them.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPixmapCache, QPolygonF

#: Line icons on a 16 x 16 field: strokes as lists of points; a leading "o" is a circle (x, y, radius).
_LINES: dict[str, tuple[object, ...]] = {
    "undo": (((7, 3), (3, 6.5), (7, 10)), ((3, 6.5), (10, 6.5), (13, 8.5), (13, 11), (11.5, 13), (8, 13))),
    "redo": (((9, 3), (13, 6.5), (9, 10)), ((13, 6.5), (6, 6.5), (3, 8.5), (3, 11), (4.5, 13), (8, 13))),
    "import": (
        ((8, 2), (8, 10)),
        ((4.5, 6.8), (8, 10.2), (11.5, 6.8)),
        ((2.5, 11), (2.5, 13.5), (13.5, 13.5), (13.5, 11)),
    ),
    "export": (
        ((8, 10), (8, 2)),
        ((4.5, 5.4), (8, 2), (11.5, 5.4)),
        ((2.5, 11), (2.5, 13.5), (13.5, 13.5), (13.5, 11)),
    ),
    "search": (("o", 7, 7, 4.2), ((10.2, 10.2), (13.6, 13.6))),
    "new": (
        ((3.5, 1.8), (9.5, 1.8), (12.5, 4.8), (12.5, 14.2), (3.5, 14.2), (3.5, 1.8)),
        ((8, 6.5), (8, 11.5)),
        ((5.5, 9), (10.5, 9)),
    ),
    "open": (((1.8, 13), (1.8, 3.4), (6, 3.4), (7.4, 5), (14.2, 5), (14.2, 13), (1.8, 13)),),
    "copy": (
        ((5.5, 5.5), (13.5, 5.5), (13.5, 13.5), (5.5, 13.5), (5.5, 5.5)),
        ((10.5, 3), (10.5, 2.5), (2.5, 2.5), (2.5, 10.5), (3, 10.5)),
    ),
    "play": (((5, 3), (12.5, 8), (5, 13), (5, 3)),),
    "pause": (((5.5, 3.5), (5.5, 12.5)), ((10.5, 3.5), (10.5, 12.5))),
    "step_back": (((11, 3.5), (6, 8), (11, 12.5)), ((4, 3.5), (4, 12.5))),
    "step_forward": (((5, 3.5), (10, 8), (5, 12.5)), ((12, 3.5), (12, 12.5))),
    "pin": (
        ((5, 2.2), (11, 2.2)),
        ((6.2, 2.2), (6.2, 6.6), (4, 9.6), (12, 9.6), (9.8, 6.6), (9.8, 2.2)),
        ((8, 9.6), (8, 14)),
    ),
    "plus": (((8, 3.5), (8, 12.5)), ((3.5, 8), (12.5, 8))),
    "minus": (((3.5, 8), (12.5, 8)),),
    "fit": (
        ((2.5, 6), (2.5, 2.5), (6, 2.5)),
        ((10, 2.5), (13.5, 2.5), (13.5, 6)),
        ((13.5, 10), (13.5, 13.5), (10, 13.5)),
        ((6, 13.5), (2.5, 13.5), (2.5, 10)),
    ),
    "close": (((4, 4), (12, 12)), ((12, 4), (4, 12))),
    "float": (((3, 6), (3, 13), (10, 13)), ((6, 3), (13, 3), (13, 10), (6, 10), (6, 3))),
    "ok": (((3, 8.5), (6.6, 12), (13, 4.5)),),
    "warn": (((8, 2.2), (14.4, 13.4), (1.6, 13.4), (8, 2.2)), ((8, 6.4), (8, 9.8)), ((8, 11.4), (8, 11.8))),
    "no": (("o", 8, 8, 5.8), ((5.8, 5.8), (10.2, 10.2)), ((10.2, 5.8), (5.8, 10.2))),
    "file": (
        ((3.8, 1.8), (9.6, 1.8), (12.4, 4.6), (12.4, 14.2), (3.8, 14.2), (3.8, 1.8)),
        ((6, 7.5), (10.4, 7.5)),
        ((6, 10.5), (10.4, 10.5)),
    ),
    "tag": (((2.2, 2.2), (8, 2.2), (13.8, 8), (8, 13.8), (2.2, 8), (2.2, 2.2)), ("o", 5.4, 5.4, 0.9)),
    "finding": (((3, 2.2), (13, 2.2), (13, 13.8), (8, 10.6), (3, 13.8), (3, 2.2)),),
    "scene": (
        ((2, 4), (14, 4), (14, 12.5), (2, 12.5), (2, 4)),
        ((4.5, 10.3), (7, 7.4), (8.8, 9.2), (10.6, 7), (12, 9)),
    ),
    "entity": (("o", 8, 5.4, 2.7), ((2.8, 13.6), (4, 10.6), (8, 9.6), (12, 10.6), (13.2, 13.6))),
    "shield": (
        ((8, 1.8), (13.4, 3.8), (13.4, 8), (11.6, 11.6), (8, 14.2), (4.4, 11.6), (2.6, 8), (2.6, 3.8), (8, 1.8)),
        ((5.4, 7.8), (7.4, 9.8), (10.8, 6)),
    ),
    "clock": (("o", 8, 8, 5.8), ((8, 4.6), (8, 8), (10.6, 9.6))),
    "note": (
        ((2.5, 2.5), (13.5, 2.5), (13.5, 10), (10, 13.5), (2.5, 13.5), (2.5, 2.5)),
        ((5, 6), (11, 6)),
        ((5, 9), (9, 9)),
    ),
    "demo": (
        ("o", 3.6, 8, 1.8),
        ("o", 12.4, 3.8, 1.8),
        ("o", 12.4, 12.2, 1.8),
        ((5.4, 7.2), (10.7, 4.6)),
        ((5.4, 8.8), (10.7, 11.4)),
    ),
    "command": (((3, 5), (6.5, 8), (3, 11)), ((8, 11.5), (13, 11.5))),
    "help": (
        ("o", 8, 8, 6),
        ((6, 6.4), (6.6, 5.2), (8, 4.8), (9.6, 5.4), (9.8, 6.8), (8, 8.2), (8, 9.4)),
        ((8, 11), (8, 11.4)),
    ),
    "list": (
        ((5, 4), (14, 4)),
        ((5, 8), (14, 8)),
        ((5, 12), (14, 12)),
        ((2, 4), (2.4, 4)),
        ((2, 8), (2.4, 8)),
        ((2, 12), (2.4, 12)),
    ),
}


def line_path(name: str) -> QPainterPath:
    """The strokes of a line icon on a 16 x 16 field; an unknown name gives an empty path."""
    path = QPainterPath()
    for stroke in _LINES.get(name, ()):
        assert isinstance(stroke, tuple)
        if stroke[0] == "o":
            path.addEllipse(QPointF(stroke[1], stroke[2]), stroke[3], stroke[3])
            continue
        path.moveTo(*stroke[0])
        for point in stroke[1:]:
            path.lineTo(*point)
    return path


def line_icon(name: str, colour: QColor, size: int = 16) -> QIcon:
    """A line icon in one colour, sharp at one and two device pixels per point."""
    icon = QIcon()
    for ratio in (1, 2):
        icon.addPixmap(_line_pixmap(name, colour, size, ratio))
    return icon


def _line_pixmap(name: str, colour: QColor, size: int, ratio: int) -> QPixmap:
    """The picture of a line icon; Qt keeps the last ones, because a list asks for the same one in every row."""
    key, pixmap = f"line {name} {colour.rgba():08x} {size} {ratio}", QPixmap()
    if QPixmapCache.find(key, pixmap):
        return pixmap
    pixmap = QPixmap(size * ratio, size * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size * ratio / 16, size * ratio / 16)
    pen = QPen(colour, 1.5)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(line_path(name))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    QPixmapCache.insert(key, pixmap)
    return pixmap


def role_path(role: str, box: QRectF) -> QPainterPath:
    """The outline of a role (design: colour is never the only sign)."""
    path = QPainterPath()
    centre, radius = box.center(), box.width() / 2
    corners = {"obfuscation": 6, "infrastructure": 4, "illicit": 3}.get(role)
    if role == "service":
        path.addRoundedRect(
            box.adjusted(radius * 0.06, radius * 0.06, -radius * 0.06, -radius * 0.06), radius * 0.45, radius * 0.45
        )
    elif role == "subject":
        points = []
        for k in range(10):
            reach = radius * (1.08 if k % 2 == 0 else 0.55)
            angle = -math.pi / 2 + k * math.pi / 5
            points.append(QPointF(centre.x() + reach * math.cos(angle), centre.y() + reach * math.sin(angle)))
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()
    elif corners is not None:
        turn = 0.0 if role == "obfuscation" else -math.pi / 2
        reach = radius * (1.12 if corners == 3 else 1.05)
        lift = radius * 0.14 if corners == 3 else 0.0
        points = [
            QPointF(
                centre.x() + reach * math.cos(turn + k * 2 * math.pi / corners),
                centre.y() + lift + reach * math.sin(turn + k * 2 * math.pi / corners),
            )
            for k in range(corners)
        ]
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()
    else:
        path.addEllipse(
            centre, radius * (0.8 if role == "unattributed" else 1), radius * (0.8 if role == "unattributed" else 1)
        )
    return path


def role_pixmap(role: str, badge: str, fill: QColor, size: int, ratio: float = 1.0) -> QPixmap:
    """A role shape with its two badge letters in the better readable of black and white."""
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    box = QRectF(1, 1, size - 2, size - 2)
    painter.drawPath(role_path(role, box.adjusted(1, 1, -1, -1)))
    if badge and size >= 18:
        font = QFont("DejaVu Sans")
        font.setPixelSize(max(6, round(size * (0.30 if role == "subject" else 0.36))))
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(readable_on(fill))
        area = box.translated(0, size * 0.12) if role == "illicit" else box
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, badge)
    painter.end()
    return pixmap


def readable_on(fill: QColor) -> QColor:
    """Black or white, whichever stands out more on a fill (WCAG relative luminance)."""

    def part(value: float) -> float:
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    light = 0.2126 * part(fill.redF()) + 0.7152 * part(fill.greenF()) + 0.0722 * part(fill.blueF())
    return QColor("white") if 1.05 / (light + 0.05) >= (light + 0.05) / 0.05 else QColor("black")

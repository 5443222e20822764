"""Owns the signs of styles in the legend of the canvas. Must not know rules or the case."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from workstation.analysis.palette import resolved
from workstation.analysis.picture import Look
from workstation.ui.theme import Theme


def draw_sign(painter: QPainter, look: Look, x: float, y: float, theme: Theme) -> None:
    """A line or a disc as the style makes it look."""
    own = resolved(look.colour, theme.roles)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if not look.line:
        painter.setPen(QPen(QColor(theme.text), 1.2))
        painter.setBrush(QColor(own or theme.panel))
        painter.drawEllipse(QPointF(x, y), 6.5, 6.5)
        return
    way = Qt.PenStyle.DashDotLine if look.style == "chained" else Qt.PenStyle.SolidLine
    double = look.style == "double"
    painter.setPen(QPen(QColor(own or theme.dim), 1.3 if double else 2.2, way))
    for shift in (-2.2, 2.2) if double else (0.0,):
        painter.drawLine(QPointF(x - 9, y + shift), QPointF(x + 10, y + shift))

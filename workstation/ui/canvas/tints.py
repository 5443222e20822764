"""Owns how marked money and dimming look: colours of lines, and the ring around a node. Must not know a run or a case.

The arc of a ring is the share, clockwise from twelve o'clock, on a thin full circle; so it is read without colour. What is
touched (poison) has a broken ring, because it has no share. Colours are mixed with the canvas beforehand: lines that are
half transparent would show beads where their pieces meet (``notes/canvas.md`` section 3).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from workstation.analysis.palette import PALETTE
from workstation.ui.canvas.data import RING_MIDDLE, RING_WIDTH, GraphData
from workstation.ui.theme import Theme

#: How much of what is out of focus is still seen.
FAINT = 0.25
#: Least and usual strength of the colour of a marked line: a small share must still be seen, poison has none.
_FLOOR, _TOUCHED = 0.3, 0.65
#: Least part of a ring that is drawn, so that a very small share is not overlooked.
_LEAST_ARC = 0.02
_DARKER = 0.78


def _rgb(colour: str) -> NDArray[np.float64]:
    made = QColor(colour)
    return np.array([made.red(), made.green(), made.blue()], np.float64)


def line_colours(
    data: GraphData, theme: Theme, numbers: NDArray[np.int64] | NDArray[np.int32]
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Colour of each line and of its arrow head, as opaque ARGB."""
    share = data.etaint[numbers].astype(np.float64)
    strength = np.where(share > 0, _FLOOR + (1 - _FLOOR) * np.minimum(share, 1), np.where(share < 0, _TOUCHED, 0.0))
    taint, ground = _rgb(theme.taint), _rgb(theme.canvas)
    seen = np.ones(len(numbers)) if data.seen_edges is None else np.where(data.seen_edges[numbers], 1.0, FAINT)

    def mixed(plain: NDArray[np.float64], marked: NDArray[np.float64]) -> NDArray[np.uint32]:
        colour = plain + (marked - plain) * strength[:, None]
        parts: NDArray[np.uint32] = np.round(ground + (colour - ground) * seen[:, None]).astype(np.uint32)
        red, green, blue = parts[:, 0], parts[:, 1], parts[:, 2]
        found: NDArray[np.uint32] = np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
        return found

    line, tip = _rgb(theme.edge), _rgb(theme.arrow)
    if data.toned:  # a style chooses what the line looks like without marked money
        own = np.stack([_rgb(theme.roles[role]) for role in PALETTE.values()])
        tone = data.tone[numbers].astype(np.int64)
        line, tip = np.vstack([line, own])[tone], np.vstack([tip, own])[tone]
    return mixed(line, taint), mixed(tip, taint * _DARKER)


def over_others(data: GraphData, numbers: NDArray[np.int32]) -> NDArray[np.int64] | None:
    """The order in which lines are laid: what is out of focus first, marked money last; None when all are alike."""
    if data.seen_edges is None and not data.marked:
        return None
    seen = np.ones(len(numbers), bool) if data.seen_edges is None else data.seen_edges[numbers]
    return np.lexsort((np.abs(data.etaint[numbers]), seen))


def draw_ring(painter: QPainter, share: float, x: float, y: float, extent: float, grow: float, theme: Theme) -> None:
    """The ring of a node whose shape reaches ``extent`` world units; ``grow`` turns them into pixels."""
    reach, width = (extent + RING_MIDDLE) * grow, max(1.8, RING_WIDTH * grow)
    colour = QColor(theme.taint)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if share < 0:
        pen = QPen(colour, width * 0.8, Qt.PenStyle.CustomDashLine, Qt.PenCapStyle.FlatCap)
        pen.setDashPattern([1.5, 1.25])
        painter.setPen(pen)
        painter.drawEllipse(QPointF(x, y), reach, reach)
        return
    painter.setPen(QPen(QColor(theme.dim), max(0.8, 0.9 * grow)))
    painter.drawEllipse(QPointF(x, y), reach, reach)
    painter.setPen(QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
    arc = round(max(share, _LEAST_ARC) * 5760)
    painter.drawArc(QRectF(x - reach, y - reach, 2 * reach, 2 * reach), 90 * 16, -arc)

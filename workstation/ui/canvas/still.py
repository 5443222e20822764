"""Owns the view as a still picture of a size: the whole graph fitted, legend and small map beside it, drawn now."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.item import FlowItem
from workstation.ui.canvas.overlays import EDGE, LegendPlan, draw_minimap
from workstation.ui.theme import Theme


def image(item: FlowItem, theme: Theme, width: int, height: int, *, cards: bool) -> QImage:
    """Everything the item shows; the same input gives the same pixels."""
    data = item.data_
    left, top, right, bottom = data.bounds()
    legend = LegendPlan(data, theme)
    foot = max(legend.height, 124.0) + 34 if cards and data.nodes > 1 else 24.0
    scale = min((width - 48) / (right - left), (height - 24 - foot) / (bottom - top), 1.6)
    full = min((width - 48) / (right - left), (height - 48) / (bottom - top), 1.6)
    if scale < full * 0.6:
        scale, foot = full, 24.0
    camera = Camera((left + right) / 2, (top + bottom) / 2 + (foot - 24) / 2 / scale, scale, width, height)
    made = item.image(camera)
    if cards and data.nodes:
        _draw_cards(made, item, theme, legend, camera)
    return made


def _draw_cards(image: QImage, item: FlowItem, theme: Theme, legend: LegendPlan, camera: Camera) -> None:
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        legend.draw(painter, QRectF(EDGE, camera.height - legend.height - EDGE, legend.width, legend.height))
        place = QRectF(camera.width - 196 - EDGE, camera.height - 124 - EDGE, 196, 124)
        draw_minimap(painter, place, item.data_, camera, theme)
    finally:
        painter.end()

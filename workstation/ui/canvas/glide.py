"""Owns how nodes glide from where they stood to where they stand in a new picture. Must not choose places."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation

from workstation.ui.canvas.data import GraphData
from workstation.ui.canvas.item import FlowItem
from workstation.ui.guard import guard

_MILLISECONDS = 200
_MOST_NODES = 5000


@guard
class Glide(QObject):
    """Moves the nodes of the item a little with each tick; any picture may end it."""

    def __init__(self, item: FlowItem, parent: QObject) -> None:
        super().__init__(parent)
        self._item = item
        self._ticks = QVariantAnimation(self)
        self._ticks.setDuration(_MILLISECONDS)
        self._ticks.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._ticks.valueChanged.connect(self._moved)
        self._from = self._to = np.zeros((0, 2))

    def start(self, old: GraphData, new: GraphData) -> None:
        """Put the nodes that were shown back to where they stood, and let them go from there."""
        before = new.pos.copy()
        for number, key in enumerate(new.keys):
            if key in old.number:
                before[number] = old.pos[old.number[key]]
        if np.allclose(before, new.pos) or new.nodes > _MOST_NODES:
            return
        self._from, self._to = before, new.pos.copy()
        new.move(np.arange(new.nodes), before)
        self._ticks.setStartValue(0.0)
        self._ticks.setEndValue(1.0)
        self._ticks.start()

    def stop(self, *, finish: bool = False) -> None:
        """No further tick; with ``finish`` the nodes jump to where they were going."""
        if self._ticks.state() == QVariantAnimation.State.Running:
            self._ticks.stop()
            if finish:
                self._moved(1.0)

    def _moved(self, share: float) -> None:
        data = self._item.data_
        if len(self._to) == data.nodes:
            data.move(np.arange(data.nodes), self._from + (self._to - self._from) * float(share))
            self._item.update()

"""Owns the bar at the head of the window: the top bar over the strip of steps, in one tool bar that stays put."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolBar, QVBoxLayout, QWidget

from workstation.ui.chrome import LoopStrip, TopBar
from workstation.ui.guard import guard
from workstation.ui.translate import tr


@guard
class HeadBar(QToolBar):
    """Holds ``top`` and ``strip``. ``ask`` runs a command by its name."""

    def __init__(self, ask: Callable[[str], object]) -> None:
        super().__init__(tr("Top bar"))
        self.top = TopBar(ask)
        self.strip = LoopStrip()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addWidget(self.strip)
        self.setObjectName("headBar")
        self.setMovable(False)
        self.setFloatable(False)
        self.toggleViewAction().setVisible(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.addWidget(inside)

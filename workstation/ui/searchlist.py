"""Owns the list under the search box: what was found, by kind. Must not search itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from workstation.ui.guard import guard
from workstation.ui.text import model_row
from workstation.ui.translate import tr
from workstation.ui.widgets import list_icon

_ICONS = {
    "label": "tag",
    "entity": "entity",
    "finding": "finding",
    "note": "note",
    "scene": "scene",
    "transaction": "list",
    "amount": "list",
}


@guard
class SearchList(QFrame):
    """A frame over the window; arrows and Enter come from the search box, which keeps the focus."""

    def __init__(self, window: QWidget, chosen: Callable[[Any], object]) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("paletteFrame")
        self._chosen = chosen
        self._hits: list[Any] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        self.model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setAccessibleName(tr("Found in the case"))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda index: self._chosen(self._hits[index.row()]))
        layout.addWidget(self.list)
        self.hide()

    def show_hits(self, hits: Sequence[Any], under: QWidget) -> None:
        """List what was found below the search box; nothing found hides the list."""
        self._hits = list(hits)
        self.model.clear()
        for hit in self._hits:
            row = model_row(f"{hit.title}   {hit.detail}" if hit.detail else hit.title)
            row.setIcon(list_icon(_ICONS.get(hit.kind, "demo")))
            self.model.appendRow(row)
        if not self._hits:
            self.hide()
            return
        self.list.setCurrentIndex(self.model.index(0, 0))
        parent = self._window
        high = min(12, len(self._hits)) * max(20, self.list.sizeHintForRow(0)) + 22
        wide = max(under.width(), min(680, parent.width() - 40))
        corner = under.mapTo(parent, QPoint(0, under.height() + 2))
        self.setGeometry(min(corner.x(), parent.width() - wide - 10), corner.y(), wide, high)
        self.show()
        self.raise_()

    def current(self) -> Any:
        """The marked hit."""
        row = self.list.currentIndex().row()
        return self._hits[row] if 0 <= row < len(self._hits) else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if self.isVisible() and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
            by = steps.get(Qt.Key(event.key()))
            if by is not None and self._hits:
                row = (self.list.currentIndex().row() + by) % len(self._hits)
                self.list.setCurrentIndex(self.model.index(row, 0))
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.hide()
                return False
        return super().eventFilter(watched, event)

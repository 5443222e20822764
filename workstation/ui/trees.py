"""Owns the tree that panels list things in: its rows, with key, icon and tip, and its keys. Must not know a case."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QStandardItem
from PySide6.QtWidgets import (
    QAbstractItemView,
    QTreeView,
)

from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.widgets import list_icon

KEY = Qt.ItemDataRole.UserRole + 1


def item(words: str, key: str = "", *, icon: str = "", tip: str = "", strong: bool = False) -> QStandardItem:
    """A read-only row; its text is plain in every view."""
    made = text.model_row(words)
    made.setData(key, KEY)
    if icon:
        made.setIcon(list_icon(icon))
    if tip:
        made.setToolTip(text.tip_text(tip))
    if strong:
        font = made.font()
        font.setBold(True)
        made.setFont(font)
    return made


@guard
class Tree(QTreeView):
    """A tree whose Enter key acts like a double click."""

    def __init__(self, name: str, opened: Callable[[str], object]) -> None:
        super().__init__()
        self._opened = opened
        self.setAccessibleName(name)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        key = index.data(KEY)
        if key:
            self._opened(str(key))

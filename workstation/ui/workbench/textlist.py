"""Owns a list whose rows are short texts of several lines that wrap to the width of the list."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from workstation.domain.visible import visible
from workstation.ui.guard import guard

_ANY = QModelIndex | QPersistentModelIndex
_MOST = 2000  # as a label
#: A row wraps only at blanks, so an identifier gets invisible places where it may break.
_RUN = re.compile(r"\S{31,}")


@guard
class TextModel(QAbstractListModel):
    """Texts as rows; what is hidden in them is shown as marks."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.texts: tuple[str, ...] = ()

    def show(self, texts: Sequence[str]) -> None:
        """List other texts."""
        self.beginResetModel()
        self.texts = tuple(visible(words, _MOST, keep="\n") for words in texts)
        self.endResetModel()

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.texts)

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.texts):
            return None
        words = self.texts[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _RUN.sub(lambda run: _broken(run.group()), words)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return words
        return None


def _broken(run: str) -> str:
    return "\u200b".join(run[i : i + 6] for i in range(0, len(run), 6))


@guard
class TextList(QListView):
    """The list. ``picked`` is called with the row the person marks, ``opened`` with the row of Enter or a double click."""

    def __init__(self, name: str, picked: Callable[[int], object], opened: Callable[[int], object]) -> None:
        super().__init__()
        self.texts = TextModel(self)
        self.setModel(self.texts)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(True)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(False)
        self.setSpacing(2)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._quiet = False
        self._picked = picked
        self.activated.connect(lambda index: opened(index.row()))
        self.selectionModel().currentChanged.connect(lambda index, _: self._moved(index.row()))

    def show_texts(self, texts: Sequence[str], mark: int = -1) -> None:
        """List other texts and mark one row, without telling anybody."""
        self._quiet = True
        self.texts.show(texts)
        if 0 <= mark < len(texts):
            self.setCurrentIndex(self.texts.index(mark))
        self._quiet = False

    def _moved(self, row: int) -> None:
        if not self._quiet and row >= 0:
            self._picked(row)

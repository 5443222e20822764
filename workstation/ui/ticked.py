"""Owns lists whose rows are ticked: one look and one way to use them. Must not know what a row means."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTreeWidget


def ticked_list(name: str, heads: Sequence[str], hint: str) -> QTreeWidget:
    """A list of rows that can be ticked with Space; nothing in it is ever cut."""
    made = QTreeWidget()
    made.setAccessibleName(name)
    made.setAccessibleDescription(hint)
    made.setHeaderLabels(list(heads))
    made.setRootIsDecorated(False)
    made.setUniformRowHeights(True)
    made.setTextElideMode(Qt.TextElideMode.ElideNone)
    made.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    made.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    made.header().setStretchLastSection(True)
    return made

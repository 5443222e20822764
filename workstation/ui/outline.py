"""Owns the Outline dock: the graph as a tree of words, with the selection, the keys and the menus of the canvas.

A screen reader cannot see a canvas; here it meets every node and every line of it. Must not draw or change anything.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QLineEdit, QTreeView, QVBoxLayout, QWidget

from workstation.domain.subjects import parse
from workstation.ui import text
from workstation.ui.canvas_area import key_text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.translate import count, tr
from workstation.ui.widgets import plain

if TYPE_CHECKING:
    from workstation.app.outline import Line, Outline

_ANY = QModelIndex | QPersistentModelIndex


@guard
class OutlineModel(QAbstractItemModel):
    """Nodes at the top, their lines below. Lines are made when a node is opened, so a large graph costs nothing."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.outline: Outline | None = None
        self.nodes: list[int] = []
        self._lines: dict[int, tuple[Line, ...]] = {}

    def show(self, outline: Outline | None, wanted: str = "") -> None:
        """Show an outline, or only the nodes whose texts hold every word of ``wanted``."""
        self.beginResetModel()
        self.outline = outline
        self._lines = {}
        words = wanted.casefold().split()
        self.nodes = [n for n in (outline.order if outline else ()) if self._holds(n, words)]
        self.endResetModel()

    def _holds(self, node: int, words: list[str]) -> bool:
        if not words or self.outline is None:
            return not words
        found = " ".join((*self.outline.cells(node), self.outline.picture.nodes[node].full)).casefold()
        return all(word in found for word in words)

    def lines(self, row: int) -> tuple[Line, ...]:
        """The lines of the node in a row."""
        node = self.nodes[row]
        if node not in self._lines and self.outline is not None:
            self._lines[node] = self.outline.lines(node)
        return self._lines[node]

    def node(self, index: _ANY) -> int:
        """The node of the picture an index means: itself, or the one at the far end of its line; -1 for none."""
        if not index.isValid():
            return -1
        owner = int(index.internalId())
        return self.nodes[index.row()] if owner == 0 else self.lines(owner - 1)[index.row()].far

    def edge(self, index: _ANY) -> int:
        """The edge of the picture a line means; -1 for a node."""
        owner = int(index.internalId()) if index.isValid() else 0
        return self.lines(owner - 1)[index.row()].edge if owner else -1

    def index(self, row: int, column: int, parent: _ANY = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: _ANY | None = None) -> QModelIndex:  # type: ignore[override]
        owner = int(index.internalId()) if index is not None and index.isValid() else 0
        return self.createIndex(owner - 1, 0, 0) if owner else QModelIndex()

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self.nodes)
        if parent.internalId() or parent.column() or self.outline is None:
            return 0
        node = self.nodes[parent.row()]
        return len(self.outline.leaving[node]) + len(self.outline.reaching[node])

    def columnCount(self, _parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 3

    def headerData(self, number: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Name"), tr("What it is, how much"), tr("What is known"))[number]

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if self.outline is None or not index.isValid():
            return None
        owner = int(index.internalId())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return text.cell(", ".join(part for part in self._cells(owner, index.row()) if part))
        return (
            text.cell(self._cells(owner, index.row())[index.column()]) if role == Qt.ItemDataRole.DisplayRole else None
        )

    def _cells(self, owner: int, row: int) -> tuple[str, str, str]:
        assert self.outline is not None
        return self.lines(owner - 1)[row].cells if owner else self.outline.cells(self.nodes[row])


@guard
class OutlinePanel(QWidget):
    """The dock.

    Args:
        run_key: runs the command of a canvas key; false when the key means nothing there.
    """

    context_asked = Signal(str, QPoint)

    def __init__(self, desk: Desk, run_key: Callable[[str], bool]) -> None:
        super().__init__()
        self.desk = desk
        self._run_key = run_key
        self._stale = True
        self._quiet = False
        self.model = OutlineModel(self)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter by name or identifier"))
        self.filter.setAccessibleName(tr("Filter the outline"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(lambda _: self.refresh())
        self.words = plain("", dim=True, small=True)
        self.tree = QTreeView()
        self.tree.setModel(self.model)
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(tr("Outline of the graph"))
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.tree.header().setStretchLastSection(True)
        self.tree.customContextMenuRequested.connect(self._menu)
        self.tree.activated.connect(self._go)
        self.tree.installEventFilter(self)
        chosen = self.tree.selectionModel()
        chosen.selectionChanged.connect(lambda *_: self._picked())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(self.filter, 1)
        head.addWidget(self.words)
        layout.addLayout(head)
        layout.addWidget(self.tree, 1)
        self._later = Later(desk.queue, self, self.refresh)
        self._later.due = True
        for signal in (desk.opened, desk.graph_changed, desk.case_changed):
            signal.connect(lambda *_: self._outdated())
        desk.selection_changed.connect(self.show_selection)

    # --- what is shown ----------------------------------------------------------------------------------------

    def _outdated(self) -> None:
        self._stale = True
        self._later.ask()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for column, share in enumerate((0.3, 0.4)):
            self.tree.setColumnWidth(column, max(140, round(event.size().width() * share)))

    def refresh(self) -> None:
        """Read the picture of the active graph again."""
        from workstation.app.outline import outline

        self._stale = self._later.due = False
        session = self.desk.session
        made = outline(session.graphs.picture(session.graph)) if session is not None else None
        self._quiet = True
        try:
            self.model.show(made, self.filter.text())
        finally:
            self._quiet = False
        total = len(made.order) if made is not None else 0
        shown = len(self.model.nodes)
        nodes = count(total, tr("node"), tr("nodes"))
        self.words.setText(nodes if shown == total else tr("{n} of {all}", n=f"{shown:,}", all=nodes))
        self.show_selection()

    def show_selection(self) -> None:
        """Mark the shared selection."""
        session, outline = self.desk.session, self.model.outline
        if self._quiet or self._stale or session is None or outline is None:
            return
        wanted = {subject.key for subject in session.selection}
        if wanted == {outline.picture.nodes[n].key for n in self.marked()}:
            return
        chosen = QItemSelection()
        first = QModelIndex()
        for row, node in enumerate(self.model.nodes):
            if outline.picture.nodes[node].key in wanted:
                index = self.model.index(row, 0)
                first = first if first.isValid() else index
                chosen.select(index, index)
        flags = QItemSelectionModel.SelectionFlag
        self._quiet = True
        try:
            self.tree.selectionModel().select(chosen, flags.ClearAndSelect | flags.Rows)
            if first.isValid():
                self.tree.selectionModel().setCurrentIndex(first, flags.NoUpdate)
                self.tree.scrollTo(first)
        finally:
            self._quiet = False

    def marked(self) -> list[int]:
        """Node numbers of the marked rows; a marked line means both its ends."""
        found: dict[int, None] = {}
        for index in self.tree.selectionModel().selectedRows():
            owner = index.parent()
            if owner.isValid():
                found[self.model.node(owner)] = None
            found[self.model.node(index)] = None
        return list(found)

    # --- what a person does -----------------------------------------------------------------------------------

    def _picked(self) -> None:
        outline = self.model.outline
        if self._quiet or outline is None:
            return
        edges = [self.model.edge(index) for index in self.tree.selectionModel().selectedRows()]
        self._quiet = True
        try:
            self.desk.select(*(parse(outline.picture.nodes[node].key) for node in self.marked()))
            self.desk.mark_lines(outline.picture, [edge for edge in edges if edge >= 0])
        finally:
            self._quiet = False

    def _go(self, index: QModelIndex) -> None:
        node = self.model.node(index)
        if node >= 0 and self.model.outline is not None:
            self.desk.ask_later("view.go", to=self.model.outline.picture.nodes[node].key)

    def _menu(self, point: QPoint) -> None:
        node = self.model.node(self.tree.indexAt(point))
        key = self.model.outline.picture.nodes[node].key if node >= 0 and self.model.outline is not None else ""
        self.context_asked.emit(key, self.tree.viewport().mapToGlobal(point))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.tree and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = key_text(event)
            plain_letter = len(key.removeprefix("Shift+")) == 1 and key[-1].isalpha()
            if (plain_letter or key == "Del") and self._run_key(key):
                return True
        return super().eventFilter(watched, event)

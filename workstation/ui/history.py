"""Owns the History panel: every state of the case with its branches, and the difference of two. It lists; commands do.

Must not read the undo history other than through the session.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QKeyEvent, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QSplitter,
    QStackedLayout,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from workstation.app.comparing import Difference, line
from workstation.app.history import depths
from workstation.casefile.values import UndoEntry
from workstation.domain.subjects import parse
from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.translate import count, tr
from workstation.ui.trees import Tree, item
from workstation.ui.widgets import EmptyState, button, list_icon, plain

_Index = QModelIndex | QPersistentModelIndex
_DEEPEST = 12
_LISTED = 2000


@guard
class HistoryModel(QAbstractTableModel):
    """The states, newest first, the beginning last; a branch is indented."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.entries: list[UndoEntry] = []
        self.depths: dict[int, int] = {}
        self.current = 0
        self._icons = {name: list_icon(name) for name in ("ok", "undo", "note")}

    def show(self, entries: list[UndoEntry]) -> None:
        """Show these steps."""
        self.beginResetModel()
        self.depths = depths(entries)
        self.current = max((e.id for e in entries if e.state == "done"), default=0)
        self.entries = [*reversed(entries), UndoEntry(0, tr("Beginning"), "", "done")] if entries else []
        self._icons = {name: list_icon(name) for name in self._icons}
        self.endResetModel()

    def row_of(self, step: int) -> int:
        """The row of a step."""
        return next((row for row, entry in enumerate(self.entries) if entry.id == step), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.entries)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else 3

    def headerData(self, number: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("State"), tr("Time (UTC)"), tr("Who"))[number]
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.entries):
            return None
        entry, column = self.entries[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return text.cell((self._words(entry), entry.at.replace("T", " ").rstrip("Z"), entry.actor)[column])
        if role == Qt.ItemDataRole.AccessibleTextRole and column == 0:
            return text.cell(self.spoken(entry))
        if role == Qt.ItemDataRole.ToolTipRole:
            return text.tip_text(self.spoken(entry))
        if role == Qt.ItemDataRole.DecorationRole and column == 0:
            return self._icons["ok" if entry.state == "done" else "undo" if entry.state == "undone" else "note"]
        if role == Qt.ItemDataRole.FontRole and (entry.name or entry.id == self.current):
            made = QFont(QApplication.font())
            made.setBold(bool(entry.name))
            made.setItalic(entry.id == self.current and not entry.name)
            return made
        return None

    def spoken(self, entry: UndoEntry) -> str:
        """Everything about a state in words."""
        state = {"done": tr("done"), "undone": tr("undone"), "branch": tr("on another branch")}[entry.state]
        parts = [entry.name, entry.label, state, entry.at, entry.actor]
        if entry.id == self.current:
            parts.insert(0, tr("current state"))
        return ", ".join(part for part in parts if part)

    def _words(self, entry: UndoEntry) -> str:
        depth = min(self.depths.get(entry.id, 0), _DEEPEST)
        indent = "    " * (depth - 1) + "└  " if depth else ""
        here = "▸ " if entry.id == self.current else ""
        said = f"{entry.name} – {entry.label}" if entry.name else entry.label
        return f"{indent}{here}{said}"


@guard
class StateList(QTreeView):
    """The list of states; double click and Enter go to one."""

    def __init__(self, panel: HistoryPanel) -> None:
        super().__init__(panel)
        self._panel = panel
        self.setAccessibleName(tr("History"))
        self.setAccessibleDescription(tr("Enter goes to a state. Mark two to compare them."))
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setAllColumnsShowFocus(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.doubleClicked.connect(lambda index: panel.go(index.row()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._panel.go(self.currentIndex().row())
            return
        super().keyPressEvent(event)


@guard
class HistoryPanel(QWidget):
    """States with their branches, and below them, when asked for, what differs between two."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.model = HistoryModel(self)
        self.list = StateList(self)
        self.list.setModel(self.model)
        head = self.list.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, letters in ((1, 21), (2, 14)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            head.resizeSection(column, self.fontMetrics().horizontalAdvance("0" * letters))
        self.to = button(tr("Go to state"), lambda: self.go(self.list.currentIndex().row()))
        self.call = button(tr("Name…"), self._name, name=tr("Name this state"))
        self.compare = button(tr("Compare"), self._compare, tip=tr("Mark two states, or one to compare with now"))
        self.told = plain("", dim=True, small=True)
        line_ = QHBoxLayout()
        for one in (self.to, self.call, self.compare):
            line_.addWidget(one)
        line_.addWidget(self.told, 1)
        self.found = QStandardItemModel(self)
        self.differences = Tree(tr("Differences of two states"), self._show)
        self.differences.setModel(self.found)
        self.differences.setRootIsDecorated(False)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.list)
        self.split.addWidget(self.differences)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.differences.hide()
        whole = QWidget()
        body = QVBoxLayout(whole)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        body.addLayout(line_)
        body.addWidget(self.split, 1)
        self.stack = QStackedLayout(self)
        self.stack.setContentsMargins(6, 2, 4, 4)
        self.stack.addWidget(whole)
        self.stack.addWidget(
            EmptyState(tr("Every change you make is listed here and can be undone, also after closing the case."))
        )
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self._later = Later(desk.queue, self, self.refresh)
        for signal in (desk.opened, desk.restyled, desk.case_changed):
            signal.connect(self._later.ask_now)
        self.refresh()

    def refresh(self) -> None:
        """List the states again, the newest first. The cursor goes along with the case; else it stays on its state."""
        self._later.due = False
        session = self.desk.session
        entries = session.history.entries() if session is not None else []
        marked, was = self.marked(), self.model.current
        self.model.show(entries)
        if self.model.current != was:
            marked = []
        self.differences.hide()
        self.stack.setCurrentIndex(0 if entries else 1)
        branches = len({e.parent for e in entries}) and len(entries) - len({e.parent for e in entries}) + 1
        self.told.setText(f"{count(len(entries), 'step', 'steps')} · {count(branches, 'branch', 'branches')}")
        row = self.model.row_of(marked[0] if len(marked) == 1 else self.model.current)
        if row >= 0:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.list.selectionModel().setCurrentIndex(self.model.index(row, 0), flags)
            self.list.scrollTo(self.model.index(row, 0))
        self._enable()

    def marked(self) -> list[int]:
        """The marked steps, oldest first."""
        rows = self.list.selectionModel().selectedRows()
        return sorted(self.model.entries[index.row()].id for index in rows if index.row() < len(self.model.entries))

    def go(self, row: int) -> None:
        """Go to the state in a row."""
        if 0 <= row < len(self.model.entries):
            self.desk.ask_later("history.go", step=self.model.entries[row].id)

    def _name(self) -> None:
        marked = self.marked()
        if len(marked) == 1 and marked[0]:
            self.desk.ask_later("history.name", step=marked[0])

    def _compare(self) -> None:
        marked = self.marked()
        if len(marked) not in (1, 2):
            return
        first, second = marked if len(marked) == 2 else (marked[0], self.model.current)
        result = self.desk.run("history.compare", first=first, second=second)
        if result is not None:
            self._list(result.value)

    def _list(self, found: list[Difference]) -> None:
        self.found.clear()
        icons = {"added": "ok", "removed": "no", "changed": "note"}
        if not found:
            self.found.appendRow(item(tr("The two states are equal.")))
        for difference in found[:_LISTED]:
            words = line(difference, self._label(difference.subject))
            self.found.appendRow(item(words, difference.subject, icon=icons[difference.kind], tip=words))
        if len(found) > _LISTED:
            self.found.appendRow(item(tr("and {number} more", number=f"{len(found) - _LISTED:,}")))
        self.told.setText(count(len(found), "difference", "differences"))
        self.differences.show()

    def _label(self, subject: str) -> str:
        session = self.desk.session
        if session is None or not subject:
            return ""
        try:
            return session.graphs.label(parse(subject))
        except ValueError:
            return subject

    def _show(self, subject: str) -> None:
        self.desk.ask_later("view.go", to=subject)

    def _enable(self, *_: Any) -> None:
        marked = self.marked()
        self.to.setEnabled(len(marked) == 1 and marked[0] != self.model.current)
        self.call.setEnabled(len(marked) == 1 and marked[0] > 0)
        self.compare.setEnabled(len(marked) == 2 or (len(marked) == 1 and marked[0] != self.model.current))

"""Owns the panel that lists records of the case as rows with a filter and the full record beside it.

What the rows are is said by the caller (``load``); it is asked only while the panel is on screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.translate import tr
from workstation.ui.widgets import EmptyState, FlowLayout, clear, plain

if TYPE_CHECKING:
    from workstation.app.session import Session

_ANY = QModelIndex | QPersistentModelIndex
_MEASURED = 200
#: Widgets beside the filter; where there are more, all but the first stand below it and wrap.
_ON_ONE_LINE = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One line.

    Attributes:
        key: what Enter goes to (a subject or exhibit). details: the whole record as (name, text). later: gives them when
            the row is looked at, where there are many rows.
    """

    cells: tuple[str, ...]
    key: str = ""
    details: tuple[tuple[str, str], ...] = ()
    number: int = 0
    later: Callable[[], tuple[tuple[str, str], ...]] | None = None

    @property
    def whole(self) -> tuple[tuple[str, str], ...]:
        """The whole record as (name, text)."""
        return self.details if self.later is None else self.later()


@dataclass(frozen=True, slots=True)
class Rows:
    """What a panel lists: the rows and one line above them (sums, how many are shown).

    ``table``: show the empty table instead of what the panel is for, because what is listed was chosen there.
    """

    rows: Sequence[Row]
    words: str = ""
    table: bool = False


@guard
class RowModel(QAbstractTableModel):
    """The rows that pass the filter."""

    def __init__(self, heads: Sequence[str], right: frozenset[int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heads = tuple(heads)
        self._right = right
        self._all: Sequence[Row] = ()
        self.rows: Sequence[Row] = ()

    def show(self, rows: Sequence[Row]) -> None:
        """List other rows, unfiltered."""
        self.beginResetModel()
        self._all = self.rows = rows
        self.endResetModel()

    def filter(self, words: str) -> None:
        """Keep the rows that hold every word somewhere."""
        wanted = words.casefold().split()
        self.beginResetModel()
        self.rows = [row for row in self._all if all(w in " ".join(row.cells).casefold() for w in wanted)]
        self.endResetModel()

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.heads)

    def headerData(self, number: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way != Qt.Orientation.Horizontal or not 0 <= number < len(self.heads):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.heads[number]
        return self._side(number) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return text.cell(self.rows[index.row()].cells[index.column()])
        return None

    def _side(self, column: int) -> int:
        side = Qt.AlignmentFlag.AlignRight if column in self._right else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)


@guard
class RowsPanel(QWidget):
    """Filter, table, and the marked record in full.

    Args:
        load: gives the rows of a session. right: columns written right-aligned. empty: what the panel is for and where
            to begin. buttons: more widgets beside the filter.
    """

    def __init__(
        self,
        desk: Desk,
        name: str,
        heads: Sequence[str],
        load: Callable[[Session], Rows],
        empty: EmptyState,
        *,
        right: frozenset[int] = frozenset(),
        buttons: Sequence[QWidget] = (),
    ) -> None:
        super().__init__()
        self.desk = desk
        self._load = load
        self.model = RowModel(heads, right, self)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter"))
        self.filter.setAccessibleName(tr("Filter {panel}", panel=name))
        self.filter.setClearButtonEnabled(True)
        self.filter.setFixedWidth(200)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(120)
        self._typing.timeout.connect(lambda: self.model.filter(self.filter.text()))
        self.filter.textChanged.connect(lambda _: self._typing.start())
        self.words = plain("", dim=True, small=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._make_table(name)
        head = QHBoxLayout()
        head.setContentsMargins(10, 4, 10, 4)
        head.setSpacing(8)
        head.addWidget(self.filter)
        few = len(buttons) <= _ON_ONE_LINE
        for widget in buttons if few else buttons[:1]:
            head.addWidget(widget)
        head.addWidget(self.words, 1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        if not few:
            line, more = QHBoxLayout(), FlowLayout()
            line.setContentsMargins(10, 0, 10, 4)
            for widget in buttons[1:]:
                more.addWidget(widget)
            line.addLayout(more)
            column.addLayout(line)
        column.addWidget(self._split(), 1)
        self.stack = QStackedLayout(self)
        self.stack.addWidget(page)
        self.stack.addWidget(empty)
        self._later = Later(desk.queue, self, self._read)
        desk.opened.connect(self.refresh)
        desk.case_changed.connect(self.refresh)
        desk.display.changed.connect(self.refresh)
        self.refresh()

    def _make_table(self, name: str) -> None:
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(name)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(QFontMetrics(QApplication.font()).height() + 8)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.activated.connect(lambda index: self._go(index.row()))
        self.table.selectionModel().currentRowChanged.connect(lambda index, _: self._moved(index.row()))

    def _split(self) -> QSplitter:
        self.detail = QWidget()
        self.lines = QVBoxLayout(self.detail)
        self.lines.setContentsMargins(12, 4, 12, 8)
        self.lines.setSpacing(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setAccessibleName(tr("The whole record"))
        area.setWidget(self.detail)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(area)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 1)
        split.setSizes([760, 260])
        split.setChildrenCollapsible(False)
        return split

    def refresh(self, *_changed: object) -> None:
        """List again now, or when the panel is next on screen."""
        self._later.ask_now()

    def _read(self) -> None:
        session = self.desk.session
        found = self._load(session) if session is not None else Rows(())
        self.model.show(found.rows)
        if self.filter.text():
            self.model.filter(self.filter.text())
        self.words.setText(found.words)
        text.set_tip(self.words, found.words)
        self.stack.setCurrentIndex(0 if found.rows or found.table else 1)
        self._fit()
        self._show(-1)

    def _fit(self) -> None:
        metrics = QFontMetrics(self.table.font())
        for column, head in enumerate(self.model.heads):
            cells = (text.cell(row.cells[column]) for row in self.model.rows[:_MEASURED])
            wide = max((metrics.horizontalAdvance(cell) for cell in cells), default=0)
            self.table.setColumnWidth(column, min(max(wide, metrics.horizontalAdvance(head)) + 24, 520))

    def _moved(self, number: int) -> None:
        """Show the row the keyboard came to, and mark it when none is: Tab into a table moves there without marking."""
        if number >= 0 and not self.table.selectionModel().hasSelection():
            self.table.selectRow(number)
        self._show(number)

    def _show(self, number: int) -> None:
        clear(self.lines)
        if 0 <= number < len(self.model.rows):
            for name, words in self.model.rows[number].whole:
                self.lines.addWidget(plain(name, dim=True, small=True))
                shown = plain(words, wrap=True, select=True, breaks=len(words) > 30 and " " not in words)
                shown.setAccessibleName(text.cell(f"{name}: {words}"))
                text.set_tip(shown, words)
                self.lines.addWidget(shown)
        self.lines.addStretch(1)

    def marked(self) -> list[Row]:
        """The marked rows, in order."""
        return [self.model.rows[index.row()] for index in sorted(self.table.selectionModel().selectedRows())]

    def _go(self, number: int) -> None:
        if 0 <= number < len(self.model.rows) and self.model.rows[number].key:
            self.desk.ask_later("view.go", to=self.model.rows[number].key)

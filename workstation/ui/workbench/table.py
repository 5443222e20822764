"""Owns the table of methods side by side: headings over all columns, right-aligned figures, tips of the methods."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QTableView

from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.translate import tr
from workstation.ui.widgets import copy_text
from workstation.ui.workbench.rows import BEFORE, BoardRow

_ANY = QModelIndex | QPersistentModelIndex
_MEASURED = 200
_WIDEST = 330
_VISIBLE = QAbstractItemView.ScrollHint.EnsureVisible


@guard
class BoardModel(QAbstractTableModel):
    """Rows of a board."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heads: tuple[str, ...] = ()
        self.rows: Sequence[BoardRow] = ()
        self.tips: Mapping[str, str] = {}

    def show(self, heads: Sequence[str], rows: Sequence[BoardRow], tips: Mapping[str, str]) -> None:
        """Show another board; ``tips`` are those of the columns."""
        self.beginResetModel()
        self.heads, self.rows, self.tips = tuple(heads), rows, tips
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
        if role == Qt.ItemDataRole.ToolTipRole and self.heads[number] in self.tips:
            return text.tip_text(self.tips[self.heads[number]])
        return self._side(number) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return text.cell(row.cells[index.column()])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._side(0 if row.head else index.column())
        if role == Qt.ItemDataRole.FontRole and row.head:
            made = QFont(QApplication.font())
            made.setWeight(QFont.Weight.DemiBold)
            return made
        return None

    def flags(self, index: _ANY) -> Qt.ItemFlag:
        if index.isValid() and self.rows[index.row()].head:
            return Qt.ItemFlag.ItemIsEnabled
        return super().flags(index)

    def _side(self, column: int) -> int:
        figure = 2 <= column < len(self.heads) - 1
        side = Qt.AlignmentFlag.AlignRight if figure else Qt.AlignmentFlag.AlignLeft
        return int(side | Qt.AlignmentFlag.AlignVCenter)


@guard
class FrozenColumn(QTableView):
    """The first column once more, over the table, so that holders stay in sight while methods scroll by.

    It shares model and selection with the table under it and takes neither focus nor a place in the tab order.
    """

    def __init__(self, table: QTableView) -> None:
        super().__init__(table)
        self.setModel(table.model())
        self.setSelectionModel(table.selectionModel())
        self.setAccessibleName(tr("Holders, kept in sight"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(table.verticalScrollMode())
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(table.verticalHeader().defaultSectionSize())
        table.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(table.verticalScrollBar().setValue)
        table.horizontalHeader().sectionResized.connect(self._resized)
        table.viewport().stackUnder(self)

    def _resized(self, column: int, _old: int, wide: int) -> None:
        if column == 0:
            self.setColumnWidth(0, wide)
            self.fit()

    def fit(self) -> None:
        """Stand over the first column of the table."""
        table = self.parent()
        assert isinstance(table, QTableView)
        for column in range(1, self.horizontalHeader().count()):
            self.setColumnHidden(column, True)
        self.setColumnWidth(0, table.columnWidth(0))
        self.setGeometry(
            table.frameWidth(), table.frameWidth(), table.columnWidth(0),
            table.viewport().height() + table.horizontalHeader().height(),
        )  # fmt: skip


@guard
class BoardTable(QTableView):
    """The table. ``picked``: the row and column the person marks; ``opened``: the row of Enter or a double click."""

    def __init__(self, name: str, picked: Callable[[int, int], object], opened: Callable[[int], object]) -> None:
        super().__init__()
        self.board = BoardModel(self)
        self.setModel(self.board)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(QFontMetrics(QApplication.font()).height() + 8)
        self.horizontalHeader().setStretchLastSection(True)
        self.frozen = FrozenColumn(self)
        self.frozen.activated.connect(lambda index: opened(index.row()))
        self.activated.connect(lambda index: opened(index.row()))
        self.selectionModel().currentChanged.connect(lambda index, _: picked(index.row(), index.column()))

    def show_board(self, heads: Sequence[str], rows: Sequence[BoardRow], tips: Mapping[str, str]) -> None:
        """Show another board."""
        self.clearSpans()
        self.board.show(heads, rows, tips)
        for number, row in enumerate(rows):
            if row.head:
                self.setSpan(number, 0, 1, len(heads))
        metrics = QFontMetrics(self.font())
        for column, head in enumerate(heads):
            cells = (text.cell(row.cells[column]) for row in rows[:_MEASURED] if not row.head)
            wide = max((metrics.horizontalAdvance(cell) for cell in cells), default=0)
            widest = _WIDEST if column == 0 or column == len(heads) - 1 else 3 * _WIDEST
            self.setColumnWidth(column, min(max(wide, metrics.horizontalAdvance(head)) + 22, widest))
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        titles = (QFontMetrics(bold).horizontalAdvance(text.cell(row.cells[0])) for row in rows if row.head)
        self.setColumnWidth(0, max(self.columnWidth(0), min(max(titles, default=0) + 22, _WIDEST)))
        self.frozen.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.frozen.fit()

    def scrollTo(self, index: _ANY, hint: QAbstractItemView.ScrollHint = _VISIBLE) -> None:
        """Bring a cell into sight; not under the frozen column."""
        super().scrollTo(index, hint)
        left = self.columnViewportPosition(index.column())
        if index.column() > 0 and left < self.columnWidth(0):
            self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() + left - self.columnWidth(0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Copy):
            copy_text(self.as_text())
            return
        super().keyPressEvent(event)

    def as_text(self) -> str:
        """The whole board as tab-separated lines; a cell that looks like a formula stays text where it is pasted."""
        from workstation.evidence.text import guarded

        lines = [self.board.heads, *(row.cells[:1] if row.head else row.cells for row in self.board.rows)]
        return "\n".join("\t".join(guarded(text.cell(cell))[0] for cell in line) for line in lines)

    def method_at(self, column: int) -> str:
        """The method of a column, empty when it is none."""
        return self.board.heads[column] if BEFORE <= column < len(self.board.heads) - 1 else ""

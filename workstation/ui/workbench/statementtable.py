"""Owns the table of a statement: a virtual table over its lines, which makes the texts of a row only when it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QTableView

from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.times import Display
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.analysis.trace.statement import Line
    from workstation.app.tracing.statement import Statement
    from workstation.domain.evidence import Citation

_ANY = QModelIndex | QPersistentModelIndex
NUMBER, TIME, KIND, CAME, WENT, BALANCE, MARKED, OTHER, SOURCE, TX = range(10)
_FIGURES = (NUMBER, CAME, WENT, BALANCE, MARKED)
_MEASURED = 300
_WIDEST = 330


@guard
class StatementModel(QAbstractTableModel):
    """Lines of a statement.

    Args:
        name: shows a counterparty as people know it.
    """

    def __init__(self, display: Display, name: Callable[[str], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.display = display
        self._name = name
        self.made: Statement | None = None
        self.lines: Sequence[Line] = ()
        self.cited: Mapping[int, Sequence[Citation]] = {}
        self._heads = (
            tr("Row"), tr("Time"), tr("Kind"), tr("In"), tr("Out"), tr("Balance"), tr("Marked"), tr("Counterparty"),
            tr("Source"), tr("Transaction"),
        )  # fmt: skip

    def show(self, made: Statement | None, cited: Mapping[int, Sequence[Citation]]) -> None:
        """Show another statement."""
        self.beginResetModel()
        self.made, self.cited = made, cited
        self.lines = made.shown if made is not None else ()
        self.endResetModel()

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def columnCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, number: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way != Qt.Orientation.Horizontal or not 0 <= number < len(self._heads):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._heads[number]} ({self.display.zone_name})" if number == TIME else self._heads[number]
        return _side(number) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.lines):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(index.row(), index.column())
        return _side(index.column()) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def text(self, row: int, column: int) -> str:
        """The shown text of a row; names come from files."""
        from workstation.app.tracing.statementwords import KIND_NAMES, place

        made, line = self.made, self.lines[row]
        assert made is not None
        if column == NUMBER:
            return f"{line.number:,}" if line.number else ""
        if column == TIME:
            return self.display.time(made.time(line)) if line.number or made.since is not None else ""
        if column == KIND:
            return tr(KIND_NAMES[line.kind])
        if column == OTHER:
            return text.cell(self._name(line.other) if line.other else "–")
        if column in (CAME, WENT):
            units = line.came if column == CAME else line.went
            return self.display.amount(units, made.holding.asset) if units else ""
        if column == BALANCE:
            known = line.number or made.since is not None
            return self.display.amount(line.balance, made.holding.asset) if known else tr("not known")
        if column == MARKED:
            return self._marked(made, line)
        if column == SOURCE:
            return text.cell(", ".join(place(c) for c in self.cited.get(line.number, ())[:2]))
        return text.cell(made.txs.get(line.number, ""))

    def _marked(self, made: Statement, line: Line) -> str:
        if line.tainted is None:
            return ""
        if made.method == "poison":
            return tr("touched") if line.tainted else tr("no")
        from workstation.analysis.trace.statement import tainted

        units = tainted(line.tainted)
        if isinstance(units, int):
            return self.display.amount(units, made.holding.asset)
        whole = units.numerator // units.denominator
        return tr("{amount} and a part", amount=self.display.amount(whole, made.holding.asset))

    def redraw(self) -> None:
        """Times, amounts or names are written in another way; the lines are the same."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._heads) - 1)
        if self.lines:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.lines) - 1, len(self._heads) - 1))


def _side(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if column in _FIGURES else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


@guard
class StatementTable(QTableView):
    """The table. ``picked``: the row a person marks; ``opened``: the row of Enter or a double click."""

    def __init__(
        self, display: Display, name: Callable[[str], str], picked: Callable[[int], object], opened: Callable[[int], object]
    ) -> None:  # fmt: skip
        super().__init__()
        self.statement = StatementModel(display, name, self)
        self.setModel(self.statement)
        self.setAccessibleName(tr("Statement of the account"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self.activated.connect(lambda index: opened(index.row()))
        self.selectionModel().currentRowChanged.connect(lambda index, _: picked(index.row()))

    def fit(self) -> None:
        """Columns as wide as their content; of a long statement as wide as a sample and its largest balance."""
        model, metrics = self.statement, QFontMetrics(self.font())
        self.verticalHeader().setDefaultSectionSize(QFontMetrics(QApplication.font()).height() + 8)
        total = len(model.lines)
        step = max(1, total // _MEASURED)
        sample = [*range(0, total, step), *range(max(0, total - 20), total)]
        if total:
            sample += [max(range(total), key=lambda n: model.lines[n].balance)]
        traced = model.made is not None and model.made.traced is not None
        self.setColumnHidden(MARKED, not traced)
        for column in range(model.columnCount()):
            head = str(model.headerData(column, Qt.Orientation.Horizontal))
            wide = max((metrics.horizontalAdvance(model.text(row, column)) for row in sample), default=0)
            wide = max(wide, metrics.horizontalAdvance(head))
            self.setColumnWidth(column, (min(wide, _WIDEST) if column in (OTHER, SOURCE) else wide) + 22)

    def marked(self) -> list[int]:
        """The marked rows, in order."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())

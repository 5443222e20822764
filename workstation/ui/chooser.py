"""Owns the supernode chooser: an address with very many neighbours asks which ones are wanted.

Must not compute sums: it shows exact texts it is given and gives back the chosen keys.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QSpinBox,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workstation.ui.guard import guard
from workstation.ui.text import cell
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, plain

_ANY = QModelIndex | QPersistentModelIndex
_SORT = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Choice:
    """One neighbour: its key, label and identifier, way of the money, exact sum and count of transfers."""

    key: str
    name: str
    full: str
    way: str
    amount: str
    count: int


@guard
class ChoiceModel(QAbstractTableModel):
    """The neighbours with a check box each; rows come ranked by amount and ``rank`` keeps that order."""

    def __init__(self, rows: Sequence[Choice], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows = list(rows)
        self.chosen: set[int] = set()
        self._heads = (tr("Rank"), tr("Name"), tr("Way"), tr("Sum"), tr("Transfers"), tr("Address"))

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, number: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole and 0 <= number < len(self._heads):
            return self._heads[number]
        return None

    def flags(self, index: _ANY) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return base | Qt.ItemFlag.ItemIsUserCheckable if index.column() == 0 else base

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = self.rows[index.row()], index.column()
        if role == Qt.ItemDataRole.CheckStateRole and column == 0:
            return Qt.CheckState.Checked if index.row() in self.chosen else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return cell((str(index.row() + 1), row.name, row.way, row.amount, f"{row.count:,}", row.full)[column])
        if role == _SORT:
            return (index.row(), row.name.casefold(), row.way, index.row(), row.count, row.full)[column]
        if role == Qt.ItemDataRole.TextAlignmentRole and column in (3, 4):
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def setData(self, index: _ANY, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        on = value in (Qt.CheckState.Checked, Qt.CheckState.Checked.value)
        (self.chosen.add if on else self.chosen.discard)(index.row())
        self.dataChanged.emit(index, index, [role])
        return True

    def choose(self, rows: Sequence[int]) -> None:
        """Check exactly these rows."""
        self.chosen = set(rows)
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, 0), [Qt.ItemDataRole.CheckStateRole])


@guard
class ChooserDialog(QDialog):
    """Asks which neighbours of a supernode to put on the canvas; the rest becomes one stub with the exact sum."""

    def __init__(self, parent: QWidget | None, name: str, rows: Sequence[Choice], top: int = 10) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Choose neighbours"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(10)
        layout.addWidget(
            plain(tr("{name} has {n}", name=name, n=count(len(rows), "neighbour", "neighbours")), head=True, wrap=True)
        )
        layout.addWidget(
            plain(
                tr("Choose which ones to show. The rest stays on the canvas as one “+n more” with its exact sum."),
                dim=True,
                wrap=True,
            )
        )
        line = QHBoxLayout()
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search name or address"))
        self.search.setAccessibleName(tr("Search neighbours"))
        self.search.setClearButtonEnabled(True)
        line.addWidget(self.search, 1)
        self.top = QSpinBox()
        self.top.setRange(1, max(1, len(rows)))
        self.top.setValue(min(top, max(1, len(rows))))
        self.top.setAccessibleName(tr("How many of the largest"))
        self.top.setPrefix(tr("Top "))
        line.addWidget(self.top)
        line.addWidget(button(tr("Select top"), self._top, name=tr("Select the largest")))
        line.addWidget(button(tr("Select none"), lambda: self.model.choose([])))
        layout.addLayout(line)
        self.model = ChoiceModel(rows, self)
        self.proxy = QSortFilterProxyModel(self)
        self.proxy.setSourceModel(self.model)
        self.proxy.setSortRole(_SORT)
        self.proxy.setFilterKeyColumn(-1)
        self.proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.table = QTableView()
        self.table.setModel(self.proxy)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.setAccessibleName(tr("Neighbours by amount"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.verticalHeader().hide()
        self.table.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setStretchLastSection(True)
        layout.addWidget(self.table, 1)
        self.state = plain("", dim=True)
        foot = QHBoxLayout()
        foot.addWidget(self.state)
        foot.addStretch(1)
        foot.addWidget(button(tr("Cancel"), self.reject))
        self.ok = button(tr("Show chosen"), self.accept, primary=True)
        self.ok.setDefault(True)
        foot.addWidget(self.ok)
        layout.addLayout(foot)
        self.search.textChanged.connect(self.proxy.setFilterFixedString)
        self.model.dataChanged.connect(lambda *_: self._count())
        self.resize(820, 520)
        self._top()

    def _top(self) -> None:
        self.model.choose(range(self.top.value()))

    def _count(self) -> None:
        left = len(self.model.rows) - len(self.model.chosen)
        self.state.setText(tr("{n} chosen, {m} stay in the “+n more” node", n=len(self.model.chosen), m=f"{left:,}"))

    def chosen(self) -> list[str]:
        """Keys of the chosen neighbours, in the order of amount."""
        return [self.model.rows[i].key for i in sorted(self.model.chosen)]

"""Owns the table of very many neighbours: sorted and narrowed by ``app/crowd``, with a check mark for each row.

Must not decide what comes onto the graph.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableView,
)

from workstation.app.crowd import Column, Crowd
from workstation.app.names import ROLE_NAMES
from workstation.ui.guard import guard
from workstation.ui.text import cell
from workstation.ui.times import Display
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.chooser import Candidate
    from workstation.app.ledger import Rows

_ANY = QModelIndex | QPersistentModelIndex
RANK, NAME, KIND, WAY, SUM, COUNT, FIRST, LAST, WHO = range(9)
_SORTS: tuple[Column, ...] = ("rank", "name", "kind", "way", "rank", "count", "first", "last", "name")
_RIGHT = (SUM, COUNT)
#: Assets a row names; the rest is counted.
_ASSETS = 3
_KEPT = 400


@guard
class CrowdModel(QAbstractTableModel):
    """The neighbours with a check box each. What is checked stays checked whatever the filters show."""

    def __init__(self, crowd: Crowd, display: Display, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.whole = self.crowd = crowd
        self.display = display
        self.places: Rows = crowd.matching("")
        self.chosen: set[int] = set()
        self._sort: tuple[Column, bool] = ("rank", False)
        self._texts: dict[int, Candidate] = {}
        self._heads = (
            tr("Rank"), tr("Name"), tr("Kind"), tr("Way"), tr("Sum"), tr("Transfers"), tr("First"), tr("Last"), tr("Address"),
        )  # fmt: skip
        self._ways = {"in": tr("came from"), "out": tr("went to"), "both": tr("both ways")}

    def show_crowd(self, crowd: Crowd, places: Rows) -> None:
        """Show these ranks of a crowd."""
        self.beginResetModel()
        self.crowd = crowd
        self._texts.clear()
        self.places = crowd.sorted(places, self._sort[0], down=self._sort[1])
        self.endResetModel()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        wanted = (_SORTS[column] if 0 <= column < len(_SORTS) else "rank", order == Qt.SortOrder.DescendingOrder)
        if wanted != self._sort:
            self._sort = wanted
            self.show_crowd(self.crowd, self.places)

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.places)

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
        return base | Qt.ItemFlag.ItemIsUserCheckable if index.column() == RANK else base

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.CheckStateRole and column == RANK:
            on = int(self.crowd.ends[self.places[row]]) in self.chosen
            return Qt.CheckState.Checked if on else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.DisplayRole:
            return cell(self._words(int(self.places[row]), column))
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _RIGHT:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _words(self, place: int, column: int) -> str:
        if column == RANK:
            return f"{place + 1:,}"
        if column == KIND:
            kind = self.crowd.known.get(place, ("", ""))[1]
            return tr(ROLE_NAMES[kind]) if kind in ROLE_NAMES else kind  # type: ignore[index]
        found = self._candidate(place)
        if column == NAME:
            return found.name
        if column == WAY:
            return self._ways.get(found.direction, found.direction)
        if column == SUM:
            left = len(found.sums) - _ASSETS
            more = f" {tr('and {n} more', n=left)}" if left > 0 else ""
            return "; ".join(s.exact for s in found.sums[:_ASSETS]) + more
        if column == COUNT:
            return f"{found.transfers:,}"
        if column in (FIRST, LAST):
            return self.display.time(found.first if column == FIRST else found.last)
        return found.subject.ref

    def _candidate(self, place: int) -> Candidate:
        found = self._texts.get(place)
        if found is None:
            if len(self._texts) > _KEPT:
                self._texts.clear()
            found = self._texts[place] = self.crowd.candidate(place)
        return found

    def setData(self, index: _ANY, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        self.check([index.row()], on=value in (Qt.CheckState.Checked, Qt.CheckState.Checked.value))
        return True

    def ends(self, rows: Iterable[int]) -> list[int]:
        """The numbers of the neighbours in some rows."""
        found: list[int] = self.crowd.ends[self.places[list(rows)]].tolist()
        return found

    def check(self, rows: Iterable[int], *, on: bool = True) -> None:
        """Check or uncheck rows."""
        (self.chosen.update if on else self.chosen.difference_update)(self.ends(rows))
        self.redraw()

    def toggle(self, rows: list[int]) -> None:
        """Check these rows, or uncheck them when all of them are."""
        self.check(rows, on=not self.chosen.issuperset(self.ends(rows)))

    def choose(self, ends: Iterable[int]) -> None:
        """Check exactly these neighbours."""
        self.chosen = set(ends)
        self.redraw()

    def redraw(self) -> None:
        """Check marks changed, rows did not."""
        rows = max(len(self.places), 1)
        self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, 0), [Qt.ItemDataRole.CheckStateRole])


@guard
class CrowdTable(QTableView):
    """The table; the space bar checks or unchecks the marked rows."""

    def __init__(self, model: CrowdModel) -> None:
        super().__init__()
        self.crowd = model
        self.setModel(model)
        self.setAccessibleName(tr("Neighbours by amount"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.verticalHeader().hide()
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        head = self.horizontalHeader()
        head.setResizeContentsPrecision(60)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setStretchLastSection(True)
        self.setSortingEnabled(True)
        self.sortByColumn(RANK, Qt.SortOrder.AscendingOrder)

    def marked(self) -> list[int]:
        """Numbers of the marked rows."""
        parts = self.selectionModel().selection().toList()
        return [row for part in parts for row in range(part.top(), part.bottom() + 1)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            rows = self.marked() or ([self.currentIndex().row()] if self.currentIndex().isValid() else [])
            if rows:
                self.crowd.toggle(sorted(set(rows)))
            return
        super().keyPressEvent(event)

"""Owns the transfers panel: a virtual table over the whole ledger, filtered as one types, linked with the selection.

Amounts and identifiers are never cut: columns are as wide as their content. Must not run SQL per row: it reads arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workstation.app.ledger import Ledger
from workstation.casefile.values import KINDS, NOT_STATED
from workstation.domain.subjects import Subject
from workstation.evidence.text import guarded
from workstation.ui.guard import guard
from workstation.ui.text import cell
from workstation.ui.times import Display, time_width_sample
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, button, copy_text, plain

_ANY = QModelIndex | QPersistentModelIndex
Rows = NDArray[np.int64]
TIME, AMOUNT, ASSET, SENDER, RECEIVER, KIND, TX = range(7)


@guard
class TransferModel(QAbstractTableModel):
    """Rows of the ledger, all or those that pass the filter, in total order.

    Args:
        name: gives the short name of a subject (labels of the case), or an empty text when it has none.
    """

    def __init__(self, display: Display, name: Callable[[Subject], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.display = display
        self._name = name
        self.ledger: Ledger | None = None
        self.rows: Rows = np.zeros(0, np.int64)
        self._heads = (tr("Time"), tr("Amount"), tr("Asset"), tr("From"), tr("To"), tr("Kind"), tr("Transaction"))

    def show_ledger(self, ledger: Ledger | None) -> None:
        """Show another ledger, unfiltered."""
        self.beginResetModel()
        self.ledger = ledger
        self.rows = np.arange(len(ledger) if ledger is not None else 0, dtype=np.int64)
        self.endResetModel()

    def show_rows(self, rows: Rows) -> None:
        """Show some rows of the ledger."""
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, number: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if way != Qt.Orientation.Horizontal or not 0 <= number < len(self._heads):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{self._heads[number]} ({self.display.zone_name})" if number == TIME else self._heads[number]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if number == AMOUNT else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or self.ledger is None or index.row() >= len(self.rows):
            return None
        column = index.column()
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if column == AMOUNT else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return self.text(int(self.rows[index.row()]), column)

    def text(self, row: int, column: int) -> str:
        """The shown text of one ledger row and column; names and symbols come from files."""
        ledger = self.ledger
        assert ledger is not None
        columns = ledger.columns
        if column == TIME:
            time = int(columns.time[row])
            return self.display.time(None if time == NOT_STATED else time)
        if column in (SENDER, RECEIVER):
            return self._party(int((ledger.sender if column == SENDER else ledger.receiver)[row]))
        if column == ASSET:
            return cell(columns.assets[int(columns.asset_id[row])].name)
        if column == AMOUNT:
            return self.display.amount(self.amount(row), columns.assets[int(columns.asset_id[row])])
        if column == KIND:
            return KINDS[int(columns.kind[row])]
        number = int(columns.tx_id[row])
        return cell(columns.txs[number][1]) if number else ""

    def amount(self, row: int) -> int | None:
        """The exact amount of a ledger row (an input takes it from the output it spends), or None."""
        ledger = self.ledger
        assert ledger is not None
        if ledger.unknown[row]:
            return None
        if ledger.hi[row] < 0:
            return ledger.big[row]
        return (int(ledger.hi[row]) << 63) + int(ledger.lo[row])

    def _party(self, number: int) -> str:
        if not number:
            return "–"
        assert self.ledger is not None
        subject = self.ledger.address(number)
        name = self._name(subject)
        return cell(f"{name}  {subject.ref}" if name else subject.ref)

    def subjects(self, row: int) -> list[Subject]:
        """Sender, receiver and transaction of a shown row."""
        if self.ledger is None or not 0 <= row < len(self.rows):
            return []
        at, ledger = int(self.rows[row]), self.ledger
        found = [ledger.address(int(n)) for n in (ledger.sender[at], ledger.receiver[at]) if n]
        if ledger.tx[at]:
            found.append(ledger.transaction(int(ledger.tx[at])))
        return found

    def transfer_id(self, row: int) -> int:
        """The transfer number of a shown row."""
        assert self.ledger is not None
        return int(self.ledger.columns.id[int(self.rows[row])])

    def redraw(self) -> None:
        """Texts changed, rows did not (labels, zone, exact or short)."""
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._heads) - 1)
        if len(self.rows):
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, len(self._heads) - 1))


def matching(ledger: Ledger, typed: str, name: Callable[[Subject], str]) -> Rows:
    """Rows whose parties, labels, asset or transaction hold every typed word."""
    keep = np.ones(len(ledger), bool)
    columns = ledger.columns
    for word in typed.casefold().split():
        addresses = np.array(
            [
                bool(ref) and (word in ref.casefold() or word in name(Subject("address", chain, ref)).casefold())
                for chain, ref in columns.addresses
            ],
            bool,
        )
        txs = np.array([word in ref.casefold() for _, ref in columns.txs], bool)
        assets = np.zeros(max(columns.assets, default=0) + 1, bool)
        for number, asset in columns.assets.items():
            assets[number] = word in asset.symbol.casefold() or word in asset.contract.casefold()
        kinds = np.array([word in kind for kind in KINDS], bool)
        hit = np.zeros(len(ledger), bool)
        for table, of in (
            (addresses, ledger.sender),
            (addresses, ledger.receiver),
            (txs, ledger.tx),
            (assets, ledger.asset),
            (kinds, ledger.kind),
        ):
            if len(table):
                hit |= table[of]
        keep &= hit
    return np.flatnonzero(keep).astype(np.int64)


@guard
class TransfersPanel(QWidget):
    """The panel: filter line, table, count line."""

    #: The user picked rows: subjects behind them and their transfer numbers.
    picked = Signal(list, list)

    def __init__(self, display: Display, name: Callable[[Subject], str], ask_import: Callable[[], object]) -> None:
        super().__init__()
        self.display = display
        self._name = name
        self.model = TransferModel(display, name, self)
        self._only: Rows | None = None
        self._quiet = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 2)
        layout.setSpacing(4)
        line = QHBoxLayout()
        line.setSpacing(6)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter by address, label, asset, transaction"))
        self.filter.setAccessibleName(tr("Filter transfers"))
        self.filter.setClearButtonEnabled(True)
        line.addWidget(self.filter, 1)
        self.selected_only = button(tr("Only selection"), tip=tr("Show only transfers of what is selected"))
        self.selected_only.setCheckable(True)
        line.addWidget(self.selected_only)
        self.count = plain("", dim=True, small=True)
        line.addWidget(self.count)
        layout.addLayout(line)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("Transfers"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setHighlightSections(False)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.table.horizontalHeader().setStretchLastSection(True)
        self.stack = QStackedLayout()
        layout.addLayout(self.stack, 1)  # before it is filled: without a parent the table would open as a window
        self.stack.addWidget(self.table)
        self.stack.addWidget(
            EmptyState(
                tr("Every transfer of the case stands here, with its source."),
                tr("Import evidence"),
                "Ctrl+I",
                ask_import,
            )
        )
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(120)
        self._wait.timeout.connect(self.refilter)
        self.filter.textChanged.connect(lambda _: self._wait.start())
        self.selected_only.toggled.connect(lambda _: self.refilter())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._picked())
        display.changed.connect(self._redisplay)
        self.show_ledger(None)

    def show_ledger(self, ledger: Ledger | None) -> None:
        """Show the ledger of the case (again)."""
        self.model.show_ledger(ledger)
        self.stack.setCurrentIndex(0 if ledger is not None and len(ledger) else 1)
        for widget in (self.filter, self.selected_only):
            widget.setEnabled(ledger is not None and len(ledger) > 0)
        self.refilter()
        self.fit()

    def refilter(self) -> None:
        """Apply what is typed and the selection switch."""
        ledger = self.model.ledger
        if ledger is None:
            self.count.setText("")
            return
        typed = self.filter.text().strip()
        rows = matching(ledger, typed, self._name) if typed else np.arange(len(ledger), dtype=np.int64)
        if self.selected_only.isChecked() and self._only is not None:
            rows = rows[np.isin(rows, self._only)]
        if len(rows) != len(self.model.rows) or not np.array_equal(rows, self.model.rows):
            self.model.show_rows(rows)
        shown, total = len(rows), len(ledger)
        self.count.setText(
            count(total, "transfer", "transfers")
            if shown == total
            else tr("{n} of {m}", n=f"{shown:,}", m=f"{total:,}")
        )

    def _redisplay(self) -> None:
        self.model.redraw()
        self.fit()

    def fit(self) -> None:
        """Columns as wide as their content: time fixed, amounts by the longest of the ledger, never cut."""
        metrics = QFontMetrics(QApplication.font())
        pad = metrics.averageCharWidth() * 3
        self.table.verticalHeader().setDefaultSectionSize(round(metrics.height() * 1.55))
        self.table.setColumnWidth(TIME, metrics.horizontalAdvance(time_width_sample()) + pad)
        model = self.model
        if model.ledger is None or not len(model.ledger):
            return
        total = len(model.ledger)
        sample = range(total) if total <= 400 else [int(i) for i in np.linspace(0, total - 1, 400)]
        for column in (SENDER, RECEIVER, ASSET, KIND, TX):
            wide = max(metrics.horizontalAdvance(model.text(row, column)) for row in sample)
            self.table.setColumnWidth(column, min(wide, metrics.averageCharWidth() * 70) + pad)
        largest = (
            range(total)
            if total <= 2000
            else [int(i) for i in np.argsort(model.ledger.hi * 1.0 * (1 << 31) + model.ledger.lo)[-400:]]
        )
        wide = max(metrics.horizontalAdvance(model.text(row, AMOUNT)) for row in largest)
        self.table.setColumnWidth(AMOUNT, max(wide, metrics.horizontalAdvance("1,000,000.00")) + pad)

    def show_selection(self, subjects: Iterable[Subject]) -> None:
        """Follow the shared selection: mark its rows and scroll to the first."""
        ledger = self.model.ledger
        if ledger is None:
            return
        wanted = [s for s in subjects if s.kind in ("address", "transaction")]
        parts = []
        for subject in wanted:
            number = ledger.number(subject)
            if subject.kind == "transaction":
                parts.append(ledger.of_tx(number))
            else:
                parts += [ledger.sent(number), ledger.received(number)]
        self._only = np.unique(np.concatenate(parts)) if parts else None
        if self.selected_only.isChecked():
            self.refilter()
        if self._quiet:
            return
        self._quiet = True
        try:
            chosen = self.table.selectionModel()
            chosen.clearSelection()
            if self._only is not None:
                marks = QItemSelection()
                shown = np.flatnonzero(np.isin(self.model.rows, self._only))[:500]
                last = self.model.columnCount() - 1
                for row in shown:
                    marks.select(self.model.index(int(row), 0), self.model.index(int(row), last))
                chosen.select(marks, QItemSelectionModel.SelectionFlag.Select)
                if len(shown):
                    self.table.scrollTo(self.model.index(int(shown[0]), 0))
        finally:
            self._quiet = False

    def _picked(self) -> None:
        if self._quiet:
            return
        rows = [index.row() for index in self.table.selectionModel().selectedRows()]
        if not rows or len(rows) > 500:
            return
        subjects = list(dict.fromkeys(s for row in rows for s in self.model.subjects(row) if s.kind == "address"))
        self._quiet = True
        try:
            self.picked.emit(subjects, [self.model.transfer_id(row) for row in rows])
        finally:
            self._quiet = False

    def picked_ids(self) -> list[int]:
        """Transfer numbers of the marked rows."""
        return [self.model.transfer_id(index.row()) for index in self.table.selectionModel().selectedRows()]

    def copy_rows(self) -> None:
        """Copy the marked rows as text with tabs: exact amounts, dot as decimal sign, no grouping."""
        lines = []
        for index in self.table.selectionModel().selectedRows():
            row = int(self.model.rows[index.row()])
            # a cell that looks like a formula must stay text where it is pasted
            cells = [guarded(self.model.text(row, column))[0] for column in range(self.model.columnCount())]
            amount, ledger = self.model.amount(row), self.model.ledger
            assert ledger is not None
            if amount is not None:
                cells[AMOUNT] = ledger.columns.assets[int(ledger.columns.asset_id[row])].written(amount)
            lines.append("\t".join(cells))
        copy_text("\n".join(lines))

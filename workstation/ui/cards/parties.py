"""Owns the panel "Counterparties": everybody the selected thing trades with, sortable, exact, also for a large hub.

The figures come from ``app.counterparties``; texts are made only for the rows on screen. Must not change the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.inspection.asked import SMALL, Answers
from workstation.ui.later import Later
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, button, plain

if TYPE_CHECKING:
    from workstation.app.counterparties import Parties, Party
    from workstation.app.ledger import Ledger
    from workstation.domain.subjects import Subject

_ANY = QModelIndex | QPersistentModelIndex
WHO, ASSET, CAME, WENT, COUNT, FIRST, LAST, SHOWN = range(8)
_RIGHT = frozenset((CAME, WENT, COUNT))


@guard
class PartyModel(QAbstractTableModel):
    """Rows of :class:`Parties`, those that pass the filter, in the order asked for."""

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.desk = desk
        self._ledger: Ledger | None = None
        self._rank: dict[int, int] = {}
        self._all: Sequence[Party] = ()
        self.rows: list[Party] = []
        self._words = ""
        self._order: tuple[int, bool] | None = None

    def show(self, parties: Parties | None, ledger: Ledger | None) -> None:
        """List the other sides of another subject."""
        self._ledger = ledger
        self._all = parties.rows if parties is not None else ()
        self._rank = {asset: place for place, asset in enumerate(parties.assets)} if parties is not None else {}
        self._arrange()

    def filter(self, words: str) -> None:
        """Keep the rows whose name, identifier or asset holds every word."""
        self._words = words
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self._arrange()

    def _arrange(self) -> None:
        wanted = self._words.casefold().split()
        self.beginResetModel()
        rows = list(self._all)
        if wanted:
            rows = [p for p in rows if all(w in f"{self.name(p)} {self._asset(p)}".casefold() for w in wanted)]
        if self._order is not None:
            column, down = self._order
            rows.sort(key=lambda party: self._sort_key(party, column), reverse=down)
            if column in (CAME, WENT, ASSET):  # amounts of different assets are never compared
                rows.sort(key=lambda party: self._rank[party.asset])
        self.rows = rows
        self.endResetModel()

    def _sort_key(self, party: Party, column: int) -> tuple[object, ...]:
        keys: dict[int, object] = {
            CAME: party.came, WENT: party.went, COUNT: party.count, FIRST: party.first or 0, LAST: party.last or 0,
        }  # fmt: skip
        if column == WHO:
            return self.name(party).casefold(), party.end
        if column == SHOWN:
            return self.on_graph(party), -party.count, party.end
        return keys.get(column, 0), -party.end

    def subject(self, party: Party) -> Subject:
        """Who the other side of a row is."""
        from workstation.app.counterparties import other

        assert self._ledger is not None
        return other(self._ledger, party)

    def name(self, party: Party) -> str:
        """Label and whole identifier."""
        subject = self.subject(party)
        label = self.desk.name(subject)
        return f"{label}  {subject.ref}" if label else subject.ref

    def on_graph(self, party: Party) -> bool:
        """Whether the other side is drawn, alone or in its entity."""
        session = self.desk.session
        if session is None:
            return False
        subject = self.subject(party)
        owner = session.graphs.names.entity_of.get(subject.key, "")
        return self.desk.node(subject.key) is not None or bool(owner and self.desk.node(f"entity::{owner}"))

    def _asset(self, party: Party) -> str:
        assert self._ledger is not None
        return self._ledger.asset_of(party.asset).name

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else SHOWN + 1

    def headerData(self, number: int, way: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        heads = (
            tr("Who"), tr("Asset"), tr("Came from"), tr("Went to"), tr("Transfers"), tr("First"), tr("Last"),
            tr("On the graph"),
        )  # fmt: skip
        if way != Qt.Orientation.Horizontal or not 0 <= number < len(heads):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return heads[number]
        return _side(number) if role == Qt.ItemDataRole.TextAlignmentRole else None

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return text.cell(self.text(self.rows[index.row()], index.column()))
        return None

    def text(self, party: Party, column: int) -> str:
        """The shown text of a row; sums are exact and say what is unknown."""
        assert self._ledger is not None
        asset = self._ledger.asset_of(party.asset)
        if column in (CAME, WENT):
            came = column == CAME
            number, unknown = (party.count_in, party.unknown_in) if came else (party.count_out, party.unknown_out)
            if not number:
                return ""
            if unknown == number:
                return tr("unknown")
            written = self.desk.display.amount(party.came if came else party.went, asset)
            return written + (f" + {tr('{n} unknown', n=unknown)}" if unknown else "")
        if column == WHO:
            return self.name(party)
        if column == ASSET:
            return asset.name
        if column == COUNT:
            return f"{party.count:,}"
        if column in (FIRST, LAST):
            return self.desk.display.time(party.first if column == FIRST else party.last)
        return tr("yes") if self.on_graph(party) else ""

    def redraw(self) -> None:
        """Texts changed, rows did not."""
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, SHOWN))


def _side(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if column in _RIGHT else Qt.AlignmentFlag.AlignLeft
    return int(side | Qt.AlignmentFlag.AlignVCenter)


@guard
class PartyTable(QTableView):
    """The table; Enter and double click put the marked rows on the graph."""

    def __init__(self, model: PartyModel) -> None:
        super().__init__()
        self.parties = model
        self.setModel(model)
        self.setAccessibleName(tr("Counterparties"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setSortingEnabled(True)
        self.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.DescendingOrder)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.horizontalHeader().setStretchLastSection(True)
        self.horizontalHeader().setHighlightSections(False)
        self.doubleClicked.connect(lambda _index: self.put())

    def put(self) -> None:
        """Put the marked rows on the graph; what is drawn already is selected."""
        rows = sorted({index.row() for index in self.selectionModel().selectedRows()})
        subjects = list(dict.fromkeys(self.parties.subject(self.parties.rows[row]) for row in rows))
        desk = self.parties.desk
        fresh = [subject for subject in subjects if desk.node(subject.key) is None]
        if fresh:
            desk.ask_later("graph.add", subjects=fresh)
            self.parties.redraw()
        elif subjects:
            desk.select(*subjects)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.put()
            event.accept()
            return
        super().keyPressEvent(event)


@guard
class PartiesPanel(QWidget):
    """Filter, table and one line of words for the selected address, entity or transaction."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.subject: Subject | None = None
        self.answers = Answers(desk, self.refresh)
        self.model = PartyModel(desk, self)
        self.table = PartyTable(self.model)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(tr("Filter by name, identifier, asset"))
        self.filter.setAccessibleName(tr("Filter counterparties"))
        self.filter.setClearButtonEnabled(True)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(120)
        self._typing.timeout.connect(self._filter)
        self.filter.textChanged.connect(lambda _: self._typing.start())
        self.words = plain("", dim=True, small=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.put = button(tr("Put on graph"), self.table.put, tip=tr("Put the marked rows on the graph (Enter)"))
        head = QHBoxLayout()
        head.setContentsMargins(10, 4, 10, 4)
        head.setSpacing(8)
        self.filter.setFixedWidth(230)
        head.addWidget(self.filter)
        head.addWidget(self.put)
        head.addWidget(self.words, 1)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.stack = QStackedLayout(self)
        self.stack.addWidget(page)
        self.empty = EmptyState(
            tr("Select one address, entity or transaction: everybody it trades with is listed here."),
            tr("Search"), "Ctrl+F", partial(desk.ask_later, "view.search"),
        )  # fmt: skip
        self.stack.addWidget(self.empty)
        self._later = Later(desk.queue, self, self._read)
        desk.opened.connect(self.refresh)
        desk.selection_changed.connect(self._follow)
        desk.case_changed.connect(lambda _tables: self.refresh())
        desk.graph_changed.connect(lambda _added: self.model.redraw())
        desk.display.changed.connect(self._redisplay)
        self.refresh()

    def refresh(self) -> None:
        """List again now, or when the panel is next on screen."""
        self._later.ask()

    def _follow(self) -> None:
        # what is put on the graph from here gets selected: the list must not run away from under the pointer
        focus = self.window().focusWidget()
        if focus is None or not self.isAncestorOf(focus):
            self.refresh()

    def _read(self) -> None:
        session = self.desk.session
        chosen = [s for s in session.selection if s.kind in ("address", "entity", "transaction")] if session else []
        if session is None or len(chosen) != 1:
            self.subject = None
            self.model.show(None, None)
            self.stack.setCurrentIndex(1)
            return
        from workstation.app.counterparties import movements, of

        subject = self.subject = chosen[0]
        self.stack.setCurrentIndex(0)
        if movements(session, subject) < SMALL:
            self._show(of(session, subject))
            return
        found = self.answers.known(("parties", subject.key))
        if isinstance(found, Exception):
            self.model.show(None, None)
            self.words.setText(str(found))
        elif found is not None:
            self._show(found)
        else:
            self.model.show(None, None)
            self.words.setText(tr("Counting everybody it trades with…"))
            self.answers.ask(
                session, ("parties", subject.key), tr("List counterparties"),
                lambda _books, names, watch: of(session, subject, names.members, watch),
            )  # fmt: skip

    def _show(self, found: Parties) -> None:
        session, subject = self.desk.session, self.subject
        assert session is not None
        assert subject is not None
        self.model.show(found, session.graphs.ledger)
        name = self.desk.name(subject) or session.graphs.label(subject)
        sides = count(found.sides, tr("counterparty"), tr("counterparties"))
        self.words.setText(tr("{sides} of {name}; one row for each asset", sides=sides, name=name))
        text.set_tip(self.words, self.words.text())
        self._fit()
        if self.model.rows:
            self.table.setCurrentIndex(self.model.index(0, 0))

    def _filter(self) -> None:
        self.model.filter(self.filter.text())

    def _redisplay(self) -> None:
        self.model.redraw()
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetrics(QApplication.font())
        self.table.verticalHeader().setDefaultSectionSize(round(metrics.height() * 1.55))
        pad = metrics.averageCharWidth() * 3
        for column in range(SHOWN):
            head = str(self.model.headerData(column, Qt.Orientation.Horizontal))
            wide = max(
                (metrics.horizontalAdvance(text.cell(self.model.text(row, column))) for row in self.model.rows[:200]),
                default=0,
            )
            self.table.setColumnWidth(
                column, min(max(wide, metrics.horizontalAdvance(head) + pad), metrics.averageCharWidth() * 90) + pad
            )

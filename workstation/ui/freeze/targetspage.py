"""Owns the page of the wizard that lists addresses and payments with their exact figures, each to be ticked.

What is listed comes ready; ticking changes nothing in the case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QSplitter,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.ticked import ticked_list
from workstation.ui.translate import count, tr
from workstation.ui.widgets import plain

if TYPE_CHECKING:
    from workstation.app.freeze.offered import Prepared

_KEY = Qt.ItemDataRole.UserRole
_ON, _OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@guard
class TargetsPage(QWidget):
    """Addresses of the service above, payments to the ticked ones below, sums between."""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        self._changed = changed
        self._filling = False
        #: Whether a person chose addresses; else the program keeps to those that the money reaches.
        self.by_hand = False
        self.without: set[int] = set()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.words = plain("", wrap=True)
        column.addWidget(self.words)
        self.addresses = ticked_list(
            tr("Addresses"), (tr("Address"), tr("Called"), tr("Money of the case"), tr("Came in"), tr("Chain")),
            tr("Space ticks an address"),
        )  # fmt: skip
        self.payments = ticked_list(
            tr("Payments to the targets"),
            (tr("Time (UTC)"), tr("Amount"), tr("Base units"), tr("Value in money"), tr("From"), tr("To"),
             tr("Transaction"), tr("Index"), tr("Block")),
            tr("Space leaves a payment out, or takes it in again"),
        )  # fmt: skip
        self.sums = plain("", strong=True, wrap=True, select=True)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 4, 0, 0)
        below.addWidget(self.sums)
        below.addWidget(self.payments, 1)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.addresses)
        split.addWidget(lower)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setChildrenCollapsible(False)
        column.addWidget(split, 1)
        self.addresses.itemChanged.connect(self._address_ticked)
        self.payments.itemChanged.connect(self._payment_ticked)

    def _address_ticked(self, _row: QTreeWidgetItem, _column: int) -> None:
        if not self._filling:
            self.by_hand = True
            self._changed()

    def _payment_ticked(self, row: QTreeWidgetItem, _column: int) -> None:
        if self._filling:
            return
        number = int(row.data(0, _KEY))
        self.without.discard(number) if row.checkState(0) == _ON else self.without.add(number)
        self._changed()

    def chosen(self) -> tuple[str, ...]:
        """Keys of the ticked addresses, when a person ticked; else none, so that the rule chooses."""
        if not self.by_hand:
            return ()
        rows = [self.addresses.topLevelItem(n) for n in range(self.addresses.topLevelItemCount())]
        return tuple(str(r.data(0, _KEY)) for r in rows if r is not None and r.checkState(0) == _ON)

    def forget(self) -> None:
        """Another service: nothing of it was chosen yet."""
        self.by_hand = False
        self.without.clear()
        for each in (self.addresses, self.payments):
            each.clear()

    def show_prepared(self, made: Prepared, every: Sequence[dict[str, Any]]) -> None:
        """List what was computed; ``every``: the payments, with those that are left out."""
        self._filling = True
        try:
            self._show_addresses(made)
            self._show_payments(every)
        finally:
            self._filling = False
        data = made.request.data
        issuer = bool(data["contract"])
        told = (
            tr("An issuer is told exactly whom to freeze: tick the holders. Balances are as of the data of the case.")
            if issuer
            else tr(
                "Ticked are the addresses that the money of the case reaches. Other customers stay out of the request."
            )
        )
        if data["more_reached"]:
            told += " " + tr(
                "{n} more are reached: these are the ones with the largest payments.", n=f"{data['more_reached']:,}"
            )
        if made.more:
            told += " " + tr("{n} not listed.", n=count(made.more, tr("more address is"), tr("more addresses are")))
        self.words.setText(told)
        lines = []
        for t in data["totals"]:
            money = ", ".join(t["fiat"]) or tr("no price in the case")
            lines.append(
                tr("{amount} {token} = {units} base units, {n}; {money}", amount=t["amount"], token=t["token"],
                   units=t["units"], n=count(t["count"], tr("payment"), tr("payments")), money=money)
            )  # fmt: skip
        self.sums.setText("\n".join(lines) or tr("No payment to a target is known yet."))

    def _show_addresses(self, made: Prepared) -> None:
        at = self.addresses.currentIndex().row()
        self.addresses.clear()
        self.addresses.headerItem().setText(
            3, tr("Balance as of data") if made.request.data["contract"] else tr("Came in")
        )
        for offer in made.offers:
            reached = tr("reaches it") if offer.reached else ""
            row = text.tree_row((offer.address, offer.name, reached, ", ".join(offer.held), offer.chain))
            row.setCheckState(0, _ON if offer.chosen else _OFF)
            row.setData(0, _KEY, offer.key)
            self.addresses.addTopLevelItem(row)
        _stay(self.addresses, at)

    def _show_payments(self, every: Sequence[dict[str, Any]]) -> None:
        at = self.payments.currentIndex().row()
        self.payments.clear()
        unknown = tr("not stated")
        for t in every:
            row = text.tree_row((
                t["utc"] or unknown, f"{t['amount'] or unknown} {t['token']}", t["units"] or unknown,
                t["fiat"] or tr("no price"), t["from"], t["to"], t["txid"] or unknown,
                unknown if t["index"] is None else str(t["index"]), unknown if t["block"] is None else str(t["block"]),
            ))  # fmt: skip
            row.setCheckState(0, _OFF if t["id"] in self.without else _ON)
            row.setData(0, _KEY, t["id"])
            self.payments.addTopLevelItem(row)
        _stay(self.payments, at)


def _stay(tree: QTreeWidget, row: int) -> None:
    """Keep the keyboard where it was."""
    item = tree.topLevelItem(max(0, min(row, tree.topLevelItemCount() - 1)))
    if item is not None:
        tree.setCurrentItem(item)

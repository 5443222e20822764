"""Owns the payments of one asset that detectors look at, indexed by payer and by payee. Must not know a pattern.

A payment moves something between two known parties that differ (semantics 9). Payments are numbered in total order, so
"later" is a larger number, never a later time alone (semantics 1.3).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.columns import NONE, Columns, Ints

#: Exact amounts: int64 where they fit, else Python integers.
Amounts = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Side:
    """Payments by one of their parties: those of party p are ``order[start[p]:start[p + 1]]``, in total order.

    Attributes:
        key: party x count + payment of each, ascending: what is later than a payment is found by bisection.
    """

    party: Ints = field(repr=False)
    parties: int
    order: Ints = field(init=False, repr=False)
    start: Ints = field(init=False, repr=False)
    key: Ints = field(init=False, repr=False)

    def __post_init__(self) -> None:
        order = np.argsort(self.party, kind="stable").astype(np.int64)
        start = np.searchsorted(self.party[order], np.arange(self.parties + 1)).astype(np.int64)
        object.__setattr__(self, "order", order)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "key", self.party[order] * max(1, len(order)) + order)

    def of(self, party: int) -> Ints:
        """Payments of a party."""
        return self.order[self.start[party] : self.start[party + 1]]

    def at(self, party: Ints, payment: Ints) -> Ints:
        """Where in ``order`` the payments of a party from a payment on begin."""
        return np.searchsorted(self.key, party * max(1, len(self.order)) + payment).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Payments:
    """The payments of one asset.

    Attributes:
        asset: its place in ``columns.assets``. row: place in the columns of each payment.
        payer, payee: place in ``columns.parties``. time: seconds UTC, never falling. amount: base units.
    """

    columns: Columns = field(repr=False)
    asset: int
    row: Ints = field(repr=False)
    payer: Ints = field(repr=False)
    payee: Ints = field(repr=False)
    time: Ints = field(repr=False)
    amount: Amounts = field(repr=False)

    def __len__(self) -> int:
        return len(self.row)

    @cached_property
    def out(self) -> Side:
        """Payments by payer."""
        return Side(self.payer, len(self.columns.parties))

    @cached_property
    def into(self) -> Side:
        """Payments by payee."""
        return Side(self.payee, len(self.columns.parties))

    def until(self, payment: Ints, window: int) -> Ints:
        """The first payment that lies more than ``window`` seconds after each payment (windows are closed)."""
        return np.searchsorted(self.time, self.time[payment] + window, side="right").astype(np.int64)

    def since(self, payment: Ints, window: int) -> Ints:
        """The first payment that lies at most ``window`` seconds before each payment."""
        return np.searchsorted(self.time, self.time[payment] - window, side="left").astype(np.int64)

    def total(self, payments: Ints) -> int:
        """The exact sum of payments."""
        return sum(int(units) for units in self.amount[payments].tolist())


def times(amount: Amounts, factor: int) -> Amounts:
    """Amounts times a part of a share, exactly: ``Columns.amounts`` leaves room for a thousand in 64 bits, not more."""
    return (amount if factor <= 1000 else amount.astype(object)) * factor


def payments(columns: Columns) -> Iterator[Payments]:
    """The payments of each asset that has any; what states no time takes part in nothing and is left out."""
    moved = (columns.sender != NONE) & (columns.receiver != NONE) & (columns.sender != columns.receiver)
    moved &= ~columns.absent & ((columns.hi != 0) | (columns.lo != 0)) & (columns.time != NONE)
    rows = np.flatnonzero(moved)
    # Rows without a time may stand anywhere; those with one are in order already, but a stable sort proves it.
    rows = rows[np.argsort(columns.time[rows], kind="stable")]
    for asset in np.unique(columns.asset[rows]).tolist():
        own = rows[columns.asset[rows] == asset].astype(np.int64)
        yield Payments(
            columns, asset, own, columns.sender[own], columns.receiver[own], columns.time[own], columns.amounts(own)
        )

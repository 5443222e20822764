"""Owns the figures of a small card about a node or a line: exact sums, first and last time, the largest transfers.

Cheaper than ``app.facts``: no counterparties, so a hub answers while the pointer rests on it. Must not know Qt.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workstation.app.chooser import Sum
from workstation.app.ledger import FEE, Rows
from workstation.domain.amounts import Asset
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workstation.app.session import Session

#: Transfers a card of a line names.
LARGEST = 5


@dataclass(frozen=True, slots=True)
class NodeFigures:
    """What came in and went out, per asset (fees apart), and when."""

    came: tuple[Sum, ...]
    went: tuple[Sum, ...]
    transfers: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Moved:
    """One transfer behind a line. ``units`` is None when no source states the amount."""

    id: int
    time: int | None
    asset: Asset
    units: int | None


@dataclass(frozen=True, slots=True)
class EdgeFigures:
    """The transfers behind a line: rows in total order, exact sums, the largest, and when."""

    rows: Rows
    sums: tuple[Sum, ...]
    largest: tuple[Moved, ...]
    first: int | None
    last: int | None

    @property
    def more(self) -> int:
        """How many transfers are not among the largest."""
        return len(self.rows) - len(self.largest)


def of_node(session: Session, subject: Subject) -> NodeFigures:
    """Figures of an address, an entity or a transaction."""
    ledger = session.graphs.ledger
    members = [subject]
    if subject.kind == "entity":
        members = [parse(key) for key in session.graphs.names.members.get(subject.ref, [])]
    empty = np.zeros(0, np.int64)
    came = np.unique(np.concatenate([empty, *(ledger.side(member, "in") for member in members)]))
    went = np.unique(np.concatenate([empty, *(ledger.side(member, "out") for member in members)]))
    if subject.kind == "transaction" and not len(came):  # on account chains nothing goes "into" a transaction
        rows = ledger.of_tx(ledger.number(subject))
        went = rows[ledger.kind[rows] != FEE]
    every = np.union1d(came, went)
    return NodeFigures(ledger.sums(came), ledger.sums(went), len(every), *ledger.span(every))


def of_edge(session: Session, transfers: Sequence[int]) -> EdgeFigures:
    """Figures of the transfers behind a line, by their numbers."""
    ledger = session.graphs.ledger
    known = [ledger.row_of_id[number] for number in transfers if number in ledger.row_of_id]
    rows = np.unique(np.array(known, np.int64))

    def rank(row: int) -> tuple[bool, int, int]:
        units = ledger.units(row)
        return units is None, -(units or 0), row

    chosen = heapq.nsmallest(LARGEST, rows.tolist(), key=rank)
    largest = tuple(
        Moved(int(ledger.columns.id[row]), ledger.span(np.array([row]))[0],
              ledger.asset_of(int(ledger.asset[row])), ledger.units(row))
        for row in chosen
    )  # fmt: skip
    return EdgeFigures(rows, ledger.sums(rows), largest, *ledger.span(rows))

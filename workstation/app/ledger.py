"""Owns fast exact questions to the ledger of a case: who pays whom, through what, how much.

Works on the read-only arrays of ``Store.columns()`` and an index over them (rows of an address, rows of a transaction),
so that a question about one address costs what that address has, not what the case has. Every sum is exact: amounts are
summed in halves of limbs that cannot overflow, never as floats. An input whose source does not state sender or amount
takes both from the output it spends, when that output is in the case; otherwise they stay unknown.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.app.chooser import Sum
from workstation.casefile.store import Store
from workstation.casefile.values import KINDS, NOT_STATED
from workstation.domain.amounts import Asset
from workstation.domain.chains import CHAINS
from workstation.domain.subjects import Subject

Rows = NDArray[np.int64]
INPUT, OUTPUT, FEE = (KINDS.index(kind) for kind in ("input", "output", "fee"))
_HALF = 31
_MASK = (1 << _HALF) - 1


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with the same keys, in total order, with their exact sum."""

    keys: tuple[int, ...]
    rows: Rows
    units: int
    unknown: int


class Ledger:
    """The transfers of one case revision, indexed. Read-only."""

    def __init__(self, store: Store) -> None:
        self.columns = store.columns()
        columns = self.columns
        self.kind = columns.kind.astype(np.int64)
        self.sender = columns.from_id.copy()
        self.receiver = columns.to_id
        self.tx = columns.tx_id
        self.asset = columns.asset_id
        self.hi = columns.hi.copy()
        self.lo = columns.lo.copy()
        self.unknown = columns.absent.copy()
        self.big = dict(columns.big)
        self.resolved = 0
        #: What was worked out from these rows once and holds as long as they do, by name; made under the lock.
        self.derived: dict[str, Any] = {}
        self.deriving = threading.Lock()
        self._join_outpoints(store)

    def __len__(self) -> int:
        return len(self.tx)

    def _join_outpoints(self, store: Store) -> None:
        """Give inputs that state less than the output they spend what that output states."""
        open_rows = np.flatnonzero((self.kind == INPUT) & (self.unknown | (self.sender == 0)))
        if not len(open_rows):
            return
        row_of_id = {int(number): int(row) for number, row in zip(self.columns.id[open_rows], open_rows, strict=True)}
        wanted: dict[tuple[str, str, int], list[int]] = {}
        for transfer in store.transfers(ids=list(row_of_id)):
            if transfer.previous_tx and transfer.previous_index is not None:
                place = (transfer.chain, transfer.previous_tx, transfer.previous_index)
                wanted.setdefault(place, []).append(row_of_id[transfer.id])
        txs = {self.tx_ids[(chain, tx)] for chain, tx, _ in wanted if (chain, tx) in self.tx_ids}
        if not txs:
            return
        made = np.isin(self.tx, np.array(sorted(txs))) & (self.kind == OUTPUT)
        output_row = {int(self.columns.id[row]): int(row) for row in np.flatnonzero(made)}
        for transfer in store.transfers(ids=list(output_row)):
            if transfer.index is None:
                continue
            for row in wanted.get((transfer.chain, transfer.tx, transfer.index), ()):
                source = output_row[transfer.id]
                if self.sender[row] == 0:
                    self.sender[row] = self.receiver[source]
                if self.unknown[row] and not self.unknown[source]:
                    self.unknown[row] = False
                    self.hi[row], self.lo[row] = self.hi[source], self.lo[source]
                    if source in self.big:
                        self.big[row] = self.big[source]
                self.resolved += 1

    def warm(self) -> Ledger:
        """Make every index now, so that no later question waits for it (called off the main thread)."""
        for made in (self.address_ids, self.tx_ids, self.row_of_id, self._by_sender, self._by_receiver, self._by_tx):
            len(made)
        return self

    # --- names ------------------------------------------------------------------------------------------------

    @cached_property
    def address_ids(self) -> dict[tuple[str, str], int]:
        """Number of each ``(chain, address)``."""
        return {place: number for number, place in enumerate(self.columns.addresses) if number and place[1]}

    @cached_property
    def tx_ids(self) -> dict[tuple[str, str], int]:
        """Number of each ``(chain, transaction)``."""
        return {place: number for number, place in enumerate(self.columns.txs) if number and place[1]}

    @cached_property
    def row_of_id(self) -> dict[int, int]:
        """Row of each transfer number."""
        return {int(number): row for row, number in enumerate(self.columns.id)}

    def address(self, number: int) -> Subject:
        """The subject of an address number."""
        chain, ref = self.columns.addresses[number]
        return Subject("address", chain, ref)

    def transaction(self, number: int) -> Subject:
        """The subject of a transaction number."""
        chain, ref = self.columns.txs[number]
        return Subject("transaction", chain, ref)

    def number(self, subject: Subject) -> int:
        """The number of an address or transaction subject, 0 when the ledger does not hold it."""
        table = self.tx_ids if subject.kind == "transaction" else self.address_ids
        return table.get((subject.chain, subject.ref), 0)

    def asset_of(self, number: int) -> Asset:
        """The asset behind a number."""
        return self.columns.assets[number]

    # --- rows -------------------------------------------------------------------------------------------------

    @cached_property
    def _by_sender(self) -> tuple[Rows, Rows]:
        return _index(self.sender, len(self.columns.addresses))

    @cached_property
    def _by_receiver(self) -> tuple[Rows, Rows]:
        return _index(self.receiver, len(self.columns.addresses))

    @cached_property
    def _by_tx(self) -> tuple[Rows, Rows]:
        return _index(self.tx, len(self.columns.txs))

    def sent(self, address: int) -> Rows:
        """Rows in which an address sends (fees included), in total order."""
        return _of(self._by_sender, address)

    def received(self, address: int) -> Rows:
        """Rows in which an address receives, in total order."""
        return _of(self._by_receiver, address)

    def of_tx(self, transaction: int) -> Rows:
        """Rows of a transaction, in total order."""
        return _of(self._by_tx, transaction)

    def side(self, subject: Subject, direction: str) -> Rows:
        """Rows that leave (``out``) or reach (``in``) an address or transaction node, fees left out."""
        number = self.number(subject)
        if not number:
            return np.zeros(0, np.int64)
        if subject.kind == "transaction":
            rows = self.of_tx(number)
            wanted = self.kind[rows] == (INPUT if direction == "in" else OUTPUT)
        else:
            rows = self.sent(number) if direction == "out" else self.received(number)
            wanted = self.kind[rows] != FEE
        found: Rows = rows[wanted]
        return found

    def far_ends(self, subject: Subject, rows: Rows, direction: str) -> Rows:
        """For rows of :meth:`side`: number of what lies at the other end (transactions count negative, 0 = nothing).

        On UTXO chains the neighbour of an address is a transaction and the other way round; on account chains, and
        where no transaction is stated, addresses are neighbours of addresses.
        """
        ends: Rows
        if subject.kind == "transaction":
            ends = self.sender[rows] if direction == "in" else self.receiver[rows]
        else:
            ends = self.receiver[rows] if direction == "out" else self.sender[rows]
            if is_utxo(subject.chain):
                ends = np.where(self.tx[rows] > 0, -self.tx[rows], ends)
        return ends

    # --- sums -------------------------------------------------------------------------------------------------

    def groups(self, rows: Rows, *keys: Rows) -> Iterator[Group]:
        """Rows grouped by equal keys (arrays as long as ``rows``), groups in the order of their keys."""
        if len(rows):
            grouped = Grouped(self, rows, keys)
            for number in range(len(grouped.starts)):
                yield grouped.group(number)

    def grouped(self, rows: Rows, *keys: Rows) -> Grouped:
        """As :meth:`groups`, but a group becomes a Python object only when it is asked for."""
        return Grouped(self, rows, keys)

    def largest(self, rows: Rows, key: Rows, limit: int) -> list[Group]:
        """The groups with the largest sums, largest first, then by key; costs no Python step for all the others."""
        if not len(rows):
            return []
        grouped = Grouped(self, rows, (key,))
        near = grouped.near()
        # a float picks candidates generously (its error is far below one in a million), exact sums decide
        floor = np.sort(near)[-min(limit, len(near))] * (1 - 1e-6)
        wanted = np.flatnonzero((near >= floor) | grouped.has_big())
        found = sorted((grouped.group(int(n)) for n in wanted), key=lambda g: (-g.units, g.keys[0]))
        return found[:limit]

    def sums(self, rows: Rows) -> tuple[Sum, ...]:
        """Exact sum of each asset among rows, the asset with most transfers first."""
        found = [
            Sum(self.asset_of(group.keys[0]), group.units, len(group.rows), group.unknown)
            for group in self.groups(rows, self.asset[rows])
        ]
        return tuple(sorted(found, key=lambda s: (-s.count, s.asset.symbol, s.asset.contract)))

    def units(self, row: int) -> int | None:
        """The exact amount of a row in base units, None when no source states it."""
        if self.unknown[row]:
            return None
        return self.big[row] if self.hi[row] < 0 else (int(self.hi[row]) << 63) + int(self.lo[row])

    def span(self, rows: Rows) -> tuple[int | None, int | None]:
        """First and last stated time among rows."""
        times = self.columns.time[rows]
        times = times[times != NOT_STATED]
        return (int(times.min()), int(times.max())) if len(times) else (None, None)

    def ids(self, rows: Rows) -> tuple[int, ...]:
        """Transfer numbers of rows."""
        return tuple(self.columns.id[rows].tolist())


class Grouped:
    """Rows in groups of equal keys, with their sums in halves of limbs; a sum becomes a number when it is asked for."""

    def __init__(self, ledger: Ledger, rows: Rows, keys: tuple[Rows, ...]) -> None:
        order = np.lexsort(tuple(reversed(keys)))  # stable, so rows keep their total order inside a group
        self.ledger = ledger
        self.rows, self.keys = rows[order], tuple(key[order] for key in keys)
        new = np.ones(len(rows), bool)  # of no rows there is no group
        new[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in self.keys])
        self.starts = np.flatnonzero(new)
        self.ends = np.append(self.starts[1:], len(rows))[: len(self.starts)]
        hidden = ledger.unknown[self.rows] | (ledger.hi[self.rows] < 0)
        hi = np.where(hidden, 0, ledger.hi[self.rows])
        lo = np.where(hidden, 0, ledger.lo[self.rows])
        halves = (hi >> _HALF, hi & _MASK, lo >> _HALF, lo & _MASK)
        self._parts = [_summed(part, self.starts) for part in halves]
        self._unknown = _summed(ledger.unknown[self.rows].astype(np.int64), self.starts)

    def group(self, number: int) -> Group:
        """One group with its exact sum."""
        start, end = self.starts[number], self.ends[number]
        high, middle, low, lowest = (int(part[number]) for part in self._parts)
        units = (((high << _HALF) + middle) << 63) + (low << _HALF) + lowest
        inside = self.rows[start:end]
        big = self.ledger.big
        if big:
            units += sum(big[int(row)] for row in inside if int(row) in big)
        return Group(tuple(int(key[start]) for key in self.keys), inside, units, int(self._unknown[number]))

    def limbs(self) -> tuple[Rows, Rows, Rows, Rows]:
        """The sums as four numbers each, highest first, that compare as the sums do; larger amounts are not in them."""
        high, middle, low, lowest = self._parts
        low = low + (lowest >> _HALF)
        middle = middle + (low >> (63 - _HALF))
        high = high + (middle >> _HALF)
        return high, middle & _MASK, low & ((1 << (63 - _HALF)) - 1), lowest & _MASK

    def near(self) -> NDArray[np.float64]:
        """About how large each sum is, to choose candidates by; amounts beyond the limbs are not in it."""
        high, middle, low, lowest = (part.astype(np.float64) for part in self._parts)
        found: NDArray[np.float64] = (high * 2.0**_HALF + middle) * 2.0**63 + low * 2.0**_HALF + lowest
        return found

    def has_big(self) -> NDArray[np.bool_]:
        """Groups with an amount beyond the limbs."""
        big = np.isin(self.rows, np.array(sorted(self.ledger.big), np.int64))
        found: NDArray[np.bool_] = _summed(big.astype(np.int64), self.starts) > 0
        return found


def _summed(values: Rows, starts: Rows) -> Rows:
    found: Rows = np.add.reduceat(values, starts) if len(starts) else values[:0]
    return found


def is_utxo(chain: str) -> bool:
    """Whether a chain keeps unspent outputs instead of accounts."""
    return chain in CHAINS and CHAINS[chain].model == "utxo"


def _index(values: Rows, size: int) -> tuple[Rows, Rows]:
    order = np.argsort(values, kind="stable").astype(np.int64)
    starts = np.searchsorted(values[order], np.arange(size + 1)).astype(np.int64)
    return order, starts


def _of(index: tuple[Rows, Rows], number: int) -> Rows:
    order, starts = index
    if number <= 0 or number + 1 >= len(starts):
        return np.zeros(0, np.int64)
    return order[starts[number] : starts[number + 1]]

"""Owns all transfers of a case as arrays, for analyses over the whole case. Must not judge anything.

The rows stand in total order (semantics 1.3), so "later" is simply a larger row.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from workstation.domain.amounts import from_limbs, to_limbs

Ints = NDArray[np.int64]
#: Stands for a party, a transaction or a time that no source states.
NONE = -1


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Transfers, one row each.

    Attributes:
        row: number of the transfer in the case. time: seconds UTC, or ``NONE``.
        sender, receiver: place in ``parties``, or ``NONE``. asset: place in ``assets``. tx: place in ``txs``, or ``NONE``.
        hi, lo: limbs of the amount (``domain.amounts.to_limbs``); ``hi`` < 0: the value is in ``big``; ``absent``: unknown.
        parties, assets, txs: keys of addresses, assets and transactions.
    """

    row: Ints
    time: Ints
    sender: Ints
    receiver: Ints
    asset: Ints
    tx: Ints
    hi: Ints
    lo: Ints
    absent: NDArray[np.bool_]
    parties: Sequence[str] = field(repr=False)
    assets: Sequence[str] = field(repr=False)
    txs: Sequence[str] = field(repr=False, default=())
    big: Mapping[int, int] = field(repr=False, default_factory=lambda: MappingProxyType({}))

    def __len__(self) -> int:
        return len(self.row)

    def amounts(self, at: Ints) -> NDArray[np.int64] | NDArray[np.object_]:
        """Amounts of rows in base units: int64 while a thousand times their sum fits, else exact Python integers.

        Raises:
            ValueError: the amount of one of the rows is unknown.
        """
        if self.absent[at].any():
            raise ValueError("a row without amount")
        hi, lo = self.hi[at], self.lo[at]
        if not len(at) or (not hi.any() and int(lo.max()) < (1 << 63) // 1000 // len(at)):
            return lo
        exact = np.empty(len(at), object)
        for n, (row, high, low) in enumerate(zip(at.tolist(), hi.tolist(), lo.tolist(), strict=True)):
            exact[n] = self.big[row] if high < 0 else from_limbs(high, low, None)
        return exact


def of(
    transfers: Iterable[tuple[int, int | None, str | None, str | None, str, int | None]], txs: Iterable[str] = ()
) -> Columns:
    """Columns of transfers in total order.

    Args:
        transfers: number, time, sender, receiver, asset, amount in base units of each.
        txs: transaction of each, empty where there is none; may be left out.
    """
    rows = list(transfers)
    of_tx = list(txs) or [""] * len(rows)
    parties: dict[str, int] = {}
    assets: dict[str, int] = {}
    names: dict[str, int] = {}
    big: dict[int, int] = {}
    numbers: list[tuple[int, ...]] = []
    for at, ((number, time, sender, receiver, asset, amount), tx) in enumerate(zip(rows, of_tx, strict=True)):
        hi, lo, escape = to_limbs(amount or 0)
        if escape is not None:
            big[at] = amount or 0
        numbers.append(
            (
                number, NONE if time is None else time,
                NONE if sender is None else parties.setdefault(sender, len(parties)),
                NONE if receiver is None else parties.setdefault(receiver, len(parties)),
                assets.setdefault(asset, len(assets)), names.setdefault(tx, len(names)) if tx else NONE, hi, lo,
                amount is None,
            )
        )  # fmt: skip
    row, when, sender_at, receiver_at, asset_at, tx_at, high, low, absent = np.array(numbers, np.int64).reshape(-1, 9).T
    return Columns(
        row, when, sender_at, receiver_at, asset_at, tx_at, high, low, absent.astype(bool), tuple(parties),
        tuple(assets), tuple(names), MappingProxyType(big),
    )  # fmt: skip

"""Owns pairing the two sides of a bridge or swap by declared evidence. Must never guess a pair by amounts and times.

Declared is what a source says: an event of the bridge contract with an order number, an answer of a swap service with
both transactions, an exhibit an analyst cites. The pair is checked against the transfers of the case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from workstation.analysis.columns import NONE, Columns
from workstation.analysis.heuristics.hits import Hit, hit


@dataclass(frozen=True, slots=True)
class Declared:
    """What a source says: the transaction that paid in, the one that paid out, who says it, its order number."""

    paid_in: str
    paid_out: str
    source: str
    order: str = ""


def pairs(columns: Columns, declared: Iterable[Declared]) -> Iterator[Hit]:
    """One hit for each declared pair; its figure ``held`` says whether the case holds both sides in order of time."""
    numbers = {name: number for number, name in enumerate(columns.txs)}
    for one in sorted(declared, key=lambda d: (d.source, d.order, d.paid_in, d.paid_out)):
        rows = {tx: np.flatnonzero(columns.tx == numbers[tx]) for tx in (one.paid_in, one.paid_out) if tx in numbers}
        into, out = rows.get(one.paid_in), rows.get(one.paid_out)
        held = _held(columns, into, out)
        both = [int(columns.row[at]) for side in rows.values() for at in side.tolist()]
        order = f" (order {one.order})" if one.order else ""
        yield hit(
            "declared_pair", (), f"{one.source}{order} names both sides. {_SAID[held]}",
            "Another record of the service, or another payment out with the same order number.",
            rows=both, txs=(one.paid_in, one.paid_out), figures={"held": held, "source": one.source, "order": one.order},
        )  # fmt: skip


_SAID = {
    "both": "The case holds both, the payment in first.",
    "reversed": "The case holds both, but the payment out is the earlier one: the declaration or a clock is wrong.",
    "no time": "The case holds both; one has no time.",
    "in only": "The case holds only the payment in.",
    "out only": "The case holds only the payment out.",
    "none": "The case holds neither.",
}


def _held(columns: Columns, into: np.ndarray | None, out: np.ndarray | None) -> str:
    if into is None or out is None:
        return "none" if into is None and out is None else "in only" if out is None else "out only"
    first, last = int(columns.time[into].min()), int(columns.time[out].max())
    if NONE in (first, int(columns.time[out].min())):
        return "no time"
    return "both" if first <= last else "reversed"

"""Owns putting transactions of a chain of coins together out of rows: order, coins, and what is known only in part.

Order: block and position; a transaction without a block stands by its time; one that spends another never stands before
it. A missing output is taken from the input that spends it. A transaction of which an amount or an input is missing, or
whose sums do not add up, is *broken* (:func:`why_broken`). Must not know where the rows come from.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field

from workstation.analysis.trace.ledger import Input, Output

Coin = tuple[str, int]
#: Name of money that came from outside the case into a broken transaction.
OUTSIDE = "outside the case"


@dataclass(slots=True)
class Out:
    """An output: base units and address as far as they are known, and its row in the case (0: no row of its own)."""

    units: int | None
    address: str | None
    row: int


@dataclass(slots=True)
class In:
    """An input: the coin it spends, what is known of it, and its row in the case."""

    coin: Coin
    units: int | None
    address: str | None
    row: int


@dataclass(slots=True)
class Made:
    """One transaction while it is put together; ``rank`` is its place among the rows of the case."""

    txid: str
    rank: int
    block: int | None = None
    time: int | None = None
    coinbase: bool = False
    fee: int | None = None
    inputs: list[In] = field(default_factory=list)
    outputs: dict[int, Out] = field(default_factory=dict)
    why: str = ""


def fill_outputs(made: Mapping[str, Made]) -> None:
    """Outputs that only the input that spends them tells."""
    for tx in made.values():
        for spent in tx.inputs:
            source = made.get(spent.coin[0])
            if source is None:
                continue
            output = source.outputs.setdefault(spent.coin[1], Out(None, spent.address, 0))
            if output.units is None:
                output.units = spent.units


def spending_order(made: Mapping[str, Made]) -> list[Made]:
    """Total order: (block, place in the case), then no transaction before one it spends."""
    known = sorted((tx for tx in made.values() if tx.block is not None), key=lambda tx: (tx.block or 0, tx.rank))
    latest: list[int] = []
    for tx in known:
        latest.append(max(latest[-1] if latest else 0, tx.time or 0))
    places = {tx.txid: (n, 1, 0) for n, tx in enumerate(known)}
    for tx in made.values():
        if tx.block is None:
            place = len(known) if tx.time is None else bisect_right(latest, tx.time)
            places[tx.txid] = (place, 0, tx.rank)
    order = sorted(made.values(), key=lambda tx: places[tx.txid])
    rank = {tx.txid: n for n, tx in enumerate(order)}
    if all(rank.get(i.coin[0], -1) < rank[tx.txid] for tx in order for i in tx.inputs):
        return order
    return _after_what_they_spend(order, rank)


def _after_what_they_spend(order: list[Made], rank: Mapping[str, int]) -> list[Made]:
    """The same order, but each transaction after those it spends; what spends in a circle comes last."""
    waits = [len({i.coin[0] for i in tx.inputs if i.coin[0] in rank}) for tx in order]
    children: dict[int, list[int]] = {}
    for n, tx in enumerate(order):
        for parent in {i.coin[0] for i in tx.inputs if i.coin[0] in rank}:
            children.setdefault(rank[parent], []).append(n)
    free = [n for n, count in enumerate(waits) if not count]
    heapq.heapify(free)
    found: list[int] = []
    while free:
        n = heapq.heappop(free)
        found.append(n)
        for child in children.get(n, ()):
            waits[child] -= 1
            if not waits[child]:
                heapq.heappush(free, child)
    met = set(found)
    for n, tx in enumerate(order):
        if n not in met:
            tx.why = "it spends in a circle"
            found.append(n)
    return [order[n] for n in found]


def why_broken(tx: Made, made: Mapping[str, Made]) -> str:
    """Why no method can be applied to a transaction, or empty."""
    if tx.why:
        return tx.why
    out = [output.units for output in tx.outputs.values()]
    if any(units is None for units in out):
        return "the amount of an output is not known"
    if tx.coinbase:
        return ""
    if not tx.inputs:
        return "its inputs are not in the case"
    paid_out = sum(units or 0 for units in out)
    paid_in = 0
    for spent in tx.inputs:
        units = worth(spent, made)
        if units is None:
            return "the amount of an input is not known"
        paid_in += units
    if paid_in < paid_out:
        return "some of its inputs are not in the case"
    if tx.fee is not None and paid_in - paid_out != tx.fee:
        return "its inputs and outputs do not differ by its fee: some are not in the case"
    if tx.fee is None and len(tx.outputs) != max(tx.outputs, default=-1) + 1:
        return "some of its outputs are not in the case"
    return ""


def worth(spent: In, made: Mapping[str, Made]) -> int | None:
    """Base units of an input, or None when nobody states them."""
    source = made.get(spent.coin[0])
    return spent.units if source is None else source.outputs[spent.coin[1]].units


def spent_twice(order: list[Made]) -> None:
    """A later transaction that spends what another has spent is broken: both cannot be in one ledger."""
    spent: set[Coin] = set()
    for tx in order:
        mine = [i.coin for i in tx.inputs]
        if not tx.why and (len(set(mine)) != len(mine) or not spent.isdisjoint(mine)):
            tx.why = "it spends an output that another transaction spends"
        if not tx.why:
            spent.update(mine)


def address_of(spent: In, made: Mapping[str, Made]) -> str | None:
    """Address of the output an input spends, when the case holds it."""
    source = made.get(spent.coin[0])
    return None if source is None else source.outputs[spent.coin[1]].address


def sides(tx: Made, made: Mapping[str, Made]) -> tuple[tuple[Input, ...], tuple[Output, ...]]:
    """Inputs and outputs as the engines take them; those of a broken transaction come from outside."""
    none = Out(0, None, 0)
    count = max(tx.outputs, default=-1) + 1
    outputs = tuple(Output(o.units or 0, o.address) for o in (tx.outputs.get(n, none) for n in range(count)))
    if tx.why:
        return (Input(f"{OUTSIDE}: {tx.txid}", 0, sum(o.value for o in outputs)),), outputs
    return tuple(Input(*i.coin, worth(i, made), i.address or address_of(i, made)) for i in tx.inputs), outputs

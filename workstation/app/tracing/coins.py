"""Owns the building of a UTXO ledger from the case: order, coins, and what to do with transactions known in part.

Order: block and position; a transaction without a block stands by its time; one that spends another never stands before
it. A missing output is taken from the input that spends it. A transaction that the case still holds only in part (an
amount or an input is missing, or its sums do not add up) is *broken*: no method can say what its outputs took from which
input, so tracing ends at it and its outputs count as clean money from outside. Must not trace.
"""

from __future__ import annotations

import hashlib
import heapq
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from workstation.analysis.trace.coinjoin import classify
from workstation.analysis.trace.ledger import Input, Output, Tx
from workstation.app.ledger import Ledger
from workstation.app.tracing.ledgers import Coin, Coins, amount_of, is_coin_kind, rows_of, told
from workstation.casefile.store import Store
from workstation.casefile.values import KINDS, NOT_STATED
from workstation.domain.amounts import Asset
from workstation.domain.chains import CHAINS

#: Name of money that came from outside the case into a broken transaction.
OUTSIDE = "outside the case"
#: Why tracing ends at a CoinJoin.
COINJOIN = "it is a CoinJoin"
_WELL_KNOWN = ("whirlpool", "wasabi1", "wasabi2")
_FEWEST = 5
Watch = Callable[[int], None]
_TURN = 4095


@dataclass(slots=True)
class _Out:
    units: int | None
    address: str | None
    row: int


@dataclass(slots=True)
class _In:
    coin: Coin
    units: int | None
    address: str | None
    row: int


@dataclass(slots=True)
class _Made:
    """One transaction while it is put together; ``rank`` is its place among the rows of the case."""

    txid: str
    rank: int
    block: int | None = None
    time: int | None = None
    coinbase: bool = False
    fee: int | None = None
    inputs: list[_In] = field(default_factory=list)
    outputs: dict[int, _Out] = field(default_factory=dict)
    why: str = ""


def coins(store: Store, ledger: Ledger, chain: str, watch: Watch | None = None) -> Coins:
    """The transactions of a UTXO chain. ``watch`` is called now and then; it may raise to stop."""
    tell = watch or _nobody
    left: Counter[str] = Counter()
    made = _gathered(store, ledger, chain, left, tell)
    _fill_outputs(made)
    order = _ordered(made)
    for n, tx in enumerate(order):
        if not n & _TURN:
            tell(n)
        tx.why = _broken(tx, made)
    _spent_twice(order)
    return _finished(ledger, chain, order, made, left, tell)


def without_coinjoins(book: Coins) -> Coins:
    """The ledger in which tracing ends at CoinJoins of the classes that are known well (semantics 5).

    Inside such a transaction no input belongs to an output more than another: a path through it is made by the method,
    not by the money. The classes joinmarket and generic are weak hints and stop nothing.
    """
    mixed: dict[str, str] = {}
    for tx in book.txs:
        if len(tx.inputs) >= _FEWEST and len(tx.outputs) >= _FEWEST and tx.txid not in book.broken:
            came = [(i.value or 0, i.address) for i in tx.inputs]
            name = classify(came, [(o.value, o.address) for o in tx.outputs]).name
            if name in _WELL_KNOWN:
                mixed[tx.txid] = f"{COINJOIN} ({name})"
    if not mixed:
        return book
    cut = {**book.cut, **{(i.txid, i.vout): tx.txid for tx in book.txs if tx.txid in mixed for i in tx.inputs}}
    txs = tuple(
        replace(tx, inputs=(Input(f"{OUTSIDE}: {tx.txid}", 0, sum(o.value for o in tx.outputs)),))
        if tx.txid in mixed
        else tx
        for tx in book.txs
    )
    said = Counter(f"transactions at which tracing ends: {why}" for why in mixed.values())
    return replace(book, txs=txs, broken={**book.broken, **mixed}, cut=cut, left_out=(*book.left_out, *told(said, {})))


def _nobody(_done: int) -> None:
    """Nobody watches."""


def _gathered(
    store: Store, ledger: Ledger, chain: str, left: Counter[str], tell: Watch
) -> dict[str, _Made]:  # fmt: skip
    """The rows of the chain by transaction, inputs by their index."""
    columns, links = ledger.columns, store.links(chain)
    made: dict[str, _Made] = {}
    for n, row in enumerate(rows_of(ledger, chain).tolist()):
        if not n & _TURN:
            tell(n)
        kind, tx_id = KINDS[int(ledger.kind[row])], int(ledger.tx[row])
        if not is_coin_kind(kind) and kind != "fee":
            left["rows that state who paid whom on a chain of coins"] += 1
            continue
        if not tx_id:
            left["rows that name no transaction"] += 1
            continue
        txid = columns.txs[tx_id][1]
        tx = made.setdefault(txid, _Made(txid, len(made)))
        number, units = int(columns.id[row]), amount_of(ledger, row)
        if tx.block is None and columns.block[row] != NOT_STATED:
            tx.block = int(columns.block[row])
        if tx.time is None and columns.time[row] != NOT_STATED:
            tx.time = int(columns.time[row])
        if kind == "fee":
            tx.fee = units
            continue
        index, previous, place = links.get(number, (None, "", None))
        if kind == "input":
            address = columns.addresses[int(ledger.sender[row])][1] or None
            coin = (previous, place) if previous and place is not None else (f"unnamed {number}", 0)
            tx.inputs.append(_In(coin, units, address, number))
            continue
        tx.coinbase |= kind == "coinbase"
        if index is None:
            index = max(tx.outputs, default=-1) + 1
        if index in tx.outputs:
            left["outputs that stand twice in the case (the first is used)"] += 1
            continue
        tx.outputs[index] = _Out(units, columns.addresses[int(ledger.receiver[row])][1] or None, number)
    return made


def _fill_outputs(made: Mapping[str, _Made]) -> None:
    """Outputs that only the input that spends them tells."""
    for tx in made.values():
        for spent in tx.inputs:
            source = made.get(spent.coin[0])
            if source is None:
                continue
            output = source.outputs.setdefault(spent.coin[1], _Out(None, spent.address, 0))
            if output.units is None:
                output.units = spent.units


def _ordered(made: Mapping[str, _Made]) -> list[_Made]:
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


def _after_what_they_spend(order: list[_Made], rank: Mapping[str, int]) -> list[_Made]:
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


def _broken(tx: _Made, made: Mapping[str, _Made]) -> str:
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
        units = _worth(spent, made)
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


def _worth(spent: _In, made: Mapping[str, _Made]) -> int | None:
    source = made.get(spent.coin[0])
    return spent.units if source is None else source.outputs[spent.coin[1]].units


def _spent_twice(order: list[_Made]) -> None:
    """A later transaction that spends what another has spent is broken: both cannot be in one ledger."""
    spent: set[Coin] = set()
    for tx in order:
        mine = [i.coin for i in tx.inputs]
        if not tx.why and (len(set(mine)) != len(mine) or not spent.isdisjoint(mine)):
            tx.why = "it spends an output that another transaction spends"
        if not tx.why:
            spent.update(mine)


def _finished(
    ledger: Ledger, chain: str, order: list[_Made], made: Mapping[str, _Made], left: Counter[str], tell: Watch
) -> Coins:  # fmt: skip
    txs: list[Tx] = []
    cut: dict[Coin, str] = {}
    row_of: dict[Coin, int] = {}
    spent_row: dict[Coin, int] = {}
    digest = hashlib.sha256(f"utxo-ledger/1 {chain}\n".encode())
    block = 0
    spent = {i.coin for tx in order if not tx.why for i in tx.inputs}
    for place, tx in enumerate(order):
        if not place & _TURN:
            tell(place)
        block = max(block, tx.block or 0)
        none = _Out(0, None, 0)
        count = max(tx.outputs, default=-1) + 1
        outputs = tuple(Output(o.units or 0, o.address) for o in (tx.outputs.get(n, none) for n in range(count)))
        inputs = tuple(Input(*i.coin, _worth(i, made), i.address or _address(i, made)) for i in tx.inputs)
        if tx.why:
            left[f"transactions at which tracing ends: {tx.why}"] += 1
            cut.update({i.coin: tx.txid for i in tx.inputs if i.coin not in spent})
            inputs = (Input(f"{OUTSIDE}: {tx.txid}", 0, sum(o.value for o in outputs)),)
        elif not tx.coinbase:
            spent_row.update({(tx.txid, n): i.row for n, i in enumerate(tx.inputs)})
        coinbase = tx.coinbase and not tx.why
        txs.append(Tx(tx.txid, block, place, () if coinbase else inputs, outputs, coinbase))
        row_of.update({(tx.txid, n): o.row for n, o in tx.outputs.items()})
        digest.update((_line(tx, inputs, outputs) + "\n").encode())
    times = {tx.txid: tx.time for tx in order}
    broken = {tx.txid: tx.why for tx in order if tx.why}
    native = CHAINS[chain]
    asset = next(
        (a for _, a in sorted(ledger.columns.assets.items()) if a.chain == chain and not a.contract),
        Asset(chain, "", native.symbol, native.decimals),
    )
    return Coins(chain, asset, tuple(txs), times, broken, cut, row_of, spent_row, told(left, {}), digest.hexdigest())


def _address(spent: _In, made: Mapping[str, _Made]) -> str | None:
    source = made.get(spent.coin[0])
    return None if source is None else source.outputs[spent.coin[1]].address


def _line(tx: _Made, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> str:
    """A transaction as one line of the canonical ledger."""
    came = [f"{i.txid}:{i.vout}:{i.value}:{i.address or ''}" for i in inputs]
    went = [f"{o.value}:{o.address or ''}" for o in outputs]
    head = (tx.txid, "" if tx.block is None else str(tx.block), "" if tx.time is None else str(tx.time))
    return "\x1f".join((*head, "coinbase" if tx.coinbase else "", tx.why, *came, "\x1e", *went))

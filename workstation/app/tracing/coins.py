"""Owns the building of a UTXO ledger from the case: order, coins, and what to do with transactions known in part.

How transactions are ordered and which are *broken*: ``analysis.trace.puttogether``. No method can say what the outputs
of a broken one took from which input, so tracing ends at it and its outputs count as clean money from outside. Must not
trace.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace

from workstation.analysis.trace.coinjoin import classify
from workstation.analysis.trace.ledger import Input, Output, Tx
from workstation.analysis.trace.puttogether import (
    OUTSIDE,
    Coin,
    In,
    Made,
    Out,
    fill_outputs,
    sides,
    spending_order,
    spent_twice,
    why_broken,
)
from workstation.app.ledger import Ledger
from workstation.app.tracing.ledgers import Coins, amount_of, is_coin_kind, rows_of, told
from workstation.casefile.store import Store
from workstation.casefile.values import KINDS, NOT_STATED
from workstation.domain.amounts import Asset
from workstation.domain.chains import CHAINS

#: Why tracing ends at a CoinJoin.
COINJOIN = "it is a CoinJoin"
_WELL_KNOWN = ("whirlpool", "wasabi1", "wasabi2")
_FEWEST = 5
Watch = Callable[[int], None]
_TURN = 4095


def coins(store: Store, ledger: Ledger, chain: str, watch: Watch | None = None) -> Coins:
    """The transactions of a UTXO chain. ``watch`` is called now and then; it may raise to stop."""
    tell = watch or _nobody
    left: Counter[str] = Counter()
    made = _gathered(store, ledger, chain, left, tell)
    fill_outputs(made)
    order = spending_order(made)
    for n, tx in enumerate(order):
        if not n & _TURN:
            tell(n)
        tx.why = why_broken(tx, made)
    spent_twice(order)
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
) -> dict[str, Made]:  # fmt: skip
    """The rows of the chain by transaction, inputs by their index."""
    columns, links = ledger.columns, store.links(chain)
    made: dict[str, Made] = {}
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
        tx = made.setdefault(txid, Made(txid, len(made)))
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
            tx.inputs.append(In(coin, units, address, number))
            continue
        tx.coinbase |= kind == "coinbase"
        if index is None:
            index = max(tx.outputs, default=-1) + 1
        if index in tx.outputs:
            left["outputs that stand twice in the case (the first is used)"] += 1
            continue
        tx.outputs[index] = Out(units, columns.addresses[int(ledger.receiver[row])][1] or None, number)
    return made


def _finished(
    ledger: Ledger, chain: str, order: list[Made], made: Mapping[str, Made], left: Counter[str], tell: Watch
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
        inputs, outputs = sides(tx, made)
        if tx.why:
            left[f"transactions at which tracing ends: {tx.why}"] += 1
            cut.update({i.coin: tx.txid for i in tx.inputs if i.coin not in spent})
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


def _line(tx: Made, inputs: tuple[Input, ...], outputs: tuple[Output, ...]) -> str:
    """A transaction as one line of the canonical ledger."""
    came = [f"{i.txid}:{i.vout}:{i.value}:{i.address or ''}" for i in inputs]
    went = [f"{o.value}:{o.address or ''}" for o in outputs]
    head = (tx.txid, "" if tx.block is None else str(tx.block), "" if tx.time is None else str(tx.time))
    return "\x1f".join((*head, "coinbase" if tx.coinbase else "", tx.why, *came, "\x1e", *went))

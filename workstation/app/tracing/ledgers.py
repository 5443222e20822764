"""Owns the ledgers that tracing reads, built from the case: payments of accounts, and transactions with their coins.

Deterministic: the same evidence gives the same ledger and the same digest. Nothing is guessed and nothing left out in
silence: what cannot be used is counted with its reason (:class:`LeftOut`). Must not trace.

Account chains: every native, internal, token, mint and burn row with an amount is a payment; a fee is a payment of its
own that stands behind the payments of its transaction, so that principal comes before fee and fees of failed
transactions count. The order is that of the case: time, block, position, sequence, row.
A payment of a chain that somebody states (``ledger.csv``) is used where the chain's own rows do not hold it already:
no own row in the same transaction, and, without a transaction, none with the same time, parties, asset and amount.
The chain ``stated`` is a ledger like that of accounts, of what people and services state; never mixed with others.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from workstation.analysis.trace.balances import Balances
from workstation.analysis.trace.ledger import Output, Transfer, Tx
from workstation.analysis.trace.watching import watched
from workstation.app.ledger import Ledger, Rows
from workstation.casefile.store import Store
from workstation.casefile.values import KINDS, NOT_STATED
from workstation.domain.amounts import Asset, from_limbs

Coin = tuple[str, int]
_PAID = frozenset(("native", "internal", "token", "mint", "burn"))
_USED = _PAID | {"fee", "stated"}
#: Lines that are read and hashed together.
_LINES = 1024
#: What is said of payments that only a person or a service states.
STATED = "payments that a person or a service states, not the chain itself"
_COINS = frozenset(("input", "output", "coinbase"))


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Rows or transactions of the case that tracing could not use, or (``used``) used with a doubt, and why."""

    count: int
    reason: str
    used: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Accounts:
    """The payments of one account chain, in total order. Their ids are transfer numbers of the case.

    Attributes:
        assets: key of an asset in the payments -> the asset. digest: SHA-256 over the canonical rows.
        made: running balances of all of it, once somebody asked for them (without and with debts).
    """

    chain: str
    events: tuple[Transfer, ...] = field(repr=False)
    assets: Mapping[str, Asset]
    left_out: tuple[LeftOut, ...]
    digest: str
    made: dict[bool, Balances] = field(default_factory=dict, repr=False)

    def without(self, unwanted: Callable[[int], bool], reason: str) -> Accounts:
        """The ledger without payments of some times, which are counted; the digest stays that of the whole."""
        kept = tuple(e for e in self.events if not unwanted(e.ts))
        gone = len(self.events) - len(kept)
        told = (*self.left_out, LeftOut(gone, reason)) if gone else self.left_out
        return Accounts(self.chain, kept, self.assets, told, self.digest)


@dataclass(frozen=True, slots=True, eq=False)
class Coins:
    """The transactions of one UTXO chain, in total order, ready for the engine.

    Attributes:
        txs: block never falls and position is the place in the order. times: seconds UTC, None = not stated.
        broken: transactions the case holds only in part -> why. Their outputs count as clean money from outside.
        cut: coin -> the broken transaction that spends it: tracing ends there.
        row_of: output -> transfer number; spent_row: (transaction, number of the input) -> transfer number.
    """

    chain: str
    asset: Asset
    txs: tuple[Tx, ...] = field(repr=False)
    times: Mapping[str, int | None] = field(repr=False)
    broken: Mapping[str, str] = field(repr=False)
    cut: Mapping[Coin, str] = field(repr=False)
    row_of: Mapping[Coin, int] = field(repr=False)
    spent_row: Mapping[Coin, int] = field(repr=False)
    left_out: tuple[LeftOut, ...]
    digest: str

    def without(self, unwanted: Callable[[int], bool], reason: str) -> Coins:
        """The ledger without transactions of some times, which are counted; the digest stays that of the whole."""
        kept = tuple(tx for tx in self.txs if not unwanted(_moment(self.times.get(tx.txid))))
        names = {tx.txid for tx in kept}
        cut = {coin: txid for coin, txid in self.cut.items() if txid in names}
        gone = len(self.txs) - len(kept)
        told = (*self.left_out, LeftOut(gone, reason)) if gone else self.left_out
        return Coins(
            self.chain, self.asset, kept, self.times, self.broken, cut, self.row_of, self.spent_row, told, self.digest
        )

    def coins(self) -> dict[Coin, Output]:
        """Every coin the case knows, in total order: outputs, and coins known only by the input that spends them."""
        found: dict[Coin, Output] = {}
        for tx in self.txs:
            if not tx.coinbase and tx.txid not in self.broken:
                for spent in tx.inputs:
                    found.setdefault((spent.txid, spent.vout), Output(spent.value or 0, spent.address))
            found.update({(tx.txid, n): output for n, output in enumerate(tx.outputs)})
        return found


Book = Accounts | Coins


def rows_of(ledger: Ledger, chain: str) -> Rows:
    """Rows of the assets of a chain, in total order."""
    wanted = np.array([n for n, asset in ledger.columns.assets.items() if asset.chain == chain], np.int64)
    found: Rows = np.flatnonzero(np.isin(ledger.asset, wanted)).astype(np.int64)
    return found


def amount_of(ledger: Ledger, row: int) -> int | None:
    """Base units of a row, None when they are not known."""
    if ledger.unknown[row]:
        return None
    high = int(ledger.hi[row])
    return ledger.big[row] if high < 0 else from_limbs(high, int(ledger.lo[row]), None)


def accounts(store: Store, ledger: Ledger, chain: str, watch: Callable[[int], None] | None = None) -> Accounts:
    """The payments of an account chain. ``watch`` is called now and then; it may raise to stop."""
    columns = ledger.columns
    rows = rows_of(ledger, chain)
    keys = _asset_keys(ledger, chain)
    own = _own_payments(ledger, rows) if chain != "stated" else _Own(frozenset(), frozenset())
    left: Counter[str] = Counter()
    used: Counter[str] = Counter()
    events: list[Transfer] = []
    digest = hashlib.sha256(f"account-ledger/1 {chain}\n".encode())
    names = ["", *(_party(address, chain) for address in watched(columns.addresses[1:], watch))]
    lines: list[str] = []
    for place, (row, kind_number, number, time, sender_id, receiver_id, asset_id, tx_id, absent, hi, lo) in enumerate(
        _values(ledger, rows)
    ):
        kind = KINDS[kind_number]
        if kind not in _USED:
            left[_REASONS.get(kind, "rows of a kind that moves nothing between accounts")] += 1
            continue
        if absent:
            left["rows whose amount is not known"] += 1
            continue
        units = ledger.big[row] if hi < 0 else (hi << 63) + lo
        if kind == "stated" and chain != "stated":
            if own.holds(tx_id, (time, sender_id, receiver_id, asset_id, units)):
                left["stated payments that the chain's own rows hold already"] += 1
                continue
            used[STATED] += 1
        sender, receiver = names[sender_id] or None, names[receiver_id] or None
        asset = keys[asset_id]
        if time == NOT_STATED:
            used["rows without a time, which stand after all others"] += 1
        if kind == "fee":
            event = Transfer(str(number), time, asset, sender, None, 0, place, units)
        else:
            event = Transfer(str(number), time, asset, sender, receiver, units, place)
        events.append(event)
        tx = columns.txs[tx_id][1] if tx_id else ""
        lines.append(f"{time}\x1f{tx}\x1f{kind}\x1f{asset}\x1f{names[sender_id]}\x1f{names[receiver_id]}\x1f{units}\n")
        if len(lines) == _LINES:
            if watch:
                watch(place)
            digest.update("".join(lines).encode())
            lines.clear()
    digest.update("".join(lines).encode())
    failed = store.failed().get(chain, 0)
    if failed:
        left["movements of failed transactions"] += failed
    assets = {key: columns.assets[n] for n, key in reversed(keys.items())}
    return Accounts(chain, tuple(events), assets, told(left, used), digest.hexdigest())


def _values(ledger: Ledger, rows: Rows) -> Iterator[tuple[int, ...]]:
    """The rows as plain numbers, some thousand at a time: a million at once would hold up the window."""
    columns = ledger.columns
    kept = (
        ledger.kind, columns.id, columns.time, ledger.sender, ledger.receiver, ledger.asset, ledger.tx, ledger.unknown,
        ledger.hi, ledger.lo,
    )  # fmt: skip
    for start in range(0, len(rows), _LINES):
        some = rows[start : start + _LINES]
        yield from zip(some.tolist(), *(column[some].tolist() for column in kept), strict=True)


_REASONS: Mapping[str, str] = MappingProxyType(
    {
        "nft": "movements of single tokens (NFT), which no method mixes",
    }
)


@dataclass(frozen=True, slots=True)
class _Own:
    """Payments that the rows of a chain itself hold, to find statements of the same ones."""

    txs: frozenset[int]
    loose: frozenset[tuple[int, ...]]

    def holds(self, tx: int, payment: tuple[int, ...]) -> bool:
        return tx in self.txs if tx else payment in self.loose


def _own_payments(ledger: Ledger, rows: Rows) -> _Own:
    kinds = np.array([KINDS.index(kind) for kind in sorted(_PAID)], np.int64)
    mine = rows[np.isin(ledger.kind[rows], kinds)]
    if len(mine) == len(rows) or not np.any(ledger.kind[rows] == KINDS.index("stated")):
        return _Own(frozenset(), frozenset())
    loose = zip(
        ledger.columns.time[mine].tolist(), ledger.sender[mine].tolist(), ledger.receiver[mine].tolist(),
        ledger.asset[mine].tolist(), (amount_of(ledger, row) for row in mine.tolist()), strict=True,
    )  # fmt: skip
    return _Own(
        frozenset(ledger.tx[mine][ledger.tx[mine] > 0].tolist()),
        frozenset((t, s, r, a, units) for t, s, r, a, units in loose if units is not None),
    )


def told(left: Mapping[str, int], used: Mapping[str, int]) -> tuple[LeftOut, ...]:
    """The figures of what was left out and of what was used with a doubt, largest first."""
    return tuple(
        LeftOut(n, reason, doubt)
        for part, doubt in ((left, False), (used, True))
        for reason, n in sorted(part.items(), key=lambda item: (-item[1], item[0]))
    )


def _party(address: tuple[str, str], chain: str) -> str:
    """Name of a party: its address, with its chain when that is another (a stated payment to a ledger address)."""
    return address[1] if address[0] == chain else f"{address[0]}:{address[1]}"


def _asset_keys(ledger: Ledger, chain: str) -> dict[int, str]:
    """Key of each asset of a chain: its contract, or its symbol; other decimals are another asset."""
    keys: dict[int, str] = {}
    decimals: dict[str, int] = {}
    for number, asset in sorted(ledger.columns.assets.items()):
        if asset.chain == chain:
            key = asset.contract or asset.symbol
            known = decimals.setdefault(key, asset.decimals)
            keys[number] = key if known == asset.decimals else f"{key} ({asset.decimals} decimals)"
    return keys


def _moment(time: int | None) -> int:
    return NOT_STATED if time is None else time


def is_coin_kind(kind: str) -> bool:
    """Whether a row is an input or output of a UTXO transaction."""
    return kind in _COINS

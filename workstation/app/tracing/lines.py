"""Owns the form in which a ledger of the case goes to the engines: turned for the direction, with its sources. Must not run.

A chain of accounts is a :class:`PaymentLine`, a chain of coins a :class:`CoinLine`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from workstation.analysis.trace.balances import Balances, balances
from workstation.analysis.trace.ledger import (
    Chain,
    Event,
    EventSource,
    Input,
    Opening,
    Output,
    OutputSource,
    Tx,
    chain,
)
from workstation.analysis.trace.puttogether import OUTSIDE
from workstation.analysis.trace.watching import Watch
from workstation.app.tracing.backward import reversed_accounts, reversed_coins
from workstation.app.tracing.ledgers import Accounts, Coin, Coins
from workstation.app.tracing.sources import CoinSource

NO_COINS: Mapping[Coin, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, eq=False)
class PaymentLine:
    """An account ledger in the direction of the question; declared conversions are events of it (``joined``)."""

    book: Accounts
    events: Sequence[Event] = field(repr=False)
    openings: Sequence[Opening] = field(repr=False)
    sources: tuple[EventSource, ...]
    made: dict[bool, Balances] = field(default_factory=dict, repr=False)

    @property
    def size(self) -> int:
        """Number of payments."""
        return len(self.events)

    def balances(self, *, debt: bool, watch: Watch | None = None) -> Balances:
        """The running balances, worked out once for every method; those of a whole chain once for every question."""
        whole = self.events is self.book.events and not self.openings
        made = self.book.made if whole else self.made
        if debt not in made:
            made[debt] = balances(self.events, self.openings, debt=debt, watch=watch)
        return made[debt]


@dataclass(frozen=True, slots=True, eq=False)
class CoinLine:
    """A UTXO ledger in the direction of the question.

    Attributes:
        known: coin of this ledger -> coin of the case, where it is another (backward).
        ends: coins at which tracing ends -> (transaction of the case, or empty for a declared conversion; why).
    """

    book: Coins
    ledger: Chain = field(repr=False)
    sources: tuple[OutputSource, ...]
    known: Mapping[Coin, Coin] = field(repr=False)
    ends: Mapping[Coin, tuple[str, str]] = field(repr=False)

    @property
    def size(self) -> int:
        """Number of transactions."""
        return len(self.ledger.order)

    def coin(self, place: Coin) -> Coin:
        """The coin of the case behind a coin of this ledger."""
        return self.known.get(place, place)


Line = PaymentLine | CoinLine


def payment_line(book: Accounts, sources: Sequence[EventSource], *, backward: bool) -> PaymentLine:
    """An account ledger made ready, without conversions."""
    if not backward:
        return PaymentLine(book, book.events, (), tuple(sources))
    events, openings = reversed_accounts(book)
    return PaymentLine(book, events, openings, tuple(sources))


def coin_line(
    book: Coins, sources: Sequence[CoinSource], *, backward: bool, bridged: Mapping[Coin, str] = NO_COINS
) -> CoinLine:
    """A UTXO ledger made ready.

    Args:
        bridged: coins that a declared bridge was paid with (backward: that it paid out) -> why tracing ends at them.
    """
    if not backward:
        marked = tuple(OutputSource(*s.coin, s.label, s.amount) for s in sources)
        ends = {coin: (txid, book.broken[txid]) for coin, txid in book.cut.items()}
        ends.update({coin: ("", why) for coin, why in bridged.items()})
        txs = _cut_off((*_outside(book, sources), *book.txs), bridged)
        return CoinLine(book, chain(txs), marked, {}, ends)
    turned = reversed_coins(book)
    marked = tuple(OutputSource(*turned.place[s.coin], s.label, s.amount) for s in sources)
    ends = {(txid, 0): (txid, why) for txid, why in book.broken.items()}
    places = {turned.place[coin]: why for coin, why in bridged.items() if coin in turned.place}
    ends.update({place: ("", why) for place, why in places.items()})
    return CoinLine(book, chain(_cut_off(turned.txs, places)), marked, turned.coin, ends)


def _cut_off(txs: Sequence[Tx], coins: Mapping[Coin, str]) -> Sequence[Tx]:
    """The transactions with some coins unspent: who spends them takes in clean money of the same value."""
    if not coins:
        return txs
    values = {(tx.txid, n): output for tx in txs for n, output in enumerate(tx.outputs) if (tx.txid, n) in coins}
    return [
        replace(tx, inputs=tuple(_clean_input(i, values.get((i.txid, i.vout))) for i in tx.inputs))
        if any((i.txid, i.vout) in values for i in tx.inputs)
        else tx
        for tx in txs
    ]


def _clean_input(spent: Input, made: Output | None) -> Input:
    return spent if made is None else Input(f"{OUTSIDE}: {spent.txid}:{spent.vout}", 0, made.value, made.address)


def _outside(book: Coins, sources: Sequence[CoinSource]) -> list[Tx]:
    """Transactions outside the case whose coins a source marks, with all of their coins that the case knows."""
    wanted = {s.coin[0] for s in sources} - {tx.txid for tx in book.txs}
    if not wanted:
        return []
    known: dict[str, dict[int, Output]] = {}
    for (txid, vout), output in book.coins().items():
        if txid in wanted:
            known.setdefault(txid, {})[vout] = output
    return [
        Tx(txid, -1, n, (), tuple(outputs.get(k, Output(0)) for k in range(max(outputs) + 1)), True)
        for n, (txid, outputs) in enumerate(known.items())
    ]

"""Owns the joint between a question and the engines: one chain, one method, one outcome. Must not read the case.

Both kinds of ledger give an :class:`Outcome` with the same words: what was marked, where it stands, and every part that
stands with nobody (fees, outside, repaid debts, at broken transactions), so that all parts add up to what was marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workstation.analysis.trace import account, results, utxo
from workstation.analysis.trace.exact import Number, Parts, add, plain, total, without_zeros
from workstation.analysis.trace.ledger import Chain, EventSource, Opening, Output, OutputSource, Transfer, Tx, chain
from workstation.analysis.trace.methods import ACCOUNT_METHODS, UTXO_METHODS
from workstation.analysis.trace.pooled import EXACT, FIXED, Arithmetic
from workstation.app.tracing.backward import reversed_accounts, reversed_coins
from workstation.app.tracing.coins import COINJOIN
from workstation.app.tracing.ledgers import Accounts, Coin, Coins
from workstation.app.tracing.question import EXACT_UP_TO, Question
from workstation.app.tracing.sources import CoinSource
from workstation.domain.errors import WorkstationError

Watch = Callable[[int], None]
#: Buckets of money that stands with nobody, and what each means (forward, backward).
BUCKETS: tuple[tuple[str, str, str], ...] = (
    ("fees", "paid in fees", "newly mined: nobody paid it"),
    ("external", "left the ledger to an unknown place", "came from an unknown place outside the ledger"),
    ("debt", "repaid what an account owed", "repaid what an account owed"),
    (
        "untraced",
        "spent in transactions that the case holds only in part",
        "came through transactions that the case holds only in part",
    ),
    ("mixed", "spent in CoinJoins", "came out of CoinJoins"),
)


@dataclass(frozen=True, slots=True)
class Held:
    """Marked money at a holder. ``ref``: address, or a transaction when the output has no address."""

    ref: str
    asset: str
    label: str
    amount: Number
    no_address: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one method found on one chain.

    Attributes:
        marked: asset -> label -> amount. final: at holders that could still pay it on. absorbed: at barriers.
        buckets: name -> asset -> label -> amount (``BUCKETS``). arrived: address -> asset -> amount, on the whole way.
        document: the whole result as the semantics define it. found: the same as the engine gave it.
    """

    method: str
    marked: dict[str, Parts]
    final: tuple[Held, ...]
    absorbed: tuple[Held, ...]
    buckets: dict[str, dict[str, Parts]]
    arrived: dict[str, dict[str, Number]] = field(repr=False)
    shortfalls: tuple[results.Shortfall, ...] = field(repr=False)
    steps: tuple[results.Step, ...] = field(repr=False)
    document: dict[str, Any] = field(repr=False)
    found: results.ChainTaint | results.AccountTaint = field(repr=False)

    def sums(self, which: str) -> dict[str, Parts]:
        """``final``, ``absorbed`` or a bucket: asset -> label -> amount."""
        if which in ("final", "absorbed"):
            made: dict[str, Parts] = {}
            for held in self.final if which == "final" else self.absorbed:
                add(made.setdefault(held.asset, {}), {held.label: held.amount})
            return {asset: without_zeros(parts) for asset, parts in made.items()}
        return self.buckets.get(which, {})


@dataclass(frozen=True, slots=True, eq=False)
class PaymentLine:
    """An account ledger in the direction of the question."""

    book: Accounts
    events: Sequence[Transfer] = field(repr=False)
    openings: Sequence[Opening] = field(repr=False)
    sources: tuple[EventSource, ...]

    @property
    def size(self) -> int:
        """Number of payments."""
        return len(self.events)


@dataclass(frozen=True, slots=True, eq=False)
class CoinLine:
    """A UTXO ledger in the direction of the question.

    Attributes:
        known: coin of this ledger -> coin of the case, where it is another (backward). ends: coins at which tracing
            ends -> why.
    """

    book: Coins
    ledger: Chain = field(repr=False)
    sources: tuple[OutputSource, ...]
    known: Mapping[Coin, Coin] = field(repr=False)
    ends: Mapping[Coin, str] = field(repr=False)

    @property
    def size(self) -> int:
        """Number of transactions."""
        return len(self.ledger.order)

    def coin(self, place: Coin) -> Coin:
        """The coin of the case behind a coin of this ledger."""
        return self.known.get(place, place)


Line = PaymentLine | CoinLine


def payment_line(book: Accounts, sources: Sequence[EventSource], *, backward: bool) -> PaymentLine:
    """An account ledger made ready."""
    if not backward:
        return PaymentLine(book, book.events, (), tuple(sources))
    events, openings = reversed_accounts(book)
    return PaymentLine(book, events, openings, tuple(sources))


def coin_line(book: Coins, sources: Sequence[CoinSource], *, backward: bool) -> CoinLine:
    """A UTXO ledger made ready."""
    if not backward:
        marked = tuple(OutputSource(*s.coin, s.label, s.amount) for s in sources)
        return CoinLine(
            book,
            chain((*_outside(book, sources), *book.txs)),
            marked,
            {},
            {coin: book.broken[txid] for coin, txid in book.cut.items()},
        )
    turned = reversed_coins(book)
    marked = tuple(OutputSource(*turned.place[s.coin], s.label, s.amount) for s in sources)
    ends = {(txid, 0): why for txid, why in book.broken.items()}
    return CoinLine(book, chain(turned.txs), marked, turned.coin, ends)


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


def follow(
    line: Line, name: str, asked: Question, barriers: Mapping[str, str], *, steps: bool, watch: Watch | None = None
) -> Outcome:
    """Run one method.

    Raises:
        WorkstationError: WS-TRC-104 the method is not defined for this kind of ledger.
    """
    methods = ACCOUNT_METHODS if isinstance(line, PaymentLine) else UTXO_METHODS
    if name not in methods:
        kind = "accounts" if isinstance(line, PaymentLine) else "coins"
        raise WorkstationError(
            "WS-TRC-104", f"{name} is not defined on {line.book.chain}, a ledger of {kind}", "nothing was traced",
            f"choose among: {', '.join(methods)}",
        )  # fmt: skip
    how = arithmetic(asked, line.size)
    if isinstance(line, PaymentLine):
        rules = account.AccountRules(asked.shortfall, frozenset(barriers))
        paid = account.trace(
            line.events, line.sources, name, rules, line.openings, arithmetic=how, steps=steps, watch=watch
        )
        return _of_accounts(line, paid)
    chosen = utxo.ChainRules(asked.output_order, barriers=frozenset(barriers))
    moved = utxo.trace(line.ledger, line.sources, name, chosen, arithmetic=how, steps=steps, watch=watch)
    return _of_coins(line, moved, barriers)


def arithmetic(asked: Question, size: int) -> Arithmetic:
    """How fractions of pooled methods are kept."""
    exact = asked.arithmetic == "exact" or (asked.arithmetic == "auto" and size <= EXACT_UP_TO)
    return EXACT if exact else FIXED


def _of_accounts(line: PaymentLine, found: results.AccountTaint) -> Outcome:
    final = tuple(
        Held(who, asset, label, amount)
        for who, pools in sorted(found.balances.items())
        for asset, parts in sorted(pools.items())
        for label, amount in sorted(parts.items())
    )
    absorbed = tuple(
        Held(who, asset, label, amount)
        for who, pools in sorted(found.absorbed.items())
        for asset, parts in sorted(pools.items())
        for label, amount in sorted(parts.items())
    )
    marked = {asset: dict(buckets["injected"]) for asset, buckets in found.totals.items() if "injected" in buckets}
    buckets = {
        name: {asset: dict(had[name]) for asset, had in found.totals.items() if name in had}
        for name in ("fees", "external", "debt")
    }
    arrived: dict[str, dict[str, Number]] = {}
    by_id = {e.id: e for e in line.events if e.id in found.events}
    for event, parts in found.events.items():
        move = by_id[event]
        if move.receiver is not None:
            mine = arrived.setdefault(move.receiver, {})
            mine[move.asset] = mine.get(move.asset, 0) + total(parts.values())
    return Outcome(
        found.method, marked, final, absorbed, {k: v for k, v in buckets.items() if v}, arrived, found.shortfalls,
        found.steps, results.account_document(found), found,
    )  # fmt: skip


def _of_coins(line: CoinLine, found: results.ChainTaint, barriers: Mapping[str, str]) -> Outcome:
    asset = line.book.asset.symbol
    final: dict[tuple[str, str, bool], Number] = {}
    absorbed: dict[tuple[str, str, bool], Number] = {}
    ended: dict[str, Parts] = {}
    arrived: dict[str, dict[str, Number]] = {}
    for name, parts in found.outputs.items():
        txid, _, vout = name.rpartition(":")
        place = (txid, int(vout))
        address = line.ledger.by_id[txid].outputs[place[1]].address
        if address is not None:
            mine = arrived.setdefault(address, {})
            mine[asset] = mine.get(asset, 0) + total(parts.values())
        stopped = address in barriers
        if place in line.ledger.spender and not stopped:
            continue
        if place in line.ends and not stopped:
            add(ended.setdefault("mixed" if line.ends[place].startswith(COINJOIN) else "untraced", {}), parts)
            continue
        into = absorbed if stopped else final
        ref = address or line.coin(place)[0]
        for label, amount in parts.items():
            key = (ref, label, address is None)
            into[key] = into.get(key, 0) + amount
    fees: Parts = {}
    for parts in found.fees.values():
        add(fees, parts)
    buckets = {"fees": {asset: without_zeros(fees)}} if fees else {}
    buckets.update({name: {asset: without_zeros(parts)} for name, parts in ended.items()})
    marked = {asset: dict(found.totals["injected"])} if found.totals.get("injected") else {}
    return Outcome(
        found.method, marked, _held(final, asset), _held(absorbed, asset), buckets, arrived, (), found.steps,
        results.chain_document(found), found,
    )  # fmt: skip


def _held(amounts: Mapping[tuple[str, str, bool], Number], asset: str) -> tuple[Held, ...]:
    return tuple(
        Held(ref, asset, label, plain(amount), bare) for (ref, label, bare), amount in sorted(amounts.items()) if amount
    )


def hop_limits(line: Line, start: Mapping[str, int], hops: int, barriers: Mapping[str, str]) -> list[str]:
    """Addresses that are reached first after so many payments and not before, in order of their names.

    ``start``: source (event id, or ``txid:vout``) -> payments behind its holder already (a named address on an account
    chain pays the marked payment itself: 1; else 0).
    """
    reached = (
        _reach_payments(line, start, barriers) if isinstance(line, PaymentLine) else _reach_coins(line, start, barriers)
    )
    return sorted(ref for ref, far in reached.items() if far >= hops)


def _reach_payments(line: PaymentLine, start: Mapping[str, int], barriers: Mapping[str, str]) -> dict[str, int]:
    far: dict[tuple[str, str], int] = {}
    for e in line.events:
        if not e.amount or e.receiver is None or e.sender == e.receiver:
            continue
        found = [start[e.id]] if e.id in start else []
        if e.sender is not None and e.sender not in barriers and (e.sender, e.asset) in far:
            found.append(far[e.sender, e.asset] + 1)
        if found:
            key = (e.receiver, e.asset)
            far[key] = min(far.get(key, found[0]), *found)
    fewest: dict[str, int] = {}
    for (who, _), hops in far.items():
        fewest[who] = min(hops, fewest.get(who, hops))
    return fewest


def _reach_coins(line: CoinLine, start: Mapping[str, int], barriers: Mapping[str, str]) -> dict[str, int]:
    far: dict[Coin, int] = {}
    fewest: dict[str, int] = {}
    for tx in line.ledger.order:
        found = [
            far[i.txid, i.vout] + 1 for i in tx.inputs if (i.txid, i.vout) in far and not _stopped(line, i, barriers)
        ]
        for vout, output in enumerate(tx.outputs):
            here = [start[f"{tx.txid}:{vout}"]] if f"{tx.txid}:{vout}" in start else []
            if output.value and (found or here):
                hops = far[tx.txid, vout] = min((*found, *here))
                if output.address is not None:
                    fewest[output.address] = min(hops, fewest.get(output.address, hops))
    return fewest


def _stopped(line: CoinLine, spent: Any, barriers: Mapping[str, str]) -> bool:
    made: Tx = line.ledger.by_id[spent.txid]
    return made.outputs[spent.vout].address in barriers

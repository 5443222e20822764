"""Owns the joint between a question and the engines: one chain, one method, one outcome. Must not read the case.

Both kinds of ledger give an :class:`Outcome` with the same words: what was marked, where it stands, and every part that
stands with nobody (fees, outside, repaid debts, at broken transactions), so that all parts add up to what was marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from workstation.analysis.trace import account, results, utxo
from workstation.analysis.trace.exact import Number, Parts, Summed, add, plain, total, without_zeros
from workstation.analysis.trace.ledger import Conversion, Event, Tx
from workstation.analysis.trace.methods import ACCOUNT_METHODS, UTXO_METHODS
from workstation.analysis.trace.pooled import EXACT, FIXED, Arithmetic
from workstation.analysis.trace.watching import watched
from workstation.app.tracing.coins import COINJOIN
from workstation.app.tracing.ledgers import Coin
from workstation.app.tracing.lines import CoinLine, Line, PaymentLine
from workstation.app.tracing.question import EXACT_UP_TO, Question
from workstation.domain.errors import WorkstationError

Watch = Callable[[int], None]
_TURN = 255
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
    """Marked money at a holder.

    Attributes:
        ref: address, or a transaction when the output has no address. why: reason of a stop that is not the address's own.
    """

    ref: str
    asset: str
    label: str
    amount: Number
    no_address: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one method found on one chain.

    Attributes:
        marked: asset -> label -> amount. final: at holders that could still pay it on. absorbed: at barriers.
        buckets: name -> asset -> label -> amount (``BUCKETS``; a name can have more behind it, ``mixed (whirlpool)``).
        steps_total: how many steps there are when not all are kept.
        arrived: address -> asset -> amount, on the whole way. ended: transaction at which tracing ends -> why, if reached.
        found: the whole result as the engine gave it.
    """

    method: str
    marked: dict[str, Parts]
    final: tuple[Held, ...]
    absorbed: tuple[Held, ...]
    buckets: dict[str, dict[str, Parts]]
    arrived: dict[str, dict[str, Number]] = field(repr=False)
    shortfalls: tuple[results.Shortfall, ...] = field(repr=False)
    steps: tuple[results.Step, ...] = field(repr=False)
    found: results.ChainTaint | results.AccountTaint = field(repr=False)
    ended: Mapping[str, str] = field(default_factory=dict, repr=False)
    steps_total: int | None = None

    def sums(self, which: str, watch: Watch | None = None) -> dict[str, Parts]:
        """``final``, ``absorbed`` or a bucket: asset -> label -> amount."""
        if which in ("final", "absorbed"):
            made: dict[tuple[str, str], Summed] = {}
            for held in watched(self.final if which == "final" else self.absorbed, watch):
                key = (held.asset, held.label)
                if key not in made:
                    made[key] = Summed()
                made[key].add(held.amount)
            found: dict[str, Parts] = {}
            for (asset, label), units in made.items():
                if units.value:
                    found.setdefault(asset, {})[label] = units.value
            return found
        return self.buckets.get(which, {})


def follow(
    line: Line, name: str, asked: Question, barriers: Mapping[str, str], *, steps: int, watch: Watch | None = None
) -> Outcome:
    """Run one method.

    Args:
        steps: how many steps are wanted at least. Of a long ledger only the first that carry marked money are kept,
            because a step holds its whole queue; all are counted.

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
        long = steps > 0 and line.size > EXACT_UP_TO
        paid = account.trace(
            line.events, line.sources, name, rules, line.openings, arithmetic=how, steps=steps if long else steps > 0,
            ready=line.balances(debt=asked.shortfall == "debt", watch=watch), watch=watch,
        )  # fmt: skip
        outcome = _of_accounts(line, paid, watch)
        if not long:
            return outcome
        kept = tuple(s for s in paid.steps if any(label is not None for label, _ in s.outputs[0][1]))
        return replace(outcome, steps=kept, steps_total=len(paid.events) + len(paid.fees))
    chosen = utxo.ChainRules(asked.output_order, barriers=frozenset(barriers))
    told: bool | int = steps if line.size > EXACT_UP_TO else steps > 0
    moved = utxo.trace(line.ledger, line.sources, name, chosen, arithmetic=how, steps=told, watch=watch)
    return replace(_of_coins(line, moved, barriers, watch), steps_total=moved.moved if steps else 0)


def arithmetic(asked: Question, size: int) -> Arithmetic:
    """How fractions of pooled methods are kept."""
    exact = asked.arithmetic == "exact" or (asked.arithmetic == "auto" and size <= EXACT_UP_TO)
    return EXACT if exact else FIXED


def _of_accounts(line: PaymentLine, found: results.AccountTaint, watch: Watch | None) -> Outcome:
    final = tuple(
        Held(who, asset, label, amount)
        for who, pools in watched(found.balances.items(), watch)
        for asset, parts in sorted(pools.items())
        for label, amount in sorted(parts.items())
    )
    absorbed = tuple(
        Held(who, asset, label, amount)
        for who, pools in watched(found.absorbed.items(), watch)
        for asset, parts in sorted(pools.items())
        for label, amount in sorted(parts.items())
    )
    marked = {asset: dict(buckets["injected"]) for asset, buckets in found.totals.items() if "injected" in buckets}
    buckets = {
        name: {asset: dict(had[name]) for asset, had in found.totals.items() if name in had}
        for name in ("fees", "external", "debt")
    }
    arrived: dict[str, dict[str, Number]] = {}
    by_id = {e.id: e for e in watched(line.events, watch) if e.id in found.events}
    for n, (event, parts) in enumerate(found.events.items()):
        if watch and not n & _TURN:
            watch(n)
        move = by_id[event]
        who, asset = came_to(move)
        if who is not None:
            mine = arrived.setdefault(who, {})
            add(mine, {asset: total(parts.values())})
    return Outcome(
        found.method, marked, final, absorbed, {k: v for k, v in buckets.items() if v}, arrived, found.shortfalls,
        found.steps, found,
    )  # fmt: skip


def came_to(event: Event) -> tuple[str | None, str]:
    """The account and asset that an event credits."""
    if isinstance(event, Conversion):
        return event.to_account or event.account, event.to_asset
    return event.receiver, event.asset


def _of_coins(line: CoinLine, found: results.ChainTaint, barriers: Mapping[str, str], watch: Watch | None) -> Outcome:
    asset = line.book.asset.symbol
    final: dict[tuple[str, str, bool], Number] = {}
    absorbed: dict[tuple[str, str, bool], Number] = {}
    bridged: list[Held] = []
    ended: dict[str, Parts] = {}
    at: dict[str, str] = {}
    arrived: dict[str, dict[str, Number]] = {}
    for name, parts in watched(found.outputs.items(), watch):
        txid, _, vout = name.rpartition(":")
        place = (txid, int(vout))
        address = line.ledger.by_id[txid].outputs[place[1]].address
        if address is not None:
            mine = arrived.setdefault(address, {})
            add(mine, {asset: total(parts.values())})
        stopped = address in barriers
        if line.ledger.is_spent(*place) and not stopped:
            continue
        if place in line.ends and not stopped:
            tx, why = line.ends[place]
            if tx:
                at[tx] = why
                add(
                    ended.setdefault(f"mixed{why[len(COINJOIN) :]}" if why.startswith(COINJOIN) else "untraced", {}),
                    parts,
                )
                continue
            ref = address or line.coin(place)[0]
            bridged += [Held(ref, asset, label, units, address is None, why) for label, units in sorted(parts.items())]
            continue
        into = absorbed if stopped else final
        ref = address or line.coin(place)[0]
        for label, amount in parts.items():
            key = (ref, label, address is None)
            had = into.get(key)
            into[key] = amount if had is None else had + amount
    fees: dict[str, Summed] = {}
    for parts in watched(found.fees.values(), watch):
        for label, units in parts.items():
            if label not in fees:
                fees[label] = Summed()
            fees[label].add(units)
    buckets = {"fees": {asset: without_zeros({k: v.value for k, v in fees.items()})}} if fees else {}
    buckets.update({name: {asset: without_zeros(parts)} for name, parts in ended.items()})
    marked = {asset: dict(found.totals["injected"])} if found.totals.get("injected") else {}
    return Outcome(
        found.method, marked, _held(final, asset, watch), (*_held(absorbed, asset, watch), *bridged), buckets, arrived, (), found.steps,
        found, at,
    )  # fmt: skip


def _held(amounts: Mapping[tuple[str, str, bool], Number], asset: str, watch: Watch | None) -> tuple[Held, ...]:
    return tuple(
        Held(ref, asset, label, plain(amount), bare)
        for (ref, label, bare), amount in watched(amounts.items(), watch)
        if amount
    )


def hop_limits(
    line: Line, start: Mapping[str, int], hops: int, barriers: Mapping[str, str], *, watch: Watch | None = None
) -> list[str]:
    """Addresses that are reached first after so many payments and not before, in order of their names.

    ``start``: source (event id, or ``txid:vout``) -> payments behind its holder already (a named address on an account
    chain pays the marked payment itself: 1; else 0).
    """
    reached = (
        _reach_payments(line, start, barriers, watch)
        if isinstance(line, PaymentLine)
        else _reach_coins(line, start, barriers, watch)
    )
    return sorted(ref for ref, far in reached.items() if far >= hops)


def _reach_payments(
    line: PaymentLine, start: Mapping[str, int], barriers: Mapping[str, str], watch: Watch | None
) -> dict[str, int]:  # fmt: skip
    far: dict[tuple[str, str], int] = {}
    for n, e in enumerate(line.events):
        if watch and not n & _TURN:
            watch(n)
        if isinstance(e, Conversion):
            # a conversion is no further payment: its legs are one
            payer, taker, paid, got, more = e.account, e.to_account, e.from_asset, e.to_asset, 0
        elif e.amount and e.sender != e.receiver:
            payer, taker, paid, got, more = e.sender or "", e.receiver, e.asset, e.asset, 1
        else:
            continue
        if taker is None:
            continue
        found = [start[e.id]] if e.id in start else []
        if payer not in barriers and (payer, paid) in far:
            found.append(far[payer, paid] + more)
        if found:
            far[taker, got] = min(far.get((taker, got), found[0]), *found)
    fewest: dict[str, int] = {}
    for (who, _), hops in far.items():
        fewest[who] = min(hops, fewest.get(who, hops))
    return fewest


def _reach_coins(
    line: CoinLine, start: Mapping[str, int], barriers: Mapping[str, str], watch: Watch | None
) -> dict[str, int]:  # fmt: skip
    far: dict[Coin, int] = {}
    fewest: dict[str, int] = {}
    for n, tx in enumerate(line.ledger.order):
        if watch and not n & _TURN:
            watch(n)
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

"""Owns the walk of a method through an account ledger (semantics 3). Knows no method; see ``methods``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from workstation.analysis.trace.balances import FEES, Balances, balances
from workstation.analysis.trace.booking import USUAL, AccountRules, Pool, Run
from workstation.analysis.trace.exact import ConservationError, Parts, add, in_units, share, without_zeros
from workstation.analysis.trace.ledger import Conversion, Event, EventSource, Opening, Transfer, bad_ledger
from workstation.analysis.trace.methods import ACCOUNT_SEGMENTS, Purse, account_method
from workstation.analysis.trace.pooled import EXACT, Arithmetic
from workstation.analysis.trace.results import AccountTaint, Shortfall, Step, Totals
from workstation.analysis.trace.segments import Segments
from workstation.analysis.trace.undisturbed import undisturbed
from workstation.analysis.trace.watching import TURN, Watch, watched

__all__ = ("USUAL", "AccountRules", "pari_passu", "trace")


@undisturbed()
def trace(
    events: Sequence[Event],
    sources: Iterable[EventSource],
    name: str,
    rules: AccountRules = USUAL,
    openings: Iterable[Opening] = (),
    *,
    arithmetic: Arithmetic = EXACT,
    steps: bool | int = False,
    ready: Balances | None = None,
    watch: Watch | None = None,
) -> AccountTaint:
    """Follow the sources by one method.

    Args:
        events: in total order, as ``ledger.ordered`` gives them.
        steps: also record every movement out of a pool with taint, with its arithmetic; a number = only until so many
            of them carry taint.
        ready: the balances of these events and openings, where they are known: several methods can share them.
        watch: called now and then with the number of events done; it may raise to stop the run.

    Raises:
        ConservationError: the run made or lost value (a fault of the program).
    """
    run = Run(account_method(name, arithmetic), rules, sources, None if steps is True else int(steps))
    if ready is None:
        ready = balances(events, openings, debt=rules.shortfall == "debt", watch=watch)
    purses = _opened(run, openings, ready)
    _walk(run, events, ready, purses, watch)
    return _result(run, ready, purses, watch)


Purses = list[Purse | None]


def _opened(run: Run, openings: Iterable[Opening], ready: Balances) -> Purses:
    """The pools that hold a label at the start; the others need no purse."""
    how = run.how
    found: dict[Pool, Purse] = {}
    for opening in openings:
        if opening.amount <= 0:
            continue
        pool = (opening.account, opening.asset)
        part, parts = how.clean(opening.amount), Parts()
        if opening.label is not None:
            part, amount = how.mark(part, opening.label, None)
            run.bucket(opening.asset, "injected", {opening.label: amount})
            parts = how.weigh(part)
        if opening.account in run.barriers:
            _absorbed(run, pool, parts)
            continue
        if pool not in found:
            found[pool] = how.purse()
        found[pool].put(part, opening.amount)
    purses = [found.get(pool) for pool in ready.pools] if found else [None] * len(ready.pools)
    return [purse if purse is not None and purse.held else None for purse in purses]


def _absorbed(run: Run, pool: Pool, parts: Parts) -> None:
    """What arrives at a barrier."""
    if parts:
        run.bucket(pool[1], "absorbed", parts)
        add(run.absorbed.setdefault(pool, {}), parts)


def _walk(run: Run, events: Sequence[Event], ready: Balances, purses: Purses, watch: Watch | None) -> None:
    """Only the movements that can carry a label; what the pools hold beside labels is known (semantics 3.1, 3.3)."""
    how, pools = run.how, ready.pools
    for m in (_paid if run.orders is None else _both)(run, events, ready, purses, watch):
        event, payer, taker = events[ready.at[m]], ready.payer[m], ready.taker[m]
        units = event.fee if taker == FEES else _debited(event)
        # The outside world and barriers are never short, and what they pay is clean.
        named = payer and pools[payer][0] not in run.barriers
        known = max(0, ready.before[m]) if named else 0
        missing = max(0, units - known) if named else 0
        purse = purses[payer]
        told = run.wanted is None or run.wanted > 0
        before = _row(run, purse, known) if told else []
        if purse is None:
            part = how.clean(units)
        else:
            purse.balance = known
            part = purse.take(units - missing)
            if missing:
                part = how.lacking(part, missing)
            if not purse.held:
                purses[payer] = None
        paid = part
        if taker == FEES:
            if how.tainted(part) and (parts := how.weigh(part)):
                run.fees[event.id] = parts
                run.bucket(pools[payer][1], "fees", parts)
        else:
            part, parts = _composed(run, event, part)
            if not taker:
                if parts:
                    run.bucket(_credited(event)[0], "external", parts)
            elif pools[taker][0] in run.barriers:
                _absorbed(run, pools[taker], parts)
            elif purses[taker] is not None or how.tainted(part):
                _credit(run, ready, m, purses, part, parts, _credited(event)[1])
        if told:
            _step(run, ready, m, event, purses, before, paid, part, known - (units - missing) if named else 0, missing)


def _credit(run: Run, ready: Balances, m: int, purses: Purses, part: Any, parts: Parts, units: int) -> None:
    """Bring a part to a pool; what the pool owes is repaid first."""
    number, had = ready.taker[m], ready.there[m]
    if had < 0:
        repaid = min(units, -had)
        first, part = run.how.cut(part, repaid)
        units -= repaid
        if parts:
            run.bucket(ready.pools[number][1], "debt", run.how.weigh(first))
        if purses[number] is None and not run.how.tainted(part):
            return
    purse = purses[number]
    if purse is None:
        purse = run.how.purse()
    purse.balance = max(0, had)
    purse.put(part, units)
    purses[number] = purse if purse.held else None


def _composed(run: Run, event: Event, part: Any) -> tuple[Any, Parts]:
    """What an event brings, scaled and marked: the part, and its labels."""
    how = run.how
    if isinstance(event, Conversion):
        part, parts = _exchanged(run, event, part)
    else:
        if event.id in run.by_event:
            part = run.marked(event.id, event.asset, part)
        parts = how.weigh(part) if how.tainted(part) else {}
    run.composed(event.id, part, parts)
    return part, parts


def _exchanged(run: Run, event: Conversion, paid: Any) -> tuple[Any, Parts]:
    """What was paid, scaled exactly to what came for it (semantics 3.10)."""
    how, units = run.how, event.to_amount
    if out := how.weigh(paid):
        run.bucket(event.from_asset, "converted_out", out)
    part = how.scaled(paid, event.from_amount, units) if event.from_amount else how.clean(units)
    parts = how.weigh(part)
    if parts:
        run.bucket(event.to_asset, "converted_in", parts)
    if event.id in run.by_event and units:
        part = run.marked(event.id, event.to_asset, part)
        parts = how.weigh(part)
    return part, parts


def _debited(event: Event) -> int:
    return event.from_amount if isinstance(event, Conversion) else event.amount


def _credited(event: Event) -> tuple[str, int]:
    return (event.to_asset, event.to_amount) if isinstance(event, Conversion) else (event.asset, event.amount)


def _row(run: Run, purse: Purse | None, balance: int) -> Segments:
    """A pool as pieces."""
    if purse is None:
        return run.how.row(run.how.clean(balance))
    purse.balance = balance
    return run.how.row(run.how.pool(purse))


def _step(
    run: Run, ready: Balances, m: int, event: Event, purses: Purses, before: Segments, paid: Any, part: Any, left: int,
    missing: int,
) -> None:  # fmt: skip
    """Record a movement with its arithmetic."""
    number, taker = ready.payer[m], ready.taker[m]
    converted = taker != FEES and isinstance(event, Conversion)
    if number == taker and number:
        left = max(0, ready.there[m] + _credited(event)[1])
    after = _row(run, purses[number], left)
    asset = ready.pools[number][1] or (event.from_asset if isinstance(event, Conversion) else event.asset)
    kind = "fee" if taker == FEES else "convert" if converted else "transfer"
    run.step(
        Step(
            event.id, kind, ready.pools[number][0], asset, (run.how.row(paid),) if converted else (), before,
            ((event.id, run.how.row(part)),), after, missing,
        )
    )  # fmt: skip


def _paid(run: Run, events: Sequence[Event], ready: Balances, purses: Purses, watch: Watch | None) -> Iterator[int]:
    """Movements whose payer holds a label, and those that a source marks."""
    marks = _marks(run, events, ready, watch)
    payers = ready.payer
    for start in range(0, len(payers), TURN + 1):
        if watch:
            watch(ready.at[start])
        for m, payer in enumerate(payers[start : start + TURN + 1], start):
            if purses[payer] is not None or m in marks:
                yield m


def _both(run: Run, events: Sequence[Event], ready: Balances, purses: Purses, watch: Watch | None) -> Iterator[int]:
    """The same, and movements whose taker holds a label: their clean money has its place in the queue."""
    marks = _marks(run, events, ready, watch)
    payers, takers = ready.payer, ready.taker
    for start in range(0, len(payers), TURN + 1):
        if watch:
            watch(ready.at[start])
        end = start + TURN + 1
        for m, (payer, taker) in enumerate(zip(payers[start:end], takers[start:end], strict=True), start):
            if purses[payer] is not None or purses[taker] is not None or m in marks:
                yield m


def _marks(run: Run, events: Sequence[Event], ready: Balances, watch: Watch | None) -> frozenset[int]:
    """Movements that a source marks."""
    named = run.by_event
    if not named:
        return frozenset()
    places = {n for n, event in enumerate(watched(events, watch)) if event.id in named}
    return frozenset(
        m for m, (n, taker) in enumerate(zip(ready.at, ready.taker, strict=True)) if n in places and taker != FEES
    )


def _result(run: Run, ready: Balances, purses: Purses, watch: Watch | None) -> AccountTaint:
    how = run.how
    balances: dict[str, dict[str, Parts]] = {}
    segments: dict[str, dict[str, Segments]] = {}
    for (account, asset), purse, balance in watched(zip(ready.pools, purses, ready.final, strict=True), watch):
        if purse is None:
            continue
        purse.balance = max(0, balance)
        part = how.pool(purse)
        held = how.weigh(part)
        if any(amount < 0 for amount in held.values()):
            raise ConservationError(f"{how.name}, {asset}: {account} holds less than nothing")
        if how.name != "poison":
            run.bucket(asset, "final", held)
        if parts := in_units(held, how.scale):
            balances.setdefault(account, {})[asset] = parts
            if how.name in ACCOUNT_SEGMENTS:
                segments.setdefault(account, {})[asset] = part
    totals: dict[str, Totals] = {}
    if how.name != "poison":
        for asset, buckets in run.totals.items():
            _conserved(how.name, asset, buckets)
            units = {name: parts for name, found in buckets.items() if (parts := in_units(found, how.scale))}
            if units:
                totals[asset] = units
    absorbed: dict[str, dict[str, Parts]] = {}
    for (name, asset), parts in run.absorbed.items():
        absorbed.setdefault(name, {})[asset] = in_units(parts, how.scale)
    return AccountTaint(
        how.name, _all_in_units(run.events, how.scale, watch), _all_in_units(run.fees, how.scale, watch), balances,
        segments if how.name in ACCOUNT_SEGMENTS else None, totals, absorbed, _shortfalls(run, ready, watch),
        tuple(run.steps), how.scale == 1, run.orders,
    )  # fmt: skip


def _shortfalls(run: Run, ready: Balances, watch: Watch | None) -> tuple[Shortfall, ...]:
    if not run.barriers:
        return tuple(ready.shortfalls)
    return tuple(s for s in watched(ready.shortfalls, watch) if s.account not in run.barriers)


def _all_in_units(entries: Mapping[str, Parts], scale: int, watch: Watch | None) -> dict[str, Parts]:
    return {name: units for name, parts in watched(entries.items(), watch) if (units := in_units(parts, scale))}


def _conserved(name: str, asset: str, buckets: Totals) -> None:
    """Injected + converted in = final + fees + external + absorbed + debt + converted out (semantics 1.10)."""
    came: Parts = {}
    went: Parts = {}
    for bucket, parts in buckets.items():
        add(came if bucket in ("injected", "converted_in") else went, parts)
    if without_zeros(came) != without_zeros(went):
        raise ConservationError(f"{name}, {asset}: {came} came, {went} went")


def pari_passu(
    events: Sequence[Event],
    sources: Iterable[EventSource],
    pool: Pool,
    rules: AccountRules = USUAL,
    openings: Iterable[Opening] = (),
    watch: Watch | None = None,
) -> Parts:
    """Distribution of a failed pool: final balance x contributions of a label / all contributions (semantics 3.9).

    Contributions are opening balances and transfers into the pool; their order does not matter, and each source names
    the claimant of one transfer. Not a tracing method.

    Raises:
        WorkstationError: nothing was ever paid into the pool.
    """
    account, asset = pool
    how = account_method("fifo")
    named: dict[str, list[EventSource]] = {}
    for source in sources:
        named.setdefault(source.event, []).append(source)
    opened = tuple(openings)
    contributions: list[tuple[int, Any]] = []
    for opening in opened:
        if (opening.account, opening.asset) == pool:
            part = how.clean(opening.amount)
            contributions.append((opening.amount, how.mark(part, opening.label, None)[0] if opening.label else part))
    for event in watched(events, watch):
        if (
            isinstance(event, Transfer)
            and event.receiver == account
            and event.asset == asset
            and event.sender != account
        ):
            part = how.clean(event.amount)
            for source in named.get(event.id, ()):
                part, _ = how.mark(part, source.label, source.amount)
            contributions.append((event.amount, part))
    paid = sum(units for units, _ in contributions)
    if not paid:
        raise bad_ledger("WS-TRC-009", f"nothing was paid into {account[:60]} in {asset[:20]}", "choose another pool")
    ready = balances(events, opened, debt=rules.shortfall == "debt", watch=watch)
    held = dict(zip(ready.pools, ready.final, strict=True)).get(pool, 0)
    balance = 0 if account in rules.barriers else max(0, held)
    claims: Parts = {}
    for _, part in contributions:
        add(claims, how.weigh(part))
    return without_zeros({label: share(balance, claim, paid) for label, claim in claims.items()})

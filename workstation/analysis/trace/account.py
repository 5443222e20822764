"""Owns the walk of a method through an account ledger (semantics 3). Knows no method; see ``methods``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from workstation.analysis.trace.exact import ConservationError, Number, Parts, add, plain, share, without_zeros
from workstation.analysis.trace.ledger import Conversion, Event, EventSource, Opening, Transfer, bad_ledger
from workstation.analysis.trace.methods import ACCOUNT_SEGMENTS, Method, Purse, account_method
from workstation.analysis.trace.pooled import EXACT, Arithmetic
from workstation.analysis.trace.results import AccountTaint, Shortfall, Step, Totals
from workstation.analysis.trace.segments import Segments
from workstation.analysis.trace.undisturbed import undisturbed
from workstation.analysis.trace.watching import TURN, Watch, watched

Pool = tuple[str, str]


@dataclass(frozen=True, slots=True)
class AccountRules:
    """Choices of a run on an account ledger (semantics 3.3, 3.11); ``until_ts`` belongs to ``ledger.ordered``."""

    shortfall: Literal["clean_injection", "debt"] = "clean_injection"
    barriers: Collection[str] = frozenset()


USUAL = AccountRules()


class _Run:
    """The pools and buckets of one run, and the three movements: debit, credit and fee."""

    __slots__ = (
        "absorbed", "barriers", "by_event", "debt", "events", "fees", "how", "owed", "purses", "shortfalls", "steps",
        "totals",
    )  # fmt: skip

    def __init__(self, how: Method, rules: AccountRules, sources: Iterable[EventSource], steps: bool) -> None:
        self.how = how
        self.barriers = frozenset(rules.barriers)
        self.debt = rules.shortfall == "debt"
        self.by_event: dict[str, list[EventSource]] = {}
        for source in sources:
            self.by_event.setdefault(source.event, []).append(source)
        self.purses: dict[str, dict[str | None, Purse]] = {}
        self.owed: dict[Pool, int] = {}
        self.events: dict[str, Parts] = {}
        self.fees: dict[str, Parts] = {}
        self.totals: dict[str, Totals] = {}
        self.absorbed: dict[Pool, Parts] = {}
        self.shortfalls: list[Shortfall] = []
        self.steps: list[Step] | None = [] if steps else None

    def purse(self, account: str, asset: str) -> Purse:
        """The pool of an account and asset."""
        pools = self.purses.get(asset)
        if pools is None:
            pools = self.purses[asset] = {}
        purse = pools.get(account)
        if purse is None:
            purse = pools[account] = self.how.purse()
        return purse

    def debit(self, account: str | None, asset: str, units: int, event: str, kind: str) -> Any:
        """Take units out of a pool; what is missing is clean, drawn after everything known, and reported."""
        if account is None or account in self.barriers:
            return self.how.clean(units)
        purse = self.purse(account, asset)
        known = purse.balance
        if known >= units:
            return purse.take(units)
        missing = units - known
        self.shortfalls.append(Shortfall(event, kind, account, asset, missing))
        if self.debt:
            key = (account, asset)
            self.owed[key] = self.owed.get(key, 0) + missing
        return self.how.lacking(purse.take(known), missing)

    def credit(self, account: str | None, asset: str, part: Any, units: int, parts: Parts) -> None:
        """Bring a part to a pool; debts are repaid first. ``parts`` are the labels of the part."""
        if account is None:
            if parts:
                self.bucket(asset, "external", parts)
            return
        if account in self.barriers:
            if parts:
                self.bucket(asset, "absorbed", parts)
                add(self.absorbed.setdefault((account, asset), {}), parts)
            return
        owed = self.owed.get((account, asset)) if self.debt else None
        if owed:
            key = (account, asset)
            repaid = min(units, owed)
            self.owed[key] = owed - repaid
            first, part = self.how.cut(part, repaid)
            units -= repaid
            if parts:
                self.bucket(asset, "debt", self.how.weigh(first))
        self.purse(account, asset).put(part, units)

    def bucket(self, asset: str, name: str, parts: Parts) -> None:
        """Add labelled amounts to a bucket of an asset."""
        add(self.totals.setdefault(asset, {}).setdefault(name, {}), parts)

    def marked(self, event: str, asset: str, part: Any) -> Any:
        """Mark the sources of an event."""
        for source in self.by_event.get(event, ()):
            part, amount = self.how.mark(part, source.label, source.amount)
            if amount:
                self.bucket(asset, "injected", {source.label: amount})
        return part

    def fee(self, event: Event, payer: str | None, asset: str) -> None:
        """The second debit of an event: its fee."""
        asset = event.fee_asset or asset
        payer = event.fee_payer or payer
        before = self.seen(payer, asset)
        short = len(self.shortfalls)
        part = self.debit(payer, asset, event.fee, event.id, "fee")
        parts = self.how.weigh(part)
        if parts:
            self.fees[event.id] = parts
            self.bucket(asset, "fees", parts)
        if before is not None:
            self.step(event.id, "fee", payer, asset, (), before, part, short)

    def seen(self, account: str | None, asset: str) -> Segments | None:
        """A pool as pieces when steps are recorded and it holds taint, else None."""
        if self.steps is None:
            return None
        purse = self.purses.get(asset, {}).get(account or "")
        if purse is None:
            return []
        return self.how.row(self.how.pool(purse))

    def step(
        self, event: str, kind: str, account: str | None, asset: str, inputs: tuple[Segments, ...], before: Segments,
        part: Any, short: int,
    ) -> None:  # fmt: skip
        """Record a movement that carries taint, or that left taint behind."""
        assert self.steps is not None
        after = self.seen(account, asset) or []
        moved = self.how.row(part)
        if any(label is not None for row in (before, moved) for label, _ in row):
            missing = self.shortfalls[short].amount if len(self.shortfalls) > short else 0
            self.steps.append(
                Step(event, kind, account or "", asset, inputs, before, ((event, moved),), after, missing)
            )


@undisturbed()
def trace(
    events: Sequence[Event],
    sources: Iterable[EventSource],
    name: str,
    rules: AccountRules = USUAL,
    openings: Iterable[Opening] = (),
    *,
    arithmetic: Arithmetic = EXACT,
    steps: bool = False,
    watch: Watch | None = None,
) -> AccountTaint:
    """Follow the sources by one method.

    Args:
        events: in total order, as ``ledger.ordered`` gives them.
        steps: also record every movement out of a pool with taint, with its arithmetic.
        watch: called now and then with the number of events done; it may raise to stop the run.

    Raises:
        ConservationError: the run made or lost value (a fault of the program).
    """
    run = _Run(account_method(name, arithmetic), rules, sources, steps)
    for opening in openings:
        _opened(run, opening)
    for done, event in enumerate(events):
        if watch and not done & TURN:
            watch(done)
        if type(event) is Transfer:
            if not _clean(run, event):
                _transfer(run, event)
        elif isinstance(event, Conversion):
            _conversion(run, event)
    return _result(run, watch)


def _opened(run: _Run, opening: Opening) -> None:
    if opening.amount <= 0:
        return
    part = run.how.clean(opening.amount)
    if opening.label is not None:
        part, amount = run.how.mark(part, opening.label, None)
        run.bucket(opening.asset, "injected", {opening.label: amount})
    run.credit(opening.account, opening.asset, part, opening.amount, run.how.weigh(part))


def _transfer(run: _Run, event: Transfer) -> None:
    """Principal before fee; a transfer to oneself leaves the queue as it is (semantics 3.1, 3.2)."""
    sender, receiver, units = event.sender, event.receiver, event.amount
    if units and (sender is None or sender != receiver):
        how, asset = run.how, event.asset
        before = run.seen(sender, asset) if run.steps is not None else None
        short = len(run.shortfalls)
        part = run.debit(sender, asset, units, event.id, "transfer")
        if event.id in run.by_event:
            part = run.marked(event.id, asset, part)
        parts = how.weigh(part) if how.tainted(part) else {}
        if parts:
            run.events[event.id] = parts
        run.credit(receiver, asset, part, units, parts)
        if before is not None:
            run.step(event.id, "transfer", sender, asset, (), before, part, short)
    if event.fee:
        run.fee(event, sender, event.asset)


def _clean(run: _Run, event: Transfer) -> bool:
    """Move clean value to a known pool, which is most of a ledger; False = the full way must be gone."""
    pools = run.purses.get(event.asset)
    if pools is None or run.debt or event.id in run.by_event:
        return False
    # Barriers and the outside world have no pool.
    taker, sender, units = pools.get(event.receiver), event.sender, event.amount
    if taker is None:
        return False
    if sender is not None:
        payer = pools.get(sender)
        if payer is None or payer is taker or payer.held:
            return False
        known = payer.balance
        if known >= units:
            payer.balance = known - units
        else:
            run.shortfalls.append(Shortfall(event.id, "transfer", sender, event.asset, units - known))
            payer.balance = 0
    if taker.held:
        taker.put(run.how.clean(units), units)
    else:
        taker.balance += units
    if event.fee:
        run.fee(event, sender, event.asset)
    return True


def _conversion(run: _Run, event: Conversion) -> None:
    """Debit one asset, scale every piece exactly, credit the other (semantics 3.10)."""
    how = run.how
    before = run.seen(event.account, event.from_asset) if run.steps is not None else None
    short = len(run.shortfalls)
    paid = run.debit(event.account, event.from_asset, event.from_amount, event.id, "convert")
    out = how.weigh(paid)
    if out:
        run.bucket(event.from_asset, "converted_out", out)
    units = event.to_amount
    part = how.scaled(paid, event.from_amount, units) if event.from_amount else how.clean(units)
    parts = how.weigh(part)
    if parts:
        run.bucket(event.to_asset, "converted_in", parts)
    if event.id in run.by_event and units:
        part = run.marked(event.id, event.to_asset, part)
        parts = how.weigh(part)
    if parts:
        run.events[event.id] = parts
    run.credit(event.to_account or event.account, event.to_asset, part, units, parts)
    if before is not None:
        run.step(event.id, "convert", event.account, event.from_asset, (how.row(paid),), before, part, short)
    if event.fee:
        run.fee(event, event.account, event.from_asset)


def _result(run: _Run, watch: Watch | None) -> AccountTaint:
    how = run.how
    balances: dict[str, dict[str, Parts]] = {}
    segments: dict[str, dict[str, Segments]] = {}
    pools = ((account, asset, purse) for asset, found in run.purses.items() for account, purse in found.items())
    for account, asset, purse in watched(pools, watch):
        if not purse.held or account is None:
            continue
        part = how.pool(purse)
        if not how.tainted(part):
            continue
        held = how.weigh(part)
        if any(amount < 0 for amount in held.values()):
            raise ConservationError(f"{how.name}, {asset}: {account} holds less than nothing")
        if how.name != "poison":
            run.bucket(asset, "final", held)
        if parts := _in_units(held, how.scale):
            balances.setdefault(account, {})[asset] = parts
            if how.name in ACCOUNT_SEGMENTS:
                segments.setdefault(account, {})[asset] = part
    totals: dict[str, Totals] = {}
    if how.name != "poison":
        for asset, buckets in run.totals.items():
            _conserved(how.name, asset, buckets)
            units = {name: parts for name, found in buckets.items() if (parts := _in_units(found, how.scale))}
            if units:
                totals[asset] = units
    absorbed: dict[str, dict[str, Parts]] = {}
    for (name, asset), parts in run.absorbed.items():
        absorbed.setdefault(name, {})[asset] = _in_units(parts, how.scale)
    return AccountTaint(
        how.name, _all_in_units(run.events, how.scale, watch), _all_in_units(run.fees, how.scale, watch), balances,
        segments if how.name in ACCOUNT_SEGMENTS else None, totals, absorbed, tuple(run.shortfalls),
        tuple(run.steps or ()), how.scale == 1,
    )  # fmt: skip


def _all_in_units(entries: Mapping[str, Parts], scale: int, watch: Watch | None) -> dict[str, Parts]:
    return {name: units for name, parts in watched(entries.items(), watch) if (units := _in_units(parts, scale))}


def _in_units(parts: Parts, scale: int) -> Parts:
    if scale == 1:
        return without_zeros(parts)
    return {label: plain(share(amount, 1, scale)) for label, amount in parts.items() if amount}


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
    run = _Run(account_method("fifo"), rules, sources, steps=False)
    contributions: list[tuple[int, Any]] = []
    for opening in openings:
        _opened(run, opening)
        if (opening.account, opening.asset) == pool:
            part = run.how.clean(opening.amount)
            contributions.append(
                (opening.amount, run.how.mark(part, opening.label, None)[0] if opening.label else part)
            )
    for event in watched(events, watch):
        if isinstance(event, Conversion):
            _conversion(run, event)
            continue
        _transfer(run, event)
        if event.receiver == account and event.asset == asset and event.sender != account:
            part = run.how.clean(event.amount)
            for source in run.by_event.get(event.id, ()):
                part, _ = run.how.mark(part, source.label, source.amount)
            contributions.append((event.amount, part))
    paid = sum(units for units, _ in contributions)
    if not paid:
        raise bad_ledger("WS-TRC-009", f"nothing was paid into {account[:60]} in {asset[:20]}", "choose another pool")
    balance: Number = run.purse(account, asset).balance
    claims: Parts = {}
    for _, part in contributions:
        add(claims, run.how.weigh(part))
    return without_zeros({label: share(balance, claim, paid) for label, claim in claims.items()})

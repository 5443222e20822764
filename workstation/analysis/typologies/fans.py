"""Owns fan_out, fan_in, gather_scatter and structuring: many at one party within a window (semantics 9.1, 9.4, 9.5)."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator

import numpy as np

from workstation.analysis.columns import Ints
from workstation.analysis.typologies.alerts import Alert, alert
from workstation.analysis.typologies.parameters import Fan, Structuring
from workstation.analysis.typologies.payments import Amounts, Payments, Side, times


def fan_out(of: Payments, ask: Fan) -> Iterator[Alert]:
    """Parties that pay at least ``k`` others within the window; the transfers are those of the first fullest window."""
    yield from _fan("fan_out", of, ask, of.out, of.payee)


def fan_in(of: Payments, ask: Fan) -> Iterator[Alert]:
    """Parties that at least ``k`` others pay within the window."""
    yield from _fan("fan_in", of, ask, of.into, of.payer)


def _fan(kind: str, of: Payments, ask: Fan, side: Side, others: Ints) -> Iterator[Alert]:
    for party in _with_many(side, others, ask.k):
        own = side.of(party)
        other, time = others[own].tolist(), of.time[own].tolist()
        inside: Counter[int] = Counter()
        peak = best = first = 0
        # The window of an anchor ends where it is full; it begins at the first payment of the same second.
        for last, name in enumerate(other):
            inside[name] += 1
            while time[last] - time[first] > ask.window:
                inside[other[first]] -= 1
                if not inside[other[first]]:
                    del inside[other[first]]
                first += 1
            if len(inside) > peak:
                peak, best = len(inside), first
        if peak >= ask.k:
            end = int(np.searchsorted(of.time[own], time[best] + ask.window, side="right"))
            yield alert(kind, of, (party,), own[best:end].tolist(), {"peak": peak, "window": ask.window})


def _with_many(side: Side, others: Ints, least: int) -> list[int]:
    """Parties with at least so many different others."""
    width = side.parties or 1
    pairs = np.unique(side.party * width + others)
    count = np.bincount(pairs // width, minlength=side.parties)
    return [int(party) for party in np.flatnonzero(count >= max(1, least))]


def gather_scatter(of: Payments, ask: Fan) -> Iterator[Alert]:
    """Parties that collect from ``k`` and then pay ``k``, each within the window of one incoming payment."""
    senders = set(_with_many(of.into, of.payer, ask.k))
    for party in _with_many(of.out, of.payee, ask.k):
        if party not in senders:
            continue
        came, went = of.into.of(party), of.out.of(party)
        peak, anchor = _gathered(of, ask.window, came, went)
        if peak < ask.k:
            continue
        at = np.array([anchor])
        before = came[(came >= of.since(at, ask.window)[0]) & (came <= anchor)]
        after = went[(went > anchor) & (went < of.until(at, ask.window)[0])]
        found = np.concatenate([before, after]).tolist()
        yield alert("gather_scatter", of, (party,), found, {"peak": peak, "window": ask.window})


def _gathered(of: Payments, window: int, came: Ints, went: Ints) -> tuple[int, int]:
    """The largest min(|IN|, |OUT|) over all incoming payments, and the first that reaches it."""
    payer, payee = of.payer[came].tolist(), of.payee[went].tolist()
    starts = np.searchsorted(came, of.since(came, window)).tolist()
    ends = np.searchsorted(went, of.until(came, window)).tolist()
    begins = np.searchsorted(went, came, side="right").tolist()
    senders: Counter[int] = Counter()
    receivers: Counter[int] = Counter()
    gone: deque[int] = deque()
    low = high = first = 0
    peak, anchor = 0, -1
    for n, payment in enumerate(came.tolist()):
        senders[payer[n]] += 1
        while first < starts[n]:
            _less(senders, payer[first])
            first += 1
        while high < ends[n]:
            receivers[payee[high]] += 1
            gone.append(payee[high])
            high += 1
        while low < begins[n] and gone:
            _less(receivers, gone.popleft())
            low += 1
        found = min(len(senders), len(receivers))
        if found > peak:
            peak, anchor = found, payment
    return peak, anchor


def _less(counted: Counter[int], name: int) -> None:
    counted[name] -= 1
    if not counted[name]:
        del counted[name]


def structuring_out(of: Payments, ask: Structuring) -> Iterator[Alert]:
    """Parties that pay often just below a threshold."""
    yield from _structuring("structuring_out", of, ask, of.payer)


def structuring_in(of: Payments, ask: Structuring) -> Iterator[Alert]:
    """Parties that are paid often just below a threshold."""
    yield from _structuring("structuring_in", of, ask, of.payee)


def _structuring(kind: str, of: Payments, ask: Structuring, party: Ints) -> Iterator[Alert]:
    amount: Amounts = of.amount
    above = times(amount, ask.share[1]) >= ask.threshold * ask.share[0]
    near = np.flatnonzero(np.asarray(above & (amount < ask.threshold), bool))
    order = near[np.argsort(party[near], kind="stable")]
    owner = party[order]
    for own in np.split(order, np.flatnonzero(np.diff(owner)) + 1) if len(order) else ():
        time = of.time[own]
        first = np.searchsorted(time, time)  # payments of the anchor's own second count too
        count = np.searchsorted(time, time + ask.window, side="right") - first
        peak = int(count.max())
        if peak >= ask.k:
            best = int(first[int(count.argmax())])
            figures = {"peak": peak, "window": ask.window, "threshold": ask.threshold}
            yield alert(kind, of, (int(party[own[0]]),), own[best : best + peak].tolist(), figures)

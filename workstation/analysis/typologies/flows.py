"""Owns scatter_gather, rapid_movement and dormant_wake: what comes and goes on (semantics 9.3, 9.6, 9.7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from workstation.analysis.columns import Ints
from workstation.analysis.typologies.alerts import Alert, alert
from workstation.analysis.typologies.parameters import Dormant, Fan, Rapid
from workstation.analysis.typologies.payments import Amounts, Payments, times

#: So many two-step ways are held at once.
_WAYS = 4_000_000


def scatter_gather(of: Payments, ask: Fan) -> Iterator[Alert]:
    """Pairs of parties with at least ``k`` others in between, all within the window of one payment of the first."""
    for source, sink, first, second in _ways(of, ask.window):
        for start, end in _runs(source, sink, of.payee[first], ask.k):
            peak, anchor = _peak(of, ask.window, first[start:end], second[start:end])
            if peak < ask.k:
                continue
            inside = (first[start:end] >= anchor) & (of.time[second[start:end]] <= of.time[anchor] + ask.window)
            found = np.concatenate([first[start:end][inside], second[start:end][inside]]).tolist()
            pair = (int(source[start]), int(sink[start]))
            yield alert("scatter_gather", of, pair, found, {"peak": peak, "window": ask.window})


def _ways(of: Payments, window: int) -> Iterator[tuple[Ints, Ints, Ints, Ints]]:
    """Ways u -> m -> v as payments, by (u, v): the second later than the first and within the window."""
    first = of.out.order  # by payer, so that all ways of a payer stay together
    begin = of.out.at(of.payee[first], first + 1)
    end = np.maximum(of.out.at(of.payee[first], of.until(first, window)), begin)
    count = end - begin
    total = np.concatenate([[0], np.cumsum(count)])
    cut = 0
    while cut < len(first):
        last = int(np.searchsorted(total, total[cut] + _WAYS, side="right")) - 1
        last = max(last, cut + 1)
        last = int(of.out.start[of.payer[first[last - 1]] + 1])  # a payer's ways are never parted
        size = count[cut:last]
        one = np.repeat(first[cut:last], size)
        step = np.arange(len(one)) - np.repeat(total[cut:last] - total[cut], size)
        two = of.out.order[np.repeat(begin[cut:last], size) + step]
        cut = last
        source, sink = of.payer[one], of.payee[two]
        kept = source != sink
        one, two, source, sink = one[kept], two[kept], source[kept], sink[kept]
        order = np.lexsort((two, one, sink, source))
        yield source[order], sink[order], one[order], two[order]


def _runs(source: Ints, sink: Ints, middle: Ints, least: int) -> list[tuple[int, int]]:
    """Where the ways of one pair begin and end, for pairs with at least so many ways and others in between."""
    if not len(source):
        return []
    borders = np.flatnonzero((np.diff(source) != 0) | (np.diff(sink) != 0)) + 1
    edges = np.concatenate([[0], borders, [len(source)]]).tolist()
    return [
        (start, end)
        for start, end in pairwise(edges)
        if end - start >= least and len(np.unique(middle[start:end])) >= least
    ]


def _peak(of: Payments, window: int, first: Ints, second: Ints) -> tuple[int, int]:
    """The most others in between over all anchors, and the first anchor that reaches it."""
    middle, time = of.payee[first].tolist(), of.time[second].tolist()
    peak, best = 0, -1
    starts = of.time[first].tolist()
    leaving = sorted(range(len(middle)), key=lambda n: (time[n], n))
    inside: Counter[int] = Counter()
    taken = 0
    entered = [False] * len(middle)
    anchors = sorted(set(first.tolist()))
    begin = {anchor: n for n, anchor in reversed(list(enumerate(first.tolist())))}
    for anchor in anchors:
        limit = starts[begin[anchor]] + window
        while taken < len(leaving) and time[leaving[taken]] <= limit:
            n = leaving[taken]
            taken += 1
            if first[n] >= anchor:
                entered[n] = True
                inside[middle[n]] += 1
        if len(inside) > peak:
            peak, best = len(inside), anchor
        n = begin[anchor]  # ways that begin with this anchor do not count for later ones
        while n < len(middle) and first[n] == anchor:
            if entered[n]:
                inside[middle[n]] -= 1
                if not inside[middle[n]]:
                    del inside[middle[n]]
            n += 1
    return peak, best


def _leaving(of: Payments) -> Amounts:
    """Running sum over the payments by payer, with a zero in front: differences are sums of stretches."""
    amount = of.amount[of.out.order]
    return np.concatenate([np.zeros(1, amount.dtype), np.cumsum(amount, dtype=amount.dtype)])


def rapid_movement(of: Payments, ask: Rapid) -> Iterator[Alert]:
    """Payments that mostly went on at once. Not exclusive: one payment out may answer for several that came."""
    large = np.flatnonzero(np.asarray(of.amount >= ask.amount, bool))
    begin = of.out.at(of.payee[large], large + 1)
    end = np.maximum(of.out.at(of.payee[large], of.until(large, ask.window)), begin)
    running = _leaving(of)
    went = running[end] - running[begin]
    on = np.asarray(times(went, ask.share[1]) >= times(of.amount[large], ask.share[0]), bool)
    for payment, start, stop, units in zip(
        large[on].tolist(), begin[on].tolist(), end[on].tolist(), went[on].tolist(), strict=True
    ):
        figures = {"came": int(of.amount[payment]), "went": int(units), "window": ask.window}
        found = [payment, *of.out.order[start:stop].tolist()]
        yield alert("rapid_movement", of, (int(of.payee[payment]),), found, figures)


def dormant_wake(of: Payments, ask: Dormant) -> Iterator[Alert]:
    """Parties that were silent for long and then pay much."""
    count = len(of)
    party = np.concatenate([of.payer, of.payee])
    payment = np.concatenate([np.arange(count), np.arange(count)])
    order = np.lexsort((payment, party))
    party, payment = party[order], payment[order]
    gap = np.diff(of.time[payment])
    woke = np.flatnonzero((np.diff(party) == 0) & (gap >= ask.silence)) + 1
    who, when = party[woke], payment[woke]
    begin = of.out.at(who, when)
    end = np.maximum(of.out.at(who, of.until(when, ask.window)), begin)
    running = _leaving(of)
    went = running[end] - running[begin]
    for n in np.flatnonzero(np.asarray(went >= ask.amount, bool)).tolist():
        found = [int(when[n]), *of.out.order[begin[n] : end[n]].tolist()]
        figures = {
            "silence": int(gap[woke[n] - 1]),
            "went": int(went[n]),
            "window": ask.window,
            "first": int(of.columns.row[of.row[when[n]]]),
        }
        yield alert("dormant_wake", of, (int(who[n]),), found, figures)

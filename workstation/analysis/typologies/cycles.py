"""Owns temporal_cycle and round_trip: money that comes back (semantics 9.2)."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from workstation.analysis.columns import Ints
from workstation.analysis.typologies.alerts import Alert, Cut, alert
from workstation.analysis.typologies.parameters import Cycle
from workstation.analysis.typologies.payments import Payments


def temporal_cycle(of: Payments, ask: Cycle, barriers: Collection[int] = ()) -> Iterator[Alert | Cut]:
    """Every sequence of payments that closes on its first payer, in order of the first payment.

    Args:
        barriers: parties that no cycle passes (services): nearly all cycles run through hubs and say nothing.
    """
    for way in cycles(of, ask, barriers):
        if isinstance(way, Cut):
            yield replace(way, kind="temporal_cycle")
            continue
        yield alert("temporal_cycle", of, (int(of.payer[way[0]]),), way, {"length": len(way), "window": ask.window})


def round_trip(of: Payments, ask: Cycle, barriers: Collection[int] = ()) -> Iterator[Alert | Cut]:
    """Cycles on which no payment is much smaller than the first."""
    for way in cycles(of, ask, barriers):
        if isinstance(way, Cut):
            yield replace(way, kind="round_trip")
            continue
        units = [int(of.amount[payment]) for payment in way]
        if min(units) * ask.share[1] >= units[0] * ask.share[0]:
            figures = {"length": len(way), "window": ask.window, "least": min(units)}
            yield alert("round_trip", of, (int(of.payer[way[0]]),), way, figures)


def cycles(of: Payments, ask: Cycle, barriers: Collection[int] = ()) -> Iterator[tuple[int, ...] | Cut]:
    """The cycles as payments, and last where the search was cut, if it was.

    Parties that lie on no circle at all are left aside first.
    """
    inside = _circling(of, barriers)
    payer, payee = of.payer.tolist(), of.payee.tolist()
    limits = of.until(np.arange(len(of), dtype=np.int64), ask.window).tolist()
    out: dict[int, list[int]] = {}
    between: dict[tuple[int, int], list[int]] = {}
    for payment in inside.tolist():
        out.setdefault(payer[payment], []).append(payment)
        between.setdefault((payer[payment], payee[payment]), []).append(payment)
    home = 0
    limit = 0
    steps_taken = 0

    def onward(way: tuple[int, ...], seen: frozenset[int]) -> Iterator[tuple[int, ...]]:
        here, last = payee[way[-1]], way[-1]
        nonlocal steps_taken
        # The way home first is looked up, not searched: it is the only step the last payment may be.
        if len(way) + 1 >= ask.shortest:
            back = between.get((here, home), ())
            for payment in back[bisect_left(back, last + 1) : bisect_left(back, limit)]:
                yield (*way, payment)
        if len(way) + 2 > ask.longest:
            return
        steps = out.get(here, ())
        final = len(way) + 2 == ask.longest
        begin, end = bisect_left(steps, last + 1), bisect_left(steps, limit)
        steps_taken += end - begin
        for payment in steps[begin:end] if steps_taken <= ask.work else ():
            there = payee[payment]
            if there in seen or there == home or (final and (there, home) not in between):
                continue
            yield from onward((*way, payment), seen | {there})

    found = 0
    asset = of.columns.assets[of.asset]
    for done, payment in enumerate(inside.tolist()):
        home, limit = payer[payment], limits[payment]
        for way in onward((payment,), frozenset((home, payee[payment]))):
            if found == ask.most:
                yield Cut("", asset, "most", ask.most, done, len(inside))
                return
            yield way
            found += 1
        if steps_taken > ask.work:
            yield Cut("", asset, "work", ask.work, done, len(inside))
            return


def _circling(of: Payments, barriers: Collection[int]) -> Ints:
    """Payments between parties of one strongly connected part, barriers left out."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = len(of.columns.parties)
    free = np.ones(size, bool)
    free[list(barriers)] = False
    kept = np.flatnonzero(free[of.payer] & free[of.payee])
    links = coo_array((np.ones(len(kept), np.int32), (of.payer[kept], of.payee[kept])), shape=(size, size))
    _count, part = connected_components(links, directed=True, connection="strong")
    inside: Ints = kept[part[of.payer[kept]] == part[of.payee[kept]]].astype(np.int64)
    return inside

"""Owns relay_chain and peel_chain: money that is passed on, whole or with a small part left behind (semantics 9.8)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.columns import NONE, Ints
from workstation.analysis.typologies.alerts import Alert, alert
from workstation.analysis.typologies.parameters import Chain
from workstation.analysis.typologies.payments import Payments, times


def relay_chain(of: Payments, ask: Chain) -> Iterator[Alert]:
    """Longest ways on which each payment is answered by the next."""
    following, _others = successors(of, ask)
    yield from _chains("relay_chain", of, ask, following)


def peel_chain(of: Payments, ask: Chain) -> Iterator[Alert]:
    """The same where each step keeps a little less, and pays somebody else besides."""
    following, others = successors(of, ask)
    linked = np.flatnonzero(following != NONE)
    after = following[linked]
    peels = np.asarray(of.amount[after] < of.amount[linked], bool) & (others[linked] >= 1)
    only = np.full(len(of), NONE, np.int64)
    only[linked[peels]] = after[peels]
    yield from _chains("peel_chain", of, ask, only)


def successors(of: Payments, ask: Chain) -> tuple[Ints, Ints]:
    """The successor of each payment or ``NONE``, and how many other payments its payee made in the same window."""
    every = np.arange(len(of), dtype=np.int64)
    begin = of.out.at(of.payee, every + 1)
    end = np.maximum(of.out.at(of.payee, of.until(every, ask.window)), begin)
    open_ = np.flatnonzero(end > begin)
    following = np.full(len(of), NONE, np.int64)
    if len(open_):
        largest = _largest(of, begin[open_], end[open_])
        amount, came = of.amount[largest], of.amount[open_]
        fits = np.asarray((amount <= came) & (times(amount, ask.share[1]) >= times(came, ask.share[0])), bool)
        following[open_[fits]] = largest[fits]
    return following, end - begin - 1


def _largest(of: Payments, begin: Ints, end: Ints) -> Ints:
    """The largest payment of each stretch by payer, the earliest of equals: a sparse table over ranks."""
    order = of.out.order
    amount = of.amount[order]
    # Ranks make equal amounts differ: the earlier one is the greater.
    by_amount = np.lexsort((-order, np.unique(amount, return_inverse=True)[1]))
    rank = np.empty(len(order), np.int32)
    rank[by_amount] = np.arange(len(order), dtype=np.int32)
    found = np.empty(len(begin), np.int32)
    length = end - begin
    level: NDArray[np.int32] = rank
    size = 1
    while True:
        now = (length >= size) & (length < 2 * size)
        if now.any():
            found[now] = np.maximum(level[begin[now]], level[end[now] - size])
        if 2 * size > int(length.max()):
            break
        level = np.maximum(level[:-size], level[size:])
        size *= 2
    return order[by_amount[found]]


def _chains(kind: str, of: Payments, ask: Chain, following: Ints) -> Iterator[Alert]:
    """Ways that begin where nobody leads, long enough."""
    linked = following != NONE
    led = np.zeros(len(of), bool)
    led[following[linked]] = True
    after = following.tolist()
    for first in np.flatnonzero(linked & ~led).tolist():
        way = [first]
        while after[way[-1]] != NONE:
            way.append(after[way[-1]])
        if len(way) >= ask.length:
            anchor = (int(of.payer[first]), int(of.payee[way[-1]]))
            yield alert(kind, of, anchor, way, {"length": len(way), "window": ask.window})

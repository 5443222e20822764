"""Owns bipartite and stack: every one of a few payers pays most of a few payees (AMLworld, Altman et al., NeurIPS 2023).

Two payers belong together when they pay at least two of the same payees within the window; payees whom very many pay
(services, merchants) join nobody. A stack is two such layers where the payees of the first are the payers of the second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import combinations

import numpy as np

from workstation.analysis.typologies.alerts import Alert, alert
from workstation.analysis.typologies.parameters import Layers
from workstation.analysis.typologies.payments import Payments

#: A payee with more payers than this within the window is a barrier: sharing it says nothing.
_CROWD = 40
#: So many payees two payers must share to belong together.
_SHARED = 2


def bipartite(of: Payments, ask: Layers, barriers: Collection[int] = ()) -> Iterator[Alert]:
    """Groups of at least ``k`` payers and ``k`` payees of which enough pairs pay within one window."""
    for group in _groups(of, ask, barriers):
        payers, payees = set(of.payer[group].tolist()), set(of.payee[group].tolist())
        yield alert("bipartite", of, sorted(payers), group, _figures(of, ask, group, len(payers), len(payees)))


def stack(of: Payments, ask: Layers, barriers: Collection[int] = ()) -> Iterator[Alert]:
    """Two layers in a row: at least half of the payees of the first are most of the payers of the second."""
    groups = _groups(of, ask, barriers)
    paying: dict[int, list[int]] = {}
    for number, group in enumerate(groups):
        for payer in set(of.payer[group].tolist()):
            paying.setdefault(payer, []).append(number)
    for first in groups:
        middle = set(of.payee[first].tolist())
        counted = Counter(number for party in sorted(middle) for number in paying.get(party, ()))
        for number, shared in sorted(counted.items()):
            second = groups[number]
            payers = set(of.payer[second].tolist())
            late = int(of.time[second[-1]]) - int(of.time[first[0]]) <= 2 * ask.window
            if second[0] > first[0] and late and 2 * shared >= max(len(middle), len(payers)):
                ends = len(set(of.payee[second].tolist()))
                figures = _figures(of, ask, first, len(set(of.payer[first].tolist())), len(middle)) | {"ends": ends}
                yield alert("stack", of, sorted(set(of.payer[first].tolist())), [*first, *second], figures)


def _figures(of: Payments, ask: Layers, group: list[int], payers: int, payees: int) -> dict[str, int]:
    pairs = len(set(zip(of.payer[group].tolist(), of.payee[group].tolist(), strict=True)))
    return {"payers": payers, "payees": payees, "pairs": pairs, "window": ask.window}


def _groups(of: Payments, ask: Layers, barriers: Collection[int]) -> list[list[int]]:
    """Payments of each bipartite group in order, by first payment."""
    together = _joined(of, ask.window, barriers)
    parent: dict[int, int] = {}

    def find(payment: int) -> int:
        while parent.setdefault(payment, payment) != payment:
            parent[payment] = payment = parent[parent[payment]]
        return payment

    for ways in together.values():
        for cluster in _near(of, ways, ask.window):
            for one in cluster[1:]:
                a, b = find(cluster[0]), find(one)
                parent[max(a, b)] = min(a, b)
    members: dict[int, list[int]] = {}
    for payment in sorted(parent):
        members.setdefault(find(payment), []).append(payment)
    found = (_dense(of, ask, group) for _, group in sorted(members.items()))
    return [group for group in found if group]


def _joined(of: Payments, window: int, barriers: Collection[int]) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Pairs of payers -> the pairs of payments by which they pay the same payee within the window."""
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    order, start = of.into.order, of.into.start
    several = np.flatnonzero(np.diff(start) > 1)
    payer = of.payer
    for payee in several.tolist():
        if payee in barriers:
            continue
        own = order[start[payee] : start[payee + 1]]
        time = of.time[own]
        until = np.searchsorted(time, time + window, side="right")
        if int((until - np.arange(len(own))).max()) > _CROWD:
            continue
        who, when, ends = payer[own].tolist(), own.tolist(), until.tolist()
        for n, end in enumerate(ends):
            for later in range(n + 1, end):
                a, b = who[n], who[later]
                if a < b:
                    found.setdefault((a, b), []).append((when[n], when[later]))
                elif b < a:
                    found.setdefault((b, a), []).append((when[later], when[n]))
    return {pair: ways for pair, ways in found.items() if len(ways) >= _SHARED}


def _near(of: Payments, ways: list[tuple[int, int]], window: int) -> Iterator[list[int]]:
    """Payments of ways to at least two payees that begin within one window of each other."""
    for one, other in combinations(ways, 2):
        four = [*one, *other]
        if of.payee[one[0]] != of.payee[other[0]] and int(of.time[max(four)] - of.time[min(four)]) <= window:
            yield four


def _dense(of: Payments, ask: Layers, group: list[int]) -> list[int]:
    """The payments of a group without payees few pay and payers who pay few; empty when too little is left."""
    while group:
        pairs = set(zip(of.payer[group].tolist(), of.payee[group].tolist(), strict=True))
        gives, takes = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
        if len(gives) < ask.k or len(takes) < ask.k:
            return []
        weak_payers = {a for a, count in gives.items() if count * ask.density[1] < len(takes) * ask.density[0]}
        weak_payees = {b for b, count in takes.items() if count * ask.density[1] < len(gives) * ask.density[0]}
        if not weak_payers and not weak_payees:
            return group
        # The weakest side goes first: who is weak may be so only because of the others.
        if len(weak_payers) * len(takes) > len(weak_payees) * len(gives) or not weak_payees:
            least = min(gives[a] for a in weak_payers)
            gone = {a for a in weak_payers if gives[a] == least}
            group = [n for n in group if int(of.payer[n]) not in gone]
        else:
            least = min(takes[b] for b in weak_payees)
            gone = {b for b in weak_payees if takes[b] == least}
            group = [n for n in group if int(of.payee[n]) not in gone]
    return []

"""Owns asking all detectors over one set with one profile of parameters, so that alerts are worth reading.

The same profile asks every difficulty. What is asked for a pattern name of AMLworld stands in ``PROFILE``. Must not see
labels.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from workstation.analysis.columns import NONE, Columns
from workstation.analysis.measuring.scoring import matches
from workstation.analysis.measuring.sets import DAY, HOUR, THRESHOLD
from workstation.analysis.typologies import KINDS, Alert, detect
from workstation.analysis.typologies.parameters import Chain, Cycle, Dormant, Fan, Layers, Parameters, Structuring

#: Pattern name -> the detector that looks for it and its parameters. Chosen on the tuning sets.
PROFILE: Mapping[str, tuple[tuple[str, Parameters], ...]] = MappingProxyType(
    {
        "stack": (("stack", Layers(3, 3 * DAY, (1, 2))),),
        "bipartite": (("bipartite", Layers(3, 3 * DAY, (1, 2))),),
        "gather_scatter": (("gather_scatter", Fan(5, 3 * DAY)),),
        "scatter_gather": (("scatter_gather", Fan(4, 3 * DAY)),),
        "fan_out": (("fan_out", Fan(6, 3 * DAY)),),
        "fan_in": (("fan_in", Fan(6, 3 * DAY)),),
        "cycle": (("round_trip", Cycle(3, 6, 3 * DAY, (1, 2))),),
        "relay": (("relay_chain", Chain(4, (17, 20), 2 * HOUR)),),
        "peel_chain": (("peel_chain", Chain(5, (7, 10), 9 * HOUR)),),
        "random": (("relay_chain", Chain(5, (7, 10), 12 * HOUR)),),
        "structuring": (
            ("structuring_out", Structuring(THRESHOLD, (9, 10), 5, 5 * DAY)),
            ("structuring_in", Structuring(THRESHOLD, (9, 10), 5, 5 * DAY)),
        ),
        "dormant_wake": (("dormant_wake", Dormant(1_000_000, 30 * DAY, DAY)),),
    }
)
#: A pattern that is part of another one is not shown beside it: pattern -> the larger ones.
PART_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "bipartite": ("stack",),
        "fan_out": ("gather_scatter", "scatter_gather", "bipartite", "stack", "structuring"),
        "fan_in": ("gather_scatter", "scatter_gather", "bipartite", "stack", "structuring"),
        "gather_scatter": ("stack",),
        "scatter_gather": ("stack",),
        "random": ("relay", "peel_chain", "cycle", "gather_scatter", "scatter_gather", "stack", "bipartite"),
        "relay": ("cycle",),
        "peel_chain": ("cycle",),
        "dormant_wake": ("relay", "peel_chain", "random", "cycle", "fan_out", "gather_scatter", "structuring"),
    }
)
#: Patterns for which payments to and from services count: silence, and amounts below a threshold.
_WHOLE = ("dormant_wake", "structuring")
#: Dealing with more others than this is no private matter.
_MANY = 50
#: Dealing with at least so many, and with more than twice as many as an alert shows, is being busy.
_BUSY = 12


@dataclass(frozen=True, slots=True)
class Named:
    """An alert under the pattern name it was asked for."""

    pattern: str
    alert: Alert


def ask(columns: Columns, services: Collection[str] = ()) -> dict[str, tuple[Named, ...]]:
    """The alerts of every pattern that has a detector, after usual traffic is taken out and parts are folded.

    Args:
        services: parties that the case knows as services.
    """
    barriers = frozenset(services) | busy(columns)
    private = without(columns, barriers)
    unusual = _judge(private)
    found: dict[str, list[Named]] = {}
    for pattern, asked in PROFILE.items():
        kept: list[Named] = []
        for kind, parameters in asked:
            if kind in KINDS:
                if pattern in _WHOLE:
                    alerts = once(a for a in detect(kind, columns, parameters) if a.anchor[0] not in barriers)
                else:
                    alerts = [one for one in once(detect(kind, private, parameters)) if unusual(one)]
                kept.extend(Named(pattern, one) for one in alerts)
        found[pattern] = kept
    return {pattern: tuple(folded(found, pattern)) for pattern in sorted(found)}


def busy(columns: Columns) -> frozenset[str]:
    """Parties that deal with so many others that passing through them says nothing.

    That is more than ``_MANY`` others on one side, and ten times the number of the party in the middle.
    """
    known = (columns.sender != NONE) & (columns.receiver != NONE) & (columns.sender != columns.receiver)
    found: set[str] = set()
    for one, other in ((columns.sender, columns.receiver), (columns.receiver, columns.sender)):
        pairs = np.unique(np.stack([one[known], other[known]]), axis=1)
        parties, counts = np.unique(pairs[0], return_counts=True)
        if len(parties):
            least = max(_MANY, 10 * int(np.sort(counts)[len(counts) // 2]))
            found |= {columns.parties[party] for party in parties[counts > least].tolist()}
    return frozenset(found)


def without(columns: Columns, barriers: Collection[str]) -> Columns:
    """The transfers that no barrier takes part in."""
    at = np.fromiter((n for n, name in enumerate(columns.parties) if name in barriers), np.int64)
    kept = np.flatnonzero(~np.isin(columns.sender, at) & ~np.isin(columns.receiver, at))
    places = {int(old): new for new, old in enumerate(kept.tolist())} if columns.big else {}
    names = ("row", "time", "sender", "receiver", "asset", "tx", "hi", "lo", "absent")
    return replace(
        columns,
        **{name: getattr(columns, name)[kept] for name in names},
        big=MappingProxyType({places[old]: units for old, units in columns.big.items() if old in places}),
    )


def once(alerts: Iterable[Alert]) -> list[Alert]:
    """Alerts of one detector without those that say the same again: the larger stays, of equals the earlier."""
    kept: list[Alert] = []
    seen: dict[int, list[Alert]] = {}
    for one in sorted(alerts, key=lambda a: (-len(a.transfers), a.transfers)):
        near = {id(other): other for number in one.transfers for other in seen.get(number, ())}
        if not any(matches(one.transfers, other.transfers) for other in near.values()):
            kept.append(one)
            for number in one.transfers:
                seen.setdefault(number, []).append(one)
    return sorted(kept, key=lambda a: a.transfers)


def folded(found: Mapping[str, Iterable[Named]], pattern: str) -> list[Named]:
    """The alerts of a pattern that are not mostly (half or more) inside one alert of a larger pattern."""
    larger = [frozenset(one.alert.transfers) for name in PART_OF.get(pattern, ()) for one in found.get(name, ())]
    holding: dict[int, list[frozenset[int]]] = {}
    for transfers in larger:
        for number in transfers:
            holding.setdefault(number, []).append(transfers)
    kept: list[Named] = []
    for one in found.get(pattern, ()):
        mine = one.alert.transfers
        near = {id(other): other for number in mine for other in holding.get(number, ())}
        if not any(2 * sum(number in other for number in mine) >= len(mine) for other in near.values()):
            kept.append(one)
    return kept


def _judge(columns: Columns) -> Callable[[Alert], bool]:
    """Whether an alert is out of the ordinary for the parties it hangs on.

    Ordinary is a party that is busy all the time (merchant, service: fewer than half of those it deals with appear in
    the alert) and one that pays the same again (payroll: most of the payees of the alert are paid at another time too).
    An alert that hangs on several parties is ordinary when half of them are.
    """
    numbers = {name: number for number, name in enumerate(columns.parties)}
    known = (columns.sender != NONE) & (columns.receiver != NONE)
    payees = _others(columns.sender[known], columns.receiver[known], len(numbers))
    payers = _others(columns.receiver[known], columns.sender[known], len(numbers))

    def ordinary(alert: Alert, name: str) -> bool:
        for there, out in ((payees, True), (payers, False)):
            mine = there[numbers[name]]
            others = _beside(alert, columns, name, out)
            if len(others) < 3:
                continue
            if 2 * len(others) < len(mine) and len(mine) >= _BUSY:
                return True
            again = sum(mine[numbers[other]] > count for other, count in others.items())
            if out and 2 * again > len(others):
                return True
        return False

    def unusual(alert: Alert) -> bool:
        return 2 * sum(ordinary(alert, name) for name in alert.anchor) < len(alert.anchor)

    return unusual


def _others(one: np.ndarray, other: np.ndarray, parties: int) -> list[dict[int, int]]:
    """Of each party: the others it deals with on one side, and how often."""
    found: list[dict[int, int]] = [{} for _ in range(parties)]
    pairs, counts = np.unique(np.stack([one, other]), axis=1, return_counts=True)
    for a, b, count in zip(*pairs.tolist(), counts.tolist(), strict=True):
        found[a][b] = count
    return found


def _beside(alert: Alert, columns: Columns, name: str, out: bool) -> dict[str, int]:
    """The others that a party deals with in an alert, and how often."""
    found: dict[str, int] = {}
    for at in alert.at:
        payer, payee = columns.parties[columns.sender[at]], columns.parties[columns.receiver[at]]
        if (payer if out else payee) == name:
            other = payee if out else payer
            found[other] = found.get(other, 0) + 1
    return found

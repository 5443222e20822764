"""Owns asking all detectors about one case with one profile of parameters, so that each pattern is told once.

An alert that is mostly part of a larger pattern is not shown beside it, and counted (``part``). The profile is the one
whose error rates are published (``resources/methods/rates.md``). Must not see labels of a made set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from workstation.analysis.typologies import Alert, Cut
from workstation.analysis.typologies.parameters import (
    DAY,
    Chain,
    Cycle,
    Dormant,
    Fan,
    Layers,
    Parameters,
    Structuring,
)
from workstation.analysis.typologies.usual import Usual, once, unusual

HOUR = 3600
#: Pattern -> the detectors that look for it, and their parameters.
Profile = Mapping[str, tuple[tuple[str, Parameters], ...]]
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
_SHAPES: Profile = MappingProxyType(
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
    }
)


@dataclass(frozen=True, slots=True)
class Told:
    """What all detectors say together.

    Attributes:
        alerts: pattern -> its alerts. cuts: where a search was cut.
        held_back: (pattern, name of a rule of ``usual`` or ``part``) -> alerts that are not shown.
    """

    alerts: Mapping[str, tuple[Alert, ...]]
    cuts: tuple[Cut, ...]
    held_back: Mapping[tuple[str, str], int]


def profile(threshold: int = 0, large: int = 0) -> Profile:
    """The profile; what needs an amount is asked only when it is given.

    Args:
        threshold: what structuring stays below, in base units. large: what a sleeper must at least pay when it wakes.
    """
    made = dict(_SHAPES)
    if threshold:
        below = Structuring(threshold, (9, 10), 5, 5 * DAY)
        made["structuring"] = (("structuring_out", below), ("structuring_in", below))
    if large:
        made["dormant_wake"] = (("dormant_wake", Dormant(large, 30 * DAY, DAY)),)
    return MappingProxyType(made)


def alone(of: Usual, asked: Profile, asset: str | None = None) -> Told:
    """The alerts of every pattern as if it were the only one asked for: usual traffic is taken out, nothing is folded."""
    found: dict[str, tuple[Alert, ...]] = {}
    cuts: list[Cut] = []
    held: Counter[tuple[str, str]] = Counter()
    for pattern, detectors in asked.items():
        every: list[Alert] = []
        for kind, parameters in detectors:
            looked = unusual(kind, of, parameters, asset)
            every += looked.alerts
            cuts += looked.cuts
            held.update({(pattern, rule): count for rule, count in looked.held_back.items()})
        kept = once(every)
        held[pattern, "repeat"] += len(every) - len(kept)
        found[pattern] = tuple(kept)
    return Told(MappingProxyType(found), tuple(cuts), MappingProxyType({key: n for key, n in held.items() if n}))


def together(of: Usual, asked: Profile, asset: str | None = None) -> Told:
    """The alerts of every pattern, each told once: an alert that is mostly part of a larger pattern is only counted."""
    said = alone(of, asked, asset)
    alerts = {pattern: tuple(folded(said.alerts, pattern)) for pattern in said.alerts}
    parts = {
        (pattern, "part"): len(said.alerts[pattern]) - len(kept)
        for pattern, kept in alerts.items()
        if len(kept) < len(said.alerts[pattern])
    }
    return Told(MappingProxyType(alerts), said.cuts, MappingProxyType({**said.held_back, **parts}))


def singly(of: Usual, asked: Profile, asset: str | None = None) -> Told:
    """The alerts of every pattern as an analysis tells them that is asked for this pattern alone (``within``)."""
    said = alone(of, asked, asset)
    shapes = {name: alerts for name, alerts in said.alerts.items() if name in _SHAPES}
    alerts = {name: tuple(folded({**shapes, name: mine}, name)) for name, mine in said.alerts.items()}
    return Told(MappingProxyType(alerts), said.cuts, said.held_back)


def larger(pattern: str) -> tuple[str, ...]:
    """The patterns a pattern may be part of, of those that need no amount to be looked for."""
    return tuple(name for name in PART_OF.get(pattern, ()) if name in _SHAPES)


def within(of: Usual, alerts: Sequence[Alert], pattern: str, asset: str | None = None) -> list[Alert]:
    """Those alerts of a pattern that are not mostly part of a larger one, looked for with the published profile."""
    if not alerts or not larger(pattern):
        return list(alerts)
    said = alone(of, {name: _SHAPES[name] for name in larger(pattern)}, asset)
    return folded({**said.alerts, pattern: alerts}, pattern)


def folded(found: Mapping[str, Sequence[Alert]], pattern: str) -> list[Alert]:
    """The alerts of a pattern that are not mostly (half or more) inside one alert of a larger pattern."""
    larger = [frozenset(one.transfers) for name in PART_OF.get(pattern, ()) for one in found.get(name, ())]
    holding: dict[int, list[frozenset[int]]] = {}
    for numbers in larger:
        for number in numbers:
            holding.setdefault(number, []).append(numbers)
    return [one for one in found.get(pattern, ()) if not _inside(one.transfers, holding)]


def _inside(mine: Sequence[int], holding: Mapping[int, Iterable[frozenset[int]]]) -> bool:
    near = {id(other): other for place in mine for other in holding.get(place, ())}
    return any(2 * sum(place in other for place in mine) >= len(mine) for other in near.values())

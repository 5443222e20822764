"""Owns the detectors of laundering patterns over all transfers of a case. Pure: arrays in, alerts out.

``detect(kind, columns, parameters)`` gives the alerts of one detector, per asset, in a total order; ``KINDS`` names the
detectors and the dataclass of their parameters (``parameters``). Definitions: semantics 9, which binds; ``bipartite``
and ``stack`` after the pattern names of AMLworld (Altman et al., NeurIPS 2023). A detector says that a pattern is
there, not that it is a crime: ``usual`` tells hubs, payroll and merchants apart.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from workstation.analysis.columns import Columns
from workstation.analysis.typologies import chains, cycles, fans, flows, layers
from workstation.analysis.typologies.alerts import Alert, Cut
from workstation.analysis.typologies.parameters import (
    Chain,
    Cycle,
    Dormant,
    Fan,
    Layers,
    Parameters,
    Rapid,
    Structuring,
)
from workstation.analysis.typologies.payments import payments

__all__ = ("KINDS", "Alert", "Cut", "detect", "search")

_Detector = Callable[..., Iterator[Alert | Cut]]
_DETECTORS: Mapping[str, tuple[type[Any], _Detector]] = MappingProxyType(
    {
        "fan_out": (Fan, fans.fan_out),
        "fan_in": (Fan, fans.fan_in),
        "gather_scatter": (Fan, fans.gather_scatter),
        "scatter_gather": (Fan, flows.scatter_gather),
        "temporal_cycle": (Cycle, cycles.temporal_cycle),
        "round_trip": (Cycle, cycles.round_trip),
        "structuring_out": (Structuring, fans.structuring_out),
        "structuring_in": (Structuring, fans.structuring_in),
        "rapid_movement": (Rapid, flows.rapid_movement),
        "dormant_wake": (Dormant, flows.dormant_wake),
        "relay_chain": (Chain, chains.relay_chain),
        "peel_chain": (Chain, chains.peel_chain),
        "bipartite": (Layers, layers.bipartite),
        "stack": (Layers, layers.stack),
    }
)
#: The parameters each detector takes, by its name.
KINDS: Mapping[str, type[Any]] = MappingProxyType({kind: taken for kind, (taken, _) in _DETECTORS.items()})


def detect(
    kind: str, columns: Columns, parameters: Parameters, services: Collection[str] = (), asset: str | None = None
) -> tuple[Alert, ...]:
    """The alerts of one detector, asset by asset; ``search`` also says where the search was cut.

    Args and errors: as of ``search``.
    """
    return search(kind, columns, parameters, services, asset)[0]


def search(
    kind: str, columns: Columns, parameters: Parameters, services: Collection[str] = (), asset: str | None = None
) -> tuple[tuple[Alert, ...], tuple[Cut, ...]]:
    """The alerts of one detector, asset by asset, and where it stopped before its end.

    Args:
        services: keys of parties that hold money of many (exchanges, mixers, merchants): no cycle and no layer passes them.
        asset: only this asset; amounts in ``parameters`` are base units of it.

    Raises:
        KeyError: no such detector.
        TypeError: the parameters are those of another detector.
    """
    taken, detector = _DETECTORS[kind]
    if not isinstance(parameters, taken):
        raise TypeError(f"{kind} takes {taken.__name__}")
    more: tuple[Any, ...] = ()
    if taken in (Cycle, Layers):
        numbers = {name: number for number, name in enumerate(columns.parties)} if services else {}
        more = (frozenset(numbers[name] for name in services if name in numbers),)
    found: list[Alert] = []
    cuts: list[Cut] = []
    for each in payments(columns):
        if asset in (None, columns.assets[each.asset]):
            for one in detector(each, parameters, *more):
                if isinstance(one, Cut):
                    cuts.append(one)
                else:
                    found.append(one)
    return tuple(found), tuple(cuts)

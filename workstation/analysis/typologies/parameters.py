"""Owns the parameters of the detectors. Windows are seconds and closed; amounts are base units; shares are fractions.

Amounts have no default: what counts as large is a matter of asset and jurisdiction (``resources/profiles``).
"""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86_400


@dataclass(frozen=True, slots=True)
class Fan:
    """fan_out, fan_in, gather_scatter, scatter_gather: at least ``k`` others within ``window``."""

    k: int = 8
    window: int = 2 * DAY


@dataclass(frozen=True, slots=True)
class Cycle:
    """temporal_cycle: from ``shortest`` to ``longest`` payments within ``window``.

    Attributes:
        share: of a round_trip, the smallest payment as a fraction of the first (numerator, denominator); 0 = any.
        most: so many cycles are listed, since parallel payments multiply them. work: so many steps are taken in one
            asset, since dense data holds more ways than anybody can walk. Reaching either is said (``alerts.Cut``).
    """

    shortest: int = 2
    longest: int = 6
    window: int = 2 * DAY
    share: tuple[int, int] = (0, 1)
    most: int = 100_000
    work: int = 20_000_000


@dataclass(frozen=True, slots=True)
class Structuring:
    """structuring_out, structuring_in: at least ``k`` payments from ``share`` x ``threshold`` to below ``threshold``."""

    threshold: int
    share: tuple[int, int] = (9, 10)
    k: int = 5
    window: int = 5 * DAY


@dataclass(frozen=True, slots=True)
class Rapid:
    """rapid_movement: at least ``amount`` comes, and ``share`` of it has left within ``window``."""

    amount: int
    share: tuple[int, int] = (9, 10)
    window: int = 3600


@dataclass(frozen=True, slots=True)
class Dormant:
    """dormant_wake: silent for ``silence``, then at least ``amount`` leaves within ``window``."""

    amount: int
    silence: int = 30 * DAY
    window: int = DAY


@dataclass(frozen=True, slots=True)
class Chain:
    """relay_chain, peel_chain: at least ``length`` payments, each of at least ``share`` of the one before."""

    length: int = 4
    share: tuple[int, int] = (9, 10)
    window: int = 3600


@dataclass(frozen=True, slots=True)
class Layers:
    """bipartite, stack: at least ``k`` payers pay at least ``k`` payees within ``window``, ``density`` of all pairs."""

    k: int = 3
    window: int = 2 * DAY
    density: tuple[int, int] = (1, 2)


Parameters = Fan | Cycle | Structuring | Rapid | Dormant | Chain | Layers

"""Owns what a detector answers. Must not say it in words; that is done where the case is known."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np

from workstation.analysis.typologies.payments import Payments


@dataclass(frozen=True, slots=True)
class Alert:
    """One hit.

    Attributes:
        kind: name of the detector. asset: key of the asset.
        anchor: parties the pattern hangs on, in the order of semantics 9 (payer and payee of a scatter-gather).
        transfers: numbers of its transfers in the case, in total order. at: the same as places in the columns.
        parties: every party of these transfers, in order of first appearance.
        total: exact sum of its transfers in base units. figures: what the rule counted, by name.
    """

    kind: str
    asset: str
    anchor: tuple[str, ...]
    transfers: tuple[int, ...]
    at: tuple[int, ...]
    parties: tuple[str, ...]
    total: int
    figures: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Cut:
    """Where a detector stopped before its end: a figure of the result, never silence.

    Attributes:
        why: ``work`` (so many steps were taken) or ``most`` (so many hits were listed). limit: that number.
        done, of: of so many payments a search can begin with, so many were searched to their end.
    """

    kind: str
    asset: str
    why: str
    limit: int
    done: int
    of: int


def alike(a: Collection[int], b: Collection[int]) -> bool:
    """Whether two sets of transfers match: they share at least half of what either holds (semantics 9.9)."""
    both = len(set(a) & set(b))
    return both > 0 and 2 * both >= len(set(a)) + len(set(b)) - both


def alert(kind: str, of: Payments, anchor: Iterable[int], found: Iterable[int], figures: Mapping[str, int]) -> Alert:
    """An alert of payments (by number), which are put in order."""
    columns = of.columns
    order = np.unique(np.fromiter(found, np.int64))
    rows = of.row[order]
    ends = np.stack([of.payer[order], of.payee[order]], 1).ravel().tolist()
    return Alert(
        kind,
        columns.assets[of.asset],
        tuple(columns.parties[party] for party in anchor),
        tuple(columns.row[rows].tolist()),
        tuple(rows.tolist()),
        tuple(columns.parties[party] for party in dict.fromkeys(ends)),
        of.total(order),
        MappingProxyType(dict(figures)),
    )

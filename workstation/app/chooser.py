"""Owns what a user sees when too much would come onto the canvas at once: candidates, sorted, with exact sums.

Plain values; must not know how they were counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.amounts import Asset, short
from workstation.domain.subjects import Subject
from workstation.domain.visible import visible

if TYPE_CHECKING:
    from workstation.app.crowd import Crowd


@dataclass(frozen=True, slots=True)
class Sum:
    """An exact sum of one asset over ``count`` transfers, ``unknown`` of them without a known amount."""

    asset: Asset
    units: int
    count: int
    unknown: int = 0

    @property
    def exact(self) -> str:
        """All decimals with thousands separators and the symbol; names what is unknown."""
        return _text(self.asset.written(self.units, group=","), self)

    @property
    def short(self) -> str:
        """The short form for plates and tiles."""
        return _text(short(self.units, self.asset.decimals), self)


def _text(amount: str, of: Sum) -> str:
    symbol = clean(of.asset.name, 20) or "?"
    if of.unknown == of.count:
        return f"unknown {symbol}"
    return f"{amount} {symbol}" + (f" + {of.unknown} unknown" if of.unknown else "")


def clean(text: str, limit: int) -> str:
    """Text of a file for one short line: hidden characters are visible marks, cut with ``…``, never through a mark."""
    kept = " ".join(visible(text[: 2 * limit], keep="\t\n\r").split())
    if len(kept) <= limit and len(text) <= 2 * limit:
        return kept
    cut = kept[: limit - 1]
    return (cut[: cut.rindex("⟦")] if cut.rfind("⟦") > cut.rfind("⟧") else cut) + "…"


@dataclass(frozen=True, slots=True)
class Candidate:
    """One neighbour that may be added: who, through which transfers (``in``, ``out`` or ``both``), how much per asset."""

    subject: Subject
    name: str
    direction: str
    sums: tuple[Sum, ...]
    transfers: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class Chooser:
    """The question the supernode guard asks. Answer by running ``graph.expand`` with ``choose`` or ``limit``.

    Attributes:
        crowd: those that are not shown yet, largest amount first, each once, ranked by the asset with most transfers.
        shown: how many neighbours are on the graph already.
    """

    graph: str
    subject: Subject
    direction: str
    crowd: Crowd
    shown: int

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """All of them in words; of a hub rather ask the crowd for those that are looked at."""
        return tuple(self.crowd.candidate(place) for place in range(len(self.crowd)))

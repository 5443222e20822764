"""Owns who a subject trades with: for each other side and asset, exact sums each way. Must not know Qt.

A row is one other side in one asset, because amounts of different assets are never added or compared. On UTXO chains
the other side of an address is a transaction: who paid whom is no fact of such a ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from workstation.analysis.trace.watching import watched
from workstation.casefile.values import NOT_STATED
from workstation.domain.amounts import Asset
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.ledger import Ledger
    from workstation.app.session import Session


@dataclass(frozen=True, slots=True)
class Party:
    """One other side in one asset.

    Attributes:
        end: number of the address, or of the transaction when negative. unknown_in, unknown_out: transfers without a
            known amount; they are counted and not part of the sums. first, last: seconds UTC, None when not stated.
    """

    end: int
    asset: int
    came: int
    went: int
    unknown_in: int
    unknown_out: int
    count_in: int
    count_out: int
    first: int | None
    last: int | None

    @property
    def count(self) -> int:
        """Transfers both ways."""
        return self.count_in + self.count_out


@dataclass(frozen=True, slots=True)
class Parties:
    """Every other side of a subject, the asset with most transfers first and in it the largest traffic first."""

    rows: tuple[Party, ...]
    assets: tuple[int, ...]
    sides: int


def movements(session: Session, subject: Subject) -> int:
    """How many rows :func:`of` would have to read."""
    return sum(len(session.graphs.sides(subject, direction)[0]) for direction in ("in", "out"))


def of(
    session: Session,
    subject: Subject,
    members: Mapping[str, Sequence[str]] | None = None,
    watch: Callable[[int], None] | None = None,
) -> Parties:
    """Everybody an address, entity or transaction trades with, from the indexed ledger.

    Args:
        members: addresses of entities; left out = as they stand now (a job brings its copy).
        watch: called now and then; it may raise to stop.
    """
    ledger = session.graphs.ledger
    known = session.graphs.names.members if members is None else members
    own = {ledger.number(parse(key)) for key in known.get(subject.ref, [])}
    if subject.kind == "address":
        own.add(ledger.number(subject))
    found: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    times: dict[tuple[int, int], tuple[int | None, int | None]] = {}
    for side, direction in enumerate(("in", "out")):
        rows, ends = session.graphs.sides(subject, direction)
        keep = (
            (ends != 0) & ~np.isin(ends, np.array(sorted(own), np.int64))
            if subject.kind != "transaction"
            else ends != 0
        )
        rows, ends = rows[keep], ends[keep]
        for group in watched(ledger.groups(rows, ends, ledger.asset[rows]), watch):
            key = (group.keys[0], group.keys[1])
            found.setdefault(key, [(0, 0, 0), (0, 0, 0)])[side] = (group.units, group.unknown, len(group.rows))
        for key, span in _spans(ledger, rows, ends).items():
            times[key] = _wider(times.get(key, (None, None)), span)
    made = [
        Party(end, asset, came[0], went[0], came[1], went[1], came[2], went[2], *times[(end, asset)])
        for (end, asset), (came, went) in found.items()
    ]
    used: dict[int, int] = {}
    for party in made:
        used[party.asset] = used.get(party.asset, 0) + party.count
    assets = sorted(used, key=lambda number: (-used[number], _name(ledger.asset_of(number)), number))
    rank = {number: place for place, number in enumerate(assets)}
    made.sort(key=lambda p: (rank[p.asset], -max(p.came, p.went), -p.count, p.end))
    return Parties(tuple(made), tuple(assets), len({party.end for party in made}))


def other(ledger: Ledger, party: Party) -> Subject:
    """Who the other side is."""
    return ledger.address(party.end) if party.end > 0 else ledger.transaction(-party.end)


def _name(asset: Asset) -> tuple[str, str, str]:
    return asset.chain, asset.symbol, asset.contract


def _spans(
    ledger: Ledger, rows: np.ndarray[tuple[int], np.dtype[np.int64]], ends: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> dict[tuple[int, int], tuple[int | None, int | None]]:
    """First and last stated time of each far end and asset."""
    if not len(rows):
        return {}
    assets, times = ledger.asset[rows], ledger.columns.time[rows]
    order = np.lexsort((assets, ends))
    ends, assets, times = ends[order], assets[order], times[order]
    new = np.ones(len(ends), bool)
    new[1:] = (ends[1:] != ends[:-1]) | (assets[1:] != assets[:-1])
    starts = np.flatnonzero(new)
    stated, biggest = times != NOT_STATED, np.iinfo(np.int64).max
    first = np.minimum.reduceat(np.where(stated, times, biggest), starts).tolist()
    last = np.maximum.reduceat(np.where(stated, times, -biggest), starts).tolist()
    keys = zip(ends[starts].tolist(), assets[starts].tolist(), strict=True)
    return {
        key: (None, None) if low == biggest else (low, high) for key, low, high in zip(keys, first, last, strict=True)
    }


def _wider(one: tuple[int | None, int | None], two: tuple[int | None, int | None]) -> tuple[int | None, int | None]:
    starts = [time for time in (one[0], two[0]) if time is not None]
    ends = [time for time in (one[1], two[1]) if time is not None]
    return (min(starts), max(ends)) if starts else (None, None)

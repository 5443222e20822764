"""Owns when the money of a graph moved: a histogram by asset, the moments of playback, and how idle time is shortened.

Counts and times are exact integers; a transfer whose time no source states is counted apart, never placed. Must not know
Qt, and must not change what is looked at (``session.look`` does).
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from workstation.analysis.trace.exact import Number, total
from workstation.app.ledger import Ledger, Rows
from workstation.app.lens import Lens
from workstation.casefile.values import NOT_STATED
from workstation.domain.amounts import Asset

if TYPE_CHECKING:
    from workstation.app.tracing.drawn import Flow

Mode = Literal["window", "all up to now"]
#: Assets with a colour of their own; all others share one.
SERIES = 4
_SHORTEST_MS, _LONGEST_MS = 120, 1600


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar: the seconds it covers (both inside) and how many transfers of each series fall into it."""

    since: int
    until: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Histogram:
    """Transfers by time.

    Attributes:
        series: names of the assets with most transfers, and one for the rest when there are more.
        bins: bars of equal length without a gap between them. untimed: transfers without a stated time.
    """

    series: tuple[str, ...] = ()
    bins: tuple[Bin, ...] = ()
    untimed: int = 0

    @property
    def span(self) -> tuple[int, int]:
        """First and last second, both inside."""
        return (self.bins[0].since, self.bins[-1].until) if self.bins else (0, 0)

    @property
    def tallest(self) -> int:
        """Most transfers in one bar."""
        return max((sum(each.counts) for each in self.bins), default=0)


def times_of(ledger: Ledger, rows: Rows) -> tuple[int, ...]:
    """The moments (seconds UTC) of some transfers, each once; those without a stated time are left out."""
    times = np.unique(ledger.columns.time[rows])
    return tuple(int(time) for time in times[times != NOT_STATED])


def histogram(ledger: Ledger, rows: Rows, bins: int) -> Histogram:
    """Transfers of ``rows`` by time and asset, in at most ``bins`` bars of whole seconds."""
    rows = np.unique(rows)
    times = ledger.columns.time[rows]
    timed = times != NOT_STATED
    untimed = int((~timed).sum())
    rows, times = rows[timed], times[timed]
    if not len(rows):
        return Histogram(untimed=untimed)
    first, last = int(times.min()), int(times.max())
    width = max(1, -(-(last - first + 1) // max(1, bins)))
    assets, counts = np.unique(ledger.asset[rows], return_counts=True)
    order = sorted(range(len(assets)), key=lambda i: (-int(counts[i]), int(assets[i])))
    own = [int(assets[i]) for i in order[:SERIES]]
    series = np.full(len(rows), len(own), np.int64)
    for number, asset in enumerate(own):
        series[ledger.asset[rows] == asset] = number
    names = [f"{a.name} ({a.chain})" for a in (ledger.asset_of(asset) for asset in own)]
    names += ["other assets"] * (len(assets) > len(own))
    many = (last - first) // width + 1
    table = np.zeros((many, len(names)), np.int64)
    np.add.at(table, ((times - first) // width, series), 1)
    made = [Bin(first + n * width, first + (n + 1) * width - 1, tuple(line.tolist())) for n, line in enumerate(table)]
    return Histogram(tuple(names), tuple(made), untimed)


@dataclass(frozen=True, slots=True)
class Moments:
    """The moments of playback: every second at which something moves, and the transfers of each.

    Attributes:
        times: ascending, each once. rows: rows at each of the times, in total order.
    """

    times: tuple[int, ...] = ()
    rows: tuple[tuple[int, ...], ...] = ()

    def after(self, time: int) -> int | None:
        """The next moment later than a time, None at the end."""
        at = bisect_right(self.times, time)
        return self.times[at] if at < len(self.times) else None

    def before(self, time: int) -> int | None:
        """The last moment earlier than a time, None at the beginning."""
        at = bisect_left(self.times, time)
        return self.times[at - 1] if at else None

    def at(self, time: int) -> tuple[int, ...]:
        """The rows at a moment."""
        place = bisect_left(self.times, time)
        return self.rows[place] if place < len(self.times) and self.times[place] == time else ()


def moments(ledger: Ledger, rows: Rows) -> Moments:
    """The moments of some rows."""
    rows = np.unique(rows)
    times = ledger.columns.time[rows]
    rows, times = rows[times != NOT_STATED], times[times != NOT_STATED]
    order = np.argsort(times, kind="stable")
    rows, times = rows[order], times[order]
    found, starts = np.unique(times, return_index=True)
    parts = np.split(rows, starts[1:]) if len(found) else []
    return Moments(tuple(found.tolist()), tuple(tuple(part.tolist()) for part in parts))


def pause(seconds: int, speed: int = 1) -> int:
    """Milliseconds that playback waits for ``seconds`` of the case: idle gaps shrink logarithmically.

    One second takes 120 ms and a year no more than 1.6 s, so that a quiet month is seen as a pause and not waited for.
    """
    grown = math.log10(1 + max(0, seconds)) / math.log10(1 + 31_536_000)
    return max(20, round((_SHORTEST_MS + (_LONGEST_MS - _SHORTEST_MS) * min(1.0, grown)) / max(1, speed)))


@dataclass(frozen=True, slots=True)
class Then:
    """What a subject held of one asset at a moment, by this data: below zero when the case does not hold all it got.

    Attributes:
        marked: exact units of it that the shown trace run marks; None when no run is shown or it says no amounts.
    """

    asset: Asset
    units: int
    marked: Number | None = None

    @property
    def words(self) -> str:
        """The exact amount, and what of it is marked."""
        held = f"{self.asset.written(self.units, group=',')} {self.asset.name}"
        if not self.marked:
            return held
        whole = math.floor(self.marked)
        part = "" if whole == self.marked else " and a part of a unit"
        return f"{held}, of it marked {self.asset.written(whole, group=',')}{part}"


def balances(ledger: Ledger, numbers: Sequence[int], until: int, marked: Flow | None = None) -> tuple[Then, ...]:
    """What some addresses held together at a second (that second counts), fees paid, one figure for each asset.

    Args:
        numbers: address numbers of the ledger. marked: the shown run; only a forward run that says amounts is used.

    Transfers without a stated time are in no figure.
    """
    units: dict[int, int] = {}
    carried: dict[int, Number] = {}
    amounts = marked is not None and not marked.backward and marked.method != "poison"
    parts = dict(zip(marked.rows.tolist(), marked.parts, strict=True)) if marked is not None and amounts else {}
    for sign, side in ((1, ledger.received), (-1, ledger.sent)):
        rows = np.concatenate([np.zeros(0, np.int64), *(side(number) for number in numbers)])
        times = ledger.columns.time[rows]
        rows = rows[(times != NOT_STATED) & (times <= until)]
        for group in ledger.groups(rows, ledger.asset[rows]):
            asset = group.keys[0]
            units[asset] = units.get(asset, 0) + sign * group.units
            of_run = [total(parts[row].values()) for row in group.rows.tolist() if row in parts]
            carried[asset] = carried.get(asset, 0) + sign * sum(of_run)
    return tuple(
        Then(ledger.asset_of(asset), held, carried[asset] if amounts else None) for asset, held in sorted(units.items())
    )


def at_head(lens: Lens, head: int, mode: Mode, width: int) -> Lens:
    """The lens of a moment of playback: everything up to the head, or the ``width`` seconds that end with it."""
    since = None if mode == "all up to now" else head - max(1, width) + 1
    return replace(lens, since=since, until=head)

"""Owns thresholds in money: what each transfer was worth on its own day, exactly, and the rules of amount on that.

A transfer counts when the case holds exactly one rate of its asset, currency and day; the others are counted and said.
Values are whole numbers of a unit so small that nothing is rounded. Amounts of several assets meet here in one currency,
as a law in money sees them. Must not guess a rate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Protocol

import numpy as np

from workstation.analysis.columns import NONE, Columns
from workstation.analysis.provider import number
from workstation.analysis.redflags.profile import Amounts, Money
from workstation.analysis.redflags.rules import RULES, Hit, Known
from workstation.domain.amounts import to_limbs

#: Rules whose threshold is an amount.
OF_AMOUNTS = ("split", "many_large", "awake")
_SHOWN = 5


class Rate(Protocol):
    """A rate of one day, as a plugin reads it (``sdk.api.Rate``)."""

    @property
    def asset(self) -> str:
        """Key of the asset."""

    @property
    def day(self) -> str:
        """``YYYY-MM-DD``."""

    @property
    def currency(self) -> str:
        """Currency, upper case."""

    @property
    def rate(self) -> str:
        """Plain decimal text: one coin in the currency."""

    @property
    def source(self) -> str:
        """Who says so."""


@dataclass(frozen=True)
class Valued:
    """Transfers with their value in money instead of their amount.

    Attributes:
        columns: one asset, the currency; absent: no value. places: digits behind the point of one unit.
        rates: number of a transfer -> the rate it was valued by. unpriced, differing: asset -> transfers left out.
    """

    columns: Columns
    currency: str
    places: int
    rates: Mapping[int, Rate]
    unpriced: Mapping[str, int]
    differing: Mapping[str, int]

    def said(self, symbols: Mapping[str, tuple[str, int | None]]) -> str:
        """How many transfers have a value, and why the others have none."""
        parts = [f"{len(self.rates)} transfers valued in {self.currency}"]
        for counts, why in (
            (self.unpriced, "without a price of their day"),
            (self.differing, "with prices that differ"),
        ):
            names = [f"{count} of {symbols[key][0]}" for key, count in sorted(counts.items())]
            if names:
                more = f" and {len(names) - _SHOWN} other assets" if len(names) > _SHOWN else ""
                parts.append(f"{', '.join(names[:_SHOWN])}{more} {why}")
        return "; ".join(parts)


def valued(
    columns: Columns, symbols: Mapping[str, tuple[str, int | None]], rates: Iterable[Rate], currency: str
) -> Valued:
    """The transfers of a case in a currency."""
    by: dict[tuple[str, str], dict[tuple[int, int], Rate]] = {}
    places = 0
    for each in rates:
        decimals = symbols.get(each.asset, ("", None))[1]
        if each.currency == currency and decimals is not None:
            by.setdefault((each.asset, each.day), {}).setdefault(_plain(each.rate), each)
            places = max(places, decimals + number(each.rate)[1])
    priced = {asset for asset, _ in by}
    size = len(columns)
    hi, lo, absent = np.zeros(size, np.int64), np.zeros(size, np.int64), np.ones(size, np.bool_)
    big: dict[int, int] = {}
    used: dict[int, Rate] = {}
    unpriced: dict[str, int] = {}
    differing: dict[str, int] = {}
    for place, asset in enumerate(columns.assets):
        at = np.flatnonzero((columns.asset == place) & ~columns.absent)
        if asset not in priced:
            if len(at):
                unpriced[asset] = len(at)
            continue
        decimals = symbols[asset][1] or 0
        for row, time, units in zip(at.tolist(), columns.time[at].tolist(), columns.amounts(at), strict=True):
            found = by.get((asset, _day(time)), {})
            if len(found) != 1:
                left = differing if found else unpriced
                left[asset] = left.get(asset, 0) + 1
                continue
            ((digits, behind), rate) = next(iter(found.items()))
            value = int(units) * digits * 10 ** (places - decimals - behind)
            hi[row], lo[row], escape = to_limbs(value)
            if escape is not None:
                big[row] = value
            absent[row] = False
            used[int(columns.row[row])] = rate
    made = replace(
        columns,
        asset=np.zeros(size, np.int64),
        assets=(currency,),
        hi=hi,
        lo=lo,
        absent=absent,
        big=MappingProxyType(big),
    )
    return Valued(made, currency, places, used, unpriced, differing)


def compute(known: Known, of: Valued, money: Money) -> dict[str, tuple[Hit, ...]]:
    """The hits of the rules of amount, with sums and thresholds in money and the rates they rest on."""
    amounts = MappingProxyType({of.currency: Amounts(money.large, money.report)})
    inner = replace(
        known,
        columns=of.columns,
        symbols={of.currency: (of.currency, of.places)},
        profile=replace(known.profile, amounts=amounts),
    )
    found: dict[str, tuple[Hit, ...]] = {}
    for rule in OF_AMOUNTS:
        hits = [hit for hit in RULES[rule](inner) if rule != "awake" or _silent(known, hit)]
        found[rule] = tuple(_told(hit, of) for hit in hits)
    return found


def merged(coins: Mapping[str, tuple[Hit, ...]], money: Mapping[str, tuple[Hit, ...]]) -> dict[str, tuple[Hit, ...]]:
    """Hits of both sorts of thresholds: those in money first, and no second hit on the same transfers."""
    made = dict(coins)
    for rule, hits in money.items():
        seen = {(hit.subjects, hit.rows) for hit in hits}
        made[rule] = (*hits, *(hit for hit in coins.get(rule, ()) if (hit.subjects, hit.rows) not in seen))
    return made


def _silent(known: Known, hit: Hit) -> bool:
    """Whether the party had no other transfer before, of any asset and without a price too, for as long as is asked."""
    c = known.columns
    party = c.parties.index(hit.subjects[0])
    mine = c.time[((c.sender == party) | (c.receiver == party)) & (c.time != NONE)]
    start = int(c.time[np.isin(c.row, hit.rows)].min())
    before = mine[mine < start]
    return not len(before) or start - int(before.max()) >= known.profile.times["dormant"]


def _told(hit: Hit, of: Valued) -> Hit:
    figures: dict[str, int | str] = {}
    for name, value in hit.figures.items():
        if name in ("threshold", "sum"):
            figures[name] = _exact(int(value), of)
        elif name != "asset":
            figures[name] = value
    rates = list(dict.fromkeys(_rate(of.rates[row]) for row in hit.rows if row in of.rates))
    more = f"; and {len(rates) - _SHOWN} more" if len(rates) > _SHOWN else ""
    return replace(hit, figures=MappingProxyType({**figures, "rates": "; ".join(rates[:_SHOWN]) + more}))


def _exact(value: int, of: Valued) -> str:
    whole, part = divmod(value, 10**of.places)
    behind = f".{part:0{of.places}d}".rstrip("0").rstrip(".") if part else ""
    return f"{whole}{behind} {of.currency}"


def _rate(one: Rate) -> str:
    return f"{one.asset} at {one.rate} {one.currency} on {one.day} ({one.source or 'source not stated'})"


def _plain(rate: str) -> tuple[int, int]:
    digits, places = number(rate)
    while places and digits % 10 == 0:
        digits, places = digits // 10, places - 1
    return digits, places


def _day(time: int) -> str:
    if time == NONE:
        return ""
    try:
        return datetime.fromtimestamp(time, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return date.min.isoformat()

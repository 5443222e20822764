"""Owns the rules behind the indicators: what a ledger and tags show, with numbers and thresholds. Must not word a finding.

Every rule gives hits in a fixed order and names the transfers it rests on. Services and hubs are no anchors of a rule
about private traffic (``typologies.usual``); what a rule leaves out for want of a threshold is said by ``missing``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType

import numpy as np

from workstation.analysis.columns import NONE, Columns
from workstation.analysis.redflags.profile import Profile
from workstation.analysis.typologies.parameters import Dormant, Fan, Structuring
from workstation.analysis.typologies.usual import Usual, unusual, usual


@dataclass(frozen=True, slots=True)
class Hit:
    """One hit of a rule.

    Attributes:
        rule: its name. subjects: parties it is about, the main one first. rows: transfers. figures: what was counted and
            the thresholds, by name.
    """

    rule: str
    subjects: tuple[str, ...]
    rows: tuple[int, ...]
    figures: Mapping[str, int | str]


@dataclass(frozen=True)
class Known:
    """What the rules work on.

    Attributes:
        symbols: asset key -> symbol and decimals, None = unknown. tagged: kind of tag (``Profile.words``) -> parties.
        valued: assets of which every transfer is valued in the money of the profile; they need no threshold in coins.
    """

    columns: Columns
    symbols: Mapping[str, tuple[str, int | None]]
    tagged: Mapping[str, frozenset[str]]
    profile: Profile
    valued: frozenset[str] = frozenset()

    @cached_property
    def usual(self) -> Usual:
        """What is usual here; tagged services are no private parties."""
        return usual(self.columns, self.tagged.get("service", frozenset()))

    def units(self, asset: str, wanted: Callable[[str], Decimal | None]) -> int | None:
        """A threshold of the profile in base units of an asset; None when it names none."""
        symbol, decimals = self.symbols.get(asset, ("", None))
        coins = wanted(symbol.upper()) if decimals is not None else None
        return None if coins is None or decimals is None else int(coins * 10**decimals)

    def large(self, asset: str) -> int | None:
        """From how many base units on an amount is large."""
        return self.units(asset, lambda symbol: a.large if (a := self.profile.amounts.get(symbol)) else None)

    def report(self, asset: str) -> int | None:
        """From how many base units on a payment must be reported."""
        return self.units(asset, lambda symbol: a.report if (a := self.profile.amounts.get(symbol)) else None)


Rule = Callable[[Known], Iterator[Hit]]


def compute(known: Known) -> dict[str, tuple[Hit, ...]]:
    """The hits of every rule, by its name."""
    return {name: tuple(rule(known)) for name, rule in RULES.items()}


def missing(known: Known, rule: str) -> str:
    """What the case or the profile lacks for a rule, in words; empty when nothing."""
    kinds = _KINDS.get(rule, ())
    if kinds and not any(known.tagged.get(kind) for kind in kinds):
        return f"the case holds no tag of the kind {' or '.join(kinds)}"
    bare = sorted(
        known.symbols.get(asset, (asset, None))[0] for asset in known.columns.assets
        if asset not in known.valued
        and ((rule in ("many_large", "awake") and known.large(asset) is None) or (rule == "split" and known.report(asset) is None))
    )  # fmt: skip
    return f"the profile names no threshold for {', '.join(bare[:5])}" if bare else ""


# --- sizes and times --------------------------------------------------------------------------------------------------


def _split(known: Known) -> Iterator[Hit]:
    everyday = known.usual
    for asset in known.columns.assets:
        threshold = known.report(asset)
        if threshold is not None:
            asked = Structuring(threshold, k=known.profile.counts["split"], window=known.profile.times["window"])
            for kind in ("structuring_out", "structuring_in"):
                for one in unusual(kind, everyday, asked, asset).alerts:
                    yield Hit("split", one.anchor, one.transfers, MappingProxyType(
                        {"payments": len(one.transfers), "threshold": threshold, "sum": one.total, "asset": asset}
                    ))  # fmt: skip


def _many_large(known: Known) -> Iterator[Hit]:
    """A party that makes at least so many large payments within a day."""
    c, least, day = known.columns, known.profile.counts["large"], known.profile.times["day"]
    barriers = known.usual.hubs | known.tagged.get("service", frozenset())
    for number, asset in enumerate(c.assets):
        large = known.large(asset)
        if large is None:
            continue
        at = np.flatnonzero(
            (c.asset == number) & ~c.absent & (c.sender != NONE) & (c.time != NONE) & (c.sender != c.receiver)
        )
        at = at[np.asarray(c.amounts(at) >= large, bool)] if len(at) else at
        for party, rows in _groups(c.sender[at], at):
            if c.parties[party] in barriers:
                continue
            found = _densest(c.time[rows].tolist(), day)
            if found[1] - found[0] >= least:
                chosen = rows[found[0] : found[1]]
                yield Hit("many_large", (c.parties[party],), tuple(c.row[chosen].tolist()), MappingProxyType(
                    {"payments": len(chosen), "within_seconds": day, "threshold": large, "at_least": least, "asset": asset}
                ))  # fmt: skip


def _series(known: Known) -> Iterator[Hit]:
    """A party that is paid at least so often within the window, and then neither pays nor is paid for long."""
    c, least = known.columns, known.profile.counts["series"]
    window, silence = known.profile.times["window"], known.profile.times["silence"]
    if not len(c) or not (c.time != NONE).any():
        return
    end = int(c.time.max())
    barriers = known.usual.hubs | known.tagged.get("service", frozenset())
    at = np.flatnonzero((c.receiver != NONE) & (c.time != NONE) & (c.sender != c.receiver))
    last: dict[int, int] = {}
    for side in (c.sender, c.receiver):
        for party, rows in _groups(side[side != NONE], np.flatnonzero(side != NONE)):
            last[party] = max(last.get(party, NONE), int(c.time[rows].max()))
    for party, rows in _groups(c.receiver[at], at):
        first, after = _densest(c.time[rows].tolist(), window)
        gone = last[party]
        if after - first >= least and c.parties[party] not in barriers and end - gone >= silence:
            if gone - int(c.time[rows[after - 1]]) > window:
                continue  # it went on for long after the series
            chosen = rows[first:after]
            yield Hit("series", (c.parties[party],), tuple(c.row[chosen].tolist()), MappingProxyType(
                {"payments": len(chosen), "within_seconds": window, "silent_seconds": end - gone, "at_least": silence}
            ))  # fmt: skip


def _awake(known: Known) -> Iterator[Hit]:
    everyday = known.usual
    for asset in known.columns.assets:
        large = known.large(asset)
        if large is not None:
            asked = Dormant(amount=large, silence=known.profile.times["dormant"], window=known.profile.times["window"])
            for one in unusual("dormant_wake", everyday, asked, asset).alerts:
                yield Hit("awake", one.anchor, one.transfers, MappingProxyType(
                    {"threshold": large, "silent_seconds_at_least": asked.silence, "sum": one.total, "asset": asset}
                ))  # fmt: skip


# --- who with whom ----------------------------------------------------------------------------------------------------


def _many_payers(known: Known) -> Iterator[Hit]:
    asked = Fan(known.profile.counts["payers"], known.profile.times["window"])
    for one in unusual("fan_in", known.usual, asked).alerts:
        yield Hit("many_payers", one.anchor, one.transfers, MappingProxyType(
            {"payments": len(one.transfers), "at_least": asked.k, "within_seconds": asked.window, "asset": one.asset}
        ))  # fmt: skip


def _accumulation(known: Known) -> Iterator[Hit]:
    """Many pay one, and one payment of it takes at least four fifths of the sum within the window afterwards."""
    c, window = known.columns, known.profile.times["window"]
    asked = Fan(known.profile.counts["payers"], window)
    for one in unusual("fan_in", known.usual, asked).alerts:
        party, asset = c.parties.index(one.anchor[0]), c.assets.index(one.asset)
        end = int(c.time[one.at[-1]])
        at = np.flatnonzero((c.sender == party) & (c.asset == asset) & ~c.absent & (c.receiver != party))
        at = at[(at > one.at[-1]) & (c.time[at] <= end + window)]
        for row, units in zip(at.tolist(), (int(a) for a in c.amounts(at)), strict=True):
            if 5 * units >= 4 * one.total:
                yield Hit("accumulation", one.anchor, (*one.transfers, int(c.row[row])), MappingProxyType(
                    {"payments_in": len(one.transfers), "sum_in": one.total, "paid_out": units, "asset": one.asset}
                ))  # fmt: skip
                break


def _spread(known: Known) -> Iterator[Hit]:
    """A party that pays at least so many tagged services within the window."""
    c, least, window = known.columns, known.profile.counts["services"], known.profile.times["window"]
    services = _places(c, known.tagged.get("service", frozenset()))
    at = np.flatnonzero(
        np.isin(c.receiver, services) & ~np.isin(c.sender, services) & (c.sender != NONE) & (c.time != NONE)
    )
    for party, rows in _groups(c.sender[at], at):
        times, others = c.time[rows].tolist(), c.receiver[rows].tolist()
        best: tuple[int, int] = (0, 0)
        first = 0
        for after in range(1, len(rows) + 1):
            while times[after - 1] - times[first] > window:
                first += 1
            if len(set(others[first:after])) > len(set(others[best[0] : best[1]])):
                best = (first, after)
        if len(set(others[best[0] : best[1]])) >= least:
            chosen = rows[best[0] : best[1]]
            yield Hit("spread", (c.parties[party],), tuple(c.row[chosen].tolist()), MappingProxyType(
                {"services": len(set(others[best[0] : best[1]])), "at_least": least, "within_seconds": window}
            ))  # fmt: skip


def _assets(known: Known) -> Iterator[Hit]:
    """A party that pays in at least so many assets."""
    c, least = known.columns, known.profile.counts["assets"]
    barriers = known.usual.hubs | known.tagged.get("service", frozenset())
    at = np.flatnonzero(c.sender != NONE)
    for party, rows in _groups(c.sender[at], at):
        first: dict[int, int] = {}
        for row in rows.tolist():
            first.setdefault(int(c.asset[row]), row)
        if len(first) >= least and c.parties[party] not in barriers:
            chosen = sorted(first.values())
            yield Hit("assets", (c.parties[party],), tuple(c.row[chosen].tolist()), MappingProxyType(
                {"assets": len(first), "at_least": least}
            ))  # fmt: skip


def _privacy(known: Known) -> Iterator[Hit]:
    """Every party that pays or is paid in a privacy coin of the profile."""
    c = known.columns
    wanted = [
        n
        for n, asset in enumerate(c.assets)
        if known.symbols.get(asset, ("", None))[0].lower() in known.profile.words["privacy"]
    ]
    at = np.flatnonzero(np.isin(c.asset, wanted) & (c.sender != NONE))
    for party, rows in _groups(c.sender[at], at):
        yield Hit(
            "privacy", (c.parties[party],), tuple(c.row[rows].tolist()), MappingProxyType({"payments": len(rows)})
        )


def _with(rule: str, *kinds: str) -> Rule:
    def run(known: Known) -> Iterator[Hit]:
        """Everybody who deals directly with a party tagged so: what came from it and what went to it."""
        c = known.columns
        named = frozenset().union(*(known.tagged.get(kind, frozenset()) for kind in kinds))
        places = _places(c, named)
        for side, other, word in ((c.sender, c.receiver, "from"), (c.receiver, c.sender, "to")):
            at = np.flatnonzero(np.isin(side, places) & ~np.isin(other, places) & (other != NONE))
            for party, rows in _groups(other[at], at):
                tagged = tuple(dict.fromkeys(c.parties[p] for p in side[rows].tolist()))
                yield Hit(rule, (c.parties[party], *tagged), tuple(c.row[rows].tolist()), MappingProxyType(
                    {f"payments_{word}": len(rows), "tagged_parties": len(tagged)}
                ))  # fmt: skip

    return run


def _places(c: Columns, names: frozenset[str]) -> list[int]:
    return [n for n, name in enumerate(c.parties) if name in names]


def _groups(of: np.ndarray, at: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """Rows by party, parties and rows ascending."""
    order = np.argsort(of, kind="stable")
    keys, rows = of[order], at[order]
    cuts = np.flatnonzero(np.diff(keys)) + 1
    for part in np.split(np.arange(len(keys)), cuts) if len(keys) else ():
        yield int(keys[part[0]]), rows[part]


def _densest(times: Sequence[int], window: int) -> tuple[int, int]:
    """The slice with most payments within a closed window, the first of equals."""
    best, first = (0, 0), 0
    for after in range(1, len(times) + 1):
        while times[after - 1] - times[first] > window:
            first += 1
        if after - first > best[1] - best[0]:
            best = (first, after)
    return best


#: Rule -> the kinds of tags without which it says nothing.
_KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "spread": ("service",), "stolen": ("theft",), "exchangers": ("exchanger",), "mixers": ("mixer",),
    "darknet": ("darknet",), "illicit": ("darknet", "mixer", "gambling", "ransomware", "theft"), "scams": ("scam",),
    "weak": ("weak",), "machines": ("machine",), "sanctions": ("sanction",), "gambling": ("gambling",),
})  # fmt: skip
#: Name -> rule; the order is that of the answers.
RULES: Mapping[str, Rule] = MappingProxyType({
    "split": _split, "many_large": _many_large, "series": _series, "awake": _awake, "spread": _spread, "assets": _assets,
    "many_payers": _many_payers, "accumulation": _accumulation, "privacy": _privacy,
    **{name: _with(name, *kinds) for name, kinds in _KINDS.items() if name != "spread"},
})  # fmt: skip

"""Owns the neighbours of one node as arrays: ranked by exact amount, narrowed by asset, time and kind, told one by one.

A hub with a hundred thousand neighbours costs a few array passes; a neighbour becomes words and exact sums when it is
looked at. Must not know what is on a graph, except through the rows it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.app.chooser import Candidate, Sum
from workstation.app.ledger import Ledger, Rows
from workstation.casefile.values import NOT_STATED
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.names import Names

Flags = NDArray[np.bool_]
Column = Literal["rank", "name", "way", "count", "first", "last", "kind"]
IN, OUT = 1, 2
_WAYS = ("", "in", "out", "both")


@dataclass(frozen=True, slots=True)
class Narrow:
    """Which transfers count: of one asset (its number, 0 or less = all), in a closed window of time, one way or both."""

    asset: int = -1
    since: int | None = None
    until: int | None = None
    way: Literal["in", "out", "both"] = "both"


class Crowd:
    """The neighbours behind some rows, largest first by the asset that moved most often.

    Args:
        rows, ends: ledger rows and the number of what lies at their far end (transactions count negative).
        out: whether a row leaves the node in question.

    Attributes:
        ends: number of each neighbour, in order of rank. ways, count, first, last: of each, in the same order.
        asset: number of the asset they are ranked by, -1 without rows.
    """

    def __init__(self, ledger: Ledger, names: Names, rows: Rows, ends: Rows, out: Flags) -> None:
        self.ledger, self.names = ledger, names
        self._rows, self._ends, self._out = rows, ends, out
        assets = ledger.asset[rows]
        self._grouped = ledger.grouped(rows, ends, assets)
        of_end, of_asset = self._grouped.keys
        starts, stops = self._grouped.starts, self._grouped.ends
        group_end, group_asset = of_end[starts], of_asset[starts]
        known, begins = np.unique(group_end, return_index=True)
        self._begins, self._past = begins, np.append(begins[1:], len(starts))[: len(known)]
        rows_from = starts[begins] if len(known) else begins
        place = np.searchsorted(known, of_end)
        times = ledger.columns.time[self._grouped.rows]
        stated = times != NOT_STATED
        first, last = np.full(len(known), NOT_STATED), np.full(len(known), -1, np.int64)
        np.minimum.at(first, place[stated], times[stated])
        np.maximum.at(last, place[stated], times[stated])
        place_of_row = np.searchsorted(known, ends)
        ways = np.zeros(len(known), np.int64)
        np.bitwise_or.at(ways, place_of_row, np.where(out, OUT, IN))
        count = np.append(rows_from[1:], len(rows))[: len(known)] - rows_from
        self.asset = self._main(group_asset, stops - starts)
        order = self._order(known, group_asset, count)
        self._begins, self._past = self._begins[order], self._past[order]
        self.ends, self.ways, self.count = known[order], ways[order], count[order]
        self.first, self.last = first[order], last[order]

    def __len__(self) -> int:
        return len(self.ends)

    def _main(self, assets: Rows, counts: Rows) -> int:
        """The asset with most transfers."""
        if not len(assets):
            return -1
        numbers, place = np.unique(assets, return_inverse=True)
        many = np.zeros(len(numbers), np.int64)
        np.add.at(many, place.reshape(-1), counts)
        known = [(self.ledger.asset_of(n), m, n) for n, m in zip(numbers.tolist(), many.tolist(), strict=True)]
        return int(min(known, key=lambda item: (-item[1], item[0].symbol, item[0].contract))[2])

    def _order(self, known: Rows, group_asset: Rows, count: Rows) -> Rows:
        """Exact sum of the main asset, then transfers, then number; who has none of that asset comes last."""
        main = np.flatnonzero(group_asset == self.asset)
        holder = np.searchsorted(self._begins, main, side="right") - 1
        absent = np.ones(len(known), bool)
        absent[holder] = False
        if self._grouped.has_big()[main].any():
            units = dict(zip(holder.tolist(), (self._grouped.group(n).units for n in main.tolist()), strict=True))
            place = sorted(range(len(known)), key=lambda n: (-units.get(n, -1), -int(count[n]), int(known[n])))
            return np.array(place, np.int64)
        limbs = [np.zeros(len(known), np.int64) for _ in range(4)]
        for limb, part in zip(limbs, self._grouped.limbs(), strict=True):
            limb[holder] = -part[main]
        return np.lexsort((known, -count, *reversed(limbs), absent)).astype(np.int64)

    # --- narrowing --------------------------------------------------------------------------------------------

    def narrowed(self, to: Narrow) -> Crowd:
        """Only what some transfers show: sums and ranks count these."""
        keep = np.ones(len(self._rows), bool)
        if to.asset >= 0:
            keep &= self.ledger.asset[self._rows] == to.asset
        if to.since is not None or to.until is not None:
            times = self.ledger.columns.time[self._rows]
            keep &= times != NOT_STATED
            if to.since is not None:
                keep &= times >= to.since
            if to.until is not None:
                keep &= times <= to.until
        if to.way != "both":
            keep &= self._out == (to.way == "out")
        if keep.all():
            return self
        return Crowd(self.ledger, self.names, self._rows[keep], self._ends[keep], self._out[keep])

    def assets(self) -> list[tuple[int, str]]:
        """Number and name of every asset, the one with most transfers first."""
        numbers, many = np.unique(self.ledger.asset[self._rows], return_counts=True)
        found = sorted(zip(many.tolist(), numbers.tolist(), strict=True), key=lambda item: (-item[0], item[1]))
        return [(number, _asset_words(self.ledger, number)) for _, number in found]

    # --- who ----------------------------------------------------------------------------------------------------

    def subject(self, place: int) -> Subject:
        """Who stands at a rank."""
        number = int(self.ends[place])
        return self.ledger.address(number) if number > 0 else self.ledger.transaction(-number)

    def way(self, place: int) -> str:
        """``in``, ``out`` or ``both``."""
        return _WAYS[int(self.ways[place])]

    def sums(self, place: int) -> tuple[Sum, ...]:
        """Exact sums with a neighbour, the asset of the ranking first."""
        groups = [self._grouped.group(n) for n in range(int(self._begins[place]), int(self._past[place]))]
        found = [
            (group.keys[1], Sum(self.ledger.asset_of(group.keys[1]), group.units, len(group.rows), group.unknown))
            for group in groups
        ]
        return tuple(
            total for _, total in sorted(found, key=lambda f: (f[0] != self.asset, -f[1].count, f[1].asset.symbol))
        )

    def candidate(self, place: int) -> Candidate:
        """A neighbour in words and exact sums."""
        subject = self.subject(place)
        first = None if self.last[place] < 0 else int(self.first[place])
        last = None if self.last[place] < 0 else int(self.last[place])
        name = self.names.face(subject).name
        return Candidate(subject, name, self.way(place), self.sums(place), int(self.count[place]), first, last)

    def place_of(self, number: int) -> int:
        """Rank of a neighbour by its number, -1 when there is none."""
        return self._places.get(number, -1)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {number: place for place, number in enumerate(self.ends.tolist())}

    def number(self, subject: Subject) -> int:
        """The number of a subject as it stands in ``ends``."""
        found = self.ledger.number(subject)
        return -found if subject.kind == "transaction" else found

    # --- words ----------------------------------------------------------------------------------------------------

    @cached_property
    def known(self) -> Mapping[int, tuple[str, str]]:
        """Rank -> name and kind (category, else role) of everyone who is more than an identifier."""
        names = self.names
        stated = names.tags.keys() | names.sources.keys() | names.entity_of.keys() | names.marks.keys()
        places = {place for key in stated if (place := self._place_of_key(key)) >= 0}
        found: dict[int, tuple[str, str]] = {}
        for place in sorted(places):
            face = names.face(self.subject(place))
            kind = face.category or (face.role if face.role != "unattributed" else "")
            found[place] = (face.name, kind)
        return found

    def _place_of_key(self, key: str) -> int:
        subject = parse(key)
        if subject.kind not in ("address", "transaction"):
            return -1
        number = self.number(subject)
        return self.place_of(number) if number else -1

    def kinds(self) -> list[tuple[str, int]]:
        """Kinds of the neighbours that have one, with how many, the most frequent first."""
        many: dict[str, int] = {}
        for _, kind in self.known.values():
            if kind:
                many[kind] = many.get(kind, 0) + 1
        return sorted(many.items(), key=lambda item: (-item[1], item[0]))

    def of_kind(self, kind: str) -> Rows:
        """Ranks of one kind; an empty kind means those without."""
        wanted = np.zeros(len(self), bool)
        wanted[[place for place, (_, of) in self.known.items() if (of == kind if kind else bool(of))]] = True
        return np.flatnonzero(wanted if kind else ~wanted)

    @cached_property
    def _texts(self) -> list[str]:
        addresses, txs = self.ledger.columns.addresses, self.ledger.columns.txs
        texts = [(addresses[n] if n > 0 else txs[-n])[1].casefold() for n in self.ends.tolist()]
        for place, (name, kind) in self.known.items():
            texts[place] += f"\n{name}\n{kind}".casefold()
        return texts

    def matching(self, words: str) -> Rows:
        """Ranks whose identifier, name or kind holds some words, case folded."""
        wanted = words.strip().casefold()
        if not wanted:
            return np.arange(len(self))
        return np.array([place for place, text in enumerate(self._texts) if wanted in text], np.int64)

    @cached_property
    def _identifiers(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        addresses, txs = self.ledger.columns.addresses, self.ledger.columns.txs
        for place, n in enumerate(self.ends.tolist()):
            found.setdefault(_plain((addresses[n] if n > 0 else txs[-n])[1]), []).append(place)
        return found

    def listed(self, text: str) -> tuple[Rows, list[str]]:
        """Ranks of the identifiers in a pasted text, and what of it is no neighbour here, in its order."""
        wanted: dict[str, None] = {}
        for line in text.replace(",", "\n").replace(";", "\n").splitlines():
            whole = line.strip()  # a stated party is a name in words
            wanted.update(dict.fromkeys([whole] if whole in self._identifiers else whole.split()))
        found: list[int] = []
        missing: list[str] = []
        for part in wanted:
            places = self._identifiers.get(part) or self._identifiers.get(_plain(part.rpartition(":")[2]), [])
            found += places
            missing += [] if places else [part]
        return np.array(sorted(set(found)), np.int64), missing

    def sorted(self, places: Rows, by: Column, *, down: bool = False) -> Rows:
        """Some ranks in another order; equal ones by rank."""
        places = np.sort(places)
        if by == "rank":
            order = np.arange(len(places))
        elif by in ("name", "kind"):
            at = 0 if by == "name" else 1
            words = [self.known.get(p, ("", ""))[at].casefold() for p in places.tolist()]
            refs = self._texts if by == "name" else [""] * len(self)
            ranked = sorted(range(len(words)), key=lambda n: (not words[n], words[n], refs[int(places[n])], n))
            order = np.array(ranked, np.int64)
        else:
            values = {"way": self.ways, "count": self.count, "first": self.first, "last": self.last}[by][places]
            return places[np.lexsort((places, -values if down else values))]
        return places[order[::-1] if down else order]


def _plain(ref: str) -> str:
    """Hex is the same in any case; Base58 is not and is looked up as it stands."""
    return ref.lower() if ref[:2].lower() == "0x" or len(ref) == 64 else ref


def _asset_words(ledger: Ledger, number: int) -> str:
    asset = ledger.asset_of(number)
    if asset.chain == "stated":
        return asset.name
    return f"{asset.name or '?'} ({asset.chain})" + (f" {asset.contract}" if asset.contract else "")


def asset_number(crowd: Crowd, text: str) -> int:
    """The asset a text names: its symbol when only one has it, ``chain:symbol`` or ``chain:symbol:contract``; -2 = none."""
    wanted = text.strip().casefold()
    found = []
    for number, _ in crowd.assets():
        asset = crowd.ledger.asset_of(number)
        names = {asset.symbol, f"{asset.chain}:{asset.symbol}", f"{asset.chain}:{asset.symbol}:{asset.contract}"}
        if wanted in {name.casefold() for name in names}:
            found.append(number)
    return found[0] if found else -2


# --- what lies around a node ------------------------------------------------------------------------------------------


def sides(ledger: Ledger, names: Names, subject: Subject, direction: str) -> tuple[Rows, Rows]:
    """Rows at one side of a subject and what lies at their far ends (see :meth:`Ledger.far_ends`)."""
    members: Iterable[Subject] = [subject]
    if subject.kind == "entity":
        members = [parse(key) for key in names.members.get(subject.ref, [])]
    rows: list[Rows] = [np.zeros(0, np.int64)]
    ends: list[Rows] = [np.zeros(0, np.int64)]
    for member in members:
        side = ledger.side(member, direction)
        rows.append(side)
        ends.append(ledger.far_ends(member, side, direction))
    return np.concatenate(rows), np.concatenate(ends)


def open_ends(
    ledger: Ledger, names: Names, subject: Subject, direction: str, addresses: Rows, transactions: Rows
) -> tuple[Rows, Rows]:
    """Rows whose far end is known and not shown.

    Args:
        addresses, transactions: node by number, -1 = not shown.
    """
    rows, ends = sides(ledger, names, subject, direction)
    own = [ledger.number(parse(key)) for key in names.members.get(subject.ref, [])]
    if subject.kind == "address":
        own.append(ledger.number(subject))
    if subject.kind != "transaction":  # what goes to oneself has no neighbour
        other = ~np.isin(ends, np.array(own, np.int64))
        rows, ends = rows[other], ends[other]
    at_address = addresses[np.where(ends > 0, ends, 0)]
    at_transaction = transactions[np.where(ends < 0, -ends, 0)]
    free = (ends != 0) & np.where(ends > 0, at_address < 0, at_transaction < 0)
    return rows[free], ends[free]

"""Owns telling usual traffic from patterns, so that alerts are worth reading. What is held back is counted, never silent.

The rules, in this order; each has a name under which held-back alerts are counted (``WHY`` says it in words):

``service``
    A party that the case tags as a service (category in ``SERVICES``): money of many customers is one pool there.
``hub``
    A party that deals with more than ``MANY`` others on one side, and with more than ten times as many as the party in
    the middle does: passing through it says nothing. It need not be tagged.
``repeat``
    An alert that matches (semantics 9.9) a larger one of the same detector, or an earlier one of the same size.
``merchant``
    The party the alert hangs on deals with at least ``BUSY`` others, more than twice as many as the alert shows.
``payroll``
    More than half of those it pays in the alert are paid by it at another time too.

An alert that hangs on several parties is usual when half of them are. Payments of services and hubs are set aside before
a pattern of shape is looked for; for ``WHOLE`` detectors they count, since silence, speed and amounts below a threshold
are matters of all payments, and only alerts that hang on such a party are held back. Must not see labels of a made set.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.columns import NONE, Columns, Ints
from workstation.analysis.typologies import Alert, Cut, search
from workstation.analysis.typologies.alerts import alike
from workstation.analysis.typologies.parameters import Parameters

#: Words in the category of a tag that make a party a service.
SERVICES = (
    "exchange", "service", "merchant", "shop", "mixer", "tumbler", "gambling", "casino", "hosting", "mining", "pool",
    "payroll", "payment", "bridge", "dex", "swap", "custod", "hosted", "otc", "defi",
)  # fmt: skip
#: Dealing with more others than this is no private matter.
MANY = 50
#: Dealing with at least so many others, and with more than twice as many as an alert shows, is being busy.
BUSY = 12
#: Detectors to which every payment counts.
WHOLE = frozenset(("structuring_out", "structuring_in", "dormant_wake", "rapid_movement"))
#: Detectors whose alerts hang on one party: those of the payments set aside are counted by it.
_FANS = frozenset(("fan_out", "fan_in", "gather_scatter"))
#: Why an alert is held back, in words; the order is that of the rules.
WHY: Mapping[str, str] = MappingProxyType(
    {
        "service": "hang on a tagged service",
        "hub": "hang on a hub that deals with very many",
        "repeat": "say the same as a larger or earlier one",
        "merchant": "hang on a busy party, most of whose business they do not show",
        "payroll": "hang on a party that pays the same others again",
    }
)


@dataclass(frozen=True)
class Usual:
    """What is usual in a case.

    Attributes:
        services, hubs: keys of parties; a service is no hub.
    """

    columns: Columns = field(repr=False)
    services: frozenset[str]
    hubs: frozenset[str]

    @cached_property
    def private(self) -> Columns:
        """The transfers that no service and no hub takes part in."""
        return without(self.columns, self.services | self.hubs)

    @property
    def aside(self) -> int:
        """How many transfers are set aside."""
        return len(self.columns) - len(self.private)

    @cached_property
    def sides(self) -> tuple[Dealings, Dealings]:
        """Whom each party pays, and who pays it, in ``private``."""
        return dealings(self.private, out=True), dealings(self.private, out=False)


@dataclass(frozen=True, slots=True)
class Looked:
    """What a detector says after usual traffic was taken out.

    Attributes:
        cuts: where its search was cut. held_back: name of a rule -> alerts it held back.
    """

    alerts: tuple[Alert, ...]
    cuts: tuple[Cut, ...]
    held_back: Mapping[str, int]


def is_service(category: str) -> bool:
    """Whether a category of a tag means a service."""
    low = category.lower()
    return any(word in low for word in SERVICES)


def usual(columns: Columns, services: Collection[str] = ()) -> Usual:
    """What is usual among transfers. ``services``: parties that the case knows as such."""
    known = frozenset(services)
    return Usual(columns, known, busy(columns) - known)


def unusual(kind: str, of: Usual, parameters: Parameters, asset: str | None = None) -> Looked:
    """The alerts of a detector that no rule of this module explains, in its order.

    Args:
        asset: only this asset; amounts in ``parameters`` are base units of it.
    """
    held: Counter[str] = Counter()
    barriers = {**dict.fromkeys(of.hubs, "hub"), **dict.fromkeys(of.services, "service")}
    if kind in WHOLE:
        alerts, cuts = search(kind, of.columns, parameters, asset=asset)
        held.update(barriers[a.anchor[0]] for a in alerts if a.anchor[0] in barriers)
        kept = once(a for a in alerts if a.anchor[0] not in barriers)
        held["repeat"] = len(alerts) - held.total() - len(kept)
    else:
        alerts, cuts = search(kind, of.private, parameters, asset=asset)
        single = once(alerts)
        held["repeat"] = len(alerts) - len(single)
        reasons = [_ordinary(of, one) for one in single]
        held.update(reason for reason in reasons if reason)
        kept = [one for one, reason in zip(single, reasons, strict=True) if not reason]
        if kind in _FANS and of.aside:
            others, _cuts = search(kind, _touching(of), parameters, asset=asset)
            held.update(barriers[a.anchor[0]] for a in others if a.anchor[0] in barriers)
    told = {name: held[name] for name in WHY if held[name]}
    return Looked(tuple(kept), cuts, MappingProxyType(told))


def once(alerts: Iterable[Alert]) -> list[Alert]:
    """Alerts of one detector without those that say the same again: the larger stays, of equals the earlier."""
    kept: list[tuple[int, Alert]] = []
    seen: dict[int, list[Alert]] = {}
    for at, one in sorted(enumerate(alerts), key=lambda each: (-len(each[1].at), each[1].at)):
        near = {id(other): other for place in one.at for other in seen.get(place, ())}
        if not any(alike(one.at, other.at) for other in near.values()):
            kept.append((at, one))
            for place in one.at:
                seen.setdefault(place, []).append(one)
    return [one for _, one in sorted(kept, key=lambda each: each[0])]


# --- who deals with whom ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Dealings:
    """Of each party the others it deals with on one side: ``keys`` are party x ``width`` + other, ascending."""

    keys: Ints
    counts: Ints
    width: int

    def of(self, party: int) -> dict[int, int]:
        """Other -> number of payments."""
        start, end = np.searchsorted(self.keys, [party * self.width, (party + 1) * self.width]).tolist()
        return dict(
            zip((self.keys[start:end] - party * self.width).tolist(), self.counts[start:end].tolist(), strict=True)
        )


def dealings(columns: Columns, *, out: bool) -> Dealings:
    """Whom each party pays (``out``), or who pays it."""
    known = (columns.sender != NONE) & (columns.receiver != NONE) & (columns.sender != columns.receiver)
    one, other = (columns.sender, columns.receiver) if out else (columns.receiver, columns.sender)
    width = max(1, len(columns.parties))
    keys, counts = np.unique(one[known] * width + other[known], return_counts=True)
    return Dealings(keys.astype(np.int64), counts.astype(np.int64), width)


def busy(columns: Columns) -> frozenset[str]:
    """Parties that deal with so many others that passing through them says nothing (rule ``hub``)."""
    found: set[str] = set()
    for out in (True, False):
        side = dealings(columns, out=out)
        parties, counts = np.unique(side.keys // side.width, return_counts=True)
        if len(parties):
            least = max(MANY, 10 * int(np.sort(counts)[len(counts) // 2]))
            found |= {columns.parties[party] for party in parties[counts > least].tolist()}
    return frozenset(found)


def without(columns: Columns, barriers: Collection[str]) -> Columns:
    """The transfers that no barrier takes part in."""
    return _kept(columns, ~_touched(columns, barriers))


def _touching(of: Usual) -> Columns:
    """The transfers that were set aside."""
    return _kept(of.columns, _touched(of.columns, of.services | of.hubs))


def _touched(columns: Columns, barriers: Collection[str]) -> NDArray[np.bool_]:
    at = np.fromiter((n for n, name in enumerate(columns.parties) if name in barriers), np.int64)
    return np.isin(columns.sender, at) | np.isin(columns.receiver, at)


def _kept(columns: Columns, wanted: NDArray[np.bool_]) -> Columns:
    kept = np.flatnonzero(wanted)
    places = {int(old): new for new, old in enumerate(kept.tolist())} if columns.big else {}
    names = ("row", "time", "sender", "receiver", "asset", "tx", "hi", "lo", "absent")
    return replace(
        columns,
        **{name: getattr(columns, name)[kept] for name in names},
        big=MappingProxyType({places[old]: units for old, units in columns.big.items() if old in places}),
    )


# --- what is ordinary for a party ---------------------------------------------------------------------------------------


def _ordinary(of: Usual, alert: Alert) -> str:
    """The rule by which half or more of the parties an alert hangs on are usual, or empty."""
    numbers = {of.private.parties[end] for at in alert.at for end in (of.private.sender[at], of.private.receiver[at])}
    reasons = [_of_party(of, alert, name) for name in alert.anchor if name in numbers]
    usual_ones = [reason for reason in reasons if reason]
    return usual_ones[0] if usual_ones and 2 * len(usual_ones) >= len(alert.anchor) else ""


def _of_party(of: Usual, alert: Alert, name: str) -> str:
    """``merchant``, ``payroll`` or empty, for one party of an alert."""
    for side, out in zip(of.sides, (True, False), strict=True):
        number, others = _beside(alert, of.private, name, out)
        if len(others) < 3:
            continue
        every = side.of(number)
        if 2 * len(others) < len(every) and len(every) >= BUSY:
            return "merchant"
        again = sum(every[other] > count for other, count in others.items())
        if out and 2 * again > len(others):
            return "payroll"
    return ""


def _beside(alert: Alert, columns: Columns, name: str, out: bool) -> tuple[int, Counter[int]]:
    """The number of a party, and the others it deals with in an alert, with how often."""
    found: Counter[int] = Counter()
    number = NONE
    for at in alert.at:
        payer, payee = int(columns.sender[at]), int(columns.receiver[at])
        mine, other = (payer, payee) if out else (payee, payer)
        if columns.parties[mine] == name:
            number = mine
            found[other] += 1
    return number, found

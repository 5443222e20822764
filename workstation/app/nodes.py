"""Owns what a node of a picture says: name, second line, full text, badge, for every kind of node.

Must not decide what is on a graph and must not count; it writes what it is given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from workstation.analysis.picture import Node
from workstation.app.chooser import Sum, clean
from workstation.app.ledger import INPUT, Ledger
from workstation.app.times import day
from workstation.casefile.values import KINDS
from workstation.domain.amounts import short
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.folding import Figures, Group, Rule
    from workstation.app.names import Face

_LONG = 24
_COINBASE = KINDS.index("coinbase")


class Place(Protocol):
    """Who stands where."""

    @property
    def subject(self) -> Subject:
        """Who."""

    @property
    def x(self) -> float:
        """From left to right, in world units."""

    @property
    def y(self) -> float:
        """From top to bottom."""

    @property
    def pinned(self) -> bool:
        """Whether it was placed by hand."""


def node(place: Place, face: Face, second: str, members: int) -> Node:
    """An address, an entity with so many members, or a transaction."""
    subject = place.subject
    if subject.kind == "transaction":
        return Node(
            subject.key, "transaction", place.x, place.y, face.role, "", face.name, second, subject.ref, place.pinned,
            face.colour, face.doubtful, face.noted,
        )  # fmt: skip
    entity = subject.kind == "entity"
    full = f"{face.name} ({members} addresses)" if entity else subject.ref
    return Node(
        subject.key, "entity" if entity else "address", place.x, place.y, face.role, face.badge, face.name, second, full,
        place.pinned, face.colour, face.doubtful, face.noted,
    )  # fmt: skip


def group(place: Place, of: Group, figures: Figures) -> Node:
    """A shut group: what crosses its border, and what is inside."""
    parts = [f"{word} {_short(sums)}" for word, sums in (("in", figures.came), ("out", figures.went)) if sums]
    parts += [f"{len(figures.rows):,} inside"] if len(figures.rows) else []
    full = f"{of.name} ({figures.items:,} nodes; {len(figures.rows):,} transfers inside: {_all(figures.inside)})"
    return Node(
        place.subject.key, "group", place.x, place.y, "unattributed", "", of.name, " · ".join(parts), full,
        place.pinned, of.colour, stub_count=figures.items,
    )  # fmt: skip


def rule(place: Place, of: Rule, figures: Figures) -> Node:
    """What a rule folds: how many transfers, their exact sum."""
    many, word = len(figures.rows), "dust" if of.what == "dust" else "poisoning"
    name = f"{many:,} {word} transfer" + ("s" if many != 1 else "")
    full = f"{name}, {figures.items:,} nodes folded: {_all(figures.inside)} ({figures.name})"
    return Node(
        place.subject.key, "stub", place.x, place.y, "unattributed", "", name, _short(figures.inside), full,
        place.pinned, stub_count=many,
    )  # fmt: skip


def detail(ledger: Ledger, subject: Subject, sums: Mapping[int, Sequence[int]]) -> str:
    """Second label line of an address, an entity or a transaction.

    Args:
        sums: by asset number: base units that came in, that went out, and the number of transfers.
    """
    if subject.kind == "transaction":
        rows = ledger.of_tx(ledger.number(subject))
        first, _ = ledger.span(rows)
        hidden = int((ledger.unknown[rows] & (ledger.kind[rows] == INPUT)).sum())
        mined = bool((ledger.kind[rows] == _COINBASE).any())
        parts = (day(first), "coinbase" if mined else "", f"{hidden} inputs unknown" if hidden else "")
        return " · ".join(part for part in parts if part)
    if not sums:
        return ""
    asset, (came, went, _) = min(sums.items(), key=lambda item: (-item[1][2], item[0]))
    known = ledger.asset_of(asset)
    got, gave = (short(units, known.decimals) for units in (came, went))
    symbol = clean(known.symbol, 12)
    if not went or not came:
        return f"in {got} {symbol}" if came or not went else f"out {gave} {symbol}"
    return f"in and out {got} {symbol}" if got == gave else f"in {got} · out {gave} {symbol}"


def _all(sums: Sequence[Sum]) -> str:
    return "; ".join(total.exact for total in sums) or "nothing"


def _short(sums: Sequence[Sum]) -> str:
    """The first of several sums, exact where there is room, and how many more there are."""
    if not sums:
        return ""
    first = sums[0]
    amount = first.exact if len(first.exact) <= _LONG else f"{first.short} {clean(first.asset.name, 20)}"
    return amount + (f" + {len(sums) - 1} assets" if len(sums) > 1 else "")

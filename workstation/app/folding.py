"""Owns what is drawn as one node: groups of a graph, and the dust and poisoning that a rule folds away.

A group is a frame that is shut: its node is placed like any other (subject ``group::`` and the key of the frame) and the
members keep their own places behind it. A rule is placed the same way; its subject says the whole rule
(``group::dust/BTC=0.00001``), so undo, scenes and saved cases hold it without more. Nothing is lost: whatever is folded is
counted and summed. Must not change anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.lookalike import ends_for, look_alikes
from workstation.app.backdrop import members_of
from workstation.app.chooser import Sum, clean
from workstation.domain.amounts import Asset
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.ledger import Ledger, Rows

Flags = NDArray[np.bool_]
What = Literal["dust", "poison"]
#: The order decides: a transfer that is poisoning is not called dust as well.
WHATS: tuple[What, ...] = ("dust", "poison")
_LIMB = 1 << 63


class Place(Protocol):
    """What of a placed subject is read here."""

    @property
    def subject(self) -> Subject:
        """Who."""

    @property
    def hidden(self) -> bool:
        """Whether it is hidden."""

    @property
    def pinned(self) -> bool:
        """Whether it was placed by hand."""


@dataclass(frozen=True, slots=True)
class Group:
    """A shut frame: its name and colour, and the keys of its members that are placed and not hidden."""

    name: str
    colour: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """What is folded away: transfers below the amount of their asset (by symbol); of look-alikes, zero ones too."""

    what: What
    least: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Folding:
    """Groups and rules of one graph by the key of the node that stands for them, in order of keys."""

    groups: Mapping[str, Group]
    rules: Mapping[str, Rule]

    def heads(self) -> frozenset[str]:
        """Keys of all nodes that stand for something folded."""
        return frozenset([*self.groups, *self.rules])


@dataclass(frozen=True, slots=True)
class Figures:
    """What stands behind a group or a rule.

    Attributes:
        items: nodes it stands for. inside: exact sums of the transfers that are not drawn because of it.
        came, went: exact sums of what crosses its border, whatever else is on the graph. rows: ledger rows inside.
    """

    name: str
    items: int
    inside: tuple[Sum, ...]
    came: tuple[Sum, ...]
    went: tuple[Sum, ...]
    rows: Rows
    first: int | None
    last: int | None


# --- groups -----------------------------------------------------------------------------------------------------------


def group_of(frame: str) -> Subject:
    """The node that stands for a shut frame."""
    return Subject("group", "", frame)


def rule_of(rule: Rule) -> Subject:
    """The node that stands for what a rule folds."""
    return Subject("group", "", rule.what + "/" + ";".join(f"{symbol}={amount}" for symbol, amount in rule.least))


def as_rule(subject: Subject) -> Rule | None:
    """The rule behind a node; None when it is none."""
    what, slash, text = subject.ref.partition("/")
    if subject.kind != "group" or not slash or what not in WHATS:
        return None
    pairs = [part.partition("=") for part in text.split(";") if part]
    if any(not symbol or not is_amount(amount) for symbol, _, amount in pairs):
        return None
    return Rule("dust" if what == "dust" else "poison", tuple((symbol, amount) for symbol, _, amount in pairs))


def is_amount(text: str) -> bool:
    """Whether a text is a plain decimal amount."""
    whole, _, fraction = text.partition(".")
    return len(text) <= 80 and text.isascii() and whole.isdigit() and (not fraction or fraction.isdigit())


def folding(placed: Mapping[str, Place], frames: Mapping[str, Mapping[str, Any]]) -> Folding:
    """What is folded on a graph: by shut frames, and by one rule of each kind."""
    groups: dict[str, Group] = {}
    rules: dict[str, Rule] = {}
    taken: set[str] = set()
    for key in sorted(k for k, place in placed.items() if place.subject.kind == "group"):
        rule = as_rule(placed[key].subject)
        if rule is not None:
            if rule.what not in taken:
                rules[key] = rule
                taken.add(rule.what)
            continue
        frame = frames.get(placed[key].subject.ref)
        if frame is not None:
            members = (m for m in members_of(frame) if m in placed and not placed[m].hidden and m != key)
            name = clean(str(frame["name"]), 80)
            groups[key] = Group(name, str(frame["colour"] or ""), tuple(sorted(members)))
    ordered = dict(sorted(rules.items(), key=lambda item: WHATS.index(item[1].what)))
    return Folding(groups, ordered)


def inside(placed: Mapping[str, Place], found: Folding, entities: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Key of the outermost node that stands for each folded key: entities take their addresses, groups everything."""
    holder: dict[str, str] = {}
    for place in placed.values():
        if place.subject.kind == "entity" and not place.hidden:
            holder.update(dict.fromkeys(entities.get(place.subject.ref, ()), place.subject.key))
    for key, group in found.groups.items():
        for member in group.members:
            holder.setdefault(member, key)
    return {key: _outermost(key, holder) for key in holder}


def _outermost(key: str, holder: Mapping[str, str]) -> str:
    seen = {key}
    while key in holder and holder[key] not in seen:
        key = holder[key]
        seen.add(key)
    return key


def items(
    placed: Mapping[str, Place], holders: Mapping[str, str], heads: Collection[str], entity_of: Mapping[str, str]
) -> dict[str, int]:
    """How many nodes each group or rule stands for; an entity counts once, whatever addresses it holds."""
    found: dict[str, int] = {}
    for member, head in holders.items():
        if head not in heads or member not in placed or member in heads or placed[member].subject.kind == "stub":
            continue
        entity = Subject("entity", "", entity_of.get(member, ""))
        if entity.key not in placed or placed[entity.key].hidden:
            found[head] = found.get(head, 0) + 1
    return found


def under(keys: Iterable[str], found: Folding) -> list[str]:
    """Keys with everything that stands behind the groups among them, groups themselves too, each once."""
    made: dict[str, None] = {}
    waiting = list(keys)
    while waiting:
        key = waiting.pop(0)
        if key not in made:
            made[key] = None
            waiting += found.groups[key].members if key in found.groups else ()
    return list(made)


def figures(ledger: Ledger, name: str, items: int, source: Rows, target: Rows, node: int) -> Figures:
    """What a group stands for.

    Args:
        source, target: node number at both ends of every row of the ledger, as in ``GraphModel.ends``.
    """
    from workstation.app.ledger import FEE

    moves = ledger.kind != FEE
    at, to = (source == node) & moves, (target == node) & moves
    kept = np.flatnonzero(at & to)
    every = np.flatnonzero(at | to)
    return Figures(
        name, items, ledger.sums(kept), ledger.sums(np.flatnonzero(to & ~at)), ledger.sums(np.flatnonzero(at & ~to)),
        kept, *ledger.span(every),
    )  # fmt: skip


# --- rules ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reasons:
    """Why each row of a ledger is folded (0 = not, else the place of its rule + 1), and which addresses imitate."""

    why: NDArray[np.int8]
    fakes: Flags


@dataclass(frozen=True, slots=True)
class Ruled:
    """What rules fold on one graph: node keys -> key of the rule, and drawn rows by key of the rule."""

    nodes: Mapping[str, str]
    rows: Mapping[str, Rows]


#: Nothing is folded by a rule.
NONE = Ruled(MappingProxyType({}), MappingProxyType({}))


def least_units(asset: Asset, least: Iterable[tuple[str, str]]) -> int:
    """Base units from which an amount of an asset is no dust; 0 = nothing of it is dust."""
    found = [Fraction(amount) for symbol, amount in least if symbol.casefold() == asset.symbol.casefold()]
    units = max(found, default=Fraction(0)) * 10**asset.decimals
    return int(-(-units.numerator // units.denominator))


def small(ledger: Ledger, least: Iterable[tuple[str, str]]) -> Flags:
    """Rows with a known amount below that of their asset."""
    amounts = tuple(least)
    found = np.zeros(len(ledger), bool)
    for number in np.unique(ledger.asset).tolist():
        units = least_units(ledger.asset_of(number), amounts)
        if units:
            high, low = min(units >> 63, _LIMB - 1), units % _LIMB
            of = ledger.asset == number
            found |= of & (ledger.hi >= 0) & ((ledger.hi < high) | ((ledger.hi == high) & (ledger.lo < low)))
            found[[row for row, value in ledger.big.items() if of[row] and value < units]] = True
    return found & ~ledger.unknown


def reasons(ledger: Ledger, rules: Sequence[Rule]) -> Reasons:
    """Why rows of a ledger are folded by these rules; a pass over the whole ledger, so it is worth keeping."""
    from workstation.app.ledger import FEE

    why = np.zeros(len(ledger), np.int8)
    fakes = np.zeros(max(1, len(ledger.columns.addresses)), bool)
    moves = ledger.kind != FEE
    for number, rule in enumerate(rules, 1):
        rows = small(ledger, rule.least) & moves
        if rule.what == "poison":
            rows |= ~ledger.unknown & (ledger.hi == 0) & (ledger.lo == 0) & moves
            fakes = _imitating(ledger, rows, moves)
            rows &= fakes[ledger.sender] | fakes[ledger.receiver]
        why[rows] = number
    return Reasons(why, fakes)


def _imitating(ledger: Ledger, empty: Flags, moves: Flags) -> Flags:
    """Addresses that look like one which moved real money, and moved none themselves."""
    size = max(1, len(ledger.columns.addresses))

    def count(rows: Flags) -> Rows:
        wanted = np.flatnonzero(rows)
        return np.bincount(ledger.sender[wanted], minlength=size) + np.bincount(ledger.receiver[wanted], minlength=size)

    every, none = count(moves), count(empty)
    found = np.zeros(size, bool)
    for group in look_alikes(ledger.address_ids, ends_for(len(ledger))):
        numbers = np.array([ledger.address_ids[place] for place in group.members], np.int64)
        real = every[numbers] > none[numbers]
        if real.any():
            found[numbers[~real & (every[numbers] > 0)]] = True
    found[0] = False
    return found


def by_rule(
    ledger: Ledger, rules: Mapping[str, Rule], found: Reasons, nodes: Sequence[Subject], stay: Collection[str],
    source: Rows, target: Rows,
) -> Ruled:  # fmt: skip
    """What rules fold on a graph: drawn rows they name, and nodes that have no other rows.

    Args:
        nodes: subjects by node number. stay: keys that stay, because somebody said something about them.
        source, target: node number at both ends of every row, -1 where nothing is drawn.
    """
    rows = np.flatnonzero((source >= 0) & (target >= 0) & (source != target))
    named = rows[found.why[rows] > 0]
    size = len(nodes)
    every = np.bincount(source[rows], minlength=size) + np.bincount(target[rows], minlength=size)
    flagged = np.bincount(source[named], minlength=size) + np.bincount(target[named], minlength=size)
    keys = {rule.what: key for key, rule in rules.items()}
    folded: dict[str, str] = {}
    for number in np.flatnonzero((every > 0) & (every == flagged)).tolist():
        subject = nodes[number]
        if subject.kind not in ("address", "transaction") or subject.key in stay:
            continue
        fake = subject.kind == "address" and bool(found.fakes[ledger.number(subject)])
        key = keys.get("poison" if fake else "dust")
        if key is not None:
            folded[subject.key] = key
    return Ruled(folded, {key: named[found.why[named] == number] for number, key in enumerate(rules, 1)})


def redirected(source: Rows, target: Rows, ruled: Ruled, number_of: Mapping[str, int]) -> Rows:
    """Where drawn lines begin: folded rows between two nodes that stay come from the node of their rule.

    So every transfer stands behind exactly one line or inside exactly one node; where that node is hidden, they are too.
    """
    if not ruled.rows:
        return source
    made = source.copy()
    heads = np.array([number_of[key] for key in ruled.rows if key in number_of], np.int64)
    for key, rows in ruled.rows.items():
        apart = rows[~np.isin(source[rows], heads) & ~np.isin(target[rows], heads)]
        made[apart] = number_of.get(key, -1)
    return made


def said(rule: Rule) -> str:
    """A rule in words: what it folds, below which amounts."""
    word = "dust" if rule.what == "dust" else "poisoning"
    amounts = ", ".join(f"{amount} {clean(symbol, 12)}" for symbol, amount in rule.least)
    return f"{word} below {amounts}" if amounts else word


def staying(placed: Mapping[str, Place], stated: Iterable[Collection[str]]) -> set[str]:
    """Keys no rule may fold: what somebody tagged, marked, noted or pinned, and what has a ‘+n more’ of its own."""
    found = {key for key, place in placed.items() if place.pinned}
    for keys in stated:
        found |= {key for key in keys if key in placed}
    for place in placed.values():
        if place.subject.kind == "stub" and not place.hidden:
            _, kind, ref = place.subject.ref.split("/", 2)
            found.add(parse(f"{kind}:{place.subject.chain}:{ref}").key)
    return found

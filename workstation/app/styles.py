"""Owns how styles are read and laid on a picture: rules of the case in their order, then what was chosen by hand.

A style never changes a figure, the shape of a role or the line of a heuristic: it says what to look at, in the colours of
the tested palette. Must not change the case; ``commands/styles`` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from workstation.analysis.palette import PALETTE
from workstation.analysis.picture import Edge, Look, Node, Picture
from workstation.app import fans
from workstation.app.chooser import clean
from workstation.app.ledger import Ledger
from workstation.app.names import Names
from workstation.app.times import moment
from workstation.casefile.values import NOT_STATED
from workstation.domain.amounts import parse_decimal
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse

Sort = Literal["category", "amount", "since"]
SORTS: tuple[Sort, ...] = ("category", "amount", "since")
SIZES = ("", "small", "large")
WIDTHS = ("", "thin", "wide")
_SIZE: Mapping[str, float] = {"small": 0.75, "large": 1.5}
#: Kinds of nodes that have the shape of a role, which grows and takes a ring.
_SHAPED = ("address", "entity")
#: Decimals in which the amount of a rule is read, also for an asset that has fewer.
_FINE = 18
_WIDE: Mapping[str, float] = {"thin": 0.6, "wide": 2.0}


@dataclass(frozen=True, slots=True)
class Rule:
    """A style rule: what it looks for, and what that looks like.

    Attributes:
        sort: ``category`` a tag has this category (nodes), ``amount`` at least so much of one asset (lines), ``since``
            first seen on this day or later (nodes). value: category, decimal amount or day. asset: asset key.
    """

    key: str
    name: str
    active: bool
    sort: Sort
    value: str
    asset: str
    colour: str
    size: str
    ring: bool
    width: str

    @property
    def of_lines(self) -> bool:
        """Whether it styles lines; else nodes."""
        return self.sort == "amount"


def rules(rows: Mapping[str, Mapping[str, Any]]) -> tuple[Rule, ...]:
    """The rules of a case in their order; the first that fits a thing counts."""
    ordered = sorted(rows.items(), key=lambda item: (item[1]["position"] or 0, item[0]))
    return tuple(
        Rule(
            key, clean(row["name"], 60), row["active"] == "yes", row["sort"] if row["sort"] in SORTS else "category",
            row["value"] or "", row["asset"] or "", row["colour"] if row["colour"] in PALETTE else "", row["size"] or "",
            row["ring"] == "yes", row["width"] or "",
        )
        for key, row in ordered
    )  # fmt: skip


def said(rule: Rule) -> str:
    """What a rule looks for, in words."""
    if rule.sort == "category":
        return f"Tag category contains “{rule.value}”"
    if rule.sort == "amount":
        symbol = clean(rule.asset.split(":")[1] if rule.asset.count(":") else rule.asset, 16)
        return f"Line of at least {rule.value} {symbol}"
    return f"First seen on {rule.value} or later"


def line_key(payer: str, payee: str, asset: str) -> str:
    """What a line is called in a style by hand."""
    return f"line:{payer}>{payee}|{asset}"


def styled(
    picture: Picture, found: Sequence[Rule], hand: Mapping[str, Mapping[str, Any]], ledger: Ledger, names: Names
) -> Picture:
    """The picture with its styles and a legend line for each rule that shows; the same object without any."""
    active = [rule for rule in found if rule.active]
    if not active and not hand:
        return picture
    nodes, edges = list(picture.nodes), list(picture.edges)
    looks = list(picture.looks)
    for rule in active:
        if rule.of_lines:
            hits = tuple(_lines(rule, picture, ledger))
        elif rule.sort == "category":
            hits = tuple(_categories(rule, picture, names))
        else:
            hits = tuple(_since(rule, picture, ledger, names))
        if hits:
            looks.append(Look(rule.name, rule.colour, rule.of_lines, members=hits))
        for number in hits:
            if rule.of_lines:
                edges[number] = _line(edges[number], picture.edges[number], rule.colour, rule.width)
            else:
                nodes[number] = _node(nodes[number], picture.nodes[number], rule.colour, rule.size, ring=rule.ring)
    for number, node in enumerate(picture.nodes):
        row = hand.get(node.key)
        if row is not None:
            nodes[number] = _node_by_hand(nodes[number], row)
    if any(key.startswith("line:") for key in hand):
        for number in range(len(edges)):
            row = hand.get(line_key(*fans.line(picture, number)))
            if row is not None:
                edges[number] = _line_by_hand(edges[number], row)
    chained = tuple(number for number, edge in enumerate(edges) if edge.style == "chained")
    if chained:
        looks.append(Look("Dashed by hand", line=True, style="chained", members=chained))
    return replace(picture, nodes=tuple(nodes), edges=tuple(edges), looks=tuple(looks))


def _node(node: Node, plain: Node, colour: str, size: str, *, ring: bool) -> Node:
    """What a rule gives; what a rule before it gave stays, and so does a colour of the mark of a person."""
    grows = node.kind in _SHAPED
    return replace(
        node,
        colour=node.colour or colour,
        size=_SIZE.get(size, node.size) if grows and node.size == plain.size else node.size,
        ringed=node.ringed or (grows and ring),
    )


def _line(edge: Edge, plain: Edge, colour: str, width: str) -> Edge:
    return replace(
        edge,
        colour=edge.colour or colour,
        wide=edge.wide if edge.wide != plain.wide else _WIDE.get(width, edge.wide),
    )


def _node_by_hand(node: Node, row: Mapping[str, Any]) -> Node:
    grows = node.kind in _SHAPED
    return replace(
        node,
        colour=row["colour"] if row["colour"] in PALETTE else node.colour,
        size={**_SIZE, "normal": 1.0}.get(row["size"] or "", node.size) if grows else node.size,
        ringed=grows and (row["ring"] == "yes" if row["ring"] else node.ringed),
        worded=row["label"] != "no",
    )


def _line_by_hand(edge: Edge, row: Mapping[str, Any]) -> Edge:
    dashed = row["dashed"] == "yes" and edge.style == "solid"
    return replace(
        edge,
        colour=row["colour"] if row["colour"] in PALETTE else edge.colour,
        wide={**_WIDE, "normal": 1.0}.get(row["width"] or "", edge.wide),
        style="chained" if dashed else edge.style,
        label="" if row["label"] == "no" else edge.label,
    )


# --- what a rule finds ------------------------------------------------------------------------------------------------


def _lines(rule: Rule, picture: Picture, ledger: Ledger) -> Iterable[int]:
    """Lines of the asset whose exact sum reaches the amount; a sum of an asset without known decimals never does."""
    least: dict[str, int | None] = {}
    for number, edge in enumerate(picture.edges):
        if edge.asset != rule.asset or not edge.transfers:
            continue
        if edge.asset not in least:
            row = ledger.row_of_id[edge.transfers[0]]
            least[edge.asset] = base_units(rule.value, ledger.asset_of(int(ledger.asset[row])).decimals)
        wanted = least[edge.asset]
        if wanted is not None and edge.units >= wanted:
            yield number


def base_units(amount: str, decimals: int) -> int | None:
    """A decimal amount in base units, rounded up; None when it is no amount."""
    try:
        fine = parse_decimal(amount, max(decimals, _FINE))
    except ValueError:
        return None
    step: int = 10 ** max(0, _FINE - decimals)
    return -(-fine // step)


def _categories(rule: Rule, picture: Picture, names: Names) -> Iterable[int]:
    wanted = rule.value.casefold()
    for number, node in enumerate(picture.nodes):
        if node.kind in ("address", "entity", "transaction") and any(
            wanted in category.casefold() for category in _tagged(node.key, names)
        ):
            yield number


def _tagged(key: str, names: Names) -> Iterable[str]:
    """Categories a subject has: of tags of ours and of sources, of its members, and the role of an entity."""
    subject = parse(key)
    members: list[str] = []
    if subject.kind == "entity":
        yield str(names.entities.get(subject.ref, {}).get("role") or "")
        members = names.members.get(subject.ref, [])
    for each in (key, *members):
        for row in names.tags.get(each, ()):
            yield str(row["category"] or "")
        for tag in names.sources.get(each, ()):
            yield tag.category


def _since(rule: Rule, picture: Picture, ledger: Ledger, names: Names) -> Iterable[int]:
    try:
        since = moment(rule.value)
    except WorkstationError:  # a case file somebody else wrote
        return
    for number, node in enumerate(picture.nodes):
        if node.kind in ("address", "entity", "transaction"):
            first = _first(parse(node.key), ledger, names)
            if first is not None and first >= since:
                yield number


def _first(subject: Subject, ledger: Ledger, names: Names) -> int | None:
    """When the case first saw a subject, in any transfer."""
    if subject.kind == "entity":
        times = [_first(parse(member), ledger, names) for member in names.members.get(subject.ref, ())]
        return min((time for time in times if time is not None), default=None)
    number = ledger.number(subject)
    if not number:
        return None
    parts = [ledger.of_tx(number)] if subject.kind == "transaction" else [ledger.sent(number), ledger.received(number)]
    times_ = ledger.columns.time[np.concatenate(parts)]
    times_ = times_[times_ != NOT_STATED]
    return int(times_.min()) if len(times_) else None

"""Owns what a card says of a node or a line, as plain texts. Must not know a widget, and on stage must not name a person.

A picture that is masked (``app.privacy``) gives the names; whatever the mask changed is a person, and of a person a card
on stage tells no identifier, no label and no marked money, whose words may hold a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workstation.app.cards import of_edge, of_node
from workstation.app.chooser import Sum, clean
from workstation.app.folding import as_rule
from workstation.domain.subjects import parse
from workstation.ui.tainted import edge_lines, node_lines
from workstation.ui.translate import count, tr

if TYPE_CHECKING:
    from workstation.analysis.picture import Picture
    from workstation.app.session import Session
    from workstation.ui.times import Display

ROLES = {
    "subject": "Subject of the case", "victim": "Victim or lawful source",
    "service": "Service that can answer a request", "obfuscation": "Obfuscation", "infrastructure": "Infrastructure",
    "illicit": "Illicit service or actor", "unattributed": "Unattributed",
}  # fmt: skip
STYLES = {"solid": "on the ledger", "dashed": "heuristic", "dotted": "stated off the ledger"}
_ASSETS = 6


@dataclass(frozen=True, slots=True)
class Card:
    """The texts of a card.

    Attributes:
        head: who. under: what it is. whole: the exact identifier, empty for a line and for a person on stage.
        rows: (name, value), a value may have several lines. lines: further sentences.
    """

    head: str
    under: str
    whole: str
    rows: tuple[tuple[str, str], ...]
    lines: tuple[str, ...] = ()
    role: str = ""
    badge: str = ""


def of_picture_node(session: Session, display: Display, drawn: Picture, number: int, shown: Picture | None) -> Card:
    """The card of a node of what is drawn; ``shown`` is the same picture masked on stage, None off stage."""
    node = drawn.nodes[number]
    seen = node if shown is None else shown.nodes[number]
    person = seen.full != node.full or seen.name != node.name
    subject = parse(node.key)
    kinds = {
        "address": tr("Address"), "transaction": tr("Transaction"), "entity": tr("Entity"),
        "stub": tr("More neighbours"), "group": tr("Group"),
    }  # fmt: skip
    if subject.kind == "group":
        return replace(folded(session, display, node.key), head=seen.name)
    role = tr(ROLES.get(node.role, node.role)) if node.role != "unattributed" else ""
    under = "  ·  ".join(part for part in (kinds.get(node.kind, node.kind), subject.chain, role, node.badge) if part)
    if node.kind == "stub":
        return Card(seen.name, under, "", (), (seen.detail,) if seen.detail else ())
    known = of_node(session, subject)
    words = (tr("Paid in"), tr("Paid out")) if node.kind == "transaction" else (tr("In"), tr("Out"))
    rows = [(word, _sums(sums)) for word, sums in zip(words, (known.came, known.went), strict=True) if sums]
    rows += [(tr("Transfers"), f"{known.transfers:,}"), *_times(display, known.first, known.last)]
    lines = () if shown is not None else tuple(node_lines(session, node.key))
    whole = "" if person or node.kind == "entity" else subject.ref
    return Card(seen.name, under, whole, tuple(rows), lines, node.role, node.badge)


def folded(session: Session, display: Display, key: str) -> Card:
    """The card of a group, or of what a rule folds: how many nodes, what stays inside, what crosses its border."""
    known = session.graphs.figures(session.graph, key)
    if known is None:
        return Card("", tr("Group"), "", ())
    crossing = ((tr("In"), known.came), (tr("Out"), known.went))
    rule = as_rule(parse(key)) is not None
    words = (tr("Transfers folded"), tr("Sum folded")) if rule else (tr("Transfers inside"), tr("Sum inside"))
    rows = [(tr("Nodes"), f"{known.items:,}"), (words[0], f"{len(known.rows):,}")]
    rows += [(words[1], _sums(known.inside))] if known.inside else []
    rows += [(word, _sums(sums)) for word, sums in crossing if sums]
    under = tr("Folded by a rule: {rule}", rule=known.name) if rule else tr("Group")
    return Card(known.name, under, "", (*rows, *_times(display, known.first, known.last)))


def of_picture_edge(session: Session, display: Display, drawn: Picture, number: int, shown: Picture | None) -> Card:
    """The card of a line; the rest as for a node."""
    picture = shown or drawn
    edge = picture.edges[number]
    known = of_edge(session, edge.transfers)
    names = [clean(picture.nodes[end].name, 44) for end in (edge.source, edge.target)]
    chain = known.largest[0].asset.chain if known.largest else ""
    under = "  ·  ".join(
        part for part in (count(len(known.rows), "transfer", "transfers"), chain, tr(STYLES[edge.style])) if part
    )
    rows = [(tr("Together"), _sums(known.sums)), *_times(display, known.first, known.last)]
    if len(known.rows) > 1:
        several = len({each.asset for each in known.largest}) > 1
        rows.append((tr("The largest") if known.more else tr("Transfers"), ""))
        for each in known.largest:
            amount = tr("unknown") if each.units is None else each.asset.written(each.units, group=",")
            rows.append((display.time(each.time), f"{amount} {clean(each.asset.name, 20)}" if several else amount))
    if known.more > 0:
        rows.append(("", tr("and {n} more", n=f"{known.more:,}")))
    lines = () if shown is not None else tuple(edge_lines(session, number))
    return Card(f"{names[0]}  →  {names[1]}", under, "", tuple(rows), lines)


def _sums(sums: Sequence[Sum]) -> str:
    """Always exact: the card is where the exact figure of a short plate is read."""
    shown = [each.exact for each in sums[:_ASSETS]]
    left = len(sums) - len(shown)
    return "\n".join([*shown, tr("and {n} more assets", n=left)] if left else shown)


def _times(display: Display, first: int | None, last: int | None) -> list[tuple[str, str]]:
    if first is None or first == last:
        return [(tr("Time"), display.time(first))]
    return [(tr("First"), display.time(first)), (tr("Last"), display.time(last))]

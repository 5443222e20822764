"""Owns finding a text on the graph that is drawn: which of its nodes and lines it leads to, in a fixed order.

Everything the search of the case finds counts when it stands on the graph: a name, a label, a note, a finding's evidence,
a transaction or an amount. Must not know Qt and must not change anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.app.search import find
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.session import Session

_LIMIT = 5_000


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the graph: keys of what to mark there, from left to right in the order of the picture."""

    keys: tuple[str, ...]
    place: tuple[float, float]


def spots(session: Session, text: str) -> tuple[Spot, ...]:
    """Where a text is met on the active graph, from left to right, then from top to bottom; each place once."""
    picture = session.graphs.picture(session.graph)
    wanted = " ".join(text.split()).casefold()
    if not wanted:
        return ()
    number = {node.key: n for n, node in enumerate(picture.nodes)}
    nodes = {n for n, node in enumerate(picture.nodes) if _says(wanted, node.name, node.detail, node.full)}
    edges: set[int] = set()
    moved: set[int] = set()
    for subject in _subjects(session, text):
        if subject.kind == "transfer":
            moved.add(int(subject.ref))
        elif subject.key in number:
            nodes.add(number[subject.key])
        elif subject.kind == "transaction":
            row = session.graphs.ledger.number(subject)
            moved.update(session.graphs.ledger.ids(session.graphs.ledger.of_tx(row)) if row else ())
        else:
            entity = f"entity::{session.graphs.names.entity_of.get(subject.key, '')}"
            nodes.update({number[entity]} if entity in number else ())
    if moved:
        edges = {n for n, edge in enumerate(picture.edges) if not moved.isdisjoint(edge.transfers)}
    found = [Spot((picture.nodes[n].key,), (picture.nodes[n].x, picture.nodes[n].y)) for n in sorted(nodes)]
    for n in sorted(edges):
        ends = picture.nodes[picture.edges[n].source], picture.nodes[picture.edges[n].target]
        middle = (ends[0].x + ends[1].x) / 2, (ends[0].y + ends[1].y) / 2
        found.append(Spot(tuple(dict.fromkeys(end.key for end in ends)), middle))
    unlike = {spot.keys: spot for spot in reversed(found)}
    return tuple(sorted(unlike.values(), key=lambda spot: (*spot.place, spot.keys)))


def step(session: Session, found: tuple[Spot, ...], by: int) -> int:
    """The number of the spot ``by`` steps from what is selected; the first or the last when that is no spot."""
    chosen = tuple(subject.key for subject in session.selection)
    here = next((n for n, spot in enumerate(found) if spot.keys == chosen), None)
    return (0 if by > 0 else len(found) - 1) if here is None else (here + by) % len(found)


def _says(wanted: str, *texts: str) -> bool:
    return any(wanted in text.casefold() for text in texts)


def _subjects(session: Session, text: str) -> set[Subject]:
    """Everything of the case the text leads to."""
    made: set[Subject] = set()
    findings: set[str] = set()
    for hit in find(session, text, limit=_LIMIT):
        if hit.kind == "finding":
            findings.add(hit.row)
        elif hit.subject is not None:
            made.add(hit.subject)
    for link in session.store.rows("finding_link").values() if findings else ():
        if link["finding"] in findings:
            made.add(parse(str(link["subject"])))
    return made

"""Owns the trail of a graph: what it began with, which expansion brought which nodes, and which of them are in use since.

Every placement holds the number of the step that brought it (0 or nothing = before steps were counted), and every
expansion is a row of work product, so the trail is the same after reopening and follows undo. Must not change anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.app.backdrop import members_of
from workstation.app.graph import GraphModel, Placed
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.session import Session


#: Nodes that stand for others; they are no part of a trail.
_MADE = ("stub", "group")


@dataclass(frozen=True, slots=True)
class Expansion:
    """One expansion of a graph.

    Attributes:
        key: key of its row. step: its number on the graph. subject: what was expanded. way: ``in``, ``out`` or ``both``.
        brought: keys of what it brought and what still stands on the graph, without "+n more" stubs.
    """

    key: str
    step: int
    subject: Subject
    way: str
    brought: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trail:
    """What a graph began with (searched, added, dragged in), and its expansions in order. Stubs are in neither."""

    seeds: tuple[str, ...]
    expansions: tuple[Expansion, ...]


def next_step(model: GraphModel, graph: str) -> int:
    """The number of the next step that brings something onto a graph."""
    if not graph or graph not in model.graphs():
        return 1
    steps = [place.step for place in model.placed(graph).values()]
    steps += [int(row["step"]) for row in model.store.rows("expansion").values() if row["graph"] == graph]
    return max(steps, default=0) + 1


def trail(model: GraphModel, graph: str) -> Trail:
    """The trail of a graph. An expansion of which nothing is left is not told."""
    rows = {int(row["step"]): (key, row) for key, row in model.store.rows("expansion").items() if row["graph"] == graph}
    brought: dict[int, list[str]] = {step: [] for step in sorted(rows)}
    seeds: list[str] = []
    for key, place in model.placed(graph).items():
        if place.subject.kind in _MADE:
            continue
        row = rows.get(place.step)
        if row is None or row[1]["subject"] == key:
            seeds.append(key)
        else:
            brought[place.step].append(key)
    made = tuple(
        Expansion(rows[step][0], step, parse(str(rows[step][1]["subject"])), str(rows[step][1]["way"]), tuple(keys))
        for step, keys in brought.items()
        if keys
    )
    return Trail(tuple(seeds), made)


def in_use(session: Session, graph: str, expansion: Expansion) -> dict[str, str]:
    """What an expansion brought and what is in use since, with the reason: collapsing it must not take these away."""
    placed = session.graphs.placed(graph)
    brought = set(expansion.brought)
    found: dict[str, str] = {}
    for reason, keys in _reasons(session, graph, expansion, placed):
        for key in keys:
            if key in brought:
                found.setdefault(key, reason)
    # a payment that leads to something kept stays too, or what is kept would hang in the air
    picture = session.graphs.picture(graph)
    for edge in picture.edges:
        ends = picture.nodes[edge.source].key, picture.nodes[edge.target].key
        for here, there in (ends, ends[::-1]):
            if here in brought and there in found and placed[here].subject.kind == "transaction":
                found.setdefault(here, "leads to what is kept")
    return dict(sorted(found.items()))


def _reasons(
    session: Session, graph: str, expansion: Expansion, placed: Mapping[str, Placed]
) -> Iterable[tuple[str, Iterable[str]]]:
    rows, made = session.store.rows, _sequence(expansion.key)
    yield "pinned", [key for key in expansion.brought if placed[key].pinned]
    for reason, table in (("noted", "note"), ("labelled", "tag"), ("in an entity", "entity_member"), ("noted", "card")):
        yield reason, [str(row["subject"]) for key, row in rows(table).items() if _sequence(key) > made]
    yield "marked", list(rows("mark"))
    yield "in a finding", _cited(session, made)
    yield "in a frame", [key for row in rows("frame").values() if row["graph"] == graph for key in members_of(row)]
    others = trail(session.graphs, graph).expansions
    yield "expanded further", [other.subject.key for other in others if other.key != expansion.key]
    yield "connected by a later step", _later(session, graph, expansion.step, placed)


def _sequence(key: str) -> int:
    """The custody sequence at which a row was made; its key holds it."""
    found = re.search(r"-(\d+)", key)
    return int(found[1]) if found else 0


def _cited(session: Session, since: int) -> list[str]:
    """Nodes that findings cite since then, by themselves or by a transfer between them."""
    rows = session.store.rows("finding_link").items()
    cited = [parse(str(row["subject"])) for key, row in rows if _sequence(key) > since]
    found = [subject.key for subject in cited]
    numbers = [int(subject.ref) for subject in cited if subject.kind == "transfer" and subject.ref.isdigit()]
    for transfer in session.store.transfers(ids=numbers) if numbers else ():
        found += [Subject("address", chain, ref).key for chain, ref in transfer.parties]
        found += [Subject("transaction", transfer.chain, transfer.tx).key] if transfer.tx else []
    return found


def _later(session: Session, graph: str, step: int, placed: Mapping[str, Placed]) -> Iterable[str]:
    picture = session.graphs.picture(graph)
    steps = [placed[node.key].step if node.kind not in _MADE and node.key in placed else 0 for node in picture.nodes]
    for edge in picture.edges:
        for here, there in ((edge.source, edge.target), (edge.target, edge.source)):
            if steps[here] == step < steps[there]:
                yield picture.nodes[here].key

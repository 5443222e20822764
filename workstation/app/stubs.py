"""Owns the '+n more' node: its key beside a subject, and what stands behind it on a graph. Must not place anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from workstation.analysis.picture import Edge, Node
from workstation.app.crowd import open_ends
from workstation.app.ledger import Ledger, Rows
from workstation.app.names import Names
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.graph import Placed


def stub_of(subject: Subject, direction: str) -> Subject:
    """The '+n more' node beside a subject, for one direction."""
    return Subject("stub", subject.chain, f"{direction}/{subject.kind}/{subject.ref}")


def stands_for(stub: Subject) -> tuple[Subject, str]:
    """The subject and direction behind a stub; inverse of :func:`stub_of`."""
    direction, kind, ref = stub.ref.split("/", 2)
    return parse(f"{kind}:{stub.chain}:{ref}"), direction


def drawn(
    ledger: Ledger,
    names: Names,
    placed: Iterable[Placed],
    node_of: Mapping[str, int],
    nodes: int,
    there: tuple[Rows, Rows],
    edge: Callable[[int, int, int, Rows, int, int], Edge],
) -> tuple[list[Node], list[Edge]]:
    """The '+n more' nodes of a graph and their lines, with the exact sum of what is left out.

    Args:
        placed: what stands on the graph by itself. node_of: number of the node of a subject key. nodes: how many there are.
        there: number of the node of every address and transaction, -1 = not shown. edge: makes a line of rows.
    """
    made: list[Node] = []
    edges: list[Edge] = []
    for place in placed:
        if place.subject.kind != "stub" or place.hidden:
            continue
        owner, direction = stands_for(place.subject)
        at = node_of.get(owner.key)
        if at is None:
            continue
        rows, ends = open_ends(ledger, names, owner, direction, *there)
        if not len(rows):
            continue
        count = len(np.unique(ends))
        here = nodes + len(made)
        text = f"+{count:,} more"
        made.append(
            Node(
                place.subject.key, "stub", place.x, place.y, "unattributed", "", text, "", text, place.pinned,
                stub_count=count,
            )
        )  # fmt: skip
        for group in ledger.groups(rows, ledger.asset[rows]):
            ends_of = (at, here) if direction == "out" else (here, at)
            edges.append(edge(*ends_of, group.keys[0], group.rows, group.units, group.unknown))
    return made, edges

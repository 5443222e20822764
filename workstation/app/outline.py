"""Owns the outline of a picture: every node and every line of it as text, in reading order, for a tree that is read aloud.

It says in words what the canvas draws, and nothing more. Must not know Qt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from workstation.analysis.picture import Edge, Node, Picture
from workstation.app.names import ROLE_NAMES
from workstation.app.times import day
from workstation.domain.visible import visible

_KINDS: Mapping[str, str] = MappingProxyType(
    {"address": "address", "entity": "entity", "transaction": "transaction", "stub": "more neighbours"}
)


@dataclass(frozen=True, slots=True)
class Line:
    """One way of money at a node: which edge of the picture, which node at the far end, and the texts of the columns."""

    edge: int
    far: int
    cells: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Outline:
    """The nodes of a picture in reading order (left to right, then top to bottom), each with its lines.

    Attributes:
        order: node numbers of the picture in reading order. leaving, reaching: edge numbers by node number.
    """

    picture: Picture
    order: tuple[int, ...]
    leaving: Sequence[Sequence[int]]
    reaching: Sequence[Sequence[int]]

    def cells(self, node: int) -> tuple[str, str, str]:
        """Name, what it is, and what is known of it, for one node."""
        found = self.picture.nodes[node]
        return found.name, what_it_is(found), visible(found.detail)

    def lines(self, node: int) -> tuple[Line, ...]:
        """What leaves a node and then what reaches it, largest first in each."""
        return tuple(
            [self._line(edge, out=True) for edge in self.leaving[node]]
            + [self._line(edge, out=False) for edge in self.reaching[node]]
        )

    def _line(self, number: int, *, out: bool) -> Line:
        edge = self.picture.edges[number]
        far = edge.target if out else edge.source
        name = self.picture.nodes[far].name
        words = f"pays {name}" if out else f"receives from {name}"
        return Line(number, far, (words, edge.exact, when(edge)))


def outline(picture: Picture) -> Outline:
    """The outline of a picture. Costs no more than sorting its nodes and edges."""
    nodes, edges = picture.nodes, picture.edges
    order = sorted(range(len(nodes)), key=lambda n: (nodes[n].x, nodes[n].y, nodes[n].key))
    leaving: list[list[int]] = [[] for _ in nodes]
    reaching: list[list[int]] = [[] for _ in nodes]
    for number in sorted(range(len(edges)), key=lambda e: (-edges[e].weight, e)):
        leaving[edges[number].source].append(number)
        reaching[edges[number].target].append(number)
    return Outline(picture, tuple(order), leaving, reaching)


def what_it_is(node: Node) -> str:
    """Kind, role and state of a node in words: what shape, colour and outline say on the canvas."""
    parts = [f"group of {node.stub_count:,}" if node.kind == "group" else _KINDS[node.kind]]
    if node.kind in ("address", "entity"):
        parts.append(ROLE_NAMES[node.role].lower() + (f" ({node.badge})" if node.badge else ""))
    states = (
        (node.doubtful, "label rests on a heuristic"), (node.pinned, "pinned"), (node.noted, "has a note"),
    )  # fmt: skip
    return ", ".join(parts + [words for on, words in states if on])


def when(edge: Edge) -> str:
    """How many transfers a line bundles, and the days of the first and the last."""
    many = f"{edge.count:,} transfers" if edge.count != 1 else "1 transfer"
    if edge.first is None or edge.last is None:
        return f"{many}, time not stated"
    first, last = day(edge.first), day(edge.last)
    return f"{many}, {first}" if first == last else f"{many}, {first} to {last}"

"""Owns the picture of a graph: what is drawn, in plain values, for every front end (canvas, SVG, HTML, report).

Must not know Qt, the case file or how positions were found. All texts are plain text from possibly hostile files;
whoever draws them treats them as text, never as markup.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

#: Roles of notes/ux.md 2.9. Colour and shape both follow the role, so colour is never the only sign.
Role = Literal["subject", "victim", "service", "obfuscation", "infrastructure", "illicit", "unattributed"]
NodeKind = Literal["address", "entity", "transaction", "stub"]


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a picture.

    Attributes:
        key: subject key (``domain.subjects``).
        x, y: position in world units (a node disc has radius 18, a transaction node 7).
        role: decides colour and shape. badge: two capital letters inside the shape, or empty.
        name: first label line, already short enough for a canvas. detail: second, dim line, or empty.
        full: the exact identifier for tooltips, tables and exports.
        pinned: placed by hand. colour: own colour ``#rrggbb`` or empty. doubtful: label rests on a heuristic.
        stub_count: for a stub, how many neighbours it stands for.
    """

    key: str
    kind: NodeKind
    x: float
    y: float
    role: Role
    badge: str
    name: str
    detail: str
    full: str
    pinned: bool = False
    colour: str = ""
    doubtful: bool = False
    noted: bool = False
    stub_count: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """One drawn line; it may bundle many transfers of one asset.

    Attributes:
        source, target: indexes into ``Picture.nodes``.
        label: short amount for the plate. exact: the exact sum with symbol. count: transfers bundled.
        weight: number for the line width only (a float places pixels, never figures).
        transfers: transfer numbers behind the line, in total order.
        style: solid = on the ledger, dashed = heuristic, dotted = stated off the ledger.
    """

    source: int
    target: int
    label: str
    exact: str
    count: int
    weight: float
    transfers: tuple[int, ...]
    style: Literal["solid", "dashed", "dotted"] = "solid"
    asset: str = ""
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """Nodes and edges in a fixed order, with the line that says what is shown and what is not."""

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    scope: str = ""
    legend: tuple[tuple[Role, str], ...] = field(default=())

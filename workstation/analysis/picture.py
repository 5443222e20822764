"""Owns the picture of a graph: what is drawn, in plain values, for every front end (canvas, SVG, HTML, report).

Must not know Qt, the case file or how positions were found. All texts are plain text from possibly hostile files;
whoever draws them treats them as text, never as markup.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

#: Roles of notes/ux.md 2.9. Colour and shape both follow the role, so colour is never the only sign.
Role = Literal["subject", "victim", "service", "obfuscation", "infrastructure", "illicit", "unattributed"]
LineStyle = Literal["solid", "dashed", "dotted", "double", "chained"]
NodeKind = Literal["address", "entity", "transaction", "stub", "group"]


@dataclass(frozen=True, slots=True)
class Node:
    """One node of a picture.

    Attributes:
        key: subject key (``domain.subjects``).
        x, y: position in world units (a node disc has radius 18, a transaction node 7).
        role: decides colour and shape. badge: two capital letters inside the shape, or empty.
        name: first label line, already short enough for a canvas. detail: second, dim line, or empty.
        full: the exact identifier for tooltips, tables and exports.
        pinned: placed by hand. colour: own colour ``#rrggbb``, a name of ``palette``, or empty. doubtful: label rests on a heuristic.
        stub_count: for a stub or a group, how many neighbours, transfers or nodes it stands for.
        worded: whether its name is written below it. size: how much larger it is drawn. ringed: with a ring of its own.
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
    worded: bool = True
    size: float = 1.0
    ringed: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """One drawn line; it may bundle many transfers of one asset.

    Attributes:
        source, target: indexes into ``Picture.nodes``.
        label: short amount for the plate. exact: the exact sum with symbol. count: transfers bundled.
        weight: number for the line width only (a float places pixels, never figures).
        transfers: transfer numbers behind the line, in total order.
        style: solid = on the ledger, dashed = heuristic, dotted = stated off the ledger, double = it crosses to another
            asset or chain by a declared swap or bridge, chained = on the ledger and dashed by hand.
        units: the exact sum in base units. colour: a name of ``palette`` or empty. wide: how much wider it is drawn.
        crossing: both amounts of a declared swap or bridge. sort: what alone is behind it, when that is no payment.
    """

    source: int
    target: int
    label: str
    exact: str
    count: int
    weight: float
    transfers: tuple[int, ...]
    style: LineStyle = "solid"
    asset: str = ""
    first: int | None = None
    last: int | None = None
    units: int = 0
    colour: str = ""
    wide: float = 1.0
    crossing: str = ""
    sort: Literal["", "fee", "coinbase"] = ""


def plate(edge: Edge) -> str:
    """What stands on a line: its amount, and how many transfers it bundles."""
    words = f"{edge.label}  ×{edge.count:,}" if edge.label and edge.count > 1 else edge.label
    return edge.crossing or (f"{edge.sort} {words}" if edge.sort and words else words)


@dataclass(frozen=True, slots=True)
class Frame:
    """A named frame around some nodes, drawn behind them; it goes where they go.

    Attributes:
        key: key of the stored frame. members: indexes into ``Picture.nodes``. colour: ``#rrggbb`` or empty.
    """

    key: str
    name: str
    members: tuple[int, ...]
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A note card: plain text, at a place of the canvas or at a node with a leader line.

    Attributes:
        key: key of the stored card. x, y: its upper left corner; at a node (index into ``Picture.nodes``, -1 = none)
            how far that is from the middle of the node.
    """

    key: str
    text: str
    x: float
    y: float
    node: int = -1


@dataclass(frozen=True, slots=True)
class Look:
    """A legend line of a style in use.

    Attributes:
        colour: name of the palette or empty. line: it is about lines, else about nodes; style: how these are drawn.
        members: numbers of the nodes or lines that look like this.
    """

    text: str
    colour: str = ""
    line: bool = False
    style: LineStyle = "solid"
    members: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """Nodes and edges in a fixed order, with the line that says what is shown and what is not.

    Attributes:
        frames: named frames. cards: note cards. looks: styles that show, for the legend. ticks: ``(x, words)`` of a time axis. lanes: ``(top, bottom, name)`` across it.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    scope: str = ""
    legend: tuple[tuple[Role, str], ...] = field(default=())
    frames: tuple[Frame, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    lanes: tuple[tuple[float, float, str], ...] = ()
    cards: tuple[Card, ...] = ()
    looks: tuple[Look, ...] = ()


@dataclass(frozen=True, slots=True)
class Tint:
    """Marked money on a picture, for whoever draws it.

    Attributes:
        nodes, edges: share of each node and edge, 0 to 1; below 0 = touched, a share means nothing (poison).
        legend: what is drawn, by which method and run. touched: poison. stale: the run is out of date, nothing is drawn.
    """

    nodes: tuple[float, ...] = ()
    edges: tuple[float, ...] = ()
    legend: str = ""
    touched: bool = False
    stale: bool = False


def frame_box(points: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the frame around nodes at these places, with room for their labels."""
    xs, ys = [float(point[0]) for point in points], [float(point[1]) for point in points]
    return min(xs) - 62.0, min(ys) - 44.0, max(xs) + 62.0, max(ys) + 64.0

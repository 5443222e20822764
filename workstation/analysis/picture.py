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


def plate(edge: Edge) -> str:
    """What stands on a line: its amount, and how many transfers it bundles."""
    return f"{edge.label}  ×{edge.count:,}" if edge.label and edge.count > 1 else edge.label


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
class Picture:
    """Nodes and edges in a fixed order, with the line that says what is shown and what is not.

    Attributes:
        frames: named frames. ticks: ``(x, words)`` of a time axis. lanes: ``(top, bottom, name)`` across it.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    scope: str = ""
    legend: tuple[tuple[Role, str], ...] = field(default=())
    frames: tuple[Frame, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    lanes: tuple[tuple[float, float, str], ...] = ()


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

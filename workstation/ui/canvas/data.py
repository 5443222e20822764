"""Owns the arrays of a picture: what the drawing and the hit tests read. Must not know colours or the camera."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from workstation.analysis import curves, notecards
from workstation.analysis.palette import NAMES
from workstation.analysis.picture import Card, Picture, Tint
from workstation.analysis.plates import Parts
from workstation.analysis.shapes import ROLES, extent, radius

KINDS = ("address", "entity", "transaction", "stub", "group")
STYLES = ("solid", "dashed", "dotted", "double", "chained")
#: The ring of marked money around a node, in world units beyond its shape: middle, width, and where it ends.
RING_MIDDLE, RING_WIDTH, RING_END = 2.9, 3.4, 5.0
Flags = NDArray[np.bool_]
_TONES = MappingProxyType({name: number for number, name in enumerate(NAMES, 1)})


class GraphData:
    """A picture as a struct of arrays. ``version`` grows when a position or the look of something changes.

    ``taint`` and ``etaint`` are the marked shares of nodes and edges (0 = none, below 0 = touched, no share). ``seen_nodes``
    and ``seen_edges`` flag what is in focus, None = everything; with ``hide`` the rest is not there at all. ``parts`` gives
    what of a line is in focus when that is not all of it.
    """

    def __init__(self, picture: Picture) -> None:
        nodes, edges = picture.nodes, picture.edges
        self.picture = picture
        self.keys = [node.key for node in nodes]
        self.number = {key: number for number, key in enumerate(self.keys)}
        self.pos = np.array([(node.x, node.y) for node in nodes], np.float64).reshape(-1, 2)
        self.role = np.array([ROLES.index(node.role) for node in nodes], np.uint8)
        self.kind = np.array([KINDS.index(node.kind) for node in nodes], np.uint8)
        self.radius = np.array([radius(node) for node in nodes], np.float64)
        self.own_colour = np.array([bool(node.colour) for node in nodes], bool)
        self.doubtful = np.array([node.doubtful for node in nodes], bool)
        self.source = np.array([edge.source for edge in edges], np.int32)
        self.target = np.array([edge.target for edge in edges], np.int32)
        self.style = np.array([STYLES.index(edge.style) for edge in edges], np.uint8)
        self.weight = np.array([edge.weight for edge in edges], np.float64)
        self.width = np.array(curves.line_widths(picture), np.float64)
        #: Colour by style: 0 = that of lines, else the place in the palette, from 1.
        self.tone = np.array([_TONES.get(edge.colour, 0) for edge in edges], np.uint8)
        self.toned = bool(self.tone.any())
        self.lane = np.array(curves.lanes(picture), np.float64)
        self.taint = np.zeros(len(nodes), np.float32)
        self.etaint = np.zeros(len(edges), np.float32)
        self.extent = self.radius
        self.tint = Tint()
        self.seen_nodes: Flags | None = None
        self.seen_edges: Flags | None = None
        self.hide = False
        self.parts: Parts | None = None
        self.looks = 0
        self.version = 0
        self._bounds = (-1, (0.0, 0.0, 0.0, 0.0))
        self._amount: NDArray[np.float64] | None = None

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.pos)

    @property
    def edges(self) -> int:
        """How many edges there are."""
        return len(self.source)

    @property
    def marked(self) -> bool:
        """Whether marked money is drawn."""
        return bool(self.tint.nodes)

    def set_tint(self, tint: Tint | None) -> None:
        """Draw marked money, or none. A ring makes a node larger for lines, labels and the mouse."""
        self.tint = Tint() if tint is None else tint
        self.taint = np.array(self.tint.nodes or np.zeros(self.nodes), np.float32)
        self.etaint = np.array(self.tint.edges or np.zeros(self.edges), np.float32)
        bodies = np.array([radius(node) for node in self.picture.nodes], np.float64)
        self.extent = np.array([extent(node) for node in self.picture.nodes], np.float64) if self.marked else bodies
        self.radius = np.where(self.taint != 0, self.extent + RING_END, bodies)
        self.looks += 1
        self.version += 1

    def set_seen(
        self, nodes: Flags | None, edges: Flags | None, *, hide: bool = False, parts: Parts | None = None
    ) -> None:
        """Put some nodes and edges into focus; None = all of them. ``hide``: the rest is not drawn and not hit."""
        self.seen_nodes = None if nodes is None else np.asarray(nodes, bool)
        self.seen_edges = None if edges is None else np.asarray(edges, bool)
        self.parts = parts
        self.hide = hide and not (nodes is None and edges is None)
        self.looks += 1
        self.version += 1

    def put_card(self, card: Card) -> None:
        """Show a note card somewhere else; the case learns of it when the hand lets go."""
        cards = tuple(card if each.key == card.key else each for each in self.picture.cards)
        self.picture = replace(self.picture, cards=cards)
        self._bounds = (-1, self._bounds[1])

    def amount(self) -> NDArray[np.float64]:
        """Weight of the heaviest line of each node, for what is written first."""
        if self._amount is None:
            self._amount = np.zeros(self.nodes)
            np.maximum.at(self._amount, self.source, self.weight)
            np.maximum.at(self._amount, self.target, self.weight)
        return self._amount

    def there(self) -> tuple[Flags | None, Flags | None]:
        """Which nodes and edges are drawn at all; None = all of them."""
        return (self.seen_nodes, self.seen_edges) if self.hide else (None, None)

    def bounds(self) -> tuple[float, float, float, float]:
        """Left, top, right, bottom of all nodes with room for their labels."""
        if self._bounds[0] != self.version:
            self._bounds = (self.version, self._box())
        return self._bounds[1]

    def _box(self) -> tuple[float, float, float, float]:
        if not self.nodes:
            return -200.0, -150.0, 200.0, 150.0
        pos = self.pos
        if self.hide and self.seen_nodes is not None and self.seen_nodes.any():
            pos = pos[self.seen_nodes]
        low, high = pos.min(0), pos.max(0)
        if self.picture.lanes:  # the words of the time axis stand above its lanes
            low[1] = min(low[1], self.picture.lanes[0][0] - 30)
        if self.picture.frames:
            low, high = low - 10, high + 10
        left, top, right, bottom = float(low[0]) - 60, float(low[1]) - 36, float(high[0]) + 60, float(high[1]) + 58
        for card in self.picture.cards:
            x, y, far, under = notecards.box(card, self.pos, self.picture)
            left, top, right, bottom = min(left, x - 8), min(top, y - 8), max(right, far + 8), max(bottom, under + 8)
        return left, top, right, bottom

    def node_at(self, x: float, y: float, slack: float = 0.0, grown: float = 1.0) -> int:
        """The node nearest to a world point whose disc holds it, or -1."""
        if not self.nodes:
            return -1
        away = self.pos - (x, y)
        distance = np.hypot(away[:, 0], away[:, 1]) - np.maximum(self.radius * grown, slack)
        if self.hide and self.seen_nodes is not None:
            distance[~self.seen_nodes] = np.inf
        nearest = int(distance.argmin())
        return nearest if distance[nearest] <= 0 else -1

    def edge_at(self, x: float, y: float, tolerance: float) -> int:
        """The edge whose curve passes within ``tolerance`` of a world point, or -1."""
        if not self.edges:
            return -1
        a, b = self.pos[self.source], self.pos[self.target]
        reach = tolerance + 60 + np.abs(self.lane)
        low, high = np.minimum(a, b) - reach[:, None], np.maximum(a, b) + reach[:, None]
        near = np.flatnonzero((low[:, 0] < x) & (high[:, 0] > x) & (low[:, 1] < y) & (high[:, 1] > y))
        if self.hide and self.seen_edges is not None:
            near = near[self.seen_edges[near]]
        best, found = tolerance, -1
        for number in near.tolist():
            line = self.curve(number)
            distance = _distance(line, x, y)
            if distance <= best:
                best, found = distance, number
        return found

    def curve(self, number: int) -> curves.Curve:
        """The line of one edge at the positions of now."""
        a, b = int(self.source[number]), int(self.target[number])
        return curves.curve(
            (float(self.pos[a, 0]), float(self.pos[a, 1])), (float(self.pos[b, 0]), float(self.pos[b, 1])),
            float(self.radius[a]), float(self.radius[b]), float(self.width[number]), float(self.lane[number]),
        )  # fmt: skip

    def inside(self, left: float, top: float, right: float, bottom: float) -> NDArray[np.int64]:
        """Nodes whose centre is inside a box."""
        x, y = self.pos[:, 0], self.pos[:, 1]
        within = (x >= left) & (x <= right) & (y >= top) & (y <= bottom)
        if self.hide and self.seen_nodes is not None:
            within &= self.seen_nodes
        return np.flatnonzero(within)

    def move(self, numbers: NDArray[np.int64], pos: NDArray[np.float64]) -> None:
        """Put nodes somewhere else."""
        self.pos[numbers] = pos
        self.version += 1

    def neighbour(self, number: int, dx: float, dy: float) -> int:
        """The nearest node that way (a cone of 90 degrees), or -1."""
        away = self.pos - self.pos[number]
        along, across = away[:, 0] * dx + away[:, 1] * dy, np.abs(away[:, 0] * dy - away[:, 1] * dx)
        ahead = (along > 1e-6) & (across <= along * 1.2)
        if self.hide and self.seen_nodes is not None:
            ahead &= self.seen_nodes
        if not ahead.any():
            return -1
        cost = np.where(ahead, along + 1.6 * across, np.inf)
        return int(cost.argmin())


def _distance(line: curves.Curve, x: float, y: float) -> float:
    t = np.linspace(0, 1, 25)
    u = 1 - t
    points = [
        u**3 * line.start[k] + 3 * u * u * t * line.first[k] + 3 * u * t * t * line.second[k] + t**3 * line.end[k]
        for k in (0, 1)
    ]
    px, py = points
    dx, dy = np.diff(px), np.diff(py)
    share = np.clip(((x - px[:-1]) * dx + (y - py[:-1]) * dy) / (dx * dx + dy * dy + 1e-12), 0, 1)
    return float(np.hypot(px[:-1] + share * dx - x, py[:-1] + share * dy - y).min())

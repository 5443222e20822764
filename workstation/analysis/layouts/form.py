"""Owns the form every layout has: the graph it gets, pins, the watch that may stop it, parts packed, no overlaps.

A layout sees nodes in the order of their keys, so the order of the input never shows. Positions are whole sixteenths of
a world unit. Must not know what a node is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Pins = Mapping[int, tuple[float, float]]
#: Told how far it is (done, of); it raises to stop the layout.
Watch = Callable[[int, int], None]

#: Room of a node with its label: two nodes are this far apart one way or the other.
ROOM_X, ROOM_Y = 112.0, 76.0
_BETWEEN = 120.0
_UNIT = 16.0
#: Overlaps that single nodes may leave by going elsewhere, and how much a drawing with more of them grows at once.
_FEW, _GROWTH = 20, 1.15


@dataclass(frozen=True, slots=True)
class Graph:
    """What a layout gets: keys of the nodes, both ends and the weight of each link, and where the story starts.

    Attributes:
        first: when each node was first active in seconds, -1 = not known (time axis).
        lane: the lane of each node; empty = none (time axis).
        seeds: nodes the story starts from.
    """

    keys: tuple[str, ...]
    source: Ints
    target: Ints
    weight: Floats
    seeds: tuple[int, ...] = ()
    first: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    lane: tuple[str, ...] = ()

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.keys)


Layout = Callable[[Graph, Pins, int, Watch], Floats]


def unwatched(_done: int, _total: int) -> None:
    """A watch that lets everything run to its end."""


def laid(layout: Layout, graph: Graph, pins: Pins, seed: int = 1, watch: Watch = unwatched) -> Floats:
    """The positions of a layout in the order of the given graph, whatever that order is; pins stand exactly."""
    if not graph.nodes:
        return np.zeros((0, 2))
    order = np.array(sorted(range(graph.nodes), key=lambda n: graph.keys[n]), np.int64)
    place = np.empty(graph.nodes, np.int64)
    place[order] = np.arange(graph.nodes)
    fixed = {int(place[number]): where for number, where in pins.items()}
    found = sixteenths(layout(_picked(graph, order, place), dict(sorted(fixed.items())), seed, watch))
    for number, where in fixed.items():
        found[number] = where
    return found[place]


def sixteenths(pos: Floats) -> Floats:
    """Positions on the grid the case file stores."""
    found: Floats = np.rint(np.asarray(pos, np.float64) * _UNIT) / _UNIT + 0.0
    return found


def part(graph: Graph, members: Ints) -> Graph:
    """The graph of some nodes (numbers rising) and the links among them."""
    place = np.full(graph.nodes, -1, np.int64)
    place[members] = np.arange(len(members))
    return _picked(graph, members, place)


def _picked(graph: Graph, members: Ints, place: Ints) -> Graph:
    source, target = place[graph.source], place[graph.target]
    kept = (source >= 0) & (target >= 0) & (source != target)
    source, target, weight = source[kept], target[kept], graph.weight[kept]
    order = np.lexsort((weight, target, source))
    chosen = members.tolist()
    return Graph(
        tuple(graph.keys[n] for n in chosen), source[order], target[order], weight[order],
        tuple(sorted(int(place[s]) for s in graph.seeds if place[s] >= 0)),
        graph.first[members] if len(graph.first) else graph.first,
        tuple(graph.lane[n] for n in chosen) if graph.lane else (),
    )  # fmt: skip


def parts(graph: Graph) -> list[Ints]:
    """The members of each connected part, the largest part first."""
    from scipy.sparse import coo_matrix  # costs 0.3 s, so only when a layout is asked for
    from scipy.sparse.csgraph import connected_components

    links = coo_matrix((np.ones(len(graph.source)), (graph.source, graph.target)), shape=(graph.nodes, graph.nodes))
    count, of = connected_components(links, directed=False)
    order = np.argsort(of, kind="stable")
    found = np.split(order.astype(np.int64), np.searchsorted(of[order], np.arange(1, count)))
    return sorted(found, key=lambda members: (-len(members), int(members[0])))


def in_parts(layout: Layout) -> Layout:
    """The layout done for each connected part, the parts packed beside and below each other; pinned parts stand."""

    def packed(graph: Graph, pins: Pins, seed: int, watch: Watch) -> Floats:
        pos = np.zeros((graph.nodes, 2))
        standing: list[Ints] = []
        free: list[Ints] = []
        done = 0
        for members in parts(graph):
            own = {k: pins[n] for k, n in enumerate(members.tolist()) if n in pins}
            start = done
            told = _told(watch, start, graph.nodes, len(members))
            if len(members) > 1:
                pos[members] = layout(part(graph, members), own, seed, told)
            if own:
                wanted = np.array([own[k] for k in sorted(own)])
                pos[members] += np.median(wanted - pos[members][sorted(own)], axis=0)
                pos[members[sorted(own)]] = wanted
            (standing if own else free).append(members)
            done += len(members)
            watch(done, graph.nodes)
        _pack(pos, free, _below(pos, standing))
        return settled(pos, pins)

    return packed


def _told(watch: Watch, start: int, total: int, size: int) -> Watch:
    return lambda done, of: watch(start + size * done // max(of, 1), total)


def _below(pos: Floats, standing: list[Ints]) -> tuple[float, float]:
    if not standing:
        return 0.0, 0.0
    fixed = pos[np.concatenate(standing)]
    return float(fixed[:, 0].min()), float(fixed[:, 1].max()) + _BETWEEN + ROOM_Y


def _pack(pos: Floats, free: list[Ints], at: tuple[float, float]) -> None:
    """Parts on shelves, tall ones first, the drawing a little wider than tall."""
    gap = np.array([_BETWEEN + 20, _BETWEEN])
    boxes = [(members, *(np.ptp(pos[members], axis=0) + gap).tolist()) for members in free]
    boxes.sort(key=lambda box: (-box[2], -box[1], int(box[0][0])))
    area = sum(wide * tall for _, wide, tall in boxes)
    limit = max(math.sqrt(area * 1.7), max((wide for _, wide, _ in boxes), default=0.0)) + 1.0
    x, y, shelf = 0.0, 0.0, 0.0
    for members, wide, tall in boxes:
        if x > 0 and x + wide > limit:
            x, y, shelf = 0.0, y + shelf, 0.0
        pos[members] += np.array([at[0] + x, at[1] + y]) - pos[members].min(axis=0)
        x, shelf = x + wide, max(shelf, tall)


def settled(pos: Floats, pins: Pins, rounds: int = 30) -> Floats:
    """The drawing with overlaps pushed apart; what still stands on another takes the free place nearest to it.

    A drawing that is too dense for that grows first, as far as it must: else thousands would go far to find a place.
    """
    from scipy.spatial import cKDTree

    pos = np.array(pos, np.float64)
    if len(pos) < 2:
        return sixteenths(pos)
    room = np.array([ROOM_X, ROOM_Y])
    loose = np.ones(len(pos))
    loose[sorted(pins)] = 0.0
    while True:
        for _ in range(rounds):
            pairs = cKDTree(pos / room).query_pairs(0.9999, p=np.inf, output_type="ndarray")
            if not len(pairs):
                return sixteenths(pos)
            pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
            _push(pos, pairs, room, loose)
        if pins or len(pairs) <= max(_FEW, len(pos) // 200):
            return sixteenths(_cleared(pos, pins, room))
        pos = pos.mean(axis=0) + (pos - pos.mean(axis=0)) * _GROWTH


def _push(pos: Floats, pairs: NDArray[np.int64], room: Floats, loose: Floats) -> None:
    a, b = pairs[:, 0], pairs[:, 1]
    away = (pos[b] - pos[a]) / room
    same = np.abs(away).max(axis=1) < 1e-6
    away[same] = np.stack([np.cos(a[same] * 2.399), np.sin(a[same] * 2.399)], 1) * 1e-3
    lacking = (1.0 - np.abs(away)) * np.where(away < 0, -1.0, 1.0)
    across = np.abs(lacking[:, 0]) * room[0] < np.abs(lacking[:, 1]) * room[1]
    step = np.where(np.stack([across, ~across], 1), lacking, 0.0) * room * 0.55
    share = loose[a] + loose[b]
    step *= np.where(share > 0, 1.0 / np.maximum(share, 1.0), 0.0)[:, None] * 1.02
    for axis in (0, 1):
        pos[:, axis] += (
            loose
            * (np.bincount(b, step[:, axis], len(pos)) - np.bincount(a, step[:, axis], len(pos)))
            / np.maximum(1.0, (np.bincount(a, minlength=len(pos)) + np.bincount(b, minlength=len(pos))) / 3.0)
        )


def _cleared(pos: Floats, pins: Pins, room: Floats) -> Floats:
    cells: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def clear(x: float, y: float) -> bool:
        column, row = int(x // room[0]), int(y // room[1])
        return all(
            abs(px - x) >= room[0] or abs(py - y) >= room[1]
            for i in (-1, 0, 1) for j in (-1, 0, 1) for px, py in cells.get((column + i, row + j), ())
        )  # fmt: skip

    def take(x: float, y: float) -> None:
        cells.setdefault((int(x // room[0]), int(y // room[1])), []).append((x, y))

    for number in sorted(pins):
        take(*pos[number].tolist())
    for number in np.lexsort((np.arange(len(pos)), pos[:, 1], pos[:, 0])).tolist():
        if number in pins:
            continue
        x, y = (round(float(v) * _UNIT) / _UNIT for v in pos[number])
        pos[number] = _near(x, y, room, clear)
        take(*pos[number].tolist())
    return pos


def _near(x: float, y: float, room: Floats, clear: Callable[[float, float], bool]) -> tuple[float, float]:
    """The free place nearest to a wanted one, by rings of half a room."""
    ring = 0
    while True:
        for i in range(-ring, ring + 1):
            for j in range(-ring, ring + 1) if abs(i) == ring else (-ring, ring) if ring else (0,):
                tried = x + i * room[0] / 2, y + j * room[1] / 2
                if clear(*tried):
                    return tried
        ring += 1


def free_of(pos: Floats, others: Floats) -> Floats:
    """A block of nodes moved as a whole to the place nearest to its own where it stands on none of the others."""
    from scipy.spatial import cKDTree

    if not len(others) or not len(pos):
        return pos
    room = np.array([ROOM_X, ROOM_Y])
    tree = cKDTree(others / room)
    for ring in range(40):
        for dx, dy in sorted(
            {(i, j) for i in range(-ring, ring + 1) for j in range(-ring, ring + 1) if max(abs(i), abs(j)) == ring},
            key=lambda step: (step[0] ** 2 + step[1] ** 2, step),
        ):
            moved: Floats = pos + np.array([dx, dy]) * room
            if tree.query(moved / room, p=np.inf)[0].min() >= 1:
                return moved
    below: Floats = pos + np.array([0.0, others[:, 1].max() - pos[:, 1].min() + 2 * ROOM_Y])
    return below

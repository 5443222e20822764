"""Owns the radial layout: rings by hop around a centre, each node in the wedge of the one it was reached from."""

from __future__ import annotations

import math

import numpy as np

from workstation.analysis.layouts.form import Floats, Graph, Ints, Pins, Watch, in_parts

_RING = 190.0
_APART = 138.0


def radial(graph: Graph, pins: Pins, seed: int, watch: Watch) -> Floats:
    """Rings around the seeds of each part; without one, around the node with most neighbours."""
    return in_parts(_one)(graph, pins, seed, watch)


def _one(graph: Graph, _pins: Pins, _seed: int, watch: Watch) -> Floats:
    near = _near(graph)
    centres = list(graph.seeds) or [max(range(graph.nodes), key=lambda n: (len(near[n]), -n))]
    parent, depth, order = _reached(graph.nodes, near, centres)
    wedge = np.ones(graph.nodes)
    for number in reversed(order):
        if parent[number] >= 0:
            wedge[parent[number]] += wedge[number]
    angle = _angles(parent, order, wedge, centres)
    pos = np.zeros((graph.nodes, 2))
    reach = 0.0
    for ring in range(int(depth.max()) + 1):
        watch(ring, int(depth.max()) + 1)
        members = np.flatnonzero(depth == ring)
        members = members[np.lexsort((members, angle[members]))]
        reach = _on_rings(pos, members, angle, reach if ring else 0.0, alone=ring == 0 and len(members) == 1)
    return pos


def _near(graph: Graph) -> list[list[int]]:
    near: list[dict[int, float]] = [{} for _ in range(graph.nodes)]
    for a, b, w in zip(graph.source.tolist(), graph.target.tolist(), graph.weight.tolist(), strict=True):
        near[a][b] = near[a].get(b, 0.0) + w
        near[b][a] = near[b].get(a, 0.0) + w
    return [sorted(found, key=lambda n, found=found: (-found[n], n)) for found in near]  # type: ignore[misc]


def _reached(n: int, near: list[list[int]], centres: list[int]) -> tuple[list[int], Ints, list[int]]:
    parent, depth = [-1] * n, np.full(n, -1, np.int64)
    order = list(centres)
    depth[centres] = 0
    for number in order:
        for other in near[number]:
            if depth[other] < 0:
                depth[other] = depth[number] + 1
                parent[other] = number
                order.append(other)
    return parent, depth, order


def _angles(parent: list[int], order: list[int], wedge: Floats, centres: list[int]) -> Floats:
    """The middle of the wedge of every node; a wedge is as wide as what hangs behind it."""
    start, angle = np.zeros(len(parent)), np.zeros(len(parent))
    span = np.zeros(len(parent))
    used = np.zeros(len(parent))
    total, at = float(wedge[centres].sum()), 0.0
    for number in order:
        if parent[number] < 0:
            span[number] = 2 * math.pi * wedge[number] / total
            start[number] = at
            at += span[number]
        else:
            up = parent[number]
            span[number] = span[up] * wedge[number] / max(wedge[up] - 1.0, 1.0)
            start[number] = start[up] + used[up]
            used[up] += span[number]
        angle[number] = start[number] + span[number] / 2
    return angle


def _on_rings(pos: Floats, members: Ints, angle: Floats, before: float, *, alone: bool) -> float:
    """Put one hop on its ring, on several close ones when it is crowded; gives how far out it reaches."""
    if alone:
        return 0.0
    first = before + _RING
    rings = 1
    while sum(2 * math.pi * (first + k * _APART) / _APART for k in range(rings)) < len(members):
        rings += 1
    for k in range(rings):
        mine = members[k::rings]
        if not len(mine):
            continue
        radius = max(first + k * _APART, len(mine) * _APART / (2 * math.pi) * 1.02)
        turned = _spread(angle[mine], _APART / radius)
        pos[mine] = np.stack([np.cos(turned), np.sin(turned)], 1) * radius
    return first + (rings - 1) * _APART


def _spread(wanted: Floats, gap: float) -> Floats:
    """Rising angles at least a gap apart, each as near to its wish as that allows; the circle closes."""
    count = len(wanted)
    if count * gap >= 2 * math.pi * 0.97:
        even = float(wanted.mean()) - math.pi + np.arange(count) * (2 * math.pi / count)
        return np.asarray(even, np.float64)
    offsets = np.arange(count) * gap
    blocks: list[tuple[float, int]] = []
    for value in (wanted - offsets).tolist():
        size = 1
        while blocks and blocks[-1][0] > value:
            before, members = blocks.pop()
            value = (before * members + value * size) / (members + size)
            size += members
        blocks.append((value, size))
    found: Floats = np.array([value for value, size in blocks for _ in range(size)], np.float64) + offsets
    over = found[-1] + gap - found[0] - 2 * math.pi
    if over > 0:
        found = found[0] + (found - found[0]) * (2 * math.pi - gap) / (found[-1] - found[0])
    return found

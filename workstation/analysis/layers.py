"""Owns the steps of the layered layout: ranks, order inside layers with few crossings, heights of straight chains.

Pure functions over arrays; ``analysis.layout`` joins them. Must not know columns, fans or pins.
"""

from __future__ import annotations

from collections import deque
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_LONGEST_ROUTED = 8
#: Up to so many nodes the flow levels are solved directly.
_DIRECT = 1500
_STEPS = 3000
_SWEEPS = 16
_SPINE = 60.0


def _lists(n: int, a: Ints, b: Ints) -> list[list[int]]:
    found: list[list[int]] = [[] for _ in range(n)]
    for u, v in zip(a.tolist(), b.tolist(), strict=True):
        found[u].append(v)
    return found


def hop_ranks(n: int, src: Ints, dst: Ints, seeds: list[int]) -> Ints:
    """Signed hops from the seeds: downstream counts up, upstream down, the rest stands beside a ranked neighbour."""
    down, up = _lists(n, src, dst), _lists(n, dst, src)
    rank: dict[int, int] = dict.fromkeys(seeds, 0)
    for steps, sign in ((down, 1), (up, -1)):
        queue = deque(seeds)
        while queue:
            u = queue.popleft()
            for v in steps[u]:
                if v not in rank:
                    rank[v] = rank[u] + sign
                    queue.append(v)
    queue = deque(sorted(rank))
    for start in range(n):
        if start not in rank and not queue:
            rank[start] = 0
            queue.append(start)
        while queue:
            u = queue.popleft()
            for v, sign in [(v, 1) for v in down[u]] + [(v, -1) for v in up[u]]:
                if v not in rank:
                    rank[v] = rank[u] + sign
                    queue.append(v)
        if start not in rank:
            rank[start] = 0
            queue.append(start)
    return np.array([rank[v] for v in range(n)], np.int64)


def flow_ranks(n: int, src: Ints, dst: Ints) -> Ints:
    """Ranks by flow level: h minimises the sum of (h[v] - h[u] - 1)^2, then longest path over links that rise in h."""
    if not len(src):
        return np.zeros(n, np.int64)
    level = _levels(n, src, dst)
    rises = level[dst] > level[src] + 1e-6
    down, up = _lists(n, src[rises], dst[rises]), _lists(n, dst[rises], src[rises])
    rank = [0] * n
    for u in np.lexsort((np.arange(n), level)).tolist():
        rank[u] = max((rank[v] + 1 for v in up[u]), default=0)
    for _ in range(12):  # pull nodes with more links right of them towards those, inside their slack
        moved = False
        for u in range(n):
            if len(down[u]) > len(up[u]):
                highest = min(rank[v] for v in down[u]) - 1
                if highest > rank[u]:
                    rank[u], moved = highest, True
        if not moved:
            break
    return np.array(rank, np.int64)


def _levels(n: int, src: Ints, dst: Ints) -> Floats:
    from scipy.sparse import coo_matrix, identity  # costs 0.3 s, so only when a layout is asked for
    from scipy.sparse.linalg import spsolve

    ones = np.ones(len(src))
    links = coo_matrix((np.r_[ones, ones], (np.r_[src, dst], np.r_[dst, src])), shape=(n, n)).tocsr()
    degree = np.asarray(links.sum(axis=1)).ravel()
    diagonal = coo_matrix((degree, (np.arange(n), np.arange(n))), shape=(n, n)).tocsr()
    wanted = np.bincount(dst, minlength=n) - np.bincount(src, minlength=n)
    system, right = (diagonal - links + identity(n) * 1e-7).tocsc(), wanted.astype(np.float64)
    # elimination fills in: it takes minutes at 50,000 nodes
    found = np.asarray(spsolve(system, right)) if n <= _DIRECT else _solved(system.tocsr(), right, degree)
    rounded: Floats = np.rint(found * 1e6) / 1e6
    return rounded


def _solved(system: Any, right: Floats, degree: Floats) -> Floats:
    """Conjugate gradients, without the linear algebra library: its threads give sums that differ, and fight for cores."""
    scale = 1 / np.maximum(degree, 1.0)
    found, rest = np.zeros(len(right)), right.copy()
    way = scaled = scale * rest
    length, enough = float((rest * scaled).sum()), 1e-18 * float((right * right).sum())
    for _ in range(_STEPS):
        if float((rest * rest).sum()) <= enough:
            break
        pushed = system @ way
        step = length / float((way * pushed).sum())
        found = found + step * way
        rest = rest - step * pushed
        scaled = scale * rest
        before, length = length, float((rest * scaled).sum())
        way = scaled + length / before * way
    return found


class _Proper:
    """A layering where every link joins neighbouring layers; long links have bends, which are nodes too."""

    def __init__(self, n: int, rank: Ints, size: Floats, kept: NDArray[np.bool_], gap: float) -> None:
        self.ids = np.flatnonzero(kept)
        self.number = {int(v): k for k, v in enumerate(self.ids.tolist())}
        self.rank: list[int] = rank[self.ids].tolist()
        self.size: list[float] = size[self.ids].tolist()
        self.gap = gap
        self.up: list[list[tuple[int, float]]] = [[] for _ in self.rank]
        self.down: list[list[tuple[int, float]]] = [[] for _ in self.rank]

    def join(self, low: int, high: int, weight: float) -> None:
        """Add a link, with bends when it passes over layers."""
        span = self.rank[high] - self.rank[low]
        if span < 1 or span > _LONGEST_ROUTED:
            return
        before, pull = low, weight if span == 1 else weight * 2
        for step in range(1, span):
            bend = len(self.rank)
            self.rank.append(self.rank[low] + step)
            self.size.append(self.gap * 0.45)
            self.up.append([])
            self.down.append([])
            self._link(before, bend, pull)
            before = bend
        self._link(before, high, pull)

    def _link(self, a: int, b: int, weight: float) -> None:
        self.down[a].append((b, weight))
        self.up[b].append((a, weight))


def heights(
    n: int, src: Ints, dst: Ints, weight: Floats, rank: Ints, size: Floats, kept: NDArray[np.bool_], gap: float
) -> Floats:
    """The y of each kept node: few crossings, at least the mean of two sizes apart, the main transfer dead straight."""
    proper = _Proper(n, rank, size, kept, gap)
    for a, b, w in _weighted(n, src, dst, weight, kept):
        low, high = (a, b) if rank[a] <= rank[b] else (b, a)
        proper.join(proper.number[low], proper.number[high], w)
    order = _ordered(proper)
    y = _relaxed(proper, order)
    out = np.zeros(n)
    out[proper.ids] = y[: len(proper.ids)]
    return out


def _weighted(n: int, src: Ints, dst: Ints, weight: Floats, kept: NDArray[np.bool_]) -> list[tuple[int, int, float]]:
    most_out, most_in = np.zeros(n), np.zeros(n)
    np.maximum.at(most_out, src, weight)
    np.maximum.at(most_in, dst, weight)
    top = max(float(weight.max()), 1e-9) if len(weight) else 1.0
    found = []
    for a, b, w in zip(src.tolist(), dst.tolist(), weight.tolist(), strict=True):
        if kept[a] and kept[b]:
            spine = w >= most_out[a] and w >= most_in[b]
            found.append((a, b, (0.3 + w / top) * (_SPINE if spine else 1.0)))
    return found


def _ordered(proper: _Proper) -> list[list[int]]:
    """Nodes of each layer in an order with few crossings: barycentre sweeps from a depth-first order, best kept."""
    layers: list[list[int]] = [[] for _ in range(max(proper.rank, default=0) + 1)]
    for v in _depth_first(proper):
        layers[proper.rank[v]].append(v)
    best, fewest = [list(layer) for layer in layers], crossings(layers, proper.down)
    stale = 0
    for sweep in range(_SWEEPS):
        if fewest == 0 or stale > 5:
            break
        _sweep(layers, proper.up if sweep % 2 == 0 else proper.down, forward=sweep % 2 == 0)
        if len(proper.rank) <= 4000:
            _swap_neighbours(layers, proper)
        count = crossings(layers, proper.down)
        stale = 0 if count < fewest else stale + 1
        if count < fewest:
            best, fewest = [list(layer) for layer in layers], count
    return best


def _depth_first(proper: _Proper) -> list[int]:
    seen = [False] * len(proper.rank)
    found = []
    for root in sorted(range(len(seen)), key=lambda v: (proper.rank[v], v)):
        stack = [root]
        while stack:
            v = stack.pop()
            if seen[v]:
                continue
            seen[v] = True
            found.append(v)
            stack += [u for u, _ in reversed(proper.down[v] + proper.up[v]) if not seen[u]]
    return found


def _sweep(layers: list[list[int]], side: list[list[tuple[int, float]]], *, forward: bool) -> None:
    place = {v: float(k) for layer in layers for k, v in enumerate(layer)}
    for number in range(len(layers)) if forward else range(len(layers) - 1, -1, -1):
        layer = layers[number]
        key = {}
        for v in layer:
            near = [place[u] for u, _ in side[v]]
            key[v] = sum(near) / len(near) if near else place[v]
        layer.sort(key=lambda v, key=key: key[v])  # type: ignore[misc]
        for k, v in enumerate(layer):
            place[v] = float(k)


def _swap_neighbours(layers: list[list[int]], proper: _Proper) -> None:
    place = {v: k for layer in layers for k, v in enumerate(layer)}
    for layer in layers:
        for k in range(len(layer) - 1):
            u, v = layer[k], layer[k + 1]
            before = after = 0
            for side in (proper.up, proper.down):
                for a, _ in side[u]:
                    for b, _ in side[v]:
                        before += place[a] > place[b]
                        after += place[a] < place[b]
            if after < before:
                layer[k], layer[k + 1] = v, u
                place[u], place[v] = k + 1, k


def crossings(layers: list[list[int]], down: list[list[tuple[int, float]]]) -> int:
    """The exact number of crossings between neighbouring layers (counting tree)."""
    total = 0
    for upper, lower in pairwise(layers):
        place = {v: k for k, v in enumerate(lower)}
        tree = [0] * (len(lower) + 1)
        seen = 0
        for v in upper:
            ends = [place[u] for u, _ in down[v]]
            for end in ends:
                k, below = end + 1, 0
                while k:
                    below += tree[k]
                    k &= k - 1
                total += seen - below
            for end in ends:
                k = end + 1
                seen += 1
                while k <= len(lower):
                    tree[k] += 1
                    k += k & -k
    return total


def _relaxed(proper: _Proper, order: list[list[int]], rounds: int = 16) -> Floats:
    y = np.zeros(len(proper.rank))
    for layer in order:
        below = 0.0
        for v in layer:
            y[v] = below + proper.size[v] / 2
            below += proper.size[v]
        y[layer] -= below / 2
    for turn in range(rounds):
        last = turn >= rounds - 2
        for layer in order if turn % 2 == 0 else reversed(order):
            wanted, pull = [], []
            for v in layer:
                near = (proper.up[v] if turn % 2 == 0 or last else []) + (proper.down[v] if turn % 2 or last else [])
                force = sum(w for _, w in near)
                wanted.append(sum(y[u] * w for u, w in near) / force if near else y[v])
                pull.append(force if near else 0.05)
            for v, found in zip(layer, _spaced(wanted, pull, [proper.size[v] for v in layer]), strict=True):
                y[v] = found
    return y


def _spaced(wanted: list[float], pull: list[float], size: list[float]) -> list[float]:
    """Least weighted movement that keeps neighbours apart (pool adjacent violators)."""
    blocks: list[tuple[float, float, int]] = []
    offset, offsets = 0.0, []
    for k, want in enumerate(wanted):
        offset += (size[k] + size[k - 1]) / 2 if k else 0.0
        offsets.append(offset)
        value, weight, count = want - offset, pull[k], 1
        while blocks and blocks[-1][0] > value:
            before, force, members = blocks.pop()
            value = (before * force + value * weight) / (force + weight)
            weight, count = weight + force, count + members
        blocks.append((value, weight, count))
    values = [value for value, _, count in blocks for _ in range(count)]
    return [value + off for value, off in zip(values, offsets, strict=True)]

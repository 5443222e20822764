"""Owns the layers of the layered layout: which rank each node has, by hops from seeds or by the level of the flow.

Pure functions over arrays; ``analysis.layout`` joins them with ``analysis.heights``. Must not know columns, fans or pins.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Up to so many nodes the flow levels are solved directly.
_DIRECT = 1500
_STEPS = 3000


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

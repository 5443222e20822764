"""Owns where nodes go: the layered flow layout, left to right, and places for nodes that join a finished drawing.

Pure functions over arrays, deterministic: no chance, no set order, whole world units. Must not know what a node is.
Method and measurements: design notes/canvas.md section 4.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from workstation.analysis import heights, layers

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

LAYER = 190.0
GAP = 84.0
_FAN = 12
_SPACE_X = 120.0
#: A drawing is at least so much wider than tall; layers are stretched up to so many times for it.
_ASPECT = 1.4
_WIDEST = 6.0
#: From one column of a layer to the next in a drawing that would be far too tall, and from one row to the next there and
#: among leaves: the room of a node with its label, no less, or thousands of them stand on each other (``layouts.form``).
_ABREAST, _CLOSE = 112.0, 76.0


def flow(
    n: int,
    src: Ints,
    dst: Ints,
    weight: Floats | None = None,
    seeds: Iterable[int] = (),
    pinned: Mapping[int, tuple[float, float]] | None = None,
) -> Floats:
    """Positions of ``n`` nodes with money running from left to right.

    Args:
        src, dst: the ends of each link. weight: how important a link is for being straight.
        seeds: where the story starts; a seed that also receives makes ranks the hops from the seeds.
        pinned: nodes that stay at a given place.
    """
    if n == 0:
        return np.zeros((0, 2))
    src, dst = np.asarray(src, np.int64), np.asarray(dst, np.int64)
    heavy = np.ones(len(src)) if weight is None or not len(weight) else np.asarray(weight, np.float64)
    real = src != dst
    src, dst, heavy = src[real], dst[real], heavy[real]
    rank = _ranks(n, src, dst, sorted(set(seeds)))
    fans = _fans(n, src, dst, rank)
    folded = np.zeros(n, bool)
    size = np.full(n, GAP)
    for first, (rows, _, leaves) in fans.items():
        folded[leaves[1:]] = True
        size[first] = (rows - 1) * _CLOSE + GAP
    height = heights.heights(n, src, dst, heavy, rank, size, ~folded, GAP)
    pos = _columns(rank, height, fans)
    pos = _abreast(pos, rank) if _too_tall(pos) > _WIDEST else _straight_enough(pos)
    if pinned:
        pos = _with_pins(pos, pinned)
    result: Floats = np.rint(pos)
    return result


def place_new(pos: Floats, known: NDArray[np.bool_], src: Ints, dst: Ints) -> Floats:
    """Positions where nodes not ``known`` stand beside their neighbours; known nodes do not move, nothing overlaps.

    A new node that receives from a placed node stands one layer right of it, one that only sends stands left.
    """
    out: Floats = np.array(pos, np.float64, copy=True).reshape(-1, 2)
    placed = np.array(known, bool, copy=True)
    taken = _Taken()
    for number in np.flatnonzero(placed).tolist():
        taken.add(out[number, 0], out[number, 1])
    giving, taking = _neighbours(len(out), src, dst)
    while not placed.all():
        wave = [v for v in np.flatnonzero(~placed).tolist() if any(placed[u] for u in giving[v] + taking[v])]
        if not wave:
            wave = [int(np.flatnonzero(~placed)[0])]
        for anchor, side, group in _families(wave, giving, taking, placed):
            _place_family(out, taken, anchor, side, group, placed)
    result: Floats = np.rint(out)
    return result


def _neighbours(n: int, src: Ints, dst: Ints) -> tuple[list[list[int]], list[list[int]]]:
    giving: list[list[int]] = [[] for _ in range(n)]
    taking: list[list[int]] = [[] for _ in range(n)]
    for a, b in zip(np.asarray(src).tolist(), np.asarray(dst).tolist(), strict=True):
        if a != b:
            giving[b].append(a)
            taking[a].append(b)
    return giving, taking


def _families(
    wave: list[int], giving: list[list[int]], taking: list[list[int]], placed: NDArray[np.bool_]
) -> list[tuple[int, int, list[int]]]:
    """New nodes by the placed node they stand beside: (anchor or -1, +1 right / -1 left, members)."""
    found: dict[tuple[int, int], list[int]] = {}
    for v in wave:
        sources = [u for u in giving[v] if placed[u]]
        targets = [u for u in taking[v] if placed[u]]
        if sources:
            found.setdefault((sources[0], 1), []).append(v)
        elif targets:
            found.setdefault((targets[0], -1), []).append(v)
        else:
            found.setdefault((-1, 1), []).append(v)
    return [(anchor, side, group) for (anchor, side), group in sorted(found.items())]


def _place_family(
    out: Floats, taken: _Taken, anchor: int, side: int, group: list[int], placed: NDArray[np.bool_]
) -> None:
    if anchor >= 0:
        x, y = out[anchor, 0] + side * LAYER, out[anchor, 1]
    else:
        x, y = taken.below()
    rows = len(group) if len(group) < _FAN else max(6, math.ceil(math.sqrt(len(group) * 2)))
    for place, v in enumerate(group):
        column, row = divmod(place, rows)
        in_column = min(rows, len(group) - column * rows)
        want = y + (row - (in_column - 1) / 2) * GAP
        out[v] = taken.free(x + side * column * 150.0, want)
        taken.add(out[v, 0], out[v, 1])
        placed[v] = True


class _Taken:
    """Which places are used, by cells, so that a search looks only at its surroundings."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[float, float]]] = {}
        self._lowest = -math.inf
        self._left = 0.0

    def add(self, x: float, y: float) -> None:
        self._cells.setdefault((int(x // _SPACE_X), int(y // GAP)), []).append((x, y))
        self._left = min(self._left, x) if self._lowest > -math.inf else x
        self._lowest = max(self._lowest, y)

    def below(self) -> tuple[float, float]:
        """A place under everything, for a node without neighbours."""
        return (self._left, self._lowest + GAP * 1.5) if self._lowest > -math.inf else (0.0, 0.0)

    def is_free(self, x: float, y: float) -> bool:
        column, row = int(x // _SPACE_X), int(y // GAP)
        near = (p for i in (-1, 0, 1) for j in (-1, 0, 1) for p in self._cells.get((column + i, row + j), ()))
        return all(abs(px - x) >= _SPACE_X or abs(py - y) >= GAP * 0.94 for px, py in near)

    def free(self, x: float, y: float) -> tuple[float, float]:
        """The free place nearest to a wanted one, up or down in the same column."""
        step = 0
        while True:
            for sign in (1, -1) if step else (1,):
                tried = y + sign * step * GAP / 4
                if self.is_free(x, round(tried)):
                    return round(x), round(tried)
            step += 1


def _ranks(n: int, src: Ints, dst: Ints, seeds: list[int]) -> Ints:
    receives = np.bincount(dst, minlength=n) > 0
    inner = [seed for seed in seeds if 0 <= seed < n and receives[seed]]
    rank = layers.hop_ranks(n, src, dst, inner) if inner else layers.flow_ranks(n, src, dst)
    shifted: Ints = rank - rank.min()
    return shifted


def _fans(n: int, src: Ints, dst: Ints, rank: Ints) -> dict[int, tuple[int, int, Ints]]:
    """Leaves hanging on one node in one direction, twelve or more: first leaf -> (rows, columns, leaves)."""
    degree = np.bincount(src, minlength=n) + np.bincount(dst, minlength=n)
    found: dict[int, tuple[int, int, Ints]] = {}
    for hubs, ends, side in ((src, dst, 1), (dst, src, -1)):
        single = degree[ends] == 1
        members: dict[int, list[int]] = {}
        for hub, leaf in zip(hubs[single].tolist(), ends[single].tolist(), strict=True):
            members.setdefault(hub, []).append(leaf)
        for hub, leaves in sorted(members.items()):
            if len(leaves) < _FAN:
                continue
            columns = max(1, round(math.sqrt(len(leaves) / 6)))
            rows = math.ceil(len(leaves) / columns)
            rank[leaves] = max(int(rank[hub]) + side, 0)
            found[leaves[0]] = (rows, columns, np.array(leaves, np.int64))
    return found


def _columns(rank: Ints, height: Floats, fans: dict[int, tuple[int, int, Ints]]) -> Floats:
    room = np.zeros(int(rank.max()) + 1)
    for first, (_, columns, _) in fans.items():
        room[rank[first]] = max(room[rank[first]], (columns - 1) * 130.0)
    x = np.zeros(len(room))
    for layer in range(1, len(room)):
        x[layer] = x[layer - 1] + LAYER + (room[layer] + room[layer - 1]) / 2
    pos = np.stack([x[rank], height], axis=1)
    for first, (rows, columns, leaves) in fans.items():
        order = np.arange(len(leaves))
        pos[leaves, 0] = x[rank[first]] + (order // rows - (columns - 1) / 2) * 130.0
        pos[leaves, 1] = height[first] + (order % rows - (rows - 1) / 2) * _CLOSE
    return pos


def _too_tall(pos: Floats) -> float:
    """How much wider a drawing had to be for its height; 1 = it is wide enough."""
    wide, tall = np.ptp(pos[:, 0]), np.ptp(pos[:, 1])
    return float(_ASPECT * tall / wide) if wide > 0 and tall > 900 else 1.0


def _straight_enough(pos: Floats) -> Floats:
    """A tall drawing gets wider layers, or its curves would stand upright."""
    pos[:, 0] *= max(1.0, _too_tall(pos))
    return pos


def _abreast(pos: Floats, rank: Ints) -> Floats:
    """A very tall drawing in layers of several columns each: one node after the other goes into the next column.

    Order and heights stay what they are, so few lines cross and the main transfers run nearly straight.
    """
    tall, count = float(np.ptp(pos[:, 1])), int(rank.max()) + 1
    several = 2
    while count * (LAYER + (several - 1) * _ABREAST) * several < _ASPECT * tall:
        several += 1
    pos = np.stack([pos[:, 0], _without_bands(pos[:, 1], _CLOSE * several)], axis=1)
    out = np.zeros_like(pos)
    out[:, 0] = rank * (LAYER + (several - 1) * _ABREAST)
    order = np.lexsort((np.arange(len(pos)), pos[:, 0], pos[:, 1], rank))
    for members in np.split(order, np.flatnonzero(np.diff(rank[order])) + 1):
        ends = [-np.inf] * several
        for place, number in enumerate(members.tolist()):
            column = place % several
            ends[column] = max(float(pos[number, 1]) / several, ends[column] + _CLOSE)
            out[number] += (column * _ABREAST, ends[column])
        out[members, 1] += float((pos[members, 1] / several - out[members, 1]).mean())
    return out


def _without_bands(height: Floats, most: float) -> Floats:
    """The same heights where no empty band is wider than ``most``: a few stray nodes must not make all others small."""
    order = np.argsort(height, kind="stable")
    too_wide = np.maximum(np.diff(height[order]) - most, 0.0)
    found = np.array(height)
    found[order[1:]] -= np.cumsum(too_wide)
    return found


def _with_pins(pos: Floats, pinned: Mapping[int, tuple[float, float]]) -> Floats:
    """The drawing moved onto its pins, with the others stepping aside where a pin stands in their place."""
    numbers = sorted(pinned)
    fixed = np.array([pinned[number] for number in numbers], np.float64)
    pos = pos + np.median(fixed - pos[numbers], axis=0)
    taken = _Taken()
    for number, place in zip(numbers, fixed, strict=True):
        pos[number] = place
        taken.add(float(place[0]), float(place[1]))
    for number in np.lexsort((np.arange(len(pos)), pos[:, 1], pos[:, 0])).tolist():
        if number not in pinned:
            pos[number] = taken.free(float(pos[number, 0]), float(pos[number, 1]))
            taken.add(float(pos[number, 0]), float(pos[number, 1]))
    return pos

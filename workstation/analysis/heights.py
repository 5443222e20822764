"""Owns the order inside the layers of the layered layout, with few crossings, and the height of every node.

Method (design notes/canvas.md section 4): the best of a depth-first order with barycentre sweeps and of the slowest mode
of a random walk, then sifting (Matuszewski and others 1999) in a small window; then heights by pooled neighbours, so that
main transfers run straight.
Must not know ranks by flow, columns, fans or pins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_LONGEST_ROUTED = 8
#: The room a long link keeps free where it passes a layer, in gaps: in a large drawing thousands of them would part it.
_LANE, _NARROW, _SPACIOUS = 0.45, 0.08, 400
_SPINE = 60.0
#: From so many nodes and bends on the loops run as machine code: loading it takes longer than a smaller drawing.
_LARGE = 1500
_SWEEPS = 12
#: The slowest mode: steps of a block, blocks, and the most a link counts there.
_STEPS, _BLOCKS, _MOST_PULL = 80, 6, 1.5
#: Sifting: rounds, and how far a node looks.
_ROUNDS, _WINDOW = 6, 10


class _Side(NamedTuple):
    """The links of every node to one side: those of ``u`` are ``start[u]`` to ``start[u + 1]`` of the others."""

    start: Ints
    ends: Ints
    pull: Floats


@dataclass(frozen=True, slots=True)
class _Proper:
    """A layering where every link joins neighbouring layers; long links have bends, which are nodes too."""

    rank: Ints
    size: Floats
    up: _Side
    down: _Side
    both: _Side


def heights(
    n: int, src: Ints, dst: Ints, weight: Floats, rank: Ints, size: Floats, kept: NDArray[np.bool_], gap: float
) -> Floats:
    """The y of each kept node: few crossings, at least the mean of two sizes apart, the main transfer dead straight."""
    ids = np.flatnonzero(kept)
    proper = _proper(n, src, dst, _pulls(n, src, dst, weight), rank, size, ids, gap)
    loops, form = _loops(len(proper.rank))
    first, line = _best_order(proper, loops, form)
    y = _relaxed(proper, first, line, loops, form)
    out = np.zeros(n)
    out[ids] = y[: len(ids)]
    return out


def _loops(size: int) -> tuple[Any, Callable[[Any], Any]]:
    """The loops for a drawing of that size, and what makes the sequences they work on from arrays."""
    if size >= _LARGE:
        try:
            from workstation.analysis import compiled  # loads numba

            return compiled.loops(), np.array
        except (ImportError, OSError):  # numba cannot be loaded here: the same loops, only slower
            pass
    from workstation.analysis import loops

    return loops, np.ndarray.tolist


def _pulls(n: int, src: Ints, dst: Ints, weight: Floats) -> Floats:
    """How much each link wants to be straight: the largest of both its ends most of all."""
    most_out, most_in = np.zeros(n), np.zeros(n)
    np.maximum.at(most_out, src, weight)
    np.maximum.at(most_in, dst, weight)
    top = max(float(weight.max()), 1e-9) if len(weight) else 1.0
    spine = (weight >= most_out[src]) & (weight >= most_in[dst])
    found: Floats = (0.3 + weight / top) * np.where(spine, _SPINE, 1.0)
    return found


def _proper(n: int, src: Ints, dst: Ints, pull: Floats, rank: Ints, size: Floats, ids: Ints, gap: float) -> _Proper:
    number = np.full(n, -1, np.int64)
    number[ids] = np.arange(len(ids))
    rises = rank[src] <= rank[dst]
    low, high = number[np.where(rises, src, dst)], number[np.where(rises, dst, src)]
    span = np.abs(rank[dst] - rank[src])
    used = (low >= 0) & (high >= 0) & (span >= 1) & (span <= _LONGEST_ROUTED)
    low, high, span, pull = low[used], high[used], span[used], pull[used]
    link = np.repeat(np.arange(len(span)), span)
    step = np.arange(len(link)) - np.repeat(np.cumsum(span) - span, span)
    bend = (len(ids) + np.cumsum(span - 1) - (span - 1))[link] + step
    a = np.where(step == 0, low[link], bend - 1)
    b = np.where(step == span[link] - 1, high[link], bend)
    pull = (pull * np.where(span > 1, 2.0, 1.0))[link]
    bends = step > 0
    ranks = np.concatenate([rank[ids], (rank[ids][low][link] + step)[bends]])
    lane = gap * (_LANE if len(ids) <= _SPACIOUS else _NARROW)
    sizes = np.concatenate([size[ids], np.full(int(bends.sum()), lane)])
    count = len(ranks)
    return _Proper(
        ranks, sizes, _side(count, b, a, pull), _side(count, a, b, pull),
        _side(count, np.concatenate([a, b]), np.concatenate([b, a]), np.concatenate([pull, pull])),
    )  # fmt: skip


def _side(n: int, at: Ints, ends: Ints, pull: Floats) -> _Side:
    order = np.argsort(at, kind="stable")
    return _Side(_begins(at, n), ends[order], pull[order])


def _begins(keys: Ints, count: int) -> Ints:
    """Where each of ``count`` keys begins among all of them in order, and the end of the last."""
    found = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(keys, minlength=count), out=found[1:])
    return found


def _best_order(proper: _Proper, loops: Any, form: Callable[[Any], Any]) -> tuple[Ints, Ints]:
    """Where each layer begins, and the nodes layer by layer in the order with the fewest crossings found."""
    first = _begins(proper.rank, int(proper.rank.max(initial=0)) + 1)
    begins, up, down = form(first), _links(proper.up, form), _links(proper.down, form)
    fewest = -1
    for line in _orders(proper, first, loops, form):
        count = loops.crossings(begins, form(line), form(_places(proper, first, line)), *down)
        if fewest < 0 or count < fewest:
            best, fewest = line, count
        if fewest == 0:
            return first, best
    found = form(best)
    loops.sifted(begins, found, form(_places(proper, first, best)), *up, *down, _ROUNDS, _WINDOW)
    return first, np.array(found, np.int64)


def _links(side: _Side, form: Callable[[Any], Any]) -> tuple[Any, Any]:
    return form(side.start), form(side.ends)


def _places(proper: _Proper, first: Ints, line: Ints) -> Ints:
    """The place of each node inside its layer."""
    found = np.empty(len(line), np.int64)
    found[line] = np.arange(len(line)) - first[proper.rank[line]]
    return found


def _orders(proper: _Proper, first: Ints, loops: Any, form: Callable[[Any], Any]) -> Iterator[Ints]:
    """Orders worth a look: depth-first with sweeps after it, then along the slowest mode, better from one to the next."""
    roots = np.argsort(proper.rank, kind="stable")
    walk = np.array(loops.depth_first(form(roots), *_links(proper.both, form)), np.int64)
    line = walk[np.argsort(proper.rank[walk], kind="stable")]
    yield line
    begins, moved, place = form(first), form(line), form(_places(proper, first, line))
    up, down = _links(proper.up, form), _links(proper.down, form)
    for turn in range(_SWEEPS):
        forward = turn % 2 == 0
        loops.swept(begins, moved, place, *(up if forward else down), forward, turn // 2 % 2 == 1)
        yield np.array(moved, np.int64)
    for mode in _slowest_mode(proper):
        yield np.lexsort((mode, proper.rank))


def _slowest_mode(proper: _Proper) -> Iterator[Ints]:
    """The nodes along the second mode of a lazy random walk: what is linked closely stands close.

    Power iteration sped up by Chebyshev polynomials: what fades faster than the part found so far is held down.
    """
    from scipy.sparse import csr_matrix  # costs 0.3 s, so only when a layout is asked for

    count = len(proper.rank)
    at, weight = np.repeat(np.arange(count), np.diff(proper.both.start)), np.minimum(proper.both.pull, _MOST_PULL)
    degree = np.bincount(at, weight, count)
    walk = csr_matrix((weight / degree[at], proper.both.ends, proper.both.start), shape=(count, count))
    share = degree / degree.sum()

    def centred(values: NDArray[Any]) -> Floats:  # without the first mode, where all are alike and which fades never
        found: Floats = values - float((values * share).sum())
        return found

    y, fades = np.arange(count) * 0.6180339887498949 % 1 - 0.5, 0.9
    for _ in range(_BLOCKS):
        before = centred(y)
        y = (before + walk @ before) / fades - before
        for step in range(1, _STEPS):
            y, before = 2 * ((y + walk @ y) / fades - y) - before, y
            if step % 8 == 0:
                y, before = centred(y), centred(before)
        y = centred(y)
        y = y / max(float(np.abs(y).max()), 1e-12)
        length = float((y * y * share).sum())
        fades = max(float((y * (y + walk @ y) * share).sum()) / max(2 * length, 1e-12), 0.1)
        found: Ints = np.rint(y * 1e9).astype(np.int64)
        yield found


def _relaxed(
    proper: _Proper, first: Ints, line: Ints, loops: Any, form: Callable[[Any], Any], rounds: int = 16
) -> Floats:
    size = proper.size[line]
    below = np.cumsum(size)
    start = below - size / 2
    y = np.empty(len(line))
    for low, high in zip(first[:-1].tolist(), first[1:].tolist(), strict=True):
        if high > low:
            top = float(below[low] - size[low])
            y[line[low:high]] = start[low:high] - (top + float(below[high - 1])) / 2
    found = form(y)
    loops.relaxed(
        form(first), form(line), found, form(proper.size),
        *(form(part) for side in (proper.up, proper.down) for part in side), rounds,
    )  # fmt: skip
    return np.array(found)

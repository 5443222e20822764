"""Owns the organic layout: linked nodes near, others apart. Forces in closed form over the whole field at once.

Start: principal directions of the hops from a few pivots. Then repulsion by mass through a fast Fourier transform of
the field, attraction along links (after Jacomy and others 2014, ForceAtlas2), and a step that shrinks. Nothing comes from
chance: ``seed`` chooses the first pivot.
"""

from __future__ import annotations

import math

import numpy as np

from workstation.analysis.layouts.form import ROOM_X, ROOM_Y, Floats, Graph, Ints, Pins, Watch, in_parts

_PIVOTS = 24
#: Up to so many nodes every pair is looked at, which is quicker than the field.
_PAIRS = 120


def organic(graph: Graph, pins: Pins, seed: int, watch: Watch) -> Floats:
    """Neighbourhoods as they are: what pays each other stands together."""
    return in_parts(_one)(graph, pins, seed, watch)


def _one(graph: Graph, _pins: Pins, seed: int, watch: Watch) -> Floats:
    n = graph.nodes
    if n == 2:
        return np.array([[0.0, 0.0], [ROOM_X * 1.6, 0.0]])
    rounds = 160 if n <= 3000 else 110 if n <= 30_000 else 60
    watch(0, rounds)
    degree = (np.bincount(graph.source, minlength=n) + np.bincount(graph.target, minlength=n)).astype(np.float64)
    mass = 1.0 + degree
    pos = _started(graph, seed)
    pos *= math.sqrt(n) * 5.0 / max(1e-9, float(np.sqrt((pos**2).sum(1).mean())))
    cells = min(512, max(64, 1 << round(math.log2(math.sqrt(n) * 2.0))))
    before, speed = np.zeros_like(pos), 0.0
    kernel = _kernel(cells) if n > _PAIRS else None
    for turn in range(rounds):
        watch(turn, rounds)
        force = _repulsion(pos, mass, cells, kernel) if kernel is not None else _between_pairs(pos, mass, cells)
        away = pos[graph.target] - pos[graph.source]
        for axis in (0, 1):
            force[:, axis] += np.bincount(graph.source, away[:, axis], n) - np.bincount(graph.target, away[:, axis], n)
        force -= mass[:, None] * pos / (np.hypot(pos[:, 0], pos[:, 1])[:, None] + 1e-9)
        swing = mass * np.hypot(*(force - before).T)
        pull = 0.5 * mass * np.hypot(*(force + before).T)
        wanted = float(pull.sum()) / max(float(swing.sum()), 1e-9)
        speed = min(wanted, speed * 1.5) if speed else wanted
        share = speed / (1.0 + np.sqrt(speed * swing))
        width = float(np.ptp(pos, axis=0).max())
        most = width * (0.06 * (1 - turn / rounds) + 0.0005)
        share = np.minimum(share, most / (np.hypot(force[:, 0], force[:, 1]) + 1e-9))
        pos = pos + force * share[:, None]
        before = force
    return _sized(pos)


def _started(graph: Graph, seed: int) -> Floats:
    """Two main directions of the hops from pivots that lie far from each other."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    n = graph.nodes
    ones = np.ones(len(graph.source))
    links = coo_matrix((ones, (graph.source, graph.target)), shape=(n, n)).tocsr()
    pivot, near, rows = seed % n, np.full(n, np.inf), []
    for _ in range(min(_PIVOTS, n)):
        hops = dijkstra(links, directed=False, indices=pivot, unweighted=True)
        rows.append(hops)
        near = np.minimum(near, hops)
        pivot = int(near.argmax())
    table = np.stack(rows, 1) ** 2
    table = table - table.mean(0) - table.mean(1)[:, None] + table.mean()
    values, vectors = np.linalg.eigh(table.T @ table)
    pos = table @ vectors[:, [-1, -2]] if len(values) > 1 else np.repeat(table, 2, 1)
    for axis in (0, 1):  # an eigenvector has no sign of its own
        column = pos[:, axis]
        if column[int(np.abs(column).argmax())] < 0:
            pos[:, axis] = -column
    turn = np.arange(n) * 2.399963  # nodes at one place start on a small spiral
    width = float(np.ptp(pos, axis=0).max()) or 1.0
    found: Floats = pos + np.stack([np.cos(turn), np.sin(turn)], 1) * width * 0.02 * np.sqrt(
        (np.arange(n)[:, None] + 1) / n
    )
    found -= found.mean(0)
    return found


def _kernel(cells: int) -> tuple[Floats, Floats]:
    from scipy.fft import rfft2

    line = np.fft.fftfreq(2 * cells, 1 / (2 * cells))
    dx, dy = line[None, :], line[:, None]
    square = dx * dx + dy * dy
    square[0, 0] = 1.0
    square = np.maximum(square, 0.7)
    return rfft2(dx / square), rfft2(dy / square)


def _between_pairs(pos: Floats, mass: Floats, cells: int) -> Floats:
    """As :func:`_repulsion`, pair by pair; nodes nearer than a cell push no more than from there."""
    cell = (float(np.ptp(pos, axis=0).max()) + 1e-9) / (cells - 2)
    away = pos[:, None, :] - pos[None, :, :]
    square = np.maximum((away * away).sum(2), 0.7 * cell * cell)
    push: Floats = (away * (mass[None, :] / square)[:, :, None]).sum(1)
    return push * mass[:, None]


def _repulsion(pos: Floats, mass: Floats, cells: int, kernel: tuple[Floats, Floats]) -> Floats:
    """The push of all masses on each, each as strong as 1 / distance, from a field of ``cells`` x ``cells``."""
    from scipy.fft import irfft2, rfft2

    low = pos.min(0)
    size = float(np.ptp(pos, axis=0).max()) * 1.0001 + 1e-9
    at = (pos - low) / size * (cells - 2) + 0.5
    cell: Ints = np.floor(at).astype(np.int64)
    part = at - cell
    corners = [
        ((cell[:, 1] + j) * cells + cell[:, 0] + i, (part[:, 0] if i else 1 - part[:, 0]) * (part[:, 1] if j else 1 - part[:, 1]))
        for i in (0, 1) for j in (0, 1)
    ]  # fmt: skip
    field = sum(np.bincount(where, mass * share, cells * cells) for where, share in corners)
    shape = (2 * cells, 2 * cells)
    seen = rfft2(np.asarray(field).reshape(cells, cells), shape)
    scale = (cells - 2) / size
    found = np.zeros_like(pos)
    for axis in (0, 1):
        whole = irfft2(seen * kernel[axis], shape)[:cells, :cells].ravel()
        found[:, axis] = sum(whole[where] * share for where, share in corners)
    return found * (mass * scale)[:, None]


def _sized(pos: Floats) -> Floats:
    """Scaled so that most nodes have the room of their label, and turned so that the long side lies."""
    from scipy.spatial import cKDTree

    pos = pos - np.median(pos, axis=0)
    if np.ptp(pos[:, 1]) > np.ptp(pos[:, 0]):
        pos = np.stack([pos[:, 1], -pos[:, 0]], 1)
    room = np.array([ROOM_X, ROOM_Y])
    nearest = cKDTree(pos / room).query(pos / room, 2, p=np.inf)[0][:, 1]
    by_label = 1.25 / max(float(np.percentile(nearest, 30)), 1e-9)
    # a tight knot must not blow up the rest: the drawing stays within seven rooms a node, the knot is pushed apart later
    by_area = math.sqrt(len(pos) * 7.0 / max(float(np.prod(np.ptp(pos / room, axis=0))), 1e-9))
    found: Floats = pos * min(by_label, by_area) if len(pos) > 8 else pos * by_label
    return found

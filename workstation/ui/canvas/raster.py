"""Owns large frames: arrays and a camera into pixels by compiled kernels, in horizontal bands on several threads.

No widget is touched, so it may run in a worker thread. Must not draw labels; small frames are the work of ``brush``.
"""

from __future__ import annotations

import importlib
import math
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from types import ModuleType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from workstation.analysis.picture import Node
from workstation.analysis.shapes import RADIUS, ROLES
from workstation.ui.canvas import brush, tints
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import RING_END, GraphData
from workstation.ui.theme import Theme

T = TypeVar("T")
#: More visible edges than this become a density map with dots, whatever the zoom.
FAR_EDGES = 6000
#: Marked lines that are drawn over the density map, the most important ones.
_OVER_DENSITY = 2500
#: Steps in which the arc of a ring grows.
_ARCS = 72
_PIECES = 24
#: Lines over one pixel from which a density map does not get stronger.
_SHADES = 256
#: Threads that count lines at once; each needs a byte for each pixel.
_COUNTS = 4
#: Side in device pixels of the dot of a node whose role is known, so that it is found among thousands.
_KNOWN_SIDE = 3
#: More nodes than this in a density map: those without a role are faint, those with one as small as the others.
_CROWD = 15_000


def load_kernels() -> ModuleType:
    """The kernels, compiled for the types they are used with; slow the first time, so call it in a thread."""
    kernels = importlib.import_module("workstation.ui.canvas.kernels")
    buf, f, d, u = np.zeros((8, 8), np.uint32), np.zeros(1, np.float32), np.zeros(1), np.zeros(1, np.uint32)
    z, b, seg = np.zeros(1, np.int32), np.zeros(1, np.uint8), np.zeros((_PIECES, 4), np.float32)
    many, wide = np.zeros(_PIECES, np.uint32), np.zeros(_PIECES, np.float32)
    tri, count, at = np.zeros((1, 6), np.float32), np.zeros((1, 8, 8), np.uint8), np.zeros((1, 2), np.float32)
    one, each = np.uint32(0), np.zeros(1, np.uint32)
    kernels.fill(buf, 0, 8, one)
    kernels.segments(buf, 0, 8, seg, many, wide)
    kernels.triangles(buf, 0, 8, tri, u)
    kernels.sprites(buf, 0, 8, buf, np.zeros((1, 8, 2), np.int32), f, f, z, 2)
    kernels.dots(buf, 0, 8, f, f, u, 1)
    kernels.hits(count[0], seg, 0, 1)
    kernels.tone(buf, count, 0, 8, u)
    kernels.cull_nodes(np.zeros((1, 2)), 0.0, 0.0, 1.0, 8, 8, 1.0, at, z)
    kernels.cull_edges(at, z, z, 8, 8, 1.0, z, np.zeros((1, 4), np.float32))
    for straight in (False, True):
        kernels.curves(at, z, z, z, d, d, b, d, 1.0, 1.0, 1.0, straight, 8, 8, each, each, seg, many, wide, tri, u)
    return kernels


def _argb(colour: QColor) -> int:
    return int(colour.rgb()) | 0xFF000000


def _between(first: QColor, second: QColor, share: float) -> QColor:
    def part(a: int, b: int) -> int:
        return round(a + (b - a) * share)

    return QColor(
        part(first.red(), second.red()), part(first.green(), second.green()), part(first.blue(), second.blue())
    )


def _shade(theme: Theme, hits: int) -> QColor:
    """The colour of a pixel that so many lines cross: one line is seen, and a hundred differ from ten."""
    canvas, edge = QColor(theme.canvas), QColor(theme.edge)
    if not hits:
        return canvas
    share = 0.24 + 0.76 * math.log(hits) / math.log(_SHADES - 1)
    densest = _between(edge, QColor(theme.text), 0.45)
    return _between(canvas, edge, share / 0.62) if share < 0.62 else _between(edge, densest, (share - 0.62) / 0.38)


class Looks:
    """How the nodes of a graph look: nodes that look the same share one sprite."""

    def __init__(self, data: GraphData) -> None:
        known: dict[tuple[object, ...], int] = {}
        self.samples: list[Node] = []
        numbers = []
        for node in data.picture.nodes:
            look = (
                node.kind,
                node.role,
                node.badge,
                node.colour,
                node.doubtful,
                node.pinned,
                node.noted,
                node.stub_count,
                node.size,
                node.ringed,
            )
            if look not in known:
                known[look] = len(known)
                self.samples.append(node)
            numbers.append(known[look])
        self.of = np.array(numbers, np.int32)


class Rings:
    """How the rings of a graph look: nodes of one size with (almost) one share have one sprite."""

    def __init__(self, data: GraphData) -> None:
        step = np.where(data.taint > 0, np.maximum(1, np.round(data.taint * _ARCS)), data.taint).astype(np.int64)
        faint = np.zeros(data.nodes, np.int64) if data.seen_nodes is None else (~data.seen_nodes).astype(np.int64)
        sizes, size = np.unique(data.extent, return_inverse=True) if data.marked else (np.zeros(1), np.zeros_like(step))
        looks, of = np.unique((size * (_ARCS + 2) + step + 1) * 2 + faint, return_inverse=True)
        self.of = of.astype(np.int32).reshape(-1)
        kinds = looks // 2
        self.samples: list[tuple[float, float, bool]] = [
            (float(sizes[kind // (_ARCS + 2)]), _arc(kind % (_ARCS + 2) - 1), bool(look % 2))
            for kind, look in zip(kinds.tolist(), looks.tolist(), strict=True)
        ]


def _arc(step: int) -> float:
    return step / _ARCS if step > 0 else float(step)


class Atlas:
    """Square sprites side by side, ``cell`` device pixels wide: ``draw(painter, column, middle)`` makes each."""

    def __init__(self, count: int, reach: float, draw: Callable[[QPainter, int, float, float], None]) -> None:
        self.cell = 2 * (round(reach) + 5)
        image = QImage(self.cell * max(1, count), self.cell, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for column in range(count):
            draw(painter, column, self.cell * (column + 0.5), self.cell / 2)
        painter.end()
        rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
        self.pixels: NDArray[np.uint32] = rows[:, : image.width()].copy()
        #: For each row of each sprite the first pixel that is not clear and the one after the last.
        self.drawn: NDArray[np.int32] = _drawn(self.pixels, self.cell)


def _drawn(pixels: NDArray[np.uint32], cell: int) -> NDArray[np.int32]:
    there = (pixels != 0).reshape(cell, -1, cell).transpose(1, 0, 2)
    first, last = there.argmax(2), cell - there[:, :, ::-1].argmax(2)
    some = there.any(2)
    return np.ascontiguousarray(np.stack([np.where(some, first, 0), np.where(some, last, 0)], 2).astype(np.int32))


@dataclass(frozen=True, slots=True)
class Culled:
    """Places of all nodes in device pixels; numbers of the nodes and edges on the picture, and these edges as lines."""

    pixels: NDArray[np.float32]
    nodes: NDArray[np.int32]
    edges: NDArray[np.int32]
    lines: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawn frame: what is on it (no edges in a density map, ``far``), and the pixels its image reads."""

    image: QImage
    nodes: NDArray[np.int32]
    edges: NDArray[np.int32]
    far: bool
    pixels: NDArray[np.uint32]


class Raster:
    """Draws frames in one theme. Close it to end its threads."""

    def __init__(self, kernels: ModuleType, theme: Theme, threads: int | None = None) -> None:
        self.kernels: Any = kernels
        self.theme = theme
        self.threads = max(1, min(8, os.cpu_count() or 2)) if threads is None else threads
        self._pool = ThreadPoolExecutor(self.threads - 1, "canvas-band") if self.threads > 1 else None
        self._looks: tuple[GraphData, Looks] | None = None
        self._rings: tuple[GraphData, int, Rings] | None = None
        self._atlases: dict[tuple[float, str], Atlas] = {}
        self._one_at_a_time = threading.Lock()
        self._counts = np.zeros((0, 0, 0), np.uint8)
        self._free: list[NDArray[np.uint32]] = []
        self._shades = np.array([_argb(_shade(theme, hits)) for hits in range(_SHADES)], np.uint32)

    def close(self) -> None:
        """End the band threads."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)

    def render(self, data: GraphData, camera: Camera, found: Culled | None = None) -> Drawing:
        """Draw a frame; a second thread waits until the first is done, because both use the same room.

        Args:
            found: what :meth:`cull` gave for this camera.
        """
        with self._one_at_a_time:
            return self._render(data, camera, self.cull(data, camera) if found is None else found)

    def cull(self, data: GraphData, camera: Camera) -> Culled:
        """What lies on the picture, in pixels."""
        k, unit = self.kernels, camera.ratio
        width, height = camera.device_size
        pixels, nodes = np.empty((data.nodes, 2), np.float32), np.empty(data.nodes, np.int32)
        reach = 2 * camera.node_radius * unit + 4
        seen = k.cull_nodes(data.pos, camera.x, camera.y, camera.scale * unit, width, height, reach, pixels, nodes)
        nodes = nodes[:seen]
        edges, lines = np.empty(data.edges, np.int32), np.empty((data.edges, 4), np.float32)
        crossing = k.cull_edges(pixels, data.source, data.target, width, height, reach + 40 * unit, edges, lines)
        edges, lines = edges[:crossing], lines[:crossing]
        some_nodes, some_edges = data.there()
        if some_nodes is not None:
            nodes = nodes[some_nodes[nodes]]
        if some_edges is not None:
            edges, lines = edges[some_edges[edges]], lines[some_edges[edges]]
        return Culled(pixels, np.ascontiguousarray(nodes), edges, np.ascontiguousarray(lines))

    def _render(self, data: GraphData, camera: Camera, found: Culled) -> Drawing:
        unit = camera.ratio
        width, height = camera.device_size
        pixels, nodes, edges = found.pixels, found.nodes, found.edges
        far = camera.node_radius < brush.STRAIGHT_BELOW or len(edges) > FAR_EDGES
        order = None if far else tints.over_others(data, edges)  # a density map has no order
        if order is not None:
            edges = np.ascontiguousarray(edges[order])
        buf = self._buffer(height, width)
        x, y = np.ascontiguousarray(pixels[nodes, 0]), np.ascontiguousarray(pixels[nodes, 1])
        if far:
            self._bands(self._density(data, camera, buf, edges, found.lines, nodes, x, y), height)
            edges = edges[:0]
        else:
            self._bands(self._near(data, camera, buf, pixels, edges, nodes, x, y), height)
        image = QImage(buf.data, width, height, width * 4, QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(unit)
        return Drawing(image, nodes, edges, far, buf)

    def _buffer(self, height: int, width: int) -> NDArray[np.uint32]:
        """Room for a frame: one that was given back, because fresh memory costs as much time as filling it."""
        while self._free:
            known = self._free.pop()
            if known.shape == (height, width):
                return known
        return np.empty((height, width), np.uint32)

    def give_back(self, pixels: NDArray[np.uint32]) -> None:
        """Take the room of a frame that nobody shows any more."""
        if len(self._free) < 2:
            self._free.append(pixels)

    def _density(
        self, data: GraphData, camera: Camera, buf: NDArray[np.uint32], edges: NDArray[np.int32],
        lines: NDArray[np.float32], nodes: NDArray[np.int32], x: NDArray[np.float32], y: NDArray[np.float32],
    ) -> Callable[[int, int], None]:  # fmt: skip
        """Density of the lines in focus; marked lines over it; what is out of focus only as faint dots."""
        k, looks = self.kernels, self._of(data)
        fills = np.array([_argb(QColor(brush.node_fill(node, self.theme))) for node in looks.samples] or [0], np.uint32)
        colours, faint = fills[looks.of[nodes]], self._fainter(fills)[looks.of[nodes]]
        if data.seen_nodes is not None:
            colours = np.where(data.seen_nodes[nodes], colours, faint)
        if data.seen_edges is not None:
            edges, lines = edges[data.seen_edges[edges]], np.ascontiguousarray(lines[data.seen_edges[edges]])
        over, over_colours, over_width = self._marked(data, camera, edges, lines)
        side = int(np.clip(round(camera.node_radius * 1.6 * camera.ratio), 1, 9))
        told = data.role[nodes] != ROLES.index("unattributed")
        crowd = len(nodes) > _CROWD
        if crowd:  # a carpet of dots would hide where the money goes
            colours = np.where(told, colours, faint)
        known = x[told], y[told], colours[told], max(side, round((1 if crowd else _KNOWN_SIDE) * camera.ratio))
        many = min(self.threads, _COUNTS)
        if self._counts.shape != (many, *buf.shape):
            self._counts = np.zeros((many, *buf.shape), np.uint8)
        counts = self._counts
        self._each(lambda part: k.hits(counts[part], lines, part, many), range(many))

        def band(top: int, end: int) -> None:
            k.tone(buf, counts, top, end, self._shades)
            k.dots(buf, top, end, x, y, colours, side)
            k.segments(buf, top, end, over, over_colours, over_width)
            k.dots(buf, top, end, *known)

        return band

    def _marked(
        self, data: GraphData, camera: Camera, edges: NDArray[np.int32], lines: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.uint32], NDArray[np.float32]]:
        """The most important marked lines, the most important one last."""
        if not data.marked:
            edges, lines = edges[:0], lines[:0]
        worth = np.abs(data.etaint[edges]) * (1 + data.weight[edges])
        order = np.argsort(worth, kind="stable")[-_OVER_DENSITY:]
        order = order[worth[order] > 0]
        colours, _ = tints.line_colours(data, self.theme, edges[order])
        wide = np.full(len(order), 1.3 * camera.ratio, np.float32)
        return np.ascontiguousarray(lines[order]), colours, wide

    def _fainter(self, colours: NDArray[np.uint32]) -> NDArray[np.uint32]:
        ground = np.uint32(_argb(QColor(self.theme.canvas)))
        made = np.full(colours.shape, 0xFF000000, np.uint32)
        for shift in (np.uint32(0), np.uint32(8), np.uint32(16)):
            had, below = ((c >> shift) & np.uint32(255) for c in (colours, ground))
            part = np.round(below + (had.astype(np.float64) - below) * tints.FAINT).astype(np.uint32)
            made |= part << shift
        return made

    def _near(
        self, data: GraphData, camera: Camera, buf: NDArray[np.uint32], pixels: NDArray[np.float32],
        edges: NDArray[np.int32], nodes: NDArray[np.int32], x: NDArray[np.float32], y: NDArray[np.float32],
    ) -> Callable[[int, int], None]:  # fmt: skip
        k, unit, looks = self.kernels, camera.ratio, self._of(data)
        pieces = _PIECES * max(1, len(edges))
        seg, col, wid = np.empty((pieces, 4), np.float32), np.empty(pieces, np.uint32), np.empty(pieces, np.float32)
        tri, tri_col = np.empty((max(1, len(edges)), 6), np.float32), np.empty(max(1, len(edges)), np.uint32)
        thick = brush.thickness(camera) * unit
        made, heads = k.curves(
            pixels, data.source, data.target, edges, data.width, data.lane * (camera.scale * unit), data.style,
            data.radius, camera.node_scale * unit, thick, unit, bool(camera.node_radius < 5), buf.shape[1], buf.shape[0],
            *tints.line_colours(data, self.theme, edges), seg, col, wid, tri, tri_col,
        )  # fmt: skip
        size = round(camera.node_radius * unit, 1)
        atlas = self._atlas(looks, size)
        paper = np.uint32(_argb(QColor(self.theme.canvas)))
        look = looks.of[nodes]
        if data.seen_nodes is not None:
            look = np.where(data.seen_nodes[nodes], look, look + len(looks.samples)).astype(np.int32)
        ringed = np.flatnonzero(data.taint[nodes])
        rings = self._rings_of(data) if len(ringed) else None
        ring_atlas = self._ring_atlas(rings, size) if rings is not None else atlas
        ring_look = rings.of[nodes[ringed]] if rings is not None else look[:0]
        ring_x, ring_y = np.ascontiguousarray(x[ringed]), np.ascontiguousarray(y[ringed])

        def band(top: int, end: int) -> None:
            k.fill(buf, top, end, paper)
            k.segments(buf, top, end, seg[:made], col[:made], wid[:made])
            k.triangles(buf, top, end, tri[:heads], tri_col[:heads])
            k.sprites(buf, top, end, ring_atlas.pixels, ring_atlas.drawn, ring_x, ring_y, ring_look, ring_atlas.cell)
            k.sprites(buf, top, end, atlas.pixels, atlas.drawn, x, y, look, atlas.cell)

        return band

    def _bands(self, band: Callable[[int, int], None], height: int) -> None:
        """Draw all rows, in bands of some."""
        if height < 64:
            band(0, height)
            return
        edges = np.linspace(0, height, 3 * self.threads + 1).astype(int).tolist()
        self._each(lambda rows: band(*rows), pairwise(edges))

    def _each(self, work: Callable[[T], None], pieces: Iterable[T]) -> None:
        """Do all pieces: this thread and those of the pool take the next one that is left, until none is."""
        left = deque(pieces)

        def some() -> None:
            while left:
                try:
                    piece = left.popleft()
                except IndexError:  # another thread was quicker
                    return
                work(piece)

        others = [self._pool.submit(some) for _ in range(self.threads - 1)] if self._pool is not None else []
        some()
        for other in others:
            # on a busy machine a thread may not even have begun: then there is nothing to wait for
            if not other.cancel():
                other.result()

    def _of(self, data: GraphData) -> Looks:
        if self._looks is None or self._looks[0] is not data:
            self._looks = (data, Looks(data))
            self._atlases.clear()
        return self._looks[1]

    def _atlas(self, looks: Looks, radius: float) -> Atlas:
        """Sprites of every look, and behind them the same once more, faint."""
        many = len(looks.samples)
        largest = max((node.size * (1.2 if node.ringed else 1.0) for node in looks.samples), default=1.0)

        def draw(painter: QPainter, column: int, x: float, y: float) -> None:
            painter.setOpacity(1.0 if column < many else tints.FAINT)
            brush.draw_node(painter, looks.samples[column % many], x, y, radius, self.theme)

        return self._kept((radius, "nodes"), 2 * many, radius * 1.45 * largest, draw)

    def _rings_of(self, data: GraphData) -> Rings:
        if self._rings is None or self._rings[0] is not data or self._rings[1] != data.looks:
            self._rings = (data, data.looks, Rings(data))
            self._atlases = {key: atlas for key, atlas in self._atlases.items() if key[1] != "rings"}
        return self._rings[2]

    def _ring_atlas(self, rings: Rings, radius: float) -> Atlas:
        grow = radius / RADIUS
        reach = (max(extent for extent, _, _ in rings.samples) + RING_END) * grow

        def draw(painter: QPainter, column: int, x: float, y: float) -> None:
            extent, share, faint = rings.samples[column]
            painter.setOpacity(tints.FAINT if faint else 1.0)
            if share:
                tints.draw_ring(painter, share, x, y, extent, grow, self.theme)

        return self._kept((radius, "rings"), len(rings.samples), reach, draw)

    def _kept(
        self, key: tuple[float, str], count: int, reach: float, draw: Callable[[QPainter, int, float, float], None]
    ) -> Atlas:
        if key not in self._atlases:
            if len(self._atlases) > 24:
                self._atlases.clear()
            self._atlases[key] = Atlas(count, reach, draw)
        return self._atlases[key]

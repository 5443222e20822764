"""Owns large frames: arrays and a camera into pixels by compiled kernels, in horizontal bands on several threads.

No widget is touched, so it may run in a worker thread. Must not draw labels; small frames are the work of ``brush``.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage, QPainter

from workstation.analysis.picture import Node
from workstation.ui.canvas import brush
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.theme import Theme

#: More visible edges than this become a density map with dots, whatever the zoom.
FAR_EDGES = 6000
_PIECES = 24
_SHADES = 13


def load_kernels() -> ModuleType:
    """The kernels, compiled for the types they are used with; slow the first time, so call it in a thread."""
    kernels = importlib.import_module("workstation.ui.canvas.kernels")
    buf, f, d, u = np.zeros((8, 8), np.uint32), np.zeros(1, np.float32), np.zeros(1), np.zeros(1, np.uint32)
    z, b, seg = np.zeros(1, np.int32), np.zeros(1, np.uint8), np.zeros((_PIECES, 4), np.float32)
    many, wide = np.zeros(_PIECES, np.uint32), np.zeros(_PIECES, np.float32)
    tri, count, at = np.zeros((1, 6), np.float32), np.zeros((8, 8), np.uint16), np.zeros((1, 2), np.float32)
    one = np.uint32(0)
    kernels.fill(buf, 0, 8, one)
    kernels.segments(buf, 0, 8, seg, many, wide)
    kernels.triangles(buf, 0, 8, tri, u)
    kernels.sprites(buf, 0, 8, buf, f, f, z, 2)
    kernels.dots(buf, 0, 8, f, f, u, 1)
    kernels.hits(count, 0, 8, seg)
    kernels.tone(buf, count, 0, 8, u)
    kernels.cull_nodes(np.zeros((1, 2)), 0.0, 0.0, 1.0, 8, 8, 1.0, at, z)
    kernels.cull_edges(at, z, z, 8, 8, 1.0, z, np.zeros((1, 4), np.float32))
    for straight in (False, True):
        kernels.curves(at, z, z, z, d, d, b, d, 1.0, 1.0, 1.0, straight, one, one, seg, many, wide, tri, u)
    return kernels


def _argb(colour: QColor) -> int:
    return int(colour.rgb()) | 0xFF000000


def _between(first: QColor, second: QColor, share: float) -> QColor:
    def part(a: int, b: int) -> int:
        return round(a + (b - a) * share)

    return QColor(
        part(first.red(), second.red()), part(first.green(), second.green()), part(first.blue(), second.blue())
    )


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
            )
            if look not in known:
                known[look] = len(known)
                self.samples.append(node)
            numbers.append(known[look])
        self.of = np.array(numbers, np.int32)


class Atlas:
    """One sprite for each look at one radius (device pixels), side by side in square cells."""

    def __init__(self, samples: list[Node], theme: Theme, radius: float) -> None:
        self.cell = 2 * (round(radius * 1.45) + 5)
        image = QImage(self.cell * max(1, len(samples)), self.cell, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for column, node in enumerate(samples):
            brush.draw_node(painter, node, self.cell * (column + 0.5), self.cell / 2, radius, theme)
        painter.end()
        rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
        self.pixels: NDArray[np.uint32] = rows[:, : image.width()].copy()


class Raster:
    """Draws frames in one theme. Close it to end its threads."""

    def __init__(self, kernels: ModuleType, theme: Theme, threads: int | None = None) -> None:
        self.kernels: Any = kernels
        self.theme = theme
        self.threads = max(1, min(8, (os.cpu_count() or 2) - 1)) if threads is None else threads
        self._pool = ThreadPoolExecutor(self.threads, "canvas-band") if self.threads > 1 else None
        self._looks: tuple[GraphData, Looks] | None = None
        self._atlases: dict[float, Atlas] = {}
        canvas, edge = QColor(theme.canvas), QColor(theme.edge)
        shades = [_argb(_between(canvas, edge, (n / (_SHADES - 1)) ** 0.5)) for n in range(_SHADES)]
        self._shades = np.array(shades, np.uint32)

    def close(self) -> None:
        """End the band threads."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)

    def render(self, data: GraphData, camera: Camera) -> tuple[QImage, NDArray[np.int32], NDArray[np.int32], bool]:
        """The image, the visible nodes, the visible edges (none in a density map), and whether it is one."""
        k, unit = self.kernels, camera.ratio
        width, height = max(1, round(camera.width * unit)), max(1, round(camera.height * unit))
        pixels, nodes = np.empty((data.nodes, 2), np.float32), np.empty(data.nodes, np.int32)
        reach = 2 * camera.node_radius * unit + 4
        seen = k.cull_nodes(data.pos, camera.x, camera.y, camera.scale * unit, width, height, reach, pixels, nodes)
        nodes = nodes[:seen]
        edges, lines = np.empty(data.edges, np.int32), np.empty((data.edges, 4), np.float32)
        seen = k.cull_edges(pixels, data.source, data.target, width, height, 80 * unit, edges, lines)
        edges, lines = edges[:seen], lines[:seen]
        far = camera.node_radius < brush.STRAIGHT_BELOW or len(edges) > FAR_EDGES
        buf = np.empty((height, width), np.uint32)
        x, y = np.ascontiguousarray(pixels[nodes, 0]), np.ascontiguousarray(pixels[nodes, 1])
        if far:
            self._bands(self._density(data, camera, buf, lines, nodes, x, y), height)
            edges = edges[:0]
        else:
            self._bands(self._near(data, camera, buf, pixels, edges, nodes, x, y), height)
        image = QImage(buf.data, width, height, width * 4, QImage.Format.Format_RGB32).copy()
        image.setDevicePixelRatio(unit)
        return image, nodes, edges, far

    def _density(
        self, data: GraphData, camera: Camera, buf: NDArray[np.uint32], lines: NDArray[np.float32],
        nodes: NDArray[np.int32], x: NDArray[np.float32], y: NDArray[np.float32],
    ) -> Callable[[int, int], None]:  # fmt: skip
        k, looks = self.kernels, self._of(data)
        fills = [_argb(QColor(brush.node_fill(node, self.theme))) for node in looks.samples]
        colours = np.array(fills or [0], np.uint32)[looks.of[nodes]]
        side = int(np.clip(round(camera.node_radius * 1.6 * camera.ratio), 1, 9))
        count = np.zeros(buf.shape, np.uint16)

        def band(top: int, end: int) -> None:
            k.hits(count, top, end, lines)
            k.tone(buf, count, top, end, self._shades)
            k.dots(buf, top, end, x, y, colours, side)

        return band

    def _near(
        self, data: GraphData, camera: Camera, buf: NDArray[np.uint32], pixels: NDArray[np.float32],
        edges: NDArray[np.int32], nodes: NDArray[np.int32], x: NDArray[np.float32], y: NDArray[np.float32],
    ) -> Callable[[int, int], None]:  # fmt: skip
        k, unit, looks = self.kernels, camera.ratio, self._of(data)
        pieces = _PIECES * max(1, len(edges))
        seg, col, wid = np.empty((pieces, 4), np.float32), np.empty(pieces, np.uint32), np.empty(pieces, np.float32)
        tri, tri_col = np.empty((max(1, len(edges)), 6), np.float32), np.empty(max(1, len(edges)), np.uint32)
        thick = min(1.15, max(0.5, camera.node_radius / 16)) * unit
        made, heads = k.curves(
            pixels, data.source, data.target, edges, data.width, data.lane * (camera.scale * unit), data.style,
            data.radius, camera.node_scale * unit, thick, unit, bool(camera.node_radius < 5),
            np.uint32(_argb(QColor(self.theme.edge))), np.uint32(_argb(QColor(self.theme.arrow))),
            seg, col, wid, tri, tri_col,
        )  # fmt: skip
        atlas = self._atlas(looks, round(camera.node_radius * unit, 1))
        paper = np.uint32(_argb(QColor(self.theme.canvas)))
        look = looks.of[nodes]

        def band(top: int, end: int) -> None:
            k.fill(buf, top, end, paper)
            k.segments(buf, top, end, seg[:made], col[:made], wid[:made])
            k.triangles(buf, top, end, tri[:heads], tri_col[:heads])
            k.sprites(buf, top, end, atlas.pixels, x, y, look, atlas.cell)

        return band

    def _bands(self, band: Callable[[int, int], None], height: int) -> None:
        if self._pool is None or height < 64:
            band(0, height)
            return
        cuts = np.linspace(0, height, 3 * self.threads + 1).astype(int).tolist()
        list(self._pool.map(band, cuts[:-1], cuts[1:]))

    def _of(self, data: GraphData) -> Looks:
        if self._looks is None or self._looks[0] is not data:
            self._looks = (data, Looks(data))
            self._atlases.clear()
        return self._looks[1]

    def _atlas(self, looks: Looks, radius: float) -> Atlas:
        if radius not in self._atlases:
            if len(self._atlases) > 24:
                self._atlases.clear()
            self._atlases[radius] = Atlas(looks.samples, self.theme, radius)
        return self._atlases[radius]

"""Owns how a frame comes to be: what is visible, which way it is drawn, and the one worker that draws large ones.

Small views are drawn with QPainter, so they look the same with and without the compiled kernels. Must not draw labels.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np
import shiboken6
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage, QPainter

from workstation.ui.canvas import brush
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.canvas.raster import Raster, load_kernels
from workstation.ui.guard import guard
from workstation.ui.theme import Theme

_MARGIN = 60.0
#: More visible edges or nodes than this are the work of the kernels when they are there.
SMALL_EDGES = 200
SMALL_NODES = 200
#: Frames that cost less than this many milliseconds are drawn at once instead of in the worker.
BUDGET_MS = 9.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One finished base image and what it shows; never changed after it is made."""

    image: QImage
    camera: Camera
    data: GraphData
    data_version: int
    theme: Theme
    nodes: NDArray[np.int32] | NDArray[np.int64]
    edges: NDArray[np.int32] | NDArray[np.int64]
    far: bool
    milliseconds: float
    pixels: NDArray[np.uint32] | None = None

    @property
    def key(self) -> tuple[Camera, int]:
        """What makes another frame necessary when it changes."""
        return self.camera, self.data_version


def visible_nodes(data: GraphData, camera: Camera) -> NDArray[np.int64]:
    """Nodes on screen or just outside."""
    p = camera.pixels(data.pos)
    inside = (p[:, 0] > -_MARGIN) & (p[:, 0] < camera.width + _MARGIN)
    inside &= (p[:, 1] > -_MARGIN) & (p[:, 1] < camera.height + _MARGIN)
    there = data.there()[0]
    if there is not None:
        inside &= there
    return np.flatnonzero(inside)


def visible_edges(data: GraphData, camera: Camera) -> NDArray[np.int64]:
    """Edges whose box meets the screen."""
    p = camera.pixels(data.pos)
    a, b = p[data.source], p[data.target]
    low, high = np.minimum(a, b) - _MARGIN, np.maximum(a, b) + _MARGIN
    inside = (high[:, 0] > 0) & (low[:, 0] < camera.width) & (high[:, 1] > 0) & (low[:, 1] < camera.height)
    there = data.there()[1]
    return np.flatnonzero(inside if there is None else inside & there)


@guard
class Engine(QObject):
    """Makes frames: at once when that is quick, else in its worker with ``ready`` when one can be taken.

    The compiled kernels are loaded in the worker when the first large graph comes; until then QPainter draws it.
    ``budget`` is how many milliseconds a frame may cost to be drawn at once.
    """

    ready = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._worker: ThreadPoolExecutor | None = None
        self._raster: Raster | None = None
        self._loading: Future[ModuleType] | None = None
        self._running: Future[Frame] | None = None
        self._wanted: tuple[GraphData, Camera] | None = None
        self.budget = BUDGET_MS
        self._cost = 0.0

    def set_theme(self, theme: Theme) -> None:
        """Use other colours from the next frame on."""
        self.theme = theme
        if self._raster is not None:
            kernels, old = self._raster.kernels, self._raster
            if self._running is not None:
                wait([self._running])
            old.close()
            self._raster = Raster(kernels, theme)
            self._cost = 0.0

    def load(self, *, wait_for_it: bool = False) -> bool:
        """Whether the kernels are there; starts loading them when they are not."""
        if self._raster is not None:
            return True
        if self._worker is None:
            self._worker = ThreadPoolExecutor(1, "canvas-frame")
        if self._loading is None:
            self._loading = self._worker.submit(load_kernels)
            self._loading.add_done_callback(self._call_ready)
        if not wait_for_it and not self._loading.done():
            return False
        try:
            self._raster = Raster(self._loading.result(), self.theme)
        except (ImportError, OSError):  # numba cannot be loaded here: QPainter draws everything
            return False
        return True

    def frame(self, data: GraphData, camera: Camera, *, must: bool) -> Frame | None:
        """A frame of now, or none while the worker makes it; ``must`` waits for it."""
        if (data.nodes <= SMALL_NODES and data.edges <= SMALL_EDGES) or not self.load():
            return self._by_painter(data, camera, visible_nodes(data, camera), visible_edges(data, camera))
        if must or self._cost < self.budget:
            return self._make(data, camera)
        self._wanted = (data, camera)
        self._next()
        return None

    def _make(self, data: GraphData, camera: Camera) -> Frame:
        """A frame of a large graph: few things on screen are painted, so that they look as they do in a small graph."""
        raster = self._raster
        assert raster is not None
        started, version = time.perf_counter(), data.version
        found = raster.cull(data, camera)
        if len(found.nodes) <= SMALL_NODES and len(found.edges) <= SMALL_EDGES:
            frame = self._by_painter(data, camera, found.nodes, found.edges)
        else:
            drawn = raster.render(data, camera, found)
            spent = (time.perf_counter() - started) * 1000
            frame = Frame(
                drawn.image,
                camera,
                data,
                version,
                raster.theme,
                drawn.nodes,
                drawn.edges,
                drawn.far,
                spent,
                drawn.pixels,
            )
        self._cost = frame.milliseconds
        return frame

    def _by_painter(self, data: GraphData, camera: Camera, nodes: NDArray[Any], edges: NDArray[Any]) -> Frame:
        started, version, theme = time.perf_counter(), data.version, self.theme
        image = paint(data, camera, theme, nodes, edges)
        spent = (time.perf_counter() - started) * 1000
        return Frame(
            image, camera, data, version, theme, nodes, edges, camera.node_radius < brush.STRAIGHT_BELOW, spent
        )

    def give_back(self, frame: Frame) -> None:
        """Take a frame that is not shown any more; its room is used again."""
        if self._raster is not None and frame.pixels is not None:
            self._raster.give_back(frame.pixels)

    def _next(self) -> None:
        """Give the newest wish to the worker when it is idle; older wishes are forgotten."""
        if self._running is not None and not self._running.done():
            return
        if self._wanted is None or self._worker is None:
            return
        wanted, self._wanted = self._wanted, None
        self._running = self._worker.submit(self._make, *wanted)
        self._running.add_done_callback(self._call_ready)

    def _call_ready(self, _done: object) -> None:
        if shiboken6.isValid(self):
            self.ready.emit()

    def take(self) -> Frame | None:
        """The newest frame of the worker, once; starts the next wish."""
        made: Frame | None = None
        if self._running is not None and self._running.done():
            made = self._running.result()
            self._running = None
        self._next()
        return made

    def close(self) -> None:
        """End the worker."""
        self._wanted = None
        if self._worker is not None:
            self._worker.shutdown(wait=True, cancel_futures=True)
            self._worker = None
        if self._raster is not None:
            self._raster.close()


def paint(data: GraphData, camera: Camera, theme: Theme, nodes: NDArray[Any], edges: NDArray[Any]) -> QImage:
    """Edges and nodes on the canvas colour, with QPainter."""
    image = QImage(*camera.device_size, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(camera.ratio)
    image.fill(QColor(theme.canvas))
    painter = QPainter(image)
    try:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        brush.draw_edges(painter, data, camera, theme, edges.tolist())
        brush.draw_nodes(painter, data, camera, theme, nodes.tolist())
    finally:
        painter.end()
    return image

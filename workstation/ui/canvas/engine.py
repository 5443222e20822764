"""Owns how a frame comes to be: what is visible, which way it is drawn, and the one worker that draws large ones.

Small views are drawn with QPainter, so they look the same with and without the compiled kernels. Must not draw labels.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from types import ModuleType

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
    nodes: list[int]
    edges: list[int]
    far: bool
    milliseconds: float

    @property
    def key(self) -> tuple[Camera, int]:
        """What makes another frame necessary when it changes."""
        return self.camera, self.data_version


def visible_nodes(data: GraphData, camera: Camera) -> NDArray[np.int64]:
    """Nodes on screen or just outside."""
    p = camera.pixels(data.pos)
    inside = (p[:, 0] > -_MARGIN) & (p[:, 0] < camera.width + _MARGIN)
    inside &= (p[:, 1] > -_MARGIN) & (p[:, 1] < camera.height + _MARGIN)
    return np.flatnonzero(inside)


def visible_edges(data: GraphData, camera: Camera) -> NDArray[np.int64]:
    """Edges whose box meets the screen."""
    p = camera.pixels(data.pos)
    a, b = p[data.source], p[data.target]
    low, high = np.minimum(a, b) - _MARGIN, np.maximum(a, b) + _MARGIN
    return np.flatnonzero(
        (high[:, 0] > 0) & (low[:, 0] < camera.width) & (high[:, 1] > 0) & (low[:, 1] < camera.height)
    )


@guard
class Engine(QObject):
    """Makes frames: at once when that is quick, else in its worker with ``ready`` when one can be taken.

    The compiled kernels are loaded in the worker when the first large graph comes; until then QPainter draws it.
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
        started = time.perf_counter()
        nodes, edges = visible_nodes(data, camera), visible_edges(data, camera)
        small = len(nodes) <= SMALL_NODES and len(edges) <= SMALL_EDGES
        if small or not self.load():
            image = paint(data, camera, self.theme, nodes, edges)
            spent = (time.perf_counter() - started) * 1000
            far = camera.node_radius < brush.STRAIGHT_BELOW
            return Frame(image, camera, data, data.version, self.theme, nodes.tolist(), edges.tolist(), far, spent)
        if must or self._cost < BUDGET_MS:
            return self._by_kernels(data, camera)
        self._wanted = (data, camera)
        self._next()
        return None

    def _by_kernels(self, data: GraphData, camera: Camera) -> Frame:
        raster = self._raster
        assert raster is not None
        started, version = time.perf_counter(), data.version
        image, nodes, edges, far = raster.render(data, camera)
        self._cost = (time.perf_counter() - started) * 1000
        return Frame(image, camera, data, version, raster.theme, nodes.tolist(), edges.tolist(), far, self._cost)

    def _next(self) -> None:
        """Give the newest wish to the worker when it is idle; older wishes are forgotten."""
        if self._running is not None and not self._running.done():
            return
        if self._wanted is None or self._worker is None:
            return
        wanted, self._wanted = self._wanted, None
        self._running = self._worker.submit(self._by_kernels, *wanted)
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


def paint(data: GraphData, camera: Camera, theme: Theme, nodes: NDArray[np.int64], edges: NDArray[np.int64]) -> QImage:
    """Edges and nodes on the canvas colour, with QPainter."""
    image = QImage(round(camera.width * camera.ratio), round(camera.height * camera.ratio), QImage.Format.Format_RGB32)
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

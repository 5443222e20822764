"""Owns the speed figures of the canvas and the layout, each as a ratio to a named peer measured in the same run.

Frames of the peers are interleaved in one process, so the noise of the machine cancels. Must not assert anything.
R1 to R8 are the targets of the design notes (canvas, section 8). R5 needs a browser and its peer (``cytoscape``); it is
left out where they are not. R8 is an exact test as well (``tests/ui/canvas/test_raster.py``).
"""

from __future__ import annotations

import math
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QTransform
from PySide6.QtWidgets import QApplication, QGraphicsScene, QGraphicsView, QWidget

from tests.benchmarks import cytoscape, layouts
from workstation.analysis import layout
from workstation.analysis.picture import Edge, Node, Picture
from workstation.analysis.shapes import ROLES
from workstation.ui import theme as themes
from workstation.ui.canvas import FlowView
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.canvas.engine import BUDGET_MS
from workstation.ui.canvas.raster import Raster, load_kernels

Look = Callable[[float, float, float], None]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_WIDTH, _HEIGHT = 1600, 1000


def run(full: bool = False) -> list[dict[str, Any]]:
    """All figures: 1,000, 10,000 and 100,000 nodes, with ``full`` also 500,000."""
    app = QApplication.instance() or QApplication([])
    found: list[dict[str, Any]] = []
    for nodes in (1_000, 10_000):
        found += _frames(app, nodes)
    found += [*_large(app, 100_000), *_memory(), *_threads()]
    if full:
        found += _huge(app, 500_000)
    return [*found, *_layouts(), *layouts.run(full)]


def _figure(name: str, value: float, unit: str, peer: str, ratio: float, target: str, holds: bool) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(value, 3),
        "unit": unit,
        "peer": peer,
        "ratio": round(ratio, 2),
        "target": target,
        "holds": holds,
    }


def _grid(count: int) -> tuple[Floats, Ints, Ints]:
    """A jittered grid with two edges a node, nine of ten short."""
    chance = np.random.default_rng(1)
    side = math.ceil(math.sqrt(count * 1.6))
    number = np.arange(count)
    pos = np.stack([number % side, number // side], 1) * 70.0 + chance.normal(0, 15, (count, 2))
    source = chance.integers(0, count, 2 * count)
    near = source + chance.integers(-3, 4, 2 * count) + chance.integers(-3, 4, 2 * count) * side
    far = chance.random(2 * count) < 0.1
    target = np.where(far, chance.integers(0, count, 2 * count), np.clip(near, 0, count - 1))
    return pos, source, np.where(target == source, (source + 1) % count, target)


def _picture(pos: Floats, source: Ints, target: Ints) -> Picture:
    nodes = tuple(
        Node(f"address:x:{n}", "address", x, y, ROLES[n % 7], "", f"1A{n}", "", "")
        for n, (x, y) in enumerate(pos.tolist())
    )
    amounts = np.log10(1 + np.random.default_rng(2).lognormal(0, 2, len(source)))  # as the graph weighs its edges
    ends = zip(source.tolist(), target.tolist(), amounts.tolist(), strict=True)
    return Picture(nodes, tuple(Edge(a, b, "1 BTC", "1 BTC", 1, weight, ()) for a, b, weight in ends))


def _items(pos: Floats, source: Ints, target: Ints) -> tuple[QWidget, Look]:
    """The plain way: one QGraphicsItem for each node and edge."""
    scene = QGraphicsScene()
    if len(pos) > 20_000:
        scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.NoIndex)
    pen = QPen(QColor("#9aa6b2"), 1)
    pen.setCosmetic(True)
    places = pos.tolist()
    for a, b in zip(source.tolist(), target.tolist(), strict=True):
        scene.addLine(QLineF(*places[a], *places[b]), pen)
    for x, y in places:
        scene.addEllipse(-18, -18, 36, 36, pen, QColor("#2f7de1")).setPos(x, y)
    view = QGraphicsView(scene)
    scene.setParent(view)
    view.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def look(x: float, y: float, scale: float) -> None:
        view.setTransform(QTransform.fromScale(scale, scale))
        view.centerOn(x, y)

    return view, look


def _graph_item(pos: Floats, source: Ints, target: Ints) -> tuple[QWidget, Look]:
    """pyqtgraph's own graph item."""
    view = pg.GraphicsView(background="w")
    box = pg.ViewBox(lockAspect=True, enableMenu=False, defaultPadding=0)
    view.setCentralItem(box)
    item = pg.GraphItem()
    box.addItem(item, ignoreBounds=True)
    item.setData(
        pos=pos, adj=np.stack([source, target], 1), size=36, pxMode=False, pen=pg.mkPen("#9aa6b2"), symbolPen=None
    )

    def look(x: float, y: float, scale: float) -> None:
        box.setRange(
            QRectF(x - _WIDTH / 2 / scale, y - _HEIGHT / 2 / scale, _WIDTH / scale, _HEIGHT / scale), padding=0
        )

    return view, look


def _flow(picture: Picture, *, crisp: bool) -> FlowView:
    """Our canvas with its kernels loaded: ``crisp`` draws every frame anew, else an older frame may travel along."""
    flow = FlowView()
    flow.item.engine.budget = math.inf if crisp else BUDGET_MS
    flow.item.engine.load(wait_for_it=True)
    flow.set_graph(picture)
    return flow


def _frames(app: Any, count: int) -> list[dict[str, Any]]:
    pos, source, target = _grid(count)
    picture = _picture(pos, source, target)
    crisp, travel = _flow(picture, crisp=True), _flow(picture, crisp=False)
    peers: dict[str, tuple[QWidget, Look]] = {
        "items": _items(pos, source, target), "graph item": _graph_item(pos, source, target),
        "crisp": (crisp, crisp.set_camera), "travel": (travel, travel.set_camera),
    }  # fmt: skip
    low, high = pos.min(0), pos.max(0)
    cx, cy = ((low + high) / 2).tolist()
    fit = float(min(_WIDTH / (high - low)[0], _HEIGHT / (high - low)[1]))
    for view, _ in peers.values():
        view.resize(_WIDTH, _HEIGHT)
        view.show()
    app.processEvents()
    found = []
    for name, scale, step, targets in (("fit pan", fit, 7 / fit, (25.0, 8.0)), ("near pan", 1.0, 9.0, (4.0, 3.0))):
        spent = _pan(app, peers, cx, cy, scale, step, turns=8 if count > 1_000 else 20)
        for peer, wanted in zip(("items", "graph item"), targets, strict=True):
            ratio = spent[peer] / spent["crisp"]
            goal = wanted if count == 10_000 else 1.0
            title = f"R1 {count} nodes {name}, crisp"
            found.append(_figure(title, spent["crisp"], "ms", peer, ratio, f">= {goal:g} x faster", ratio >= goal))
        ratio = spent["graph item"] / spent["travel"]
        title = f"R2 {count} nodes {name}, travel"
        goal = 15.0 if count == 10_000 else 1.0
        found.append(_figure(title, spent["travel"], "ms", "graph item", ratio, f">= {goal:g} x faster", ratio >= goal))
        if (
            name == "fit pan"
            and count == 10_000
            and (peer_frame := cytoscape.frame(pos, source, target, (_WIDTH, _HEIGHT)))
        ):
            took, version = peer_frame
            ratio = took / spent["crisp"]
            title, peer = f"R5 {count} nodes {name}, crisp", f"Cytoscape.js {version} in headless Chromium"
            found.append(_figure(title, spent["crisp"], "ms", peer, ratio, ">= 20 x faster", ratio >= 20))
    found += _hits(travel, count, spent["travel"])
    found.append(_drag(app, travel, count, spent["travel"]))
    for view, _ in peers.values():
        view.hide()
    crisp.close_canvas()
    travel.close_canvas()
    return found


def _pan(
    app: Any, peers: dict[str, tuple[QWidget, Look]], cx: float, cy: float, scale: float, step: float, turns: int
) -> dict[str, float]:
    spent: dict[str, list[float]] = {name: [] for name in peers}
    for turn in range(turns + 2):
        for name, (view, look) in peers.items():
            started = time.perf_counter()
            look(cx + turn * step, cy, scale)
            view.viewport().repaint()  # type: ignore[attr-defined]
            spent[name].append((time.perf_counter() - started) * 1000)
            app.processEvents()
    return {name: statistics.median(values[2:]) for name, values in spent.items()}


def _hits(flow: FlowView, count: int, frame: float) -> list[dict[str, Any]]:
    data = flow.item.data_
    places = data.pos[:: max(1, count // 50)].tolist()
    started = time.perf_counter()
    right = [data.node_at(x, y) for x, y in places]
    spent = (time.perf_counter() - started) * 1000 / len(right)
    return [
        _figure(f"R6 {count} nodes hit test", spent, "ms", "one frame", spent / frame, "<= 0.2x", spent <= 0.2 * frame)
    ]


def _drag(app: Any, flow: FlowView, count: int, frame: float) -> dict[str, Any]:
    """One selected node follows the pointer."""
    data = flow.item.data_
    x, y, _ = flow.camera()
    number = data.node_at(x, y, slack=1e9)
    flow.set_selection([data.keys[number]])
    spent = []
    for _ in range(20):
        started = time.perf_counter()
        data.move(np.array([number]), data.pos[[number]] + 3.0)
        flow.viewport().repaint()
        spent.append((time.perf_counter() - started) * 1000)
        app.processEvents()
    took = statistics.median(spent[2:])
    return _figure(f"R6 {count} nodes drag", took, "ms", "one travel frame", took / frame, "<= 2x", took <= 2 * frame)


def _large(app: Any, count: int) -> list[dict[str, Any]]:
    """R3: beside pyqtgraph only; one graphics item for each node needs minutes and gigabytes here."""
    pos, source, target = _grid(count)
    picture = _picture(pos, source, target)
    crisp, travel = _flow(picture, crisp=True), _flow(picture, crisp=False)
    peers: dict[str, tuple[QWidget, Look]] = {
        "graph item": _graph_item(pos, source, target),
        "crisp": (crisp, crisp.set_camera), "travel": (travel, travel.set_camera),
    }  # fmt: skip
    low, high = pos.min(0), pos.max(0)
    cx, cy = ((low + high) / 2).tolist()
    fit = float(min(_WIDTH / (high - low)[0], _HEIGHT / (high - low)[1]))
    for view, _ in peers.values():
        view.resize(_WIDTH, _HEIGHT)
        view.show()
    app.processEvents()
    spent = _pan(app, peers, cx, cy, fit, 7 / fit, turns=4)
    found = []
    for way, wanted in (("crisp", 20.0), ("travel", 100.0)):
        ratio = spent["graph item"] / spent[way]
        name, goal = f"R3 {count} nodes fit pan, {way}", f">= {wanted:g} x faster"
        found.append(_figure(name, spent[way], "ms", "graph item", ratio, goal, ratio >= wanted))
    for view, _ in peers.values():
        view.hide()
    crisp.close_canvas()
    travel.close_canvas()
    return found


def _huge(app: Any, count: int) -> list[dict[str, Any]]:
    """R4: a travelling frame beside one plain picture of the whole window."""
    pos, source, target = _grid(count)
    flow, plain = _flow(Picture(), crisp=False), _Plain()
    low, high = pos.min(0), pos.max(0)
    cx, cy = ((low + high) / 2).tolist()
    fit = float(min(_WIDTH / (high - low)[0], _HEIGHT / (high - low)[1]))
    peers: dict[str, tuple[QWidget, Look]] = {"plain": (plain, plain.look), "travel": (flow, flow.set_camera)}
    for view, _ in peers.values():
        view.resize(_WIDTH, _HEIGHT)
        view.show()
    app.processEvents()  # a window that is not exposed yet paints nothing
    flow.set_graph(_picture(pos, source, target))
    started = time.perf_counter()
    flow.set_camera(cx, cy, fit)
    flow.viewport().repaint()
    first = (time.perf_counter() - started) * 1000
    spent = _pan(app, peers, cx, cy, fit, 7 / fit, turns=12)
    ratio = spent["travel"] / spent["plain"]
    drawn = flow.item.engine.frame(flow.item.data_, flow.item.camera(), must=True)
    crisp = drawn.milliseconds if drawn is not None else math.inf
    flow.close_canvas()
    return [
        _figure(f"R4 {count} nodes travel", spent["travel"], "ms", "plain blit", ratio, "<= 4x", ratio <= 4),
        _figure(
            f"R4 {count} nodes first frame", first, "ms", "crisp frame", first / crisp, "<= 1.5x", first <= 1.5 * crisp
        ),
    ]


class _Plain(QWidget):
    """A window that shows one picture."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage(_WIDTH, _HEIGHT, QImage.Format.Format_RGB32)
        self._image.fill(QColor("#f7f8fa"))

    def viewport(self) -> QWidget:
        """Itself, as the other peers."""
        return self

    def look(self, _x: float, _y: float, _scale: float) -> None:
        """Nothing moves."""

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.drawImage(0, 0, self._image)
        painter.end()


def _memory(count: int = 20_000) -> list[dict[str, Any]]:
    """R7: what the arrays of a graph and its first frame hold, beside a base of 30 MB."""
    picture, kernels, camera = _picture(*_grid(count)), load_kernels(), Camera(0, 0, 0.1, _WIDTH, _HEIGHT)
    first = Raster(kernels, themes.load("light"), 2)
    first.render(GraphData(_picture(*_grid(1000))), camera)  # what is loaded at the first frame is part of the base
    first.close()
    tracemalloc.start()
    data = GraphData(picture)
    raster = Raster(kernels, themes.load("light"), 2)
    drawn = raster.render(data, camera)
    held = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    raster.close()
    each = (held - drawn.pixels.nbytes - drawn.pixels.nbytes / 2) / data.edges
    return [_figure("R7 memory", each, "bytes an edge", "target", each / 120, "<= 1x of 120", each <= 120)]


def _threads() -> list[dict[str, Any]]:
    """R8: pixels that differ between one thread and several."""
    data, kernels = GraphData(_picture(*_grid(3_000))), load_kernels()
    differ = 0
    for scale in (0.15, 0.7):
        frames = []
        for threads in (1, 2, 3, 5, 8):
            raster = Raster(kernels, themes.load("light"), threads)
            frames.append(raster.render(data, Camera(1500, 1500, scale, 1200, 800)).pixels.copy())
            raster.close()
        differ += sum(int((frame != frames[0]).sum()) for frame in frames[1:])
    return [
        _figure("R8 pixels that differ between 1 and 8 threads", differ, "", "none", float(differ), "0", not differ)
    ]


def _layouts() -> list[dict[str, Any]]:
    hops = 500
    source = np.r_[np.arange(hops), np.arange(hops)]
    target = np.r_[np.arange(1, hops + 1), np.arange(hops + 1, 2 * hops + 1)]
    started = time.perf_counter()
    chain = layout.flow(2 * hops + 1, source, target, np.r_[np.full(hops, 10.0), np.full(hops, 0.1)])
    spent = time.perf_counter() - started
    bend = float(np.abs(chain[10 : hops + 1, 1] - chain[: hops - 9, 1]).max()) / layout.GAP
    fan = layout.flow(2001, np.zeros(2000, np.int64), np.arange(1, 2001))
    wide, tall = np.ptp(fan, axis=0).tolist()
    known = np.ones(2 * hops + 1, bool)
    known[-20:] = False
    started = time.perf_counter()
    placed = layout.place_new(chain, known, source, target)
    expanded = time.perf_counter() - started
    moved = float(np.abs(placed[known] - chain[known]).max())
    return [
        _figure("L2 peel chain of 500: bend in 10 hops", bend, "gap", "one gap", bend, "<= 0.5", bend <= 0.5),
        _figure(
            "L2 fan of 2000: width to height",
            wide / tall,
            "",
            "square",
            wide / tall,
            "0.3 to 3",
            0.3 <= wide / tall <= 3,
        ),
        _figure(
            "L4 expand by 20: time", expanded * 1000, "ms", "full layout", expanded / spent, "<= 1x", expanded <= spent
        ),
        _figure(
            "L4 expand by 20: old nodes moved",
            moved,
            "units",
            "one gap",
            moved / layout.GAP,
            "<= 1x",
            moved <= layout.GAP,
        ),
    ]

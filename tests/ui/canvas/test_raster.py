"""The compiled way to a frame: the same pixels for any number of threads, and the same picture as QPainter draws."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from workstation.analysis.picture import Edge, Node, Picture
from workstation.analysis.shapes import ROLES
from workstation.ui import theme as themes
from workstation.ui.canvas import FlowView
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.canvas.raster import Raster, load_kernels

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def kernels() -> ModuleType:
    """The kernels, loaded once."""
    return load_kernels()


def grid(side: int) -> Picture:
    """A square of nodes, each linked to the next two, in all roles and line styles."""
    nodes = tuple(
        Node(f"address:bitcoin:{n}", "address", n % side * 80.0, n // side * 80.0, ROLES[n % 7], "EX", f"n{n}", "", "")
        for n in range(side * side)
    )
    styles = ("solid", "dashed", "dotted")
    edges = tuple(
        Edge(n, (n + step) % len(nodes), "1 BTC", "1 BTC", 1, float(n % 9), (), style=styles[n % 3])
        for n in range(len(nodes))
        for step in (1, side + 1)
    )
    return Picture(nodes, edges)


def pixels(image: QImage) -> np.ndarray:
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return rows[:, : image.width()].copy()


@pytest.mark.parametrize("scale", [0.05, 0.4, 1.2])
def test_threads_never_change_a_pixel(qtbot: QtBot, kernels: ModuleType, scale: float) -> None:
    data, camera = GraphData(grid(20)), Camera(700.0, 700.0, scale, 640, 480, 1.0)
    frames = []
    for threads in (1, 2, 3, 5, 8):
        raster = Raster(kernels, themes.load("light"), threads)
        frames.append(pixels(raster.render(data, camera).image))
        raster.close()
    assert (frames[0] != frames[0][0, 0]).mean() > 0.001, "something is drawn"
    assert all((frame == frames[0]).all() for frame in frames[1:])


def test_kernels_draw_what_the_painter_draws(qtbot: QtBot, kernels: ModuleType) -> None:
    from workstation.ui.canvas.engine import paint, visible_edges, visible_nodes

    data, camera, theme = GraphData(grid(8)), Camera(280.0, 280.0, 1.0, 640, 480, 1.0), themes.load("dark")
    raster = Raster(kernels, theme, 1)
    fast = pixels(raster.render(data, camera).image)
    raster.close()
    slow = pixels(paint(data, camera, theme, visible_nodes(data, camera), visible_edges(data, camera)))
    apart = np.abs((fast & 0xFF).astype(int) - (slow & 0xFF).astype(int))
    assert (apart > 48).mean() < 0.05  # dash patterns and arrow rims differ a little


def test_outside_the_view_nothing_is_listed(qtbot: QtBot, kernels: ModuleType) -> None:
    data = GraphData(grid(20))
    raster = Raster(kernels, themes.load("light"), 1)
    drawn = raster.render(data, Camera(-9000.0, 0.0, 1.0, 640, 480, 1.0))
    assert (len(drawn.nodes), len(drawn.edges), drawn.far) == (0, 0, False)
    drawn = raster.render(data, Camera(760.0, 760.0, 0.05, 640, 480, 1.0))
    assert (len(drawn.nodes), len(drawn.edges), drawn.far) == (400, 0, True)
    raster.close()


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[FlowView]:
    """A canvas with its kernels there, closed at the end so that its worker stops."""
    made = FlowView()
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    qtbot.waitExposed(made)
    made.item.engine.load(wait_for_it=True)
    yield made
    made.close()


def test_a_large_graph_settles_through_the_worker(qtbot: QtBot, view: FlowView) -> None:
    view.set_graph(grid(60))
    view.fit()
    qtbot.waitUntil(lambda: view.item.settled(), timeout=20_000)
    for step in range(5):
        view.set_camera(2000.0 + step * 40, 2000.0, 0.6)
        view.viewport().repaint()
    qtbot.waitUntil(lambda: view.item.settled(), timeout=20_000)
    assert len(view.item.visible()[0]) > 50

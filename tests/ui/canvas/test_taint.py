"""Marked money and focus on the canvas: arrays, colours, rings, the same with painter and kernels, far out too."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from workstation.analysis.picture import Edge, Node, Picture, Tint
from workstation.ui import theme as themes
from workstation.ui.canvas import FlowView, tints
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import RING_END, GraphData
from workstation.ui.canvas.engine import paint, visible_edges, visible_nodes
from workstation.ui.canvas.overlays import LegendPlan
from workstation.ui.canvas.raster import Raster, load_kernels

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def kernels() -> ModuleType:
    """The compiled kernels."""
    return load_kernels()


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[FlowView]:
    """A shown canvas."""
    made = FlowView()
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_canvas()


def pair(side: int = 2, gap: float = 120) -> Picture:
    """A grid of nodes, each paying the next one."""
    nodes = tuple(
        Node(f"address:tron:{n}", "address", n % side * gap, n // side * gap, "service", "EX", f"n{n}", "", f"n{n}")
        for n in range(side * side)
    )
    edges = tuple(Edge(n, n + 1, "1", "1", 1, 1.0, (n,)) for n in range(len(nodes) - 1))
    return Picture(nodes, edges)


def pixels(image: QImage) -> np.ndarray:
    """Red, green, blue of every pixel."""
    made = image.convertToFormat(QImage.Format.Format_RGB32)
    rows = np.frombuffer(made.constBits(), np.uint8).reshape(made.height(), made.bytesPerLine())
    return rows[:, : made.width() * 4].reshape(made.height(), made.width(), 4)[:, :, 2::-1].astype(int)


def of_colour(image: QImage, colour: str, near: int = 40) -> int:
    """How many pixels have (almost) a colour."""
    wanted = QColor(colour)
    away = np.abs(pixels(image) - (wanted.red(), wanted.green(), wanted.blue())).max(2)
    return int((away < near).sum())


def reddish(image: QImage) -> int:
    """How many pixels are clearly more red than green."""
    colours = pixels(image)
    return int((colours[:, :, 0] - colours[:, :, 1] > 60).sum())


def test_small_shares_are_seen_and_larger_ones_are_stronger() -> None:
    data, theme = GraphData(pair()), themes.load("light")
    data.set_tint(Tint((0.0, 0.2, 1.0, 0.0), (0.0, 0.001, 1.0), "Taint"))
    lines, tips = tints.line_colours(data, theme, np.arange(3))
    assert QColor(int(lines[0])) == QColor(theme.edge)
    assert QColor(int(lines[2])) == QColor(theme.taint)
    reds = [QColor(int(c)).red() - QColor(int(c)).green() for c in lines]
    assert reds[0] < reds[1] < reds[2]
    assert reds[1] - reds[0] >= 0.25 * (reds[2] - reds[0])
    assert QColor(int(tips[2])).lightness() < QColor(int(lines[2])).lightness()


def test_a_ring_makes_room_for_itself_and_goes_again() -> None:
    data = GraphData(pair())
    bare = data.radius.copy()
    data.set_tint(Tint((0.5, 0.0, -1.0, 0.0), (0.0, 0.0, 0.0), "Taint"))
    assert (data.radius[[0, 2]] == data.extent[[0, 2]] + RING_END).all()
    assert (data.radius[[1, 3]] == bare[[1, 3]]).all()
    data.set_tint(None)
    assert (data.radius == bare).all()
    assert not data.taint.any()


@pytest.mark.parametrize("name", themes.THEMES)
def test_the_arc_grows_with_the_share(qtbot: QtBot, name: str) -> None:
    theme, camera = themes.load(name), Camera(60, 60, 2.0, 500, 500)
    found = []
    for share in (0.0, 0.25, 0.5, 1.0):
        data = GraphData(pair())
        data.set_tint(Tint((share, 0, 0, 0), (0.0, 0.0, 0.0), "Taint"))
        image = paint(data, camera, theme, visible_nodes(data, camera), visible_edges(data, camera))
        found.append(of_colour(image, theme.taint))
    assert found[0] < found[1] < found[2] < found[3]
    assert found[2] - found[0] == pytest.approx((found[3] - found[0]) / 2, rel=0.15)
    assert themes.contrast(theme.taint, theme.canvas) >= theme.minimum_contrast


@pytest.mark.parametrize("seen", [None, (True, True, False, False)])
def test_kernels_draw_rings_and_focus_like_the_painter(
    qtbot: QtBot, kernels: ModuleType, seen: tuple[bool, ...] | None
) -> None:
    theme, camera = themes.load("light"), Camera(60, 60, 1.4, 400, 400)
    data = GraphData(pair())
    data.set_tint(Tint((0.25, 1.0, 0.5, -1.0), (0.2, 0.9, -1.0), "Taint"))
    if seen is not None:
        data.set_seen(np.array(seen), np.array((True, False, False)))
    raster = Raster(kernels, theme, threads=1)
    try:
        drawn = raster.render(data, camera)
    finally:
        raster.close()
    painted = paint(data, camera, theme, visible_nodes(data, camera), visible_edges(data, camera))
    assert not drawn.far
    assert len(drawn.nodes) == 4
    assert len(drawn.edges) == 3
    assert np.abs(pixels(drawn.image) - pixels(painted)).mean() < 2.5


def test_far_out_marked_lines_lie_over_the_density(qtbot: QtBot, kernels: ModuleType) -> None:
    theme, picture = themes.load("light"), pair(100, 40)
    camera = Camera(2000, 2000, 0.12, 500, 500)
    raster = Raster(kernels, theme, threads=2)
    try:
        data = GraphData(picture)
        plain = raster.render(data, camera)
        shares = np.zeros(data.edges)
        shares[4000:4090] = 1.0
        data.set_tint(Tint((0.0,) * data.nodes, tuple(shares), "Taint"))
        marked = raster.render(data, camera)
        again = raster.render(data, camera)
    finally:
        raster.close()
    assert plain.far
    assert reddish(plain.image) == 0
    assert reddish(marked.image) > 50
    assert (pixels(marked.image) == pixels(again.image)).all()


def test_out_of_focus_is_faint_and_hidden_is_gone(view: FlowView) -> None:
    view.set_graph(pair())
    view.fit()
    nodes, edges = np.array((True, True, False, False)), np.array((True, False, False))
    view.set_seen(nodes, edges)
    view.render_image(600, 400)
    assert view.item.data_.there() == (None, None)
    view.item.deterministic = True
    view.grab()
    assert len(view.item.labelled()) <= 4
    assert view.item.data_.node_at(0, 120) == 2
    view.set_seen(nodes, edges, hide=True)
    assert view.item.data_.node_at(0, 120) == -1
    assert view.item.data_.inside(-10, -10, 500, 500).tolist() == [0, 1]
    view.grab()
    assert view.item.visible()[0] == [0, 1]
    view.set_seen(None, None)
    view.grab()
    assert len(view.item.visible()[0]) == 4


def test_the_legend_names_method_and_run(view: FlowView) -> None:
    view.set_graph(pair())
    view.set_tint(Tint((0.0,) * 4, (0.0,) * 3, "Taint: haircut, run 4"))
    assert ("taint", "Taint: haircut, run 4") in LegendPlan(view.item.data_, view.theme).entries
    assert "Taint: haircut, run 4" in view.legend.accessibleDescription()
    view.set_tint(Tint(legend="Taint: haircut, run 4 (stale, not drawn)", stale=True))
    assert ("stale", "Taint: haircut, run 4 (stale, not drawn)") in LegendPlan(view.item.data_, view.theme).entries
    view.set_tint(None)
    assert "Taint" not in view.legend.accessibleDescription()

"""Styles on the canvas: large and small frames agree, double lines are two lines, and a lasso takes what it encloses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from tests.analysis.pictures import small
from workstation.analysis.picture import Card, Edge, Look, Node, Picture
from workstation.ui import theme as themes
from workstation.ui.canvas import FlowView, lasso
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import GraphData
from workstation.ui.canvas.engine import paint, visible_edges, visible_nodes
from workstation.ui.canvas.overlays import LegendPlan
from workstation.ui.canvas.raster import Raster, load_kernels

pytestmark = pytest.mark.gui
CAMERA = Camera(100, 0, 1.0, 500, 300)


def two(**looks: object) -> Picture:
    nodes = tuple(
        Node(f"address:tron:T{n}", "address", 200.0 * n, 0, "unattributed", "", f"N{n}", "", f"T{n}") for n in range(2)
    )
    edge = Edge(0, 1, "5 ETH", "5.0 ETH", 1, 1.0, (1,))
    return Picture(nodes, (replace(edge, **looks),))  # type: ignore[arg-type]


def column(image: QImage, x: int) -> list[QColor]:
    """Colours from top to bottom."""
    return [image.pixelColor(x, y) for y in range(image.height())]


def runs(image: QImage, x: int, ground: str) -> int:
    """How many separate things a column of pixels crosses."""
    far = [abs(c.lightness() - QColor(ground).lightness()) > 25 for c in column(image, x)]
    return sum(now and not before for before, now in zip([False, *far], far, strict=False))


@pytest.mark.parametrize("kernels", [False, True])
def test_a_crossing_is_drawn_as_two_lines(qapp: object, kernels: bool) -> None:
    theme = themes.load("light")
    for style, lines in (("solid", 1), ("double", 2)):
        data = GraphData(two(style=style, wide=2.0))
        if kernels:
            raster = Raster(load_kernels(), theme, 1)
            image = raster.render(data, CAMERA).image.copy()
            raster.close()
        else:
            image = paint(data, CAMERA, theme, visible_nodes(data, CAMERA), visible_edges(data, CAMERA))
        assert runs(image, 230, theme.canvas) == lines


@pytest.mark.parametrize("name", themes.THEMES)
def test_a_colour_of_the_palette_is_that_of_the_theme(qapp: object, name: str) -> None:
    theme = themes.load(name)
    data = GraphData(two(colour="violet", wide=2.0))
    image = paint(data, CAMERA, theme, visible_nodes(data, CAMERA), visible_edges(data, CAMERA))
    assert QColor(theme.roles["obfuscation"]) in column(image, 230)


def test_the_legend_explains_only_looks_on_screen(qapp: object) -> None:
    picture = replace(two(), looks=(Look("Seen", "red", True, members=(0,)), Look("Elsewhere", "blue", members=(1,))))
    data, theme = GraphData(picture), themes.load("light")
    said = [text for _, text in LegendPlan(data, theme, (np.array([0]), np.array([0]))).entries]
    assert "Seen" in said
    assert "Elsewhere" not in said


def test_a_card_shows_in_pictures_and_is_fitted(qapp: object) -> None:
    plain = small()
    carded = replace(plain, cards=(Card("card-1", "Look here", 900.0, 900.0),))
    view = FlowView()
    view.resize(800, 500)
    try:
        view.set_graph(carded)
        assert view.item.data_.bounds()[2] > 900 + 72
        first, again = view.render_image(800, 500), view.render_image(800, 500)
        assert first == again
        view.set_graph(plain)
        assert view.render_image(800, 500) != first
    finally:
        view.close()
        view.deleteLater()


def test_a_lasso_follows_the_even_odd_rule(qapp: object) -> None:
    nodes = tuple(
        Node(f"address:tron:T{n}", "address", x, y, "unattributed", "", "", "", "")
        for n, (x, y) in enumerate([(0, 0), (40, 0), (80, 0), (200, 0)])
    )
    data, camera = GraphData(Picture(nodes)), Camera(0, 0, 1.0, 400, 400)
    # a horseshoe: the node in its gap stays outside
    horseshoe = [(-20, 30), (-20, -30), (100, -30), (100, 30), (60, 30), (60, -10), (20, -10), (20, 30)]
    line = [camera.pixel(x, y) for x, y in horseshoe]
    assert lasso.inside(data, camera, line).tolist() == [0, 2]
    assert lasso.inside(data, camera, line[:2]).tolist() == []
    data.set_seen(np.array([False, True, True, True]), np.zeros(0, bool), hide=True)
    assert lasso.inside(data, camera, line).tolist() == [2]

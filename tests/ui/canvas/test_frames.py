"""What stands behind the nodes: a frame follows its members, the axis is seen whole, dragging can stop on the grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QColor

from workstation.analysis import svg
from workstation.analysis.picture import Frame, Node, Picture, frame_box
from workstation.ui import theme as themes
from workstation.ui.canvas import FlowView

pytestmark = pytest.mark.gui

NODES = tuple(Node(f"address:x:{k}", "address", k * 300.0, 0.0, "unattributed", "", f"n{k}", "", "") for k in range(3))
FRAMED = Picture(NODES, frames=(Frame("frame-1", "Ring <b>", (0, 1), "#ff0000"),))


def _differs(view: FlowView, x: float, y: float) -> bool:
    """Whether the ground at a world point is not the bare canvas."""
    image = view.item.image(view.item.camera())
    px, py = view.item.camera().pixel(x, y)
    return bool(image.pixelColor(round(px), round(py)) != QColor(view.theme.canvas))


def test_a_frame_is_drawn_around_its_members_and_goes_with_them(qtbot) -> None:  # type: ignore[no-untyped-def]
    view = FlowView(themes.load("light"))
    qtbot.addWidget(view)
    view.resize(800, 500)
    view.set_graph(FRAMED)
    view.fit()
    assert _differs(view, 150, -30)
    assert not _differs(view, 450, 40)
    view.item.data_.move(np.array([0, 1]), np.array([[0.0, 180.0], [300.0, 180.0]]))
    assert not _differs(view, 150, -30)
    assert _differs(view, 150, 150)


def test_fitting_shows_the_words_of_the_axis(qtbot) -> None:  # type: ignore[no-untyped-def]
    view = FlowView(themes.load("dark"))
    qtbot.addWidget(view)
    view.resize(800, 500)
    view.set_graph(
        replace(FRAMED, frames=(), ticks=((0.0, "2026-01-01"),), lanes=((-46.0, 76.0, "A"), (76.0, 180.0, "")))
    )
    view.fit()
    assert view.item.camera().pixel(0.0, -46.0)[1] > 20
    assert _differs(view, 150, 30)


def test_a_glide_ends_where_the_layout_put_everything(qtbot) -> None:  # type: ignore[no-untyped-def]
    view = FlowView(themes.load("light"))
    qtbot.addWidget(view)
    view.resize(800, 500)
    view.show()
    view.set_graph(FRAMED)
    moved = replace(FRAMED, nodes=tuple(replace(node, y=node.x) for node in NODES))
    view.set_graph(moved, fit=True)
    assert view.item.data_.pos[2].tolist() != [600.0, 600.0]
    qtbot.waitUntil(lambda: view.item.data_.pos[2].tolist() == [600.0, 600.0])
    view.reduced_motion = True
    view.set_graph(FRAMED)
    assert view.item.data_.pos[2].tolist() == [600.0, 0.0]


def test_paper_has_the_frame_and_its_name_as_text() -> None:
    text = svg.picture_svg(replace(FRAMED, ticks=((0.0, "2026-01-01"),), lanes=((-46.0, 76.0, "A"), (76.0, 99.0, "B"))))
    assert "Ring &lt;b&gt;" in text
    assert "2026-01-01" in text
    left, top, right, bottom = frame_box([(0, 0), (300, 0)])
    assert left < 0 < 300 < right
    assert top < 0 < bottom

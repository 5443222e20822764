"""Plates of lines on paper: none over another, over a node or a name; what finds no room is told."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from workstation.analysis import curves
from workstation.analysis.picture import Edge, Node, Picture
from workstation.analysis.plates import Box, Part, forms, place
from workstation.analysis.shapes import radius
from workstation.analysis.svg import picture_svg


def _node(x: float, y: float, name: str = "Collector 2") -> Node:
    return Node(f"address:x:{x}/{y}", "address", x, y, "unattributed", "", name, "3 transfers", name)


def _edge(a: int, b: int, crossing: str = "", weight: float = 1.0) -> Edge:
    return Edge(a, b, "1.25 BTC", "1.25000000 BTC", 3, weight, (1, 2, 3), crossing=crossing)


def _width(text: str) -> float:
    return len(text) * 6.5


def _touch(a: Box, b: Box) -> bool:
    return a[0] < b[2] and a[2] > b[0] and a[1] < b[3] and a[3] > b[1]


_PLACES = st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=2, max_size=12, unique=True)


@given(_PLACES, st.data())
def test_no_plate_covers_another_or_a_node(places: list[tuple[int, int]], data: st.DataObject) -> None:
    nodes = tuple(_node(x * 90.0, y * 70.0) for x, y in places)
    ends = st.integers(0, len(nodes) - 1)
    pairs = data.draw(st.lists(st.tuples(ends, ends).filter(lambda two: two[0] != two[1]), max_size=25))
    picture = Picture(nodes, tuple(_edge(a, b) for a, b in pairs))
    found = place(picture, curves.curves(picture), range(len(pairs)), range(len(nodes)), _width)
    assert len(found.placed) + found.left_out == len(pairs)
    boxes = [plate.box for plate in found.placed.values()]
    assert not any(_touch(a, b) for a, b in combinations(boxes, 2))
    reach = radius(nodes[0]) - 0.1
    bodies = [(node.x - reach, node.y - reach, node.x + reach, node.y + reach) for node in nodes]
    assert not any(_touch(a, b) for a in boxes for b in bodies)


def test_a_crossing_without_room_is_numbered_and_told_below() -> None:
    """Two nodes so near that no plate fits between them: the words of the crossing stand under the picture."""
    nodes = (
        _node(0, 0, "Exchange A deposit"),
        _node(46, 0),
        *(_node(x, y) for x in (0, 46) for y in (-40, 40, 80, -80)),
    )
    picture = Picture(nodes, (_edge(0, 1, "1.25 BTC → 20 ETH"),))
    found = place(picture, curves.curves(picture), [0], range(len(nodes)), _width, inside=(-60, -60, 100, 60))
    assert found.notes == ("[1] Exchange A deposit to Collector 2: 1.25 BTC → 20 ETH",)
    assert found.placed[0].rows == ("[1]",)
    assert "1.25 BTC → 20 ETH" in picture_svg(picture)


def test_a_plate_says_only_what_passes() -> None:
    part = Part(2, "0.5 BTC", "0.50000000 BTC")
    assert forms(_edge(0, 1), part) == ("2 of 3 · 0.5 BTC", "2 of 3")
    assert forms(_edge(0, 1, "1.25 BTC → 20 ETH"), part)[0] == "2 of 3 · 0.5 BTC"
    assert forms(_edge(0, 1)) == ("1.25 BTC  ×3", "1.25 BTC")
    assert forms(_edge(0, 1, "1.25 BTC → 20 ETH"))[1] == "1.25 BTC → …"

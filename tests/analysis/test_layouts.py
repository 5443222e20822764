"""Every layout: same places whatever the order of the input, pins stand, nothing overlaps, a stop stops."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workstation.analysis.layouts import align, flow, form, organic, radial, timeaxis

LAYOUTS = {
    "flow": flow.flow,
    "organic": organic.organic,
    "radial": radial.radial,
    "time": timeaxis.time_axis(),
    "compressed": timeaxis.time_axis(compressed=True),
}
LINKS = st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40)
PINS = st.dictionaries(st.integers(0, 19), st.tuples(st.integers(-20, 20), st.integers(-20, 20)), max_size=3)


def graph_of(links: list[tuple[int, int]], nodes: int = 20) -> form.Graph:
    """A graph whose nodes were first active in no order, in three lanes."""
    ends = np.array(links, np.int64).reshape(-1, 2)
    return form.Graph(
        tuple(f"n{k:04}" for k in range(nodes)), ends[:, 0], ends[:, 1], np.ones(len(ends)), (0,),
        1_700_000_000 + np.arange(nodes, dtype=np.int64) * 7919 % 1000 * 600,
        tuple(("", "A", "B")[k % 3] for k in range(nodes)),
    )  # fmt: skip


def shuffled(graph: form.Graph, order: list[int]) -> form.Graph:
    """The same graph with nodes and links in another order."""
    place = {old: new for new, old in enumerate(order)}
    back = slice(None, None, -1)
    return form.Graph(
        tuple(graph.keys[n] for n in order),
        np.array([place[n] for n in graph.source.tolist()], np.int64)[back],
        np.array([place[n] for n in graph.target.tolist()], np.int64)[back],
        graph.weight[back], tuple(place[s] for s in graph.seeds), graph.first[order], tuple(graph.lane[n] for n in order),
    )  # fmt: skip


def closest(pos: np.ndarray) -> float:
    """The smallest of the larger of |dx| / 100 and |dy| / 50 over all pairs: below 1 is an overlap."""
    apart = np.maximum(*(np.abs(pos[:, None, k] - pos[None, :, k]) / room for k, room in ((0, 100), (1, 50))))
    np.fill_diagonal(apart, np.inf)
    return float(apart.min())


@pytest.mark.parametrize("name", LAYOUTS)
@settings(max_examples=25)
@given(links=LINKS, order=st.permutations(range(20)))
def test_the_order_of_the_input_never_shows(name: str, links: list[tuple[int, int]], order: list[int]) -> None:
    graph = graph_of(links)
    found = form.laid(LAYOUTS[name], graph, {})
    again = form.laid(LAYOUTS[name], shuffled(graph, order), {})
    assert again.tobytes() == found[order].tobytes()
    assert (found * 16 == np.rint(found * 16)).all()
    assert closest(found) >= 1


@pytest.mark.parametrize("name", LAYOUTS)
@settings(max_examples=25)
@given(links=LINKS, pins=PINS)
def test_pins_stand_and_nothing_stands_on_them(
    name: str, links: list[tuple[int, int]], pins: dict[int, tuple[int, int]]
) -> None:
    wanted = {k: (x * 150.0 + k * 7000, y * 100.0) for k, (x, y) in pins.items()}
    found = form.laid(LAYOUTS[name], graph_of(links), wanted)
    assert all(tuple(found[k].tolist()) == where for k, where in wanted.items())
    assert closest(found) >= 1


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_stop_stops(name: str) -> None:
    class Stopped(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        form.laid(LAYOUTS[name], graph_of([(0, 1), (1, 2)]), {}, 1, stop)


@pytest.mark.parametrize("name", ["flow", "organic", "radial"])
def test_a_thousand_nodes_and_a_hub_overlap_nothing(name: str) -> None:
    chance = np.random.default_rng(4)
    links = [(0, k) for k in range(1, 300)] + [(int(a), int(b)) for a, b in chance.integers(1, 1000, (1400, 2))]
    assert closest(form.laid(LAYOUTS[name], graph_of(links, 1000), {})) >= 1


def test_a_drawing_that_is_too_dense_grows_and_keeps_its_shape() -> None:
    """Three thousand nodes in the room of a hundred: neighbours stay neighbours, nobody is sent across the drawing."""
    chance = np.random.default_rng(5)
    dense = chance.normal(0, 500, (3000, 2))
    found = form.settled(dense, {})
    assert closest(found) >= 1
    assert min(np.corrcoef(found[:, axis], dense[:, axis])[0, 1] for axis in (0, 1)) > 0.98


def test_parts_do_not_lie_in_each_other() -> None:
    found = form.laid(organic.organic, graph_of([(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)], 6), {})
    first, second = found[:3], found[3:]
    apart = np.maximum(first.min(0) - second.max(0), second.min(0) - first.max(0))
    assert apart.max() > 50


def test_rings_of_the_radial_layout_are_hops() -> None:
    links = [(0, 1), (0, 2), (0, 3), (1, 4), (2, 5), (3, 6)]
    found = form.laid(radial.radial, graph_of(links, 7), {})
    far = np.hypot(*(found - found[0]).T)
    assert np.ptp(far[1:4]) < 1
    assert np.ptp(far[4:7]) < 1
    assert far[4] > far[1] > 0


def test_the_organic_layout_keeps_neighbours_near() -> None:
    ring = [(k, (k + 1) % 60) for k in range(60)]
    found = form.laid(organic.organic, graph_of(ring, 60), {})
    linked = np.hypot(*(found[[a for a, _ in ring]] - found[[b for _, b in ring]]).T).mean()
    anybody = np.hypot(*(found[:, None] - found[None, :]).reshape(-1, 2).T).mean()
    assert linked < anybody / 3


def test_flow_crosses_less_than_the_order_of_the_keys() -> None:
    chance = np.random.default_rng(2)
    links = [
        (layer * 20 + int(a), layer * 20 + 20 + int(b))
        for layer in range(4)
        for a, b in chance.integers(0, 20, (24, 2))
    ]
    graph = graph_of(links, 100)
    graph = form.Graph(graph.keys, graph.source, graph.target, graph.weight)
    found = form.laid(flow.flow, graph, {})
    naive = np.stack([np.arange(100) // 20 * 200.0, np.arange(100) % 20 * 80.0], 1)
    assert _crossings(found, links) < _crossings(naive, links) / 2


def _crossings(pos: np.ndarray, links: list[tuple[int, int]]) -> int:
    def side(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
        return float((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]))

    total = 0
    for k, (a, b) in enumerate(links):
        for c, d in links[k + 1 :]:
            if len({a, b, c, d}) == 4:
                p, q, r, s = pos[a], pos[b], pos[c], pos[d]
                total += side(p, q, r) * side(p, q, s) < 0 and side(r, s, p) * side(r, s, q) < 0
    return total


def test_time_runs_to_the_right_evenly_and_ticks_stand_at_their_time() -> None:
    graph = graph_of([], 20)
    found = form.laid(timeaxis.time_axis(), graph, {})
    x = found[:, 0]
    slope = (x - x[graph.first.argmin()]) / np.maximum(graph.first - graph.first.min(), 1)
    later = graph.first > graph.first.min()
    assert np.ptp(slope[later]) < 1e-4
    axis = timeaxis.axis(graph)
    assert [words for _, words in axis.ticks] == sorted(words for _, words in axis.ticks)
    assert {name for _, _, name in axis.lanes} == {"A", "B", ""}
    for top, bottom, name in axis.lanes:
        inside = found[[k for k, lane in enumerate(graph.lane) if lane == name], 1]
        assert (inside > top).all()
        assert (inside < bottom).all()


def test_what_has_no_time_stands_left_of_the_axis() -> None:
    graph = form.Graph(
        ("a", "b"), *(np.zeros(0, np.int64),) * 2, np.zeros(0), (), np.array([-1, 1_700_000_000]), ("", "")
    )
    found = form.laid(timeaxis.time_axis(), graph, {})
    assert found[0, 0] < found[1, 0] == 0


POINTS = st.lists(st.tuples(st.integers(-999, 999), st.integers(-999, 999)), min_size=3, max_size=9)


@given(POINTS, st.sampled_from(align.SIDES))
def test_aligning_moves_along_one_axis_only(points: list[tuple[int, int]], side: align.Side) -> None:
    pos = np.array(points, np.float64)
    found = align.aligned(pos, side)
    axis = 0 if side in ("left", "centre", "right") else 1
    assert len(np.unique(found[:, axis])) == 1
    assert (found[:, 1 - axis] == pos[:, 1 - axis]).all()


@given(POINTS, st.sampled_from(align.WAYS))
def test_distributing_keeps_the_order_and_the_outermost(points: list[tuple[int, int]], way: align.Way) -> None:
    pos = np.array(points, np.float64)
    found, axis = align.distributed(pos, way), align.WAYS.index(way)
    assert found[:, axis].min() == pos[:, axis].min()
    assert found[:, axis].max() == pos[:, axis].max()
    assert np.ptp(np.diff(np.sort(found[:, axis]))) <= 0.125


@given(POINTS)
def test_snapping_twice_is_snapping_once(points: list[tuple[int, int]]) -> None:
    snap: Callable[[np.ndarray], np.ndarray] = align.snapped
    once = snap(np.array(points, np.float64))
    assert (snap(once) == once).all()
    assert (once % align.GRID == 0).all()

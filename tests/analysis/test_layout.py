"""Layout: nothing overlaps, nothing that was placed moves, the same input gives the same places."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from workstation.analysis import layers, layout
from workstation.analysis.layouts import form

LINKS = st.lists(st.tuples(st.integers(0, 24), st.integers(0, 24)), max_size=50)


def _ends(links: list[tuple[int, int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([a for a, _ in links], np.int64), np.array([b for _, b in links], np.int64)


def _closest(pos: np.ndarray) -> float:
    """The smallest of the larger of |dx| / 100 and |dy| / 50 over all pairs: below 1 is an overlap."""
    dx, dy = np.abs(pos[:, None, 0] - pos[None, :, 0]) / 100, np.abs(pos[:, None, 1] - pos[None, :, 1]) / 50
    apart = np.maximum(dx, dy)
    np.fill_diagonal(apart, np.inf)
    return float(apart.min())


def _standing_close(pos: np.ndarray) -> int:
    """Pairs of nodes that have less room than a node needs with its label."""
    return len(cKDTree(pos / np.array([form.ROOM_X, form.ROOM_Y])).query_pairs(0.9999, p=np.inf))


def _chain(hops: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    links = [(k, k + 1) for k in range(hops)] + [(k, hops + 1 + k) for k in range(hops)]
    return *_ends(links), np.array([10.0] * hops + [0.1] * hops)


@given(LINKS)
def test_flow_has_no_overlap_and_repeats(links: list[tuple[int, int]]) -> None:
    src, dst = _ends(links)
    found = layout.flow(25, src, dst)
    assert _closest(found) >= 1
    assert (found == layout.flow(25, src, dst)).all()
    assert (found == np.rint(found)).all()


def test_money_runs_from_left_to_right() -> None:
    src, dst = _ends([(0, 1), (1, 2), (2, 3), (4, 3), (0, 5)])
    found = layout.flow(6, src, dst)
    assert (found[dst, 0] > found[src, 0]).all()


def test_a_seed_that_receives_has_its_payers_on_the_left() -> None:
    src, dst = _ends([(0, 1), (1, 2)])
    found = layout.flow(3, src, dst, seeds=[1])
    assert found[0, 0] < found[1, 0] < found[2, 0]


def test_a_peel_chain_of_500_is_straight_and_has_no_crossing() -> None:
    src, dst, weight = _chain(500)
    found = layout.flow(1001, src, dst, weight)
    spine = found[:501]
    assert (np.diff(spine[:, 0]) > 0).all()
    assert np.abs(spine[10:, 1] - spine[:-10, 1]).max() <= layout.GAP / 2
    peeled = found[501:, 1] - spine[:500, 1]
    assert (np.abs(peeled) >= layout.GAP * 0.45).all()


def test_a_fan_of_2000_is_a_block() -> None:
    links = [(0, k) for k in range(1, 2001)]
    found = layout.flow(2001, *_ends(links))
    wide, tall = np.ptp(found, axis=0)
    assert 0.3 <= wide / tall <= 3
    assert len(np.unique(found, axis=0)) == 2001
    assert _standing_close(found) == 0


@given(
    LINKS,
    st.dictionaries(st.integers(0, 24), st.tuples(st.integers(-2000, 2000), st.integers(-2000, 2000)), max_size=3),
)
def test_pinned_nodes_stay(links: list[tuple[int, int]], pins: dict[int, tuple[int, int]]) -> None:
    found = layout.flow(25, *_ends(links), pinned={k: (float(x), float(y)) for k, (x, y) in pins.items()})
    assert all(found[k].tolist() == [x, y] for k, (x, y) in pins.items())


@given(LINKS, st.integers(1, 12))
def test_new_nodes_move_nobody_and_overlap_nothing(links: list[tuple[int, int]], old: int) -> None:
    src, dst = _ends(links)
    among = (src < old) & (dst < old)
    start = np.zeros((25, 2))
    start[:old] = layout.flow(old, src[among], dst[among])
    known = np.arange(25) < old
    found = layout.place_new(start, known, src, dst)
    assert (found[:old] == start[:old]).all()
    assert _closest(found) >= 1


@pytest.mark.parametrize(("link", "side"), [((0, 1), 1), ((1, 0), -1)])
def test_a_new_target_stands_right_and_a_new_source_left(link: tuple[int, int], side: int) -> None:
    found = layout.place_new(np.zeros((2, 2)), np.array([True, False]), *_ends([link]))
    assert found[1].tolist() == [side * layout.LAYER, 0]


def test_an_empty_graph_has_no_positions() -> None:
    assert layout.flow(0, *_ends([])).shape == (0, 2)


def _tall(nodes: int) -> tuple[np.ndarray, np.ndarray]:
    """Eight layers of very many, each paying two of the next."""
    chance, side = np.random.default_rng(3), nodes // 8
    source = np.repeat(np.arange(nodes - side), 2)
    near = (source % side + chance.integers(-4, 5, len(source))) % side
    return source, (source // side + 1) * side + near


def test_a_very_tall_drawing_gets_the_shape_of_a_screen_and_money_still_runs_right() -> None:
    source, target = _tall(3200)
    pos = layout.flow(3200, source, target)
    wide, tall = np.ptp(pos, axis=0)
    assert 1.0 <= wide / tall <= 3.0
    assert (pos[target, 0] > pos[source, 0]).mean() > 0.95
    assert _standing_close(pos) == 0, "else each of them would have to look for a free place"


def test_levels_are_the_same_however_they_are_solved(monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = _tall(800)
    direct = layers._levels(800, source, target)
    monkeypatch.setattr(layers, "_DIRECT", 0)
    assert np.abs(layers._levels(800, source, target) - direct).max() <= 2e-6


@given(st.lists(st.integers(-5000, 5000), min_size=1, max_size=40), st.integers(1, 300))
def test_stray_nodes_leave_no_empty_band(heights: list[int], most: int) -> None:
    """Bands shrink to the width allowed; order stays, and what stands at one height stays at one height."""
    before = np.array(heights, float)
    after = layout._without_bands(before, float(most))
    assert np.array_equal(np.argsort(before, kind="stable"), np.argsort(after, kind="stable"))
    gaps, left = np.diff(np.sort(before)), np.diff(np.sort(after))
    assert np.array_equal(left, np.minimum(gaps, most))

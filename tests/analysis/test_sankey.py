"""The Sankey view keeps every unit: bars are as tall as their sums, ribbons tile them, nothing is dropped or overlaps."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.analysis.sankey import Flow, hops, sankey

_NODES = 9


@st.composite
def _flows(draw: st.DrawFn) -> list[Flow]:
    pairs = draw(st.sets(st.tuples(st.integers(0, _NODES - 1), st.integers(0, _NODES - 1)), max_size=24))
    return [Flow(a, b, draw(st.integers(0, 10**30)), draw(st.integers(1, 9))) for a, b in sorted(pairs)]


def test_columns_count_the_hops() -> None:
    flows = [Flow(0, 1, 5), Flow(1, 2, 5), Flow(0, 2, 1), Flow(2, 3, 6)]
    assert hops(4, flows) == [0, 1, 1, 2]


def test_a_circle_begins_at_its_first_node() -> None:
    flows = [Flow(0, 1, 5), Flow(1, 2, 5), Flow(2, 0, 5)]
    assert hops(3, flows) == [0, 1, 2]
    view = sankey(3, flows)
    assert [(r.flow.source, r.flow.target) for r in view.ribbons if r.back] == [(2, 0)]


@given(_flows())
def test_every_unit_is_drawn_once(flows: list[Flow]) -> None:
    view = sankey(_NODES, flows)
    kept = [f for f in flows if f.units and f.source != f.target]
    assert sorted((r.flow.source, r.flow.target, r.flow.units) for r in view.ribbons) == sorted(
        (f.source, f.target, f.units) for f in kept
    )
    assert view.total == sum(f.units for f in kept)
    for bar in view.bars:
        assert bar.left == sum(f.units for f in kept if f.source == bar.node)
        assert bar.reached == sum(f.units for f in kept if f.target == bar.node)


@given(_flows())
def test_bars_and_ribbons_keep_to_their_places(flows: list[Flow]) -> None:
    view = sankey(_NODES, flows)
    by_column: dict[int, list[tuple[float, float]]] = {}
    for bar in view.bars:
        by_column.setdefault(bar.column, []).append((bar.top, bar.bottom))
        leaving = sorted((r.source_top, r.source_bottom) for r in view.ribbons if r.flow.source == bar.node)
        for (_, end), (begin, _) in itertools.pairwise(leaving):
            assert begin == pytest.approx(end)
        if leaving:
            assert leaving[-1][1] <= bar.bottom + 1e-9
    for spans in by_column.values():
        spans.sort()
        assert spans[0][0] >= -1e-9
        assert spans[-1][1] <= 1 + 1e-9
        assert all(above[1] <= below[0] + 1e-9 for above, below in itertools.pairwise(spans))


@given(_flows())
def test_the_order_of_the_flows_does_not_matter(flows: list[Flow]) -> None:
    assert sankey(_NODES, flows) == sankey(_NODES, list(reversed(flows)))

"""Crossings are counted exactly, sifting only takes them away, and machine code gives what Python gives, to the last bit."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.analysis import heights, layout, loops

Links = list[tuple[int, int]]


@st.composite
def _layered(draw: st.DrawFn) -> tuple[list[int], Links]:
    """The rank of each node, and links from rank to rank, some over several."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=2, max_size=5))
    rank = [layer for layer, size in enumerate(sizes) for _ in range(size)]
    nodes = st.integers(0, len(rank) - 1)
    links = draw(st.lists(st.tuples(nodes, nodes).filter(lambda link: rank[link[0]] < rank[link[1]]), max_size=30))
    return rank, links


def _proper(rank: list[int], links: Links) -> heights._Proper:
    ends = np.array(links, np.int64).reshape(-1, 2)
    count = len(rank)
    return heights._proper(
        count, ends[:, 0], ends[:, 1], np.ones(len(ends)), np.array(rank), np.full(count, 84.0), np.arange(count), 84.0
    )


def _line(proper: heights._Proper) -> tuple[list[int], list[int], list[int]]:
    """Where the layers begin, the nodes in the order of their numbers, and the place of each."""
    first = heights._begins(proper.rank, int(proper.rank.max()) + 1)
    line = np.argsort(proper.rank, kind="stable")
    return first.tolist(), line.tolist(), heights._places(proper, first, line).tolist()


def _counted(proper: heights._Proper, line: list[int]) -> int:
    """Crossings pair by pair, by their definition."""
    place = {node: k for k, node in enumerate(line)}
    pieces = [
        (node, int(end))
        for node in line
        for end in proper.down.ends[proper.down.start[node] : proper.down.start[node + 1]]
    ]
    return sum(
        proper.rank[a] == proper.rank[c] and (place[a] - place[c]) * (place[b] - place[d]) < 0
        for (a, b), (c, d) in combinations(pieces, 2)
    )


@given(_layered())
def test_crossings_are_those_of_the_definition(drawn: tuple[list[int], Links]) -> None:
    """The counting tree against every pair of links."""
    proper = _proper(*drawn)
    first, line, place = _line(proper)
    found = loops.crossings(first, line, place, proper.down.start.tolist(), proper.down.ends.tolist())
    assert found == _counted(proper, line)


@given(_layered(), st.integers(1, 6))
def test_sifting_takes_crossings_away_and_keeps_every_node_in_its_layer(
    drawn: tuple[list[int], Links], window: int
) -> None:
    """However far a node may look: never more crossings, the same nodes in each layer, places that fit."""
    proper = _proper(*drawn)
    first, line, place = _line(proper)
    before, layers = _counted(proper, line), [sorted(line[a:b]) for a, b in pairwise(first)]
    sides = [part.tolist() for side in (proper.up, proper.down) for part in (side.start, side.ends)]
    loops.sifted(first, line, place, *sides, 5, window)
    assert _counted(proper, line) <= before
    assert [sorted(line[a:b]) for a, b in pairwise(first)] == layers
    assert all(line[first[proper.rank[node]] + place[node]] == node for node in range(len(line)))


def test_machine_code_draws_what_python_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing on the edge of large: the same heights to the last bit, whichever way its loops run."""
    chance = np.random.default_rng(3)
    source = np.repeat(np.arange(360), 2)
    target = np.minimum((source // 40 + chance.integers(1, 3, 720)) * 40 + chance.integers(0, 40, 720), 399)
    weight = chance.integers(1, 1000, 720).astype(np.float64)
    found = []
    for large in (10**9, 1):
        monkeypatch.setattr(heights, "_LARGE", large)
        found.append(layout.flow(400, source, target, weight).tobytes())
    assert found[0] == found[1]


@pytest.mark.parametrize(("rows", "layers"), [(40, 6), (220, 8)])
def test_a_shuffled_ladder_is_drawn_without_a_crossing(rows: int, layers: int) -> None:
    """Each node pays its own row and the next: there is an order without crossings, and it is found."""
    names = np.random.default_rng(4).permutation(rows * layers)
    node = np.arange(rows * (layers - 1))
    last = node % rows == rows - 1
    source = names[np.concatenate([node, node[~last]])]
    target = names[np.concatenate([node + rows, node[~last] + rows + 1])]
    count = rows * layers
    rank = np.empty(count, np.int64)
    rank[names] = np.arange(count) // rows
    whole = np.ones(count, bool)
    y = heights.heights(count, source, target, np.ones(len(source)), rank, np.full(count, 84.0), whole, 84.0)
    crossed = 0
    for layer in range(layers - 1):
        inside = np.isin(source, names[layer * rows : (layer + 1) * rows])
        a, b = y[source[inside]], y[target[inside]]
        crossed += int(((a[:, None] - a) * (b[:, None] - b) < 0).sum()) // 2
    assert crossed == 0

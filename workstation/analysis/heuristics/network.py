"""Owns network measures of a case: degree, betweenness, PageRank, communities. They rank; they prove nothing.

By networkx; betweenness is estimated from a seeded sample of starts above ``sample`` parties (Brandes and Pich 2007),
communities by Louvain (Blondel et al. 2008) with a seed. Floats decide ranks only: the answer is ranks and whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workstation.analysis.columns import Columns
from workstation.analysis.typologies.usual import dealings

#: Digits that count when two values are held to be equal.
_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Place:
    """Where a party stands.

    Attributes:
        payers, payees: how many others pay it, and it pays. betweenness, pagerank: rank, 1 = first; equals share one.
        community: number of its community, 1 = the largest.
    """

    subject: str
    payers: int
    payees: int
    betweenness: int
    pagerank: int
    community: int


WHY = "Ranks count who deals with whom in this case. They say where to look first, not who did what."
DISPROOF = "More transfers: whoever was asked about in full always stands in the middle of a case."


def places(columns: Columns, seed: int = 0, sample: int = 200) -> tuple[Place, ...]:
    """The place of every party that deals with another, by rank of betweenness, then by key.

    Args:
        seed: of the sample and of the communities. sample: so many starts are looked at for betweenness.
    """
    import networkx as nx  # takes long to load

    graph = _graph(columns, nx)
    if not graph:
        return ()
    starts = None if len(graph) <= sample else sample
    between = nx.betweenness_centrality(graph, k=starts, seed=seed)
    rank = nx.pagerank(graph, weight="count")
    community = {name: number for number, members in enumerate(_groups(graph, nx, seed), 1) for name in members}
    by_between, by_rank = _ranks(between), _ranks(rank)
    found = [
        Place(name, graph.in_degree(name), graph.out_degree(name), by_between[name], by_rank[name], community[name])
        for name in graph
    ]
    return tuple(sorted(found, key=lambda p: (p.betweenness, p.subject)))


def communities(columns: Columns, seed: int = 0) -> tuple[tuple[str, ...], ...]:
    """Groups of parties that deal with each other more than with others, the largest first."""
    import networkx as nx

    graph = _graph(columns, nx)
    return _groups(graph, nx, seed) if graph else ()


def _groups(graph: Any, nx: Any, seed: int) -> tuple[tuple[str, ...], ...]:
    found = nx.community.louvain_communities(graph.to_undirected(), weight="count", seed=seed)
    return tuple(sorted((tuple(sorted(members)) for members in found), key=lambda m: (-len(m), m)))


def links(columns: Columns) -> int:
    """How many pairs of payer and payee there are."""
    return len(dealings(columns, out=True).keys)


def _graph(columns: Columns, nx: Any) -> Any:
    """Who pays whom, and how often; parties and edges in order of their keys, so that the seed decides all else."""
    pairs = dealings(columns, out=True)
    named = sorted(
        (columns.parties[key // pairs.width], columns.parties[key % pairs.width], count)
        for key, count in zip(pairs.keys.tolist(), pairs.counts.tolist(), strict=True)
    )
    graph = nx.DiGraph()
    graph.add_nodes_from(sorted({name for a, b, _ in named for name in (a, b)}))
    graph.add_weighted_edges_from(named, weight="count")
    return graph


def _ranks(values: Mapping[str, float]) -> dict[str, int]:
    """Rank of each: one more than how many have a larger value."""
    rounded = {name: round(value, _DIGITS) for name, value in values.items()}
    order = sorted(rounded.values(), reverse=True)
    first: dict[float, int] = {}
    for place, value in enumerate(order, 1):
        first.setdefault(value, place)
    return {name: first[value] for name, value in rounded.items()}

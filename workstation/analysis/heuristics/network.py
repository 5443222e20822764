"""Owns network measures of a case: degree, betweenness, PageRank, communities. They rank; they prove nothing.

Degree and PageRank are exact at every size. Betweenness walks from every party, or from a seeded sample of starts above
``sample`` parties (Brandes 2001; Brandes and Pich 2007). Communities are those of Louvain (Blondel et al. 2008), above
``LINKS`` pairs those of label propagation (Traag and Šubelj 2023), both by networkx with a seed. Floats decide ranks only:
the answer is ranks and whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.columns import Columns, Ints
from workstation.analysis.typologies.usual import dealings

#: Pairs of payer and payee above which the method of Louvain would take many minutes.
LINKS = 150_000
#: Digits that count when two values are held to be equal.
_DIGITS = 9
#: PageRank: what is passed on along payments, and the change at which it stands still.
_PASSED, _STILL, _TURNS = 0.85, 1e-10, 300

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a party stands.

    Attributes:
        payers, payees: how many others pay it, and it pays. betweenness, pagerank: rank, 1 = first; equals share one.
    """

    subject: str
    payers: int
    payees: int
    betweenness: int
    pagerank: int


@dataclass(frozen=True, slots=True)
class Net:
    """Who pays whom, and how often. Parties are numbered in the order of their keys, so that the seed decides all else.

    Attributes:
        payer, payee, count: one of each for each pair, ascending. first: where the pairs of a payer begin.
    """

    names: tuple[str, ...]
    payer: Ints
    payee: Ints
    count: Ints
    first: Ints


WHY = "Ranks count who deals with whom in this case. They say where to look first, not who did what."
DISPROOF = "More transfers: whoever was asked about in full always stands in the middle of a case."


def net(columns: Columns) -> Net:
    """The pairs of payer and payee of a case."""
    pairs = dealings(columns, out=True)
    ends = pairs.keys // pairs.width, pairs.keys % pairs.width
    known = np.unique(np.concatenate(ends)).tolist()
    names = sorted(columns.parties[party] for party in known)
    at = {name: number for number, name in enumerate(names)}
    number = np.full(pairs.width, -1, np.int64)
    number[known] = [at[columns.parties[party]] for party in known]
    payer, payee = number[ends[0]], number[ends[1]]
    order = np.lexsort((payee, payer))
    payer, payee = payer[order], payee[order]
    return Net(tuple(names), payer, payee, pairs.counts[order], np.searchsorted(payer, np.arange(len(names) + 1)))


def places(of: Net, seed: int = 0, sample: int = 200) -> tuple[Place, ...]:
    """The place of every party that deals with another, by rank of betweenness, then by key.

    Args:
        seed: of the sample. sample: so many starts are looked at for betweenness.
    """
    size = len(of.names)
    if not size:
        return ()
    starts = range(size) if size <= sample else sorted(Random(seed).sample(range(size), sample))
    payers, payees = np.bincount(of.payee, minlength=size), np.bincount(of.payer, minlength=size)
    figures = (payers, payees, _ranks(_between(of, starts)), _ranks(_pagerank(of)))
    found = [Place(*each) for each in zip(of.names, *(part.tolist() for part in figures), strict=True)]
    return tuple(sorted(found, key=lambda p: (p.betweenness, p.subject)))


def communities(of: Net, seed: int = 0) -> tuple[tuple[str, ...], ...]:
    """Groups of parties that deal with each other more than with others, the largest first."""
    import networkx as nx  # takes long to load

    if not of.names:
        return ()
    low, high = np.minimum(of.payer, of.payee), np.maximum(of.payer, of.payee)
    keys, back = np.unique(low * len(of.names) + high, return_inverse=True)
    weights = np.bincount(back, of.count).astype(np.int64)
    graph: Any = nx.Graph()
    graph.add_nodes_from(range(len(of.names)))
    graph.add_weighted_edges_from(
        zip((keys // len(of.names)).tolist(), (keys % len(of.names)).tolist(), weights.tolist(), strict=True),
        weight="count",
    )
    find = (
        nx.community.louvain_communities if len(of.payer) <= LINKS else nx.community.fast_label_propagation_communities
    )
    found = ([of.names[number] for number in sorted(group)] for group in find(graph, weight="count", seed=seed))
    return tuple(sorted((tuple(group) for group in found), key=lambda m: (-len(m), m)))


def inside(columns: Columns, groups: list[tuple[str, ...]], most: int) -> list[tuple[int, ...]]:
    """The first transfers, in total order, that stay inside each group; groups share no party."""
    group_of = {name: number for number, members in enumerate(groups) for name in members}
    of = np.array([*(group_of.get(name, -1) for name in columns.parties), -1], np.int64)  # no party: -1, the last
    payer, payee = of[columns.sender], of[columns.receiver]
    at = np.flatnonzero((payer >= 0) & (payer == payee))
    order = at[np.argsort(payer[at], kind="stable")]
    first = np.searchsorted(payer[order], np.arange(len(groups) + 1)).tolist()
    return [
        tuple(columns.row[order[first[n] : min(first[n + 1], first[n] + most)]].tolist()) for n in range(len(groups))
    ]


def _between(of: Net, starts: range | list[int]) -> Floats:
    """How many shortest ways from the starts pass through each party, parts of equal ways counted as parts."""
    size = len(of.names)
    total = np.zeros(size)
    for start in starts:
        ways, share = np.zeros(size), np.zeros(size)
        seen = np.zeros(size, np.bool_)
        front = np.array([start])
        seen[start], ways[start] = True, 1.0
        steps: list[tuple[Ints, Ints, Floats]] = []
        while len(front):
            payer, payee = _from(of, front)
            new = ~seen[payee]
            payer, payee = payer[new], payee[new]
            front = np.unique(payee)
            seen[front] = True
            np.add.at(ways, payee, ways[payer])
            steps.append((payer, payee, ways[payer] / ways[payee]))
            if len(front):
                ways[front] /= ways[front].max()  # only the parts of a level matter; their number may be astronomic
        for payer, payee, part in reversed(steps):
            np.add.at(share, payer, part * (1.0 + share[payee]))
        share[start] = 0.0
        total += share
    return total


def _from(of: Net, front: Ints) -> tuple[Ints, Ints]:
    """The pairs whose payers are in front."""
    many = of.first[front + 1] - of.first[front]
    skipped = np.repeat(of.first[front] - (np.cumsum(many) - many), many)
    return np.repeat(front, many), of.payee[np.arange(int(many.sum())) + skipped]


def _pagerank(of: Net) -> Floats:
    """PageRank, one on average, payments weighed by their number; who pays nobody passes on to all alike."""
    size = len(of.names)
    paid = np.bincount(of.payer, of.count, size)
    weight = of.count / paid[of.payer]
    rank: Floats = np.ones(size)
    for _ in range(_TURNS):
        idle = float(rank[paid == 0].sum()) / size
        passed = np.bincount(of.payee, rank[of.payer] * weight, size) + idle
        before, rank = rank, ((1 - _PASSED) + _PASSED * passed).astype(np.float64)
        if float(np.abs(rank - before).max()) < _STILL:
            break
    return rank


def _ranks(values: Floats) -> Ints:
    """Rank of each: one more than how many have a larger value."""
    rounded = np.round(values, _DIGITS)
    return (len(rounded) + 1 - np.searchsorted(np.sort(rounded), rounded, side="right")).astype(np.int64)

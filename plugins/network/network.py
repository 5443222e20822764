"""Owns the words around network measures: who stands in the middle, and who deals with whom. They rank; they prove nothing.

Counting: ``workstation.analysis.heuristics.network``. How many starts and which method were used stands in each answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from workstation.analysis.columns import Columns
from workstation.analysis.heuristics import network
from workstation.sdk import telling
from workstation.sdk.api import CaseView, Finding, Run

_SAID = "A rank is no statement that can be right or wrong; it was not measured against anything."
_CITED = 200
#: Starts x pairs of payer and payee that are walked at most; fewer starts are taken in larger cases.
_WORK = 200_000_000
#: Pairs above which even the quick search for communities would not end within the limits of the worker.
_MOST = 2_000_000


def _rows(columns: Columns, party: str) -> tuple[int, ...]:
    """Numbers of the transfers of a party, the first ones in total order."""
    number = columns.parties.index(party)
    at = np.flatnonzero((columns.sender == number) | (columns.receiver == number))
    return tuple(columns.row[at[:_CITED]].tolist())


def centrality(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """The parties in the middle, by rank of betweenness."""
    run.progress(0, None, "measuring the network")
    columns = case.columns()
    net = network.net(columns)
    sample = max(1, min(given["sample"], _WORK // max(1, len(net.payer))))
    if len(net.names) > sample:
        run.note(f"betweenness is estimated from {sample} of {len(net.names)} starts, drawn by the seed of the run")
    if sample < given["sample"]:
        run.note(f"{given['sample']} starts were asked for; the case is too large for more than {sample}")
    found = network.places(net, run.random.randrange(2**31), sample)
    places = [place for place in found if telling.touching(case, (place.subject,))]
    for place in places[: given["top"]]:
        made = telling.finding(
            case, "centrality", f"Rank {place.betweenness} of those in between",
            f"{place.payers} others pay it, it pays {place.payees} others. {network.WHY}", network.DISPROOF,
            subjects=(place.subject,), transfers=_rows(columns, place.subject),
            measures={"betweenness_rank": place.betweenness, "pagerank_rank": place.pagerank, "payers": place.payers,
                      "payees": place.payees, "parties": len(found), "starts": min(sample, len(found))},
            innocent="a service, or the address the case started from", rates=_SAID, card="network",
        )  # fmt: skip
        if made is not None:
            yield made


def communities(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """Groups by size, each with the transfers inside it."""
    run.progress(0, None, "measuring the network")
    columns = case.columns()
    net = network.net(columns)
    links = len(net.payer)
    if links > _MOST:
        run.note(f"not measured: {links} pairs of payer and payee, more than {_MOST}; carve a smaller case out first")
        return
    method = "Louvain" if links <= network.LINKS else "label propagation"
    if links > network.LINKS:
        run.note(f"{links} pairs of payer and payee: communities by label propagation, which is coarser than Louvain")
    groups = network.communities(net, run.random.randrange(2**31))
    found = [(n, members) for n, members in enumerate(groups, 1) if len(members) >= given["least"]]
    mine = [(n, members) for n, members in found if telling.touching(case, members)]
    mine = mine[: telling.listed(run, len(mine), "communities")]
    rows = network.inside(columns, [members for _, members in mine], _CITED)
    for (number, members), inside in zip(mine, rows, strict=True):
        made = telling.finding(
            case, "community", f"Community of {len(members)} parties",
            f"These {len(members)} parties deal with each other more than with others. {network.WHY}", network.DISPROOF,
            subjects=members, transfers=inside,
            measures={"community": number, "members": len(members), "method": method},
            innocent="customers of one service", rates=_SAID, card="network",
        )  # fmt: skip
        if made is not None:
            yield made

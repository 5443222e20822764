"""Owns the words around network measures: who stands in the middle, and who deals with whom. They rank; they prove nothing.

Counting: ``workstation.analysis.heuristics.network`` (networkx).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workstation.analysis.columns import Columns
from workstation.analysis.heuristics import network
from workstation.sdk import telling
from workstation.sdk.api import CaseView, Finding, Run

_SAID = "A rank is no statement that can be right or wrong; it was not measured against anything."
_CITED = 200
#: Starts x payments of parties with each other that are walked at most; fewer starts are taken in larger cases.
_WORK = 8_000_000


#: Pairs of payer and payee above which networkx would take many minutes.
_LINKS = 150_000


def _too_large(case: CaseView, run: Run) -> bool:
    """Whether the network is not measured; the log says so."""
    count = network.links(case.columns())
    if count > _LINKS:
        run.note(f"not measured: {count} pairs of payer and payee, more than {_LINKS}; carve a smaller case out first")
    return count > _LINKS


def _places(case: CaseView, given: Mapping[str, Any], run: Run) -> tuple[network.Place, ...]:
    run.progress(0, None, "measuring the network")
    columns = case.columns()
    sample = max(1, min(given["sample"], _WORK // max(1, len(columns))))
    if sample < given["sample"]:
        run.note(f"betweenness is estimated from {sample} starts instead of {given['sample']}: the case is large")
    return network.places(columns, run.random.randrange(2**31), sample)


def _rows(columns: Columns, parties: set[str]) -> tuple[int, ...]:
    """Numbers of the transfers between parties, or of one party, the first ones in total order."""
    wanted = {n for n, name in enumerate(columns.parties) if name in parties}
    ends = zip(columns.sender.tolist(), columns.receiver.tolist(), strict=True)
    every = len(wanted) > 1
    at = [n for n, (a, b) in enumerate(ends) if (a in wanted and b in wanted if every else a in wanted or b in wanted)]
    return tuple(columns.row[at[:_CITED]].tolist())


def centrality(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """The parties in the middle, by rank of betweenness."""
    if _too_large(case, run):
        return
    places = [p for p in _places(case, given, run) if telling.touching(case, (p.subject,))]
    for place in places[: given["top"]]:
        made = telling.finding(
            case, "centrality", f"Rank {place.betweenness} of those in between",
            f"{place.payers} others pay it, it pays {place.payees} others. {network.WHY}", network.DISPROOF,
            subjects=(place.subject,), transfers=_rows(case.columns(), {place.subject}),
            measures={"betweenness_rank": place.betweenness, "pagerank_rank": place.pagerank, "payers": place.payers,
                      "payees": place.payees, "community": place.community, "parties": len(places)},
            innocent="a service, or the address the case started from", rates=_SAID, card="network",
        )  # fmt: skip
        if made is not None:
            yield made


def communities(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """Groups by size, each with the transfers inside it."""
    if _too_large(case, run):
        return
    run.progress(0, None, "measuring the network")
    groups = network.communities(case.columns(), run.random.randrange(2**31))
    found = [(n, members) for n, members in enumerate(groups, 1) if len(members) >= given["least"]]
    mine = [(n, members) for n, members in found if telling.touching(case, members)]
    for number, members in mine[: telling.listed(run, len(mine), "communities")]:
        made = telling.finding(
            case, "community", f"Community of {len(members)} parties",
            f"These {len(members)} parties deal with each other more than with others. {network.WHY}", network.DISPROOF,
            subjects=members, transfers=_rows(case.columns(), set(members)),
            measures={"community": number, "members": len(members)}, innocent="customers of one service", rates=_SAID, card="network",
        )  # fmt: skip
        if made is not None:
            yield made

"""Owns the words around common spending and change: which addresses are taken to be in one hand, and why.

Counting: ``workstation.analysis.heuristics.spending`` (semantics 6.1 to 6.5). A cluster is one signer at most, not one
person; it is suggested, never made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workstation.analysis import rates
from workstation.analysis.heuristics import books, spending
from workstation.analysis.heuristics.hits import Hit
from workstation.analysis.trace.cluster import ClusterRules
from workstation.analysis.typologies.usual import is_service
from workstation.sdk import telling
from workstation.sdk.api import CaseView, Finding, Proposal, Run, SuggestedEntity

_INNOCENT = "a service that signs for many customers, or a joint transaction that no rule knows"


def _books(case: CaseView, run: Run) -> dict[str, books.Book]:
    run.progress(0, None, "reading transactions")
    found = books.coin_books(case.transfers())
    for chain, book in found.items():
        for why, count in book.broken.items():
            run.note(f"{count} transactions of {chain} give no link: {why}")
    return found


def co_spend(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding | Proposal]:
    """Clusters as suggested entities, then the links that the safeguards refused."""
    owners: dict[str, str] = {}
    if given["exclusive_tags"]:
        for tag in case.tags():
            if is_service(tag.category):
                owners.setdefault(tag.subject, tag.label or tag.source)
    change = None if given["change"] == "none" else given["change"]
    rules = ClusterRules(change, given["exclude_coinjoin"], owners, given["change_merge_limit"])
    published = rates.published()
    method = "multi_input" if change is None else f"multi_input with {change} change"
    if not given["exclude_coinjoin"]:
        method = "multi_input without CoinJoin exclusion"
    said = published.said(method)
    hits = [
        hit
        for _, book in sorted(_books(case, run).items())
        for hit in spending.common_spending(book.chain, rules, book.rows)
        if telling.touching(case, hit.subjects)
    ]
    # Of a very large cluster not every address can be named; what is left out is a figure of the finding.
    hits.sort(key=lambda hit: (hit.kind, -len(hit.subjects), hit.subjects))
    for hit in hits[: telling.listed(run, len(hits), "clusters and refused links")]:
        title = (
            f"{len(hit.subjects)} addresses spent together"
            if hit.kind == "common_spending"
            else "A link that was refused"
        )
        made = telling.of_hit(case, hit, title, innocent=_INNOCENT, rates=said, card="multi_input")
        if made is None:
            continue
        if hit.kind == "common_spending" and not _known(case, hit):
            yield Proposal(SuggestedEntity(_name(hit), hit.subjects), made)
        else:
            yield made


def _name(hit: Hit) -> str:
    ref = hit.subjects[0].rpartition(":")[2]
    return f"Common spending of {ref[:12]} ({len(hit.subjects)} addresses)"


def _known(case: CaseView, hit: Hit) -> bool:
    """Whether one entity of the case holds all of them already."""
    entities = {entity.key if (entity := case.entity_of(name)) else "" for name in hit.subjects}
    return len(entities) == 1 and "" not in entities


def change(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """The change output of each transaction, where a rule leaves only one."""
    published = rates.published()
    said = published.said(given["rule"])
    hits = [
        hit
        for _, book in sorted(_books(case, run).items())
        for hit in spending.change_outputs(book.chain, given["rule"], book.rows)
        if telling.touching(case, hit.subjects)
    ]
    for hit in hits[: telling.listed(run, len(hits), "change outputs")]:
        made = telling.of_hit(
            case,
            hit,
            "Change output",
            innocent="a payment to somebody else, and the other output is the change",
            rates=said,
            card="change",
        )
        if made is not None:
            yield made

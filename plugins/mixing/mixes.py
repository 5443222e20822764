"""Owns the words around CoinJoin transactions and what is spent together after one (semantics 5).

Counting: ``workstation.analysis.heuristics.mixes``. A class is the shape of a transaction, never an intent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from workstation.analysis import rates
from workstation.analysis.heuristics import books, mixes
from workstation.sdk import telling
from workstation.sdk.api import CaseView, Finding, Run


def _books(case: CaseView, run: Run) -> dict[str, books.Book]:
    run.progress(0, None, "reading transactions")
    found = books.coin_books(case.transfers())
    for chain, book in found.items():
        if book.broken:
            run.note(f"{sum(book.broken.values())} transactions of {chain} are known in part and have no class")
    return found


def coinjoin(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """Every transaction with a class, in total order."""
    published = rates.published()
    hits = [
        replace(hit, subjects=tuple(f"transaction:{chain}:{txid}" for txid in hit.txs))
        for chain, book in sorted(_books(case, run).items())
        for hit in mixes.coinjoins(book.chain, book.rows)
    ]
    shown = [hit for hit in hits if given["generic"] or hit.figures["class"] != "generic"]
    if len(shown) < len(hits):
        run.note(f"{len(hits) - len(shown)} transactions of the weak class generic are not shown")
    for hit in shown[: telling.listed(run, len(shown), "transactions")]:
        name = str(hit.figures["class"])
        made = telling.of_hit(
            case, hit, f"CoinJoin structure: {name}", rates=published.said(name), card="coinjoin",
            innocent="one owner of all inputs, or a service that pays equal amounts",
        )  # fmt: skip
        if made is not None:
            yield made


def post_mix_merge(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """Equal outputs of one CoinJoin that are spent together."""
    said = rates.published().said("post_mix_merge")
    hits = [
        hit
        for _, book in sorted(_books(case, run).items())
        for hit in mixes.post_mix_merges(book.chain, book.rows)
        if telling.touching(case, hit.subjects)
    ]
    for hit in hits[: telling.listed(run, len(hits), "merges")]:
        made = telling.of_hit(
            case, hit, f"{hit.figures['merged']} mixed coins spent together", rates=said, card="post_mix_merge",
            innocent="two participants who paid together afterwards",
        )  # fmt: skip
        if made is not None:
            yield made

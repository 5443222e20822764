"""Owns pairing the two sides of a bridge or swap by declared evidence; never by amounts and times alone.

Declared is: what the settings state with its source; two transactions that one source tags with the same order of a
bridge or swap; and one transaction in which an address gives one asset and gets another. Counting:
``workstation.analysis.heuristics.pairing``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.analysis.heuristics import pairing
from workstation.sdk import telling
from workstation.sdk.api import CaseView, Finding, Run, Tag, Transfer

_SAID = "Nothing is estimated here: the pair is as good as the source that declares it."
#: Words in the category of a tag of a transaction that make it one side of an order.
_SIDES = ("bridge", "swap")


def declared(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """Declared pairs, each held against the transfers of the case."""
    wanted: list[tuple[pairing.Declared, tuple[Tag, ...]]] = []
    for part in given["pairs"].split(";"):
        paid_in, sign, paid_out = (each.strip() for each in part.partition(">"))
        if sign:
            wanted.append((pairing.Declared(paid_in, paid_out, given["source"] or "the examiner"), ()))
        elif part.strip():
            raise ValueError(f"{part.strip()[:60]!r} is no pair: write IN > OUT")
    wanted += _tagged(case)
    columns = case.columns()
    unheld = 0
    for one, tags in wanted:
        for hit in pairing.pairs(columns, [one]):
            citations = tuple(c for tag in tags for c in case.cite_tag(tag))
            made = telling.finding(
                case, "declared_pair", f"Two sides of one order: {one.source}"[:400], hit.why, hit.disproof,
                subjects=_transactions(case, hit.rows), transfers=hit.rows, measures=hit.figures,
                innocent="two orders that the source mixed up", rates=_SAID, card="pairing", citations=citations,
                confidence="fact" if tags else "assumption",
            )  # fmt: skip
            if made is None or not hit.rows:
                unheld += 1
            else:
                yield made
    if unheld:
        run.note(f"{unheld} declared pairs name transactions that the case does not hold")


def _tagged(case: CaseView) -> list[tuple[pairing.Declared, tuple[Tag, ...]]]:
    """Pairs of transactions that one source tags with the same label in a category of bridge or swap."""
    orders: dict[tuple[str, str], list[Tag]] = defaultdict(list)
    for tag in case.tags():
        if tag.subject.startswith("transaction:") and any(word in tag.category.lower() for word in _SIDES):
            orders[tag.source, tag.label].append(tag)
    found = []
    for (source, label), tags in sorted(orders.items()):
        hashes = [tag.subject.split(":", 2)[2] for tag in tags]
        if len(set(hashes)) == 2 and label:
            first = {t.tx: t.time for t in case.transfers() if t.tx in hashes and t.time is not None}
            hashes.sort(key=lambda tx: (first.get(tx, 0), tx))
            found.append((pairing.Declared(hashes[0], hashes[-1], source or "a tag of this case", label), tuple(tags)))
    return found


def _transactions(case: CaseView, rows: tuple[int, ...]) -> tuple[str, ...]:
    found = {citation.of for citation in case.cite(*rows)}
    return tuple(sorted({f"transaction:{t.chain}:{t.tx}" for t in case.transfers() if f"transfer:{t.id}" in found}))


def swaps(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """Transactions in which an address gives one asset and gets another."""
    run.progress(0, None, "reading transactions")
    every: dict[tuple[str, str], list[Transfer]] = defaultdict(list)
    for row in case.transfers():
        if row.tx and row.kind in ("native", "internal", "token") and row.amount and row.sender != row.receiver:
            every[row.chain, row.tx].append(row)
    found = [(chain, tx, *swap) for (chain, tx), rows in sorted(every.items()) for swap in _swaps(rows)]
    mine = [each for each in found if telling.touching(case, (each[2],))]
    for chain, tx, party, gave, got in mine[: telling.listed(run, len(mine), "swaps")]:
        out, into = case.asset(gave[0].asset), case.asset(got[0].asset)
        paid, came = sum(t.amount or 0 for t in gave), sum(t.amount or 0 for t in got)
        made = telling.finding(
            case, "swap", "Gives one asset and gets another",
            f"In one transaction this address gives {telling.amount(paid, out)} and gets {telling.amount(came, into)}.",
            "The receipt of the transaction: two payments that have nothing to do with each other.",
            subjects=(party, f"transaction:{chain}:{tx}"), transfers=tuple(sorted(t.id for t in (*gave, *got))),
            measures={"gave": paid, "gave_asset": out.key, "got": came, "got_asset": into.key}, rates=_SAID, card="pairing",
            innocent="a purchase of a token, or a router that passes money through", confidence="heuristic",
        )  # fmt: skip
        if made is not None:
            yield made


def _swaps(rows: list[Transfer]) -> Iterator[tuple[str, list[Transfer], list[Transfer]]]:
    """Parties that only give one asset and only get one other in a transaction."""
    for party in sorted({p for row in rows for p in (row.sender, row.receiver) if p is not None}):
        gave = [row for row in rows if row.sender == party]
        got = [row for row in rows if row.receiver == party]
        out, into = {row.asset for row in gave}, {row.asset for row in got}
        if len(out) == len(into) == 1 and out != into and len({row.sender for row in rows}) > 1:
            yield party, gave, got

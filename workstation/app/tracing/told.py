"""Owns which steps of a run are told, in one order over all chains. Must not run a method; wording is in ``words``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from workstation.app.tracing.books import Books
from workstation.app.tracing.engines import Outcome
from workstation.app.tracing.lines import CoinLine, PaymentLine
from workstation.app.tracing.prepared import Group
from workstation.app.tracing.question import Question
from workstation.app.tracing.split import plain_step
from workstation.app.tracing.words import Swapped, Teller


def tell_steps(
    books: Books, asked: Question, name: str, taken: Sequence[tuple[Group, Outcome]], most: int
) -> tuple[list[dict[str, Any]], int]:
    """The first steps in words, and how many there are in all."""
    told: list[dict[str, Any]] = []
    count = 0
    for group, outcome in taken:
        shown = [plain_step(step, group) for step in outcome.steps[: max(0, most - len(told))]]
        tellers = {
            chain: _teller(books, asked, name, group, chain, {s.place for _, s in shown}) for chain in group.lines
        }
        told += [tellers[chain].step(count + n, step) for n, (chain, step) in enumerate(shown, 1)]
        count += len(outcome.steps) if outcome.steps_total is None else outcome.steps_total
    return told, count


def _teller(books: Books, asked: Question, name: str, group: Group, chain: str, wanted: set[str]) -> Teller:
    line = group.lines[chain]
    swapped: dict[str, Swapped] = {}
    for which, (out, into) in group.legs.items():
        first, second = (into, out) if asked.backward else (out, into)
        swapped[str(first.number)] = swapped[str(second.number)] = Swapped(which.kind, first, second, which.reason)
    if isinstance(line, CoinLine):
        marks = {f"{source.txid}:{source.vout}": source.label for source in line.sources}
        return Teller(line, asked.backward, name, {}, {}, marks, {})
    assert isinstance(group.line, PaymentLine)
    marks = {source.event: source.label for source in group.line.sources}
    ledger, columns = books.ledger, books.ledger.columns
    events = {e.id: e for e in line.book.events if e.id in wanted}
    tx_of: dict[str, str] = {}
    for event in wanted:
        tx = int(ledger.tx[ledger.row_of_id[int(event)]])
        tx_of[event] = columns.txs[tx][1] if tx else ""
    return Teller(line, asked.backward, name, tx_of, events, marks, swapped)

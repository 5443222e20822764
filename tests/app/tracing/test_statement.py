"""Statements of account on the demo cases: coins, receipts that are missing, runs, formulas in a table."""

from __future__ import annotations

import csv
import io

from workstation.app.session import Session
from workstation.app.tracing import records, sources, statement, statementwords
from workstation.app.tracing.question import Question
from workstation.app.tracing.statement import Statement
from workstation.domain.subjects import Subject


def made(session: Session, ref: str, run: int = 0) -> Statement:
    """The statement of an address in what it moved most."""
    books = records.books(session)
    subject = sources.subject(session.graphs.ledger, ref)
    held = statement.holdings(session, books, subject)
    found = statement.traced(session, books, run) if run else None
    return statement.statement(session, books, subject, statement.chosen(held, ""), "fifo", found)


def test_every_coin_account_of_colonial_reconciles(colonial: Session) -> None:
    refs = [ref for chain, ref in colonial.store.columns().addresses if chain == "bitcoin" and ref]
    assert refs
    for ref in refs:
        told = made(colonial, ref)
        assert told.sums.closing == told.lines[-1].balance >= 0
        spent: dict[int, int] = {}
        for line in told.lines:
            if line.kind in ("out", "fee"):
                assert sum(piece.units for piece in line.lots) == line.went
                for piece in line.lots:
                    spent[piece.lot] = spent.get(piece.lot, 0) + int(piece.units)
        assert all(units == told.lines[lot - 1].came for lot, units in spent.items())


def test_marked_coins_agree_with_the_run(colonial: Session) -> None:
    ledger = colonial.graphs.ledger
    start = next(ref for chain, ref in ledger.columns.addresses if chain == "bitcoin" and ref)
    asked = Question((sources.read(ledger, start),), ("fifo", "haircut"))
    for number in records.keep(colonial, records.trace(colonial, asked)):
        holders = records.one(colonial, number).record["holders"]
        for holder in [h for h in holders if h["subject"].startswith("address:") and not h.get("stopped")][:10]:
            told = made(colonial, holder["subject"], number)
            assert str(told.tainted[holder["label"]]) == holder["amount"]


def test_an_entity_is_the_sum_of_its_addresses(romance: Session) -> None:
    key = next(k for k, members in romance.graphs.names.members.items() if members)
    subject = Subject("entity", "", key)
    books = records.books(romance)
    for balance in statement.balances(romance, books, subject):
        assert balance.units >= 0
    assert len(statement.members(romance, subject)) == len(romance.graphs.names.members[key])


def test_missing_receipts_are_a_row_and_formulas_stay_text(romance: Session) -> None:
    told = made(romance, "TMWs5zaW9LgBWyqvJSoAm9vSsKoR4j8qnf")
    assert [line.kind for line in told.shown][:1] == ["opening"]
    assert told.sums.shortfalls == 11_148_214_511
    written = statementwords.as_csv(told, statement.citations(romance, told, told.shown))
    rows = list(csv.reader(io.StringIO(written)))
    assert len(rows) == len(told.shown) + 1
    assert not any(cell.startswith(("=", "@", "+")) for row in rows for cell in row)

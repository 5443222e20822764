"""Owns what the job behind the Statement dock reads of an account, and a balance in words. Must not touch a widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.subjects import Subject
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.app.tracing.books import Books
    from workstation.app.tracing.statement import Balance, Holding, Statement
    from workstation.domain.evidence import Citation


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What a job found."""

    books: Books
    held: Sequence[Holding]
    runs: Sequence[tuple[int, str, str]]
    made: Statement | None
    cited: Mapping[int, Sequence[Citation]]


def read_account(session: Session, subject: Subject, asset: str, how: str, books: Books | None, job: Job) -> Read:
    """Everything the dock shows of an account."""
    from workstation.app.tracing import records, statement

    books = books or records.books(session)
    watch: Callable[[int], None] = job.progress
    held = statement.holdings(session, books, subject, watch)
    kept = [
        (k.number, str(k.record["method"]), str(k.record["parameters"]["sources"][0]["subject"]))
        for k in records.kept(session, watch)
        if k.record["parameters"]["direction"] == "forward"
    ]
    if not any(asset == one.name for one in held):
        asset = ""
    found = statement.traced(session, books, int(how[4:]), watch) if how.startswith("run ") else None
    made = statement.statement(
        session, books, subject, statement.chosen(held, asset), how if found is None else "fifo", found, watch=watch
    )
    return Read(books, held, kept, made, statement.citations(session, made, made.shown))


def balance_words(found: Sequence[Balance], when: str) -> str:
    """Balances at a moment, as one sentence."""
    from workstation.app.tracing.figures import said

    told = []
    for one in found:
        words = said(one.units, one.holding.asset)
        if one.tainted is not None:
            marks = ", ".join(
                f"{said(units, one.holding.asset)} {label}" for label, units in sorted(one.tainted.items())
            )
            words += tr(" (marked: {marks})", marks=marks or tr("nothing"))
        if one.missing:
            words += tr(
                " (of all that was paid, {missing} is not in the case)", missing=said(one.missing, one.holding.asset)
            )
        told.append(words)
    return tr("Balance at {when}, as of the data: {told}", when=when, told="; ".join(told))

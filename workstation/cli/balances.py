"""Owns the verbs ``statement`` and ``balance``. Must not parse arguments."""

from __future__ import annotations

from argparse import Namespace

from workstation.analysis.trace.exact import text
from workstation.app.session import Session
from workstation.app.times import moment
from workstation.app.tracing import records, sources
from workstation.app.tracing import statement as statements
from workstation.app.tracing import statementwords as telling
from workstation.casefile.values import utc
from workstation.cli import opening
from workstation.cli.answer import Answer, table
from workstation.domain.subjects import Subject

#: Rows that are printed for people unless a limit is named; ``--json`` gives all.
_ROWS = 200


def _subject(session: Session, written: str) -> Subject:
    """An address as the case spells it, or an entity by its key or name."""
    entities = session.graphs.names.entities
    body = written.removeprefix("entity:").lstrip(":")
    for key, row in sorted(entities.items()):
        if body == key or (row["name"] and body.casefold() == str(row["name"]).casefold()):
            return Subject("entity", "", key)
    return sources.subject(session.graphs.ledger, written)


def statement(options: Namespace) -> Answer:
    """The statement of an account in one asset."""
    with opening.session(options) as session:
        books = records.books(session)
        subject = _subject(session, options.subject)
        held = statements.holdings(session, books, subject)
        found = statements.traced(session, books, options.run_number) if options.run_number is not None else None
        made = statements.statement(
            session, books, subject, statements.chosen(held, options.asset or ""), options.method or "fifo", found,
            moment(options.since) if options.since else None,
            moment(options.until, end=True) if options.until else None,
        )  # fmt: skip
        shown = made.shown[: options.limit] if options.limit is not None else made.shown
        cited = statements.citations(session, made, shown)
    data = telling.document(made, cited, options.limit)
    data["assets"] = [h.name for h in held]
    lines = [f"{made.holding.asset.name} on {made.holding.chain} · {made.method}", *telling.notes(made)]
    told = [telling.cells(made, line, cited.get(line.number, ())) for line in shown[:_ROWS]]
    lines += table(tuple(head.lower() for head in telling.HEADS), told)
    if len(made.shown) > len(told):
        lines.append(f"… {len(made.shown) - len(told):,} more rows")
    asset, sums = made.holding.asset, made.sums
    lines.append(
        f"opening {asset.written(sums.opening)} + in {asset.written(sums.came)} + not in the case "
        f"{asset.written(sums.shortfalls)} - out {asset.written(sums.went)} - fees {asset.written(sums.fees)} - repaid "
        f"{asset.written(sums.repaid)} = closing {asset.written(sums.closing)}"
    )
    return Answer(data, lines)


def balance(options: Namespace) -> Answer:
    """What an account held at a moment, by the data; movements of that second count."""
    at = moment(options.at, end=True) if options.at else None
    with opening.session(options) as session:
        books = records.books(session)
        subject = _subject(session, options.subject)
        held = statements.holdings(session, books, subject)
        wanted = [statements.chosen(held, options.asset)] if options.asset else held
        found = statements.traced(session, books, options.run_number) if options.run_number is not None else None
        made = statements.balances(session, books, subject, at, found, wanted)
    told = [telling.balance_document(one) for one in made]
    data = {
        "subject": subject.key,
        "at": at,
        "utc": None if at is None else utc(at),
        "run": options.run_number,
        "balances": told,
    }
    rows = [
        (one.holding.name, one.holding.asset.written(one.units), one.holding.asset.written(one.missing),
         "-" if one.tainted is None else ", ".join(f"{k} {text(v)}" for k, v in sorted(one.tainted.items())) or "none")
        for one in made
    ]  # fmt: skip
    head = f"as of the data, {'at the end' if at is None else 'at ' + utc(at)}"
    return Answer(data, [head, *table(("asset", "balance", "paid but not in the case", "marked (base units)"), rows)])

"""Owns the verbs on what services state and what follows from it: returns, completeness, prices, events, mentions.

Must not parse arguments.
"""

from __future__ import annotations

from argparse import Namespace
from typing import Any

from workstation.app import completeness as checks
from workstation.app import prices as rates
from workstation.app import proposals
from workstation.app import returns as answers
from workstation.app.commands.arguments import subject
from workstation.casefile.values import utc
from workstation.cli import opening
from workstation.cli.answer import Answer, table
from workstation.domain.evidence import Event


def returns(options: Namespace) -> Answer:
    """Deposits and withdrawals that services state, held against the ledger."""
    with opening.session(options) as session:
        found = answers.returns(session, account=options.account or "")
        return Answer(answers.as_data(found), answers.lines(found))


def completeness(options: Namespace) -> Answer:
    """Sums of an address against stated balances; exit code 1 when one does not add up."""
    with opening.session(options) as session:
        given = options.address
        wanted = [subject(session, given, "address")] if given else checks.addresses(session)
        found = [checks.completeness(session, one) for one in wanted]
    lines = [line for one in found for line in checks.lines(one)]
    if not found:
        lines = ["no source states a balance; name an address to see its sums"]
    wrong = any(one.verdict == "does not add up" for one in found)
    return Answer({"addresses": [checks.as_data(one) for one in found]}, lines, 1 if wrong else 0)


def prices(options: Namespace) -> Answer:
    """Rates of the case, and which of them differ."""
    with opening.session(options) as session:
        book = session.prices
        found = [price for key in sorted(book.rates) for price in book.rates[key]]
        differing = rates.conflicts(book)
    data = {
        "prices": [rates.price_json(price) for price in found],
        "currencies": list(book.currencies),
        "conflicts": [[rates.price_json(price) for price in prices_] for prices_ in differing],
    }
    rows = [
        (p.date, p.asset, p.rate, p.currency, p.source, f"E-{p.citation.exhibit:04d} {p.citation.locator}")
        for p in found
    ]
    lines = table(("day", "asset", "rate", "currency", "source", "place"), rows)
    lines += [f"differing, none is used: {p[0].asset} {p[0].currency} {p[0].date}" for p in differing]
    return Answer(data, lines)


def events(options: Namespace) -> Answer:
    """What services state about accounts, in time order."""
    with opening.session(options) as session:
        kinds = (options.kind,) if options.kind else ()
        found = session.store.events(kinds=kinds, limit=0 if options.account else options.limit or 0)
    if options.account:
        low = options.account.lower()
        found = [e for e in found if low in f"{e.service} {e.account}".lower()]
        found = found[: options.limit] if options.limit else found
    rows = [
        (
            "no time" if e.time is None else utc(e.time), e.kind, e.account or e.service, f"{e.amount_text} {e.symbol}".strip(),
            e.address or e.counterparty, e.status, f"E-{e.citation.exhibit:04d} {e.citation.locator}",
        )
        for e in found
    ]  # fmt: skip
    head = ("time (UTC)", "kind", "account", "amount", "address", "status", "source")
    return Answer({"events": [_event(e) for e in found]}, table(head, rows))


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "kind": event.kind,
        "service": event.service,
        "account": event.account,
        "time": event.time,
        "utc": None if event.time is None else utc(event.time),
        "time_text": event.time_text,
        "direction": event.direction,
        "asset": event.symbol,
        "amount": event.amount_text,
        "fee": event.fee_text,
        "fee_asset": event.fee_symbol,
        "chain": event.chain,
        "tx": event.tx,
        "address": event.address,
        "counterparty": event.counterparty,
        "status": event.status,
        "details": [list(pair) for pair in event.details],
        "citation": {
            "exhibit": event.citation.exhibit, "locator": event.citation.locator, "sha256": event.citation.sha256
        },
    }  # fmt: skip


def mentions(options: Namespace) -> Answer:
    """Addresses and transactions found in running text, with the decision on each."""
    with opening.session(options) as session:
        found = proposals.proposals(session)
    rows = [(str(p.mentions[0].id), p.decision or "open", p.ref, ", ".join(p.chains[:3]), p.where) for p in found]
    data = {"mentions": [proposals.as_data(p) for p in found]}
    return Answer(data, table(("mention", "decision", "address or transaction", "fits", "place"), rows))

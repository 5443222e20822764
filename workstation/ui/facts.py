"""Owns how the facts of a selection are written in the inspector: plain rows, exact amounts. Must not know any widget.

The figures come from ``app.facts``; nothing is computed or estimated here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from workstation.app import completeness, facts
from workstation.app.accounts import AccountFacts
from workstation.app.chooser import Sum, clean
from workstation.app.session import Session
from workstation.domain.amounts import short
from workstation.domain.subjects import Subject
from workstation.ui.times import Display
from workstation.ui.translate import tr

_PARTIES = 60
#: Most transfers of an address whose sums are checked while one looks at it.
_CHECKED = 20_000


@dataclass(frozen=True, slots=True)
class Flow:
    """A counterparty: who, which way, the sums, one text."""

    subject: Subject
    way: str
    name: str
    amount: str


@dataclass(slots=True)
class Facts:
    """Rows of facts, counterparties largest first, and the transfer numbers behind them."""

    rows: list[tuple[str, str]] = field(default_factory=list)
    flows: list[Flow] = field(default_factory=list)
    transfers: list[int] = field(default_factory=list)


def amounts(sums: Sequence[Sum], display: Display) -> str:
    """One line per asset; never added across assets."""
    return "\n".join(s.exact if display.exact else s.short for s in sums) or tr("nothing")


def of_subject(session: Session, subject: Subject, display: Display) -> Facts:
    """Facts of one address, entity or transaction."""
    if subject.kind == "transaction":
        return _transaction(session, subject, display)
    return _party(session, subject, display)


def _party(session: Session, subject: Subject, display: Display) -> Facts:
    known, found = facts.subject_facts(session, subject, limit=_PARTIES), Facts()
    if known.members:
        found.rows.append((tr("Members"), f"{len(known.members):,}"))
    shown: tuple[tuple[str, list[Sum]], ...] = (
        (tr("Received"), [h.received for h in known.holdings if h.received.count]),
        (tr("Sent"), [h.sent for h in known.holdings if h.sent.count]),
        (tr("Fees paid"), [h.fees for h in known.holdings if h.fees.count]),
    )
    for words, totals in shown:
        if totals or words != tr("Fees paid"):
            found.rows.append((words, amounts(totals, display)))
    held = [h for h in known.holdings if h.balance is not None]
    if held:
        found.rows.append((tr("Left, by this data"), "\n".join(_units(h, display) for h in held)))
    found.rows += [(tr("First seen"), display.time(known.first)), (tr("Last seen"), display.time(known.last))]
    found.rows.append((tr("Transfers"), f"{known.transfers:,}"))
    for account in known.accounts:
        found.rows += _account(account, display)
    if known.statements:
        found.rows.append((tr("Statements about it"), f"{known.statements:,}"))
    if subject.kind == "address" and subject.chain != "stated" and known.transfers <= _CHECKED:
        found.rows.append((tr("Do the sums add up?"), _sums(session, subject)))
    for way in ("in", "out"):
        for party in known.counterparties:
            sums = party.received if way == "in" else party.sent
            if sums:
                found.flows.append(Flow(party.subject, way, party.name, amounts(sums, display)))
    ledger = session.graphs.ledger
    numbers = [ledger.number(s) for s in (known.members or (subject,)) if s.kind == "address"]
    parts = [part for n in numbers if n for part in (ledger.sent(n), ledger.received(n))]
    if parts:
        found.transfers = list(ledger.ids(np.unique(np.concatenate(parts))))
    return found


def _account(account: AccountFacts, display: Display) -> list[tuple[str, str]]:
    """What a service states about an account: its card, log-ins, and the sums of its deposits and withdrawals."""
    rows = [(tr("Stated by"), ", ".join(account.services)), *account.card]
    if account.logins:
        span = f"{display.time(account.first_login)} – {display.time(account.last_login)}"
        rows.append((tr("Log-ins"), f"{account.logins:,}\n{span}"))
    for words, values in (
        (tr("IP addresses"), account.ips),
        (tr("Devices"), account.devices),
        (tr("Places"), account.places),
    ):
        if values:
            rows.append((words, "\n".join(f"{text} ({times:,})" for text, times in values[:6])))
    for flow in account.flows:
        words = tr("Stated deposits") if flow.direction == "in" else tr("Stated withdrawals")
        rows.append(
            (
                words,
                tr("{amount} {asset} in {n} rows", amount=flow.amount, asset=clean(flow.symbol, 20), n=flow.records),
            )
        )
    return rows


def _sums(session: Session, subject: Subject) -> str:
    """The verdict of the completeness check, and why."""
    found = completeness.completeness(session, subject)
    why = [text for check in found.assets for text in check.why]
    return "\n".join([tr(found.verdict), *(clean(text, 400) for text in (*why[:4], *found.signs[:3]))])


def _units(holding: facts.Holding, display: Display) -> str:
    units = holding.balance or 0
    write = holding.asset.written(units, group=",") if display.exact else short(units, holding.asset.decimals)
    return f"{write} {clean(holding.asset.name, 20)}"


def _transaction(session: Session, subject: Subject, display: Display) -> Facts:
    known, found = facts.transaction_facts(session, subject), Facts()
    tx = known.transaction
    if tx is not None:
        found.rows.append((tr("Time"), display.time(tx.time)))
        if tx.time is not None:
            found.rows.append((tr("Clock"), tr(tx.time_basis)))
        if tx.block is not None:
            found.rows.append((tr("Block"), f"{tx.block:,}"))
        found.rows.append((tr("Status"), tr(tx.status)))
    found.rows += [(tr("Paid in"), amounts(known.paid_in, display)), (tr("Paid out"), amounts(known.paid_out, display))]
    found.rows.append((tr("Fee"), amounts([known.fee], display) if known.fee is not None else tr("unknown")))
    if known.fiat_then:
        found.rows.append((tr("Fiat then"), known.fiat_then))
    if known.unknown_inputs:
        found.rows.append((tr("Inputs with unknown amount"), f"{known.unknown_inputs:,}"))
    for transfer in known.transfers:
        if transfer.kind == "fee":
            continue
        amount = f"{display.amount(transfer.amount, transfer.asset, transfer.absent)} {clean(transfer.asset.name, 20)}"
        sides = (("in", transfer.sender_chain, transfer.sender), ("out", transfer.receiver_chain, transfer.receiver))
        for way, chain, ref in sides:
            if ref:
                party = Subject("address", chain or transfer.chain, ref)
                found.flows.append(Flow(party, way, session.graphs.label(party), amount))
    found.transfers = [transfer.id for transfer in known.transfers]
    return found

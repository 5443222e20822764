"""Owns which records the lower panels list: events of accounts, provider returns, addresses found in texts.

Each function makes one panel. The figures come from ``app``; nothing is computed here.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox

from workstation.domain.chains import CHAINS
from workstation.domain.subjects import Subject
from workstation.ui.desk import Desk
from workstation.ui.rowspanel import Row, Rows, RowsPanel
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, button

if TYPE_CHECKING:
    from workstation.analysis.provider import Match
    from workstation.app.proposals import Proposal
    from workstation.app.returns import Uncovered
    from workstation.app.session import Session
    from workstation.domain.evidence import Citation, Event

_MOST = 20_000


def events_panel(desk: Desk) -> RowsPanel:
    """What services and wallets state about their accounts, in order of time: the off-chain side of the time line."""

    def load(session: Session) -> Rows:
        events = session.store.events(limit=_MOST)
        rows = [_event_row(desk, event) for event in events]
        words = count(len(rows), tr("event"), tr("events"))
        return Rows(rows, words if len(rows) < _MOST else tr("the first {n} events", n=f"{_MOST:,}"))

    heads = (
        tr("Time"), tr("Account"), tr("What"), tr("Amount"), tr("Asset"), tr("Other side"), tr("Status"),
        tr("Transaction"), tr("Source"),
    )  # fmt: skip
    empty = EmptyState(
        tr("Deposits, withdrawals, trades and log-ins that an exchange or a wallet states are listed here."),
        tr("Import evidence"), "Ctrl+I", partial(desk.ask_later, "case.import"),
    )  # fmt: skip
    panel: list[RowsPanel] = []

    def source() -> None:
        for row in panel[0].marked()[:1]:
            desk.ask_later("view.source_row", event=row.number, words=list(zip(heads, row.cells, strict=True)))

    buttons = (button(tr("Source row"), source, tip=tr("Show the line of the exhibit the marked event comes from")),)
    panel.append(RowsPanel(desk, tr("Events"), heads, load, empty, right=frozenset((3,)), buttons=buttons))
    return panel[0]


def _event_row(desk: Desk, event: Event) -> Row:
    sign = {"in": "+", "out": "\u2212"}.get(event.direction, "")
    other = event.counterparty or event.address
    cells = (
        desk.display.time(event.time) if event.time is not None else event.time_text, event.account or event.address,
        tr(event.kind), f"{sign}{event.amount_text}" if event.amount_text else "", event.symbol, other,
        tr(event.status) if event.status != "unknown" else "", event.tx, cited(event.citation),
    )  # fmt: skip
    details = [
        (tr("Stated by"), event.service), (tr("Time as written"), event.time_text), (tr("Address"), event.address),
        (tr("Chain"), event.chain), (tr("Transaction"), event.tx), (tr("Other side"), event.counterparty),
        (tr("Fee"), f"{event.fee_text} {event.fee_symbol}".strip()), *event.details,
    ]  # fmt: skip
    return Row(cells, account_key(event), tuple((name, words) for name, words in details if words), event.id)


def account_key(event: Event) -> str:
    """Where Enter goes from an event: its account, else its address, else its exhibit."""
    if event.account:
        return Subject("address", "stated", event.account).key
    if event.address and event.chain:
        return Subject("address", event.chain, event.address).key
    return f"exhibit:{event.citation.exhibit}"


def cited(citation: Citation) -> str:
    """A citation in one short text."""
    return f"E-{citation.exhibit:04d} {citation.locator}"


def found_panel(desk: Desk) -> RowsPanel:
    """Addresses and transaction ids found in texts, each a proposal to accept or to leave with a reason."""

    def load(session: Session) -> Rows:
        from workstation.app.proposals import proposals

        found = proposals(session)
        words = tr("{n} found, {m} open", n=f"{len(found):,}", m=f"{sum(not p.decision for p in found):,}")
        return Rows([_proposal_row(proposal) for proposal in found[:_MOST]], words)

    panel: list[RowsPanel] = []

    chain = QComboBox()
    chain.setAccessibleName(tr("Chain to accept it on"))
    chain.addItem(tr("the chain it fits"), "")
    for name in CHAINS:
        if name != "stated":
            chain.addItem(name, name)

    def accept() -> None:
        for row in panel[0].marked():
            if desk.run("mention.accept", mention=row.number, chain=str(chain.currentData())) is None:
                return  # the reason was shown; the rest stays as it is

    def dismiss() -> None:
        for row in panel[0].marked()[:1]:
            desk.ask_later("mention.dismiss", mention=row.number)

    empty = EmptyState(
        tr("Scan a letter, a chat, a PDF or a dump: every address and transaction id in it is proposed here."),
        tr("Scan a file for addresses"), "", partial(desk.ask_later, "view.scan"),
    )  # fmt: skip
    buttons = (
        button(tr("Accept"), accept, tip=tr("Label the address and put it on the graph")),
        chain,
        button(tr("Dismiss …"), dismiss, tip=tr("Leave it out, with a reason")),
    )
    panel.append(
        RowsPanel(
            desk, tr("Found addresses"), (tr("State"), tr("Found"), tr("Fits"), tr("Where"), tr("Text around")), load,
            empty, buttons=buttons,
        )
    )  # fmt: skip
    return panel[0]


def _proposal_row(proposal: Proposal) -> Row:
    state = tr(proposal.decision) if proposal.decision else tr("open")
    fits = ", ".join(proposal.chains)
    first = proposal.mentions[0]
    held = tr("in this case: {chains}", chains=", ".join(proposal.held)) if proposal.held else ""
    details = (
        (tr("Found"), proposal.ref), (tr("Fits"), fits), (tr("Known"), held), (tr("Decision"), state),
        (tr("Reason"), proposal.reason), *((cited(m.citation), m.context) for m in proposal.mentions[:50]),
    )  # fmt: skip
    return Row(
        (state, proposal.ref, fits, proposal.where, first.context),
        Subject(proposal.kind, proposal.chains[0], proposal.ref).key, tuple(d for d in details if d[1]), first.id,
    )  # fmt: skip


def returns_panel(desk: Desk) -> RowsPanel:
    """The answers of services held against the ledger: each row found there, fitting in several ways, or not found."""

    def load(session: Session) -> Rows:
        from workstation.app.returns import returns

        found = returns(session)
        rows = [_match_row(desk, event, match) for event, match in zip(found.events, found.matches, strict=True)]
        rows += [_place_row(place) for place in found.addresses if not place.answered or place.missing_total]
        words = tr(
            "{n} on the ledger, {m} fit in several ways, {k} not found",
            n=f"{len(found.of('matched')):,}", m=f"{len(found.of('ambiguous')):,}", k=f"{len(found.of('unmatched')):,}",
        )  # fmt: skip
        states = [f"{account.account or account.service}: {tr(account.state)}" for account in found.accounts[:3]]
        return Rows(rows, " · ".join([words, *states]))

    heads = (
        tr("Result"), tr("Time"), tr("Account"), tr("What"), tr("Amount"), tr("Asset"), tr("Joined by, or why not"),
        tr("Source"),
    )  # fmt: skip
    empty = EmptyState(
        tr("The answer of an exchange is held against the ledger here: which deposits and withdrawals are there."),
        tr("Import evidence"), "Ctrl+I", partial(desk.ask_later, "case.import"),
    )  # fmt: skip
    return RowsPanel(desk, tr("Provider returns"), heads, load, empty, right=frozenset((4,)))


def _match_row(desk: Desk, event: Event, match: Match) -> Row:
    result = {"matched": tr("on the ledger"), "ambiguous": tr("several fit"), "unmatched": tr("not found")}
    why = " + ".join(tr(word) for word in match.by) if match.outcome == "matched" else match.text
    if match.differences:
        why = tr("{why}; differs", why=why)
    cells = (
        result[match.outcome], desk.display.time(event.time), event.account or event.service, tr(event.kind),
        event.amount_text, event.symbol, why, cited(event.citation),
    )  # fmt: skip
    details = (
        (tr("Result"), match.text or why), *((tr("Differs"), words) for words in match.differences),
        (tr("Transfers of the case"), ", ".join(map(str, match.transfers))), (tr("Transaction"), event.tx),
        (tr("Address"), event.address), (tr("Chain"), event.chain),
        (tr("Same transfer as event"), str(match.same_as) if match.same_as else ""), *event.details,
    )  # fmt: skip
    key = Subject("address", event.chain, event.address).key if event.address and event.chain else account_key(event)
    return Row(cells, key, tuple(d for d in details if d[1]), event.id)


def _place_row(place: Uncovered) -> Row:
    sums = ", ".join(s.exact for s in place.missing_sums)
    cells = (
        tr("no record"), "", ", ".join((*place.accounts, *place.services, *place.tagged)), tr("arrivals"),
        f"{place.missing_total:,}", "", tr(place.bridged), place.subject.ref,
    )  # fmt: skip
    details = (
        (tr("Address"), place.subject.ref), (tr("Chain"), place.subject.chain), (tr("Arrivals"), f"{place.arrivals:,}"),
        (tr("With a record"), f"{place.covered:,}"), (tr("Without a record"), f"{place.missing_total:,}"),
        (tr("Sum without a record"), sums),
    )  # fmt: skip
    return Row(cells, place.subject.key, tuple(d for d in details if d[1]))

"""Owns exposure in the inspector: from and to which kinds of services, direct, through others, and what stays open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from workstation.domain.subjects import Subject, parse
from workstation.ui.inspection.asked import SMALL, Answers
from workstation.ui.text import cell
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, card, plain, section

if TYPE_CHECKING:
    from workstation.app.ledger import Ledger
    from workstation.app.session import Session
    from workstation.app.tracing.views import Exposed, Exposure, Part, Service

#: Services that are listed under a category.
_LABEL = 24
_SERVICES = 6
#: How the claim of a finding says it.
_CLAIMS = {
    "direct": "{moved} straight {side}",
    "indirect": "{moved} {side} through others, pro rata",
    "unattributed": "cannot be attributed to a labelled service",
    "returned": "came back to it",
    "unresolved": "cannot be attributed: it is still elsewhere, was paid as fees, or left the chain",
}
_HOW = {
    "direct": "straight: {category}",
    "indirect": "through others: {category}",
    "unattributed": "not attributed",
    "returned": "came back to it",
    "unresolved": "not attributed: still elsewhere, fees, left",
}


def show(answers: Answers, session: Session, subject: Subject, column: QVBoxLayout) -> None:
    """Add the part to a column: the answer, or the way to it. An entity is asked about as one account."""
    ledger = answers.desk.ledger()
    if ledger is None or not _known(session, ledger, subject):
        return
    question = ("exposure", subject.key)
    title = tr("Exposure of {name}", name=session.graphs.label(subject))
    column.addSpacing(4)
    column.addWidget(section(tr("Exposure to services")))

    def ask() -> None:
        from workstation.app.tracing import views

        answers.ask(session, question, title, lambda books, names, watch: views.exposed(books, names, subject, watch))

    def pressed() -> None:
        ask()
        answers.desk.selection_changed.emit()

    found = answers.known(question)
    if found is None and not answers.running(question):
        if len(ledger) >= SMALL or answers.stopped(question):
            column.addWidget(button(tr("Compute exposure"), pressed))
            return
        ask()
    if found is None:
        column.addWidget(plain(tr("Being computed …"), dim=True, small=True))
        column.addWidget(button(tr("Stop computing exposure"), partial(answers.cancel, question), link=True))
    elif isinstance(found, BaseException):
        column.addWidget(plain(str(found), dim=True, small=True, wrap=True))
    else:
        _tell(answers, session, found, column)


def _known(session: Session, ledger: Ledger, subject: Subject) -> bool:
    """Whether the case holds payments of it."""
    if subject.kind == "entity":
        members = map(parse, session.graphs.names.members.get(subject.ref, ()))
        return any(m.kind == "address" and ledger.number(m) for m in members)
    return subject.kind == "address" and bool(ledger.number(subject))


def _tell(answers: Answers, session: Session, found: Exposed, column: QVBoxLayout) -> None:
    services = count(found.services, "labelled service", "labelled services")
    words = tr(
        "Straight: paid by or to a labelled service itself. Through others: the service's share that came over "
        "other addresses, mixed pro rata (haircut); every service is a barrier. {services} on this chain.",
        services=services,
    )
    column.addWidget(plain(words, dim=True, small=True, wrap=True))
    if found.subject.kind == "entity":
        inside = tr("Its addresses are one account: what they pay one another does not count.")
        column.addWidget(plain(inside, dim=True, small=True, wrap=True))
    several = len({entry.chain for entry in found.sums}) > 1
    for entry in found.sums:
        _sum(answers, session, found, entry, column, several=several)


def _sum(
    answers: Answers, session: Session, found: Exposed, entry: Exposure, column: QVBoxLayout, *, several: bool
) -> None:
    way = tr("Came in") if entry.way == "incoming" else tr("Went out")
    if several:
        way = tr("{way}, {chain}", way=way, chain=entry.chain)
    frame, layout = card()
    head = QHBoxLayout()
    head.addWidget(plain(way, strong=True))
    head.addStretch(1)
    layout.addLayout(head)
    for part in entry.parts:
        _part(answers, session, found, entry, part, way, layout)
    total = plain(tr("Together {total}", total=entry.total), small=True, strong=True, select=True, wrap=True)
    total.setAlignment(Qt.AlignmentFlag.AlignRight)
    layout.addWidget(total)
    column.addWidget(frame)


def _part(
    answers: Answers, session: Session, found: Exposed, entry: Exposure, part: Part, way: str, layout: QVBoxLayout
) -> None:
    """One row of the sum: what it is, how much, the labels that decide it, and the way to a finding."""
    name = tr(_HOW[part.how], category=cell(part.category))
    rows = count(len(part.rows), "transfer", "transfers")
    tip = tr("Select exactly the transfers this part stands on: {rows}", rows=rows)
    layout.addWidget(button(name, partial(_open, answers, session, part), link=True, tip=tip))
    right = plain(f"{part.amount}   {part.share}", small=True, select=True, wrap=True)
    right.setAlignment(Qt.AlignmentFlag.AlignRight)
    right.setAccessibleName(cell(f"{way}, {name}: {part.amount}, {part.share}"))
    layout.addWidget(right)
    if part.services and part.how == "indirect" and entry.way == "incoming":
        words = tr("Came from one or several of these:")
        layout.addWidget(plain(words, dim=True, small=True, wrap=True))
    for service in part.services[:_SERVICES]:
        _service(answers, service, layout)
    if len(part.services) > _SERVICES:
        more = tr("and {n} more services", n=f"{len(part.services) - _SERVICES:,}")
        layout.addWidget(plain(more, dim=True, small=True, wrap=True))
    layout.addWidget(
        button(
            tr("Make a finding"), partial(_finding, answers, session, found, entry, part), link=True,
            name=tr("Make a finding of {what}", what=f"{way}, {name}"),
        ),
        0, Qt.AlignmentFlag.AlignRight,
    )  # fmt: skip


def _service(answers: Answers, service: Service, layout: QVBoxLayout) -> None:
    """A service as a row under its category: the label that decides, who says so, and of when that is."""
    from workstation.app.names import short_form

    under = QVBoxLayout()
    under.setContentsMargins(12, 0, 0, 2)
    under.setSpacing(0)
    # a button cannot wrap: what would make the panel wider than the dock stands in the line below it
    label, address = cell(service.label) or tr("no name"), short_form(service.subject.ref)
    shown = label if len(label) <= _LABEL else label[: _LABEL - 1] + "…"
    go = partial(answers.desk.select, service.subject)
    name = tr("{label}, {address}", label=label, address=address)
    under.addWidget(button(shown, go, link=True, tip=f"{label}\n{service.subject.ref}", name=name))
    said = tr("{address}; {source}, {date}", address=address, source=_source(service),
              date=service.date or tr("no date stated"))  # fmt: skip
    under.addWidget(plain(said, dim=True, small=True, wrap=True, select=True))
    layout.addLayout(under)


def _source(service: Service) -> str:
    return service.source or tr("no source stated")


def transfers(session: Session, numbers: tuple[int, ...]) -> list[Subject]:
    """The subjects of transfers, in the order of their numbers."""
    if not numbers:
        return []
    found = {t.id: t for t in session.store.transfers(ids=list(numbers))}
    return [Subject("transfer", found[n].chain, str(n)) for n in numbers if n in found]


def _open(answers: Answers, session: Session, part: Part) -> None:
    answers.desk.select(*transfers(session, part.rows))


def _finding(answers: Answers, session: Session, found: Exposed, entry: Exposure, part: Part) -> None:
    from workstation.app.tracing import drafts
    from workstation.ui.dialogs import OPEN

    subject = found.subject
    who = subject.ref if subject.kind == "address" else session.graphs.label(subject)
    moved = "that came to" if entry.way == "incoming" else "that left"
    side = f"{'from' if entry.way == 'incoming' else 'to'} services labelled {part.category}"
    what = _CLAIMS[part.how].format(side=side, moved="came" if entry.way == "incoming" else "went")
    sentence = f"Of the {entry.total} {moved} {who}, {part.amount} ({part.share}) {what}."
    lines = [f"{p.how} {p.category}".strip() + f": {p.amount} ({p.share})" for p in entry.parts]
    lines.append(f"together: {entry.total}")
    labels = [
        f"{s.subject.ref} ({s.label or 'no name'}; source {s.source or 'not stated'}, date {s.date or 'not stated'})"
        for s in part.services
    ]
    rows = transfers(session, part.rows)
    made = drafts.of_exposure(subject, sentence, lines, labels, found.ledger_hash, rows)
    answers.desk.ask_later("finding.new", confidence=OPEN, **made.arguments())

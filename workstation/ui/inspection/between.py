"""Owns what the inspector shows of two selected addresses: how much can have gone, how much methods attribute, the paths."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from workstation.domain.subjects import Subject
from workstation.ui.inspection import exposure
from workstation.ui.inspection.asked import SMALL, Answers
from workstation.ui.text import cell
from workstation.ui.translate import count, tr
from workstation.ui.widgets import FlowLayout, button, card, plain, section

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.app.tracing.views import Found, Way, Ways


def show(answers: Answers, session: Session, chosen: tuple[Subject, ...], column: QVBoxLayout) -> None:
    """Add both directions of two selected addresses of one chain."""
    ledger = answers.desk.ledger()
    if len(chosen) != 2 or any(s.kind != "address" for s in chosen) or ledger is None:
        return
    if chosen[0].chain != chosen[1].chain:
        return
    for start, end in (chosen, chosen[::-1]):
        _direction(answers, session, start, end, column, small=len(ledger) < SMALL)


def _direction(
    answers: Answers, session: Session, start: Subject, end: Subject, column: QVBoxLayout, *, small: bool
) -> None:
    label = session.graphs.label
    names = tr("From {start} to {end}", start=label(start), end=label(end))
    question = ("paths", start.key, end.key)

    def ask() -> None:
        from workstation.app.tracing import views

        answers.ask(
            session, question, names, lambda books, known, watch: views.between(books, known, start, end, watch)
        )

    def pressed() -> None:
        ask()
        answers.desk.selection_changed.emit()

    column.addSpacing(4)
    column.addWidget(section(names))
    found = answers.known(question)
    if found is None and not answers.running(question):
        if not small or answers.stopped(question):
            column.addWidget(button(tr("Find paths"), pressed, name=tr("Find paths: {names}", names=names)))
            return
        ask()
    if found is None:
        column.addWidget(plain(tr("Being computed …"), dim=True, small=True))
        column.addWidget(button(tr("Stop looking for paths"), partial(answers.cancel, question), link=True))
    elif isinstance(found, BaseException):
        column.addWidget(plain(str(found), dim=True, small=True, wrap=True))
    elif not any(entry.count for entry in found.assets):
        column.addWidget(plain(tr("No money can have gone this way in time."), dim=True, small=True, wrap=True))
    else:
        for entry in found.assets:
            _asset(answers, session, found, entry, column)


def figures(entry: Ways) -> list[tuple[str, str, str]]:
    """(name, amount, what it means) of everything that says how much, the bound first."""
    rows = [
        (tr("At most"), entry.most, tr("If everyone on the way had worked together: never more than this.")),
        (
            tr("Greedy"),
            entry.greedy,
            tr("If everyone passed on at once all they got. Below the bound; attributes nothing."),
        ),
    ]
    rows += [(m, a, tr("Attributed under {method}: arrived at the end.", method=m)) for m, a in entry.methods]
    return rows


def _asset(answers: Answers, session: Session, found: Found, entry: Ways, column: QVBoxLayout) -> None:
    frame, layout = card()
    for name, amount, meaning in figures(entry):
        line = plain(f"{name}: {amount}", small=True, select=True, wrap=True)
        line.setAccessibleName(cell(f"{name}: {amount}. {meaning}"))
        layout.addWidget(line)
        if name in (tr("At most"), tr("Greedy")):
            layout.addWidget(plain(meaning, dim=True, small=True, wrap=True))
    words = tr("What left the start and arrived at the end under each named method; labelled services stop the way.")
    layout.addWidget(plain(words, dim=True, small=True, wrap=True))
    column.addWidget(frame)
    best = count(len(entry.best), "best path", "best paths")
    column.addWidget(plain(tr("{n} of {m} in time", n=best, m=f"{entry.count:,}"), strong=True, wrap=True))
    for number, way in enumerate(entry.best, 1):
        _way(answers, session, found, entry, number, way, column)


def _way(
    answers: Answers, session: Session, found: Found, entry: Ways, number: int, way: Way, column: QVBoxLayout
) -> None:
    frame, layout = card()
    hops = count(way.hops, "hop", "hops")
    head = tr("{n}. arrives {when}, {hops}", n=number, when=way.arrival, hops=hops)
    layout.addWidget(plain(head, strong=True, wrap=True))
    layout.addWidget(plain(tr("smallest payment on it {amount}", amount=way.smallest), small=True, wrap=True))
    names = [session.graphs.label(Subject("address", found.start.chain, ref)) for ref in way.refs if " " not in ref]
    layout.addWidget(plain(" → ".join(names), small=True, wrap=True))
    for when, amount in way.moves:
        layout.addWidget(plain(f"{when}   {amount}", dim=True, small=True, wrap=True, select=True))
    row = FlowLayout()
    for words, action in (
        (tr("Show"), _show), (tr("Place path"), _place), (tr("Finding"), _finding),
    ):  # fmt: skip
        call = partial(action, answers, session, found, entry, way)
        row.addWidget(button(words, call, name=tr("{what}, path {n}", what=words, n=number)))
    layout.addLayout(row)
    column.addWidget(frame)


def _show(answers: Answers, session: Session, found: Found, entry: Ways, way: Way) -> None:
    answers.desk.select(*_subjects(session, found, way), *exposure.transfers(session, way.transfers))


def _subjects(session: Session, found: Found, way: Way) -> list[Subject]:
    made = []
    for ref in way.refs:
        transaction = ref.removeprefix("transaction ")
        made.append(Subject("transaction" if transaction != ref else "address", found.start.chain, transaction))
    return made


def _place(answers: Answers, session: Session, found: Found, entry: Ways, way: Way) -> None:
    answers.desk.ask_later("graph.add", subjects=",".join(s.key for s in _subjects(session, found, way)))


def _finding(answers: Answers, session: Session, found: Found, entry: Ways, way: Way) -> None:
    from workstation.app.tracing import drafts
    from workstation.ui.dialogs import OPEN

    sentence = (
        f"{entry.asset} can have gone from {found.start.ref} to {found.end.ref} in {way.hops} hops, arriving "
        f"{way.arrival}; at most {entry.most} in all."
    )
    lines = [f"{name}: {amount}" for name, amount, _ in figures(entry)] + list(way.lines)
    rows = exposure.transfers(session, way.transfers)
    asked = (
        f"{entry.asset}, at most {found.hops} hops, the best {found.best} told, no window of time, nothing held back"
    )
    used = [method for method, _ in entry.methods]
    made = drafts.of_path(found.start, found.end, sentence, lines, asked, found.ledger_hash, rows, used)
    answers.desk.ask_later("finding.new", confidence=OPEN, **made.arguments())

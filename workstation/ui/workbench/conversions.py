"""Owns the dialog that declares a swap or bridge: the two transfers, what looks like one, and the reason.

It proposes and never declares by itself; what may be declared is decided by ``app/tracing/conversions``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QPlainTextEdit, QSizePolicy, QWidget
from shiboken6 import Shiboken

from workstation.domain.errors import WorkstationError
from workstation.ui import text
from workstation.ui.dialogs import AskDialog
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr
from workstation.ui.widgets import plain

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.app.tracing.conversions import Leg, Proposal
    from workstation.ui.window import MainWindow

#: Proposals that are listed; all are counted.
_MOST = 500


@guard
class ConversionDialog(AskDialog):
    """Asks which two transfers are one movement, and how one knows it.

    ``read``: numbers of the two transfers -> (kind, what was paid, what was received) in words, or raises why not.
    """

    def __init__(self, parent: QWidget | None, read: Callable[[int, int], tuple[str, str, str]]) -> None:
        super().__init__(
            parent, tr("Declare a swap or bridge"),
            tr(
                "Say that what one transfer paid came back as another asset or on another chain. Traces go on there; "
                "kept runs stay as they are and are marked as of another ledger."
            ),
            tr("Declare"),
        )  # fmt: skip
        self.read = read
        self.found: Sequence[Proposal] = ()
        self.heading = plain(tr("Looking for transfers that look like a swap …"), strong=True, wrap=True)
        self.body.addWidget(self.heading)
        self.proposals = QListWidget()
        self.proposals.setAccessibleName(tr("What looks like a swap"))
        self.proposals.setWordWrap(True)
        self.proposals.setFixedHeight(self.fontMetrics().lineSpacing() * 9)
        self.proposals.currentRowChanged.connect(self._chosen)
        self.body.addWidget(self.proposals)
        form = self.form()
        self.paid, self.received = QLineEdit(), QLineEdit()
        self.legs = {edge: plain("", small=True, wrap=True, select=True, breaks=True) for edge in ("paid", "received")}
        for field, words, edge in (
            (self.paid, tr("Transfer that was paid"), "paid"),
            (self.received, tr("Transfer that was received for it"), "received"),
        ):
            field.setPlaceholderText(tr("number of the transfer, as the table of transfers shows it"))
            field.textChanged.connect(self._tell)
            self.row(form, words, field)
            self.legs[edge].setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
            self.legs[edge].setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            form.addRow("", self.legs[edge])
        self.kind = plain("", strong=True, wrap=True)
        self.kind.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        form.addRow(plain(tr("This is a")), self.kind)
        self.reason = QPlainTextEdit()
        self.reason.setTabChangesFocus(True)
        self.reason.setPlaceholderText(tr("how you know that the two are one movement: the evidence"))
        self.reason.setFixedHeight(self.fontMetrics().lineSpacing() * 3 + 16)
        self.row(form, tr("Reason"), self.reason)
        self.body.addStretch(1)
        self.setMinimumWidth(760)
        self.paid.setFocus()

    def put(self, paid: int, received: int) -> None:
        """Fill the two transfers in."""
        self.paid.setText(str(paid))
        self.received.setText(str(received))

    def propose(self, found: Sequence[Proposal], words: Callable[[Leg], str]) -> None:
        """Show what looks like a conversion; nothing is chosen."""
        self.found = found[:_MOST]
        if not found:
            self.heading.setText(tr("Nothing else in the case looks like a swap."))
            self.proposals.hide()
            self.adjustSize()
            return
        self.heading.setText(
            tr(
                "{n} like a swap. Choose one to look at it, or leave them.",
                n=count(len(found), "pair looks", "pairs look"),
            )
        )
        for one in self.found:
            self.proposals.addItem(text.list_row(f"{words(one.paid)}  →  {words(one.received)}  ({one.why})"))

    def _chosen(self, row: int) -> None:
        if 0 <= row < len(self.found):
            self.put(self.found[row].paid.number, self.found[row].received.number)

    def _told(self) -> tuple[str, str, str] | str:
        """What the two transfers are, or why they cannot be declared."""
        try:
            return self.read(_number(self.paid.text()), _number(self.received.text()))
        except WorkstationError as problem:
            return f"{problem.what}; {problem.todo}"

    def _tell(self) -> None:
        self.problem.hide()
        told = self._told() if self.paid.text().strip() and self.received.text().strip() else ("", "", "")
        kind, paid, received = (told, "", "") if isinstance(told, str) else told
        self.kind.setText(kind if not isinstance(told, str) else tr("not possible: {why}", why=told))
        self.legs["paid"].setText(paid)
        self.legs["received"].setText(received)

    def wrong(self) -> str:
        """What is missing."""
        if not self.paid.text().strip() or not self.received.text().strip():
            return tr("Name both transfers.")
        told = self._told()
        if isinstance(told, str):
            return told
        return "" if self.reason.toPlainText().strip() else tr("Write how you know that the two are one movement.")


def _number(words: str) -> int:
    body = words.strip().rpartition(":")[2]
    return int(body) if body.isascii() and body.isdigit() and len(body) < 16 else 0


def declare(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Open the dialog; two selected transfers are filled in, the earlier one as what was paid."""
    session = window.desk.session
    if session is None:
        return
    if given.get("reason"):
        window.run_now("conversion.declare" if given.get("received") else "conversion.accept", **given)
        return
    from workstation.app.tracing import conversions

    window.desk.ledger()  # built here: it belongs to the main thread
    ledger = session.graphs.ledger
    known = conversions.declared(session.store)

    def words(leg: Leg) -> str:
        from workstation.app.tracing.figures import amount

        when = window.desk.display.time(leg.time) if abs(leg.time) < 2**40 else tr("time not stated")
        ends = tr("{payer} to {taker}", payer=leg.sender or "?", taker=leg.receiver or "?")
        return f"{leg.chain} {leg.number} · {when} · {amount(leg.units, leg.asset)} · {ends}"

    def read(paid: int, received: int) -> tuple[str, str, str]:
        kind, out, into = conversions.checked(ledger, known, paid, received)
        return (tr("swap") if kind == "swap" else tr("bridge")), words(out), words(into)

    dialog = ConversionDialog(window, read)
    numbers = sorted({int(s.ref) for s in session.selection if s.kind == "transfer"})
    if len(numbers) == 2:
        legs = [conversions.leg(ledger, n) for n in numbers]
        first, second = numbers
        if legs[0] is not None and legs[1] is not None and legs[1].time < legs[0].time:
            first, second = second, first
        dialog.put(first, second)

    def accepted() -> None:
        paid, received = (
            f"transfer:{_chain(session, n)}:{n}" for n in map(_number, (dialog.paid.text(), dialog.received.text()))
        )
        window.run_now("conversion.declare", paid=paid, received=received, reason=dialog.reason.toPlainText().strip())

    def finished(job: Job) -> None:
        if Shiboken.isValid(dialog) and job.state == "done":
            dialog.propose(job.result, words)

    dialog.accepted.connect(accepted)
    window.show_dialog(dialog)
    session.jobs.submit(tr("Look for swaps"), lambda _job: conversions.proposals(session), finished=finished)


def _chain(session: Session, number: int) -> str:
    from workstation.app.tracing import conversions

    found = conversions.leg(session.graphs.ledger, number)
    return "" if found is None else found.chain

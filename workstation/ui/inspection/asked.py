"""Owns answers that a part of the inspector waits for: asked in a job, kept for the same ledger, dropped with the case.

The window is never blocked: until the answer is there the part shows a button or says that it is being computed.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from shiboken6 import Shiboken

from workstation.ui.desk import Desk
from workstation.ui.guard import guard

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.names import Names
    from workstation.app.session import Session
    from workstation.app.tracing.books import Books

#: ledgers, names, what is called now and then -> the answer.
Work = Callable[["Books", "Names", Callable[[int], None]], Any]
#: Cases with fewer transfers answer without being asked.
SMALL = 20_000


@guard
class Answers(QObject):
    """Answers by question. An answer holds for the ledger and the labels it was read from; any change drops it."""

    def __init__(self, desk: Desk, changed: Callable[[], object]) -> None:
        super().__init__(desk)
        self.desk = desk
        self._changed = changed
        self._known: dict[Hashable, Any] = {}
        self._jobs: dict[Hashable, Job] = {}
        self._stopped: set[Hashable] = set()
        desk.opened.connect(self.drop)
        desk.case_changed.connect(self._case_changed)

    def drop(self) -> None:
        """Forget everything; what is still running is stopped."""
        for job in self._jobs.values():
            job.cancel()
        self._known.clear()
        self._jobs.clear()
        self._stopped.clear()

    def _case_changed(self, tables: tuple[str, ...]) -> None:
        if {"evidence", "tag", "entity", "entity_member", "conversion"} & set(tables):
            self.drop()

    def known(self, question: Hashable) -> Any:
        """The answer, the error it ended with, or None."""
        return self._known.get(question)

    def running(self, question: Hashable) -> bool:
        """Whether it is being computed."""
        return question in self._jobs

    def cancel(self, question: Hashable) -> None:
        """Stop computing an answer."""
        job = self._jobs.pop(question, None)
        if job is not None:
            job.cancel()
            self._stopped.add(question)
            self._changed()

    def stopped(self, question: Hashable) -> bool:
        """Whether somebody stopped it; it is not asked again by itself then."""
        return question in self._stopped

    def ask(self, session: Session, question: Hashable, title: str, work: Work) -> None:
        """Compute an answer in a job, unless it is known or running.

        ``work`` is given the ledgers of the case, a copy of its names, and what to call now and then so that it stops.
        """
        if question in self._known or question in self._jobs:
            return
        from workstation.app.names import copied
        from workstation.app.tracing import records

        self._stopped.discard(question)
        names, ledgers = copied(session.graphs.names), records.books(session)

        def run(job: Job) -> Any:
            job.progress(0)
            made = work(ledgers, names, job.progress)
            job.progress(1)
            return made

        def finished(job: Job) -> None:
            if not Shiboken.isValid(self) or self._jobs.get(question) is not job:
                return
            del self._jobs[question]
            if job.state == "cancelled":
                self._stopped.add(question)
            else:
                self._known[question] = job.result if job.state == "done" else job.error
            if self.desk.session is session:
                self._changed()

        self._jobs[question] = session.jobs.submit(title, run, finished=finished)

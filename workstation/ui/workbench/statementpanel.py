"""Owns the Statement dock: the statement of one account, the lots behind the marked row, and its balance at a moment.

It shows what ``app/tracing/statement`` tells and computes nothing. Statements are made in a job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import Shiboken

from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse
from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, button, copy_text, plain
from workstation.ui.workbench.statementjob import Read, balance_words, read_account
from workstation.ui.workbench.statementtable import StatementTable

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.tracing.books import Books
    from workstation.app.tracing.statement import Balance, Statement
    from workstation.domain.evidence import Citation


@guard
class StatementPanel(QWidget):
    """The dock."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.subject: Subject | None = None
        self.made: Statement | None = None
        self._books: Books | None = None
        self._job: Any = None
        self._asking: Any = None
        self._stale = False
        self.table = StatementTable(desk.display, self._name, self._picked, self._opened_row)
        self.detail = plain("", small=True, wrap=True, select=True, breaks=True)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.detail.setContentsMargins(10, 4, 10, 8)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addLayout(self._second())
        column.addWidget(self._split(), 1)
        empty = EmptyState(
            tr(
                "Select an address or an entity: here stands its statement of account, with the running balance and the "
                "receipts that every payment is made of."
            ),
            tr("Statement of account"), "Ctrl+Shift+B", lambda: desk.ask_later("view.statement"),
        )  # fmt: skip
        self.stack = QStackedLayout(self)
        self.stack.addWidget(empty)
        self.stack.addWidget(page)
        desk.opened.connect(self._opened)
        desk.case_changed.connect(self._changed)
        desk.display.changed.connect(self._redisplay)

    def _head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(10, 4, 10, 2)
        line.setSpacing(6)
        self.title = plain("", strong=True)
        line.addWidget(self.title)
        self.asset = self._combo(tr("Asset of the statement"))
        self.method = self._combo(tr("Method or trace run of the statement"))
        line.addWidget(self.asset)
        line.addWidget(self.method)
        self.at = QLineEdit()
        self.at.setPlaceholderText(tr("Balance at (2026-01-31 12:00:00)"))
        self.at.setAccessibleName(tr("Balance at this date and time, UTC"))
        text.set_tip(
            self.at, tr("A date, or a date with time in UTC. Movements of that very second count. Enter asks.")
        )
        self.at.setClearButtonEnabled(True)
        self.at.setFixedWidth(250)
        self.at.returnPressed.connect(self._ask_balance)
        line.addWidget(self.at)
        line.addStretch(1)
        self.copy = button(tr("Copy rows"), self.copy_rows, tip=tr("Copy the marked rows, or all, as text with tabs"))
        self.save = button(tr("Save as CSV …"), self._save, tip=tr("Write the statement with its lots and sources"))
        line.addWidget(self.copy)
        line.addWidget(self.save)
        return line

    def _second(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(10, 0, 10, 4)
        self.words = plain("", dim=True, small=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line.addWidget(self.words, 1)
        return line

    def _combo(self, name: str) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(name)
        made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        made.setMinimumContentsLength(16)
        made.activated.connect(lambda _: self._read())
        return made

    def _split(self) -> QSplitter:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        line = QHBoxLayout()
        line.setContentsMargins(10, 2, 10, 0)
        line.setSpacing(6)
        self.go = button(tr("Show on graph"), lambda: self._opened_row(self._row()))
        text.set_tip(self.go, tr("Go to the counterparty or the transaction of the marked row (Enter)"))
        self.sources = button(tr("Source rows"), self._show_sources)
        text.set_tip(self.sources, tr("List the transfers behind the marked row with their sources"))
        line.addWidget(self.go)
        line.addWidget(self.sources)
        line.addStretch(1)
        column.addLayout(line)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(tr("What the marked row is made of"))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self.detail)
        column.addWidget(area, 1)
        made = QSplitter(Qt.Orientation.Horizontal)
        made.addWidget(self.table)
        made.addWidget(right)
        made.setStretchFactor(0, 1)
        made.setSizes([900, 400])
        made.setChildrenCollapsible(False)
        return made

    # --- which account ----------------------------------------------------------------------------------------

    def show_subject(self, subject: Subject) -> None:
        """Show the statement of an address or entity."""
        if subject != self.subject:
            self.asset.clear()
        self.subject = subject
        self._read()

    def _opened(self) -> None:
        self.subject = self.made = self._books = self._job = None
        self.asset.clear()
        self.method.clear()
        self.table.statement.show(None, {})
        self.detail.setText("")
        self.words.setText("")
        self.stack.setCurrentIndex(0)

    def _changed(self, tables: tuple[str, ...]) -> None:
        if {"evidence", "trace_run", "conversion", "entity_member"} & set(tables):
            self._books = None
            self._stale = True
            if self.isVisible():
                self._again()
        elif {"tag", "entity"} & set(tables):
            self._redisplay()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._again()

    def _again(self) -> None:
        self._stale = False
        if self.subject is not None:
            self._read()

    def _read(self) -> None:
        session, subject = self.desk.session, self.subject
        if session is None or subject is None:
            return
        self.desk.ledger()  # built here: what belongs to the main thread is ready before the job asks for it
        asset, how, books = str(self.asset.currentData() or ""), str(self.method.currentData() or "fifo"), self._books
        if self._job is not None and self._job.active:
            self._job.cancel()

        def finished(job: Job) -> None:
            if Shiboken.isValid(self) and self.desk.session is session and self._job is job:
                self._got(job)

        self.words.setText(tr("The statement is being made …"))
        self.stack.setCurrentIndex(1)
        self.title.setText(session.graphs.label(subject))
        self._job = session.jobs.submit(
            tr("Statement of account"),
            lambda job: read_account(session, subject, asset, how, books, job),
            finished=finished,
        )

    def _got(self, job: Job) -> None:
        if job.state != "done":
            self._show(None, {})
            if isinstance(job.error, WorkstationError):
                self._say(f"{job.error.what}; {job.error.todo}")
            else:
                self._say(str(job.error or tr("stopped")))
            return
        read: Read = job.result
        self._books = read.books
        self._fill(read)
        self._show(read.made, read.cited)

    def _fill(self, read: Read) -> None:
        now = read.made.holding.name if read.made is not None else ""
        self.asset.clear()
        for held in read.held:
            self.asset.addItem(text.cell(f"{held.asset.symbol} · {held.chain}"), held.name)
        self.asset.setCurrentIndex(max(0, self.asset.findData(now)))
        was = str(self.method.currentData() or "fifo")
        self.method.clear()
        self.method.addItem(tr("Lots: first in, first out"), "fifo")
        self.method.addItem(tr("Lots: last in, first out"), "lifo")
        session = self.desk.session
        for number, method, start in read.runs:
            name = session.graphs.label(parse(start)) if session is not None else start
            said = tr("Run {n}: {method} from {start}", n=number, method=method, start=name)
            self.method.addItem(text.cell(said), f"run {number}")
        self.method.setCurrentIndex(max(0, self.method.findData(was)))

    def _show(self, made: Statement | None, cited: Mapping[int, Sequence[Citation]]) -> None:
        self.made = made
        self.table.statement.show(made, cited)
        self.table.fit()
        for each in (self.copy, self.save, self.go, self.sources, self.at):
            each.setEnabled(made is not None)
        self.detail.setText("")
        if made is None:
            return
        from workstation.app.tracing import statementwords

        self._say(f"{count(len(made.shown), 'row', 'rows')} · {' '.join(statementwords.notes(made))}")
        if made.shown:
            self.table.selectRow(len(made.shown) - 1)
            self.table.scrollToBottom()

    def _say(self, words: str) -> None:
        self.words.setText(words)
        text.set_tip(self.words, words)
        text.set_tip(self.words, words)

    # --- the marked row ---------------------------------------------------------------------------------------

    def _row(self) -> int:
        return self.table.currentIndex().row()

    def _name(self, ref: str) -> str:
        """A counterparty with its name, when the case has one for it."""
        session, made = self.desk.session, self.made
        if session is None or made is None or " " in ref:
            return ref
        subject = Subject("address", made.holding.chain, ref)
        name = self.desk.name(subject)
        return f"{name}  {ref}" if name else ref

    def _picked(self, row: int) -> None:
        made = self.made
        if made is None or not 0 <= row < len(made.shown):
            self.detail.setText("")
            return
        from workstation.app.tracing import statementwords

        line = made.shown[row]
        told = statementwords.words(made, line, self._name)
        cited = self.table.statement.cited.get(line.number, ())
        if made.txs.get(line.number):
            told.append(tr("Transaction {tx}", tx=made.txs[line.number]))
        if cited:
            told.append(tr("Source: {places}", places="; ".join(statementwords.place(c) for c in cited)))
        self.detail.setText("\n".join(told))
        if self.table.hasFocus():
            found = self._subjects(row)
            if found:
                self.desk.select(*found)

    def _subjects(self, row: int) -> list[Subject]:
        """The counterparty and the transaction of a row, and the account itself."""
        made = self.made
        if made is None or not 0 <= row < len(made.shown):
            return []
        line, chain = made.shown[row], made.holding.chain
        found = [Subject("address", chain, line.other)] if line.other and " " not in line.other else []
        if made.txs.get(line.number):
            found.append(Subject("transaction", chain, made.txs[line.number]))
        return [*found, *([Subject("address", chain, line.account)] if line.account else [])]

    def _opened_row(self, row: int) -> None:
        found = self._subjects(row)
        drawn = [s for s in found if self.desk.node(s.key) is not None]
        if drawn or found:
            self.desk.select(*found)
            self.desk.ask_later("view.go", to=(drawn or found)[0].key)

    def _show_sources(self) -> None:
        made, row = self.made, self._row()
        if made is not None and 0 <= row < len(made.shown):
            chain, numbers = made.holding.chain, made.rows.get(made.shown[row].number, ())
            self.desk.select(*([Subject("transfer", chain, str(n)) for n in numbers] or self._subjects(row)))
            self.desk.ask_later("view.show_rows")

    # --- balance, copy, file ----------------------------------------------------------------------------------

    def _ask_balance(self) -> None:
        from workstation.app.times import moment

        session, made, books = self.desk.session, self.made, self._books
        if session is None or made is None or books is None or not self.at.text().strip():
            return
        try:
            at = moment(self.at.text(), end=True)
        except WorkstationError as problem:
            self._say(f"{problem.what}; {problem.todo}")
            return

        def work(job: Job) -> list[Balance]:
            from workstation.app.tracing import statement

            return statement.balances(session, books, made.subject, at, made.traced, watch=job.progress)

        def finished(job: Job) -> None:
            if Shiboken.isValid(self) and self.desk.session is session and self._asking is job:
                if job.state == "done":
                    self._say(balance_words(job.result, self.desk.display.time(at)))
                else:
                    self._say(str(job.error or tr("stopped")))

        self._asking = session.jobs.submit(tr("Balance at a moment"), work, finished=finished)

    def copy_rows(self) -> None:
        """Copy the marked rows, or all, as text with tabs; a cell that looks like a formula stays text."""
        from workstation.app.tracing import statementwords
        from workstation.evidence.text import guarded

        made = self.made
        if made is None:
            return
        chosen = self.table.marked()
        wanted = [made.shown[n] for n in chosen] if len(chosen) > 1 else list(made.shown)
        cited = self.table.statement.cited
        rows = [
            statementwords.HEADS,
            *(statementwords.cells(made, each, cited.get(each.number, ())) for each in wanted),
        ]
        copy_text("\n".join("\t".join(guarded(cell)[0] for cell in row) for row in rows))
        self._say(tr("{n} copied", n=count(len(wanted), "row", "rows")))

    def _save(self) -> None:
        if self.made is None:
            return
        where = QFileDialog.getSaveFileName(self, tr("Save the statement"), "statement.csv", tr("Tables (*.csv)"))[0]
        if where:
            self.write(Path(where))

    def write(self, path: Path) -> None:
        """Write the statement as CSV, in a job."""
        session, made, cited = self.desk.session, self.made, self.table.statement.cited
        if session is None or made is None:
            return

        def work(_job: Job) -> None:
            from workstation.app.tracing import statementwords

            path.write_text(statementwords.as_csv(made, cited), encoding="utf-8", newline="")

        def finished(job: Job) -> None:
            if Shiboken.isValid(self):
                done = job.state == "done"
                self._say(tr("Saved {name}", name=path.name) if done else str(job.error or tr("stopped")))

        session.jobs.submit(tr("Save the statement"), work, finished=finished)

    def _redisplay(self) -> None:
        self.table.statement.redraw()
        self.table.fit()
        self._picked(self._row())

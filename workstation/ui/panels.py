"""Owns the small list panels: findings, jobs, problems. They list; commands do.

Each listens to the desk only, and shows what it is for while it has nothing to list.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.translate import count, tr
from workstation.ui.trees import KEY, item
from workstation.ui.widgets import EmptyState, button, clear, plain


@guard
class FindingsPanel(QScrollArea):
    """The findings of the case: number, claim, confidence, count of citations; one without evidence says so."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Findings"))
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(14, 2, 12, 8)
        self.column.setSpacing(1)
        self.setWidget(self.body)
        self.shown: tuple[str, ...] = ()
        self._later = Later(desk.queue, self, self.refresh)
        desk.opened.connect(self._later.ask)
        desk.restyled.connect(self._later.ask)
        desk.case_changed.connect(self._changed)
        self.refresh()

    def _changed(self, tables: tuple[str, ...]) -> None:
        if {"finding", "finding_link"} & set(tables):
            self._later.ask()

    def refresh(self) -> None:
        """List the findings again."""
        self._later.due = False
        session = self.desk.session
        clear(self.column)
        rows = session.store.rows("finding") if session is not None else {}
        ordered = sorted(rows.items(), key=lambda pair: int(pair[1]["number"]))
        self.shown = tuple(key for key, _ in ordered)
        if session is None or not rows:
            words = tr("A finding is one claim with the transfers that show it.")
            ask = partial(self.desk.ask_later, "finding.new")
            self.column.addWidget(EmptyState(words, tr("New finding"), "K", ask))
            return
        links: dict[str, int] = {}
        for link in session.store.rows("finding_link").values():
            links[str(link["finding"])] = links.get(str(link["finding"]), 0) + 1
        for key, row in ordered:
            cited = links.get(key, 0)
            number = f"F-{int(row['number']):02d}"
            state = count(cited, "citation", "citations") if cited else tr("cites no evidence")
            head = QHBoxLayout()
            open_it = partial(self._open, key)
            head.addWidget(button(number, open_it, link=True, name=tr("Open finding {number}", number=number)))
            under = f"{tr(str(row['confidence']))} · {tr(str(row['status']))} · {state}"
            head.addWidget(plain(under, dim=True, small=True), 1)
            self.column.addLayout(head)
            self.column.addWidget(plain(str(row["claim"]), wrap=True))
            self.column.addSpacing(6)
        self.column.addStretch(1)

    def _open(self, key: str) -> None:
        self.desk.ask_later("view.finding", finding=key)


@guard
class JobsPanel(QScrollArea):
    """Running and finished jobs: name, how far, cancel."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("Jobs"))
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(12, 6, 12, 6)
        self.column.setSpacing(4)
        self.setWidget(self.body)
        self._shown: tuple[tuple[int, str], ...] | None = None
        self._bars: dict[int, tuple[QProgressBar, QWidget]] = {}
        self._later = Later(desk.queue, self, self.refresh)
        desk.jobs_changed.connect(self._later.ask)
        desk.opened.connect(self._later.ask)
        self.refresh()

    def refresh(self) -> None:
        """Show every job; only numbers move while a job runs, so nothing flickers."""
        session = self.desk.session
        jobs = list(reversed(session.jobs.all()))[:30] if session is not None else []
        shape = tuple((job.number, job.state) for job in jobs)
        if shape == self._shown:
            for job in jobs:
                self._move(job)
            return
        self._shown = shape
        self._bars.clear()
        clear(self.column)
        if not jobs:
            self.column.addWidget(EmptyState(tr("Imports, exports and checks run here while you go on working.")))
            return
        for job in jobs:
            line = QHBoxLayout()
            holder = QWidget()
            holder.setLayout(line)
            line.setContentsMargins(0, 2, 0, 2)
            line.addWidget(plain(job.title, strong=job.active))
            state = {
                "waiting": tr("waiting"),
                "running": tr("running"),
                "done": tr("done"),
                "failed": tr("failed"),
                "cancelled": tr("cancelled"),
            }[job.state]
            words = f"{state}: {job.error}" if job.error is not None else state
            told = plain(words, dim=True, small=True, wrap=bool(job.error))
            if job.active:
                bar = QProgressBar()
                bar.setTextVisible(False)
                bar.setAccessibleName(text.cell(tr("Progress of {job}", job=job.title)))
                line.addWidget(bar, 1)
                line.addWidget(told)
                line.addWidget(button(tr("Cancel"), job.cancel, name=tr("Cancel {job}", job=job.title)))
                self._bars[job.number] = (bar, told)
                self._move(job)
            else:
                line.addWidget(told, 1)
            self.column.addWidget(holder)
        self.column.addStretch(1)

    def _move(self, job: object) -> None:
        from workstation.app.jobs import Job

        assert isinstance(job, Job)
        if job.number not in self._bars:
            return
        bar, told = self._bars[job.number]
        bar.setRange(0, min(job.total, 1 << 30))
        bar.setValue(min(job.done, 1 << 30))
        percent = f"{job.done * 100 // job.total} %" if job.total else (f"{job.done:,}" if job.done else tr("running"))
        told.setText(" ".join(part for part in (job.text, percent) if part))  # type: ignore[attr-defined]


@guard
class ProblemsPanel(QWidget):
    """What needs attention: faults of imports, skipped rows, findings without evidence. F7 and F8 walk through."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.model = QStandardItemModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setAccessibleName(tr("Problems"))
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setWordWrap(True)
        self.list.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.clicked.connect(lambda index: self._go(index))
        self.stack = QStackedLayout(self)
        self.stack.setContentsMargins(6, 2, 4, 4)
        self.stack.addWidget(self.list)
        self.stack.addWidget(
            EmptyState(tr("Nothing needs attention. Rows that cannot be used are listed here with the reason."))
        )
        self._later = Later(desk.queue, self, self.refresh)
        for signal in (desk.opened, desk.restyled, desk.problems_changed, desk.case_changed):
            signal.connect(self._later.ask)
        self.refresh()

    def refresh(self) -> None:
        """List the problems again."""
        self._later.due = False
        session = self.desk.session
        self.model.clear()
        found = session.problems() if session is not None else []
        self.stack.setCurrentIndex(0 if found else 1)
        icons = {"error": "no", "warning": "warn", "note": "note"}
        for problem in found[:2000]:
            words = "   ".join(part for part in (problem.code, problem.where, problem.text) if part)
            self.model.appendRow(item(words, problem.subject, icon=icons[problem.severity], tip=words))

    def count(self) -> int:
        """How many problems are listed."""
        self._later.catch_up()
        return self.model.rowCount()

    def step(self, by: int) -> None:
        """Go to the next or previous problem (F7, F8)."""
        self._later.catch_up()
        total = self.model.rowCount()
        if not total:
            return
        here = self.list.currentIndex().row()
        row = (here + by) % total if here >= 0 else (0 if by > 0 else total - 1)
        index = self.model.index(row, 0)
        self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        self._go(index)

    def _go(self, index: QModelIndex) -> None:
        key = index.data(KEY)
        if key:
            self.desk.ask("view.go", to=str(key))

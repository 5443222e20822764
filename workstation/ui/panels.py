"""Owns the small list panels: case navigator, findings, jobs, problems. They list; commands do.

Each listens to the desk only, and shows what it is for while it has nothing to list.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QListView,
    QProgressBar,
    QScrollArea,
    QStackedLayout,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from workstation.domain.evidence import Exhibit
from workstation.domain.subjects import Subject
from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, button, clear, list_icon, plain

KEY = Qt.ItemDataRole.UserRole + 1
_TAGS = 200


def item(words: str, key: str = "", *, icon: str = "", tip: str = "", strong: bool = False) -> QStandardItem:
    """A read-only row; its text is plain in every view."""
    made = text.model_row(words)
    made.setData(key, KEY)
    if icon:
        made.setIcon(list_icon(icon))
    if tip:
        made.setToolTip(text.tip_text(tip))
    if strong:
        font = made.font()
        font.setBold(True)
        made.setFont(font)
    return made


@guard
class Tree(QTreeView):
    """A tree whose Enter key acts like a double click."""

    def __init__(self, name: str, opened: Callable[[str], object]) -> None:
        super().__init__()
        self._opened = opened
        self.setAccessibleName(name)
        self.setHeaderHidden(True)
        self.setUniformRowHeights(True)
        self.setIndentation(14)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self._open)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._open(self.currentIndex())
            return
        super().keyPressEvent(event)

    def _open(self, index: QModelIndex) -> None:
        key = index.data(KEY)
        if key:
            self._opened(str(key))


@guard
class Navigator(QWidget):
    """The case as a tree: evidence with outcome, entities, labels, findings, graphs, scenes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.model = QStandardItemModel(self)
        self.tree = Tree(tr("Case"), self._go)
        self.tree.setModel(self.model)
        self.stack = QStackedLayout(self)
        self.stack.setContentsMargins(6, 0, 2, 4)
        self.stack.addWidget(self.tree)
        self.stack.addWidget(
            EmptyState(
                tr("The parts of a case are listed here."),
                tr("New case"),
                "Ctrl+N",
                partial(desk.ask_later, "view.new_case"),
            )
        )
        self._closed: set[str] = set()
        self.tree.collapsed.connect(lambda index: self._closed.add(str(index.data()).split("  ")[0]))
        self.tree.expanded.connect(lambda index: self._closed.discard(str(index.data()).split("  ")[0]))
        self._graph = ""
        self._later = Later(desk.queue, self, self.refresh)
        desk.opened.connect(self._later.ask)
        desk.restyled.connect(self._later.ask)
        desk.case_changed.connect(self._changed)
        desk.graph_changed.connect(self._drawn)
        self.refresh()

    def _changed(self, tables: tuple[str, ...]) -> None:
        if set(tables) - {"placement"}:
            self._later.ask()

    def _drawn(self, _added: tuple[str, ...]) -> None:
        if self.desk.session is not None and self.desk.session.graph != self._graph:
            self._later.ask()

    def refresh(self) -> None:
        """List the case again."""
        self._later.due = False
        session = self.desk.session
        self._graph = session.graph if session is not None else ""
        self.stack.setCurrentIndex(0 if session is not None else 1)
        closed = set(self._closed)
        self.model.clear()
        if session is None:
            return
        store = session.store
        marks = {"accepted": "ok", "partial": "warn", "rejected": "no", "retracted": "no"}
        exhibits = store.exhibits()
        by_number = {
            e.number: item(
                f"{e.label}  {e.path or e.name}",
                f"exhibit:{e.number}",
                icon=marks.get(e.outcome, "file"),
                tip=_exhibit_tip(e),
            )
            for e in exhibits
        }
        evidence = [by_number[e.number] for e in exhibits if e.parent is None]
        for e in exhibits:  # what a container held stands below it
            if e.parent is not None:
                by_number[e.parent].appendRow(by_number[e.number])
        entities = [
            item(str(row["name"]), f"entity::{key}", icon="entity", tip=str(row["note"] or ""))
            for key, row in sorted(store.rows("entity").items(), key=lambda pair: str(pair[1]["name"]).casefold())
        ]
        tags: dict[str, QStandardItem] = {}
        for row in store.rows("tag").values():
            tags.setdefault(
                str(row["label"]) + str(row["subject"]),
                item(str(row["label"]), str(row["subject"]), icon="tag", tip=str(row["subject"])),
            )
        for tag in store.source_tags()[:_TAGS]:
            key = Subject("transaction" if tag.subject == "transaction" else "address", tag.chain, tag.ref).key
            tags.setdefault(
                tag.label + key, item(tag.label, key, icon="tag", tip=f"{text.cell(tag.category)}\n{tag.ref}")
            )
        findings = [
            item(f"F-{row['number']:02d}  {row['claim']}", f"finding:{key}", icon="finding", tip=str(row["claim"]))
            for key, row in sorted(store.rows("finding").items(), key=lambda pair: int(pair[1]["number"]))
        ]
        graphs = [
            item(session.graphs.name(key), f"graph:{key}", icon="demo", strong=key == session.graph)
            for key in session.graphs.graph_keys()
        ]
        scenes = [
            item(str(row["name"]), f"scene:{key}", icon="scene", tip=str(row["caption"] or ""))
            for key, row in sorted(
                store.rows("scene").items(), key=lambda pair: (int(pair[1]["position"] or 0), pair[0])
            )
        ]
        total = store.counts().tags
        for name, rows, number in (
            (tr("Evidence"), evidence, len(exhibits)),
            (tr("Entities"), entities, len(entities)),
            (tr("Labels"), list(tags.values()), total),
            (tr("Findings"), findings, len(findings)),
            (tr("Graphs"), graphs, len(graphs)),
            (tr("Scenes"), scenes, len(scenes)),
        ):
            head = item(f"{name}  {number:,}", strong=True)
            head.setSelectable(False)
            head.appendRows(rows)
            self.model.appendRow(head)
            self.tree.setExpanded(head.index(), bool(rows) and name not in closed)

    def _go(self, key: str) -> None:
        self.desk.ask("view.go", to=key)


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
        desk.jobs_changed.connect(lambda _: self.refresh())
        desk.opened.connect(self.refresh)
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


def _exhibit_tip(e: Exhibit) -> str:
    counted = (
        (tr("read"), e.read),
        (tr("new"), e.accepted),
        (tr("already there"), e.duplicates),
        (tr("skipped"), e.quarantined),
    )
    numbers = ", ".join(f"{words} {number:,}" for words, number in counted)
    return f"{text.cell(e.name)}\n{tr('outcome')}: {tr(e.outcome)}\nSHA-256 {e.sha256}\n{numbers}"

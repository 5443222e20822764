"""Owns the Trace dock: kept questions at the left, methods side by side in the middle, steps in words at the right.

It shows what ``app/tracing`` tells and computes nothing. Runs are read in a job, so a large case never stops the window.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import Shiboken

from workstation.domain.subjects import parse
from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, Scrolled, button, plain
from workstation.ui.workbench import rows, steps
from workstation.ui.workbench.ongraph import OnGraph
from workstation.ui.workbench.table import BoardTable
from workstation.ui.workbench.textlist import TextList

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.app.tracing.board import Asked
    from workstation.app.tracing.records import Kept


@guard
class TracePanel(QWidget):
    """The dock.

    Args:
        do: what the buttons do, by name: ``ask``; ``again`` and ``about`` take the marked run, ``compare`` all runs and
            the marked one; ``roomy`` gives the dock the room that a table of methods needs.
    """

    def __init__(self, desk: Desk, do: Mapping[str, Callable[..., object]]) -> None:
        super().__init__()
        self.desk = desk
        self._do = do
        self._stale = True
        self._wanted = 0
        self._roomy = False
        self._reading: Any = None
        self._named = Later(desk.queue, self, self._show_questions)
        self._steps_soon = Later(desk.queue, self, self._tell_steps)
        self.asked: Sequence[Asked] = ()
        self.shown: Asked | None = None
        self._told: list[Mapping[str, Any]] = []
        self.list = TextList(tr("Trace runs"), self._choose, self._choose)
        self.table = BoardTable(tr("Methods side by side"), self._row_picked, self._row_opened)
        self.detail = plain("", small=True, wrap=True, select=True, breaks=True)
        self.detail.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.detail.setContentsMargins(10, 3, 10, 4)
        self.steps = TextList(tr("Steps of the method"), self._step_picked, self._step_opened)
        self.method = QComboBox()
        self.method.setAccessibleName(tr("Method whose steps are told"))
        self.method.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.method.setMinimumContentsLength(12)
        self.method.currentIndexChanged.connect(lambda _: self._other_method())
        self.on_graph = OnGraph(desk)
        self.count = plain("", dim=True, small=True, wrap=True)
        self.meaning = plain("", small=True, wrap=True)
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head())
        column.addWidget(self._split(), 1)
        empty = EmptyState(
            tr(
                "Select an address, a transaction or a transfer on the graph and trace it: every method stands here "
                "beside the others, with its arithmetic."
            ),
            tr("Trace forward"), "F", lambda: desk.ask_later("trace.forward"),
        )  # fmt: skip
        self.stack = QStackedLayout(self)
        self.stack.addWidget(empty)
        self.stack.addWidget(page)
        key = QShortcut(QKeySequence("K"), self)
        key.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)  # not by the constructor: PySide drops it there
        key.activated.connect(self._finding)
        desk.opened.connect(self._opened)
        desk.case_changed.connect(self._changed)
        desk.display.changed.connect(self._list_questions)

    def _head(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(10, 4, 10, 4)
        line.setSpacing(6)
        line.addWidget(button(tr("Trace …"), self._do["ask"], tip=tr("Choose methods, stops and limits (Shift+F)")))
        self.again = button(tr("Run again"), lambda: self._with_run("again"))
        text.set_tip(self.again, tr("Ask the marked method again on the case as it is now"))
        self.compare = button(tr("Compare …"), lambda: self._with_run("compare"))
        text.set_tip(self.compare, tr("Two kept runs and what they differ by"))
        self.about = button(tr("About the method"), lambda: self._with_run("about"))
        text.set_tip(self.about, tr("What it assumes, where it comes from, how it can be wrong"))
        self.finding = button(tr("Finding"), self._finding)
        text.set_tip(self.finding, tr("Make a finding of the marked row or step (K)"))
        for each in (self.again, self.compare, self.about, self.finding):
            line.addWidget(each)
        self.words = plain("", dim=True, small=True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        line.addWidget(self.words, 1)
        return line

    def _split(self) -> QSplitter:
        below = QScrollArea()
        below.setWidgetResizable(True)
        below.setFrameShape(QFrame.Shape.NoFrame)
        below.setAccessibleName(tr("The marked row in full"))
        below.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        below.setWidget(self.detail)
        middle = QSplitter(Qt.Orientation.Vertical)
        middle.addWidget(self.table)
        middle.addWidget(below)
        middle.setStretchFactor(0, 1)
        middle.setSizes([300, 78])
        middle.setCollapsible(0, False)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(8, 0, 8, 0)
        column.setSpacing(3)
        line = QHBoxLayout()
        line.addWidget(plain(tr("Steps by"), dim=True, small=True))
        line.addWidget(self.method, 1)
        line.addWidget(self.on_graph)
        column.addLayout(line)
        column.addWidget(self.meaning)
        column.addWidget(self.count)
        column.addWidget(self.steps, 1)
        made = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.list, middle, Scrolled(right, tr("Steps of the method"))):
            made.addWidget(part)
        made.setStretchFactor(1, 1)
        made.setSizes([170, 620, 470])
        made.setChildrenCollapsible(False)
        return made

    # --- which questions --------------------------------------------------------------------------------------

    def _opened(self) -> None:
        self._roomy = False
        self.shown = None
        self.refresh()

    def _changed(self, tables: tuple[str, ...]) -> None:
        if {"evidence", "trace_run"} & set(tables):
            self.refresh()
        elif {"tag", "entity", "entity_member"} & set(tables):
            self._named.ask()

    def _show_questions(self) -> None:
        self._list_questions()
        self._show_board()

    def refresh(self) -> None:
        """Read the kept runs again now, or when the dock is next on screen."""
        self._stale = True
        if self.isVisible():
            self._read()

    def show_runs(self, numbers: Sequence[int]) -> None:
        """Show the question of these runs when they have been read."""
        self._wanted = max(numbers, default=0)
        self.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._read()

    def _read(self) -> None:
        self._stale = False
        session = self.desk.session
        if session is None:
            self._got_questions(())
            return
        self.desk.ledger()  # built here: what belongs to the main thread is ready before the job asks for it
        from workstation.app.tracing import board

        def finished(job: Job) -> None:
            if Shiboken.isValid(self) and self.desk.session is session and self._reading is job:
                if job.state == "done":
                    self._got_questions(job.result)
                else:
                    self.words.setText(str(job.error or ""))

        self._reading = session.jobs.submit(
            tr("Read the trace runs"), lambda job: board.questions(session, job.progress), finished=finished
        )

    def _got_questions(self, found: Sequence[Asked]) -> None:
        before = self.shown.numbers[0] if self.shown is not None else 0
        wanted, self._wanted = self._wanted or before, 0
        self.asked = found
        self.stack.setCurrentIndex(1 if found else 0)
        self.shown = next((a for a in found if wanted in a.numbers), found[0] if found else None)
        self._show_questions()
        self._take_room()

    def came_in_sight(self) -> None:
        """The tab of the dock was brought to the front."""
        QTimer.singleShot(0, self, self._take_room)

    def _take_room(self) -> None:
        """Once for a case, when somebody looks at its runs: later the person's own layout stays."""
        if self.asked and not self._roomy and not self.visibleRegion().isEmpty():
            self._roomy = True
            self._do["roomy"]()

    def _list_questions(self) -> None:
        session = self.desk.session
        if session is None:
            return
        texts = [self._question(session, asked) for asked in self.asked]
        mark = next((n for n, asked in enumerate(self.asked) if asked is self.shown), -1)
        self.list.show_texts(texts, mark)

    def _question(self, session: Session, asked: Asked) -> str:
        told = asked.parameters
        backward = told["direction"] == "backward"
        first = session.graphs.label(parse(told["sources"][0]["subject"]))
        others = len(told["sources"]) - 1
        more = tr(" and {n} more", n=others) if others else ""
        words = tr("To {start}, backward", start=first + more) if backward else tr("From {start}", start=first + more)
        many = len(asked.methods)
        methods = ", ".join(asked.methods) if many <= 3 else count(many, tr("method"), tr("methods"))
        when = asked.at.replace("T", " ").replace("Z", " Z")
        lines = [words, tr("{methods} · run {runs}", methods=methods, runs=_span(asked.numbers)), when]
        if asked.stale:
            lines.append(tr("stale: the ledger changed"))
        return "\n".join(lines)

    def _choose(self, row: int) -> None:
        if 0 <= row < len(self.asked) and self.asked[row] is not self.shown:
            self.shown = self.asked[row]
            self._show_board()

    # --- the methods side by side -----------------------------------------------------------------------------

    def _show_board(self) -> None:
        session, asked = self.desk.session, self.shown
        for each in (self.again, self.compare, self.about):
            each.setEnabled(asked is not None)
        if session is None or asked is None:
            self.table.show_board((), (), {})
            self.steps.show_texts(())
            self.detail.setText("")
            return
        from workstation.app.tracing import board, cards

        made = board.board(asked, board.assets_of(session))
        heads = {name: cards.card(name) for name in asked.methods}
        tips = {name: f"{card.title}\n{card.sentence}" for name, card in heads.items()}
        self.table.show_board(rows.heads(made), rows.rows(made, session.graphs.label), tips)
        self.detail.setText(tr("Mark a row to see its whole identifier and its exact figures."))
        self._say_question(asked)
        was = self.method.currentData()
        self.method.blockSignals(True)
        self.method.clear()
        for name, card in heads.items():
            self.method.addItem(f"{card.title} ({name})" if card.title.lower() != name else card.title, name)
        told = was if was in heads else next((name for name in heads if name != "poison"), asked.methods[0])
        self.method.setCurrentIndex(self.method.findData(told))
        self.method.blockSignals(False)
        self.on_graph.follow(self.marked_run())
        self._steps_soon.ask()

    def _say_question(self, asked: Asked) -> None:
        words = steps.question(asked.parameters)
        if asked.stale:
            words = tr("Stale: the ledger changed since. Run again to see what differs. ") + words
        self.words.setText(words)
        text.set_tip(self.words, words)

    def marked_run(self) -> Kept | None:
        """The run of the marked method."""
        return self.shown.run(str(self.method.currentData())) if self.shown is not None else None

    def _with_run(self, name: str) -> None:
        run = self.marked_run()
        if run is None:
            return
        if name == "compare":
            self._do[name]([r for asked in self.asked for r in asked.runs], run)
        else:
            self._do[name](run)

    def marked_step(self) -> Mapping[str, Any] | None:
        """The marked step while the steps have the keyboard."""
        row = self.steps.currentIndex().row()
        return self._told[row] if self.steps.hasFocus() and 0 <= row < len(self._told) else None

    def _finding(self) -> None:
        if self.shown is not None:
            self._do["finding"](self)

    def _row_picked(self, row: int, column: int) -> None:
        if not 0 <= row < len(self.table.board.rows):
            return
        found = self.table.board.rows[row]
        if not found.head:
            self.detail.setText(found.detail)
        if found.key and self.table.hasFocus():
            self.desk.select(parse(found.key))
        at = self.method.findData(self.table.method_at(column))
        if at >= 0:
            self.method.setCurrentIndex(at)

    def _row_opened(self, row: int) -> None:
        if 0 <= row < len(self.table.board.rows) and self.table.board.rows[row].key:
            self.desk.ask_later("view.go", to=self.table.board.rows[row].key)

    # --- steps ------------------------------------------------------------------------------------------------

    def _other_method(self) -> None:
        self.on_graph.follow(self.marked_run())
        self._tell_steps()

    def _tell_steps(self) -> None:
        run, session = self.marked_run(), self.desk.session
        if run is None or session is None:
            return
        from workstation.app.tracing import cards

        self._told = list(run.record["steps"])
        total = run.record["steps_total"]
        if not total:
            words = tr("No step: what is marked was not paid on in this case.")
        elif total > len(self._told):
            words = tr("The first {n} of {m} steps. All are counted.", n=len(self._told), m=f"{total:,}")
        else:
            words = count(total, tr("step"), tr("steps"))
        self.count.setText(words)
        self.meaning.setText(cards.card(run.record["method"]).sentence)
        called = steps.named(self._told, session.graphs.label)
        self.steps.show_texts([steps.words(told, called) for told in self._told])

    def _step_picked(self, row: int) -> None:
        if 0 <= row < len(self._told):
            self.desk.select(*steps.subjects(self._told[row]))

    def _step_opened(self, row: int) -> None:
        if 0 <= row < len(self._told):
            drawn = [s for s in steps.subjects(self._told[row]) if self.desk.node(s.key) is not None]
            self._step_picked(row)
            if drawn:
                self.desk.ask_later("view.go", to=drawn[0].key)


def _span(numbers: Sequence[int]) -> str:
    ordered = sorted(numbers)
    together = ordered[-1] - ordered[0] == len(ordered) - 1 and len(ordered) > 1
    return f"{ordered[0]}–{ordered[-1]}" if together else ", ".join(map(str, ordered))

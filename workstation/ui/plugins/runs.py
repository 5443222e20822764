"""Owns the dialog of runs: which analyses ran on this case, who asked what, what came of it; open one, ask it again.

It lists; the command ``plugin.run`` runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout
from shiboken6 import Shiboken

from workstation.app import pluginruns
from workstation.app.pluginruns import Asked
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse
from workstation.ui.guard import guard
from workstation.ui.plugins.answers import only_run
from workstation.ui.rowspanel import Row, Rows, RowsPanel
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, button, plain

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.ui.window import MainWindow

#: Characters of an outcome in its cell; the whole of it stands beside the table.
_SHORT = 44


def show(window: MainWindow) -> None:
    """Show the runs of the open case."""
    window.show_dialog(RunsDialog(window))


@guard
class RunsDialog(QDialog):
    """The runs of the case with a filter, the marked one in full, and what can be done with it."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._places: dict[int, Asked] = {}
        self.setWindowTitle(tr("Runs of analyses"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 16, 20, 14)
        outer.addWidget(plain(tr("Runs of analyses"), head=True))
        outer.addWidget(
            plain(tr("Each run stays in the case with its settings, the hash of its code and what it found. A run that "
                     "failed kept nothing but this line."), dim=True, wrap=True)
        )  # fmt: skip
        empty = EmptyState(
            tr("No analysis ran on this case yet."), tr("Run an analysis"), "",
            lambda: window.desk.ask_later("plugin.run"),
        )  # fmt: skip
        heads = (tr("Run"), tr("Time"), tr("Analysis"), tr("Outcome"), tr("By"), tr("Settings"))
        self.panel = RowsPanel(window.desk, tr("Runs"), heads, self._load, empty, right=frozenset((0,)))
        outer.addWidget(self.panel, 1)
        self.problem = plain("", strong=True, wrap=True)
        self.problem.hide()
        outer.addWidget(self.problem)
        foot = QHBoxLayout()
        self.answers = button(
            tr("Show answers"), self._open, primary=True, tip=tr("List the answers of the marked run")
        )
        self.again = button(tr("Run again"), self._again, tip=tr("Ask the same with the same settings, now"))
        self.change = button(tr("Change and run …"), self._change, tip=tr("Open the form of this analysis"))
        for each in (self.answers, self.again, self.change):
            foot.addWidget(each)
        foot.addStretch(1)
        foot.addWidget(button(tr("Close"), self.accept))
        outer.addLayout(foot)
        self.panel.table.activated.disconnect()
        self.panel.table.activated.connect(lambda _: self._open())
        self.resize(1080, 560)
        self.panel.table.setFocus()

    def _load(self, session: Session) -> Rows:
        found = pluginruns.runs(session.store)
        self._places = dict(enumerate(found, 1))
        failed = sum(bool(asked.problem) for asked in found)
        words = count(len(found), tr("run"), tr("runs")) + (tr(", {n} failed", n=failed) if failed else "")
        return Rows([_row(place, asked) for place, asked in self._places.items()], words)

    def _marked(self) -> Asked | None:
        rows = self.panel.marked()
        if not rows:
            self._say(tr("Mark a run first."))
        return self._places[rows[0].number] if rows else None

    def _open(self) -> None:
        asked = self._marked()
        if asked is not None and not asked.number:
            self._say(tr("This run failed and gave no answers: {why}", why=asked.problem))
        elif asked is not None:
            self.accept()
            self._window.show_dock("answers")
            only_run(self._window.docks["answers"].widget(), asked.number)

    def _again(self) -> None:
        asked, session = self._marked(), self._window.desk.session
        if asked is None or session is None:
            return
        try:
            subjects: list[Subject] = [parse(key) for key in asked.subjects]
            job = session.run(
                "plugin.run", analysis=asked.analysis, settings=asked.lines, seed=asked.seed, subjects=subjects
            ).job
        except ValueError:
            self._say(tr("What this run started from is not in the case any more."))
        except WorkstationError as problem:
            self._say(str(problem))
        else:
            assert job is not None
            self._say(tr("{analysis} runs again with the same settings …", analysis=asked.analysis))
            known = {each.number for each in self._places.values()}
            self._window.watch(job, lambda done: self._told(done, known))

    def _told(self, job: Job, known: set[int]) -> None:
        """Say what the run that was asked again gave."""
        if not Shiboken.isValid(self):
            return
        self.panel.refresh()
        if job.state == "done":
            number = job.result.number
            same = number in known
            self._say(
                tr("The same code and the same case gave the same answers as run {n}.", n=number)
                if same
                else tr("Its answers are run {n}.", n=number)
            )
        else:
            self._say(tr("It failed: {why}", why=str(job.error or job.state)))

    def _change(self) -> None:
        asked = self._marked()
        if asked is not None:
            self.accept()
            self._window.desk.ask_later("plugin.run", analysis=asked.analysis, settings=asked.lines)

    def _say(self, told: str) -> None:
        self.problem.setText(told)
        self.problem.show()


def _row(place: int, asked: Asked) -> Row:
    outcome = asked.problem and tr("failed: {why}", why=asked.problem)
    if not outcome:
        outcome = count(asked.findings, tr("finding"), tr("findings"))
        if asked.proposals:
            outcome += ", " + count(asked.proposals, tr("proposal"), tr("proposals"))
            outcome += tr(" ({n} open)", n=f"{asked.open:,}")
    settings = ", ".join(f"{name} {value}" for name, value in sorted(asked.settings.items()) if value)
    number = str(asked.number) if asked.number else "–"
    when = asked.at[:19].replace("T", " ")
    state = tr("code under development, approved by nobody") if asked.development else ""
    details = (
        (tr("Analysis"), f"{asked.analysis} {asked.version}"), (tr("Outcome"), outcome), (tr("Code"), state),
        (tr("Asked by"), f"{asked.actor}, {asked.at}"), (tr("Settings"), asked.lines or tr("none")),
        (tr("Started from"), "\n".join(asked.subjects[:50]) or tr("the whole case")), (tr("Seed"), str(asked.seed)),
        (tr("Notes"), "\n".join(asked.notes[:50])), (tr("Not counted"), "\n".join(asked.refused[:50])),
        (tr("Files"), "\n".join(asked.files)), (tr("Hash of the code"), asked.tree),
        (tr("Hash of the answers"), asked.digest),
    )  # fmt: skip
    short = outcome if len(outcome) <= _SHORT else outcome[:_SHORT] + "…"
    cells = (number, when, asked.analysis, short, asked.actor, settings)
    return Row(cells, "", tuple((name, words) for name, words in details if words), place)

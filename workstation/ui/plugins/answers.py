"""Owns the panel of answers: what analyses found and suggest, and what a person decided. Commands decide; it lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QFileDialog, QWidget

from workstation.app.lens import Lens
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import parse
from workstation.sdk.api import Absent, Proposal, SuggestedTag
from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.rowspanel import Row, Rows, RowsPanel
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, button

if TYPE_CHECKING:
    from workstation.app.plugins import Item, PluginRun
    from workstation.app.session import Session
    from workstation.sdk.api import Measure

_MOST = 20_000
_WORDS = {"accept": "accepted", "reject": "rejected", "keep": "kept as finding"}


def answers_panel(desk: Desk) -> RowsPanel:
    """Every answer of every kept run: those that wait for a decision first."""
    places: dict[int, Item] = {}
    runs: dict[int, PluginRun] = {}

    def load(session: Session) -> Rows:
        from workstation.app.pluginfiles import files
        from workstation.app.plugins import answers, kept_runs

        kept = kept_runs(session.store)
        _offer(which, kept)
        only, listed = which.currentData(), {run.number for run in kept}
        # a run that ends while this is read comes with the next reading, which its end asks for
        every = [item for item in answers(session.store) if item.run in listed]
        found = sorted((i for i in every if only in (None, i.run)), key=lambda item: bool(item.word))
        places.clear()
        places.update(enumerate(found[:_MOST], 1))
        still = sum(not item.word for item in found)
        words = tr("{n}, {m} open", n=count(len(found), tr("answer"), tr("answers")), m=f"{still:,}")
        if len(found) > _MOST:
            words += "  ·  " + tr("the first {n} are listed, open ones first", n=f"{_MOST:,}")
        runs.clear()
        runs.update({run.number: run for run in kept})
        labels = {exhibit.sha256: exhibit.label for exhibit in session.store.exhibits()}
        names = {number: [file.name for file in files(run)] for number, run in runs.items()}
        if kept and not found:
            words = tr("this run found nothing") if only is not None else tr("no run found anything")
        return Rows([_row(number, item, labels, names[item.run]) for number, item in places.items()], words, bool(kept))

    which = QComboBox()
    which.setObjectName("run")
    which.setAccessibleName(tr("Answers of which run"))
    which.setMaximumWidth(220)
    which.currentIndexChanged.connect(lambda _: panel[0].refresh())
    panel: list[RowsPanel] = []

    def marked() -> list[Item]:
        return [places[row.number] for row in panel[0].marked()]

    def alike(items: list[Item]) -> dict[str, object]:
        """The arguments of one decision about all of them: one step of undo."""
        return {"run": items[0].run, "number": items[0].number, "also": ", ".join(item.key for item in items[1:])}

    def accept() -> None:
        if items := marked():
            desk.run("plugin.accept", **alike(items))

    def explain() -> None:
        if items := marked():
            desk.ask_later("plugin.accept", **alike(items))

    def keep(items: list[Item] | None = None) -> None:
        """One a turn: each is a finding and a step of undo of its own."""
        first = items or marked()
        if first and desk.run("plugin.keep", run=first[0].run, number=first[0].number) is not None and first[1:]:
            QTimer.singleShot(0, panel[0], partial(keep, first[1:]))

    def reject() -> None:
        if items := marked():
            desk.ask_later("plugin.reject", **alike(items))

    def save() -> None:
        if items := marked():
            _save_files(desk, panel[0], [runs[number] for number in sorted({item.run for item in items})])

    def show() -> None:
        _show(desk, marked())

    buttons = (
        which,
        button(tr("Analyse …"), partial(desk.ask_later, "plugin.run"), tip=tr("Choose an analysis and run it")),
        button(tr("Accept"), accept, tip=tr("Take over the label or entity; one step of undo")),
        button(tr("Accept with reason …"), explain, tip=tr("Say why it holds, and how sure you are")),
        button(tr("Reject …"), reject, tip=tr("Say why it does not hold")),
        button(tr("Keep as finding"), keep, tip=tr("Make it a finding with the rows it cites")),
        button(tr("Save files …"), save, tip=tr("Put what the run wrote into a folder")),
        button(tr("Show on graph"), show, tip=tr("Dim everything else; Clear filters brings it back")),
    )
    empty = EmptyState(
        tr("What analyses find in this case, and what they suggest, waits here for your decision."),
        tr("Run an analysis"), "", partial(desk.ask_later, "plugin.run"),
    )  # fmt: skip
    heads = (tr("State"), tr("What"), tr("Sure"), tr("Suggests"), tr("Figures"), tr("Transfers"), tr("From"))
    panel.append(RowsPanel(desk, tr("Answers"), heads, load, empty, right=frozenset((5,)), buttons=buttons))
    return panel[0]


def only_run(panel: QWidget, number: int) -> None:
    """List the answers of one run only; ``All runs`` in the panel brings the others back."""
    which = panel.findChild(QComboBox, "run")
    assert isinstance(which, QComboBox)
    if which.findData(number) < 0:  # the panel was never read
        which.addItem(text.cell(tr("Run {n}", n=number)), number)
    which.setCurrentIndex(which.findData(number))


def _offer(which: QComboBox, runs: Sequence[PluginRun]) -> None:
    """Offer the runs of the case, the latest first; what was chosen stays chosen while it is there."""
    wanted: list[tuple[str, int | None]] = [(tr("All runs"), None)]
    wanted += [(tr("Run {n}", n=run.number) + f" · {run.analysis}", run.number) for run in reversed(runs)]
    if [which.itemData(n) for n in range(which.count())] == [number for _, number in wanted]:
        return
    chosen = which.currentData()
    which.blockSignals(True)
    which.clear()
    for words, number in wanted:
        which.addItem(text.cell(words), number)
    which.setCurrentIndex(max(0, which.findData(chosen)) if chosen is not None else 0)
    which.blockSignals(False)


def _row(number: int, item: Item, labels: Mapping[str, str], files: Sequence[str] = ()) -> Row:
    finding = item.finding
    state = tr(_WORDS[item.word]) if item.word else tr("open")
    figures = ", ".join(f"{name} {_figure(value)}" for name, value in sorted(finding.measures.items()))
    cells = (
        state, finding.title, tr(finding.confidence), _suggests(item), figures, f"{len(finding.transfers):,}",
        tr("{analysis}, run {run}", analysis=item.analysis, run=item.run),
    )  # fmt: skip
    key = finding.subjects[0] if finding.subjects else ""
    return Row(cells, key, (), number, partial(_whole, item, state, figures, labels, files))


def _whole(
    item: Item, state: str, figures: str, labels: Mapping[str, str], files: Sequence[str]
) -> tuple[tuple[str, str], ...]:
    """The record of an answer; made when it is looked at, for there may be thousands."""
    finding = item.finding
    details = (
        (tr("What"), finding.title), (tr("Explanation"), finding.explanation),
        (tr("What would disprove it"), finding.disproof), (tr("Suggests"), _suggests(item)), (tr("Decision"), state),
        (tr("Reason"), item.reason), (tr("Figures"), figures), (tr("About"), "\n".join(finding.subjects[:50])),
        (tr("Cites"), "\n".join(f"{labels.get(c.exhibit, c.exhibit)} {c.locator}" for c in finding.citations[:50])),
        (tr("By"), tr("{source}, {time}", source=item.source, time=item.at)),
        (tr("Files of the run"), "\n".join(files)),
    )  # fmt: skip
    return tuple((name, words) for name, words in details if words)


def _suggests(item: Item) -> str:
    if not isinstance(item.answer, Proposal):
        return ""
    change = item.answer.change
    if isinstance(change, SuggestedTag):
        kind = f" ({change.category})" if change.category else ""
        return tr("label “{label}”", label=change.label) + kind
    return tr("entity “{name}” of {n}", name=change.name, n=count(len(change.members), tr("address"), tr("addresses")))


def _figure(value: Measure) -> str:
    return tr("unknown ({reason})", reason=value.reason) if isinstance(value, Absent) else str(value)


def _save_files(desk: Desk, panel: QWidget, runs: list[PluginRun]) -> None:
    """Put the files of some runs into a folder that a person chooses; each name is checked, none is overwritten."""
    from workstation.app.pluginfiles import files, save

    session = desk.session
    wanted = [(run, file) for run in runs for file in files(run)]
    if session is None or not wanted:
        desk.told(
            WorkstationError(
                "WS-PLG-091", tr("the runs of these answers wrote no file"), tr("nothing was written"),
                tr("mark answers of another run"),
            )
        )  # fmt: skip
        return
    folder = QFileDialog.getExistingDirectory(
        panel, tr("Where to save {n}", n=count(len(wanted), tr("file"), tr("files")))
    )
    if not folder:
        return
    try:
        for run, file in wanted:
            save(session, run, file, Path(folder) / f"run-{run.number}-{file.name}")
    except WorkstationError as problem:
        desk.told(problem)


def _show(desk: Desk, items: list[Item]) -> None:
    """Select what the answers are about, and dim the rest of the graph."""
    session = desk.session
    if session is None or not items:
        return
    keys = {key for item in items for key in item.finding.subjects}
    rows = {number for item in items for number in item.finding.transfers}
    drawn = [node.key for node in session.graphs.picture(session.graph).nodes if node.key in keys]
    if not drawn:
        desk.told(
            WorkstationError(
                "WS-PLG-090", tr("nothing that this answer is about is on the graph"), tr("nothing was changed"),
                tr("press Enter on the answer to go there, or add it to the graph"),
            )
        )  # fmt: skip
        return
    session.select([parse(key) for key in drawn])
    only = Lens(transfers=tuple(sorted(rows))) if rows else Lens(only=tuple(drawn))
    session.look(replace(only, outside="dim"))

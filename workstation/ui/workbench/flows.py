"""Owns the ways through the workbench: ask and trace, show what came out, run again, compare, read a method card."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse
from workstation.ui.translate import count, tr

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session
    from workstation.app.tracing.records import Again, Kept
    from workstation.ui.window import MainWindow
    from workstation.ui.workbench.panel import TracePanel

#: Least share of the window's height for the dock when a trace has ended.
_HIGH = 0.46


def panel(window: MainWindow) -> TracePanel:
    """The dock of a window, with what its buttons do."""
    from workstation.ui.workbench import cite
    from workstation.ui.workbench.panel import TracePanel

    do: Mapping[str, Callable[..., object]] = {
        "ask": lambda: ask(window, "forward"),
        "roomy": partial(roomy, window),
        "again": partial(again, window),
        "compare": partial(compare, window),
        "about": lambda run: about(window, run.record["method"]),
        "finding": partial(cite.of_panel, window),
    }
    return TracePanel(window.desk, do)


def ask(window: MainWindow, direction: str) -> None:
    """Ask how to trace the selection, then trace."""
    from workstation.app.commands.tracing import assets_for, methods_for, needs_source, traceable
    from workstation.app.tracing import cards, services
    from workstation.ui.workbench.dialog import Choices, TraceDialog

    session = window.desk.session
    if session is None:
        return
    reason = needs_source(session)
    if reason:
        window.say(f"{tr('Trace')}: {reason}")
        return
    subjects = traceable(session.selection)
    label = session.graphs.label
    stops: list[tuple[str, str]] = []
    for chain in sorted({s.chain for s in subjects}):
        found = services.stops(session.graphs.names, chain)
        stops += [(label(Subject("address", chain, ref)), why) for ref, why in found.items()]
    assets = [(a.contract or a.symbol, f"{a.symbol}  {a.contract}".strip()) for a in assets_for(session, subjects)]
    shown = [(name, cards.card(name).title, cards.card(name).sentence) for name in methods_for(subjects)]
    source = label(subjects[0]) if len(subjects) == 1 else count(len(subjects), "source", "sources")
    all_assets = [("", tr("every asset")), *assets] if len(assets) > 1 else assets
    check = partial(_refused, session, subjects)
    dialog = TraceDialog(window, Choices(source, shown, all_assets, stops, direction, len(subjects) == 1, check))
    dialog.accepted.connect(lambda: window.run_now("trace.run", subjects=subjects, **dialog.values()))
    window.show_dialog(dialog)


def _refused(session: Session, subjects: Sequence[Subject], answers: Mapping[str, str]) -> str:
    """Why the command cannot use some answers, in words for the field; empty when it can."""
    from workstation.app.commands import arguments
    from workstation.app.commands.tracing import asked

    try:
        bound = arguments.bind(session, session.commands.get("trace.run"), {"subjects": subjects, **answers})
        asked(session, bound, bound["direction"])
    except WorkstationError as problem:
        what = problem.what
        for name in answers:
            what = what.removeprefix(f"{name}: ")
        return tr("{what}; {todo}.", what=what, todo=problem.todo)
    return ""


def traced(window: MainWindow, job: Job) -> None:
    """A trace has ended: show its runs, or say why there are none."""
    from workstation.ui.workbench.panel import TracePanel

    if isinstance(job.error, WorkstationError):
        window.tell(job.error)
        return
    if job.state != "done":
        window.say(tr("{job}: stopped, nothing was kept", job=job.title))
        return
    window.show_dock("trace")
    dock = window.docks["trace"]
    inner = dock.widget()
    if isinstance(inner, TracePanel):
        inner.show_runs(job.result)
    window.say(tr("traced: {n} kept", n=count(len(job.result), "run", "runs")))


def roomy(window: MainWindow) -> None:
    """Let the lower docks take the whole width and almost half of the height; “Reset workspace” takes it back."""
    dock = window.docks["trace"]
    if dock.isFloating():
        return
    for corner in (Qt.Corner.BottomLeftCorner, Qt.Corner.BottomRightCorner):
        window.setCorner(corner, Qt.DockWidgetArea.BottomDockWidgetArea)
    least = round(window.height() * _HIGH)
    if dock.height() < least:
        window.resizeDocks([dock], [least], Qt.Orientation.Vertical)


def again(window: MainWindow, run: Kept) -> None:
    """Ask the question of a kept run again, as a job."""
    from workstation.app.tracing import records

    session = window.desk.session
    if session is None:
        return
    window.desk.ledger()

    def work(job: Job) -> Again:
        return records.again(session, run.number, watch=job.progress)

    def done(job: Job) -> None:
        if isinstance(job.error, WorkstationError):
            window.tell(job.error)
        elif job.state == "done":
            _verdict(window, job.result)

    window.watch(session.jobs.submit(tr("Run {n} again", n=run.number), work), done)


def _verdict(window: MainWindow, found: Again) -> None:
    from workstation.app.tracing import board
    from workstation.ui.workbench.compare import again_dialog

    session = window.desk.session
    if session is None:
        return
    differing = board.differences(found.kept.record, found.run.record, board.assets_of(session))
    window.show_dialog(again_dialog(window, found, differing, session.graphs.label))


def compare(window: MainWindow, runs: Sequence[Kept], first: Kept) -> None:
    """Two kept runs beside each other."""
    from workstation.app.tracing import board
    from workstation.ui.workbench.compare import CompareDialog

    session = window.desk.session
    if session is None:
        return
    assets = board.assets_of(session)
    label = session.graphs.label

    def said(run: Kept) -> str:
        told = run.record["parameters"]
        start = label(parse(told["sources"][0]["subject"]))
        word = tr("to") if told["direction"] == "backward" else tr("from")
        return f"{run.number}  {run.record['method']}  {word} {start}  {run.at.replace('T', ' ')}"

    dialog = CompareDialog(
        window, [(run, said(run)) for run in sorted(runs, key=lambda r: r.number)], first.number,
        lambda left, right: board.differences(left.record, right.record, assets),
        lambda left, right: board.asked_differently(left.record, right.record), label,
    )  # fmt: skip
    window.show_dialog(dialog)


def about(window: MainWindow, method: str) -> None:
    """The card of a method in the help window."""
    from workstation.app.tracing import cards
    from workstation.ui.results import HelpWindow

    window.show_dialog(HelpWindow(window, cards.folder(), method))

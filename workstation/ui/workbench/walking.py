"""Owns how a walk begins: which run, which subject, finding the way in a job. The bar itself is ``walk``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.tracing.drawn import Flow
    from workstation.ui.window import MainWindow


def begin(window: MainWindow) -> None:
    """Walk the way of the selected payment under the run on the graph, else under the one marked in the Trace dock."""
    from workstation.ui.workbench.panel import TracePanel

    session = window.desk.session
    if session is None or window.canvas is None:
        return
    subject = _subject(window)
    if subject is None:
        window.say(tr("Select a transfer, a line or a holder first"))
        return
    found = session.traces.flow(session.graph)
    if found is not None:
        _find(window, found, subject)
        return
    inner = window.docks["trace"].widget()
    run = inner.marked_run() if isinstance(inner, TracePanel) else None
    if run is None:
        window.say(tr("Trace first: the way of a payment belongs to a run"))
        return
    result = window.desk.run("trace.show", run=run.number)
    if result is not None and result.job is not None:
        window.watch(result.job, lambda job: _shown(window, job, subject))
    elif result is not None:
        _shown(window, None, subject)


def _shown(window: MainWindow, job: Job | None, subject: Subject) -> None:
    session = window.desk.session
    if job is not None and isinstance(job.error, WorkstationError):
        window.tell(job.error)
        return
    found = session.traces.flow(session.graph) if session is not None else None
    if found is not None:
        _find(window, found, subject)


def _subject(window: MainWindow) -> Subject | None:
    desk, session = window.desk, window.desk.session
    assert session is not None
    for chosen in session.selection:
        if chosen.kind == "transfer":
            return chosen
    edges: list[Any] = [session.graphs.picture(session.graph).edges[e] for e in desk.selected_edges]
    moved = session.traces.flow(session.graph)
    numbers = [n for edge in edges for n in edge.transfers]
    if moved is not None and numbers:
        marked = set(session.graphs.ledger.ids(moved.rows))
        numbers = [n for n in numbers if n in marked] or numbers
    if numbers or len(desk.picked_transfers) == 1:
        number = numbers[-1] if numbers else desk.picked_transfers[0]
        row = session.graphs.ledger.row_of_id[number]
        chain = session.graphs.ledger.asset_of(int(session.graphs.ledger.asset[row])).chain
        return Subject("transfer", chain, str(number))
    return next((s for s in session.selection if s.kind in ("address", "transaction")), None)


def _find(window: MainWindow, found: Flow, subject: Subject) -> None:
    from workstation.app.tracing import way

    session = window.desk.session
    assert session is not None
    ledger = session.graphs.ledger

    def work(_job: Job) -> way.Way:
        return way.way(ledger, found, subject)

    def done(job: Job) -> None:
        if isinstance(job.error, WorkstationError):
            window.tell(job.error)
        elif job.state == "done" and window.desk.session is session and window.canvas is not None:
            if not job.result.stages:
                from workstation.ui.workbench.walk import say_none  # loads numpy; the shell comes without it

                window.say(say_none(window.desk))
                return
            window.canvas.walk.start(job.result, found.method, found.run.number)
            window.focus_canvas()

    window.watch(session.jobs.submit(tr("Find the way"), work), done)

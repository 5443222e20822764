"""Owns the commands that draw a kept run on a graph and take it off. They change what is looked at, never the case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app import bus
from workstation.app.commands.graphs import needs_graph
from workstation.app.commands.registry import Arguments, Command, Parameter, Result
from workstation.app.tracing import drawn, records

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session


def _show(session: Session, arguments: Arguments) -> Result:
    """Follow the run once more in a job, unless that was done already, then draw it."""
    number, graph = int(arguments["run"]), arguments["graph"]
    session.traces.wanted[graph] = number
    known = session.traces.flows.get(number)
    if known is not None:
        if session.traces.keep(graph, known):
            session.bus.publish(bus.TaintChanged(graph))
        return Result()
    ledger = session.graphs.ledger  # built here: it belongs to the main thread

    def work(job: Job) -> drawn.Flow:
        run = records.one(session, number)
        return drawn.flow(records.books(session), run, watch=job.progress)

    def finished(job: Job) -> None:
        here = session.graphs.ledger is ledger and graph in session.graphs.graph_keys()
        if job.state == "done" and here and session.traces.keep(graph, job.result):
            session.bus.publish(bus.TaintChanged(graph))

    return Result(job=session.jobs.submit(f"Draw run {number} on the graph", work, finished=finished))


def _hide(session: Session, arguments: Arguments) -> Result:
    session.traces.hide(arguments["graph"])
    session.bus.publish(bus.TaintChanged(arguments["graph"]))
    return Result()


def _needs_shown(session: Session) -> str:
    return "" if session.traces.shown.get(session.graph) else "no run is drawn on this graph"


def commands() -> list[Command]:
    """Draw a kept run, and draw none."""
    graph = Parameter("graph", "graph", "key of the graph; left out = the active one")
    return [
        Command(
            "trace.show", "Show a run on the graph", "Trace",
            "Draw the marked share of every node and line under one method, from a kept run.",
            _show, "", (Parameter("run", "integer", "number of the kept run"), graph), needs_graph,
        ),
        Command(
            "trace.hide", "Show no run on the graph", "Trace", "Take the marked shares off the graph.",
            _hide, "", (graph,), _needs_shown,
        ),
    ]  # fmt: skip

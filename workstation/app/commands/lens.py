"""Owns the commands that filter what is looked at. They change the lens of the active graph, never the case."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workstation.analysis.shapes import ROLES
from workstation.app import filters
from workstation.app.commands.annotate import CONFIDENCES
from workstation.app.commands.graphs import needs_graph
from workstation.app.commands.registry import Arguments, Command, Parameter, Result, bad_argument
from workstation.app.lens import Lens, behind, looked
from workstation.app.tracing import drawn, records

if TYPE_CHECKING:
    from workstation.app.jobs import Job
    from workstation.app.session import Session

_UNSTATED = "not stated"


def _set(session: Session, arguments: Arguments) -> Result:
    """Every argument that is given replaces that filter; the others stay."""
    lens = session.lens
    new: dict[str, Any] = {}
    for name, known in (("roles", ROLES), ("confidence", (*CONFIDENCES, _UNSTATED)), ("tags", ())):
        if arguments[name].strip():
            given = tuple(dict.fromkeys(part.strip() for part in arguments[name].split(",") if part.strip()))
            wrong = [each for each in given if known and each not in known]
            if wrong:
                raise bad_argument(name, f"{wrong[0]!r} is not known", "choose of: " + ", ".join(known))
            new[name] = tuple("" if each == _UNSTATED else each for each in given)
    if arguments["asset"].strip():
        new |= {"assets": (_asset(session, arguments["asset"].strip()),), "least": None, "most": None}
    if arguments["amount"].strip():
        new |= _amount(session, arguments["amount"], new.get("assets", lens.assets))
    for name in ("text", "finding", "outside"):
        if arguments[name]:
            new[name] = arguments[name].strip()
    if arguments["facts"]:
        new["facts"] = arguments["facts"] == "yes"
    if arguments["only"] or arguments["direction"]:
        chosen = tuple(subject.key for subject in session.selection)
        if not chosen:
            raise bad_argument("selection", "nothing is selected", "select something first")
        if arguments["only"]:
            new["only"] = chosen
        if arguments["direction"]:
            new |= {"party": chosen, "direction": arguments["direction"]}
    if arguments["transfers"].strip():
        new |= {"transfers": _numbers(session, arguments["transfers"]), "run": 0}
    session.look(replace(lens, **new))
    return _run(session, arguments["run"]) if arguments["run"] else Result()


def _asset(session: Session, text: str) -> str:
    """The key of an asset that is given by its key or its symbol."""
    known = filters.assets(session.graphs)
    if text in known:
        return text
    same = sorted(key for key, asset in known.items() if asset.symbol.casefold() == text.casefold())
    here = [key for key in same if key in filters.assets_on(session.graphs, session.graph)]
    found = here if len(here) == 1 else same
    if len(found) != 1:
        todo = "write one of: " + ", ".join(found or sorted(known)[:9])
        raise bad_argument("asset", f"{text[:60]!r} is " + ("several assets" if found else "not in the case"), todo)
    return found[0]


def _amount(session: Session, text: str, keys: tuple[str, ...]) -> dict[str, Any]:
    if len(keys) != 1:
        raise bad_argument("amount", "amounts of several assets cannot be compared", "name one asset too")
    asset = filters.assets(session.graphs).get(keys[0])
    if asset is None:
        raise bad_argument("asset", "it is not in the case any more", "name another asset")
    try:
        least, most = filters.amounts(text, asset)
    except ValueError as problem:
        raise bad_argument("amount", str(problem), "write 100, 100-500, 100- or -500") from problem
    # a single amount is what a person looks for: that amount, to the last unit
    return {"least": least, "most": most if "-" in text or most is not None else least}


def _numbers(session: Session, text: str) -> tuple[int, ...]:
    known = session.graphs.ledger.row_of_id
    made = []
    for part in text.replace(";", ",").split(","):
        word = part.strip()
        if not (word.isascii() and word.isdigit() and len(word) < 16 and int(word) in known):
            raise bad_argument("transfers", f"there is no transfer {word[:20]!r}", "write their numbers with commas")
        made.append(int(word))
    return tuple(dict.fromkeys(made))


def _run(session: Session, number: int) -> Result:
    """Only what carries marked money of a kept run; a run that was not followed yet is followed first, in a job."""
    graph, known = session.graph, session.traces.flows.get(number)
    if known is not None:
        _touch(session, graph, known)
        return Result()
    ledger = session.graphs.ledger  # built here: it belongs to the main thread

    def work(job: Job) -> drawn.Flow:
        return drawn.flow(records.books(session), records.one(session, number), watch=job.progress)

    def finished(job: Job) -> None:
        if job.state == "done" and session.graphs.ledger is ledger and graph in session.graphs.graph_keys():
            session.traces.flows[number] = job.result
            _touch(session, graph, job.result)

    return Result(job=session.jobs.submit(f"Find what run {number} touches", work, finished=finished))


def _touch(session: Session, graph: str, found: drawn.Flow) -> None:
    numbers = session.graphs.ledger.ids(found.rows)
    session.set_lens(graph, replace(session.lens_of(graph), run=found.run.number, transfers=numbers))


def _clear(session: Session, _arguments: Arguments) -> Result:
    session.look(Lens(outside=session.lens.outside))
    return Result()


def _invert(session: Session, _arguments: Arguments) -> Result:
    """What was left out is what is looked at now; a node that was seen is out."""
    picture = session.graphs.picture(session.graph)
    found = looked(session.graphs, picture, session.lens, behind(session.graphs.ledger, picture))
    left = tuple(node.key for node, passes in zip(picture.nodes, found.nodes, strict=True) if not passes)
    session.look(Lens(only=left, outside=session.lens.outside))
    return Result()


def _filtered(session: Session) -> str:
    return needs_graph(session) or ("nothing is filtered" if session.lens.open else "")


def commands() -> list[Command]:
    """Set filters, take all off, look at the rest."""
    return [
        Command(
            "lens.set", "Filter the graph", "View",
            "Look only at what fits; the rest is dimmed or hidden and counted. What is not given stays as it is.",
            _set, "",
            (
                Parameter("text", "text", "part of a name or identifier", default=""),
                Parameter("tags", "text", "labels or categories, with commas between them", default=""),
                Parameter("confidence", "text", "low, moderate, high, not stated; with commas between them", default=""),
                Parameter("roles", "text", "roles, with commas between them", default=""),
                Parameter("asset", "text", "symbol or key of one asset", default=""),
                Parameter("amount", "text", "of one transfer, in units of the asset: 100, 100-500, 100- or -500", default=""),
                Parameter("direction", "choice", "what the selection receives, pays, or both", ("", "in", "out", "both"), ""),
                Parameter("only", "choice", "only what is selected", ("", "selection"), ""),
                Parameter("finding", "finding", "only what a finding names", default=""),
                Parameter("run", "integer", "only what a kept trace run marks; 0 = any", default="0"),
                Parameter("transfers", "text", "numbers of transfers, with commas between them", default=""),
                Parameter("facts", "choice", "leave out what rests on heuristics or statements", ("", "yes", "no"), ""),
                Parameter("outside", "choice", "what happens to the rest", ("", "dim", "hide"), ""),
            ),
            needs_graph,
        ),
        Command(
            "lens.clear", "Clear all filters", "View", "Look at the whole graph again, the time window included.",
            _clear, "", (), _filtered,
        ),
        Command(
            "lens.invert", "Look at the rest", "View", "Look at what the filters leave out.",
            _invert, "", (), _filtered,
        ),
    ]  # fmt: skip

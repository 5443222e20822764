"""Owns the commands on the expansions of a graph: mark what one brought, and take it off again. Nothing else moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workstation.app.commands.annotate import said
from workstation.app.commands.edits import drop
from workstation.app.commands.graphs import needs_graph
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, Result, bad_argument
from workstation.app.stubs import stands_for
from workstation.app.trail import Expansion, in_use, trail
from workstation.domain.changes import ChangeSet
from workstation.domain.subjects import parse

if TYPE_CHECKING:
    from workstation.app.session import Session


def needs_expansion(session: Session) -> str:
    """On when something was expanded on the active graph."""
    reason = needs_graph(session)
    if not reason and not any(row["graph"] == session.graph for row in session.store.rows("expansion").values()):
        reason = "expand something first"
    return reason


def meant(session: Session, graph: str, key: str) -> Expansion:
    """The expansion with a key, else the last one of or around the selection, else the last one of all.

    Raises:
        WorkstationError: there is none.
    """
    found = trail(session.graphs, graph).expansions
    if key:
        found = tuple(each for each in found if each.key == key)
    elif session.selection:
        chosen = {s.key if s.kind != "stub" else stands_for(s)[0].key for s in session.selection}
        entity = session.graphs.names.entity_of  # a member is drawn as its entity, so that is what can be selected
        own = tuple(each for each in found if each.subject.key in chosen)
        found = own or tuple(
            each for each in found
            if chosen <= {*each.brought, *(f"entity::{entity[key]}" for key in each.brought if key in entity)}
        )  # fmt: skip
    if not found:
        todo = "select what was expanded, or only nodes that one expansion brought"
        raise bad_argument("expansion", "nothing here was brought by an expansion", todo)
    return found[-1]


def _collapse(session: Session, arguments: Arguments) -> Change:
    graph = arguments["graph"]
    expansion = meant(session, graph, arguments["expansion"])
    used = in_use(session, graph, expansion)
    gone = [key for key in expansion.brought if key not in used]
    if not gone:
        reasons = ", ".join(dict.fromkeys(used.values()))
        raise bad_argument("expansion", f"all it brought is in use since ({reasons})", "take nodes off one by one")
    gone += _stubs(session, graph, expansion, set(gone))
    edits = drop(session, "placement", [f"{graph}|{key}" for key in gone])
    if not used:
        edits += drop(session, "expansion", [expansion.key])
    label = f"Collapse {said(session, [expansion.subject])}: {len(expansion.brought) - len(used)} nodes"
    return Change(ChangeSet(label + (f", {len(used)} in use stay" if used else ""), tuple(edits)), graph)


def _stubs(session: Session, graph: str, expansion: Expansion, gone: set[str]) -> list[str]:
    """The "+n more" nodes that go along: those of what goes, and its own unless another expansion stands on it."""
    others = trail(session.graphs, graph).expansions
    again = any(o.subject == expansion.subject and o.key != expansion.key for o in others)
    found = []
    for key, place in session.graphs.placed(graph).items():
        if place.subject.kind == "stub":
            owner = stands_for(place.subject)[0].key
            mine = owner == expansion.subject.key and place.step == expansion.step and not again
            if owner in gone or mine:
                found.append(key)
    return found


def _brought(session: Session, arguments: Arguments) -> Result:
    expansion = meant(session, arguments["graph"], arguments["expansion"])
    session.select(parse(key) for key in expansion.brought)
    return Result(made=expansion.key, value=expansion)


def commands() -> list[Command]:
    """Expansions."""
    which = Parameter(
        "expansion", "text", "key of the expansion; empty = that of the selection, or the last", default=""
    )
    there = Parameter("graph", "graph", "key of the graph; left out = the active one")
    return [
        Command(
            "graph.collapse_back",
            "Collapse back",
            "Graph",
            "Take off what an expansion brought; what is in use since stays, and nothing moves.",
            _collapse,
            "C",
            (which, there),
            needs_expansion,
        ),
        Command(
            "graph.brought",
            "Select what an expansion brought",
            "Graph",
            "Mark the nodes that came with the expansion of the selection, or with the last one.",
            _brought,
            "",
            (which, there),
            needs_expansion,
        ),
    ]

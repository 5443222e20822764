"""Owns the commands that change what a graph shows and where it stands. Nothing already placed moves unasked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from workstation.app import arrange, folding
from workstation.app.chooser import Chooser
from workstation.app.commands.annotate import needed, needs_selection, quoted, said
from workstation.app.commands.edits import Keys, add, change, drop, next_position, put, rows_where
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, Result, bad_argument
from workstation.app.crowd import IN, OUT, Crowd, Narrow, asset_number
from workstation.app.graph import SCALE, Placed
from workstation.app.stubs import stands_for, stub_of
from workstation.app.times import moment
from workstation.app.trail import next_step
from workstation.domain.chains import CHAINS
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.session import Session

#: More new neighbours than this and the supernode guard asks first.
GUARD = 50
#: How many far sides of one UTXO transaction come along when an address is expanded.
ALONG = 8


def needs_graph(session: Session) -> str:
    """On when there is a graph."""
    return "" if session.graph else "make a graph first"


def needs_selected(session: Session) -> str:
    """On when there is a graph and something is selected."""
    return needs_graph(session) or needs_selection(session)


def needs_expandable(session: Session) -> str:
    """On when one node with neighbours is selected."""
    fits = [s for s in session.selection if s.kind in ("address", "entity", "transaction", "stub", "group")]
    return "" if fits else "select an address, an entity or a transaction first"


def _new_graph(session: Session, keys: Keys, name: str) -> Edit:
    position = next_position(session.graphs.graphs().values())
    return add("graph", keys.new("graph"), name=name, position=position, data="{}")


def place(
    session: Session, graph: str, positions: dict[str, tuple[int, int]], subjects: Iterable[Subject]
) -> list[Edit]:
    """Edits that put subjects onto a graph, as its next step; hidden ones come back where they were."""
    edits: list[Edit] = []
    placed = session.graphs.placed(graph)
    step = next_step(session.graphs, graph)
    for subject in dict.fromkeys(subjects):
        key = f"{graph}|{subject.key}"
        if subject.key not in placed:
            x, y = positions[subject.key]
            row = {"graph": graph, "subject": subject.key, "x": x, "y": y, "pinned": 0, "hidden": 0, "step": step}
            edits.append(add("placement", key, **row))
        elif placed[subject.key].hidden:
            edits += change(session, "placement", key, hidden=0)
    return edits


def _graph_new(session: Session, arguments: Arguments) -> Change:
    name = needed(arguments, "name")
    made = _new_graph(session, Keys(session), name)
    return Change(ChangeSet(f"New graph {quoted(name)}", (made,)), made.key, show=made.key)


def _graph_rename(session: Session, arguments: Arguments) -> Change:
    name = needed(arguments, "name")
    edits = change(session, "graph", arguments["graph"], name=name)
    return Change(ChangeSet(f"Rename graph to {quoted(name)}", tuple(edits)), arguments["graph"])


def _graph_delete(session: Session, arguments: Arguments) -> Change:
    graph = arguments["graph"]
    edits = [
        edit
        for table in ("scene", "frame", "expansion", "card", "placement")
        for edit in drop(session, table, rows_where(session, table, graph=graph))
    ]
    edits += drop(session, "graph", [graph])
    keys = session.graphs.graph_keys()
    at = keys.index(graph)
    beside = (*keys[at + 1 : at + 2], *keys[max(0, at - 1) : at], "")[0] if graph == session.graph else ""
    label = f"Remove graph {quoted(session.graphs.name(graph))}"
    return Change(ChangeSet(label, tuple(edits)), show=beside)


def _graph_add(session: Session, arguments: Arguments) -> Change:
    subjects = drawable(session, arguments["subjects"])
    graph, first = graph_or_new(session, arguments["graph"])
    edits = first + place(session, graph, arrange.beside(session.graphs, graph, subjects), subjects)
    added = tuple(parse(e.after["subject"]).key for e in edits if e.table == "placement" and e.after)
    return Change(ChangeSet(f"Show {said(session, subjects)}", tuple(edits)), graph, added, graph)


def graph_or_new(session: Session, graph: str) -> tuple[str, list[Edit]]:
    """The graph, or a first one for a case that has none."""
    if graph:
        return graph, []
    made = _new_graph(session, Keys(session), "Fund flow")
    return made.key, [made]


def drawable(session: Session, subjects: Sequence[Subject]) -> list[Subject]:
    """Nodes for subjects: a transfer becomes the nodes at its ends."""
    found: dict[Subject, None] = {}
    numbers = [int(s.ref) for s in subjects if s.kind == "transfer" and s.ref.isdigit()]
    ends: dict[str, list[Subject]] = {}
    for transfer in session.store.transfers(ids=numbers) if numbers else ():
        utxo = CHAINS[transfer.chain].model == "utxo" if transfer.chain in CHAINS else False
        nodes = [Subject("address", chain, ref) for chain, ref in transfer.parties]
        if utxo and transfer.tx:
            nodes.append(Subject("transaction", transfer.chain, transfer.tx))
        ends[str(transfer.id)] = nodes
    for subject in subjects:
        if subject.kind == "transfer":
            found.update(dict.fromkeys(ends.get(subject.ref, [])))
        elif subject.kind == "transaction" and not (subject.chain in CHAINS and CHAINS[subject.chain].model == "utxo"):
            rows = session.store.transfers(chain=subject.chain, tx=subject.ref)
            found.update({Subject("address", chain, ref): None for t in rows for chain, ref in t.parties})
        elif subject.kind not in ("stub", "group"):
            found[subject] = None
    if not found:
        raise bad_argument("subjects", "holds nothing that can be drawn", "choose addresses, transactions or entities")
    return list(found)


def _graph_remove(session: Session, arguments: Arguments) -> Change:
    graph, subjects = arguments["graph"], arguments["subjects"]
    placed = session.graphs.placed(graph)
    # a group goes with everything behind it, and its frame with it
    behind = folding.under([s.key for s in subjects], session.graphs.folding(graph))
    gone = [parse(key) for key in behind if key in placed]
    frames = [s.ref for s in gone if s.kind == "group" and s.ref in session.graphs.frames()]
    stubs = [stub_of(s, way) for s in gone for way in ("in", "out")]
    gone += [stub for stub in stubs if stub.key in placed and stub not in gone]
    edits = drop(session, "placement", [f"{graph}|{s.key}" for s in gone]) + drop(session, "frame", frames)
    return Change(ChangeSet(f"Take {said(session, subjects)} off the graph", tuple(edits)), graph)


# --- expand -----------------------------------------------------------------------------------------------------------


def _expand(session: Session, arguments: Arguments) -> Change | Result:
    subject, direction = arguments["subject"], arguments["direction"]
    if subject.kind == "group":
        from workstation.app.commands.groups import opened  # it builds on this module

        return opened(session, arguments["graph"] or session.graph, subject)
    if subject.kind == "stub":
        subject, direction = stands_for(subject)
    if subject.kind not in ("address", "entity", "transaction"):
        raise bad_argument("subject", "has no neighbours", "choose an address, an entity or a transaction")
    graph, edits = graph_or_new(session, arguments["graph"])
    chooser = session.graphs.neighbours(graph, subject, direction)
    crowd = chooser.crowd
    picked = _pick(chooser, arguments)
    if picked is None:
        return Result(chooser=chooser)
    wanted: list[Subject] = [subject, *(crowd.subject(place_) for place_ in picked)]
    left = np.delete(crowd.ways, picked)
    wanted += [stub_of(subject, way) for way, bit in (("in", IN), ("out", OUT)) if (left & bit).any()]
    for place_, neighbour in zip(picked, wanted[1:], strict=False):
        if neighbour.kind == "transaction":
            wanted += _far_side(session, graph, neighbour, crowd.way(place_))
    positions = arrange.beside(session.graphs, graph, wanted)
    edits += place(session, graph, positions, wanted)
    added = tuple(e.after["subject"] for e in edits if e.table == "placement" and e.after)
    if any(e.table == "placement" and e.before is None for e in edits):
        step = next_step(session.graphs, graph)
        key = Keys(session).new("expansion")
        edits.append(add("expansion", key, graph=graph, subject=subject.key, way=direction, step=step))
    words = {"in": "senders", "out": "receivers", "both": "neighbours"}[direction]
    return Change(ChangeSet(f"Expand {words} of {said(session, [subject])}", tuple(edits)), graph, added, graph)


def _pick(chooser: Chooser, arguments: Arguments) -> list[int] | None:
    """Ranks of the neighbours to add; None when the guard must ask."""
    limit, chosen, crowd = arguments["limit"], arguments["choose"], chooser.crowd
    if limit and limit != "all" and not limit.isdigit():
        raise bad_argument("limit", f"{limit!r} is not a number", "write a number or all")
    if chosen:
        places = [crowd.place_of(crowd.number(subject) or 0) for subject in chosen]
        unknown = [subject.key for subject, place_ in zip(chosen, places, strict=True) if place_ < 0]
        if unknown:
            raise bad_argument(
                "choose", f"{min(unknown)[:100]} is no neighbour that could be added", "choose from the list"
            )
        return sorted(places)
    narrow = _narrow(crowd, arguments)
    found = crowd if narrow is None else crowd.narrowed(narrow)
    places = list(range(len(found)))
    if arguments["category"]:
        places = found.of_kind(arguments["category"]).tolist()
    if limit != "all" and not limit and len(places) > GUARD:
        return None
    places = places[: int(limit)] if limit.isdigit() else places
    return sorted(crowd.place_of(int(found.ends[place_])) for place_ in places)


def _narrow(crowd: Crowd, arguments: Arguments) -> Narrow | None:
    """Which transfers of the neighbours count."""
    asset, since, until = arguments["asset"].strip(), arguments["since"], arguments["until"]
    if not (asset or since or until):
        return None
    number = asset_number(crowd, asset) if asset else -1
    if asset and number < 0:
        raise bad_argument("asset", f"no neighbour moved {asset[:40]!r}", "write its symbol, or chain:symbol:contract")
    return Narrow(number, moment(since) if since else None, moment(until, end=True) if until else None)


def _far_side(session: Session, graph: str, transaction: Subject, way: str) -> list[Subject]:
    """The other side of a UTXO transaction that comes along: its largest ends, and a stub for the rest."""
    found: list[Subject] = []
    for direction in ("in", "out") if way == "both" else (way,):
        beyond = session.graphs.neighbours(graph, transaction, direction).crowd
        keep = len(beyond) if len(beyond) <= ALONG + 2 else ALONG
        found += [beyond.subject(place_) for place_ in range(keep)]
        found += [stub_of(transaction, direction)] if keep < len(beyond) else []
    return found


# --- positions --------------------------------------------------------------------------------------------------------


def _on_graph(session: Session, arguments: Arguments) -> list[Placed]:
    placed = session.graphs.placed(arguments["graph"])
    found = [placed[s.key] for s in arguments["subjects"] if s.key in placed]
    if not found:
        raise bad_argument("subjects", "is not on this graph", "select something on the graph")
    return found


def _set(session: Session, arguments: Arguments, verb: str, **values: Any) -> Change:
    graph = arguments["graph"]
    edits: list[Edit] = []
    found = _on_graph(session, arguments)
    for place_ in found:
        edits += change(session, "placement", f"{graph}|{place_.subject.key}", **values)
    return Change(ChangeSet(f"{verb} {said(session, [p.subject for p in found])}", tuple(edits)), graph)


def _show_hidden(session: Session, arguments: Arguments) -> Change:
    graph = arguments["graph"]
    hidden = [p.subject.key for p in session.graphs.placed(graph).values() if p.hidden]
    edits = [e for key in hidden for e in change(session, "placement", f"{graph}|{key}", hidden=0)]
    return Change(ChangeSet(f"Show {len(hidden)} hidden items", tuple(edits)), graph, tuple(hidden))


def _move(session: Session, arguments: Arguments) -> Change:
    """Moved by hand means meant: the node is pinned with it."""
    graph, positions = arguments["graph"], arguments["positions"]
    placed = session.graphs.placed(graph)
    edits: list[Edit] = []
    for key, (x, y) in sorted(positions.items()):
        if key in placed:
            where = {
                "x": round(x * SCALE),
                "y": round(y * SCALE),
                "pinned": 1 if arguments["pin"] else int(placed[key].pinned),
            }
            edits += put(session, "placement", f"{graph}|{key}", **where)
    moved = [parse(key) for key in sorted(positions) if key in placed]
    label = f"Move {said(session, moved)}" if moved else "Move"
    return Change(ChangeSet(label, tuple(edits), merge=f"move {graph} {' '.join(s.key for s in moved)}"), graph)


def commands() -> list[Command]:
    """Graphs."""
    graph = Parameter("graph", "graph", "key of the graph; left out = the active one", default="")
    there = Parameter("graph", "graph", "key of the graph; left out = the active one")
    subjects = Parameter("subjects", "subjects", "what to show or change; left out = the selection")
    name = Parameter("name", "text", "name of the graph")
    made = [
        Command("graph.new", "New graph", "Graph", "Start an empty graph.", _graph_new, "Ctrl+T", (name,)),
        Command(
            "graph.rename",
            "Rename graph",
            "Graph",
            "Give a graph another name.",
            _graph_rename,
            "F2",
            (there, name),
            needs_graph,
        ),
        Command(
            "graph.delete",
            "Remove graph",
            "Graph",
            "Take a graph and its scenes away.",
            _graph_delete,
            "Ctrl+F4",
            (there,),
            needs_graph,
        ),
        Command(
            "graph.add",
            "Show on graph",
            "Graph",
            "Put the selection onto the graph.",
            _graph_add,
            "",
            (subjects, graph),
            needs_selection,
        ),
        Command(
            "graph.remove",
            "Take off graph",
            "Graph",
            "Take the selection off the graph; the case keeps it.",
            _graph_remove,
            "Del",
            (subjects, there),
            needs_selected,
        ),
        Command(
            "graph.hide",
            "Hide",
            "Graph",
            "Hide the selection; it keeps its place.",
            lambda session, arguments: _set(session, arguments, "Hide", hidden=1),
            "H",
            (subjects, there),
            needs_selected,
        ),
        Command(
            "graph.show_hidden",
            "Show hidden",
            "Graph",
            "Bring back everything hidden.",
            _show_hidden,
            "Shift+H",
            (there,),
            needs_graph,
        ),
        Command(
            "graph.pin",
            "Pin",
            "Graph",
            "Keep the selection where it is, whatever the layout does.",
            lambda session, arguments: _set(session, arguments, "Pin", pinned=1),
            "P",
            (subjects, there),
            needs_selected,
        ),
        Command(
            "graph.unpin",
            "Unpin",
            "Graph",
            "Let the layout move the selection again.",
            lambda session, arguments: _set(session, arguments, "Unpin", pinned=0),
            "Shift+P",
            (subjects, there),
            needs_selected,
        ),
        Command(
            "graph.move",
            "Move",
            "Graph",
            "Put nodes where they were dragged.",
            _move,
            "",
            (
                Parameter("positions", "positions", "where each node goes, in world units"),
                Parameter("pin", "flag", "also pin them", default="yes"),
                there,
            ),
            needs_graph,
        ),
    ]
    return [*made, *_expand_commands()]


def _expand_commands() -> list[Command]:
    """Expand, and its two directions as commands of their own so that each has a key."""
    subject = Parameter("subject", "subject", "whose neighbours; left out = the selection")
    limit = Parameter("limit", "text", "how many, largest first; all; empty = all up to the guard", default="")
    choose = Parameter("choose", "subjects", "exactly these neighbours", default="")
    narrow = (
        Parameter("category", "text", "only this kind, such as exchange", default=""),
        Parameter("asset", "text", "only by this asset: its symbol, or chain:symbol:contract", default=""),
        Parameter("since", "text", "only by transfers from this day or time on", default=""),
        Parameter("until", "text", "only by transfers up to this day or time", default=""),
    )
    graph = Parameter("graph", "graph", "key of the graph; left out = the active one", default="")
    ways = ("both", "in", "out")

    def fixed(direction: str) -> Any:
        return lambda session, arguments: _expand(session, {**arguments, "direction": direction})

    text = "Add who sent to it and who received from it. Many neighbours: you choose."
    return [
        Command(
            "graph.expand",
            "Expand",
            "Graph",
            text,
            _expand,
            "E",
            (subject, Parameter("direction", "choice", "which side", ways, "both"), limit, choose, *narrow, graph),
            needs_expandable,
        ),
        Command(
            "graph.expand_forward",
            "Expand forward",
            "Graph",
            "Add who received from it.",
            fixed("out"),
            ".",
            (subject, limit, choose, *narrow, graph),
            needs_expandable,
        ),
        Command(
            "graph.expand_back",
            "Expand back",
            "Graph",
            "Add who sent to it.",
            fixed("in"),
            ",",
            (subject, limit, choose, *narrow, graph),
            needs_expandable,
        ),
    ]

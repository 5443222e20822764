"""Owns the commands on whole graphs: a copy, a new graph from the selection, their order. Nothing in them moves.

New, renamed and removed graphs are in ``graphs``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from workstation.app import arrange
from workstation.app.backdrop import members_of
from workstation.app.commands.annotate import needed, quoted
from workstation.app.commands.edits import Keys, add, change, next_position, rows_where
from workstation.app.commands.graphs import drawable, needs_graph, needs_selected
from workstation.app.commands.registry import Arguments, Change, Command, Parameter
from workstation.app.folding import group_of, under
from workstation.app.stubs import stands_for
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.session import Session


def _new(session: Session, keys: Keys, name: str, data: str = "{}") -> tuple[str, list[Edit]]:
    graph = keys.new("graph")
    position = next_position(session.graphs.graphs().values())
    return graph, [add("graph", graph, name=name, position=position, data=data)]


def _placed(rows: Iterable[Mapping[str, Any]], graph: str) -> list[Edit]:
    """Placements of one graph once more for another."""
    return [add("placement", f"{graph}|{row['subject']}", **_moved(row, graph)) for row in rows]


def _moved(row: Mapping[str, Any], graph: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "key"} | {"graph": graph}


def _copied(session: Session, keys: Keys, table: str, old: str, graph: str, only: set[str] | None = None) -> list[Edit]:
    """The frames or expansions of a graph once more; with ``only`` the frames that lie in it as a whole."""
    rows = rows_where(session, table, graph=old).values()
    return [
        add(table, keys.new(table), **_moved(row, graph))
        for row in rows
        if only is None or only.issuperset(members_of(row))
    ]


def _duplicate(session: Session, arguments: Arguments) -> Change:
    old = arguments["graph"]
    name = arguments["name"].strip() or f"{session.graphs.name(old)} (copy)"
    keys = Keys(session)
    graph, edits = _new(session, keys, name, str(session.graphs.graphs()[old]["data"] or "{}"))
    edits += _placed(rows_where(session, "placement", graph=old).values(), graph)
    edits += [e for table in ("expansion", "frame", "card") for e in _copied(session, keys, table, old, graph)]
    edits = _regrouped(edits, list(rows_where(session, "frame", graph=old)))
    label = f"Duplicate graph {quoted(session.graphs.name(old))} as {quoted(name)}"
    return Change(ChangeSet(label, tuple(edits)), graph, show=graph)


def _regrouped(edits: list[Edit], frames: Iterable[str]) -> list[Edit]:
    """Collapsed groups of a copy stand for its own frames, not for those (in the same order) of the old graph."""
    made = [edit.key for edit in edits if edit.table == "frame"]
    new = {group_of(a).key: group_of(b).key for a, b in zip(frames, made, strict=True)}
    found: list[Edit] = []
    for edit in edits:
        row = edit.after or {}
        if edit.table == "placement" and row["subject"] in new:
            subject = new[row["subject"]]
            key = f"{row['graph']}|{subject}"
            found.append(Edit("placement", key, None, {**row, "subject": subject, "key": key}))
        elif edit.table == "card" and row["subject"] in new:
            found.append(Edit("card", edit.key, None, {**row, "subject": new[row["subject"]]}))
        elif edit.table == "frame":
            members = sorted(new.get(member, member) for member in members_of(row))
            text = json.dumps(members, ensure_ascii=False, separators=(",", ":"))
            found.append(Edit("frame", edit.key, None, {**row, "members": text}))
        else:
            found.append(edit)
    return found


def _from_selection(session: Session, arguments: Arguments) -> Change:
    """The selection on a graph of its own: what stands on the old graph keeps its place, the rest is laid out.

    Frames around nothing else and the note cards beside its nodes come along.
    """
    old, subjects = arguments["graph"], arguments["subjects"]
    placed = session.graphs.placed(old) if old else {}
    name, keys = needed(arguments, "name"), Keys(session)
    graph, edits = _new(session, keys, name)
    if old:  # a collapsed group comes with what is behind it
        subjects = [parse(key) for key in under([s.key for s in subjects], session.graphs.folding(old))]
    chosen = {subject.key for subject in subjects}
    here = [s for s in subjects if s.key in placed and (s.kind != "stub" or stands_for(s)[0].key in chosen)]
    if here:
        rows = [session.store.row("placement", f"{old}|{subject.key}") for subject in here]
        copied = [{**row, "hidden": 0, "step": 1} for row in rows if row is not None]
        edits += _placed(copied, graph) + _copied(session, keys, "frame", old, graph, chosen)
        cards = rows_where(session, "card", graph=old).values()
        edits += [add("card", keys.new("card"), **_moved(row, graph)) for row in cards if row["subject"] in chosen]
        frames = rows_where(session, "frame", graph=old).items()
        edits = _regrouped(edits, [key for key, row in frames if chosen.issuperset(members_of(row))])
    else:
        edits += _laid_out(session, graph, drawable(session, subjects))
    count = sum(edit.table == "placement" for edit in edits)
    added = tuple(str(e.after["subject"]) for e in edits if e.table == "placement" and e.after)
    return Change(ChangeSet(f"New graph {quoted(name)} with {count} nodes", tuple(edits)), graph, added, graph)


def _laid_out(session: Session, graph: str, subjects: list[Subject]) -> list[Edit]:
    found = arrange.beside(session.graphs, graph, subjects)
    rows = [
        {"subject": s.key, "x": found[s.key][0], "y": found[s.key][1], "pinned": 0, "hidden": 0, "step": 1}
        for s in subjects
    ]
    return _placed(rows, graph)


def _order(session: Session, arguments: Arguments) -> Change:
    graph = arguments["graph"]
    order = [key for key in session.graphs.graph_keys() if key != graph]
    at = max(1, min(len(order) + 1, int(arguments["place"])))
    order.insert(at - 1, graph)
    edits = [edit for n, key in enumerate(order, 1) for edit in change(session, "graph", key, position=n)]
    label = f"Move graph {quoted(session.graphs.name(graph))} to place {at}"
    return Change(ChangeSet(label, tuple(edits)), graph)


def commands() -> list[Command]:
    """Whole graphs."""
    there = Parameter("graph", "graph", "key of the graph; left out = the active one")
    subjects = Parameter("subjects", "subjects", "what goes onto the new graph; left out = the selection")
    return [
        Command(
            "graph.duplicate",
            "Duplicate graph",
            "Graph",
            "A second graph with the same nodes at the same places, to try something on.",
            _duplicate,
            "Ctrl+D",
            (Parameter("name", "text", "name of the copy; empty = that of the graph and (copy)", default=""), there),
            needs_graph,
        ),
        Command(
            "graph.from_selection",
            "Selection to new graph",
            "Graph",
            "A new graph with the selection; everything keeps its place.",
            _from_selection,
            "Ctrl+Shift+D",
            (Parameter("name", "text", "name of the new graph"), subjects, there),
            needs_selected,
        ),
        Command(
            "graph.order",
            "Move graph tab",
            "Graph",
            "Change the order of the graphs.",
            _order,
            "",
            (Parameter("place", "integer", "its new place, 1 = first"), there),
            needs_graph,
        ),
    ]

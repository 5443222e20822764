"""Owns the commands that arrange a graph: layouts, lining up, the grid, and frames around nodes.

A layout is one undo step, also when it ran as a job; one that is cancelled leaves everything as it is.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from workstation.app import arrange
from workstation.app.arrange import Kind, Laid
from workstation.app.backdrop import members_of
from workstation.app.commands.annotate import needed, quoted
from workstation.app.commands.edits import Keys, add, change, drop, stored
from workstation.app.commands.graphs import needs_graph, needs_selected
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, Result, bad_argument
from workstation.app.folding import group_of
from workstation.app.graph import SCALE
from workstation.app.jobs import Job
from workstation.domain.changes import ChangeSet, Edit

if TYPE_CHECKING:
    from workstation.app.session import Session

#: Nodes and edges that are laid out at once; more goes into a job, so that the window never stands still.
AT_ONCE = 1500
#: The same for the organic layout, which takes many rounds.
AT_ONCE_ORGANIC = 300
_TITLES: tuple[tuple[Kind, str], ...] = (
    ("flow", "Flow"), ("time", "Time axis"), ("organic", "Organic"), ("radial", "Radial"),
)  # fmt: skip
_SIDES = ("left", "centre", "right", "top", "middle", "bottom")
_WAYS = ("horizontally", "vertically")


def needs_several(session: Session) -> str:
    """On when two nodes or more are selected on a graph."""
    return needs_graph(session) or ("" if len(session.selection) > 1 else "select two nodes or more first")


def needs_frame(session: Session) -> str:
    """On when the active graph has a frame."""
    found = any(row["graph"] == session.graph for row in session.store.rows("frame").values())
    return needs_graph(session) or ("" if found else "draw a frame first")


def _layout(session: Session, arguments: Arguments, *, kind: Kind) -> Change | Result:
    """At once for what people look at; a graph of thousands is laid out in a job, and what moved meanwhile stays."""
    graph = arguments["graph"]
    picture = session.graphs.picture(graph)
    chosen = tuple(subject.key for subject in arguments["subjects"])
    centre = chosen[0] if kind == "radial" and len(chosen) == 1 else ""
    work: Callable[..., Laid] = partial(
        arrange.laid, picture, kind, only=chosen, centre=centre, lanes=arguments.get("lanes", "none"),
        compressed=arguments.get("compressed", False), keep_pinned=not arguments["all"],
    )  # fmt: skip
    title = dict(_TITLES)[kind]
    if len(picture.nodes) + len(picture.edges) <= (AT_ONCE_ORGANIC if kind == "organic" else AT_ONCE):
        return _laid_out(session, graph, work(), title)

    def finished(job: Job) -> None:
        if job.state == "done" and graph in session.graphs.graph_keys():
            session.apply(_laid_out(session, graph, job.result, title))

    job = session.jobs.submit(f"Layout: {title}", lambda job: work(watch=job.progress), finished=finished)
    return Result(job=job)


def _laid_out(session: Session, graph: str, laid: Laid, title: str) -> Change:
    edits = _moves(session, graph, laid.positions)
    row = stored(session, "graph", graph)
    data = json.loads(row["data"] or "{}")
    whole = len(laid.positions) * 2 > sum(not p.hidden for p in session.graphs.placed(graph).values())
    axis = {"ticks": laid.ticks, "lanes": laid.lanes} if laid.ticks else None
    if axis or (whole and "axis" in data):
        data = {key: value for key, value in data.items() if key != "axis"} | ({"axis": axis} if axis else {})
        text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        edits += change(session, "graph", graph, data=text)
    return Change(ChangeSet(f"Layout: {title}", tuple(edits)), graph)


def _moves(session: Session, graph: str, positions: dict[str, tuple[int, int]]) -> list[Edit]:
    rows = session.store.rows("placement")
    edits: list[Edit] = []
    for key, (x, y) in positions.items():
        before = rows.get(f"{graph}|{key}")
        if before is not None and (before["x"], before["y"]) != (x, y):
            edits.append(Edit("placement", f"{graph}|{key}", before, {**before, "x": x, "y": y}))
    return edits


def _by_hand(session: Session, arguments: Arguments, *, label: str, work: Callable[[Any], Any], least: int) -> Change:
    """Selected nodes lined up: asked for by name, so pinned ones move too."""
    graph = arguments["graph"]
    drawn = {node.key: node for node in session.graphs.picture(graph).nodes}
    nodes = [drawn[s.key] for s in arguments["subjects"] if s.key in drawn]
    if len(nodes) < least:
        todo = "select more nodes on the graph" if nodes else "select something on the graph"
        raise bad_argument("subjects", f"holds {len(nodes)} nodes of this graph, {least} are needed", todo)
    found = work(np.array([(node.x, node.y) for node in nodes], np.float64))
    positions = {
        node.key: (round(float(x) * SCALE), round(float(y) * SCALE)) for node, (x, y) in zip(nodes, found, strict=True)
    }
    return Change(ChangeSet(f"{label} of {len(nodes)} nodes", tuple(_moves(session, graph, positions))), graph)


def _align(session: Session, arguments: Arguments, *, side: str) -> Change:
    from workstation.analysis.layouts import align  # loads compiled code; reading a case does not need it

    def work(pos: Any) -> Any:
        return align.aligned(pos, side)  # type: ignore[arg-type]

    return _by_hand(session, arguments, label=f"Align {side}", work=work, least=2)


def _distribute(session: Session, arguments: Arguments, *, way: str) -> Change:
    from workstation.analysis.layouts import align  # see above

    def work(pos: Any) -> Any:
        return align.distributed(pos, way)  # type: ignore[arg-type]

    return _by_hand(session, arguments, label=f"Distribute {way}", work=work, least=3)


def _snap(session: Session, arguments: Arguments) -> Change:
    from workstation.analysis.layouts import align  # see above

    return _by_hand(session, arguments, label="Snap to grid", work=align.snapped, least=1)


# --- frames -----------------------------------------------------------------------------------------------------------


def _members(session: Session, arguments: Arguments) -> str:
    placed = session.graphs.placed(arguments["graph"])
    found = sorted(s.key for s in arguments["subjects"] if s.key in placed)
    if not found:
        raise bad_argument("subjects", "is not on this graph", "select something on the graph")
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _frame_add(session: Session, arguments: Arguments) -> Change:
    name = needed(arguments, "name")
    row = add(
        "frame", Keys(session).new("frame"), graph=arguments["graph"], name=name, colour=arguments["colour"].lower(),
        members=_members(session, arguments),
    )  # fmt: skip
    return Change(ChangeSet(f"Frame {quoted(name)}", (row,)), row.key)


def _frame_edit(session: Session, arguments: Arguments) -> Change:
    key, name = arguments["frame"], needed(arguments, "name")
    edits = change(session, "frame", key, name=name, colour=arguments["colour"].lower())
    return Change(ChangeSet(f"Change frame {quoted(name)}", tuple(edits)), key)


def _frame_remove(session: Session, arguments: Arguments) -> Change:
    row = stored(session, "frame", arguments["frame"])
    edits = drop(session, "frame", [row["key"]]) + _node_of(session, row["graph"], row["key"])
    return Change(ChangeSet(f"Remove frame {quoted(row['name'])}", tuple(edits)))


def _node_of(session: Session, graph: str, frame: str) -> list[Edit]:
    """The edit that takes the node of a collapsed frame away with it."""
    key = group_of(frame).key
    return drop(session, "placement", [f"{graph}|{key}"] if key in session.graphs.placed(graph) else [])


def _unframe(session: Session, arguments: Arguments) -> Change:
    """Selected nodes leave their frames; a frame without members goes."""
    gone = {s.key for s in arguments["subjects"]}
    edits: list[Edit] = []
    for key, row in sorted(session.store.rows("frame").items()):
        members = members_of(row)
        left = [m for m in members if m not in gone]
        if row["graph"] == arguments["graph"] and len(left) < len(members):
            text = json.dumps(left, ensure_ascii=False, separators=(",", ":"))
            edits += change(session, "frame", key, members=text) if left else drop(session, "frame", [key])
            edits += [] if left else _node_of(session, arguments["graph"], key)
    return Change(ChangeSet("Take out of frames", tuple(edits)), arguments["graph"])


def commands() -> list[Command]:
    """Layouts, lining up, frames."""
    there = Parameter("graph", "graph", "key of the graph; left out = the active one")
    moved = Parameter("subjects", "subjects", "only these move; fewer than two = everything", default="selection")
    subjects = Parameter("subjects", "subjects", "what to move; left out = the selection")
    everything = Parameter("all", "flag", "move pinned nodes too", default="no")
    lanes = Parameter("lanes", "choice", "one lane for each of these", arrange.LANES, "none")
    idle = Parameter("compressed", "flag", "shorten idle time", default="no")
    told = {
        "flow": "Order the graph in the direction of the money; pinned nodes stay. With several selected, only these.",
        "time": "From left to right by the first transfer of each node, in lanes; time is UTC. Pinned nodes stay.",
        "organic": "What pays each other stands together; pinned nodes stay. With several selected, only these.",
        "radial": "Rings by hop around the selected node, or around the one with most neighbours; pinned nodes stay.",
    }
    names = {"flow": "graph.layout", "time": "layout.time", "organic": "layout.organic", "radial": "layout.radial"}
    made = [
        Command(
            names[kind], f"Layout: {title}", "Layout", told[kind], partial(_layout, kind=kind),
            "Ctrl+L" if kind == "flow" else "", (there, moved, everything, *((lanes, idle) if kind == "time" else ())),
            needs_graph,
        )
        for kind, title in _TITLES
    ]  # fmt: skip
    for choice, words in (("entity", "entity"), ("asset", "asset"), ("exchange", "exchange")):
        made.append(
            Command(
                f"layout.time_{choice}", f"Layout: Time axis, a lane for each {words}", "Layout",
                f"Time runs to the right; every {words} has a lane with its name.",
                partial(_in_lanes, lanes=choice), "", (there, moved, everything, idle), needs_graph,
            )
        )  # fmt: skip
    for side in _SIDES:
        made.append(
            Command(
                f"layout.align_{side}", f"Align {side}", "Layout", "Put the selected nodes on one line.",
                partial(_align, side=side), "", (subjects, there), needs_several,
            )
        )  # fmt: skip
    for way in _WAYS:
        made.append(
            Command(
                f"layout.distribute_{way}", f"Distribute {way}", "Layout",
                "Put the selected nodes equally far apart; the outermost stay.",
                partial(_distribute, way=way), "", (subjects, there), needs_several,
            )
        )  # fmt: skip
    text = "Put the selected nodes on the nearest crossings of the grid."
    made.append(Command("layout.snap", "Snap to grid", "Layout", text, _snap, "", (subjects, there), needs_selected))
    return [*made, *_frame_commands()]


def _in_lanes(session: Session, arguments: Arguments, *, lanes: str) -> Change | Result:
    return _layout(session, {**arguments, "lanes": lanes}, kind="time")


def _frame_commands() -> list[Command]:
    there = Parameter("graph", "graph", "key of the graph; left out = the active one")
    frame = Parameter("frame", "frame", "the frame")
    name = Parameter("name", "text", "name on the frame")
    colour = Parameter("colour", "colour", "its colour, or empty", default="")
    subjects = Parameter("subjects", "subjects", "what stands in it; left out = the selection")
    return [
        Command(
            "frame.add", "Group frame", "Layout", "Draw a named frame behind the selection; it goes where its nodes go.",
            _frame_add, "G", (subjects, name, colour, there), needs_selected,
        ),
        Command(
            "frame.edit", "Change frame", "Layout", "Give a frame another name or colour.", _frame_edit, "",
            (frame, name, colour), needs_frame,
        ),
        Command(
            "frame.leave", "Take out of frames", "Layout", "The selected nodes leave their frames.", _unframe, "Shift+G",
            (subjects, there), needs_selected,
        ),
        Command(
            "frame.remove", "Remove frame", "Layout", "Take a frame away; its nodes stay.", _frame_remove, "", (frame,),
            needs_frame,
        ),
    ]  # fmt: skip

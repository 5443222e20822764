"""Owns the commands around scenes: a named view of a graph with a caption, in order, for presenting and for reports."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from workstation.app.commands.annotate import needed, quoted
from workstation.app.commands.edits import Keys, add, change, drop, next_position, stored
from workstation.app.commands.graphs import needs_graph
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, Result
from workstation.domain.changes import ChangeSet
from workstation.domain.subjects import parse

if TYPE_CHECKING:
    from workstation.app.session import Session


def _save(session: Session, arguments: Arguments) -> Change:
    name, graph = needed(arguments, "name"), arguments["graph"]
    key = Keys(session).new("scene")
    camera = arguments["camera"] or session.camera
    placed = session.graphs.placed(graph)
    data: dict[str, Any] = {
        # cameras are screen positions, rounded so that the text is the same everywhere
        "camera": None if camera is None else [round(part, 4) for part in camera],
        "shown": [key for key, place in placed.items() if not place.hidden],
        "highlight": [subject.key for subject in session.selection],
    }
    row = add(
        "scene",
        key,
        graph=graph,
        name=name,
        caption=arguments["caption"],
        position=next_position(session.store.rows("scene").values()),
        data=json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")),
    )
    return Change(ChangeSet(f"Save scene {quoted(name)}", (row,)), key)


def _show(session: Session, arguments: Arguments) -> Result:
    row = stored(session, "scene", arguments["scene"])
    data = json.loads(row["data"] or "{}")
    camera = tuple(data["camera"]) if data.get("camera") else None
    session.show_graph(row["graph"], camera)
    session.select(parse(key) for key in data.get("highlight", ()))
    return Result(made=arguments["scene"], value=data)


def _rename(session: Session, arguments: Arguments) -> Change:
    key, name = arguments["scene"], needed(arguments, "name")
    values = {"name": name} if arguments["caption"] == "=" else {"name": name, "caption": arguments["caption"]}
    return Change(ChangeSet(f"Rename scene to {quoted(name)}", tuple(change(session, "scene", key, **values))), key)


def _remove(session: Session, arguments: Arguments) -> Change:
    row = stored(session, "scene", arguments["scene"])
    return Change(ChangeSet(f"Remove scene {quoted(row['name'])}", tuple(drop(session, "scene", [arguments["scene"]]))))


def needs_scene(session: Session) -> str:
    """On when the case has a scene."""
    return "" if session.store.rows("scene") else "save a scene first"


def commands() -> list[Command]:
    """Scenes."""
    scene = Parameter("scene", "scene", "key of the scene")
    name = Parameter("name", "text", "name of the scene")
    return [
        Command(
            "scene.save",
            "Save scene",
            "Scenes",
            "Keep this view under a name, for presenting and for the report.",
            _save,
            "Ctrl+Shift+S",
            (
                name,
                Parameter("caption", "paragraph", "what it shows", default=""),
                Parameter("camera", "camera", "x,y,scale; left out = as it stands", default=""),
                Parameter("graph", "graph", "key of the graph; left out = the active one"),
            ),
            needs_graph,
        ),
        Command("scene.show", "Show scene", "Scenes", "Go to a saved view.", _show, "", (scene,), needs_scene),
        Command(
            "scene.rename",
            "Rename scene",
            "Scenes",
            "Change the name and the caption of a scene.",
            _rename,
            "",
            (scene, name, Parameter("caption", "paragraph", "a new caption; = keeps the old one", default="=")),
            needs_scene,
        ),
        Command("scene.remove", "Remove scene", "Scenes", "Take a scene away.", _remove, "", (scene,), needs_scene),
    ]

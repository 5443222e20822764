"""Owns the commands around scenes: a named view of a graph with a caption, in order, for presenting and for reports."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workstation.app import lens
from workstation.app.backdrop import axis_of
from workstation.app.commands.annotate import needed, quoted
from workstation.app.commands.edits import Keys, add, change, drop, next_position, stored
from workstation.app.commands.graphs import needs_graph
from workstation.app.commands.registry import Arguments, Change, Command, Parameter, Result
from workstation.app.graph import SCALE
from workstation.domain.changes import ChangeSet
from workstation.domain.subjects import parse

if TYPE_CHECKING:
    from workstation.app.session import Session


def _view(session: Session, graph: str, camera: Any) -> dict[str, Any]:
    """What is looked at now: camera, what is shown and where it stands, what is marked, and the lens."""
    shown = [place for place in session.graphs.placed(graph).values() if not place.hidden]
    made: dict[str, Any] = {
        # cameras are screen positions, rounded so that the text is the same everywhere
        "camera": None if camera is None else [round(part, 4) for part in camera],
        "shown": [place.subject.key for place in shown],
        "at": [[round(place.x * SCALE), round(place.y * SCALE)] for place in shown],
        "highlight": [subject.key for subject in session.selection],
    }
    ticks, lanes = axis_of(session.graphs.graphs()[graph])
    if ticks:
        made["axis"] = {"ticks": ticks, "lanes": lanes}
    if graph == session.graph and not session.lens.open:
        made["lens"] = lens.to_data(session.lens)
    return made


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _save(session: Session, arguments: Arguments) -> Change:
    name, graph = needed(arguments, "name"), arguments["graph"]
    key = Keys(session).new("scene")
    data = _view(session, graph, arguments["camera"] or session.camera)
    if arguments["notes"].strip():
        data["notes"] = arguments["notes"]
    row = add(
        "scene",
        key,
        graph=graph,
        name=name,
        caption=arguments["caption"],
        position=next_position(session.store.rows("scene").values()),
        data=_json(data),
    )
    return Change(ChangeSet(f"Save scene {quoted(name)}", (row,)), key)


def _replace(session: Session, arguments: Arguments) -> Change:
    key = arguments["scene"]
    row = stored(session, "scene", key)
    data = _view(session, session.graph, arguments["camera"] or session.camera)
    notes = read(row).get("notes")
    if notes:
        data["notes"] = notes
    edits = change(session, "scene", key, graph=session.graph, data=_json(data))
    return Change(ChangeSet(f"Replace scene {quoted(row['name'])}", tuple(edits)), key)


def _notes(session: Session, arguments: Arguments) -> Change:
    key = arguments["scene"]
    row = stored(session, "scene", key)
    data = {name: value for name, value in read(row).items() if name != "notes"}
    if arguments["notes"].strip():
        data["notes"] = arguments["notes"]
    edits = change(session, "scene", key, data=_json(data))
    return Change(ChangeSet(f"Speaker notes of scene {quoted(row['name'])}", tuple(edits)), key)


def _move(session: Session, arguments: Arguments) -> Change:
    key = arguments["scene"]
    row = stored(session, "scene", key)
    order = [each for each, _ in ordered(session) if each != key]
    at = max(1, min(len(order) + 1, int(arguments["place"])))
    order.insert(at - 1, key)
    edits = [edit for place, each in enumerate(order, 1) for edit in change(session, "scene", each, position=place)]
    return Change(ChangeSet(f"Move scene {quoted(row['name'])} to place {at}", tuple(edits)), key)


def read(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a scene row holds: camera, shown, highlight, lens, notes; whatever cannot be read is left out."""
    try:
        found = json.loads(row["data"] or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def ordered(session: Session) -> list[tuple[str, dict[str, Any]]]:
    """Keys and rows of all scenes in their order."""
    rows = session.store.rows("scene").items()
    return sorted(rows, key=lambda item: (int(item[1]["position"] or 0), item[0]))


def _show(session: Session, arguments: Arguments) -> Result:
    row = stored(session, "scene", arguments["scene"])
    data = read(row)
    camera = tuple(data["camera"]) if data.get("camera") else None
    session.show_graph(row["graph"], camera)
    session.look(lens.from_data(data.get("lens")))
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
                Parameter("notes", "paragraph", "speaker notes, for the second screen only", default=""),
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
        Command(
            "scene.replace",
            "Replace scene by this view",
            "Scenes",
            "Keep name, caption and notes; the view, marks and filters become those of now.",
            _replace,
            "",
            (scene, Parameter("camera", "camera", "x,y,scale; left out = as it stands", default="")),
            needs_scene,
        ),
        Command(
            "scene.notes",
            "Speaker notes",
            "Scenes",
            "What to say at this scene; seen on the second screen, never by the audience.",
            _notes,
            "",
            (scene, Parameter("notes", "paragraph", "what to say; empty takes them away")),
            needs_scene,
        ),
        Command(
            "scene.move",
            "Move scene",
            "Scenes",
            "Change the order in which scenes are presented and printed.",
            _move,
            "",
            (scene, Parameter("place", "integer", "its new place, 1 = first")),
            needs_scene,
        ),
        Command("scene.remove", "Remove scene", "Scenes", "Take a scene away.", _remove, "", (scene,), needs_scene),
    ]

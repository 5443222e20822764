"""Owns a scene as it was kept: its nodes at their places of then, its filters, and honest words for what differs now.

Names, roles and amounts are those the case states today. A scene of an older case file holds no places; its nodes stand
where they stand now, and it says so. Must not change or show anything.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workstation.analysis.picture import Picture, Tint
from workstation.analysis.svg import Focus, picture_svg
from workstation.app import lens as lenses
from workstation.app import pictures
from workstation.app.commands.scenes import read
from workstation.app.graph import SCALE, GraphModel, Placed
from workstation.app.lens import Lens
from workstation.app.passing import parts
from workstation.domain.subjects import parse

if TYPE_CHECKING:
    from workstation.app.session import Session


#: Pixels of the screen that a camera is taken to fill: a figure must not depend on the window it was kept in.
_SCREEN = (1280, 720)


@dataclass(frozen=True, slots=True)
class SceneView:
    """A scene as it is drawn.

    Attributes:
        graph: key of its graph. picture: its nodes at their places. lens: its filters. marked: keys of marked nodes.
        remarks: what differs from when it was kept, in plain sentences. camera: centre and scale it was kept with.
    """

    graph: str
    picture: Picture
    lens: Lens
    marked: tuple[str, ...]
    remarks: tuple[str, ...]
    camera: tuple[float, float, float] | None = None

    @property
    def part(self) -> pictures.Part | None:
        """What a screen shows of it; None = all of it, also when its camera looked at no node at all."""
        if self.camera is None or self.camera[2] <= 0:
            return None
        x, y, scale = self.camera
        wide, tall = (side / scale / 2 for side in _SCREEN)
        box = (x - wide, y - tall, x + wide, y + tall)
        inside = [box[0] <= node.x <= box[2] and box[1] <= node.y <= box[3] for node in self.picture.nodes]
        return box if any(inside) and not all(inside) else None


def view(model: GraphModel, row: Mapping[str, Any]) -> SceneView:
    """The scene of a stored row. Any thread, with a model of its own."""
    data, graph = read(row), str(row["graph"])
    placed, remarks = _placed(model, graph, data)
    stored = isinstance(data.get("at"), list)
    axis = {"data": json.dumps({"axis": data.get("axis")})} if stored else model.graphs().get(graph, {})
    picture = model.drawn(graph, placed, axis)
    marked = tuple(str(key) for key in data.get("highlight", ()) if str(key) in placed)
    return SceneView(graph, picture, lenses.from_data(data.get("lens")), marked, remarks, _camera(data))


def _camera(data: Mapping[str, Any]) -> tuple[float, float, float] | None:
    found = data.get("camera")
    if not isinstance(found, list) or len(found) != 3 or not all(isinstance(part, int | float) for part in found):
        return None
    x, y, scale = (float(part) for part in found)
    return (x, y, scale) if math.isfinite(x + y + scale) else None


def _placed(model: GraphModel, graph: str, data: Mapping[str, Any]) -> tuple[dict[str, Placed], tuple[str, ...]]:
    now = model.placed(graph)
    shown = [str(key) for key in data.get("shown", ())]
    at = data.get("at")
    places: Sequence[Any] = at if isinstance(at, list) and len(at) == len(shown) else ()
    placed: dict[str, Placed] = {}
    gone = moved = 0
    for number, key in enumerate(shown):
        here = now.get(key)
        if here is None and not (places and _known(model, key)):
            gone += 1
            continue
        x, y = (float(part) / SCALE for part in places[number]) if places else (here.x, here.y)  # type: ignore[union-attr]
        moved += not places
        placed[key] = Placed(parse(key), x, y, here.pinned if here is not None else False, False)
    remarks = []
    if gone:
        where = "in the case" if places else "on the graph"
        remarks.append(f"{gone:,} of {len(shown):,} nodes of this scene are no longer {where}")
    if moved:
        remarks.append("this scene was kept without places; the nodes stand where they stand on the graph now")
    return dict(sorted(placed.items())), tuple(remarks)


def _known(model: GraphModel, key: str) -> bool:
    """Whether the case still holds what a node was: evidence may have been retracted, an entity removed."""
    try:
        subject = parse(key)
    except ValueError:
        return False
    if subject.kind == "entity":
        return model.store.row("entity", subject.ref) is not None
    ledger = model.ledger
    if subject.kind == "transaction":
        return len(ledger.of_tx(ledger.number(subject))) > 0
    if subject.kind == "address":
        return any(len(ledger.side(subject, way)) for way in ("in", "out"))
    return subject.kind in ("stub", "group")


def focus(model: GraphModel, found: SceneView) -> Focus:
    """What of a scene passes its filters, for drawing."""
    if found.lens.open:
        return Focus()
    of = lenses.behind(model.ledger, found.picture)
    passed = lenses.looked(model, found.picture, found.lens, of)
    some = parts(model.ledger, of, passed)
    return Focus(passed.nodes.tolist(), passed.edges.tolist(), found.lens.outside == "hide", some)


def details(session: Session, found: SceneView) -> tuple[str, ...]:
    """What must stand under a figure: graph, scope, filters, times, what is marked, and what differs now."""
    info, picture = session.store.info(), found.picture
    scope = picture.scope or f"{len(picture.nodes):,} nodes shown"
    seen = focus(session.graphs, found)
    out = tuple(sum(not flag for flag in flags) for flags in (seen.nodes, seen.edges))
    if any(out):
        how = "hidden" if seen.hide else "faint"
        scope += f"; outside the filters and {how}: {out[0]:,} nodes, {out[1]:,} lines"
    if found.part is not None:
        scope += "; a part of the graph"
    names = {node.key: node.name for node in picture.nodes}
    marked = [names[key] for key in found.marked if key in names]
    lines = (
        f"Graph: {session.graphs.name(found.graph)}. Scope: {scope}.",
        f"Filters: {pictures.told(found.lens, session.graphs)}. Time window: {pictures.window(found.lens, info.zone)}. "
        f"Time zone: {info.zone}.",
        f"Marked: {', '.join(marked[:6])}{f' and {len(marked) - 6} more' if len(marked) > 6 else ''}."
        if marked
        else "",
        *(f"{remark[:1].upper()}{remark[1:]}." for remark in found.remarks),
    )
    return tuple(line for line in lines if line)


def svg(session: Session, found: SceneView) -> str:
    """The drawing of a scene for a report: what its camera sees, with its legend."""
    return picture_svg(found.picture, focus=focus(session.graphs, found), part=found.part)


def carried(tint: Tint, of: Picture, onto: Picture) -> Tint:
    """Marked money of one picture on another one of the same graph: same nodes, same lines, other places."""
    if of is onto:
        return tint
    nodes = dict(zip((node.key for node in of.nodes), tint.nodes, strict=False))
    edges = dict(zip(_lines(of), tint.edges, strict=False))
    return Tint(
        tuple(nodes.get(node.key, 0.0) for node in onto.nodes) if tint.nodes else (),
        tuple(edges.get(line, 0.0) for line in _lines(onto)) if tint.edges else (),
        tint.legend, tint.touched, tint.stale,
    )  # fmt: skip


def _lines(picture: Picture) -> Iterable[tuple[str, str, str, tuple[int, ...]]]:
    for edge in picture.edges:
        yield picture.nodes[edge.source].key, picture.nodes[edge.target].key, edge.asset, edge.transfers

"""Owns where placed subjects go: new ones beside their neighbours, or a whole graph or selection in one of the layouts.

Positions come from ``analysis.layout`` and ``analysis.layouts``; this module turns graphs into their arrays and back.
Must not store anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.picture import Picture
from workstation.app.graph import SCALE, GraphModel, Placed
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.analysis.layouts.form import Graph, Layout

Kind = Literal["flow", "time", "organic", "radial"]
Lanes = Literal["none", "entity", "asset", "exchange"]
KINDS: tuple[Kind, ...] = ("flow", "time", "organic", "radial")
LANES: tuple[Lanes, ...] = ("none", "entity", "asset", "exchange")
Position = tuple[int, int]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def beside(model: GraphModel, graph: str, new: Iterable[Subject]) -> dict[str, Position]:
    """Stored positions for subjects that come onto a graph; what is there already does not move."""
    from workstation.analysis import layout  # loads compiled code; reading a case does not need it

    old = dict(model.placed(graph))
    wanted = [subject for subject in dict.fromkeys(new) if subject.key not in old or old[subject.key].hidden]
    together = {**old, **{s.key: Placed(s, 0.0, 0.0, False, False) for s in wanted}}
    fresh = {subject.key for subject in wanted}
    picture = model.draw(dict(sorted(together.items())))
    source, target, _ = _links(picture)
    known = np.array([node.key not in fresh for node in picture.nodes], bool)
    start = np.array([(node.x, node.y) for node in picture.nodes], np.float64).reshape(-1, 2)
    if not known.any():
        found = layout.flow(len(picture.nodes), source, target, _links(picture)[2], _seeds(picture), {})
    else:
        found = layout.place_new(start, known, source, target)
    made = {node.key: _stored(xy) for node, xy in zip(picture.nodes, found, strict=True) if node.key in fresh}
    # what is not drawn (a member inside its entity, a stub without rest) still needs a place
    return {subject.key: made.get(subject.key, (0, 0)) for subject in wanted}


@dataclass(frozen=True, slots=True)
class Laid:
    """Stored positions of what a layout moves, by subject key, and the ticks and lanes of a time axis."""

    positions: dict[str, Position]
    ticks: tuple[tuple[float, str], ...] = ()
    lanes: tuple[tuple[float, float, str], ...] = ()


def laid(
    picture: Picture,
    kind: Kind,
    *,
    only: Iterable[str] = (),
    centre: str = "",
    lanes: Lanes = "none",
    compressed: bool = False,
    keep_pinned: bool = True,
    watch: Callable[[int, int], None] | None = None,
) -> Laid:
    """Stored positions by a layout. Any thread.

    Args:
        only: keys of the nodes that may move (more than one); everything else stays and is stood on by none of them.
        centre: key of the node in the middle (radial). lanes, compressed: of the time axis.
        watch: told how far it is; it raises to stop.
    """
    from workstation.analysis.layouts import form, timeaxis  # see above

    graph = _graph(picture, centre, lanes, kind)
    wanted = set(only)
    chosen = [n for n, node in enumerate(picture.nodes) if node.key in wanted]
    whole = len(wanted) < 2
    if not whole and len(chosen) < 2:  # members inside one entity: nothing that could be ordered
        return Laid({})
    members = np.arange(graph.nodes) if whole else np.array(chosen, np.int64)
    small = graph if whole else form.part(graph, members)
    nodes = [picture.nodes[n] for n in members.tolist()]
    pins = {k: (node.x, node.y) for k, node in enumerate(nodes) if node.pinned and keep_pinned}
    found = form.laid(_layout(kind, compressed=compressed), small, pins, 1, watch or form.unwatched)
    if not whole and not pins:
        start = np.array([(node.x, node.y) for node in nodes])
        found = found + form.sixteenths((start.min(0) + start.max(0) - found.min(0) - found.max(0)) / 2)
        others = np.delete(np.array([(node.x, node.y) for node in picture.nodes]), members, axis=0)
        found = form.free_of(found, others)
    made = {
        node.key: _stored(xy) for k, (node, xy) in enumerate(zip(nodes, found, strict=True)) if k not in pins
    }  # fmt: skip
    if kind != "time" or not whole:
        return Laid(made)
    axis = timeaxis.axis(graph, compressed=compressed)
    return Laid(made, axis.ticks, axis.lanes)


def _layout(kind: Kind, *, compressed: bool) -> Layout:
    from workstation.analysis.layouts import flow, organic, radial, timeaxis  # see above

    if kind == "time":
        return timeaxis.time_axis(compressed=compressed)
    return {"flow": flow.flow, "organic": organic.organic, "radial": radial.radial}[kind]


def _graph(picture: Picture, centre: str, lanes: Lanes, kind: Kind) -> Graph:
    from workstation.analysis.layouts import form  # see above

    source, target, weight = _links(picture)
    middle = [n for n, node in enumerate(picture.nodes) if node.key == centre]
    seeds = middle if kind == "radial" else _seeds(picture)
    return form.Graph(
        tuple(node.key for node in picture.nodes), source, target, weight, tuple(seeds),
        _first(picture), _lanes(picture, lanes),
    )  # fmt: skip


def _first(picture: Picture) -> Ints:
    """When each node was first active: the earliest line at it."""
    found = np.full(len(picture.nodes), -1, np.int64)
    for edge in picture.edges:
        if edge.first is not None:
            for end in (edge.source, edge.target):
                found[end] = edge.first if found[end] < 0 else min(int(found[end]), edge.first)
    return found


def _lanes(picture: Picture, lanes: Lanes) -> tuple[str, ...]:
    if lanes == "entity":
        return tuple(node.name if node.kind == "entity" else "" for node in picture.nodes)
    if lanes == "exchange":
        return tuple(node.name if node.role == "service" else "" for node in picture.nodes)
    if lanes == "asset":
        counts: list[dict[str, int]] = [{} for _ in picture.nodes]
        for edge in picture.edges:
            words = edge.exact.rsplit(" ", 1)[-1]
            for end in (edge.source, edge.target):
                counts[end][words] = counts[end].get(words, 0) + edge.count
        return tuple(min(held, key=lambda word, held=held: (-held[word], word)) if held else "" for held in counts)  # type: ignore[misc]
    return ("",) * len(picture.nodes)


def _links(picture: Picture) -> tuple[Ints, Ints, Floats]:
    pairs: dict[tuple[int, int], float] = {}
    for edge in picture.edges:
        pair = (edge.source, edge.target)
        pairs[pair] = pairs.get(pair, 0.0) + edge.weight
    # change that goes back to its sender would turn the picture round: only the heavier way orders it
    ends: Mapping[tuple[int, int], float] = {
        (a, b): weight for (a, b), weight in sorted(pairs.items()) if (-weight, a) <= (-pairs.get((b, a), -1.0), b)
    }
    return (
        np.array([pair[0] for pair in ends], np.int64),
        np.array([pair[1] for pair in ends], np.int64),
        np.array(list(ends.values()), np.float64),
    )


def _seeds(picture: Picture) -> list[int]:
    """Where the money starts: nodes that only send; without any, the first node."""
    only_send = {edge.source for edge in picture.edges} - {edge.target for edge in picture.edges}
    return sorted(only_send) or [0][: len(picture.nodes)]


def _stored(xy: Floats) -> Position:
    return round(float(xy[0]) * SCALE), round(float(xy[1]) * SCALE)

"""Owns where placed subjects go: new ones beside their neighbours, or a whole graph in the direction of the money.

Positions come from ``analysis.layout``; this module turns graphs into its arrays and back. Must not store anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.picture import Picture
from workstation.app.graph import SCALE, GraphModel, Placed
from workstation.domain.subjects import Subject

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


def flow(picture: Picture, *, keep_pinned: bool = True) -> dict[str, Position]:
    """Stored positions of everything drawn, money running from left to right. Any thread."""
    from workstation.analysis import layout  # see above

    source, target, weight = _links(picture)
    pinned = {number: (node.x, node.y) for number, node in enumerate(picture.nodes) if node.pinned and keep_pinned}
    found = layout.flow(len(picture.nodes), source, target, weight, _seeds(picture), pinned)
    return {
        node.key: _stored(xy)
        for number, (node, xy) in enumerate(zip(picture.nodes, found, strict=True))
        if number not in pinned
    }


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
    receives = {edge.target for edge in picture.edges}
    sends = {edge.source for edge in picture.edges}
    return [number for number in range(len(picture.nodes)) if number in sends - receives] or [0][: len(picture.nodes)]


def _stored(xy: Floats) -> Position:
    return round(float(xy[0]) * SCALE), round(float(xy[1]) * SCALE)

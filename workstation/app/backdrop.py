"""Owns what stands behind the nodes of a graph: its frames and the axis of its last layout, read from the case.

Must not draw and must not change anything.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workstation.analysis.picture import Frame, Picture
from workstation.app.chooser import clean


def with_backdrop(
    picture: Picture, graph: Mapping[str, Any], frames: Mapping[str, Mapping[str, Any]], number: Mapping[str, int]
) -> Picture:
    """The picture with its frames (those with a member that is drawn) and the axis of the graph.

    Args:
        number: node of the picture that stands for a subject key, also for one inside an entity or a group.
    """
    made = []
    for key, row in sorted(frames.items()):
        members = tuple(sorted({number[m] for m in members_of(row) if m in number}))
        if members:
            made.append(Frame(key, clean(row["name"], 80), members, str(row["colour"] or "")))
    ticks, lanes = axis_of(graph)
    return replace(picture, frames=tuple(made), ticks=ticks, lanes=lanes) if made or ticks or lanes else picture


def members_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Subject keys inside a stored frame."""
    try:
        found = json.loads(row["members"] or "[]")
    except ValueError:
        return ()
    return tuple(str(key) for key in found) if isinstance(found, list) else ()


def axis_of(graph: Mapping[str, Any]) -> tuple[tuple[tuple[float, str], ...], tuple[tuple[float, float, str], ...]]:
    """Ticks and lanes a graph row holds; empty when it has none or they cannot be read."""
    try:
        axis = json.loads(graph.get("data") or "{}").get("axis") or {}
        ticks = tuple((float(x), clean(words, 40)) for x, words in axis.get("ticks", ()))
        lanes = tuple((float(a), float(b), clean(name, 80)) for a, b, name in axis.get("lanes", ()))
    except (ValueError, TypeError, AttributeError):
        return (), ()
    return ticks, lanes

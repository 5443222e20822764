"""Owns lining up some nodes by hand: one edge, equal distances, the grid. Only the given positions, nothing else moves."""

from __future__ import annotations

from typing import Literal

import numpy as np

from workstation.analysis.layouts.form import Floats, sixteenths

Side = Literal["left", "centre", "right", "top", "middle", "bottom"]
Way = Literal["horizontally", "vertically"]
SIDES: tuple[Side, ...] = ("left", "centre", "right", "top", "middle", "bottom")
WAYS: tuple[Way, ...] = ("horizontally", "vertically")
#: The grid things snap to, in world units.
GRID = 24.0


def aligned(pos: Floats, side: Side) -> Floats:
    """All on the line of the outermost one, or on the middle between the outermost."""
    found = np.array(pos, np.float64)
    axis = 0 if side in ("left", "centre", "right") else 1
    low, high = found[:, axis].min(), found[:, axis].max()
    found[:, axis] = low if side in ("left", "top") else high if side in ("right", "bottom") else (low + high) / 2
    return sixteenths(found)


def distributed(pos: Floats, way: Way) -> Floats:
    """The outermost stay; between them all are equally far apart, in the order they stand in."""
    found = np.array(pos, np.float64)
    axis = WAYS.index(way)
    order = np.lexsort((found[:, 1 - axis], found[:, axis]))
    found[order, axis] = np.linspace(found[order[0], axis], found[order[-1], axis], len(found))
    return sixteenths(found)


def snapped(pos: Floats, grid: float = GRID) -> Floats:
    """Each on the nearest crossing of the grid."""
    found: Floats = np.rint(np.asarray(pos, np.float64) / grid) * grid + 0.0
    return found

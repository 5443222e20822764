"""Owns the line of an edge: a cubic with horizontal ends, its arrow head, its width and where its plate stands.

Plain numbers for every front end; must not know colours, Qt or the ledger.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workstation.analysis.picture import Picture
from workstation.analysis.shapes import radius

Point = tuple[float, float]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Curve:
    """One drawn edge in world units: four points of a cubic, three of the arrow head, and the middle."""

    start: Point
    first: Point
    second: Point
    end: Point
    arrow: tuple[Point, Point, Point]
    middle: Point


def widths(weights: Sequence[float]) -> list[float]:
    """Line widths of 1.1 to 5.4 from the weights; equal weights are equally thin."""
    low, high = (min(weights), max(weights)) if weights else (0.0, 0.0)
    if high - low < 1e-9:
        return [1.6] * len(weights)
    return [1.1 + 4.3 * ((weight - low) / (high - low)) ** 1.6 for weight in weights]


def line_widths(picture: Picture) -> list[float]:
    """The drawn width of each line of a picture: by its weight, and wider or thinner by its style."""
    return [wide * e.wide for wide, e in zip(widths([e.weight for e in picture.edges]), picture.edges, strict=True)]


def lanes(picture: Picture) -> list[float]:
    """Vertical offset of each edge, so that lines between the same two nodes stand apart."""
    members: dict[tuple[int, int], list[int]] = {}
    for number, edge in enumerate(picture.edges):
        members.setdefault((min(edge.source, edge.target), max(edge.source, edge.target)), []).append(number)
    found = [0.0] * len(picture.edges)
    for group in members.values():
        for place, number in enumerate(group):
            found[number] = (place - (len(group) - 1) / 2) * 26.0
    return found


def curve(source: Point, target: Point, near: float, far: float, width: float, lane: float = 0.0) -> Curve:
    """The line from the rim of one node (radius ``near``) to just before the rim of another (radius ``far``)."""
    ax, ay = source
    bx, by = target
    across = bx - ax
    side = 1.0 if across >= 0 else -1.0
    handle = max(abs(across) * 0.5, 30.0)
    if abs(across) < 40:  # nodes above each other: leave and arrive on the right, so that the line stays visible
        side, handle = 1.0, max(46.0, abs(by - ay) * 0.3)
        ending = -1.0
    else:
        ending = 1.0
    head = 6.0 + 1.7 * width
    start = (ax + side * near, ay)
    tip = (bx - side * ending * (far + 2.0), by)
    end = (tip[0] - side * ending * head * 0.8, tip[1])
    first = (start[0] + side * handle, start[1] + lane * 1.33)
    second = (end[0] - side * ending * handle, end[1] + lane * 1.33)
    dx, dy = tip[0] - second[0], tip[1] - second[1]
    length = math.hypot(dx, dy) or 1.0
    dx, dy = dx / length, dy / length
    half = head * 0.42
    back = (tip[0] - dx * head, tip[1] - dy * head)
    arrow = (tip, (back[0] - dy * half, back[1] + dx * half), (back[0] + dy * half, back[1] - dx * half))
    middle = tuple(
        0.125 * s + 0.375 * f + 0.375 * g + 0.125 * e for s, f, g, e in zip(start, first, second, end, strict=True)
    )
    return Curve(start, first, second, end, arrow, (middle[0], middle[1]))


def along(
    source: Floats, target: Floats, near: Floats, far: Floats, width: Floats, lane: Floats, shares: Sequence[float]
) -> Floats:
    """Points along many lines at once, ``[line, share, x or y]``: the cubics of :func:`curve`."""
    across = target[:, 0] - source[:, 0]
    upright = np.abs(across) < 40
    side = np.where(upright | (across >= 0), 1.0, -1.0)
    handle = np.where(
        upright, np.maximum(46.0, np.abs(target[:, 1] - source[:, 1]) * 0.3), np.maximum(np.abs(across) * 0.5, 30.0)
    )
    turn = np.where(upright, -side, side)
    head = 6.0 + 1.7 * width
    start = source[:, 0] + side * near
    end = target[:, 0] - turn * (far + 2.0) - turn * head * 0.8
    xs = np.stack([start, start + side * handle, end - turn * handle, end], 1)
    bent = lane * 1.33
    ys = np.stack([source[:, 1], source[:, 1] + bent, target[:, 1] + bent, target[:, 1]], 1)
    t = np.array(shares)
    u = 1 - t
    weights = np.stack([u**3, 3 * u * u * t, 3 * u * t * t, t**3])
    return np.stack([xs @ weights, ys @ weights], 2)


def curves(picture: Picture) -> list[Curve]:
    """The line of each edge of a picture, in order."""
    wide = line_widths(picture)
    found = []
    for edge, width, lane in zip(picture.edges, wide, lanes(picture), strict=True):
        a, b = picture.nodes[edge.source], picture.nodes[edge.target]
        found.append(curve((a.x, a.y), (b.x, b.y), radius(a), radius(b), width, lane))
    return found

"""Owns the time axis layout: x is when a node was first active, its lane is given; ticks and lanes for the drawing.

Time runs evenly; only ``compressed`` shortens what is idle, and then the ticks stand where their time is. Nodes whose
time is not known stand left of the axis. Must not know what lanes mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import numpy as np

from workstation.analysis.layouts.form import ROOM_X, ROOM_Y, Floats, Graph, Layout, Pins, Watch, settled

_MARGIN = 46.0
_STEPS = (
    60,
    300,
    900,
    3600,
    10800,
    21600,
    43200,
    86400,
    2 * 86400,
    7 * 86400,
    14 * 86400,
    30 * 86400,
    91 * 86400,
    365 * 86400,
)
_TICK = 190.0
_ASPECT = 2.4
#: How much more ground nodes take than they cover: time leaves gaps in the rows.
_LOOSE = 1.4


@dataclass(frozen=True, slots=True)
class Axis:
    """What the canvas draws behind a time axis: ``(x, words)`` of ticks and ``(top, bottom, name)`` of lanes."""

    ticks: tuple[tuple[float, str], ...] = ()
    lanes: tuple[tuple[float, float, str], ...] = ()


def time_axis(*, compressed: bool = False) -> Layout:
    """The layout; ``compressed`` shortens idle time."""
    return partial(_laid, compressed=compressed)


def axis(graph: Graph, *, compressed: bool = False) -> Axis:
    """Ticks and lanes of the layout of the same graph."""
    if not graph.nodes:
        return Axis()
    rows = _rows(graph, _places(graph, compressed=compressed))
    known = graph.first[graph.first >= 0]
    return Axis(_ticks(known, compressed=compressed, width=_width(graph)), tuple(_bands(rows)))


def _laid(graph: Graph, pins: Pins, _seed: int, watch: Watch, *, compressed: bool) -> Floats:
    watch(0, 2)
    x = _places(graph, compressed=compressed)
    pos = np.stack([x, np.zeros(graph.nodes)], 1)
    for (top, _, _), (_, rows) in zip(_bands(_rows(graph, x)), _rows(graph, x), strict=True):
        for number, row in rows.items():
            pos[number, 1] = top + _MARGIN + row * ROOM_Y
    watch(1, 2)
    for number, place in pins.items():
        pos[number] = place
    return settled(pos, pins) if pins else pos


def _width(graph: Graph) -> float:
    """So wide that the whole, row below row, is about the shape of a screen."""
    ground = int((graph.first >= 0).sum()) * ROOM_X * ROOM_Y * _LOOSE
    return float(max(1400.0, min(60_000.0, math.sqrt(_ASPECT * ground))))


def _mapped(known: np.ndarray, *, compressed: bool, width: float) -> tuple[Floats, Floats]:
    """Times and their x, rising, for interpolation between them."""
    times = np.unique(known).astype(np.float64)
    if not len(times):
        return np.zeros(1), np.zeros(1)
    gaps = np.diff(times)
    if compressed and len(gaps):
        most = max(float(np.median(gaps)) * 6.0, 1.0)
        gaps = np.minimum(gaps, most)
    line = np.concatenate([[0.0], np.cumsum(gaps)])
    return times, line / max(float(line[-1]), 1e-9) * width


def _places(graph: Graph, *, compressed: bool) -> Floats:
    known = graph.first[graph.first >= 0]
    times, line = _mapped(known, compressed=compressed, width=_width(graph))
    found = np.interp(graph.first.astype(np.float64), times, line)
    lanes = graph.lane or ("",) * graph.nodes
    unknown: dict[str, list[int]] = {}
    for number in np.flatnonzero(graph.first < 0).tolist():
        unknown.setdefault(lanes[number], []).append(number)
    for members in unknown.values():  # a block of columns, away from the axis
        rows = max(6, math.ceil(math.sqrt(len(members))))
        for place, number in enumerate(members):
            found[number] = -ROOM_X * (2.0 + place // rows * 1.35)
    return np.asarray(found, np.float64)


def _rows(graph: Graph, x: Floats) -> list[tuple[str, dict[int, int]]]:
    """Each lane with the row of each of its nodes: the first row with room; lanes by their first time, then name."""
    lanes: dict[str, list[int]] = {}
    for number in np.lexsort((np.arange(graph.nodes), x)).tolist():
        lanes.setdefault(graph.lane[number] if graph.lane else "", []).append(number)
    found = []
    for name, members in sorted(lanes.items(), key=lambda item: (item[0] == "", x[item[1][0]], item[0])):
        ends: list[float] = []
        rows: dict[int, int] = {}
        for number in members:
            row = next((k for k, end in enumerate(ends) if x[number] - end >= ROOM_X), len(ends))
            ends[row : row + 1] = [float(x[number])]
            rows[number] = row
        found.append((name, rows))
    return found


def _bands(rows: list[tuple[str, dict[int, int]]]) -> list[tuple[float, float, str]]:
    top, found = 0.0, []
    for name, of in rows:
        tall = (max(of.values()) + 1) * ROOM_Y + _MARGIN
        found.append((top, top + tall, name))
        top += tall
    return found


def _ticks(known: np.ndarray, *, compressed: bool, width: float) -> tuple[tuple[float, str], ...]:
    if not len(known):
        return ()
    times, line = _mapped(known, compressed=compressed, width=width)
    start, end = int(times[0]), int(times[-1])
    step = next((s for s in _STEPS if (end - start) / s * _TICK <= max(width, _TICK * 2)), _STEPS[-1])
    found: list[tuple[float, str]] = []
    for at in range(-(-start // step) * step, end + 1, step):
        x = float(np.interp(at, times, line))
        if not found or x - found[-1][0] >= _TICK * 0.6:
            found.append((round(x, 3), _words(at, step)))
    return tuple(found) or ((0.0, _words(start, 60)),)


def _words(at: int, step: int) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    return moment.strftime("%Y-%m-%d" if step >= 86400 else "%Y-%m-%d %H:%M UTC")

"""Owns the Sankey view of flows: which column and which bar each node gets, which ribbon each flow.

Columns are hops; sums are exact integers, only the places of pixels are floats. Nothing is dropped: a flow that returns
to an earlier column, or stays in its own, is a ribbon too and is marked. Must not know Qt or the case.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Flow:
    """An exact sum from one node to another, of ``count`` transfers of one asset."""

    source: int
    target: int
    units: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Bar:
    """One node: its column, and where it stands from 0 (top) to 1 (bottom). Exact sums that reach and leave it."""

    node: int
    column: int
    top: float
    bottom: float
    reached: int
    left: int


@dataclass(frozen=True, slots=True)
class Ribbon:
    """One flow: from ``(source bar, y, height)`` to ``(target bar, y, height)``; ``back`` = it does not go to the right."""

    flow: Flow
    source_top: float
    source_bottom: float
    target_top: float
    target_bottom: float
    back: bool


@dataclass(frozen=True, slots=True)
class Sankey:
    """The whole view. ``columns`` counts the hops; ``total`` is the exact sum of all ribbons."""

    bars: tuple[Bar, ...]
    ribbons: tuple[Ribbon, ...]
    columns: int
    total: int


def hops(count: int, flows: Sequence[Flow]) -> list[int]:
    """Column of each node: how many flows away it is from a node that nothing reaches.

    Where everything is reached by something (a circle), the first such node in order begins.
    """
    outgoing: list[list[int]] = [[] for _ in range(count)]
    reached = [0] * count
    for flow in flows:
        if flow.source != flow.target:
            outgoing[flow.source].append(flow.target)
            reached[flow.target] += 1
    column = [-1] * count
    front = [node for node in range(count) if not reached[node]]
    while True:
        hop = 0
        while front:
            for node in front:
                column[node] = hop
            hop += 1
            front = sorted({far for node in front for far in outgoing[node] if column[far] < 0})
        missing = next((node for node in range(count) if column[node] < 0), None)
        if missing is None:
            return column
        front = [missing]


def sankey(count: int, flows: Sequence[Flow], gap: float = 0.03) -> Sankey:
    """The view of flows between ``count`` nodes; the same flows give the same view.

    Args:
        flows: one for each pair of nodes; zero units are left out (they carry nothing, semantics 1.7), and so is what
            a node pays to itself.
        gap: room between bars of a column, as a share of the height.
    """
    flows = sorted(
        (flow for flow in flows if flow.units > 0 and flow.source != flow.target), key=lambda f: (f.source, f.target)
    )
    column = hops(count, flows)
    touched = sorted({node for flow in flows for node in (flow.source, flow.target)})
    reached, left = [0] * count, [0] * count
    for flow in flows:
        left[flow.source] += flow.units
        reached[flow.target] += flow.units
    columns: list[list[int]] = [[] for _ in range(max((column[n] for n in touched), default=-1) + 1)]
    for node in touched:
        columns[column[node]].append(node)
    columns = _ordered(columns, flows)
    height = {node: max(reached[node], left[node]) for node in touched}
    room = [1.0 - gap * max(0, len(c) - 1) for c in columns]
    fullest = max((sum(height[n] for n in c) / max(r, 0.2) for c, r in zip(columns, room, strict=True)), default=1.0)
    bars: dict[int, Bar] = {}
    for number, nodes in enumerate(columns):
        used = sum(height[n] for n in nodes) / fullest
        between = (
            gap if len(nodes) < 2 or used + gap * (len(nodes) - 1) <= 1.0 else max(0.0, 1.0 - used) / (len(nodes) - 1)
        )
        y = max(0.0, (1.0 - used - between * (len(nodes) - 1)) / 2)
        for node in nodes:
            tall = height[node] / fullest
            bars[node] = Bar(node, number, y, y + tall, reached[node], left[node])
            y += tall + between
    ribbons = _ribbons(flows, bars, fullest)
    return Sankey(tuple(bars[n] for c in columns for n in c), ribbons, len(columns), sum(f.units for f in flows))


def _ordered(columns: list[list[int]], flows: Sequence[Flow]) -> list[list[int]]:
    """Columns with nodes near what they trade with: barycentre sweeps, ties by number, so the result is one."""
    near: dict[int, list[tuple[int, int]]] = {}
    for flow in flows:
        near.setdefault(flow.source, []).append((flow.target, flow.units))
        near.setdefault(flow.target, []).append((flow.source, flow.units))
    for sweep in range(_SWEEPS):
        place = {node: (row + 0.5) / len(c) for c in columns for row, node in enumerate(c)}
        order = range(len(columns)) if sweep % 2 == 0 else range(len(columns) - 1, -1, -1)
        for number in order:
            beside = set(columns[number])

            def middle(node: int, beside: set[int] = beside, place: dict[int, float] = place) -> tuple[float, int]:
                far = [(place[n], units) for n, units in near[node] if n not in beside]
                weight = sum(units for _, units in far)
                return (sum(y * (units / weight) for y, units in far) if weight else place[node], node)

            columns[number] = sorted(columns[number], key=middle)
            place.update({node: (row + 0.5) / len(columns[number]) for row, node in enumerate(columns[number])})
    return columns


def _ribbons(flows: Sequence[Flow], bars: dict[int, Bar], fullest: float) -> tuple[Ribbon, ...]:
    """Ribbons stacked along the bars, in the order of the far ends, so that they cross as little as they can."""
    leave = {node: bar.top for node, bar in bars.items()}
    reach = dict(leave)
    begins: dict[tuple[int, int], float] = {}
    for flow in sorted(flows, key=lambda f: (f.source, bars[f.target].column, bars[f.target].top, f.target)):
        begins[flow.source, flow.target] = leave[flow.source]
        leave[flow.source] += flow.units / fullest
    made = []
    for flow in sorted(flows, key=lambda f: (f.target, bars[f.source].column, bars[f.source].top, f.source)):
        tall, start, end = flow.units / fullest, begins[flow.source, flow.target], reach[flow.target]
        reach[flow.target] += tall
        back = bars[flow.target].column <= bars[flow.source].column
        made.append(Ribbon(flow, start, start + tall, end, end + tall, back))
    return tuple(sorted(made, key=lambda r: (-r.flow.units, r.flow.source, r.flow.target)))

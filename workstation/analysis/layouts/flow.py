"""Owns the flow layout in the common form: money from left to right by hop, each part for itself, parts stacked."""

from __future__ import annotations

from workstation.analysis import layout
from workstation.analysis.layouts.form import Floats, Graph, Pins, Watch, in_parts


def flow(graph: Graph, pins: Pins, seed: int, watch: Watch) -> Floats:
    """Left to right, few crossings, the main transfer straight, leaves of a hub in compact columns."""
    return in_parts(_one)(graph, pins, seed, watch)


def _one(graph: Graph, pins: Pins, _seed: int, watch: Watch) -> Floats:
    watch(0, 2)
    found = layout.flow(graph.nodes, graph.source, graph.target, graph.weight, graph.seeds, pins)
    watch(2, 2)
    return found

"""Owns the speed and crossings of the layouts beside named peers: Graphviz where it is installed, else networkx.

Crossings are counted among the same sample of pairs of links for both. Must not assert anything.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from workstation.analysis.layouts import flow, form, organic

Floats = NDArray[np.float64]


def run(full: bool = False) -> list[dict[str, Any]]:
    """L1: flow beside dot or the layered drawing of networkx. L3: organic beside sfdp or the springs of networkx."""
    layered, clustered = _layered(5000 if full else 1000), _clustered(20_000 if full else 1500)
    found = []
    for name, own, graph, engine in (
        ("L1 flow", flow.flow, layered, "dot"),
        ("L3 organic", organic.organic, clustered, "sfdp"),
    ):
        started = time.perf_counter()
        mine = form.laid(own, graph, {})
        spent = time.perf_counter() - started
        started = time.perf_counter()
        peer, theirs = _peer(engine, graph)
        other = time.perf_counter() - started
        faster, crossed = other / spent, _crossings(graph, mine) / max(_crossings(graph, theirs), 1)
        least = (100.0 if engine == "dot" else 3.0) if peer == engine else 1.0
        rows = ((f"{name} {graph.nodes:,} nodes: times as fast", spent * 1000, "ms", faster, f">= {least:g}x", faster >= least),
                (f"{name} {graph.nodes:,} nodes: crossings", crossed, "", crossed, "<= 1x", crossed <= 1))  # fmt: skip
        if "multipartite" in peer:  # it orders nothing, so its time says nothing
            rows = rows[1:]
        found += [
            {"name": what, "value": round(value, 3), "unit": unit, "peer": peer, "ratio": round(ratio, 2), "target": goal, "holds": bool(holds)}
            for what, value, unit, ratio, goal, holds in rows
        ]  # fmt: skip
    return found


def _graph(nodes: int, source: NDArray[np.int64], target: NDArray[np.int64]) -> form.Graph:
    return form.Graph(tuple(f"n{k:06}" for k in range(nodes)), source, target, np.ones(len(source)))


def _layered(nodes: int) -> form.Graph:
    """Forty layers, each node paying two of the next, mostly near."""
    chance = np.random.default_rng(7)
    side = nodes // 40
    source = np.repeat(np.arange(nodes - side), 2)
    near = source % side + chance.integers(-4, 5, len(source))
    far = chance.random(len(source)) < 0.1
    row = np.where(far, chance.integers(0, side, len(source)), near % side)
    return _graph(nodes, source, (source // side + 1) * side + row)


def _clustered(nodes: int) -> form.Graph:
    """Communities of fifty, two links a node, one of ten to anybody."""
    chance = np.random.default_rng(8)
    source = np.repeat(np.arange(nodes), 2)
    inside = source // 50 * 50 + chance.integers(0, 50, len(source))
    target = np.where(
        chance.random(len(source)) < 0.1, chance.integers(0, nodes, len(source)), np.minimum(inside, nodes - 1)
    )
    kept = source != target
    return _graph(nodes, source[kept], target[kept])


def _peer(engine: str, graph: form.Graph) -> tuple[str, Floats]:
    links = list(zip(graph.source.tolist(), graph.target.tolist(), strict=True))
    program = shutil.which(engine)
    if program is not None:
        text = "digraph{rankdir=LR;" + "".join(f"{a}->{b};" for a, b in links) + "}"
        drawn = subprocess.run([program, "-Tplain"], input=text, capture_output=True, text=True, check=True).stdout
        pos = np.zeros((graph.nodes, 2))
        for line in drawn.splitlines():
            if line.startswith("node "):
                _, number, x, y, *_ = line.split()
                pos[int(number)] = float(x), float(y)
        return engine, pos
    made: Any = nx.DiGraph()
    made.add_nodes_from(range(graph.nodes))
    made.add_edges_from(links)
    if engine == "dot":
        for number in made:
            made.nodes[number]["layer"] = number // (graph.nodes // 40)
        found = nx.multipartite_layout(made, subset_key="layer")
        return "networkx multipartite (no dot here)", np.array([found[n] for n in range(graph.nodes)])
    found = nx.spring_layout(made, seed=1)
    return "networkx spring (no sfdp here)", np.array([found[n] for n in range(graph.nodes)])


def _crossings(graph: form.Graph, pos: Floats, sample: int = 400_000) -> int:
    chance = np.random.default_rng(9)
    a, b = chance.integers(0, len(graph.source), (2, sample))
    p, q, r, s = (pos[ends] for ends in (graph.source[a], graph.target[a], graph.source[b], graph.target[b]))
    four = (graph.source[a] != graph.source[b]) & (graph.target[a] != graph.target[b])
    four &= (graph.source[a] != graph.target[b]) & (graph.target[a] != graph.source[b])

    def side(u: Floats, v: Floats, w: Floats) -> Floats:
        return (v[:, 0] - u[:, 0]) * (w[:, 1] - u[:, 1]) - (v[:, 1] - u[:, 1]) * (w[:, 0] - u[:, 0])

    return int((four & (side(p, q, r) * side(p, q, s) < 0) & (side(r, s, p) * side(r, s, q) < 0)).sum())

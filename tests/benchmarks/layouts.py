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
    layered, clustered = _layered(5000 if full else 2000), _clustered(20_000 if full else 1500)
    found = []
    for name, own, graph, engine in (
        ("L1 flow", flow.flow, layered, "dot"),
        ("L3 organic", organic.organic, clustered, "sfdp"),
    ):
        form.laid(own, graph, {})  # the first drawing of a session loads machine code
        started = time.perf_counter()
        mine = form.laid(own, graph, {})
        spent = time.perf_counter() - started
        started = time.perf_counter()
        peer, theirs = _peer(engine, graph)
        other = time.perf_counter() - started
        faster, crossed = other / spent, _crossings(graph, mine) / max(_crossings(graph, theirs), 1)
        # the targets are for the full size: dot needs ever longer for more nodes
        least = ((100.0 if full else 20.0) if engine == "dot" else 3.0 if full else 1.0) if peer == engine else 1.0
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


def _sizes(nodes: int) -> NDArray[np.int64]:
    found = np.maximum(2, (np.array([0.02, 0.08, 0.16, 0.2, 0.2, 0.17, 0.12, 0.05]) * nodes).astype(int))
    found[-1] += nodes - found.sum()
    return found


def _layered(nodes: int) -> form.Graph:
    """The laundering network of the design's targets: sources, layers with communities, exits; some skip, some go back."""
    chance = np.random.default_rng(1)
    sizes = _sizes(nodes)
    starts, last = np.concatenate([[0], sizes.cumsum()]), len(sizes) - 1

    def beside(layer: int, share: float) -> int:
        return int(starts[layer] + np.clip(share + chance.normal(0, 0.04), 0, 0.999) * sizes[layer])

    links = set()
    for layer in range(len(sizes)):
        for row in range(sizes[layer]):
            for _ in range(1 + min(6, chance.geometric(0.55) - 1)):
                drawn, to = chance.random(), layer + 1
                if drawn < 0.06:
                    to = min(last, layer + 2 + int(chance.integers(0, 2)))
                elif drawn < 0.08:
                    to = max(0, layer - 1)
                if to <= last and to != layer:
                    links.add((int(starts[layer]) + row, beside(to, row / sizes[layer])))
    paid = {target for _, target in links}
    for layer in range(1, len(sizes)):
        for row in range(sizes[layer]):
            if int(starts[layer]) + row not in paid:
                links.add((beside(layer - 1, row / sizes[layer]), int(starts[layer]) + row))
    ends = np.array(sorted(links), np.int64)
    return _graph(nodes, ends[:, 0], ends[:, 1])


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
        layer = np.searchsorted(np.cumsum(_sizes(graph.nodes)), np.arange(graph.nodes), side="right")
        for number in made:
            made.nodes[number]["layer"] = int(layer[number])
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

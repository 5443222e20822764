"""Pictures that several tests draw: a small case, hostile labels, large graphs."""

from __future__ import annotations

import numpy as np

from workstation.analysis.picture import Edge, Node, Picture

ROLES = ("subject", "victim", "service", "obfuscation", "infrastructure", "illicit", "unattributed")


def small(label: str = "bc1qar…5mdq") -> Picture:
    """A node of each role and kind in a row of two, joined by edges of every style."""
    nodes = [
        Node(f"address:bitcoin:{n}", "address", 190.0 * (n % 4), 120.0 * (n // 4), role, "EX" if n % 2 else "", label, "2 BTC", label,
             pinned=n == 1, doubtful=n == 2, noted=n == 3)
        for n, role in enumerate(ROLES)
    ]  # fmt: skip
    nodes.append(Node("transaction:bitcoin:t", "transaction", 570, 120, "unattributed", "", "f418…9e16", "", "f418"))
    nodes.append(Node("stub:bitcoin:out/address/x", "stub", 760, 0, "unattributed", "", "+143", "", "", stub_count=143))
    styles = ("solid", "dashed", "dotted")
    edges = tuple(
        Edge(n, n + 1, f"{n}.25 BTC", f"{n}.25000000 BTC", 1, float(n), (n,), styles[n % 3])
        for n in range(len(nodes) - 1)
    )
    return Picture(tuple(nodes), edges, "9 of 200 addresses shown")


def grid(count: int) -> Picture:
    """``count`` nodes on a jittered grid and twice as many mostly short edges."""
    chance = np.random.default_rng(1)
    side = int(np.ceil(np.sqrt(count * 1.6)))
    place = np.stack([np.arange(count) % side, np.arange(count) // side], 1) * 70.0 + chance.normal(0, 12, (count, 2))
    source = chance.integers(0, count, 2 * count)
    target = (source + chance.integers(1, 4, 2 * count) + side * chance.integers(0, 3, 2 * count)) % count
    nodes = tuple(
        Node(f"address:bitcoin:{n}", "address", float(x), float(y), ROLES[n % 7], "", f"1A{n}", "", f"1A{n}")
        for n, (x, y) in enumerate(place.tolist())
    )
    edges = tuple(
        Edge(a, b, "1 BTC", "1.00000000 BTC", 1, 1.0 + a % 5, ())
        for a, b in zip(source.tolist(), target.tolist(), strict=True)
    )
    return Picture(nodes, edges)

"""Owns the speed figures of the pattern detectors, each as a ratio to a plain fan counter with a dictionary in the same run.

The peer knows one pattern and nothing else: for every payer, the receivers within a window. Must not assert a time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from time import perf_counter
from typing import Any

import numpy as np

from workstation.analysis.columns import Columns
from workstation.analysis.typologies.parameters import (
    DAY,
    Chain,
    Cycle,
    Dormant,
    Fan,
    Layers,
    Parameters,
    Rapid,
    Structuring,
)
from workstation.analysis.typologies.usual import Usual, unusual, usual

#: What each detector is asked on the made ledger; amounts are of its everyday size.
ASKED: dict[str, Parameters] = {
    "fan_out": Fan(6, 3 * DAY), "fan_in": Fan(6, 3 * DAY), "gather_scatter": Fan(5, 3 * DAY),
    "scatter_gather": Fan(4, 3 * DAY), "structuring_out": Structuring(1_000_000), "structuring_in": Structuring(1_000_000),
    "rapid_movement": Rapid(500_000), "dormant_wake": Dormant(500_000), "relay_chain": Chain(4, (17, 20), 7200),
    "peel_chain": Chain(5, (7, 10), 32_400), "bipartite": Layers(3, 3 * DAY), "stack": Layers(3, 3 * DAY),
    "temporal_cycle": Cycle(3, 6, 3 * DAY), "round_trip": Cycle(3, 6, 3 * DAY, (1, 2)),
}  # fmt: skip
CYCLES = ("temporal_cycle", "round_trip")
HUBS = 5


def made(count: int, seed: int = 5) -> Columns:
    """Transfers of one asset: one in ten with one of a few hubs, the others among many who pay a few each month."""
    draw = np.random.default_rng(seed)
    parties = max(50, count // 12)
    sender, receiver = draw.integers(HUBS, parties, count), draw.integers(HUBS, parties, count)
    hub = draw.random(count)
    sender[hub < 0.05] = draw.integers(0, HUBS, int((hub < 0.05).sum()))
    receiver[hub > 0.95] = draw.integers(0, HUBS, int((hub > 0.95).sum()))
    receiver[receiver == sender] = (receiver[receiver == sender] + 1) % parties
    time = np.sort(draw.integers(0, 90 * DAY, count))
    amount = draw.integers(1, 1_000_000, count)
    zero = np.zeros(count, np.int64)
    return Columns(
        np.arange(count), time, sender, receiver, zero, zero - 1, zero, amount, np.zeros(count, bool),
        tuple(f"p{n}" for n in range(parties)), ("unit",),
    )  # fmt: skip


def dictionary_fans(columns: Columns, least: int, window: int) -> int:
    """The peer: payers that pay at least so many others within a window, with a dictionary and a loop."""
    paid: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for time, payer, payee in zip(
        columns.time.tolist(), columns.sender.tolist(), columns.receiver.tolist(), strict=True
    ):
        paid[payer].append((time, payee))
    found = 0
    for own in paid.values():
        inside: Counter[int] = Counter()
        first = peak = 0
        for time, payee in own:
            inside[payee] += 1
            while time - own[first][0] > window:
                inside[own[first][1]] -= 1
                if not inside[own[first][1]]:
                    del inside[own[first][1]]
                first += 1
            peak = max(peak, len(inside))
        found += peak >= least
    return found


def run(full: bool = False) -> list[dict[str, Any]]:
    """The detectors on 200,000 transfers, or 1,000,000 with ``full``; the limits are the design's, for a million."""
    count = 1_000_000 if full else 200_000
    columns = made(count)
    start = perf_counter()
    dictionary_fans(columns, 6, 3 * DAY)
    peer = perf_counter() - start
    start = perf_counter()
    of = usual(columns, [f"p{n}" for n in range(HUBS)])
    taken = {kind: _asked(of, kind) for kind in ASKED if kind not in CYCLES}
    every = perf_counter() - start
    slowest = max(taken, key=lambda kind: taken[kind])
    return [
        _figure(f"T-detect all but cycles, {count:,} transfers (most: {slowest})", every, peer, count),
        *(
            _figure(f"T-detect {kind}, {count:,} transfers, services as barriers", _asked(of, kind), peer, count)
            for kind in CYCLES
        ),
    ]


def _asked(of: Usual, kind: str) -> float:
    start = perf_counter()
    unusual(kind, of, ASKED[kind])
    return perf_counter() - start


def _figure(name: str, ours: float, peer: float, count: int) -> dict[str, Any]:
    return {
        "name": name, "value": round(ours, 3), "unit": "s", "peer": "plain dictionary loop, fan_out only",
        "ratio": round(ours / peer, 2), "target": "< 60 s for 1M", "holds": ours * 1_000_000 / count < 60,
    }  # fmt: skip

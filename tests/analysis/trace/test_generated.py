"""The engines against the slow reference, on ledgers of our own making: every method, every option, every figure."""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from typing import Any

import networkx as nx
import pytest

from tests.analysis.trace import reference
from tests.analysis.trace.ledgers import account_case, flow_case, utxo_case
from workstation.analysis.trace import entropy
from workstation.analysis.trace.cases import compute
from workstation.analysis.trace.methods import ACCOUNT_METHODS, UTXO_METHODS
from workstation.analysis.vectors import differences

BATCH = 50


def _whole(got: Any, expected: Any) -> bool:
    """Equal in both directions: nothing missing, nothing more."""
    return got == expected


@pytest.mark.parametrize("batch", range(8))
def test_account_ledgers(batch: int) -> None:
    carried: Counter[str] = Counter()
    for seed in range(batch * BATCH, batch * BATCH + BATCH):
        case = account_case(seed)
        got = compute(case)
        for method in ACCOUNT_METHODS:
            expected = reference.account(case, method)
            assert got["shortfalls"] == expected.pop("shortfalls"), (seed, method)
            assert _whole(got[method], expected), (seed, method, differences(expected, got[method]))
            carried[method] += len(expected["events"])
    assert min(carried[method] for method in ACCOUNT_METHODS) > BATCH


@pytest.mark.parametrize("batch", range(6))
def test_utxo_ledgers(batch: int) -> None:
    carried: Counter[str] = Counter()
    for seed in range(batch * BATCH, batch * BATCH + BATCH):
        case = utxo_case(seed)
        got = compute(case)
        for method in UTXO_METHODS:
            expected = reference.utxo(case, method)
            assert _whole(got[method], expected), (seed, method, differences(expected, got[method]))
            carried[method] += len(expected["outputs"])
    assert min(carried[method] for method in UTXO_METHODS) > BATCH


def _exposure(case: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Section 4 from the slow haircut."""
    events, services, target, asset = case["events"], case["services"], case["target"], case["asset"]
    stops = sorted(services)
    sources = [{"event": e["id"], "label": services[e["from"]]} for e in events if e.get("from") in services]
    came = reference.account({"events": events, "sources": sources, "options": {"barriers": stops}}, "haircut")[
        "events"
    ]
    mine = [e for e in events if e["from"] == target and e["asset"] == asset and e["to"] != target]
    sources = [{"event": e["id"], "label": "X"} for e in mine]
    marked = {"events": events, "sources": sources, "options": {"barriers": [*stops, target]}}
    went = reference.account(marked, "haircut")["events"]
    got: dict[str, Counter[str]] = {name: Counter() for name in ("di", "ii", "do", "io")}
    returned = Fraction(0)
    received = 0
    for e in events:
        if e["asset"] != asset or e["from"] == e["to"]:
            continue
        if e["to"] == target:
            received += e["amount"]
            if e["from"] in services:
                got["di"][services[e["from"]]] += e["amount"]
            else:
                got["ii"].update({k: Fraction(v) for k, v in came.get(e["id"], {}).items()})
            returned += Fraction(went.get(e["id"], {}).get("X", "0"))
        if e["to"] in services:
            if e["from"] == target:
                got["do"][services[e["to"]]] += e["amount"]
            else:
                got["io"][services[e["to"]]] += Fraction(went.get(e["id"], {}).get("X", "0"))
    parts = {name: {k: str(v) for k, v in one.items() if v} for name, one in got.items()}
    sent = sum(e["amount"] for e in mine)
    open_in = received - sum(got["di"].values()) - sum(got["ii"].values())
    open_out = sent - sum(got["do"].values()) - sum(got["io"].values()) - returned
    return (
        {"total": str(received), "direct": parts["di"], "indirect": parts["ii"], "unattributed": str(open_in)},
        {"total": str(sent), "direct": parts["do"], "indirect": parts["io"], "returned": str(returned),
         "unresolved": str(open_out)},
    )  # fmt: skip


def test_exposure() -> None:
    indirect = 0
    for seed in range(150):
        case = account_case(seed, conversions=False)
        case |= {"kind": "exposure", "services": {"b": "exchange", "c": "mixer"}, "target": "a", "asset": "X"}
        case |= {"options": {}, "opening": []}
        came, went = _exposure(case)
        assert compute(case) == {"incoming": came, "outgoing": went}, seed
        indirect += len(came["indirect"]) + len(went["indirect"])
    assert indirect > 30


def _maximum(case: dict[str, Any]) -> int:
    """Maximum flow on the plainest network in time: an account has a node for every moment."""
    net = nx.DiGraph()
    low, high = case.get("window", (0, 10**9))
    s, t = case["source"], case["sink"]
    for n, e in enumerate(case["events"]):
        for name in "stabcd":
            net.add_edge((name, n), (name, n + 1))
        if low <= e["ts"] <= high and e["from"] != t and e["to"] != s and e["from"] != e["to"]:
            net.add_edge((e["from"], n), (e["to"], n + 1), capacity=e["amount"])
    net.add_edge("S", (s, 0), capacity=case.get("budget", 10**6))
    return int(nx.maximum_flow_value(net, "S", (t, len(case["events"]))))


def _greedy(case: dict[str, Any]) -> int:
    low, high = case.get("window", (0, 10**9))
    held = dict.fromkeys("stabcd", 0) | {"s": case.get("budget", 10**6)}
    for e in case["events"]:
        if low <= e["ts"] <= high and e["from"] != "t" and e["to"] != "s":
            moved = min(e["amount"], held[e["from"]])
            held[e["from"]] -= moved
            held[e["to"]] += moved
    return held["t"]


@pytest.mark.parametrize("batch", range(4))
def test_flow_and_paths(batch: int) -> None:
    above, found_ways = 0, 0
    for seed in range(batch * BATCH, batch * BATCH + BATCH):
        case = flow_case(seed)
        got = compute(case)
        assert got["max_flow"] == _maximum(case), seed
        assert got["greedy_flow"] == _greedy(case), seed
        low, high = case.get("window", (0, 10**9))
        kept = [e for e in case["events"] if low <= e["ts"] <= high]
        ways = reference.ways(kept, "s", "t", case.get("max_hops", 8))
        ranked = sorted((w[-1]["ts"], len(w), [e["id"] for e in w]) for w in ways)
        best = [{"arrival": a, "hops": h, "events": ids} for a, h, ids in ranked[:4]]
        fewest = min((h for _, h, _ in ranked), default=None)
        assert got["paths"] == {"count": len(ways), "best": best, "fewest_hops": fewest}, seed
        above += got["max_flow"] > got["greedy_flow"]
        found_ways += len(ways)
    assert found_ways > BATCH


def test_entropy() -> None:
    draw = random.Random(1)
    for _ in range(60):
        inputs = [draw.randint(1, 12) for _ in range(draw.randint(1, 4))]
        outputs = [draw.randint(0, 8) for _ in range(draw.randint(1, 4))]
        ways = reference.interpretations(inputs, outputs)
        found = entropy.entropy(inputs, outputs)
        assert (found.interpretations if found else 0) == len(ways), (inputs, outputs)
        if found:
            for i in range(len(inputs)):
                for j in range(len(outputs)):
                    together = sum(any(i in a and j in b for a, b in way) for way in ways)
                    assert found.links[i][j] == Fraction(together, len(ways))


def test_clusters() -> None:
    """Common spending is connected components when nothing is refused; with tags no cluster holds two."""
    united, refused = 0, 0
    for seed in range(100):
        case = utxo_case(seed) | {"kind": "cluster", "options": {"exclude_coinjoin": seed % 2 == 0}}
        found = compute(case)
        outputs = {(t["txid"], n): o for t in case["ledger"]["txs"] for n, o in enumerate(t["outputs"])}
        net = nx.Graph()
        for tx in case["ledger"]["txs"]:
            net.add_nodes_from(o["address"] for o in tx["outputs"])
            owners = [outputs.get((i["txid"], i["vout"]), i)["address"] for i in tx["inputs"]]
            net.add_nodes_from(owners)
            if seed % 2 or tx["txid"] not in found["coinjoin"]:
                net.add_edges_from((owners[0], other) for other in owners[1:])
        assert found["clusters"] == sorted(sorted(one) for one in nx.connected_components(net)), seed
        assert not found["refused"]
        tags = {"p0": "X", "p1": "Y", "p2": "X"}
        tagged = compute(case | {"options": {"exclusive_tags": tags, "change": "address_reuse"}})
        for one in tagged["clusters"]:
            assert len({tags[name] for name in one if name in tags}) <= 1
        united += sum(len(one) > 1 for one in found["clusters"])
        refused += len(tagged["refused"])
    assert min(united, refused) > 50

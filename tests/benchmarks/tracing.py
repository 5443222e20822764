"""Owns the speed figures of tracing, each as a ratio to a naive loop with a plain dictionary in the same run.

The naive loops know one method and nothing else: no fees, barriers, sources with amounts, records or checks. Must not
assert a time.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from time import perf_counter
from typing import Any

from workstation.analysis.trace import account, flow, utxo
from workstation.analysis.trace.balances import balances
from workstation.analysis.trace.ledger import (
    EventSource,
    Input,
    Output,
    OutputSource,
    Transfer,
    Tx,
    chain,
    ordered,
)  # fmt: skip
from workstation.analysis.trace.pooled import FIXED

Coin = tuple[str, int]


def account_ledger(count: int, seed: int = 5) -> list[Transfer]:
    """Transfers of one asset among few busy and many quiet accounts; most pay what they have, some more than that."""
    draw = random.Random(seed)
    names = [f"0x{draw.getrandbits(160):040x}" for _ in range(max(2, count * 8 // 100))]
    chance, many = draw.random, len(names)
    held = dict.fromkeys(names, 0)
    found = []
    for n in range(count):
        sender: str | None = names[int(many * chance() ** 2)]
        receiver = names[int(many * chance())]
        amount = 1 + int(held[sender] * chance()) if sender else 0
        if amount == 1:
            sender, amount = None, 1 + int(10**9 * chance())
        elif chance() < 0.02:
            amount *= 2
        if sender:
            held[sender] = max(0, held[sender] - amount)
        held[receiver] += amount
        found.append(Transfer(str(n), n // 3, "X", sender, receiver, amount))
    return found


def coin_ledger(count: int, seed: int = 5) -> list[Tx]:
    """Transactions in order: one or two inputs, two outputs, a fee; one of twenty spends coins from outside."""
    draw = random.Random(seed)
    chance = draw.random
    unspent: list[tuple[str, int, int]] = []
    found = []
    for n in range(count):
        txid = f"{draw.getrandbits(256):064x}"
        if len(unspent) < 50 or chance() < 0.05:
            value = 10**6 + int(10**9 * chance())
            inputs: tuple[Input, ...] = (Input(f"outside{n}", 0, value, "outside"),)
        else:
            spent = []
            for _ in range(1 + (chance() < 0.4)):
                place = int(len(unspent) * chance())
                unspent[place], unspent[-1] = unspent[-1], unspent[place]
                spent.append(unspent.pop())
            value = sum(one[2] for one in spent)
            inputs = tuple(Input(one[0], one[1]) for one in spent)
        fee = min(value, 1000)
        first = int((value - fee) * chance())
        outputs = (Output(first, f"a{n}"), Output(value - fee - first, f"b{n}"))
        found.append(Tx(txid, n // 2000, n % 2000, inputs, outputs))
        unspent += [(txid, 0, first), (txid, 1, value - fee - first)]
    return found


def event_sources(events: Sequence[Transfer], labels: int) -> list[EventSource]:
    """One source for each label, spread evenly over the ledger."""
    return [EventSource(events[n * len(events) // labels + 5].id, f"L{n}") for n in range(labels)]


def coin_sources(txs: Sequence[Tx], labels: int) -> list[OutputSource]:
    """One source for each label, spread evenly over the ledger."""
    return [OutputSource(txs[n * len(txs) // labels + 5].txid, 0, f"L{n}") for n in range(labels)]


def naive_fifo(events: Sequence[Transfer], sources: Iterable[EventSource]) -> dict[str | None, Any]:
    """A queue of lots for each account, and nothing else."""
    marks = {source.event: source.label for source in sources}
    queues: dict[str | None, deque[tuple[str | None, int]]] = {}
    for event in events:
        need = event.amount
        slice_: list[tuple[str | None, int]] = []
        queue = queues.get(event.sender)
        while need and queue:
            label, size = queue.popleft()
            if size > need:
                queue.appendleft((label, size - need))
                size = need
            slice_.append((label, size))
            need -= size
        if need:
            slice_.append((None, need))
        if event.id in marks:
            slice_ = [(marks[event.id] if label is None else label, size) for label, size in slice_]
        queues.setdefault(event.receiver, deque()).extend(slice_)
    return queues


def naive_haircut(events: Sequence[Transfer], sources: Iterable[EventSource]) -> dict[str | None, float]:
    """A balance and a tainted part for each account, in floating point."""
    marks = {source.event for source in sources}
    balance: dict[str | None, int] = {}
    dirty: dict[str | None, float] = {}
    for event in events:
        units, sender, receiver = event.amount, event.sender, event.receiver
        held = balance.get(sender, 0) if sender is not None else 0
        taken = 0.0
        if held:
            stain = dirty.get(sender, 0.0)
            taken = stain * min(1.0, units / held)
            dirty[sender] = stain - taken
            balance[sender] = max(0, held - units)
        if event.id in marks:
            taken = float(units)
        balance[receiver] = balance.get(receiver, 0) + units
        dirty[receiver] = dirty.get(receiver, 0.0) + taken
    return dirty


def naive_coins(txs: Sequence[Tx], sources: Iterable[OutputSource]) -> dict[Coin, Any]:
    """FIFO with a dictionary of outputs: inputs in order, outputs from the head, the rest is the fee."""
    marks = {(source.txid, source.vout): source.label for source in sources}
    held: dict[Coin, list[tuple[str | None, int]]] = {}
    for tx in txs:
        row: list[tuple[str | None, int]] = []
        for spent in tx.inputs:
            row += held.pop((spent.txid, spent.vout), []) or [(None, spent.value or 0)]
        row.reverse()
        for vout, output in enumerate(tx.outputs):
            need = output.value
            got = []
            while need:
                label, size = row.pop()
                if size > need:
                    row.append((label, size - need))
                    size = need
                got.append((label, size))
                need -= size
            if (tx.txid, vout) in marks:
                got = [(marks[tx.txid, vout] if label is None else label, size) for label, size in got]
            held[tx.txid, vout] = got
    return held


def networkx_flow(events: Sequence[Transfer], source: str, sink: str) -> int:
    """The largest flow on the network in time, with the solver of networkx."""
    import networkx

    net: Any = networkx.DiGraph()
    now: dict[str | None, float] = {}
    # A node for every moment of an account; value waits between them.
    for n, event in enumerate(events):
        if event.sender is None or event.sender in (sink, event.receiver) or event.receiver == source:
            continue
        if event.sender in now:
            net.add_edge((event.sender, now[event.sender]), (event.sender, n))
        elif event.sender == source:
            net.add_edge("start", (event.sender, n))
        if event.receiver in now:
            net.add_edge((event.receiver, now[event.receiver]), (event.receiver, n + 0.5))
        net.add_edge((event.sender, n), (event.receiver, n + 0.5), capacity=event.amount)
        now[event.sender] = n
        now[event.receiver] = n + 0.5
    if sink not in now or "start" not in net:
        return 0
    net.add_edge((sink, now[sink]), "end")
    return int(networkx.maximum_flow_value(net, "start", "end"))


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds, and what the work gave."""
    start = perf_counter()
    found = work()
    return perf_counter() - start, found


def run(full: bool = False) -> list[dict[str, Any]]:
    """The tracing figures of design section 7: 200,000 transfers and transactions, or 1,000,000 with ``full``."""
    count = 1_000_000 if full else 200_000
    return [*_accounts(count), *_coins(count), _flow(8_000)]


def _accounts(count: int) -> list[dict[str, Any]]:
    events = account_ledger(count)
    hundred, one = event_sources(events, 100), event_sources(events, 1)
    peer, _ = timed(lambda: naive_fifo(events, hundred))
    ours, _ = timed(lambda: account.trace(ordered(events), hundred, "fifo"))
    blend_peer, _ = timed(lambda: naive_haircut(events, one))
    blend, _ = timed(lambda: account.trace(ordered(events), one, "haircut", arithmetic=FIXED))
    stain, _ = timed(lambda: account.trace(ordered(events), one, "poison"))
    ready = balances(events)
    again, _ = timed(lambda: account.trace(events, one, "haircut", arithmetic=FIXED, ready=ready))
    stain_again, _ = timed(lambda: account.trace(events, one, "poison", ready=ready))
    named = f"{count:,} account transfers, 1 source"
    return [
        _figure(f"T-trace FIFO, {count:,} account transfers, 100 sources", ours, peer, 5.0, count),
        _figure(f"T-trace haircut, {named}, with balances", blend, blend_peer, 2.0, count),
        _figure(f"T-trace haircut, {named}, balances known (a further method)", again, blend_peer, 2.0, count),
        _figure(f"T-trace poison, {named}, with balances", stain, blend_peer, 1.0, count),
        _figure(f"T-trace poison, {named}, balances known (a further method)", stain_again, blend_peer, 1.0, count),
    ]


def _coins(count: int) -> list[dict[str, Any]]:
    txs = coin_ledger(count)
    sources, one = coin_sources(txs, 100), coin_sources(txs, 1)
    peer, _ = timed(lambda: naive_coins(txs, sources))
    ours, _ = timed(lambda: utxo.trace(chain(txs), sources, "fifo"))
    ledger = chain(txs)
    lines = [_figure(f"T-trace FIFO, {count:,} UTXO transactions with preparation", ours, peer, 8.0, count)]
    # The design has no target here: one source reaches four of five outputs of this ledger.
    for name in ("haircut", "poison"):
        took, found = timed(lambda name=name: utxo.trace(ledger, one, name, arithmetic=FIXED))  # type: ignore[misc]
        told = f"T-trace {name}, {count:,} UTXO transactions, {len(found.outputs):,} outputs reached"
        line = _line(told, took, "plain dictionary loop, FIFO, no records", took / peer)
        lines.append({**line, "target": "none stated", "holds": True})
    return lines


def _flow(count: int) -> dict[str, Any]:
    events = account_ledger(count)
    # The busiest payer and another busy taker, so that something flows.
    source = Counter(str(event.sender) for event in events if event.sender is not None).most_common(1)[0][0]
    takers = Counter(str(event.receiver) for event in events[count // 2 :])
    sink = next(name for name, _ in takers.most_common() if name != source)
    peer, theirs = timed(lambda: networkx_flow(events, source, sink))
    ours, found = timed(lambda: flow.max_flow(events, flow.Question(source, sink)))
    line = _line(f"T-trace temporal max-flow, {count:,} transfers", ours, "networkx.maximum_flow_value", peer / ours)
    return {**line, "target": "same flow, >= 1 x faster", "holds": found == theirs > 0 and peer >= ours}


def _figure(name: str, ours: float, peer: float, limit: float, count: int) -> dict[str, Any]:
    """A run beside the plain dictionary loop. The limit is the design's, in seconds for a million."""
    line = _line(name, ours, "plain dictionary loop, one method, no records", ours / peer)
    return {**line, "target": f"< {limit:g} s for 1M", "holds": ours * 1_000_000 / count < limit}


def _line(name: str, seconds: float, peer: str, ratio: float) -> dict[str, Any]:
    return {"name": name, "value": round(seconds, 3), "unit": "s", "peer": peer, "ratio": round(ratio, 2)}

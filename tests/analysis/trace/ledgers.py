"""Random ledgers for the tests, small and full of edge cases: ties, zero amounts, self transfers, shortfalls."""

from __future__ import annotations

import random
from typing import Any

Case = dict[str, Any]
LABELS = ("A", "B", "C")


def account_case(seed: int, *, conversions: bool = True, size: int = 25) -> Case:
    """An account ledger with its sources and options."""
    draw = random.Random(seed)
    names = ["a", "b", "c", "d", "e"][: draw.randint(2, 5)]
    assets = ["X", "Y"][: draw.randint(1, 2)]
    swaps = draw.randint(0, 2) if conversions else 0
    events: list[Case] = []
    for n in range(draw.randint(5, size)):
        ts, asset = draw.randint(0, size // 2), draw.choice(assets)
        if swaps and draw.random() < 0.15:
            swaps -= 1
            event: Case = {
                "id": f"e{n}", "ts": ts, "type": "convert", "account": draw.choice(names), "from_asset": asset,
                "from_amount": draw.randint(1, 7), "to_asset": draw.choice(["X", "Y"]), "to_amount": draw.randint(0, 9),
            }  # fmt: skip
            if draw.random() < 0.4:
                event["to_account"] = draw.choice(names)
        else:
            event = {
                "id": f"e{n}", "ts": ts, "asset": asset, "from": draw.choice([None, *names, *names]),
                "to": draw.choice([None, *names, *names, *names]), "amount": draw.choice([0, *range(1, 20)]),
            }  # fmt: skip
        if draw.random() < 0.3:
            event["seq"] = draw.randint(0, 2)
        if draw.random() < 0.3:
            event["fee"] = draw.randint(0, 4)
            if draw.random() < 0.3:
                event["fee_asset"] = draw.choice(["X", "Y"])
            if draw.random() < 0.3:
                event["fee_payer"] = draw.choice(names)
        events.append(event)
    moves = [e["id"] for e in events if "type" not in e]
    sources = []
    for event_id in draw.sample(moves, min(len(moves), draw.randint(1, 4))):
        source = {"event": event_id, "label": draw.choice(LABELS)}
        if draw.random() < 0.4:
            source["amount"] = draw.randint(0, 12)
        sources.append(source)
    opening = [
        {"account": draw.choice(names), "asset": draw.choice(assets), "amount": draw.randint(0, 15)}
        | ({"label": draw.choice(LABELS)} if draw.random() < 0.5 else {})
        for _ in range(draw.randint(0, 3))
    ]
    options: Case = {"shortfall": draw.choice(["clean_injection", "debt"])}
    if draw.random() < 0.4:
        options["barriers"] = draw.sample(names, 1)
    if draw.random() < 0.2:
        options["until_ts"] = draw.randint(0, size // 2)
    return {
        "id": f"account-{seed}", "kind": "account", "events": events, "sources": sources, "opening": opening,
        "options": options,
    }  # fmt: skip


def utxo_case(seed: int, blocks: int = 6) -> Case:
    """A UTXO ledger with coinbases, outside inputs, several labels, change flags and barriers."""
    draw = random.Random(seed)
    addresses = [f"p{n}" for n in range(6)]
    txs: list[Case] = []
    unspent: list[tuple[str, int, int]] = []
    fees_of: dict[int, int] = {}
    for block in range(blocks):
        for pos in range(1, draw.randint(1, 4)):
            inputs: list[Case] = []
            total = 0
            for _ in range(draw.randint(1, 3)):
                if unspent and draw.random() < 0.75:
                    txid, vout, value = unspent.pop(draw.randrange(len(unspent)))
                    inputs.append({"txid": txid, "vout": vout})
                else:
                    value = draw.randint(0, 30)
                    inputs.append({"txid": f"outside{block}-{pos}-{len(inputs)}", "vout": 0, "value": value})
                    inputs[-1]["address"] = draw.choice(addresses)
                total += value
            outputs, left = [], total
            for _ in range(draw.randint(1, 4)):
                value = draw.randint(0, left)
                left -= value
                outputs.append({"value": value, "address": draw.choice(addresses)})
                if draw.random() < 0.3:
                    outputs[-1]["change"] = True
            if draw.random() < 0.3:
                outputs[-1]["value"] += left
                left = 0
            txid = f"t{block}-{pos}"
            txs.append({"txid": txid, "block": block, "pos": pos, "inputs": inputs, "outputs": outputs})
            fees_of[block] = fees_of.get(block, 0) + left
            unspent += [(txid, n, o["value"]) for n, o in enumerate(outputs)]
        if draw.random() < 0.7:
            subsidy = draw.randint(0, 40)
            claimed = subsidy + draw.randint(0, fees_of.get(block, 0))
            first = draw.randint(0, claimed)
            outputs = [{"value": v, "address": draw.choice(addresses)} for v in (first, claimed - first)]
            coin = {"txid": f"c{block}", "block": block, "pos": 0, "coinbase": True, "subsidy": subsidy}
            txs.append({**coin, "inputs": [], "outputs": outputs})
            unspent += [(f"c{block}", n, o["value"]) for n, o in enumerate(outputs)]
    places = [(tx["txid"], n) for tx in txs for n in range(len(tx["outputs"]))]
    sources = []
    for txid, vout in draw.sample(places, min(len(places), draw.randint(1, 4))):
        source = {"txid": txid, "vout": vout, "label": draw.choice(LABELS)}
        if draw.random() < 0.4:
            source["amount"] = draw.randint(0, 15)
        sources.append(source)
    draw.shuffle(txs)
    options: Case = {"fee_policy": draw.choice(["sink", "to_miner"])}
    if draw.random() < 0.5:
        options["output_order"] = "change_last"
    if draw.random() < 0.4:
        options["barriers"] = draw.sample(addresses, 1)
    if draw.random() < 0.2:
        options["until_block"] = draw.randint(0, blocks)
    return {"id": f"utxo-{seed}", "kind": "utxo", "ledger": {"txs": txs}, "sources": sources, "options": options}


def flow_case(seed: int, size: int = 44) -> Case:
    """Transfers of one asset, in total order in the file."""
    draw = random.Random(seed)
    names = ["s", "s", "t", "a", "b", "c", "d"]
    events = []
    for n in range(draw.randint(3, size)):
        sender, receiver = draw.choice(names), draw.choice(names)
        event = {"id": str(n), "ts": n // 2, "asset": "X", "from": sender, "to": receiver, "amount": draw.randint(0, 9)}
        events.append(event)
    case: Case = {"id": f"flow-{seed}", "kind": "flow", "events": events, "source": "s", "sink": "t", "k": 4}
    if draw.random() < 0.3:
        case["budget"] = draw.randint(0, 12)
    if draw.random() < 0.3:
        case["window"] = sorted(draw.sample(range(size // 2 + 1), 2))
    if draw.random() < 0.3:
        case["max_hops"] = draw.randint(1, 4)
    return case

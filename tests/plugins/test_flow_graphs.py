"""Saved graphs of other tools: what is stated beside the ledger, and the packing of GraphSense files."""

from __future__ import annotations

import base64
import json
import struct

import pytest

from workstation.domain.records import BadRow, EventRecord, MentionRecord, Remark, TagRecord, TransferRecord
from workstation.plugin_host import readers
from workstation.sdk.reader import Refusal

A = "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw"
EVM = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"
TX = "ab" * 32


def of(records, kind):
    return [r for r in records if isinstance(r, kind)]


def codes(text: bytes) -> bytes:
    """LZW as the dashboard packs, four bytes each code."""
    known = {bytes((i,)): i for i in range(256)}
    word, out = b"", []
    for at in range(len(text)):
        sign = text[at : at + 1]
        if word + sign in known:
            word += sign
        else:
            out.append(known[word])
            known[word + sign] = len(known)
            word = sign
    return struct.pack(f"<{len(out) + 1}I", *out, known[word])


def pack(data) -> bytes:
    """A saved graph."""
    return codes(base64.b64encode(json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()))


def test_pathfinder(direct):
    data = [
        "pathfinder", "1", "case 7",
        [[["btc", A], 0.5, 1.5, True], [["eth", EVM], 0, 1, False], [["btc", "wrong"], 0, 0, False]],
        [[["btc", TX], 0, 0, True, 0], [["eth", "0x" + "cd" * 32 + "_T3"], 0, 0, True, 0]],
        [[["btc", A], "Täter", None], [["btc", TX], "payout", None], [["btc", A], "", [1, 0, 0, 1]]], [],
    ]  # fmt: skip
    records = direct("graphsense.gs", pack(data))
    assert [(m.subject, m.ref, m.chains) for m in of(records, MentionRecord)] == [
        ("address", A, ("bitcoin",)), ("address", EVM.lower(), ("ethereum",)), ("transaction", TX, ("bitcoin",)),
        ("transaction", "0x" + "cd" * 32, ("ethereum",)),
    ]  # fmt: skip
    assert [(t.subject, t.ref, t.label) for t in of(records, TagRecord)] == [
        ("address", A, "Täter"), ("transaction", TX, "payout"),
    ]  # fmt: skip
    assert len(of(records, BadRow)) == 1


def test_older_layouts(direct):
    graph = ["1.0.0", [[["btc", 0, A], 0.1, 1, ["L", "http://x", "exchange", None], None]], [[["btc", 1, 77], A, 0, 0]]]
    records = direct("graphsense.gs", pack(graph))
    (tag,) = of(records, TagRecord)
    assert (tag.label, tag.category) == ("L", "exchange")
    assert ("entity", "77") in of(records, EventRecord)[0].details
    store = ["0.5.0", [[{"id": A, "keyspace": "btc", "notes": "seen", "tags": [
        {"isUserDefined": True, "label": "X"}, {"isUserDefined": False, "label": "not mine"}]}], [], []]]  # fmt: skip
    assert [t.label for t in of(direct("graphsense.gs", pack(store)), TagRecord)] == ["X", "seen"]
    notes = ["0.4.5", [[["btc|" + A, "my note"]], [["btc|123", "cluster note"]]]]
    records = direct("graphsense.gs", pack(notes))
    assert [t.label for t in of(records, TagRecord)] == ["my note"]
    assert ("note", "cluster note") in of(records, EventRecord)[0].details


def test_a_saved_graph_is_found_and_read_in_the_worker(tmp_path, plugins):
    path = tmp_path / "2024-01-01.gs"
    path.write_bytes(pack(["pathfinder", "1", "n", [[["btc", A], 0, 0, True]], [], [], []]))
    assert readers.detect(path, plugins)[0].reader == "graphsense.gs"
    with readers.parse(path, "graphsense.gs", {}, plugins) as parse:
        assert len(of(list(parse), MentionRecord)) == 1


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"hello", b"hello world!", struct.pack("<3I", 87, 121, 999), codes(b"WyJ!!!!!"), codes(base64.b64encode(b"{}")),
        codes(base64.b64encode(b'["9x"]')), codes(base64.b64encode(b"[" * 5000)), codes(base64.b64encode(b'["a"')),
    ],
)  # fmt: skip
def test_damaged_graphs_are_refused(direct, raw):
    with pytest.raises(Refusal):
        direct("graphsense.gs", raw)


def test_a_packed_bomb_is_refused(modules):
    bomb = struct.pack("<12001I", 97, *range(256, 12256))
    with pytest.raises(Refusal, match="larger than"):
        modules["graphsense.gs"].unpack(bomb)


NODES = [
    {"id": "v01", "address": "0x" + "1" * 40, "chainid": 1, "label": "Victim", "role": "victim_wallet", "balance": "0.42"},
    {"id": "a01", "address": "0x" + "2" * 40, "chainid": 1, "label": None, "role": "attacker_eoa", "balance": None},
    {"id": "z01", "address": "0x" + "0" * 40, "chainid": 1, "label": "Null", "role": "unknown_eoa"},
]  # fmt: skip


def edge(**more):
    return {
        "id": "e1", "source": "v01", "target": "a01", "amount": "5000", "token": "USDT", "txcount": 2,
        "token_address": "0xdac17f958d2ee523a2206206994597c13d831ec7", "type": "token_transfer", "chainid": 1,
        "txhash": "0x" + TX, "timestamp": "2026-03-15T10:23:00Z", **more,
    }  # fmt: skip


def case(*edges, nodes=NODES):
    return json.dumps(
        {
            "id": "case-1",
            "name": "n",
            "schemaVersion": 1,
            "nodes": nodes,
            "edges": edges,
            "_meta": {"created_at": "2026-03-15"},
        }
    ).encode()


def test_edges_are_stated_movements_never_ledger_transfers(direct):
    records = direct("etherscan.flow", case(edge()))
    (transfer,) = of(records, TransferRecord)
    assert (transfer.chain, transfer.kind, transfer.tx, transfer.symbol, transfer.amount_text, transfer.decimals) == (
        "stated", "stated", "", "USDT", "5000", None,
    )  # fmt: skip
    assert (transfer.sender, transfer.receiver) == ("ethereum:0x" + "1" * 40, "ethereum:0x" + "2" * 40)
    assert [(t.label, t.category, t.confidence) for t in of(records, TagRecord)] == [
        ("Victim", "victim_wallet", "heuristic"), ("attacker_eoa", "attacker_eoa", "heuristic"),
    ]  # fmt: skip
    moved = next(e for e in of(records, EventRecord) if e.kind == "transfer")
    assert (moved.tx, moved.address) == ("0x" + TX, "0x" + "1" * 40)
    assert ("txcount", "2") in moved.details
    assert next(e for e in of(records, EventRecord) if e.kind == "balance").amount_text == "0.42"
    assert any("inference" in r.text for r in of(records, Remark))


@pytest.mark.parametrize("more", [{"type": "approve"}, {"amount": None}, {"target": "z01", "type": "burn"}])
def test_edges_without_a_payment_give_no_transfer(direct, more):
    records = direct("etherscan.flow", case(edge(**more)))
    assert not of(records, TransferRecord)
    assert not of(records, BadRow)


@pytest.mark.parametrize(
    "more",
    [
        {"target": "nobody"},
        {"amount": "-5"},
        {"amount": "1e5"},
        {"txhash": "0x1"},
        {"chainid": 999},
        {"timestamp": "x"},
    ],
)
def test_edges_that_cannot_be_used_are_quarantined(direct, more):
    records = direct("etherscan.flow", case(edge(**more)))
    assert not of(records, TransferRecord)
    assert len(of(records, BadRow)) == 1


def test_other_json_is_no_flow_case(direct):
    for raw in (b"", b'{"a": 1}', b"[1]"):
        with pytest.raises(Refusal):
            direct("etherscan.flow", raw)

"""Blockscout answers: transactions, token transfers and internal transactions, with labels and pages."""

from __future__ import annotations

import json

from workstation.domain.records import BadRow, Remark, TagRecord, TransactionRecord, TransferRecord

A, B, C = ("0x" + letter * 40 for letter in "abc")
TX = "0x" + "1" * 64


def party(address, **more):
    return {"hash": address, "is_contract": False, "name": None, "public_tags": [], **more}


def row(**more):
    return {"hash": TX, "timestamp": "2023-05-02T12:19:59.000000Z", "from": party(A), "to": party(B), "value": "7",
            "fee": {"type": "actual", "value": "21000"}, "status": "ok", "block_number": 5, "position": 3,
            "gas_used": "21000", **more}  # fmt: skip


def items(*rows, following=None):
    return json.dumps({"items": list(rows), "next_page_params": following}).encode()


def transfers(records):
    return [r for r in records if isinstance(r, TransferRecord)]


def test_transactions(direct, modules):
    raw = items(row(), row(status="error"), row(fee={"type": "maximum", "value": "1"}, value="0"), row(value="1e3"),
                row(**{"to": None, "created_contract": party(C)}))  # fmt: skip
    assert modules["blockscout.json"].sniff(raw, "x.json").score > 0.9
    records = direct("blockscout.json", raw)
    assert [(t.place.row, t.kind, t.index, t.receiver, t.amount) for t in transfers(records)] == [
        (0, "native", 0, B, 7), (0, "fee", 0, None, 21000), (1, "fee", 0, None, 21000),
        (4, "native", 0, C, 7), (4, "fee", 0, None, 21000),
    ]  # fmt: skip
    stated = [r for r in records if isinstance(r, TransactionRecord)]
    assert [(r.status, r.block, r.position, r.time) for r in stated][:2] == [
        ("ok", 5, 3, 1683029999), ("failed", 5, 3, 1683029999),
    ]  # fmt: skip
    assert [r.code for r in records if isinstance(r, BadRow)] == ["WS-ROW-004"]
    assert not [r for r in records if isinstance(r, Remark) and "page" in r.text]


def test_token_transfers(direct):
    def token(kind, total, **more):
        made = row(transaction_hash=TX, log_index=9, token={"address": C, "symbol": "X", "decimals": "6", "type": kind},
                   total=total, **more)  # fmt: skip
        return {key: value for key, value in made.items() if key not in ("hash", "value", "fee", "status")}

    records = direct("blockscout.json", items(
        token("ERC-20", {"value": "15", "decimals": "6"}), token("ERC-721", {"token_id": "77"}),
        token("ERC-1155", {"token_id": "8", "value": "3"}), token("ERC-20", {"value": "15", "decimals": None}),
        token("ERC-20", {"value": "15", "decimals": "999"}), following={"index": 5},
    ))  # fmt: skip
    assert [(t.kind, t.index, t.contract, t.amount, t.decimals) for t in transfers(records)] == [
        ("token", 9, C, 15, 6), ("nft", 9, f"{C}/77", 1, 0), ("nft", None, f"{C}/8", 3, 0), ("token", 9, C, 15, 6),
    ]  # fmt: skip
    assert [r.place.row for r in records if isinstance(r, BadRow)] == [4]
    assert [r for r in records if isinstance(r, Remark) and "one page" in r.text]


def test_internal_transactions(direct):
    def inner(**more):
        made = row(**{"transaction_hash": TX, "index": 1, "success": True, "type": "call", **more})
        return {key: value for key, value in made.items() if key not in ("hash", "fee", "status")}

    records = direct("blockscout.json", items(
        inner(), inner(success=False), inner(value="0"), inner(type="delegatecall"),
        inner(**{"to": None, "created_contract": party(C), "type": "create"}),
    ))  # fmt: skip
    assert [(t.kind, t.index, t.receiver, t.amount) for t in transfers(records)] == [
        ("internal", None, B, 7), ("internal", None, C, 7),
    ]  # fmt: skip


def test_labels_come_once(direct):
    named = party(B, name="Router", is_contract=True, public_tags=[{"label": "x", "display_name": "Exchange: hot"}])
    records = direct("blockscout.json", items(row(**{"to": named}), row(**{"to": named})))
    tags = [(r.ref, r.label, r.category, r.source) for r in records if isinstance(r, TagRecord)]
    assert tags == [
        (B, "Router", "contract name", "Blockscout"), (B, "Exchange: hot", "public tag", "Blockscout"),
    ]  # fmt: skip

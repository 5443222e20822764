"""TRON: TronGrid and Tronscan answers and the GraphSense export, real rows to the last sun, and what fails."""

from __future__ import annotations

import base64
import csv
import json

import pytest

from workstation.domain.records import BadRow, Remark, TagRecord, TransactionRecord, TransferRecord
from workstation.sdk.reader import Refusal

HEX_A, HEX_B, HEX_C = ("41" + pair * 20 for pair in ("11", "22", "33"))
TX = "1" * 64


def transfers(records):
    return [r for r in records if isinstance(r, TransferRecord)]


def grid(*rows, **meta):
    return json.dumps({"data": list(rows), "success": True, "meta": meta}).encode()


def contract(kind, **value):
    parameter = {"value": {"owner_address": HEX_A, **value}, "type_url": f"type.googleapis.com/protocol.{kind}"}
    return {"parameter": parameter, "type": kind}


def row(kind="TransferContract", result="SUCCESS", fee=0, memo="", internal=(), **value):
    raw = {"contract": [contract(kind, **value)], "timestamp": 1600000000000, **({"data": memo} if memo else {})}
    return {"ret": [{"contractRet": result, "fee": fee}], "txID": TX, "blockNumber": 5, "block_timestamp": 1600000001234,
            "raw_data": raw, "internal_transactions": list(internal)}  # fmt: skip


def ordered(method, *words):
    return method + "".join(f"{int(word, 16):064x}" if isinstance(word, str) else f"{word:064x}" for word in words)


def test_a_real_answer_of_trongrid(read, data):
    path = data / "tron-samples" / "trongrid_account_transactions.json"
    records = read(path)
    facts = json.loads(path.read_text())["data"]
    stated = [r for r in records if isinstance(r, TransactionRecord)]
    assert [(r.tx, r.block, r.status) for r in stated] == [(f["txID"], f["blockNumber"], "ok") for f in facts]
    assert [r.time for r in stated] == [f["block_timestamp"] // 1000 for f in facts]
    found = transfers(records)
    assert [(t.kind, t.amount) for t in found] == [
        ("native", 5), ("native", 1), ("native", 100_000_000), ("fee", 1_100_000), ("token", 500_000), ("native", 9),
    ]  # fmt: skip
    token = found[4]
    assert (token.decimals, token.amount_text) == (None, "")
    assert {t.sender[0] for t in found} == {"T"}
    assert not [r for r in records if isinstance(r, BadRow)]


@pytest.mark.parametrize("result", ["OUT_OF_ENERGY", "REVERT", "FAILED", "OUT_OF_TIME"])
def test_a_failed_call_moves_nothing_and_pays(direct, result):
    data = ordered("a9059cbb", HEX_B, 7)
    raw = grid(row("TriggerSmartContract", result, 345, contract_address=HEX_C, data=data, call_value=9))
    records = direct("trongrid.transactions", raw)
    assert [(t.kind, t.amount) for t in transfers(records)] == [("fee", 345)]
    assert [r.status for r in records if isinstance(r, TransactionRecord)] == ["failed"]


def test_call_data_names_receiver_and_amount(direct):
    for data, sender, receiver in (
        (ordered("a9059cbb", HEX_B, 2**256 - 1), HEX_A, HEX_B),
        (ordered("23b872dd", HEX_B, HEX_C, 2**256 - 1), HEX_B, HEX_C),
    ):
        found = direct("trongrid.transactions", grid(row("TriggerSmartContract", contract_address=HEX_C, data=data)))
        (token,) = transfers(found)
        check = direct("trongrid.transactions", grid(row(amount=1, owner_address=sender, to_address=receiver)))
        (known,) = transfers(check)
        assert (token.sender, token.receiver) == (known.sender, known.receiver)
        assert (token.kind, token.amount, token.decimals) == ("token", 2**256 - 1, None)
        assert [r for r in found if isinstance(r, Remark) and "call data" in r.text]


def test_other_calls_move_no_token(direct):
    for data in ("095ea7b3" + "0" * 128, "a9059cbb" + "0" * 127, "", "a9059cbb" + "f" * 128):
        raw = grid(row("TriggerSmartContract", contract_address=HEX_C, data=data, call_value=4))
        assert [(t.kind, t.amount) for t in transfers(direct("trongrid.transactions", raw))] == [("native", 4)]


def test_internal_transactions_and_trc10(direct):
    given = [{"caller_address": HEX_A, "transferTo_address": HEX_B, "callValueInfo": [{"callValue": 3}]},
             {"caller_address": HEX_A, "transferTo_address": HEX_B, "callValueInfo": [{"callValue": 3}], "rejected": True},
             {"from_address": HEX_A, "to_address": HEX_C, "data": {"call_value": {"_": 4}, "rejected": False}}]  # fmt: skip
    raw = grid(row("TransferAssetContract", to_address=HEX_B, asset_name="31303032303030", amount=8, internal=given))
    found = transfers(direct("trongrid.transactions", raw))
    assert [(t.kind, t.contract, t.amount) for t in found] == [
        ("token", "trc10:1002000", 8), ("internal", "", 3), ("internal", "", 4),
    ]  # fmt: skip


def test_trc20_transfers_of_trongrid(direct):
    token = {"symbol": "USDT", "address": "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "decimals": 6, "name": "Tether USD"}
    one = {"transaction_id": TX, "token_info": token, "block_timestamp": 1600000000000, "from": HEX_A, "to": HEX_B,
           "type": "Transfer", "value": "1500000"}  # fmt: skip
    raw = grid(one, {**one, "type": "Approval"}, {**one, "value": "1.5"}, {**one, "block_timestamp": 1600000000},
               links={"next": "page"})  # fmt: skip
    records = direct("trongrid.transactions", raw)
    assert [(t.symbol, t.contract, t.amount, t.decimals) for t in transfers(records)] == [
        ("USDT", token["address"], 1_500_000, 6)
    ]
    assert [r.code for r in records if isinstance(r, BadRow)] == ["WS-ROW-004", "WS-ROW-006"]
    assert [r for r in records if isinstance(r, Remark) and "one page" in r.text]


def test_a_memo_is_told(direct):
    records = direct("trongrid.transactions", grid(row(amount=1, to_address=HEX_B, memo="68656c6c6f")))
    assert [r for r in records if isinstance(r, Remark) and "memo" in r.text]
    with pytest.raises(Refusal, match="error answer"):
        direct("trongrid.transactions", b'{"success":false,"error":"limit"}')


def test_tronscan_transfers_bring_their_tags(direct):
    known = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
    one = {"transaction_id": TX, "status": 0, "block_ts": 1600000000000, "block": 5, "from_address": known,
           "from_address_tag": {"from_address_tag_logo": "", "from_address_tag": "Exchange-Hot 2"}, "to_address": HEX_B,
           "to_address_tag": {}, "contract_address": known, "quant": "2500000", "confirmed": True, "event_type": "Transfer",
           "contractRet": "SUCCESS", "finalResult": "SUCCESS", "revert": False,
           "tokenInfo": {"tokenId": known, "tokenAbbr": "USDT", "tokenDecimal": 6, "tokenType": "trc20"}}  # fmt: skip
    raw = json.dumps({"total": 9, "rangeTotal": 9, "token_transfers": [one, one, {**one, "revert": True}]}).encode()
    records = direct("tronscan.json", raw)
    assert [(t.amount, t.decimals, t.symbol) for t in transfers(records)] == [(2_500_000, 6, "USDT")] * 2
    (tag,) = [r for r in records if isinstance(r, TagRecord)]
    assert (tag.chain, tag.subject, tag.ref, tag.label, tag.source) == (
        "tron", "address", known, "Exchange-Hot 2", "Tronscan",
    )  # fmt: skip
    assert [r for r in records if isinstance(r, Remark) and "3 of 9" in r.text]


def test_tronscan_transactions(direct):
    one = {"block": 5, "hash": TX, "timestamp": 1600000000000, "ownerAddress": HEX_A, "toAddress": HEX_B,
           "contractType": 1, "confirmed": True, "revert": False, "contractRet": "SUCCESS", "amount": "7",
           "cost": {"fee": 12, "net_fee": 12}, "contractData": {"amount": 7}}  # fmt: skip
    rows = [one, {**one, "contractRet": "REVERT"}, {**one, "contractType": 31, "contractData": {"call_value": 3}},
            {**one, "contractType": 4, "cost": {}}, {**one, "amount": None, "contractData": {}},
            {**one, "contractType": 2, "tokenInfo": {"tokenId": "1002000", "tokenAbbr": "BTT", "tokenDecimal": 6}}]  # fmt: skip
    records = direct("tronscan.json", json.dumps({"total": 6, "data": rows}).encode())
    assert [(t.place.row, t.kind, t.contract, t.amount) for t in transfers(records)] == [
        (0, "native", "", 7), (0, "fee", "", 12), (1, "fee", "", 12), (2, "native", "", 3), (2, "fee", "", 12),
        (5, "token", "trc10:1002000", 7), (5, "fee", "", 12),
    ]  # fmt: skip
    assert [r.place.row for r in records if isinstance(r, BadRow)] == [4]


def test_graphsense_rows_equal_their_decoded_table(read, data):
    folder = data / "tron-samples"
    records = read(folder / "graphsense_trx_transactions_0_10000.jsonl")
    found = transfers(records)
    with (folder / "trx_transfers_decoded.csv").open(newline="") as file:
        facts = list(csv.DictReader(file))
    assert sorted((t.tx, t.block, t.time, t.sender, t.receiver or "", t.amount) for t in found) == sorted(
        (f["tx_hash"], int(f["block"]), int(f["time_unix"]), f["from"], f["to"], int(f["amount_sun"]))
        for f in facts
        if f["amount_sun"] != "0" and f["to"]
    )
    aside = [r for r in records if isinstance(r, BadRow)]
    assert len(aside) == sum(f["amount_sun"] != "0" and not f["to"] for f in facts)
    assert {(t.kind, t.index, t.chain) for t in found} == {("native", 0, "tron")}


@pytest.mark.parametrize(
    ("change", "code"),
    [({"txHash": "%%%"}, "WS-ROW-007"), ({"txHash": "AAAA"}, "WS-ROW-007"), ({"fromAddress": "AAAA"}, "WS-ROW-005"),
     ({"blockId": 7}, "WS-ROW-013"), ({"value": -1}, "WS-ROW-004"), ({"toAddress": None}, "WS-ROW-015"), ({"receiptStatus": 2}, "WS-ROW-010")],
)  # fmt: skip
def test_graphsense_rows_that_cannot_be_used(direct, change, code):
    good = {"txHash": base64.b64encode(b"\1" * 32).decode(), "blockId": 6, "transactionIndex": 0, "value": 5,
            "blockHash": base64.b64encode(bytes(7) + b"\6" + b"\2" * 24).decode(), "blockTimestamp": 1600000000,
            "fromAddress": base64.b64encode(b"\3" * 20).decode(), "receiptStatus": 1,
            "toAddress": base64.b64encode(b"\4" * 20).decode()}  # fmt: skip
    raw = "\n".join(json.dumps({**good, **part}) for part in ({}, change, {"receiptStatus": 0}))
    records = direct("graphsense.trx", raw.encode())
    assert [r.code for r in records if isinstance(r, BadRow)] == [code]
    assert [t.place.row for t in transfers(records)] == [1]

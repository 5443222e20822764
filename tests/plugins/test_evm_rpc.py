"""Node answers: real blocks, receipts and traces; failed calls, logs of every kind, chain numbers, batches."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.records import BadRow, Remark, TransactionRecord, TransferRecord
from workstation.sdk import evm
from workstation.sdk.reader import Refusal, RowProblem

A, B, C = ("0x" + letter * 40 for letter in "abc")
TX = "0x" + "1" * 64
READER = "evm.rpc"


def transfers(records):
    return [r for r in records if isinstance(r, TransferRecord)]


def bad(records):
    return [r for r in records if isinstance(r, BadRow)]


def answer(result):
    return json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}).encode()


def word(value):
    return f"0x{value:064x}"


def log(topics, data="0x", index=0, **more):
    return {"address": C, "topics": topics, "data": data, "logIndex": hex(index), "transactionHash": TX,
            "blockNumber": "0x5", "transactionIndex": "0x0", **more}  # fmt: skip


def call(path, value=7, sender=A, receiver=B, way="call", below=0, **more):
    return {"action": {"callType": way, "from": sender, "to": receiver, "value": hex(value)}, "blockNumber": 5,
            "subtraces": below, "traceAddress": path, "transactionHash": TX, "transactionPosition": 0, "type": "call",
            **more}  # fmt: skip


def test_a_block_gives_every_transaction_its_own_place(read, data):
    path = next((data / "ethereum-etl").glob("*eth_getBlockByNumber_0x76250_true.json"))
    records = read(path)
    raw = path.read_bytes()
    facts = json.loads(raw)["result"]["transactions"]
    stated = [r for r in records if isinstance(r, TransactionRecord)]
    assert [(r.tx, r.position, r.block, r.time, r.status) for r in stated] == [
        (f["hash"], i, 483920, 1446561880, "") for i, f in enumerate(facts)
    ]
    for record, fact in zip(stated, facts, strict=True):
        piece = raw[record.place.offset : record.place.offset + record.place.length]
        assert json.loads(piece) == fact
        assert record.place.row == record.position
    assert [(t.sender, t.receiver, t.amount, t.index) for t in transfers(records)] == [
        (f["from"], f["to"], int(f["value"], 16), 0) for f in facts if int(f["value"], 16)
    ]
    assert [r for r in records if isinstance(r, Remark) and "receipts" in r.text]


def test_a_receipt_gives_status_fee_and_tokens(read, data):
    path = next((data / "ethereum-etl").glob("*eth_getTransactionReceipt_0x2e3dcd05*.json"))
    records = read(path)
    fee, token = transfers(records)
    assert (fee.kind, fee.amount, fee.sender) == (
        "fee", 36418 * 20_000_000_000, "0xed059bc543141c8c93031d545079b3da0233b27f",
    )  # fmt: skip
    assert (token.kind, token.amount, token.decimals, token.index, token.symbol) == ("token", 5 * 10**18, None, 0, "")
    assert token.contract == "0xbb9bc244d798123fde783fcc1c72d3bb8c189413"
    assert json.loads(path.read_bytes()[token.place.offset :][: token.place.length])["logIndex"] == "0x0"


def test_a_failed_receipt_pays_only_its_fee(direct):
    row = {"transactionHash": TX, "blockNumber": "0x5", "transactionIndex": "0x0", "from": A, "status": "0x0",
           "gasUsed": "0x5208", "effectiveGasPrice": "0x2", "l1Fee": "0x3", "logs": []}  # fmt: skip
    records = direct(READER, answer(row))
    assert [(t.kind, t.amount, t.sender) for t in transfers(records)] == [("fee", 42003, A)]
    assert [r.status for r in records if isinstance(r, TransactionRecord)] == ["failed"]


def test_logs_of_every_token_standard(direct):
    party = [word(int(A, 16)), word(int(B, 16))]
    batch = "0x" + "".join(f"{n:064x}" for n in (64, 160, 2, 8, 9, 2, 1, 2**255))
    found = direct(READER, answer([
        log([evm.TRANSFER, *party], word(2**256 - 1), 1),
        log([evm.TRANSFER, *party, word(77)], "0x", 2),
        log([evm.TRANSFER], "0x" + "".join(w[2:] for w in [*party, word(5)]), 3),
        log([evm.SINGLE, word(1), *party], "0x" + f"{4:064x}{6:064x}", 4),
        log([evm.BATCH, word(1), *party], batch, 5),
        log([word(9), *party], word(1), 6),
        log([evm.TRANSFER, *party], word(1), 7, removed=True),
        log([evm.TRANSFER, word(2**255), party[1]], word(1), 8),
        log([evm.TRANSFER, *party], "0x12", 9),
    ]))  # fmt: skip
    assert [(t.kind, t.index, t.contract, t.amount, t.decimals) for t in transfers(found)] == [
        ("token", 1, C, 2**256 - 1, None),
        ("nft", 2, f"{C}/77", 1, 0),
        ("token", 3, C, 5, None),
        ("nft", 4, f"{C}/4", 6, 0),
        ("nft", None, f"{C}/8", 1, 0),
        ("nft", None, f"{C}/9", 2**255, 0),
    ]
    assert {(t.sender, t.receiver) for t in transfers(found)} == {(A, B)}
    assert [r.place.row for r in bad(found)] == [7, 8]


def test_a_failed_call_voids_everything_below_it(direct):
    found = direct(READER, answer([
        call([], below=2),
        call([0], 1, error="Reverted", below=1),
        call([0, 0], 2),
        call([1], 3, below=3),
        call([1, 0], 4, way="delegatecall"),
        call([1, 1], 5),
        {**call([1, 2]), "type": "suicide", "action": {"address": B, "refundAddress": C, "balance": "0x9"}},
    ]))  # fmt: skip
    assert [(t.kind, t.index, t.amount) for t in transfers(found)] == [
        ("native", 0, 7), ("internal", 0, 3), ("internal", 1, 5), ("internal", 2, 9),
    ]  # fmt: skip
    assert [r.status for r in found if isinstance(r, TransactionRecord)] == ["ok"]


def test_a_failed_transaction_moves_nothing(direct):
    found = direct(READER, answer([call([], below=1, error="out of gas"), call([0], 3)]))
    assert not transfers(found)
    assert [r.status for r in found if isinstance(r, TransactionRecord)] == ["failed"]


def test_a_part_of_a_tree_is_not_numbered(direct):
    found = direct(READER, answer([call([3], 3, below=1), call([3, 0], 4)]))
    assert [(t.kind, t.index, t.amount) for t in transfers(found)] == [("internal", None, 3), ("internal", None, 4)]
    assert [r for r in found if isinstance(r, Remark) and "not all calls" in r.text]


def test_flat_and_nested_traces_say_the_same(direct):
    flat = direct(READER, answer([
        call([], below=2), call([0], 1, below=1), call([0, 0], 2, error="x"), call([1], 4, B, C),
    ]))  # fmt: skip

    def nested(value, sender=A, receiver=B, *calls, **more):
        made = {"type": "CALL", "from": sender, "to": receiver, "value": hex(value), "gasUsed": "0x1", **more}
        return {**made, "calls": list(calls)} if calls else made

    tree = nested(7, A, B, nested(1, A, B, nested(2, error="x")), nested(4, B, C))
    geth = direct(READER, answer([{"txHash": TX, "result": tree}]))

    def content(found):
        return [(t.kind, t.index, t.sender, t.receiver, t.amount) for t in transfers(found)]

    assert (
        content(flat) == content(geth) == [("native", 0, A, B, 7), ("internal", 0, A, B, 1), ("internal", 1, B, C, 4)]
    )


def test_a_trace_without_hash_is_kept_aside(read, data):
    path = next((data / "ethereum-etl").glob("*debug_traceBlockByNumber_0xf4240*"))
    records = read(path)
    assert not transfers(records)
    assert [r.code for r in bad(records)] == ["WS-ROW-007"] * 2


def test_block_rewards_and_withdrawals_are_minted(read, direct, data):
    path = next((data / "ethereum-etl").glob("*trace_block_0xf4240*"))
    minted = [t for t in transfers(read(path)) if t.kind == "mint"]
    assert [(t.tx, t.sender, t.receiver, t.amount) for t in minted] == [
        ("", None, "0x2a65aca4d5fc5b5c859090a6c34d164135398226", 5 * 10**18)
    ]
    block = {"number": "0x5", "timestamp": "0x6", "parentHash": TX, "transactions": [],
             "withdrawals": [{"index": "0x2", "address": A, "amount": "0x3"}]}  # fmt: skip
    (drawn,) = transfers(direct(READER, answer(block)))
    assert (drawn.kind, drawn.receiver, drawn.amount, drawn.index, drawn.time) == ("mint", A, 3 * 10**9, 2, 6)


def sent(**more):
    return {"hash": TX, "blockNumber": "0x5", "transactionIndex": "0x1", "from": A, "to": B, "value": "0x7",
            "gasPrice": "0x1", "nonce": "0x0", **more}  # fmt: skip


def test_the_chain_number_decides_the_chain(direct):
    found = direct(READER, answer(sent(chainId="0x38")))
    assert {t.chain for t in transfers(found)} == {"bsc"}
    assert not [r for r in found if isinstance(r, Remark) and r.kind == "assumption"]
    with pytest.raises(Refusal, match="polygon"):
        direct(READER, answer(sent(chainId="0x38")), chain="polygon")
    with pytest.raises(Refusal, match="99"):
        direct(READER, answer(sent(chainId="0x63")))
    with pytest.raises(Refusal):
        direct(READER, answer(sent()), chain="bitcoin")


def test_an_unmined_transaction_is_pending(direct):
    found = direct(READER, answer(sent(blockNumber=None, transactionIndex=None)))
    assert [r.status for r in found if isinstance(r, TransactionRecord)] == ["pending"]


def test_a_new_contract_has_the_address_of_the_ledger_rule(direct):
    sender, nonce = "0xac1a0f50604c430c25a9fa52078f7f7ec9523519", 0
    assert evm.created("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0", 0) == "0xcd234a471b72ba2f1ccf0a70fcaba648a5eecd8d"
    assert evm.created("0x6ac7ea33f8831ea9dcc53393aaa88b25a785dbf0", 1) == "0x343c43a37d37dff08ae8c4a11544c718abb4fcf8"
    (native,) = transfers(direct(READER, answer(sent(**{"from": sender, "to": None, "nonce": hex(nonce), "input": "0x60"}))))
    assert native.receiver == evm.created(sender, nonce)


def test_batches_and_lines(direct):
    one = {"jsonrpc": "2.0", "id": 1, "result": sent()}
    other = {"jsonrpc": "2.0", "id": 2, "error": {"code": -32000}}
    for raw in (json.dumps([one, other]), json.dumps(one) + "\n" + json.dumps(other) + "\n"):
        found = direct(READER, raw.encode())
        assert len(transfers(found)) == 1
        assert [r.reason for r in bad(found)] == ["an error answer of a node"]


@pytest.mark.parametrize("result", [None, "0x12", True])
def test_an_answer_without_transfers_is_refused(direct, result):
    with pytest.raises(Refusal):
        direct(READER, answer(result))
    with pytest.raises(Refusal):
        direct(READER, b'{"jsonrpc":"2.0","error":{"message":"limit"}}')


@given(st.one_of(st.text(max_size=70), st.integers(), st.floats(), st.none(), st.booleans()))
def test_only_strict_hexadecimal_is_a_number(value):
    try:
        found = evm.number(value, "value")
    except RowProblem:
        return
    assert isinstance(value, str)
    assert value.isascii()
    assert value[:2] == "0x"
    assert found == int(value[2:], 16) < 2**256


@pytest.mark.parametrize("value", ["7", 7, "0x", "0xg", "0x1_0", "-0x1", "0x" + "f" * 65, "0x\u0661", 1.5, None])
def test_other_numbers_are_quarantined(direct, value):
    found = direct(READER, answer([sent(value=value)]))
    assert not transfers(found)
    assert [r.code for r in bad(found)] == ["WS-ROW-004"]

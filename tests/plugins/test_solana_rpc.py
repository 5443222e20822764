"""Solana answers: SOL and token transfers, inner instructions, failures, and the check against the balances."""

from __future__ import annotations

import json

import pytest

from workstation.domain.encodings import base58_decode
from workstation.domain.records import BadRow, Remark, TransactionRecord, TransferRecord
from workstation.sdk.reader import Refusal

READER = "solana.rpc"
_DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def encoded(raw):
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        text = _DIGITS[rest] + text
    return text


ME, YOU, MINE, YOURS, MINT = (encoded(bytes([n]) * 32) for n in range(1, 6))
SIGNATURE = encoded(b"\7" * 64)


def transfer(lamports=700, sender=ME, receiver=YOU):
    return {"program": "system", "programId": "1" * 32, "parsed": {
        "type": "transfer", "info": {"source": sender, "destination": receiver, "lamports": lamports}}}  # fmt: skip


def token(kind="transferChecked", **info):
    return {"program": "spl-token", "parsed": {"type": kind, "info": info}}


def balance(at, owner):
    return {"accountIndex": at, "mint": MINT, "owner": owner, "uiTokenAmount": {"amount": "1", "decimals": 6}}


def answer(*instructions, inner=(), before=(10_000, 0, 0, 0), after=(4300, 700, 0, 0), err=None, fee=5000):
    keys = [{"pubkey": key, "signer": key == ME, "writable": True} for key in (ME, YOU, MINE, YOURS)]
    return {"jsonrpc": "2.0", "id": 1, "result": {
        "blockTime": 1600000000, "slot": 99, "version": "legacy",
        "meta": {"err": err, "fee": fee, "innerInstructions": list(inner), "preBalances": list(before),
                 "postBalances": list(after), "preTokenBalances": [balance(2, ME)],
                 "postTokenBalances": [balance(2, ME), balance(3, YOU)]},
        "transaction": {"signatures": [SIGNATURE],
                        "message": {"accountKeys": keys, "instructions": list(instructions)}}}}  # fmt: skip


def run(direct, made):
    return direct(READER, json.dumps(made).encode())


def transfers(records):
    return [r for r in records if isinstance(r, TransferRecord)]


def warned(records, word):
    return [r for r in records if isinstance(r, Remark) and word in r.text]


def test_the_keys_of_this_test_are_keys():
    assert {len(base58_decode(key)) for key in (ME, YOU, MINE, YOURS, MINT)} == {32}


def test_sol_moves_and_the_fee_is_paid(direct, modules):
    made = answer(transfer())
    assert modules[READER].sniff(json.dumps(made).encode(), "x").score > 0.9
    records = run(direct, made)
    assert [(t.kind, t.index, t.sender, t.receiver, t.amount) for t in transfers(records)] == [
        ("native", 0, ME, YOU, 700), ("fee", 0, ME, None, 5000),
    ]  # fmt: skip
    (stated,) = [r for r in records if isinstance(r, TransactionRecord)]
    assert (stated.tx, stated.block, stated.time, stated.status) == (SIGNATURE, 99, 1600000000, "ok")
    assert not warned(records, "balances")


def test_a_balance_that_does_not_agree_is_told(direct):
    assert warned(run(direct, answer(transfer(), after=(4299, 701, 0, 0))), "balances changed")


def test_a_failed_transaction_pays_only_its_fee(direct):
    records = run(direct, answer(transfer(), err={"InstructionError": [0, "x"]}, after=(5000, 0, 0, 0)))
    assert [(t.kind, t.amount) for t in transfers(records)] == [("fee", 5000)]
    assert [r.status for r in records if isinstance(r, TransactionRecord)] == ["failed"]
    assert not warned(records, "balances")


def test_tokens_are_stated_by_their_owners(direct):
    checked = token(source=MINE, destination=YOURS, mint=MINT, tokenAmount={"amount": "15", "decimals": 6})
    plain = token("transfer", source=MINE, destination=YOURS, amount="16")
    minted = token("mintTo", account=YOURS, mint=MINT, amount="17")
    burned = token("burn", account=MINE, mint=MINT, amount="18")
    group = {"index": 0, "instructions": [plain]}
    records = run(direct, answer(checked, minted, burned, token("approve"), inner=[group], after=(5000, 0, 0, 0)))
    assert [(t.kind, t.index, t.sender, t.receiver, t.contract, t.amount, t.decimals) for t in transfers(records)] == [
        ("token", 0, ME, YOU, MINT, 15, 6), ("token", 1, ME, YOU, MINT, 16, 6), ("mint", 2, None, YOU, MINT, 17, 6),
        ("burn", 3, ME, None, MINT, 18, 6), ("fee", 0, ME, None, "", 5000, 9),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("made", "code"),
    [(answer(transfer(-1)), "WS-ROW-004"), (answer(transfer(1.5)), "WS-ROW-004"),
     (answer(transfer(sender="0x12")), "WS-ROW-005"),
     (answer(token("transfer", source=YOU, destination=YOU, amount="1")), "WS-ROW-015")],
)  # fmt: skip
def test_a_transaction_that_cannot_be_used_is_kept_aside_whole(direct, made, code):
    records = run(direct, made)
    assert [r.code for r in records if isinstance(r, BadRow)] == [code]
    assert not transfers(records)


def test_answers_without_data_are_refused(direct):
    for made in ({"jsonrpc": "2.0", "result": None}, {"jsonrpc": "2.0", "error": {"message": "limit"}}):
        with pytest.raises(Refusal):
            run(direct, made)

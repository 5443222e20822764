"""blockchain.info, BlockCypher, Blockbook and Electrum: what each answer states, and nothing more.

The answers are invented; their shapes are those of the public documentation of each server.
"""

from __future__ import annotations

import json

import pytest

from workstation.domain.records import BadRow, EventRecord, Remark, TagRecord, TransactionRecord, TransferRecord
from workstation.sdk.reader import Refusal

INFO, CYPHER, BOOK, ELECTRUM = "blockchain.info", "blockcypher.api", "blockbook.api", "electrum.json"
A, B = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "12cbQLTFMXRnSzktFkuoG3eHoMeFtpTu3S"
KEY = ("410411db93e1dcdb8a016b49840f8c53bc1eb68a382e97b1482ecad7b148a6909a5cb2e0eaddfb84ccf9744464f82e160bfa9b8b64f9d4"
       "c03f999b8643f656b412a3ac")  # fmt: skip
T1, T2, T3 = "1" * 64, "2" * 64, "3" * 64


def kinds(records, kind):
    return [r for r in records if isinstance(r, TransferRecord) and r.kind == kind]


def of(records, kind):
    return [r for r in records if isinstance(r, kind)]


def warnings(records):
    return [r.text for r in records if isinstance(r, Remark) and r.kind == "warning"]


def templates(modules, reader, records):
    return [modules[reader].STREAMS[r.place.stream] for r in records]


# --- blockchain.info ------------------------------------------------------------------------------------------------


def info_tx(tx=T1, **fields):
    return {"hash": tx, "ver": 1, "vin_sz": 1, "vout_sz": 2, "time": 1600000000, "block_height": 7, "tx_index": 5,
            "inputs": [{"sequence": 1, "script": "", "index": 0,
                        "prev_out": {"spent": True, "tx_index": 4, "addr": A, "value": 90, "n": 3, "script": "76"}}],
            "out": [{"n": 0, "addr": B, "value": 50, "script": "76a9"}, {"n": 1, "value": 0, "script": "6a01ff"}],
            **fields}  # fmt: skip


def rawaddr(count=1, **fields):
    return {"hash160": "00", "address": A, "n_tx": count, "total_received": 300, "total_sent": 100, "final_balance": 200,
            "txs": [info_tx(f"{number:064x}") for number in range(1, count + 1)], **fields}  # fmt: skip


def test_rawaddr(direct, modules):
    raw = json.dumps(rawaddr(2)).encode()
    assert modules[INFO].sniff(raw, "x.json").score > 0.9
    records = direct(INFO, raw)
    spent, paid = kinds(records, "input")[0], kinds(records, "output")
    assert (spent.sender, spent.amount, spent.previous_tx, spent.previous_index) == (A, 90, "", 3)
    assert [(t.receiver, t.amount, t.script) for t in paid[:2]] == [(B, 50, ""), (None, 0, "6a01ff")]
    assert {(t.time, t.time_basis, t.block) for t in of(records, TransactionRecord)} == {(1600000000, "seen", 7)}
    (event,) = of(records, EventRecord)
    assert (event.kind, event.service, event.address, event.amount_text, event.symbol) == (
        "balance", "Blockchain.info", A, "0.000002", "BTC",
    )  # fmt: skip
    assert event.details == (("tx_count", "2"), ("received", "0.000003"), ("sent", "0.000001"))
    assert not warnings(records)
    assert templates(modules, INFO, paid)[0] == "/txs/{row}/out/{sub}"


def test_a_page_that_is_not_all_is_told(direct):
    assert any("holds 50 of 812" in text for text in warnings(direct(INFO, json.dumps(rawaddr(50, n_tx=812)).encode())))


def test_multiaddr_states_a_balance_for_each_address(direct):
    summary = {"address": A, "n_tx": 2, "total_received": 5, "total_sent": 0, "final_balance": 5}
    answer = {"addresses": [summary, {**summary, "address": B}], "wallet": {"n_tx": 9, "final_balance": 10},
              "txs": [info_tx()], "info": {"conversion": 1.5}}  # fmt: skip
    records = direct(INFO, json.dumps(answer).encode())
    assert [e.address for e in of(records, EventRecord)] == [A, B]
    assert len(of(records, TransactionRecord)) == 1
    assert any("1 of 9" in text for text in warnings(records))
    assert not of(records, BadRow)


def test_balance_answer_and_lists_and_blocks(direct, modules):
    raw = json.dumps({A: {"final_balance": 7, "n_tx": 1, "total_received": 7}}).encode()
    assert modules[INFO].sniff(raw, "x.json").score > 0.9
    assert [(e.address, e.amount_text) for e in of(direct(INFO, raw), EventRecord)] == [(A, "0.00000007")]
    listed = direct(INFO, json.dumps([info_tx(), info_tx(T2)]).encode())
    assert [r.tx for r in of(listed, TransactionRecord)] == [T1, T2]
    lines = direct(INFO, b"\n".join(json.dumps(info_tx(tx)).encode() for tx in (T1, T2)))
    assert [(r.tx, r.place.row) for r in of(lines, TransactionRecord)] == [(T1, 1), (T2, 2)]
    (one,) = of(direct(INFO, json.dumps(info_tx()).encode()), TransactionRecord)
    assert templates(modules, INFO, [one]) == ["/"]
    block = {"hash": T3, "prev_block": T2, "mrkl_root": T1, "time": 1, "height": 7, "tx": [info_tx(), info_tx(T2)]}
    assert [r.position for r in of(direct(INFO, json.dumps(block).encode()), TransactionRecord)] == [0, 1]


def test_coinbase_pending_and_bare_keys(direct):
    made = info_tx(
        block_height=None,
        inputs=[{"sequence": 1, "script": "04"}],
        out=[{"n": 0, "addr": B, "value": 5, "script": KEY}],
    )
    records = direct(INFO, json.dumps(made).encode())
    assert len(kinds(records, "coinbase")) == 1
    assert [(t.receiver, t.script) for t in kinds(records, "output")] == [(None, f"pubkey {KEY}")]
    assert [t.status for t in of(records, TransactionRecord)] == ["pending"]


def test_spent_outputs_are_joined_inside_the_file_only(direct):
    answer = rawaddr(2, txs=[info_tx(T1, tx_index=5), info_tx(T2, tx_index=4)])
    records = direct(INFO, json.dumps(answer).encode())
    assert [(t.tx, t.previous_tx, t.previous_index) for t in kinds(records, "input")] == [(T1, T2, 3), (T2, "", 3)]
    twice = direct(INFO, json.dumps([info_tx(T1, tx_index=4), info_tx(T2, tx_index=4)]).encode())
    assert {t.previous_tx for t in kinds(twice, "input")} == {""}


@pytest.mark.parametrize(
    "fields", [{"out": [{"value": 1.5}]}, {"out": None}, {"inputs": [3]}, {"hash": "x"}, {"time": 1600000000000},
               {"out": [{"value": 5, "addr": "1BoatSLRHtKNngkdXEeobR76b53LETtpyU"}]}],
)  # fmt: skip
def test_bad_transactions_are_quarantined_alone(direct, fields):
    records = direct(INFO, json.dumps(rawaddr(1, txs=[info_tx(**fields), info_tx(T2)])).encode())
    assert [r.place.row for r in of(records, BadRow)] == [0]
    assert [r.tx for r in of(records, TransactionRecord)] == [T2]
    assert len(of(records, EventRecord)) == 1


# --- BlockCypher ----------------------------------------------------------------------------------------------------


def reference(**fields):
    return {"tx_hash": T1, "block_height": 9, "tx_input_n": -1, "tx_output_n": 4, "value": 70, "spent": False,
            "confirmations": 5, "confirmed": "2020-09-13T12:26:40Z", "double_spend": False, **fields}  # fmt: skip


def cypher(**fields):
    return {"address": A, "total_received": 100, "total_sent": 30, "balance": 70, "unconfirmed_balance": 0,
            "final_balance": 70, "n_tx": 2, "final_n_tx": 2, "txrefs": [reference()], **fields}  # fmt: skip


def test_a_txref_is_one_side_of_the_address_and_no_more(direct, modules):
    raw = json.dumps(
        cypher(txrefs=[reference(), reference(tx_hash=T2, tx_input_n=1, tx_output_n=-1, value=30)])
    ).encode()
    assert modules[CYPHER].sniff(raw, "x.json").score > 0.9
    records = direct(CYPHER, raw)
    (paid,), (spent,) = kinds(records, "output"), kinds(records, "input")
    assert (paid.tx, paid.index, paid.receiver, paid.sender, paid.amount) == (T1, 4, A, None, 70)
    assert (spent.tx, spent.index, spent.sender, spent.receiver, spent.amount) == (T2, 1, A, None, 30)
    assert (paid.time, paid.time_basis, paid.time_text, paid.block) == (1600000000, "block", "2020-09-13T12:26:40Z", 9)
    (event,) = of(records, EventRecord)
    assert (event.address, event.amount_text, dict(event.details)["sent"]) == (A, "0.0000007", "0.0000003")
    assert not warnings(records)


def test_unconfirmed_and_cut_answers_are_told(direct):
    waiting = reference(block_height=-1, confirmed=None, received="2020-09-13T12:26:40.5Z")
    records = direct(CYPHER, json.dumps(cypher(hasMore=True, unconfirmed_txrefs=[{**waiting, "tx_hash": T2}])).encode())
    assert [(t.status, t.time_basis, t.time) for t in of(records, TransactionRecord)][1] == (
        "pending",
        "seen",
        1600000000,
    )
    assert any("hasMore" in text for text in warnings(records))


def cypher_tx(**fields):
    return {"hash": T1, "block_height": 9, "block_index": 3, "confirmed": "2020-09-13T12:26:40Z", "vin_sz": 1,
            "vout_sz": 2, "double_spend": False,
            "inputs": [{"prev_hash": T2, "output_index": 1, "output_value": 90, "addresses": [A], "script": "48",
                        "script_type": "pay-to-pubkey-hash"}],
            "outputs": [{"value": 50, "addresses": [B], "script": "76a9", "script_type": "pay-to-pubkey-hash"},
                        {"value": 0, "addresses": None, "script": "6a01", "script_type": "null-data"}], **fields}  # fmt: skip


def test_transactions_of_blockcypher(direct):
    records = direct(CYPHER, json.dumps(cypher_tx(vin_sz=25)).encode())
    (spent,) = kinds(records, "input")
    assert (spent.sender, spent.amount, spent.previous_tx, spent.previous_index) == (A, 90, T2, 1)
    assert [(t.receiver, t.amount, t.script) for t in kinds(records, "output")] == [
        (B, 50, ""),
        (None, 0, "null-data 6a01"),
    ]
    assert any("1 of 25 inputs" in text for text in warnings(records))
    made = cypher_tx(inputs=[{"output_index": -1, "script_type": "empty"}])
    assert len(kinds(direct(CYPHER, json.dumps(made).encode()), "coinbase")) == 1


def test_full_addresses_and_chains_by_their_links(direct):
    answer = cypher(txs=[cypher_tx()], n_tx=9)
    del answer["txrefs"]
    records = direct(CYPHER, json.dumps(answer).encode())
    assert len(of(records, EventRecord)) == len(of(records, TransactionRecord)) == 1
    assert any("1 of 9" in text for text in warnings(records))
    link = "https://api.blockcypher.com/v1/{}/txs/"
    dash = direct(
        CYPHER,
        json.dumps(cypher(address="XpESxaUmonkq8RaLLp46Brx2K39ggQe226", tx_url=link.format("dash/main"))).encode(),
    )
    assert {r.chain for r in of(dash, TransferRecord)} == {"dash"}
    for other in ("btc/test3", "eth/main"):
        with pytest.raises(Refusal):
            direct(CYPHER, json.dumps(cypher(tx_url=link.format(other))).encode())


# --- Blockbook ------------------------------------------------------------------------------------------------------


def book_tx(**fields):
    return {"txid": T1, "vin": [{"txid": T2, "sequence": 1, "n": 0, "addresses": [A], "isAddress": True, "value": "90"}],
            "vout": [{"value": "50", "n": 0, "hex": "76a9", "addresses": [B], "isAddress": True},
                     {"value": "0", "n": 1, "hex": "6a01", "addresses": ["OP_RETURN (x)"], "isAddress": False}],
            "blockHash": T3, "blockHeight": 9, "confirmations": 3, "blockTime": 1600000000, "value": "50",
            "valueIn": "90", "fees": "40", **fields}  # fmt: skip


def test_transactions_of_blockbook(direct, modules):
    raw = json.dumps(book_tx()).encode()
    assert modules[BOOK].sniff(raw, "x.json").score > 0.9
    records = direct(BOOK, raw)
    (spent,) = kinds(records, "input")
    assert (spent.sender, spent.amount, spent.previous_tx, spent.previous_index) == (A, 90, T2, 0)  # vout 0 is left out
    assert [(t.receiver, t.amount, t.script) for t in kinds(records, "output")] == [(B, 50, ""), (None, 0, "6a01")]
    waiting = direct(BOOK, json.dumps(book_tx(blockHeight=-1, confirmations=0)).encode())
    assert [(t.status, t.block, t.time_basis) for t in of(waiting, TransactionRecord)] == [("pending", None, "seen")]
    made = direct(BOOK, json.dumps(book_tx(vin=[{"n": 0, "isAddress": False, "coinbase": "04"}])).encode())
    assert len(kinds(made, "coinbase")) == 1
    older = direct(BOOK, json.dumps(book_tx(vout=[{"value": "0.5", "n": 0}])).encode())
    assert len(of(older, BadRow)) == 1


def test_addresses_of_blockbook(direct):
    answer = {"page": 1, "totalPages": 3, "itemsOnPage": 1, "address": A, "balance": "200", "totalReceived": "300",
              "totalSent": "100", "unconfirmedBalance": "0", "unconfirmedTxs": 0, "txs": 7,
              "transactions": [book_tx()]}  # fmt: skip
    records = direct(BOOK, json.dumps(answer).encode())
    (event,) = of(records, EventRecord)
    assert (event.address, event.amount_text, dict(event.details)["tx_count"]) == (A, "0.000002", "7")
    assert len(of(records, TransactionRecord)) == 1
    assert any("page 1 of 3" in text for text in warnings(records))


def test_account_chains_are_refused(direct, modules):
    raw = json.dumps(book_tx(ethereumSpecific={"status": 1})).encode()
    assert "account chain" in modules[BOOK].sniff(raw, "x").refusal
    with pytest.raises(Refusal):
        direct(BOOK, raw)


# --- Electrum -------------------------------------------------------------------------------------------------------


def electrum(tx=T1, **fields):
    return {"txid": tx, "height": 9, "confirmations": 4, "timestamp": 1600000000, "monotonic_timestamp": 1600000000,
            "incoming": True, "bc_value": "0.05", "bc_balance": "0.06", "date": "2020-09-13 14:26", "label": "rent",
            "txpos_in_block": 3, **fields}  # fmt: skip


@pytest.mark.parametrize(
    ("wrap", "template"),
    [(lambda items: items, "/{row}"), (lambda items: {i["txid"]: i for i in items}, "entry {row}"),
     (lambda items: {"summary": {"begin": {}}, "transactions": items}, "/transactions/{row}")],
    ids=["list", "map", "rpc"],
)  # fmt: skip
def test_history_of_electrum(direct, modules, wrap, template):
    sent = electrum(T2, incoming=False, bc_value="-1.5", label="", fee="0.0001", height=0, timestamp=None)
    raw = json.dumps(wrap([electrum(), sent])).encode()
    assert modules[ELECTRUM].sniff(raw, "history.json").score >= 0.9
    records = direct(ELECTRUM, raw, "history.json", subject="Wallet of N.")
    come, gone = of(records, EventRecord)
    assert (come.kind, come.direction, come.amount_text, come.account, come.tx, come.time, come.status) == (
        "deposit", "in", "0.05", "Wallet of N.", T1, 1600000000, "ok",
    )  # fmt: skip
    assert (gone.kind, gone.direction, gone.amount_text, gone.fee_text, gone.status) == (
        "withdrawal", "out", "1.5", "0.0001", "pending",
    )  # fmt: skip
    assert dict(come.details)["date"] == "2020-09-13 14:26"
    assert [(t.tx, t.block, t.position, t.status) for t in of(records, TransactionRecord)] == [
        (T1, 9, 3, "ok"), (T2, None, 3, "pending"),
    ]  # fmt: skip
    (label,) = of(records, TagRecord)
    assert (label.subject, label.ref, label.label, label.source) == (
        "transaction",
        T1,
        "rent",
        "Electrum: history.json",
    )
    assert set(templates(modules, ELECTRUM, [come, gone])) == {template}
    assert not of(records, TransferRecord)


def test_the_file_name_names_the_wallet(direct):
    records = direct(ELECTRUM, json.dumps([electrum()]).encode(), "electrum-history-savings.json", subject="x")
    assert of(records, EventRecord)[0].account == "Electrum account savings"


def test_without_a_name_the_account_is_assumed(direct):
    records = direct(ELECTRUM, json.dumps([electrum()]).encode())
    assert of(records, EventRecord)[0].account == "Electrum account"
    assert [r for r in records if isinstance(r, Remark) and "does not name the wallet" in r.text]


@pytest.mark.parametrize("value", ["x", "", None, "1e400", "٣", {"a": 1}, True, "0.123456789"])
def test_amounts_that_lie_are_quarantined(direct, value):
    records = direct(ELECTRUM, json.dumps([electrum(bc_value=value), electrum(T2)]).encode())
    assert [r.place.row for r in of(records, BadRow)] == [0]
    assert [e.tx for e in of(records, EventRecord)] == [T2]

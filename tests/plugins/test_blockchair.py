"""Blockchair dumps and answers: the same transfers as a node states, with one more citation each."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.casefile.casefile_tools import new_case
from workstation.casefile import intake
from workstation.domain.records import BadRow, EventRecord, Remark, TransactionRecord, TransferRecord
from workstation.sdk.reader import Refusal

DUMP, API, BLOCK = "blockchair.dump", "blockchair.api", "bitcoincore.block"
FOLDER = "bitcoin-first-blocks-2009"
OUTPUT = "0437cd7f8525ceed2324359c2d0ba26006d92d856a9c20fa0241106ee5a597c9"
SPENDING = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"
ADDRESS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
T1, T2 = "1" * 64, "2" * 64


def dump(data, table, day):
    name = f"blockchair_bitcoin_{table}_{day}.tsv"
    return gzip.decompress((data / FOLDER / f"{name}.gz").read_bytes()), name


def transfers(records, kind):
    return [r for r in records if isinstance(r, TransferRecord) and r.kind == kind]


def test_inputs_state_the_spent_output_and_the_spending_input(data, direct):
    records = direct(DUMP, *dump(data, "inputs", "20090112"))
    spent = transfers(records, "input")[0]
    assert (spent.tx, spent.index, spent.previous_tx, spent.previous_index) == (SPENDING, 0, OUTPUT, 0)
    assert (spent.block, spent.time, spent.amount) == (170, 1231731025, 50 * 10**8)
    made = transfers(records, "output")[0]
    assert (made.tx, made.index, made.block, made.time, made.amount) == (OUTPUT, 0, 9, 1231473279, 50 * 10**8)
    assert made.place == spent.place
    assert made.receiver is None
    assert made.script.startswith("pubkey 410411db93")
    assert [r for r in records if isinstance(r, Remark) and "public key" in r.text]


@pytest.mark.parametrize("order", [0, 1])
def test_dump_and_node_meet_in_one_transfer_with_two_citations(data, direct, modules, tmp_path, order):
    node = data / FOLDER / "blocks_1_255_getblock_v3.jsonl"
    files = [(BLOCK, node.read_bytes(), node.name), (DUMP, *dump(data, "inputs", "20090112")),
             (DUMP, *dump(data, "outputs", "20090109"))]  # fmt: skip
    if order:
        files.reverse()
    with new_case(tmp_path) as store:
        results = []
        for reader, raw, name in files:
            path = tmp_path / name
            path.write_bytes(raw)
            exhibit = intake.keep(store, path, media_type="text/plain", received_from="desk", actor="Examiner")
            results.append(intake.load(
                store, exhibit, reader_id=reader, reader_version="1", templates=modules[reader].STREAMS, parameters={},
                records=direct(reader, raw, name), actor="Examiner",
            ))  # fmt: skip
        assert [r.outcome for r in results] == ["accepted"] * 3
        assert not [text for r in results for text in r.warnings if "differ" in text]
        found = list(store.transfers())
        assert len(found) == 255 + 267 + 7  # no more than the node states
        (one,) = [t for t in found if (t.tx, t.kind, t.index) == (OUTPUT, "output", 0)]
        assert len({c.exhibit for c in store.citations(one.id)}) == 3
        (spent,) = [t for t in found if (t.tx, t.kind, t.index) == (SPENDING, "input", 0)]
        assert len({c.exhibit for c in store.citations(spent.id)}) == 2
        assert (spent.amount, spent.sender) == (50 * 10**8, None)


def test_transactions_give_their_fee_and_warn(direct):
    head = "block_id\thash\ttime\tinput_total\toutput_total\tfee\n"
    rows = f"5\t{T1}\t2020-01-02 03:04:05\t100\t90\t10\n6\t{T2}\t2020-01-02 03:14:05\t0\t90\t0\n"
    records = direct(DUMP, (head + rows).encode(), "blockchair_litecoin_transactions_20200102.tsv")
    assert [(r.chain, r.block, r.time) for r in records if isinstance(r, TransactionRecord)] == [
        ("litecoin", 5, 1577934245), ("litecoin", 6, 1577934845),
    ]  # fmt: skip
    assert [(t.amount, t.sender, t.receiver) for t in transfers(records, "fee")] == [(10, None, None)]
    assert [r for r in records if isinstance(r, Remark) and "no addresses" in r.text]


HEAD = "block_id\ttransaction_hash\tindex\ttime\tvalue\trecipient\ttype\tscript_hex\tis_from_coinbase\n"


@pytest.mark.parametrize(
    ("recipient", "kind", "script", "receiver"),
    [
        (ADDRESS, "pubkeyhash", "76a91462e907b15cbf27d5425399ebf6f0fb50ebb88f1888ac", ADDRESS),
        ("d-a35d1e9b6c4f2ad0b98dd9fbcf47e2ff", "nulldata", "6a01ff", None),
        ("m-a35d1e9b6c4f2ad0b98dd9fbcf47e2ff", "multisig", "51", None),
        ("", "nonstandard", "", None),
    ],
)
def test_pseudo_recipients_are_no_addresses(direct, recipient, kind, script, receiver):
    row = f"1\t{T1}\t0\t2020-01-02 03:04:05\t7\t{recipient}\t{kind}\t{script}\t0\n"
    (made,) = transfers(direct(DUMP, (HEAD + row).encode()), "output")
    assert made.receiver == receiver
    assert made.script == ("" if receiver else f"{kind} {script}".strip())


@pytest.mark.parametrize(
    "row",
    [
        f"1\t{T1}\t0\t2020-01-02 03:04:05\t-7\t{ADDRESS}\tx\t\t0",
        f"1\t{T1}\t0\t2020-01-02 03:04:05\t7\t{ADDRESS[:-1]}b\tx\t\t0",
        f"1\t{T1[:-1]}\t0\t2020-01-02 03:04:05\t7\t{ADDRESS}\tx\t\t0",
        f"1\t{T1}\t0\tyesterday\t7\t{ADDRESS}\tx\t\t0",
        f"1\t{T1}\t0\t2020-01-02 03:04:05\t7",
        f"1\t{T1}\t0\t2020-01-02 03:04:05\t7\t{ADDRESS}\tpubkey\t21{'02' * 33}ac\t0",
    ],
    ids=["amount", "address", "hash", "time", "cut", "address of another key"],
)
def test_rows_that_cannot_be_are_quarantined_alone(direct, row):
    good = f"1\t{T2}\t3\t2020-01-02 03:04:05\t7\t{ADDRESS}\tx\t\t0\n"
    records = direct(DUMP, (HEAD + row + "\n" + good).encode())
    assert [r.place.row for r in records if isinstance(r, BadRow)] == [2]
    assert [t.index for t in transfers(records, "output")] == [3]


def test_a_dump_of_blocks_is_refused(data, direct):
    with pytest.raises(Refusal, match="list of blocks"):
        direct(DUMP, *dump(data, "blocks", "20090109"))


def entry(**about):
    output = {"block_id": 9, "transaction_hash": OUTPUT, "index": 0, "time": "2009-01-09 03:54:39", "value": 70,
              "recipient": ADDRESS, "type": "pubkeyhash", "script_hex": "", "is_from_coinbase": False,
              "spending_transaction_hash": SPENDING, "spending_index": 2}  # fmt: skip
    return {
        "transaction": {"block_id": 170, "hash": SPENDING, "time": "2009-01-12 03:30:25", "is_coinbase": False,
                        "input_count": 1, "output_count": 1, **about},
        "inputs": [output], "outputs": [{**output, "index": 4, "transaction_hash": SPENDING, "value": 60}],
    }  # fmt: skip


def answer(data, **context):
    return json.dumps({"data": data, "context": {"code": 200, **context}}).encode()


def test_transaction_dashboards(direct, modules):
    raw = answer({SPENDING: entry(), T1: entry(hash=T1, block_id=-1, input_count=9)})
    assert modules[API].sniff(raw, "x.json").score > 0.9
    records = direct(API, raw)
    spent, other = transfers(records, "input")
    assert (spent.index, spent.previous_tx, spent.previous_index, spent.sender, spent.amount) == (
        2,
        OUTPUT,
        0,
        ADDRESS,
        70,
    )
    assert [(t.index, t.receiver, t.amount) for t in transfers(records, "output")] == [(4, ADDRESS, 60)] * 2
    assert [(r.status, r.time_basis) for r in records if isinstance(r, TransactionRecord)] == [
        ("ok", "block"), ("pending", "seen"),
    ]  # fmt: skip
    assert (spent.place.row, other.place.row) == (0, 1)
    assert json.loads(raw[other.place.offset : other.place.offset + other.place.length])["transaction"]["hash"] == T1
    assert [r.text for r in records if isinstance(r, Remark) and "1 of 9 inputs" in r.text]


def test_address_dashboards_state_a_balance(direct):
    about = {"type": "pubkeyhash", "balance": 12, "balance_usd": 1.5, "received": 112, "received_usd": 2, "spent": 100,
             "output_count": 2, "transaction_count": 3, "first_seen_receiving": "2020-01-01 00:00:00"}  # fmt: skip
    unspent = {"block_id": 9, "transaction_hash": T2, "index": 3, "value": 12}
    raw = answer({ADDRESS: {"address": about, "transactions": [T1], "utxo": [unspent]}})
    records = direct(API, raw)
    (event,) = [r for r in records if isinstance(r, EventRecord)]
    assert [(t.tx, t.index, t.receiver, t.amount, t.block) for t in transfers(records, "output")] == [
        (T2, 3, ADDRESS, 12, 9)
    ]
    assert (event.kind, event.service, event.address, event.amount_text) == (
        "balance",
        "Blockchair",
        ADDRESS,
        "0.00000012",
    )
    assert dict(event.details)["received"] == "0.00000112"
    assert dict(event.details)["tx_count"] == "3"
    several = answer({"set": {"address_count": 1, "balance": 12, "received": 112}, "addresses": {ADDRESS: about}})
    assert [r.address for r in direct(API, several) if isinstance(r, EventRecord)] == [ADDRESS]


def test_errors_of_the_server_are_refused(direct):
    with pytest.raises(Refusal, match="limit"):
        direct(API, json.dumps({"context": {"code": 402, "error": "the limit was reached"}, "data": None}).encode())
    with pytest.raises(Refusal, match="account chain"):
        direct(API, answer({"0x1": {"transaction": {}, "calls": []}}))

"""bitcoin-etl and BigQuery transactions: the same legs as the node's answers they were made from."""

from __future__ import annotations

import json

import pytest

from workstation.domain.records import BadRow, Remark, TransactionRecord, TransferRecord
from workstation.sdk.reader import Refusal

ETL, BLOCK = "bitcoin.etl", "bitcoincore.block"
ADDRESS = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"
T1, T2 = "1" * 64, "2" * 64


def legs(records):
    """What both sources say about every leg."""
    return {
        (r.chain, r.tx, r.block, r.time, r.kind, r.index, r.sender, r.receiver, r.amount, r.absent, r.previous_tx,
         r.previous_index, r.script)
        for r in records if isinstance(r, TransferRecord)
    }  # fmt: skip


def kinds(records, kind):
    return [r for r in records if isinstance(r, TransferRecord) and r.kind == kind]


@pytest.mark.parametrize(
    "case", ["bitcoin__block_0", "bitcoin__block_with_transactions", "zcash__block_with_shielded_addresses"]
)
def test_etl_agrees_with_the_answers_of_the_node(data, direct, case):
    folder = data / "bitcoin-core-rpc"
    etl = direct(ETL, (folder / f"{case}__expected_transactions.json").read_bytes())
    node = [r for path in sorted(folder.glob(f"{case}__*_2.json")) for r in direct(BLOCK, path.read_bytes())]
    # bitcoin-etl leaves "scriptPubKey" types as the node names them, so even the scripts are the same
    assert legs(etl) == legs(node)
    assert legs(etl)


def test_shielded_values_are_left_out_and_told(data, direct):
    records = direct(
        ETL,
        (data / "bitcoin-core-rpc" / "zcash__block_with_shielded_addresses__expected_transactions.json").read_bytes(),
    )
    assert {r.chain for r in kinds(records, "output")} == {"zcash"}
    assert 20240000 not in {r.amount for r in kinds(records, "output") if r.tx.startswith("de1d78ee")}
    assert [r for r in records if isinstance(r, Remark) and "shielded" in r.text and r.kind == "warning"]


def line(**fields):
    source = {"index": 0, "spent_transaction_hash": T2, "spent_output_index": 3, "script_hex": "00", "type": None,
              "required_signatures": None, "addresses": [], "value": None}  # fmt: skip
    target = {"index": 0, "script_hex": "76a914", "type": "pubkeyhash", "addresses": [ADDRESS], "value": 5}
    return {"hash": T1, "block_number": 7, "block_timestamp": 1600000000, "is_coinbase": False, "index": 2,
            "inputs": [source], "outputs": [target], **fields}  # fmt: skip


def test_inputs_that_were_not_enriched_stay_unknown(direct):
    records = direct(ETL, json.dumps(line()).encode())
    (spent,) = kinds(records, "input")
    assert (spent.amount, spent.absent, spent.sender, spent.previous_tx, spent.previous_index) == (
        None,
        "unknown",
        None,
        T2,
        3,
    )
    assert [(r.position, r.block) for r in records if isinstance(r, TransactionRecord)] == [(2, 7)]


@pytest.mark.parametrize("stamp", ["2020-09-13 12:26:40 UTC", "2020-09-13T12:26:40Z", "1600000000", 1600000000])
def test_bigquery_writes_texts(direct, stamp):
    source = {"index": "0", "spent_transaction_hash": T2, "spent_output_index": "3", "type": "pubkeyhash",
              "addresses": [ADDRESS], "value": "9"}  # fmt: skip
    target = {
        "index": "1",
        "type": "nonstandard",
        "script_hex": "51",
        "addresses": ["nonstandard0123456789abcdef"],
        "value": "8",
    }
    raw = json.dumps(line(block_timestamp=stamp, block_number="7", inputs=[source], outputs=[target])).encode()
    records = direct(ETL, raw + b"\n" + raw.replace(T1.encode(), b"3" * 64) + b"\n")
    assert {r.time for r in records if isinstance(r, TransactionRecord)} == {1600000000}
    assert {(t.sender, t.amount) for t in kinds(records, "input")} == {(ADDRESS, 9)}
    assert {(t.receiver, t.script, t.index, t.amount) for t in kinds(records, "output")} == {
        (None, "nonstandard 51", 1, 8)
    }


@pytest.mark.parametrize(
    "fields",
    [
        {"outputs": [{"index": 0, "addresses": [], "value": 0.5}]},
        {"outputs": [{"index": 0, "addresses": [], "value": None}]},
        {"outputs": [{"index": 0, "addresses": "x", "value": 1}]},
        {"outputs": [{"index": 0, "addresses": [ADDRESS[:-1]], "value": 1}]},
        {"hash": "1" * 63},
        {"block_timestamp": None},
        {"inputs": None},
    ],
)
def test_a_transaction_with_one_bad_part_is_quarantined_whole(direct, fields):
    raw = json.dumps(line(**fields)) + "\n" + json.dumps(line(hash="3" * 64)) + "\n"
    records = direct(ETL, raw.encode())
    assert [r.place.row for r in records if isinstance(r, BadRow)] == [1]
    assert [r.tx for r in records if isinstance(r, TransactionRecord)] == ["3" * 64]


def test_a_list_of_blocks_is_refused(direct):
    with pytest.raises(Refusal, match="list of blocks"):
        direct(ETL, b'{"hash": "00", "merkle_root": "00", "transaction_count": 1, "number": 0}')

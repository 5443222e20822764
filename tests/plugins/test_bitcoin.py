"""Esplora and Bitcoin Core: satoshi-exact sums of real cases, nothing invented for what a file does not say."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from workstation.domain.errors import WorkstationError
from workstation.domain.records import BadRow, EventRecord, Remark, TransactionRecord, TransferRecord
from workstation.plugin_host import readers
from workstation.sdk.reader import Refusal

T1, T2 = "1" * 64, "2" * 64


def kinds(records, kind):
    return [r for r in records if isinstance(r, TransferRecord) and r.kind == kind]


@pytest.mark.parametrize("name", ["ransom", "anchor", "fbi"])
def test_colonial_sums_to_the_satoshi(read, data, name):
    folder = data / "case-colonial-pipeline-2021"
    facts = json.loads((folder / "expected_facts.json").read_text())["addresses"][name]
    records = read(folder / f"esplora_{name}_txs.json")
    address = facts["address"]
    assert sum(t.amount for t in kinds(records, "output") if t.receiver == address) == facts["received_sat_in_file"]
    assert sum(t.amount for t in kinds(records, "input") if t.sender == address) == facts["sent_sat_in_file"]
    assert [r.tx for r in records if isinstance(r, TransactionRecord)] == facts["txids"]
    assert not [r for r in records if isinstance(r, BadRow)]


def test_places_of_inputs_and_outputs_hold_their_transaction(read, data):
    path = data / "case-colonial-pipeline-2021" / "esplora_ransom_txs.json"
    raw = path.read_bytes()
    items = json.loads(raw)
    for record in read(path):
        if isinstance(record, TransferRecord):
            element = json.loads(raw[record.place.offset : record.place.offset + record.place.length])
            assert element == items[record.place.row]
            side = element["vin" if record.kind == "input" else "vout"][record.place.sub]
            assert (side.get("prevout") or side)["value"] == record.amount


@pytest.mark.parametrize("name", ["ransom", "anchor", "fbi"])
def test_address_summary_is_a_stated_balance(read, data, name):
    path = data / "case-colonial-pipeline-2021" / f"esplora_{name}_address.json"
    stated = json.loads(path.read_text())
    stats = stated["chain_stats"]
    (event,) = [r for r in read(path) if isinstance(r, EventRecord)]
    assert (event.kind, event.service, event.chain, event.address) == (
        "balance", "Esplora", "bitcoin", stated["address"],
    )  # fmt: skip
    assert Decimal(event.amount_text) * 10**8 == stats["funded_txo_sum"] - stats["spent_txo_sum"]
    assert dict(event.details)["tx_count"] == str(stats["tx_count"])
    assert Decimal(dict(event.details)["received"]) * 10**8 == stats["funded_txo_sum"]


def test_a_summary_that_cannot_be_is_quarantined(direct):
    stats = {"funded_txo_sum": 1, "spent_txo_sum": 2, "tx_count": 1}
    raw = json.dumps({"address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "chain_stats": stats}).encode()
    assert [type(r) for r in direct("esplora.transactions", raw) if not isinstance(r, Remark)] == [BadRow]


def test_esplora_outputs_with_only_an_address_are_recognised(direct, modules):
    raw = json.dumps(
        {"txid": T1, "vin": [{"txid": T2, "vout": 0}], "status": {"confirmed": False}, "firstSeen": 1600000000,
         "vout": [{"scriptpubkey_address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "value": 5}]}
    ).encode()  # fmt: skip
    assert modules["esplora.transactions"].sniff(raw, "x.json").score > 0.9
    (paid,) = kinds(direct("esplora.transactions", raw), "output")
    assert (paid.receiver, paid.amount, paid.time_basis, paid.time) == (
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", 5, "seen", 1600000000,
    )  # fmt: skip


def esplora(**fields):
    return {"txid": T1, "vin": [{"txid": T2, "vout": 1, "prevout": None}],
            "vout": [{"scriptpubkey": "6a01ff", "scriptpubkey_type": "op_return", "value": 0}],
            "status": {"confirmed": False}, **fields}  # fmt: skip


def test_unknown_stays_unknown_and_scripts_are_kept(direct):
    records = direct("esplora.transactions", json.dumps([esplora()]).encode())
    (source,), (target,) = kinds(records, "input"), kinds(records, "output")
    assert (source.amount, source.absent, source.sender, source.previous_tx) == (None, "unknown", None, T2)
    assert (target.amount, target.receiver, target.script) == (0, None, "op_return 6a01ff")
    assert [r.status for r in records if isinstance(r, TransactionRecord)] == ["pending"]


def test_single_transaction_and_json_lines(direct, modules):
    one = json.dumps(esplora()).encode()
    templates = modules["esplora.transactions"].STREAMS
    (single,) = kinds(direct("esplora.transactions", one), "output")
    assert templates[single.place.stream] == "/vout/{sub}"
    lines = direct("esplora.transactions", one + b"\n{broken\n" + one + b"\n")
    assert [r.place.row for r in kinds(lines, "output")] == [1, 3]
    assert templates[kinds(lines, "output")[0].place.stream] == "line {row} /vout/{sub}"
    assert [r.place.row for r in lines if isinstance(r, BadRow)] == [2]


def test_full_pages_of_confirmed_transactions_warn(direct):
    done = esplora(status={"confirmed": True, "block_height": 5, "block_time": 1600000000})
    records = direct("esplora.transactions", json.dumps([done] * 25).encode())
    assert [r for r in records if isinstance(r, Remark) and "25" in r.text and r.kind == "warning"]


def test_a_transaction_with_one_bad_part_is_quarantined_whole(direct):
    broken = esplora(vout=[{"scriptpubkey_address": "1BoatSLRHtKNngkdXEeobR76b53LETtpyU", "value": 5}])
    records = direct("esplora.transactions", json.dumps([broken, esplora()]).encode())
    assert len([r for r in records if isinstance(r, BadRow)]) == 1
    assert len([r for r in records if isinstance(r, TransactionRecord)]) == 1


def test_block_300025(read, data):
    records = read(data / "bitcoin-block-300025" / "block_300025_getblock_v3.json")
    assert len([r for r in records if isinstance(r, TransactionRecord)]) == 461
    spent = sum(t.amount for t in kinds(records, "input"))
    made = sum(t.amount for t in kinds(records, "output"))
    assert (spent, made) == (510_593_575_772, 513_093_575_772)
    assert made - spent - 2_500_000_000 == 0
    (base,) = kinds(records, "coinbase")
    assert (base.amount, base.absent) == (None, "not applicable")
    paid = sum(t.amount for t in kinds(records, "output") if t.tx == base.tx)
    assert paid - 25 * 10**8 == 7_773_345
    assert {r.block for r in records if isinstance(r, TransactionRecord)} == {300025}


def test_verbosity_2_inputs_stay_unknown(read, data):
    inputs = kinds(read(data / "bitcoin-block-300025" / "block_169482_getblock_v2.json"), "input")
    assert inputs
    assert {(t.amount, t.absent, t.sender) for t in inputs} == {(None, "unknown", None)}


def test_first_blocks_keep_outputs_without_address(read, data):
    path = data / "bitcoin-first-blocks-2009" / "blocks_1_255_getblock_v3.jsonl"
    raw = path.read_bytes()
    records = read(path)
    blocks = [r for r in records if isinstance(r, TransactionRecord)]
    assert len(blocks) == 262
    assert len({r.block for r in blocks}) == 255
    outputs = kinds(records, "output")
    assert all(t.receiver is None and t.script.startswith("pubkey ") for t in outputs)
    assert sum(t.amount for t in outputs) - sum(t.amount for t in kinds(records, "input")) == 255 * 50 * 10**8
    last = outputs[-1]
    assert json.loads(raw[last.place.offset : last.place.offset + last.place.length])["txid"] == last.tx
    assert last.place.row == 255


def test_recorded_answers_of_nodes(read, data):
    folder = data / "bitcoin-core-rpc"
    expected = {
        "bitcoin__block_0__rpc": (1, 1),
        "000000001c920d49": (3, 3),
        "000000002066d7f9": (1, 1),
        "zcash__": (4, None),
    }
    for part, (transactions, outputs) in expected.items():
        (path,) = [p for p in folder.glob("*_2.json") if part in p.name]
        records = read(path)
        assert not [r for r in records if isinstance(r, BadRow)]
        assert len([r for r in records if isinstance(r, TransactionRecord)]) == transactions
        if outputs is not None:
            assert len(kinds(records, "output")) == outputs
    assert {t.chain for t in kinds(records, "output")} == {"zcash"}
    (raw,) = folder.glob("*getrawtransaction*")
    records = read(raw, chain="bitcoin-cash")
    assert kinds(records, "output")[0].amount == 50 * 10**8


@pytest.mark.parametrize(("pattern", "word"), [("*_True.json", "verbosity 1"), ("*getblockhash*", "hash of a block")])
def test_answers_without_transactions_are_refused_by_name(data, plugins, pattern, word):
    paths = sorted((data / "bitcoin-core-rpc").glob(pattern))
    assert paths
    for path in paths:
        with pytest.raises(WorkstationError, match=word):
            readers.detect(path, plugins)


def block(value, **fields):
    tx = {"txid": T1, "vin": [{"coinbase": "00"}], "vout": [{"n": 0, "scriptPubKey": {"type": "pubkey", "hex": "21"}}]}
    text = json.dumps({"hash": T2, "merkleroot": T2, "height": 1, "time": 1231469665, "tx": [tx], **fields})
    return text.replace('"n": 0', f'"n": 0, "value": {value}')


@pytest.mark.parametrize(
    ("value", "units"),
    [("0.1", 10_000_000), ("1e-8", 1), ("20999999.97690000", 2_099_999_997_690_000), ("50", 5_000_000_000), ("0", 0)],
)
def test_coins_become_satoshi_exactly(direct, value, units):
    assert [t.amount for t in kinds(direct("bitcoincore.block", block(value).encode()), "output")] == [units]


@pytest.mark.parametrize("value", ["-1", "1e-9", "1e999999999", "NaN", '"1"', "1e400", "true", "9" * 5000])
def test_coins_that_lie_are_quarantined(direct, value):
    records = direct("bitcoincore.block", block(value).encode())
    assert len([r for r in records if isinstance(r, BadRow)]) == 1
    assert not kinds(records, "output")


def test_rpc_envelope(direct, modules):
    raw = ('{"result": ' + block("1") + ', "error": null, "id": 1}').encode()
    (target,) = kinds(direct("bitcoincore.block", raw), "output")
    assert modules["bitcoincore.block"].STREAMS[target.place.stream] == "/result/tx/{row}/vout/{sub}"


def test_account_chain_is_refused(direct):
    for reader in ("bitcoincore.block", "esplora.transactions"):
        with pytest.raises(Refusal):
            direct(reader, b"{}", chain="ethereum")


def node_tx(tx=T1, **fields):
    return {"txid": tx, "vin": [{"txid": T2, "vout": 1}], "blockhash": T2, "blocktime": 1231469665,
            "vout": [{"n": 0, "value": 1, "scriptPubKey": {"type": "nulldata", "hex": "6a"}}], **fields}  # fmt: skip


def test_getrawtransaction_in_every_wrapping(direct, modules):
    spent = {"generated": False, "height": 5, "value": 2, "scriptPubKey": {
        "hex": "76a9", "type": "pubkeyhash", "address": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"}}  # fmt: skip
    full = node_tx(vin=[{"txid": T2, "vout": 1, "prevout": spent}], fee=1)
    wrapped = {"result": full, "error": None, "id": 1}
    for answer, template in (
        (full, "/vin/{sub}"), (wrapped, "/result/vin/{sub}"), ([full], "/{row}/vin/{sub}"),
        ([wrapped], "/{row}/vin/{sub}"),
    ):  # fmt: skip
        raw = json.dumps(answer).encode()
        assert modules["bitcoincore.block"].sniff(raw, "x.json").score > 0.9
        (paid,) = kinds(direct("bitcoincore.block", raw), "input")
        assert (paid.amount, paid.sender, paid.time) == (2 * 10**8, "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", 1231469665)
        assert modules["bitcoincore.block"].STREAMS[paid.place.stream] == template
    lines = direct("bitcoincore.block", b"\n".join(json.dumps(node_tx(tx)).encode() for tx in (T1, T2)))
    assert [r.tx for r in lines if isinstance(r, TransactionRecord)] == [T1, T2]


def test_older_nodes_list_addresses_and_a_bare_key_has_none(direct):
    key = "21" + "02" * 33 + "ac"
    scripts = [
        {"type": "pubkeyhash", "hex": "76", "reqSigs": 1, "addresses": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"]},
        {"type": "multisig", "hex": "51", "reqSigs": 1, "addresses": ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"] * 2},
        {"type": "pubkey", "hex": key},
    ]
    outputs = [{"n": n, "value": 1, "scriptPubKey": script} for n, script in enumerate(scripts)]
    records = direct("bitcoincore.block", json.dumps(node_tx(vout=outputs)).encode())
    assert [(t.receiver, t.script) for t in kinds(records, "output")] == [
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", ""), (None, "multisig 51"), (None, f"pubkey {key}"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("address", "chain"),
    [
        ("bitcoincash:qzkddwa6hgh03skr4qsrygk7e087zjydxgqkpjnsw7", "bitcoin-cash"),
        ("ltc1qw508d6qejxtdg4y5r3zarvary0c5xw7kgmn4n9", "litecoin"),
    ],
)
def test_forks_are_known_by_their_addresses_or_by_the_parameter(direct, address, chain):
    output = {"n": 0, "value": 1, "scriptPubKey": {"type": "x", "hex": "00", "address": address}}
    raw = json.dumps(node_tx(vout=[output])).encode()
    for given in ({}, {"chain": chain}):
        (paid,) = kinds(direct("bitcoincore.block", raw, **given), "output")
        assert (paid.chain, paid.receiver) == (chain, address)


def test_an_rpc_answer_with_one_text_is_refused(modules):
    for raw in (b'{"result":"00ff","error":null,"id":1}', b'{"jsonrpc":"2.0","result":"00ff","id":1}'):
        assert "one text" in modules["bitcoincore.block"].sniff(raw, "x").refusal
    assert not modules["bitcoincore.block"].sniff(b'{"jsonrpc":"2.0","id":1,"result":[]}', "x").score

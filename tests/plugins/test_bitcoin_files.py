"""Every sample file of the Bitcoin folders: which reader takes it, and exactly what it gives; or why it is refused."""

from __future__ import annotations

import bz2
import gzip
import json
from collections import Counter

import pytest

from tests.casefile.casefile_tools import new_case
from workstation.casefile import intake
from workstation.domain.records import BadRow, Remark
from workstation.sdk.reader import HEAD

BLOCK, ETL, DUMP, ESPLORA, RAW = (
    "bitcoincore.block", "bitcoin.etl", "blockchair.dump", "esplora.transactions", "bitcoin.raw",
)  # fmt: skip
HASH, IDS, LISTED = "only the hash of a block", "verbosity 1", "list of blocks"
# Folder, file → reader and (transactions, coinbase, inputs, outputs, events), or the words of its refusal.
# An empty answer: no reader of these takes the file.
FILES = {
    "bitcoin-block-300025": {
        "README.md": "",
        "block300025.raw": (RAW, 461, 1, 1427, 1226, 0),
        "block300025-undo.raw": "undo data",
        "block_169482_getblock_v2.json": (BLOCK, 14, 1, 59, 231, 0),
        "block_300025_getblock_v3.json": (BLOCK, 461, 1, 1427, 1226, 0),
    },
    "bitcoin-core-rpc": {
        "README.md": "",
        "bitcoin__block_0__expected_blocks.json": LISTED,
        "bitcoin__block_0__expected_transactions.json": (ETL, 1, 1, 0, 1, 0),
        "bitcoin__block_0__rpc_response_getblock_000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f_2.json": (BLOCK, 1, 1, 0, 1, 0),
        "bitcoin__block_0__rpc_response_getblockhash_0.json": HASH,
        "bitcoin__block_with_transactions__expected_blocks.json": LISTED,
        "bitcoin__block_with_transactions__expected_transactions.json": (ETL, 4, 2, 3, 4, 0),
        "bitcoin__block_with_transactions__rpc_response_getblock_000000001c920d495e1eeef2452b6d1c6c229a919b28196c103ecffebabee141_2.json": (BLOCK, 3, 1, 3, 3, 0),
        "bitcoin__block_with_transactions__rpc_response_getblock_000000002066d7f9b134c30b5005b7bf5fbfa52f279883f1fde793dcdc964266_2.json": (BLOCK, 1, 1, 0, 1, 0),
        "bitcoin__block_with_transactions__rpc_response_getblockhash_50001.json": HASH,
        "bitcoin__block_with_transactions__rpc_response_getblockhash_50002.json": HASH,
        "bitcoin_cash__block_with_duplicate_txid__expected_blocks.json": LISTED,
        "bitcoin_cash__block_with_duplicate_txid__expected_transactions.json": (ETL, 1, 1, 0, 1, 0),
        "bitcoin_cash__block_with_duplicate_txid__rpc_response_getblock_00000000000271a2dc26e7667f8419f2e15416dc6955e5a6c6cdf3f2574dd08e_True.json": IDS,
        "bitcoin_cash__block_with_duplicate_txid__rpc_response_getblockhash_91722.json": HASH,
        "bitcoin_cash__block_with_duplicate_txid__rpc_response_getrawtransaction_e3bf3d07d4b0375638d5f1db5255fe07ba2c4cb067cd81b84ee974b6585fb468.json": (BLOCK, 1, 1, 0, 1, 0),
        "zcash__block_with_shielded_addresses__expected_blocks.json": LISTED,
        "zcash__block_with_shielded_addresses__expected_transactions.json": (ETL, 4, 1, 3, 6, 0),
        "zcash__block_with_shielded_addresses__rpc_response_getblock_000000124b0ed07b3dc5fb8ac4ab6b488120e95cfad8d4f7e4488e03e993203d_2.json": (BLOCK, 4, 1, 3, 6, 0),
        "zcash__block_with_shielded_addresses__rpc_response_getblockhash_508.json": HASH,
    },
    "bitcoin-first-blocks-2009": {
        "README.md": "",
        "blockchair_bitcoin_blocks_20090103.tsv.gz": LISTED,
        "blockchair_bitcoin_blocks_20090109.tsv.gz": LISTED,
        "blockchair_bitcoin_inputs_20090112.tsv.gz": (DUMP, 0, 1, 7, 7, 0),
        "blockchair_bitcoin_outputs_20090103.tsv.gz": (DUMP, 0, 1, 0, 1, 0),
        "blockchair_bitcoin_outputs_20090109.tsv.gz": (DUMP, 0, 14, 0, 14, 0),
        "blockchair_bitcoin_transactions_20090103.tsv.gz": (DUMP, 1, 0, 0, 0, 0),
        "blockchair_bitcoin_transactions_20090109.tsv.gz": (DUMP, 14, 0, 0, 0, 0),
        "blocks_1_255_getblock_v3.jsonl": (BLOCK, 262, 255, 7, 267, 0),
        "blocks_1_255_raw.bz2": (RAW, 262, 255, 7, 267, 0),
    },
    "case-colonial-pipeline-2021": {
        "README.md": "",
        "esplora_anchor_address.json": (ESPLORA, 0, 0, 0, 0, 1),
        "esplora_anchor_txs.json": (ESPLORA, 4, 0, 57, 163, 0),
        "esplora_fbi_address.json": (ESPLORA, 0, 0, 0, 0, 1),
        "esplora_fbi_txs.json": (ESPLORA, 4, 0, 6, 182, 0),
        "esplora_ransom_address.json": (ESPLORA, 0, 0, 0, 0, 1),
        "esplora_ransom_txs.json": (ESPLORA, 3, 0, 6, 13, 0),
        "esplora_tip_height.txt": "",
        "expected_facts.json": "",
        "ransomwhere_darkside.json": "",
    },
}  # fmt: skip
ALL = [(folder, name) for folder, names in FILES.items() for name in names]
OURS = ("bitcoincore.block", "bitcoin.etl", "blockchair.dump", "blockchair.api", "blockchain.info", "blockcypher.api",
        "blockbook.api", "electrum.json", "esplora.transactions", "bitcoin.raw")  # fmt: skip


def unpacked(path):
    """The bytes and the name that the reader gets: the host unpacks containers."""
    raw, name = path.read_bytes(), path.name
    if name.endswith(".gz"):
        return gzip.decompress(raw), name[:-3]
    if name.endswith(".bz2"):
        return bz2.decompress(raw), name[:-4]
    return raw, name


def test_no_file_of_the_folders_is_missing_in_the_table(data):
    found = [(folder, path.name) for folder in FILES for path in sorted((data / folder).iterdir())]
    assert sorted(found) == sorted(ALL)


@pytest.mark.parametrize(("folder", "name"), ALL)
def test_each_file_gives_exactly_this(data, modules, direct, folder, name):
    raw, shown = unpacked(data / folder / name)
    expected = FILES[folder][name]
    claims = {reader: modules[reader].sniff(raw[:HEAD], shown) for reader in OURS}
    claims = {reader: sniff for reader, sniff in claims.items() if sniff.score}
    if not expected:
        assert not claims
        return
    (reader, sniff), *others = sorted(claims.items(), key=lambda claim: -claim[1].score)
    assert not others
    if isinstance(expected, str):
        assert expected in sniff.refusal
        return
    assert (reader, sniff.refusal) == (expected[0], "")
    records = direct(reader, raw, shown)
    assert not [r for r in records if isinstance(r, BadRow)]
    counts = Counter(
        getattr(r, "kind", type(r).__name__) for r in records if not isinstance(r, Remark)
    )  # fmt: skip
    names = ("TransactionRecord", "coinbase", "input", "output", "balance")
    assert tuple(counts[key] for key in names) == expected[1:]
    assert sum(counts.values()) == sum(expected[1:])


@pytest.mark.parametrize("reader", ["esplora.transactions", "bitcoincore.block"])
def test_one_transaction_is_one_source_record(direct, modules, tmp_path, reader):
    tx = {"txid": "1" * 64, "vin": [{"txid": "2" * 64, "vout": 0}, {"txid": "3" * 64, "vout": 0}], "status": {},
          "vout": [{"value": 5, "scriptpubkey": "6a", "scriptPubKey": {"hex": "6a", "type": "nulldata"}}]}  # fmt: skip
    path = tmp_path / "tx.json"
    path.write_text(json.dumps(tx))
    with new_case(tmp_path) as store:
        exhibit = intake.keep(store, path, media_type="application/json", received_from="desk", actor="Examiner")
        result = intake.load(
            store, exhibit, reader_id=reader, reader_version="1", templates=modules[reader].STREAMS, parameters={},
            records=direct(reader, path.read_bytes()), actor="Examiner",
        )  # fmt: skip
        assert (result.read, result.accepted) == (1, 1)
        assert len(list(store.transfers())) == 3


def test_every_reader_of_this_area_takes_a_chain(plugins, modules):
    for plugin in plugins:
        for entry in plugin.manifest.readers if plugin.manifest else ():
            if entry.id in OURS:
                assert "chain" in {p.name for p in entry.parameters}
                assert modules[entry.id].STREAMS

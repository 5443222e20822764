"""Hostile and damaged input for the readers of Bitcoin answers, dumps and blocks: a clean outcome each time."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.domain.records import BadRow, EventRecord, Remark, TagRecord, TransactionRecord, TransferRecord
from workstation.sdk.reader import Refusal

READERS = ("bitcoin.etl", "blockchair.dump", "blockchair.api", "blockchain.info", "blockcypher.api", "blockbook.api",
           "electrum.json", "bitcoin.raw", "esplora.transactions", "bitcoincore.block")  # fmt: skip
KNOWN = (BadRow, Remark, TransferRecord, TransactionRecord, TagRecord, EventRecord)
KEYS = ("txid", "hash", "tx_hash", "inputs", "outputs", "out", "vin", "vout", "txs", "txrefs", "transactions", "data",
        "address", "addresses", "balance", "final_balance", "value", "n", "prev_out", "prevout", "time", "timestamp",
        "block_timestamp", "block_number", "block_id", "bc_value", "label", "chain_stats", "n_tx", "addr", "script",
        "recipient", "confirmed", "block_height", "transaction", "tx_input_n", "status", "result")  # fmt: skip
A, T1 = "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1" * 64
VALUES = (
    st.none() | st.booleans() | st.integers(-2, 2**70) | st.floats(allow_nan=True) | st.text(max_size=8)
    | st.sampled_from([A, T1, "\ud800", "a" * 10_000, "٣", "2020-01-01 00:00:00", "1e400", "1_000", "\0"])
)  # fmt: skip
TREES = st.recursive(
    VALUES, lambda c: st.lists(c, max_size=4) | st.dictionaries(st.sampled_from(KEYS), c, max_size=8), max_leaves=30
)


def outcome(direct, reader, raw, name="file.dat"):
    """Records or None when refused; any other exception is a failure of the test."""
    try:
        return direct(reader, raw, name)
    except Refusal:
        return None


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.one_of(
    st.binary(max_size=400),
    TREES.map(lambda value: json.dumps(value).encode()),
    st.lists(TREES, max_size=4).map(lambda lines: b"\n".join(json.dumps(line).encode() for line in lines)),
    st.binary(max_size=300).map(lambda raw: b"\xf9\xbe\xb4\xd9" + raw),
))  # fmt: skip
def test_any_bytes_have_a_clean_outcome(direct, modules, reader, raw):
    modules[reader].sniff(raw, "x")
    found = outcome(direct, reader, raw)
    assert found is None or all(isinstance(r, KNOWN) for r in found)


def good(reader):
    """A small usable file of each JSON reader."""
    from tests.plugins import test_bitcoin_etl, test_blockchair, test_explorers

    return {
        "bitcoin.etl": [test_bitcoin_etl.line(hash=f"{n:064x}") for n in range(5)],
        "blockchain.info": test_explorers.rawaddr(5),
        "blockcypher.api": test_explorers.cypher(txrefs=[test_explorers.reference(tx_hash=f"{n:064x}") for n in range(5)]),
        "blockbook.api": {"address": A, "balance": "1", "transactions": [test_explorers.book_tx(txid=f"{n:064x}") for n in range(5)]},
        "blockchair.api": {"data": {f"{n:064x}": test_blockchair.entry(hash=f"{n:064x}") for n in range(5)}},
        "electrum.json": [test_explorers.electrum(f"{n:064x}") for n in range(5)],
    }[reader]  # fmt: skip


def rows(records, kinds):
    return {(r.place.offset, r.place.length) for r in records if isinstance(r, kinds)}


@pytest.mark.parametrize(
    "reader", ["bitcoin.etl", "blockchain.info", "blockcypher.api", "blockbook.api", "blockchair.api", "electrum.json"]
)
def test_a_file_cut_anywhere_keeps_its_whole_records(direct, reader):
    raw = json.dumps(good(reader)).encode()
    kinds = (TransactionRecord, TransferRecord)
    whole = rows(direct(reader, raw), kinds)
    assert len(whole) == 5
    for cut in range(20, len(raw) - 3, 37):
        found = outcome(direct, reader, raw[:cut])
        expected = {span for span in whole if span[0] + span[1] < cut}
        if found is None:
            assert not expected
            continue
        assert rows(found, kinds) == expected
        assert [r for r in found if isinstance(r, BadRow) or (isinstance(r, Remark) and r.kind == "warning")]


def test_a_dump_cut_anywhere_keeps_its_whole_rows(data, direct):
    raw = gzip.decompress(
        (data / "bitcoin-first-blocks-2009" / "blockchair_bitcoin_inputs_20090112.tsv.gz").read_bytes()
    )
    whole = rows(direct("blockchair.dump", raw), TransferRecord)
    assert len(whole) == 7
    for cut in range(1, len(raw), 101):
        found = outcome(direct, "blockchair.dump", raw[:cut]) or []
        expected = {span for span in whole if span[0] + span[1] <= cut}
        assert expected <= rows(found, TransferRecord) | rows(found, BadRow)
        extra = rows(found, TransferRecord) - expected
        assert len(extra) <= 1  # only the last column, which is not used, is cut; a genuine dump ends without line end


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "raw",
    [b"[" * 100_000, b'{"txs":' * 50_000, b"\0" * 1000, b"\xff" * 1000, b"a" * 1_000_000, b'["\\ud800"]', b"\xef\xbb\xbf",
     b"[NaN, 1e999999999999999999999]", b'{"data":{"a":1,"a":2}}', b'{"txs":[', b'{"txs":[]}', b"[]", b"{}", b"", b"null"],
    ids=range(15),
)  # fmt: skip
def test_hostile_bytes_have_a_clean_outcome(direct, modules, reader, raw):
    modules[reader].sniff(raw, "x")
    found = outcome(direct, reader, raw)
    assert found is None or not [r for r in found if isinstance(r, TransferRecord | TransactionRecord)]
    if found is not None and len(raw) > 5:
        assert [r for r in found if isinstance(r, BadRow | Remark)]


@pytest.mark.parametrize(
    "reader", ["bitcoin.etl", "blockchain.info", "blockcypher.api", "blockbook.api", "blockchair.api", "electrum.json"]
)
def test_each_reader_alone_claims_its_shape(modules, reader):
    raw = json.dumps(good(reader)).encode()
    claims = {other: modules[other].sniff(raw, "answer.json").score for other in modules}
    assert {other for other, score in claims.items() if score} == {reader}
    assert claims[reader] > 0.9

"""Hostile and damaged input for every reader: a clean outcome each time, nothing lost, nothing invented."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.domain.errors import WorkstationError
from workstation.domain.records import BadRow, Remark, TagRecord, TransactionRecord, TransferRecord
from workstation.plugin_host import readers
from workstation.sdk.reader import Refusal

READERS = ("etherscan.csv", "etherscan.api", "esplora.transactions", "bitcoincore.block", "graphsense.tagpack",
           "address.list", "ledger.csv")  # fmt: skip
REAL = {
    "etherscan.csv": "case-ronin-bridge-2022/derived_export-token-0x098b716b.csv",
    "etherscan.api": "case-ronin-bridge-2022/etherscan_api_tokentx.json",
    "esplora.transactions": "case-colonial-pipeline-2021/esplora_ransom_txs.json",
    "bitcoincore.block": "bitcoin-block-300025/block_169482_getblock_v2.json",
    "graphsense.tagpack": "tagpacks-graphsense/ronin_bridge.yaml",
    "address.list": "sanctions-ofac/sanctioned_addresses_USDT.txt",
}


def outcome(direct, reader, raw, name="file.dat"):
    """Records or None when refused; any other exception is a failure of the test."""
    try:
        return direct(reader, raw, name)
    except Refusal:
        return None


def rows(records, kinds):
    return {(r.place.offset, r.place.length) for r in records if isinstance(r, kinds)}


@pytest.mark.parametrize("reader", sorted(REAL))
def test_a_file_cut_anywhere_keeps_its_whole_records(direct, data, reader):
    path = data / REAL[reader]
    raw = path.read_bytes()
    good = (TransactionRecord, TransferRecord, TagRecord)
    whole = rows(direct(reader, raw, path.name), good)
    assert whole
    for step in range(1, 31):
        cut = len(raw) * step // 31
        found = outcome(direct, reader, raw[:cut], path.name)
        expected = {span for span in whole if span[0] + span[1] < cut}
        if found is None:
            assert not expected or reader in ("graphsense.tagpack",)
            continue
        kept = rows(found, good)
        assert expected <= kept | rows(found, BadRow)
        assert len(kept - expected) <= 1
        if reader in ("etherscan.csv", "etherscan.api", "esplora.transactions", "bitcoincore.block"):
            assert expected <= kept
            assert not kept - whole
        if cut < len(raw) - 2:
            assert [r for r in found if isinstance(r, BadRow | Remark)]


@pytest.mark.parametrize(
    "raw",
    [
        b"\0" * 1000,
        b"\xff" * 1000,
        b"a" * 10_000_000,
        b'"' * 100_001,
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"\r" * 500,
        b"[" + b"9" * 100_000 + b"]",
        b'["\\ud800"]',
        b"[NaN, 1e999999999999999999999]",
        b"time,from,to,asset,amount\n" * 50,
        b'{"status":"1","message":"OK","result":[{"a":1,"a":2},' + b"[" * 70 + b"]" * 70 + b"]}",
        b'{"txid":"x","vin":[],"vout":[]',
        b"tags: [\n",
        b"tags:\n- {address: x, label: y}\n- [\n",
        b"\xef\xbb\xbf",
        b"\n\n\n",
        b'"a\n' * 5000,
    ],
    ids=range(18),
)
@pytest.mark.parametrize("reader", READERS)
def test_hostile_bytes_have_a_clean_outcome(direct, reader, raw):
    found = outcome(direct, reader, raw)
    assert found is None or not [r for r in found if isinstance(r, TransferRecord | TransactionRecord)]


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.one_of(
    st.binary(max_size=400),
    st.text(alphabet='{}[]",:\\ud8 0123456789.eE-+abtxidvinvout\n#-', max_size=400).map(lambda t: t.encode("utf-8")),
    st.recursive(st.none() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=8),
                 lambda c: st.lists(c, max_size=4) | st.dictionaries(
                     st.sampled_from(["txid", "vin", "vout", "status", "result", "tx", "hash", "from", "to", "value",
                                      "height", "timeStamp", "blockNumber", "nonce", "gasPrice"]), c, max_size=6),
                 max_leaves=20).map(lambda v: json.dumps(v).encode()),
))  # fmt: skip
def test_any_bytes_have_a_clean_outcome(direct, modules, reader, raw):
    modules[reader].sniff(raw, "x")
    found = outcome(direct, reader, raw)
    assert found is None or all(
        isinstance(r, BadRow | Remark | TransferRecord | TransactionRecord | TagRecord) for r in found
    )


LINE = "{time},0x" + "a" * 40 + ",0x" + "b" * 40 + ",ETH,{amount},ethereum"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    amounts=st.lists(
        st.one_of(st.integers(0, 2**256 - 1).map(str), st.sampled_from(["-1", "", "1,2", "x", "1e5"])), max_size=20
    )
)
def test_every_row_is_good_or_bad(direct, amounts):
    body = "".join(LINE.format(time=1600000000, amount=amount) + "\n" for amount in amounts)
    found = direct("ledger.csv", ("time,from,to,asset,amount,chain\n" + body).encode())
    seen = [r.place.row for r in found if isinstance(r, TransferRecord | BadRow)]
    assert sorted(seen) == list(range(2, 2 + len(amounts)))


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "empty"),
        (b"  \n ", "blanks"),
        (b"%PDF-1.7", "PDF"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "LFS"),
    ],
)
def test_what_is_no_data_is_refused_by_name(tmp_path, plugins, raw, word):
    path = tmp_path / "export.csv"
    path.write_bytes(raw)
    for look in (lambda: readers.detect(path, plugins), lambda: readers.parse(path, "ledger.csv", {}, plugins)):
        with pytest.raises(WorkstationError, match=word) as raised:
            look()
        assert raised.value.exit_code == 2


def test_unknown_text_has_no_reader(tmp_path, plugins):
    path = tmp_path / "notes.txt"
    path.write_text("Dear colleague,\nplease find attached nothing.\n")
    assert readers.detect(path, plugins) == []


@pytest.mark.parametrize("reader", sorted(REAL))
def test_each_reader_alone_claims_its_file(data, plugins, reader):
    first, *rest = readers.detect(data / REAL[reader], plugins)
    assert first.reader == reader
    assert first.why
    assert all(other.score < first.score for other in rest)

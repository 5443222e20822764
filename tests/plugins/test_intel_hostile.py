"""Hostile and damaged input for the readers of labels, sanctions, threat reports and graphs: always a clean outcome."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.domain.records import BadRow, EventRecord, TagRecord, TransferRecord, pack
from workstation.plugin_host.protocol import Decoder
from workstation.sdk.reader import Refusal

READERS = (
    "ofac.xml", "ofac.csv", "ransomwhere.json", "stix.bundle", "misp.event", "bip329.labels", "labels.json",
    "chainabuse.reports", "etherscan.flow", "graphsense.gs", "graphsense.tagpack", "amlworld.patterns", "price.csv",
    "text.scan",
)  # fmt: skip
A = "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw"
REAL = {
    "ofac.csv": "sanctions-ofac/sdn_rows_with_digital_currency.csv",
    "ransomwhere.json": "case-colonial-pipeline-2021/ransomwhere_darkside.json",
    "bip329.labels": "stix-misp-bip329/bip329_test_vectors.jsonl",
    "labels.json": "explorer-labels/bscscan__heist.json",
}


def outcome(direct, reader, raw, name="file.dat"):
    """Records or None when refused; any other exception is a failure of the test. All must pass the protocol."""
    try:
        found = direct(reader, raw, name)
    except Refusal:
        return None
    lines = [json.dumps(["batch", [pack(r)]], ensure_ascii=False) for r in found]
    decoder = Decoder(8, len(raw))
    for line in lines:
        try:
            data = line.encode("utf-8")
        except UnicodeEncodeError:
            continue  # the worker turns a lone surrogate into a bad row
        list(decoder.records(data))
    return found


@pytest.mark.parametrize("reader", sorted(REAL))
def test_a_file_cut_anywhere_keeps_its_whole_records(direct, data, reader):
    path = data / REAL[reader]
    raw = path.read_bytes()
    kinds = (TagRecord, EventRecord, TransferRecord)
    whole = {(r.place.offset, r.place.length) for r in direct(reader, raw, path.name) if isinstance(r, kinds)}
    assert whole
    for step in range(1, 20):
        cut = len(raw) * step // 20
        found = outcome(direct, reader, raw[:cut], path.name)
        expected = {span for span in whole if span[0] + span[1] < cut}
        kept = {(r.place.offset, r.place.length) for r in found or () if isinstance(r, kinds)}
        assert expected <= kept
        assert len(kept - expected) <= 1


@pytest.mark.parametrize(
    "raw",
    [
        b"\0" * 1000, b"\xff" * 1000, b"a" * 1_000_000, b'"' * 10_001, b"[" * 100_000, b'{"a":' * 50_000, b"\r" * 500,
        b"[" + b"9" * 100_000 + b"]", b'["\\ud800"]', b"[NaN, 1e999999999999999999999]", b"\xef\xbb\xbf", b"\n\n\n",
        b"<" * 100_000, b"<a>" * 100_000, b"<!--" * 1000, b"<sdnList>" + b"&#0;" * 10, b"<?xml version='1.0' encoding='x-unknown'?><a/>",
        b'{"objects":[{"type":"cryptocurrency-wallet","id":"a--b","value":"\\ud800"}]}', b'{"Event":{"Attribute":[{"type":"btc"}]}}',
        b'{"nodes":[{}],"edges":[{}],"schemaVersion":[]}', b'{"reports":[{"addresses":[{"address":[]}]}]}',
        b'[{"address":null,"family":{},"transactions":[null]}]', b'{"' + A.encode() + b'":{"name":{},"labels":{}}}',
        b'{"type":"addr","ref":"' + A.encode() + b'","label":"' + b"x" * 10_000 + b'"}\n',
        b'{"' + A.encode() + b'":"' + b"\\u202e" * 3000 + b'"}', b"\xff\xfe<\0", b"W\0\0\0y\0\0\0I\0\0\0\xff\xff\xff\xff",
    ],
    ids=range(27),
)  # fmt: skip
@pytest.mark.parametrize("reader", READERS)
def test_hostile_bytes_have_a_clean_outcome(direct, modules, reader, raw):
    modules[reader].sniff(raw[:65536], "x")
    found = outcome(direct, reader, raw)
    assert found is None or not [r for r in found if isinstance(r, TransferRecord)]


WORDS = [
    "type", "objects", "id", "value", "cryptocurrency-wallet", "cryptocurrency-transaction", "indicator", "pattern",
    "symbol", "BTC", "input", "output", "amount", "address_ref", "Event", "Attribute", "Object", "btc", "name", "labels",
    "ref", "label", "addr", "tx", "address", "family", "transactions", "hash", "result", "reports", "addresses", "chain",
    "scamCategory", "nodes", "edges", "chainid", "schemaVersion", "source", "target", "coin-address", "object_relation",
    "balance", "a" * 64, "0x" + "a" * 64, "0x" + "1" * 40, A, "", "[cryptocurrency-wallet:value = 'x']", "threat-actor--1",
]  # fmt: skip


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(raw=st.one_of(
    st.binary(max_size=400),
    st.text(alphabet='{}[]",:<>/&;=\\ud8 0123456789.-abtxid\n#', max_size=400).map(lambda t: t.encode("utf-8")),
    st.recursive(st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.sampled_from(WORDS),
                 lambda c: st.lists(c, max_size=4) | st.dictionaries(st.sampled_from(WORDS), c, max_size=6),
                 max_leaves=24).map(lambda v: json.dumps(v).encode()),
))  # fmt: skip
def test_any_bytes_have_a_clean_outcome(direct, modules, reader, raw):
    score = modules[reader].sniff(raw, "x").score
    found = outcome(direct, reader, raw)
    assert 0 <= score <= 1
    assert found is None or all(record is not None for record in found)


def test_every_row_of_a_list_is_good_or_bad(direct):
    good = json.dumps({"address": A, "blockchain": "bitcoin", "family": "F", "transactions": []})
    raw = ("[" + ",".join([good, "5", good, '{"address": 1}', "null", '{"a":1,"a":2}', good]) + "]").encode()
    found = direct("ransomwhere.json", raw)
    assert [r.place.row for r in found if isinstance(r, TagRecord)] == [0, 2, 6]
    assert [r.place.row for r in found if isinstance(r, BadRow)] == [1, 3, 4, 5]

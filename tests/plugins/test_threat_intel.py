"""STIX, MISP and BIP 329: names by relation, exact amounts, nothing lost, definitions refused."""

from __future__ import annotations

import json

import pytest

from workstation.domain.errors import WorkstationError
from workstation.domain.records import BadRow, EventRecord, Remark, TagRecord, TransactionRecord, TransferRecord
from workstation.plugin_host import readers
from workstation.sdk.reader import Refusal

A = "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw"
B = "1KFHE7w8BhaENAswwryaoccDb6qcT6DbYY"
TX = "ab" * 32
XMR = "49HqitRzdnhYjgTEAhgGpCfsjdTeMbUTU6cyR4JV1R7k2Eej9rGT8JpFiYDa4tZM6RZiFrHmMzgSrhHEqpDYKBe5B2ufNsL"


def of(records, kind):
    return [r for r in records if isinstance(r, kind)]


def wallet(name, address):
    return {"type": "cryptocurrency-wallet", "spec_version": "2.1", "id": f"cryptocurrency-wallet--{name}",
            "value": address}  # fmt: skip


def bundle(*objects):
    return json.dumps({"type": "bundle", "id": "bundle--1", "objects": objects}).encode()


ACTOR = {"type": "threat-actor", "id": "threat-actor--1", "name": "Lazarus", "threat_actor_types": ["nation-state"]}


def link(number, source, target):
    return {"type": "relationship", "id": f"relationship--{number}", "source_ref": source, "target_ref": target}


def test_a_wallet_takes_the_name_of_what_the_file_relates_it_to(direct):
    raw = bundle(
        wallet("a", A),
        wallet("b", B),
        {"type": "observed-data", "id": "observed-data--1", "object_refs": ["cryptocurrency-wallet--a"]},
        {"type": "indicator", "id": "indicator--1", "pattern": "[file:name = 'x']"},
        link(1, "indicator--1", "observed-data--1"),
        link(2, "indicator--1", "threat-actor--1"),
        ACTOR,
    )
    first, second = of(direct("stix.bundle", raw), TagRecord)
    assert (first.ref, first.label, first.actor, first.category) == (A, "Lazarus", "Lazarus", "nation-state")
    assert (second.ref, second.actor) == (B, "")
    assert raw[first.place.offset : first.place.offset + first.place.length] == json.dumps(wallet("a", A)).encode()


def test_a_related_indicator_names_a_wallet_that_no_actor_names(direct):
    indicator = {"type": "indicator", "id": "indicator--1", "name": "Ransom wallet", "indicator_types": ["malicious"]}
    raw = bundle(wallet("a", A), indicator, link(1, "indicator--1", "cryptocurrency-wallet--a"))
    (tag,) = of(direct("stix.bundle", raw), TagRecord)
    assert (tag.label, tag.category, tag.actor) == ("Ransom wallet", "malicious", "")


def test_patterns_of_indicators(direct):
    pattern = f"[cryptocurrency-wallet:value = '{A}'] OR [cryptocurrency-wallet:value IN ('{B}', 'nonsense-value')]"
    indicator = {"type": "indicator", "id": "indicator--1", "name": "n", "pattern": pattern,
                 "valid_from": "2020-01-02T00:00:00Z", "indicator_types": ["malicious-activity"]}  # fmt: skip
    records = direct("stix.bundle", bundle(indicator, ACTOR, link(1, "indicator--1", "threat-actor--1")))
    assert not of(records, TagRecord)  # one of the three is no address: never half of an object
    assert [r.code for r in of(records, BadRow)] == ["WS-ROW-005"]
    indicator["pattern"] = pattern.replace(", 'nonsense-value'", "")
    records = direct("stix.bundle", bundle(indicator, ACTOR, link(1, "indicator--1", "threat-actor--1")))
    assert [(t.ref, t.label, t.source_date) for t in of(records, TagRecord)] == [
        (A, "Lazarus", "2020-01-02"), (B, "Lazarus", "2020-01-02"),
    ]  # fmt: skip


def payment(**more):
    return {
        "type": "cryptocurrency-transaction", "id": "cryptocurrency-transaction--1", "symbol": "BTC", "value": TX,
        "execution_time": "2022-10-02T15:22:21Z",
        "input": [{"amount": 0.84, "address_ref": "cryptocurrency-wallet--a"}],
        "output": [{"amount": 0.8, "address_ref": "cryptocurrency-wallet--b"}, {"amount": 7.28e-06}], **more,
    }  # fmt: skip


def test_amounts_of_a_transaction_are_taken_digit_by_digit(direct):
    records = direct("stix.bundle", bundle(wallet("a", A), wallet("b", B), payment()))
    assert [r.tx for r in of(records, TransactionRecord)] == [TX]
    assert [(t.kind, t.index, t.sender, t.receiver, t.amount) for t in of(records, TransferRecord)] == [
        ("input", None, A, None, 84000000), ("output", None, None, B, 80000000), ("output", None, None, None, 728),
    ]  # fmt: skip
    assert of(records, TransferRecord)[0].time == 1664724141


@pytest.mark.parametrize(
    "more",
    [
        {"value": A},
        {"symbol": "NOPE"},
        {"symbol": "stated"},
        {"output": [{"amount": -1}]},
        {"output": [{"amount": 0.123456789}]},
        {"output": [5]},
        {"output": [{"amount": "1e5"}]},
        {"execution_time": "yesterday"},
        {"symbol": "ETH", "value": "0x" + TX, "input": [{"amount": 1}, {"amount": 1}]},
    ],
)
def test_a_transaction_that_cannot_be_used_is_quarantined_whole(direct, more):
    records = direct("stix.bundle", bundle(payment(**more)))
    assert not of(records, TransferRecord)
    assert len(of(records, BadRow)) == 1


def test_huge_exponents_do_not_hurt(direct):
    raw = bundle(payment()).replace(b'"amount": 0.84', b'"amount": 1e999999999')
    assert len(of(direct("stix.bundle", raw), BadRow)) == 1


EVENT = {
    "Event": {
        "id": "5", "info": "Ransom wave", "date": "2020-01-01", "Tag": [{"name": 'misp-galaxy:threat-actor="Foo"'}],
        "Attribute": [
            {"type": "btc", "value": A, "category": "Financial fraud", "to_ids": True, "timestamp": "1600000000"},
            {"type": "md5", "value": "x"},
            {"type": "xmr", "value": XMR},
        ],
        "Object": [
            {"name": "btc-wallet", "Attribute": [
                {"object_relation": "wallet-address", "type": "btc", "value": A},
                {"object_relation": "balance_BTC", "value": "0.5"},
                {"object_relation": "time", "value": "2020-01-01T00:00:00Z"}]},
            {"name": "btc-transaction", "Attribute": [
                {"object_relation": "transaction-number", "value": TX},
                {"object_relation": "btc-address", "value": A},
                {"object_relation": "value_BTC", "value": "0.1"}]},
            {"name": "coin-address", "Attribute": [{"object_relation": "address", "value": A[:-1] + "X"}]},
            {"name": "file", "Attribute": []},
        ],
    }
}  # fmt: skip


@pytest.mark.parametrize("wrap", [lambda e: e, lambda e: [e], lambda e: {"response": [e]}])
def test_misp_events(direct, wrap):
    raw = json.dumps(wrap(EVENT)).encode()
    records = direct("misp.event", raw)
    tags = of(records, TagRecord)
    assert [(t.chain, t.subject, t.ref) for t in tags] == [
        ("bitcoin", "address", A), ("monero", "address", XMR), ("bitcoin", "address", A),
        ("bitcoin", "address", A), ("bitcoin", "transaction", TX),
    ]  # fmt: skip
    assert (tags[0].label, tags[0].actor, tags[0].source_date) == ("Ransom wave", "Foo", "2020-09-13")
    balance = next(e for e in of(records, EventRecord) if e.kind == "balance")
    assert (balance.address, balance.symbol, balance.amount_text, balance.time) == (A, "BTC", "0.5", 1577836800)
    assert any(("to_ids", "true") in e.details for e in of(records, EventRecord))
    assert [r.code for r in of(records, BadRow)] == ["WS-ROW-005"]
    assert not of(records, TransferRecord)
    assert A.encode() in raw[tags[0].place.offset : tags[0].place.offset + tags[0].place.length]


def test_wallet_labels_lose_nothing(direct):
    lines = [
        {"type": "tx", "ref": TX.upper(), "label": "rent", "origin": "wpkh([d34db33f])"},
        {"type": "addr", "ref": A, "label": "Bob"},
        {"type": "addr", "ref": B},
        {"type": "output", "ref": TX + ":1", "label": "change", "spendable": False},
        {"type": "xpub", "ref": "xpub661My", "label": "cold"},
        {"type": "addr", "ref": A[:-1] + "X", "label": "typo"},
        {"type": "output", "ref": TX, "label": "no number"},
        {"ref": A},
    ]
    raw = "\n".join(map(json.dumps, lines)).encode() + b"\nnot json\n"
    records = direct("bip329.labels", raw)
    assert [(t.subject, t.ref, t.label) for t in of(records, TagRecord)] == [
        ("transaction", TX, "rent"), ("address", A, "Bob"),
    ]  # fmt: skip
    events = of(records, EventRecord)
    assert [e.place.row for e in events] == [1, 3, 4, 5]
    assert ("origin", "wpkh([d34db33f])") in events[0].details
    assert (events[2].tx, events[2].details[-1]) == (TX, ("spendable", "false"))
    assert [r.place.row for r in of(records, BadRow)] == [6, 7, 8, 9]


def test_wallet_labels_are_known_in_any_order_of_their_keys(modules):
    sniff = modules["bip329.labels"].sniff
    assert sniff(b'{"label":"x", "ref":"' + A.encode() + b'","type":"addr"}\n', "x").score > 0.9
    assert sniff(b'{"type":"addr","value":1}\n{"ref":"x"}', "x").score == 0
    assert sniff(b'{"type":"bundle","ref":"x"}', "x").score == 0


OUTCOMES = {
    "bip329_test_vectors.jsonl": ("bip329.labels", 3, 0),
    "examples__scos__cryptocurrency-transaction--d3b3642a-9759-5078-9fae-3a868238889c.json": ("stix.bundle", 0, 1),
    "examples__scos__cryptocurrency-wallet--b6ae6083-875f-5fe9-84b9-89e168f89406.json": ("stix.bundle", 1, 0),
}


def test_every_file_of_the_folder_is_read_or_refused_plainly(data, plugins):
    refused = []
    for path in sorted((data / "stix-misp-bip329").glob("*.json*")):
        if path.name in OUTCOMES:
            reader, tagged, broken = OUTCOMES[path.name]
            assert readers.detect(path, plugins)[0].reader == reader
            with readers.parse(path, reader, {}, plugins) as parse:
                records = list(parse)
            assert (len(of(records, TagRecord)), len(of(records, BadRow))) == (tagged, broken)
            continue
        with pytest.raises(WorkstationError) as caught:
            readers.detect(path, plugins)
        refused.append(str(caught.value))
    assert len(refused) == 8
    assert sum("template" in text for text in refused) == 3
    assert sum("JSON schema" in text for text in refused) == 2
    assert sum("definition of a STIX extension" in text for text in refused) == 2
    assert sum("bank-account" in text for text in refused) == 1


@pytest.mark.parametrize("reader", ["stix.bundle", "misp.event", "bip329.labels"])
@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"a": 1}', b"[1, 2]", b"null", b'{"objects": [{', b"\xff\xfe"])
def test_other_json_has_a_clean_outcome(direct, reader, raw):
    try:
        records = direct(reader, raw)
    except Refusal:
        return
    assert not of(records, TagRecord)
    assert of(records, BadRow) or of(records, Remark)

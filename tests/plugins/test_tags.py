"""TagPacks and address lists: inheritance, chains by form, dates, and what is never tagged."""

from __future__ import annotations

from collections import Counter

import pytest

from workstation.domain.errors import WorkstationError
from workstation.domain.records import BadRow, EventRecord, Remark, TagRecord
from workstation.plugin_host import readers
from workstation.sdk.reader import Refusal

EVM = "0x098b716b8aaf21512996dc57eb0615e2383e2f96"
BTC = "15JFh88FcE4WL6qeMLgX5VEAFCbRXjc9fr"
PACK = f"""title: T
creator: C
label: Thief
confidence: forensic
lastmod: 2022-04-05
source: https://example.org/a
currency: ETH
tags:
- address: '{EVM}'
- address: {BTC}
  currency: BTC
  label: "Zw\u00f6lf"
  lastmod: 2023-01-02
- tx_hash: '0x{"1" * 64}'
"""


def tags(records):
    return [r for r in records if isinstance(r, TagRecord)]


def bad(records):
    return [r for r in records if isinstance(r, BadRow)]


def test_header_is_inherited_and_overridden(direct):
    first, second, third = tags(direct("graphsense.tagpack", PACK.encode()))
    assert (first.chain, first.ref, first.label, first.confidence) == ("ethereum", EVM, "Thief", "forensic")
    assert (first.source, first.source_date) == ("https://example.org/a", "2022-04-05")
    assert (second.chain, second.label, second.source_date) == ("bitcoin", "Zw\u00f6lf", "2023-01-02")
    assert (third.subject, third.ref) == ("transaction", "0x" + "1" * 64)


def test_places_hold_their_entry_also_behind_umlauts(direct):
    raw = PACK.replace("Thief", "D\u00edeb").encode()
    for tag in tags(direct("graphsense.tagpack", raw)):
        assert tag.ref.encode()[-20:] in raw[tag.place.offset : tag.place.offset + tag.place.length]


@pytest.mark.parametrize(("name", "count"), [("ransomware", 7178), ("ronin_bridge", 6), ("demo", 5), ("ofac", 572)])
def test_real_packs(read, data, name, count):
    records = read(data / "tagpacks-graphsense" / f"{name}.yaml")
    assert len(tags(records)) + len(bad(records)) == count
    assert len(tags(records)) >= 0.99 * count


def test_zero_address_is_never_tagged(read, data):
    records = read(data / "tagpacks-graphsense" / "usdt_blacklist.yaml")
    assert [(r.code, r.place.row) for r in bad(records)] == [("WS-ROW-012", 1)]
    assert len(tags(records)) == 773


def test_every_file_of_the_folder_is_read_or_refused_plainly(data, plugins):
    outcome = Counter()
    for path in sorted((data / "tagpacks-graphsense").glob("*.yaml")):
        try:
            found = readers.detect(path, plugins)
            assert found[0].reader == "graphsense.tagpack"
            outcome["pack"] += 1
        except WorkstationError as refused:
            plain = ("no TagPack", "schema of GraphSense packs", "taxonomy")
            outcome["refused" if any(word in str(refused) for word in plain) else str(refused)] += 1
    assert outcome == {"pack": 33, "refused": 3}


def test_word_lists_of_graphsense_are_refused_plainly(data, plugins):
    for path in sorted((data / "tagpacks-graphsense").glob("taxonomy__*.csv")):
        with pytest.raises(WorkstationError, match="taxonomy"):
            readers.detect(path, plugins)


def test_actors_are_kept_as_account_cards(read, data):
    records = read(data / "tagpacks-graphsense" / "graphsense.actorpack.yaml")
    cards = [r for r in records if isinstance(r, EventRecord)]
    assert len(cards) == 3813
    assert not tags(records)
    assert not bad(records)
    card = cards[1]
    assert (card.kind, card.service, card.account) == ("account", "GraphSense ActorPack", "0exchange")
    assert ("label", "0.exchange") in card.details
    assert ("uri", "app.0.exchange") in card.details
    assert ("categories", '["defi_dex"]') in card.details


def test_an_actor_without_id_is_quarantined(direct):
    records = direct("graphsense.tagpack", b"title: A\ncreator: B\nactors:\n- label: x\n- id: y\n  label: Y\n")
    assert [e.account for e in records if isinstance(e, EventRecord)] == ["y"]
    assert [r.code for r in bad(records)] == ["WS-ROW-015"]


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: *x\n",
        "tags: !!python/object:os.system x\n",
        "header: !include other.yaml\ntags: []\n",
        "- a\n",
        "tags: 5\n",
    ],
)
def test_dangerous_or_other_yaml_is_refused(direct, text):
    with pytest.raises(Refusal):
        direct("graphsense.tagpack", text.encode())


def test_deep_yaml_and_duplicate_keys_are_quarantined(direct):
    deep = PACK.replace("currency: BTC", "context: " + "[" * 80 + "]" * 80)
    assert len(bad(direct("graphsense.tagpack", deep.encode()))) == 1
    twice = PACK.replace("  currency: BTC\n", "  currency: BTC\n  currency: ETH\n")
    assert [r.reason for r in bad(direct("graphsense.tagpack", twice.encode()))] == ["a key appears twice"]


def test_ofac_lists(read, data):
    folder = data / "sanctions-ofac"
    for ticker, count in (("XBT", 435), ("ETH", 152), ("USDT", 26), ("TRX", 6), ("BCH", 7), ("XMR", 3)):
        both = [read(folder / f"sanctioned_addresses_{ticker}.{end}", date="2024-09-27") for end in ("txt", "json")]
        found = [sorted((t.chain, t.ref) for t in tags(records)) for records in both]
        assert found[0] == found[1]
        assert len(found[0]) + len(bad(both[0])) == count
        assert not bad(both[0])
        for tag in tags(both[0]):
            assert (tag.category, tag.source_date) == ("sanction", "2024-09-27")
            assert "OFAC" in tag.source
        assert [r for r in both[0] if isinstance(r, Remark) and r.kind == "assumption" and "OFAC" in r.text]


def test_the_form_decides_the_chain_not_the_ticker(read, data):
    usdt = Counter(t.chain for t in tags(read(data / "sanctions-ofac" / "sanctioned_addresses_USDT.txt")))
    assert usdt == {"ethereum": 8, "tron": 11, "bitcoin": 7}
    xbt = Counter(t.chain for t in tags(read(data / "sanctions-ofac" / "sanctioned_addresses_XBT.txt")))
    assert xbt["tron"] == 1
    named = read(data / "sanctions-ofac" / "ofac_ethereum_addresses_with_names.csv")
    assert tags(named)[0].label == "LAZARUS GROUP"
    assert tags(named)[0].place.row == 2


def test_plain_list_with_comments_labels_and_a_wrong_address(direct):
    raw = f"# list\n{EVM}\n\n{BTC},Ransom wallet\n{BTC[:-1]}s\nnot an address at all\n".encode()
    records = direct("address.list", raw, label="L", category="scam", source="police", date="2024-01-02")
    assert [(t.label, t.place.row) for t in tags(records)] == [("L", 2), ("Ransom wallet", 4)]
    assert [r.place.row for r in bad(records)] == [5, 6]
    assert {(t.category, t.source, t.source_date) for t in tags(records)} == {("scam", "police", "2024-01-02")}


def test_csv_columns_of_a_tag_list(direct):
    raw = f"Address;x\n{EVM};y\n".encode()
    assert bad(direct("address.list", raw))
    raw = f"label,address,category,date\nExchange,{EVM},exchange,2020-02-03\n".encode()
    (tag,) = tags(direct("address.list", raw))
    assert (tag.label, tag.category, tag.source_date, tag.place.row) == ("Exchange", "exchange", "2020-02-03", 2)

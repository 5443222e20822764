"""OFAC lists: both XML forms, the table with its cut remarks, and what must never be guessed."""

from __future__ import annotations

from collections import Counter

import pytest

from workstation.domain.records import BadRow, Remark, TagRecord
from workstation.plugin_host import readers
from workstation.sdk.reader import Refusal

BTC = "12QtD5BFwRsdNsAZY76UVE1xyCGNTojH9h"
EVM = "0x098B716B8Aaf21512996dC57EB0615e2383E2f96"
SIMPLE = f"""<?xml version="1.0" standalone="yes"?>
<sdnList xmlns="https://sanctionslistservice.ofac.treas.gov/XML"><publshInformation>
<Publish_Date>09/27/2024</Publish_Date><Record_Count>2</Record_Count></publshInformation>
<sdnEntry><uid>36</uid><lastName>AEROCARIBBEAN AIRLINES</lastName><title>none</title></sdnEntry>
<sdnEntry><uid>25308</uid><firstName>Xiaobing</firstName><lastName>YAN</lastName><programList><program>SDNTK</program>
<program>CYBER2</program></programList><idList><id><uid>1</uid><idType>Passport</idType><idNumber>G1</idNumber></id>
<id><uid>9</uid><idType>Digital Currency Address - XBT</idType><idNumber>{BTC}</idNumber></id>
<id><uid>10</uid><idType>Digital Currency Address - XBT</idType><idNumber>{BTC[:-1]}i</idNumber></id></idList></sdnEntry>
</sdnList>
""".encode()
ADVANCED = f"""<Sanctions xmlns="https://www.un.org/sanctions/1.0"><DateOfIssue CalendarTypeID="1"><Year>2024</Year>
<Month>9</Month><Day>27</Day></DateOfIssue><ReferenceValueSets><FeatureTypeValues>
<FeatureType ID="777">Digital Currency Address - ETH</FeatureType><FeatureType ID="8">Birthdate</FeatureType>
</FeatureTypeValues></ReferenceValueSets><DistinctParties><DistinctParty FixedRef="5"><Profile ID="5"/></DistinctParty>
<DistinctParty FixedRef="7"><Profile ID="7"><Identity><Alias Primary="false"><DocumentedName><DocumentedNamePart>
<NamePartValue>HIDDEN COBRA</NamePartValue></DocumentedNamePart></DocumentedName></Alias><Alias Primary="true">
<DocumentedName><DocumentedNamePart><NamePartValue>LAZARUS GROUP</NamePartValue></DocumentedNamePart></DocumentedName>
</Alias></Identity><Feature FeatureTypeID="8"><FeatureVersion><VersionDetail>1980</VersionDetail></FeatureVersion>
</Feature><Feature FeatureTypeID="777"><FeatureVersion><VersionDetail>{EVM}</VersionDetail></FeatureVersion></Feature>
</Profile></DistinctParty></DistinctParties><SanctionsEntries><SanctionsEntry ProfileID="7"><SanctionsMeasure>
<Comment>DPRK3</Comment></SanctionsMeasure></SanctionsEntry></SanctionsEntries></Sanctions>
""".encode()


def tags(records):
    return [r for r in records if isinstance(r, TagRecord)]


def bad(records):
    return [r for r in records if isinstance(r, BadRow)]


def test_simple_xml_names_party_programme_and_date(direct):
    records = direct("ofac.xml", SIMPLE, "sdn.xml")
    (tag,) = tags(records)
    assert (tag.chain, tag.ref, tag.label, tag.actor, tag.category) == (
        "bitcoin", BTC, "YAN, Xiaobing", "YAN, Xiaobing", "sanction",
    )  # fmt: skip
    assert tag.source == "US Treasury OFAC SDN list (uid 25308, programme SDNTK, CYBER2)"
    assert tag.source_date == "2024-09-27"
    entry = SIMPLE[tag.place.offset : tag.place.offset + tag.place.length]
    assert entry.startswith(b"<sdnEntry><uid>25308")
    assert entry.endswith(b"</sdnEntry>")
    assert [r.code for r in bad(records)] == ["WS-ROW-005"]


def test_advanced_xml_reads_its_own_feature_table(direct):
    (tag,) = tags(direct("ofac.xml", ADVANCED))
    assert (tag.ref, tag.label, tag.source_date) == (EVM.lower(), "LAZARUS GROUP", "2024-09-27")
    assert "programme DPRK3" in tag.source
    assert b"LAZARUS GROUP" in ADVANCED[tag.place.offset : tag.place.offset + tag.place.length]


def test_xml_goes_through_the_worker(tmp_path, plugins):
    path = tmp_path / "sdn.xml"
    path.write_bytes(SIMPLE)
    found = readers.detect(path, plugins)
    assert found[0].reader == "ofac.xml"
    with readers.parse(path, "ofac.xml", {}, plugins) as parse:
        assert len(tags(list(parse))) == 1
        assert parse.rows_read == 2


@pytest.mark.parametrize(
    "raw",
    [
        b'<?xml version="1.0"?><!DOCTYPE sdnList><sdnList/>',
        b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;">]><sdnList>&z;</sdnList>',
        b'<!DOCTYPE a SYSTEM "http://example.org/x.dtd"><sdnList/>',
    ],
)
def test_a_document_type_is_refused(direct, raw):
    with pytest.raises(Refusal, match="document type or entities"):
        direct("ofac.xml", raw)


def test_other_xml_and_no_xml_are_refused(direct):
    for raw in (b"<html/>", b"hello", b"", b"<a><b></a>", b"\xff\xfe<\0a\0/\0>\0"):
        with pytest.raises(Refusal):
            direct("ofac.xml", raw)


def test_a_cut_xml_keeps_whole_entries(direct):
    cut = SIMPLE.index(b"</sdnEntry>\n</sdnList>") + len(b"</sdnEntry>")
    assert len(tags(direct("ofac.xml", SIMPLE[:cut]))) == 1
    records = direct("ofac.xml", SIMPLE[: cut - 60])
    assert not tags(records)
    assert [r.code for r in bad(records)] == ["WS-ROW-001"]


def test_deep_and_huge_entries_are_quarantined(direct):
    deep = b"<sdnList><sdnEntry>" + b"<a>" * 200 + b"</a>" * 200 + b"</sdnEntry></sdnList>"
    assert [r.code for r in bad(direct("ofac.xml", deep))] == ["WS-ROW-009"]
    wide = b"<sdnList><sdnEntry>" + b"<a/>" * 60_000 + b"</sdnEntry></sdnList>"
    assert [r.code for r in bad(direct("ofac.xml", wide))] == ["WS-ROW-011"]
    with pytest.raises(Refusal, match="deeper"):
        direct("ofac.xml", b"<sdnList>" + b"<a>" * 5000)


def row(remarks, uid="30518"):
    return f'{uid},"PARTY","individual","CYBER2] [DPRK3",' + "-0- ," * 7 + f'"{remarks}"\r\n'


def test_an_address_at_the_cut_is_quarantined_in_both_files(direct):
    start = f"Digital Currency Address - XBT {BTC}; " + "x" * 1000
    remarks = start[: 1000 - 52] + "; alt. Digital Currency Address - XBT " + BTC[:14]
    assert len(remarks) == 1000
    records = direct("ofac.csv", row(remarks).encode(), "SDN.CSV", date="2020-01-02")
    (tag,) = tags(records)
    assert (tag.ref, tag.source_date) == (BTC, "2020-01-02")
    assert tag.source.endswith("programme CYBER2, DPRK3)")
    assert [(r.code, "comments file" in r.reason) for r in bad(records)] == [("WS-ROW-001", True)]
    rest = f'30518,"{BTC[14:]}; alt. Digital Currency Address - XBT 1Kuf2Rd8mDyAViwBozGTNYnvWL8uYFrkVo."\r\n\x1a'
    records = direct("ofac.csv", rest.encode(), "SDN_COMMENTS.CSV")
    assert [t.ref for t in tags(records)] == ["1Kuf2Rd8mDyAViwBozGTNYnvWL8uYFrkVo"]
    assert [(r.code, "SDN.CSV" in r.reason) for r in bad(records)] == [("WS-ROW-001", True)]


def test_the_last_address_of_short_remarks_is_whole(direct):
    (tag,) = tags(direct("ofac.csv", row(f"Digital Currency Address - XBT {BTC}.").encode()))
    assert tag.ref == BTC


def test_real_tables(read, data, plugins):
    folder = data / "sanctions-ofac"
    path = folder / "sdn_rows_with_digital_currency.csv"
    assert readers.detect(path, plugins)[0].reader == "ofac.csv"
    records = read(path, date="2021-01-01")
    assert (len(tags(records)), len(bad(records))) == (79, 2)
    assert sorted(r.code for r in bad(records)) == ["WS-ROW-001", "WS-ROW-005"]  # one address is misprinted in the list
    assert {t.label for t in tags(records)} >= {"YAN, Xiaobing", "GHORBANIYAN, Mohammad"}
    records = read(folder / "sdn_comments.csv")
    assert (len(tags(records)), len(bad(records))) == (346, 6)
    assert all("first half" in r.reason for r in bad(records))
    assert [r for r in records if isinstance(r, Remark) and "no date" in r.text]


def test_every_file_of_the_folder_has_its_count(read, data):
    folder = data / "sanctions-ofac"
    counts = {
        "ARB": 1, "BCH": 7, "BSC": 1, "BSV": 1, "BTG": 1, "DASH": 3, "ETC": 1, "ETH": 152, "LTC": 10, "TRX": 6,
        "USDC": 2, "USDT": 26, "XBT": 435, "XMR": 3, "XRP": 1, "XVG": 1, "ZEC": 3,
    }  # fmt: skip
    assert {p.stem.rpartition("_")[2] for p in folder.glob("sanctioned_addresses_*.txt")} == set(counts)
    for ticker, count in counts.items():
        for end in ("txt", "json"):
            records = read(folder / f"sanctioned_addresses_{ticker}.{end}", date="2024-09-27")
            assert (len(tags(records)), len(bad(records))) == (count, 0), ticker
    chains = Counter(t.chain for t in tags(read(folder / "sanctioned_addresses_XVG.txt")))
    assert chains == {"verge": 1}
    named = tags(read(folder / "ofac_ethereum_addresses_with_names.csv"))
    assert len(named) == 97
    assert all(t.label for t in named)

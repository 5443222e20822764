"""The price list and the AMLworld patterns: strict cells, names with leading zeros."""

from __future__ import annotations

import pytest

from workstation.domain.records import BadRow, EventRecord, PriceRecord, Remark, TagRecord, TransferRecord
from workstation.sdk.reader import Refusal

HEADER = "date,asset,currency,rate,source\n"
USDT = "ethereum:0xdAC17F958D2ee523a2206206994597C13D831ec7"


def of(records, kind):
    return [r for r in records if isinstance(r, kind)]


def test_prices(direct):
    raw = HEADER + f'2021-05-08,BTC,USD,58803.78,CoinGecko\n2021-05-08,{USDT},EUR,1,"ECB, close"\n'
    records = direct("price.csv", raw.encode())
    assert [(p.date, p.asset, p.currency, p.rate, p.source) for p in of(records, PriceRecord)] == [
        ("2021-05-08", "BTC", "USD", "58803.78", "CoinGecko"),
        ("2021-05-08", USDT.lower(), "EUR", "1", "ECB, close"),
    ]
    assert len(records) == 2


@pytest.mark.parametrize(
    "row",
    [
        "2021-02-30,BTC,USD,1,x", "08.05.2021,BTC,USD,1,x", "\u0662021-05-08,BTC,USD,1,x", "2021-05-08,BTC,usd,1,x",
        "2021-05-08,B TC,USD,1,x", "2021-05-08,BTC,USD,-1,x", "2021-05-08,BTC,USD,1e5,x", '2021-05-08,BTC,USD,"1,000",x',
        "2021-05-08,BTC,USD,0,x", "2021-05-08,BTC,USD,0.000,x", "2021-05-08,BTC,USD,1,", "2021-05-08,BTC,USD,1",
        "2021-05-08,stated:x,USD,1,x", "2021-05-08,moon:0x1,USD,1,x", "2021-05-08,ethereum:0x1,USD,1,x",
        "2021-05-08,BTC,USD,NaN,x", "2021-05-08,BTC,USD,\u0661,x", "2021-05-08,BTC,USD," + "9" * 41 + ",x",
    ],
)  # fmt: skip
def test_a_price_that_is_not_exact_is_quarantined(direct, row):
    records = direct("price.csv", (HEADER + row + "\n").encode())
    assert not of(records, PriceRecord)
    assert len(of(records, BadRow)) == 1


def test_a_second_rate_of_the_same_source_is_quarantined(direct):
    raw = HEADER + "2021-05-08,BTC,USD,1,a\n2021-05-08,BTC,USD,2,a\n2021-05-08,BTC,USD,2,b\n"
    records = direct("price.csv", raw.encode())
    assert [p.place.row for p in of(records, PriceRecord)] == [2, 4]
    assert [r.code for r in of(records, BadRow)] == ["WS-ROW-008"]


@pytest.mark.parametrize("raw", [b"", b"date,asset,currency,rate\n", b"date;asset;currency;rate;source\n", b"\0\0"])
def test_another_table_is_no_price_list(direct, modules, raw):
    assert modules["price.csv"].sniff(raw, "x.csv").score == 0
    with pytest.raises(Refusal):
        direct("price.csv", raw)


PATTERNS = """BEGIN LAUNDERING ATTEMPT - FAN-OUT:  Max 16-degree Fan-Out
2022/09/01 00:06,021174,800737690,012,80011F990,2848.96,Euro,2848.96,Euro,ACH,1
2022/09/01 04:33,021174,800737690,020,80020C5B0,8630.40,Euro,9000.00,US Dollar,ACH,1
END LAUNDERING ATTEMPT - FAN-OUT

BEGIN LAUNDERING ATTEMPT - CYCLE:  Max 2 hops
2022/09/02 00:00,012,80011F990,021174,800737690,0.5,Bitcoin,0.5,Bitcoin,Bitcoin,1
END LAUNDERING ATTEMPT - CYCLE
"""


def test_laundering_patterns(direct):
    records = direct("amlworld.patterns", PATTERNS.encode())
    transfers = of(records, TransferRecord)
    assert [(t.sender, t.receiver, t.symbol, t.amount_text) for t in transfers] == [
        ("bank 021174 account 800737690", "bank 012 account 80011F990", "Euro", "2848.96"),
        ("bank 021174 account 800737690", "bank 020 account 80020C5B0", "US Dollar", "9000.00"),
        ("bank 012 account 80011F990", "bank 021174 account 800737690", "Bitcoin", "0.5"),
    ]
    assert {(t.chain, t.kind, t.tx) for t in transfers} == {("stated", "stated", "")}
    assert transfers[0].time == 1661990760
    tags = of(records, TagRecord)
    assert [t.label for t in tags] == ["laundering attempt 1: FAN-OUT (Max 16-degree Fan-Out)"] * 3 + [
        "laundering attempt 2: CYCLE (Max 2 hops)"
    ] * 2
    assert {(t.chain, t.category) for t in tags} == {("stated", "typology")}
    (event,) = of(records, EventRecord)
    assert ("receiving currency", "Euro") in event.details
    assert not of(records, BadRow)


@pytest.mark.parametrize(
    "row",
    [
        "2022/13/01 00:06,1,2,3,4,1,Euro,1,Euro,ACH,1", "2022-09-01,1,2,3,4,1,Euro,1,Euro,ACH,1", "1,2,3",
        "2022/09/01 00:06,1,2,3,4,-1,Euro,1,Euro,ACH,1", "2022/09/01 00:06,,2,3,4,1,Euro,1,Euro,ACH,1",
        "2022/09/01 00:06,1,2,3,4,1,,1,Euro,ACH,1",
    ],
)  # fmt: skip
def test_a_pattern_row_that_cannot_be_used_is_quarantined(direct, row):
    records = direct("amlworld.patterns", f"BEGIN LAUNDERING ATTEMPT - STACK\n{row}\n".encode())
    assert not of(records, TransferRecord)
    assert len(of(records, BadRow)) == 1
    assert any("does not end" in r.text for r in of(records, Remark))


def test_rows_outside_an_attempt_and_other_texts(direct):
    outside = PATTERNS + "2022/09/02 00:00,012,80011F990,021174,800737690,0.5,Euro,0.5,Euro,ACH,1\n"
    assert [r.place.row for r in of(direct("amlworld.patterns", outside.encode()), BadRow)] == [9]
    with pytest.raises(Refusal):
        direct("amlworld.patterns", b"")
    with pytest.raises(Refusal):
        direct("amlworld.patterns", b"some,other,table\n1,2,3\n")


def test_a_row_of_the_patterns_is_the_row_of_the_transactions(read, data):
    folder = data / "exchange-layouts-invented"

    def rows(name):
        return {
            (t.chain, t.kind, t.tx, t.time, t.sender, t.receiver, t.contract, t.symbol, t.amount_text)
            for t in of(read(folder / name), TransferRecord)
        }

    assert len(rows("amlworld_patterns.txt")) == 3
    assert rows("amlworld_patterns.txt") <= rows("amlworld_trans.csv")

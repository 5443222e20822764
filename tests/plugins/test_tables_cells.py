"""The table engine: numbers and times as people and services write them, none of them changed or guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plugins.table_tools import (
    DEPOSITS,
    sniffed,
    table,
)
from workstation.sdk.reader import Refusal


@pytest.mark.parametrize(
    ("cell", "amount"),
    [("1", "1"), ("0.10", "0.10"), ('"1,234.5"', "1234.5"), ('"1,45,000"', "145000"), ("1'000.5", "1000.5"),
     ("1 000", "1000"), ("1\u202f000", "1000"), ("0.02BTC", "0.02"), ("10.0 USDT", "10.0"), ("€5", "5"),
     ("6.0E-7", "0.00000060"), ("1.5e-1", "0.15"), ("0E-18", "0." + "0" * 18), (".5", "0.5"), ("+0.05", "0.05")],
)  # fmt: skip
def test_numbers_as_people_write_them(cell, amount):
    layout = DEPOSITS.replace("[layout.read]", '[layout.read]\nprefix = ["/ ?[A-Z]{2,10}/", "€"]')
    got = table(f"Time,Coin,Amount\n2024-03-08 13:15:42,BTC,{cell}\n", layout)
    assert [e.amount_text for e in got.events] == [amount], [b.reason for b in got.bad]


@pytest.mark.parametrize(
    "cell",
    [
        "8.38E+18",
        '"8,38977E+18"',
        "1E5",
        "NaN",
        "1_000",
        "١٢",
        "1e400",
        "0x10",
        '"1,23"',
        "1.2.3",
        "--5",
        "∞",
        "5 5",
        '"1,2345"',
    ],
)
def test_a_number_that_cannot_be_read_in_one_way_is_quarantined(cell):
    got = table(f"Time,Coin,Amount\n2024-03-08 13:15:42,BTC,{cell}\n", DEPOSITS)
    assert not got.events
    assert len(got.bad) == 1


def test_a_number_that_a_spreadsheet_destroyed_says_so():
    got = table("Time,Coin,Amount\n2024-03-08 13:15:42,BTC,8.38E+18\n", DEPOSITS)
    assert "rounded by a spreadsheet" in got.bad[0].reason


@pytest.mark.parametrize("cell", ["", "-", "--", "-0-", "N/A"])
def test_cells_without_a_number_are_none(cell):
    layout = DEPOSITS.replace('kind = "deposit"', 'kind = "other"')
    assert table(f"Time,Coin,Amount\n2024-03-08 13:15:42,BTC,{cell}\n", layout).events[0].amount_text == ""


def test_the_decimal_sign_is_decided_per_column_over_all_rows():
    layout = DEPOSITS.replace("[layout.read]", '[layout.read]\ndecimal = "auto"')
    text = "Time;Coin;Amount;Fee\n2024-03-08 13:15:42;BTC;1,234;0.5\n2024-03-08 13:15:42;BTC;12,5;1,000.5\n"
    got = table(text, layout)
    assert [(e.amount_text, e.fee_text) for e in got.events] == [("1.234", "0.5"), ("12.5", "1000.5")]


def test_an_undecidable_decimal_sign_is_asked_and_quarantined():
    layout = DEPOSITS.replace("[layout.read]", '[layout.read]\ndecimal = "auto"')
    text = "Time;Coin;Amount\n2024-03-08 13:15:42;BTC;1,234\n2024-03-08 13:15:42;BTC;7\n"
    assert sniffed(text, layout)["t"].questions == ("decimal",)
    got = table(text, layout)
    assert [e.amount_text for e in got.events] == ["7"]
    assert "state the decimal sign" in got.bad[0].reason
    assert [e.amount_text for e in table(text, layout, decimal=",").events] == ["1.234", "7"]
    assert [e.amount_text for e in table(text, layout, decimal=".").events] == ["1234", "7"]


def test_base_units_become_coins_of_the_chain():
    layout = DEPOSITS.replace("[layout.read]", '[layout.read]\nunit = "base"')
    got = table(
        "Time,Coin,Amount,Network\n2024-03-08 13:15:42,BTC,150000000,BTC\n2024-03-08 13:15:42,BTC,5,?\n", layout
    )
    assert got.events[0].amount_text == "1.5"
    assert "known chain" in got.bad[0].reason


@given(st.lists(st.decimals(0, 10**12, places=8, allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_amounts_never_change(values):
    rows = "".join(f"2024-03-08 13:15:42;BTC;{v:f};{str(v).replace('.', ',')}\n" for v in values if "E" not in str(v))
    got = table("Time;Coin;Amount;Fee\n" + rows, DEPOSITS.replace("[layout.read]", '[layout.read]\ndecimal = "."'))
    fitting = [v for v in values if "E" not in str(v)]
    assert sum((Decimal(e.amount_text) for e in got.events), Decimal(0)) == sum(fitting, Decimal(0))


# Times


@pytest.mark.parametrize(
    ("form", "cell", "seconds"),
    [("%y-%m-%d %H:%M:%S", "24-03-08 13:15:42", 1709903742), ("unix", "1709903742", 1709903742),
     ("unix-ms", "1709903742123", 1709903742), ("iso", "2024-03-08T13:15:42.123456789Z", 1709903742),
     ("excel", "45359.5525694444", 1709903742), ("%b. %d, %Y, %I:%M %p", '"Sept. 14, 2019, 03:32 PM"', 1568475120),
     ("%d.%m.%Y %H:%M:%S", "08.03.2024 13:15:42", 1709903742), ("%Y-%m-%d %H:%M:%S", "2024-03-08 13:15:42 UTC", 1709903742),
     ("%Y-%m-%d %H:%M:%S", "2024-03-08 06:15:42 -0700", 1709903742), ("%Y-%m-%d %H:%M:%S CST @+08:00", "2024-03-08 21:15:42 CST", 1709903742),
     ("%m/%d/%Y, %I:%M:%S %p", '"3/8/2024, 1:15:42\u202fPM"', 1709903742), ("%Y-%m-%d %H:%M:%S", "1970-01-01 00:00:00", None)],
)  # fmt: skip
def test_times_as_services_write_them(form, cell, seconds):
    layout = DEPOSITS.replace('"%Y-%m-%d %H:%M:%S", "%d.%m.%Y %H:%M"', f'"{form}"')
    got = table(f"Time,Coin,Amount\n{cell},BTC,1\n", layout)
    assert [e.time for e in got.events] == [seconds], [b.reason for b in got.bad]
    assert got.events[0].time_text == cell.strip('"')


@pytest.mark.parametrize("cell", ["2024-13-08 13:15:42", "yesterday", "99999999999999999", "٢٠٢٤-03-08 13:15:42"])
def test_what_is_no_time_is_quarantined(cell):
    got = table(f"Time,Coin,Amount\n{cell},BTC,1\n", DEPOSITS)
    assert [b.code for b in got.bad] == ["WS-ROW-006"]


@pytest.mark.parametrize(
    ("head", "seconds"),
    [("Time(UTC+08:00)", 1709874942), ("Time (UTC-5)", 1709921742), ("Time(UTC)", 1709903742), ("Time (+01)", 1709900142),
     ("Time(UTCnull)", 1709903742)],
)  # fmt: skip
def test_the_zone_may_stand_in_the_header(head, seconds):
    layout = DEPOSITS.replace('zone = "UTC"', 'zone = "header"').replace('must = ["time"', 'must = ["/time.*/"')
    text = f"{head},Coin,Amount\n2024-03-08 13:15:42,BTC,1\n"
    assert sniffed(text, layout)["t"].questions == ()
    assert table(text, layout).events[0].time == seconds


def test_a_missing_zone_is_asked_and_never_assumed():
    layout = DEPOSITS.replace('zone = "UTC"', 'zone = "ask"')
    text = "Time,Coin,Amount\n2024-03-08 13:15:42,BTC,1\n"
    assert sniffed(text, layout)["t"].questions == ("zone",)
    assert "without zone" in table(text, layout).bad[0].reason
    assert table(text, layout, zone="Europe/Rome").events[0].time == 1709900142
    assert table(text, layout, zone="+05:00").events[0].time == 1709885742
    with pytest.raises(Refusal, match="no time zone"):
        table(text, layout, zone="Atlantis")
    zoned = text.replace("13:15:42", "13:15:42 +0100")
    assert sniffed(zoned, layout)["t"].questions == ()

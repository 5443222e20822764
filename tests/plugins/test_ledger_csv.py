"""ledger.csv: every column, times, assets, chains by form, and the reasons for refused rows."""

from __future__ import annotations

import pytest

from workstation.domain.records import BadRow, Remark, TransactionRecord, TransferRecord
from workstation.sdk.reader import Refusal

A, B = "0x" + "a" * 40, "0x" + "b" * 40
USDT = "0xdac17f958d2ee523a2206206994597c13d831ec7"
T1, T2 = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", "TDqSquXBgUCLYvYC4XZgrprLK589dkhSCf"


def transfers(records):
    return [r for r in records if isinstance(r, TransferRecord)]


def bad(records):
    return [r for r in records if isinstance(r, BadRow)]


def one(direct, row, head="time,from,to,asset,amount,chain", **parameters):
    return direct("ledger.csv", f"{head}\n{row}\n".encode(), **parameters)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2022-03-23T13:16:57Z", 1648041417), ("2022-03-23 14:16:57+01:00", 1648041417), ("1648041417", 1648041417),
     ("2022-03-23T13:16:57.999Z", 1648041417)],
)  # fmt: skip
def test_times(direct, text, seconds):
    (transfer,) = transfers(one(direct, f"{text},{A},{B},ETH,1.5,ethereum"))
    assert (transfer.time, transfer.time_text, transfer.time_basis) == (seconds, text, "stated")
    assert (transfer.amount, transfer.kind, transfer.decimals) == (15 * 10**17, "stated", 18)


@pytest.mark.parametrize(
    "text", ["2022-03-23T13:16:57", "23.03.2022", "1648041417000", "", "1969-01-01T00:00:00Z", "2022-13-01T00:00Z"]
)
def test_times_that_are_refused(direct, text):
    assert [r.code for r in bad(one(direct, f"{text},{A},{B},ETH,1,ethereum"))] == ["WS-ROW-006"]


def test_zone_parameter_reads_times_without_zone_and_says_so(direct):
    records = one(direct, f"2022-03-23T14:16:57,{A},{B},ETH,1,ethereum", zone="Europe/Berlin")
    assert [t.time for t in transfers(records)] == [1648041417]
    assert [r for r in records if isinstance(r, Remark) and "Europe/Berlin" in r.text]
    with pytest.raises(Refusal):
        one(direct, f"1,{A},{B},ETH,1,ethereum", zone="../../etc/passwd")


def test_assets(direct):
    (token,) = transfers(one(direct, f"1648041417,{A},{B},USDT:{USDT}:6,1.5,ethereum"))
    assert (token.contract, token.symbol, token.decimals, token.amount) == (USDT, "USDT", 6, 1_500_000)
    (open_,) = transfers(one(direct, f'1648041417,{A},{B},USDT:{USDT},"1,500.25",ethereum'))
    assert (open_.decimals, open_.amount, open_.amount_text) == (None, None, "1500.25")
    (euro,) = transfers(one(direct, "1648041417,Victim bank,Service GmbH,EUR,4800.00,stated"))
    assert (euro.contract, euro.symbol, euro.sender, euro.amount_text) == ("EUR", "EUR", "Victim bank", "4800.00")
    assert bad(one(direct, f"1648041417,{A},{B},USDT,1,ethereum"))[0].code == "WS-ROW-010"
    assert bad(one(direct, f"1648041417,{A},{B},USDT:{USDT}:6,1.1234567,ethereum"))[0].code == "WS-ROW-004"


def test_chain_by_the_form_of_the_addresses(direct):
    records = one(direct, f"1648041417,{T1},{T2},USDT:{T1}:6,1", head="time,from,to,asset,amount")
    assert [t.chain for t in transfers(records)] == ["tron"]
    assert [r for r in records if isinstance(r, Remark) and "tron" in r.text]
    assert [t.chain for t in transfers(one(direct, f"1648041417,{A},{B},BNB,1", head="time,from,to,asset,amount"))] == [
        "bsc"
    ]
    assert bad(one(direct, "1648041417,Bob,Eve,EUR,1", head="time,from,to,asset,amount"))
    given = one(direct, "1648041417,Bob,Eve,EUR,1", head="time,from,to,asset,amount", chain="stated")
    assert [t.chain for t in transfers(given)] == ["stated"]


def test_transaction_sequence_block_and_fee(direct):
    tx = "0x" + "A" * 64
    records = one(
        direct,
        f"1648041417,{A},{B},ETH,1,{tx},7,12,0.01,hello",
        head="time,from,to,asset,amount,transaction,sequence,block,fee,note",
    )
    (stated,) = [r for r in records if isinstance(r, TransactionRecord)]
    value, fee = transfers(records)
    assert stated.tx == value.tx == fee.tx == tx.lower()
    assert (value.sequence, value.block, fee.kind, fee.amount, fee.sender, fee.receiver) == (
        7,
        12,
        "fee",
        10**16,
        A,
        None,
    )


def test_equal_rows_stay_two_and_bad_rows_hide_nothing(direct):
    row = f"1648041417,{A},{B},ETH,1,ethereum\n"
    raw = f"time,from,to,asset,amount,chain\n{row}{row}{A},1\n\n{row}".encode()
    records = direct("ledger.csv", raw)
    assert [t.place.row for t in transfers(records)] == [2, 3, 6]
    assert [(r.place.row, r.code) for r in bad(records)] == [(4, "WS-ROW-002")]


@pytest.mark.parametrize("sign", [";", "\t"])
def test_other_separators(direct, sign):
    raw = (
        sign.join(["Time", "From", "To", "Asset", "Amount"]) + "\n" + sign.join(["1648041417", A, B, "ETH", "1"]) + "\n"
    )
    assert len(transfers(direct("ledger.csv", raw.encode()))) == 1


def test_a_line_break_in_a_quoted_note_is_one_row(direct):
    raw = (
        f'time,from,to,asset,amount,note\n1648041417,{A},{B},ETH,1,"two\nlines"\n1648041417,{A},{B},ETH,2,x\n'.encode()
    )
    records = direct("ledger.csv", raw)
    assert [(t.place.row, t.amount) for t in transfers(records)] == [(2, 10**18), (3, 2 * 10**18)]
    assert raw[records[0].place.offset :][: records[0].place.length].endswith(b'lines"')


def test_a_stray_quote_spoils_one_row(direct):
    rows = "".join(f"1648041417,{A},{B},ETH,{n},{'x' if n != 3 else chr(34)}\n" for n in range(1, 200))
    records = direct("ledger.csv", f"time,from,to,asset,amount,note\n{rows}".encode())
    assert len(transfers(records)) == 198
    assert [r.place.row for r in bad(records)] == [4]

"""The table engine: events, the shape of tables, and hostile rows, by every rule of the layout grammar."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.plugins.table_tools import (
    BTC,
    DEPOSITS,
    ETH,
    LAYOUTS,
    TABLES,
    TRANSFERS,
    TRON,
    sniffed,
    table,
)
from workstation.sdk.reader import Refusal


def test_a_deposit_is_an_event_a_stated_transfer_and_a_tag():
    got = table(
        f"Time,Coin,Amount,Fee,Network,Address,TXID,Status,Uid,Note\n"
        f"2024-03-08 13:15:42,USDT,2500.50,1,TRC20,{TRON},{'0' * 64},Completed,77,hello\n",
        DEPOSITS,
    )
    (event,), (transfer,), (tag,) = got.events, got.transfers, got.tags
    assert (event.kind, event.direction, event.symbol, event.amount_text) == ("deposit", "in", "USDT", "2500.50")
    assert (event.account, event.chain, event.address, event.tx) == ("Some account 77", "tron", TRON, "0" * 64)
    assert (event.time, event.time_basis, event.status, event.fee_text) == (1709903742, "exchange", "ok", "1")
    assert ("Note", "hello") in event.details
    assert ("Network", "TRC20") in event.details  # the word that became tron is not lost
    assert (transfer.chain, transfer.kind, transfer.tx, transfer.index) == ("stated", "stated", "", None)
    assert (transfer.sender, transfer.receiver) == (f"tron:{TRON}", "Some account 77")
    assert (transfer.amount, transfer.decimals, transfer.amount_text) == (None, None, "2500.50")
    assert transfer.place == event.place
    assert (tag.chain, tag.ref, tag.label, tag.category, tag.confidence) == (
        "tron", TRON, "Some deposit address", "exchange", "service_data",
    )  # fmt: skip
    assert (tag.source, tag.source_date) == ("Some: file.csv", "2024-03-08")


def test_a_withdrawal_goes_from_the_account_to_the_target():
    layout = DEPOSITS.replace('kind = "deposit"', 'kind = "withdrawal"')
    got = table(
        f"Time,Coin,Amount,Network,Address\n2024-03-08 13:15:42,ETH,-1,ERC20,{ETH}\n", layout, subject="Suspect A"
    )
    assert (got.transfers[0].sender, got.transfers[0].receiver) == ("Suspect A", f"ethereum:{ETH}")
    assert got.events[0].amount_text == "1"
    assert not got.tags


@pytest.mark.parametrize("network", ["", "BEP2", "Lightning", "Moonbeam", "Omni"])
def test_an_unknown_network_gives_no_stated_transfer_and_keeps_the_address(network):
    got = table(f"Time,Coin,Amount,Network,Address\n2024-03-08 13:15:42,USDT,1,{network},{TRON}\n", DEPOSITS)
    assert got.events[0].chain == got.events[0].address == ""
    assert ("Address", TRON) in got.events[0].details
    assert not got.transfers
    assert not got.tags


@pytest.mark.parametrize(
    ("network", "chain"),
    [("TRX", "tron"), ("TRC20", "tron"), ("ERC20", "ethereum"), ("BNB Smart Chain (BEP20)", "bsc"), ("BTC", "bitcoin"),
     ("Arbitrum One", "arbitrum"), ("ETH", "ethereum"), ("AVAXC", "avalanche"), ("SOL", "solana")],
)  # fmt: skip
def test_network_names_of_services_mean_chains(network, chain):
    got = table(f"Time,Coin,Amount,Network\n2024-03-08 13:15:42,USDT,1,{network}\n", DEPOSITS)
    assert got.events[0].chain == chain


def test_a_wrong_checksum_keeps_the_event_and_warns():
    got = table(f"Time,Coin,Amount,Network,Address\n2024-03-08 13:15:42,BTC,1,BTC,{BTC[:-1]}4\n", DEPOSITS)
    assert got.events[0].address == ""
    assert not got.transfers
    assert "no valid bitcoin address" in got.said


def test_only_status_ok_states_a_transfer():
    got = table(
        f"Time,Coin,Amount,Network,Address,Status\n"
        f"2024-03-08 13:15:42,TRX,1,TRX,{TRON},Pending\n2024-03-08 13:15:42,TRX,1,TRX,{TRON},Rejected\n"
        f"2024-03-08 13:15:42,TRX,1,TRX,{TRON},Success\n2024-03-08 13:15:42,TRX,1,TRX,{TRON},Odd word\n",
        DEPOSITS,
    )
    assert [e.status for e in got.events] == ["pending", "failed", "ok"]
    assert len(got.transfers) == 1
    assert "Odd word" in got.bad[0].reason


def test_a_file_without_account_says_its_assumption():
    got = table("Time,Coin,Amount\n2024-03-08 13:15:42,TRX,1\n", DEPOSITS)
    assert got.events[0].account == "Some account"
    assert "does not name the account" in got.said


def test_a_p2p_counterparty_is_a_name():
    layout = DEPOSITS.replace('kind = "deposit"', 'kind = "p2p"\ndirection = "in"')
    got = table("Time,Coin,Amount,Other\n2024-03-08 13:15:42,USDT,5,nick\n", layout, subject="Me")
    assert (got.transfers[0].sender, got.transfers[0].receiver) == ("Some P2P: nick", "Me")


def test_words_give_kinds_skip_rows_and_quarantine_the_rest():
    layout = DEPOSITS.replace('[layout.constants]\nkind = "deposit"', (
        '[layout.words.kind]\n"in" = "deposit"\n"/out.*/" = "withdrawal"\n"internal" = "-"'
    )).replace("[layout.columns]", '[layout.columns]\nkind = "type"')  # fmt: skip
    got = table(
        "Time,Coin,Amount,Type\n"
        + "".join(f"2024-03-08 13:15:42,TRX,1,{w}\n" for w in ("In", "Outgoing", "internal", "?")),
        layout,
    )
    assert [e.kind for e in got.events] == ["deposit", "withdrawal"]
    assert got.skipped == {"kind: internal": 1}
    assert "is not known to the layout" in got.bad[0].reason


def test_the_sign_says_the_direction_only_where_the_layout_says_so():
    header = (
        "Time,Coin,Amount\n2024-03-08 13:15:42,TRX,+5\n2024-03-08 13:15:42,TRX,(2.5)\n2024-03-08 13:15:42,TRX,\u22121\n"
    )
    signed = DEPOSITS.replace('[layout.constants]\nkind = "deposit"', "").replace(
        "[layout.read]", '[layout.read]\nsign = "direction"'
    )
    got = table(header, signed)
    assert [(e.kind, e.direction, e.amount_text) for e in got.events] == [
        ("deposit", "in", "5"), ("withdrawal", "out", "2.5"), ("withdrawal", "out", "1"),
    ]  # fmt: skip
    plain = table(header, DEPOSITS)
    assert len(plain.events) == 1
    assert len(plain.bad) == 2  # a negative deposit is not turned into a positive one


def test_the_direction_may_come_from_the_parameter():
    layout = DEPOSITS.replace('[layout.constants]\nkind = "deposit"', "")
    text = "Time,Coin,Amount\n2024-03-08 13:15:42,TRX,5\n"
    assert table(text, layout, direction="out").events[0].kind == "withdrawal"
    assert table(text, layout).bad


def test_two_legs_are_a_trade():
    layout = DEPOSITS.replace('kind = "deposit"', "").replace('amount = "amount"', (
        'in_amount = "amount"\nin_asset = "coin"\nout_amount = "paid"\nout_asset = "paid in"'
    ))  # fmt: skip
    got = table(
        "Time,Coin,Amount,Paid,Paid in\n2024-03-08 13:15:42,BTC,1,60000,EUR\n2024-03-08 13:15:42,BTC,1,,\n", layout
    )
    assert [e.kind for e in got.events] == ["trade", "deposit"]
    assert (got.events[0].symbol, got.events[0].amount_text) == ("BTC", "1")
    assert {("Paid", "60000"), ("Paid in", "EUR")} <= set(got.events[0].details)


def test_a_wallet_gives_the_transaction_and_the_label_and_no_own_address_as_payer():
    layout = DEPOSITS.replace('service = "Some"', 'service = "Wallet"\nwallet = true').replace(
        'status = "status"', 'status = "status"\nlabel = "label"'
    )
    got = table(
        f"Time,Coin,Amount,Network,Address,TXID,Label\n2024-03-08 13:15:42,BTC,1,BTC,{BTC},{'A' * 64},rent\n", layout
    )
    assert (got.transactions[0].chain, got.transactions[0].tx) == ("bitcoin", "a" * 64)
    assert [(t.subject, t.ref, t.label) for t in got.tags] == [("transaction", "a" * 64, "rent")]
    assert not got.transfers


def test_preamble_repeated_headers_comments_totals_and_footers():
    got = table(
        "Report of Some\nUser: 5\n\n\ufeffTime,\ufeffCoin,\ufeffAmount,Fee\n2024-03-08 13:15:42,BTC,1,\n"
        "Time,Coin,Amount,Fee\n# note,,,\n2024-03-09 13:15:42,BTC,2\n2024-03-09 13:15:42,BTC,2,,,\nTotal,,5,\n,,,\n",
        DEPOSITS,
    )
    assert [e.amount_text for e in got.events] == ["1", "2", "2"]
    assert got.skipped == {"header repeated": 1, "comment line": 1, "total": 1, "row without any cell": 1}
    assert [e.place.row for e in got.events] == [5, 8, 9]


def test_skip_rules_count_their_reason():
    layout = DEPOSITS + '[[layout.skip]]\ncolumn = "txid"\nmatch = "/^$/"\nwhy = "pending copy"\n'
    got = table("Time,Coin,Amount,TXID\n2024-03-08 13:15:42,BTC,1,\n2024-03-08 13:15:42,BTC,1,x\n", layout)
    assert len(got.events) == 1
    assert got.skipped == {"pending copy": 1}


def test_more_fields_than_the_header_are_quarantined_unless_the_layout_joins_them():
    text = "Time,Coin,Amount,Note\n2024-03-08 13:15:42,BTC,1,a,b\n"
    assert "5 fields instead of 4" in table(text, DEPOSITS).bad[0].reason
    joined = table(text, DEPOSITS.replace("[layout.read]", '[layout.read]\nextra = "join"'))
    assert ("Note", "a,b") in joined.events[0].details


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_by_its_columns(delimiter):
    text = "Time,Coin,Amount\n2024-03-08 13:15:42,BTC,1\n".replace(",", delimiter)
    assert sniffed(text, DEPOSITS)["t"].score == 1.0
    assert len(table(text, DEPOSITS).events) == 1


def test_a_line_quoted_as_a_whole_is_unwrapped():
    text = 'Time,Coin,Amount,Note\n"2024-03-08 13:15:42,BTC,1,""a, b"""\n'
    assert ("Note", "a, b") in table(text, DEPOSITS).events[0].details


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1251"])
def test_encodings_keep_offsets_of_the_file(encoding):
    text = "Time,Coin,Amount,Кто\r\n2024-03-08 13:15:42,BTC,1,Иван Петров\r\n2024-03-08 13:15:42,BTC,x,Иван Петров\r\n"
    got = table(text.encode(encoding), DEPOSITS)
    assert got.events[0].details[-1] == ("Кто", "Иван Петров")
    assert len(got.bad) == 1


def test_duplicate_columns_are_numbered_and_columns_can_be_named_by_number():
    layout = DEPOSITS.replace('account = "uid"', 'account = "uid#2"').replace('fee = "fee"', 'fee = "#6"')
    got = table("Time,Coin,Amount,Uid,Uid,Cost\n2024-03-08 13:15:42,BTC,1,7,8,0.1\n", layout)
    assert (got.events[0].account, got.events[0].fee_text) == ("Some account 8", "0.1")
    assert ("Uid", "7") in got.events[0].details


def test_parts_of_cells_lines_above_and_file_names():
    layout = (
        DEPOSITS.replace('asset = "coin"', 'asset = { column = "coin", take = "/^([A-Z]+)-/" }')
        .replace('account = "uid"', 'account = { above = "/UID: ?(\\\\d+)/" }')
        .replace('network = "network"', 'network = { file = "/_(trx|eth)\\\\./" }')
        .replace('time = "/time.*/"', 'time = { join = ["time", "clock"] }')
    )
    got = table("UID: 99,x,x,x\nTime,Clock,Coin,Amount\n2024-03-08,13:15:42,BTC-EUR,1\n", layout, name="my_trx.csv")
    event = got.events[0]
    assert (event.symbol, event.account, event.chain, event.time) == ("BTC", "Some account 99", "tron", 1709903742)
    assert ("Coin", "BTC-EUR") in event.details


def test_a_profile_without_must_reads_by_row_number_and_without_header():
    profile = DEPOSITS.replace('must = ["time", "coin", "amount"]', "row = 2")
    assert table("a,b,c\nTime,Coin,Amount\n2024-03-08 13:15:42,BTC,1\n", profile).events[0].amount_text == "1"
    bare = DEPOSITS.replace('must = ["time", "coin", "amount"]', "none = true")
    for role, number in (("/time.*/", "#1"), ("coin", "#2"), ("amount", "#3")):
        bare = bare.replace(f'"{role}"', f'"{number}"')
    assert [e.symbol for e in table("2024-03-08 13:15:42,BTC,1\n2024-03-08 13:15:42,ETH,1\n", bare).events] == [
        "BTC",
        "ETH",
    ]


def test_what_is_no_table_of_the_layout_is_refused():
    with pytest.raises(Refusal, match="names the columns"):
        table("hello\nworld\n", DEPOSITS)
    with pytest.raises(Refusal, match="No layout"):
        table("Time,Coin,Amount\n", "")
    with pytest.raises(Refusal, match="cannot be used"):
        table("Time,Coin,Amount\n", "[[layout]]\n")
    with pytest.raises(Refusal, match="exactly one"):
        table("Time,Coin,Amount\n", DEPOSITS + DEPOSITS.replace('id = "t"', 'id = "u"'))


def test_an_empty_table_warns():
    assert "no rows" in table("Time,Coin,Amount\n", DEPOSITS).said


def test_partial_matches_are_offered_and_full_ones_win():
    other = DEPOSITS.replace('id = "t"', 'id = "wide"').replace('"amount"]', '"amount", "network"]')
    found = sniffed("Time,Coin,Amount\n2024-03-08 13:15:42,BTC,1\n", DEPOSITS, other)
    assert list(found) == ["t", "wide"]
    assert (found["t"].score, found["wide"].score) == (1.0, 0.75)
    assert "3 of the 4 columns" in found["wide"].why


@given(
    st.lists(st.text(max_size=40), max_size=14),
    st.sampled_from(["events", "transfers"]),
    st.sampled_from([".", "auto"]),
)
@example(["2024-03-08 13:15:42", "BTC", "1" * 5000], "events", ".")
@example(["0" * 400, "\x00", "1e-99"], "events", "auto")
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_row_makes_the_engine_raise(cells, gives, decimal):
    head = (
        "time,coin,amount,fee,network,address,txid,status,uid,other,tx,from,to,in,out,contract,decimals,id,chain,name"
    )
    layout = (DEPOSITS if gives == "events" else TRANSFERS).replace(
        "[layout.read]", f'[layout.read]\ndecimal = "{decimal}"'
    )
    raw = (head + "\n" + ",".join(cells) + "\n").encode("utf-8", "surrogatepass")
    got = table(raw, layout, chain="ethereum")
    assert len({r.place.row for r in got.records}) + sum(got.skipped.values()) == got.rows


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_bytes_make_matching_raise(raw):
    assert all(0.6 <= found.score <= 1 for _, found in TABLES.sniff_layouts(raw, "x.csv", LAYOUTS))

"""Layouts of account statements: every sample is recognised as one format and every one of its records is as expected.

``account_expected.toml`` holds, per file, the layout, the questions, the rows, what was left out and every record in
full. Samples are those of the shared data; layouts without one are tested on the invented files of ``account_samples``.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.plugins.account_samples import FILES
from workstation.domain.records import BadRow, EventRecord, Record, TagRecord, TransactionRecord, TransferRecord
from workstation.paths import plugins_folder
from workstation.plugin_host import containers, readers
from workstation.plugin_host.discovery import Plugin
from workstation.plugin_host.limits import DEFAULT_LIMITS
from workstation.sdk.layouts import Layout, dump, load
from workstation.sdk.reader import Refusal, Run, Source

HERE = Path(__file__).resolve().parent
EXPECTED = tomllib.loads((HERE / "account_expected.toml").read_text("utf-8"))
SAMPLES = {name: entry for name, entry in EXPECTED.items() if "/" in name}
OURS = ("binance", "binance_trades", "bitfinex", "bittrex", "bybit", "clusters", "coinbase", "exchanges", "hitbtc", "htx",
        "japan", "kraken", "kucoin", "mexc", "okx", "p2p", "poloniex", "services", "taxtools", "wallets")  # fmt: skip
#: Answers to the questions a file leaves open.
ANSWERS = {"zone": "Europe/Berlin", "direction": "in", "chain": "bitcoin", "decimal": "."}


@dataclass(frozen=True)
class Outcome:
    """What a file gave."""

    layout: str
    asks: tuple[str, ...]
    rows: int
    skipped: dict[str, int]
    records: list[Record]
    remarks: list[str]


@pytest.fixture(scope="module")
def tables(modules: dict[str, ModuleType]) -> ModuleType:
    """The reader of tables."""
    return modules["table.mapped"]


def ours() -> list[Layout]:
    """The layouts of account statements."""
    folder = plugins_folder() / "tables" / "layouts"
    return [layout for name in OURS for layout in load((folder / f"{name}.toml").read_text("utf-8"), name)]


@pytest.fixture(scope="module")
def layouts() -> list[Layout]:
    """Every layout of the tables plugin, as the host hands them over."""
    folder = plugins_folder() / "tables" / "layouts"
    return [one for path in sorted(folder.glob("*.toml")) for one in load(path.read_text("utf-8"), path.name)]


def moment(seconds: int | None) -> str:
    """Seconds UTC as text."""
    return "-" if seconds is None else datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def told(record: Record) -> str:
    """Everything a record says, on one line."""
    if isinstance(record, EventRecord):
        details = "; ".join(f"{name}={text}" for name, text in record.details)
        return (
            f"row {record.place.row} {record.kind} | {record.service} | {record.account} | {moment(record.time)} "
            f"{record.time_basis} '{record.time_text}' | {record.direction} {record.amount_text} {record.symbol} | fee "
            f"{record.fee_text} {record.fee_symbol} | {record.chain} {record.tx} {record.address} | "
            f"{record.counterparty} | {record.status} | {details}"
        )
    if isinstance(record, TransferRecord):
        assert (record.chain, record.kind, record.tx, record.contract) == ("stated", "stated", "", "")
        assert (record.index, record.decimals, record.amount, record.absent) == (None, None, None, None)
        return (
            f"row {record.place.row} stated | {record.sender} -> {record.receiver} | {record.amount_text} "
            f"{record.symbol} | {moment(record.time)} {record.time_basis}"
        )
    if isinstance(record, TransactionRecord):
        return f"row {record.place.row} seen | {record.chain} {record.tx} | {moment(record.time)} {record.time_basis} | {record.status}"
    if isinstance(record, TagRecord):
        return (
            f"row {record.place.row} tag | {record.chain} {record.subject} {record.ref} | {record.label} | "
            f"{record.category} | {record.confidence} | {record.source} | {record.source_date}"
        )
    assert isinstance(record, BadRow)
    return f"row {record.place.row} bad | {record.code} | {record.reason}"


def outcome(tables: ModuleType, layouts: list[Layout], name: str, raw: bytes) -> Outcome:
    """Detect a file and read it, as the host does."""
    found = tables.sniff_layouts(raw[:65536], name, layouts)
    full = [(layout, answer) for layout, answer in found if answer.score == 1.0]
    assert full, f"{name} is not recognised: {[(i, a.score) for i, a in found[:3]]}"
    chosen = next(layout for layout in layouts if layout.id == full[0][0])
    answers = {question: ANSWERS[question] for question in full[0][1].questions}
    return read(tables, chosen, name, raw, full[0][1].questions, answers)


def read(
    tables: ModuleType, layout: Layout, name: str, raw: bytes, asks: tuple[str, ...], answers: dict[str, str]
) -> Outcome:
    """Read a file with a layout; places must lie inside the file."""
    remarks: list[str] = []
    run = Run(lambda remark: remarks.append(remark.text), lambda done, total: None)
    records = list(tables.read(Source(name, raw), {"layout": dump(layout), **answers}, run))
    for record in records:
        place = record.place
        assert 0 <= place.offset < place.offset + place.length <= len(raw)
    return Outcome(layout.id, asks, run.rows_read, run.left_out, records, remarks)


def check(found: Outcome, wanted: dict) -> None:
    """Compare with the expectation; the records last, because they are the longest."""
    assert found.layout == wanted["layout"]
    assert list(found.asks) == wanted["asks"]
    assert found.rows == wanted["rows"]
    assert found.skipped == wanted["skipped"]
    assert sum(isinstance(record, BadRow) for record in found.records) == wanted["bad"]
    kinds = Counter(r.kind if isinstance(r, EventRecord) else type(r).__name__ for r in found.records)
    assert dict(kinds) == wanted["kinds"]
    assert [told(record) for record in found.records] == wanted["records"]


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_sample(data: Path, tables: ModuleType, layouts: list[Layout], name: str) -> None:
    raw = (data / name).read_bytes()
    check(outcome(tables, layouts, name.rpartition("/")[2], raw), SAMPLES[name])


def test_every_sample_is_in_the_table(data: Path) -> None:
    folders = ("exchange-layouts-invented", "exchange-samples")
    there = {f"{folder}/{path.name}" for folder in folders for path in (data / folder).glob("*.csv")}
    foreign = {"amlworld_trans.csv", "blockscout_transactions.csv", "tronscan_transfers.csv"}
    returns = {f"exchange_response_{part}.csv" for part in ("account", "deposits", "logins", "withdrawals")}
    assert {name for name in there if name.rpartition("/")[2] not in foreign | returns} == set(SAMPLES)


@pytest.mark.parametrize("name", sorted(FILES))
def test_layout_without_sample(tables: ModuleType, layouts: list[Layout], name: str) -> None:
    file, text = FILES[name]
    found = outcome(tables, layouts, file, text.encode())
    assert found.layout == name
    check(found, EXPECTED[name])


def test_every_layout_was_read() -> None:
    assert {layout.id for layout in ours()} == set(FILES) | {entry["layout"] for entry in SAMPLES.values()}


def test_layouts_are_sound(layouts: list[Layout]) -> None:
    ids = [layout.id for layout in layouts]
    assert len(set(ids)) == len(ids)
    for layout in ours():
        assert layout.notes.endswith("."), layout.id
        assert layout.known, layout.id
        assert layout.title, layout.id
        assert layout.service, layout.id
        assert layout.must, layout.id
        assert load(dump(layout), "dump") == (layout,)


@pytest.mark.parametrize("name", [*sorted(SAMPLES), *sorted(FILES)])
def test_the_first_choice_is_no_matter_of_chance(
    data: Path, tables: ModuleType, layouts: list[Layout], name: str
) -> None:
    """Of two layouts that fit whole, the priority or the number of required columns decides, never the name."""
    file, raw = (FILES[name][0], FILES[name][1].encode()) if name in FILES else (name.rpartition("/")[2], b"")
    raw = raw or (data / name).read_bytes()
    byname = {layout.id: layout for layout in layouts}
    full = [byname[i] for i, answer in tables.sniff_layouts(raw[:65536], file, layouts) if answer.score == 1.0]
    ranks = [(layout.priority, len(layout.must)) for layout in full]
    assert ranks.count(ranks[0]) == 1, [layout.id for layout in full]
    assert max(ranks) == ranks[0]


@pytest.mark.parametrize("part", ["account", "deposits", "withdrawals", "logins"])
def test_provider_return_needs_a_mapping(data: Path, tables: ModuleType, layouts: list[Layout], part: str) -> None:
    raw = (data / "exchange-layouts-invented" / f"exchange_response_{part}.csv").read_bytes()
    found = tables.sniff_layouts(raw, "return.csv", layouts)
    assert not [i for i, answer in found if answer.score == 1.0]


@pytest.mark.parametrize("part", ["account", "deposits", "withdrawals", "logins"])
def test_provider_return_reads_with_a_profile(data: Path, tables: ModuleType, part: str) -> None:
    (profile,) = load((HERE / "profiles" / f"{part}.toml").read_text("utf-8"), part)
    name = f"exchange_response_{part}.csv"
    raw = (data / "exchange-layouts-invented" / name).read_bytes()
    answers = {"zone": "Europe/Moscow"} if "zone" in profile.ask else {}
    found = read(tables, profile, name, raw, (), answers)
    check(found, EXPECTED[f"profile.{part}"])
    assert bool(answers) == ("Times without a zone are read as Europe/Moscow." in found.remarks)


def test_local_time_is_never_assumed(data: Path, tables: ModuleType) -> None:
    """Without an answer every row of a file in local time is quarantined, none is read as UTC."""
    (profile,) = load((HERE / "profiles" / "deposits.toml").read_text("utf-8"), "deposits")
    raw = (data / "exchange-layouts-invented" / "exchange_response_deposits.csv").read_bytes()
    found = read(tables, profile, "returns.csv", raw, (), {})
    assert [(type(r), r.code) for r in found.records] == [(BadRow, "WS-ROW-006")]


def test_wallet_unit_of_sparrow(tables: ModuleType, layouts: list[Layout]) -> None:
    """Whole numbers throughout are satoshis; among decimals a whole number is neither, and it is told."""
    head = "Date (UTC),Label,Value,Balance,Fee,Txid\n"
    tx = "f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16"
    sats = f"{head}2024-03-08 10:15:42,,5000000,5000000,,{tx}\n"
    coins = f"{head}2024-03-08 10:15:42,,0.05,1,,{tx}\n2024-03-09 10:15:42,,1,2,,{tx}\n"
    amounts = [
        [r.amount_text for r in outcome(tables, layouts, "w.csv", text.encode()).records if isinstance(r, EventRecord)]
        for text in (sats, coins)
    ]
    assert amounts == [["0.05"], ["0.05"]]
    found = outcome(tables, layouts, "w.csv", coins.encode()).records
    assert [(r.code, r.place.row) for r in found if isinstance(r, BadRow)] == [("WS-ROW-004", 3)]


@pytest.mark.parametrize(
    ("executed", "asset", "amount"),
    [("5.001INCH", "1INCH", "5.00"), ("0.021000BTC", "BTC", "0.021000"), ("7.51000SATS", "1000SATS", "7.5"),
     ("12C98", "C98", "12")],
)  # fmt: skip
def test_units_glued_to_numbers(
    tables: ModuleType, layouts: list[Layout], executed: str, asset: str, amount: str
) -> None:
    """A coin whose name begins with digits must not lend them to the number."""
    text = f"Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n2024-03-08 11:00:00,XUSDT,BUY,1,{executed},3USDT,0BNB\n"
    (event,) = outcome(tables, layouts, "trades.csv", text.encode()).records
    assert isinstance(event, EventRecord)
    assert (event.symbol, event.amount_text) == (asset, amount)


def test_currency_that_only_the_header_names(tables: ModuleType, layouts: list[Layout]) -> None:
    """A fee in the currency of the header must not become a fee in the coin of the row."""
    text = (
        "Timestamp,Transaction Type,Asset,Quantity Transacted,CZK Spot Price at Transaction,CZK Subtotal,"
        "CZK Total (inclusive of fees),CZK Fees,Notes\n2020-03-29T12:49:52Z,Buy,LTC,1.124,129.83,145.90,150.00,4.10,x\n"
    )
    (event,) = outcome(tables, layouts, "coinbase.csv", text.encode()).records
    assert isinstance(event, EventRecord)
    assert (event.symbol, event.fee_text, event.fee_symbol) == ("LTC", "4.10", "CZK")


def test_wallet_name_out_of_the_file_name(data: Path, tables: ModuleType, layouts: list[Layout]) -> None:
    raw = (data / "exchange-layouts-invented" / "electrum_history_2025.csv").read_bytes()
    found = outcome(tables, layouts, "electrum-history-savings.csv", raw)
    assert {r.account for r in found.records if isinstance(r, EventRecord)} == {"Electrum account savings"}


def test_off_ledger_transfer_states_none(data: Path, tables: ModuleType, layouts: list[Layout]) -> None:
    """A transfer between two customers never came over the deposit address, so no transfer from it is stated."""
    raw = (data / "exchange-layouts-invented" / "binance_deposit_history.csv").read_bytes()
    found = outcome(tables, layouts, "deposits.csv", raw)
    senders = [r.sender for r in found.records if isinstance(r, TransferRecord)]
    assert [sender.partition(":")[0] for sender in senders if sender] == ["bitcoin", "tron"]
    assert any("nothing moved on a ledger" in text for text in found.remarks)


def test_workbook_goes_through_the_worker(data: Path, plugins: list[Plugin], tmp_path: Path) -> None:
    """The only sample that is a spreadsheet: unpacked, recognised and read in the sandbox like every other file."""
    book = data / "exchange-samples" / "binance_TradeHistory.xlsx"
    (sheet,) = containers.unpack(book, tmp_path, limits=DEFAULT_LIMITS).members
    best = readers.detect(sheet.path, plugins)[0]
    assert (best.reader, best.score, best.questions) == ("binance.trades.old", 1.0, ("zone",))
    with readers.parse(sheet.path, best.reader, {"zone": "UTC"}, plugins) as parse:
        events = [record for record in parse if isinstance(record, EventRecord)]
    assert len(events) == 11
    assert Counter(event.direction for event in events) == {"in": 7, "out": 4}
    assert (events[0].symbol, events[0].amount_text, events[0].fee_text, events[0].time_text) == (
        "BNB", "100", "0.00001287", "2017-12-12 20:30:22",
    )  # fmt: skip


def test_unknown_word_is_quarantined(tables: ModuleType, layouts: list[Layout]) -> None:
    """A side the layout does not know is no trade in a direction of our choice."""
    text = "Date(UTC),Pair,Side,Price,Executed,Amount,Fee\n2024-03-08 11:00:00,XUSDT,SHORT,1,1BTC,3USDT,0BNB\n"
    (record,) = outcome(tables, layouts, "trades.csv", text.encode()).records
    assert isinstance(record, BadRow)
    assert "SHORT" in record.reason


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(whole=st.integers(0, 10**30), places=st.integers(0, 30), minus=st.booleans())
def test_amounts_are_kept_to_the_last_digit(
    tables: ModuleType, layouts: list[Layout], whole: int, places: int, minus: bool
) -> None:
    """Any decimal number comes out as it went in; its sign becomes the direction."""
    digits = str(whole).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}" if places else digits
    row = f'"L1","Q1","2024-03-08 10:15:00","transfer","","currency","BTC",{"-" if minus else ""}{text},0,0'
    head = '"txid","refid","time","type","subtype","aclass","asset","amount","fee","balance"'
    (event,) = outcome(tables, layouts, "ledgers.csv", f"{head}\n{row}\n".encode()).records
    assert isinstance(event, EventRecord)
    assert event.amount_text == text
    assert event.direction == ("out" if minus and whole else "in" if whole else event.direction)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(FILES)), at=st.integers(0, 2000), junk=st.binary(max_size=12), cut=st.integers(0, 9))
def test_damage_is_told_and_never_raises(
    tables: ModuleType, layouts: list[Layout], name: str, at: int, junk: bytes, cut: int
) -> None:
    """A damaged file gives records and bad rows with the raw bytes of their place, or is refused; nothing else."""
    raw = FILES[name][1].encode()
    at %= len(raw)
    raw = raw[:at] + junk + raw[at + cut :]
    layout = next(one for one in layouts if one.id == name)
    with suppress(Refusal):
        for record in read(tables, layout, FILES[name][0], raw, (), ANSWERS).records:
            if isinstance(record, BadRow):
                place = record.place
                assert record.raw == raw[place.offset : place.offset + place.length].decode("latin-1")


@pytest.mark.parametrize("name", ["binance.orders", "binance.orders.2025", "binance.trades", "htx.trades"])
@pytest.mark.parametrize("junk", ["0" * 200_000 + "!", "A" * 200_000 + "!", "9" * 200_000])
def test_no_pattern_hangs_on_a_long_cell(tables: ModuleType, layouts: list[Layout], name: str, junk: str) -> None:
    """Patterns that look for an end need the square of a cell's length: long cells are refused before."""
    layout = next(one for one in layouts if one.id == name)
    head = ",".join(layout.must)
    raw = f"{head}\n{','.join([junk] * len(layout.must))}\n".encode()
    began = monotonic()
    found = read(tables, layout, "long.csv", raw, (), ANSWERS)
    assert monotonic() - began < 5
    assert [type(record) for record in found.records] == [BadRow]


def test_layout_must_be_stated(tables: ModuleType) -> None:
    with pytest.raises(Refusal, match="layout"):
        list(tables.read(Source("a.csv", b"a,b\n1,2\n"), {}, Run(lambda remark: None, lambda done, total: None)))

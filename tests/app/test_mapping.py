"""The mapping wizard's logic: first guess in three languages, what is asked, the profile text, the live check."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tests.app.statements import DEPOSIT_ADDRESS, NOON, OTHER, TX, event_record
from workstation.app import cells, mapping
from workstation.app.mapping import Choices, Preview, compose, guess, missing, read_choices, words_of
from workstation.app.profiles import checked
from workstation.app.session import Session
from workstation.app.trial import Trial
from workstation.domain.errors import WorkstationError
from workstation.domain.records import BadRow, Place

ENGLISH = (
    ("Answer to request 77/2024", "", "", "", "", "", "", ""),
    ("", "", "", "", "", "", "", ""),
    ("User ID", "Currency", "Network", "Amount", "Deposit Address", "TXID", "Create Time", "Status"),
    ("1", "USDT", "TRX", "2500,00", DEPOSIT_ADDRESS, TX, "08.03.2024 13:15:42", "1"),
    ("1", "USDT", "TRX", "1,50", DEPOSIT_ADDRESS, "", "09.03.2024 13:15:42", "Cancelled"),
)
RUSSIAN = (
    (
        "ID пользователя",
        "Валюта",
        "Сеть",
        "Сумма",
        "Комиссия",
        "Адрес получателя",
        "Хэш транзакции",
        "Дата и время",
        "Статус",
    ),
    ("1", "USDT", "TRC20", "2500.5", "1", OTHER, TX, "2024-03-08 13:15:42", "Выполнено"),
)
ITALIAN = (
    ("Codice cliente", "Valuta", "Rete", "Importo", "Indirizzo di deposito", "ID transazione", "Data e ora", "Stato"),
    ("1", "USDT", "TRC20", "2.500,50", DEPOSIT_ADDRESS, TX, "08/03/2024 13:15:42", "Completato"),
    ("1", "USDT", "TRC20", "1,25", DEPOSIT_ADDRESS, TX, "25/03/2024 13:15:42", "Annullato"),
)
BASE = ("asset", "network", "amount", "address", "tx", "time", "status", "account")


def preview(rows: tuple[tuple[str, ...], ...], name: str = "answer.csv") -> Preview:
    return Preview(",", "utf-8", 1, (), rows, name)


def answered(rows: tuple[tuple[str, ...], ...], **more: object) -> tuple[Choices, Preview]:
    shown = preview(rows)
    return replace(guess(shown), service="Binance", **more), shown  # type: ignore[arg-type]


def test_an_english_answer_with_a_preamble() -> None:
    found = guess(preview(ENGLISH))
    assert (found.gives, found.kind, found.header_row) == ("events", "deposit", 3)
    assert set(found.columns) == set(BASE)
    assert found.words["status"] == {"cancelled": "failed"}
    assert (found.zone, found.sign) == ("", "none")


def test_russian_and_italian_headers() -> None:
    russian = guess(preview(RUSSIAN, "Вывод средств.csv"))
    assert (russian.kind, set(russian.columns)) == ("withdrawal", {*BASE, "fee"})
    assert russian.words["status"] == {"выполнено": "ok"}
    italian = guess(preview(ITALIAN))
    assert (italian.kind, set(italian.columns)) == ("deposit", set(BASE))
    assert italian.words["status"] == {"completato": "ok", "annullato": "failed"}


def test_the_look_of_cells_serves_a_table_without_header() -> None:
    found = guess(preview((("2024-03-08 13:15:42", TX, DEPOSIT_ADDRESS, "5"), ("2024-03-09 13:15:42", TX, OTHER, "6"))))
    assert found.header_row == 0
    assert found.columns == {"time": 1, "tx": 2, "address": 3}


def test_what_is_open_is_asked_and_nothing_else() -> None:
    shown = preview(ENGLISH)
    asked = missing(guess(shown), shown)
    assert asked == (
        "Say which service states these rows, for instance Binance.",
        "Say in which time zone the times are; the file does not tell it.",
        "Say which status words count: 1.",
    )
    words = {"status": {"1": "ok", "cancelled": "failed"}}
    assert missing(replace(guess(shown), service="B", zone="Europe/Rome", words=words), shown) == ()


def test_day_and_month_that_can_be_exchanged_are_asked() -> None:
    rows = (*ITALIAN[:2], ITALIAN[1])
    choices, shown = answered(rows, zone="UTC")
    assert any("day or the month" in text for text in missing(choices, shown))
    assert missing(replace(choices, time_format="%d/%m/%Y %H:%M:%S"), shown) == ()
    assert missing(answered(ITALIAN, zone="UTC")[0], preview(ITALIAN)) == ()


def test_a_comma_that_can_be_read_in_two_ways_is_asked() -> None:
    rows = (ITALIAN[0], ("1", "USDT", "TRC20", "1,234", DEPOSIT_ADDRESS, TX, "2024-03-08 13:15:42Z", "Completato"))
    choices, shown = answered(rows)
    assert missing(choices, shown) == ("Say which sign stands before the decimals; 1,234 can be read in two ways.",)
    assert missing(replace(choices, decimal=","), shown) == ()


def test_the_zone_of_a_header_is_taken() -> None:
    rows = (
        ("UID", "Time(UTC+08:00)", "Coin", "Amount", "Deposit Address"),
        ("1", "2024-03-08 13:15:42", "USDT", "1", OTHER),
    )
    assert guess(preview(rows)).zone == "header"
    assert guess(preview((("Time (UTC)", *rows[0][2:]), rows[1][1:]))).zone == "UTC"


def test_the_profile_goes_round() -> None:
    choices, shown = answered(ENGLISH, zone="Europe/Rome", sheet="Deposits “1”", name='Binance\tdeposits \\ "x"')
    text = compose(choices, shown)
    assert text == checked(text)
    again = read_choices(text, shown)
    assert again == replace(choices, time_format="%d.%m.%Y %H:%M:%S")
    moved = preview(tuple((row[3], *row[:3], *row[4:]) for row in ENGLISH[2:]))
    assert read_choices(text, moved).columns["amount"] == 1


def test_equal_header_names_are_told_apart_by_number() -> None:
    rows = (("Cur.", "Amount", "Cur.", "Type"), ("BTC", "1", "EUR", "deposit"))
    shown = preview(rows)
    choices = Choices(service="X", header_row=1, columns={"asset": 3, "amount": 2}, kind="deposit")
    text = compose(choices, shown)
    assert '"asset" = "#3"' in text
    assert "row = 1" in text
    assert read_choices(text, shown).columns == {"asset": 3, "amount": 2}


@given(st.text(max_size=30), st.text(max_size=30), st.dictionaries(st.text(max_size=8), st.just("ok"), max_size=3))
def test_any_text_of_a_user_makes_a_valid_profile(name: str, service: str, words: dict[str, str]) -> None:
    usable = {w.strip().lower(): v for w, v in words.items() if not w.strip().startswith("/")}
    choices, shown = answered(ENGLISH, name=name, zone="UTC", words={"status": usable})
    text = compose(replace(choices, service=service), shown)
    assert read_choices(text, shown).columns == choices.columns


@given(st.lists(st.lists(st.text(max_size=12), max_size=6).map(tuple), max_size=6).map(tuple))
def test_no_table_breaks_the_guess(rows: tuple[tuple[str, ...], ...]) -> None:
    shown = preview(rows)
    found = guess(shown)
    assert 0 <= found.header_row <= len(rows)
    assert all(isinstance(text, str) for text in missing(found, shown))


def test_a_text_that_is_no_profile_is_refused(tmp_path: Path) -> None:
    for text in ("", "layout = 3", "[[layout]]\nid = 'a'", "\x00"):
        with pytest.raises(WorkstationError, match="WS-MAP-001"):
            checked(text)
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe\xfd")
    with pytest.raises(WorkstationError, match="WS-MAP-003"):
        mapping.read_file(tmp_path / "bad.toml")


def test_decimal_signs() -> None:
    cases = {
        "1.5": ".", "2500,00": ",", "1,234.5": ".", "1.234,5": ",", "1,234,567": ".", "1.234.567": ",", "1,234": "",
        "12": ".", "0,123": ",", "1 234,56": ",",
    }  # fmt: skip
    assert {text: cells.decimal_sign([text]) for text in cases} == cases
    assert cells.decimal_sign(["1,234", "0,5"]) == ","
    assert cells.decimal_sign(["1.5", "1,5"]) == ""


def test_words_are_distinct_and_few() -> None:
    shown = preview(tuple((str(n % 50),) for n in range(200)))
    assert len(words_of(shown, 1, 0)) == 30


# --- the live check ---------------------------------------------------------------------------------------------------


def tried(*records: object, fixed: str = "", rows: int = 0) -> mapping.Check:
    trial = Trial(NOON, fixed=fixed)
    whole = trial.take(records, lambda: ("row {row}",), lambda: False)
    return trial.result(("row {row}",), rows, (("cancelled", 1),), whole=whole)


def test_more_coins_than_exist_mean_a_wrong_unit() -> None:
    found = tried(event_record(2, symbol="BTC", amount_text="2100000001", direction="in"))
    assert found.warnings == (
        "one row has 2100000001 BTC, more than there are (21,000,000): is the unit or the decimal sign wrong?",
    )
    assert tried(event_record(2, symbol="BTC", amount_text="21")).warnings == ()


def test_times_outside_the_age_of_the_ledgers() -> None:
    assert "1 times are before 2009" in tried(event_record(2, time=0)).warnings[0]
    assert "1 times are before 2009" in tried(event_record(2, time=NOON + 3 * 86400)).warnings[0]


def test_one_direction_only_is_doubted_unless_it_was_chosen() -> None:
    rows = [event_record(n, direction="in") for n in range(2, 9)]
    assert tried(*rows).warnings == ("every row goes in: is the direction right?",)
    assert tried(*rows, fixed="deposit").warnings == ()


def test_bad_rows_and_sums() -> None:
    bad = [BadRow(Place(0, n, None, 0, 1), "WS-ROW-004", "no amount", "raw") for n in (7, 8)]
    found = tried(event_record(2), event_record(3, amount_text="0.5", status="failed"), *bad)
    assert (found.rows, found.accepted, found.bad_total) == (5, 2, 2)
    assert found.sums == (
        "deposit: 2500 USDT (1 row)",
        "1 row with a status that does not count: kept as events without money",
    )
    assert found.bad[0] == ("row 7", "WS-ROW-004", "no amount", "raw")
    assert "50 % of the rows cannot be used" in found.warnings[0]
    assert tried().warnings[0] == "no row would come in"


# --- with files -------------------------------------------------------------------------------------------------------


def workbook(path: Path) -> Path:
    """Three sheets as a service sends them: preamble lines, a merged line above the header, one of them log-ins."""
    book = xlsxwriter.Workbook(str(path))
    deposits = book.add_worksheet("Deposits")
    deposits.merge_range(0, 0, 0, 7, "Answer to request 77/2024")
    deposits.merge_range(2, 0, 2, 3, "Movement")
    deposits.merge_range(2, 4, 2, 7, "Ledger")
    for row, texts in enumerate(ENGLISH[2:], 3):
        for column, text in enumerate(texts):
            deposits.write_string(row, column, text)
    logins = book.add_worksheet("Log-ins")
    for row, texts in enumerate((
        ("User ID", "Time (UTC)", "Operation", "IP address", "Device"),
        ("1", "2024-03-08 10:10:00", "login", "192.0.2.10", "Windows 10"),
    )):  # fmt: skip
        for column, text in enumerate(texts):
            logins.write_string(row, column, text)
    card = book.add_worksheet("Customer")
    for row, texts in enumerate((
        ("User ID", "Full name", "Date of birth", "Email", "Registration time (UTC)"),
        ("1", "INVENTED PERSON", "1990-01-01", "person@example.org", "2021-02-03 04:05:06"),
    )):  # fmt: skip
        for column, text in enumerate(texts):
            card.write_string(row, column, text)
    book.close()
    return path


def test_a_workbook_of_three_sheets_comes_in_by_profiles(empty: Session, tmp_path: Path) -> None:
    book, folder = workbook(tmp_path / "answer.xlsx"), tmp_path / "unpacked"
    folder.mkdir()
    texts = []
    for name, table in mapping.sheets(empty, book, folder):
        shown = mapping.preview(empty, table)
        first = guess(shown)
        words = {"status": {"1": "ok", "cancelled": "failed"}} if "status" in first.columns else {}
        chosen = replace(first, service="Binance", zone=first.zone or "Europe/Rome", words=words, sheet=name)
        assert missing(chosen, shown) == (), name
        texts.append(compose(chosen, shown))
        found = mapping.check(empty, table, texts[-1], {})
        assert (found.accepted, found.bad_total) == (2 if name == "Deposits" else 1, 0), (name, found)
        if name == "Deposits":
            assert found.sums == (
                "in: 2500 USDT (1 row)",
                "1 row with a status that does not count: kept as events without money",
            )
            assert (found.first, found.last) == ("2024-03-08T12:15:42Z", "2024-03-09T12:15:42Z")
    profile = mapping.join(texts)
    job = empty.run("case.import", files=[book], profile=profile).job
    assert job is not None
    results = empty.wait(job)
    assert [(m.outcome, m.accepted) for m in results[0].members] == [("accepted", 2), ("accepted", 1), ("accepted", 1)]
    kinds = sorted(e.kind for e in empty.store.events())
    assert kinds == ["account", "deposit", "deposit", "login"]


def test_the_same_profile_twice_in_one_file_gets_two_names() -> None:
    choices, shown = answered(ENGLISH, zone="UTC", name="same")
    joined = mapping.join([compose(choices, shown)] * 3)
    assert [line for line in joined.splitlines() if line.startswith("id")] == [
        'id = "profile.same"', 'id = "profile.same.2"', 'id = "profile.same.3"',
    ]  # fmt: skip


def test_profiles_are_kept_changed_and_removed(empty: Session, tmp_path: Path) -> None:
    choices, shown = answered(ENGLISH, zone="UTC")
    text = compose(choices, shown)
    mapping.write_file(tmp_path / "p.toml", text)
    made = empty.run("mapping.save", name="Deposits", file=tmp_path / "p.toml").made
    assert mapping.profiles(empty) == [(made, "Deposits", text)]
    other = compose(replace(choices, zone="+05:00"), shown)
    assert empty.run("mapping.save", name="Deposits", text=other).made == made
    assert mapping.profiles(empty) == [(made, "Deposits", other)]
    empty.run("mapping.remove", profile=made)
    assert mapping.profiles(empty) == []
    empty.run("edit.undo")
    empty.run("edit.undo")
    assert mapping.profiles(empty) == [(made, "Deposits", text)]
    with pytest.raises(WorkstationError, match="either the text"):
        empty.run("mapping.save", name="x")
    with pytest.raises(WorkstationError, match="WS-MAP-001"):
        empty.run("mapping.save", name="x", text="nonsense")

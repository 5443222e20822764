"""Tokens that only borrow a name, and names of files that hide something: told in the problems and on the graph."""

from __future__ import annotations

from pathlib import Path

from tests.app.statements import DEPOSIT_ADDRESS, OTHER, TX, load, place, transfer_record
from workstation.app.chooser import clean
from workstation.app.names import short_form
from workstation.app.session import Session
from workstation.domain.amounts import Asset
from workstation.domain.records import TagRecord
from workstation.domain.subjects import Subject

FAKE = "TXLAQ63Xg1NAzckPwKHvzw7CSEmLMEqcdj"


def token(symbol: str, number: int, contract: str = FAKE) -> object:
    """A transfer of a token with this symbol."""
    return transfer_record(number, asset=Asset("tron", contract, symbol, 6), index=number)


def test_a_token_that_borrows_a_name_is_one_line_however_often_it_moved(empty: Session, tmp_path: Path) -> None:
    rows = [
        transfer_record(2),
        *(token("USDT", n) for n in range(3, 9)),
        token("UЅDT", 9, OTHER),
        token("HONEST", 10, DEPOSIT_ADDRESS),
    ]
    load(empty, tmp_path / "tron.csv", "ledger", rows)
    found = [p for p in empty.problems() if p.code == "WS-TKN-001"]
    assert sorted(p.text.split(" ")[2] for p in found) == ["USDT", "UЅDT"]
    one = next(p for p in found if "named USDT " in p.text)
    assert f"contract {FAKE}; 6 transfers) is not the contract known for USDT on tron" in one.text
    assert (one.severity, one.where, one.subject) == ("warning", "E-0001 row 3", "exhibit:1")
    other = next(p for p in found if p is not one)
    assert "reads like USDT but is written with the letters Ѕ (U+0405" in other.text


def test_the_same_case_without_them_has_no_such_line(empty: Session, tmp_path: Path) -> None:
    load(empty, tmp_path / "tron.csv", "ledger", [transfer_record(2)])
    assert not [p for p in empty.problems() if p.code == "WS-TKN-001"]


def test_a_hidden_sign_in_a_label_is_kept_and_shown(empty: Session, tmp_path: Path) -> None:
    evil = "Bi\u200bnance\u202e\x1b"
    tag = TagRecord(place(3), "tron", "address", OTHER, evil, "exchange", "", "", "list", "")
    load(empty, tmp_path / "tron.csv", "ledger", [transfer_record(2, tx=TX), tag])
    assert [t.label for t in empty.store.source_tags()] == [evil]
    assert empty.graphs.label(Subject("address", "tron", OTHER)) == "Bi⟦U+200B⟧nance⟦U+202E⟧⟦U+001B⟧"


def test_short_lines_are_never_cut_through_a_mark() -> None:
    assert clean("two\nlines\tand  blanks", 40) == "two lines and blanks"
    assert clean("abcdef", 6) == "abcdef"
    assert clean("abcdefg", 6) == "abcde…"
    assert clean("abcd\u202eefg", 8) == "abcd…"
    assert clean("abcd\u202eefg", 14) == "abcd⟦U+202E⟧e…"
    assert clean("x" * 10_000, 20) == "x" * 19 + "…"
    assert short_form("T\u202eabc" + "z" * 20) == "T⟦U+202E⟧abcz…zzzz"

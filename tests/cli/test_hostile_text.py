"""Texts of files on a terminal: marks instead of control characters; ``--json`` stays exact and is ASCII."""

from __future__ import annotations

import io
import unicodedata
from pathlib import Path

import pytest

from tests.app.statements import DEPOSIT_ADDRESS, OTHER, event_record, load, place, transfer_record
from tests.cli.conftest import Call, NoScreens
from workstation.app.places import bundled_plugins
from workstation.app.session import Session
from workstation.casefile import store
from workstation.cli.answer import Answer, safe, show, table
from workstation.cli.main import main
from workstation.domain.amounts import Asset
from workstation.domain.records import BadRow, MentionRecord, TagRecord

EVIL = "\x1b]0;owned\x07\x1b[31m\u202eTDSU\u200b\x9b2J\u2066"
FAKE = "TXLAQ63Xg1NAzckPwKHvzw7CSEmLMEqcdj"


@pytest.fixture
def hostile(case: Path, tmp_path: Path) -> Path:
    """A case whose token, label, event, mention and skipped row bear terminal commands."""
    with Session(store.open_case(case, actor="Tester"), bundled_plugins(), tmp_path / "settings") as session:
        load(session, tmp_path / "tron.csv", "ledger", [
            transfer_record(2, asset=Asset("tron", FAKE, EVIL, 6)),
            TagRecord(place(3), "tron", "address", OTHER, EVIL, "scam", EVIL, "", EVIL, ""),
        ])  # fmt: skip
        load(session, tmp_path / "answer.csv", "answer", [
            event_record(2, account=EVIL, counterparty=EVIL, details=((EVIL, EVIL),)),
            MentionRecord(place(6), "address", DEPOSIT_ADDRESS, ("tron",), EVIL),
            BadRow(place(7), "WS-ROW-004", f"no amount in {EVIL}", EVIL),
        ])  # fmt: skip
    return case


def acts(words: str) -> list[str]:
    """Characters a terminal or a reader acts on instead of showing them."""
    return [c for c in words if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")]


@pytest.mark.parametrize(
    "verb",
    ["case info", "case verify", "transfers", "events", "mentions", "returns", "prices", "completeness", "report"],
)
def test_no_command_of_a_file_reaches_the_terminal(
    verb: str, hostile: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    main([*verb.split(), str(hostile)], NoScreens())  # type: ignore[arg-type]
    told = capsys.readouterr()
    assert told.out or told.err
    assert not acts(told.out)
    assert not acts(told.err)


def test_the_case_and_json_hold_the_exact_text(call: Call, hostile: Path) -> None:
    assert call("events", hostile)[1]["events"][0]["counterparty"] == EVIL
    assert call("mentions", hostile)[1]["mentions"][0]["places"][0]["context"] == EVIL
    assert call("transfers", hostile)[1]["transfers"][0]["asset"] == EVIL


def test_an_error_with_the_text_of_a_file_is_safe(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["case", "info", str(tmp_path / f"no{EVIL[:20]}.wcase")], NoScreens()) != 0  # type: ignore[arg-type]
    told = capsys.readouterr()
    assert told.err
    assert not acts(told.out + told.err)


def test_columns_fit_what_is_shown() -> None:
    lines = table(["name", "sum"], [["\x1b[31m", "one"], ["A" * 10_000, "two"]])
    assert "⟦U+001B⟧[31m" in lines[1]
    assert len({line.index(end) for line, end in zip(lines, ["sum", "one", "two"], strict=True)}) == 1
    assert max(map(len, lines)) < 500
    assert safe("x" * 100_000).endswith("x")
    assert len(safe("x" * 100_000)) < 10_000


def test_an_old_code_page_is_no_error() -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="cp1252")
    show(Answer({}, ["東京 \u202e ok"]), False, out)
    assert raw.getvalue().decode("cp1252").strip() == r"\u6771\u4eac \u27e6U+202E\u27e7 ok"

"""A package of a case whose every text tries something: inert in each file for people, exact in each for machines."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.evidence.evidence_sample import sample
from workstation.domain.evidence import Event, Mention, Price
from workstation.evidence import text
from workstation.evidence.bundle import Bundle, CitedStatement, CitedTransfer
from workstation.evidence.keys import load_or_create
from workstation.evidence.package import write_package

HOSTILE = (
    "=cmd|' /C calc'!A0", "+1+1", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "＠x", "\u3000=1", "\u2003=1",
    "x;=HYPERLINK(\"http://x\")", "\u202eTDSU", "US\u200bDT", "\x1b]0;owned\x07\x1b[31m", "a" + "\u0301" * 40, "\u2066b",
    "<img src=x onerror=alert(1)>", "N" * 10_000, "\U000e0041tag", "\ufeffBOM",
)  # fmt: skip
STARTS = re.compile(r"\s*[=+\-@\t\r＝＋－＠]")
NUMBER = re.compile(r"-\d+(\.\d+)?")


def hostile_case() -> Bundle:
    """Every token, event, mention and price of the sample bears a hostile text."""
    bundle = sample(40, hostile=True)
    event, mention, rate = bundle.events[0], bundle.mentions[0], bundle.prices[0]
    assert isinstance(event.statement, Event)
    assert isinstance(mention.statement, Mention)
    assert isinstance(rate.statement, Price)

    def transfers() -> Iterator[CitedTransfer]:
        for item in bundle.transfers():
            t = item.transfer
            asset = replace(t.asset, symbol=HOSTILE[t.id % len(HOSTILE)])
            yield replace(item, transfer=replace(t, asset=asset))

    events = tuple(
        CitedStatement(
            replace(
                event.statement, id=n, counterparty=bad, account=bad, symbol=bad, service=bad, amount_text="-104.97",
                details=(("Note", bad), (bad, "value"), ("Last", "=1")),
            ),
            event.sources,
        )
        for n, bad in enumerate(HOSTILE, 1)
    )  # fmt: skip
    mentions = tuple(
        CitedStatement(replace(mention.statement, id=n, context=bad), mention.sources)
        for n, bad in enumerate(HOSTILE, 1)
    )
    prices = tuple(
        CitedStatement(replace(rate.statement, id=n, asset=bad, source=bad), rate.sources)
        for n, bad in enumerate(HOSTILE, 1)
    )
    return replace(bundle, transfers=transfers, events=events, mentions=mentions, prices=prices)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The package, made once."""
    folder = tmp_path_factory.mktemp("hostile")
    signer = load_or_create(folder / "key", identity="officer")
    return zipfile.ZipFile(write_package(hostile_case(), folder / "H-evidence.zip", signer=signer).path)


def names(package: zipfile.ZipFile, end: str) -> list[str]:
    """Members whose name ends so."""
    found = [n for n in package.namelist() if n.endswith(end)]
    assert found, end
    return found


def lies(words: str) -> list[str]:
    """Characters that hide or turn the line."""
    return [c for c in words if unicodedata.category(c) in ("Cc", "Cf", "Co", "Zl", "Zp")]


def test_no_cell_of_any_table_is_a_formula(package: zipfile.ZipFile) -> None:
    for name in names(package, ".csv"):
        rows = list(csv.reader(io.StringIO(package.read(name).decode("utf-8"), newline="")))
        for cell in (cell for row in rows for cell in row):
            assert not STARTS.match(cell) or NUMBER.fullmatch(cell), (name, cell[:60])
            assert not lies(cell), (name, cell[:60])
            # as a program sees it that splits at semicolons
            assert not [part for part in cell.split(";")[1:] if STARTS.match(part)], (name, cell[:60])


def test_guarded_cells_are_told_in_the_package(package: zipfile.ZipFile) -> None:
    (info,) = names(package, "/bag-info.txt")
    told = re.search(r"Guarded-Cells: (\d+) ", package.read(info).decode("utf-8"))
    assert told is not None
    assert int(told.group(1)) > 3 * len(HOSTILE)


def test_identifiers_and_amounts_are_as_stated(package: zipfile.ZipFile) -> None:
    (events,) = names(package, "statements/events.csv")
    rows = list(csv.DictReader(io.StringIO(package.read(events).decode("utf-8"), newline="")))
    assert {row["amount_text"] for row in rows} == {"-104.97"}
    (transfers,) = names(package, "transfers/transfers.csv")
    case = [item.transfer for item in hostile_case().transfers()]
    read = list(csv.DictReader(io.StringIO(package.read(transfers).decode("utf-8"), newline="")))
    assert [(r["transaction"], r["from"], r["to"]) for r in read] == [(t.tx, t.sender, t.receiver) for t in case]
    assert [r["base_units"] for r in read] == ["" if t.amount is None else str(t.amount) for t in case]


def test_machine_files_hold_the_exact_texts(package: zipfile.ZipFile) -> None:
    lines = {
        Path(name).name: package.read(name).decode("ascii").splitlines() for name in names(package, ".jsonl")
    }  # ASCII only: nothing in it can act on a terminal
    assert [json.loads(line)["counterparty"] for line in lines["events.jsonl"]] == list(HOSTILE)
    assert [json.loads(line)["context"] for line in lines["mentions.jsonl"]] == list(HOSTILE)
    assert [json.loads(line)["asset"] for line in lines["prices.jsonl"]] == list(HOSTILE)
    assert {json.loads(line)["asset"] for line in lines["transfers.jsonl"]} == set(HOSTILE)


def test_pages_drawings_and_graphs_hold_marks_only(package: zipfile.ZipFile) -> None:
    for name in names(package, ".graphml") + names(package, ".html"):
        shown = package.read(name).decode("utf-8")
        assert not [c for c in lies(shown) if c not in "\n\r\t"], name
        assert "<img" not in shown
    for name in names(package, ".xlsx"):
        book = zipfile.ZipFile(io.BytesIO(package.read(name)))
        sheets = [book.read(n).decode("utf-8") for n in book.namelist() if n.startswith("xl/") and n.endswith(".xml")]
        assert not [s for s in sheets if "<f>" in s or "<hyperlink" in s]
        assert not [c for s in sheets for c in lies(s) if c not in "\n\r"]


@pytest.mark.parametrize("words", ["x;=1", "x; +1", "a;\u00a0@b", ";-1+1"])
def test_what_follows_a_semicolon_is_guarded(words: str) -> None:
    cell, changed = text.guarded(words)
    assert changed
    assert not [part for part in cell.split(";") if STARTS.match(part)]


@pytest.mark.parametrize("words", ["-104.97", "-1", "E-0001 row 1; E-0002 row 3", "a;b", "2 - 1", "0xab"])
def test_amounts_and_citations_are_not(words: str) -> None:
    assert text.guarded(words) == (words, False)

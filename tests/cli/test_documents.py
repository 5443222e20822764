"""Documents of import, transfers and run: the fields of the table, bad rows with their text, refusals with a code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., tuple[int, Any]]
COUNTS = ("exhibits", "transactions", "transfers", "addresses", "entities", "tags", "findings", "quarantined", "chains")
LEDGER = """time,from,to,asset,amount,chain
2024-05-02T09:14:05Z,Bank account,Payment service,EUR,4800.00,stated
2024-05-03T09:00:00Z,Payment service,Broker,EUR,4700.00,stated
nonsense,Payment service,Broker,EUR,1.00,stated
2024-05-03T09:00:01Z,Broker,Somebody,EUR,12.50,stated
"""


@pytest.fixture
def loaded(call: Run, case: Path, tmp_path: Path) -> Path:
    """A case with one ledger whose third row is bad."""
    (tmp_path / "ledger.csv").write_text(LEDGER, "utf-8")
    code, told = call("import", case, tmp_path / "ledger.csv", "--received-from", "the bank")
    one = told["exhibits"][0]
    assert (code, one["outcome"], one["accepted"], one["quarantined"]) == (0, "partial", 3, 1)
    assert one["quarantine"][0]["locator"] == "row 4"
    assert "nonsense" in one["quarantine"][0]["text"]
    assert set(told["case"]) >= set(COUNTS)
    return case


def test_transfers_can_be_narrowed(call: Run, loaded: Path) -> None:
    rows = call("transfers", loaded)[1]["transfers"]
    assert [t["from"] for t in rows] == ["Bank account", "Payment service", "Broker"]
    assert [t["citations"][0]["locator"] for t in rows] == ["row 2", "row 3", "row 5"]
    assert len(call("transfers", loaded, "--address", "Broker")[1]["transfers"]) == 2
    assert len(call("transfers", loaded, "--since", "2024-05-03T00:00:00Z")[1]["transfers"]) == 2


def test_importing_twice_adds_nothing(call: Run, loaded: Path, tmp_path: Path) -> None:
    before = call("case", "info", loaded)[1]
    code, told = call("import", loaded, tmp_path / "ledger.csv")
    assert (code, told["exhibits"][0]["code"], told["exhibits"][0]["accepted"]) == (0, "WS-IMP-010", 0)
    assert {name: told["case"][name] for name in COUNTS} == {name: before[name] for name in COUNTS}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("no.such",), "WS-CMD-001"),
        (("edit.undo",), "WS-CMD-002"),
        (("tag.add", "subjects=nobody", "label=x"), "WS-CMD-003"),
        (("tag.add", "label"), "WS-CLI-006"),
    ],
)
def test_run_refuses_with_a_code(call: Run, loaded: Path, words: tuple[str, ...], code: str) -> None:
    exit_code, told = call("run", loaded, *words)
    assert (exit_code, told["error"]["code"]) == (2, code)

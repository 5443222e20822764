"""Sums by month, and the two files say the same."""

from pathlib import Path

from workstation.sdk.testing import Case, run

CASE = Case.of("""
    2026-02-27  alice -> bob    1 ETH
    2026-03-01  alice -> bob    2 ETH
    2026-03-05  bob   -> carol  2.5 ETH
    2026-03-06  bob   -> carol  ? ETH
""").tag("bob", "Suspect")


def test_in_and_out_by_month() -> None:
    files = run(Path(__file__).parent, CASE, selection=["bob"], heading="Bob").files
    section, table = (files[name].decode("utf-8") for name in ("section.md", "section.csv"))
    assert "| bob (Suspect) | ETH | 2026-03 | 2000000000000000000 | 2500000000000000000 |" in section
    assert "1 payments have no stated amount" in section
    assert section.startswith("# C-1: Sample case")  # the head and the finding that every test is given
    assert "- F-001 (draft): The money came to Ta." in section
    assert table.splitlines()[1].endswith('"2026-02",1000000000000000000,0')


def test_nothing_chosen_nothing_written() -> None:
    assert not run(Path(__file__).parent, CASE).files

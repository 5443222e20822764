"""What the section says of a small case."""

from pathlib import Path

from workstation.sdk.testing import Case, run


def test_the_largest_payment_stands_first() -> None:
    case = Case.of("""
        2026-03-01 10:00  alice -> bob    1 ETH
        2026-03-02 09:30  bob   -> carol  2 ETH
    """)
    files = run(Path(__file__).parent, case, rows="1").files
    assert "| 2000000000000000000 | address:ethereum:bob |" in files["section.md"].decode("utf-8")
    assert "- F-001 (draft): The money came to Ta." in files["section.md"].decode("utf-8")  # every test is given it
    assert "alice" not in files["section.md"].decode("utf-8")

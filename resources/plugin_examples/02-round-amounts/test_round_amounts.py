"""Round is a matter of decimals."""

from pathlib import Path

from workstation.sdk.testing import Case, run

CASE = Case.of(
    """
    2026-03-01 10:00  alice -> bob   5000 USDT
    2026-03-02        bob   -> carol 4999.999999 USDT
    2026-03-03        carol -> dave  ? USDT
    """,
    chain="tron",
    tokens={"USDT": 6},
)


def test_only_whole_thousands_are_reported_and_the_rest_is_said() -> None:
    answers = run(Path(__file__).parent, CASE)
    assert [finding.measures["coins"] for finding in answers.findings] == [5000]
    assert answers.notes == ["1 payments have no stated amount or decimals and were not looked at"]


def test_a_selection_narrows_it() -> None:
    assert not run(Path(__file__).parent, CASE, selection=["dave"]).findings

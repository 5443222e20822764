"""Completeness: sums against stated balances, the running balance, spent outputs that are missing."""

from __future__ import annotations

from tests.app.statements import BTC, HOUR, NOON, TRON_USDT, event
from workstation.analysis.completeness import Step, check
from workstation.app.completeness import page


def balance(text: str, **more: object) -> object:
    return event(kind="balance", service="Tronscan", amount_text=text, **more)  # type: ignore[arg-type]


def steps(*parts: tuple[str, int | None, int | None]) -> list[Step]:
    return [Step(number, side, units, moment) for number, (side, units, moment) in enumerate(parts, 1)]  # type: ignore[arg-type]


def test_a_stated_balance_that_agrees() -> None:
    found = check(TRON_USDT, steps(("in", 7_000_000, 1), ("out", 2_000_000, 2)), [balance("5")])  # type: ignore[list-item]
    assert (found.verdict, found.net) == ("complete as stated", 5_000_000)
    assert found.stated[0].agrees


def test_the_difference_is_exact() -> None:
    found = check(TRON_USDT, steps(("in", 7_000_000, 1)), [balance("7.000001")])  # type: ignore[list-item]
    assert found.verdict == "does not add up"
    assert found.stated[0].gap == "0.000001"
    assert "Tronscan states 7.000001 USDT, the transfers give 7.000000: difference 0.000001 (E-0003 row 2)" in found.why


def test_a_balance_of_an_earlier_day_counts_until_then() -> None:
    parts = steps(("in", 7_000_000, NOON), ("out", 7_000_000, NOON + 2 * HOUR))
    found = check(TRON_USDT, parts, [balance("7")])  # type: ignore[list-item]
    assert (found.verdict, found.stated[0].held) == ("complete as stated", "7.000000")


def test_the_first_place_below_zero() -> None:
    parts = steps(("in", 5, 1), ("out", 5, 2), ("fee", 1, 3), ("in", 9, 4))
    found = check(TRON_USDT, parts, [])
    assert (found.verdict, found.below, found.below_units) == ("does not add up", 3, -1)


def test_inside_one_instant_the_order_is_not_certain() -> None:
    found = check(TRON_USDT, steps(("out", 5, 1), ("in", 5, 1), ("out", 1, None), ("in", 1, None)), [])
    assert (found.below, found.verdict) == (0, "cannot be checked")


def test_an_input_without_its_output_is_a_missing_receipt() -> None:
    parts = [Step(1, "in", 100, 1), Step(2, "out", 70, 2, sourced=False), Step(3, "out", 100, 3)]
    found = check(BTC, parts, [])
    assert (found.verdict, found.unsourced, found.first_unsourced, found.below) == ("does not add up", 1, 2, 0)


def test_unknown_amounts_cannot_be_checked() -> None:
    found = check(BTC, steps(("in", None, 1)), [balance("0", symbol="BTC")])  # type: ignore[list-item]
    assert (found.verdict, found.unknown) == ("cannot be checked", 1)


def test_full_pages_are_signs() -> None:
    assert page("etherscan.csv", 5000) == 5000
    assert page("etherscan.csv", 4999) == page("ledger.csv", 5000) == 0

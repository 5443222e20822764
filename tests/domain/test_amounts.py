"""Exact amounts: every text and storage form comes back to the same integer, up to 2^256 - 1."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workstation.domain import amounts
from workstation.domain.amounts import MAX_AMOUNT

UNITS = st.one_of(
    st.integers(0, MAX_AMOUNT), st.integers(0, 10**12), st.sampled_from([0, 1, (1 << 63) - 1, 1 << 63, (1 << 126) - 1,
    1 << 126, MAX_AMOUNT]),
)  # fmt: skip
DECIMALS = st.integers(0, 36)
SCALE = {"K": 3, "M": 6, "B": 9, "T": 12}


@given(UNITS, DECIMALS)
@example(MAX_AMOUNT, 18)
def test_exact_and_plain_texts_come_back(units: int, decimals: int) -> None:
    assert amounts.parse_decimal(amounts.exact(units, decimals), decimals) == units
    assert amounts.parse_decimal(amounts.plain(units, decimals), decimals) == units
    assert amounts.parse_units(str(units)) == units
    assert not amounts.plain(units, decimals).endswith(".")


@given(UNITS, DECIMALS)
def test_grouping_changes_only_separators(units: int, decimals: int) -> None:
    grouped = amounts.exact(units, decimals, group=" ")
    assert grouped.replace(" ", "") == amounts.exact(units, decimals)
    whole = grouped.partition(".")[0].split(" ")
    assert len(whole[0]) <= 3
    assert all(len(part) == 3 for part in whole[1:])


@given(UNITS)
@example((1 << 126) - 1)
@example(1 << 126)
@example(MAX_AMOUNT)
def test_limbs_come_back_and_fit_their_columns(units: int) -> None:
    hi, lo, big = amounts.to_limbs(units)
    assert amounts.from_limbs(hi, lo, big) == units
    if big is None:
        assert 0 <= hi < 1 << 63
        assert 0 <= lo < 1 << 63
    else:
        assert (hi, lo, len(big)) == (-1, -1, 32)


@pytest.mark.parametrize("units", [-1, MAX_AMOUNT + 1])
def test_limbs_refuse_what_is_no_amount(units: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        amounts.to_limbs(units)


@given(UNITS, DECIMALS)
@example(1, 18)
@example(999_999, 3)
@example(999_999_999, 0)
def test_a_short_form_is_never_zero_and_never_claims_more(units: int, decimals: int) -> None:
    text = amounts.short(units, decimals)
    if units == 0:
        assert text == "0"
        return
    assert text.strip("0.") != ""
    with localcontext() as context:
        context.prec = 200
        value = Decimal(units) / Decimal(10) ** decimals
        if text.startswith("<"):
            assert value < Decimal(text[1:])
            return
        shown = Decimal(text.rstrip("KMBT")) * Decimal(10) ** SCALE.get(text[-1], 0)
        assert 0 < shown <= value
        assert value - shown < shown  # cut at most within the last shown digit's neighbourhood
        assert value < 10**15 or text.endswith("T")


@pytest.mark.parametrize(
    ("units", "decimals", "text"),
    [
        (0, 8, "0"),
        (1, 8, "<0.0001"),
        (121_400_500_000, 6, "121.4K"),
        (321_000_000, 8, "3.21"),
        (-321_000_000, 8, "-3.21"),
        (999_999, 0, "999.9K"),
        (1_000_000, 0, "1M"),
        (5, 0, "5"),
        (12345, 2, "123"),
    ],
)
def test_short_forms(units: int, decimals: int, text: str) -> None:
    assert amounts.short(units, decimals) == text


@pytest.mark.parametrize("text", ["", "1,5", "-1", "+1", "1e5", "٣", " 1", "1 ", "0x1", "1\n", "1.123456789", "NaN"])
def test_doubtful_decimals_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"plain|decimals"):
        amounts.parse_decimal(text, 8)


@pytest.mark.parametrize("text", ["", "-1", "1.0", "٣", str(MAX_AMOUNT + 1), "9" * 79, " 1"])
def test_doubtful_units_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"whole|larger"):
        amounts.parse_units(text)


def test_too_large_a_decimal_is_refused() -> None:
    assert amounts.parse_decimal(str(MAX_AMOUNT), 0) == MAX_AMOUNT
    with pytest.raises(ValueError, match="larger"):
        amounts.parse_decimal(str(MAX_AMOUNT + 1), 0)

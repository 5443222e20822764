"""Fiat values: exact day, exact arithmetic, half to even, and nothing at all where the sources differ."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.app.statements import BTC, TRON_USDT, price, transfer
from workstation.app.prices import Book, conflicts, money, read_book
from workstation.domain.amounts import Asset


def book(*prices: Any) -> Book:
    return read_book(SimpleNamespace(prices=lambda: list(prices)))  # type: ignore[arg-type]


def test_the_text_names_day_and_source() -> None:
    made = book(price("0.9998")).of(transfer(amount=121_400_500_000))
    assert made is not None
    assert made.text == "~ 121,376.22 USD (2024-03-08, ECB)"
    assert made.plain == "~ 121376.22 USD (2024-03-08, ECB)"


def test_only_the_exact_day_counts() -> None:
    rates = book(price("1", date="2024-03-07"), price("1", date="2024-03-09"))
    assert rates.of(transfer()) is None
    assert rates.words(transfer()) == "no price"
    assert rates.of(transfer(time=None)) is None
    assert book().words(transfer()) == ""


def test_prices_that_differ_give_no_value_until_a_source_is_chosen() -> None:
    rates = book(price("1", source="A"), price("2", source="B"))
    assert rates.of(transfer()) is None
    assert rates.words(transfer()) == "prices differ: 1 (A), 2 (B); choose a source"
    chosen = rates.of(transfer(), source="B")
    assert chosen is not None
    assert chosen.cents == 500_000
    assert len(conflicts(rates)) == 1
    same = book(price("1.50", source="A"), price("1.5", source="B"))
    assert same.of(transfer()) is not None
    assert conflicts(same) == []


def test_sums_count_what_has_no_price() -> None:
    rates = book(price("1"))
    made = rates.sum([transfer(1), transfer(2), transfer(3, asset=BTC), transfer(4, amount=None)])
    assert (made.cents, made.valued, made.unpriced, made.conflicting) == (500_000, 2, 2, 0)
    assert made.text == "~ 5,000.00 USD of 2 transfers (ECB); 2 without price"
    assert book().sum([transfer()]).text == "1 without price"


def test_a_symbol_is_no_identity() -> None:
    fake = Asset("tron", "TFakeContractThatCallsItselfTetherxx", "USDT", 6)
    assert book(price("1")).of(transfer(asset=fake)) is None
    assert book(price("1")).of(transfer(asset=TRON_USDT)) is not None
    exactly = book(price("7", asset="tron:TFakeContractThatCallsItselfTetherxx"))
    assert exactly.of(transfer(asset=fake)) is not None


def test_the_currency_with_most_rates_leads() -> None:
    rates = book(
        price("1", currency="USD"), price("450", currency="KZT"), price("451", currency="kzt", date="2024-03-09")
    )
    assert rates.currencies == ("KZT", "USD")
    made = rates.of(transfer())
    assert made is not None
    assert made.currency == "KZT"


@given(st.integers(0, 2**256 - 1), st.integers(0, 30), st.integers(0, 10**15), st.integers(0, 12))
def test_rounding_is_that_of_decimal(amount: int, places: int, rate: int, rate_places: int) -> None:
    text = f"{rate // 10**rate_places}.{rate % 10**rate_places:0{rate_places}d}" if rate_places else str(rate)
    made = book(price(text)).of(transfer(amount=amount, asset=Asset("stated", "", "USDT", places)))
    assert made is not None
    with localcontext() as context:
        context.prec = 300
        exactly = Decimal(amount).scaleb(-places) * Decimal(text)
        wanted = exactly.quantize(Decimal("0.01"), rounding=ROUND_HALF_EVEN)
    assert money(made.cents) == f"{wanted:.2f}"

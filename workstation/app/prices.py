"""Owns rates of the case and fiat values at the time of a transfer: exact day, always with source, never guessed.

Exact whole-number arithmetic; rounding (two places, half to even) only at the end, and only of the value shown. Fiat
sums add the values shown, so that a reader who adds the column gets the same. They never mix with sums of assets.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from workstation.analysis.provider import number
from workstation.app.times import day
from workstation.casefile.store import Store
from workstation.domain.amounts import Asset
from workstation.domain.evidence import Citation, Price, Transfer
from workstation.domain.tokens import price_names

if TYPE_CHECKING:
    from workstation.app.session import Session

PLACES = 2


@dataclass(frozen=True, slots=True)
class Fiat:
    """A value in money at the day of a transfer: ``cents`` of ``currency``, by this rate of this source."""

    cents: int
    currency: str
    day: str
    source: str
    rate: str
    citation: Citation

    @property
    def text(self) -> str:
        """``~ 121,376.22 USD (2026-03-02, source)``."""
        return f"~ {money(self.cents, group=True)} {self.currency} ({self.day}, {self.source or 'source not stated'})"

    @property
    def plain(self) -> str:
        """The same for tables: dot, no grouping."""
        return f"~ {money(self.cents)} {self.currency} ({self.day}, {self.source or 'source not stated'})"


@dataclass(frozen=True, slots=True)
class FiatSum:
    """Fiat values added up. Transfers without a price, or with differing prices, are left out and counted."""

    currency: str
    cents: int = 0
    valued: int = 0
    unpriced: int = 0
    conflicting: int = 0
    sources: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """``~ 1,250.00 USD of 3 transfers (source); 2 without price``."""
        told = []
        if self.valued:
            transfers = "1 transfer" if self.valued == 1 else f"{self.valued:,} transfers"
            told.append(f"~ {money(self.cents, group=True)} {self.currency} of {transfers} ({', '.join(self.sources)})")
        if self.unpriced:
            told.append(f"{self.unpriced:,} without price")
        if self.conflicting:
            told.append(f"{self.conflicting:,} with differing prices (choose a source)")
        return "; ".join(told) or "no price"


@dataclass(slots=True)
class Book:
    """All rates of a case by (asset in lower case, currency, day). Read-only after :func:`read_book`."""

    rates: dict[tuple[str, str, str], list[Price]] = field(default_factory=dict)
    currencies: tuple[str, ...] = ()

    @property
    def currency(self) -> str:
        """The currency with most rates, empty when there is no rate."""
        return self.currencies[0] if self.currencies else ""

    def rate(self, asset: Asset, day_: str, currency: str = "", source: str = "") -> list[Price]:
        """Rates of an asset on exactly this day: none, one, or several that differ (then none may be used).

        Several sources with the same rate count as one. ``source`` picks one of several.
        """
        wanted = (currency or self.currency).upper()
        for name in price_names(asset):
            found = self.rates.get((name, wanted, day_), [])
            if source:
                found = [p for p in found if p.source == source]
            if found:
                seen: dict[tuple[int, int], Price] = {}
                for price in found:
                    seen.setdefault(_shortest(price.rate), price)
                return list(seen.values())
        return []

    def value(self, amount: int | None, asset: Asset, day_: str, currency: str = "", source: str = "") -> Fiat | None:
        """The value of an amount in base units, None without exactly one rate of that day."""
        found = self.rate(asset, day_, currency, source)
        if amount is None or len(found) != 1:
            return None
        price = found[0]
        digits, places = number(price.rate)
        cents = _rounded(amount * digits, asset.decimals + places)
        return Fiat(cents, price.currency, day_, price.source, price.rate, price.citation)

    def of(self, transfer: Transfer, currency: str = "", source: str = "") -> Fiat | None:
        """The value of a transfer at its own day."""
        if transfer.time is None:
            return None
        return self.value(transfer.amount, transfer.asset, day(transfer.time), currency, source)

    def words(self, transfer: Transfer, currency: str = "", source: str = "") -> str:
        """What to show as "fiat then": the value, ``no price``, or that prices differ and which; empty without rates."""
        if not self.rates:
            return ""
        made = self.of(transfer, currency, source)
        if made is not None:
            return made.text
        found = self.rate(transfer.asset, day(transfer.time), currency, source)
        if len(found) > 1 and transfer.amount is not None:
            both = ", ".join(f"{p.rate} ({p.source or 'source not stated'})" for p in found)
            return f"prices differ: {both}; choose a source"
        return "no price"

    def sum(self, transfers: Iterable[Transfer], currency: str = "", source: str = "") -> FiatSum:
        """The fiat values of transfers added up, with how many have none."""
        cents = valued = unpriced = conflicting = 0
        sources: dict[str, None] = {}
        for transfer in transfers:
            made = self.of(transfer, currency, source)
            if made is not None:
                cents, valued = cents + made.cents, valued + 1
                sources[made.source or "source not stated"] = None
            elif len(self.rate(transfer.asset, day(transfer.time), currency, source)) > 1:
                conflicting += 1
            else:
                unpriced += 1
        wanted = (currency or self.currency).upper()
        return FiatSum(wanted, cents, valued, unpriced, conflicting, tuple(sources))


def read_book(store: Store) -> Book:
    """The rates of a case."""
    book, seen = Book(), Counter[str]()
    for price in store.prices():
        currency = price.currency.upper()
        book.rates.setdefault((_name(price.asset), currency, price.date), []).append(price)
        seen[currency] += 1
    book.currencies = tuple(sorted(seen, key=lambda c: (-seen[c], c)))
    return book


def _name(text: str) -> str:
    return text.strip().lower()


def _shortest(rate: str) -> tuple[int, int]:
    digits, places = number(rate)
    while places and digits % 10 == 0:
        digits, places = digits // 10, places - 1
    return digits, places


def _rounded(units: int, places: int) -> int:
    """Cents of ``units / 10^places``, half to even."""
    if places <= PLACES:
        return units * int(10 ** (PLACES - places))
    power = int(10 ** (places - PLACES))
    whole, rest = divmod(units, power)
    return whole + (2 * rest > power or (2 * rest == power and whole % 2 == 1))


def money(cents: int, *, group: bool = False) -> str:
    """``121376.22``, or with thousands separators."""
    whole, rest = divmod(abs(cents), 10**PLACES)
    return ("-" if cents < 0 else "") + (f"{whole:,}" if group else str(whole)) + f".{rest:0{PLACES}d}"


def fiat_json(made: Fiat | None) -> dict[str, str] | None:
    """A value as JSON, null without price."""
    if made is None:
        return None
    return {
        "value": money(made.cents), "currency": made.currency, "day": made.day, "source": made.source,
        "rate": made.rate, "text": made.text,
    }  # fmt: skip


def conflicts(book: Book) -> list[Sequence[Price]]:
    """Rates of one asset, currency and day that differ."""
    found: list[Sequence[Price]] = []
    for key in sorted(book.rates):
        prices = book.rates[key]
        if len({_shortest(p.rate) for p in prices}) > 1:
            found.append(tuple(prices))
    return found


def price_json(price: Price) -> dict[str, Any]:
    """One rate as JSON, with its place."""
    return {
        "date": price.date, "asset": price.asset, "currency": price.currency, "rate": price.rate,
        "source": price.source, "citation": {"exhibit": price.citation.exhibit, "locator": price.citation.locator},
    }  # fmt: skip


def of_transfers(session: Session, ids: Sequence[int], *, currency: str = "", source: str = "") -> FiatSum:
    """Fiat then of an edge or a selection: the values of its transfers, each at its own day."""
    book = session.prices
    if not ids or not book.rates:
        return FiatSum((currency or book.currency).upper(), unpriced=len(ids))
    return book.sum(session.store.transfers(ids=list(ids)), currency, source)

"""Owns profiles: the thresholds of a jurisdiction or unit as a TOML file. Knows no threshold itself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

_KEYS = {
    "": {"title", "source", "amounts", "fiat", "times", "counts", "words"},
    "times": {"day", "window", "silence", "dormant"},
    "counts": {"large", "series", "services", "assets", "payers", "split"},
}
_TAGS = ("theft", "mixer", "gambling", "darknet", "ransomware", "sanction", "scam", "exchanger", "machine", "weak",
         "service", "privacy")  # fmt: skip
_LARGEST = 64 << 10


class ProfileError(ValueError):
    """The profile cannot be used; the text says which key, and what it must be."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """Thresholds of one asset in whole coins: ``large`` and more is large; ``report`` is what must be reported."""

    large: Decimal
    report: Decimal | None


@dataclass(frozen=True, slots=True)
class Money:
    """Thresholds in money: what a transfer was worth on its day, by a price the case holds."""

    currency: str
    large: Decimal
    report: Decimal | None


@dataclass(frozen=True, slots=True)
class Profile:
    """Thresholds.

    Attributes:
        title, source: whose they are, and where they stand. amounts: symbol (upper case) -> thresholds; an asset that is
            not named has none. times: seconds. counts: least numbers. words: kind of tag -> words of its category.
        money: thresholds in money beside those in coins, None = none.
    """

    title: str
    source: str
    amounts: Mapping[str, Amounts]
    times: Mapping[str, int]
    counts: Mapping[str, int]
    words: Mapping[str, tuple[str, ...]]
    money: Money | None = None


def parse(text: str) -> Profile:
    """A profile from its text.

    Raises:
        ProfileError: a key is unknown, missing or not what it must be.
    """
    if len(text) > _LARGEST:
        raise ProfileError("the profile is larger than 64 KiB")
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise ProfileError(f"the profile is not valid TOML ({problem})") from problem
    _known(data, _KEYS[""], "the profile")
    tables = {name: _table(data, name) for name in ("amounts", "times", "counts", "words")}
    numbers = {
        name: {key: _whole(tables[name], key, name) for key in sorted(_KEYS[name])} for name in ("times", "counts")
    }
    for name in ("times", "counts"):
        _known(tables[name], _KEYS[name], name)
    _known(tables["words"], set(_TAGS), "words")
    return Profile(
        _text(data, "title"), _text(data, "source"),
        MappingProxyType({symbol.upper(): _amounts(each, symbol) for symbol, each in tables["amounts"].items()}),
        MappingProxyType(numbers["times"]), MappingProxyType(numbers["counts"]),
        MappingProxyType({name: _words(tables["words"], name) for name in _TAGS}), _money(data.get("fiat")),
    )  # fmt: skip


def _money(table: Any) -> Money | None:
    if table is None:
        return None
    if not isinstance(table, dict):
        raise ProfileError('the profile: write [fiat] with currency = "EUR" and large = "10000"')
    _known(table, {"currency", "large", "report"}, "fiat")
    currency = table.get("currency")
    if not isinstance(currency, str) or not currency.isalpha() or not currency.isascii() or len(currency) > 10:
        raise ProfileError('fiat: currency must be letters such as "EUR"')
    found = _amounts({name: value for name, value in table.items() if name != "currency"}, "fiat", "fiat")
    return Money(currency.upper(), found.large, found.report)


def _known(table: Mapping[str, Any], keys: set[str], where: str) -> None:
    unknown = sorted(set(table) - keys)
    if unknown:
        raise ProfileError(f"{where}: unknown key {unknown[0]}; known are {', '.join(sorted(keys))}")


def _table(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name)
    if not isinstance(table, dict):
        raise ProfileError(f"the profile: the table [{name}] is missing")
    return table


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not value or len(value) > 500:
        raise ProfileError(f"the profile: {name} must be a text")
    return value


def _whole(table: Mapping[str, Any], name: str, where: str) -> int:
    value = table.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 1 << 40:
        raise ProfileError(f"{where}: {name} must be a whole number above zero")
    return value


def _amounts(table: Any, symbol: str, where: str = "") -> Amounts:
    where = where or f"amounts.{symbol}"
    if not isinstance(table, dict):
        raise ProfileError(f"amounts: write {symbol} as a table")
    _known(table, {"large", "report"}, where)
    found: dict[str, Decimal | None] = {"report": None}
    for name, value in table.items():
        try:  # amounts are texts: a number of TOML would be a float
            found[name] = Decimal(value) if isinstance(value, str) and len(value) <= 40 else None
        except InvalidOperation:
            found[name] = None
        number = found[name]
        if number is None or not number.is_finite() or number <= 0:
            raise ProfileError(f'{where}: {name} must be an amount in coins such as "10000"')
    large = found.get("large")
    if large is None:
        raise ProfileError(f"{where}: large is missing")
    return Amounts(large, found["report"])


def _words(table: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = table.get(name)
    if not isinstance(value, list) or not all(isinstance(word, str) and word for word in value):
        raise ProfileError(f"words: {name} must be a list of words")
    return tuple(word.lower() for word in value)

"""Owns exact numbers of a trace: whole units or fractions of them, never floats, of any length."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

Number = int | Fraction
Parts = dict[str, Number]

# Python refuses to turn more than 4300 digits into text at once; long fractions are written and read in pieces.
_PIECE = 4000


def share(value: Number, numerator: Number, denominator: Number) -> Number:
    """``value * numerator / denominator`` without loss; a whole result is an int."""
    product = value * numerator
    if type(product) is int and type(denominator) is int:
        whole, rest = divmod(product, denominator)
        return Fraction(product, denominator) if rest else whole
    return plain(Fraction(product) / denominator)


def plain(value: Number) -> Number:
    """The same number, as an int when it is whole."""
    return value.numerator if value.denominator == 1 else value


def in_units(parts: Mapping[str, Number], scale: int) -> Parts:
    """Amounts that count in ``1/scale`` of a unit, in units; those that are zero are left out."""
    if scale == 1:
        return without_zeros(parts)
    return {label: _unscaled(amount, scale) for label, amount in parts.items() if amount}


def _unscaled(amount: Number, scale: int) -> Number:
    if type(amount) is not int:
        return plain(Fraction(amount) / scale)
    whole, rest = divmod(amount, scale)
    return Fraction(amount, scale) if rest else whole


def text(value: Number) -> str:
    """``7`` or ``7/3``: lowest terms, positive denominator."""
    if value.denominator == 1:
        return digits(value.numerator)
    return f"{digits(value.numerator)}/{digits(value.denominator)}"


def decimal(value: Number) -> str:
    """``2.33333333333333333333``: at most twenty decimals, cut off; finer than any step of approximate arithmetic."""
    sign = "-" if value < 0 else ""
    units, rest = divmod(abs(value.numerator) * 10**20 // value.denominator, 10**20)
    return f"{sign}{digits(units)}.{rest:020}".rstrip("0").rstrip(".")


def digits(value: int) -> str:
    """A whole number as decimal text, of any length."""
    if value.bit_length() < 12_000:
        return str(value)
    sign, value = ("-", -value) if value < 0 else ("", value)
    return sign + _long(value, 1 << (value.bit_length().bit_length()))


def _long(value: int, width: int) -> str:
    """Halve the number until a piece is short enough; leading zeros of the highest piece are dropped."""
    return _padded(value, width).lstrip("0") or "0"


def _padded(value: int, width: int) -> str:
    if width <= _PIECE:
        return str(value).zfill(width)
    low = width // 2
    high, rest = divmod(value, 10**low)
    return _padded(high, width - low) + _padded(rest, low)


def whole(written: str) -> int:
    """Decimal text of a whole number, of any length, as an int.

    Raises:
        ValueError: it is not a plain whole number.
    """
    sign, body = (-1, written[1:]) if written[:1] == "-" else (1, written)
    if not (body.isascii() and body.isdigit()):
        raise ValueError("not a whole number")
    return sign * _read(body)


def _read(body: str) -> int:
    if len(body) <= _PIECE:
        return int(body)
    low = len(body) // 2
    high = len(body) - low
    return _read(body[:high]) * int(pow(10, low)) + _read(body[high:])


def add(into: Parts, parts: Mapping[str, Number]) -> None:
    """Add the amounts of ``parts`` to those of ``into``, label by label."""
    for label, amount in parts.items():
        had = into.get(label)
        # A sum with nothing is a costly operation for fractions.
        into[label] = amount if had is None else had + amount


def without_zeros(parts: Mapping[str, Number]) -> Parts:
    """The entries that are not zero, whole numbers as ints."""
    return {label: plain(amount) for label, amount in parts.items() if amount}


def total(parts: Iterable[Number]) -> Number:
    """The sum as an exact number."""
    rest = iter(parts)
    found: Number = next(rest, 0)
    for part in rest:
        found += part
    return found


class ConservationError(ArithmeticError):
    """A run made or lost value: a fault of the program, never of the ledger. Its result must not be used."""


class Summed:
    """A sum of many numbers: those of one denominator are added as whole numbers, which is much faster."""

    __slots__ = ("parts",)

    def __init__(self) -> None:
        self.parts: dict[int, int] = {}

    def add(self, number: Number) -> None:
        """Add a number."""
        below = number.denominator
        self.parts[below] = self.parts.get(below, 0) + number.numerator

    @property
    def value(self) -> Number:
        """The exact sum."""
        return plain(total(Fraction(above, below) for below, above in self.parts.items()))

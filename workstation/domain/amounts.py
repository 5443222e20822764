"""Owns exact amounts: integers of base units from 0 to 2^256 - 1, their text forms and their storage limbs.

Must never use a float: a float may place a pixel, never a figure.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_AMOUNT = (1 << 256) - 1
_LIMB = 1 << 63
_ESCAPE_FROM = 1 << 126
_MOST_DIGITS = 120


@dataclass(frozen=True, slots=True)
class Asset:
    """What moves: a native coin (``contract`` empty) or a token on one chain.

    Attributes:
        chain: chain key.
        contract: canonical contract address, empty for the native coin.
        symbol: symbol as the source wrote it; text from outside, never trusted as identity.
        decimals: how many decimals a display amount has.
        assumed: true when ``decimals`` was not stated by a source.
    """

    chain: str
    contract: str
    symbol: str
    decimals: int
    assumed: bool = False

    @property
    def name(self) -> str:
        """The symbol; what only a statement names says so, because it is not the asset of a ledger."""
        return f"{self.symbol} (stated)" if self.chain == "stated" and self.symbol else self.symbol

    def written(self, units: int, *, group: str = "") -> str:
        """An amount with all decimals; of a statement, whose decimals nobody defined, as many as it needs."""
        text = exact(units, self.decimals, group=group)
        return text.rstrip("0").rstrip(".") if self.chain == "stated" and "." in text else text


def parse_decimal(text: str, decimals: int) -> int:
    """Base units of a plain decimal text (``"12.5"``, 8 -> 1250000000).

    Thousands separators, signs, exponents and other digits than 0-9 are refused: a reader that meets them removes
    them by its own stated rule first.

    Raises:
        ValueError: not a plain decimal, more decimals than the asset has, or above 2^256 - 1.
    """
    whole, _, fraction = text.partition(".")
    digits = text.isascii() and whole.isdigit() and (not fraction or fraction.isdigit())
    if not digits or len(whole) > _MOST_DIGITS or len(fraction) > _MOST_DIGITS:
        raise ValueError("not a plain decimal number")
    fraction = fraction.rstrip("0")
    if len(fraction) > decimals:
        raise ValueError(f"more than {decimals} decimals")
    value = int(whole + fraction.ljust(decimals, "0"))
    if value > MAX_AMOUNT:
        raise ValueError("larger than 2^256 - 1")
    return value


def parse_units(text: str) -> int:
    """Base units of an integer text; ``ValueError`` unless it is 1 to 78 ASCII digits up to 2^256 - 1."""
    if not (text.isascii() and text.isdigit() and len(text) <= 78):
        raise ValueError("not a whole number")
    value = int(text)
    if value > MAX_AMOUNT:
        raise ValueError("larger than 2^256 - 1")
    return value


def exact(units: int, decimals: int, *, group: str = "") -> str:
    """All decimals of an amount: ``exact(121400500000, 6) == "121400.500000"``; ``group`` separates thousands."""
    sign, digits = ("-" if units < 0 else ""), str(abs(units)).rjust(decimals + 1, "0")
    whole, fraction = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    if group:
        whole = f"{int(whole):,}".replace(",", group)
    return sign + whole + ("." + fraction if fraction else "")


def plain(units: int, decimals: int) -> str:
    """The shortest exact text: trailing zeros of the fraction dropped (``"121400.5"``)."""
    text = exact(units, decimals)
    return text.rstrip("0").rstrip(".") if "." in text else text


def short(units: int, decimals: int) -> str:
    """A short form for edges and tiles only: ``121.4K``, ``3.21``, ``<0.01``; never ``0`` for something that is not 0.

    Digits are cut, not rounded, so a short form never claims more than there is. Zero prints ``0``.
    """
    if units < 0:
        return "-" + short(-units, decimals)
    if units == 0:
        return "0"
    whole = units // 10**decimals
    for power, letter in ((12, "T"), (9, "B"), (6, "M"), (3, "K")):
        if whole >= 10**power:
            tenths = units * 10 // 10 ** (decimals + power)
            return f"{tenths // 10}.{tenths % 10}".removesuffix(".0") + letter
    if whole >= 100 or decimals == 0:
        return str(whole)
    places = 2 if whole else 4
    scaled = units * 10**places // 10**decimals
    if scaled == 0:
        return "<0." + "0" * (places - 1) + "1"
    return plain(scaled, places)


def to_limbs(units: int) -> tuple[int, int, bytes | None]:
    """Storage form ``(hi, lo, big)``: value = hi * 2^63 + lo, or (-1, -1, 32 bytes big-endian) from 2^126 up.

    The escape is -1/-1 and never a large number: a saturated sentinel made array sums wrap silently
    (``notes/storage.md`` section 3).

    Raises:
        ValueError: negative or above 2^256 - 1.
    """
    if not 0 <= units <= MAX_AMOUNT:
        raise ValueError("amount outside 0 .. 2^256 - 1")
    if units >= _ESCAPE_FROM:
        return -1, -1, units.to_bytes(32, "big")
    return units // _LIMB, units % _LIMB, None


def from_limbs(hi: int, lo: int, big: bytes | None) -> int:
    """The amount behind a storage form; inverse of :func:`to_limbs`."""
    return int.from_bytes(big, "big") if big is not None else hi * _LIMB + lo

"""Where a value of a record stands in a text: as written, in another notation of the same value, or made from two numbers.

A *level* says how far one has to go: in the text itself, as the product or the sum of two numbers of it, or nowhere.
Numbers are read as strictly as any reader may: groups of three, one decimal sign, a plain exponent.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Context, Decimal
from functools import lru_cache

from workstation.domain.encodings import base58_decode, cashaddr_decode

ROW, PRODUCT, SUM, NOWHERE = 0, 1, 2, 9

_EXACT = Context(prec=900)
_RUN = re.compile(
    r"(?<![0-9_])(?:[0-9](?:[0-9.,'\u00a0\u202f\u2009 ]*[0-9])?\.?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?(?![_0-9])"
)
_PARTS = re.compile(r"[,'\u00a0\u202f\u2009 ]+|[^,'\u00a0\u202f\u2009 ]+")
_PLAIN = re.compile(r"[0-9]+\.?[0-9]*\Z|\.[0-9]+\Z", re.ASCII)
_GROUPED = re.compile(r"[0-9]{1,3}(?:([,'\u00a0\u202f\u2009 ])[0-9]{3})(?:\1[0-9]{3})*(?:\.[0-9]*)?\Z", re.ASCII)
_LAKHS = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})*,[0-9]{3}(?:\.[0-9]*)?\Z", re.ASCII)
_COMMA = re.compile(r"[0-9]+,[0-9]+\Z", re.ASCII)
_DOTS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+(?:,[0-9]*)?\Z", re.ASCII)
_BLANKS = re.compile(r"[0-9]{1,3}(?:[ \u00a0\u202f\u2009'][0-9]{3})+,[0-9]+\Z", re.ASCII)
_HEX = re.compile(r"0x[0-9a-fA-F]+|[0-9a-fA-F]{40,}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{24,}={0,2}")
_BASE58 = re.compile(r"(?<![0-9A-Za-z])[1-9A-HJ-NP-Za-km-z]{26,36}(?![0-9A-Za-z])")
_MOST = 300


@dataclass(frozen=True)
class Facts:
    """What a piece of source text holds: its letters, numbers (with or without a minus) and packed bytes."""

    text: str
    positive: frozenset[Decimal]
    negative: frozenset[Decimal]
    packed: bytes


@lru_cache(maxsize=50_000)
def facts(raw: bytes, encoding: str) -> Facts:
    """The facts of source bytes."""
    text = "\n".join(dict.fromkeys(raw.decode(name, "replace") for name in (encoding, "utf-8", "latin-1")))
    forms = [text]
    if "\\u" in text:
        plain = _ESCAPE.sub(lambda m: chr(int(m.group(1), 16)), text)
        forms.append(plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    if "&" in text:
        forms.append(html.unescape(text))
    if "\\" in text or '""' in text or "''" in text:
        forms.append(
            text.replace("\\/", "/").replace('\\"', '"').replace("\\\\", "\\").replace('""', '"').replace("''", "'")
        )
    whole = "\n".join(dict.fromkeys(forms))
    positive, negative = set(), set()
    for found in _RUN.finditer(whole):
        before = whole[max(0, found.start() - 2) : found.start()]
        minus = before[-1:] in ("-", "\u2212", "(") and not before[:1].isalnum() and before[:1] != ")"
        if not minus:
            positive.update(_readings(found.group()))
            continue
        _, comma, tail = found.group().partition(",")  # the minus belongs to the first cell
        negative.update(_readings(found.group()))
        positive.update(_readings(tail) if comma else ())
    for found in _HEX.finditer(whole):
        positive.update(_words(found.group()))
    return Facts(whole, frozenset(positive), frozenset(negative), _packed(whole))


def _packed(text: str) -> bytes:
    made = []
    for token in _BASE64.findall(text)[:_MOST]:
        try:
            made.append(base64.b64decode(token + "=" * (-len(token) % 4)))
        except ValueError:
            continue
    for token in _BASE58.findall(text)[:_MOST]:
        made.append(base58_decode(token)[1:21])
    return b"|".join(made)


def _words(token: str) -> Iterator[Decimal]:
    digits = token.removeprefix("0x")
    if len(digits) <= 78:
        yield Decimal(int(digits, 16))
    for begin in (0, 8) if len(digits) >= 64 else ():
        for at in range(begin, min(len(digits) - 63, begin + 64 * _MOST), 64):
            yield Decimal(int(digits[at : at + 64], 16))


def _readings(run: str) -> Iterator[Decimal]:
    """The numbers a run of digits may stand for: itself, and each stretch of its groups (cells of a row)."""
    mantissa, _, exponent = run.partition("e" if "e" in run else "E")
    parts = _PARTS.findall(mantissa)
    for first in range(0, len(parts), 2):
        for last in range(first, min(len(parts), first + 14), 2):
            power = int(exponent) if exponent and last == len(parts) - 1 else 0
            piece = "".join(parts[first : last + 1])
            if len(piece) > 400:
                break
            for value in _number(piece):
                if not power:
                    yield value
                elif abs(power) <= 100:
                    yield value.scaleb(power, _EXACT)


def _number(text: str) -> Iterator[Decimal]:
    if _PLAIN.match(text):
        yield Decimal(text)
    elif _GROUPED.match(text) or _LAKHS.match(text):
        yield Decimal(re.sub(r"[^0-9.]", "", text))
    if _COMMA.match(text) or _DOTS.match(text) or _BLANKS.match(text):
        yield Decimal(re.sub(r"[^0-9,]", "", text).replace(",", "."))


def number_level(value: Decimal, shifts: tuple[int, ...], known: Facts, *, signed: bool) -> int:
    """How a number comes from a text; ``shifts`` are the powers of ten by which it may be written larger."""
    pool = known.positive | known.negative if signed else known.positive
    wanted = [value.scaleb(shift, _EXACT) for shift in shifts]
    if any(one in pool for one in wanted):
        return ROW
    if len(pool) > _MOST:
        return NOWHERE
    nonzero = [one for one in pool if one]
    for one in wanted:
        if not one:
            continue
        for factor in nonzero:
            whole = _EXACT.divide(one, factor)
            if whole in pool and _EXACT.multiply(whole, factor) == one:
                return PRODUCT
    for one in wanted:
        for part in pool:
            if _EXACT.subtract(one, part) in pool or _EXACT.add(one, part) in pool:
                return SUM
    return NOWHERE


def words_level(value: str, known: Facts, usual: frozenset[str]) -> int:
    """Whether every word of a text stands in the source or is one that the undamaged file gives too."""
    if value in known.text:
        return ROW
    flat = _loose(known.text)
    return ROW if all(word in usual or _loose(word) in flat for word in words(value)) else NOWHERE


def words(value: str) -> list[str]:
    """The words of a name or label."""
    return [word for word in re.split(r"[\s:,;()/]+", value) if word]


@lru_cache(maxsize=50_000)
def _loose(text: str) -> str:
    return "".join(text.split()).casefold()


def identity_level(value: str, known: Facts) -> int:
    """Whether an address or transaction id stands in the source in one of its notations."""
    name = value.split("/")[0] if value.startswith("0x") else value
    found = _loose(known.text)
    bare = name.casefold().removeprefix("0x").removeprefix("bitcoincash:")
    if bare in found:
        return ROW
    for payload in _payloads(name):
        if payload.hex() in found or payload in known.packed:
            return ROW
    return NOWHERE


@lru_cache(maxsize=50_000)
def _payloads(name: str) -> tuple[bytes, ...]:
    """The bytes behind an address or hash, without its version."""
    made = []
    with suppress(ValueError):
        made.append(bytes.fromhex(name.removeprefix("0x")))
    with suppress(ValueError):
        data = base58_decode(name)
        made.append(data[1:21] if len(data) == 25 else b"")
    with suppress(ValueError):
        made.append(cashaddr_decode(name, "bitcoincash")[1])
    return tuple(one for one in made if len(one) >= 20)


def time_level(seconds: int, known: Facts) -> int:
    """Whether the digits of a moment stand in the source: as seconds or finer, or as day, year, minute and second."""
    for divisor in (1, 1000, 10**6, 10**9):
        low, high = seconds * divisor, (seconds + 1) * divisor
        if any(low <= one < high for one in known.positive if one > 10**8 or divisor == 1):
            return ROW
    whole = {int(one) for one in known.positive | known.negative if one == one.to_integral_value() and one < 10**14}
    flat = {
        int(part)
        for one in re.findall(r"[0-9]{1,14}", known.text)
        for part in {one, one[:4], one[4:6], one[6:8]}
        if part
    }
    days = [datetime.fromtimestamp(max(0, seconds + shift), UTC) for shift in (-86400, 0, 86400)]
    moment = days[1]
    if moment.second not in flat and moment.second:
        return _serial(seconds, known)
    for day in days:
        if day.day in flat | whole and (day.year in flat or day.year % 100 in flat):
            return ROW
    return _serial(seconds, known)


def _serial(seconds: int, known: Facts) -> int:
    """A day number of a spreadsheet."""
    for one in known.positive:
        if 20_000 < one < 80_000 and abs((one - 25569) * 86400 - seconds) < 86400 * 2:
            return ROW
    return NOWHERE


def date_level(value: str, known: Facts) -> int:
    """Whether the day and the year of a date stand in the source, or a moment of that day."""
    try:
        day = datetime.fromisoformat(value + "T00:00:00+00:00")
    except ValueError:
        return NOWHERE
    start = int(day.timestamp()) - 86400
    for divisor in (1, 1000):
        if any(start * divisor <= one < (start + 3 * 86400) * divisor for one in known.positive):
            return ROW
    flat = {
        int(part)
        for one in re.findall(r"[0-9]{1,14}", known.text)
        for part in {one, one[:4], one[4:6], one[6:8]}
        if part
    }
    return ROW if {day.day, day.day - 1, day.day + 1} & flat and {day.year, day.year % 100} & flat else NOWHERE

"""Owns reading number and time cells as people and services write them. Must not know columns, rows or any format.

Signs, glued units, thousands separators and decimal commas are taken off by stated rules; what could be read in two
ways is refused, never guessed. No float is ever made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from workstation.sdk.reader import AMOUNT, TIME, RowProblem
from workstation.sdk.text import moment, seconds

#: Numeric cells that state no number.
EMPTY = frozenset({"", "-", "--", "---", "–", "—", "-0-", "n/a", "na", "null", "none"})
_MINUS = "-\u2212\u2013\ufe63\uff0d"
_PLAIN = re.compile(r"[0-9]{1,78}(?:\.[0-9]{1,78})?\Z", re.ASCII)
_GLUED = re.compile(r"%[A-Za-z]%[A-Za-z]")
_GAPS = re.compile(r"[ \u00a0\u2007\u2009\u202f]+")  # what stands between thousands; a tab parts cells
_SOLID = re.compile(r"[0-9]{1,120}(?:\.[0-9]{0,120})?\Z|\.[0-9]{1,120}\Z", re.ASCII)
_GROUPED = re.compile(  # by threes, or as in India: 1,45,000
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3})(?:\.[0-9]*)?\Z", re.ASCII
)
_TINY = re.compile(r"([0-9]{1,78})(?:\.([0-9]{0,78}))?[eE]-([0-9]{1,2})\Z", re.ASCII)
_EXPONENT = re.compile(r"[0-9.,]+[eE]\+?[0-9]+\Z", re.ASCII)
_OFFSET = re.compile(r"([+-])\s?([0-9]{1,2})(?::?([0-5][0-9]))?\Z", re.ASCII)
_HEADER_ZONE = re.compile(r"\(\s*(?:utc|gmt)?\s*(null|[+-]?\s?[0-9]{1,2}(?::?[0-5][0-9])?)\s*\)", re.ASCII)
_HEADER_UTC = re.compile(r"(?:utc|gmt)\s*([+-]\s?[0-9]{1,2}(?::?[0-5][0-9])?)?", re.ASCII)
_TAIL_ZONE = re.compile(
    r"\s*\(?(?:utc|gmt|z)?\s*([+-][0-9]{1,2}(?::?[0-5][0-9])?)\)?\Z|\s*\(?\b(utc|gmt|z)\)?\Z", re.I | re.ASCII
)
_DIGITS = re.compile(r"[0-9]{1,18}\Z", re.ASCII)
_SERIAL = re.compile(r"([0-9]{1,6})(?:\.([0-9]{1,20}))?\Z", re.ASCII)
_NANO = re.compile(r"(\.[0-9]{6})[0-9]+", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = 253402300800  # the year 10000
#: Longest cell in which patterns are tried: one pattern may need the square of the length in steps.
LONGEST = 1000
_EXCEL_EPOCH = {"excel": 25569, "excel-1904": 24107}  # days from the first day of the spreadsheet to 1970
_UNITS = {"unix-ms": 1000, "unix-us": 1_000_000, "unix-ns": 1_000_000_000}
_DIRECTIVE = re.compile(r"%([A-Za-z])")
_PARTS: Mapping[str, str] = MappingProxyType(
    {"Y": "year", "y": "year", "m": "month", "d": "day", "H": "hour", "M": "minute", "S": "second"}
)
_DATE_PART = re.compile(r"%[HIX]")


def number(
    text: str, decimal: str = ".", prefix: Sequence[str | re.Pattern[str]] = (), empty: Iterable[str] = ()
) -> tuple[int, str] | None:
    """Sign (1 or -1) and plain decimal text of a cell; None when it states no number.

    Args:
        decimal: ``.`` or ``,``: what stands before the decimals in this column.
        prefix: texts and patterns that are taken off both ends (currency signs, glued units).
        empty: further cells that state no number.

    Raises:
        RowProblem: the cell is no number, or not one that can be read in only one way.
    """
    if decimal == "." and not prefix and _PLAIN.match(text) and text not in empty:
        return 1, text
    bare = _GAPS.sub(" ", text.strip("\ufeff")).strip("\t\r\n \"'")
    if bare.lower() in EMPTY or bare in empty:
        return None
    if len(bare) > LONGEST:
        raise RowProblem(AMOUNT, f"not a number: {text[:60]!r}")
    sign, body = _signed(bare, prefix)
    body = _ungrouped(body, decimal)
    if _SOLID.match(body):
        return sign, ("0" + body if body[0] == "." else body).removesuffix(".")
    tiny = _TINY.match(body)
    if tiny:
        return sign, _written_out(tiny.group(1), tiny.group(2) or "", int(tiny.group(3)))
    if _EXPONENT.match(body):
        raise RowProblem(AMOUNT, f"the number was rounded by a spreadsheet (it has an exponent): {text[:60]!r}")
    raise RowProblem(AMOUNT, f"not a number: {text[:60]!r}")


def _signed(text: str, prefix: Sequence[str | re.Pattern[str]]) -> tuple[int, str]:
    """The sign, and the text without sign, brackets and glued units. One sign only."""
    sign, signs = 1, 0
    if len(text) > 2 and text[0] == "(" and text[-1] == ")":
        sign, signs, text = -1, 1, text[1:-1].strip()
    for _ in range(2):
        if text[:1] and text[0] in "+" + _MINUS:
            sign, signs, text = (-sign if text[0] != "+" else sign), signs + 1, text[1:].strip()
        text = _stripped(text, prefix)
    if signs > 1:
        raise RowProblem(AMOUNT, f"the number has two signs: {text[:60]!r}")
    return sign, text


def _stripped(text: str, prefix: Sequence[str | re.Pattern[str]]) -> str:
    for part in prefix:
        if isinstance(part, str):
            if part and text.lower().startswith(part.lower()):
                text = text[len(part) :].strip()
            elif part and text.lower().endswith(part.lower()):
                text = text[: -len(part)].strip()
            continue
        at_start = part.match(text)
        if at_start and at_start.end():
            text = text[at_start.end() :].strip()
            continue
        at_end = re.search(f"(?:{part.pattern})\\Z", text, part.flags)
        if at_end and at_end.start() > 0:
            text = text[: at_end.start()].strip()
    return text


def _ungrouped(text: str, decimal: str) -> str:
    """The number with a dot before its decimals and nothing between its thousands."""
    if decimal == ",":
        text = text.replace(",", "\0").replace(".", ",").replace("\0", ".")
    for sign in (" ", "'", "\u2019"):
        if sign in text:
            text = text.replace(sign, ",") if "," not in text else text
    return text.replace(",", "") if _GROUPED.match(text) else text


def _written_out(whole: str, fraction: str, places: int) -> str:
    """``1.5`` and 3 → ``0.0015``."""
    digits = whole + fraction
    at = len(whole) - places
    return "0." + "0" * -at + digits if at <= 0 else digits[:at] + "." + digits[at:]


def evidence(text: str, prefix: Sequence[str | re.Pattern[str]] = ()) -> str:
    """What one cell says about the decimal sign of its column: ``.``, ``,``, ``?`` (could be both) or nothing."""
    bare = _GAPS.sub(" ", text.strip("\ufeff")).strip("\t\r\n \"'")
    if bare.lower() in EMPTY or len(bare) > LONGEST:
        return ""
    try:
        body = _signed(bare, prefix)[1]
    except RowProblem:
        return ""
    body = re.split(r"[eE]", body, maxsplit=1)[0]
    dots, commas = body.count("."), body.count(",")
    if not dots and not commas:
        return ""
    if dots and commas:
        return "." if body.rfind(".") > body.rfind(",") else ","
    sign, other, count = (".", ",", dots) if dots else (",", ".", commas)
    if count > 1:
        return other
    whole, _, fraction = body.partition(sign)
    if len(fraction) != 3 or not 1 <= len(whole) <= 3 or whole.startswith("0") or not whole.isdigit():
        return sign
    return "?"


def zone_of(text: str) -> tzinfo:
    """A zone by name (``UTC``, ``Europe/Rome``) or offset (``+05:00``); ``ValueError`` when it is none."""
    text = text.strip()
    if text.upper() in ("UTC", "GMT", "Z"):
        return UTC
    found = _OFFSET.match(text.upper().removeprefix("UTC").removeprefix("GMT").strip())
    if found:
        minutes = int(found.group(2)) * 60 + int(found.group(3) or 0)
        if minutes > 14 * 60:
            raise ValueError(f"no time zone is {text[:20]!r} away from UTC")
        return timezone(timedelta(minutes=-minutes if found.group(1) == "-" else minutes))
    try:
        return ZoneInfo(text)
    except (ValueError, OSError, LookupError) as problem:
        raise ValueError(f"{text[:40]!r} is no time zone") from problem


def header_zone(cell: str) -> tzinfo | None:
    """The zone that a header cell states (``Time(UTC+08:00)``, ``Date (+01)``, ``utc_time``), or None."""
    name = cell.strip().lower()
    found = _HEADER_ZONE.search(name)
    offset = found.group(1) if found else None
    if found is None:
        plain = _HEADER_UTC.search(name)
        if plain is None:
            return None
        offset = plain.group(1)
    if not offset or offset == "null":
        return UTC
    offset = offset.replace(" ", "")
    try:
        return zone_of(offset if offset[0] in "+-" else "+" + offset)
    except ValueError:
        return None


def check_format(form: str) -> None:
    """``ValueError`` unless a time format is one that :func:`reader` knows."""
    body, zone = _split_format(form)
    if zone:
        zone_of(zone)
    if body in ("iso", "unix", *_UNITS, *_EXCEL_EPOCH):
        return
    if "%" not in body:
        raise ValueError(
            "a time format is iso, unix, unix-ms, unix-us, unix-ns, excel or strptime text like %Y-%m-%d %H:%M:%S"
        )
    try:
        datetime.strptime("", body)
    except ValueError as problem:
        if "does not match format" not in str(problem):
            raise ValueError(f"not a strptime format ({problem})") from problem
    except Exception as problem:  # strptime builds a pattern of the format and lets its errors through
        raise ValueError(f"not a strptime format ({problem})") from problem


def _split_format(form: str) -> tuple[str, str]:
    """A format and the zone behind ``@`` that texts of this form are in (``%H:%M CST @+08:00``)."""
    body, at, zone = form.rpartition(" @")
    return (body, zone.strip()) if at else (form, "")


def moment_of(
    text: str, formats: Sequence[str], zone: tzinfo | None, told: Callable[[str], object] = str
) -> int | None:
    """Seconds UTC of a time cell, by the first format that fits; None for an empty cell and for Unix 0.

    Args:
        zone: for texts without one; None = such a text is refused.
        told: called with a sentence for the user when the text leaves something open.

    Raises:
        RowProblem: no format fits, or the zone is missing.
    """
    shown = " ".join(text.strip("\ufeff").split()).strip(" \"'")
    if not shown or shown in EMPTY:
        return None
    for form in formats:
        body, own = _split_format(form)
        try:
            found = _one(shown, body, zone_of(own) if own else zone, told)
        except ValueError as problem:
            if isinstance(problem, RowProblem) and "without zone" in str(problem):
                raise
            continue
        return found or None
    raise RowProblem(TIME, f"not a time of the form {' or '.join(formats)[:100]}: {text[:40]!r}")


def _one(text: str, form: str, zone: tzinfo | None, told: Callable[[str], object]) -> int:
    if form == "iso":
        return moment(_NANO.sub(r"\1", text), zone)
    if form == "unix":
        return seconds(text.removesuffix(".0"))
    if form in _UNITS:
        if not _DIGITS.match(text) and not (len(text) == 19 and text.isascii() and text.isdigit()):
            raise ValueError(text)
        value = int(text) // _UNITS[form]
        if not (value == 0 or 10**8 <= value < _LAST):
            raise ValueError(text)
        return value
    if form in _EXCEL_EPOCH:
        return _serial(text, _EXCEL_EPOCH[form], zone)
    return _by_format(text, form, zone, told)


def _serial(text: str, start: int, zone: tzinfo | None) -> int:
    """A spreadsheet's day number, to the nearest second."""
    found = _SERIAL.match(text)
    if found is None:
        raise ValueError(text)
    fraction = found.group(2) or "0"
    scale = 10 ** len(fraction)
    value = (int(found.group(1)) - start) * 86400 + (int(fraction) * 86400 * 2 + scale) // (2 * scale)
    if not 0 <= value < _LAST - 86400:
        raise ValueError(text)
    return _utc(_EPOCH.replace(tzinfo=None) + timedelta(seconds=value), zone, text)


def _by_format(text: str, form: str, zone: tzinfo | None, told: Callable[[str], object]) -> int:
    if not text.isascii() or len(text) > 100:
        raise ValueError(text)
    text = _NANO.sub(r"\1", text.replace("Sept.", "Sep.").replace("Sept ", "Sep "))
    made = _parsed(text, form)
    if made is None and "%z" not in form:
        tail = _TAIL_ZONE.search(text)
        made = _parsed(text[: tail.start()].strip(), form) if tail else None
        if tail is not None and made is not None:
            made = made.replace(tzinfo=zone_of(tail.group(1) or "UTC"))
    if made is None:
        raise ValueError(text)
    if not _DATE_PART.search(form) and "%c" not in form:
        told("The times are days without a clock time: they are read as the start of the day.")
    if made.tzinfo is None and isinstance(zone, ZoneInfo):
        first, second = made.replace(tzinfo=zone), made.replace(tzinfo=zone, fold=1)
        if first.utcoffset() != second.utcoffset():
            told("A time falls into an hour that the clock of its zone skips or shows twice: the first is taken.")
    return _utc(made, zone, text)


@lru_cache(maxsize=256)
def _fixed(form: str) -> tuple[re.Pattern[str], tuple[str, ...]] | None:
    """A pattern for texts of a format whose numbers all have their full width, with the parts in their order."""
    pieces = _DIRECTIVE.split(form)  # text, letter, text, letter, … text
    letters = pieces[1::2]
    parts = tuple(_PARTS.get(letter, "") for letter in letters)
    date = {"year", "month", "day"}
    if "%" in "".join(pieces[::2]) or "" in parts or len(set(parts)) < len(parts) or not date <= set(parts):
        return None
    body = "".join(
        re.escape(piece) if n % 2 == 0 else "([0-9]{4})" if piece == "Y" else "([0-9]{2})"
        for n, piece in enumerate(pieces)
    )
    return re.compile(body + r"\Z", re.ASCII), parts


@lru_cache(maxsize=65536)  # a file repeats the same texts, and strptime is slow
def _parsed(text: str, form: str) -> datetime | None:
    quick = _fixed(form)
    found = quick[0].match(text) if quick is not None else None
    try:
        if quick is not None and found is not None:
            values = dict(zip(quick[1], map(int, found.groups()), strict=True))
            if "%y" in form:  # as strptime does: 69 is 1969
                values["year"] += 2000 if values["year"] < 69 else 1900
            return datetime(**values)  # type: ignore[arg-type]
    except ValueError:
        pass  # strptime decides
    if quick is not None and _GLUED.search(form):
        return None  # without a sign between them strptime would take 200128 for 2001-02-08
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _utc(made: datetime, zone: tzinfo | None, text: str) -> int:
    if made.tzinfo is None:
        if zone is None:
            raise RowProblem(TIME, f"time without zone: {text[:40]!r} (state the zone of the file)")
        made = made.replace(tzinfo=zone)
    try:
        value = (made - _EPOCH) // timedelta(seconds=1)
    except OverflowError as problem:
        raise ValueError(text) from problem
    if not 0 <= value < _LAST:
        raise ValueError(text)
    return value

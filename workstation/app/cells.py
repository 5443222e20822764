"""Owns what cells of an unknown table look like: times and their format, numbers and their sign, ids, addresses.

Pure functions over the first rows of a table. What cannot be told from the cells is said to be undecided, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from workstation.domain import addresses

_NUMBER = re.compile(r"[+\-−]?[^\w\s]{0,2}\s?\d[\d .,'’\u00a0\u202f]*(e-?\d+)?\s?[A-Za-z€$£₽]{0,6}\Z", re.I)
_HEX64 = re.compile(r"(0x)?[0-9a-f]{64}\Z", re.I)
_IP = re.compile(r"\d{1,3}(\.\d{1,3}){3}\Z|[0-9a-f:]+:[0-9a-f:]+\Z", re.I)
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?)?\s?(Z|UTC|GMT|[+-]\d\d:?\d\d)?\Z", re.I)
_ZONED = re.compile(r"(Z|UTC|GMT|[+-]\d\d:?\d\d)\s*\Z", re.I)
#: Formats tried after ISO and Unix times; pairs that differ only in the order of day and month stand together.
FORMATS = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y.%m.%d %H:%M:%S", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y",
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d/%m/%Y", "%m/%d/%Y",
    "%d/%m/%Y, %H:%M:%S", "%m/%d/%Y, %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d/%m/%Y %I:%M:%S %p",
    "%m/%d/%Y, %I:%M:%S %p", "%d-%m-%Y %H:%M:%S", "%m-%d-%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%m-%d-%Y %H:%M",
    "%y-%m-%d %H:%M:%S", "%y-%m-%d %H:%M", "%b %d, %Y, %I:%M %p", "%d %b %Y %H:%M:%S", "%d %b %Y, %H:%M:%S",
    "%Y-%m-%d %I:%M:%S %p",
)  # fmt: skip


def filled(cells: Sequence[str]) -> list[str]:
    """Cells that hold something, trimmed."""
    return [text for cell in cells if (text := cell.strip()) and text not in ("-", "--", "N/A", "n/a")]


def is_number(cell: str) -> bool:
    """Whether a cell looks like an amount."""
    return bool(_NUMBER.match(cell.strip()))


def is_time(cell: str) -> bool:
    """Whether a cell is written like a time (plain numbers are not)."""
    text = cell.strip()
    return bool(_ISO.match(text)) or (len(text) >= 8 and any(_parses(text, form) for form in FORMATS))


def is_address(cell: str) -> bool:
    """Whether a cell is a valid address of a known chain."""
    text = cell.strip()
    return 25 <= len(text) <= 110 and bool(addresses.recognise(text))


def is_transaction(cell: str) -> bool:
    """Whether a cell has the form of a transaction id."""
    return bool(_HEX64.match(cell.strip()))


def is_ip(cell: str) -> bool:
    """Whether a cell has the form of an IP address."""
    return bool(_IP.match(cell.strip())) and ("." in cell or cell.count(":") > 1) and not is_time(cell)


def is_data(cell: str) -> bool:
    """Whether a cell looks like content and not like the name of a column."""
    return is_number(cell) or is_time(cell) or is_transaction(cell) or is_ip(cell) or is_address(cell)


def time_formats(cells: Sequence[str]) -> tuple[str, ...]:
    """Formats of the layout grammar that read every filled cell; several that differ in day and month = undecided."""
    texts = filled(cells)
    if not texts:
        return ()
    if all(_ISO.match(t) for t in texts):
        return ("iso",)
    if all(t.isascii() and t.isdigit() for t in texts):
        if all(9 <= len(t) <= 10 for t in texts):
            return ("unix",)
        if all(len(t) == 13 for t in texts):
            return ("unix-ms",)
    if all(re.fullmatch(r"[2-6]\d{4}(\.\d+)?", t) for t in texts):
        return ("excel",)
    whole = tuple(form for form in FORMATS if all(_parses(t, form) for t in texts))
    if whole:
        return whole
    mixed = [form for form in ("iso", *FORMATS) if any(_reads(t, form) for t in texts)]
    return tuple(mixed)


def _reads(text: str, form: str) -> bool:
    return bool(_ISO.match(text)) if form == "iso" else _parses(text, form)


def _parses(text: str, form: str) -> bool:
    bare = _ZONED.sub("", text).strip() if not text[-1:].isdigit() else text
    try:
        made = datetime.strptime(bare, form)
    except ValueError:
        return False
    return 2008 <= made.year <= 2100 or form == "%d.%m.%Y"


def undecided_order(formats: Sequence[str]) -> bool:
    """Whether formats read the same cells with day and month exchanged."""
    heads = {form.replace(",", "")[:5] for form in formats}
    return {"%d/%m", "%m/%d"} <= heads or {"%d-%m", "%m-%d"} <= heads


def naive(cells: Sequence[str]) -> bool:
    """Whether any filled time cell leaves its zone open."""
    return any(not _ZONED.search(t) or re.fullmatch(r"\d{4}-\d\d-\d\d", t) for t in filled(cells) if not _unix(t))


def _unix(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) in (9, 10, 13)


def decimal_sign(cells: Sequence[str]) -> str:
    """``.``, ``,``, or empty when the cells leave it open (``1,234``); whole numbers alone mean a dot."""
    comma = dot = open_ones = False
    for text in filled(cells):
        digits = re.sub(r"[^\d.,]", "", text)
        last_dot, last_comma = digits.rfind("."), digits.rfind(",")
        if last_dot < 0 and last_comma < 0:
            continue
        if last_dot >= 0 and last_comma >= 0:
            dot, comma = dot or last_dot > last_comma, comma or last_comma > last_dot
            continue
        sign = "." if last_dot >= 0 else ","
        parts = digits.split(sign)
        grouped = all(len(p) == 3 for p in parts[1:]) and 1 <= len(parts[0]) <= 3 and parts[0] != "0"
        if len(parts) > 2 and grouped:
            dot, comma = dot or sign == ",", comma or sign == "."
        elif grouped:
            open_ones = True
        elif len(parts) == 2:
            dot, comma = dot or sign == ".", comma or sign == ","
    if dot != comma:
        return "." if dot else ","
    return "" if open_ones or dot else "."

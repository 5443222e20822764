"""Owns the first look at a table that nothing knows yet: its delimiter, its encoding, where its header may stand."""

from __future__ import annotations

from collections import Counter
from itertools import islice

from workstation.sdk.encoding import look_through
from workstation.sdk.reader import Source
from workstation.sdk.table import Table

_DELIMITERS = (",", ";", "\t", "|")
_LINES = 30
_CELL = 500
_CELLS = 500


def preview(source: Source, limit: int) -> tuple[str, str, int, list[list[str]]]:
    """(delimiter, encoding, header row from 1 or 0 when none is seen, first rows) of a delimited text.

    Rows stand at their own number: row 1 is the first; a blank line or one that cannot be cut is an empty row.
    """
    encoding = look_through(source.data).name
    delimiter = guess_delimiter(source, encoding)
    rows: list[list[str]] = []
    for row in islice(Table(source, delimiter, encoding).rows(), limit):
        if row.number > limit:
            break
        rows += [[] for _ in range(row.number - 1 - len(rows))]
        rows.append([_shown(cell) for cell in row.cells[:_CELLS]])
    return delimiter, encoding, guess_header(rows), rows


def guess_delimiter(source: Source, encoding: str) -> str:
    """The delimiter that cuts the first 30 lines into the steadiest number of cells; a comma when none does."""
    best, score = ",", (0, 0)
    for delimiter in _DELIMITERS:
        widths = Counter(len(row.cells) for row in islice(Table(source, delimiter, encoding).rows(), _LINES))
        width, lines = max(((w, n) for w, n in widths.items() if w > 1), key=lambda p: (p[1], p[0]), default=(0, 0))
        if (lines, width) > score:
            best, score = delimiter, (lines, width)
    return best


def guess_header(rows: list[list[str]]) -> int:
    """The row (from 1) whose cells are texts, nearly all filled, with rows of the same width below; else 0."""
    best, score = 0, 0
    for number, cells in enumerate(rows[:20], 1):
        filled = [cell for cell in cells if cell.strip()]
        words = [cell for cell in filled if not _numeric(cell)]
        if len(filled) < 2 or len(words) * 10 < len(filled) * 9 or len(set(filled)) * 10 < len(filled) * 9:
            continue
        below = [row for row in rows[number : number + 10] if row]
        same = sum(len(row) == len(cells) for row in below)
        if below and same * 2 < len(below):
            continue
        if len(filled) * 10 + same > score:
            best, score = number, len(filled) * 10 + same
    return best


def _numeric(cell: str) -> bool:
    """Whether a cell is a value and no name: more digits than letters."""
    digits = sum(c.isdigit() for c in cell)
    return digits > sum(c.isalpha() for c in cell) or (digits > 12 and " " not in cell.strip())


def _shown(cell: str) -> str:
    return cell[:_CELL].replace("\ufeff", "")

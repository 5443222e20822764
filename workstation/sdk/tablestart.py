"""Owns finding where a table begins: its delimiter, its header row, the lines above it. Must not read rows.

The row that fits a layout best is the header; titles, notes and blank lines may stand above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice

from workstation.sdk import encoding
from workstation.sdk.layout import Layout, names_cell, normal, score
from workstation.sdk.preview import guess_delimiter
from workstation.sdk.reader import Source
from workstation.sdk.table import Row, Table

DELIMITERS = (",", ";", "\t", "|")
#: Rows in which a header is looked for.
DEPTH = 20


@dataclass(frozen=True, slots=True)
class Start:
    """Where a table begins. ``row`` is the number of the header row, 0 when there is none."""

    delimiter: str
    encoding: str
    row: int
    cells: tuple[str, ...]
    above: tuple[str, ...]
    score: float


@dataclass(slots=True)
class Heads:
    """The first rows of a file, cut with one delimiter."""

    delimiter: str
    encoding: str
    rows: list[Row]
    names: list[list[str]] = field(default_factory=list)


def heads(source: Source) -> list[Heads]:
    """The first rows, cut with every delimiter that cuts at all; the steadiest delimiter first."""
    found = encoding.look_through(source.data).name
    first = guess_delimiter(source, found)
    made = []
    for delimiter in (first, *(d for d in DELIMITERS if d != first)):
        rows = list(islice(Table(source, delimiter, found).rows(), DEPTH))
        if delimiter == first or any(len(row.cells) > 1 for row in rows):
            made.append(Heads(delimiter, found, rows, [numbered(row.cells) for row in rows]))
    return made


def numbered(cells: Sequence[str]) -> list[str]:
    """Normalised header names; the second ``account`` is ``account#2``."""
    counts: dict[str, int] = {}
    names = []
    for cell in cells:
        name = normal(cell)
        counts[name] = counts.get(name, 0) + 1
        names.append(name if counts[name] == 1 else f"{name}#{counts[name]}")
    return names


def start(layout: Layout, tops: Sequence[Heads], file_name: str) -> Start | None:
    """Where the table of a layout begins: the row that fits best; None when none fits at all."""
    best: Start | None = None
    for top in tops:
        texts = tuple(row.raw[:2000].decode(top.encoding, "replace") for row in top.rows)
        if layout.headless or layout.row:
            return _stated(layout, top, texts)
        for at, row in enumerate(top.rows):
            if len(row.cells) < 2 and len(layout.must) > 1:
                continue
            if layout.must:
                found = score(layout, top.names[at], texts[:at], file_name)
            else:
                found = _columns_met(layout, top.names[at])
            if found and (best is None or found > best.score):
                best = Start(top.delimiter, top.encoding, row.number, tuple(row.cells), texts[:at], found)
    return best


def _stated(layout: Layout, top: Heads, texts: tuple[str, ...]) -> Start | None:
    if layout.headless:
        width = max((len(row.cells) for row in top.rows), default=0)
        return Start(top.delimiter, top.encoding, 0, tuple(f"#{n + 1}" for n in range(width)), (), 1.0)
    for at, row in enumerate(top.rows):
        if row.number == layout.row:
            return Start(top.delimiter, top.encoding, row.number, tuple(row.cells), texts[:at], 1.0)
    return None


def _columns_met(layout: Layout, names: Sequence[str]) -> float:
    """The share of the roles whose column stands in this row, for profiles without ``must``."""
    roles = [cells for _, cells in layout.columns if any(c.column or c.join for c in cells)]
    met = sum(
        any(find_column(name, names) is not None for c in cells for name in (c.column, *c.join) if name)
        for cells in roles
    )
    return met / len(roles) if roles else 0.0


def find_column(wanted: str, names: Sequence[str]) -> int | None:
    """The column with this name, full match of ``/regex/``, or number (``#3``)."""
    for index, name in enumerate(names):
        if names_cell(wanted, name):
            return index
    if wanted[:1] == "#" and wanted[1:].isdecimal() and 1 <= int(wanted[1:]) <= len(names):
        return int(wanted[1:]) - 1
    return None

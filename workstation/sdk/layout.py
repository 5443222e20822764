"""Owns what a table layout is: its parts, its roles, its patterns, and how well a header fits. Must not read TOML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from workstation.sdk.table import header_name

#: Roles a column can have, by what the layout gives.
ROLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "events": (
            "time", "kind", "direction", "asset", "amount", "fee", "fee_asset", "network", "chain", "tx", "address",
            "from_address", "memo", "status", "counterparty", "account", "price", "total", "quote_asset",
            "quote_amount", "balance", "label", "provider_id", "ip", "device", "place", "in_amount", "out_amount",
            "in_asset", "out_asset", "decimals", "in_decimals", "out_decimals", "sequence",
        ),
        "transfers": (
            "time", "tx", "block", "from", "to", "asset", "contract", "decimals", "amount", "in", "out", "fee",
            "status", "kind", "index", "token_id", "from_label", "to_label", "chain", "network", "note", "sequence",
        ),
        "tags": (
            "address", "tx", "label", "category", "actor", "source", "date", "confidence", "chain", "network",
            "balance", "asset", "tx_count",
        ),
    }
)  # fmt: skip
#: What must not be assumed and is asked when neither file nor layout says it.
QUESTIONS = ("zone", "subject", "chain", "direction", "decimal")
SKIP = "-"


class LayoutError(ValueError):
    """The layout is not usable; the text names the file, the layout, the key and what is expected."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where the text of a role comes from; exactly one of column, join, above, file, header and below is filled.

    Attributes:
        column: name, ``/regex/`` or ``#3``. ``take``: pattern of which the first group is used.
        join: columns whose cells are put together with blanks.
        above, file, header, below: pattern for the lines above the header, the file name, one of the header cells, and
            the lines below a row that belong to it; the first group is used.
    """

    column: str = ""
    join: tuple[str, ...] = ()
    above: str = ""
    file: str = ""
    take: str = ""
    header: str = ""
    below: str = ""


@dataclass(frozen=True, slots=True)
class Skip:
    """Rows that are understood and give nothing: those whose cell matches, counted under ``why``."""

    column: str
    match: str
    why: str


@dataclass(frozen=True, slots=True)
class Layout:
    """One layout. Fields are the keys of the grammar; mappings are tuples of pairs, so that a layout is a value.

    Attributes:
        must, must_not: normalised header names or ``/regex/``.
        before, file: text above the header and in the file name, lower-case.
        headless: the table has no header; ``row``: row number of the header when stated, else 0.
        names: patterns of names on the chain ``stated``; ``{}`` is the cell, ``{column}`` another cell of the row.
    """

    id: str
    title: str
    gives: str
    service: str
    priority: int
    notes: str
    known: str
    ask: tuple[str, ...]
    sheet: str
    wallet: bool
    must: tuple[str, ...]
    must_not: tuple[str, ...]
    before: str
    file: str
    headless: bool
    row: int
    columns: tuple[tuple[str, tuple[Cell, ...]], ...]
    constants: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    names: tuple[tuple[str, str], ...]
    times: tuple[str, ...]
    zone: str
    decimal: str
    unit: str
    sign: str
    prefix: tuple[str, ...]
    empty: tuple[str, ...]
    case: str
    extra: str
    skips: tuple[Skip, ...]


def pack(layout: Layout) -> list[Any]:
    """The layout as a JSON-ready list: its fields in order. What the host has checked need not be parsed again."""
    columns = [[role, [_cell_fields(cell) for cell in cells]] for role, cells in layout.columns]
    changed = {"columns": columns, "skips": [_skip_fields(skip) for skip in layout.skips]}
    return [changed.get(name) or getattr(layout, name) for name in _LAYOUT]


def unpack(data: list[Any]) -> Layout:
    """The layout behind :func:`pack`, also when JSON has made lists of its tuples."""
    values = {name: _tuples(value) for name, value in zip(_LAYOUT, data, strict=True)}
    values["columns"] = tuple((role, tuple(Cell(*cell) for cell in cells)) for role, cells in values["columns"])
    values["skips"] = tuple(Skip(*skip) for skip in values["skips"])
    return Layout(**values)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


_LAYOUT = tuple(field.name for field in fields(Layout))
_cell_fields = attrgetter(*(field.name for field in fields(Cell)))
_skip_fields = attrgetter(*(field.name for field in fields(Skip)))


def normal(cell: str) -> str:
    """A header cell for comparing: no BOM, quotes or outer blanks, lower-case, single blanks."""
    return header_name(cell)


@lru_cache(maxsize=4096)  # the same few patterns are asked for in every row
def pattern(text: str) -> re.Pattern[str] | None:
    """The compiled pattern inside ``/…/``; None for a plain text."""
    if len(text) < 2 or text[0] != "/" or text[-1] != "/":
        return None
    return re.compile(text[1:-1])


def names_cell(wanted: str, name: str) -> bool:
    """Whether a normalised header cell is the wanted one: the same text, or a full match of ``/regex/``."""
    found = pattern(wanted)
    return wanted == name if found is None else found.fullmatch(name) is not None


def match(layout: Layout, header_cells: Sequence[str], lines_above: Sequence[str], file_name: str) -> float:
    """How well a header line fits, 0 to 1: the share of ``must`` that is met; 0 when another condition fails.

    A layout without ``must`` is a profile for one file and never matches by itself.
    """
    return score(layout, [normal(cell) for cell in header_cells], lines_above, file_name)


def score(layout: Layout, names: Sequence[str], lines_above: Sequence[str], file_name: str) -> float:
    """:func:`match` for header cells that are normalised already."""
    if not layout.must:
        return 0.0
    known = frozenset(names)
    met = sum(_stands(wanted, names, known) for wanted in layout.must)
    if not met or any(_stands(wanted, names, known) for wanted in layout.must_not):
        return 0.0
    if layout.file and layout.file not in file_name.lower():
        return 0.0
    if layout.before and not any(layout.before in line.lower() for line in lines_above):
        return 0.0
    return met / len(layout.must)


def _stands(wanted: str, names: Sequence[str], known: frozenset[str]) -> bool:
    found = pattern(wanted)
    return wanted in known if found is None else any(found.fullmatch(name) for name in names)

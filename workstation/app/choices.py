"""Owns what the mapping wizard's user chose about a table, and which answers are still missing.

Pure functions over the first rows. Nothing is assumed that the user did not answer: :func:`missing` says what is open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from workstation.app import cells

#: Most distinct cells of a column that are offered as words.
_WORDS = 30


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a table (row 1 first), as they are. ``name`` is the file name, ``sheets`` those of a workbook."""

    delimiter: str
    encoding: str
    header_row: int
    sheets: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the wizard's user chose; everything the profile needs.

    Attributes:
        name: title of the profile; its id is made from it. gives: events, transfers or tags. kind: fixed kind of
            events, empty = a column says it. service: who states the events. header_row: from 1, 0 = no header.
        columns: role -> column number from 1. constants: role -> fixed text. zone: empty = not answered yet.
        time_format: empty = recognise. decimal: auto, dot or comma. unit: coin or base. sign: none or direction.
        words: role -> cell word in lower case -> value. sheet: the sheet the profile is for.
    """

    name: str = ""
    gives: str = "events"
    kind: str = ""
    service: str = ""
    header_row: int = 1
    columns: Mapping[str, int] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""
    time_format: str = ""
    decimal: str = "auto"
    unit: str = "coin"
    sign: str = "none"
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    sheet: str = ""


def column(preview: Preview, number: int, header_row: int) -> list[str]:
    """Cells of a column below the header."""
    return [row[number - 1] for row in preview.rows[header_row:] if len(row) >= number]


def words_of(preview: Preview, column_: int, header_row: int) -> tuple[str, ...]:
    """Distinct cells of a column, at most 30, in order of their rows."""
    return tuple(dict.fromkeys(text for cell in column(preview, column_, header_row) if (text := cell.strip())))[
        :_WORDS
    ]


def missing(choices: Choices, preview: Preview) -> tuple[str, ...]:
    """Plain sentences: what must be answered before the profile can be used."""
    columns, open_ones = choices.columns, []
    if not columns:
        return ("Say what at least one column means.",)
    beyond = [role for role, number in columns.items() if number > max((len(r) for r in preview.rows), default=0)]
    if beyond:
        return (f"The table has no column for: {', '.join(beyond)}.",)
    has = {*columns, *(role for role, value in choices.constants.items() if value)}
    if choices.gives == "events":
        if not choices.service.strip():
            open_ones.append("Say which service states these rows, for instance Binance.")
        open_ones += _open_events(choices, has)
    elif choices.gives == "transfers":
        if not {"from", "to"} & has and "address" not in has:
            open_ones.append("Say which columns hold the sender and the receiver.")
        if not ({"amount"} & has or {"in", "out"} <= has):
            open_ones.append("Say which column holds the amount.")
        if not {"chain", "network"} & has:
            open_ones.append("Say on which chain these transfers are.")
    else:
        if not {"address", "tx"} & has:
            open_ones.append("Say which column holds the address.")
        if not {"chain", "network"} & has:
            open_ones.append("Say on which chain the addresses are.")
    return (*open_ones, *_open_time(choices, preview), *_open_cells(choices, preview))


def _open_events(choices: Choices, has: set[str]) -> list[str]:
    found = []
    legs = {"in_amount", "out_amount"} & has
    told = choices.kind or "kind" in has or legs or choices.sign == "direction"
    if not told:
        found.append(
            "Say what the rows are: deposits, withdrawals, log-ins, an account card, or a column that says it."
        )
    if choices.kind in ("deposit", "withdrawal", "trade", "p2p", "fiat", "balance") or (
        told and not choices.kind and choices.kind not in ("login", "account")
    ):
        if not ({"amount", "balance"} & has or legs):
            found.append("Say which column holds the amount.")
        if not ({"asset", "in_asset", "out_asset"} & has or {"chain", "network"} & has):
            found.append("Say which asset the amounts are: a column, or one for all rows.")
    return found


def _open_time(choices: Choices, preview: Preview) -> list[str]:
    name = next((r for r in ("time", "date") if r in choices.columns), "")
    if not name or choices.gives == "tags":
        return []
    texts = column(preview, choices.columns[name], choices.header_row)
    found = []
    formats = (choices.time_format,) if choices.time_format else cells.time_formats(texts)
    if not formats and cells.filled(texts):
        found.append("Say how the times of this file are written.")
    if cells.undecided_order(formats):
        found.append("Say whether the day or the month stands first in the times; the first rows fit both.")
    if not choices.zone.strip() and cells.naive(texts) and not set(formats) & {"unix", "unix-ms"}:
        found.append("Say in which time zone the times are; the file does not tell it.")
    return found


def _open_cells(choices: Choices, preview: Preview) -> list[str]:
    found = []
    if choices.decimal == "auto":
        for role in ("amount", "in", "out", "balance", "in_amount", "out_amount"):
            if role in choices.columns:
                texts = column(preview, choices.columns[role], choices.header_row)
                if not cells.decimal_sign(texts) and cells.filled(texts):
                    found.append("Say which sign stands before the decimals; 1,234 can be read in two ways.")
                    break
    for role, what in (("status", "which status words count"), ("kind", "what the words of the type column mean")):
        if role not in choices.columns or (role == "kind" and (choices.kind or choices.gives != "events")):
            continue
        known = choices.words.get(role, {})
        unknown = [w for w in words_of(preview, choices.columns[role], choices.header_row) if w.lower() not in known]
        if unknown:
            found.append(f"Say {what}: {', '.join(word[:40] for word in unknown[:6])}.")
    return found

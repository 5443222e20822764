"""Owns the machine files of events, mentions and prices: apart from the transfers, because none of them moves money.

Must not choose what goes into a package. Texts are as stated; amounts and rates are text, never numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from workstation.domain.evidence import Event, Mention, Price
from workstation.evidence.bundle import CitedStatement
from workstation.evidence.tables import Sheet, cite, dump, moment, source_json, text_file

_CITED = ("citations", "row_sha256")


def columns(kind: type[Event] | type[Mention] | type[Price]) -> tuple[str, ...]:
    """The columns of a file: what is stated, by the names of its fields, then where."""
    names = [field.name for field in fields(kind) if field.name != "citation"]
    if kind is Event:
        names.insert(1, "time_utc")
    return (*names, *_CITED)


def write_statements(
    items: Iterable[CitedStatement], kind: type[Event] | type[Mention] | type[Price], table: Path, lines: Path
) -> int:
    """Write one kind of statement as CSV and as JSON lines in one pass; guarded cells of the CSV."""
    names = columns(kind)[: -len(_CITED)]
    with text_file(table) as rows, text_file(lines) as out:
        sheet = Sheet(rows, columns(kind))
        for item in items:
            said = {name: _value(item.statement, name) for name in names}
            sheet.row((
                *(_cell(said[name]) for name in names), "; ".join(cite(s) for s in item.sources),
                "; ".join(s.sha256 for s in item.sources),
            ))  # fmt: skip
            out.write(dump({**said, "citations": [source_json(s) for s in item.sources]}, indent=None) + "\n")
    return sheet.guarded


def _value(statement: Event | Mention | Price, name: str) -> Any:
    if name == "time_utc":
        return moment(getattr(statement, "time", None)) or None
    return getattr(statement, name)


def _cell(value: Any) -> str | int | None:
    if isinstance(value, tuple):
        return "; ".join(_part(part) for part in value)
    cell: str | int | None = value
    return cell


def _part(part: str | Sequence[str]) -> str:
    return part if isinstance(part, str) else ": ".join(part)

"""Owns which questions a table leaves open under a layout: zone, chain, direction, decimal sign.

A question is dropped when columns, constants, the header or the cells themselves answer it. The account is never
asked: a missing name is an assumption that is said. Must not make records.
"""

from __future__ import annotations

from collections.abc import Sequence

from workstation.sdk.cells import evidence, header_zone, moment_of
from workstation.sdk.layout import Layout
from workstation.sdk.reader import RowProblem, Run, Source
from workstation.sdk.tableline import Leave, Line
from workstation.sdk.tablestart import Heads
from workstation.sdk.tabular import Sheet

_ROWS = 200


def open_questions(source: Source, tops: Sequence[Heads], layout: Layout) -> tuple[str, ...]:
    """The parameters that must be asked before the file is read, in a fixed order."""
    sheet = Sheet(source, layout, {}, Run(lambda remark: None, lambda done, total: None))
    rows = [line for line, _ in zip(sheet.lines(), range(_ROWS), strict=False) if isinstance(line, Line)]
    asked = []
    if _zone_open(sheet, rows):
        asked.append("zone")
    if "chain" in layout.ask and not (_says(sheet, rows, "chain") or _says(sheet, rows, "network")):
        asked.append("chain")
    if "direction" in layout.ask and not (_says(sheet, rows, "direction") or _says(sheet, rows, "kind")):
        asked.append("direction")
    if layout.decimal == "auto" and _decimal_open(sheet, rows):
        asked.append("decimal")
    return tuple(asked)


def _says(sheet: Sheet, rows: Sequence[Line], role: str) -> bool:
    return role in sheet.constants or any(line.cell(role) for line in rows)


def _zone_open(sheet: Sheet, rows: Sequence[Line]) -> bool:
    """Whether a time of the first rows cannot be read without a zone."""
    layout = sheet.layout
    if sheet.zone is not None or layout.zone not in ("ask", "header") or "time" not in sheet.roles:
        return False
    if (
        any(header_zone(sheet.start.cells[c]) for s in sheet.roles["time"] for c in s.columns)
        and layout.zone == "header"
    ):
        return False
    for line in rows:
        try:
            text = line.text("time") if "time" in sheet.words else line.cell("time")
            if text:
                moment_of(text, layout.times, None)
        except RowProblem as problem:
            if "without zone" in str(problem):
                return True
        except Leave:
            continue
    return False


def _decimal_open(sheet: Sheet, rows: Sequence[Line]) -> bool:
    for column, sign in sheet.decimals.items():
        if sign == "?" and any(
            c < len(r.cells) and evidence(r.cells[c], sheet.prefix) == "?" for r in rows for c in (column,)
        ):
            return True
    return False

"""Owns how a board of methods is written as a table: columns, rows, headings, and the detail of a row. No figures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workstation.domain.subjects import parse
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.tracing.board import Board, Cell, Line
    from workstation.domain.subjects import Subject

#: Columns before the methods.
BEFORE = 5
_NOTHING = "–"
#: A longer label is an identifier; it is told only where it tells rows apart.
_LABEL = 30


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One row of the table. ``head``: a heading over all columns. ``key``: the subject it selects."""

    cells: tuple[str, ...]
    head: bool = False
    key: str = ""
    detail: str = ""


def heads(board: Board) -> tuple[str, ...]:
    """The heading of each column."""
    return (
        tr("Holder"), tr("Asset"), tr("Holds under"), tr("Smallest"), tr("Largest"), *board.methods, tr("Why"),
    )  # fmt: skip


def rows(board: Board, name: Callable[[Subject], str]) -> list[BoardRow]:
    """All rows, each section with its heading."""
    several = len({line.label for section in board.sections for line in section.lines if line.label}) > 1
    wide = len(heads(board))
    found: list[BoardRow] = []
    for section in board.sections:
        found.append(BoardRow((tr(section.title), *([""] * (wide - 1))), head=True))
        found += [_row(line, board.methods, name, several=several) for line in section.lines]
    return found


def _row(line: Line, methods: Sequence[str], name: Callable[[Subject], str], *, several: bool) -> BoardRow:
    called = _called(line, name)
    if several and line.label:
        called = f"{called} · {line.label}"
    figures = bool(line.cells)
    held = "" if line.held is None else tr("{n} of {m}", n=line.held, m=len(methods))
    cells = (
        called,
        line.asset,
        held,
        _shown(line.smallest),
        _shown(line.largest),
        *((line.cells[m].shown if m in line.cells else _NOTHING) if figures else "" for m in methods),
        line.reason,
    )
    return BoardRow(cells, key=line.subject, detail=_detail(line, methods, several=several))


def _called(line: Line, name: Callable[[Subject], str]) -> str:
    if not line.subject:
        return line.what
    subject = parse(line.subject)
    words = name(subject)
    return words if subject.kind != "transaction" else tr("output without address in {tx}", tx=words)


def _shown(cell: Cell | None) -> str:
    return cell.shown if cell is not None else ""


def _detail(line: Line, methods: Sequence[str], *, several: bool) -> str:
    parts = [parse(line.subject).ref if line.subject else line.what]
    if line.contract:
        parts.append(tr("contract {ref}", ref=line.contract))
    if line.label and (several or len(line.label) < _LABEL):
        parts.append(tr("marked as “{label}”", label=line.label))
    if line.reason:
        parts.append(line.reason)
    same: dict[Cell, list[str]] = {}
    for method in methods:
        if method in line.cells:
            same.setdefault(line.cells[method], []).append(method)
    figures = [
        tr("{methods}: {amount} = {units} base units", methods=", ".join(m), amount=c.words, units=_cut(c.units))
        for c, m in same.items()
    ]
    return "\n".join([" · ".join(parts), *figures])


def _cut(units: str) -> str:
    """A fraction of hundreds of digits is named, not printed: the record and the reports hold it."""
    above, slash, below = units.partition("/")
    if len(units) <= 120 or not slash:
        return units
    return tr("a fraction of {n} over {m} digits", n=len(above), m=len(below))

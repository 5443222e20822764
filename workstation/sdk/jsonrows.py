"""Owns walking a JSON answer row by row: a list inside an envelope, a bare list, JSON lines or one object.

Must not know any format: a reader says which members of the envelope are lists of rows and what one row comes to.
A row that cannot be used comes out as a bad row; a cut file keeps its whole rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from workstation.domain.records import Place, Record
from workstation.sdk.jsonscan import (
    Piece,
    blank,
    elements,
    line_starts,
    many_lines,
    members,
    quarantine,
    text_of,
    value_at,
)
from workstation.sdk.reader import SHAPE, RowProblem, Run, Source, bad, raw_at

#: What a row comes to. The row number and the bytes of the row stand in the place.
Make = Callable[[Any, Place], Iterable[Record]]


def streams(lists: tuple[str, ...]) -> tuple[str, ...]:
    """Locator templates of :func:`records`: one for each list of the envelope, then bare list, lines, one object."""
    return (*(f"/{name}/{{row}}" for name in lists), "/{row}", "line {row}", "/")


def _envelope(text: str, start: int, lists: tuple[str, ...], outside: dict[str, Any]) -> Iterator[tuple[int, Piece]]:
    """Rows of the lists of one envelope; the other members go to ``outside``."""
    walk = members(text, start, frozenset(lists))
    moved: int | None = None
    while True:
        try:
            key, piece = walk.send(moved)  # type: ignore[attr-defined]
        except StopIteration:
            return
        moved = None
        if piece.index < 0:
            if piece.code:
                yield len(lists) + 2, piece
            return
        if key in lists and piece.start == piece.end:
            outside.setdefault(key, [])  # it was a list; its rows are given one by one
            for row in elements(text, piece.start):
                if row.index >= 0 or row.code:
                    yield lists.index(key), row
                moved = row.end
        elif piece.code:
            yield len(lists) + 2, piece
            return
        else:
            outside[key] = piece.value


def _lines(text: str) -> Iterator[Piece]:
    for number, begin, end in line_starts(text):
        piece = value_at(text, begin, number)
        if not piece.code and blank(text, piece.end) < end:
            piece = Piece(number, begin, end, None, SHAPE, "more than one value in a line")
        elif piece.code:
            piece.end = end
        yield piece


def walk(text: str, lists: tuple[str, ...], outside: dict[str, Any]) -> Iterator[tuple[int, Piece]]:
    """(stream, piece) of every row. An envelope without any of the lists is one row: the object itself."""
    start, shift = blank(text, 0), len(lists)
    if text[start : start + 1] == "[":
        for piece in elements(text, start):
            if piece.index >= 0 or piece.code:
                yield shift, piece
    elif many_lines(text):
        for piece in _lines(text):
            yield shift + 1, piece
    elif text[start : start + 1] == "{":
        found = False
        broken: Piece | None = None
        for stream, piece in _envelope(text, start, lists, outside):
            found = found or stream < shift
            if stream < shift:
                yield stream, piece
            else:
                broken = piece
        if broken is not None:
            yield shift + 2, Piece(0 if broken.end > broken.start else -1, broken.start, broken.end, None,
                                   broken.code, broken.problem)  # fmt: skip
        elif not found and not any(isinstance(outside.get(name), list) for name in lists):
            yield shift + 2, value_at(text, start)
    else:
        yield shift + 2, value_at(text, start)


def records(
    source: Source, run: Run, lists: tuple[str, ...], make: Make, outside: dict[str, Any] | None = None, text: str = ""
) -> Iterator[Record]:
    """The records of every row, and the count of rows; ``outside`` gets the members of the envelope beside the lists.

    ``text``: the file as :func:`~workstation.sdk.jsonscan.text_of` gives it, when the reader has it already.
    """
    pieces = walk(text or text_of(source), lists, {} if outside is None else outside)
    yield from of_pieces(source, run, pieces, make)


def of_pieces(source: Source, run: Run, pieces: Iterable[tuple[int, Piece]], make: Make) -> Iterator[Record]:
    """The records of rows found already, as (stream, row); a damaged or unusable row comes out as a bad row."""
    rows = 0
    for stream, piece in pieces:
        if piece.index < 0:
            quarantine(source, piece, stream, run)
            continue
        rows += 1
        if piece.code:
            damaged = quarantine(source, piece, stream, run)
            if damaged is not None:
                yield damaged
            continue
        place = Place(stream, piece.index, None, piece.start, piece.end - piece.start)
        try:
            yield from list(make(piece.value, place))
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), raw_at(source, place))
    run.rows(rows)
    if rows == 0:
        run.remark("warning", "The answer holds no rows.")


def spans(text: str, start: int, key: str) -> list[tuple[int, int]]:
    """(offset, length) of the elements of the list ``key`` of the object at ``start``."""
    walk = members(text, start, frozenset({key}))
    for name, piece in walk:
        if name == key:
            if piece.start != piece.end:
                return []
            return [(row.start, row.end - row.start) for row in elements(text, piece.start) if row.index >= 0]
    return []


def member_at(text: str, start: int, key: str) -> int:
    """Where the value of a member of the object at ``start`` begins; ``start`` itself when there is no such member."""
    for name, piece in members(text, start, frozenset()):
        if name == key:
            return piece.start
    return start


def text_in(row: Any, key: str) -> str:
    """A text member of an object; empty when absent or null, ``RowProblem`` when it is no text."""
    value = row.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RowProblem(SHAPE, f"{key} is not text")
    return value.strip()


def part(row: Any, key: str) -> dict[str, Any]:
    """An object inside an object; empty when absent or null, ``RowProblem`` when it is no object."""
    value = row.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RowProblem(SHAPE, f"{key} is not an object")
    return value


def list_in(row: Any, key: str) -> list[Any]:
    """A list inside an object; empty when absent or null, ``RowProblem`` when it is no list."""
    value = row.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise RowProblem(SHAPE, f"{key} is not a list")
    return value

"""Owns finding the records of a JSON document: a list, named lists inside one object, or JSON lines.

The small members beside the lists are kept in ``head``. Every record comes with its exact bytes (``sdk.jsonscan``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from workstation.sdk.jsonscan import Piece, blank, elements, line_starts, many_lines, members, value_at
from workstation.sdk.reader import NOT_JSON

#: Name of the list that is the document itself, of a document that is one record, and of JSON lines.
TOP, ONE, LINES = "", "/", "line"


def records(text: str, lists: frozenset[str], head: dict[str, Any]) -> Iterator[tuple[str, Piece]]:
    """(list name, piece) of every record; a piece with index -1 and a code says that the document is damaged.

    An object without any of the ``lists`` comes as one piece of the list ``ONE``; ``head`` holds its members too.
    For JSON lines the index of a piece is the line number, from 1.
    """
    start = blank(text, 0)
    first = text[start : start + 1]
    if first == "[":
        for piece in elements(text, start):
            if piece.index >= 0 or piece.code:
                yield TOP, piece
    elif first == "{" and many_lines(text):
        for number, begin, end in line_starts(text):
            piece = value_at(text, begin, number)
            if piece.end > end or (not piece.code and blank(text, piece.end) < end):
                piece = Piece(number, begin, end, None, piece.code or NOT_JSON, piece.problem or "no whole record")
            yield LINES, piece
    elif first == "{":
        yield from _object(text, start, lists, head)


def inside(text: str, start: int, lists: frozenset[str], head: dict[str, Any]) -> Iterator[tuple[str, Piece]]:
    """The same for one object that opens at ``start``: the pieces of its named lists, the rest in ``head``.

    A list that was walked stands in ``head`` as an empty one.
    """
    walk = members(text, start, lists)
    step = next(walk, None)
    while step is not None:
        key, piece = step
        behind: int | None = None
        if piece.index < 0:
            if piece.code:
                yield key, piece
            return
        if key in lists and piece.end == piece.start and text[piece.start : piece.start + 1] == "[":
            head[key] = []
            for item in elements(text, piece.start):
                if item.index >= 0 or item.code:
                    yield key, item
                behind = item.end
        elif piece.code:
            yield key, piece
        else:
            head[key] = piece.value
        try:
            step = walk.send(behind) if behind is not None else next(walk, None)  # type: ignore[attr-defined]
        except StopIteration:
            return


def _object(text: str, start: int, lists: frozenset[str], head: dict[str, Any]) -> Iterator[tuple[str, Piece]]:
    found = False
    for name, piece in inside(text, start, lists, head):
        found = True
        yield name, piece
    if not found and not any(isinstance(head.get(name), list) for name in lists):
        piece = value_at(text, start)
        yield ONE, piece

"""Owns reading JSON piece by piece, with the exact bytes of each piece, and saving what is whole of a damaged file.

The file is looked at as latin-1 text, so a position in the text is a byte of the file; a piece that holds other than
ASCII characters is decoded again as UTF-8. Numbers with a fraction become ``Decimal``; no float is ever made.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from workstation.domain.records import BadRow, Place
from workstation.sdk.reader import CUT_OFF, DEPTH, DUPLICATE_KEY, ENCODING, NOT_JSON, Run, Source, bad, raw_at

MAX_DEPTH = 64
_SPACE = re.compile(r"[ \t\r\n]*")
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|["\[\]{}]', re.DOTALL)
_SCALAR_END = re.compile(r"[,\]}\n]")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class _Duplicate(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _Duplicate
    return made


def _constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON number")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=Decimal, parse_constant=_constant)


@dataclass(slots=True)
class Piece:
    """One value of a list or of a sequence: its index, its bytes and the value, or the problem it has."""

    index: int
    start: int
    end: int
    value: Any
    code: str = ""
    problem: str = ""


def text_of(source: Source) -> str:
    """The whole file as latin-1 text: index = byte offset. A byte order mark becomes blanks."""
    text = str(memoryview(source.data), "latin-1") if source.size else ""
    if text.startswith("\xef\xbb\xbf"):
        text = "   " + text[3:]
    return text


def blank(text: str, position: int) -> int:
    """The first position that is no white space."""
    found = _SPACE.match(text, position)
    return found.end() if found else position


def deeper(value: Any, limit: int = MAX_DEPTH) -> bool:
    """Whether a value nests deeper than the limit."""
    level = [value]
    for _ in range(limit):
        inner: list[Any] = []
        for outer in level:
            if isinstance(outer, dict):
                inner.extend(outer.values())
            elif isinstance(outer, list):
                inner.extend(outer)
        level = [item for item in inner if isinstance(item, dict | list)]
        if not level:
            return False
    return True


def _half_characters(value: Any) -> bool:
    stack = [value]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            if not item.isascii() and item.encode("utf-8", "ignore").decode("utf-8") != item:
                return True
        elif isinstance(item, dict):
            stack += list(item) + list(item.values())
        elif isinstance(item, list):
            stack += item
    return False


def skip(text: str, position: int) -> int | None:
    """End of the value at a position by its brackets and quotes alone; None when the file ends before it does."""
    first = text[position : position + 1]
    if first not in ("[", "{", '"'):
        found = _SCALAR_END.search(text, position)
        return max(found.start(), position + 1) if found else None
    depth = 0
    for token in _TOKEN.finditer(text, position):
        sign = token.group()
        if sign == '"':
            return None
        if sign in ("[", "{"):
            depth += 1
        elif sign in ("]", "}"):
            depth -= 1
        if depth <= 0:
            return token.end()
    return None


def value_at(text: str, position: int, index: int = 0) -> Piece:
    """The value at a position, or a piece that says why there is none (``end`` is then where to go on)."""
    code, problem = NOT_JSON, "not valid JSON"
    try:
        value, end = _DECODER.raw_decode(text, position)
        segment = text[position:end]
        if not segment.isascii():
            value, _ = _DECODER.raw_decode(segment.encode("latin-1").decode("utf-8"))
        if segment.count("[") + segment.count("{") > MAX_DEPTH and deeper(value):
            code, problem = DEPTH, f"nested deeper than {MAX_DEPTH} levels"
        elif _SURROGATE.search(segment) and _half_characters(value):
            code, problem = ENCODING, "a text holds half a character (lone surrogate)"
        else:
            return Piece(index, position, end, value)
        return Piece(index, position, end, None, code, problem)
    except _Duplicate:
        code, problem = DUPLICATE_KEY, "a key appears twice in one object"
    except RecursionError:
        code, problem = DEPTH, f"nested deeper than {MAX_DEPTH} levels"
    except UnicodeDecodeError:
        code, problem = ENCODING, "not valid UTF-8 text"
    except (ValueError, ArithmeticError) as wrong:
        if not isinstance(wrong, json.JSONDecodeError):
            problem = "a number is not usable"
    stop = skip(text, position)
    if stop is None:
        if code == NOT_JSON:
            code, problem = CUT_OFF, "the file ends in the middle of this record"
        stop = len(text)
    return Piece(index, position, stop, None, code, problem)


def elements(text: str, position: int) -> Iterator[Piece]:
    """The values of the list that opens at ``position``. The last piece is the end: its ``index`` is -1.

    The end piece has ``start`` = ``end`` = the position behind the list; a ``code`` there says the list is not closed.
    """
    position, index = blank(text, position + 1), 0
    while True:
        if position >= len(text):
            yield Piece(-1, position, position, None, CUT_OFF, "the file ends before the list is closed")
            return
        if text[position] == "]":
            yield Piece(-1, position + 1, position + 1, None)
            return
        piece = value_at(text, position, index)
        yield piece
        index += 1
        position = blank(text, piece.end)
        if text[position : position + 1] == ",":
            position = blank(text, position + 1)
        elif position < len(text) and text[position] != "]":
            # Garbage between two records: one bad piece up to the next border, then go on.
            found = _SCALAR_END.search(text, position)
            end = max(found.start(), position + 1) if found else len(text)
            yield Piece(index, position, end, None, NOT_JSON, "text between two records")
            index += 1
            position = blank(text, end)
            if text[position : position + 1] == ",":
                position = blank(text, position + 1)


def members(text: str, position: int, lists: frozenset[str]) -> Iterator[tuple[str, Piece]]:
    """The members of the object at ``position``; a member in ``lists`` whose value opens a list is given unread.

    For an unread list the consumer walks :func:`elements` itself and sends back (``generator.send``) the position
    behind it. The last item has the key ``""`` and index -1, with a code when the object is not closed or not JSON.
    """
    position, seen = blank(text, position + 1), set[str]()
    while True:
        if text[position : position + 1] == "}":
            yield "", Piece(-1, position + 1, position + 1, None)
            return
        key = value_at(text, position)
        colon = blank(text, key.end)
        if key.code or not isinstance(key.value, str) or text[colon : colon + 1] != ":":
            code = CUT_OFF if max(position, colon, key.end) >= len(text) else NOT_JSON
            yield "", Piece(-1, position, len(text), None, code, "the file ends in the middle of this record"
                            if code == CUT_OFF else "not valid JSON")  # fmt: skip
            return
        start = blank(text, colon + 1)
        if key.value in seen:
            yield "", Piece(-1, start, start, None, DUPLICATE_KEY, "a key appears twice in one object")
            return
        seen.add(key.value)
        if key.value in lists and text[start : start + 1] == "[":
            moved = yield key.value, Piece(0, start, start, None)
            position = blank(text, moved if isinstance(moved, int) else skip(text, start) or len(text))
        else:
            piece = value_at(text, start)
            yield key.value, piece
            position = blank(text, piece.end)
        if text[position : position + 1] == ",":
            position = blank(text, position + 1)
        elif text[position : position + 1] != "}":
            code = CUT_OFF if position >= len(text) else NOT_JSON
            yield "", Piece(-1, position, len(text), None, code, "the file ends before the record is closed"
                            if code == CUT_OFF else "not valid JSON")  # fmt: skip
            return


def line_starts(text: str) -> Iterator[tuple[int, int, int]]:
    """Non-blank lines as (line number from 1, start, end)."""
    position, number = 0, 0
    while position < len(text):
        number += 1
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        start = blank(text, position)
        if start < end:
            yield number, start, end
        position = end + 1


def many_lines(text: str) -> bool:
    """Whether the file is JSON lines: its first line is a whole object and another line follows."""
    start = blank(text, 0)
    if text[start : start + 1] != "{":
        return False
    end = text.find("\n", start)
    if end < 0 or blank(text, end) >= len(text):
        return False
    return text[start:end].rstrip().endswith("}") and skip(text, start) == len(text[:end].rstrip())


def quarantine(source: Source, piece: Piece, stream: int, run: Run, row: int | None = None) -> BadRow | None:
    """The bad row of a piece with a problem; for an empty piece (a list that is not closed) a warning instead."""
    if piece.end <= piece.start:
        run.remark("warning", f"The file is cut: {piece.problem}. Complete records were kept.")
        return None
    place = Place(stream, max(piece.index, 0) if row is None else row, None, piece.start, piece.end - piece.start)
    return bad(place, piece.code, piece.problem, raw_at(source, place))

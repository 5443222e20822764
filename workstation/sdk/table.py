"""Owns cutting delimited text into records, each with its row number and exact bytes. Must not know any format.

Nothing is lost: a record that cannot be cut comes out with a problem and its raw bytes. A stray quote spoils one
line, never the rest of the file.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass

from workstation.sdk.reader import ENCODING, FIELDS, RAW_LIMIT, TOO_LONG, Source

_CHUNK = 1 << 20
_LONGEST = 1 << 20
_LINES = 64
BOM = b"\xef\xbb\xbf"


@dataclass(slots=True)
class Row:
    """One record: ``number`` counts from 1 with the header as row 1; ``cells`` is empty when there is a ``problem``."""

    number: int
    offset: int
    length: int
    cells: list[str]
    raw: bytes
    code: str = ""
    problem: str = ""


def lines(source: Source) -> Iterator[tuple[int, int, bytes]]:
    """Physical lines as (offset, length, bytes without line end); of a line over 1 MiB only the start is given."""
    data, size = source.data, source.size
    end = b"\n"
    if data.find(b"\n") < 0 and data.find(b"\r") >= 0:
        end = b"\r"
    position = len(BOM) if data[: len(BOM)] == BOM else 0
    while position < size:
        block = data[position : position + _CHUNK]
        if position + len(block) < size:
            cut = block.rfind(end)
            if cut < 0:
                stop = data.find(end, position)
                stop = size if stop < 0 else stop
                length = stop - position
                yield position, length, data[position : position + min(length, _LONGEST + 1)]
                position = stop + 1
                continue
            block = block[:cut]
        pieces = block.split(end)
        if position + len(block) == size and not pieces[-1]:
            pieces.pop()
        for piece in pieces:
            length = len(piece)
            body = piece[:-1] if piece[-1:] == b"\r" else piece
            yield position, len(body), body
            position += length + 1


def _cells(raw: bytes, delimiter: str, quote_count: int) -> list[str]:
    text = raw.decode("utf-8")
    if not quote_count:
        return text.split(delimiter)
    if text[0] == '"' and text[-1] == '"':
        cells = text[1:-1].split(f'"{delimiter}"')
        if quote_count == 2 * len(cells):  # every quote is a border: nothing to unescape
            return cells
    found = list(csv.reader([text], delimiter=delimiter, strict=True))
    if len(found) != 1:
        raise csv.Error("not one record")
    return found[0]


class Table:
    """A delimited file. ``width``, once known, decides how far a quoted line break may reach."""

    def __init__(self, source: Source, delimiter: str) -> None:
        self._source = source
        self._delimiter = delimiter
        self.width = 0

    def rows(self) -> Iterator[Row]:
        """All records in order; blank lines are counted but not given."""
        number = 0
        waiting: list[tuple[int, int, bytes]] = []
        stream = lines(self._source)
        delimiter = self._delimiter
        while True:
            if waiting:
                offset, length, raw = waiting.pop()
            else:
                step = next(stream, None)
                if step is None:
                    return
                offset, length, raw = step
            number += 1
            if not raw or raw.isspace():
                continue
            quotes = raw.count(b'"')
            if quotes & 1 and len(raw) <= _LONGEST:
                joined = self._join(offset, raw, stream, waiting)
                if joined is not None:
                    yield Row(number, offset, len(joined[0]), joined[1], joined[0])
                    continue
            yield self._one(number, offset, length, raw, quotes, delimiter)

    def _one(self, number: int, offset: int, length: int, raw: bytes, quotes: int, delimiter: str) -> Row:
        if length > _LONGEST:
            return Row(number, offset, length, [], raw[:RAW_LIMIT], TOO_LONG, "the line is longer than 1 MiB")
        if b"\0" in raw:
            return Row(number, offset, length, [], raw, ENCODING, "the line holds NUL bytes")
        if quotes & 1:
            return Row(number, offset, length, [], raw, FIELDS, "a quotation mark is not closed")
        try:
            return Row(number, offset, length, _cells(raw, delimiter, quotes), raw)
        except UnicodeDecodeError:
            return Row(number, offset, length, [], raw, ENCODING, "the line is not valid UTF-8 text")
        except csv.Error as problem:
            return Row(number, offset, length, [], raw, FIELDS, f"the line cannot be cut into fields ({problem})")

    def _join(
        self, offset: int, first: bytes, stream: Iterator[tuple[int, int, bytes]], waiting: list[tuple[int, int, bytes]]
    ) -> tuple[bytes, list[str]] | None:
        """A record whose quoted cell holds line breaks; None (and nothing taken) when it does not come out whole."""
        taken: list[tuple[int, int, bytes]] = []
        total, quotes = len(first), first.count(b'"')
        while len(taken) < _LINES and total <= _LONGEST:
            step = waiting.pop() if waiting else next(stream, None)
            if step is None:
                break
            taken.append(step)
            total = step[0] + step[1] - offset
            quotes += step[2].count(b'"')
            if quotes & 1:
                continue
            raw = bytes(self._source.data[offset : offset + total])
            try:
                found = list(
                    csv.reader(raw.decode("utf-8").splitlines(keepends=True), delimiter=self._delimiter, strict=True)
                )
            except (UnicodeDecodeError, csv.Error):
                break
            if len(found) == 1 and (not self.width or len(found[0]) == self.width) and b"\0" not in raw:
                return raw, found[0]
            break
        waiting.extend(reversed(taken))
        return None


def header_name(cell: str) -> str:
    """A header cell for comparing: no BOM, quotes or outer blanks, lower-case, single blanks."""
    return " ".join(cell.replace("\ufeff", "").strip(' "\t').lower().split())


def ends_without_line_end(source: Source) -> bool:
    """Whether the last line may have been cut: the file does not end with a line end."""
    return source.size > 0 and source.data[source.size - 1 : source.size] not in (b"\n", b"\r")

"""Owns cutting delimited text into records, each with its row number and exact bytes. Must not know any format.

Nothing is lost: a record that cannot be cut comes out with a problem and its raw bytes. A stray quote or a bad byte
spoils one line, never the rest of the file. Text in UTF-16 or a code page is not converted: offsets, lengths and raw
bytes are always those of the file.
"""

from __future__ import annotations

import csv
import io
import mmap
from collections.abc import Iterator
from dataclasses import dataclass

from workstation.sdk.encoding import SHOWN
from workstation.sdk.encoding import UTF8_BOM as BOM
from workstation.sdk.reader import ENCODING, FIELDS, RAW_LIMIT, TOO_LONG, Source

_CHUNK = 1 << 20
_LONGEST = 1 << 20
_LINES = 64
_WIDE = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
_END_OF_FILE = "\x1a"  # what DOS programs write behind the last line


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


def lines(source: Source, encoding: str = "utf-8") -> Iterator[tuple[int, int, bytes]]:
    """Physical lines as (offset, length, bytes without line end); of a line over 1 MiB only the start is given."""
    if encoding in _WIDE:
        yield from _wide_lines(source.data, encoding)
        return
    data, size = source.data, source.size
    if data[size - 1 : size] == b"\x1a":
        size -= 1
    end = b"\r" if _ends_with_return(data, b"\n", b"\r") else b"\n"
    position = len(BOM) if data[: len(BOM)] == BOM else 0
    while position < size:
        block = data[position : min(position + _CHUNK, size)]
        if position + len(block) < size:
            cut = block.rfind(end)
            if cut < 0:
                stop = data.find(end, position, size)
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


def _ends_with_return(data: mmap.mmap | bytes, feed: bytes, back: bytes) -> bool:
    """Whether lines end with a carriage return alone, as old Macintosh programs write them."""
    head = data[:_CHUNK]
    return feed not in head and back in head and (head.count(back) > 1 or data.find(feed) < 0)


def _wide_lines(data: mmap.mmap | bytes, encoding: str) -> Iterator[tuple[int, int, bytes]]:
    """The same for text of two bytes per character: a line end is one only where a character begins."""
    size = len(data)
    stop_sign, back = (text.encode(encoding) for text in (_END_OF_FILE, "\r"))
    if size % 2 == 0 and data[size - 2 : size] == stop_sign:
        size -= 2
    end = "\n".encode(encoding)
    if _find_wide(data, end, 0, min(size, _CHUNK)) < 0 and _find_wide(data, back, 0, min(size, _CHUNK)) >= 0:
        end = back
    position = 2 if data[:2] == _WIDE[encoding] else 0
    while position < size:
        stop = _find_wide(data, end, position, size)
        stop = size if stop < 0 else stop
        length = stop - position
        if length >= 2 and data[stop - 2 : stop] == back:
            length -= 2
        yield position, length, bytes(data[position : position + min(length, _LONGEST + 2)])
        position = stop + 2


def _find_wide(data: mmap.mmap | bytes, what: bytes, start: int, stop: int) -> int:
    found = data.find(what, start, stop)
    while found >= 0 and (found - start) & 1:
        found = data.find(what, found + 1, stop)
    return found


def _cells(text: str, delimiter: str, quote_count: int, width: int) -> list[str]:
    if not quote_count:
        return text.split(delimiter)
    if text[0] == '"' and text[-1] == '"':
        cells = text[1:-1].split(f'"{delimiter}"')
        if quote_count == 2 * len(cells):  # every quote is a border: nothing to unescape
            return cells if len(cells) > 1 else _unwrapped(cells, delimiter, width)
    found = list(csv.reader([text], delimiter=delimiter, strict=True))
    if len(found) != 1:
        raise csv.Error("not one record")
    return found[0] if len(found[0]) > 1 else _unwrapped(found[0], delimiter, width)


def _unwrapped(cells: list[str], delimiter: str, width: int) -> list[str]:
    """The record inside a line that was quoted as a whole (its own quotes doubled), or the one cell as it is."""
    inner = cells[0] if cells else ""
    if width == 1 or inner.count(delimiter) < (width - 1 if width else 2):
        return cells
    try:
        found = list(csv.reader([inner], delimiter=delimiter, strict=True))
    except csv.Error:
        return cells
    fits = len(found) == 1 and (len(found[0]) == width if width else len(found[0]) > 2)
    return found[0] if fits else cells


class Table:
    """A delimited file. ``width``, once known, decides how far a quoted line break may reach."""

    def __init__(self, source: Source, delimiter: str, encoding: str = "utf-8") -> None:
        self._source = source
        self._delimiter = delimiter
        self._encoding = encoding
        self._is_wide = encoding in _WIDE
        self.width = 0

    def rows(self) -> Iterator[Row]:
        """All records in order; blank lines are counted but not given."""
        number = 0
        waiting: list[tuple[int, int, bytes]] = []
        stream = lines(self._source, self._encoding)
        while True:
            if waiting:
                offset, length, raw = waiting.pop()
            else:
                step = next(stream, None)
                if step is None:
                    return
                offset, length, raw = step
            number += 1
            if not raw or raw.isspace() or (self._is_wide and raw.decode(self._encoding, "replace").isspace()):
                continue
            quotes = self._quotes(raw) if self._is_wide else raw.count(b'"')
            if quotes & 1 and len(raw) <= _LONGEST:
                joined = self._join(offset, raw, stream, waiting)
                if joined is not None:
                    yield Row(number, offset, len(joined[0]), joined[1], joined[0])
                    continue
            yield self._one(number, offset, length, raw, quotes)

    def _quotes(self, raw: bytes) -> int:
        return raw.decode(self._encoding, "replace").count('"')

    def _one(self, number: int, offset: int, length: int, raw: bytes, quotes: int) -> Row:
        if length > _LONGEST:
            return Row(number, offset, length, [], raw[:RAW_LIMIT], TOO_LONG, "the line is longer than 1 MiB")
        if not self._is_wide and b"\0" in raw:
            return Row(number, offset, length, [], raw, ENCODING, "the line holds NUL bytes")
        if quotes & 1:
            return Row(number, offset, length, [], raw, FIELDS, "a quotation mark is not closed")
        try:
            text = raw.decode(self._encoding)
            if self._is_wide and "\0" in text:
                return Row(number, offset, length, [], raw, ENCODING, "the line holds NUL bytes")
            return Row(number, offset, length, _cells(text, self._delimiter, quotes, self.width), raw)
        except UnicodeDecodeError:
            shown = SHOWN.get(self._encoding, self._encoding)
            return Row(number, offset, length, [], raw, ENCODING, f"the line is not valid {shown} text")
        except csv.Error as problem:
            return Row(number, offset, length, [], raw, FIELDS, f"the line cannot be cut into fields ({problem})")

    def _join(
        self, offset: int, first: bytes, stream: Iterator[tuple[int, int, bytes]], waiting: list[tuple[int, int, bytes]]
    ) -> tuple[bytes, list[str]] | None:
        """A record whose quoted cell holds line breaks; None (and nothing taken) when it does not come out whole."""
        taken: list[tuple[int, int, bytes]] = []
        count = self._quotes
        total, quotes = len(first), count(first)
        while len(taken) < _LINES and total <= _LONGEST:
            step = waiting.pop() if waiting else next(stream, None)
            if step is None:
                break
            taken.append(step)
            total = step[0] + step[1] - offset
            quotes += count(step[2])
            if quotes & 1:
                continue
            raw = bytes(self._source.data[offset : offset + total])
            try:
                text = raw.decode(self._encoding)
                found = list(csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter, strict=True))
            except (UnicodeDecodeError, csv.Error):
                break
            if len(found) == 1 and (not self.width or len(found[0]) == self.width) and "\0" not in text:
                return raw, found[0]
            break
        waiting.extend(reversed(taken))
        return None


def header_name(cell: str) -> str:
    """A header cell for comparing: no BOM, quotes or outer blanks, lower-case, single blanks."""
    return " ".join(cell.replace("\ufeff", "").strip(' "\t').lower().split())


def ends_without_line_end(source: Source, encoding: str = "utf-8") -> bool:
    """Whether the last line may have been cut: the file does not end with a line end."""
    if encoding in _WIDE:
        tail = bytes(source.data[max(0, source.size - 2) : source.size])
        return source.size > 2 and tail not in {c.encode(encoding) for c in ("\n", "\r", _END_OF_FILE)}
    return source.size > 0 and source.data[source.size - 1 : source.size] not in (b"\n", b"\r", b"\x1a")

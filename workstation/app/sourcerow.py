"""Owns the look at the place in an exhibit that a statement comes from: its record, cut into cells, and what is around.

At most :data:`LIMIT` bytes around the place are read, each piece checked against its digest by the case file. Nothing is
interpreted again: cells and numbers are given as they stand in the file. Must not know Qt and must not write.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session
    from workstation.domain.evidence import Citation, Exhibit, Transfer

#: Bytes that are read around one place, at most: of the record, before it, after it, and of the head of the file.
LIMIT = 64 << 10
_RECORD, _AROUND, _HEAD = 32 << 10, 8 << 10, 16 << 10
_NEIGHBOURS = 3
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_DELIMITERS = ",;\t|"
_DATA = re.compile(r"[-+]?[\d.,:/\s]+[A-Za-z%]{0,4}|(0x)?[0-9a-fA-F]{16,}|\d{4}-\d\d-\d\d.*")
_MOST_LINES, _DEEPEST = 2000, 40
_IDENTIFIER = 20

Form = Literal["table", "json", "text", "hex", "none"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A value of a statement to look for among the cells: what it is, its texts, and its exact number if it is one."""

    what: str
    texts: tuple[str, ...]
    numbers: tuple[Decimal, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """One statement and one place that makes it."""

    title: str
    citation: Citation
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a record. ``what``: amount, time … when it holds that value of the statement, else empty."""

    name: str
    text: str
    what: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the exhibit, or of the record as it is laid out. ``here``: it belongs to the record."""

    at: str
    text: str
    here: bool
    what: str = ""


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What stands at a place.

    Attributes:
        holders: the containers an exhibit came out of, the outermost first. cells: of a table only.
        lines: the record with its neighbours. read: bytes of the record that are shown, of ``citation.length``.
    """

    place: Place
    exhibit: Exhibit
    holders: tuple[Exhibit, ...]
    form: Form
    cells: tuple[Cell, ...]
    lines: tuple[Line, ...]
    read: int


# --- places -----------------------------------------------------------------------------------------------------------


def of_transfers(session: Session, ids: Sequence[int]) -> tuple[Place, ...]:
    """Every place that states these transfers, in their order."""
    cited = session.store.citations_many(list(ids))
    known = {transfer.id: transfer for transfer in session.store.transfers(ids=list(ids))}
    return tuple(
        Place(f"T-{number}", citation, wanted_of(known[number]) if number in known else ())
        for number in ids
        for citation in cited[number]
    )


def of_subject(session: Session, subject: Subject, limit: int = 50) -> tuple[Place, ...]:
    """The labels of exhibits on a subject, the transaction itself, and its first transfers."""
    store, ledger = session.store, session.graphs.ledger
    if subject.kind == "transfer":
        return of_transfers(session, [int(subject.ref)])
    address = (Wanted("address" if subject.kind == "address" else subject.kind, (subject.ref,)),)
    tags = store.source_tags(subject) if subject.kind in ("address", "transaction") else []
    made = [Place(tag.label or tag.category, tag.citation, (*address, Wanted("label", (tag.label,)))) for tag in tags]
    if subject.kind == "transaction":
        known = store.transaction(subject.chain, subject.ref)
        if known is not None:
            made += [Place(subject.ref, citation, address) for citation in store.tx_citations(known.id)]
    number = ledger.number(subject)
    if number and subject.kind in ("address", "transaction"):
        parts = (
            [ledger.of_tx(number)] if subject.kind == "transaction" else [ledger.received(number), ledger.sent(number)]
        )
        rows = sorted({int(row) for part in parts for row in part[:limit].tolist()})[:limit]
        made += of_transfers(session, [int(ledger.columns.id[row]) for row in rows])
    return tuple(made)


def of_finding(session: Session, finding: str) -> tuple[Place, ...]:
    """The places behind everything a finding cites, each once."""
    from workstation.domain.subjects import parse

    links = [row for row in session.store.rows("finding_link").values() if row["finding"] == finding]
    found: dict[tuple[int, int, int, str], Place] = {}
    for row in sorted(links, key=lambda each: each["position"]):
        for place in of_subject(session, parse(row["subject"])):
            cite = place.citation
            found.setdefault((cite.exhibit, cite.offset, cite.length, cite.locator), place)
    return tuple(found.values())


def of_event(session: Session, number: int, words: Iterable[tuple[str, str]] = ()) -> tuple[Place, ...]:
    """The places that state an event; ``words`` are (what, text) of the values to mark."""
    wanted = tuple(Wanted(what, (text,), _numbers(text)) for what, text in words if text)
    return tuple(
        Place(f"event {number}", citation, wanted)
        for citation in session.store.statement_citations("event", [number])[number]
    )


def wanted_of(transfer: Transfer) -> tuple[Wanted, ...]:
    """The values of a transfer as a source may write them."""
    found = []
    if transfer.amount is not None:
        written = transfer.asset.written(transfer.amount)
        found.append(Wanted("amount", (written, hex(transfer.amount)), (Decimal(written), Decimal(transfer.amount))))
    if transfer.time is not None:
        found.append(Wanted("time", _times(transfer.time), (Decimal(transfer.time), Decimal(transfer.time) * 1000)))
    for what, ref in (("sender", transfer.sender), ("receiver", transfer.receiver), ("transaction", transfer.tx)):
        if ref:
            found.append(Wanted(what, (ref,)))
    return tuple(found)


def _times(seconds: int) -> tuple[str, ...]:
    from datetime import UTC, datetime

    moment = datetime.fromtimestamp(seconds, UTC)
    day = f"{moment:%Y-%m-%d}"
    return (f"{day} {moment:%H:%M:%S}", f"{day}T{moment:%H:%M:%S}", hex(seconds))


def _numbers(words: str) -> tuple[Decimal, ...]:
    try:
        made = Decimal(words.replace(",", "").strip())
    except InvalidOperation:
        return ()
    return (made,) if made.is_finite() else ()


def matched(words: str, wanted: Sequence[Wanted]) -> str:
    """Which value of the statement a cell holds; empty when none."""
    shown = words.strip().strip('"').strip()
    if not shown or len(shown) > 400:
        return ""
    low, number = shown.casefold(), _numbers(shown)
    for each in wanted:
        for text in each.texts:
            sought = text.casefold()
            if low == sought or (each.what == "time" and low.startswith(sought)):
                return each.what
            if len(sought) >= _IDENTIFIER and sought.removeprefix("0x") in low:
                return each.what
        if number and number[0] in each.numbers and number[0] != 0:
            return each.what
    return ""


# --- reading ----------------------------------------------------------------------------------------------------------


def look(session: Session, place: Place) -> SourceRow:
    """What stands at a place.

    Raises:
        WorkstationError: the stored bytes are damaged.
    """
    cite, store = place.citation, session.store
    exhibit = store.exhibit(cite.exhibit)
    holders: list[Exhibit] = []
    parent = exhibit.parent
    while parent is not None and len(holders) < 8:
        holders.insert(0, store.exhibit(parent))
        parent = holders[0].parent
    if cite.offset < 0 or cite.length < 0:
        return SourceRow(place, exhibit, tuple(holders), "none", (), (), 0)
    at, size = cite.offset, min(cite.length, _RECORD)
    record = store.read_range(cite.exhibit, at, size)
    start = max(0, at - _AROUND)
    before = store.read_range(cite.exhibit, start, at - start)
    after = store.read_range(cite.exhibit, at + cite.length, _AROUND) if cite.length == size else b""
    head = store.read_range(cite.exhibit, 0, _HEAD)
    encoding = encoding_of(head, record)
    if not encoding:
        lines = hex_lines(before[-16 * _NEIGHBOURS :], record, after[: 16 * _NEIGHBOURS], at)
        return SourceRow(place, exhibit, tuple(holders), "hex", (), lines, len(record))
    text = record.decode(encoding, "replace").lstrip("\ufeff")
    around = _before(before, encoding, start == 0), _after(after, encoding)
    cut = len(record) < cite.length
    if is_json(text, cut):
        middle = [Line("", line, True, _json_match(line, place.wanted)) for line in indented(text)]
        lines = (*_neighbours(around[0]), *middle, *_neighbours(around[1]))
        return SourceRow(place, exhibit, tuple(holders), "json", (), lines, len(record))
    shown = [Line("", line, True) for line in text.rstrip("\r\n").splitlines()[:_MOST_LINES] or [""]]
    lines = (*_neighbours(around[0]), *shown, *_neighbours(around[1]))
    cells = () if cut else cells_of(text, head.decode(encoding, "replace").lstrip("\ufeff"), at == 0, place.wanted)
    return SourceRow(place, exhibit, tuple(holders), "table" if cells else "text", cells, lines, len(record))


def encoding_of(head: bytes, record: bytes) -> str:
    """The encoding a record can be read in; empty when it is no text."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return "utf-8" if name == "utf-8-sig" else name
    if b"\0" in record or sum(byte < 9 or 13 < byte < 32 for byte in record) * 20 > len(record):
        return ""
    try:
        record.decode("utf-8")
    except UnicodeDecodeError as problem:
        # cut inside a letter at the end of what is read: still UTF-8
        if problem.start < len(record) - 4 or not record[: problem.start]:
            return "cp1252" if _one_byte(record) else ""
    return "utf-8"


def _one_byte(record: bytes) -> bool:
    """Whether bytes that are no UTF-8 read like a text of Western Europe: mostly letters, some above 127."""
    return sum(byte > 127 for byte in record) * 4 <= len(record)


def _before(data: bytes, encoding: str, whole: bool) -> list[str]:
    found = data.decode(encoding, "replace").lstrip("\ufeff").splitlines()
    return found[-_NEIGHBOURS:] if whole else found[1:][-_NEIGHBOURS:] or found[-1:]


def _after(data: bytes, encoding: str) -> list[str]:
    found = data.decode(encoding, "replace").splitlines()
    if found and not found[0].strip(" ,;]}\t"):
        found = found[1:]  # the end of the line the record stands in
    return found[:_NEIGHBOURS]


def _neighbours(lines: Sequence[str]) -> list[Line]:
    return [Line("", line, False) for line in lines]


# --- forms ------------------------------------------------------------------------------------------------------------


def cells_of(record: str, head: str, first: bool, wanted: Sequence[Wanted]) -> tuple[Cell, ...]:
    """The record of a delimited table with the names of its columns; empty when it is none."""
    delimiter = max(_DELIMITERS, key=lambda sign: (len(_cut(record, sign)), -_DELIMITERS.index(sign)))
    values = _cut(record, delimiter)
    if len(values) < 2:
        return ()
    names: list[str] = []
    for line in [] if first else head.splitlines():
        cut = _cut(line, delimiter)
        if len(cut) == len(values):
            names = cut if not any(_DATA.fullmatch(cell.strip()) for cell in cut) and any(cut) else []
            break
    names = names if names and names != values else [""] * len(values)
    return tuple(
        Cell(name.strip() or f"column {number}", value, matched(value, wanted))
        for number, (name, value) in enumerate(zip(names, values, strict=True), 1)
    )


def _cut(line: str, delimiter: str) -> list[str]:
    try:
        found = list(csv.reader(io.StringIO(line.rstrip("\r\n"), newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return []
    return found[0] if len(found) == 1 else []


def is_json(text: str, cut: bool = False) -> bool:
    """Whether a record is an object or a list of JSON; of one that is cut only its beginning can tell."""
    start = text.lstrip()
    if not start.startswith(("{", "[")):
        return False
    if cut:
        return start[1:].lstrip().startswith(('"', "{", "[", "]", "}"))
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def indented(text: str) -> list[str]:
    """JSON on many lines, every number, name and repeated name exactly as it is written in the file."""
    lines, line, depth, at = [], "", 0, 0
    for found in re.finditer(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', text, re.S):
        part, at = found.group(), found.end()
        if part in "{[":
            rest = text[at:].lstrip()[:1] if len(text) - at < 64 else text[at : at + 64].lstrip()[:1]
            line += part
            if rest not in ("}", "]"):
                lines.append(line)
                depth += 1
                line = "  " * min(depth, _DEEPEST)
        elif part in "}]":
            if line.strip() and line[-1:] not in "{[":
                lines.append(line)
            if line[-1:] in ("{", "["):
                line += part
            else:
                depth = max(0, depth - 1)
                line = "  " * min(depth, _DEEPEST) + part
        elif part == ",":
            lines.append(line + ",")
            line = "  " * min(depth, _DEEPEST)
        else:
            line += ": " if part == ":" else part
        if len(lines) >= _MOST_LINES:
            return [*lines, "…"]
    return [*lines, line] if line.strip() else lines


def _json_match(line: str, wanted: Sequence[Wanted]) -> str:
    _, colon, value = line.partition('": ')
    return matched((value if colon else line).strip().rstrip(","), wanted)


def hex_lines(before: bytes, record: bytes, after: bytes, at: int) -> tuple[Line, ...]:
    """Bytes in rows of sixteen, with their offsets and what of them is printable."""
    made: list[Line] = []
    for data, start, here in ((before, at - len(before), False), (record, at, True), (after, at + len(record), False)):
        for row in range(0, len(data), 16):
            part = data[row : row + 16]
            printable = "".join(chr(byte) if 32 <= byte < 127 else "." for byte in part)
            made.append(Line(f"{start + row:08x}", f"{part.hex(' '):<47}  {printable}", here))
    return tuple(made)

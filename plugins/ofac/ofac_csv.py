"""Reads SDN.CSV and SDN_COMMENTS.CSV of OFAC: digital-currency addresses out of the remarks.

Owns these two headerless tables. SDN.CSV cuts the remarks at 1,000 characters and goes on in the comments file, often
in the middle of an address. The two files are two exhibits, so a cut address is quarantined in both and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from workstation.domain import addresses
from workstation.domain.records import Place, Record
from workstation.sdk.attribution import Tags, stated_day
from workstation.sdk.reader import CUT_OFF, FIELDS, NO, Refusal, RowProblem, Run, Sniff, Source, bad
from workstation.sdk.table import Row, Table, ends_without_line_end

STREAMS = ("row {row}", "row {row}, address {sub}")
_CUT = 1000
_WIDTH, _COMMENTS = 12, 2
_PHRASE = "Digital Currency Address - "
_FOUND = re.compile(r"Digital Currency Address - ([A-Za-z0-9]{2,10}) ([^\s;]+)")
#: What the comments file may begin with: the end of the phrase (at least its dash), the coin and the whole address.
_BEGUN = re.compile(r"(?:[A-Za-z ]{0,30}- )([A-Z0-9]{2,10}) ([A-Za-z0-9:]{20,120})\Z")
_COIN = re.compile(r"[A-Z0-9]{0,10} ([A-Za-z0-9:]{20,120})\Z")
_TAIL = re.compile(r"[A-Za-z0-9:]{1,120}\Z")
_MIXED = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9:]{6,}\Z")
_NULL = "-0-"


def _numbered(row: Row) -> bool:
    return bool(row.cells) and row.cells[0].strip().isascii() and row.cells[0].strip().isdigit()


def _whole(text: str) -> bool:
    """Whether a piece that starts at the cut is an address of its own: only a checksum can say so."""
    return bool(set(addresses.recognise(text)) - {"solana"})


def sniff(head: bytes, name: str) -> Sniff:
    """By twelve columns with a number first and ``-0-`` for nothing, or by a number and a long remark."""
    rows = [row for row, _ in zip(Table(Source(name, head), ",").rows(), range(40), strict=False) if not row.code]
    if len(head) == 65536 and len(rows) > 1:
        rows.pop()
    rows = [row for row in rows if row.raw.strip() != b"\x1a"]
    if not rows or not all(map(_numbered, rows)):
        return NO
    if all(len(row.cells) == _WIDTH for row in rows) and any(
        cell.strip() == _NULL for row in rows for cell in row.cells
    ):
        return Sniff(0.97, "12 columns without header, -0- for nothing: SDN.CSV of OFAC")
    named = "comment" in name.lower() and "sdn" in name.lower()
    long = sum(";" in row.cells[-1] and row.cells[-1].rstrip().endswith(".") for row in rows)
    if all(len(row.cells) == _COMMENTS for row in rows) and (named or "a.k.a." in str(rows[0].cells)) and long:
        return Sniff(0.95 if named else 0.9, "two columns, a number and the rest of a remark: SDN_COMMENTS.CSV of OFAC")
    return NO


class _Remarks:
    """Finds addresses in the remarks of one party."""

    def __init__(self, tags: Tags, date: str) -> None:
        self.tags, self.date = tags, date

    def one(self, row: Row, sub: int, word: str, address: str, who: tuple[str, str, str]) -> Record:
        """The tag of one address, or its bad row."""
        place = Place(1, row.number, sub, row.offset, row.length)
        name, uid, programmes = who
        try:
            chain, ref = self.tags.address(address, word)
        except RowProblem as problem:
            return bad(place, problem.code, str(problem), row.raw)
        told = f"uid {uid}" + (f", programme {programmes}" if programmes else "")
        return self.tags.tag(
            place, chain, ref, name or f"OFAC sanctioned party uid {uid}", category="sanction", actor=name,
            source=f"US Treasury OFAC SDN list ({told})", date=self.date,
        )  # fmt: skip

    def party(self, row: Row) -> Iterator[Record]:
        """The addresses of a row of SDN.CSV; one that reaches the cut is quarantined."""
        uid, name = row.cells[0].strip(), row.cells[1].strip()
        programmes = "" if row.cells[3].strip() == _NULL else row.cells[3].strip().replace("] [", ", ").strip("[] ")
        remarks = row.cells[11]
        for sub, found in enumerate(_FOUND.finditer(remarks)):
            if found.end() >= len(remarks) and len(remarks) >= _CUT:
                place = Place(1, row.number, sub, row.offset, row.length)
                reason = f"cut; the rest is in the comments file (uid {uid}): {found[2][:100]!r}"
                yield bad(place, CUT_OFF, reason, row.raw)
            else:
                yield self.one(row, sub, found[1], found[2].rstrip("."), (name, uid, programmes))

    def comment(self, row: Row) -> Iterator[Record]:
        """The addresses of a row of SDN_COMMENTS.CSV; the second half of a cut one is quarantined."""
        uid, text = row.cells[0].strip(), row.cells[1].strip()
        who = ("", uid, "")
        head, _, rest = text.partition(";")
        head = head.strip().removesuffix(".")
        sub = 0
        begun = _BEGUN.match(head)
        coin = _COIN.match(head)
        tail = _TAIL.match(head)
        if _PHRASE in head:
            rest = text
        elif begun and _PHRASE.endswith(head[: begun.start(1)][-len(_PHRASE) :]):
            yield self.one(row, sub, begun[1], begun[2], who)
            sub += 1
        elif coin and addresses.recognise(coin[1]):
            yield self.one(row, sub, "", coin[1], who)
            sub += 1
        elif tail and _whole(head):
            yield self.one(row, sub, "", head, who)
            sub += 1
        elif tail and (_MIXED.match(head) or rest.lstrip().removeprefix("alt. ").startswith(_PHRASE)):
            place = Place(1, row.number, sub, row.offset, row.length)
            yield bad(place, CUT_OFF, f"cut; the first half is in SDN.CSV (uid {uid}): {head[:100]!r}", row.raw)
            sub += 1
        for number, found in enumerate(_FOUND.finditer(rest)):
            yield self.one(row, sub + number, found[1], found[2].rstrip("."), who)


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """A tag for every whole digital-currency address in the remarks."""
    remarks = _Remarks(Tags(run), stated_day(parameters))
    table = Table(source, ",")
    total = without = given = 0
    for row in table.rows():
        if row.raw.strip() == b"\x1a":
            run.skipped("the end mark 0x1A of old tables")
            continue
        total += 1
        place = Place(0, row.number, None, row.offset, row.length)
        if row.code:
            yield bad(place, row.code, row.problem, row.raw)
            continue
        if not table.width:
            if len(row.cells) not in (_WIDTH, _COMMENTS) or not _numbered(row):
                raise Refusal("This table is neither SDN.CSV (12 columns) nor SDN_COMMENTS.CSV (2 columns) of OFAC.")
            table.width = len(row.cells)
        if len(row.cells) != table.width or not _numbered(row):
            yield bad(place, FIELDS, f"{len(row.cells)} fields instead of {table.width}, the first a number", row.raw)
            continue
        before = given
        for record in remarks.party(row) if table.width == _WIDTH else remarks.comment(row):
            given += 1
            yield record
        without += given == before
    if without:
        run.skipped("rows without a digital-currency address", without)
    if table.width == _COMMENTS:
        run.remark("warning", "SDN_COMMENTS.CSV names no party: import SDN.CSV too; its tags here carry the uid only.")
    if not remarks.date:
        run.remark("warning", "The list states no date: give the date of the list, because parties are delisted.")
    run.rows(total)
    if not given:
        run.remark("warning", "The list holds no digital-currency address.")
    if ends_without_line_end(source) and source.data[source.size - 1 : source.size] != b"\x1a":
        run.remark("warning", "The file does not end with a line end: its last line may be cut short.")

"""Reads the pattern files of the AMLworld data: blocks of bank transfers that form one laundering attempt.

Owns that shape: ``BEGIN LAUNDERING ATTEMPT - FAN-OUT: …``, rows without header, ``END LAUNDERING ATTEMPT - FAN-OUT``.
The data are synthetic. Accounts are names, not ledger addresses, so the transfers are stated ones. Names and the paid
amount are those of the layout ``amlworld.transactions``, so that a row of both files is one transfer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from workstation.domain.records import Place, Record, TagRecord, TransferRecord
from workstation.sdk.attribution import details, event, short
from workstation.sdk.reader import FIELDS, MISSING, NO, SHAPE, TIME, Refusal, RowProblem, Run, Sniff, Source, bad
from workstation.sdk.table import Table, ends_without_line_end
from workstation.sdk.text import number_text

STREAMS = ("line {row}",)
_BEGIN = re.compile(r"BEGIN LAUNDERING ATTEMPT - ([A-Z][A-Z -]{1,40})(?::\s*(.{0,200}))?\Z")
_END = re.compile(r"END LAUNDERING ATTEMPT - ([A-Z][A-Z -]{1,40})\Z")
_HEAD = re.compile(rb"^BEGIN LAUNDERING ATTEMPT - [A-Z]", re.MULTILINE)
_NUMBER = re.compile(r"[0-9A-Za-z]{1,40}\Z", re.ASCII)
_COLUMNS = ("time", "from bank", "from account", "to bank", "to account", "amount received", "receiving currency",
            "amount paid", "payment currency", "payment format", "is laundering")  # fmt: skip


def sniff(head: bytes, name: str) -> Sniff:
    """By the line that begins an attempt."""
    if _HEAD.search(head):
        return Sniff(0.97, "blocks that begin with BEGIN LAUNDERING ATTEMPT, as AMLworld pattern files have")
    return NO


def account(bank: str, number: str) -> str:
    """The name of an account: banks number their accounts on their own, so the bank belongs to it."""
    if not _NUMBER.match(bank) or not _NUMBER.match(number):
        raise RowProblem(SHAPE, f"not a bank and an account number: {bank[:40]!r}, {number[:40]!r}")
    return f"bank {bank} account {number}"


def _time(text: str) -> int:
    try:
        if not text.isascii():
            raise ValueError
        made = datetime.strptime(text, "%Y/%m/%d %H:%M").replace(tzinfo=UTC)
    except ValueError as problem:
        raise RowProblem(TIME, f"not a time like 2022/09/01 00:20: {text[:40]!r}") from problem
    return (made - datetime(1970, 1, 1, tzinfo=UTC)).days * 86400 + made.hour * 3600 + made.minute * 60


class _Attempts:
    """Turns the rows of attempts into stated transfers, and their accounts into tags."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.number = 0
        self.kind = self.more = ""
        self._tagged: set[str] = set()

    def begin(self, kind: str, more: str) -> None:
        """A new attempt starts."""
        self.number += 1
        self.kind, self.more = kind, more
        self._tagged = set()

    def records(self, cells: list[str], place: Place) -> list[Record]:
        """The transfer of a row, and a tag for each account that the attempt names for the first time."""
        if len(cells) != len(_COLUMNS):
            raise RowProblem(FIELDS, f"{len(cells)} fields instead of {len(_COLUMNS)}")
        cells = [cell.strip() for cell in cells]
        time = _time(cells[0])
        sender, receiver = account(cells[1], cells[2]), account(cells[3], cells[4])
        received, paid = number_text(cells[5]), number_text(cells[7])
        if not cells[6] or not cells[8]:
            raise RowProblem(MISSING, "a currency is missing")
        made: list[Record] = [
            TransferRecord(
                place=place, chain="stated", tx="", block=None, position=None, time=time, time_basis="stated",
                time_text=cells[0], kind="stated", index=None, sender=sender, receiver=receiver, contract="",
                symbol=short(cells[8], 100), decimals=None, amount=None, amount_text=paid, absent=None,
                previous_tx="", previous_index=None, script="", sequence=None,
            )
        ]  # fmt: skip
        if (received, cells[6]) != (paid, cells[8]):
            told = details(zip(_COLUMNS, cells, strict=True))
            made.append(event(place, "other", "AMLworld", told, account=sender, counterparty=receiver, time=time,
                              time_text=cells[0]))  # fmt: skip
        label = short(f"laundering attempt {self.number}: {self.kind}" + (f" ({self.more})" if self.more else ""))
        for name in (sender, receiver):
            if name not in self._tagged:
                self._tagged.add(name)
                made.append(TagRecord(place, "stated", "address", name, label, "typology", "", "", self.source, ""))
        return made


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """Stated transfers and typology tags of every attempt."""
    attempts = _Attempts(short(f"AMLworld patterns: {source.name}"))
    total = converted = 0
    inside = False
    for row in Table(source, ",").rows():
        place = Place(0, row.number, None, row.offset, row.length)
        line = row.raw[:400].decode("utf-8", "replace").strip()
        begin, end = _BEGIN.match(line), _END.match(line)
        if begin:
            attempts.begin(begin[1].strip(), (begin[2] or "").strip())
            inside = True
        elif end and inside:
            inside = False
        else:
            total += 1
            if total == 1 and not attempts.number and row.code:
                raise Refusal("This file is no AMLworld pattern file: no laundering attempt begins in it.")
            try:
                if row.code:
                    raise RowProblem(row.code, row.problem)
                if not inside:
                    raise RowProblem(SHAPE, "a line outside any laundering attempt")
                made = attempts.records(row.cells, place)
            except RowProblem as problem:
                yield bad(place, problem.code, str(problem), row.raw)
                continue
            converted += any(
                record.__class__ is not TransferRecord and record.__class__ is not TagRecord for record in made
            )
            yield from made
    run.rows(total)
    if not attempts.number:
        raise Refusal("This file is no AMLworld pattern file: no laundering attempt begins in it.")
    run.remark("assumption", "Times have no zone and are read as UTC. The data are synthetic, of no real bank.")
    if converted:
        run.remark(
            "warning",
            f"{converted} rows are received in another currency than paid: the transfer shows what is paid.",
        )
    if inside:
        run.remark("warning", "The last laundering attempt does not end: the file may be cut.")
    if ends_without_line_end(source):
        run.remark("warning", "The file does not end with a line end: its last line may be cut short.")

"""Reads a CSV file with the columns time, sender, receiver and amount (seconds UTC, wei of Ethereum)."""

from collections.abc import Iterator, Mapping

from workstation.domain.records import BadRow, Place, TransferRecord
from workstation.sdk.reader import FIELDS, NO, RowProblem, Run, Sniff, Source, bad, payment
from workstation.sdk.table import Row, Table
from workstation.sdk.text import Checker, seconds, units

STREAMS = ("row {row}",)
COLUMNS = ["time", "sender", "receiver", "amount"]


def sniff(head: bytes, name: str) -> Sniff:
    """Sure when the first row names exactly our columns."""
    first = next(iter(Table(Source(name, head), ",").rows()), None)
    return Sniff(0.95, "the header names our columns") if first is not None and first.cells == COLUMNS else NO


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[TransferRecord | BadRow]:
    """One payment for each row; a row that cannot be used is handed back with its text and the reason."""
    for row in Table(source, ",").rows():
        if row.cells == COLUMNS:
            continue
        place = Place(0, row.number, None, row.offset, row.length)
        try:
            yield _payment(row, place)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), row.raw)


def _payment(row: Row, place: Place) -> TransferRecord:
    if row.problem or len(row.cells) != len(COLUMNS):
        raise RowProblem(row.code or FIELDS, row.problem or f"{len(row.cells)} fields instead of {len(COLUMNS)}")
    check = Checker()
    time, sender, receiver, amount = row.cells
    return payment(
        place, chain="ethereum", time=seconds(time), sender=check("ethereum", sender),
        receiver=check("ethereum", receiver), amount=units(amount), symbol="ETH", decimals=18,
    )  # fmt: skip

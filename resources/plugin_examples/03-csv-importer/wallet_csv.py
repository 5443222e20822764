"""A reader: turns the history of an invented wallet into payments, row by row, with the place of each row.

A reader never guesses. What the file leaves open (whose wallet it is) is asked before reading; a row that cannot be used
is handed back with its text and the reason; a file that is no such history is refused with a sentence for the officer.
"""

from collections.abc import Iterator, Mapping

from workstation.domain.records import BadRow, Place, TransferRecord
from workstation.sdk.reader import FIELDS, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, payment
from workstation.sdk.table import Row, Table
from workstation.sdk.text import Checker, amount, moment

STREAMS = ("row {row}",)
COLUMNS = ["date", "direction", "counterparty", "amount"]


def sniff(head: bytes, name: str) -> Sniff:
    """By the header. It leaves open whose wallet it is, so that is asked."""
    first = next(iter(Table(Source(name, head), ",").rows()), None)
    if first is None or first.cells != COLUMNS:
        return NO
    return Sniff(0.9, "the header is date, direction, counterparty, amount", questions=("subject",))


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[TransferRecord | BadRow]:
    """The payments of the file."""
    rows = Table(source, ",").rows()
    first = next(rows, None)
    if first is None or first.cells != COLUMNS:
        raise Refusal("The first line is not date,direction,counterparty,amount.")
    check = Checker()
    try:
        own = check("bitcoin", parameters.get("subject", ""))
    except RowProblem as problem:
        raise Refusal(f"State the address the file is about: {problem}.") from problem
    run.remark("assumption", "Times have no zone and are read as UTC, as this wallet writes them.")
    total = 0
    for row in rows:
        total += 1
        place = Place(0, row.number, None, row.offset, row.length)
        try:
            yield _payment(row, place, own, check)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), row.raw)
    run.rows(total)


def _payment(row: Row, place: Place, own: str, check: Checker) -> TransferRecord:
    if row.problem or len(row.cells) != len(COLUMNS):
        raise RowProblem(row.code or FIELDS, row.problem or f"{len(row.cells)} fields instead of {len(COLUMNS)}")
    date, direction, other, coins = (cell.strip() for cell in row.cells)
    if direction not in ("in", "out"):
        raise RowProblem(SHAPE, "the direction is neither in nor out")
    party = check("bitcoin", other)
    sender, receiver = (party, own) if direction == "in" else (own, party)
    return payment(
        place, chain="bitcoin", time=moment(date + "Z", None), sender=sender, receiver=receiver,
        amount=amount(coins, 8), symbol="BTC", decimals=8,
    )  # fmt: skip

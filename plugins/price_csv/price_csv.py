"""Reads our own small table of daily prices (``FORMAT.md`` beside this file).

Owns that format. It is strict: what is not exactly a day, an asset, a currency, a rate and a source is quarantined.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from workstation.domain.chains import CHAINS
from workstation.domain.records import Place, PriceRecord, Record
from workstation.sdk.reader import (
    AMOUNT,
    DUPLICATE_KEY,
    FIELDS,
    MISSING,
    NETWORK,
    NO,
    SHAPE,
    TIME,
    Refusal,
    RowProblem,
    Run,
    Sniff,
    Source,
    bad,
)
from workstation.sdk.table import Table, ends_without_line_end, header_name
from workstation.sdk.text import Checker

STREAMS = ("row {row}",)
_HEADER = ("date", "asset", "currency", "rate", "source")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_SYMBOL = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-]{0,29}\Z", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3,10}\Z", re.ASCII)
_RATE = re.compile(r"[0-9]{1,40}(?:\.[0-9]{1,40})?\Z", re.ASCII)


def sniff(head: bytes, name: str) -> Sniff:
    """By exactly the five columns."""
    first = next(iter(Table(Source(name, head), ",").rows()), None)
    if first is not None and tuple(map(header_name, first.cells)) == _HEADER:
        return Sniff(1.0, "the header is exactly date, asset, currency, rate, source: our price list")
    return NO


class _Prices:
    """Turns rows into prices and finds a second rate for the same day."""

    def __init__(self) -> None:
        self._check = Checker()
        self._seen: set[tuple[str, str, str, str]] = set()

    def record(self, cells: list[str], place: Place) -> PriceRecord:
        """One price; ``RowProblem`` when a cell is not exactly what it must be."""
        if len(cells) != len(_HEADER):
            raise RowProblem(FIELDS, f"{len(cells)} fields instead of {len(_HEADER)}")
        day, asset, currency, rate, source = (cell.strip() for cell in cells)
        try:
            if not _DAY.match(day):
                raise ValueError
            date.fromisoformat(day)
        except ValueError as problem:
            raise RowProblem(TIME, f"not a day like 2021-05-08: {day[:40]!r}") from problem
        asset = self._asset(asset)
        if not _CURRENCY.match(currency):
            raise RowProblem(SHAPE, f"not a currency in capital letters: {currency[:40]!r}")
        if not _RATE.match(rate):
            raise RowProblem(AMOUNT, f"not a plain decimal rate: {rate[:60]!r}")
        if not rate.strip("0."):
            raise RowProblem(AMOUNT, "a rate of zero says nothing")
        if not source or len(source) > 500:
            raise RowProblem(MISSING, "the source of the rate is missing (or longer than 500 characters)")
        key = (day, asset, currency, source)
        if key in self._seen:
            raise RowProblem(DUPLICATE_KEY, "a second rate for this day, asset, currency and source")
        self._seen.add(key)
        return PriceRecord(place, day, asset, currency, rate, source)

    def _asset(self, text: str) -> str:
        chain, colon, contract = text.partition(":")
        if not colon:
            if not _SYMBOL.match(text):
                raise RowProblem(SHAPE, f"not a symbol: {text[:60]!r}")
            return text
        if chain not in CHAINS or chain == "stated":
            raise RowProblem(NETWORK, f"unknown chain {chain[:40]!r}")
        return f"{chain}:{self._check(chain, contract)}"


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """Every price of the table."""
    table = Table(source, ",")
    prices = _Prices()
    total = given = 0
    header = False
    for row in table.rows():
        if not header:
            if row.code or tuple(map(header_name, row.cells)) != _HEADER:
                raise Refusal(f"This is no price list: its header must be {','.join(_HEADER)} (see FORMAT.md).")
            header, table.width = True, len(_HEADER)
            continue
        total += 1
        place = Place(0, row.number, None, row.offset, row.length)
        try:
            if row.code:
                raise RowProblem(row.code, row.problem)
            record = prices.record(row.cells, place)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), row.raw)
            continue
        given += 1
        yield record
    if not header:
        raise Refusal(f"This is no price list: its header must be {','.join(_HEADER)} (see FORMAT.md).")
    run.rows(total)
    if not given:
        run.remark("warning", "The list holds no usable price.")
    if ends_without_line_end(source):
        run.remark("warning", "The file does not end with a line end: its last line may be cut short.")

"""Reads answers of Esplora and mempool servers: lists of transactions, one transaction, or JSON lines of them.

Owns that shape. Amounts are satoshi. An input whose spent output is not in the file stays unknown; an output without
address keeps its script. "A paid B" is never said here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import Chain
from workstation.domain.records import Place, Record, Status
from workstation.sdk import utxo
from workstation.sdk.jsonscan import Piece, blank, elements, line_starts, many_lines, quarantine, text_of, value_at
from workstation.sdk.reader import NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.text import Checker, count, known_chain, seconds, transaction, units

STREAMS = ("/{row}", "/{row}/vin/{sub}", "/{row}/vout/{sub}", "/", "/vin/{sub}", "/vout/{sub}",
           "line {row} /", "line {row} /vin/{sub}", "line {row} /vout/{sub}")  # fmt: skip
_LIST, _ONE, _LINES = 0, 3, 6
_PAGE = 25
_SCRIPT = 100_000
_TX = re.compile(rb'"txid"\s*:')
_VOUT = re.compile(rb'"scriptpubkey(?:_type)?"\s*:')
_STATUS = re.compile(rb'"(?:status|vin)"\s*:')
_SUMMARY = "This is an Esplora address summary: it holds totals only, no transactions."


def sniff(head: bytes, name: str) -> Sniff:
    """By the keys ``txid``, ``vin`` and ``scriptpubkey`` in lower case, which only Esplora writes."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"[", b"{"):
        return NO
    if b'"chain_stats"' in head and b'"vin"' not in head:
        return Sniff(0.95, _SUMMARY, _SUMMARY)
    if _TX.search(head) and _VOUT.search(head) and _STATUS.search(head):
        return Sniff(0.98, "JSON with txid, vin and scriptpubkey, as Esplora and mempool servers answer")
    return NO


class _Reader:
    """Turns one transaction object into records."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self.check = Checker()
        self.confirmed = 0

    def _script(self, output: Mapping[str, Any]) -> str:
        kind, text = output.get("scriptpubkey_type", ""), output.get("scriptpubkey", "")
        if not isinstance(kind, str) or not isinstance(text, str):
            raise RowProblem(SHAPE, "a script is not text")
        return f"{kind} {text}".strip()[:_SCRIPT]

    def _owner(self, output: Mapping[str, Any]) -> tuple[str | None, str]:
        """The address of an output, or None and its script."""
        address = output.get("scriptpubkey_address")
        if address is None:
            return None, self._script(output)
        if not isinstance(address, str):
            raise RowProblem(SHAPE, "an address is not text")
        return self.check(self.chain.key, address), ""

    def records(self, value: Any, stream: int, row: int, start: int, length: int) -> list[Record]:
        """The records of one transaction; ``RowProblem`` when any part of it cannot be used: never half of one."""
        if not isinstance(value, dict):
            raise RowProblem(SHAPE, "not a transaction object")
        inputs, outputs, state = value.get("vin"), value.get("vout"), value.get("status")
        if not isinstance(inputs, list) or not isinstance(outputs, list):
            raise RowProblem(SHAPE, "a transaction without its lists vin and vout")
        tx = transaction(value.get("txid"), "utxo")
        block: int | None = None
        time: int | None = None
        status: Status = "pending"
        if state is not None and not isinstance(state, dict):
            raise RowProblem(SHAPE, "the status is not an object")
        if state and state.get("confirmed") is True:
            status = "ok"
            block = count(state["block_height"], "block height") if "block_height" in state else None
            time = seconds(state["block_time"]) if "block_time" in state else None
            self.confirmed += 1
        told = utxo.Head(self.chain, tx, block, None, time, status)
        made: list[Record] = [told.transaction(Place(stream, row, None, start, length))]
        for index, item in enumerate(inputs):
            place = Place(stream + 1, row, index, start, length)
            if not isinstance(item, dict):
                raise RowProblem(SHAPE, "an input is not an object")
            if item.get("is_coinbase") is True:
                made.append(told.coinbase(place, index))
                continue
            spent = item.get("prevout")
            owner, script, worth = None, "", None
            if isinstance(spent, dict):
                owner, script = self._owner(spent)
                worth = units(spent.get("value"))
            elif spent is not None:
                raise RowProblem(SHAPE, "a spent output is not an object")
            previous, output = transaction(item.get("txid"), "utxo"), count(item.get("vout"), "output number")
            made.append(told.spent(place, index, owner, worth, script, previous, output))
        for index, item in enumerate(outputs):
            if not isinstance(item, dict):
                raise RowProblem(SHAPE, "an output is not an object")
            owner, script = self._owner(item)
            place = Place(stream + 2, row, index, start, length)
            made.append(told.paid(place, index, owner, units(item.get("value")), script))
        return made


def _pieces(text: str, run: Run) -> Iterator[tuple[int, int, Piece]]:
    """(stream, row, piece) of every transaction in the file."""
    start = blank(text, 0)
    if text[start : start + 1] == "[":
        for piece in elements(text, start):
            yield _LIST, piece.index, piece
            if piece.index < 0 and not piece.code and blank(text, piece.end) < len(text):
                run.remark("warning", "There is text behind the end of the list; it was not read.")
    elif many_lines(text):
        for number, begin, end in line_starts(text):
            piece = value_at(text, begin, number)
            if not piece.code and blank(text, piece.end) < end:
                piece = Piece(number, begin, end, None, SHAPE, "more than one value in a line")
            elif piece.code:
                piece.end = end
            yield _LINES, number, piece
    else:
        yield _ONE, 0, value_at(text, start)


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; transactions that cannot be used come out as bad rows."""
    try:
        chain = known_chain(parameters.get("chain") or "bitcoin")
    except RowProblem as problem:
        raise Refusal(f"The parameter chain: {problem}.") from problem
    if chain.model != "utxo":
        raise Refusal(f"The parameter chain: {chain.key} has no inputs and outputs.")
    if not parameters.get("chain"):
        run.remark("assumption", "The chain is bitcoin: an Esplora answer does not name its chain.")
    text = text_of(source)
    reader = _Reader(chain)
    read_rows = 0
    for stream, row, piece in _pieces(text, run):
        if piece.index < 0:
            if piece.code:
                quarantine(source, piece, stream, run)
            continue
        read_rows += 1
        if piece.code:
            damaged = quarantine(source, piece, stream, run, row)
            if damaged is not None:
                yield damaged
            continue
        if stream == _ONE and isinstance(piece.value, dict) and "chain_stats" in piece.value:
            raise Refusal(_SUMMARY)
        try:
            yield from reader.records(piece.value, stream, row, piece.start, piece.end - piece.start)
        except RowProblem as problem:
            place = Place(stream, row, None, piece.start, piece.end - piece.start)
            yield bad(place, problem.code, str(problem), raw_at(source, place))
    run.rows(read_rows)
    if read_rows == 0:
        run.remark("warning", "The list is empty: the server had no transactions to list.")
    if reader.confirmed and reader.confirmed % _PAGE == 0:
        run.remark(
            "warning", f"The file has {reader.confirmed} confirmed transactions, full pages of 25: more probably exist."
        )

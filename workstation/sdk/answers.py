"""Owns what readers of explorer and node answers share: walking the JSON, places, the chain, balance statements.

An answer is one object, a list of objects, JSON lines of objects, or an object with lists of entries inside. Entries
are taken one by one, so a cut file keeps its whole ones. Must not know any server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workstation.domain.amounts import plain
from workstation.domain.chains import Chain
from workstation.domain.records import EventRecord, Place, Record
from workstation.sdk.jsonscan import Piece, blank, elements, line_starts, many_lines, members, quarantine, value_at
from workstation.sdk.reader import AMOUNT, SHAPE, Refusal, RowProblem, Run, Source, bad, raw_at
from workstation.sdk.text import known_chain

#: Where an entry stood: in a list that is the whole file, in a line, or as the whole file.
LIST, LINE, WHOLE = "[]", "line", ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one entry stands. ``stream`` is the first of three: the entry, its inputs, its outputs."""

    stream: int
    row: int
    start: int
    length: int

    def whole(self) -> Place:
        """The entry itself."""
        return Place(self.stream, self.row, None, self.start, self.length)

    def input(self, index: int) -> Place:
        """One of its inputs."""
        return Place(self.stream + 1, self.row, index, self.start, self.length)

    def output(self, index: int) -> Place:
        """One of its outputs."""
        return Place(self.stream + 2, self.row, index, self.start, self.length)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: its value, where it stood, and what its surrounding object said before it."""

    value: Any
    where: str
    spot: Spot
    head: Mapping[str, Any]


def templates(roots: Sequence[str], inputs: str, outputs: str) -> tuple[str, ...]:
    """Three locator templates for each root: the entry, its inputs and its outputs."""
    made: list[str] = []
    for root in roots:
        made += [root + "/" if not root or root.endswith(" ") else root, root + inputs, root + outputs]
    return tuple(made)


def _object(text: str, start: int, lists: frozenset[str], run: Run) -> Iterator[tuple[str, Piece, Mapping[str, Any]]]:
    head: dict[str, Any] = {}
    listed, code, problem = False, "", ""
    walk = members(text, start, lists)
    step: tuple[str, Piece] | None = next(walk, None)
    while step is not None:
        key, piece = step
        moved: int | None = None
        if key == "":
            end = len(text) if piece.code else piece.end
            code, problem = code or piece.code, problem or piece.problem
            if code and listed:
                run.remark("warning", f"The file is damaged: {problem}. Complete records were kept.")
            else:
                yield WHOLE, Piece(0, start, end, None if code else head, code, problem), head
                if blank(text, end) < len(text):
                    run.remark("warning", "There is text behind the end of the data; it was not read.")
        elif key in lists and piece.start == piece.end:
            listed = True
            for one in elements(text, piece.start):
                moved = one.end
                if one.index >= 0:
                    yield key, one, head
        elif piece.code:
            code, problem = code or piece.code, problem or piece.problem
        else:
            head[key] = piece.value
        try:
            step = walk.send(moved)  # type: ignore[attr-defined]
        except StopIteration:
            step = None


def _walk(text: str, lists: frozenset[str], run: Run) -> Iterator[tuple[str, Piece, Mapping[str, Any]]]:
    start = blank(text, 0)
    if text[start : start + 1] == "[":
        for piece in elements(text, start):
            if piece.index >= 0:
                yield LIST, piece, {}
            elif piece.code:
                run.remark("warning", f"The file is cut: {piece.problem}. Complete records were kept.")
            elif blank(text, piece.end) < len(text):
                run.remark("warning", "There is text behind the end of the data; it was not read.")
    elif many_lines(text):
        for number, begin, end in line_starts(text):
            piece = value_at(text, begin, number)
            if not piece.code and blank(text, piece.end) < end:
                piece = Piece(number, begin, end, None, SHAPE, "more than one value in a line")
            elif piece.code:
                piece.end = end
            yield LINE, piece, {}
    elif text[start : start + 1] == "{":
        yield from _object(text, start, lists, run)
    elif start < len(text):
        yield WHOLE, value_at(text, start), {}


def entries(
    source: Source, text: str, run: Run, streams: Mapping[str, int], take: Callable[[Entry], Iterable[Record]]
) -> Iterator[Record]:
    """The records of every entry as ``take`` makes them; an entry that cannot be used comes out as a bad row, whole.

    Args:
        streams: first stream of each place where an entry may stand; a name that is none of :data:`LIST`,
            :data:`LINE` and :data:`WHOLE` is a list inside the one object of the file.
        take: gives the records of an entry, or raises ``RowProblem``. The object that held lists comes last, as
            ``WHOLE`` without them.
    """
    lists = frozenset(streams) - {LIST, LINE, WHOLE}
    read_rows = 0
    for where, piece, head in _walk(text, lists, run):
        read_rows += 1
        spot = Spot(streams[where], piece.index, piece.start, piece.end - piece.start)
        if piece.code:
            damaged = quarantine(source, piece, spot.stream, run, spot.row)
            if damaged is not None:
                yield damaged
            continue
        try:
            yield from list(take(Entry(piece.value, where, spot, head)))
        except RowProblem as problem:
            yield bad(spot.whole(), problem.code, str(problem), raw_at(source, spot.whole()))
        run.progress(piece.end, source.size)
    run.rows(read_rows)


def values(text: str, run: Run, streams: Mapping[str, int]) -> Iterator[Any]:
    """The usable values of the entries, for a reader that has to look at all of them before it begins."""
    lists = frozenset(streams) - {LIST, LINE, WHOLE}
    return (piece.value for _, piece, _ in _walk(text, lists, run) if not piece.code)


def utxo_chain(parameters: Mapping[str, str], run: Run, text: str, server: str) -> Chain:
    """The chain of an answer: as the user says, else as its addresses say, else bitcoin; what is assumed is said."""
    stated = parameters.get("chain", "")
    try:
        chain = known_chain(stated or "bitcoin")
    except RowProblem as problem:
        raise Refusal(f"The parameter chain: {problem}.") from problem
    if chain.model != "utxo":
        raise Refusal(f"The parameter chain: {chain.key} has no inputs and outputs.")
    if stated:
        return chain
    for sign, key, why in (
        ('"valueZat"', "zcash", "values are also given in zatoshi"),
        ('"bitcoincash:', "bitcoin-cash", "addresses begin with bitcoincash:"),
        ('"ltc1q', "litecoin", "addresses begin with ltc1"),
    ):
        if sign in text:
            run.remark("assumption", f"The chain is {key}, because {why}.")
            return known_chain(key)
    run.remark("assumption", f"The chain is bitcoin: {server} does not name its chain.")
    return chain


def obj(value: object, what: str) -> dict[str, Any]:
    """A JSON object; ``what`` names it in the reason when it is none."""
    if not isinstance(value, dict):
        raise RowProblem(SHAPE, f"{what} is not an object")
    return value


def array(value: object, what: str) -> list[Any]:
    """A JSON list; ``what`` names it in the reason when it is none."""
    if not isinstance(value, list):
        raise RowProblem(SHAPE, f"{what} is not a list")
    return value


def coins(units: int, chain: Chain) -> str:
    """Base units as plain decimal text in coins."""
    return plain(units, chain.decimals)


def balance(
    place: Place, service: str, chain: Chain, address: str, units: int, details: Iterable[tuple[str, str]]
) -> EventRecord:
    """A balance that an explorer states for an address, with the totals it states beside it."""
    if units < 0:
        raise RowProblem(AMOUNT, "the balance of the address is negative")
    return EventRecord(
        place=place, kind="balance", service=service, account="", time=None, time_basis="stated", time_text="",
        direction="", symbol=chain.symbol, amount_text=coins(units, chain), fee_symbol="", fee_text="",
        chain=chain.key, tx="", address=address, counterparty="", status="ok", details=tuple(details),
    )  # fmt: skip


def fewer(run: Run, stated: object, found: int, what: str) -> None:
    """Warn when an answer says that there are more entries than it holds."""
    if isinstance(stated, int) and not isinstance(stated, bool) and stated > found:
        run.remark("warning", f"The answer is cut off by the server: it holds {found:,} of {stated:,} {what}.")

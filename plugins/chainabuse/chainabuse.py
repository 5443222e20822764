"""Reads answers of the Chainabuse interface: reports of fraud with the addresses they accuse.

Owns that shape (``reports`` and ``count``). A report is a claim of whoever wrote it, so its tags have the lowest word
of confidence. Everything else a report says is kept as an event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.records import Place, Record
from workstation.sdk.attribution import Tags, day, details, event, short
from workstation.sdk.jsonlists import records
from workstation.sdk.jsonscan import quarantine, text_of
from workstation.sdk.reader import MISSING, NETWORK, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.text import known_chain, moment

STREAMS = ("/reports/{row}", "/reports/{row}/addresses/{sub}", "/{row}", "/{row}/addresses/{sub}")
_LOWEST = "unknown"
_PAGE = 50


def sniff(head: bytes, name: str) -> Sniff:
    """By the keys scamCategory and addresses, which only Chainabuse writes together."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return NO
    if b'"scamCategory"' in head and b'"addresses"' in head:
        return Sniff(0.96, "JSON with scamCategory and addresses, as Chainabuse answers")
    return NO


class _Reports:
    """Turns one report into tags and events."""

    def __init__(self, run: Run) -> None:
        self.tags = Tags(run)

    def records(self, value: Any, stream: int, row: int, start: int, length: int, source: Source) -> Iterator[Record]:
        """The records of one report; addresses that cannot be used come out as bad rows of their own."""
        many = value.get("addresses") if isinstance(value, dict) else None
        if not isinstance(many, list):
            raise RowProblem(SHAPE, "not a report with a list of addresses")
        kind = short(value.get("scamCategory"), 200) or "fraud"
        stated = value.get("createdAt")
        time: int | None = None
        if isinstance(stated, str):
            try:
                time = moment(stated, None)
            except RowProblem:
                time = None
        origin = f"Chainabuse report {short(value.get('id'), 100)}"
        told = details(value, ("addresses",))
        more: dict[str, Any] = {"time": time, "time_text": short(stated, 200)}
        if not many:
            yield event(Place(stream, row, None, start, length), "other", "Chainabuse", told, **more)
        for sub, item in enumerate(many):
            place = Place(stream + 1, row, sub, start, length)
            if isinstance(item, dict) and item.get("address") is None:
                self.tags.run.skipped("accused names without an address (domains and the like)")
                continue
            try:
                chain, ref = self._address(item)
            except RowProblem as problem:
                yield bad(place, problem.code, str(problem), raw_at(source, place))
                continue
            yield self.tags.tag(
                place, chain, ref, f"reported to Chainabuse: {kind}", category=kind.lower(), confidence=_LOWEST,
                source=origin, date=day(stated),
            )  # fmt: skip
            yield event(place, "other", "Chainabuse", told, chain=chain, address=ref, **more)

    def _address(self, item: Any) -> tuple[str, str]:
        if not isinstance(item, dict):
            raise RowProblem(SHAPE, "an address of the report is no object")
        word = item.get("chain")
        if not isinstance(item.get("address"), str):
            raise RowProblem(MISSING, "the report names no address here (perhaps a domain)")
        if isinstance(word, str) and word.strip():
            chain = known_chain(word)
            if chain.key == "stated":
                raise RowProblem(NETWORK, f"unknown chain {word[:40]!r}")
            word = chain.key
        return self.tags.address(item["address"], word or "")


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """A tag and an event for every accused address."""
    text = text_of(source)
    reports = _Reports(run)
    head: dict[str, Any] = {}
    total = 0
    for name, piece in records(text, frozenset(("reports",)), head):
        stream = 0 if name == "reports" else 2
        if piece.code:
            broken = quarantine(source, piece, stream, run)
            total += broken is not None
            if broken is not None:
                yield broken
            continue
        if name == "/" and not (isinstance(piece.value, dict) and "scamCategory" in piece.value):
            raise Refusal("This JSON is no answer of Chainabuse: it has no list of reports.")
        total += 1
        start, length = piece.start, piece.end - piece.start
        try:
            yield from reports.records(piece.value, stream, piece.index, start, length, source)
        except RowProblem as problem:
            place = Place(stream, piece.index, None, start, length)
            yield bad(place, problem.code, str(problem), raw_at(source, place))
    run.rows(total)
    if not total and not head:
        raise Refusal("This JSON is no answer of Chainabuse: it has no list of reports.")
    if not total:
        run.remark("warning", "The answer holds no reports.")
    else:
        run.remark("warning", "Reports to Chainabuse are claims that nobody checked.")
    count = head.get("count")
    if (isinstance(count, int) and count > total) or (count is None and total == _PAGE):
        run.remark("warning", f"The answer holds {total} reports of {count or 'more'}: it may be one page of several.")

"""Reads label dumps of block explorers: one JSON object with an address as key and its name as value.

Owns the two forms ``{address: name}`` and ``{address: {name, labels[]}}``. The file name says the explorer and so the
chain (``bscscan__heist.json``); without it the form of the address decides, and a remark says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from workstation.domain import addresses
from workstation.domain.records import Place, Record
from workstation.sdk.attribution import Tags, short, stated_chain, stated_day
from workstation.sdk.jsonscan import Piece, blank, members, text_of
from workstation.sdk.reader import MISSING, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at

STREAMS = ("entry {row}",)
_FIRST = re.compile(rb'\A\s*\{\s*"([A-Za-z0-9:]{0,120})"\s*:\s*("|\{\s*"(?:name|labels)"\s*:)')
_EMPTY = re.compile(rb"\A\s*\{\s*\}\s*\Z")
_NAME = re.compile(r"(?:\A|[/\\])([a-z0-9-]+?)(?:__|[-_. ])(.*?)(?:\.json)?\Z", re.IGNORECASE)
_EXPLORERS: Mapping[str, str] = MappingProxyType(
    {
        "etherscan": "ethereum", "bscscan": "bsc", "arbiscan": "arbitrum", "avalanche": "avalanche",
        "snowtrace": "avalanche", "snowscan": "avalanche", "ftmscan": "fantom", "fantom": "fantom",
        "polygonscan": "polygon", "optimism": "optimism", "optimistic": "optimism", "basescan": "base",
        "gnosisscan": "gnosis", "celo": "", "tronscan": "tron",
    }
)  # fmt: skip


def _named(name: str) -> tuple[str, str, str]:
    """(explorer, chain, name of the list) from a file name; empty texts where it does not say."""
    found = _NAME.search(name)
    if found and found[1].lower() in _EXPLORERS:
        return found[1].lower(), _EXPLORERS[found[1].lower()], found[2].strip("_- .")
    return "", "", re.sub(r"\.json\Z", "", name, flags=re.IGNORECASE)


def sniff(head: bytes, name: str) -> Sniff:
    """By a first key that is an address and a name behind it; an empty object only by its file name."""
    body = head.removeprefix(b"\xef\xbb\xbf")
    explorer = _named(name)[0]
    if _EMPTY.match(body):
        return Sniff(0.6, f"an empty object with the file name of a label list of {explorer}") if explorer else NO
    first = _FIRST.match(body)
    if first and first[1] and addresses.recognise(first[1].decode("ascii")):
        return Sniff(0.95, "a JSON object with addresses as keys and names as values, as label dumps have")
    if first and not first[1] and explorer:
        return Sniff(0.7, f"a JSON object of names with the file name of a label list of {explorer}")
    return NO


@dataclass(slots=True)
class _Labels:
    """Turns entries into tags."""

    tags: Tags
    chain: str
    listed: str
    category: str
    source: str
    date: str
    unnamed: int = 0

    def records(self, key: str, value: Any, place: Place) -> list[Record]:
        """A tag for each name and label of an address; ``RowProblem`` when the key is no address."""
        chain, ref = self.tags.address(key, self.chain)
        texts: list[str] = []
        if isinstance(value, str | None):
            texts = [short(value)]
        elif isinstance(value, dict):
            name, many = value.get("name"), value.get("labels", [])
            if not isinstance(name, str | None) or not isinstance(many, list):
                raise RowProblem(SHAPE, "name or labels are not of their kind")
            labels = [short(item) for item in many if isinstance(item, str)]
            category = ", ".join(labels) or self.category
            label = short(name) or category or self._unnamed()
            return [self.tags.tag(place, chain, ref, label, category=category, source=self.source, date=self.date)]
        else:
            raise RowProblem(SHAPE, "the value is neither a name nor an object with name and labels")
        label = texts[0] or self._unnamed()
        if not label:
            raise RowProblem(MISSING, "the address has no name")
        return [self.tags.tag(place, chain, ref, label, category=self.category, source=self.source, date=self.date)]

    def _unnamed(self) -> str:
        self.unnamed += 1
        return f"listed as {self.listed}" if self.listed else ""


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """A tag for every address of the dump."""
    explorer, chain, listed = _named(source.name)
    given = stated_chain(parameters)
    if explorer and not given and chain:
        run.remark("assumption", f"The file name says {explorer}: its addresses are taken as addresses on {chain}.")
    date = stated_day(parameters)
    if not date:
        run.remark("warning", "The labels have no date: give the date of the list, because labels change.")
    text = text_of(source)
    start = blank(text, 0)
    if text[start : start + 1] != "{":
        raise Refusal("This is no label dump: it is not one JSON object.")
    labels = _Labels(
        Tags(run, given or chain), given or chain, listed, short(parameters.get("category")) or listed,
        short(f"explorer labels: {source.name}"), date,
    )  # fmt: skip
    total = tagged = 0
    behind = start + 1
    for key, piece in members(text, start, frozenset()):
        if piece.index < 0:
            yield from _end(text, piece, total, source, run)
            continue
        begin = blank(text, behind)
        begin = blank(text, begin + 1) if text[begin : begin + 1] == "," else begin
        place = Place(0, total, None, begin, piece.end - begin)  # the key is the address, so it belongs to the entry
        behind = piece.end
        total += 1
        if not key.strip() and not piece.code:
            run.skipped("entries without an address (sums of a page)")
            continue
        try:
            if piece.code:
                raise RowProblem(piece.code, piece.problem)
            for record in labels.records(key, piece.value, place):
                tagged += 1
                yield record
        except RowProblem as problem:
            yield bad(place, problem.code, f"{key[:100]!r}: {problem}", raw_at(source, place))
    if total and not tagged and total == 1 and not explorer:
        raise Refusal("This JSON is no label dump: its keys are no addresses.")
    run.rows(total)
    if labels.unnamed:
        run.remark("warning", f"{labels.unnamed} addresses have no name; they carry the name of the list.")
    if not total:
        run.remark("warning", "The dump holds no labels.")


def _end(text: str, piece: Piece, row: int, source: Source, run: Run) -> Iterator[Record]:
    """What lies behind the last whole entry of a damaged or odd file."""
    if piece.code and piece.start < len(text):
        place = Place(0, row, None, piece.start, len(text) - piece.start)
        yield bad(place, piece.code, piece.problem, raw_at(source, place))
    if piece.code:
        run.remark("warning", f"The file is cut: {piece.problem}. Entries before it were kept.")
    elif blank(text, piece.end) < len(text):
        run.remark("warning", "There is text behind the end of the object; it was not read.")

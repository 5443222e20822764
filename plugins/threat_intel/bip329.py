"""Reads wallet labels in the form of BIP 329: JSON lines with type, ref and label.

Owns that form. Labels of transactions and addresses become tags; labels of keys, inputs and outputs have no place of
their own in the ledger, so they are kept as events with all their fields. So are the fields a tag has no room for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import CHAINS
from workstation.domain.records import Place, Record
from workstation.sdk.attribution import Tags, details, event, short, stated_chain
from workstation.sdk.jsonscan import blank, line_starts, text_of, value_at
from workstation.sdk.reader import MISSING, NO, NOT_JSON, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.text import transaction

STREAMS = ("line {row}",)
_TYPE = re.compile(rb'[{,]\s*"type"\s*:\s*"(?:tx|addr|pubkey|input|output|xpub|spscan)"')
_REF = re.compile(rb'[{,]\s*"ref"\s*:\s*"')
_SERVICE = "BIP 329 labels"
_OUTPOINT = re.compile(r"([0-9a-fA-F]{64}):([0-9]{1,10})\Z", re.ASCII)
_TOLD = frozenset(("type", "ref", "label"))


def sniff(head: bytes, name: str) -> Sniff:
    """By a first line with a type of BIP 329 and a ref."""
    line = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0]
    if line[:1] == b"{" and line.count(b"{") == 1 and _TYPE.search(line) and _REF.search(line):
        return Sniff(0.98, "JSON lines with type, ref and label, as wallets export their labels (BIP 329)")
    return NO


class _Labels:
    """Turns one label into a tag, an event or both."""

    def __init__(self, run: Run, chain: str, origin: str) -> None:
        self.tags, self.chain, self.origin = Tags(run, chain), chain, origin

    def records(self, value: Any, place: Place) -> list[Record]:
        """The records of one line; ``RowProblem`` when its ref is none of its type."""
        if not isinstance(value, dict):
            raise RowProblem(SHAPE, "not an object")
        kind, ref, label = value.get("type"), value.get("ref"), value.get("label")
        if not isinstance(kind, str) or not isinstance(ref, str) or not isinstance(label, str | None):
            raise RowProblem(MISSING, "type, ref or label is missing or no text")
        made: list[Record] = []
        tx = address = ""
        if kind == "tx":
            tx = transaction(ref, "utxo")
            if label:
                made.append(self.tags.transaction_tag(place, self.chain, tx, label, source=self.origin))
        elif kind == "addr":
            address = self.tags.check(self.chain, ref)
            if label:
                made.append(self.tags.tag(place, self.chain, address, label, source=self.origin))
        elif kind in ("input", "output"):
            found = _OUTPOINT.match(ref)
            if found is None:
                raise RowProblem(SHAPE, f"the ref of an {kind} is no transaction id with a number: {ref[:100]!r}")
            tx = found[1].lower()
        if not made or set(value) - _TOLD:
            chain = self.chain if tx or address else ""
            made.append(event(place, "other", _SERVICE, details(value), chain=chain, tx=tx, address=address))
        return made


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """Tags for labelled addresses and transactions, events for every other label."""
    chain = stated_chain(parameters) or "bitcoin"
    if CHAINS[chain].model != "utxo":
        raise Refusal(f"BIP 329 labels belong to Bitcoin and its relatives, not to {chain}.")
    if not parameters.get("chain"):
        run.remark("assumption", "The labels belong to a Bitcoin wallet; BIP 329 does not state the chain.")
    labels = _Labels(run, chain, f"{_SERVICE}: {short(source.name, 200)}")
    text = text_of(source)
    total = 0
    for number, start, end in line_starts(text):
        total += 1
        place = Place(0, number, None, start, end - start)
        piece = value_at(text, start, number)
        if piece.code or piece.end > end or blank(text, piece.end) < end:
            yield bad(place, piece.code or NOT_JSON, piece.problem or "text behind the record", raw_at(source, place))
            continue
        try:
            yield from labels.records(piece.value, place)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), raw_at(source, place))
    run.rows(total)
    if not total:
        run.remark("warning", "The file holds no labels.")

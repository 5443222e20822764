"""Reads the Ransomwhere export: ransom addresses with their family and the payments they received.

Owns that shape. A row of ``transactions`` says that the address received an amount in a transaction: an output without
its number. The field ``balance`` is the total received, whatever its name says. The times lie up to an hour beside the
block times (915fb4f0… 27 minutes before its block), so they are taken as the times when it was first seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import CHAINS
from workstation.domain.records import Place, Record, TransferRecord
from workstation.sdk.attribution import Tags, short
from workstation.sdk.jsonlists import records
from workstation.sdk.jsonscan import quarantine, text_of
from workstation.sdk.reader import NETWORK, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.text import known_chain, seconds, transaction, units

STREAMS = ("/{row}", "/{row}/transactions/{sub}", "/result/{row}", "/result/{row}/transactions/{sub}")
_KEYS = tuple(re.compile(rb'"' + key + rb'"\s*:') for key in (b"address", b"family", b"transactions"))
_EMPTY = re.compile(rb'"family"\s*:')


def sniff(head: bytes, name: str) -> Sniff:
    """By the keys address, family and transactions; a long list of payments may hide the family from the head."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"[", b"{"):
        return NO
    if all(key.search(head) for key in _KEYS):
        return Sniff(0.97, "JSON items with address, family and transactions, as Ransomwhere exports")
    if _KEYS[0].search(head) and _KEYS[2].search(head) and b'"amountUSD"' in head:
        return Sniff(0.9, "JSON items with address, transactions and amountUSD, as Ransomwhere exports")
    return NO


class _Reader:
    """Turns one address of the export into a tag and its received payments."""

    def __init__(self, run: Run, origin: str) -> None:
        self.run, self.origin = run, origin
        self.tags = Tags(run)
        self.unequal = self.payments = 0

    def records(self, value: Any, stream: int, row: int, start: int, length: int) -> list[Record]:
        """All records of one address; ``RowProblem`` when any part cannot be used: never half of one."""
        if not isinstance(value, dict) or not isinstance(value.get("transactions"), list):
            raise RowProblem(SHAPE, "not an object with address and transactions")
        chain = known_chain(str(value.get("blockchain") or "bitcoin"))
        if chain.model != "utxo":
            raise RowProblem(NETWORK, f"payments on {chain.key} are not known of Ransomwhere")
        ref = self.tags.check(chain.key, str(value.get("address", "")))
        family = short(value.get("family")) or "ransomware"
        place = Place(stream, row, None, start, length)
        made: list[Record] = [
            self.tags.tag(place, chain.key, ref, family, category="ransomware", actor=family, source=self.origin,
                          date=str(value.get("updatedAt") or value.get("createdAt") or ""))
        ]  # fmt: skip
        total = 0
        for index, item in enumerate(value["transactions"]):
            if not isinstance(item, dict):
                raise RowProblem(SHAPE, "a transaction is no object")
            amount = units(item.get("amount"))
            total += amount
            made.append(self._payment(Place(stream + 1, row, index, start, length), chain.key, ref, item, amount))
        if value.get("balance") is not None and units(value["balance"], "balance") != total:
            self.unequal += 1
        self.payments += len(value["transactions"])
        return made

    def _payment(self, place: Place, chain: str, ref: str, item: Mapping[str, Any], amount: int) -> TransferRecord:
        known = CHAINS[chain]
        time = None if item.get("time") is None else seconds(item["time"])
        return TransferRecord(
            place=place, chain=chain, tx=transaction(item.get("hash"), "utxo"), block=None, position=None, time=time,
            time_basis="seen", time_text="" if time is None else str(time), kind="output", index=None, sender=None,
            receiver=ref, contract="", symbol=known.symbol, decimals=known.decimals, amount=amount, amount_text="",
            absent=None, previous_tx="", previous_index=None, script="", sequence=None,
        )  # fmt: skip


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """A tag for every address and an output for every payment it received."""
    text = text_of(source)
    reader = _Reader(run, f"Ransomwhere: {source.name}")
    head: dict[str, Any] = {}
    total = 0
    for name, piece in records(text, frozenset(("result",)), head):
        if name not in ("", "result"):
            raise Refusal("This JSON is no Ransomwhere export: it has no list of addresses.")
        stream = 2 if name == "result" else 0
        if piece.code:
            broken = quarantine(source, piece, stream, run)
            if broken is not None:
                total += 1
                yield broken
            continue
        total += 1
        try:
            yield from reader.records(piece.value, stream, piece.index, piece.start, piece.end - piece.start)
        except RowProblem as problem:
            place = Place(stream, piece.index, None, piece.start, piece.end - piece.start)
            yield bad(place, problem.code, str(problem), raw_at(source, place))
    if not total and "result" not in head and text.lstrip()[:1] != "[":
        raise Refusal("This JSON is no Ransomwhere export: it has no list of addresses.")
    run.rows(total)
    if reader.payments:
        run.remark(
            "assumption", "Times are taken as first seen, because they lie before the block times; amounts are satoshi."
        )
        run.remark("warning", "The export states only what the addresses received; what they spent is not in it.")
    if reader.unequal:
        run.remark(
            "warning", f"For {reader.unequal} addresses the stated total received differs from the sum of the payments."
        )
    if not total:
        run.remark("warning", "The file holds no addresses.")

"""Reads transactions of bitcoin-etl and of the BigQuery tables made with it: JSON lines, a list, or one object.

Owns that shape. Amounts are whole satoshi, as numbers or as text. Files that were not enriched state neither amount
nor address of an input; it stays unknown. Values that flow into or out of shielded pools have no address and no
place among the outputs of the ledger: they are not made into transfers, and the user is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any

from workstation.domain.chains import Chain
from workstation.domain.records import Record
from workstation.sdk import utxo
from workstation.sdk.answers import LINE, LIST, WHOLE, Entry, Spot, array, entries, obj, templates, utxo_chain
from workstation.sdk.jsonscan import text_of
from workstation.sdk.reader import AMOUNT, NO, SHAPE, TIME, Refusal, RowProblem, Run, Sniff, Source
from workstation.sdk.scripts import Owners, only_address
from workstation.sdk.text import count, known_chain, moment, seconds, transaction, units

STREAMS = templates(("/{row}", "", "line {row} "), "/inputs/{sub}", "/outputs/{sub}")
_STREAM = {LIST: 0, WHOLE: 3, LINE: 6}
_BLOCKS = "This is a list of blocks of bitcoin-etl without transactions: it holds no transfers."
_SHIELDED = re.compile(r'"type"\s*:\s*"shielded"')
_ZCASH = re.compile(r'"t[13][1-9A-HJ-NP-Za-km-z]{33}"')


def sniff(head: bytes, name: str) -> Sniff:
    """By ``inputs``, ``outputs``, ``block_timestamp`` and ``input_count``, as bitcoin-etl names them."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return NO
    if b'"merkle_root"' in head and b'"transaction_count"' in head and b'"outputs"' not in head:
        return Sniff(0.95, _BLOCKS, _BLOCKS)
    named = (b'"inputs"', b'"outputs"', b'"block_timestamp"', b'"is_coinbase"', b'"hash"')
    if all(key in head for key in named) and (b'"required_signatures"' in head or b'"script_hex"' in head):
        return Sniff(0.97, "JSON with inputs, outputs and block_timestamp, as bitcoin-etl writes transactions")
    return NO


def _chain(parameters: Mapping[str, str], text: str, run: Run) -> Chain:
    if not parameters.get("chain") and (_SHIELDED.search(text) or _ZCASH.search(text)):
        run.remark("assumption", "The chain is zcash, because the file has shielded outputs or addresses of zcash.")
        return known_chain("zcash")
    return utxo_chain(parameters, run, text, "a file of bitcoin-etl")


class _Reader:
    """Turns one transaction into records."""

    def __init__(self, chain: Chain, run: Run) -> None:
        self.chain = chain
        self.run = run
        self.owners = Owners(chain.key, run)

    def _worth(self, value: object) -> int | None:
        if value is None:
            return None
        if isinstance(value, Decimal):
            raise RowProblem(AMOUNT, "an amount has a fraction: this export gives coins, which may be rounded")
        return units(value)

    def _head(self, value: Mapping[str, Any]) -> utxo.Head:
        stamp, text = value.get("block_timestamp"), ""
        if isinstance(stamp, str) and not stamp.isdigit():
            text = stamp
            time = moment(stamp.removesuffix(" UTC").replace(" UTC", ""), UTC)
        elif stamp is None:
            raise RowProblem(TIME, "a transaction without block_timestamp")
        else:
            time = seconds(stamp)
        position = value.get("index")
        return utxo.Head(
            self.chain, transaction(value.get("hash"), "utxo"), count(value.get("block_number"), "block_number"),
            None if position is None else count(position, "index"), time, "ok", "block", text,
        )  # fmt: skip

    def _shielded(self, item: Mapping[str, Any]) -> bool:
        if item.get("type") != "shielded":
            return False
        self.run.remark(
            "warning",
            "Some transactions have shielded parts: the ledger hides who owns them, and they are left out here.",
        )
        return True

    def take(self, entry: Entry) -> list[Record]:
        """The records of one transaction; ``RowProblem`` when any part of it cannot be used."""
        value, spot = obj(entry.value, "an entry"), entry.spot
        if "outputs" not in value and "transaction_count" in value:
            raise Refusal(_BLOCKS)
        told = self._head(value)
        inputs, outputs = array(value.get("inputs"), "inputs"), array(value.get("outputs"), "outputs")
        made: list[Record] = [told.transaction(spot.whole())]
        if value.get("is_coinbase") is True:
            made.append(told.coinbase(spot.input(0), 0))
        elif not inputs and "is_coinbase" not in value:
            raise RowProblem(SHAPE, "a transaction without inputs")
        return [*made, *self._legs(told, spot, inputs, outputs)]

    def _legs(self, told: utxo.Head, spot: Spot, inputs: list[Any], outputs: list[Any]) -> Iterator[Record]:
        for order, raw in enumerate(inputs):
            item = obj(raw, "an input")
            if self._shielded(item):
                continue
            # script_hex of an input is what unlocks it, not the script of the spent output.
            owner, script = self.owners(_address(item), "", item.get("type"))
            previous = transaction(item.get("spent_transaction_hash"), "utxo")
            output, index = (
                count(item.get("spent_output_index"), "spent_output_index"),
                count(item.get("index", order), "index"),
            )
            worth = self._worth(item.get("value"))
            yield told.spent(
                spot.input(order), index, owner, worth, script if worth is not None else "", previous, output
            )
        for order, raw in enumerate(outputs):
            item = obj(raw, "an output")
            if self._shielded(item):
                continue
            owner, script = self.owners(_address(item), item.get("script_hex"), item.get("type"))
            worth = self._worth(item.get("value"))
            if worth is None:
                raise RowProblem(AMOUNT, "an output without value")
            yield told.paid(spot.output(order), count(item.get("index", order), "index"), owner, worth, script)


def _address(item: Mapping[str, Any]) -> object:
    if item.get("addresses") is not None:
        return only_address(item["addresses"])
    return item.get("address")


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; transactions that cannot be used come out as bad rows."""
    text = text_of(source)
    reader = _Reader(_chain(parameters, text, run), run)
    yield from entries(source, text, run, _STREAM, reader.take)
    if not run.rows_read:
        run.remark("warning", "The file holds no transactions.")

"""Reads answers of Blockchair: transaction dashboards and address dashboards of Bitcoin-like coins.

Owns that shape. ``data`` is an object whose keys are what was asked for; a record is one of its entries, counted
from 0. Amounts are satoshi, times are UTC without a mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import Any

from workstation.domain.chains import Chain
from workstation.domain.records import Record, Status
from workstation.sdk import utxo
from workstation.sdk.answers import Spot, array, balance, coins, fewer, obj, templates, utxo_chain
from workstation.sdk.jsonscan import Piece, blank, members, quarantine, text_of
from workstation.sdk.reader import NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.scripts import Owners
from workstation.sdk.text import count, moment, transaction, units

STREAMS = templates(("data entry {row}", "data address {row}"), "/inputs/{sub}", "/outputs/{sub}")
_ENTRY, _ADDRESS = 0, 3
_ACCOUNTS = "This is a Blockchair answer of an account chain: it has no inputs and outputs."


def sniff(head: bytes, name: str) -> Sniff:
    """By ``data`` with the entries ``transaction`` or ``address`` in the words that only Blockchair uses."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"{" or b'"data"' not in head:
        return NO
    if b'"call_count"' in head and b'"calls"' in head:
        return Sniff(0.95, _ACCOUNTS, _ACCOUNTS)
    if b'"is_from_coinbase"' in head and b'"spending_transaction_hash"' in head:
        return Sniff(0.98, "JSON with data, recipient and spending_transaction_hash, as Blockchair answers")
    if b'"output_count"' in head and b'"balance_usd"' in head and b'"received_usd"' in head:
        return Sniff(0.97, "JSON with balance_usd and received_usd, as Blockchair answers for an address")
    return NO


class _Reader:
    """Turns entries of ``data`` into records."""

    def __init__(self, chain: Chain, run: Run) -> None:
        self.chain = chain
        self.run = run
        self.owners = Owners(chain.key, run)

    def take(self, key: str, raw: Any, spot: Spot) -> list[Record]:
        """The records of one entry; ``key`` is what was asked for."""
        value = obj(raw, "an entry of data")
        if "calls" in value:
            raise Refusal(_ACCOUNTS)
        if "inputs" in value or "outputs" in value:
            return self._transaction(value, spot)
        if "address" in value:
            return self._address(key, obj(value["address"], "address"), value, spot)
        if "balance" in value and "received" in value:
            return self._address(key, value, {}, spot)
        raise RowProblem(SHAPE, "neither a transaction nor an address of Blockchair")

    def _address(self, key: str, stated: Mapping[str, Any], value: Mapping[str, Any], spot: Spot) -> list[Record]:
        details = []
        if stated.get("transaction_count") is not None:
            details.append(("tx_count", str(count(stated["transaction_count"], "transaction_count"))))
        for name, source in (("received", "received"), ("sent", "spent")):
            if stated.get(source) is not None:
                details.append((name, coins(units(stated[source], source), self.chain)))
        for name in ("first_seen_receiving", "last_seen_receiving", "first_seen_spending", "last_seen_spending"):
            if isinstance(stated.get(name), str):
                details.append((name, stated[name][:100]))
        listed = value.get("transactions")
        if isinstance(listed, list) and listed:
            self.run.remark("warning", "An address comes with transaction ids only: it shows no inputs and outputs.")
            fewer(self.run, stated.get("transaction_count"), len(listed), "transactions of an address")
        worth, address = units(stated.get("balance"), "balance"), self.owners.address(key)
        made: list[Record] = [balance(spot.whole(), "Blockchair", self.chain, address, worth, details)]
        for order, raw in enumerate(array(value.get("utxo") or [], "utxo")):
            item = obj(raw, "an unspent output")
            height = item.get("block_id")
            done = isinstance(height, int) and height >= 0
            told = utxo.Head(
                self.chain, transaction(item.get("transaction_hash"), "utxo"),
                count(height, "block_id") if done else None, None, None, "ok" if done else "pending",
            )  # fmt: skip
            made.append(
                told.paid(spot.output(order), count(item.get("index"), "index"), address, units(item.get("value")), "")
            )
        return made

    def _head(self, value: Mapping[str, Any]) -> utxo.Head:
        height, text = value.get("block_id"), value.get("time")
        done = isinstance(height, int) and height >= 0
        status: Status = "ok" if done else "pending"
        if not isinstance(text, str):
            raise RowProblem(SHAPE, "a transaction without its time")
        return utxo.Head(
            self.chain, transaction(value.get("hash"), "utxo"), count(height, "block_id") if done else None, None,
            moment(text, UTC), status, "block" if done else "seen", text,
        )  # fmt: skip

    def _transaction(self, value: Mapping[str, Any], spot: Spot) -> list[Record]:
        about = obj(value.get("transaction"), "transaction")
        inputs, outputs = array(value.get("inputs"), "inputs"), array(value.get("outputs"), "outputs")
        told = self._head(about)
        made: list[Record] = [told.transaction(spot.whole())]
        if about.get("is_coinbase") in (True, 1):
            made.append(told.coinbase(spot.input(0), 0))
        for order, raw in enumerate(inputs):
            item = obj(raw, "an input")
            index = item.get("spending_index")
            index = order if index is None else count(index, "spending_index")
            owner, script = self.owners(item.get("recipient"), item.get("script_hex"), item.get("type"))
            previous, output = transaction(item.get("transaction_hash"), "utxo"), count(item.get("index"), "index")
            made.append(told.spent(spot.input(order), index, owner, units(item.get("value")), script, previous, output))
        for order, raw in enumerate(outputs):
            item = obj(raw, "an output")
            owner, script = self.owners(item.get("recipient"), item.get("script_hex"), item.get("type"))
            index = count(item.get("index", order), "index")
            made.append(told.paid(spot.output(order), index, owner, units(item.get("value")), script))
        fewer(self.run, about.get("input_count"), len(inputs), "inputs of a transaction")
        fewer(self.run, about.get("output_count"), len(outputs), "outputs of a transaction")
        return made


def _entries(text: str, run: Run) -> Iterator[tuple[int, int, str, Piece]]:
    """(stream, row, key, piece) of every entry of ``data``; of several addresses those inside ``data/addresses``."""
    start, row = blank(text, 0), 0
    if text[start : start + 1] != "{":
        raise Refusal("This is no answer of Blockchair: it does not begin with an object.")
    for name, outer in members(text, start, frozenset()):
        if name == "context" and isinstance(outer.value, dict) and outer.value.get("error"):
            raise Refusal(f"Blockchair answered with an error: {str(outer.value['error'])[:200]}")
        if name != "data":
            continue
        if text[outer.start : outer.start + 1] != "{":
            if outer.value is None and not outer.code:
                run.remark("warning", "The answer holds no data.")
                continue
            raise Refusal("The data of this Blockchair answer are no entries by hash or address.")
        for key, piece in members(text, outer.start, frozenset()):
            if key == "addresses" and isinstance(piece.value, dict):
                inner = members(text, piece.start, frozenset())
                yield from ((_ADDRESS, at, name, one) for at, (name, one) in enumerate(inner) if one.index >= 0)
            elif key == "" and piece.code:
                run.remark("warning", f"The file is cut: {piece.problem}. Complete records were kept.")
            elif piece.index >= 0 and key not in ("set", "utxo"):
                yield _ENTRY, row, key, piece
                row += 1


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; entries that cannot be used come out as bad rows."""
    text = text_of(source)
    reader = _Reader(utxo_chain(parameters, run, text, "an answer of Blockchair"), run)
    read_rows = 0
    for stream, row, key, piece in _entries(text, run):
        read_rows += 1
        spot = Spot(stream, row, piece.start, piece.end - piece.start)
        if piece.code:
            damaged = quarantine(source, piece, stream, run, row)
            if damaged is not None:
                yield damaged
            continue
        try:
            yield from reader.take(key, piece.value, spot)
        except RowProblem as problem:
            yield bad(spot.whole(), problem.code, str(problem), raw_at(source, spot.whole()))
    run.rows(read_rows)
    if read_rows == 0:
        run.remark("warning", "The file holds no transactions.")

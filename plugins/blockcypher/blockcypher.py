"""Reads answers of BlockCypher: addresses (with txrefs or whole transactions) and transactions; lists, JSON lines.

Owns that shape. Amounts are satoshi. A txref is one input or output of the address asked for, never a whole
transaction: what the other side was is not in it and is not said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import Chain
from workstation.domain.records import Record, Status, TimeBasis
from workstation.sdk import utxo
from workstation.sdk.answers import (
    LINE,
    LIST,
    WHOLE,
    Entry,
    Spot,
    array,
    balance,
    coins,
    entries,
    fewer,
    obj,
    templates,
    utxo_chain,
)
from workstation.sdk.jsonscan import text_of
from workstation.sdk.reader import MISSING, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source
from workstation.sdk.scripts import Owners, only_address
from workstation.sdk.text import count, known_chain, moment, transaction, units

_REFS = ("txrefs", "unconfirmed_txrefs")
STREAMS = templates(("/{row}", "", "line {row} ", "/txs/{row}", "/txrefs/{row}", "/unconfirmed_txrefs/{row}"),
                    "/inputs/{sub}", "/outputs/{sub}")  # fmt: skip
_STREAM = {LIST: 0, WHOLE: 3, LINE: 6, "txs": 9, "txrefs": 12, "unconfirmed_txrefs": 15}
_URL = re.compile(r"api\.blockcypher\.com/v1/([a-z]{2,8})/([a-z0-9]{2,8})/")


def sniff(head: bytes, name: str) -> Sniff:
    """By ``txrefs``, by ``final_n_tx`` or by ``vin_sz`` with ``output_value``, as only this server writes."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return NO
    if b'"txrefs"' in head or b'"unconfirmed_txrefs"' in head:
        return Sniff(0.99, "JSON with txrefs, as BlockCypher answers for an address")
    if b'"final_n_tx"' in head and b'"final_balance"' in head:
        return Sniff(0.98, "JSON with final_n_tx and final_balance, as BlockCypher answers for an address")
    if b'"inputs"' in head and b'"outputs"' in head and b'"vin_sz"' in head:
        return Sniff(0.97, "JSON with inputs, outputs and vin_sz, as BlockCypher answers for a transaction")
    return NO


def _chain(parameters: Mapping[str, str], text: str, run: Run) -> Chain:
    found = _URL.search(text)
    if found is None or parameters.get("chain"):
        return utxo_chain(parameters, run, text, "an answer of BlockCypher")
    coin, network = found.groups()
    if network != "main" or coin not in ("btc", "ltc", "doge", "dash"):
        raise Refusal(
            f"The answer is about {coin}/{network}, which is not a ledger with inputs and outputs known here."
        )
    chain = known_chain(coin)
    run.remark("assumption", f"The chain is {chain.key}, because the links of the answer say {coin}/{network}.")
    return chain


class _Reader:
    """Turns entries of an answer into records."""

    def __init__(self, chain: Chain, run: Run) -> None:
        self.chain = chain
        self.run = run
        self.owners = Owners(chain.key, run)
        self.txs = 0
        self.refs: list[tuple[str, Entry]] = []

    def take(self, entry: Entry) -> list[Record]:
        """The records of a transaction, of a txref, or of an address."""
        value, spot = obj(entry.value, "an entry"), entry.spot
        if entry.where in _REFS:
            return self._reference(value, spot, self.owners.address(entry.head.get("address")))
        if "inputs" in value or "outputs" in value:
            self.txs += 1
            return self._transaction(value, spot)
        if "balance" in value or "final_balance" in value:
            return self._address(value, spot)
        if "error" in value or "errors" in value:
            raise Refusal("BlockCypher answered with an error, not with data.")
        if entry.where == WHOLE and self.txs:
            return []
        raise RowProblem(SHAPE, "neither a transaction nor an address of BlockCypher")

    def _when(self, value: Mapping[str, Any]) -> tuple[int | None, int | None, TimeBasis, str, Status]:
        height = value.get("block_height")
        done = isinstance(height, int) and height >= 0 and value.get("double_spend") is not True
        block = count(height, "block_height") if isinstance(height, int) and height >= 0 else None
        for key, basis in (("confirmed", "block"), ("received", "seen")):
            text = value.get(key)
            if isinstance(text, str) and not text.startswith("0001-"):  # year 1 is how that server says "none"
                return (
                    block,
                    moment(text, None),
                    "block" if basis == "block" else "seen",
                    text,
                    "ok" if done else "pending",
                )
        return block, None, "block", "", "ok" if done else "pending"

    def _reference(self, value: Mapping[str, Any], spot: Spot, address: str) -> list[Record]:
        block, time, basis, text, status = self._when(value)
        if value.get("double_spend") is True:
            self.run.remark("warning", "Transactions are marked as double spends; they count as not confirmed.")
        told = utxo.Head(self.chain, transaction(value.get("tx_hash"), "utxo"), block, None, time, status, basis, text)
        worth, given, taken = units(value.get("value")), value.get("tx_output_n"), value.get("tx_input_n")
        made: list[Record] = [told.transaction(spot.whole())]
        if isinstance(taken, int) and taken >= 0:
            index = count(taken, "tx_input_n")
            made.append(told.spent(spot.input(index), index, address, worth, "", "", None))
        elif isinstance(given, int) and given >= 0:
            index = count(given, "tx_output_n")
            made.append(told.paid(spot.output(index), index, address, worth, ""))
        else:
            raise RowProblem(MISSING, "a txref that says neither which input nor which output it is")
        return made

    def _address(self, value: Mapping[str, Any], spot: Spot) -> list[Record]:
        if any(value.get(name) for name in (*_REFS, "txs")):
            raise RowProblem(SHAPE, "several addresses with transactions in one file: import them one by one")
        if value.get("hasMore") is True:
            self.run.remark("warning", "The answer is cut off by the server (hasMore): more transactions exist.")
        if value.get("address") is None:
            self.run.remark("warning", "The answer is about a wallet of several addresses; its balance was not taken.")
            return []
        address = self.owners.address(value["address"])
        details = []
        for name in ("n_tx", "unconfirmed_n_tx"):
            if value.get(name):
                details.append(("tx_count" if name == "n_tx" else name, str(count(value[name], name))))
        for name, key in (("received", "total_received"), ("sent", "total_sent")):
            if value.get(key) is not None:
                details.append((name, coins(units(value[key], key), self.chain)))
        if value.get("unconfirmed_balance"):
            details.append(("unconfirmed_balance in satoshi", str(value["unconfirmed_balance"])[:80]))
        stated = value.get("balance", value.get("final_balance"))
        if self.txs:
            fewer(self.run, value.get("n_tx"), self.txs, "transactions of this address")
        return [balance(spot.whole(), "BlockCypher", self.chain, address, units(stated, "balance"), details)]

    def _transaction(self, value: Mapping[str, Any], spot: Spot) -> list[Record]:
        inputs, outputs = array(value.get("inputs"), "inputs"), array(value.get("outputs"), "outputs")
        block, time, basis, text, status = self._when(value)
        position = value.get("block_index")
        place = count(position, "block_index") if isinstance(position, int) and position >= 0 else None
        told = utxo.Head(self.chain, transaction(value.get("hash"), "utxo"), block, place, time, status, basis, text)
        made: list[Record] = [told.transaction(spot.whole())]
        for index, raw in enumerate(inputs):
            item = obj(raw, "an input")
            output = item.get("output_index")
            if output == -1 or ("prev_hash" not in item and len(inputs) == 1):
                made.append(told.coinbase(spot.input(index), index))
                continue
            owner, script = self.owners(only_address(item.get("addresses")), "", item.get("script_type"))
            worth = units(item["output_value"]) if item.get("output_value") is not None else None
            previous = transaction(item.get("prev_hash"), "utxo")
            made.append(
                told.spent(spot.input(index), index, owner, worth, script, previous, count(output, "output number"))
            )
        for index, raw in enumerate(outputs):
            item = obj(raw, "an output")
            owner, script = self.owners(
                only_address(item.get("addresses")), item.get("script"), item.get("script_type")
            )
            made.append(told.paid(spot.output(index), index, owner, units(item.get("value")), script))
        fewer(self.run, value.get("vin_sz"), len(inputs), "inputs of a transaction")
        fewer(self.run, value.get("vout_sz"), len(outputs), "outputs of a transaction")
        return made


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; transactions that cannot be used come out as bad rows."""
    text = text_of(source)
    reader = _Reader(_chain(parameters, text, run), run)
    yield from entries(source, text, run, _STREAM, reader.take)
    if not run.rows_read:
        run.remark("warning", "The file holds no transactions.")

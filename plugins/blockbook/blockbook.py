"""Reads answers of Blockbook (API v2): a transaction, an address or xpub with its transactions, a block.

Owns that shape for Bitcoin-like coins. Amounts are base units written as text. Blockbook writes the same frame for
Ethereum and TRON; those answers are refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import Chain
from workstation.domain.records import Record, TimeBasis, TransferRecord
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
from workstation.sdk.reader import NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source
from workstation.sdk.scripts import Owners, only_address
from workstation.sdk.text import count, seconds, transaction, units

_LISTS = ("transactions", "txs")
STREAMS = templates(("/{row}", "", "line {row} ", "/transactions/{row}", "/txs/{row}"),
                    "/vin/{sub}", "/vout/{sub}")  # fmt: skip
_STREAM = {LIST: 0, WHOLE: 3, LINE: 6, "transactions": 9, "txs": 12}
_ACCOUNTS = "This is a Blockbook answer of an account chain (Ethereum or TRON): it has no inputs and outputs."
_ACCOUNT_SIGNS = (b'"ethereumSpecific"', b'"tronSpecific"', b'"nonTokenTxs"', b'"erc20Contract"')


def sniff(head: bytes, name: str) -> Sniff:
    """By ``vin`` with ``isAddress``, or by ``itemsOnPage`` with ``totalReceived``, as only Blockbook writes."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return NO
    transactions = b'"vin"' in head and b'"vout"' in head and b'"isAddress"' in head
    summary = b'"totalReceived"' in head and b'"unconfirmedBalance"' in head
    if not transactions and not summary and not (b'"itemsOnPage"' in head and b'"balance"' in head):
        return NO
    if any(sign in head for sign in _ACCOUNT_SIGNS):
        return Sniff(0.97, _ACCOUNTS, _ACCOUNTS)
    if transactions:
        return Sniff(0.97, "JSON with vin, vout and isAddress, as Blockbook answers")
    return Sniff(0.95, "JSON with totalReceived and unconfirmedBalance, as Blockbook answers for an address")


class _Reader:
    """Turns entries of an answer into records."""

    def __init__(self, chain: Chain, run: Run) -> None:
        self.chain = chain
        self.run = run
        self.owners = Owners(chain.key, run)
        self.txs = 0

    def take(self, entry: Entry) -> list[Record]:
        """The records of a transaction, of an address, or of the object around them."""
        value, spot = obj(entry.value, "an entry"), entry.spot
        if any(sign.decode().strip('"') in value for sign in _ACCOUNT_SIGNS):
            raise Refusal(_ACCOUNTS)
        if "vin" in value or "vout" in value:
            self.txs += 1
            position = spot.row if entry.where == "txs" else None
            return self._transaction(value, spot, position, entry.head)
        if isinstance(value.get("error"), str | dict):
            raise Refusal("Blockbook answered with an error, not with data.")
        if "balance" in value and "address" in value:
            return self._address(value, spot)
        if entry.where == WHOLE and (self.txs or "txCount" in value):
            self._pages(value)
            return []
        raise RowProblem(SHAPE, "neither a transaction nor an address of Blockbook")

    def _pages(self, value: Mapping[str, Any]) -> None:
        pages = value.get("totalPages")
        if isinstance(pages, int) and pages > 1:
            page = value.get("page")
            self.run.remark("warning", f"The answer is page {page} of {pages}: more transactions exist.")

    def _address(self, value: Mapping[str, Any], spot: Spot) -> list[Record]:
        if any(value.get(name) and isinstance(value[name], list) for name in _LISTS):
            raise RowProblem(SHAPE, "several addresses with transactions in one file: import them one by one")
        self._pages(value)
        if value.get("txids") and not self.txs:
            self.run.remark("warning", "The answer lists transaction ids only: it shows no inputs and outputs.")
        details = []
        if value.get("txs") is not None:
            details.append(("tx_count", str(count(value["txs"], "txs"))))
            if self.txs:
                fewer(self.run, value["txs"], self.txs, "transactions of this address")
        for name, key in (("received", "totalReceived"), ("sent", "totalSent")):
            if value.get(key) is not None:
                details.append((name, coins(units(value[key], key), self.chain)))
        text = value["address"]
        if isinstance(text, str) and (text[1:4] == "pub" or "(" in text):
            self.run.remark(
                "warning", "The answer is about a wallet key (xpub), not an address; its balance was not taken."
            )
            return []
        worth = units(value["balance"], "balance")
        return [balance(spot.whole(), "Blockbook", self.chain, self.owners.address(text), worth, details)]

    def _transaction(self, value: Mapping[str, Any], spot: Spot, position: int | None,
                     head: Mapping[str, Any]) -> list[Record]:  # fmt: skip
        inputs, outputs = array(value.get("vin"), "vin"), array(value.get("vout"), "vout")
        height = value.get("blockHeight", head.get("height"))
        done = isinstance(height, int) and height >= 0 and (height > 0 or value.get("confirmations") not in (0, None))
        basis: TimeBasis = "block" if done else "seen"  # of an unconfirmed one it is when the server saw it
        stamp = value.get("blockTime") or head.get("time")
        told = utxo.Head(
            self.chain, transaction(value.get("txid"), "utxo"), count(height, "blockHeight") if done else None,
            position if done else None, seconds(stamp) if stamp else None, "ok" if done else "pending", basis,
        )  # fmt: skip
        made: list[Record] = [told.transaction(spot.whole())]
        for order, raw in enumerate(inputs):
            made.append(self._input(told, obj(raw, "an input"), spot, order))
        for order, raw in enumerate(outputs):
            item = obj(raw, "an output")
            index = count(item.get("n", order), "output number")
            address = only_address(item.get("addresses")) if item.get("isAddress") is not False else None
            owner, script = self.owners(address, item.get("hex"))
            made.append(told.paid(spot.output(order), index, owner, units(item.get("value")), script))
        return made

    def _input(self, told: utxo.Head, item: Mapping[str, Any], spot: Spot, order: int) -> TransferRecord:
        index = count(item.get("n", order), "input number")
        if "coinbase" in item or "txid" not in item:
            return told.coinbase(spot.input(order), index)
        address = only_address(item.get("addresses")) if item.get("isAddress") is not False else None
        owner, _ = self.owners(address)
        worth = units(item["value"]) if item.get("value") is not None else None
        # Blockbook leaves zeros out: an input without vout spends output 0.
        previous, output = transaction(item["txid"], "utxo"), count(item.get("vout", 0), "output number")
        return told.spent(spot.input(order), index, owner, worth, "", previous, output)


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; transactions that cannot be used come out as bad rows."""
    text = text_of(source)
    reader = _Reader(utxo_chain(parameters, run, text, "an answer of Blockbook"), run)
    yield from entries(source, text, run, _STREAM, reader.take)
    if not run.rows_read:
        run.remark("warning", "The file holds no transactions.")

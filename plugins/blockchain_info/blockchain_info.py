"""Reads answers of blockchain.info: rawaddr, multiaddr, rawtx, rawblock and balance; also lists and JSON lines.

Owns that shape. Amounts are satoshi. The time of a transaction is when that server first saw it, not block time. The
spent output of an input is named by a number that only that server knows (``tx_index``): its transaction is known only
when it is in the same file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import Chain
from workstation.domain.records import Record, Status, TransferRecord
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
    values,
)
from workstation.sdk.jsonscan import text_of
from workstation.sdk.reader import NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source
from workstation.sdk.scripts import Owners
from workstation.sdk.text import count, seconds, transaction, units

_TXS, _BLOCK, _ADDRESSES = "txs", "tx", "addresses"
STREAMS = templates(("/{row}", "", "line {row} ", "/txs/{row}", "/tx/{row}", "/addresses/{row}"),
                    "/inputs/{sub}", "/out/{sub}")  # fmt: skip
_STREAM = {LIST: 0, WHOLE: 3, LINE: 6, _TXS: 9, _BLOCK: 12, _ADDRESSES: 15}
_COINBASE = 0xFFFFFFFF
_TX = re.compile(r"[0-9a-fA-F]{64}")
_UNSPENT = "This is a list of unspent outputs of blockchain.info: it holds no transactions."
_BALANCE = re.compile(rb'\{\s*"(\w{25,90})"\s*:\s*\{[^{}]*"final_balance"\s*:')


def sniff(head: bytes, name: str) -> Sniff:
    """By ``inputs`` with ``prev_out`` and ``out``, or by ``final_balance`` with ``n_tx``, as only this server writes."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"[") or b'"txrefs"' in head or b'"balance_usd"' in head:
        return NO
    if b'"unspent_outputs"' in head and b'"tx_hash_big_endian"' in head:
        return Sniff(0.97, _UNSPENT, _UNSPENT)
    if b'"inputs"' in head and re.search(rb'"out"\s*:\s*\[', head) and (b'"prev_out"' in head or b'"tx_index"' in head):
        return Sniff(0.98, "JSON with inputs, prev_out and out, as blockchain.info answers")
    if b'"mrkl_root"' in head and b'"prev_block"' in head:
        return Sniff(0.97, "JSON with mrkl_root and prev_block, a block of blockchain.info")
    summary = b'"n_tx"' in head and b'"final_balance"' in head and b'"total_received"' in head
    if summary and (b'"hash160"' in head or b'"wallet"' in head or _BALANCE.search(head)):
        return Sniff(0.96, "JSON with n_tx, total_received and final_balance, as blockchain.info states a balance")
    return NO


class _Reader:
    """Turns entries of an answer into records."""

    def __init__(self, chain: Chain, run: Run, numbers: Mapping[int, str]) -> None:
        self.chain = chain
        self.numbers = numbers
        self.run = run
        self.owners = Owners(chain.key, run)
        self.listed = 0

    def take(self, entry: Entry) -> list[Record]:
        """The records of a transaction, of an address, or of the object around them."""
        value, spot = obj(entry.value, "an entry"), entry.spot
        if "unspent_outputs" in value:
            raise Refusal(_UNSPENT)
        if entry.where == _ADDRESSES or (entry.where != _TXS and "final_balance" in value and "address" in value):
            return self._address(value, spot, whole=entry.where == WHOLE)
        if "inputs" in value or "out" in value:
            self.listed += 1
            return self._transaction(value, spot, spot.row if entry.where == _BLOCK else None)
        if entry.where == WHOLE and self.listed and ("mrkl_root" in value or "wallet" in value or "info" in value):
            wallet = value.get("wallet")
            if isinstance(wallet, dict):
                fewer(self.run, wallet.get("n_tx"), self.listed, "transactions")
            return []
        balances = [(key, item) for key, item in value.items() if isinstance(item, dict) and "final_balance" in item]
        if entry.where == WHOLE and balances and len(balances) == len(value):
            return [one for key, item in balances for one in self._address({**item, "address": key}, spot, whole=False)]
        if entry.where == WHOLE and (_TXS in entry.head or "wallet" in value or "mrkl_root" in value):
            self.run.remark("warning", "The answer holds no transactions.")
            return []
        raise RowProblem(SHAPE, "neither a transaction nor an address of blockchain.info")

    def _address(self, value: Mapping[str, Any], spot: Spot, *, whole: bool) -> list[Record]:
        if isinstance(value.get("txs"), list) and value["txs"]:
            raise RowProblem(SHAPE, "several addresses with transactions in one file: import them one by one")
        address = self.owners.address(value.get("address"))
        details = []
        if value.get("n_tx") is not None:
            details.append(("tx_count", str(count(value["n_tx"], "n_tx"))))
        for name, key in (("received", "total_received"), ("sent", "total_sent")):
            if value.get(key) is not None:
                details.append((name, coins(units(value[key], key), self.chain)))
        if whole:
            fewer(self.run, value.get("n_tx"), self.listed, "transactions of this address")
        worth = units(value.get("final_balance"), "final_balance")
        return [balance(spot.whole(), "Blockchain.info", self.chain, address, worth, details)]

    def _transaction(self, value: Mapping[str, Any], spot: Spot, position: int | None) -> list[Record]:
        inputs, outputs = array(value.get("inputs"), "inputs"), array(value.get("out"), "out")
        height = value.get("block_height")
        status: Status = "ok" if height is not None or value.get("block_index") is not None else "pending"
        if value.get("double_spend") is True:
            self.run.remark("warning", "Transactions are marked as double spends; they count as not confirmed.")
            status = "pending"
        time = seconds(value["time"]) if value.get("time") is not None else None
        block = None if height is None else count(height, "block_height")
        told = utxo.Head(self.chain, transaction(value.get("hash"), "utxo"), block, position, time, status, "seen")
        made: list[Record] = [told.transaction(spot.whole())]
        for order, item in enumerate(inputs):
            made.append(self._input(told, obj(item, "an input"), spot, order, alone=len(inputs) == 1))
        for order, item in enumerate(outputs):
            one = obj(item, "an output")
            index = count(one.get("n", order), "output number")
            owner, script = self.owners(one.get("addr"), one.get("script"))
            made.append(told.paid(spot.output(order), index, owner, units(one.get("value")), script))
        fewer(self.run, value.get("vin_sz"), len(inputs), "inputs of a transaction")
        fewer(self.run, value.get("vout_sz"), len(outputs), "outputs of a transaction")
        return made

    def _input(
        self, told: utxo.Head, item: Mapping[str, Any], spot: Spot, order: int, *, alone: bool
    ) -> TransferRecord:
        index = count(item.get("index", order), "input number")
        spent = item.get("prev_out")
        if alone and (spent is None or (isinstance(spent, dict) and spent.get("n") == _COINBASE)):
            return told.coinbase(spot.input(order), index)
        if spent is None:
            return told.spent(spot.input(order), index, None, None, "", "", None)
        spent = obj(spent, "a spent output")
        owner, script = self.owners(spent.get("addr"), spent.get("script"))
        output = count(spent["n"], "output number") if spent.get("n") is not None else None
        number = spent.get("tx_index")
        previous = self.numbers.get(number, "") if isinstance(number, int) else ""
        if previous == told.tx:
            previous = ""
        if previous:
            self.run.remark(
                "assumption", "Spent outputs are joined to transactions of this file by the server's tx_index."
            )
        return told.spent(spot.input(order), index, owner, units(spent.get("value")), script, previous, output)


def _numbers(text: str, run: Run) -> dict[int, str]:
    """tx_index → transaction id of the transactions in the file; a number that two of them have is left out."""
    found: dict[int, str] = {}
    twice: set[int] = set()
    for value in values(text, run, _STREAM):
        number, tx = (value.get("tx_index"), value.get("hash")) if isinstance(value, dict) else (None, None)
        if not (isinstance(number, int) and number > 0 and isinstance(tx, str) and _TX.fullmatch(tx)):
            continue
        if found.setdefault(number, tx.lower()) != tx.lower():
            twice.add(number)
    return {number: tx for number, tx in found.items() if number not in twice}


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; transactions that cannot be used come out as bad rows."""
    text = text_of(source)
    reader = _Reader(utxo_chain(parameters, run, text, "blockchain.info"), run, _numbers(text, run))
    yield from entries(source, text, run, _STREAM, reader.take)
    if reader.listed:
        run.remark("assumption", "Times are when blockchain.info first saw a transaction, not block times.")
    if not run.rows_read:
        run.remark("warning", "The file holds no transactions.")

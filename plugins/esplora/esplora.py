"""Reads answers of Esplora and mempool servers: transactions (list, one, JSON lines) and address summaries.

Owns that shape. Amounts are satoshi. An input whose spent output is not in the file stays unknown; an output without
address keeps its script. "A paid B" is never said here. An address summary is a stated balance, not money that moved.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import Chain
from workstation.domain.records import Record, Status, TimeBasis
from workstation.sdk import utxo
from workstation.sdk.answers import LINE, LIST, WHOLE, Entry, Spot, array, balance, coins, entries, obj, templates
from workstation.sdk.jsonscan import text_of
from workstation.sdk.reader import AMOUNT, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source
from workstation.sdk.scripts import Owners
from workstation.sdk.text import count, known_chain, seconds, transaction, units

STREAMS = templates(("/{row}", "", "line {row} "), "/vin/{sub}", "/vout/{sub}")
_STREAM = {LIST: 0, WHOLE: 3, LINE: 6}
_PAGE = 25
_TX = re.compile(rb'"txid"\s*:')
_VOUT = re.compile(rb'"scriptpubkey(?:_type|_address)?"\s*:')
_SUMMARY = re.compile(rb'(?:\[\s*)?\{\s*"address"\s*:\s*"\w{20,100}"\s*,\s*"chain_stats"')
_STATUS = re.compile(rb'"(?:status|vin)"\s*:')


def sniff(head: bytes, name: str) -> Sniff:
    """By the keys ``txid``, ``vin`` and ``scriptpubkey`` in lower case, which only Esplora writes, or ``chain_stats``."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] not in (b"[", b"{"):
        return NO
    if _SUMMARY.match(text):
        return Sniff(0.97, "JSON with chain_stats: an Esplora address summary, totals without transactions")
    if _TX.search(head) and _VOUT.search(head) and _STATUS.search(head):
        return Sniff(0.98, "JSON with txid, vin and scriptpubkey, as Esplora and mempool servers answer")
    return NO


class _Reader:
    """Turns one transaction object or address summary into records."""

    def __init__(self, chain: Chain, run: Run) -> None:
        self.chain = chain
        self.run = run
        self.owners = Owners(chain.key, run)
        self.confirmed = 0
        self.summaries = 0

    def _owner(self, output: Mapping[str, Any]) -> tuple[str | None, str]:
        """The address of an output, or None and its script."""
        return self.owners(
            output.get("scriptpubkey_address"), output.get("scriptpubkey"), output.get("scriptpubkey_type")
        )

    def take(self, entry: Entry) -> list[Record]:
        """The records of one entry; ``RowProblem`` when any part of it cannot be used: never half of one."""
        value = obj(entry.value, "an entry")
        if "chain_stats" in value and "vin" not in value:
            return self._summary(value, entry.spot)
        return self._transaction(value, entry.spot)

    def _summary(self, value: Mapping[str, Any], spot: Spot) -> list[Record]:
        if not isinstance(value.get("address"), str):
            raise RowProblem(SHAPE, "a summary that names no address")
        address = self.owners.address(value["address"])
        stats = obj(value["chain_stats"], "chain_stats")
        received, sent = units(stats.get("funded_txo_sum"), "received"), units(stats.get("spent_txo_sum"), "sent")
        details = [
            ("tx_count", str(count(stats.get("tx_count"), "tx_count"))),
            ("received", coins(received, self.chain)),
            ("sent", coins(sent, self.chain)),
        ]
        for name in ("funded_txo_count", "spent_txo_count"):
            if name in stats:
                details.append((name, str(count(stats[name], name))))
        waiting = value.get("mempool_stats")
        if isinstance(waiting, dict) and waiting.get("tx_count"):
            details.append(("unconfirmed tx_count", str(count(waiting["tx_count"], "tx_count"))))
            for name, key in (("unconfirmed received", "funded_txo_sum"), ("unconfirmed sent", "spent_txo_sum")):
                details.append((name, coins(units(waiting.get(key), key), self.chain)))
        if sent > received:
            raise RowProblem(AMOUNT, "more was spent from the address than it received")
        self.summaries += 1
        return [balance(spot.whole(), "Esplora", self.chain, address, received - sent, details)]

    def _head(self, value: Mapping[str, Any]) -> utxo.Head:
        state, block, time = value.get("status"), None, None
        status: Status = "pending"
        basis: TimeBasis = "block"
        if state is not None and not isinstance(state, dict):
            raise RowProblem(SHAPE, "the status is not an object")
        if state and state.get("confirmed") is True:
            status = "ok"
            block = count(state["block_height"], "block height") if "block_height" in state else None
            time = seconds(state["block_time"]) if "block_time" in state else None
        elif value.get("firstSeen"):  # mempool servers only
            time, basis = seconds(value["firstSeen"]), "seen"
        return utxo.Head(self.chain, transaction(value.get("txid"), "utxo"), block, None, time, status, basis)

    def _transaction(self, value: Mapping[str, Any], spot: Spot) -> list[Record]:
        inputs, outputs = value.get("vin"), value.get("vout")
        if not isinstance(inputs, list) or not isinstance(outputs, list):
            raise RowProblem(SHAPE, "a transaction without its lists vin and vout")
        told = self._head(value)
        made: list[Record] = [told.transaction(spot.whole())]
        for index, raw in enumerate(array(inputs, "vin")):
            item = obj(raw, "an input")
            if item.get("is_coinbase") is True:
                made.append(told.coinbase(spot.input(index), index))
                continue
            spent = item.get("prevout")
            owner, script, worth = None, "", None
            if spent is not None:
                owner, script = self._owner(obj(spent, "a spent output"))
                worth = units(spent.get("value"))
            previous, output = transaction(item.get("txid"), "utxo"), count(item.get("vout"), "output number")
            made.append(told.spent(spot.input(index), index, owner, worth, script, previous, output))
        for index, raw in enumerate(array(outputs, "vout")):
            item = obj(raw, "an output")
            owner, script = self._owner(item)
            made.append(told.paid(spot.output(index), index, owner, units(item.get("value")), script))
        self.confirmed += told.status == "ok"
        return made


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; transactions that cannot be used come out as bad rows."""
    try:
        chain = known_chain(parameters.get("chain") or "bitcoin")
    except RowProblem as problem:
        raise Refusal(f"The parameter chain: {problem}.") from problem
    if chain.model != "utxo":
        raise Refusal(f"The parameter chain: {chain.key} has no inputs and outputs.")
    if not parameters.get("chain"):
        run.remark("assumption", "The chain is bitcoin: an Esplora answer does not name its chain.")
    reader = _Reader(chain, run)
    yield from entries(source, text_of(source), run, _STREAM, reader.take)
    if not run.rows_read:
        run.remark("warning", "The list is empty: the server had no transactions to list.")
    if reader.summaries:
        run.remark("warning", "An address summary states totals only: import its transactions too.")
    if reader.confirmed and reader.confirmed % _PAGE == 0:
        run.remark(
            "warning", f"The file has {reader.confirmed} confirmed transactions, full pages of 25: more probably exist."
        )

"""Reads JSON-RPC answers of EVM nodes: blocks, transactions, receipts, logs and call traces.

Owns these shapes, also inside a batch, JSON lines and the wrapper of the Etherscan proxy (``res``). Every number is
hexadecimal wei. Transfers of tokens come from Transfer logs; a log names no decimals, so its number is kept whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from workstation.domain.chains import Chain
from workstation.domain.records import Place, Record, TransactionStatus
from workstation.sdk import evm, jsonrows
from workstation.sdk.account import Head
from workstation.sdk.evm import Call, number
from workstation.sdk.jsonrows import list_in, part, text_in
from workstation.sdk.jsonscan import text_of
from workstation.sdk.reader import (
    MISSING,
    NO,
    SHAPE,
    TRANSACTION,
    Refusal,
    RowProblem,
    Run,
    Sniff,
    Source,
    bad,
    raw_at,
)
from workstation.sdk.text import Checker, count, transaction

_LISTS = ("result",)
_PARTS = ("transactions", "withdrawals", "logs")
STREAMS = jsonrows.streams(_LISTS) + tuple(
    form.format(part=part)
    for part in _PARTS
    for form in ("/result/{{row}}/{part}/{{sub}}", "/{{row}} {part}/{{sub}}", "line {{row}} {part}/{{sub}}",
                 "{part}/{{row}}")
)  # fmt: skip
_SINGLE = 3
_GWEI = 10**9
_CHAIN_ID = re.compile(r'"chainId"\s*:\s*"0x([0-9a-fA-F]{1,8})"')
_SHAPES = (
    (rb'"traceAddress"\s*:', rb'"action"\s*:', "call traces of a node (trace_block)"),
    (rb'"transactionHash"\s*:', rb'"(?:gasUsed|topics)"\s*:', "receipts or logs of a node"),
    (rb'"gasPrice"\s*:\s*"0x', rb'"hash"\s*:\s*"0x', "transactions of a node"),
    (rb'"parentHash"\s*:\s*"0x', rb'"number"\s*:\s*"0x', "a block of a node"),
    (rb'"gasUsed"\s*:\s*"0x', rb'"type"\s*:\s*"[A-Z]', "nested call traces of a node (callTracer)"),
)
_NO_STATUS = (
    "A block or transaction does not say whether it failed, and a failed one moves no value: import the receipts too."
)


def sniff(head: bytes, name: str) -> Sniff:
    """By ``jsonrpc`` and ``result``, or by the keys of a block, transaction, receipt or trace with ``0x`` numbers."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return NO
    envelope = b'"jsonrpc"' in head and b'"result"' in head
    if b'"jsonrpc"' in head and re.search(rb'"error"\s*:\s*\{', head) and not envelope:
        what = "This is an error answer of a node, not data."
        return Sniff(0.97, what, what)
    proxy = b'"module"' in head and b'"proxy"' in head and b'"res"' in head
    if b'"lamports"' in head or (b'"slot"' in head and b'"signatures"' in head):
        return NO
    for first, second, what in _SHAPES:
        if re.search(first, head) and re.search(second, head):
            if b'"blockNumber":"' in head.replace(b" ", b"") and b'"timeStamp"' in head and not envelope:
                return NO
            return Sniff(0.98 if envelope or proxy else 0.85, f"JSON with {what}")
    if envelope and re.search(rb'"result"\s*:\s*\[\s*\]', head):
        return Sniff(0.8, "a JSON-RPC answer with an empty list")
    if envelope and re.search(rb'"result"\s*:\s*"0x[0-9a-fA-F]*"', head):
        what = "This is a JSON-RPC answer with one number or text, without transfers."
        return Sniff(0.9, what, what)
    return NO


class _Reader:
    """Turns the answers of one file into records. ``inside``, ``receipts``: rows of a file that is one object."""

    def __init__(self, source: Source, text: str, chain: Chain, run: Run) -> None:
        self.source, self.text, self.chain, self.run = source, text, chain, run
        self._checker = Checker()
        self.calls = evm.Gathered(source, run)
        self.inside = self.receipts = 0

    def _address(self, row: Mapping[str, Any], key: str) -> str | None:
        text = text_in(row, key)
        return self._checker(self.chain.key, text) if text else None

    def _count(self, value: object, what: str) -> int | None:
        return None if value is None else count(number(value, what) if isinstance(value, str) else value, what)

    def records(self, value: Any, place: Place) -> Iterator[Record]:
        """The records of one answer or of one element of its list."""
        if not isinstance(value, dict):
            raise RowProblem(SHAPE, "not an object")
        start = place.offset
        if "error" in value and "jsonrpc" in value:
            if place.stream == _SINGLE:
                raise Refusal(f"This is an error answer of a node, not data ({str(value['error'])[:200]}).")
            raise RowProblem(SHAPE, "an error answer of a node")
        key = "result" if "jsonrpc" in value else "res" if "module" in value else ""
        if key:
            start, value = jsonrows.member_at(self.text, start, key), value.get(key)
            if place.stream == _SINGLE and not isinstance(value, dict):
                raise Refusal(f"This is an answer of a node without transfers ({str(value)[:80]}).")
        if isinstance(value, list):
            for item in value:
                yield from self.records(item, place)
            return
        if not isinstance(value, dict):
            raise RowProblem(SHAPE, "the answer holds no object")
        if "action" in value:
            yield from self._trace(value, place)
        elif "transactions" in value and "parentHash" in value:
            yield from self._block(value, place, start)
        elif "logs" in value and "transactionHash" in value:
            yield from self._receipt(value, place, start)
        elif "topics" in value:
            yield from self._log(value, place, None)
        elif "hash" in value and "value" in value:
            yield from self._transaction(value, place, None, "")
        elif "result" in value or "type" in value:
            yield from self._nested(value, place)
        else:
            raise RowProblem(SHAPE, "not a block, transaction, receipt, log or trace")

    # --- blocks and transactions ------------------------------------------------------------------------------

    def _inner(self, place: Place, part_name: str, number_: int, span: tuple[int, int]) -> Place:
        stream = 4 + 4 * _PARTS.index(part_name) + place.stream
        if place.stream == _SINGLE:
            self.inside += 1
            return Place(stream, number_, None, *span)
        return Place(stream, place.row, number_, *span)

    def _spans(self, place: Place, start: int, key: str, items: list[Any]) -> list[tuple[int, int]]:
        found = jsonrows.spans(self.text, start, key)
        return found if len(found) == len(items) else [(place.offset, place.length)] * len(items)

    def _block(self, block: Mapping[str, Any], place: Place, start: int) -> Iterator[Record]:
        height = self._count(block.get("number"), "block number")
        time = None if height is None else count(number(block.get("timestamp"), "timestamp"), "timestamp")
        shown = "" if time is None else str(time)
        items = list_in(block, "transactions")
        for index, (item, span) in enumerate(zip(items, self._spans(place, start, "transactions", items), strict=True)):
            inner = self._inner(place, "transactions", index, span)
            try:
                if isinstance(item, str):
                    head = Head(self.chain, transaction(item, "evm"), height, index, time, shown)
                    self.run.remark(
                        "warning", "A block names its transactions by hash only: their transfers are not in it."
                    )
                    yield head.transaction(inner, "")
                elif isinstance(item, dict):
                    yield from list(self._transaction(item, inner, time, shown))
                else:
                    raise RowProblem(SHAPE, "a transaction is not an object")
            except RowProblem as problem:
                yield bad(inner, problem.code, str(problem), raw_at(self.source, inner))
        items = list_in(block, "withdrawals")
        for index, (item, span) in enumerate(zip(items, self._spans(place, start, "withdrawals", items), strict=True)):
            inner = self._inner(place, "withdrawals", index, span)
            try:
                if not isinstance(item, dict):
                    raise RowProblem(SHAPE, "a withdrawal is not an object")
                yield Head(self.chain, "", height, None, time, shown).coin(
                    inner, "mint", self._count(item.get("index"), "index of a withdrawal"), None,
                    self._address(item, "address"), number(item.get("amount"), "amount of a withdrawal") * _GWEI,
                )  # fmt: skip
            except RowProblem as problem:
                yield bad(inner, problem.code, str(problem), raw_at(self.source, inner))
        if not block.get("transactions") and not items:
            self.run.skipped("blocks without transactions")

    def _transaction(self, row: Mapping[str, Any], place: Place, time: int | None, shown: str) -> Iterator[Record]:
        block = self._count(row.get("blockNumber"), "block number")
        head = Head(
            self.chain, transaction(row.get("hash"), "evm"), block,
            self._count(row.get("transactionIndex"), "transaction index"), time, shown,
        )  # fmt: skip
        sender, receiver = self._address(row, "from"), self._address(row, "to")
        value = number(row.get("value"), "value")
        if sender is None:
            raise RowProblem(MISSING, "the sender is missing")
        made = row.get("input", row.get("data")) not in ("", "0x", None)  # a creation has code and says "to": null
        if "to" not in row or (receiver is None and not made):
            raise RowProblem(MISSING, "the receiver is missing")
        status: TransactionStatus = "pending" if block is None else ""
        yield head.transaction(place, status)
        if value:
            if receiver is None:
                receiver = self._address(row, "creates") or evm.created(sender, number(row.get("nonce"), "nonce"))
            yield head.coin(place, "native", 0, sender, receiver, value)
        if not status:
            self.run.remark("warning", _NO_STATUS)

    # --- receipts and logs ------------------------------------------------------------------------------------

    def _receipt(self, row: Mapping[str, Any], place: Place, start: int) -> Iterator[Record]:
        head = self._head_of(row)
        self.receipts += place.stream == _SINGLE
        state = row.get("status")
        status: TransactionStatus = ""
        if state is not None:
            known: dict[int, TransactionStatus] = {0: "failed", 1: "ok"}
            found = known.get(number(state, "status"))
            if found is None:
                raise RowProblem(SHAPE, "the status is neither 0x0 nor 0x1")
            status = found
        yield head.transaction(place, status)
        price = row.get("effectiveGasPrice")
        if price is None:
            self.run.remark("warning", "A receipt does not state the gas price, so its fee stays unknown.")
        else:
            fee = evm.product(number(row.get("gasUsed"), "gas used"), number(price, "gas price"))
            if row.get("l1Fee") is not None:
                fee += number(row["l1Fee"], "fee of the first layer")
            payer = self._address(row, "from")
            if payer is None:
                self.run.remark("warning", "A receipt does not name who paid the fee.")
            yield head.fee(place, payer, fee)
        items = list_in(row, "logs")
        for index, (item, span) in enumerate(zip(items, self._spans(place, start, "logs", items), strict=True)):
            inner = self._inner(place, "logs", index, span)
            try:
                if not isinstance(item, dict):
                    raise RowProblem(SHAPE, "a log is not an object")
                yield from self._log(item, inner, head)
            except RowProblem as problem:
                yield bad(inner, problem.code, str(problem), raw_at(self.source, inner))

    def _head_of(self, row: Mapping[str, Any]) -> Head:
        return Head(
            self.chain, transaction(row.get("transactionHash"), "evm"),
            self._count(row.get("blockNumber"), "block number"),
            self._count(row.get("transactionIndex"), "transaction index"), None, "",
        )  # fmt: skip

    def _log(self, row: Mapping[str, Any], place: Place, head: Head | None) -> Iterator[Record]:
        if row.get("removed") is True:
            self.run.skipped("logs of a block that was taken back")
            return
        contract = self._address(row, "address")
        if contract is None:
            raise RowProblem(MISSING, "a log names no contract")
        if head is None:
            head = self._head_of(row)
        elif row.get("transactionHash") is not None and transaction(row["transactionHash"], "evm") != head.tx:
            raise RowProblem(TRANSACTION, "a log names another transaction than its receipt")
        index = self._count(row.get("logIndex"), "log index")
        made = evm.of_log(head, place, contract, list_in(row, "topics"), text_in(row, "data"), index)
        if not made:
            self.run.skipped("logs that are no transfer of a token")
        yield from made

    # --- traces -----------------------------------------------------------------------------------------------

    def _trace(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        """One trace of ``trace_block``; the calls of a transaction come one after the other and are kept together."""
        action, kind = part(row, "action"), text_in(row, "type")
        block = self._count(row.get("blockNumber"), "block number")
        if kind == "reward":
            yield from self.calls.flush()
            yield Head(self.chain, "", block, None, None, "").coin(
                place, "mint", None, None, self._address(action, "author"), number(action.get("value"), "value")
            )
            return
        head = Head(
            self.chain, transaction(row.get("transactionHash"), "evm"), block,
            self._count(row.get("transactionPosition"), "transaction position"), None, "",
        )  # fmt: skip
        path = tuple(count(step, "trace address") for step in list_in(row, "traceAddress"))
        failed = bool(row.get("error"))
        if kind == "suicide":
            call = Call(place, kind, "", self._address(action, "address"), self._address(action, "refundAddress"),
                        number(action.get("balance"), "balance"), path, 0, failed, None)  # fmt: skip
        elif kind in ("call", "create"):
            receiver = self._address(action, "to")
            if kind == "create":
                receiver = self._address(part(row, "result"), "address")
            call = Call(place, kind, text_in(action, "callType"), self._address(action, "from"), receiver,
                        number(action.get("value"), "value"), path, count(row.get("subtraces", 0), "subtraces"),
                        failed, None)  # fmt: skip
        else:
            raise RowProblem(SHAPE, f"a trace of unknown type {kind[:40]!r}")
        yield from self.calls.add(head, call)

    def _nested(self, row: Mapping[str, Any], place: Place) -> Iterator[Record]:
        """One transaction of ``debug_traceBlockByNumber`` with the callTracer."""
        top = part(row, "result") if "result" in row else dict(row)
        if row.get("txHash") is None:
            raise RowProblem(TRANSACTION, "the trace names no transaction (older nodes leave the hash out)")
        head = Head(self.chain, transaction(row["txHash"], "evm"), None, None, None, "")
        calls: list[Call] = []
        self._flatten(top, (), place, calls)
        yield from evm.of_calls(head, calls, self.run)

    def _flatten(self, call: Mapping[str, Any], path: tuple[int, ...], place: Place, calls: list[Call]) -> None:
        """The calls of a nested trace in the order of execution."""
        kinds = {"CREATE": "create", "CREATE2": "create", "SELFDESTRUCT": "suicide"}
        name, below = text_in(call, "type"), list_in(call, "calls")
        if name == "SELFDESTRUCT" and "value" not in call:
            self.run.remark("warning", "A contract destroyed itself; the trace does not say what it paid out.")
        if name not in kinds and name not in ("CALL", "CALLCODE", "DELEGATECALL", "STATICCALL"):
            raise RowProblem(SHAPE, f"a call of unknown type {name[:40]!r}")
        value = number(call["value"], "value") if call.get("value") is not None else 0
        sender, receiver = self._address(call, "from"), self._address(call, "to")
        kind, failed = kinds.get(name, "call"), bool(call.get("error"))
        calls.append(Call(place, kind, name.lower(), sender, receiver, value, path, len(below), failed, None))
        for index, inner in enumerate(below):
            if not isinstance(inner, dict):
                raise RowProblem(SHAPE, "a call is not an object")
            self._flatten(inner, (*path, index), place, calls)


def _stated_chain(text: str) -> int | None:
    """The one chain number the file states."""
    found = {int(match.group(1), 16) for match in _CHAIN_ID.finditer(text)}
    if len(found) > 1:
        raise Refusal("The file holds transactions of several chains: split it by chain and import each part.")
    return found.pop() if found else None


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the answers; what cannot be used comes out as bad rows."""
    text = text_of(source)
    reader = _Reader(source, text, evm.chosen(parameters, run, "an answer of a node", _stated_chain(text)), run)
    yield from jsonrows.records(source, run, _LISTS, reader.records, text=text)
    yield from reader.calls.flush()
    run.rows(max(run.rows_read, reader.inside + reader.receipts))

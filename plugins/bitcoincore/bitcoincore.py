"""Reads JSON of Bitcoin Core and its sisters: getblock verbosity 2 and 3, getrawtransaction 1 and 2, lists and lines.

Owns that shape. Values are coins with decimals and become whole base units without a float. An input whose spent
output is not in the file stays unknown; an output for which the node prints no address keeps its script and gets none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from workstation.domain.amounts import MAX_AMOUNT
from workstation.domain.chains import Chain
from workstation.domain.records import Place, Record, Status, TransferRecord
from workstation.sdk import utxo
from workstation.sdk.answers import utxo_chain
from workstation.sdk.jsonscan import Piece, blank, elements, line_starts, many_lines, members, text_of, value_at
from workstation.sdk.reader import AMOUNT, MISSING, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.scripts import Owners, only_address
from workstation.sdk.text import count, seconds, transaction

# One block, one transaction, lines or a list of either. Of a block in a line or list the sub-number is the transaction.
STREAMS = ("/tx/{row}", "/tx/{row}/vin/{sub}", "/tx/{row}/vout/{sub}", "/", "/vin/{sub}", "/vout/{sub}",
           "line {row} /tx/{sub}", "line {row} /", "line {row} /vin/{sub}", "line {row} /vout/{sub}",
           "/result/tx/{row}", "/result/tx/{row}/vin/{sub}", "/result/tx/{row}/vout/{sub}",
           "/result", "/result/vin/{sub}", "/result/vout/{sub}", "/",
           "/{row}/tx/{sub}", "/{row}", "/{row}/vin/{sub}", "/{row}/vout/{sub}")  # fmt: skip
_BLOCK, _TX, _LINE_BLOCK, _LINE_TX, _RPC_BLOCK, _RPC_TX, _WHOLE, _LIST_BLOCK, _LIST_TX = 0, 3, 6, 7, 10, 13, 16, 17, 18
_LISTS = frozenset({"tx"})
_ONLY_IDS = "The block lists transaction ids only (getblock verbosity 1): it shows no inputs and outputs."
_ONLY_HASH = "This is only the hash of a block, as a node answers getblockhash: it holds no transactions."
_IDS = re.compile(rb'"tx"\s*:\s*\[\s*"[0-9a-f]{64}"')
_HASH = re.compile(rb'"[0-9a-f]{64}"')
_SHIELDED = ("vjoinsplit", "vShieldedSpend", "vShieldedOutput", "vShieldedSpends", "vShieldedOutputs", "orchard")


def sniff(head: bytes, name: str) -> Sniff:
    """By the keys of a block (``merkleroot``, ``tx``) or by ``scriptPubKey``, which only nodes write so."""
    text = head.removeprefix(b"\xef\xbb\xbf").strip()
    if _HASH.fullmatch(text):
        return Sniff(0.9, _ONLY_HASH, _ONLY_HASH)
    if text[:1] not in (b"{", b"["):
        return NO
    if b'"merkleroot"' in head and _IDS.search(head):
        return Sniff(0.99, _ONLY_IDS, _ONLY_IDS)
    if b'"merkleroot"' in head and re.search(rb'"tx"\s*:', head):
        return Sniff(0.99, "JSON with merkleroot and tx, as a node answers getblock")
    if b'"scriptPubKey"' in head and b'"vin"' in head and b'"vout"' in head:
        return Sniff(0.97, "JSON with vin, vout and scriptPubKey, as a node answers")
    if b'"merkleroot"' in head and b'"previousblockhash"' in head:
        return Sniff(0.8, "JSON with the keys of a block of a node")
    if len(text) < 400 and re.match(rb'\{[^{}\[\]]*"result"\s*:\s*"[0-9a-f]*"', text):
        what = "This is an answer of a node with one text and no transactions"
        return Sniff(0.6, what, what)
    return NO


@dataclass(slots=True)
class _Head:
    """What a block, or a transaction on its own, says about itself."""

    values: dict[str, Any] = field(default_factory=dict)
    transactions: list[Piece] = field(default_factory=list)
    end: Piece | None = None
    has_list: bool = False


class _Reader:
    """Turns transactions of a node into records."""

    def __init__(self, chain: Chain, run: Run, *, listed: bool) -> None:
        self.chain = chain
        self.run = run
        self.owners = Owners(chain.key, run)
        self.taken = False
        self.block_stream, self.tx_stream = (_LIST_BLOCK, _LIST_TX) if listed else (_LINE_BLOCK, _LINE_TX)

    def _units(self, output: Mapping[str, Any]) -> int:
        value = output.get("value")
        if isinstance(value, int) and not isinstance(value, bool):
            value = Decimal(value)
        if not isinstance(value, Decimal):
            raise RowProblem(AMOUNT, "a value is not a number")
        _sign, digits, exponent = value.as_tuple()
        if (
            not isinstance(exponent, int)
            or (value.is_signed() and value)
            or len(digits) > 100
            or not -100 < exponent < 100
        ):
            raise RowProblem(AMOUNT, "a value is negative or out of range")
        whole, shift = int("".join(map(str, digits))), exponent + self.chain.decimals
        if shift >= 0:
            made = whole * int(10**shift)
        elif whole % 10**-shift:
            raise RowProblem(AMOUNT, f"a value has more than {self.chain.decimals} decimals")
        else:
            made = whole // int(10**-shift)
        if made > MAX_AMOUNT:
            raise RowProblem(AMOUNT, "a value is larger than 2^256 - 1")
        return made

    def _owner(self, output: Mapping[str, Any]) -> tuple[str | None, str]:
        script = output.get("scriptPubKey")
        if not isinstance(script, dict):
            raise RowProblem(SHAPE, "an output without its script")
        address = script.get("address")
        if address is None:
            address = only_address(script.get("addresses"))  # older versions
        return self.owners(address, script.get("hex"), script.get("type"))

    def records(self, value: Any, streams: tuple[int, int, int], where: tuple[int, int | None, int, int],
                head: Mapping[str, Any], position: int | None) -> list[Record]:  # fmt: skip
        """The records of one transaction; ``RowProblem`` when any part of it cannot be used."""
        row, sub, start, length = where
        place = Place(streams[0], row, sub, start, length)
        block = count(head["height"], "block height") if head.get("height") is not None else None
        time = seconds(head["time"]) if head.get("time") is not None else None
        status: Status = "ok" if position is not None or "blockhash" in head else "pending"
        if isinstance(value, str):
            if not self.taken:
                raise Refusal(_ONLY_IDS)
            raise RowProblem(SHAPE, "a transaction id without its inputs and outputs")
        if not isinstance(value, dict):
            raise RowProblem(SHAPE, "not a transaction object")
        self.taken = True
        inputs, outputs = value.get("vin"), value.get("vout")
        if not isinstance(inputs, list) or not isinstance(outputs, list):
            raise RowProblem(SHAPE, "a transaction without its lists vin and vout")
        if any(value.get(name) for name in _SHIELDED):
            self.run.remark("warning", "Some transactions have shielded parts, whose amounts and addresses are hidden.")
        told = utxo.Head(self.chain, transaction(value.get("txid"), "utxo"), block, position, time, status)
        made: list[Record] = [told.transaction(place)]
        deep = sub is not None  # in a line of a block the sub-number is taken: inputs point to the transaction

        def at(stream: int, index: int) -> Place:
            return Place(stream, row, sub if deep else index, start, length)

        for index, item in enumerate(inputs):
            if not isinstance(item, dict):
                raise RowProblem(SHAPE, "an input is not an object")
            if "coinbase" in item:
                made.append(told.coinbase(at(streams[1], index), index))
                continue
            spent, owner, script, worth = item.get("prevout"), None, "", None
            if isinstance(spent, dict):
                owner, script = self._owner(spent)
                worth = self._units(spent)
            tx, output = transaction(item.get("txid"), "utxo"), count(item.get("vout"), "output number")
            made.append(told.spent(at(streams[1], index), index, owner, worth, script, tx, output))
        for order, item in enumerate(outputs):
            if not isinstance(item, dict):
                raise RowProblem(SHAPE, "an output is not an object")
            index = count(item.get("n", order), "output number")
            owner, script = self._owner(item)
            made.append(told.paid(at(streams[2], order), index, owner, self._units(item), script))
        return made


def _walk(text: str, start: int) -> _Head:
    """The members of a block object; its transactions are taken one by one, so a cut file keeps the whole ones."""
    head = _Head()
    walk = members(text, start, _LISTS)
    step: tuple[str, Piece] | None = next(walk, None)
    while step is not None:
        key, piece = step
        moved: int | None = None
        if key == "tx" and piece.start == piece.end:
            head.has_list = True
            for one in elements(text, piece.start):
                if one.index < 0:
                    moved = one.end
                    if one.code:
                        head.end = one
                else:
                    head.transactions.append(one)
        elif key == "":
            head.end = head.end or piece
        elif not piece.code and not isinstance(piece.value, list | dict):
            head.values[key] = piece.value
        try:
            step = walk.send(moved)  # type: ignore[attr-defined]
        except StopIteration:
            step = None
    return head


def _inside(text: str, start: int) -> tuple[int, bool]:
    """Where the block or transaction begins: inside ``{"result": …}`` of an RPC answer or at the start."""
    for key, piece in members(text, start, frozenset({"result", "tx"})):
        if key == "result" and text[piece.start : piece.start + 1] == "{":
            return piece.start, True
        if key not in ("error", "id", "jsonrpc"):
            break
    return start, False


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; transactions that cannot be used come out as bad rows."""
    text = text_of(source)
    begin = blank(text, 0)
    roots: Iterator[tuple[int | None, int, int]]
    listed = text[begin : begin + 1] == "["
    lines = not listed and many_lines(text)
    reader = _Reader(utxo_chain(parameters, run, text, "the JSON of a node"), run, listed=listed)
    if lines:
        roots = iter(line_starts(text))
    elif listed:
        roots = ((piece.index, piece.start, piece.end) for piece in elements(text, begin) if piece.index >= 0)
    else:
        roots = iter([(None, begin, len(text))])
    read_rows = 0
    for number, start, end in roots:
        if text[start : start + 1] != "{":
            place = Place(reader.tx_stream if number is not None else _WHOLE, number or 0, None, start, end - start)
            read_rows += 1
            yield bad(place, SHAPE, "not a JSON object", raw_at(source, place))
            continue
        # A line is looked at on its own, so that a damaged line cannot swallow the next one.
        base = start if number is not None else 0
        own = text[start:end] if number is not None else text
        inner, rpc = _inside(own, start - base)
        head = _walk(own, inner)
        for piece in head.transactions:
            piece.start, piece.end = piece.start + base, piece.end + base
        for record in _block(source, reader, head, number, (start, end, inner + base), rpc):
            read_rows += not isinstance(record, TransferRecord)
            yield record
    run.rows(read_rows)
    if read_rows == 0:
        run.remark("warning", "The file holds no transactions.")


def _block(
    source: Source, reader: _Reader, head: _Head, number: int | None, span: tuple[int, int, int], rpc: bool
) -> Iterator[Record]:
    """The records of one block, or of one transaction that stands alone."""
    start, end, inner = span
    row = number or 0
    values = head.values
    if not head.has_list:
        stream = reader.tx_stream if number is not None else _RPC_TX if rpc else _TX
        place = Place(stream, row, None, start, end - start)
        if head.end is not None and head.end.code:
            yield bad(place, head.end.code, head.end.problem, raw_at(source, place))
            return
        yield from _alone(source, reader, number, place, inner)
        return
    if values.get("confirmations") == -1:
        reader.run.remark("warning", "A block is not part of the main chain (confirmations -1).")
    base = reader.block_stream if number is not None else _RPC_BLOCK if rpc else _BLOCK
    streams = (base, base, base) if number is not None else (base, base + 1, base + 2)
    if head.end is not None and head.end.code:
        reader.run.remark("warning", f"The file is cut: {head.end.problem}. Complete transactions were kept.")
    if "time" not in values:
        reader.run.remark("warning", "A block has no time: its transactions have none either.")
    for piece in head.transactions:
        length = piece.end - piece.start
        at = (row, piece.index, piece.start, length) if number is not None else (piece.index, None, piece.start, length)
        place = Place(streams[0], *at)
        if piece.code:
            yield bad(place, piece.code, piece.problem, raw_at(source, place))
            continue
        try:
            yield from reader.records(piece.value, streams, at, values, piece.index)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), raw_at(source, place))


def _alone(source: Source, reader: _Reader, number: int | None, place: Place, inner: int) -> Iterator[Record]:
    raw = source.data[inner : place.offset + place.length]
    piece = value_at(bytes(raw).decode("latin-1"), 0)
    value = piece.value
    try:
        if piece.code or not isinstance(value, dict) or "vin" not in value:
            raise RowProblem(MISSING, piece.problem or "neither a block nor a transaction")
        head = {"time": value.get("blocktime", value.get("time")), "height": value.get("height")}
        if value.get("blockhash"):
            head["blockhash"] = value["blockhash"]
        at = (place.row, None, inner, piece.end)
        streams = (place.stream, place.stream + 1, place.stream + 2)
        yield from reader.records(value, streams, at, head, None)
    except RowProblem as problem:
        yield bad(place, problem.code, str(problem), raw_at(source, place))

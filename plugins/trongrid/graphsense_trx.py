"""Reads the TRX transactions of GraphSense: JSON lines with base64 hashes and addresses, values in sun.

Owns this shape. Rows with a value and without a receiver are contract creations or system
calls: they do not say that anything moved to anybody, so they are kept aside.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from workstation.domain.chains import chain
from workstation.domain.records import Place, Record, TransactionStatus
from workstation.sdk import jsonrows
from workstation.sdk.account import Head
from workstation.sdk.jsonscan import value_at
from workstation.sdk.reader import ADDRESS, MISSING, NETWORK, NO, SHAPE, TRANSACTION, RowProblem, Run, Sniff, Source
from workstation.sdk.text import Checker, count, seconds, units

STREAMS = jsonrows.streams(())
_KEYS = (b'"txHash"', b'"blockId"', b'"fromAddress"', b'"blockTimestamp"')


def sniff(head: bytes, name: str) -> Sniff:
    """By the keys of GraphSense with base64 texts behind them."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    first = start.partition(b"\n")[0]
    if start[:1] != b"{" or not all(key in first for key in _KEYS) or b'"0x' in first:
        return NO
    piece = value_at(first.decode("latin-1"), 0)
    if not isinstance(piece.value, dict) or not _of_tron(piece.value):
        return NO
    return Sniff(0.99, "JSON lines with txHash, blockId and base64 addresses, as GraphSense exports TRX transactions")


def _of_tron(row: Mapping[str, Any]) -> bool:
    """Whether the hash of the block begins with its number, as on TRON alone; true when the row has no such hash."""
    try:
        found = _decoded(row, "blockHash", 32, SHAPE)
        return not found or int(found[:16], 16) == count(row.get("blockId"), "block")
    except RowProblem:
        return False


def _decoded(row: Mapping[str, Any], key: str, size: int, code: str) -> str:
    """Hexadecimal form of a base64 member of ``size`` bytes; empty when absent."""
    text = jsonrows.text_in(row, key)
    if not text:
        return ""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise RowProblem(code, f"{key} is not base64") from problem
    if len(raw) != size:
        raise RowProblem(code, f"{key} has {len(raw)} bytes instead of {size}")
    return raw.hex()


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """The records of the file; rows that cannot be used come out as bad rows."""
    tron, check = chain("tron"), Checker()

    def address(row: Mapping[str, Any], key: str) -> str | None:
        found = _decoded(row, key, 20, ADDRESS)
        return check("tron", "41" + found) if found else None

    def make(row: Any, place: Place) -> Iterable[Record]:
        if not isinstance(row, dict):
            raise RowProblem(SHAPE, "not an object")
        if not _of_tron(row):
            raise RowProblem(NETWORK, "not a block of TRON: its hash does not begin with its number")
        tx = _decoded(row, "txHash", 32, TRANSACTION)
        if not tx:
            raise RowProblem(TRANSACTION, "the row names no transaction")
        head = Head(
            tron, tx, count(row.get("blockId"), "block"), count(row.get("transactionIndex"), "transaction index"),
            seconds(row.get("blockTimestamp")), str(row.get("blockTimestamp")),
        )  # fmt: skip
        states: dict[object, TransactionStatus] = {None: "", 0: "failed", 1: "ok"}
        given = row.get("receiptStatus")
        if isinstance(given, bool | list | dict) or given not in states:
            raise RowProblem(SHAPE, "receiptStatus is neither 0 nor 1")
        status = states[given]
        sender, receiver, value = address(row, "fromAddress"), address(row, "toAddress"), units(row.get("value"))
        made: list[Record] = [head.transaction(place, status)]
        if status == "failed" or not value:
            return made
        if sender is None or receiver is None:
            # a frozen, burned or staked sum looks like this too: the row does not say that it moved to anybody
            raise RowProblem(MISSING, "the sender or the receiver is missing (a contract creation or a system call)")
        made.append(head.coin(place, "native", 0, sender, receiver, value))
        return made

    yield from jsonrows.records(source, run, (), make)

"""Owns the bytes of Bitcoin blocks: where they begin in a file, their header, transactions and merkle root.

Must not know records. A transaction is identified by the double SHA-256 of its serialisation without witness.
"""

from __future__ import annotations

import hashlib
import mmap
from collections.abc import Iterator
from dataclasses import dataclass

MAGIC = b"\xf9\xbe\xb4\xd9"
TEST_MAGICS = (b"\x0b\x11\x09\x07", b"\x1c\x16\x3f\x28", b"\x0a\x03\xcf\x40", b"\xfa\xbf\xb5\xda")
HEADER = 80
GENESIS = "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
_EASIEST = 0xFFFF << 208
_LARGEST = 64 << 20
_COINBASE = bytes(32)


class Damaged(ValueError):
    """The bytes are not a whole block; the text is a plain reason."""


@dataclass(frozen=True, slots=True)
class Input:
    """An input: the output it spends (``tx`` empty for a coinbase) and its unlocking script."""

    tx: str
    output: int
    script: bytes


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction: its id, its bytes inside the block as ``start`` and ``end``, and outputs as (value, script)."""

    txid: str
    start: int
    end: int
    inputs: tuple[Input, ...]
    outputs: tuple[tuple[int, bytes], ...]


@dataclass(frozen=True, slots=True)
class Header:
    """The fields of a block header that matter here; hashes as they are usually shown."""

    hash: str
    version: int
    previous: str
    merkle_root: bytes
    time: int


def _twice(data: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(data).digest()).digest()


def _number(data: bytes) -> int:
    return int.from_bytes(data, "little")


def proven(header: bytes) -> bool:
    """Whether 80 bytes are a block header: their hash meets the target they state, at main-net difficulty."""
    if len(header) < HEADER:
        return False
    bits = _number(header[72:76])
    size, mantissa = bits >> 24, bits & 0x7FFFFF
    if not 3 <= size <= 29 or not mantissa or bits & 0x800000:
        return False
    target = mantissa << 8 * (size - 3)
    return target <= _EASIEST and _number(_twice(header[:HEADER])) <= target


def header(block: bytes) -> Header:
    """The header of a block."""
    return Header(
        _twice(block[:HEADER])[::-1].hex(), int.from_bytes(block[:4], "little", signed=True),
        block[4:36][::-1].hex(), block[36:68], _number(block[68:72]),
    )  # fmt: skip


def spans(data: bytes | mmap.mmap, size: int) -> Iterator[tuple[int, int, str]]:
    """(start, end, problem) of every block of a file with magic and length before each block.

    A problem is a stretch that holds no whole block. The zeros with which a node fills up its file are passed over.
    """
    at = 0
    while at < size:
        if data[at : at + 4] != MAGIC:
            following = data.find(MAGIC, at)
            stop = size if following < 0 else following
            if any(data[at:stop]):
                yield at, stop, "bytes that are no block"
            at = stop
            continue
        length = _number(data[at + 4 : at + 8])
        start = at + 8
        if length > _LARGEST or length <= HEADER:
            yield at, min(start, size), "the length of a block is not possible"
            at = start
        elif start + length > size:
            yield at, size, "the file ends in the middle of this block"
            at = size
        else:
            yield start, start + length, ""
            at = start + length


class _Cursor:
    """Takes bytes from a block, one after the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self.data = data
        self.at = at

    def take(self, count: int) -> bytes:
        end = self.at + count
        if end > len(self.data):
            raise Damaged("the block ends in the middle of a transaction")
        found = self.data[self.at : end]
        self.at = end
        return found

    def count(self) -> int:
        first = self.take(1)[0]
        if first < 0xFD:
            return first
        return _number(self.take(1 << (first - 0xFC)))

    def blob(self) -> bytes:
        return self.take(self.count())


def _legs(cursor: _Cursor) -> tuple[tuple[Input, ...], tuple[tuple[int, bytes], ...]]:
    inputs = []
    for _ in range(cursor.count()):
        previous, output, script = cursor.take(32), _number(cursor.take(4)), cursor.blob()
        cursor.take(4)
        spent = "" if previous == _COINBASE and output == 0xFFFFFFFF else previous[::-1].hex()
        inputs.append(Input(spent, output, script))
    outputs = [(_number(cursor.take(8)), cursor.blob()) for _ in range(cursor.count())]
    return tuple(inputs), tuple(outputs)


def _transaction(cursor: _Cursor) -> Transaction:
    start, data = cursor.at, cursor.data
    version = cursor.take(4)
    witness = data[cursor.at : cursor.at + 1] == b"\0" and data[cursor.at + 1 : cursor.at + 2] == b"\1"
    if witness:
        cursor.take(2)
    body = cursor.at
    inputs, outputs = _legs(cursor)
    legs = data[body : cursor.at]
    if witness:
        for _ in inputs:
            for _ in range(cursor.count()):
                cursor.blob()
    locktime = cursor.take(4)
    if not inputs or not outputs:
        raise Damaged("a transaction without inputs or outputs")
    return Transaction(_twice(version + legs + locktime)[::-1].hex(), start, cursor.at, inputs, outputs)


def _root(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        if len(hashes) % 2:
            hashes.append(hashes[-1])
        hashes = [_twice(hashes[at] + hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


def transactions(block: bytes) -> list[Transaction]:
    """The transactions of a whole block.

    Raises:
        Damaged: the header is not proven, bytes are missing or left over, or the merkle root does not fit.
    """
    if not proven(block[:HEADER]):
        raise Damaged("these bytes have no header with a proof of work of Bitcoin")
    cursor = _Cursor(block, HEADER)
    made = [_transaction(cursor) for _ in range(cursor.count())]
    if cursor.at != len(block):
        raise Damaged("there are bytes behind the last transaction of the block")
    if not made or len({tx.txid for tx in made}) != len(made):
        raise Damaged("the block holds no transactions, or one of them twice")
    if _root([bytes.fromhex(tx.txid)[::-1] for tx in made]) != header(block).merkle_root:
        raise Damaged("the transactions do not fit the merkle root of the header: the block was changed")
    return made


def stated_height(version: int, first: Transaction) -> int | None:
    """The height that the coinbase of a block of version 2 and later begins with (BIP 34)."""
    script = first.inputs[0].script
    if version < 2 or not script or first.inputs[0].tx:
        return None
    size = script[0]
    if 0x51 <= size <= 0x60:
        return size - 0x50
    if not 1 <= size <= 4 or len(script) < 1 + size or script[size] & 0x80:
        return None
    return _number(script[1 : 1 + size])

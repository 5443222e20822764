"""Owns what a reader may say about a file: typed records with their place in the exhibit.

A record is a claim of one source. It knows nothing about the case, its identifiers or other sources; reconciling
claims is the work of ``casefile``. Records cross a process border, so each has an exact list form (``pack``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Literal

Kind = Literal["native", "internal", "token", "fee", "mint", "burn", "input", "output", "coinbase", "stated"]
Status = Literal["ok", "failed", "pending"]
Absent = Literal["unknown", "unreadable", "not applicable", "withheld"]
TimeBasis = Literal["block", "seen", "exchange", "stated"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands in its exhibit.

    Attributes:
        stream: index into the reader's locator templates (``"row {row}"``, ``"/result/{row}"``).
        row: number that fills ``{row}``: row N of a table counts from 1 with the header as row 1; JSON from 0.
        sub: number that fills ``{sub}`` (an input or output inside a transaction), or None.
        offset: first byte of the source record in the exhibit.
        length: bytes of the source record; the row hash is the SHA-256 of exactly these bytes.
    """

    stream: int
    row: int
    sub: int | None
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class TransactionRecord:
    """A transaction as its source states it (also one that moved nothing).

    Attributes:
        tx: transaction id, canonical lower-case text. A transfer without one belongs to no transaction.
        block, position: height and position inside the block, when stated.
        time: seconds UTC, or None; ``time_basis`` says which clock; ``time_text`` is the original text.
    """

    place: Place
    chain: str
    tx: str
    block: int | None
    position: int | None
    time: int | None
    time_basis: TimeBasis
    time_text: str
    status: Status


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """One movement of one asset. On UTXO chains one input (``receiver`` None) or one output (``sender`` None).

    Attributes:
        tx: transaction id, or empty when the source names none (``ledger.csv``).
        kind, index: with ``tx`` the identity of the transfer; ``index`` None when the source states none.
        sender, receiver: canonical addresses; None where there is none (coinbase, fee, script without address).
        contract, symbol, decimals: the asset; ``decimals`` None when the source does not state them.
        amount: base units, or None with ``absent`` naming the reason. With ``decimals`` None it is left None and
            ``amount_text`` holds the plain decimal text; intake resolves the decimals of the asset.
        previous_tx, previous_index: the output an input spends.
        script: type and hex of an output script without address, else empty.
        sequence: order of transfers inside one second, when the source states it.
    """

    place: Place
    chain: str
    tx: str
    block: int | None
    position: int | None
    time: int | None
    time_basis: TimeBasis
    time_text: str
    kind: Kind
    index: int | None
    sender: str | None
    receiver: str | None
    contract: str
    symbol: str
    decimals: int | None
    amount: int | None
    amount_text: str
    absent: Absent | None
    previous_tx: str
    previous_index: int | None
    script: str
    sequence: int | None


@dataclass(frozen=True, slots=True)
class TagRecord:
    """A label on an address or a transaction, as a source states it.

    Attributes:
        subject: ``address`` or ``transaction``; ``ref`` is the canonical address or transaction id.
        confidence: the source's own word (GraphSense confidence terms), empty when it states none.
        source_date: ``YYYY-MM-DD`` or empty.
    """

    place: Place
    chain: str
    subject: Literal["address", "transaction"]
    ref: str
    label: str
    category: str
    actor: str
    confidence: str
    source: str
    source_date: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A source record that could not be used. ``raw`` is its text (latin-1 of the bytes, at most 64 KiB)."""

    place: Place
    code: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class Remark:
    """Something the reader tells the user: an ``assumption`` it made or a ``warning``."""

    kind: Literal["assumption", "warning"]
    text: str


Record = TransactionRecord | TransferRecord | TagRecord | BadRow | Remark
_KINDS: tuple[type, ...] = (TransactionRecord, TransferRecord, TagRecord, BadRow, Remark)
_place = attrgetter(*(field.name for field in fields(Place)))
# One getter per class: ``dataclasses.astuple`` copies deeply and is twenty times slower on millions of rows.
_GETTERS = {
    kind: (number, attrgetter(*(field.name for field in fields(kind) if field.name != "place")))
    for number, kind in enumerate(_KINDS)
}


def pack(record: Record) -> list[Any]:
    """The record as a JSON-ready list: kind number, then the fields in order, ``place`` as a list of five."""
    number, getter = _GETTERS[type(record)]
    if isinstance(record, Remark):
        return [number, *getter(record)]
    return [number, list(_place(record.place)), *getter(record)]


def unpack(data: list[Any]) -> Record:
    """The record behind :func:`pack`.

    Raises:
        ValueError: not a packed record (the worker is not trusted).
    """
    try:
        cls = _KINDS[data[0]]
        fields = data[1:]
        if cls is not Remark:
            fields[0] = Place(*fields[0])
        made: Record = cls(*fields)
    except (TypeError, IndexError, KeyError) as problem:
        raise ValueError("not a packed record") from problem
    return made

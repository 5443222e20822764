"""Owns what a worker may say: the lines of its output, checked value by value. The worker is not trusted.

The wire form of a record is ``domain.records.pack``; here it is read with msgspec, which checks types and sizes while
it decodes, and made into the records that ``domain.records.unpack`` would give.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

import msgspec

from workstation.domain.amounts import MAX_AMOUNT
from workstation.domain.chains import CHAINS
from workstation.domain.records import (
    Absent,
    BadRow,
    EventKind,
    EventRecord,
    EventStatus,
    Kind,
    MentionRecord,
    Place,
    PriceRecord,
    Record,
    Remark,
    TagRecord,
    TimeBasis,
    TransactionRecord,
    TransactionStatus,
    TransferRecord,
)  # fmt: skip
from workstation.sdk.reader import TOO_LONG

#: Longest line of output that is accepted.
LINE_LIMIT = 64 << 20
_Index = Annotated[int, msgspec.Meta(ge=0, le=(1 << 62))]
_Short = Annotated[str, msgspec.Meta(max_length=200)]
_Address = Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
_Text = Annotated[str, msgspec.Meta(max_length=4000)]
_Long = Annotated[str, msgspec.Meta(max_length=1 << 17)]
_Plain = Annotated[str, msgspec.Meta(pattern=r"^([0-9]{1,78}(\.[0-9]{1,78})?)?$")]
_PlaceWire = tuple[_Index, _Index, _Index | None, _Index, _Index]


class _Transaction(msgspec.Struct, array_like=True, tag=0, forbid_unknown_fields=True):
    place: _PlaceWire
    chain: _Short
    tx: _Short
    block: _Index | None
    position: _Index | None
    time: _Index | None
    time_basis: TimeBasis
    time_text: _Short
    status: TransactionStatus


class _Transfer(msgspec.Struct, array_like=True, tag=1, forbid_unknown_fields=True):
    place: _PlaceWire
    chain: _Short
    tx: _Short
    block: _Index | None
    position: _Index | None
    time: _Index | None
    time_basis: TimeBasis
    time_text: _Short
    kind: Kind
    index: _Index | None
    sender: _Address | None
    receiver: _Address | None
    contract: Annotated[str, msgspec.Meta(max_length=500)]
    symbol: _Text
    decimals: Annotated[int, msgspec.Meta(ge=0, le=255)] | None
    amount: int | None
    amount_text: _Short
    absent: Absent | None
    previous_tx: _Short
    previous_index: _Index | None
    script: _Long
    sequence: _Index | None


class _Tag(msgspec.Struct, array_like=True, tag=2, forbid_unknown_fields=True):
    place: _PlaceWire
    chain: _Short
    subject: Literal["address", "transaction"]
    ref: _Address
    label: _Text
    category: _Text
    actor: _Text
    confidence: _Text
    source: _Text
    source_date: Annotated[str, msgspec.Meta(pattern=r"^([0-9]{4}-[0-9]{2}-[0-9]{2})?$")]


class _Bad(msgspec.Struct, array_like=True, tag=3, forbid_unknown_fields=True):
    place: _PlaceWire
    code: _Short
    reason: _Text
    raw: _Long


class _Remark(msgspec.Struct, array_like=True, tag=4, forbid_unknown_fields=True):
    kind: Literal["assumption", "warning"]
    text: _Text


class _Event(msgspec.Struct, array_like=True, tag=5, forbid_unknown_fields=True):
    place: _PlaceWire
    kind: EventKind
    service: _Short
    account: Annotated[str, msgspec.Meta(max_length=500)]
    time: _Index | None
    time_basis: TimeBasis
    time_text: _Short
    direction: Literal["in", "out", ""]
    symbol: _Short
    amount_text: _Plain
    fee_symbol: _Short
    fee_text: _Plain
    chain: _Short
    tx: _Short
    address: Annotated[str, msgspec.Meta(max_length=500)]
    counterparty: _Text
    status: EventStatus
    details: Annotated[tuple[tuple[_Short, _Text], ...], msgspec.Meta(max_length=128)]


class _Mention(msgspec.Struct, array_like=True, tag=6, forbid_unknown_fields=True):
    place: _PlaceWire
    subject: Literal["address", "transaction"]
    ref: _Address
    chains: Annotated[tuple[_Short, ...], msgspec.Meta(min_length=1, max_length=32)]
    context: _Short


class _Price(msgspec.Struct, array_like=True, tag=7, forbid_unknown_fields=True):
    place: _PlaceWire
    date: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    asset: Annotated[str, msgspec.Meta(min_length=1, max_length=500)]
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3,10}$")]
    rate: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,40}(\.[0-9]{1,40})?$")]
    source: _Text


_Wire = _Transaction | _Transfer | _Tag | _Bad | _Remark | _Event | _Mention | _Price
_Batch = tuple[Literal["batch"], list[_Wire]]


class ProtocolError(ValueError):
    """The worker said something that is not allowed; the text says what."""


def _check_transfer(record: TransferRecord) -> None:
    amount = record.amount
    if amount is not None and not 0 <= amount <= MAX_AMOUNT:
        raise ProtocolError("an amount outside 0 .. 2^256 - 1")
    if amount is None and record.absent is None and not record.amount_text:
        raise ProtocolError("a transfer without amount and without the reason")
    if amount is not None and record.absent is not None:
        raise ProtocolError("a transfer with an amount that is said to be absent")
    if record.chain not in CHAINS:
        raise ProtocolError("an unknown chain")


class Decoder:
    """Decodes lines of one worker; ``streams`` and ``size`` bound what a place may say."""

    def __init__(self, streams: int, size: int) -> None:
        self._batch = msgspec.json.Decoder(_Batch)
        self._streams = streams
        self._size = size

    def records(self, line: bytes) -> Iterator[Record]:
        """The records of a batch line, checked.

        A record that breaks a limit (a symbol of 10 kB) comes out as a bad row: one row is lost, not the file.
        """
        try:
            wires: Iterable[_Wire] = self._batch.decode(line)[1]
        except msgspec.ValidationError as problem:
            wires = _one_by_one(line, problem)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as problem:
            raise ProtocolError(f"a batch that is not valid ({str(problem)[:200]})") from problem
        streams, size = self._streams, self._size
        for wire in wires:
            if type(wire) is _Remark:
                yield Remark(wire.kind, wire.text)
                continue
            fields: tuple[Any, ...] = msgspec.structs.astuple(wire)
            place = Place(*fields[0])
            if place.stream >= streams or place.offset + place.length > size:
                raise ProtocolError("a place outside the file")
            if type(wire) is _Transfer:
                transfer = TransferRecord(place, *fields[1:])
                _check_transfer(transfer)
                yield transfer
                continue
            record: Record
            if type(wire) is _Transaction:
                record = TransactionRecord(place, *fields[1:])
                if not record.tx:
                    raise ProtocolError("a transaction without an id")
            elif type(wire) is _Tag:
                record = TagRecord(place, *fields[1:])
            elif type(wire) is _Event or type(wire) is _Mention:
                made = EventRecord(place, *fields[1:]) if type(wire) is _Event else MentionRecord(place, *fields[1:])
                _check_chains(made)
                yield made
                continue
            elif type(wire) is _Price:
                yield PriceRecord(place, *fields[1:])
                continue
            else:
                yield BadRow(place, *fields[1:])
                continue
            if record.chain not in CHAINS:
                raise ProtocolError("an unknown chain")
            yield record


def _one_by_one(line: bytes, problem: msgspec.ValidationError) -> Iterator[_Wire]:
    """The rows of a batch that does not decode as a whole; those that are too long as bad rows with their place."""
    batch = message(line)
    if len(batch) != 2 or batch[0] != "batch" or not isinstance(batch[1], list):
        raise ProtocolError(f"a batch that is not valid ({str(problem)[:200]})") from problem
    for row in batch[1]:
        try:
            yield msgspec.convert(row, _Wire)
        except msgspec.ValidationError as wrong:
            longest = re.search(r"of length <= ([0-9]+)", str(wrong))
            try:
                place = msgspec.convert(row[1], _PlaceWire)
            except (msgspec.ValidationError, TypeError, IndexError, KeyError):
                longest = None
            if longest is None:
                raise ProtocolError(f"a record that is not valid ({str(wrong)[:200]})") from wrong
            reason = f"the row holds more than a record may: over {longest.group(1)} characters or parts in one field"
            yield _Bad(place, TOO_LONG, reason, json.dumps(row, ensure_ascii=False)[:1000])


def _check_chains(record: EventRecord | MentionRecord) -> None:
    stated = record.chains if isinstance(record, MentionRecord) else (record.chain,) if record.chain else ()
    if not CHAINS.keys() >= set(stated):
        raise ProtocolError("an unknown chain")
    if isinstance(record, EventRecord) and not record.chain and (record.tx or record.address):
        raise ProtocolError("an address or transaction without its chain")


def message(line: bytes) -> list[Any]:
    """Any other line as a list; the first item is its name."""
    try:
        made = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError) as problem:
        raise ProtocolError("a line that is not JSON") from problem
    if not isinstance(made, list) or not made or not isinstance(made[0], str):
        raise ProtocolError("a line that is no message")
    return made

"""Owns what a reader may say about a file: typed records with their place in the exhibit.

A record is a claim of one source. It knows nothing about the case, its identifiers or other sources; reconciling
claims is the work of ``casefile``. Records cross a process border, so each has an exact list form (``pack``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Literal

Kind = Literal["native", "internal", "token", "nft", "fee", "mint", "burn", "input", "output", "coinbase", "stated"]
EventKind = Literal[
    "deposit", "withdrawal", "trade", "p2p", "fiat", "fee", "reward", "transfer", "login", "account", "balance", "other"
]
Status = Literal["ok", "failed", "pending"]
TransactionStatus = Literal["ok", "failed", "pending", ""]
Absent = Literal["unknown", "unreadable", "not applicable", "withheld"]
EventStatus = Literal["ok", "failed", "pending", "unknown"]
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
        status: empty when the source does not say whether the transaction failed; another source may.
    """

    place: Place
    chain: str
    tx: str
    block: int | None
    position: int | None
    time: int | None
    time_basis: TimeBasis
    time_text: str
    status: TransactionStatus


@dataclass(frozen=True, slots=True)
class TransferRecord:
    """One movement of one asset. On UTXO chains one input (``receiver`` None) or one output (``sender`` None).

    Attributes:
        tx: transaction id, or empty when the source names none (``ledger.csv``).
        kind, index: with ``tx`` the identity of the transfer; ``index`` None when the source states none.
        sender, receiver: canonical addresses; None where there is none (coinbase, fee, script without address). On
            the chain ``stated`` they are names, and ``ethereum:0x…`` there means that address of that ledger.
        contract, symbol, decimals: the asset; ``decimals`` None when the source does not state them. For kind ``nft``
            the contract is ``contract/token id`` and the decimals are 0, so that each token is its own asset.
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
class EventRecord:
    """What a service or a wallet states about one of its accounts; a balance may also be stated for an address.

    An event never moves money in the ledger. Where the row names the other side, its reader also gives a transfer
    on the chain ``stated`` at the same place.

    Attributes:
        service: who states it (``Binance``, ``Electrum``). account: name of the account on the chain ``stated``
            (``Binance account 123``), or empty when the event is about ``address`` alone.
        direction: seen from the account.
        symbol, amount_text: plain decimal without sign, or empty. fee_symbol, fee_text: the same for the fee.
        chain, tx, address: the ledger side as far as stated: canonical, else empty. ``address`` is the deposit
            address of the account or the target of a withdrawal.
        counterparty: the other person or wallet in the words of the source.
        status: only ``ok`` counts. details: every further cell as (column, text), in order of the columns.
    """

    place: Place
    kind: EventKind
    service: str
    account: str
    time: int | None
    time_basis: TimeBasis
    time_text: str
    direction: Literal["in", "out", ""]
    symbol: str
    amount_text: str
    fee_symbol: str
    fee_text: str
    chain: str
    tx: str
    address: str
    counterparty: str
    status: EventStatus
    details: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class MentionRecord:
    """An address or transaction id found in running text. ``chains``: the chains whose form it has, most likely first.

    ``context`` is the text around it on one line, at most 200 characters.
    """

    place: Place
    subject: Literal["address", "transaction"]
    ref: str
    chains: tuple[str, ...]
    context: str


@dataclass(frozen=True, slots=True)
class PriceRecord:
    """One rate: ``rate`` units of ``currency`` for one ``asset`` on the day ``date`` (``YYYY-MM-DD``, UTC).

    ``asset`` is a symbol, or ``chain:contract`` for a token; ``rate`` is a plain decimal text.
    """

    place: Place
    date: str
    asset: str
    currency: str
    rate: str
    source: str


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


Record = TransactionRecord | TransferRecord | TagRecord | BadRow | Remark | EventRecord | MentionRecord | PriceRecord
_KINDS: tuple[type, ...] = (
    TransactionRecord, TransferRecord, TagRecord, BadRow, Remark, EventRecord, MentionRecord, PriceRecord,
)  # fmt: skip
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
        if cls is EventRecord:
            fields[-1] = tuple((name, text) for name, text in fields[-1])
        elif cls is MentionRecord:
            fields[3] = tuple(fields[3])
        made: Record = cls(*fields)
    except (TypeError, IndexError, KeyError, ValueError) as problem:
        raise ValueError("not a packed record") from problem
    return made

"""Owns what evidence looks like to the rest of the program: exhibits, citations, custody entries, ledger rows.

Plain frozen values handed out by ``casefile``; must not know how they are stored.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from workstation.domain.amounts import Asset


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One acquired source file, kept byte for byte.

    Attributes:
        number: counter inside the case, from 1; ``label`` is the printed id (``E-0001``).
        name: original file name (text from outside). size: bytes. sha256: lower-case hex.
        received_from, received_at: who handed it over and when (text UTC), "unknown" is an answer.
        reader: id of the reader that parsed it, empty if none did.
        outcome: accepted, partial, rejected, retracted; "kept" when nothing was read from it (a container).
        parent, path: the container it was unpacked from, and its path there or in the folder that was dropped.
    """

    number: int
    name: str
    size: int
    sha256: str
    media_type: str
    received_from: str
    received_at: str
    reader: str
    outcome: str
    read: int
    accepted: int
    duplicates: int
    quarantined: int
    parent: int | None = None
    path: str = ""

    @property
    def label(self) -> str:
        """The printed exhibit id."""
        return f"E-{self.number:04d}"


@dataclass(frozen=True, slots=True)
class Citation:
    """Exhibit + locator + row hash behind a statement.

    ``sha256`` is the hash of the exhibit's bytes ``offset .. offset + length``; -1 when the range is not known.
    """

    exhibit: int
    locator: str
    sha256: str
    offset: int = -1
    length: int = -1


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction of the case. ``time`` seconds UTC or None; ``status`` ok, failed, pending."""

    id: int
    chain: str
    tx: str
    block: int | None
    position: int | None
    time: int | None
    time_basis: str
    time_text: str
    status: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """One movement of one asset, as the case holds it (``domain.records.TransferRecord`` has the field meanings).

    ``sender_chain`` and ``receiver_chain`` say whose ledger an address is of, empty = the chain of the transfer. They
    differ for a stated transfer between an account and a ledger address.
    """

    id: int
    chain: str
    tx: str
    kind: str
    index: int | None
    block: int | None
    time: int | None
    sender: str | None
    receiver: str | None
    asset: Asset
    amount: int | None
    absent: str | None
    previous_tx: str
    previous_index: int | None
    script: str
    status: str
    sender_chain: str = ""
    receiver_chain: str = ""

    @property
    def parties(self) -> tuple[tuple[str, str], ...]:
        """``(chain, address)`` of the sender and of the receiver, as far as there are."""
        ends = ((self.sender_chain, self.sender), (self.receiver_chain, self.receiver))
        return tuple((chain or self.chain, ref) for chain, ref in ends if ref)


@dataclass(frozen=True, slots=True)
class SourceTag:
    """A tag that came from an exhibit (evidence, not editable)."""

    id: int
    chain: str
    subject: str
    ref: str
    label: str
    category: str
    actor: str
    confidence: str
    source: str
    source_date: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Event:
    """What a service or wallet states about an account (``domain.records.EventRecord`` has the field meanings).

    ``citation`` is its first place; further ones come from ``Store.statement_citations``.
    """

    id: int
    kind: str
    service: str
    account: str
    time: int | None
    time_basis: str
    time_text: str
    direction: str
    symbol: str
    amount_text: str
    fee_symbol: str
    fee_text: str
    chain: str
    tx: str
    address: str
    counterparty: str
    status: str
    details: tuple[tuple[str, str], ...]
    citation: Citation


@dataclass(frozen=True, slots=True)
class Mention:
    """An address or transaction id in running text (``domain.records.MentionRecord`` has the field meanings)."""

    id: int
    subject: str
    ref: str
    chains: tuple[str, ...]
    context: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Price:
    """One rate of one day, never an amount of the ledger (``domain.records.PriceRecord`` has the field meanings)."""

    id: int
    date: str
    asset: str
    currency: str
    rate: str
    source: str
    citation: Citation


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two places that state the same thing otherwise; both stay in the case.

    Attributes:
        kind: transfer, transaction, event or price.
        what: the thing both speak of: a subject key (``transaction:bitcoin:…``), or in words of the source.
        left, right: the earlier statement and the one that differs. text: how, as one sentence.
    """

    kind: str
    what: str
    left: Citation
    right: Citation
    text: str


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A source record that was not used, with its text and the reason."""

    exhibit: int
    locator: str
    code: str
    reason: str
    raw: str


@dataclass(frozen=True, slots=True)
class CustodyEntry:
    """One line of the hash-chained custody log. ``body`` is None when it was withheld."""

    sequence: int
    time: str
    actor: str
    kind: str
    body: Any
    salt: str
    commitment: str
    previous: str
    digest: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A head of the custody log that a key vouches for.

    Attributes:
        sequence: the entry it speaks of. message: canonical JSON, what was signed. signer: the signer's line in
            ``allowed_signers``. signature: SSHSIG, armoured.
    """

    sequence: int
    message: str
    signer: str
    signature: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """A line of the register of hand-overs. ``checked``: whether the hash was compared at the hand-over."""

    sequence: int
    time: str
    direction: str
    giver: str
    taker: str
    item: str
    purpose: str
    seal: str
    checked: bool


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a verification: what was checked, whether it held, and in plain words what that means."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What happened to one file, in the words of the command line (design section 6).

    Attributes:
        members: results of the files inside a container; its own counts are their sums.
        skipped: rows that are understood and rightly gave nothing, counted per reason.
        why: why this reader was taken. rows: rows of the source that were read (0 = its reader does not count).
    """

    path: str
    sha256: str
    exhibit: int | None
    reader: str
    outcome: str
    code: str
    message: str
    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    quarantined: int = 0
    quarantine: tuple[QuarantinedRow, ...] = ()
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    members: tuple[ImportResult, ...] = ()
    skipped: tuple[tuple[str, int], ...] = ()
    why: str = ""
    rows: int = 0


@dataclass(frozen=True, slots=True)
class ImportReport:
    """Everything the case knows about the reading of one exhibit; for a container sums, with a report per member.

    Attributes:
        at: when it was read (text UTC), empty when nothing read it. reader, version, parameters: by what and how.
        why: why this reader was taken. code, message: why it was rejected; reason: why it was retracted.
        rows: rows of the source (0 = not counted). read, accepted, duplicates, quarantined: source records.
        transfers, events, mentions, prices, tags: what it added to the case (rows that nothing stated before).
        skipped: rows that rightly gave nothing, counted per reason.
    """

    exhibit: Exhibit
    at: str = ""
    reader: str = ""
    version: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    why: str = ""
    outcome: str = ""
    code: str = ""
    message: str = ""
    reason: str = ""
    rows: int = 0
    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    quarantined: int = 0
    transfers: int = 0
    events: int = 0
    mentions: int = 0
    prices: int = 0
    tags: int = 0
    skipped: tuple[tuple[str, int], ...] = ()
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    quarantine: tuple[QuarantinedRow, ...] = ()
    members: tuple[ImportReport, ...] = ()

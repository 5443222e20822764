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
        outcome: accepted, partial, rejected, retracted.
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
    """One movement of one asset, as the case holds it (``domain.records.TransferRecord`` has the field meanings)."""

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
class Check:
    """One line of a verification: what was checked, whether it held, and in plain words what that means."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What happened to one file, in the words of the command line (design section 6)."""

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

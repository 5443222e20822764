"""Owns what the author of an analysis imports: the case as a view, the run, and what may be answered.

Standard library only. An analysis is one function::

    from workstation.sdk.api import CaseView, Finding, Run

    def find(case: CaseView, params: Params, run: Run) -> Iterable[Finding | Proposal]:
        for transfer in case.transfers():
            if transfer.amount is not None and transfer.amount % 10**6 == 0:
                yield Finding("round", "A round amount", "…", "heuristic", (transfer.sender,), case.cite(transfer))

It runs in a process of its own on a read-only copy of one state of the case. It cannot change the case: it says what
it found (:class:`Finding`) and what it suggests (:class:`Proposal`); a person decides. Must not know the host.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, BinaryIO, Literal, Protocol

from workstation.sdk.reader import API_VERSION

__all__ = (
    "API_VERSION", "Absent", "Asset", "CaseFinding", "CaseView", "Citation", "Confidence", "Entity", "Exhibit", "Finding",
    "Measure", "Proposal", "Rate", "ReportBundle", "Run", "SuggestedEntity", "SuggestedTag", "Tag", "Transfer", "Undeclared", "row_digest",
)  # fmt: skip

#: What a statement rests on. A fact stands in an exhibit; a heuristic has a known error rate; an assumption is named.
Confidence = Literal["fact", "heuristic", "assumption"]


class Undeclared(Exception):
    """The analysis asked for something that ``reads`` in its ``plugin.toml`` does not name."""


@dataclass(frozen=True, slots=True)
class Asset:
    """What is moved. ``decimals`` is None when no source states them."""

    key: str
    chain: str
    contract: str
    symbol: str
    decimals: int | None


@dataclass(frozen=True, slots=True)
class Transfer:
    """One movement of one asset; on UTXO chains one input (no receiver) or one output (no sender).

    Attributes:
        id: its number in the case. place: where it stands in its exhibit (``row 17``).
        time: seconds UTC, or None when no source states it.
        sender, receiver: subject keys (``address:bitcoin:1A1z…``), or None.
        asset: key for :meth:`CaseView.asset`. amount: base units, or None when no source states it.
        index: place of an input or output in its transaction. spends: of an input, the output it spends (transaction,
            index); None where no source states it.
    """

    id: int
    chain: str
    tx: str
    place: str
    time: int | None
    sender: str | None
    receiver: str | None
    asset: str
    amount: int | None
    kind: str
    index: int | None = None
    spends: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True)
class Tag:
    """A label of a subject. ``date`` is ``YYYY-MM-DD`` or empty; ``id`` is for :meth:`CaseView.cite_tag`."""

    id: int
    subject: str
    label: str
    category: str
    source: str
    confidence: str
    date: str


@dataclass(frozen=True, slots=True)
class Entity:
    """Addresses that somebody holds together to be one holder."""

    key: str
    name: str
    role: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A kept file."""

    sha256: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A price of one coin of an asset on one day (UTC), as an imported list states it.

    Attributes:
        asset: key for :meth:`CaseView.asset`. day: ``YYYY-MM-DD``. rate: plain decimal text, such as ``2500.12``.
    """

    asset: str
    day: str
    currency: str
    rate: str
    source: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement can be looked up: which exhibit (SHA-256), which row, and the digest of that row.

    Made by ``case.cite`` and ``case.cite_tag``. The host looks the row up itself and compares.

    Attributes:
        of: the record that stands there, ``transfer:17`` or ``tag:4``.
    """

    exhibit: str
    locator: str
    digest: str
    of: str


@dataclass(frozen=True, slots=True)
class Absent:
    """A figure that cannot be given, and why."""

    reason: str


#: Figures are whole numbers (base units, seconds, counts) or texts; a float is refused.
Measure = int | str | Absent


@dataclass(frozen=True, slots=True)
class Finding:
    """What the analysis found.

    Attributes:
        kind: short name in lower case, the same for findings of one sort. title: one line. explanation: why, plainly.
        subjects: subject keys it is about. citations: the rows it rests on; at least one, or it is refused.
        measures: figures by name. disproof: what would show that it is wrong.
        transfers: numbers of the transfers it is made of, for the canvas and the table.
    """

    kind: str
    title: str
    explanation: str
    confidence: Confidence
    subjects: tuple[str, ...]
    citations: tuple[Citation, ...]
    measures: Mapping[str, Measure] = field(default_factory=dict)
    disproof: str = ""
    transfers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SuggestedTag:
    """A label for a subject, if a person accepts it."""

    subject: str
    label: str
    category: str = ""


@dataclass(frozen=True, slots=True)
class SuggestedEntity:
    """Addresses to hold together, if a person accepts it."""

    name: str
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggested change of the work product, and the finding it rests on."""

    change: SuggestedTag | SuggestedEntity
    because: Finding


class CaseView(Protocol):
    """One state of a case, read-only, in an order that never differs. Only what ``reads`` names can be asked."""

    @property
    def revision(self) -> int:
        """The state of the case, as a number that grows."""

    def transfers(
        self, *, touching: str | None = None, asset: str | None = None, since: int | None = None,
        until: int | None = None,
    ) -> Iterator[Transfer]:  # fmt: skip
        """Transfers in total order: of one address, of one asset, from ``since`` to before ``until`` (seconds UTC)."""

    def outgoing(self, address: str) -> Iterator[Transfer]:
        """What an address sent."""

    def incoming(self, address: str) -> Iterator[Transfer]:
        """What an address received."""

    def asset(self, key: str) -> Asset:
        """An asset by its key."""

    def tags(self, subject: str | None = None) -> tuple[Tag, ...]:
        """Tags of a subject, or all."""

    def entity_of(self, address: str) -> Entity | None:
        """The entity an address belongs to."""

    def exhibits(self) -> tuple[Exhibit, ...]:
        """The kept files."""

    def prices(self) -> tuple[Rate, ...]:
        """The prices of the assets of the case. Sources may differ for one day: then none of them is the price."""

    def selection(self) -> tuple[str, ...]:
        """Subject keys the user started from; empty for the whole case."""

    def columns(self) -> Any:
        """All transfers as a ``workstation.analysis.columns.Columns`` of numpy arrays (imported only when asked for)."""

    def graph(self, around: str | None = None, hops: int = 1) -> Any:
        """The neighbourhood of an address, or the whole case, as a ``networkx.MultiDiGraph``: its nodes are subject
        keys, its edges carry ``transfer`` (imported only when asked for)."""

    def cite(self, *transfers: Transfer | int) -> tuple[Citation, ...]:
        """Where these transfers stand."""

    def cite_tag(self, tag: Tag) -> tuple[Citation, ...]:
        """Where a tag stands; empty for a tag that a person of this case made."""


@dataclass(frozen=True, slots=True)
class CaseFinding:
    """A finding of the people of the case, as a report may print it.

    Attributes:
        label: its printed id, ``F-001``. basis: fact, heuristic or assumption. confidence: low, moderate, high.
        subjects: keys of what it cites.
    """

    label: str
    claim: str
    status: str
    confidence: str
    basis: str
    reasons: str
    alternatives: str
    disproof: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportBundle:
    """What a report is written from: ``def report(bundle: ReportBundle, params: P, run: Run) -> None``.

    Attributes:
        reference, title, examiner, zone: head of the case. witness: line of the custody log, to be printed on every page.
        findings: of the people of the case, in order. case: everything else, read as an analysis reads it.
    """

    reference: str
    title: str
    examiner: str
    zone: str
    witness: str
    findings: tuple[CaseFinding, ...]
    case: CaseView


class Run(Protocol):
    """What a run gives beside the case: a frozen clock, a seeded random, progress and files."""

    @property
    def now(self) -> int:
        """Seconds UTC at the start of the run; it stands still."""

    @property
    def random(self) -> Random:
        """Seeded from the run record: the same seed gives the same numbers."""

    def progress(self, done: int, total: int | None = None, note: str = "") -> None:
        """Tell how far it is. When the user stops the run its process ends at once and nothing of it is kept."""

    def note(self, text: str) -> None:
        """A line for the log of the run."""

    def artifact(self, name: str, media_type: str) -> BinaryIO:
        """A file to write, the only way to write one; it is kept when it is closed."""


def row_digest(exhibit: str, locator: str, row: Sequence[Any]) -> str:
    """SHA-256 (hex) of a row as the snapshot holds it, with its place: canonical JSON, so that host and plugin agree.

    Args:
        exhibit: SHA-256 of the exhibit. locator: place in it. row: texts, whole numbers and None.
    """
    text = json.dumps([exhibit, locator, list(row)], ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()

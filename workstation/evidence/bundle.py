"""Owns what an evidence package is made from: plain frozen values, gathered by ``app`` from a case.

Must not know the case file, Qt or how anything is written. Everything here is data; texts may be hostile and are
treated as text by every writer. The same bundle gives the same package, byte for byte, so no clock is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from workstation.analysis.picture import Picture, Role
from workstation.domain.evidence import (
    Checkpoint,
    CustodyEntry,
    Event,
    Exhibit,
    HandOver,
    Mention,
    Price,
    QuarantinedRow,
    SourceTag,
    Transfer,
)

Basis = Literal["fact", "heuristic", "assumption"]
Status = Literal["draft", "supported", "disputed", "withdrawn"]
Confidence = Literal["low", "moderate", "high"]


@dataclass(frozen=True, slots=True)
class CaseHead:
    """Who and what the package is about.

    Attributes:
        reference: name for files and headings (``CASE-2026-0042``); ASCII letters, digits, ``.``, ``_`` and ``-``.
        case_id: uuid of the case, part of every custody header. zone: IANA zone of the case, shown beside UTC.
        created: when the case was made (text UTC). sequence, head: custody head at the moment of export.
    """

    reference: str
    case_id: str
    title: str
    examiner: str
    zone: str
    created: str
    sequence: int
    head: str

    @property
    def witness(self) -> str:
        """The line printed on every page, short enough to be read out over the radio."""
        return f"{self.reference} · {self.sequence} · {self.head}"


@dataclass(frozen=True, slots=True)
class Source:
    """Exhibit + locator + row hash behind a statement, with the bytes it stands on.

    Attributes:
        locator: place in words of the reader (``row 17``, ``/result/3``). sha256: hash of exactly the bytes
            ``offset .. offset + length`` of the exhibit; ``length`` -1 when the case does not know the range.
        reference: transaction id or other identifier a reader can look up, may be empty.
    """

    exhibit: int
    locator: str
    sha256: str
    offset: int = -1
    length: int = -1
    reference: str = ""


@dataclass(frozen=True, slots=True)
class CitedTransfer:
    """A transfer with every place it is stated in.

    ``fiat`` is its value in money at its day, with day and source (``~ 12.30 USD (2026-03-02, source)``); empty when
    the case has no rate for it.
    """

    transfer: Transfer
    sources: tuple[Source, ...]
    fiat: str = ""


@dataclass(frozen=True, slots=True)
class CitedTag:
    """A tag that came from an exhibit, with its place."""

    tag: SourceTag
    source: Source


@dataclass(frozen=True, slots=True)
class CitedStatement:
    """An event, mention or price with every place it is stated in."""

    statement: Event | Mention | Price
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class UserTag:
    """A tag the investigator set. ``subject`` is a subject key (``domain.subjects``)."""

    key: str
    subject: str
    label: str
    category: str
    confidence: str
    source: str
    source_date: str
    basis: str
    author: str
    at: str


@dataclass(frozen=True, slots=True)
class UserNote:
    """A note of the investigator on a subject."""

    key: str
    subject: str
    body: str
    author: str
    at: str


@dataclass(frozen=True, slots=True)
class EntityMember:
    """One address of an entity and the rule that put it there."""

    subject: str
    rule: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Entity:
    """A named party with its addresses."""

    key: str
    name: str
    role: str
    note: str
    members: tuple[EntityMember, ...] = ()


@dataclass(frozen=True, slots=True)
class FindingLink:
    """One piece of support of a finding: what it points to, and where that stands in the exhibits."""

    subject: str
    note: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A claim of the investigator with everything a reader needs to doubt it."""

    number: int
    claim: str
    status: str
    confidence: str
    basis: str
    reasons: str
    alternatives: str
    disproof: str
    author: str
    at: str
    links: tuple[FindingLink, ...] = ()

    @property
    def label(self) -> str:
        """The printed id, ``F-001``."""
        return f"F-{self.number:03d}"


@dataclass(frozen=True, slots=True)
class Figure:
    """A drawing for the report: an SVG text and what it shows (a saved scene, or the graph itself).

    Attributes:
        details: sentences under the caption: scope, filters, times, what differs from when it was kept.
    """

    name: str
    caption: str
    svg: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done, in order, so that another laptop can do it again.

    Attributes:
        action: ``import`` (``retract`` may follow), ``trace``, ``plugin``, ``merge`` or ``part`` (of another case). tool, version: id and version of the reader,
            method or analysis. parameters: as given. exhibit, input_sha256: what it worked on; exhibit 0 for a run, whose
            input is the ledger. outcome: accepted, partial, rejected, retracted; kept for a run.
        sequence: its entry in the custody log. run, output, output_sha256: number of a kept run and its record in the
            package. tree: hash of the code of a plugin.
    """

    number: int
    action: str
    tool: str
    version: str
    parameters: Mapping[str, Any]
    exhibit: int
    input_sha256: str
    outcome: str
    at: str
    read: int = 0
    accepted: int = 0
    duplicates: int = 0
    quarantined: int = 0
    assumptions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    sequence: int = 0
    run: int = 0
    output: str = ""
    output_sha256: str = ""
    tree: str = ""


@dataclass(frozen=True, slots=True)
class PluginRun:
    """A kept run of a plugin. ``record``: its canonical text, whose SHA-256 the custody log seals."""

    number: int
    sha256: str
    record: str


@dataclass(frozen=True, slots=True)
class Plugin:
    """Code that was used.

    Attributes:
        tree: hash over its files as they ran (of a reader: as they are now). use: what it did here, ``analysis`` or ``reader``.
        archive, sha256: the code packed into one file, and the hash of that; empty when the code cannot travel, and
            ``absent`` says why.
    """

    id: str
    version: str
    tree: str
    use: str
    archive: bytes = b""
    sha256: str = ""
    absent: str = ""


@dataclass(frozen=True, slots=True)
class TraceRun:
    """A kept trace run. ``record``: its canonical text, whose SHA-256 the custody log seals."""

    number: int
    sha256: str
    record: str


@dataclass(frozen=True, slots=True)
class MethodCard:
    """The card of a method that a run or finding used, as it is written (Markdown)."""

    method: str
    text: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check of the case done before the export. A failed one makes the first page of the report red."""

    name: str
    ok: bool
    detail: str = ""


#: Sections of the report in their usual order, with the words a chooser shows.
SECTIONS: Mapping[str, str] = MappingProxyType({
    "summary": "Executive summary",
    "figures": "Fund flow",
    "findings": "Findings",
    "chronology": "Chronology",
    "traces": "Traces",
    "transfers": "Transfers",
    "attributions": "Attributions and notes",
    "requests": "Requests to services",
    "method": "Method",
    "exhibits": "Exhibits",
    "unused": "Rows not used",
    "custody": "Custody",
    "glossary": "Glossary",
    "cards": "Annex: method cards",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chosen:
    """What of a case its report shows. The machine files of a package hold everything, whatever is chosen here.

    Attributes:
        sections: names of :data:`SECTIONS` in print order. findings: numbers in print order, None = all.
        scenes_out: how many saved scenes were left out (``Bundle.figures`` holds the others).
    """

    sections: tuple[str, ...] = tuple(SECTIONS)
    findings: tuple[int, ...] | None = None
    scenes_out: int = 0


@dataclass(frozen=True, slots=True)
class Bundle:
    """Everything one package holds.

    Attributes:
        exported: frozen time of the export, ``2026-01-02T03:04:05Z``; the only date written into any file.
        language: of the report (``en``). classification: line on every page, may be empty.
        exhibit_bytes: verbatim bytes of an exhibit in pieces; its SHA-256 must be the exhibit's.
        transfers: called for each pass over the transfers, in total order (a big case never sits in memory).
        events, mentions, prices: what moves no money; each kind has files of its own.
        graph_svg: the drawing of ``picture``; empty = drawn here. graph_png: ready PNG of a front end, may be empty.
        runs: all kept trace runs. traces: the same by question, as JSON-ready values for paper. cards: of their methods.
        plugin_runs, plugin_files: kept runs of plugins, and what they wrote. plugins: the code behind them and the readers.
        import_reports: how each exhibit was read, as JSON-ready values. requests: to services, likewise.
        figures: saved scenes, in order. checks: result of ``case verify`` just before the export.
        environment: program, Python, library versions, system, time zone data.
        withheld: numbers of exhibits that stay out of the package. redaction: lines of ``redaction.csv``, empty when
            nothing was redacted; decision: legal basis and who decided.
        chosen: what the report shows of all this. legend: roles by their names in the language of the report, empty for
            English.
    """

    case: CaseHead
    exported: str
    exhibits: tuple[Exhibit, ...]
    exhibit_bytes: Callable[[int], Iterator[bytes]]
    transfers: Callable[[], Iterable[CitedTransfer]]
    picture: Picture = field(default_factory=Picture)
    graph_svg: str = ""
    graph_png: bytes = b""
    figures: tuple[Figure, ...] = ()
    source_tags: tuple[CitedTag, ...] = ()
    events: tuple[CitedStatement, ...] = ()
    mentions: tuple[CitedStatement, ...] = ()
    prices: tuple[CitedStatement, ...] = ()
    tags: tuple[UserTag, ...] = ()
    notes: tuple[UserNote, ...] = ()
    entities: tuple[Entity, ...] = ()
    findings: tuple[Finding, ...] = ()
    quarantine: tuple[QuarantinedRow, ...] = ()
    custody: tuple[CustodyEntry, ...] = ()
    checkpoints: tuple[Checkpoint, ...] = ()
    hand_overs: tuple[HandOver, ...] = ()
    steps: tuple[Step, ...] = ()
    checks: tuple[CheckLine, ...] = ()
    runs: tuple[TraceRun, ...] = ()
    traces: tuple[Mapping[str, Any], ...] = ()
    cards: tuple[MethodCard, ...] = ()
    plugin_runs: tuple[PluginRun, ...] = ()
    plugin_files: tuple[bytes, ...] = ()
    plugins: tuple[Plugin, ...] = ()
    import_reports: tuple[Mapping[str, Any], ...] = ()
    requests: tuple[Mapping[str, Any], ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    classification: str = ""
    language: str = "en"
    legend: tuple[tuple[Role, str], ...] = ()
    withheld: tuple[int, ...] = ()
    redaction: tuple[tuple[str, str, str, str, str], ...] = ()
    decision: tuple[str, str] = ("", "")
    chosen: Chosen = field(default_factory=Chosen)

"""Owns gathering an evidence package from a session. Writing it is the work of ``evidence``.

The package tells the case as of its last change: the same case gives the same package, however often it is exported or
verified, because looking adds log entries but changes nothing. Must not draw or sign anything itself.
"""

from __future__ import annotations

import platform
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from workstation import __version__
from workstation.app import custody, paper, report, sceneviews, signing, steps, traceprint
from workstation.app.commands.scenes import ordered
from workstation.app.freeze import packaged
from workstation.app.freeze.fields import LANGUAGES
from workstation.app.freeze.phrases import legend as legend_in
from workstation.app.jobs import Job
from workstation.app.plugins import from_development, marked
from workstation.app.slices import Slices, at_once, in_turn
from workstation.casefile.store import Store
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Citation, CustodyEntry, Event, Mention, Price
from workstation.domain.subjects import parse
from workstation.evidence import bundle as plain
from workstation.evidence.bundle import Bundle
from workstation.evidence.package import write_package
from workstation.evidence.redaction import Person, left_in, redact
from workstation.paths import resources_folder

if TYPE_CHECKING:
    from workstation.analysis.picture import Role
    from workstation.app.session import Session

#: Log entries that tell of looking, not of changing.
_LOOKING = ("view", "export", "verify")
_BLOCK = 2000
#: Places named for an address that a finding cites: its tags and its first transfers.
_PLACES = 12
_LIBRARIES = ("SQLAlchemy", "sqlcipher3", "numpy", "cryptography", "typst", "msgspec", "zstandard", "tzdata")


@dataclass(frozen=True, slots=True)
class Exported:
    """A written package: where it is, its seal, its files, and how many findings it holds."""

    path: Path
    seal: str
    zip_sha256: str
    files: tuple[str, ...]
    seal_sheet: Path
    findings: int


@dataclass(frozen=True, slots=True)
class Redaction:
    """Who is not named in a package. ``kinds``: of persons. ``basis``, ``approver``: legal basis and who decided, as typed."""

    kinds: tuple[str, ...]
    basis: str
    approver: str


def redaction(wanted: bool, kinds: str, basis: str, approver: str) -> Redaction | None:
    """What a user asked for; ``kinds`` are separated by commas. None when nothing is to be redacted."""
    return Redaction(tuple(filter(None, map(str.strip, kinds.split(",")))), basis, approver) if wanted else None


def start(
    session: Session, out: Path, *, language: str = "en", classification: str = "", redaction: Redaction | None = None
) -> Job:
    """Export in a job; its result is :class:`Exported`. Pictures are drawn on the main thread, one a turn."""
    _sign(session)  # a key that cannot be opened is said at once

    def work(job: Job) -> Exported:
        made = in_turn(session, job, lambda: _signed(session, language, classification))
        return _write(session, made, out, redaction, lambda part: job.progress(0, 0, part))

    return session.jobs.submit("Export the evidence package", work, lane="case")


def export(
    session: Session, out: Path, *, language: str = "en", classification: str = "", redaction: Redaction | None = None
) -> Exported:
    """Write the package at once, on the calling thread."""
    return _write(session, at_once(_signed(session, language, classification)), out, redaction, None)


def _sign(session: Session) -> None:
    custody.sign_head(session.store, signing.signer(session), changes(session.store)[-1].sequence)


def _signed(session: Session, language: str, classification: str) -> Slices[Bundle]:
    """The bundle, with the log signed up to its last change first: so a second export finds what the first one found."""
    _sign(session)

    def rest() -> Slices[Bundle]:
        made = yield from gathering(session, language=language, classification=classification)
        signed = tuple(c for c in session.store.checkpoints() if c.sequence <= made.case.sequence)
        return replace(made, checkpoints=signed)

    return rest()


def _write(
    session: Session, made: Bundle, out: Path, redaction: Redaction | None, progress: Callable[[str], None] | None
) -> Exported:
    inspect = None
    if redaction is not None:
        persons = _persons(session, redaction)
        made = replace(redact(made, persons), decision=(redaction.basis, redaction.approver))
        inspect = partial(left_in, persons=persons)
    signer = signing.signer(session)
    sealed = write_package(
        made, out, signer=signer, cms=signing.certificate(session), inspect=inspect,
        resources=resources_folder(), progress=progress,
    )  # fmt: skip
    body = {"seal": sealed.seal, "sha256": sealed.zip_sha256, "file": out.name, "entry": made.case.sequence}
    if redaction is not None:
        body |= {"redacted": list(redaction.kinds), "basis": redaction.basis, "approver": redaction.approver}
    session.store.log("export", body, actor=session.actor)
    custody.sign_head(session.store, signer)
    return Exported(sealed.path, sealed.seal, sealed.zip_sha256, sealed.files, sealed.seal_sheet, len(made.findings))


def _persons(session: Session, redaction: Redaction) -> list[Person]:
    rows = [row for row in _rows(session.store, "person") if row["kind"] in redaction.kinds]
    if not rows or not redaction.basis.strip() or not redaction.approver.strip():
        missing = "no person of this kind is written down" if not rows else "legal basis or approver is missing"
        raise WorkstationError(
            "WS-EXP-031", f"the package cannot be redacted: {missing}", "no package was written",
            "add the persons who must not be named, and say on what basis and by whose decision",
        )  # fmt: skip
    return [Person(row["kind"], tuple(row["spellings"].splitlines())) for row in rows]


def unpack(package: Path, folder: Path, names: Sequence[str]) -> list[Path]:
    """Copy files of the report folder of a package (``report.en.pdf``, ``graph.svg`` …) into a folder."""
    made: list[Path] = []
    with zipfile.ZipFile(package) as archive:
        for member in archive.namelist():
            name = member.rsplit("/", 1)[-1]
            if f"/data/report/{name}" in f"/{member}" and name in names:
                made.append(folder / name)
                made[-1].write_bytes(archive.read(member))
    return sorted(made)


# --- gathering --------------------------------------------------------------------------------------------------------


def bundle(
    session: Session, *, language: str = "en", classification: str = "", choice: paper.Choice | None = None
) -> Bundle:
    """Everything the package holds, as plain values."""
    return at_once(gathering(session, language=language, classification=classification, choice=choice))


def gathering(
    session: Session, *, language: str = "en", classification: str = "", choice: paper.Choice | None = None
) -> Slices[Bundle]:
    """The same in slices: what needs only the case file is read beside the window."""
    store = session.store
    picture = session.graphs.picture(session.graph)
    drawn = session.png(session) if session.png is not None and picture.nodes else bytes
    yield None
    png = drawn()
    choice = choice or paper.choice(session)
    legend = legend_in(language) if language in LANGUAGES and language != "en" else ()
    figures = yield from _figures(session, choice, legend)
    told: dict[str, Any] = yield partial(_told, store)
    log = list(told["custody"])
    done = steps.steps(session, log)
    yield None
    plugin_runs, plugin_files = steps.plugin_runs(session), steps.plugin_files(session)
    yield None
    code = steps.code(session, done)
    len(session.graphs.ledger)  # built here: what belongs to the main thread is ready before it is asked for beside it
    traced = yield partial(traceprint.asked, session)
    traces = traceprint.traces(session, traced)
    yield None
    return Bundle(
        case=head(session, log),
        exported=log[-1].time,
        exhibit_bytes=store.exhibit_bytes,
        transfers=lambda: _transfers(session),
        picture=picture,
        graph_png=png,
        figures=figures,
        steps=done,
        plugin_runs=plugin_runs,
        plugin_files=plugin_files,
        plugins=code,
        runs=traceprint.runs(session),
        traces=traces,
        cards=traceprint.cards_of(session, traced),
        requests=packaged.requests(session),
        import_reports=tuple(report.as_data(found) for found in report.every(session)),
        environment=_environment(),
        classification=classification or choice.classification,
        language=language,
        legend=legend,
        chosen=paper.chosen(session, choice),
        **told,
    )


def _told(store: Store) -> dict[str, Any]:
    """The parts of a bundle that the case file alone tells."""
    log = changes(store)
    return {
        "exhibits": tuple(store.exhibits()),
        "source_tags": tuple(plain.CitedTag(tag, _source(tag.citation, "")) for tag in store.source_tags()),
        "events": _statements(store, "event", store.events()),
        "mentions": _statements(store, "mention", store.mentions()),
        "prices": _statements(store, "price", store.prices()),
        "tags": tuple(plain.UserTag(**row) for row in _rows(store, "tag")),
        "notes": tuple(plain.UserNote(**row) for row in _rows(store, "note")),
        "entities": _entities(store),
        "findings": _findings(store, _Places(store)),
        "quarantine": tuple(store.quarantined()),
        "custody": tuple(log),
        "hand_overs": tuple(custody.hand_overs(log)),
        "checks": tuple(plain.CheckLine(check.name, check.ok, check.detail) for check in custody.verify(store)),
    }


def changes(store: Store) -> list[CustodyEntry]:
    """The custody log up to the last change."""
    entries = list(store.custody())
    while len(entries) > 1 and entries[-1].kind in _LOOKING:
        entries.pop()
    return entries


def head(session: Session, log: list[CustodyEntry]) -> plain.CaseHead:
    """What stands at the head of a paper about the case, as of the last entry of ``log``."""
    info = session.store.info()
    reference = re.sub(r"[^A-Za-z0-9._-]+", "-", session.store.path.stem).strip("-.") or f"case-{info.case_id[:8]}"
    return plain.CaseHead(
        reference, info.case_id, info.title, info.examiner, info.zone, info.created, log[-1].sequence, log[-1].digest
    )


def _rows(store: Store, table: str) -> list[dict[str, Any]]:
    """Rows in the order they were made (keys hold the custody sequence); unset texts are empty."""
    rows = store.rows(table)
    return [
        {name: "" if value is None else value for name, value in rows[key].items()} for key in sorted(rows, key=_order)
    ]


def _order(key: str) -> tuple[list[int], str]:
    return [int(part) for part in re.findall(r"\d+", key)], key


def _source(citation: Citation, reference: str) -> plain.Source:
    return plain.Source(
        citation.exhibit, citation.locator, citation.sha256, citation.offset, citation.length, reference
    )


def _transfers(session: Session) -> Iterator[plain.CitedTransfer]:
    store, rates = session.store, session.prices
    found = store.transfers()
    while block := list(islice(found, _BLOCK)):
        cited = store.citations_many([transfer.id for transfer in block])
        for transfer in block:
            then = rates.of(transfer)
            sources = tuple(_source(c, transfer.tx) for c in cited[transfer.id])
            yield plain.CitedTransfer(transfer, sources, "" if then is None else then.plain)


def _statements(
    store: Store, table: Literal["event", "mention", "price"], found: Sequence[Event | Mention | Price]
) -> tuple[plain.CitedStatement, ...]:
    cited = store.statement_citations(table, [statement.id for statement in found])
    return tuple(
        plain.CitedStatement(s, tuple(_source(c, s.tx if isinstance(s, Event) else "") for c in cited[s.id]))
        for s in found
    )


def _entities(store: Store) -> tuple[plain.Entity, ...]:
    members: dict[str, list[plain.EntityMember]] = {}
    for row in _rows(store, "entity_member"):
        members.setdefault(row["entity"], []).append(plain.EntityMember(row["subject"], row["rule"], row["confidence"]))
    return tuple(plain.Entity(**row, members=tuple(members.get(row["key"], ()))) for row in _rows(store, "entity"))


class _Places:
    """Where cited subjects stand in the exhibits."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def of(self, key: str) -> tuple[plain.Source, ...]:
        """The places of one subject: all of a transfer or transaction, some of an address or entity."""
        subject = parse(key)
        store = self.store
        if subject.kind == "run":  # no exhibit: the package holds its record (data/traces)
            return ()
        if subject.kind == "transfer":
            found = list(store.transfers(ids=[int(subject.ref)]))
            return tuple(_source(c, found[0].tx) for c in store.citations(found[0].id)) if found else ()
        if subject.kind == "transaction":
            transaction = store.transaction(subject.chain, subject.ref)
            if transaction is None:
                return ()
            places = store.tx_citations(transaction.id)
            if not places:
                ids = [t.id for t in store.transfers(chain=subject.chain, tx=subject.ref)]
                places = [c for number in ids for c in store.citations(number)]
            return tuple(_source(c, subject.ref) for c in dict.fromkeys(places))
        if subject.kind == "entity":
            rows = [row for row in _rows(store, "entity_member") if row["entity"] == subject.ref]
            return tuple(dict.fromkeys(place for row in rows for place in self.of(row["subject"])))[:_PLACES]
        tags = [_source(tag.citation, subject.ref) for tag in store.source_tags(subject)]
        first = [t.id for t in store.transfers(address=subject.ref, chain=subject.chain, limit=_PLACES)]
        cited = store.citations_many(first) if first else {}
        return tuple([*tags, *(_source(c, subject.ref) for number in first for c in cited[number])][:_PLACES])


def _findings(store: Store, places: _Places) -> tuple[plain.Finding, ...]:
    links: dict[str, list[plain.FindingLink]] = {}
    for row in sorted(_rows(store, "finding_link"), key=lambda r: (r["position"], _order(r["key"]))):
        link = plain.FindingLink(row["subject"], row["note"], places.of(row["subject"]))
        links.setdefault(row["finding"], []).append(link)
    found = sorted(_rows(store, "finding"), key=lambda r: int(r["number"]))
    unapproved = from_development(store)
    found = [{**r, "claim": marked(r["claim"])} if r["key"] in unapproved else r for r in found]
    return tuple(
        plain.Finding(**{k: v for k, v in row.items() if k != "key"}, links=tuple(links.get(row["key"], ())))
        for row in found
    )


def _figures(
    session: Session, choice: paper.Choice, legend: tuple[tuple[Role, str], ...] = ()
) -> Slices[tuple[plain.Figure, ...]]:
    """The chosen scenes as drawings in the order of the report: what each showed, at the places it was kept with."""
    made, rows = [], dict(ordered(session))
    for key in rows if choice.scenes is None else [key for key in choice.scenes if key in rows]:
        yield None
        row = rows[key]
        found = sceneviews.view(session.graphs, row)
        if legend:
            found = replace(found, picture=replace(found.picture, legend=legend))
        caption = choice.captions.get(key) or str(row["caption"] or "")
        made.append(
            plain.Figure(str(row["name"]), caption, sceneviews.svg(session, found), sceneviews.details(session, found))
        )
    return tuple(made)


def _environment() -> dict[str, str]:
    found = {
        "workstation": __version__,
        "python": platform.python_version(),
        "system": platform.system(),
        "machine": platform.machine(),
    }
    for library in _LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "not installed"
    return found

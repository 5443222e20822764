"""Owns bringing files into a case: find the reader, keep the bytes, read what was kept, load.

One file never stops another. A file that no reader knows is not kept and leaves the case unchanged. One that fails
while it is read stays as an exhibit with its reason. Must not parse anything itself.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from workstation.app.jobs import Cancelled, Job
from workstation.casefile import intake as casefile
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import ImportResult
from workstation.plugin_host import readers
from workstation.plugin_host.readers import DEFAULT_LIMITS, Limits, ReaderInfo, list_readers

if TYPE_CHECKING:
    from workstation.app.session import Session

_MEDIA: Mapping[str, str] = MappingProxyType(
    {
        ".csv": "text/csv",
        ".json": "application/json",
        ".jsonl": "application/x-ndjson",
        ".txt": "text/plain",
        ".yaml": "application/yaml",
        ".yml": "application/yaml",
        ".tsv": "text/tab-separated-values",
    }
)


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says about the files. Empty = the file says it, or its reader assumes it and says so.

    ``more`` holds further parameters of the reader, such as ``date`` and ``source`` of an address list.
    """

    reader: str = ""
    chain: str = ""
    zone: str = ""
    subject: str = ""
    mapping: Path | None = None
    received_from: str = "unknown"
    limits: Limits = DEFAULT_LIMITS
    more: Mapping[str, str] = field(default_factory=dict)

    def parameters(self) -> dict[str, str]:
        """The given ones among the parameters readers may have."""
        found = {"chain": self.chain, "zone": self.zone, "subject": self.subject}
        if self.mapping is not None:
            found["mapping"] = str(self.mapping)
        return {name: value for name, value in {**found, **self.more}.items() if value}


def expand(paths: Iterable[Path]) -> list[Path]:
    """Files as given, folders as the files below them in order of names; each once. Links in folders are left out."""
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
            found.update(dict.fromkeys(sorted(inside, key=lambda p: p.relative_to(path).as_posix())))
        else:
            found[path] = None
    return list(found)


def start(session: Session, paths: Iterable[Path], options: Options) -> Job:
    """Import in a job of the case lane; its result is the list of :class:`ImportResult`."""
    files = expand(paths)
    results: list[ImportResult] = []

    def work(job: Job) -> list[ImportResult]:
        for result in _each(session, files, options, job):
            results.append(result)
        return results

    title = f"Import {files[0].name}" if len(files) == 1 else f"Import {len(files)} files"
    return session.jobs.submit(title, work, lane="case", finished=lambda job: session.evidence_changed(results))


def import_files(
    session: Session, paths: Iterable[Path], options: Options | None = None, job: Job | None = None
) -> list[ImportResult]:
    """Import at once, on the calling thread (the main thread, unless ``job`` is given)."""
    results = list(_each(session, expand(paths), options or Options(), job))
    if job is None:
        session.evidence_changed(results)
    return results


def _each(session: Session, files: list[Path], options: Options, job: Job | None) -> Iterator[ImportResult]:
    for number, path in enumerate(files):
        if job is not None:
            job.progress(number, len(files), path.name)
        result, stop = _one(session, path, options, job)
        yield result
        if stop:
            raise Cancelled


def _one(session: Session, path: Path, options: Options, job: Job | None) -> tuple[ImportResult, bool]:
    """What happened to one file, and whether the user cancelled."""
    try:
        info = _reader(session, path, options)
        number, again = _keep(session, path, options)
    except WorkstationError as problem:
        return _refused(path, problem), problem.exit_code == 5
    if again is not None:
        return again, False
    try:
        return _load(session, path, number, info, options, job), False
    except WorkstationError as problem:
        result = casefile.reject(
            session.store,
            number,
            reader_id=info.id,
            reader_version=info.version,
            code=problem.code,
            message=f"{problem.what}; {problem.todo}",
            actor=session.actor,
        )
        return replace(result, path=str(path)), problem.exit_code == 5


def _reader(session: Session, path: Path, options: Options) -> ReaderInfo:
    known = {info.id: info for info in list_readers(session.plugins)}
    if options.reader:
        if options.reader not in known:
            raise WorkstationError(
                "WS-RDR-011",
                f"there is no reader {options.reader!r}",
                "nothing was imported",
                "choose one of: " + ", ".join(known),
            )
        if not path.is_file():
            raise WorkstationError(
                "WS-RDR-100", "there is no such file", "nothing was imported", "check the name of the file"
            )
        return known[options.reader]
    found = readers.detect(path, session.plugins, limits=options.limits)
    if not found:
        raise WorkstationError(
            "WS-IMP-001",
            "no reader knows this file",
            "nothing was imported",
            "see the list of readers, or write the rows as ledger.csv",
        )
    return known[found[0].reader]


def _keep(session: Session, path: Path, options: Options) -> tuple[int, ImportResult | None]:
    """The exhibit number; with a result when the same bytes are loaded already."""
    try:
        media = _MEDIA.get(path.suffix.lower(), "application/octet-stream")
        return casefile.keep(
            session.store, path, media_type=media, received_from=options.received_from, actor=session.actor
        ), None
    except casefile.AlreadyInCase as problem:
        exhibit = session.store.exhibit(problem.exhibit)
        if exhibit.outcome not in ("accepted", "partial"):
            return problem.exhibit, None  # kept before, not in use: read it again
        return problem.exhibit, ImportResult(
            str(path),
            exhibit.sha256,
            exhibit.number,
            exhibit.reader,
            exhibit.outcome,
            problem.code,
            f"{problem.what}; {problem.unchanged}",
        )


def _load(
    session: Session, path: Path, number: int, info: ReaderInfo, options: Options, job: Job | None
) -> ImportResult:
    """Read the kept bytes, not the file: it may have changed since."""
    takes = {parameter.name for parameter in info.parameters}
    given = options.parameters()
    parameters = {name: value for name, value in given.items() if name in takes}
    unused = tuple(f"{info.title} does not use the option {name}" for name in given if name not in takes)
    cancelled = None if job is None else job.cancelled
    with tempfile.TemporaryDirectory(prefix="fundflow-") as folder:
        copy = Path(folder) / "exhibit"
        with copy.open("wb") as out:
            for piece in session.store.exhibit_bytes(number):
                out.write(piece)
        try:
            with readers.parse(
                copy, info.id, parameters, session.plugins, limits=options.limits, cancelled=cancelled, name=path.name
            ) as parse:
                result = casefile.load(
                    session.store,
                    number,
                    reader_id=info.id,
                    reader_version=parse.reader_version,
                    templates=parse.templates,
                    parameters=parameters,
                    records=parse,
                    actor=session.actor,
                    progress=None
                    if job is None
                    else lambda done: job.progress(done, 0, f"{path.name}: {done:,} records"),
                    cancelled=cancelled,
                )
        except Cancelled:
            raise WorkstationError(
                "WS-IMP-015", "the import was cancelled", "nothing of this file was loaded", "import it again", 5
            ) from None
    return replace(result, path=str(path), warnings=result.warnings + unused)


def _refused(path: Path, problem: WorkstationError) -> ImportResult:
    """A file that never came into the case."""
    digest = ""
    if path.is_file():
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    return ImportResult(str(path), digest, None, "", "rejected", problem.code, f"{problem.what}; {problem.todo}")

"""Owns keeping a file that was looked at and reading what was kept, with the results of a container summed up.

The exhibit is read, not the file: it may have changed since. A file that fails while it is read stays as an exhibit
with its reason.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

from workstation.app.importing import CONTAINERS, File, Looked, Options
from workstation.app.jobs import Cancelled, Job
from workstation.app.privatefolder import private_folder
from workstation.casefile import intake as casefile
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import ImportResult
from workstation.domain.records import Remark
from workstation.plugin_host import readers
from workstation.plugin_host.approval import running
from workstation.plugin_host.catalogue import reading
from workstation.plugin_host.containers import WORKBOOKS
from workstation.plugin_host.process import cancelled_error

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
        ".xml": "application/xml",
        ".gz": "application/gzip",
        ".bz2": "application/x-bzip2",
        ".zip": "application/zip",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".xls": "application/vnd.ms-excel",
        ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    }
)
#: Codes of members that are no data at all: they do not make a container less than accepted.
_NO_DATA = ("WS-RDR-10", "WS-RDR-11")


def take(session: Session, looked: Looked, options: Options, job: Job | None) -> tuple[ImportResult, bool]:
    """Keep and read what was looked at: what happened, and whether the user cancelled."""
    if looked.kind:
        return _container(session, looked, options, job, None)
    return _plain(session, looked, options, job, None)


def refused(file: File, problem: WorkstationError) -> ImportResult:
    """The result of a file that never came into the case."""
    digest = ""
    if file.path.is_file():
        with file.path.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return ImportResult(
        file.shown, digest, None, "", "rejected", problem.code, f"{problem.what}; {problem.todo}",
        warnings=file.remarks,
    )  # fmt: skip


def _plain(
    session: Session, looked: Looked, options: Options, job: Job | None, parent: int | None
) -> tuple[ImportResult, bool]:
    file, info = looked.file, looked.reader
    if info is None:
        return refused(file, _problem(looked)), False
    try:
        number, again = _keep(session, file, options, parent, job)
    except WorkstationError as problem:
        return refused(file, problem), problem.exit_code == 5
    if again is not None:
        return again, False
    try:
        return _load(session, looked, number, options, job), False
    except WorkstationError as problem:
        if problem.exit_code == 5 and casefile.withdraw(session.store, number):
            return refused(file, problem), True
        result = casefile.reject(
            session.store,
            number,
            reader_id=info.id,
            reader_version=info.version,
            code=problem.code,
            message=f"{problem.what}; {problem.todo}",
            actor=session.actor,
            why=looked.why,
        )
        return replace(result, path=file.shown, warnings=(*result.warnings, *file.remarks)), problem.exit_code == 5


def _container(
    session: Session, looked: Looked, options: Options, job: Job | None, parent: int | None
) -> tuple[ImportResult, bool]:
    """A container is kept only when something in it can be read; its members come after it, one by one."""
    file = looked.file
    if not looked.usable:
        return _nothing(looked), False
    try:
        number, known = _keep(session, file, options, parent, job)
    except WorkstationError as problem:
        return refused(file, problem), problem.exit_code == 5
    results: list[ImportResult] = []
    stop = False
    for member in looked.members:
        if job is not None and job.cancelled():
            results.append(refused(member.file, cancelled_error()))
            stop = True
            break
        way = _container if member.kind else _plain
        result, stop = way(session, member, options, job, number)
        results.append(result)
        if stop:
            break
    if stop and casefile.withdraw(session.store, number):  # nothing of it had been read to the end
        return replace(refused(file, cancelled_error()), members=tuple(results)), True
    casefile.confirm(session.store, number, session.actor)
    body = {"exhibit": number, "kind": looked.kind, "members": len(looked.members), "remarks": list(looked.remarks),
            "skipped": [list(pair) for pair in looked.skipped]}  # fmt: skip
    if known is None:
        session.store.log("container", body, actor=session.actor)
    return _sum(looked, number, session.store.exhibit(number).sha256, results), stop


def _nothing(looked: Looked) -> ImportResult:
    """The result of a container in which nothing can be read; a single file in it speaks for the whole."""
    members = tuple(
        _nothing(member) if member.kind else refused(member.file, _problem(member)) for member in looked.members
    )
    what = CONTAINERS[looked.kind]
    if len(members) == 1:
        code, message = (
            members[0].code,
            f"in this {what} is {_inside(looked)}, and that cannot be read: {members[0].message}",
        )
    elif members:
        inside = "sheets" if looked.kind in WORKBOOKS else "files"
        code, message = "WS-IMP-043", f"none of the {len(members)} {inside} in this {what} can be read; look at each"
    else:
        code, message = "WS-IMP-043", f"there is nothing to read in this {what}"
    asked = [member for member in members if member.code == "WS-IMP-040"]
    if asked:
        code, message = asked[0].code, asked[0].message
    problem = WorkstationError(code, message, "nothing was imported", "")
    return replace(
        refused(looked.file, problem), message=message, members=members, warnings=_told(looked), why=_counted(looked)
    )


def _problem(looked: Looked) -> WorkstationError:
    assert looked.problem is not None
    return looked.problem


def _inside(looked: Looked) -> str:
    return f"only {looked.members[0].file.sheet or looked.members[0].file.name}"


def _told(looked: Looked) -> tuple[str, ...]:
    left = tuple(f"{name} was not unpacked: {reason}" for name, reason in looked.skipped)
    return (*looked.file.remarks, *looked.remarks, *left)


def _counted(looked: Looked) -> str:
    count = len(looked.members)
    word = "sheet" if looked.kind in WORKBOOKS else "file"
    return f"{CONTAINERS[looked.kind]} with {count:,} {word}{'' if count == 1 else 's'}"


def _sum(looked: Looked, number: int, digest: str, results: list[ImportResult]) -> ImportResult:
    good = [result for result in results if result.outcome != "rejected"]
    wrong = [r for r in results if r.outcome == "rejected" and not r.code.startswith(_NO_DATA)]
    skipped: dict[str, int] = {}
    for reason, count in chain.from_iterable(result.skipped for result in results):
        skipped[reason] = skipped.get(reason, 0) + count
    outcome, code, message = "accepted", "", ""
    if not good:
        outcome, code, message = "rejected", "WS-IMP-043", "no file in it could be used; look at each"
    elif wrong or any(result.outcome == "partial" for result in good):
        outcome = "partial"
    return ImportResult(
        looked.file.shown, digest, number, "", outcome, code, message,
        sum(r.read for r in results), sum(r.accepted for r in results), sum(r.duplicates for r in results),
        sum(r.quarantined for r in results), warnings=_told(looked), members=tuple(results),
        skipped=tuple(skipped.items()), why=_counted(looked), rows=sum(r.rows for r in results),
    )  # fmt: skip


def _keep(
    session: Session, file: File, options: Options, parent: int | None, job: Job | None
) -> tuple[int, ImportResult | None]:
    """The exhibit number; with a result when the same bytes are loaded already."""
    try:
        media = _MEDIA.get(PurePosixPath(file.name).suffix.lower(), "application/octet-stream")
        return casefile.keep(
            session.store, file.path, media_type=media, received_from=options.received_from, actor=session.actor,
            parent=parent, member=file.place, cancelled=None if job is None else job.cancelled,
            hold=True,
        ), None  # fmt: skip
    except casefile.AlreadyInCase as problem:
        exhibit = session.store.exhibit(problem.exhibit)
        if exhibit.outcome not in ("accepted", "partial"):
            return problem.exhibit, None  # kept before, not in use: read it again
        return problem.exhibit, ImportResult(
            file.shown,
            exhibit.sha256,
            exhibit.number,
            exhibit.reader,
            exhibit.outcome,
            problem.code,
            f"{problem.what}; {problem.unchanged}",
        )


def _load(session: Session, looked: Looked, number: int, options: Options, job: Job | None) -> ImportResult:
    """Read the kept bytes."""
    file, info = looked.file, looked.reader
    assert info is not None
    takes = {parameter.name for parameter in info.parameters}
    given = options.parameters()
    parameters = {name: value for name, value in given.items() if name in takes}
    unused = tuple(f"{info.title} does not use the option {name}" for name in given if name not in takes)
    stored = {**parameters, "layout": looked.layout} if looked.layout else parameters
    by_profile = stored if info.id == "table.mapped" else parameters
    cancelled = None if job is None else job.cancelled
    progress = Progress(job, file.prefix + file.name)
    with private_folder() as folder:
        copy = folder / "exhibit"
        with copy.open("wb") as out:
            for piece in session.store.exhibit_bytes(number):
                if cancelled is not None and cancelled():
                    raise cancelled_error()
                out.write(piece)
        try:
            with running(reading(session.plugins, info.id), session.settings_folder), readers.parse(
                copy, info.id, by_profile, session.plugins, limits=options.limits, cancelled=cancelled,
                progress=progress.bytes, name=file.name,
            ) as parse:  # fmt: skip
                result = casefile.load(
                    session.store,
                    number,
                    reader_id=info.id,
                    reader_version=parse.reader_version,
                    templates=parse.templates,
                    parameters=stored,
                    records=chain((Remark("warning", text) for text in file.remarks), parse),
                    actor=session.actor,
                    progress=progress.records,
                    cancelled=cancelled,
                    why=looked.why,
                    told=lambda: casefile.Told(parse.rows_read, parse.skipped),
                )
        except Cancelled:
            raise WorkstationError(
                "WS-IMP-015", "the import was cancelled", "nothing of this file was loaded", "import it again", 5
            ) from None
    return replace(result, path=file.shown, warnings=result.warnings + unused)


class Progress:
    """Tells a job how far one file is: records, records per second, and the time left once it can be known."""

    def __init__(self, job: Job | None, title: str) -> None:
        self._job = job
        self._title = title
        self._began = time.monotonic()
        self._bytes = (0, 0)
        self._records = 0

    def bytes(self, done: int, total: int) -> None:
        """The reader is at this byte of the file."""
        self._bytes = (done, total)
        self._tell()

    def records(self, done: int) -> None:
        """So many records are in the case."""
        self._records = done
        self._tell()

    def _tell(self) -> None:
        if self._job is None:
            return
        done, total = self._bytes
        seconds = time.monotonic() - self._began
        self._job.progress(done, total, self._title + ": " + progress_text(self._records, done, total, seconds))


def progress_text(records: int, done: int, total: int, seconds: float) -> str:
    """``120,000 rows, 45,000 a second, about 20 s left``; no time is promised before it can be known."""
    parts = [f"{records:,} rows"]
    if seconds >= 1 and records:
        parts.append(f"{int(records / seconds):,} a second")
    if seconds >= 2 and total and done * 50 >= total:
        left = int(seconds * (total - done) / done)
        parts.append("nearly done" if left < 1 else f"about {_duration(left)} left")
    return ", ".join(parts)


def _duration(seconds: int) -> str:
    if seconds < 90:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 5400 else f"{seconds // 3600} h {seconds // 60 % 60} min"

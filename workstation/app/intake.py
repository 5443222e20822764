"""Owns bringing files into a case: which files, what is asked first, one after the other, in a job or at once.

One file never stops another. What a file is comes from ``looking``; keeping and reading it is in ``reading``. A file
that no reader knows, or that leaves a question open, is not kept and leaves the case unchanged. Must not parse anything.
"""

from __future__ import annotations

import shutil
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from workstation.app import looking, reading
from workstation.app.importing import File, Looked, Options
from workstation.app.jobs import Cancelled, Job
from workstation.app.privatefolder import private_folder
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import ImportResult
from workstation.plugin_host.layouts import read_profile

if TYPE_CHECKING:
    from workstation.app.session import Session

__all__ = ["Options", "expand", "import_files", "profile_text", "start"]


def expand(paths: Iterable[Path]) -> list[tuple[Path, str]]:
    """Files as (path, ""), folders as the files below them in order of names, with their path inside the folder.

    Each file comes once. Links in folders are left out.
    """
    found: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
            for name, file in sorted((p.relative_to(path).as_posix(), p) for p in inside):
                found.setdefault(file, name)
        else:
            found.setdefault(path, "")
    return list(found.items())


def profile_text(path: Path) -> str:
    """The text of a mapping profile file.

    Raises:
        WorkstationError: it cannot be read.
    """
    return read_profile(path)


def start(session: Session, paths: Iterable[Path], options: Options) -> Job:
    """Import in a job of the case lane; its result is the list of :class:`ImportResult`."""
    files = expand(paths)
    results: list[ImportResult] = []

    def work(job: Job) -> list[ImportResult]:
        for result in _each(session, files, options, job):
            results.append(result)
        return results

    title = f"Import {files[0][0].name}" if len(files) == 1 else f"Import {len(files)} files"
    return session.jobs.submit(title, work, lane="case", finished=lambda job: session.evidence_changed(results))


def import_files(
    session: Session, paths: Iterable[Path], options: Options | None = None, job: Job | None = None
) -> list[ImportResult]:
    """Import at once, on the calling thread (the main thread, unless ``job`` is given)."""
    results = list(_each(session, expand(paths), options or Options(), job))
    if job is None:
        session.evidence_changed(results)
    return results


def _each(session: Session, files: list[tuple[Path, str]], options: Options, job: Job | None) -> Iterator[ImportResult]:
    """What happened to each file. While one is read into the case, the next is looked at, each in its own worker."""
    cancelled = None if job is None else job.cancelled
    many = len(files) > 1
    all_files = [
        File(path, path.name, place, str(path), prefix=f"file {number} of {len(files)} · " if many else "")
        for number, (path, place) in enumerate(files, 1)
    ]
    with private_folder() as top, ThreadPoolExecutor(1, "looking") as ahead:

        def look(number: int) -> Looked:
            folder = top / str(number)
            folder.mkdir()
            return looking.look(session.plugins, all_files[number], options, folder, cancelled)

        looks = deque([ahead.submit(look, 0)] if files else [])
        for number, file in enumerate(all_files):
            if job is not None:
                job.progress(number, len(files), file.name)
            looked = looks.popleft()
            if number + 1 < len(files):
                looks.append(ahead.submit(look, number + 1))
            result, stop = _take(session, file, looked, options, job)
            shutil.rmtree(Path(top, str(number)), ignore_errors=True)
            yield result
            if stop:
                raise Cancelled


def _take(
    session: Session, file: File, looked: Future[Looked], options: Options, job: Job | None
) -> tuple[ImportResult, bool]:
    """What happened to one file, and whether the user cancelled."""
    try:
        return reading.take(session, looked.result(), options, job)
    except WorkstationError as problem:
        return reading.refused(file, problem), problem.exit_code == 5

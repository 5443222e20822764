"""Owns finding out what a file is through the readers: which may fit, what it leaves open, its first rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workstation.domain.errors import WorkstationError
from workstation.plugin_host import containers, magic
from workstation.plugin_host.catalogue import job_of, known_of
from workstation.plugin_host.discovery import Plugin
from workstation.plugin_host.limits import DEFAULT_LIMITS, Limits
from workstation.plugin_host.process import Worker, crash_error
from workstation.plugin_host.protocol import ProtocolError, message
from workstation.sdk.manifest import ReaderEntry

if TYPE_CHECKING:
    from workstation.sdk.layouts import Layout

Cancelled = Callable[[], bool] | None


@dataclass(frozen=True, slots=True)
class Detection:
    """A reader or layout that may fit, with the reason.

    Attributes:
        score: 1.0 = certain. refusal: the file is known, and not readable.
        questions: parameters the file leaves open, to be asked before it is read (``sdk.reader.Sniff``).
        automatic: false for a layout that fits only in part: it is offered, never taken unasked.
    """

    reader: str
    title: str
    score: float
    why: str
    refusal: str = ""
    questions: tuple[str, ...] = ()
    automatic: bool = True


@dataclass(frozen=True, slots=True)
class Preview:
    """The first rows of a delimited text. ``header_row`` counts from 1; 0 = no header is seen."""

    delimiter: str
    encoding: str
    header_row: int
    rows: tuple[tuple[str, ...], ...]


def _answers(path: Path, job: Mapping[str, Any], seconds: int, cancelled: Cancelled = None) -> Iterator[list[Any]]:
    """The messages of a worker up to ``done``."""
    with Worker(path, job, seconds=seconds, cancelled=cancelled) as worker:
        while True:
            line = worker.line()
            if line is None:
                raise worker.death()
            try:
                answer = message(line)
            except ProtocolError as problem:
                raise crash_error(f"a reader gave {problem}") from problem
            if answer[0] == "done":
                return
            yield answer


def _sniff(
    path: Path,
    name: str,
    readers: Sequence[tuple[Plugin, ReaderEntry]],
    found: Sequence[Layout],
    seconds: int,
    cancelled: Cancelled = None,
) -> list[Detection]:
    titles = {entry.id: entry.title for _, entry in readers}
    shape: dict[str, Any] = {}
    by = next((entry.id for _, entry in readers if entry.layouts), None)
    if by is not None and found:
        from workstation.sdk.layout import pack

        shape = {"layouts": {by: [pack(layout) for layout in found]}}
    layout_titles = {layout.id: layout.title for layout in found} if shape else {}
    job = job_of("sniff", name, readers, memory_mb=1024, seconds=seconds, **shape)
    made: list[Detection] = []
    for answer in _answers(path, job, seconds, cancelled):
        if answer[0] != "sniff" or len(answer) != 6:
            raise crash_error("a reader could not look at the file")
        _, reader, score, why, refusal, questions = answer
        if (
            (reader not in titles and reader not in layout_titles)
            or not isinstance(score, int)
            or not isinstance(why, str)
            or not isinstance(refusal, str)
            or not isinstance(questions, list)
            or not all(isinstance(question, str) for question in questions)
        ):
            raise crash_error("a reader gave an answer that is not valid")
        if 0 < score <= 1000:
            title = titles.get(reader) or layout_titles[reader]
            sure = reader in titles or score == 1000
            made.append(Detection(reader, title, score / 1000, why, refusal, tuple(questions), sure))
    return made


def detect(
    path: Path,
    plugins: Sequence[Plugin],
    *,
    limits: Limits = DEFAULT_LIMITS,
    name: str = "",
    cancelled: Cancelled = None,
) -> list[Detection]:
    """The readers that may fit a file, best first, each with the reason; empty when none knows it, or for a container.

    Args:
        name: the original file name, when ``path`` is a copy of it. cancelled: asked about every 50 ms.

    Raises:
        WorkstationError: the file is plainly no data (web page, PDF, empty …) or a known answer that holds
            no transfers; the error says what it is.
    """
    name = name or path.name
    head = magic.refuse(path, limits.bytes)
    if containers.kind(head, name):
        return []
    known = known_of(plugins)
    text = magic.is_text(head)
    tables = known.layouts if text and not magic.opens_structure(head) else ()
    first = magic.first_character(head) if text else ""
    # Only readers that may know the file are loaded: the worker starts anew for every file.
    readers = [
        (plugin, entry)
        for plugin, _, entry in known.readers
        if (text or entry.binary) and not entry.asked and entry.may_open(first) and (tables or not entry.layouts)
    ]
    if not readers:
        return []
    try:
        found = _sniff(path, name, readers, tables, min(limits.seconds, 30), cancelled)
    except WorkstationError as problem:
        if problem.exit_code == 5:
            raise
        found = []  # one reader failed: ask each alone, so that it does not spoil the others
        for one in readers:
            try:
                found += _sniff(path, name, [one], tables, min(limits.seconds, 10), cancelled)
            except WorkstationError as problem:
                if problem.exit_code == 5:
                    raise
                continue
    native = {entry.id for _, _, entry in known.readers}
    # Of layouts that fit alike the worker gives the better one first.
    found.sort(key=lambda d: (-d.score, d.reader not in native, d.reader if d.reader in native else ""))
    best = next((d for d in found if d.automatic), None)
    if best is not None and best.refusal:
        what = best.refusal.rstrip(".")
        raise WorkstationError("WS-RDR-120", what, "nothing was imported", "import a file with transfers or tags")
    return [d for d in found if not d.refusal]


def questions(
    path: Path, text: str, plugins: Sequence[Plugin], *, name: str = "", cancelled: Cancelled = None
) -> tuple[str, ...]:
    """What a file leaves open when it is read with one layout; nothing when the layout does not fit at all."""
    from workstation.sdk.layouts import load

    known = known_of(plugins)
    if known.by is None:
        return ()
    plugin, _, entry = known.by
    found = _sniff(path, name or path.name, [(plugin, entry)], load(text, "mapping profile"), 30, cancelled)
    return next((detection.questions for detection in found), ())


def preview(path: Path, *, rows: int = 60, limits: Limits = DEFAULT_LIMITS, name: str = "") -> Preview:
    """The first rows of a delimited text, read in a worker.

    Raises:
        WorkstationError: the file is no text.
    """
    head = magic.refuse(path, limits.bytes)
    if containers.kind(head, name or path.name) or not magic.is_text(head):
        raise WorkstationError("WS-RDR-112", "this is not a text table", "nothing was imported", "choose a table file")
    seconds = min(limits.seconds, 60)
    job = job_of("preview", name or path.name, [], memory_mb=1024, seconds=seconds, size=path.stat().st_size, rows=rows)
    made: Preview | None = None
    for answer in _answers(path, job, seconds):
        usable = answer[0] == "preview" and len(answer) == 5 and isinstance(answer[4], list)
        usable = usable and isinstance(answer[1], str) and isinstance(answer[2], str) and isinstance(answer[3], int)
        if not usable:
            raise crash_error("the preview is not valid")
        cells = tuple(tuple(map(str, row)) for row in answer[4] if isinstance(row, list))
        made = Preview(answer[1], answer[2], answer[3], cells)
    if made is None:
        raise crash_error("the preview is missing")
    return made

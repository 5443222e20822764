"""Owns reading source files through reader plugins: listing, detecting and parsing, each in a sandboxed worker."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from workstation.domain.errors import WorkstationError
from workstation.domain.records import Record
from workstation.plugin_host.discovery import Plugin
from workstation.plugin_host.magic import refuse
from workstation.plugin_host.process import UNCHANGED, Worker, crash_error, limit_error
from workstation.plugin_host.protocol import Decoder, ProtocolError, message
from workstation.sdk.manifest import Parameter, ReaderEntry


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may cost.

    Attributes:
        bytes: largest file. rows: most records. seconds: longest wait for the reader. memory_mb: memory of the worker
            beside the mapped file. depth: deepest JSON nesting (readers hold 64).
    """

    bytes: int = 2 << 30
    rows: int = 20_000_000
    seconds: int = 600
    memory_mb: int = 2048
    depth: int = 64


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Detection:
    """A reader that may fit, with the reason. ``score`` 1.0 = certain; ``refusal``: known, and not readable."""

    reader: str
    title: str
    score: float
    why: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class ReaderInfo:
    """A reader as the user sees it in a list."""

    id: str
    title: str
    extensions: tuple[str, ...]
    version: str
    parameters: tuple[Parameter, ...]


def _entries(plugins: Sequence[Plugin]) -> Iterator[tuple[Plugin, str, ReaderEntry]]:
    for plugin in plugins:
        if plugin.manifest is not None:
            for entry in plugin.manifest.readers:
                yield plugin, plugin.manifest.version, entry


def list_readers(plugins: Sequence[Plugin]) -> list[ReaderInfo]:
    """Every usable reader, sorted by id."""
    found = [ReaderInfo(e.id, e.title, e.extensions, version, e.parameters) for _, version, e in _entries(plugins)]
    return sorted(found, key=lambda info: info.id)


def _job(
    do: Literal["sniff", "parse"],
    name: str,
    readers: Sequence[tuple[Plugin, ReaderEntry]],
    parameters: Mapping[str, str],
    *,
    memory_mb: int,
    seconds: int,
    size: int,
    strict: bool,
) -> dict[str, Any]:
    return {
        "do": do, "name": name, "parameters": dict(parameters), "strict": strict,
        "readers": [[entry.id, str(plugin.folder.resolve()), entry.entry] for plugin, entry in readers],
        # The mapped file, its text and one copy of a piece are on top of what the reader itself may use.
        "memory_mb": memory_mb + 3 * (size >> 20) + 256, "cpu_seconds": seconds + 2,
    }  # fmt: skip


def _sniff(path: Path, readers: Sequence[tuple[Plugin, ReaderEntry]], seconds: int) -> list[Detection]:
    job = _job("sniff", path.name, readers, {}, memory_mb=1024, seconds=seconds, size=0, strict=False)
    titles = {entry.id: entry.title for _, entry in readers}
    found: list[Detection] = []
    with Worker(path, job, seconds=seconds) as worker:
        while True:
            line = worker.line()
            if line is None:
                raise worker.death()
            try:
                answer = message(line)
            except ProtocolError as problem:
                raise crash_error(f"a reader gave {problem}") from problem
            if answer[0] == "done":
                return found
            if answer[0] != "sniff" or len(answer) != 5:
                raise crash_error("a reader could not look at the file")
            _, reader, score, why, refusal = answer
            if (
                reader not in titles
                or not isinstance(score, int)
                or not isinstance(why, str)
                or not isinstance(refusal, str)
            ):
                raise crash_error("a reader gave an answer that is not valid")
            if 0 < score <= 1000:
                found.append(Detection(reader, titles[reader], score / 1000, why, refusal))


def detect(path: Path, plugins: Sequence[Plugin], *, limits: Limits = DEFAULT_LIMITS) -> list[Detection]:
    """The readers that may fit a file, best first, each with the reason; empty when none knows it.

    Raises:
        WorkstationError: the file is plainly no data (archive, web page, PDF, empty …) or a known answer that holds
            no transfers; the error says what it is.
    """
    refuse(path, limits.bytes)
    readers = [(plugin, entry) for plugin, _, entry in _entries(plugins)]
    if not readers:
        return []
    try:
        found = _sniff(path, readers, min(limits.seconds, 30))
    except WorkstationError:
        found = []  # one reader failed: ask each alone, so that it does not spoil the others
        for one in readers:
            try:
                found += _sniff(path, [one], min(limits.seconds, 10))
            except WorkstationError:
                continue
    found.sort(key=lambda d: (-d.score, d.reader))
    if found and found[0].refusal:
        what = found[0].refusal.rstrip(".")
        raise WorkstationError("WS-RDR-120", what, "nothing was imported", "import a file with transfers or tags")
    return [d for d in found if not d.refusal]


class Parse:
    """A running parse: a context manager that iterates over checked records.

    Attributes:
        templates: locator templates of the reader. reader_version: version of its plugin.
        layers: sandbox layers of the worker (``{"files": "enforced", …}``).
        rows_read: source rows the reader counted; 0 until the end, or when it does not count.
    """

    def __init__(
        self, worker: Worker, version: str, size: int, limits: Limits, progress: Callable[[int, int], None] | None
    ):
        self._worker = worker
        self._limits = limits
        self._progress = progress
        self.reader_version = version
        self.templates: tuple[str, ...] = ()
        self.layers: dict[str, str] = {}
        self.rows_read = 0
        try:
            self._hello(size)
        except BaseException:
            worker.close()
            raise

    def _hello(self, size: int) -> None:
        answer = self._next()
        if answer[0] == "unprotected":
            what = f"the sandbox of the reader is not complete here (missing: {', '.join(map(str, answer[1]))})"
            raise WorkstationError("WS-RDR-041", what, UNCHANGED, "allow readers without sandbox in the settings", 4)
        if answer[0] == "failed":
            raise self._failed(answer)
        templates, layers = (answer[1], answer[2]) if answer[0] == "hello" and len(answer) == 3 else ([], {})
        usable = isinstance(templates, list) and 0 < len(templates) <= 64 and isinstance(layers, dict)
        if not usable or not all(isinstance(t, str) and len(t) <= 200 for t in templates):
            raise crash_error("the reader gave no locator templates")
        self.templates = tuple(templates)
        self.layers = {str(k): str(v) for k, v in layers.items()}
        self._decoder = Decoder(len(self.templates), size)

    def _next(self) -> list[Any]:
        line = self._worker.line()
        if line is None:
            raise self._worker.death()
        try:
            return message(line)
        except ProtocolError as problem:
            raise crash_error(f"the reader gave {problem}") from problem

    def _failed(self, answer: list[Any]) -> WorkstationError:
        kind, _, where = [*map(str, answer[1:]), "", "", ""][:3]
        if kind == "MemoryError":
            return limit_error("reading needed more memory than it may have")
        return crash_error(f"the reader failed ({kind[:60]} at {where[:80]})")

    def __iter__(self) -> Iterator[Record]:
        count = 0
        while True:
            line = self._worker.line()
            if line is None:
                raise self._worker.death()
            try:
                if line.startswith(b'["batch"'):
                    for record in self._decoder.records(line):
                        count += 1
                        yield record
                    if count > self._limits.rows:
                        raise limit_error(f"the file gives more than {self._limits.rows:,} records")
                    continue
                answer = message(line)
            except ProtocolError as problem:
                raise crash_error(f"the reader gave {problem}") from problem
            if answer[0] == "progress" and len(answer) == 3 and all(isinstance(v, int) for v in answer[1:]):
                if self._progress is not None:
                    self._progress(answer[1], answer[2])
            elif answer[0] == "done" and len(answer) == 3 and answer[1] == count and isinstance(answer[2], int):
                self.rows_read = max(0, answer[2])
                return
            elif answer[0] == "refused" and len(answer) == 2:
                what = str(answer[1])[:1000].rstrip(".")
                raise WorkstationError("WS-RDR-121", what, UNCHANGED, "look at the file and its reader")
            elif answer[0] == "failed":
                raise self._failed(answer)
            else:
                raise crash_error("the reader gave a message that is not valid")

    def close(self) -> None:
        """End the worker and close its pipes."""
        self._worker.close()

    def __enter__(self) -> Parse:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def parse(
    path: Path,
    reader_id: str,
    parameters: Mapping[str, str],
    plugins: Sequence[Plugin],
    *,
    limits: Limits = DEFAULT_LIMITS,
    cancelled: Callable[[], bool] | None = None,
    progress: Callable[[int, int], None] | None = None,
    name: str = "",
    strict: bool = False,
) -> Parse:
    """Start reading a file in a worker. Use the result in a ``with`` block and iterate over it.

    Args:
        parameters: reader parameters as text; one the reader does not have is refused.
        cancelled: asked about every 50 ms while waiting; true ends the worker at once.
        progress: called with bytes done and bytes in all.
        name: the original file name, when ``path`` is a copy of it.
        strict: refuse to run where a sandbox layer is missing.

    Raises:
        WorkstationError: unusable file or parameter (exit 2), limit or time (3), crash or nonsense of the worker (4),
            cancelled (5). The last three may also be raised while iterating.
    """
    chosen = next((found for found in _entries(plugins) if found[2].id == reader_id), None)
    if chosen is None:
        known = ", ".join(info.id for info in list_readers(plugins))
        raise WorkstationError("WS-RDR-011", f"there is no reader {reader_id!r}", UNCHANGED, f"choose one of: {known}")
    plugin, version, entry = chosen
    unknown = sorted(set(parameters) - {p.name for p in entry.parameters})
    if unknown:
        what = f"the reader {reader_id} has no parameter {unknown[0]!r}"
        raise WorkstationError("WS-RDR-012", what, UNCHANGED, "leave it out, or see the list of readers")
    refuse(path, limits.bytes)
    size = path.stat().st_size
    seconds = min(limits.seconds, entry.seconds or limits.seconds)
    memory = min(limits.memory_mb, entry.memory_mb or limits.memory_mb)
    given = {key: value for key, value in sorted(parameters.items()) if value}
    job = _job(
        "parse",
        name or path.name,
        [(plugin, entry)],
        given,
        memory_mb=memory,
        seconds=seconds,
        size=size,
        strict=strict,
    )
    return Parse(Worker(path, job, seconds=seconds, cancelled=cancelled), version, size, limits, progress)

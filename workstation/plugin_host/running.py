"""Owns a running parse: the messages of its worker, checked, become records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any

from workstation.domain.errors import WorkstationError
from workstation.domain.records import Record
from workstation.plugin_host.limits import Limits
from workstation.plugin_host.process import UNCHANGED, Worker, crash_error, limit_error
from workstation.plugin_host.protocol import Decoder, ProtocolError, message
from workstation.sdk.reader import REASON_LENGTH, REASONS


def _reasons(stated: object) -> tuple[tuple[str, int], ...]:
    """Reasons for rows left out, as a worker states them."""
    usable = isinstance(stated, list) and len(stated) <= REASONS
    found: list[tuple[str, int]] = []
    for entry in stated if usable and isinstance(stated, list) else ():
        usable = usable and isinstance(entry, list) and len(entry) == 2
        reason, count = entry if usable else ("", 0)
        usable = usable and isinstance(reason, str) and type(count) is int and 0 <= count < 1 << 62
        found.append((str(reason)[:REASON_LENGTH], count))
    if not usable:
        raise crash_error("the reader gave a count of rows that is not valid")
    return tuple(found)


class Parse:
    """A running parse: a context manager that iterates over checked records.

    Attributes:
        templates: locator templates of the reader. reader_version: version of its plugin.
        layers: sandbox layers of the worker (``{"files": "enforced", …}``).
        rows_read: source rows the reader counted; 0 until the end, or when it does not count.
        skipped: rows left out as understood, as (reason, count) in order of first use; empty until the end.
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
        self.skipped: tuple[tuple[str, int], ...] = ()
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
            elif answer[0] == "done" and len(answer) == 4 and answer[1] == count and isinstance(answer[2], int):
                self.rows_read = max(0, answer[2])
                self.skipped = _reasons(answer[3])
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

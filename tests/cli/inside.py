"""A worker without a process of its own: the same jobs and the same lines, done at once in the process of the test.

For tests that import hundreds of files: starting a sandbox twice for each takes minutes. Everything but the sandbox is
the real thing: the jobs of the host, the code of the worker, the checks of its output.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from workstation.domain.errors import WorkstationError
from workstation.plugin_host import containers, detection, readers
from workstation.plugin_host.process import crash_error
from workstation.sdk import layouts, worker
from workstation.sdk.preview import preview
from workstation.sdk.reader import Source


class _Out:
    """Keeps the lines a worker would write."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []

    def send(self, *message: Any) -> None:
        """One message, as the worker writes it."""
        worker.Out.send(self, *message)  # type: ignore[arg-type]

    def write(self, data: bytes) -> None:
        """One line."""
        self.lines.append(data.removesuffix(b"\n"))


class InsideWorker:
    """Stands for ``plugin_host.process.Worker``."""

    def __init__(
        self, path: Path, job: Mapping[str, Any], *, seconds: int, cancelled: Callable[[], bool] | None = None
    ) -> None:
        out = _Out()
        source = Source(job["name"], path.read_bytes())
        if job["do"] == "parse":
            worker._parse(dict(job), source, out, {"tests": "inside"})  # type: ignore[arg-type]
        elif job["do"] == "unpack":
            worker._unpack(dict(job), source, out)  # type: ignore[arg-type]
        else:
            if job["do"] == "preview":
                out.send("preview", *preview(source, job["rows"]))
            else:
                worker._sniff(dict(job), source, out)  # type: ignore[arg-type]
            out.send("done", 0, 0, [])
        self._lines: Iterator[bytes] = iter(out.lines)

    def line(self) -> bytes | None:
        """The next line, or None at the end."""
        return next(self._lines, None)

    def death(self) -> WorkstationError:
        """The error behind an output that ended too early."""
        return crash_error("the lines ended")

    def finish(self) -> int:
        """The exit code."""
        return 0

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> InsideWorker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def install(patch: pytest.MonkeyPatch) -> None:
    """Let the host use this worker; plugin modules and layouts are loaded once for all files."""
    for module in (readers, detection, containers):
        patch.setattr(module, "Worker", InsideWorker)
    patch.setattr(worker, "load", lru_cache(maxsize=None)(worker.load))
    patch.setattr(layouts, "load", lru_cache(maxsize=None)(layouts.load))

"""Owns one worker process: starting it, reading its lines under limits, and ending it without a trace left behind."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any, Literal

from workstation.domain.errors import WorkstationError
from workstation.paths import own_process
from workstation.plugin_host.protocol import LINE_LIMIT

_TICK = 0.05
_ERROR_TAIL = 4000
#: Each piece costs the reading thread a turn at the interpreter, so few large ones are much faster than many small.
_PIPE_BYTES = 1 << 20
#: How far the worker may be ahead of the host, so that both work at once.
_LINES_AHEAD, _BYTES_AHEAD = 64, 32 << 20
UNCHANGED = "the case was not changed"


def limit_error(what: str) -> WorkstationError:
    """A limit or the time was reached: exit code 3."""
    return WorkstationError("WS-RDR-030", what, UNCHANGED, "raise the limit in the settings or split the file", 3)


def crash_error(what: str) -> WorkstationError:
    """The worker crashed or talked nonsense: exit code 4."""
    return WorkstationError(
        "WS-RDR-040", what, UNCHANGED, "report the file's format, not its content, to the authors", 4
    )


def cancelled_error() -> WorkstationError:
    """The user cancelled: exit code 5."""
    return WorkstationError(
        "WS-RDR-050", "reading was cancelled", UNCHANGED, "start the import again when you want it", 5
    )


def _environment() -> dict[str, str]:
    environment = {"LANG": "C.UTF-8", "PATH": "/nonexistent"}
    if sys.platform == "win32":  # Python does not start without it
        environment["SYSTEMROOT"] = os.environ.get("SYSTEMROOT", "")
    return environment


def _widen(pipe: IO[bytes]) -> None:
    """Let a pipe hold a whole piece, where the system can (Linux) and allows it."""
    if sys.platform == "linux":
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, _PIPE_BYTES)


class Worker:
    """A running worker. Use as a context manager: leaving it ends the process and closes every pipe.

    Args:
        path: the file the worker gets as standard input, opened here read-only.
        job: the job; must be JSON-ready.
        seconds: how long the host is willing to wait for output in total. Time in which the host itself works on
            records does not count, so a slow disk under the case never looks like a slow reader.
        cancelled: asked about every 50 ms.
        module: what runs in the process: ``worker`` for readers, ``runner`` for an analysis, ``rehearsal`` for a check.
    """

    def __init__(
        self,
        path: Path,
        job: Mapping[str, Any],
        *,
        seconds: int,
        cancelled: Callable[[], bool] | None = None,
        module: Literal["worker", "runner", "rehearsal"] = "worker",
    ) -> None:
        self._module = module
        self._seconds = float(seconds)
        self._waited = 0.0
        self._cancelled = cancelled
        self._lines: queue.Queue[bytes | None] = queue.Queue(maxsize=_LINES_AHEAD)
        self._given = self._taken = 0  # bytes of lines, each counted by one thread only
        self._stop = threading.Event()
        self._tail = b""
        self._process = self._start(path, json.dumps(job))
        out, err = self._process.stdout, self._process.stderr
        assert out is not None
        assert err is not None
        self._threads = [
            threading.Thread(target=self._read_lines, args=(out,), name="worker-output", daemon=True),
            threading.Thread(target=self._read_errors, args=(err,), name="worker-errors", daemon=True),
        ]
        _widen(out)
        for thread in self._threads:
            thread.start()

    def _start(self, path: Path, job: str) -> subprocess.Popen[bytes]:
        command, passed, ends = own_process(f"sdk.{self._module}"), (), ()  # type: tuple[list[str], tuple[int, ...], tuple[int, ...]]
        if sys.platform == "win32":
            command += ["--job", job]
        else:
            read_end, write_end = os.pipe()
            passed, ends = (read_end,), (read_end, write_end)
            command += ["--job-fd", str(read_end)]
        try:
            with path.open("rb") as file:
                process = subprocess.Popen(
                    command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=_environment(),
                    close_fds=True, pass_fds=passed, bufsize=0, start_new_session=sys.platform != "win32",
                )  # fmt: skip
            if ends:
                os.close(ends[0])
                with contextlib.suppress(BrokenPipeError), os.fdopen(ends[1], "wb") as pipe:
                    ends = ()
                    pipe.write(job.encode("utf-8"))
            return process
        except OSError as problem:
            for end in ends:
                with contextlib.suppress(OSError):
                    os.close(end)
            what = f"the file could not be given to a reader ({problem.strerror})"
            raise WorkstationError(
                "WS-RDR-010", what, UNCHANGED, "check that the file exists and can be read"
            ) from problem

    def _read_lines(self, pipe: IO[bytes]) -> None:
        rest: list[bytes] = []
        held = 0
        try:
            while chunk := os.read(pipe.fileno(), _PIPE_BYTES):
                *whole, last = chunk.split(b"\n")
                for part in whole:
                    rest.append(part)
                    self._put(b"".join(rest))
                    rest, held = [], 0
                rest.append(last)
                held += len(last)
                if held > LINE_LIMIT or self._stop.is_set():
                    break
        except OSError:
            pass
        if held:  # a last line without line end: the reader of the queue finds that it is no message
            self._put(b"".join(rest)[:1000] + b"\0")
        self._put(None)

    def _put(self, line: bytes | None) -> None:
        while not self._stop.is_set():
            if self._given - self._taken > _BYTES_AHEAD:
                time.sleep(_TICK)
                continue
            with contextlib.suppress(queue.Full):
                self._lines.put(line, timeout=_TICK)
                self._given += len(line or b"")
                return

    def _read_errors(self, pipe: IO[bytes]) -> None:
        with contextlib.suppress(OSError):
            while chunk := os.read(pipe.fileno(), 1 << 16):
                self._tail = (self._tail + chunk)[-_ERROR_TAIL:]

    def line(self) -> bytes | None:
        """The next line, or None at the end of the output.

        Raises:
            WorkstationError: cancelled (exit 5) or out of time (exit 3); the process is ended first.
        """
        while True:
            if self._cancelled is not None and self._cancelled():
                self.close()
                raise cancelled_error()
            began = time.monotonic()
            try:
                line = self._lines.get(timeout=_TICK)
                self._taken += len(line or b"")
                return line
            except queue.Empty:
                self._waited += time.monotonic() - began
                if self._waited > self._seconds:
                    self.close()
                    raise limit_error(f"reading took longer than {self._seconds:.0f} seconds") from None

    def finish(self) -> int:
        """Wait for the end of the process and return its exit code (negative: the signal that ended it)."""
        try:
            return self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return 0

    def death(self) -> WorkstationError:
        """The error behind an output that ended too early."""
        code = self.finish()
        self._threads[1].join(timeout=1)
        if code == 9 or b"MemoryError" in self._tail:
            return limit_error("reading needed more memory than it may have")
        if code == -24:
            return limit_error("reading needed more processor time than it may have")
        return crash_error(
            f"the reader stopped unexpectedly ({f'signal {-code}' if code < 0 else f'exit code {code}'})"
        )

    def close(self) -> None:
        """End the process if it still runs, join the threads, close the pipes. May be called twice."""
        self._stop.set()
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        for thread in self._threads:
            thread.join(timeout=5)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

"""Owns work beside the main thread: two lanes, progress, cancelling, results brought back through ``post``.

The case lane runs one job at a time, in order (whatever writes to the case); the free lane runs several at once.
Must not know Qt: ``post`` is whatever brings a call to the main thread. No thread is left behind after ``close``.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from typing import Any, Literal

from workstation.domain.errors import WorkstationError

Lane = Literal["case", "free"]
State = Literal["waiting", "running", "done", "failed", "cancelled"]
Post = Callable[[Callable[[], None]], None]
_EVERY = 0.1
_RESULTS = 40  # so many of the newest jobs keep what they found; a day's work has thousands of them


class Cancelled(Exception):
    """Raised out of ``progress`` inside a job that was cancelled."""


class Inbox:
    """A ``post`` for programs without an event loop: calls wait until the main thread takes them."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def __call__(self, call: Callable[[], None]) -> None:
        """Keep a call for the main thread."""
        self._calls.put(call)

    def take(self, wait: float | None = None) -> bool:
        """Run the next call, waiting up to ``wait`` seconds (None: as long as it takes); false when there was none."""
        try:
            call = self._calls.get(timeout=wait) if wait != 0 else self._calls.get_nowait()
        except queue.Empty:
            return False
        call()
        return True


class Job:
    """One piece of work. Read its fields on the main thread; only ``cancel`` may be called at any time.

    Attributes:
        number, title, lane: who it is. state: waiting, running, done, failed, cancelled.
        done, total, text: how far it is (``total`` 0 = not known). result: what the work returned.
        error: why it failed, a :class:`WorkstationError` for everything a user can do something about.
        work, finished, tell, give_way: how the lane runs it, how progress is told and whom it lets pass; not for others.
    """

    def __init__(
        self, number: int, title: str, lane: Lane, work: Callable[[Job], Any], finished: Callable[[Job], None] | None
    ):
        self.number = number
        self.title = title
        self.lane = lane
        self.state: State = "waiting"
        self.done = 0
        self.total = 0
        self.text = ""
        self.result: Any = None
        self.error: BaseException | None = None
        self.work = work
        self.finished = finished
        self._stop = threading.Event()
        self._last = 0.0
        self.tell: Callable[[int, int, str], None] | None = None
        self.give_way: Callable[[], None] | None = None

    @property
    def active(self) -> bool:
        """Waiting or running."""
        return self.state in ("waiting", "running")

    def cancel(self) -> None:
        """Ask the job to stop; it does so at its next ``progress``."""
        self._stop.set()

    def cancelled(self) -> bool:
        """Whether it was asked to stop (for code that must not be interrupted by an exception)."""
        return self._stop.is_set()

    def progress(self, done: int, total: int = 0, text: str = "") -> None:
        """Called by the work: say how far it is. Told to listeners at most ten times a second.

        Raises:
            Cancelled: the job was asked to stop.
        """
        if self._stop.is_set():
            raise Cancelled
        if self.give_way is not None:
            self.give_way()
            if self._stop.is_set():
                raise Cancelled
        now = time.monotonic()
        if self.tell is not None and now - self._last >= _EVERY:
            self._last = now
            self.tell(done, total, text)


class Jobs:
    """The jobs of one session. ``changed`` is called on the main thread whenever a job looks different.

    ``give_way`` is called on the thread of a job at each ``progress`` and may wait a moment, so that others come first.
    """

    def __init__(
        self, post: Post, changed: Callable[[Job], None], *, free: int = 2, give_way: Callable[[], None] | None = None
    ) -> None:
        self._post = post
        self._give_way = give_way
        self._changed = changed
        self._all: list[Job] = []
        self._queues: dict[Lane, queue.SimpleQueue[Job | None]] = {
            "case": queue.SimpleQueue(),
            "free": queue.SimpleQueue(),
        }
        self._widths: dict[Lane, int] = {"case": 1, "free": free}
        self._threads: dict[Lane, list[threading.Thread]] = {"case": [], "free": []}
        self._closed = False

    def submit(
        self,
        title: str,
        work: Callable[[Job], Any],
        *,
        lane: Lane = "free",
        finished: Callable[[Job], None] | None = None,
    ) -> Job:
        """Queue work: ``work(job)`` runs on a thread of the lane, then ``finished(job)`` on the main thread."""
        if self._closed:
            raise RuntimeError("the session is closed")
        job = Job(len(self._all) + 1, title, lane, work, finished)
        self._all.append(job)
        if len(self._threads[lane]) < self._widths[lane]:
            thread = threading.Thread(target=self._serve, args=(lane,), name=f"{lane} lane")
            self._threads[lane].append(thread)
            thread.start()
        self._queues[lane].put(job)
        self._changed(job)
        return job

    def all(self) -> tuple[Job, ...]:
        """Every job of this session, oldest first."""
        return tuple(self._all)

    def job(self, number: int) -> Job:
        """The job with this number."""
        return self._all[number - 1]

    def close(self) -> None:
        """Cancel what is not finished and wait until every thread has ended."""
        self._closed = True
        for job in self._all:
            if job.active:
                job.cancel()
        for lane, threads in self._threads.items():
            for _ in threads:
                self._queues[lane].put(None)
            for thread in threads:
                thread.join()
            threads.clear()

    def _serve(self, lane: Lane) -> None:
        while (job := self._queues[lane].get()) is not None:
            self._run(job)

    def _run(self, job: Job) -> None:
        state: State = "done"
        result: Any = None
        error: BaseException | None = None

        def tell(done: int, total: int, text: str) -> None:
            self._post(lambda: self._moved(job, done, total, text))

        job.tell, job.give_way = tell, self._give_way
        try:
            if job.cancelled():
                raise Cancelled
            self._post(lambda: self._started(job))
            result = job.work(job)
        except Cancelled:
            state = "cancelled"
        except WorkstationError as problem:
            state, error = ("cancelled" if problem.exit_code == 5 else "failed"), problem
        except Exception as problem:  # noqa: BLE001  a job may fail in any way; the session must hear of it
            state, error = "failed", problem
        self._post(lambda: self._ended(job, state, result, error))

    def _started(self, job: Job) -> None:
        job.state = "running"
        self._changed(job)

    def _moved(self, job: Job, done: int, total: int, text: str) -> None:
        if job.active:
            job.done, job.total, job.text = done, total, text
            self._changed(job)

    def _ended(self, job: Job, state: State, result: Any, error: BaseException | None) -> None:
        job.state, job.result, job.error = state, result, error
        finished, job.finished, job.work = job.finished, None, _over  # an ended job holds nothing it worked on
        if self._closed:  # what a job wanted to tell the case comes too late
            return
        if finished is not None:
            finished(job)
        self._changed(job)
        for old in self._all[:-_RESULTS]:
            if not old.active:
                old.result = None


def _over(_job: Job) -> None:
    """The work of a job that has ended."""

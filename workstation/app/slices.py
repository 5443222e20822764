"""Owns work that needs the main thread for long: a job has it done in slices, and between two the window answers.

What is gathered so is one moment of the case: when something is written meanwhile, it begins again. Must not know what
is gathered.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, TypeVar

from workstation.app.jobs import Cancelled, Job

if TYPE_CHECKING:
    from workstation.app.session import Session

T = TypeVar("T")
#: Work that stops where the window may answer; what it yields is done beside the window, and the result sent back.
Slices = Generator[Callable[[], Any] | None, Any, T]
#: Seconds: how long somebody may go on working meanwhile, how long nothing must change before it begins again.
_PATIENCE, _PAUSE = 20.0, 0.3
_WAIT = 0.05


def at_once(slices: Slices[T]) -> T:
    """Do all of it now, on the calling thread."""
    found: Any = None
    while True:
        try:
            beside = slices.send(found)
        except StopIteration as end:
            made: T = end.value
            return made
        found = beside() if beside is not None else None


def in_turn(session: Session, job: Job, make: Callable[[], Slices[T]], patience: float = _PATIENCE) -> T:
    """Do it for a job: called on the thread of the job, every slice runs on the main thread in a turn of its own.

    Args:
        make: begins it, on the main thread. Asked again when the case or the shown graph changed before the end.
        patience: seconds after which a case that goes on changing is held as it is until the end (``session.held``).

    Raises:
        Cancelled: the job was asked to stop.
    """
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = _attempt(session, job, make)
        if found:
            return found[0]
        _wait_for_a_pause(session, job, end)
    _on_main(session, job, lambda: _hold(session, True))
    try:
        found = _attempt(session, job, make)
    finally:
        session.post(lambda: _hold(session, False))
    # what still changed it is another job that writes: then it is one piece
    return found[0] if found else _on_main(session, job, lambda: at_once(make()))


def _hold(session: Session, held: bool) -> None:
    session.held = held


def _wait_for_a_pause(session: Session, job: Job, end: float) -> None:
    moment, since = session.store.database.writes, time.monotonic()
    while time.monotonic() < min(end, since + _PAUSE):
        job.progress(0)
        time.sleep(_WAIT)
        if session.store.database.writes != moment:
            moment, since = session.store.database.writes, time.monotonic()


def _attempt(session: Session, job: Job, make: Callable[[], Slices[T]]) -> tuple[T] | None:
    """What came out; None when the case changed before it came to its end."""
    slices, moment = _on_main(session, job, lambda: (make(), _moment(session)))
    found: Any = None

    def one() -> tuple[bool, Any]:
        try:
            return False, slices.send(found)
        except StopIteration as end:
            return True, end.value

    while True:
        job.progress(0)
        (ended, made), now = _on_main(session, job, lambda: (one(), _moment(session)))
        if now != moment:
            return None
        if ended:
            return (made,)
        found = made() if made is not None else None


def _moment(session: Session) -> tuple[int, str]:
    return session.store.database.writes, session.graph


def _on_main(session: Session, job: Job, call: Callable[[], T]) -> T:
    """Run a call on the main thread and wait for it; not when the job is to stop, for then nobody may take the call."""
    ended = threading.Event()
    made: list[T] = []
    problems: list[BaseException] = []

    def run() -> None:
        try:
            made.append(call())
        except BaseException as problem:  # noqa: BLE001  whatever it is, it is the job's
            problems.append(problem)
        finally:
            ended.set()

    session.post(run)
    while not ended.wait(_WAIT):
        if job.cancelled():
            raise Cancelled
    if problems:
        raise problems[0]
    return made[0]

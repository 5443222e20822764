"""What a job gathers on the main thread in slices is one moment of the case, and nobody waits for it in vain."""

from __future__ import annotations

import threading

import pytest

from workstation.app.jobs import Job
from workstation.app.session import Session
from workstation.app.slices import Slices, at_once, in_turn
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import parse


def _titles(session: Session, threads: list[str]) -> Slices[tuple[int, int]]:
    """Tags of the case, read in two slices; a piece between them is read beside."""
    threads.append(threading.current_thread().name)
    first = len(session.store.rows("tag"))
    threads.append((yield lambda: threading.current_thread().name))
    threads.append(threading.current_thread().name)
    return first, len(session.store.rows("tag"))


def _turn(session: Session) -> bool:
    return session.post.take(0.05)  # type: ignore[attr-defined,no-any-return]


def _gather(session: Session, threads: list[str]) -> Job:
    return session.jobs.submit("Gather", lambda job: in_turn(session, job, lambda: _titles(session, threads)))


def test_slices_run_on_the_main_thread_and_pieces_beside_it(empty: Session) -> None:
    here, threads = threading.current_thread().name, list[str]()
    assert empty.wait(_gather(empty, threads)) == (0, 0)
    assert threads[0] == threads[2] == here
    assert threads[1] != here
    assert at_once(_titles(empty, threads)) == (0, 0)
    assert threads[3:] == [here] * 3


def test_a_change_in_between_begins_it_again(empty: Session) -> None:
    """Two numbers of one moment: never the one before a change beside the one after it."""
    threads: list[str] = []
    job = _gather(empty, threads)
    while len(threads) < 1:
        _turn(empty)
    empty.run("tag.add", subjects=[parse("address:tron:TAlice")], label="Seen")
    assert empty.wait(job) == (1, 1)


def test_a_case_that_goes_on_changing_is_held_until_it_is_gathered(empty: Session) -> None:
    """The one who works on is told why nothing changes now; afterwards everything can be changed again."""
    job = empty.jobs.submit("Gather", lambda job: in_turn(empty, job, lambda: _titles(empty, []), patience=0.2))
    number, refused = 0, set[str]()
    while job.active:
        if _turn(empty):
            number += 1
            try:
                empty.run("tag.add", subjects=[parse(f"address:tron:T{number}")], label="Seen")
            except WorkstationError as problem:
                refused.add(problem.code)
    before, after = job.result
    assert before == after > 0
    assert refused == {"WS-CMD-005"}
    while _turn(empty):
        pass
    assert not empty.held
    empty.run("tag.add", subjects=[parse("address:tron:TLast")], label="Seen")


def test_a_job_that_waits_for_the_main_thread_can_be_stopped(empty: Session) -> None:
    """Closing a case joins its jobs: nobody takes their slices any more."""
    job = _gather(empty, [])
    job.cancel()
    with pytest.raises(WorkstationError):
        empty.wait(job)
    assert job.state == "cancelled"
    _gather(empty, [])  # the fixture closes the case over this one


def test_what_fails_in_a_slice_fails_the_job(empty: Session) -> None:
    def broken() -> Slices[None]:
        yield None
        raise WorkstationError("WS-X-1", "it broke", "nothing was changed", "try again")

    job = empty.jobs.submit("Gather", lambda job: in_turn(empty, job, broken))
    with pytest.raises(WorkstationError, match="it broke"):
        empty.wait(job)

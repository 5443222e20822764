"""Jobs run beside the main thread, in order on the case lane, and answer to cancel."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from workstation.app.jobs import Inbox, Job, Jobs
from workstation.domain.errors import WorkstationError


@pytest.fixture
def lanes() -> Iterator[tuple[Jobs, Inbox, list[str]]]:
    inbox, told = Inbox(), []
    jobs = Jobs(inbox, lambda job: told.append(f"{job.title} {job.state}"))
    yield jobs, inbox, told
    jobs.close()


def finish(inbox: Inbox, *jobs: Job) -> None:
    while any(job.active for job in jobs):
        assert inbox.take(20)


def test_a_result_comes_back_on_the_main_thread(lanes: tuple[Jobs, Inbox, list[str]]) -> None:
    jobs, inbox, told = lanes
    where: list[threading.Thread] = []
    job = jobs.submit("add", lambda _: 2 + 2, finished=lambda _: where.append(threading.current_thread()))
    finish(inbox, job)
    assert (job.result, job.state, where) == (4, "done", [threading.main_thread()])
    assert told == ["add waiting", "add running", "add done"]


def test_the_case_lane_keeps_the_order(lanes: tuple[Jobs, Inbox, list[str]]) -> None:
    jobs, inbox, _ = lanes
    ran: list[int] = []
    made = [jobs.submit(str(n), lambda _, n=n: ran.append(n), lane="case") for n in range(20)]  # type: ignore[misc]
    finish(inbox, *made)
    assert ran == list(range(20))


def test_cancel_stops_at_the_next_progress(lanes: tuple[Jobs, Inbox, list[str]]) -> None:
    jobs, inbox, _ = lanes
    started = threading.Event()

    def work(job: Job) -> None:
        while True:
            job.progress(1)
            started.set()

    job = jobs.submit("endless", work)
    assert started.wait(20)
    job.cancel()
    finish(inbox, job)
    assert job.state == "cancelled"


def test_a_waiting_job_can_be_cancelled(lanes: tuple[Jobs, Inbox, list[str]]) -> None:
    jobs, inbox, _ = lanes
    gate, ran = threading.Event(), []
    first = jobs.submit("first", lambda _: gate.wait(20), lane="case")
    second = jobs.submit("second", lambda _: ran.append(1), lane="case")
    second.cancel()
    gate.set()
    finish(inbox, first, second)
    assert (first.state, second.state, ran) == ("done", "cancelled", [])


def test_progress_is_throttled(lanes: tuple[Jobs, Inbox, list[str]]) -> None:
    jobs, inbox, told = lanes
    job = jobs.submit("fast", lambda job: [job.progress(n, 100_000) for n in range(100_000)] and None)
    finish(inbox, job)
    assert 3 <= len(told) < 200


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (WorkstationError("WS-X-001", "broke", "nothing", "again"), "failed"),
        (WorkstationError("WS-X-002", "stopped", "nothing", "again", 5), "cancelled"),
        (KeyError("oops"), "failed"),
    ],
)
def test_a_failure_is_told(lanes: tuple[Jobs, Inbox, list[str]], error: Exception, state: str) -> None:
    jobs, inbox, _ = lanes

    def work(_: Job) -> None:
        raise error

    job = jobs.submit("bad", work)
    finish(inbox, job)
    assert (job.state, job.error) == (state, error)


def test_close_ends_every_thread() -> None:
    jobs = Jobs(Inbox(), lambda _: None)
    job = jobs.submit("endless", lambda job: [job.progress(0) for _ in iter(int, 1)])
    jobs.close()
    assert job.cancelled()
    with pytest.raises(RuntimeError):
        jobs.submit("late", lambda _: None)


def test_a_job_that_ends_while_the_case_closes_tells_it_nothing_any_more() -> None:
    inbox, told, started = Inbox(), [], threading.Event()
    jobs = Jobs(inbox, lambda _: None)

    def work(job: Job) -> int:
        started.set()
        while not job.cancelled():
            pass
        return 4

    job = jobs.submit("nearly done", work, finished=lambda _: told.append("finished"))
    assert started.wait(20)
    jobs.close()
    finish(inbox, job)
    assert (job.state, job.result, told) == ("done", 4, [])


def test_only_the_newest_jobs_keep_what_they_found(lanes: tuple[Jobs, Inbox, list[str]]) -> None:
    jobs, inbox, _ = lanes
    made = [jobs.submit(str(n), lambda _, n=n: [n]) for n in range(60)]  # type: ignore[misc]
    finish(inbox, *made)
    kept = [job.number for job in made if job.result is not None]
    assert kept[-1] == 60
    assert 40 <= len(kept) < 50

"""A trace that is cancelled leaves nothing in the case, whenever that happens; what a statement runs is run once."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from tests.app.tracing.conftest import Ask, bring_payments, tron_address
from workstation.app.session import Session
from workstation.app.tracing import records, sources, statement
from workstation.casefile import store
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject
from workstation.plugin_host.discovery import Plugin

PAID = [("x", "thief", "TRX", "100"), ("victim", "thief", "TRX", "300"), ("thief", "mule", "TRX", "250")]


def second(session: Session) -> Subject:
    """The second payment of the case."""
    return sources.subject(session.graphs.ledger, "transfer:2")


def state(session: Session) -> tuple[object, ...]:
    """What a trace could leave: kept runs, custody entries, changes of the case."""
    return session.store.kept_traces(), session.store.head(), session.store.revision


def test_a_trace_cancelled_before_it_starts_leaves_nothing_and_the_next_one_runs(case: Session) -> None:
    bring_payments(case, PAID)
    before = state(case)
    job = case.run("trace.forward", subjects=[second(case)], methods="fifo").job
    assert job is not None
    job.cancel()
    with pytest.raises(WorkstationError) as stopped:
        case.wait(job)
    assert (stopped.value.exit_code, job.state, state(case)) == (5, "cancelled", before)
    again = case.run("trace.forward", subjects=[second(case)], methods="fifo").job
    assert again is not None
    case.wait(again)
    assert [run.number for run in case.store.kept_traces()] == [1]


def test_a_trace_cancelled_at_any_moment_leaves_nothing(plugins: list[Plugin], tmp_path: Path) -> None:
    """Cancelled at the first progress, the second and so on, up to the last one before the runs are kept."""
    left = [0]

    def passing() -> None:
        left[0] -= 1
        if not left[0]:
            session.jobs.all()[-1].cancel()

    made = store.create(tmp_path / "cancelled.wcase", title="Trace", examiner="Tester")
    with Session(made, plugins, tmp_path / "settings", give_way=passing) as session:
        bring_payments(session, PAID)
        before, looks = state(session), 0
        while looks < 500:
            looks += 1
            left[0] = looks
            job = session.run("trace.forward", subjects=[second(session)], methods="fifo,haircut").job
            assert job is not None
            with suppress(WorkstationError):
                session.wait(job)
            if job.state == "done":
                break
            assert (job.state, state(session)) == ("cancelled", before)
        assert looks > 10
        assert len(session.store.kept_traces()) == 2


def test_the_run_behind_a_statement_is_run_once_until_the_case_changes(case: Session, ask: Ask) -> None:
    bring_payments(case, PAID)
    (number,) = records.keep(case, ask(case, ["transfer:2:stolen"], ("fifo",)))
    first = statement.traced(case, records.books(case), number)
    assert statement.traced(case, records.books(case), number).run is first.run
    case.run("tag.add", subjects=f"address:tron:{tron_address('mule')}", label="Shop", category="exchange")
    assert statement.traced(case, records.books(case), number).run is not first.run

"""The time line counts every transfer once, steps through every moment, and never shows a time no source states."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.app.lens import Lens, behind, seen
from workstation.app.session import Session
from workstation.app.timeline import at_head, balances, histogram, moments, pause
from workstation.app.tracing import drawn, records
from workstation.domain.subjects import parse


def _rows(session: Session) -> np.ndarray:  # type: ignore[type-arg]
    return np.arange(len(session.graphs.ledger), dtype=np.int64)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(bins=st.integers(1, 400))
def test_every_timed_transfer_is_in_one_bar(romance: Session, bins: int) -> None:
    ledger = romance.graphs.ledger
    found = histogram(ledger, _rows(romance), bins)
    stated = [t.time for t in romance.store.transfers() if t.time is not None]
    assert len(found.bins) <= bins
    assert sum(sum(each.counts) for each in found.bins) == len(stated)
    assert found.untimed == len(ledger) - len(stated)
    for each in found.bins:
        assert sum(each.counts) == sum(each.since <= time <= each.until for time in stated)


def test_stepping_meets_every_moment_once_in_both_directions(romance: Session) -> None:
    found = moments(romance.graphs.ledger, _rows(romance))
    there, time = [], -1
    while (following := found.after(time)) is not None:
        there.append(time := following)
    back, time = [], 2**60
    while (earlier := found.before(time)) is not None:
        back.append(time := earlier)
    stated = sorted({t.time for t in romance.store.transfers() if t.time is not None})
    assert there == stated == back[::-1]
    assert sorted(row for time in there for row in found.at(time)) == sorted(r for rows in found.rows for r in rows)


def test_up_to_now_grows_and_a_window_moves(romance: Session) -> None:
    session = romance
    picture, ledger = session.graphs.picture(session.graph), session.graphs.ledger
    of = behind(ledger, picture)
    steps = moments(ledger, of.rows)
    grown = [seen(ledger, picture, at_head(Lens(), t, "all up to now", 0), of).rows for t in steps.times]
    for earlier, later in zip(grown, grown[1:], strict=False):  # noqa: RUF007 - pairs
        assert set(earlier.tolist()) < set(later.tolist())
    assert grown[-1].tolist() == np.unique(of.rows).tolist()
    one = [seen(ledger, picture, at_head(Lens(), t, "window", 1), of).rows.tolist() for t in steps.times]
    assert one == [sorted(rows) for rows in steps.rows]


@given(st.integers(0, 10**10), st.integers(0, 10**10), st.integers(1, 8))
def test_a_longer_gap_is_never_waited_for_less_and_never_long(a: int, b: int, speed: int) -> None:
    short, long = sorted((a, b))
    assert pause(short, speed) <= pause(long, speed) <= 1600


def test_balances_at_the_end_are_what_came_less_what_went(romance: Session) -> None:
    ledger = romance.graphs.ledger
    for number, (chain, ref) in enumerate(ledger.columns.addresses):
        if not number or not ref:
            continue
        expected: dict[str, int] = {}
        for transfer in romance.store.transfers():
            if transfer.time is None or transfer.amount is None or transfer.chain != chain:
                continue
            if ref in (transfer.sender, transfer.receiver):
                sign = (transfer.receiver == ref) - (transfer.sender == ref)
                expected[transfer.asset.symbol] = expected.get(transfer.asset.symbol, 0) + sign * transfer.amount
        assert {t.asset.symbol: t.units for t in balances(ledger, [number], 2**40)} == expected


def test_what_a_run_marks_stands_where_the_run_says(romance: Session) -> None:
    picture = romance.graphs.picture(romance.graph)
    victim = next(node.key for node in picture.nodes if node.name == "Victim 4")
    job = romance.run("trace.run", subjects=[victim], methods="fifo").job
    assert job is not None
    romance.wait(job)
    (run,) = records.kept(romance)
    found = drawn.flow(records.books(romance), run)
    holders = {h["subject"]: h["amount"] for h in run.record["holders"]}
    assert holders
    for subject, amount in holders.items():
        ledger = romance.graphs.ledger
        (held,) = [t for t in balances(ledger, [ledger.number(parse(subject))], 2**40, found) if t.marked]
        assert str(held.marked) == amount
        assert held.asset.written(int(amount), group=",") in held.words

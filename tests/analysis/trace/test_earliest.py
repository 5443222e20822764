"""The earliest way found in one pass is one of all ways, and none of them arrives earlier or is shorter at that time."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from workstation.analysis.trace.earliest import earliest, reached
from workstation.analysis.trace.flow import Question
from workstation.analysis.trace.ledger import Transfer
from workstation.analysis.trace.paths import paths

NAMES = "ABCDEF"
PAYMENTS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(1, 9)), max_size=14
)


def ledger(rows: list[tuple[int, str, str, int]]) -> list[Transfer]:
    """Payments in total order."""
    ordered = sorted((row for row in rows if row[1] != row[2]), key=lambda row: row[0])
    return [Transfer(f"t{n}", ts, "X", a, b, amount, n) for n, (ts, a, b, amount) in enumerate(ordered)]


@given(PAYMENTS)
def test_it_agrees_with_all_ways(rows: list[tuple[int, str, str, int]]) -> None:
    events = ledger(rows)
    found = earliest(events, "A", "BCDEF", max_hops=6)
    for sink in "BCDEF":
        every = paths(events, Question("A", sink, "X"), max_hops=6, k=1)
        if not every.count:
            assert sink not in found
            continue
        way = found[sink]
        assert (way[-1].ts, len(way)) == (every.best[0].arrival, len(every.best[0].transfers))
        assert way[0].sender == "A"
        assert all(a.receiver == b.sender and a.seq < b.seq for a, b in pairwise(way))


@given(PAYMENTS)
def test_payments_that_cannot_be_part_of_a_way_change_nothing(rows: list[tuple[int, str, str, int]]) -> None:
    events = ledger(rows)
    less = reached(events, ["A"], not_through="CD")
    assert earliest(less, "A", "BCDEF", not_through="CD") == earliest(events, "A", "BCDEF", not_through="CD")
    assert not any(
        step.sender in "CD" for way in earliest(less, "A", "BCDEF", not_through="CD").values() for step in way
    )


def test_a_longer_way_that_comes_first_is_not_lost() -> None:
    """A -> B -> D arrives at 3; the direct payment A -> D comes at 5 and is later, though shorter."""
    events = ledger([(1, "A", "B", 5), (3, "B", "D", 5), (5, "A", "D", 5)])
    assert [m.id for m in earliest(events, "A", "D")["D"]] == ["t0", "t1"]

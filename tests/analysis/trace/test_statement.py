"""Statements of account: the sums reconcile, lots add up to what was paid, and labels agree with the engine."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.analysis.trace import account
from workstation.analysis.trace.ledger import Conversion, Event, EventSource, Transfer
from workstation.analysis.trace.postings import postings
from workstation.analysis.trace.segments import Segments
from workstation.analysis.trace.statement import Line, Rules, lines, sums, tainted

Drawn = list[tuple[str | None, str | None, str, int, int, str | None, str | None]]
BIG = 2**64
NAMES = st.sampled_from(("A", "B", "C", None))
EVENTS = st.lists(
    st.tuples(
        NAMES, NAMES, st.sampled_from(("X", "GAS")), st.integers(0, 9) | st.integers(BIG, BIG + 9), st.integers(0, 3),
        st.sampled_from((None, "GAS")), st.sampled_from((None, "B")),
    ),
    max_size=30,
)  # fmt: skip


def ledger(drawn: Drawn) -> list[Transfer]:
    """Transfers in order, with fees in their own or another asset, of the sender or somebody else."""
    return [
        Transfer(str(n), n, asset, sender, receiver, amount, 0, fee if sender or payer else 0, fee_asset, payer)
        for n, (sender, receiver, asset, amount, fee, fee_asset, payer) in enumerate(drawn)
    ]


def own(events: list[Transfer], *members: str, method: str = "fifo", asset: str = "X") -> list[Line]:
    """A statement without a run."""
    return lines(postings(events, frozenset(members), asset), Rules(method))


@given(EVENTS, st.sampled_from(("fifo", "lifo")), st.sampled_from((("A",), ("A", "B"))))
def test_sums_reconcile_and_lots_add_up(drawn: Drawn, method: str, members: tuple[str, ...]) -> None:
    events = ledger(drawn)
    made = own(events, *members, method=method)
    came = went = fees = 0
    for e in events:
        if e.asset == "X" and e.receiver in members and e.sender not in members:
            came += e.amount
        if e.asset == "X" and e.sender in members and e.receiver not in members:
            went += e.amount
        payer, fee_asset = e.fee_payer or e.sender, e.fee_asset or e.asset
        fees += e.fee if fee_asset == "X" and payer in members else 0
    found = sums(made)
    assert (found.came, found.went, found.fees) == (came, went, fees)
    assert found.closing == found.opening + came + found.shortfalls - went - fees
    assert found.closing == (made[-1].balance if made else 0)
    assert all(line.balance >= 0 for line in made)
    used: Counter[int] = Counter()
    for line in made:
        if line.kind in ("out", "fee", "between"):
            assert sum(piece.units for piece in line.lots) == line.moved
        if line.kind in ("out", "fee"):
            for piece in line.lots:
                used[piece.lot] += int(piece.units)
                assert piece.lot < line.number
    for number, units in used.items():
        assert units <= made[number - 1].moved
        assert made[number - 1].kind in ("in", "shortfall")


@given(
    EVENTS, st.sampled_from(("fifo", "lifo", "haircut", "libr", "dirty_first", "poison")), st.sampled_from("AB"),
    st.booleans(),
)  # fmt: skip
def test_labels_are_those_of_the_engine(drawn: Drawn, method: str, who: str, debt: bool) -> None:
    events = ledger(drawn)
    marks = [EventSource(e.id, f"L{n % 2}", None if n % 3 else 4) for n, e in enumerate(events) if not n % 4]
    rules = account.AccountRules("debt" if debt else "clean_injection")
    found = account.trace(events, marks, method, rules, steps=True)
    rows = {s.place: s.outputs[0][1] for s in found.steps if s.kind == "transfer"}
    made = lines(postings(events, frozenset(who), "X", rows), Rules(method, True, debt))
    held = dict(found.balances.get(who, {}).get("X", {}))
    if method != "poison":
        assert (made[-1].tainted if made else {}) == held
    for line in made:
        if line.kind == "out" and method != "poison":
            assert line.parts == found.events.get(line.id, {})
        if line.kind == "fee" and method != "poison":
            assert line.parts == found.fees.get(line.id, {})
    short = sum(s.amount for s in found.shortfalls if s.account == who and s.asset == "X")
    assert sums(made).shortfalls == short


def test_a_withdrawal_is_made_of_the_deposits_before_it() -> None:
    events = [
        Transfer("1", 1, "X", "P", "A", 25), Transfer("2", 2, "X", "Q", "A", 10), Transfer("3", 3, "X", "A", "R", 30),
    ]  # fmt: skip
    assert [(p.lot, p.units) for p in own(events, "A")[2].lots] == [(1, 25), (2, 5)]
    assert [(p.lot, p.units) for p in own(events, "A", method="lifo")[2].lots] == [(1, 20), (2, 10)]


def test_a_payment_to_oneself_changes_nothing_but_its_fee() -> None:
    events = [
        Transfer("1", 1, "X", "P", "A", 25), Transfer("2", 2, "X", "Q", "A", 10), Transfer("3", 3, "X", "A", "A", 30, fee=2),
        Transfer("4", 4, "X", "A", "R", 24),
    ]  # fmt: skip
    made = own(events, "A")
    assert [line.kind for line in made] == ["in", "in", "self", "fee", "out"]
    assert [line.balance for line in made] == [25, 35, 35, 33, 9]
    assert [(p.lot, p.units) for p in made[4].lots] == [(1, 23), (2, 1)]


def test_gas_stands_apart_and_is_paid_by_who_pays_it() -> None:
    event = Transfer("1", 1, "X", "A", "R", 5, 0, 3, "GAS", "B")
    assert [(line.kind, line.went) for line in own([event], "A")] == [("shortfall", 0), ("out", 5)]
    assert [(line.kind, line.went) for line in own([event], "B", asset="GAS")] == [("shortfall", 0), ("fee", 3)]
    assert own([event], "A", asset="GAS") == []


def test_money_between_own_addresses_keeps_its_lots() -> None:
    events = [
        Transfer("1", 1, "X", "P", "A", 7), Transfer("2", 2, "X", "A", "B", 4), Transfer("3", 3, "X", "B", "R", 4),
    ]  # fmt: skip
    made = own(events, "A", "B")
    assert [(line.kind, line.balance) for line in made] == [("in", 7), ("between", 7), ("out", 3)]
    assert [(p.lot, p.units) for p in made[2].lots] == [(1, 4)]


def test_a_conversion_is_a_line_of_both_assets() -> None:
    events: list[Event] = [Transfer("1", 1, "X", "P", "A", 9), Conversion("2", 2, "A", "X", 9, "Y", 4)]
    made = lines(postings(events, frozenset("A"), "X"))
    assert [(line.kind, line.balance) for line in made] == [("in", 9), ("converted_out", 0)]
    assert [(line.kind, line.came) for line in lines(postings(events, frozenset("A"), "Y"))] == [("converted_in", 4)]


def test_a_stop_takes_marked_money_in_and_pays_clean_money() -> None:
    events = [Transfer("1", 1, "X", "P", "A", 9), Transfer("2", 2, "X", "A", "R", 4)]
    rows: dict[str, Segments] = {"1": [("theft", Fraction(9))]}
    made = lines(postings(events, frozenset("A"), "X", rows), Rules("haircut", True, stops=("A",)))
    assert (made[0].parts, made[0].tainted, made[1].parts) == ({"theft": 9}, {}, {})


def test_shares_need_a_run() -> None:
    with pytest.raises(ValueError, match="keeps no lots"):
        lines([], Rules("haircut"))
    assert tainted({"a": Fraction(1, 2), "b": Fraction(1, 2)}) == 1

"""The reversed question: FIFO finds from the end exactly what it finds from the beginning, and nothing is lost."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests.app.tracing.conftest import Ask, bring_payments, tron_address
from workstation.analysis.trace import account
from workstation.analysis.trace.ledger import EventSource, Transfer, chain
from workstation.app.session import Session
from workstation.app.tracing.backward import reversed_accounts, reversed_coins
from workstation.app.tracing.books import Books
from workstation.app.tracing.ledgers import Accounts, Coins

NAMES = ("a", "b", "c", "d")


def book(moves: Sequence[tuple[str | None, str | None, int, int]]) -> Accounts:
    """A ledger in which no balance is short: everybody gets money from outside first, as much as they ever pay."""
    events: list[Transfer] = []
    need: dict[str, int] = dict.fromkeys(NAMES, 0)
    for sender, _, units, fee in moves:
        if sender is not None:
            need[sender] += units + fee
    rows: list[tuple[str | None, str | None, int, int]] = [
        (None, name, units, 0) for name, units in need.items() if units
    ]
    for sender, receiver, units, fee in (*rows, *moves):
        n = len(events)
        events.append(Transfer(str(n), n, "X", sender, receiver, units, n))
        if fee and sender is not None:
            events.append(Transfer(str(n + 1), n, "X", sender, None, 0, n + 1, fee))
    return Accounts("tron", tuple(events), {}, (), "")


MOVES = st.lists(
    st.tuples(st.sampled_from((None, *NAMES)), st.sampled_from((None, *NAMES)), st.integers(1, 9), st.integers(0, 2)),
    min_size=1,
    max_size=12,
).filter(lambda moves: all(a is not None or b is not None for a, b, _, _ in moves))


@given(MOVES, st.data())
def test_fifo_backward_is_fifo_forward_read_from_the_end(
    moves: list[tuple[str | None, str | None, int, int]], data: st.DataObject
) -> None:
    """What one payment brings to another is the same figure from both ends."""
    ledger = book(moves)
    payments = [e for e in ledger.events if e.amount and e.sender != e.receiver]
    first = data.draw(st.sampled_from(payments))
    forward = account.trace(ledger.events, [EventSource(first.id, "L")], "fifo")
    turned, openings = reversed_accounts(ledger)
    for last in payments:
        if last.id == first.id:
            continue
        back = account.trace(turned, [EventSource(last.id, "L")], "fifo", openings=openings)
        assert not back.shortfalls
        assert forward.events.get(last.id, {}) == back.events.get(first.id, {})


@given(MOVES)
def test_reversing_twice_gives_the_payments_again(moves: list[tuple[str | None, str | None, int, int]]) -> None:
    ledger = book(moves)
    turned, openings = reversed_accounts(ledger)
    assert [e.ts for e in turned] == sorted(e.ts for e in turned)
    back = [(e.id, e.receiver, e.sender) for e in reversed(turned) if e.sender is not None or e.receiver is not None]
    assert back == [(e.id, e.sender, e.receiver) for e in ledger.events if not e.fee or e.sender]
    final = account.trace(ledger.events, [EventSource(e.id, "all") for e in ledger.events if e.sender is None], "fifo")
    held = {who: int(pools["X"]["all"]) for who, pools in final.balances.items()}
    assert {o.account: o.amount for o in openings} == held


def test_the_way_back_from_the_deposit_reaches_the_victims(romance: Session, ask: Ask) -> None:
    from workstation.app import romance as story

    who = story.cast(20260302)
    forward = ask(romance, list(who.victims), ["fifo"])[0].record
    back = ask(romance, [f"{who.deposit}:deposit"], ["fifo", "haircut"], direction="backward")
    for run in back:
        reached = {h["address"]: h["amount"] for h in run.record["holders"]}
        assert set(who.victims) <= set(reached)
    arrived = {h["label"]: h["amount"] for h in forward["holders"] if h["address"] == who.deposit}
    found = {h["address"]: h["amount"] for h in back[0].record["holders"] if h["address"] in who.victims}
    # victim 3 was lent 3,000 USDT before: that part came from the friend
    assert found.pop(who.victims[2]) == str(int(arrived.pop(who.victims[2])) - 3_000_000_000)
    assert found == arrived


def test_fees_and_outside_money_are_told_in_both_directions(case: Session, ask: Ask) -> None:
    bring_payments(case, [("", "a", "TRX", "9"), ("a", "b", "TRX", "4"), ("b", "", "TRX", "3")])
    (run,) = ask(case, [tron_address("a")], ["fifo"])
    assert [(r["kind"], r["amount"]) for r in run.record["remainder"]] == [("external", "3000000")]
    (back,) = ask(case, [tron_address("b")], ["fifo"], direction="backward")
    assert [(r["kind"], r["reason"], r["amount"]) for r in back.record["remainder"]] == [
        ("external", "came from an unknown place outside the ledger", "4000000")
    ]


def test_reversed_coins_balance(colonial: Session) -> None:
    ledger = Books(colonial.store, colonial.graphs.ledger).book("bitcoin")
    assert isinstance(ledger, Coins)
    turned = reversed_coins(ledger)
    made = chain(turned.txs)
    assert all(fee == 0 for fee in made.fee.values())  # what was the fee comes in from outside
    assert {turned.coin[place] for place in turned.coin} == set(turned.place)

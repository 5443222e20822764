"""Joining records of a service to transfers: the rules, their order, and that a difference is never swallowed."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.app.statements import BTC, DEPOSIT_ADDRESS, HOUR, NOON, OTHER, TX, event, transfer
from workstation.analysis.gap import accounts
from workstation.analysis.provider import match, total
from workstation.domain.amounts import Asset

FAKE = Asset("tron", "TFakeContractThatCallsItselfTetherxx", "USDT", 6)
DAY = 24 * HOUR


def test_the_transaction_decides_whatever_its_spelling() -> None:
    found = match([event(tx="0x" + TX.upper())], [transfer()])[0]
    assert (found.outcome, found.by, found.transfers) == ("matched", ("transaction", "address", "amount"), (1,))
    assert found.differences == ()


def test_differences_are_exact_in_base_units() -> None:
    found = match([event(tx=TX)], [transfer(amount=500_000, sender=DEPOSIT_ADDRESS, receiver=OTHER)])[0]
    assert found.outcome == "matched"
    assert found.by == ("transaction",)
    assert found.differences == (
        f"address: {DEPOSIT_ADDRESS} is the sender in this transaction, not the receiver",
        "amount: the record states 2500, the ledger 0.500000 USDT; difference +2499.5 (+2499500000 base units)",
    )


def test_a_late_credit_of_a_stated_transaction_is_said() -> None:
    found = match([event(tx=TX, time=NOON + 3 * DAY)], [transfer()])[0]
    assert found.outcome == "matched"
    assert found.differences == ("time: the record is 3 d 0 h 0 min after the block",)


def test_a_stated_transaction_that_is_not_there_is_not_replaced_by_another() -> None:
    found = match([event(tx="a" * 64)], [transfer()])[0]
    assert (found.outcome, found.reason) == ("unmatched", "no transaction")


def test_without_transaction_address_amount_and_time_join() -> None:
    found = match([event()], [transfer()])[0]
    assert (found.outcome, found.by, found.transfers) == ("matched", ("address", "amount", "time"), (1,))
    assert match([event(time=NOON + DAY + 1)], [transfer()])[0].reason == "nothing fits"
    assert match([event(time=NOON - 3 * HOUR)], [transfer()])[0].reason == "nothing fits"
    assert match([event(amount_text="2500.000001")], [transfer()])[0].reason == "nothing fits"


def test_time_alone_never_joins() -> None:
    assert match([event(address="")], [transfer()])[0].reason == "names nothing"
    found = match([event(time=None)], [transfer()])[0]
    assert (found.outcome, found.transfers) == ("ambiguous", (1,))


def test_two_that_fit_stay_ambiguous_until_one_is_taken() -> None:
    two = [transfer(1), transfer(2, tx="b" * 64, time=NOON + HOUR)]
    found = match([event(time=NOON + 2 * HOUR)], two)[0]
    assert (found.outcome, found.transfers) == ("ambiguous", (1, 2))
    both = match([event(1, tx=TX), event(2, time=NOON + 2 * HOUR)], two)
    assert [(m.outcome, m.transfers) for m in both] == [("matched", (1,)), ("matched", (2,))]
    assert "each is joined to another record" in both[1].differences[1]


def test_two_records_for_one_transfer_decide_nothing() -> None:
    found = match([event(1), event(2)], [transfer()])
    assert [m.outcome for m in found] == ["ambiguous", "ambiguous"]
    assert found[0].text == "several records of the service fit the same transfer"


def test_the_same_transfer_in_two_answers_counts_once() -> None:
    events = [event(1, tx=TX), event(2, tx=TX)]
    found = match(events, [transfer()])
    assert [m.same_as for m in found] == [0, 1]
    flow = accounts(events, found)[0].flows[0]
    assert (flow.amount, flow.records, flow.matched_records) == ("2500", 1, 1)


def test_equal_payments_of_one_transaction_stay_two() -> None:
    found = match([event(1, tx=TX), event(2, tx=TX)], [transfer(1, index=0), transfer(2, index=1)])
    assert [(m.transfers, m.same_as) for m in found] == [((1,), 0), ((2,), 0)]


def test_a_row_with_another_address_takes_nothing_from_the_right_one() -> None:
    wrong = event(1, tx=TX, address="T" + "z" * 33, amount_text="9")
    found = match([wrong, event(2, tx=TX)], [transfer()])
    assert [(m.by, m.same_as) for m in found] == [(("transaction",), 0), (("transaction", "address", "amount"), 0)]


def test_fees_inside_or_outside_the_amount() -> None:
    sent = transfer(
        amount=4_980_000, chain="bitcoin", kind="output", asset=BTC, sender=None, receiver="12cb", tx="c" * 64
    )
    record = event(
        kind="withdrawal",
        chain="bitcoin",
        address="12cb",
        symbol="BTC",
        tx="c" * 64,
        fee_text="0.0002",
        fee_symbol="BTC",
    )
    assert match([replace(record, amount_text="0.0498")], [sent])[0].by[-1] == "amount"
    assert match([replace(record, amount_text="0.05")], [sent])[0].by[-1] == "amount with fee"
    other = match([replace(record, amount_text="0.0502")], [sent])[0]
    assert other.differences[0].endswith("difference +0.0004 (+40000 base units)")


def test_one_payment_in_two_outputs() -> None:
    parts = [
        transfer(n, amount=a, chain="bitcoin", kind="output", asset=BTC, sender=None, receiver="12cb", tx="c" * 64)
        for n, a in ((1, 3_000_000), (2, 2_000_000))
    ]
    record = event(chain="bitcoin", address="12cb", symbol="btc", tx="c" * 64, amount_text="0.05")
    assert match([record], parts)[0].transfers == (1, 2)


def test_a_token_that_borrows_the_symbol_proves_nothing() -> None:
    found = match([event()], [transfer(asset=FAKE)])[0]
    assert found.outcome == "unmatched"
    by_tx = match([event(tx=TX)], [transfer(asset=FAKE)])[0]
    assert any("is not the known USDT of tron" in text for text in by_tx.differences)


def test_reasons_for_what_is_not_found() -> None:
    told = event(address="0x" + "0" * 40, chain="ethereum", details=(("TXID", "Off-chain transfer 123"),))
    cases = [
        (told, "off-chain"),
        (event(chain="bsc", address="0x" + "1" * 40), "no chain"),
        (event(chain="bsc", tx="d" * 64), "no chain"),
        (event(address=OTHER), "other address"),
    ]
    assert [match([record], [transfer()])[0].reason for record, _ in cases] == [reason for _, reason in cases]


def test_statements_are_no_ledger_and_other_status_does_not_count() -> None:
    stated = transfer(chain="stated", tx="", kind="stated")
    assert match([event()], [stated])[0].outcome == "unmatched"
    assert match([event(status="pending"), event(2, kind="trade")], [transfer()]) == []


def test_a_failed_transaction_is_said() -> None:
    found = match([event(tx=TX)], [transfer(status="failed")])[0]
    assert found.differences == ("status: the transaction failed on the ledger, the record counts it",)


def test_the_gap_of_an_account() -> None:
    out = transfer(9, tx="e" * 64, sender="hot", receiver=OTHER, amount=1_000_000_000, time=NOON + DAY)
    events = [
        event(1, tx=TX),
        event(2, kind="withdrawal", tx="e" * 64, address=OTHER, amount_text="1000", time=NOON + DAY),
        event(3, account="Binance account 2", tx="f" * 64, amount_text="0.1"),
        event(4, account="Binance account 2", amount_text="0.20", address=""),
    ]
    first, second = accounts(events, match(events, [transfer(), out]))
    assert (first.state, [(f.direction, f.amount, f.matched) for f in first.flows]) == (
        "bridged", [("in", "2500", "2500"), ("out", "1000", "1000")],
    )  # fmt: skip
    assert second.state == "not bridged"
    wrong = [event(1, tx=TX, amount_text="1"), replace(events[1], id=2)]
    state = accounts(wrong, match(wrong, [transfer(), out]))[0]
    assert (state.state, state.flows[0].differing, state.flows[0].matched) == ("bridged by the record only", 1, "0")
    assert "no withdrawal is recorded" in second.why
    assert [(f.amount, f.matched, f.unmatched) for f in second.flows] == [("0.3", "0", 2)]


@given(st.lists(st.tuples(st.integers(-(10**30), 10**30), st.integers(0, 30))))
def test_totals_are_exact(parts: list[tuple[int, int]]) -> None:
    units, places = total(parts)
    assert units * 10 ** (40 - places) == sum(n * 10 ** (40 - p) for n, p in parts)


@given(st.integers(1, 10**20), st.integers(0, 10**6))
def test_every_base_unit_counts(amount: int, more: int) -> None:
    record = event(amount_text=f"{amount // 10**6}.{amount % 10**6:06d}", tx=TX)
    found = match([record], [transfer(amount=amount + more)])[0]
    assert ("amount" in found.by) == (more == 0)
    assert more == 0 or f"({-more:+d} base units)" in found.differences[0]

"""The list of holders has a limit, and nothing is lost by it: what is not listed is counted and summed exactly."""

from __future__ import annotations

import gc
import hashlib
from threading import Event, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app.tracing.conftest import Ask, bring_payments, tron_address
from tests.app.tracing.test_runs import adds_up
from workstation.analysis.trace.inorder import in_order, names_in_order
from workstation.analysis.trace.results import document
from workstation.analysis.trace.undisturbed import undisturbed
from workstation.app.session import Session
from workstation.app.tracing import compare, engines, records, statement
from workstation.app.tracing.fingerprint import canonical, fingerprint
from workstation.app.tracing.question import parameters, question
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject

SPREAD = [("victim", "thief", "TRX", "300"), *(("thief", f"mule {n}", "TRX", str(n + 1)) for n in range(20))]


@pytest.mark.parametrize("method", ["fifo", "haircut", "libr"])
def test_what_is_not_listed_is_counted_and_the_sums_still_hold(case: Session, ask: Ask, method: str) -> None:
    bring_payments(case, SPREAD)
    (whole,) = ask(case, ["transfer:1:stolen"], (method,), list_holders=None)
    (short,) = ask(case, ["transfer:1:stolen"], (method,), list_holders=4)
    assert adds_up(whole.record)
    assert adds_up(short.record)
    assert short.record["holders"] == whole.record["holders"][:4]
    (rest,) = short.record["unlisted"]
    assert rest["count"] == len(whole.record["holders"]) - 4
    assert short.record["holders_total"] == len(whole.record["holders"])
    assert short.record["results_hash"] == whole.record["results_hash"]
    (again,) = ask(case, ["transfer:1:stolen"], (method,), list_holders=4)
    assert canonical(again.record) == canonical(short.record)


def test_every_label_lists_its_largest_holders(case: Session, ask: Ask) -> None:
    bring_payments(case, SPREAD)
    (made,) = ask(case, ["transfer:2:small", "transfer:21:large"], ("poison",), list_holders=2)
    assert {h["label"] for h in made.record["holders"]} <= {"small", "large"}
    assert len(made.record["holders"]) == 2


def test_a_holder_that_one_method_does_not_list_counts_neither_as_nothing_nor_as_a_difference(
    case: Session, ask: Ask
) -> None:
    bring_payments(case, SPREAD)
    (whole,) = ask(case, ["transfer:1:stolen"], ("fifo",), list_holders=None)
    (short,) = ask(case, ["transfer:1:stolen"], ("haircut",), list_holders=1)
    sides = compare.side_by_side([whole.record, short.record])
    assert all(side.smallest > 0 for side in sides)
    assert any(side.unlisted == ("haircut",) for side in sides)
    assert len(compare.differences(whole.record, short.record)) <= 1


def test_a_kept_run_with_a_limit_runs_again_byte_for_byte(case: Session, ask: Ask) -> None:
    bring_payments(case, SPREAD)
    made = ask(case, ["transfer:1:stolen"], ("haircut",), list_holders=3)
    (number,) = records.keep(case, made)
    assert records.again(case, number).identical


def test_the_limit_is_part_of_the_question(case: Session, ask: Ask) -> None:
    bring_payments(case, SPREAD)
    (made,) = ask(case, ["transfer:1:stolen"], ("fifo",), list_holders=7)
    told = made.record["parameters"]
    assert told["list_holders"] == 7
    assert parameters(question(told, ("fifo",))) == told
    with pytest.raises(WorkstationError):
        ask(case, ["transfer:1:stolen"], ("fifo",), list_holders=0)


@pytest.mark.parametrize("method", ["fifo", "haircut", "poison"])
@pytest.mark.parametrize("arithmetic", ["exact", "fixed"])
def test_the_hash_is_that_of_the_whole_result_in_one_text(
    case: Session, ask: Ask, method: str, arithmetic: str
) -> None:
    bring_payments(case, SPREAD)
    (made,) = ask(case, ["transfer:1:stolen"], (method,), arithmetic=arithmetic)
    found = {chain: outcome.found for chain, outcome in made.outcomes.items()}
    text = canonical({chain: document(one) for chain, one in found.items()})
    assert fingerprint(found) == hashlib.sha256(text.encode()).hexdigest() == made.record["results_hash"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers()), max_size=60), st.integers(2, 9))
def test_sorting_in_slices_gives_what_one_sort_gives(items: list[tuple[int, int]], size: int) -> None:
    assert list(in_order(items, lambda item: item[0], size=size)) == sorted(items, key=lambda item: item[0])


@given(st.sets(st.text("ab\x00é", max_size=6), max_size=80), st.integers(2, 9))
def test_names_come_in_order_from_their_boxes(names: set[str], size: int) -> None:
    assert list(names_in_order(list(names), size=size)) == sorted(names)


def test_the_search_for_cycles_is_on_again_after_runs_that_overlap_and_fail() -> None:
    inside, leave = Event(), Event()

    @undisturbed()
    def first() -> None:
        inside.set()
        leave.wait(10)

    @undisturbed()
    def second() -> None:
        leave.set()
        raise ValueError("stopped")

    thread = Thread(target=first)
    thread.start()
    assert inside.wait(10)
    with pytest.raises(ValueError, match="stopped"):
        second()
    thread.join(10)
    assert gc.isenabled()


@pytest.mark.parametrize("method", ["haircut", "libr", "poison", "fifo", "lifo"])
def test_a_statement_under_a_run_on_a_long_ledger_says_the_same_as_on_a_short_one(
    case: Session, ask: Ask, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring_payments(case, [("x", "thief", "TRX", "100"), *SPREAD])
    (number,) = records.keep(case, ask(case, ["transfer:2:stolen"], (method,), arithmetic="exact"))
    books = records.books(case)
    thief = Subject("address", "tron", tron_address("thief"))

    def lines() -> list[object]:
        books.ledger.derived.clear()
        found = statement.traced(case, books, number)
        held = statement.chosen(statement.holdings(case, books, thief), "TRX")
        return [
            (x.parts, x.tainted, x.lots) for x in statement.statement(case, books, thief, held, "fifo", found).lines
        ]

    short = lines()
    monkeypatch.setattr(engines, "EXACT_UP_TO", 2)
    assert lines() == short

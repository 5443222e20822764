"""Sources that state less than others: decimals, status, spent outputs and payers are filled in, nothing counts twice."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from tests.casefile.casefile_tools import bring, new_case, stated, transaction, transfer
from workstation.casefile import intake
from workstation.casefile.verify import verify_case

TOKEN = "0x" + "cc" * 20


@pytest.mark.parametrize("index", [None, 3])
@pytest.mark.parametrize("order", [(0, 1, 2), (1, 0, 2), (1, 2, 0), (2, 1, 0)])
def test_base_units_without_decimals_are_the_same_transfer(tmp_path: Path, order: Any, index: int | None) -> None:
    # base units beside a decimal text can only be compared once some source states the decimals
    made = [
        [transfer(0, index=index, kind="token", contract=TOKEN, symbol="", decimals=None, amount=12_500_000)],
        [transfer(0, kind="token", contract=TOKEN, symbol="X", decimals=6, amount=12_500_000)],
        [transfer(0, kind="token", contract=TOKEN, symbol="X", decimals=None, amount=None, amount_text="12.5")],
    ]
    with new_case(tmp_path) as store:
        for number in order:
            bring(store, tmp_path, f"{number}.csv", made[number])
        assert [(t.amount, t.asset.decimals) for t in store.transfers()] == [(12_500_000, 6)]
        assert [check for check in verify_case(store) if not check.ok] == []


def test_other_base_units_stay_another_transfer(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [transfer(0, contract=TOKEN, symbol="", decimals=None, amount=10)])
        bring(store, tmp_path, "b.csv", [transfer(0, contract=TOKEN, symbol="X", decimals=6, amount=11)])
        assert [t.amount for t in store.transfers()] == [10, 11]


@pytest.mark.parametrize("order", list(itertools.permutations("ab")))
def test_what_a_failed_transaction_would_have_moved_does_not_count(tmp_path: Path, order: Any) -> None:
    made = {
        "a": [transfer(0), transfer(1, kind="internal", amount=6), transfer(2, kind="fee", receiver=None, amount=2),
              transfer(3, tx="other")],
        "b": [transaction(0, status="failed")],
    }  # fmt: skip
    with new_case(tmp_path) as store:
        numbers = {name: bring(store, tmp_path, f"{name}.csv", made[name]).exhibit for name in order}
        assert [(t.kind, t.tx == "other") for t in store.transfers()] == [("native", True), ("fee", False)]
        assert store.counts().transfers == len(store.columns().id) == 2
        assert store.conflicts() == []
        assert [check for check in verify_case(store) if not check.ok] == []
        retracted = numbers["b"]
        if order[0] == "a":
            intake.retract(store, retracted, "wrong", "E")
            assert store.counts().transfers == len(store.columns().id) == 4


def test_failed_against_ok_is_a_conflict_and_the_first_statement_counts(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [transaction(0, status="ok"), transfer(1)])
        bring(store, tmp_path, "b.csv", [transaction(0, status="failed")])
        assert store.counts().transfers == 1
        assert [c.text for c in store.conflicts()] == ["status ok, and failed"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_a_spent_output_that_one_source_names_fills_the_input_of_the_other(tmp_path: Path, order: Any) -> None:
    base: dict[str, Any] = {"chain": "bitcoin", "symbol": "BTC", "decimals": 8, "kind": "input", "index": 0,
                            "receiver": None, "sender": "1abc", "amount": 7}  # fmt: skip
    made = [[transfer(0, **base)], [transfer(0, **base, previous_tx="ff", previous_index=2)]]
    with new_case(tmp_path) as store:
        for number in order:
            bring(store, tmp_path, f"{number}.csv", made[number])
        (found,) = store.transfers()
        assert (found.previous_tx, found.previous_index, found.amount) == ("ff", 2, 7)
        assert sorted(c.exhibit for c in store.citations(found.id)) == [1, 2]
        again = bring(store, tmp_path, "again.csv", made[0])
        assert (again.accepted, again.duplicates, store.counts().transfers) == (0, 1, 1)
        assert store.conflicts() == []
        assert [check for check in verify_case(store) if not check.ok] == []


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_a_fee_whose_payer_one_source_names_is_one_fee(tmp_path: Path, order: Any) -> None:
    made = [[transfer(0, kind="fee", sender=None, receiver=None, amount=2)],
            [transfer(0, kind="fee", receiver=None, amount=2)]]  # fmt: skip
    with new_case(tmp_path) as store:
        for number in order:
            bring(store, tmp_path, f"{number}.csv", made[number])
        (found,) = store.transfers()
        assert found.sender == "0x" + "11" * 20
        assert sorted(c.exhibit for c in store.citations(found.id)) == [1, 2]
        bring(store, tmp_path, "other.csv", [transfer(0, kind="fee", sender=None, receiver=None, amount=3)])
        assert [t.amount for t in store.transfers()] == [2, 3]


def test_nothing_is_said_to_be_assumed_of_a_stated_amount(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        assert bring(store, tmp_path, "a.csv", [stated(1)]).assumptions == ()

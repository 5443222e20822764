"""What is new and what the case holds already."""

from __future__ import annotations

import tempfile
from collections import Counter as Bag
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.casefile.casefile_tools import bring, keep, load, new_case, transaction, transfer
from workstation.casefile import intake
from workstation.casefile.store import Store, open_case
from workstation.casefile.verify import verify_case
from workstation.domain.errors import WorkstationError
from workstation.domain.records import TransferRecord

USDX = "0x" + "cc" * 20
ROW = st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.sampled_from("pq"), st.integers(1, 2))


def _rows(rows: list[tuple[str, str, str, int]]) -> list[TransferRecord]:
    return [transfer(i, tx=t, sender=s, receiver=r, amount=a) for i, (t, s, r, a) in enumerate(rows)]


def _content(store: Store) -> Bag[Any]:
    return Bag((t.tx, t.sender, t.receiver, t.amount) for t in store.transfers())


@settings(max_examples=20)
@given(st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=4))
def test_each_row_is_there_as_often_as_the_file_that_has_it_most(given_files: list[list[Any]]) -> None:
    wanted: Bag[Any] = Bag()
    for rows in given_files:
        wanted |= Bag(rows)
    with tempfile.TemporaryDirectory() as name, new_case(Path(name)) as store:
        for number, rows in enumerate(given_files):
            result = bring(store, Path(name), f"{number}.csv", _rows(rows))
            assert result.read == result.accepted + result.duplicates == len(rows)
        assert _content(store) == wanted
        ids = [t.id for t in store.transfers()]
        cited = store.citations_many(ids)
        # every row of every file is cited exactly once
        assert sum(len(c) for c in cited.values()) == sum(len(rows) for rows in given_files)
        assert store.columns().id.tolist() == ids


@settings(max_examples=15)
@given(st.permutations(range(4)))
def test_order_of_import_does_not_matter(order: list[int]) -> None:
    made = [
        [transfer(0, contract=USDX, symbol="X", decimals=None, amount=None, amount_text="12.5")],
        [transfer(0, contract=USDX, symbol="X", decimals=6, amount=12_500_000)],
        [transfer(0, tx="other", contract=USDX, symbol="X", decimals=None, amount=None, amount_text="7")],
        [transfer(0, index=3, contract=USDX, symbol="X", decimals=6, amount=12_500_000), transaction(1, position=4)],
    ]
    with tempfile.TemporaryDirectory() as name, new_case(Path(name)) as store:
        for number in order:
            bring(store, Path(name), f"{number}.csv", made[number])
        found = sorted((t.tx, t.amount, t.asset.decimals, t.asset.assumed) for t in store.transfers())
        assert found == [("0x" + "ab" * 32, 12_500_000, 6, False), ("other", 7_000_000, 6, False)]
        arrays = store.columns()
        assert sorted(arrays.amount(i) or 0 for i in range(2)) == [7_000_000, 12_500_000]
        assert len(set(arrays.asset_id.tolist())) == 1
        tx = store.transaction("ethereum", "0x" + "ab" * 32)
        assert tx is not None
        assert tx.position == 4
        assert store.known_decimals("ethereum", USDX) == 6
        assert all(c.ok for c in verify_case(store))


def test_assumed_decimals_are_said(tmp_path: Path) -> None:
    record = transfer(0, contract=USDX, symbol="X", decimals=None, amount=None, amount_text="1.5")
    with new_case(tmp_path) as store:
        result = bring(store, tmp_path, "a.csv", [record])
        (found,) = store.transfers()
        assert (found.amount, found.asset.assumed) == (15 * 10**17, True)
        assert result.assumptions == ("X: decimals are not stated, 18 assumed",)
        assert store.known_decimals("ethereum", USDX) is None


def test_conflicting_claims_stay_side_by_side(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [transfer(0, index=1, amount=5)])
        result = bring(store, tmp_path, "b.csv", [transfer(0, index=1, amount=6)])
        assert [t.amount for t in store.transfers()] == [5, 6]
        assert len(result.warnings) == 1
        assert "1 transfers differ" in result.warnings[0]
        third = bring(store, tmp_path, "c.csv", [transfer(0, index=1, amount=6)])
        assert (third.accepted, third.duplicates, third.warnings) == (0, 1, ())
        assert [c.exhibit for c in store.citations(2)] == [2, 3]


def _input(row: int, amount: int | None) -> TransferRecord:
    absent = "unknown" if amount is None else None
    return transfer(
        row, chain="bitcoin", symbol="BTC", decimals=8, kind="input", index=0, receiver=None, amount=amount,
        absent=absent, sender=None if amount is None else "1abc",
    )  # fmt: skip


def test_a_source_that_knows_more_fills_a_gap_in_either_order(tmp_path: Path) -> None:
    for name, amounts in (("a", (None, 9)), ("b", (9, None))):
        folder = tmp_path / name
        folder.mkdir()
        with new_case(folder) as store:
            for number, amount in enumerate(amounts):
                assert bring(store, folder, f"{number}.csv", [_input(0, amount)]).warnings == ()
            (found,) = store.transfers()
            assert (found.amount, found.sender) == (9, "1abc")
            assert [c.exhibit for c in store.citations(found.id)] == [1, 2]
            assert store.columns().id.tolist() == [found.id]
            full = 2 if amounts[0] is None else 1
            intake.retract(store, full, "wrong file", "E")
            assert [t.amount for t in store.transfers()] == ([None] if full == 2 else [9])


def test_a_retracted_file_leaves_what_others_state(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [transfer(0, tx="one"), transfer(1, tx="both")])
        bring(store, tmp_path, "b.csv", [transfer(0, tx="both"), transfer(1, tx="two")])
        revision = store.revision
        intake.retract(store, 1, "wrong account", "E")
        assert store.revision > revision
        assert sorted(t.tx for t in store.transfers()) == ["both", "two"]
        assert store.counts().transactions == 2
        assert store.exhibit(1).outcome == "retracted"
        assert store.transaction("ethereum", "one") is None
        assert [c.exhibit for c in store.citations(2)] == [2]
        again = load(store, 1, [transfer(0, tx="one"), transfer(1, tx="both")])
        assert (again.accepted, again.duplicates) == (1, 1)
        assert sorted(t.tx for t in store.transfers()) == ["both", "one", "two"]
        assert len(store.columns().id) == 3
        with pytest.raises(WorkstationError, match="reason"):
            intake.retract(store, 1, " ", "E")


def test_rows_without_transaction_match_only_at_the_same_time(tmp_path: Path) -> None:
    def stated(row: int, time: int) -> TransferRecord:
        return transfer(row, chain="stated", tx="", kind="stated", time=time, block=None, symbol="EUR")

    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [stated(0, 10), stated(1, 10), stated(2, 11)])
        result = bring(store, tmp_path, "b.csv", [stated(0, 10), stated(1, 12)])
        assert (result.accepted, result.duplicates) == (1, 1)
        assert [t.time for t in store.transfers()] == [10, 10, 11, 12]


def test_a_failing_reader_and_a_cancel_leave_nothing_behind(tmp_path: Path) -> None:
    def broken():  # type: ignore[no-untyped-def]
        for i in range(intake.BATCH_RECORDS + 1):
            yield transfer(0, index=i)
        raise WorkstationError("WS-READ-009", "the reader crashed", "nothing", "nothing", 4)

    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [transfer(0, index=0)])
        exhibit = keep(store, tmp_path, "b.csv")
        before = (store.counts(), list(store.transfers()))
        with pytest.raises(WorkstationError, match="crashed"):
            load(store, exhibit, broken())
        asked = iter((False, True))
        with pytest.raises(WorkstationError) as caught:
            load(store, exhibit, [transfer(0, index=i) for i in range(30_000)], cancelled=lambda: next(asked))
        assert caught.value.exit_code == 5
        with pytest.raises(WorkstationError, match="cannot be"):
            load(store, exhibit, [transfer(0, index=1 << 70, amount="x")])
        assert (store.counts(), list(store.transfers())) == before
        kinds = [e.kind for e in store.custody()]
        assert kinds.count("import.removed") == 3
        intake.reject(store, exhibit, reader_id="r", reader_version="1", code="WS-X-001", message="no", actor="E")
        assert store.exhibit(exhibit).outcome == "rejected"
        assert load(store, exhibit, [transfer(0, index=0)]).duplicates == 1
        assert all(c.ok for c in verify_case(store))
    with open_case(tmp_path / "a.wcase") as store:
        assert store.counts().transfers == 1


def test_unusable_amounts_are_quarantined_with_their_bytes(tmp_path: Path) -> None:
    records = [
        transfer(0, index=0, amount=1 << 256),
        transfer(1, index=1, amount=-1),
        transfer(2, index=2, amount=None, amount_text="1.2345678901234567891"),
        transfer(3, chain="nowhere"),
    ]
    with new_case(tmp_path) as store:
        result = bring(store, tmp_path, "a.csv", records)
        assert (result.outcome, result.code, result.quarantined) == ("rejected", "WS-IMP-021", 4)
        assert [q.raw for q in result.quarantine] == [f"a.csv   {row:7}\n" for row in range(4)]
        assert store.counts().transfers == 0

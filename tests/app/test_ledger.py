"""Sums over arrays are exact for every amount, and inputs take from the case what their source does not state."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workstation.app.ledger import INPUT, OUTPUT, Ledger
from workstation.casefile.values import NOT_STATED, LedgerColumns
from workstation.domain.amounts import MAX_AMOUNT, Asset, to_limbs

AMOUNTS = st.one_of(st.integers(0, 1 << 64), st.integers(0, (1 << 126) + 5), st.integers(0, MAX_AMOUNT), st.none())


def columns(amounts: list[int | None], **given_: Any) -> LedgerColumns:
    limbs = [(0, 0, None) if a is None else to_limbs(a) for a in amounts]
    count = len(amounts)

    def ints(name: str, value: int = 0) -> Any:
        return np.array(given_.get(name, [value] * count), np.int64)

    return LedgerColumns(
        np.arange(1, count + 1),
        ints("tx"),
        np.array(given_.get("kind", [0] * count), np.uint8),
        ints("sender", 1),
        ints("receiver", 2),
        ints("asset", 1),
        np.array([x[0] for x in limbs], np.int64),
        np.array([x[1] for x in limbs], np.int64),
        ints("time", NOT_STATED),
        ints("block", NOT_STATED),
        np.array([a is None for a in amounts], bool),
        {n: int.from_bytes(x[2], "big") for n, x in enumerate(limbs) if x[2] is not None},
        [("", ""), ("bitcoin", "a"), ("bitcoin", "b"), ("bitcoin", "c")],
        [("", ""), ("bitcoin", "t1"), ("bitcoin", "t2")],
        {1: Asset("bitcoin", "", "BTC", 8), 2: Asset("bitcoin", "x", "XYZ", 0)},
    )


def ledger(made: LedgerColumns, transfers: list[Any] | None = None) -> Ledger:
    def find(*, ids: list[int]) -> list[Any]:
        return [t for t in transfers or [] if t.id in ids]

    return Ledger(SimpleNamespace(columns=lambda: made, transfers=find))  # type: ignore[arg-type]


@given(st.lists(st.tuples(AMOUNTS, st.integers(1, 2), st.integers(1, 3)), max_size=60))
def test_group_sums_equal_python_integers(rows: list[tuple[int | None, int, int]]) -> None:
    book = ledger(columns([r[0] for r in rows], asset=[r[1] for r in rows], receiver=[r[2] for r in rows]))
    every = np.arange(len(rows))
    got = {g.keys: (g.units, g.unknown, g.rows.tolist()) for g in book.groups(every, book.receiver, book.asset)}
    wanted: dict[tuple[int, int], tuple[int, int, list[int]]] = {}
    for number, (amount, asset, receiver) in enumerate(rows):
        units, unknown, inside = wanted.get((receiver, asset), (0, 0, []))
        wanted[receiver, asset] = (units + (amount or 0), unknown + (amount is None), [*inside, number])
    assert got == wanted
    assert list(got) == sorted(got)


def test_rows_of_an_address_keep_the_total_order() -> None:
    book = ledger(columns([5, 6, 7, 8], sender=[1, 2, 1, 0], receiver=[2, 1, 3, 1]))
    assert book.sent(1).tolist() == [0, 2]
    assert book.received(1).tolist() == [1, 3]
    assert book.sent(0).tolist() == []
    assert book.sent(99).tolist() == []


def test_an_input_takes_amount_and_sender_from_the_output_it_spends() -> None:
    book = ledger(
        columns([50, None, None], kind=[OUTPUT, INPUT, INPUT], tx=[1, 2, 2], sender=[0, 0, 0], receiver=[3, 0, 0]),
        [
            SimpleNamespace(id=1, chain="bitcoin", tx="t1", index=4, previous_tx="", previous_index=None),
            SimpleNamespace(id=2, chain="bitcoin", tx="t2", index=0, previous_tx="t1", previous_index=4),
            SimpleNamespace(id=3, chain="bitcoin", tx="t2", index=1, previous_tx="elsewhere", previous_index=0),
        ],
    )
    assert book.resolved == 1
    assert book.sent(3).tolist() == [1]
    assert [(s.units, s.count, s.unknown) for s in book.sums(np.array([1, 2]))] == [(50, 2, 1)]
    assert book.unknown.tolist() == [False, False, True]

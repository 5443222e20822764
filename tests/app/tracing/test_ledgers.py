"""Ledgers from the case: total order, nothing guessed, everything left out is counted, digests that only evidence moves."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.app.tracing.conftest import Ask, bring_coins, bring_payments, coin_address, tron_address, txid
from workstation.analysis.trace.ledger import chain
from workstation.app.ledger import Ledger
from workstation.app.names import Names
from workstation.app.session import Session
from workstation.app.tracing import records, runs
from workstation.app.tracing.books import Books
from workstation.app.tracing.coins import coins
from workstation.app.tracing.ledgers import Accounts, Coins, accounts
from workstation.app.tracing.question import Question
from workstation.app.tracing.sources import Source
from workstation.casefile.values import KINDS, NOT_STATED, LedgerColumns
from workstation.domain.amounts import Asset
from workstation.domain.subjects import Subject

#: (kind, tx, sender, receiver, amount, block, (index, spends tx, spends output))
Row = tuple[str, int, int, int, int | None, int | None, tuple[int | None, str, int | None]]
NO_LINK = (None, "", None)


def case_of(chain_name: str, rows: list[Row], failed: int = 0) -> tuple[Any, Ledger]:
    """A store and ledger that hold just these rows."""
    count = len(rows)
    blocks = [NOT_STATED if r[5] is None else r[5] for r in rows]
    columns = LedgerColumns(
        np.arange(1, count + 1), np.array([r[1] for r in rows], np.int64),
        np.array([KINDS.index(r[0]) for r in rows], np.uint8), np.array([r[2] for r in rows], np.int64),
        np.array([r[3] for r in rows], np.int64), np.ones(count, np.int64), np.zeros(count, np.int64),
        np.array([r[4] or 0 for r in rows], np.int64), np.arange(count, dtype=np.int64) + 1000,
        np.array(blocks, np.int64), np.array([r[4] is None for r in rows], bool), {},
        [("", ""), *((chain_name, name) for name in "abcdef")], [("", ""), *((chain_name, f"t{n}") for n in range(1, 9))],
        {1: Asset(chain_name, "", "BTC" if chain_name == "bitcoin" else "TRX", 6)},
    )  # fmt: skip
    store = SimpleNamespace(
        columns=lambda: columns, transfers=lambda ids: [], links=lambda _: {n: r[6] for n, r in enumerate(rows, 1)},
        failed=lambda: {chain_name: failed} if failed else {},
    )  # fmt: skip
    return store, Ledger(store)  # type: ignore[arg-type]


def coins_of(rows: list[Row]) -> Coins:
    store, ledger = case_of("bitcoin", rows)
    return coins(store, ledger, "bitcoin")


def test_what_cannot_be_used_is_counted() -> None:
    store, ledger = case_of(
        "tron",
        [("native", 1, 1, 2, 5, None, NO_LINK), ("token", 1, 1, 2, None, None, NO_LINK),
         ("nft", 1, 1, 2, 1, None, NO_LINK), ("stated", 1, 1, 2, 5, None, NO_LINK),
         ("stated", 2, 2, 3, 4, None, NO_LINK), ("fee", 3, 2, 0, 1, None, NO_LINK)],
        failed=2,
    )  # fmt: skip
    book = accounts(store, ledger, "tron")
    assert [(e.id, e.sender, e.receiver, e.amount, e.fee) for e in book.events] == [
        ("1", "a", "b", 5, 0), ("5", "b", "c", 4, 0), ("6", "b", None, 0, 1),
    ]  # fmt: skip
    told = {entry.reason: (entry.count, entry.used) for entry in book.left_out}
    assert told == {
        "rows whose amount is not known": (1, False),
        "movements of single tokens (NFT), which no method mixes": (1, False),
        "stated payments that the chain's own rows hold already": (1, False),
        "movements of failed transactions": (2, False),
        "payments that a person or a service states, not the chain itself": (1, True),
    }


def test_blocks_decide_the_order_of_coins_and_spending_inside_a_block() -> None:
    book = coins_of(
        [
            ("input", 2, 1, 0, 9, 8, (0, "t1", 0)), ("output", 2, 0, 2, 9, 8, (0, "", None)),
            ("input", 1, 1, 0, 9, 8, (0, "old", 0)), ("output", 1, 0, 1, 9, 8, (0, "", None)),
            ("input", 3, 1, 0, 4, 7, (0, "older", 0)), ("output", 3, 0, 1, 4, 7, (0, "", None)),
        ]
    )  # fmt: skip
    assert [tx.txid for tx in book.txs] == ["t3", "t1", "t2"]
    assert chain(book.txs).fee == {"t3": 0, "t1": 0, "t2": 0}


def test_a_transaction_known_in_part_ends_the_trace_and_says_why() -> None:
    book = coins_of(
        [
            ("output", 1, 0, 1, 9, 1, (0, "", None)),  # no inputs at all
            ("input", 2, 1, 0, 9, 2, (0, "t1", 0)), ("input", 2, 2, 0, None, 2, (1, "old", 0)),
            ("output", 2, 0, 3, 20, 2, (0, "", None)),
            ("input", 3, 3, 0, 20, 3, (0, "t2", 0)), ("output", 3, 0, 4, 5, 3, (1, "", None)),
        ]
    )  # fmt: skip
    assert book.broken == {
        "t1": "its inputs are not in the case",
        "t2": "the amount of an input is not known",
        "t3": "some of its outputs are not in the case",
    }
    assert book.cut == {("t1", 0): "t2", ("old", 0): "t2", ("t2", 0): "t3"}
    assert [entry.count for entry in book.left_out] == [1, 1, 1]
    chain(book.txs)  # and the engine takes it


def test_money_at_a_broken_transaction_is_a_figure(case: Session, ask: Ask) -> None:
    bring_coins(case, [("tx", "input", "victim", 60, "unknown", 0), ("tx", "output", "thief", 60, "", 0)])
    assert ask(case, [coin_address("victim")], ["fifo"])[0].record["remainder"] == []


def test_a_missing_output_is_taken_from_its_spender_and_double_spends_break() -> None:
    book = coins_of(
        [
            ("input", 1, 1, 0, 9, 1, (0, "old", 0)), ("output", 1, 0, 1, 4, 1, (0, "", None)),
            ("input", 2, 2, 0, 5, 2, (0, "t1", 1)), ("output", 2, 0, 3, 5, 2, (0, "", None)),
            ("input", 3, 1, 0, 4, 3, (0, "t1", 0)), ("output", 3, 0, 3, 4, 3, (0, "", None)),
            ("input", 4, 1, 0, 4, 4, (0, "t1", 0)), ("output", 4, 0, 3, 4, 4, (0, "", None)),
        ]
    )  # fmt: skip
    assert [(o.value, o.address) for o in book.txs[0].outputs] == [(4, "a"), (5, "b")]
    assert book.broken == {"t4": "it spends an output that another transaction spends"}
    assert book.cut == {}
    chain(book.txs)


def test_the_digest_moves_with_the_evidence_only(case: Session) -> None:
    bring_payments(case, [("a", "b", "TRX", "10")])
    first = records.books(case).digest(["tron"])
    case.run("tag.add", subjects=f"address:tron:{tron_address('b')}", label="Exchange", category="exchange")
    assert records.books(case).digest(["tron"]) == first
    bring_payments(case, [("b", "c", "TRX", "1")], "more.csv", start=5)
    assert records.books(case).digest(["tron"]) != first


def test_rows_keep_their_transfer_numbers(colonial: Session) -> None:
    book = records.books(colonial).book("bitcoin")
    assert isinstance(book, Coins)
    for (tx, index), row in [*book.row_of.items()]:
        (transfer,) = colonial.store.transfers(ids=[row])
        assert (transfer.tx, transfer.index, transfer.kind) == (tx, index, "output")
    assert not isinstance(book, Accounts)
    assert txid("x") not in book.times


def test_tracing_ends_at_a_well_known_coinjoin_and_says_so(case: Session, ask: Ask) -> None:
    """Five equal outputs of a Whirlpool round: the money is a figure at the round, not at one of the five."""
    inputs = [100_000, 100_000, 100_000, 100_500, 100_500]
    facts = [("in", "input", "thief", 600_000, "old", 0)]
    facts += [("in", "output", f"i{n}", units, "", 0) for n, units in enumerate(inputs)]
    facts += [("mix", "input", f"i{n}", units, "in", n) for n, units in enumerate(inputs)]
    facts += [("mix", "output", f"o{n}", 100_000, "", 0) for n in range(5)]
    bring_coins(case, facts)
    (run,) = ask(case, [f"{coin_address('i0')}:theft"], ["fifo"])
    assert [(r["kind"], r["reason"], r["amount"]) for r in run.record["remainder"]] == [
        ("mixed", "spent in CoinJoins (whirlpool)", "100000")
    ]
    assert run.record["holders"] == []
    (through,) = ask(case, [f"{coin_address('i0')}:theft"], ["haircut"], through="shown on request of the court")
    assert len(through.record["holders"]) == 5
    (back,) = ask(case, [f"{coin_address('o0')}:out"], ["fifo"], direction="backward")
    assert [(r["kind"], r["amount"]) for r in back.record["remainder"]] == [("mixed", "100000")]


def test_making_a_ledger_ready_and_following_it_can_be_stopped_at_any_time() -> None:
    """The watch is called every few thousand rows, also while the books are prepared, and what it raises stops all."""
    rows: list[Row] = [("native", 1 + n % 8, 1 + n % 6, 1 + (n + 1) % 6, 5, None, NO_LINK) for n in range(20_000)]
    store, ledger = case_of("tron", rows)
    calls: list[int] = []
    books = Books(store, ledger)
    books.book("tron", calls.append)
    assert len(calls) >= 4
    asked = Question((Source(Subject("transfer", "tron", "1"), "L"),), ("fifo", "haircut"))
    for run in runs.run(books, Names(), asked, watch=calls.append):
        assert run.record["steps_total"] >= len(run.record["steps"]) == 200
    followed = len(calls)
    assert followed > 2 * 20_000 // 4096
    built = books.book("tron")
    assert Books(store, ledger).book("tron") is built, "the ledger of the same rows is built once"

    def stop_at(last: int) -> Callable[[int], None]:
        left = iter(range(last))

        def watch(_: int) -> None:
            if next(left, None) is None:
                raise InterruptedError

        return watch

    for last in {0, 1, 2, *range(3, followed, max(1, followed // 8)), followed - 1}:
        ledger.derived.clear()
        with pytest.raises(InterruptedError):
            runs.run(Books(store, ledger), Names(), asked, watch=stop_at(last))
        assert not ledger.deriving.locked()

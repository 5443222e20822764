"""Ledgers of coins out of rows: real CoinJoins keep their class, broken transactions give no link and are counted."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from workstation.analysis.heuristics import books, mixes, spending
from workstation.sdk.api import Transfer

REAL = Path(__file__).resolve().parents[3] / "shared" / "algo" / "coinjoin_real.json.gz"


def row(
    number: int,
    tx: str,
    kind: str,
    party: str | None,
    units: int | None,
    index: int,
    spends: tuple[str, int] | None = None,
) -> Transfer:
    """An input, output or coinbase row of Bitcoin."""
    sender, receiver = (party, None) if kind == "input" else (None, party)
    return Transfer(
        number, "bitcoin", tx, f"row {number}", 100, sender, receiver, "bitcoin:BTC", units, kind, index, spends
    )


@pytest.mark.skipif(not REAL.is_file(), reason="the folder ../shared/algo is not here")
def test_every_real_transaction_keeps_its_class() -> None:
    """The 574 transactions, as rows of a case, one after another."""
    known = json.loads(gzip.decompress(REAL.read_bytes()))["txs"]
    rows = []
    for number, tx in enumerate(known):
        rows += [
            row(len(rows) + n, tx["txid"], "input", script, units, n, (f"o{number}", n))
            for n, (units, script) in enumerate(tx["inputs"])
        ]
        rows += [
            row(len(rows) + n, tx["txid"], "output", script, units, n)
            for n, (units, script) in enumerate(tx["outputs"])
        ]
    book = books.coin_books(rows)["bitcoin"]
    assert not book.broken
    found = {hit.txs[0]: hit.figures["class"] for hit in mixes.coinjoins(book.chain, book.rows)}
    assert found == {tx["txid"]: tx["class"] for tx in known if tx["class"]}


def test_a_transaction_known_in_part_joins_nobody() -> None:
    """An input without amount: its addresses are not joined, and it is counted; the whole one beside it joins two."""
    rows = [
        row(1, "t1", "input", "a", 5, 0), row(2, "t1", "input", "b", None, 1), row(3, "t1", "output", "c", 5, 0),
        row(4, "t2", "input", "d", 5, 0), row(5, "t2", "input", "e", 6, 1), row(6, "t2", "output", "f", 10, 0),
    ]  # fmt: skip
    book = books.coin_books(rows)["bitcoin"]
    assert dict(book.broken) == {"the amount of an input is not known": 1}
    (hit,) = spending.common_spending(book.chain, rows=book.rows)
    assert (hit.subjects, hit.rows) == (("d", "e"), (4, 5, 6))


def test_an_input_takes_its_value_from_the_output_it_spends() -> None:
    """An export that states no amounts of inputs is still a ledger when it holds what they spend."""
    rows = [
        row(1, "t0", "coinbase", "m", 50, 0),
        row(2, "t1", "input", None, None, 0, ("t0", 0)), row(3, "t1", "output", "x", 49, 0),
    ]  # fmt: skip
    book = books.coin_books(rows)["bitcoin"]
    assert not book.broken
    assert book.chain.fee == {"t1": 1}


def test_no_rows_no_book() -> None:
    """Payments of accounts make none."""
    paid = Transfer(1, "ethereum", "t", "row 2", 5, "a", "b", "ethereum:ETH", 5, "native")
    assert books.coin_books([]) == books.coin_books([paid]) == {}
    assert [move.id for move in books.payments([paid])] == ["1"]

"""Events, mentions and prices: kept as stated, never twice, never changed, gone when their import is retracted."""

from __future__ import annotations

import tempfile
from collections import Counter as Bag
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.casefile.casefile_tools import (
    TRON,
    bring,
    event,
    keep,
    load,
    mention,
    new_case,
    price,
    stated,
    transaction,
    transfer,
)
from workstation.casefile import intake
from workstation.casefile.database import connect
from workstation.casefile.store import Store, open_case
from workstation.casefile.verify import verify_case
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Event

ROW = st.tuples(st.sampled_from(["1", "2"]), st.sampled_from(["a", "b"]), st.sampled_from([None, 5]))


def _holds(store: Store) -> None:
    assert [check for check in verify_case(store) if not check.ok] == []


def test_what_a_row_says_comes_back_whole(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        result = bring(store, tmp_path, "a.csv", [event(3), mention(4, chains=("tron", "bitcoin")), price(5)])
        assert (result.read, result.accepted) == (3, 3)
        (found,) = store.events()
        assert found == Event(
            1, "deposit", "Exchange", "Exchange account 1", 1_600_000_000, "exchange", "2020-09-13 12:26:40", "in",
            "USDT", "250.5", "", "", "tron", "ab" * 32, TRON, "", "ok", (("Order No", "77"), ("Note", "a,b")),
            found.citation,
        )  # fmt: skip
        assert (found.citation.exhibit, found.citation.locator) == (1, "row 3")
        (said,) = store.mentions()
        assert (said.ref, said.chains, said.context) == (TRON, ("tron", "bitcoin"), f"send to {TRON} now")
        (rate,) = store.prices(asset="BTC", currency="EUR", date="2020-09-13")
        assert (rate.rate, rate.source, rate.citation.locator) == ("8712.25", "ECB", "row 5")
        counts = store.counts()
        assert (counts.events, counts.mentions, counts.prices, counts.transfers) == (1, 1, 1, 0)
        assert store.addresses_matching(TRON) == [("tron", TRON)]
        _holds(store)


@settings(max_examples=20)
@given(st.lists(st.lists(ROW, max_size=6), min_size=1, max_size=4))
def test_each_event_is_there_as_often_as_the_file_that_has_it_most(files: list[list[Any]]) -> None:
    wanted: Bag[Any] = Bag()
    for rows in files:
        wanted |= Bag(rows)
    with tempfile.TemporaryDirectory() as name, new_case(Path(name)) as store:
        for number, rows in enumerate(files):
            records = [event(i, amount_text=a, account=b, time=t) for i, (a, b, t) in enumerate(rows)]
            result = bring(store, Path(name), f"{number}.csv", records)
            assert result.accepted + result.duplicates == len(rows)
        found = store.events()
        assert Bag((e.amount_text, e.account, e.time) for e in found) == wanted
        assert [e.time for e in found] == sorted((e.time for e in found), key=lambda t: (t is None, t or 0))
        cited = store.statement_citations("event", [e.id for e in found])
        assert sum(len(places) for places in cited.values()) == sum(len(rows) for rows in files)
        _holds(store)


def test_overlapping_exports_give_one_event_and_one_stated_transfer_with_two_places(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        first = bring(store, tmp_path, "a.csv", [event(1), stated(1), event(2, amount_text="9"),
                                                 stated(2, amount_text="9")])  # fmt: skip
        second = bring(store, tmp_path, "b.csv", [event(1), stated(1), event(2, amount_text="8"),
                                                  stated(2, amount_text="8")])  # fmt: skip
        assert (first.accepted, second.accepted, second.duplicates) == (2, 1, 1)
        assert [e.amount_text for e in store.events()] == ["250.5", "9", "8"]
        assert [c.exhibit for c in store.statement_citations("event", [1])[1]] == [1, 2]
        assert [c.exhibit for c in store.citations(1)] == [1, 2]
        assert store.counts().transfers == 3


def test_batches_of_one_file_know_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BATCH_RECORDS", 2)
    rows = [event(i, amount_text=str(i // 2)) for i in range(7)]
    with new_case(tmp_path) as store:
        assert bring(store, tmp_path, "a.csv", rows).accepted == 7
        again = bring(store, tmp_path, "b.csv", rows)
        assert (again.accepted, again.duplicates, store.counts().events) == (0, 7, 7)
        _holds(store)


def test_filters(tmp_path: Path) -> None:
    rows = [event(0), event(1, kind="login", account="other", chain="", tx="", address="", time=None),
            event(2, account="other", chain="ethereum", address="0x" + "11" * 20)]  # fmt: skip
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", rows)
        bring(store, tmp_path, "b.csv", [mention(0), mention(1, ref="other"), price(2), price(3, asset="ETH")])
        bring(store, tmp_path, "c.csv", [mention(0)])
        assert [e.id for e in store.events(account="other")] == [3, 2]
        assert [e.id for e in store.events(address=("tron", TRON))] == [1]
        assert [e.id for e in store.events(address=("stated", "other"), kinds=("login",))] == [2]
        assert [e.id for e in store.events(limit=1)] == [1]
        assert [m.ref for m in store.mentions(2)] == [TRON, "other"]
        assert [(m.ref, m.citation.exhibit) for m in store.mentions(3)] == [(TRON, 3)]
        assert [p.asset for p in store.prices()] == ["BTC", "ETH"]
        assert store.prices(asset="BTC", currency="USD") == []


def test_a_retracted_import_takes_its_statements_along(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [event(1), event(2, amount_text="7"), mention(3), price(4)])
        bring(store, tmp_path, "b.csv", [event(5)])
        intake.retract(store, 1, "wrong file", "Examiner")
        assert [e.amount_text for e in store.events()] == ["250.5"]
        assert store.events()[0].citation.exhibit == 2
        assert (store.mentions(), store.prices()) == ([], [])
        assert (store.counts().events, store.counts().mentions, store.counts().prices) == (1, 0, 0)
        again = load(store, 1, [event(1), event(2, amount_text="7")])
        assert (again.accepted, again.duplicates) == (1, 1)
        assert [e.amount_text for e in store.events()] == ["250.5", "7"]
        _holds(store)


def test_an_import_that_fails_leaves_no_statement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "BATCH_RECORDS", 2)

    def rows() -> Any:
        yield from (event(0), mention(1), price(2), event(3, amount_text="3"))
        raise OSError("gone")

    with new_case(tmp_path) as store:
        number = keep(store, tmp_path, "a.csv")
        with pytest.raises(OSError, match="gone"):
            load(store, number, rows())
        assert (store.events(), store.mentions(), store.prices()) == ([], [], [])
        raw = store.counts()
        assert (raw.events, raw.mentions, raw.prices) == (0, 0, 0)
        assert load(store, number, [event(0)]).accepted == 1
        _holds(store)


TAMPERING = (
    "UPDATE event SET amount_text = '999'", "DELETE FROM event", "UPDATE price SET rate = '1'", "DELETE FROM mention",
    "UPDATE mention SET context = 'x', sha256 = '00'", "UPDATE event SET details = '[]'",
    "INSERT INTO price SELECT 9, date, asset, currency, rate, source, sha256, import_id, stream, row, sub, offset,"
    " length FROM price",
)  # fmt: skip


@pytest.mark.parametrize("statement", TAMPERING)
def test_changed_statements_are_refused_inside_and_found_outside(tmp_path: Path, statement: str) -> None:
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [event(1), mention(2), price(3)])
        if not statement.startswith("INSERT"):
            with pytest.raises(WorkstationError, match="append-only"), store.database.write() as conn:
                conn.exec_driver_sql(statement)
        _holds(store)
        path = store.path
    raw = connect(path, None)
    made = [row[0] for row in raw.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid")]
    for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute(statement)
    for trigger in made:
        raw.execute(trigger)
    raw.close()
    with open_case(path) as store:
        assert "statements" in [check.name for check in verify_case(store) if not check.ok]


def test_conflicts_are_listed_in_a_fixed_order(tmp_path: Path) -> None:
    tx = "0x" + "ab" * 32
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [
            transaction(0), transfer(1, index=1), event(2), price(3), event(4, kind="trade", amount_text="1"),
            event(5, kind="trade", amount_text="2"),
        ])  # fmt: skip
        assert store.conflicts() == []
        bring(store, tmp_path, "b.csv", [
            transaction(0, block=101, status="failed", time=1_600_000_009), transfer(1, index=1, amount=6),
            transfer(2, index=1, amount=6, kind="internal"), event(3, amount_text="99"), price(4, rate="9000"),
            event(5, kind="trade", amount_text="1"),  # part of an order: no contradiction
        ])  # fmt: skip
        found = store.conflicts()
        assert [(c.kind, c.what, c.text) for c in found] == [
            ("transfer", f"transaction:ethereum:{tx}",
             f"native 1: 0.000000000000000005 ETH from 0x{'11' * 20} to 0x{'22' * 20}, and 0.000000000000000006 ETH"
             f" from 0x{'11' * 20} to 0x{'22' * 20}"),
            ("transaction", f"transaction:ethereum:{tx}", "block 100, and 101"),
            ("transaction", f"transaction:ethereum:{tx}", "time 1600000000, and 1600000009"),
            ("transaction", f"transaction:ethereum:{tx}", "status ok, and failed"),
            ("event", "Exchange deposit 77", "250.5 USDT, and 99 USDT"),
            ("price", "BTC in EUR on 2020-09-13 (ECB)", "8712.25, and 9000"),
        ]  # fmt: skip
        assert {(c.left.exhibit, c.right.exhibit) for c in found} == {(1, 2)}
        assert [(c.left.locator, c.right.locator) for c in found[:2]] == [("row 1", "row 1"), ("row 0", "row 0")]
        # the first statement still counts
        known = store.transaction("ethereum", tx)
        assert known is not None
        assert (known.block, known.time, known.status) == (100, 1_600_000_000, "ok")
        _holds(store)
        intake.retract(store, 2, "wrong", "E")
        assert store.conflicts() == []


def test_conflicts_inside_one_file_are_listed_once(tmp_path: Path) -> None:
    rows = [transfer(i, index=i, block=100 + (i > 2)) for i in range(6)]
    with new_case(tmp_path) as store:
        result = bring(store, tmp_path, "a.csv", rows)
        assert "3 transactions differ" in result.warnings[0]
        (found,) = store.conflicts()
        assert (found.text, found.left.locator, found.right.locator) == ("block 100, and 101", "row 0", "row 3")


def test_two_transfers_of_one_collection_are_two_assets(tmp_path: Path) -> None:
    contract = "0x" + "cc" * 20
    rows = [transfer(i, kind="nft", contract=f"{contract}/{i}", symbol="APE", decimals=0, amount=1) for i in range(2)]
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [*rows, transfer(3, kind="fee")])
        arrays = store.columns()
        assert [t.kind for t in store.transfers()] == ["nft", "nft", "fee"]
        assert [t.asset.contract for t in store.transfers()][:2] == [f"{contract}/0", f"{contract}/1"]
        assert arrays.id.tolist() == [t.id for t in store.transfers()]
        assert len(set(arrays.asset_id[:2].tolist())) == 2
        _holds(store)

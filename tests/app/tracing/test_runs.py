"""Runs on cases: every unit that is marked is told where it ended, stops have reasons, records repeat byte for byte."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.app.tracing.conftest import (
    Ask,
    bring_coins,
    bring_payments,
    coin_address,
    tron_address,
    txid,
)
from workstation.app import romance
from workstation.app.session import Session
from workstation.app.tracing import compare, records
from workstation.app.tracing.compare import number
from workstation.app.tracing.fingerprint import canonical
from workstation.app.tracing.question import Question, dust, share
from workstation.casefile.verify import verify_case
from workstation.domain.errors import WorkstationError

ACCOUNT = ("fifo", "lifo", "haircut", "libr", "dirty_first")
COINS = ("fifo", "lifo", "tiho", "dirty_first", "clean_first", "haircut")
SEED = 20260302
RANSOM = "15JFh88FcE4WL6qeMLgX5VEAFCbRXjc9fr"
SEIZED = "bc1qpx7vyv5tp7dm0g475ev527krg764t73dh77gls"


def adds_up(record: dict[str, Any]) -> bool:
    """Injected = holders + those not listed + remainder, and = final + absorbed + remainder, for every asset and label."""

    def sums(entries: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
        found: dict[tuple[str, str], Any] = {}
        for entry in entries:
            key = (entry["asset"], entry["label"])
            found[key] = found.get(key, 0) + number(entry["amount"])
        return found

    def flat(part: dict[str, dict[str, str]]) -> dict[tuple[str, str], Any]:
        return {(asset, label): number(n) for asset, labels in part.items() for label, n in labels.items()}

    marked = flat(record["injected"])
    ended = sums(record["holders"] + record["unlisted"] + record["remainder"])
    both: dict[tuple[str, str], Any] = sums(record["remainder"])
    for part in ("final", "absorbed"):
        for key, units in flat(record[part]).items():
            both[key] = both.get(key, 0) + units
    return bool(marked) and marked == ended == both


def amounts(record: dict[str, Any]) -> dict[tuple[str, str], str]:
    """(address, label) -> amount."""
    return {(h["address"], h["label"]): h["amount"] for h in record["holders"]}


def test_four_victims_are_traced_to_the_deposit_address(romance: Session, ask: Ask) -> None:
    who = _cast()
    made = ask(romance, [f"{v}:victim {n}" for n, v in enumerate(who.victims, 1)], ACCOUNT)
    for run in made:
        assert adds_up(run.record), run.method
        held = amounts(run.record)
        assert held[who.deposit, "victim 1"] == "14600929872"
        stopped = {h["address"]: h["stopped"] for h in run.record["holders"]}
        assert "labelled exchange" in stopped[who.deposit]
        assert who.hot_wallet not in stopped
        assert run.record["ledgers"]["tron"]["left_out"] == [
            {"count": 21, "reason": "payments that a person or a service states, not the chain itself", "used": True}
        ]
    (side,) = [
        s
        for s in compare.side_by_side([r.record for r in made])
        if s.label == "victim 1" and s.subject.endswith(who.deposit)
    ]
    assert (side.held, side.methods, side.smallest, side.largest) == (5, 5, 14600929872, 14600929872)


def test_going_on_through_a_service_needs_a_reason_that_is_kept(romance: Session, ask: Ask) -> None:
    who = _cast()
    (run,) = ask(romance, [who.victims[0]], ["fifo"], through="Exchange A: the account is of one customer")
    assert {h["address"] for h in run.record["holders"]} == {who.hot_wallet}
    assert run.record["parameters"]["through"] == "Exchange A: the account is of one customer"
    assert {s["subject"].rpartition(":")[2] for s in run.record["services_passed"]} == {who.deposit, who.hot_wallet}
    with pytest.raises(WorkstationError, match="written reason"):
        ask(romance, [who.victims[0]], ["fifo"], through="  ")


def test_the_ransom_is_followed_and_ends_before_the_gap(colonial: Session, ask: Ask) -> None:
    made = ask(colonial, [f"{RANSOM}:ransom"], COINS)
    for run in made:
        assert adds_up(run.record), run.method
        assert run.record["injected"] == {"BTC": {"ransom": "7500050000"}}
        assert run.record["fees"] == {"BTC": {"ransom": "14061"}}
        assert ("bc1qq2euq8pw950klpjcawuy4uj39ym43hs6cfsegq", "ransom") not in amounts(run.record)
    back = ask(colonial, [f"{SEIZED}:seized"], [*COINS, "poison"], direction="backward")
    origins = {run.method: amounts(run.record) for run in back}
    assert all(adds_up(run.record) for run in back[:-1])
    assert origins["fifo"]["3EYkxQSUv2KcuRTnHQA8tNuG7S2pKcdNxB", "seized"] == "6146816619"
    assert len(origins["poison"]) == 23  # every address that funded the gathering transaction


def test_a_self_made_ledger_runs_again_byte_for_byte_and_gets_stale(case: Session, ask: Ask) -> None:
    bring_payments(case, [("a", "b", "TRX", "10"), ("x", "b", "TRX", "5"), ("b", "c", "TRX", "12")])
    made = ask(case, [f"{tron_address('a')}:theft"], ["fifo", "haircut"])
    assert [amounts(r.record)[tron_address("c"), "theft"] for r in made] == ["10000000", "8000000"]
    kept = records.keep(case, made)
    assert kept == records.keep(case, made) == [1, 2]
    again = records.again(case, 2)
    assert again.identical
    assert canonical(again.run.record) == canonical(made[1].record)
    assert not any(k.stale for k in records.kept(case))
    assert all(check.ok for check in verify_case(case.store))

    bring_payments(case, [("c", "d", "TRX", "12")], "later.csv", start=9)
    assert all(k.stale for k in records.kept(case))
    now = records.again(case, 2)
    assert not now.identical
    assert [(d["subject"].rpartition(":")[2], d["left"], d["right"]) for d in now.differences] == sorted(
        [(tron_address("c"), "8000000", "0"), (tron_address("d"), "0", "8000000")]
    )
    assert records.one(case, 2).record == made[1].record  # the kept run is as it was


def test_kept_runs_cannot_be_changed(case: Session, ask: Ask) -> None:
    bring_payments(case, [("a", "b", "TRX", "10")])
    records.keep(case, ask(case, [tron_address("a")], ["fifo"]))
    for statement in ("UPDATE trace_run SET record = '{}'", "DELETE FROM trace_run"):
        with pytest.raises(Exception, match="append-only"), case.store.database.write() as conn:
            conn.exec_driver_sql(statement)
    with pytest.raises(WorkstationError, match="WS-TRC-106"):
        records.one(case, 2)


def test_amount_until_hops_and_share_stop_with_their_reason(case: Session, ask: Ask) -> None:
    bring_payments(
        case,
        [("a", "b", "TRX", "100"), ("b", "c", "TRX", "99"), ("b", "s", "TRX", "1"), ("s", "t", "TRX", "1"),
         ("c", "d", "TRX", "99")],
    )  # fmt: skip
    a, c, d, s = (tron_address(n) for n in "acds")
    (run,) = ask(case, [f"{a}:L:40000000"], ["fifo"])
    assert run.record["injected"] == {"TRX": {"L": "40000000"}}
    assert amounts(run.record) == {(d, "L"): "40000000"}
    (run,) = ask(case, [f"{a}:L"], ["fifo"], until=1_600_000_000 + 60)
    assert amounts(run.record) == {(c, "L"): "99000000", (tron_address("b"), "L"): "1000000"}
    assert (3, "after 2020-09-13T12:27:40Z, where the question ends, or without a time") in [
        (entry["count"], entry["reason"]) for entry in run.record["ledgers"]["tron"]["left_out"]
    ]
    (run,) = ask(case, [f"{a}:L"], ["fifo"], hops=2)
    assert amounts(run.record) == {(c, "L"): "99000000", (s, "L"): "1000000"}
    assert {h["stopped"] for h in run.record["holders"]} == {"hop limit: reached after 2 payments or more"}
    (run,) = ask(case, [f"{a}:L"], ["fifo"], share=share("2%"))
    assert amounts(run.record) == {(d, "L"): "99000000", (s, "L"): "1000000"}
    assert {h["address"]: h["stopped"] for h in run.record["holders"]}[s] == (
        "less than the share 1/50 of the marked money arrived"
    )
    assert all(adds_up(r.record) for r in ask(case, [f"{a}:L"], ACCOUNT, hops=1))


def test_labels_share_one_pool_and_the_first_keeps_its_own(case: Session, ask: Ask) -> None:
    """Clayton's rule with three deposits and two withdrawals; an equal share under haircut."""
    bring_payments(
        case,
        [("a", "pool", "TRX", "10"), ("b", "pool", "TRX", "10"), ("pool", "out1", "TRX", "10"),
         ("c", "pool", "TRX", "10"), ("pool", "out2", "TRX", "10")],
    )  # fmt: skip
    named = [f"{tron_address(n)}:{n}" for n in "abc"]
    fifo, haircut = ask(case, named, ["fifo", "haircut"])
    pool = tron_address("pool")
    assert {k: v for k, v in amounts(fifo.record).items() if k[0] == pool} == {(pool, "c"): "10000000"}
    left = {k[1]: v for k, v in amounts(haircut.record).items() if k[0] == pool}
    assert left == {"a": "2500000", "b": "2500000", "c": "5000000"}
    assert "first goes out first" in " ".join(fifo.record["steps"][-1]["lines"])


def test_coins_with_a_merge_differ_by_method(case: Session, ask: Ask) -> None:
    bring_coins(
        case,
        [
            ("dirty", "input", "thief", 70, "before", 0), ("dirty", "output", "pot", 70, "", 0),
            ("merge", "input", "clean", 30, "other", 1), ("merge", "input", "pot", 70, "dirty", 0),
            ("merge", "output", "one", 40, "", 0), ("merge", "output", "two", 50, "", 0),
        ],
    )  # fmt: skip
    made = {run.method: run for run in ask(case, [f"{coin_address('pot')}:theft"], [*COINS, "poison"])}
    one, two = coin_address("one"), coin_address("two")

    def told(method: str) -> tuple[str | None, str | None, str | None]:
        held = amounts(made[method].record)
        fee = made[method].record["fees"].get("BTC", {}).get("theft")
        return held.get((one, "theft")), held.get((two, "theft")), fee

    assert told("fifo") == ("10", "50", "10")
    assert told("lifo") == ("40", "30", None)
    assert told("tiho") == ("20", "50", None)
    assert told("clean_first") == ("10", "50", "10")
    assert told("dirty_first") == ("40", "30", None)
    assert told("haircut") == ("28", "35", "7")
    assert told("poison") == ("40", "50", "10")
    assert all(adds_up(made[name].record) for name in COINS)


def test_a_coin_known_only_by_its_spender_can_be_a_source(case: Session, ask: Ask) -> None:
    bring_coins(case, [("tx", "input", "victim", 60, "unknown", 3), ("tx", "output", "thief", 55, "", 0)])
    (run,) = ask(case, [coin_address("victim")], ["fifo"])
    assert run.record["injected"]["BTC"] == {coin_address("victim"): "60"}
    assert amounts(run.record) == {(coin_address("thief"), coin_address("victim")): "55"}
    (back,) = ask(case, [txid("tx")], ["fifo"], direction="backward")
    assert amounts(back.record) == {(coin_address("victim"), txid("tx")): "60"}


def test_methods_that_do_not_fit_the_ledger_are_refused(case: Session, ask: Ask) -> None:
    bring_payments(case, [("a", "b", "TRX", "1")])
    for method, code in (("tiho", "WS-TRC-104"), ("guess", "WS-TRC-103")):
        with pytest.raises(WorkstationError, match=code):
            ask(case, [tron_address("a")], [method])
    for source in ("nobody", tron_address("b"), f"{tron_address('a')}:x:1.5"):
        with pytest.raises(WorkstationError, match="WS-TRC-102"):
            ask(case, [source], ["fifo"])


def test_shares_are_exact() -> None:
    assert share("1%") == share("1/100") == share("0.01") == Fraction(1, 100)
    for text in ("", "x", "1/0", "1e-2"):
        with pytest.raises(WorkstationError):
            share(text)
    with pytest.raises(WorkstationError):
        Question((), ("fifo",))


def _cast() -> romance.Cast:
    return romance.cast(SEED)


def test_the_same_symbol_and_contract_on_two_chains_are_two_assets() -> None:
    def record(method: str, chain: str, units: str) -> dict[str, Any]:
        holder = {
            "subject": "address:ethereum:0x1", "chain": chain, "asset": "USDT", "contract": "0xc", "label": "L",
            "amount": units, "display": units, "stopped": None,
        }  # fmt: skip
        return {"method": method, "holders": [holder]}

    sides = compare.side_by_side([record("fifo", "ethereum", "5"), record("lifo", "stated", "7")])
    assert [(s.chain, dict(s.amounts), s.held) for s in sides] == [
        ("ethereum", {"fifo": 5}, 1), ("stated", {"lifo": 7}, 1),
    ]  # fmt: skip
    found = compare.differences(record("fifo", "ethereum", "5"), record("fifo", "stated", "5"))
    assert [(d["chain"], d["difference"]) for d in found] == [("ethereum", "-5"), ("stated", "5")]


def test_dust_is_a_stop_in_coins_that_says_so(case: Session, ask: Ask) -> None:
    bring_payments(
        case, [("a", "b", "TRX", "100"), ("b", "c", "TRX", "99.5"), ("b", "s", "TRX", "0.5"), ("s", "t", "TRX", "0.5")]
    )
    made = ask(case, [f"{tron_address('a')}:L"], ACCOUNT, dust=dust("0.75"))
    for run in made:
        assert adds_up(run.record)
        stopped = {h["address"]: h["stopped"] for h in run.record["holders"]}
        assert stopped[tron_address("s")] == "dust: less than 0.75 of any asset arrived"
        assert tron_address("t") not in stopped
        assert run.record["parameters"]["dust"] == "3/4"
    assert records.again(case, records.keep(case, made)[0]).identical
    for text in ("", "0", "-1", "x", "1e3"):
        with pytest.raises(WorkstationError):
            ask(case, [f"{tron_address('a')}:L"], ["fifo"], dust=dust(text))


def test_every_kind_of_service_is_a_stop_named_by_its_category(case: Session, ask: Ask) -> None:
    bring_payments(
        case, [("a", "m", "TRX", "1"), ("a", "x", "TRX", "1"), ("a", "w", "TRX", "1"), ("m", "n", "TRX", "1")]
    )
    for who, category in (("m", "mixer"), ("x", "bridge"), ("w", "exchange")):
        case.run("tag.add", subjects=f"address:tron:{tron_address(who)}", label="Tag", category=category)
    (run,) = ask(case, [f"{tron_address('a')}:L"], ["fifo"])
    stopped = {h["address"]: h["stopped"].split(":")[0] for h in run.record["holders"]}
    assert stopped == {
        tron_address("m"): "labelled mixer", tron_address("x"): "labelled bridge",
        tron_address("w"): "labelled exchange",
    }  # fmt: skip
    assert {b["reason"].split(":")[0] for b in run.record["barriers"] if b["reached"]} == set(stopped.values())


def test_several_starts_keep_their_labels_in_one_run(case: Session) -> None:
    bring_payments(case, [("a", "p", "TRX", "1"), ("b", "p", "TRX", "2"), ("p", "q", "TRX", "3")])
    named = ",".join(f"address:tron:{tron_address(who)}" for who in "ab")
    job = case.run("trace.run", subjects=named, methods="fifo", label="first; second", dust="0.1").job
    assert job is not None
    case.wait(job)
    record = records.one(case, 1).record
    assert record["injected"] == {"TRX": {"first": "1000000", "second": "2000000"}}
    with pytest.raises(WorkstationError, match="names 3 labels for 2 sources"):
        case.run("trace.run", subjects=named, methods="fifo", label="first; second; third")

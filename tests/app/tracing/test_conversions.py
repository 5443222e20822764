"""Declared swaps and bridges: exact scaling, both legs named, undone like any edit, older runs stale, nothing on its own."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from tests.app.tracing.conftest import Ask, bring, bring_coins, bring_payments, coin_address, tron_address, txid
from tests.app.tracing.test_runs import ACCOUNT, adds_up, amounts
from workstation.app.session import Session
from workstation.app.tracing import conversions, records
from workstation.app.tracing.compare import number
from workstation.casefile.store import open_case
from workstation.casefile.verify import verify_case
from workstation.domain.errors import WorkstationError

A, B, C, THIEF = (f"0x{digit * 40}" for digit in "abc7")
START = 1_600_000_000


def bring_rows(session: Session, rows: list[str], name: str = "rows.csv") -> None:
    """Import payments as ``minute,from,to,asset,amount,transaction,chain``; parties by short names."""
    lines = ["time,from,to,asset,amount,transaction,chain"]
    for row in rows:
        minute, sender, receiver, asset, amount, tx, chain = row.split(",")
        parties = [address(chain, who) if who else "" for who in (sender, receiver)]
        mark = txid(tx) if chain == "tron" else "0x" + txid(tx)
        lines.append(f"{START + 60 * int(minute)},{parties[0]},{parties[1]},{asset},{amount},{mark},{chain}")
    bring(session, name, ("\n".join(lines) + "\n").encode(), "ledger.csv")


def address(chain: str, name: str) -> str:
    """An address of a chain that depends on a short name."""
    return tron_address(name) if chain == "tron" else "0x" + txid(name)[:40]


def swapped(case: Session) -> None:
    """A victim's 10 and the thief's own 20 meet; 15 of them are swapped for 7 of another asset; 4 of these go on."""
    bring_rows(
        case,
        ["0,victim,thief,TRX,10,t0,tron", "1,own,thief,TRX,20,t1,tron", "2,thief,router,TRX,15,t2,tron",
         "2,router,thief,USDT:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t,7,t2,tron", "3,thief,next,USDT:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t,4,t3,tron", "4,router,away,TRX,15,t4,tron"],
    )  # fmt: skip


def declare(case: Session, paid: int, received: int, why: str = "one order of the router, see its contract") -> str:
    return case.run(
        "conversion.declare", paid=f"transfer:tron:{paid}", received=f"transfer:tron:{received}", reason=why
    ).made


def test_nothing_is_converted_without_a_declaration(case: Session, ask: Ask) -> None:
    swapped(case)
    (run,) = ask(case, [f"{tron_address('victim')}:theft"], ["fifo"])
    assert amounts(run.record) == {(tron_address("away"), "theft"): "10000000"}
    assert run.record["conversions"] == []
    (found,) = conversions.proposals(case)
    assert (found.kind, found.paid.number, found.received.number) == ("swap", 3, 4)


def test_a_swap_scales_every_part_exactly(case: Session, ask: Ask) -> None:
    swapped(case)
    declare(case, 3, 4)
    assert conversions.proposals(case) == []
    made = {r.method: r.record for r in ask(case, [f"{tron_address('victim')}:theft"], [*ACCOUNT, "poison"])}
    next_, thief = tron_address("next"), tron_address("thief")
    rate = Fraction(7_000_000, 15_000_000)
    # fifo: 10 of the 15 that went in are the victim's, so 14/3 of the 7 USDT are, and they stand in front
    held = amounts(made["fifo"])
    assert number(held[next_, "theft"]) == 4_000_000
    assert number(held[thief, "theft"]) == 10_000_000 * rate - 4_000_000
    # lifo: 15 of the thief's own 20
    assert amounts(made["lifo"]) == {(thief, "theft"): "10000000"}
    # haircut: a third of everything
    parts = {(h["address"], h["asset"]): number(h["amount"]) for h in made["haircut"]["holders"]}
    assert parts == {
        (thief, "TRX"): 5_000_000,
        (thief, "USDT"): Fraction(5_000_000) * rate * Fraction(3, 7),
        (next_, "USDT"): Fraction(5_000_000) * rate * Fraction(4, 7),
    }
    assert {h["address"] for h in made["poison"]["holders"]} == {thief, next_}
    for method in ACCOUNT:
        document = made[method]
        assert document["injected"] == {"TRX": {"theft": "10000000"}}
        assert not any(h["address"] == tron_address("away") for h in document["holders"])
        assert document["conversions"][0]["paid"] == "transfer:tron:3"
        assert document["conversions"][0]["received"] == "transfer:tron:4"
    (step,) = [s for s in made["fifo"]["steps"] if s["kind"] == "convert"]
    told = " ".join(step["lines"])
    assert "transfer 3 became transfer 4 by a declared swap" in told
    assert "10 TRX of “theft”, then 5 TRX not marked" in told
    assert "× 7 USDT ÷ 15 TRX" in told
    assert "one order of the router" in told
    back = ask(case, [f"{next_}:money"], ["fifo"], direction="backward")[0].record
    came = {(h["address"], h["asset"]): number(h["amount"]) for h in back["holders"]}
    assert came == {(tron_address("victim"), "TRX"): 4_000_000 / rate}


def test_a_declaration_is_undone_and_makes_older_runs_stale(case: Session, ask: Ask, tmp_path: Path) -> None:
    swapped(case)
    named = [f"{tron_address('victim')}:theft"]
    records.keep(case, ask(case, named, ["fifo"]))
    assert not records.one(case, 1).stale
    key = declare(case, 3, 4)
    assert records.one(case, 1).stale
    records.keep(case, ask(case, named, ["fifo"]))
    assert [k.stale for k in records.kept(case)] == [True, False]
    assert records.again(case, 2).identical
    assert all(check.ok for check in verify_case(case.store))
    case.undo()
    assert conversions.declared(case.store) == ()
    assert [k.stale for k in records.kept(case)] == [False, True]
    case.redo()
    assert [d.key for d in conversions.declared(case.store)] == [key]
    case.run("conversion.remove", transfer="transfer:tron:4")
    assert conversions.declared(case.store) == ()
    case.undo()
    path = case.store.path
    case.close()
    with open_case(path) as again:
        assert [(d.paid, d.received, d.kind) for d in conversions.declared(again)] == [(3, 4, "swap")]
        assert all(check.ok for check in verify_case(again))


def test_a_bridge_joins_two_chains_and_keeps_them_apart(case: Session, ask: Ask) -> None:
    who = address("ethereum", "thief")
    bring_rows(
        case,
        ["0,victim,thief,ETH,3,e0,ethereum", "1,other,thief,ETH,1,p0,arbitrum", "2,thief,bridge,ETH,2,e1,ethereum",
         "3,thief,shop,ETH,1,e2,ethereum", "5,vault,thief,ETH,1.9,p1,arbitrum", "6,thief,last,ETH,2,p2,arbitrum"],
    )  # fmt: skip
    case.run("conversion.declare", paid="transfer:ethereum:3", received="transfer:arbitrum:5", reason="message id 77")
    for method in ACCOUNT:
        (run,) = ask(case, [f"ethereum:{address('ethereum', 'victim')}:theft"], [method])
        held = {(h["subject"], h["asset"]): number(h["amount"]) for h in run.record["holders"]}
        assert set(run.record["ledgers"]) == {"ethereum", "arbitrum"}
        assert not any("bridge" in str(k) or address("ethereum", "bridge") in k[0] for k in held)
        one, last = 10**18, f"address:arbitrum:{address('arbitrum', 'last')}"
        arrived = sum(units for (subject, _), units in held.items() if subject.startswith("address:arbitrum:"))
        assert arrived == 19 * one // 10
        assert held[f"address:ethereum:{address('ethereum', 'shop')}", "ETH"] == one
        expected = {"fifo": one, "lifo": 19 * one // 10, "libr": one, "dirty_first": 19 * one // 10}
        assert held[last, "ETH"] == expected.get(method, 2 * one * 19 / Fraction(29)), method
        assert f"address:ethereum:{who}" not in {k[0] for k in held}
    steps = [(s["kind"], s["subject"].split(":")[1]) for s in run.record["steps"]]
    assert ("convert", "arbitrum") in steps
    assert steps[-1] == ("transfer", "arbitrum")
    back = ask(case, [f"arbitrum:{address('arbitrum', 'last')}:money"], ["lifo"], direction="backward")[0].record
    came = {h["subject"]: number(h["amount"]) for h in back["holders"]}
    assert came[f"address:ethereum:{address('ethereum', 'victim')}"] > 0


def test_what_leaves_before_the_bridge_delivers_is_served_when_it_was_paid(case: Session, ask: Ask) -> None:
    """The bridge took the victim's money first; what the thief paid while it was on its way is his own."""
    bring_rows(
        case,
        ["0,victim,thief,ETH,2,e0,ethereum", "1,own,thief,ETH,5,e1,ethereum", "2,thief,bridge,ETH,2,e2,ethereum",
         "3,thief,shop,ETH,5,e3,ethereum", "9,vault,thief,ETH,2,p1,arbitrum"],
    )  # fmt: skip
    case.run("conversion.declare", paid="transfer:ethereum:3", received="transfer:arbitrum:5", reason="message id 77")
    named = [f"ethereum:{address('ethereum', 'victim')}:theft"]
    (run,) = ask(case, named, ["fifo"])
    assert {h["subject"]: h["amount"] for h in run.record["holders"]} == {
        f"address:arbitrum:{address('arbitrum', 'thief')}": str(2 * 10**18)
    }
    (run,) = ask(case, named, ["fifo"], until=START + 60 * 5)
    (holder,) = run.record["holders"]
    assert holder["subject"] == f"address:ethereum:{address('ethereum', 'bridge')}"
    assert holder["stopped"].startswith("declared bridge: continues at address:arbitrum:")
    assert (holder["amount"], run.record["remainder"]) == (str(2 * 10**18), [])


def test_a_bridge_from_coins_is_a_stop_that_says_where_it_goes_on(case: Session, ask: Ask) -> None:
    bring_coins(
        case,
        [("t", "input", "thief", 90, "before", 0), ("t", "output", "bridge", 60, "", 0),
         ("u", "input", "bridge", 60, "t", 0), ("u", "output", "far", 60, "", 0)],
    )  # fmt: skip
    bring_payments(case, [("vault", "thief", "TRX", "5"), ("thief", "next", "TRX", "5")], start=9)
    paid = next(t.id for t in case.store.transfers() if t.chain == "bitcoin" and t.receiver == coin_address("bridge"))
    received = next(t.id for t in case.store.transfers() if t.receiver == tron_address("thief"))
    case.run("conversion.declare", paid=f"transfer:bitcoin:{paid}", received=f"transfer:tron:{received}", reason="memo")
    (run,) = ask(case, [f"{coin_address('thief')}:theft"], ["fifo"])
    (holder,) = run.record["holders"]
    assert (holder["address"], holder["amount"]) == (coin_address("bridge"), "60")
    assert holder["stopped"] == (
        f"declared bridge: continues at address:tron:{tron_address('thief')}, start a new trace there"
    )
    assert adds_up(run.record)
    (back,) = ask(case, [f"{tron_address('next')}:money"], ["fifo"], direction="backward")
    assert [(h["stopped"] or "")[:47] for h in back.record["holders"]] == [
        "declared bridge: comes from address:bitcoin:" + txid("t")[:3]
    ]


def test_what_cannot_be_one_movement_is_refused(case: Session) -> None:
    swapped(case)
    declare(case, 3, 4)
    for paid, received, why in ((3, 6, "x"), (1, 99, "x"), (1, 1, "x"), (5, 1, "x"), (1, 2, " ")):
        with pytest.raises(WorkstationError):
            declare(case, paid, received, why)
    with pytest.raises(WorkstationError, match="bridge, not a swap"):
        case.run(
            "conversion.declare", paid="transfer:tron:1", received="transfer:tron:5", reason="x", kind="swap"
        )  # fmt: skip
    with pytest.raises(WorkstationError, match="no conversion is proposed"):
        case.run("conversion.accept", paid="transfer:tron:1", reason="x")


def test_a_proposal_is_accepted_with_a_reason(case: Session) -> None:
    swapped(case)
    case.run("conversion.accept", paid="transfer:tron:3", reason="the router's contract")
    (found,) = conversions.declared(case.store)
    assert (found.kind, found.paid, found.received) == ("swap", 3, 4)
    assert found.reason.startswith("the router's contract (one account pays and receives in one transaction")

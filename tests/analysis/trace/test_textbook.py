"""Cases with published or hand-made answers: Clayton, Roscoe, pari passu, merge-split, self transfer, swap, clusters."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from workstation.analysis.trace import account, deposits, flow
from workstation.analysis.trace.change import RULES, candidates
from workstation.analysis.trace.cluster import ClusterRules, cluster
from workstation.analysis.trace.coinjoin import classify
from workstation.analysis.trace.exact import Number
from workstation.analysis.trace.ledger import (
    Chain,
    Conversion,
    Event,
    EventSource,
    Input,
    Opening,
    Output,
    OutputSource,
    Transfer,
    Tx,
    chain,
    ordered,
)  # fmt: skip
from workstation.analysis.trace.utxo import ChainRules, trace
from workstation.domain.errors import WorkstationError


def _moves(*rows: tuple[str | None, str | None, int]) -> list[Event]:
    return [Transfer(str(n), n, "GBP", a, b, amount) for n, (a, b, amount) in enumerate(rows, 1)]


KAREN = _moves((None, "M", 10), (None, "M", 10), ("M", None, 10), (None, "M", 10), ("M", None, 10))
CLAIMS = [EventSource("1", "Anne"), EventSource("2", "Beth"), EventSource("4", "Karen")]


def test_three_deposits_and_two_withdrawals() -> None:
    """The teaching example of the notes: 10, 10, -10, 10, -10."""
    assert account.trace(KAREN, CLAIMS, "fifo").balances == {"M": {"GBP": {"Karen": 10}}}
    rolling = account.trace(KAREN, CLAIMS, "haircut").balances["M"]["GBP"]
    assert rolling == {"Anne": Fraction(5, 2), "Beth": Fraction(5, 2), "Karen": 5}
    third = Fraction(10, 3)
    assert account.pari_passu(KAREN, CLAIMS, ("M", "GBP")) == {"Anne": third, "Beth": third, "Karen": third}


def test_claytons_rule_takes_the_earliest_deposit_first() -> None:
    """Devaynes v Noble, Clayton's Case (1816): three deposits, two withdrawals; the first paid in is first drawn out."""
    events = _moves(
        (None, "bank", 100), (None, "bank", 200), (None, "bank", 300), ("bank", "p", 150), ("bank", "q", 250)
    )
    claims = [EventSource("1", "first"), EventSource("2", "second"), EventSource("3", "third")]
    found = account.trace(events, claims, "fifo")
    assert (found.events["4"], found.events["5"]) == ({"first": 100, "second": 50}, {"second": 150, "third": 100})
    assert found.balances["bank"]["GBP"] == {"third": 200}


def test_a_failed_pool_is_shared_in_proportion() -> None:
    """Barlow Clowes v Vaughan [1992]: what is left is shared by contributions; who paid in last gains nothing."""
    events = _moves(
        (None, "fund", 600), ("fund", None, 500), (None, "fund", 300), (None, "fund", 100), ("fund", None, 250)
    )
    claims = [EventSource("1", "old"), EventSource("3", "middle"), EventSource("4", "new")]
    shares = account.pari_passu(events, claims, ("fund", "GBP"))
    assert shares == {"old": 150, "middle": 75, "new": 25}


def test_lowest_intermediate_balance() -> None:
    """Roscoe v Winder [1915]: 455 misappropriated, balance falls to 25, later 358 is paid in; the claim stays 25."""
    events = _moves((None, "trustee", 455), ("trustee", "spent", 430), (None, "trustee", 333))
    found = account.trace(events, [EventSource("1", "beneficiary")], "libr")
    assert found.balances["trustee"]["GBP"] == {"beneficiary": 25}


def test_a_self_transfer_keeps_the_queue() -> None:
    events = _moves((None, "M", 10), (None, "M", 10), ("M", "M", 10), ("M", "N", 10))
    found = account.trace(events, [EventSource("1", "first"), EventSource("3", "nobody")], "fifo")
    assert found.balances == {"N": {"GBP": {"first": 10}}}
    assert found.totals["GBP"]["injected"] == {"first": 10}


def test_a_swap_scales_exactly() -> None:
    events: list[Event] = [*_moves((None, "M", 3)), Conversion("swap", 2, "M", "GBP", 3, "USD", 10)]
    events.append(Transfer("out", 3, "USD", "M", "N", 5))
    found = account.trace(events, [EventSource("1", "A", 1)], "fifo", steps=True)
    assert found.events["swap"] == {"A": Fraction(10, 3)}
    assert found.segments == {"N": {"USD": [("A", Fraction(10, 3)), (None, Fraction(5, 3))]}}
    swap = next(step for step in found.steps if step.kind == "convert")
    assert (swap.inputs, swap.before) == (([("A", 1), (None, 2)],), [("A", 1), (None, 2)])


def test_merge_and_split() -> None:
    """Poison and haircut on one tainted and one clean input, split and paid with a fee."""
    txs = [
        Tx("m", 1, 1, (Input("x", 0, 400), Input("y", 0, 600)), (Output(500), Output(450))),
        Tx("f", 0, 1, (Input("z", 0, 400),), (Output(400),)),
    ]
    txs[0] = Tx("m", 1, 1, (Input("f", 0), Input("y", 0, 600)), (Output(500), Output(450)))
    ledger = chain(txs)
    source = [OutputSource("f", 0, "theft")]
    assert trace(ledger, source, "haircut").outputs["m:0"] == {"theft": 200}
    assert trace(ledger, source, "haircut").fees == {"m": {"theft": 20}}
    assert set(trace(ledger, source, "poison").outputs) == {"f:0", "m:0", "m:1"}


def test_a_barrier_address_keeps_but_does_not_pass_on() -> None:
    txs = [
        Tx("a", 0, 1, (Input("x", 0, 10),), (Output(10, "exchange"),)),
        Tx("b", 1, 1, (Input("a", 0),), (Output(10, "out"),)),
    ]
    found = trace(chain(txs), [OutputSource("a", 0, "L")], "fifo", ChainRules(barriers={"exchange"}))
    assert (found.outputs, found.totals["final"]) == ({"a:0": {"L": 10}}, {"L": 10})
    assert found.holders == {"exchange": {"L": 10}}


@pytest.mark.parametrize(
    ("txs", "code"),
    [
        ([Tx("a", 0, 0, (), ()), Tx("a", 1, 0, (), ())], "WS-TRC-001"),
        ([Tx("a", 0, 0, (Input("x", 0, 1),), ()), Tx("b", 1, 0, (Input("x", 0, 1),), ())], "WS-TRC-002"),
        ([Tx("a", 0, 0, (Input("x", 0, 1), Input("x", 0, 1)), ())], "WS-TRC-002"),
        ([Tx("a", 0, 0, (Input("x", 0),), ())], "WS-TRC-003"),
        ([Tx("a", 0, 0, (Input("b", 0, 0),), ()), Tx("b", 1, 0, (), (Output(0),))], "WS-TRC-004"),
        ([Tx("a", 0, 0, (), (Output(0),)), Tx("b", 1, 0, (Input("a", 3),), ())], "WS-TRC-004"),
        ([Tx("a", 0, 0, (), (Output(0),)), Tx("b", 1, 0, (Input("a", 0, 5),), ())], "WS-TRC-005"),
        ([Tx("a", 0, 0, (Input("x", 0, 1),), (Output(2),))], "WS-TRC-006"),
    ],
)
def test_an_impossible_ledger_is_refused(txs: list[Tx], code: str) -> None:
    with pytest.raises(WorkstationError) as refusal:
        chain(txs)
    assert refusal.value.code == code


def test_opening_balances_come_first() -> None:
    events = _moves(("M", "N", 6))
    openings = [Opening("M", "GBP", 5, "old"), Opening("M", "GBP", 5)]
    found = account.trace(events, [EventSource("1", "new")], "fifo", openings=openings)
    assert found.balances["N"]["GBP"] == {"old": 5, "new": 1}


Spec = tuple[str, list[tuple[str, int]], list[tuple[int, str]]]


def _ledger(*specs: Spec, **more: Any) -> Chain:
    """Transactions from (txid, [(txid spent, vout)], [(value, address)]); inputs ``@address`` come from outside."""
    txs = []
    for n, (txid, inputs, outputs) in enumerate(specs):
        ins = tuple(
            Input(f"o{n}{k}", 0, v, a[1:], "p") if a.startswith("@") else Input(a, v) for k, (a, v) in enumerate(inputs)
        )
        txs.append(Tx(txid, n, 0, ins, tuple(Output(v, a, "q" if a == "odd" else "p") for v, a in outputs), **more))
    return chain(txs)


PAY = 3_000_000
ONE = _ledger(
    ("t", [("@in", 5 * PAY), ("@in2", 5 * PAY)], [(9 * PAY, "shop"), (PAY - 1, "new"), (0, "zero")]),
    ("u", [("t", 1)], [(PAY - 2, "shop")]),
)


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("address_reuse", ()),
        ("address_type", (0, 1)),
        ("optimal_change", (1,)),
        ("power_of_ten", (1,)),
        ("fresh_address", (0, 1)),
        ("locktime", (0, 1)),
        ("peeling_chain", ()),
        ("spent", (1,)),
        ("legacy", (1,)),
        ("conservative", (1,)),
    ],
)
def test_change_rules(rule: str, found: tuple[int, ...]) -> None:
    assert candidates(ONE, rule)["t"] == found


def test_reused_addresses_decide_the_conservative_rule() -> None:
    ledger = _ledger(("t", [("@in", 50), ("@in2", 50)], [(30, "in"), (1, "new")]))
    assert candidates(ledger, "conservative") == {"t": (0,)}
    both = _ledger(("t", [("@in", 50), ("@in2", 50)], [(30, "in"), (1, "in2"), (7, "new")]))
    assert candidates(both, "conservative") == {"t": ()}
    odd = _ledger(("t", [("@in", 50), ("@in2", 50)], [(90, "shop"), (1, "odd")]))
    assert candidates(odd, "conservative") == {"t": ()}


def test_a_peel_chain() -> None:
    ledger = _ledger(
        ("t", [("@in", 90)], [(80, "a"), (10, "b")]),
        ("u", [("t", 0)], [(70, "c"), (10, "d")]),
        ("v", [("u", 1)], [(10, "e")]),
    )
    assert candidates(ledger, "peeling_chain") == {"t": (0, 1), "u": (0,), "v": ()}
    assert len(RULES) == 11


def test_change_by_a_fixed_fee_rate() -> None:
    """An output is a candidate while it is unspent, or when its spender pays the same fee for each thousand bytes."""
    ledger = _ledger(
        ("t", [("@in", 1000)], [(500, "a"), (300, "b"), (150, "c")]),
        ("same", [("t", 0)], [(450, "d")]),
        ("other", [("t", 1)], [(290, "e")]),
        vsize=100,
    )
    assert candidates(ledger, "fixed_fee") == {"t": (0, 2), "same": (0,), "other": (0,)}


def test_safeguards_and_links() -> None:
    ledger = _ledger(
        ("t", [("@a", 5), ("@b", 5)], [(9, "c")]),
        ("u", [("@c", 5), ("@d", 5)], [(9, "e")]),
        ("v", [("@a", 50), ("@d", 50)], [(90, "f"), (9, "g")]),
    )
    free = cluster(ledger, ClusterRules(change="conservative"))
    assert free.clusters == (("a", "b", "c", "d", "g"), ("e",), ("f",))
    assert free.change == {"v": 1}
    tagged = cluster(ledger, ClusterRules(exclusive_tags={"b": "X", "c": "Y"}))
    assert [(r.txid, r.a, r.b, r.refused) for r in tagged.refused] == [("v", "a", "d", "tag_conflict")]
    assert tagged.clusters[:2] == (("a", "b"), ("c", "d"))
    small = cluster(ledger, ClusterRules(change="conservative", change_merge_limit=1))
    assert [(r.b, r.refused) for r in small.refused] == [("g", "size_limit")]
    without = cluster(ledger, ClusterRules(removed=frozenset({("v", "a", "d")})))
    assert without.clusters[:2] == (("a", "b"), ("c", "d"))


def test_a_coinjoin_gives_no_link() -> None:
    ledger = _ledger(("t", [("@a", 5), ("@b", 5)], [(4, "c"), (4, "d"), (1, "e")]))
    assert classify([(5, "a"), (5, "b")], [(4, "c"), (4, "d"), (1, "e")]).name == "generic"
    assert cluster(ledger).coinjoin == {"t": "generic"}
    assert len(cluster(ledger).clusters) == 5
    assert len(cluster(ledger, ClusterRules(exclude_coinjoin=False)).clusters) == 4


def test_deposit_reuse() -> None:
    events = _moves(
        ("u1", "dep", 100), ("dep", "hot", 99), ("u2", "dep", 50), ("dep", "hot", 10), ("hot", "dep", 5),
        ("u3", "other", 7), ("other", "u1", 7), ("dep", "hot", 50),
    )  # fmt: skip
    found = deposits.deposit_reuse(events, {"hot": "Exchange"}, t_max=5, a_max=1)
    assert (found.deposits, found.clusters) == ({"dep": "Exchange"}, (("dep", "u1", "u2"),))
    assert deposits.deposit_reuse(events, {"hot": "Exchange"}, t_max=4, a_max=1).users == {"dep": ("u1",)}
    assert not deposits.deposit_reuse(events, {"hot": "Exchange"}, 5, 1, ignore={"dep"}).clusters


def test_greedy_can_be_far_below_the_maximum() -> None:
    events = _moves(("s", "a", 10), ("a", "b", 8), ("a", "t", 10))
    asked = flow.Question("s", "t")
    assert (flow.max_flow(events, asked), flow.greedy_flow(events, asked)) == (10, 2)
    with pytest.raises(WorkstationError):
        flow.max_flow(events, flow.Question("s", "s"))


def test_every_figure_is_an_exact_number() -> None:
    found = account.trace(ordered(KAREN), CLAIMS, "haircut")
    figures: list[Number] = [v for parts in found.events.values() for v in parts.values()]
    assert figures
    assert all(isinstance(value, int | Fraction) for value in figures)

"""Approximate arithmetic, limits, stops at outputs, cancelling, and amounts beyond machine words."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.trace import generate
from tests.analysis.trace.ledgers import account_case, utxo_case
from workstation.analysis import vectors
from workstation.analysis.trace import account, exposure, flow, paths, pooled, utxo
from workstation.analysis.trace.cases import compute
from workstation.analysis.trace.exact import ConservationError, decimal
from workstation.analysis.trace.ledger import (
    Event,
    EventSource,
    Input,
    Output,
    OutputSource,
    Transfer,
    Tx,
    chain,
)  # fmt: skip
from workstation.analysis.trace.methods import ACCOUNT_POOLED
from workstation.domain.errors import WorkstationError


def _moves(*rows: tuple[str | None, str | None, int]) -> list[Event]:
    return [Transfer(str(n), n, "ETH", a, b, amount) for n, (a, b, amount) in enumerate(rows, 1)]


@given(st.integers(0, 10**9))
def test_approximate_results_are_within_the_tolerance_of_exact_ones(seed: int) -> None:
    """Semantics 10: every entry near, every label conserved, and the other methods untouched."""
    for case, methods in ((account_case(seed), ACCOUNT_POOLED), (utxo_case(seed), ("haircut",))):
        exact, near = compute(case), compute(case, pooled.FIXED)
        assert not vectors.differences(exact, near, methods)
        for name, found in near.items():
            if name not in methods:
                assert found == exact[name]
                continue
            assert found["approximate"] is True
            buckets = found["totals"].values() if case["kind"] == "account" else [found["totals"]]
            for parts in buckets:
                _conserved(parts)


def _conserved(buckets: dict[str, dict[str, str]]) -> None:
    for label in {label for parts in buckets.values() for label in parts}:
        held = {name: Fraction(parts.get(label, "0")) for name, parts in buckets.items()}
        came = held.pop("injected", Fraction(0)) + held.pop("converted_in", Fraction(0))
        assert abs(came - sum(held.values())) <= Fraction(came) / 10**9


def test_approximate_amounts_are_decimals() -> None:
    assert [decimal(v) for v in (Fraction(7, 3), 5, Fraction(-1, 8), Fraction(1, 10**30))] == [
        "2.33333333333333333333", "5", "-0.125", "0",
    ]  # fmt: skip


def test_a_wrong_figure_is_found_in_approximate_comparison_too() -> None:
    expected = {"haircut": {"events": {"e": {"A": "1000000000"}}}}
    near, far = ({"haircut": {"events": {"e": {"A": text}}}} for text in ("1000000000.9", "1000000001.1"))
    assert not vectors.differences(expected, near, ("haircut",))
    assert vectors.differences(expected, far, ("haircut",))
    assert vectors.differences(expected, near)


def test_exact_fractions_stop_at_their_limit() -> None:
    """Denominators multiply at every merge; the run stops and says what to do, and approximate arithmetic goes on."""
    rows: list[tuple[str | None, str | None, int]] = [(None, "a", 1009)]
    for n in range(60):
        rows += [(None, "a", 997 + n), ("a", "b", 501 + n), ("b", "a", 101 + n)]
    events, source = _moves(*rows), [EventSource("1", "theft")]
    with pytest.raises(WorkstationError, match="denominator") as stopped:
        account.trace(events, source, "haircut", arithmetic=pooled.exact_within(256))
    assert stopped.value.code == "WS-TRC-016"
    assert account.trace(events, source, "haircut").exact
    near = account.trace(events, source, "haircut", arithmetic=pooled.FIXED)
    assert not near.exact
    assert account.trace(events, source, "fifo", arithmetic=pooled.FIXED).exact


def test_a_broken_conservation_stops_the_run() -> None:
    """An arithmetic that shares out more than there is never gives a result."""
    wrong = pooled.Arithmetic(1, lambda value, numerator, denominator: value * 3)
    events, source = _moves((None, "a", 10), (None, "a", 10), ("a", "b", 10)), [EventSource("1", "A")]
    assert account.trace(events, source, "haircut").balances["b"]["ETH"] == {"A": 5}
    with pytest.raises(ConservationError):
        account.trace(events, source, "haircut", arithmetic=wrong)
    ledger = chain(
        [
            Tx("a", 0, 0, (Input("x", 0, 10),), (Output(10),)),
            Tx("b", 1, 0, (Input("a", 0), Input("y", 0, 10)), (Output(5), Output(15))),
        ]
    )
    marked = [OutputSource("a", 0, "A")]
    assert utxo.trace(ledger, marked, "haircut").totals["final"] == {"A": 10}
    with pytest.raises(ConservationError):
        utxo.trace(ledger, marked, "haircut", arithmetic=wrong)


def test_an_output_without_address_can_be_a_stop() -> None:
    """A CoinJoin is a stop when the outputs it spends are: they keep their taint, what it makes is clean."""
    ledger = chain(
        [
            Tx("a", 0, 0, (Input("x", 0, 10),), (Output(6), Output(4))),
            Tx("mix", 1, 0, (Input("a", 0), Input("y", 0, 6)), (Output(6), Output(6))),
            Tx("c", 2, 0, (Input("a", 1),), (Output(4),)),
        ]
    )
    marks = [OutputSource("a", 0, "L"), OutputSource("a", 1, "L")]
    for method in ("fifo", "haircut", "poison"):
        found = utxo.trace(ledger, marks, method, utxo.ChainRules(stops={("a", 0)}))
        assert set(found.outputs) == {"a:0", "a:1", "c:0"}
        assert found.holders == {"": {"L": 10}}


BIG = (2**63, 2**64 + 1, 10**30 + 7)


@pytest.mark.parametrize("big", BIG)
def test_flow_of_wei_is_exact(big: int) -> None:
    """No 32-bit, 64-bit or double capacity: one unit more or less is seen."""
    events = _moves(
        ("s", "a", big), ("s", "b", big + 1), ("a", "c", big), ("b", "c", 1), ("b", "t", big - 1), ("c", "t", big + 5)
    )
    asked = flow.Question("s", "t")
    assert flow.max_flow(events, asked) == 2 * big
    assert flow.greedy_flow(events, asked) == 2 * big
    assert flow.max_flow(events, flow.Question("s", "t", budget=big + 3)) == big + 3


@pytest.mark.parametrize("big", BIG)
def test_tracing_of_wei_is_exact(big: int) -> None:
    events = _moves((None, "a", big), (None, "a", big + 2), ("a", "b", big + 1))
    sources = [EventSource("1", "A")]
    assert account.trace(events, sources, "fifo").balances == {"b": {"ETH": {"A": big}}}
    assert account.trace(events, sources, "libr").balances["a"]["ETH"] == {"A": big}
    assert account.trace(events, sources, "haircut").balances["b"]["ETH"] == {"A": Fraction(big, 2)}


class _Stopped(Exception):
    """Raised by a watcher."""


@pytest.mark.parametrize("calls", [0, 1, 2])
def test_every_long_loop_can_be_stopped(calls: int) -> None:
    """The watcher is asked in preparation, tracing, flow, paths and exposure."""
    events = _moves(*[("s", "a", 5), ("a", "t", 5)] * 5000)
    asked = flow.Question("s", "t")
    txs = [Tx(f"t{n}", n, 0, (Input(f"x{n}", 0, 5),), (Output(5),)) for n in range(10_000)]
    ledger = chain(txs)

    def stopping() -> Any:
        left = [calls]

        def watch(done: int) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise _Stopped

        return watch

    for work in (
        lambda: chain(txs, watch=stopping()),
        lambda: utxo.trace(ledger, [], "fifo", watch=stopping()),
        lambda: account.trace(events, [], "fifo", watch=stopping()),
        lambda: account.pari_passu(events, [], ("a", "ETH"), watch=stopping()),
        lambda: flow.max_flow(events, asked, stopping()),
        lambda: flow.greedy_flow(events, asked, stopping()),
        lambda: paths.paths(events, asked, watch=stopping()),
        lambda: exposure.incoming(events, "t", "ETH", {"s": "exchange"}, watch=stopping()),
        lambda: exposure.outgoing(events, "s", "ETH", {"t": "exchange"}, watch=stopping()),
    ):
        with pytest.raises(_Stopped):
            work()


def test_generated_vectors_validate(tmp_path: Path) -> None:
    """The file that laboratories get: the same bytes for the same seed, and both modes agree with it."""
    out, again = tmp_path / "v.json.gz", tmp_path / "w.json.gz"
    counted = generate.size(generate.write(out, 20, 40))
    generate.write(again, 20, 40)
    assert out.read_bytes() == again.read_bytes()
    assert counted["ledgers"] == 20
    for approximate in (False, True):
        for case in vectors.read(out):
            checked = vectors.check(case, approximate=approximate)
            assert checked.compared
            assert not checked.differences

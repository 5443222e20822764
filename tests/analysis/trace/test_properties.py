"""What must hold for every ledger: conservation, names of labels do not matter, a split source is one source, barriers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.analysis.trace.ledgers import account_case, utxo_case
from workstation.analysis.trace import account, utxo
from workstation.analysis.trace.cases import compute, read_chain, read_events
from workstation.analysis.trace.fields import Fields
from workstation.analysis.trace.ledger import EventSource, OutputSource
from workstation.analysis.trace.methods import ACCOUNT_METHODS, UTXO_METHODS
from workstation.analysis.trace.pooled import FIXED

SEEDS = st.integers(10_000, 10**9)
# Beyond 53 bits, 63 bits and 128 bits.
FACTORS = st.sampled_from((1, 2**54 + 1, 2**63 + 9, 2**130 + 7, 10**60))


def _sum(parts: dict[str, str]) -> Fraction:
    return sum(map(Fraction, parts.values()), Fraction(0))


def _larger(value: Any, factor: int) -> Any:
    """The same case with every amount times a factor."""
    amounts = {"amount", "fee", "value", "subsidy", "from_amount", "to_amount"}
    if isinstance(value, dict):
        return {k: v * factor if k in amounts and v is not None else _larger(v, factor) for k, v in value.items()}
    return [_larger(entry, factor) for entry in value] if isinstance(value, list) else value


@given(SEEDS, FACTORS)
def test_accounts_conserve_every_label(seed: int, factor: int) -> None:
    found = compute(_larger(account_case(seed), factor))
    for method in ACCOUNT_METHODS:
        for buckets in found[method].get("totals", {}).values():
            for label in {label for parts in buckets.values() for label in parts}:
                held = {name: Fraction(parts.get(label, "0")) for name, parts in buckets.items()}
                came = held.pop("injected", Fraction(0)) + held.pop("converted_in", Fraction(0))
                assert came == sum(held.values())


@given(SEEDS, FACTORS)
def test_a_larger_ledger_gives_larger_figures(seed: int, factor: int) -> None:
    """Exact at any size: the result of a scaled ledger is the scaled result, to the last unit."""
    for case, methods in ((account_case(seed), ACCOUNT_METHODS), (utxo_case(seed), UTXO_METHODS)):
        small, large = compute(case), compute(_larger(case, factor))
        for method in methods:
            key = "events" if "events" in case else "outputs"
            assert small[method][key].keys() == large[method][key].keys()
            if method != "poison":
                for place, parts in small[method][key].items():
                    got = {k: Fraction(v) for k, v in large[method][key][place].items()}
                    assert got == {k: Fraction(v) * factor for k, v in parts.items()}


@given(SEEDS, st.permutations(["A", "B", "C"]))
def test_names_of_labels_do_not_matter(seed: int, names: list[str]) -> None:
    other = dict(zip("ABC", names, strict=True))
    for case in (account_case(seed), utxo_case(seed)):
        renamed = {**case, "sources": [{**s, "label": other[s["label"]]} for s in case["sources"]]}
        renamed["opening"] = [{**o, "label": other[o["label"]]} if "label" in o else o for o in case.get("opening", [])]
        before, after = compute(case), compute(renamed)
        for method, found in before.items():
            key = "events" if "events" in case else "outputs"
            if method in ("shortfalls", "poison"):
                continue
            for place, parts in found[key].items():
                assert after[method][key][place] == {other[k]: v for k, v in parts.items()}


@given(SEEDS, st.integers(1, 10))
def test_a_source_in_two_pieces_is_one_source(seed: int, first: int) -> None:
    """Marking the first units and then all of them is marking all of them."""
    for case in (account_case(seed), utxo_case(seed)):
        whole = {**case, "sources": [{k: v for k, v in s.items() if k != "amount"} for s in case["sources"][:1]]}
        pieces = {**case, "sources": [{**s, "amount": first} for s in whole["sources"]] + whole["sources"]}
        assert compute(whole) == compute(pieces)


@given(SEEDS)
def test_nothing_leaves_a_barrier(seed: int) -> None:
    case = account_case(seed, conversions=False)
    case["options"]["barriers"] = ["a"]
    sources = {source["event"] for source in case["sources"]}
    found = compute(case)
    out = [e["id"] for e in case["events"] if e["from"] == "a" and e["id"] not in sources]
    for method in ACCOUNT_METHODS:
        assert not set(out) & found[method]["events"].keys()
        assert "a" not in found[method]["balances"]
    assert all(s["account"] != "a" for s in found["shortfalls"])


@given(SEEDS)
def test_fixed_arithmetic_stays_near_the_exact_one(seed: int) -> None:
    """Within 10^-6 of a unit, and still conserving every label exactly (the engine raises otherwise)."""
    case = Fields(account_case(seed), "")
    events = read_events(case)
    sources = [EventSource(s.text("event"), s.text("label")) for s in case.each("sources")]
    for method in ("haircut", "libr", "dirty_first"):
        exact = account.trace(events, sources, method)
        fixed = account.trace(events, sources, method, arithmetic=FIXED)
        for place in exact.events.keys() | fixed.events.keys():
            one, other = exact.events.get(place, {}), fixed.events.get(place, {})
            assert all(abs(one.get(k, 0) - other.get(k, 0)) < Fraction(1, 10**6) for k in one.keys() | other.keys())
    chain = read_chain(Fields(utxo_case(seed), ""))
    first = next(tx for tx in chain.order if tx.outputs)
    place = OutputSource(first.txid, 0, "A")
    near = utxo.trace(chain, [place], "haircut", arithmetic=FIXED)
    for name, parts in utxo.trace(chain, [place], "haircut").outputs.items():
        assert all(abs(v - near.outputs.get(name, {}).get(k, 0)) < Fraction(1, 10**6) for k, v in parts.items())


@pytest.mark.parametrize("seed", range(40))
def test_steps_tell_the_same_story(seed: int) -> None:
    """The outputs of the steps are the result, and each step's queue is what it paid and what it left."""
    case = Fields(utxo_case(seed), "")
    chain = read_chain(case)
    sources = [OutputSource(s.text("txid"), s.count("vout"), s.text("label")) for s in case.each("sources")]
    marked = {(s.txid, s.vout) for s in sources}
    for method in UTXO_METHODS:
        if method == "poison":
            continue
        found = utxo.trace(chain, sources, method, steps=True)
        plain = utxo.trace(chain, sources, method)
        assert (found.outputs, found.fees, plain.steps) == (plain.outputs, plain.fees, ())
        for step in found.steps:
            paid = [amount for _, row in step.outputs for _, amount in row]
            held = sum((amount for _, amount in step.before), Fraction(0))
            assert sum(paid, Fraction(0)) + sum((a for _, a in step.remainder), Fraction(0)) == held
            for name, row in step.outputs:
                txid, _, vout = name.rpartition(":")
                if (txid, int(vout)) not in marked:
                    labels = {label: Fraction(0) for label, _ in row if label is not None}
                    for label, amount in row:
                        if label is not None:
                            labels[label] += amount
                    assert labels == found.outputs.get(name, {})


def test_a_watcher_can_stop_a_run() -> None:
    events = read_events(Fields(account_case(3), ""))

    def stop(done: int) -> None:
        raise InterruptedError(done)

    with pytest.raises(InterruptedError):
        account.trace(events, [], "fifo", watch=stop)


@pytest.mark.parametrize("seed", range(40))
def test_account_steps_tell_the_same_story(seed: int) -> None:
    """Recording changes nothing; what a pool held is what it paid and what it kept, short units aside."""
    case = Fields(account_case(seed), "")
    events = read_events(case)
    sources = [EventSource(s.text("event"), s.text("label")) for s in case.each("sources")]
    for method in ("fifo", "lifo", "haircut", "libr", "dirty_first"):
        found = account.trace(events, sources, method, steps=True)
        plain = account.trace(events, sources, method)
        assert (found.events, found.fees, found.balances) == (plain.events, plain.fees, plain.balances)
        for step in found.steps:
            if step.kind == "convert" or not step.account:
                continue
            held, left = (sum((a for _, a in row), Fraction(0)) for row in (step.before, step.remainder))
            paid = sum((a for _, row in step.outputs for _, a in row), Fraction(0))
            assert held + step.missing == paid + left

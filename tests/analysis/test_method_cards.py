"""The method cards: every method has one, all have the same headings, and their arithmetic is right."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from workstation.analysis.trace.methods import ACCOUNT_METHODS, UTXO_METHODS
from workstation.paths import resources_folder

FOLDER = resources_folder() / "methods"
SEMANTICS = Path(__file__).resolve().parents[2].parent / "shared" / "algo" / "semantics.md"
IDS = (
    "fifo", "lifo", "tiho", "dirty_first", "clean_first", "libr", "haircut", "poison", "static_pari_passu", "backward",
    "exposure", "max_flow", "greedy_flow", "paths", "entropy", "coinjoin", "multi_input", "change", "deposit_reuse", "fans",
    "layers", "cycles", "chains", "structuring", "timing", "usual", "post_mix_merge", "exchange_deposit",
    "address_poisoning", "screening", "pairing", "network", "red_flags",
)  # fmt: skip
HEADINGS = (
    "In one sentence", "What it assumes", "How it counts", "Legal origin", "Courts", "Known ways to be wrong",
    "What would disprove it", "Measured error rate", "Sources",
)  # fmt: skip
CLASSES = ("whirlpool", "wasabi2", "wasabi1", "joinmarket", "generic")
CHANGE_RULES = (
    "address_reuse", "address_type", "optimal_change", "power_of_ten", "fresh_address", "locktime", "fixed_fee",
    "peeling_chain", "spent", "legacy", "conservative",
)  # fmt: skip
NUMBER = r"\d+(?:,\d{3})*(?:\.\d+)?(?:/\d+)?"
EQUATION = re.compile(rf"({NUMBER}(?: [+−×÷] {NUMBER})+) = ({NUMBER})")


def _text(name: str) -> str:
    return (FOLDER / f"{name}.md").read_text("utf-8")


def _sections(name: str) -> dict[str, str]:
    _, *parts = re.split(r"^## ", _text(name), flags=re.MULTILINE)
    return {head: body.strip() for head, body in (part.split("\n", 1) for part in parts)}


def _example(name: str) -> str:
    return _sections(name)["How it counts"].split("**Example", 1)[1]


def _value(number: str) -> Fraction:
    return Fraction(number.replace(",", ""))


def _worth(expression: str) -> Fraction:
    """The value of numbers joined by signs, × and ÷ before + and −."""
    first, *rest = expression.split(" ")
    terms = [_value(first)]
    for sign, number in zip(rest[::2], rest[1::2], strict=True):
        if sign == "×":
            terms[-1] *= _value(number)
        elif sign == "÷":
            terms[-1] /= _value(number)
        else:
            terms.append(_value(number) if sign == "+" else -_value(number))
    return sum(terms, Fraction())


def _equations(text: str) -> Iterator[tuple[str, str]]:
    for found in EQUATION.finditer(text):
        yield found[1], found[2]


def test_every_method_has_a_card_and_every_card_a_method() -> None:
    assert {path.stem for path in FOLDER.glob("*.md")} == {*IDS, "README", "rates"}
    assert {*UTXO_METHODS, *ACCOUNT_METHODS} <= set(IDS)


@pytest.mark.skipif(not SEMANTICS.is_file(), reason="the folder of shared semantics is not there")
def test_every_method_named_in_the_semantics_has_a_card() -> None:
    named: set[str] = set()
    for line in SEMANTICS.read_text("utf-8").splitlines():
        if re.match(r"(2\.[1-7]|3\.[4-9]|6\.[16]|8\.[1-3]) ", line):
            named |= set(re.findall(r"\*\*([a-z_]+)\*\*", line))
    named -= {"head", "tail"}
    assert len(named) >= 14
    assert named <= set(IDS)


@pytest.mark.parametrize("name", IDS)
def test_a_card_has_its_title_and_all_headings_in_order(name: str) -> None:
    assert re.fullmatch(rf"# .+ \({name}, version 1\)", _text(name).split("\n", 1)[0])
    assert tuple(re.findall(r"^## (.+)$", _text(name), re.MULTILINE)) == HEADINGS
    assert all(_sections(name).values())


@pytest.mark.parametrize("name", IDS)
def test_a_card_says_what_it_must(name: str) -> None:
    card = _sections(name)
    assert card["In one sentence"].count("\n") == 0
    assert card["Courts"].endswith("\nThis is not legal advice.")
    assert "**Example" in card["How it counts"]
    assert re.search(r"not measured yet|Measured by us", card["Measured error rate"])
    assert "Algorithm semantics version 1" in card["Sources"]
    assert "Research notes on algorithms" in card["Sources"]
    assert "://" not in _text(name)


def test_only_what_the_notes_record_is_said_of_courts() -> None:
    silent = {name for name in IDS if "No decision is recorded in our notes." in _sections(name)["Courts"]}
    assert set(IDS) - silent == {
        "fifo", "lifo", "dirty_first", "libr", "haircut", "static_pari_passu", "multi_input",
    }  # fmt: skip


def test_the_index_links_every_card() -> None:
    linked = re.findall(r"^\| \[([a-z_]+)\]\(([a-z_]+)\.md\) \|", _text("README"), re.MULTILINE)
    assert sorted(linked) == sorted((name, name) for name in IDS)


def test_links_between_cards_lead_somewhere() -> None:
    for path in FOLDER.glob("*.md"):
        for target in re.findall(r"\]\(([^)]+)\)", path.read_text("utf-8")):
            assert (FOLDER / target).is_file(), f"{path.name}: {target}"


@pytest.mark.parametrize("name", IDS)
def test_every_equation_of_a_card_is_true(name: str) -> None:
    found = list(_equations(_text(name)))
    assert found
    # No equation escapes the check because of how it is written.
    assert len(found) == len(re.findall(r" = \d", _text(name)))
    for expression, result in found:
        assert _worth(expression) == _value(result), f"{expression} = {result}"


def test_the_check_of_equations_sees_an_error() -> None:
    assert list(_equations("so 2 + 3 × 4 = 15.")) == [("2 + 3 × 4", "15")]
    assert _worth("2 + 3 × 4") == 14
    assert _worth("10 − 1 − 2/3") == Fraction(25, 3)


def test_one_theft_by_the_methods_on_accounts() -> None:
    own, stolen, to_n, to_k, fee = 70, 30, 40, 50, 2
    left = own + stolen - to_n - to_k - fee
    # fifo: own money stands in front of the stolen money.
    k = to_k - (own - to_n)
    by_fifo = [0, k, fee, stolen - k - fee]
    # lifo and dirty_first: the first payment is larger than the theft.
    first = [min(stolen, to_n), 0, 0, 0]
    # libr: the claim is capped by every balance.
    balance, marks = own + stolen, [stolen]
    for paid in (to_n, to_k, fee):
        balance -= paid
        marks.append(min(marks[-1], balance))
    by_libr = [*(a - b for a, b in pairwise(marks)), marks[-1]]
    # haircut: nothing but the share of the theft in the account, all along.
    share = Fraction(stolen, own + stolen)
    by_haircut = [share * units for units in (to_n, to_k, fee, left)]
    rows: dict[str, Sequence[int | Fraction]] = {
        "fifo": by_fifo, "lifo": first, "dirty_first": first, "libr": by_libr, "haircut": by_haircut,
    }  # fmt: skip
    for name, row in rows.items():
        assert sum(row) == stolen
        assert f"| {name} | " + " | ".join(map(str, row)) + " |" in _text("README")
    for said in (f"{k} stolen", f"M keeps 30 − 20 − 2 = {by_fifo[3]} stolen", "K 20, fee 2, M 8"):
        assert said in _example("fifo")
    assert f"all {first[0]} stolen" in _example("lifo")
    assert f"all {first[0]} stolen" in _example("dirty_first")
    assert f"K {by_libr[1]}, fee {by_libr[2]}, M {by_libr[3]}" in _example("libr")
    assert " + ".join(map(str, by_haircut)) + f" = {stolen}" in _example("haircut")
    assert f"+ {fee} + {left} = {own + stolen}" in _example("poison")


def test_one_theft_by_the_methods_on_outputs() -> None:
    # Inputs: 450 clean; then 400 stolen followed by 100 clean. Outputs 300 and 640, fee 10.
    front, stolen, behind, small, large = 450, 400, 100, 300, 640
    fee = front + stolen + behind - small - large
    clean = front + behind
    assert f"the fee is 450 + 500 − 300 − 640 = {fee}" in _example("fifo")
    assert front > small  # fifo: the first output is clean; what is left of the front and the theft fit in the second
    assert front - small + stolen <= large
    assert f"all {stolen} stolen" in _example("fifo")
    first = small - behind  # lifo: from the end come 100 clean, then stolen
    assert f"{first} stolen. The second takes the other 400 − 200 = {stolen - first} stolen" in _example("lifo")
    assert f"all {stolen} stolen and {large} − {stolen} = {large - stolen} clean" in _example("tiho")
    assert f"The first output takes {small} stolen" in _example("dirty_first")
    assert f"= {stolen - small} stolen and" in _example("dirty_first")
    held = large - (clean - small)  # clean_first: stolen money only where clean money ends
    assert f"= {held} stolen" in _example("clean_first")
    assert f"The fee gets {stolen} − {held} = {stolen - held} stolen" in _example("clean_first")
    for units in (small, large, fee):
        share = Fraction(units * stolen, clean + stolen)
        assert f"{units} × 400 ÷ 950 = {share}, about {float(share):.1f}" in _example("haircut")


def test_the_pool_of_three_depositors() -> None:
    left = 10 + 10 - 10 + 10 - 10
    assert f"= {Fraction(left * 10, 30)}, about 3.33" in _example("static_pari_passu")
    old = 10 - Fraction(10 * 10, 20)  # of Ana's and of Ben's, after the first payment
    rolling = [part - part * 10 / 20 for part in (old, old, Fraction(10))]
    assert f"leaves {float(rolling[0])}, {float(rolling[1])} and {rolling[2]}" in _example("static_pari_passu")
    paid = [part * 10 / 20 for part in (old, old, Fraction(10))]
    assert sum(paid) == 10
    assert f"X gets 10 × 5 ÷ 20 = {paid[0]} of Ana's, {paid[1]} of Ben's and 10 × 10 ÷ 20 = {paid[2]} of Carla's" in (
        _example("backward")
    )


def test_exposure_and_flow() -> None:
    indirect = Fraction(50 * 30, 30 + 70)
    assert f"Indirect, darknet market: 50 × 30 ÷ 100 = {indirect}." in _example("exposure")
    assert f"Unattributed: 75 − 25 − 15 = {50 + 25 - 25 - indirect}." in _example("exposure")
    assert f"Unresolved: 60 − 20 = {60 - 20}." in _example("exposure")
    straight = min(4, 7)
    through_b = min(9, 7 - straight, 2)
    assert f"At most 4 + 2 = {straight + through_b} reached T" in _example("max_flow")
    held = 10 - min(8, 10)
    assert f"The answer is {min(10, held)}. The largest possible flow is {min(10, 10)}" in _example("greedy_flow")


def test_the_explanations_of_a_transaction() -> None:
    outputs = (8, 2, 7, 3)
    # Two inputs of 10: everything in one group, or a part of the outputs to input 1 and the rest to input 2.
    found = [{0, 1, 2, 3}]
    for bits in range(1, 15):
        part = {n for n in range(4) if bits >> n & 1}
        paid = sum(outputs[n] for n in part)
        if paid <= 10 and sum(outputs) - paid <= 10:
            found.append(part)
    assert len(found) == 3
    assert f"{math.log2(len(found)):.6f} bits" in _example("entropy")
    assert {Fraction(sum(n in part for part in found), 3) for n in range(4)} == {Fraction(2, 3)}
    assert "the link is 2/3" in _example("entropy")


def test_clusters_and_classes() -> None:
    inputs = [1_000_000] * 2 + [1_000_300] * 3
    assert 5 <= len(inputs) <= 10
    assert all(1_000_000 <= value <= 1_000_000 + 110_000 for value in inputs)
    assert f"= {sum(inputs) - 5 * 1_000_000}." in _example("coinjoin")
    left = [n for n in (100_000_000, 19_990_000) if n < min(70_000_000, 50_000_000) and n % 10**6]
    assert left == [19_990_000]
    assert "the second is taken as change" in _example("change")
    passes = [(1200 - 1000, 5000 - 4995), (5100 - 5000, 3000 - 2999), (9100 - 9000, 7000 - 6500)]
    assert [gap <= 3200 and 0 <= lost <= 10 for gap, lost in passes] == [True, True, False]
    assert "One cluster: D, U and V." in _example("deposit_reuse")
    joined = [{"Z1", "Z2"}, {"A", "B"}, {"D", "C"}, {"E"}]
    assert " + ".join(str(len(c)) for c in joined) + " = 7 addresses" in _example("multi_input")


def test_classes_and_rules_are_all_explained() -> None:
    assert tuple(re.findall(r"^\d\. \*\*([a-z0-9]+)\*\*", _text("coinjoin"), re.MULTILINE)) == CLASSES
    assert tuple(re.findall(r"^\| `([a-z_]+)` \|", _text("change"), re.MULTILINE)) == CHANGE_RULES

"""Measuring: sets are what their labels say, scores are counted right, and the published tables are the measured ones."""

from __future__ import annotations

import csv
import gzip
import json
import lzma
import re
import tomllib
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from workstation.analysis import columns
from workstation.analysis.columns import Columns
from workstation.analysis.measuring import MEASURING, TUNING, accounts, flags, mixes, tables
from workstation.analysis.measuring.measured import measure
from workstation.analysis.measuring.scoring import Score, by_transfer, overall, score
from workstation.analysis.measuring.sets import DIFFICULTIES, LARGE, PATTERNS, THRESHOLD, Instance, LabelledSet, make
from workstation.analysis.typologies.alerts import alike
from workstation.analysis.typologies.together import alone, profile, singly, together, within
from workstation.analysis.typologies.usual import usual
from workstation.paths import resources_folder

METHODS = resources_folder() / "methods"
EXAMPLE = Path(__file__).resolve().parents[3] / "shared" / "algo" / "typology_example"
SMALL = replace(DIFFICULTIES["easy"], people=500, moves=1500, instances=1)


def ask(table: Columns, services: tuple[str, ...] = ()) -> list[tuple[str, tuple[int, ...]]]:
    """Pattern and transfers of every alert of all detectors together."""
    told = together(usual(table, services), profile(THRESHOLD, LARGE))
    return [(pattern, one.transfers) for pattern, every in told.alerts.items() for one in every]


@pytest.fixture(scope="module")
def small() -> LabelledSet:
    """A small set with one pattern of each kind."""
    return make(SMALL, 5)


def test_tuning_and_measuring_never_share_a_seed() -> None:
    assert not set(TUNING) & set(MEASURING)


def test_the_same_seed_makes_the_same_set(small: LabelledSet) -> None:
    assert make(SMALL, 5) == small
    assert make(SMALL, 6).moves != small.moves
    assert mixes.make(3, 100, 1) == mixes.make(3, 100, 1)
    assert accounts.make(3, 30) == accounts.make(3, 30)


def test_every_pattern_is_planted_as_it_is_defined(small: LabelledSet) -> None:
    planted = {one.kind: [small.moves[number] for number in one.transfers] for one in small.instances}
    assert set(planted) == set(PATTERNS)
    assert all(a[2] <= b[2] for a, b in pairwise(small.moves))
    assert len({payer for payer, *_ in planted["fan_out"]}) == 1
    assert len({payee for _, payee, *_ in planted["fan_in"]}) == 1
    for kind in ("cycle", "random", "relay"):
        assert all(a[1] == b[0] for a, b in pairwise(planted[kind])), kind
    assert planted["cycle"][0][0] == planted["cycle"][-1][1]
    assert len({name for move in planted["random"] for name in move[:2]}) == len(planted["random"]) + 1
    assert not {payer for payer, *_ in planted["bipartite"]} & {payee for _, payee, *_ in planted["bipartite"]}
    assert all(900_000 <= amount < 1_000_000 for *_, amount in planted["structuring"])


def test_the_detectors_find_the_plain_patterns(small: LabelledSet) -> None:
    scores = score(ask(small.columns(), small.services), small.instances)
    assert overall(scores).f1 >= Fraction(9, 10), {
        kind: (one.found, one.right, one.met) for kind, one in scores.items()
    }


def test_half_of_the_transfers_match() -> None:
    assert alike({1, 2, 3, 4}, {1, 2})
    assert not alike({1, 2, 3, 4, 5}, {1, 2})
    assert not alike((), ())


def test_scores_are_counted_by_kind() -> None:
    there = [Instance("cycle", (1, 2, 3), ()), Instance("cycle", (7, 8), ()), Instance("relay", (4, 5), ())]
    found = score([("cycle", (1, 2)), ("cycle", (9,)), ("fan_in", (4, 5))], there)
    assert found["cycle"] == Score("cycle", 2, 1, 2, 1)
    assert (found["cycle"].precision, found["cycle"].recall, found["cycle"].f1) == (Fraction(1, 2),) * 3
    assert (found["relay"].precision, found["relay"].recall, found["relay"].f1) == (None, Fraction(), Fraction())
    assert (found["fan_in"].precision, found["fan_in"].recall) == (Fraction(), None)
    assert overall(found) == Score("all", 3, 1, 3, 1)
    assert by_transfer([("cycle", (1, 2, 9))], {1: "cycle", 2: "relay", 3: "cycle"})["cycle"] == Score(
        "cycle", 3, 1, 2, 1
    )


def test_a_share_is_rounded_half_up() -> None:
    assert [tables.percent(part) for part in (Fraction(1, 3), Fraction(1, 2000), Fraction(1), None)] == [
        "33.3 %", "0.1 %", "100.0 %", "–",
    ]  # fmt: skip


def test_the_published_tables_reach_the_goals_and_agree_with_each_other() -> None:
    rates = tomllib.loads((METHODS / "rates.toml").read_text("utf-8"))
    page = (METHODS / "rates.md").read_text("utf-8")
    assert (tuple(rates["tuning"]), tuple(rates["measuring"])) == (TUNING, MEASURING)
    for goal, name in ((Fraction(9, 10), "easy"), (Fraction(7, 10), "hard")):
        scores = {
            one["method"]: Score(one["method"], one["found"], one["right"], one["there"], one["met"])
            for one in rates["rate"]
            if one["set"] == name and one["counted"] == "instances"
        }
        assert set(scores) == set(PATTERNS)
        assert overall(scores).f1 >= goal
    for one in rates["rate"]:
        row = (
            f"| {one['method']} | {one['found']} | {one['right']} | {one['there']} | {one['met']} | {one['precision']} "
        )
        assert row in page


@pytest.mark.parametrize(
    "name",
    ["multi_input", "change", "deposit_reuse", "fans", "layers", "cycles", "chains", "structuring", "timing",
     "post_mix_merge", "exchange_deposit", "address_poisoning", "red_flags"],
)  # fmt: skip
def test_the_figures_of_a_card_are_the_measured_ones(name: str) -> None:
    rates = tomllib.loads((METHODS / "rates.toml").read_text("utf-8"))["rate"]
    measured = {one[what] for one in rates for what in ("precision", "recall")}
    text = (METHODS / f"{name}.md").read_text("utf-8").split("Measured by us", 1)[1].split("Published", 1)[0]
    said = re.findall(r"\d+\.\d %", text)
    assert said
    assert set(said) <= measured


def test_the_table_of_the_manual_is_the_measured_one() -> None:
    rates = tomllib.loads((METHODS / "rates.toml").read_text("utf-8"))["rate"]
    page = (METHODS.parent / "help" / "16-patterns.md").read_text("utf-8")
    mine = {(one["set"], one["method"]): one for one in rates if one["counted"] == "instances"}
    for kind in PATTERNS:
        easy, hard = mine["easy", kind], mine["hard", kind]
        cells = (kind.replace("_", " "), easy["precision"], easy["recall"], hard["precision"], hard["recall"])
        assert f"| {' | '.join(cells)} |" in page


def test_the_false_alarms_of_the_manual_are_the_measured_ones() -> None:
    alarms = tomllib.loads((METHODS / "rates.toml").read_text("utf-8"))["alarm"]
    assert {one["method"] for one in alarms} == set(flags.RULES)
    manual = (METHODS.parent / "help" / "16-patterns.md").read_text("utf-8")
    page = (METHODS / "rates.md").read_text("utf-8")
    for one in alarms:
        name = one["method"].replace("_", " ")
        assert f"| {name} | {one['per_thousand']} | {one['hits']} on {one['addresses']} |" in manual
        assert f"| {one['method']} | {one['hits']} | {one['addresses']} | {one['per_thousand']} |" in page
        assert one["per_thousand"] == tables.per_thousand(one["hits"], one["addresses"])


def test_so_many_of_a_thousand_are_rounded_half_up() -> None:
    assert [tables.per_thousand(*pair) for pair in ((0, 7), (1, 3), (1, 200_000), (1, 1))] == [
        "0.00", "333.33", "0.01", "1000.00",
    ]  # fmt: skip


def test_a_detector_asked_alone_tells_what_was_measured(small: LabelledSet) -> None:
    of, asked = usual(small.columns(), small.services), profile(THRESHOLD, LARGE)
    raw, measured = alone(of, asked), singly(of, asked)
    for pattern, alerts in measured.alerts.items():
        assert within(of, raw.alerts[pattern], pattern) == list(alerts), pattern
    assert sum(map(len, measured.alerts.values())) < sum(map(len, raw.alerts.values()))


def test_the_page_of_the_same_seed_has_the_same_bytes() -> None:
    first, second = (measure([5], difficulties=[SMALL]) for _ in range(2))
    assert tables.page(first, [5]) == tables.page(second, [5])
    assert tables.data(first, [5]) == tables.data(second, [5])
    assert tomllib.loads(tables.data(first, [5]))["measuring"] == [5]


@pytest.mark.skipif(not EXAMPLE.is_dir(), reason="the folder ../shared/algo is not here")
def test_the_page_tells_the_score_on_a_set_of_another_maker() -> None:
    with lzma.open(EXAMPLE / "transfers.csv.xz", "rt") as file:
        rows = list(csv.DictReader(file))
    truth = json.loads(gzip.decompress((EXAMPLE / "truth.json.gz").read_bytes()))["instances"]
    table = columns.of((n, int(r["ts"]), r["from"], r["to"], "unit", int(r["amount"])) for n, r in enumerate(rows))
    reached = overall(score(ask(table), [Instance(one["type"], tuple(one["transfers"]), ()) for one in truth]))
    assert f"the same profile reached F1 {tables.percent(reached.f1)} by instance" in (METHODS / "rates.md").read_text(
        "utf-8"
    )

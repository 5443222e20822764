"""Usual traffic is held back by a named rule and counted; a search that is cut says how far it came."""

from __future__ import annotations

import random

import pytest

from workstation.analysis import columns
from workstation.analysis.columns import Columns
from workstation.analysis.typologies import detect, search
from workstation.analysis.typologies.parameters import Cycle, Dormant, Fan, Layers
from workstation.analysis.typologies.together import profile, together
from workstation.analysis.typologies.usual import WHY, is_service, unusual, usual

Row = tuple[int, str, str, int]
FAN = Fan(6, 100)


def made(rows: list[Row]) -> Columns:
    """Columns of rows (time, payer, payee, amount), in order of time."""
    return columns.of((n, t, a, b, "u", units) for n, (t, a, b, units) in enumerate(sorted(rows), 1))


def fan(payer: str, begin: int, others: str = "x", count: int = 7) -> list[Row]:
    """One pays several."""
    return [(begin + n, payer, f"{others}{n}", 5) for n in range(count)]


def test_a_fan_of_nobody_special_is_told() -> None:
    """Nothing explains it, nothing is held back."""
    looked = unusual("fan_out", usual(made(fan("a", 0))), FAN)
    assert [one.anchor for one in looked.alerts] == [("a",)]
    assert not looked.held_back


def test_a_tagged_service_is_set_aside_and_its_alert_is_counted() -> None:
    """What hangs on the exchange is counted under its rule; the other fan is told."""
    of = usual(made(fan("exchange", 0, "c") + fan("a", 500)), ["exchange"])
    looked = unusual("fan_out", of, FAN)
    assert ([one.anchor for one in looked.alerts], dict(looked.held_back)) == ([("a",)], {"service": 1})
    assert of.aside == 7


def test_a_hub_need_not_be_tagged() -> None:
    """Sixty others where people have few: money of many flows together there."""
    rows = fan("hub", 0, "c", 60) + fan("a", 5000) + [(9000 + n, f"p{n}", f"q{n}", 5) for n in range(100)]
    of = usual(made(rows))
    assert of.hubs == {"hub"}
    assert dict(unusual("fan_out", of, FAN).held_back) == {"hub": 1}


def test_a_merchant_and_a_payroll_are_told_from_a_pattern() -> None:
    """A busy party of whose business the alert is a small part; a party that pays the same people again."""
    merchant = [row for week in range(3) for row in fan("m", 10_000 * week, f"w{week}-", 7)]
    payroll = fan("e", 0, "staff") + fan("e", 50_000, "staff")
    found = unusual("fan_out", usual(made(merchant + payroll)), FAN)
    assert not found.alerts
    assert dict(found.held_back) == {"merchant": 1, "payroll": 1}
    assert set(found.held_back) <= set(WHY)


def test_silence_counts_every_payment_and_services_never_wake() -> None:
    """A sleeper that pays an exchange is told, though the payment is usual traffic; the exchange itself is counted."""
    rows = [
        (0, "a", "s", 9),
        (90 * 86_400, "s", "exchange", 900),
        (0, "b", "exchange", 9),
        (90 * 86_400 + 1, "exchange", "b", 900),
    ]
    looked = unusual("dormant_wake", usual(made(rows), ["exchange"]), Dormant(500))
    assert [one.anchor for one in looked.alerts] == [("s",)]
    assert looked.held_back["service"] == 1


def test_the_same_is_said_once() -> None:
    """Parallel payments make two cycles of the same money; the second is a repeat."""
    rows = [(1, "a", "b", 9), (2, "b", "c", 9), (3, "c", "a", 9), (4, "c", "a", 9)]
    assert len(detect("temporal_cycle", made(rows), Cycle(3, 6, 100))) == 2
    looked = unusual("temporal_cycle", usual(made(rows)), Cycle(3, 6, 100))
    assert (len(looked.alerts), dict(looked.held_back)) == (1, {"repeat": 1})


def test_a_part_of_a_larger_pattern_is_counted_and_not_shown_beside_it() -> None:
    """Seven pay in, one collects, seven are paid: one pattern, not three."""
    rows = [(n, f"i{n}", "a", 9) for n in range(7)] + fan("a", 20, "o")
    told = together(usual(made(rows)), profile())
    assert {pattern: len(alerts) for pattern, alerts in told.alerts.items() if alerts} == {"gather_scatter": 1}
    assert told.held_back["fan_in", "part"] == told.held_back["fan_out", "part"] == 1


@pytest.mark.parametrize(("limits", "why"), [({"work": 2000}, "work"), ({"most": 3}, "most")])
def test_a_search_that_is_cut_says_where(limits: dict[str, int], why: str) -> None:
    """Dense payments hold more cycles than anybody can list; the same ones are found each time."""
    dice = random.Random(4)
    rows = [(dice.randrange(100), f"p{dice.randrange(6)}", f"p{dice.randrange(6)}", 5) for _ in range(120)]
    asked = Cycle(2, 6, 100, **limits)
    found, cuts = search("temporal_cycle", made(rows), asked)
    assert [(cut.kind, cut.asset, cut.why, cut.limit) for cut in cuts] == [("temporal_cycle", "u", why, limits[why])]
    assert 0 <= cuts[0].done < cuts[0].of
    assert found
    assert search("temporal_cycle", made(rows), asked) == (found, cuts)
    every, none = search("temporal_cycle", made(rows), Cycle(2, 6, 100, most=10**6))
    assert not none
    assert {one.transfers for one in found} < {one.transfers for one in every}


def test_layers_are_found_and_a_payee_of_all_joins_nobody() -> None:
    """Three pay the same three, who pay the same three others; a shop that forty-five pay binds nobody."""
    rows = [(n * 3 + m, f"a{n}", f"b{m}", 5) for n in range(3) for m in range(3)]
    rows += [(50 + n * 3 + m, f"b{n}", f"c{m}", 5) for n in range(3) for m in range(3)]
    rows += [(70, f"z{n}", shop, 5) for n in range(45) for shop in ("shop1", "shop2", "shop3")]
    assert [one.anchor for one in detect("bipartite", made(rows), Layers(3, 100))] == [
        ("a0", "a1", "a2"),
        ("b0", "b1", "b2"),
    ]
    (found,) = detect("stack", made(rows), Layers(3, 100))
    assert found.figures["ends"] == 3


def test_categories_of_services() -> None:
    """Whatever the list calls it."""
    assert all(map(is_service, ("Exchange", "gambling service", "crypto mixer", "Hosted wallet")))
    assert not any(map(is_service, ("scam", "ransomware", "victim", "")))

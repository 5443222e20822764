"""Each computable red flag is raised where it belongs and not in an innocent case; all 47 are always told."""

from __future__ import annotations

from collections import Counter

import pytest

from workstation.analysis.redflags import rules
from workstation.analysis.redflags.indicators import INDICATORS
from workstation.analysis.redflags.profile import ProfileError, parse
from workstation.paths import plugins_folder
from workstation.sdk.testing import Case, run

FOLDER = plugins_folder() / "redflags"
GENERIC = (FOLDER / "generic.toml").read_text("utf-8")


def _raised(case: Case) -> Counter[str]:
    """Indicator -> hits, of a run with the generic profile."""
    return Counter(str(finding.measures["indicator"]) for finding in run(FOLDER, case).findings)


def _of(*lines: str) -> Case:
    return Case.of("\n".join(lines))


def test_every_indicator_is_told_with_what_is_missing() -> None:
    notes = run(FOLDER, _of("2026-03-01 10:00  alice -> bob  1 ETH")).notes
    told = {note.partition(":")[0]: note.partition(": ")[2] for note in notes[1:]}
    assert list(told) == [each.id for each in INDICATORS]
    assert len(told) == 47
    assert told["parties.mules"].startswith("missing: facts about persons")
    assert told["source.mixer"] == "missing: the case holds no tag of the kind mixer"
    assert told["size.many-large"] == "computed, no hit"
    assert not any(note.partition(": ")[2] == "" for note in notes[1:])


def test_the_list_is_whole_and_every_rule_is_in_it() -> None:
    assert len({each.id for each in INDICATORS}) == 47
    assert {each.rule for each in INDICATORS} - {""} == set(rules.RULES)
    assert all(each.rule or each.needs for each in INDICATORS)


def test_many_large_payments_within_a_day() -> None:
    large = [f"2026-03-01 {hour}:00  alice -> {name}  5 ETH" for hour, name in ((10, "b"), (12, "c"), (14, "d"))]
    assert _raised(_of(*large))["size.many-large"] == 1
    assert _raised(_of(*large[:2], "2026-03-05 14:00  alice -> d  5 ETH"))["size.many-large"] == 0
    assert _raised(_of(*(line.replace("5 ETH", "3 ETH") for line in large)))["size.many-large"] == 0


def test_a_series_and_then_silence() -> None:
    series = [f"2026-03-01 1{n}:00  victim{n} -> alice  1 ETH" for n in range(5)]
    assert _raised(_of(*series, "2026-06-01 10:00  x -> y  1 ETH"))["size.series"] == 1
    assert _raised(_of(*series, "2026-03-10 10:00  x -> y  1 ETH"))["size.series"] == 0
    still = ("2026-05-30 10:00  alice -> z  1 ETH", "2026-06-01 10:00  x -> y  1 ETH")
    assert _raised(_of(*series, *still))["size.series"] == 0


def test_many_payers_and_accumulation() -> None:
    payers = [f"2026-03-01 10:{n:02d}  p{n} -> alice  1 ETH" for n in range(9)]
    out = "2026-03-01 20:00  alice -> bob  8 ETH"
    raised = _raised(_of(*payers, out))
    assert (raised["all.many-payers"], raised["all.accumulation"]) == (1, 1)
    assert _raised(_of(*payers, out.replace("8 ETH", "2 ETH")))["all.accumulation"] == 0
    assert _raised(_of(*payers[:4], out))["all.many-payers"] == 0


def test_several_assets() -> None:
    paid = [f"2026-03-0{n} 10:00  alice -> bob  1 {asset}" for n, asset in enumerate(("ETH", "AAA", "BBB", "CCC"), 1)]
    tokens = {"AAA": 6, "BBB": 6, "CCC": 18}
    assert _raised(Case.of("\n".join(paid), tokens=tokens))["size.conversions"] == 1
    assert _raised(Case.of("\n".join(paid[:3]), tokens=tokens))["size.conversions"] == 0


@pytest.mark.parametrize(("change", "why"), [
    (("title = ", "titel = "), "unknown key titel"), (('large = "0.2"', "large = 0.2"), "amount in coins"),
    (('large = "0.2"', 'large = "-1"'), "amount in coins"), (("day = 86400", "day = 0"), "above zero"),
    (("day = 86400", 'day = "1 day"'), "above zero"), (('mixer = ["mixer"', 'mixers = ["mixer"'), "unknown key mixers"),
    (("[times]", '[fiat]\ncurrency = "EUR"\n[times]'), "fiat: large is missing"),
    (("[times]", '[fiat]\ncurrency = "€"\nlarge = "1"\n[times]'), "letters such as"),
    (("[times]", '[fiat]\ncurrency = "EUR"\nlarge = 1\n[times]'), "fiat: large must be an amount"),
    (("[times]", "[time]"), "unknown key time"), (("[counts]", "[counts"), "not valid TOML"),
])  # fmt: skip
def test_a_profile_that_cannot_be_used_says_where(change: tuple[str, str], why: str) -> None:
    assert change[0] in GENERIC
    with pytest.raises(ProfileError, match=why):
        parse(GENERIC.replace(*change))


def test_another_profile_gives_other_hits() -> None:
    payments = [f"2026-03-01 1{n}:00  alice -> b{n}  1 ETH" for n in range(3)]
    assert _raised(_of(*payments))["size.many-large"] == 0
    own = run(FOLDER, _of(*payments), profile=GENERIC.replace('ETH = { large = "4" }', 'ETH = { large = "0.5" }'))
    assert [f.measures["indicator"] for f in own.findings] == ["size.many-large"]
    assert "SHA-256" in own.notes[0]


def test_each_hit_prints_its_error_rate() -> None:
    large = [f"2026-03-01 {hour}:00  alice -> {name}  5 ETH" for hour, name in ((10, "b"), (12, "c"), (14, "d"))]
    [hit] = run(FOLDER, _of(*large)).findings
    said = str(hit.measures["error_rate"])
    assert "false alarms per 1,000 addresses" in said
    assert "generic profile" in said
    payers = [f"2026-03-01 10:{n:02d}  p{n} -> alice  1 ETH" for n in range(9)]
    [hit] = run(FOLDER, _of(*payers)).findings
    assert "Against planted patterns: red flags, easy: precision" in str(hit.measures["error_rate"])
    tokens = {"AAA": 6, "BBB": 6, "CCC": 18}
    paid = [f"2026-03-0{n} 10:00  alice -> bob  1 {asset}" for n, asset in enumerate(("ETH", "AAA", "BBB", "CCC"), 1)]
    [hit] = run(FOLDER, Case.of("\n".join(paid), tokens=tokens)).findings
    assert "was not measured" in str(hit.measures["error_rate"])


def test_a_wrong_profile_computes_nothing_and_says_so() -> None:
    answers = run(FOLDER, _of("2026-03-01 10:00  alice -> bob  9 ETH"), profile="title = 5")
    assert answers.findings == []
    assert answers.notes == ["nothing was computed: the profile: the table [amounts] is missing"]


MONEY = (FOLDER / "money.toml").read_text("utf-8")


def _paid(*hours: int, symbol: str = "ETH") -> list[str]:
    return [f"2026-03-01 {hour}:00  alice -> b{hour}  4 {symbol}" for hour in hours]


def test_a_threshold_in_money_is_met_to_the_cent_and_names_its_price() -> None:
    exact = _of(*_paid(10, 12, 14)).price("2026-03-01", "ETH", "2500.00", source="Bank A")
    [hit] = run(FOLDER, exact, profile=MONEY).findings
    assert hit.measures["indicator"] == "size.many-large"
    assert hit.measures["threshold"] == "10000 EUR"
    assert hit.measures["rates"] == "ethereum:ETH at 2500.00 EUR on 2026-03-01 (Bank A)"
    below = _of(*_paid(10, 12, 14)).price("2026-03-01", "ETH", "2499.999999999999999999")
    assert run(FOLDER, below, profile=MONEY).findings == []


def test_payments_of_several_assets_count_together_in_money() -> None:
    lines = [*_paid(10, 12), *_paid(14, symbol="AAA")]
    case = Case.of("\n".join(lines), tokens={"AAA": 2})
    case.price("2026-03-01", "ETH", "3000").price("2026-03-01", "AAA", "2500.5")
    [hit] = run(FOLDER, case, profile=MONEY).findings
    assert (hit.measures["payments"], len(hit.transfers)) == (3, 3)
    assert str(hit.measures["rates"]).count(" EUR on ") == 2


def test_what_has_no_single_price_is_left_out_and_counted() -> None:
    case = _of(*_paid(10, 12, 14), "2026-03-02 09:00  alice -> c  4 ETH").price("2026-03-01", "ETH", "3000", source="A")
    case.price("2026-03-02", "ETH", "3000", "USD")
    answers = run(FOLDER, case, profile=MONEY)
    assert len(answers.findings) == 1
    assert answers.notes[0].endswith("; 3 transfers valued in EUR; 1 of ETH without a price of their day")
    case.price("2026-03-01", "ETH", "3000.00", source="B")  # the same said twice is one price
    assert len(run(FOLDER, case, profile=MONEY).findings) == 1
    case.price("2026-03-01", "ETH", "3001", source="C")
    answers = run(FOLDER, case, profile=MONEY)
    assert answers.findings == []
    assert "3 of ETH with prices that differ" in answers.notes[0]
    bare = run(FOLDER, _of(*_paid(10, 12, 14)), profile=MONEY)
    assert "import prices in EUR" in bare.notes[0]
    assert "size.many-large: missing: the profile names no threshold for ETH" in bare.notes


def test_a_party_that_paid_without_a_price_was_not_silent() -> None:
    """The price of the payment in between is unknown: in money it would seem that the party slept."""
    slept = ("2025-01-01 10:00  x -> alice  9 ETH", "2026-03-01 10:00  alice -> bob  9 ETH")
    between = "2026-02-20 10:00  alice -> y  1 ETH"
    for lines, hits in ((slept, 1), ((slept[0], between, slept[1]), 0)):
        case = _of(*lines).price("2026-03-01", "ETH", "3000").price("2025-01-01", "ETH", "3000")
        raised = [f.measures["indicator"] for f in run(FOLDER, case, profile=MONEY).findings]
        assert raised.count("size.new-or-dormant") == hits, lines


def test_structuring_below_a_threshold_in_money() -> None:
    lines = [f"2026-03-01 1{n}:00  alice -> b{n}  {3 + n % 2} ETH" for n in range(6)]
    case = _of(*lines).price("2026-03-01", "ETH", "2499.99")
    found = run(FOLDER, case, profile=MONEY).findings
    assert not [f for f in found if f.measures["indicator"] == "size.split"]  # three of each size are too few
    case = _of(*(line.replace("3 ETH", "4 ETH") for line in lines)).price("2026-03-01", "ETH", "2499.99")
    [hit] = [f for f in run(FOLDER, case, profile=MONEY).findings if f.measures["indicator"] == "size.split"]
    assert (hit.measures["threshold"], hit.measures["sum"]) == ("10000 EUR", "59999.76 EUR")


def test_a_hit_of_both_sorts_of_thresholds_is_told_once() -> None:
    both = MONEY.replace("[amounts] ", '[amounts]\nETH = { large = "4" }\n#')
    case = _of(*_paid(10, 12, 14)).price("2026-03-01", "ETH", "2500")
    [hit] = run(FOLDER, case, profile=both).findings
    assert hit.measures["threshold"] == "10000 EUR"

"""The bundled analyses beside the patterns: each finds its small example and cites it, with an innocent reading."""

from __future__ import annotations

import pytest

from workstation.paths import plugins_folder, resources_folder
from workstation.sdk.api import Finding, Proposal, SuggestedEntity, SuggestedTag
from workstation.sdk.testing import Answers, Case, run

POOL = 1_000_000
TRUE, FAKE = "0x" + "abcd" + "1" * 32 + "ef01", "0x" + "abcd" + "2" * 32 + "ef01"


def asked(plugin: str, case: Case, analysis: str, **given: str) -> Answers:
    """What an analysis answers; every finding cites, and says what it may be instead and what would disprove it."""
    found = run(plugins_folder() / plugin, case, analysis=analysis, **given)
    for one in [*found.findings, *(proposal.because for proposal in found.proposals)]:
        assert {c.of for c in one.citations} >= {f"transfer:{number}" for number in one.transfers}
        assert one.citations
        assert one.disproof
        assert "It may be innocent" in one.explanation
        assert one.measures["error_rate"]
        assert (resources_folder() / "methods" / f"{one.measures['method_card']}.md").is_file()
    return found


@pytest.fixture
def mixed() -> Case:
    """A whirlpool transaction, two of its outputs spent together, and a payment of two addresses with change."""
    case = Case("bitcoin")

    def tx(
        name: str, inputs: list[tuple[str, int, tuple[str, int]]], outputs: list[tuple[str, int]], when: int
    ) -> None:
        for who, units, spends in inputs:
            case.pay(when, who, None, units, tx=name, spends=spends)
        for who, units in outputs:
            case.pay(when, None, who, units, tx=name)

    tx(
        "mix",
        [(f"i{n}", POOL + (300 if n > 1 else 0), ("x", n)) for n in range(5)],
        [(f"m{n}", POOL) for n in range(5)],
        100,
    )
    tx("merge", [("m0", POOL, ("mix", 0)), ("m3", POOL, ("mix", 3))], [("shop", 1_999_000)], 200)
    tx("pay", [("a", 70_000_000, ("y", 0)), ("b", 50_000_000, ("z", 0))], [("c", 100_000_000), ("d", 19_990_000)], 300)
    return case


def names(found: Finding) -> list[str]:
    """The addresses a finding is about."""
    return [key.rpartition(":")[2] for key in found.subjects]


def test_clusters_are_suggested_and_mixes_join_nobody(mixed: Case) -> None:
    """Two clusters, each an entity a person may accept; without the exclusion five strangers are joined."""
    found = asked("clustering", mixed, "co-spend")
    assert [names(proposal.because) for proposal in found.proposals] == [["a", "b"], ["m0", "m3"]]
    assert all(isinstance(proposal.change, SuggestedEntity) for proposal in found.proposals)
    loose = asked("clustering", mixed, "co-spend", exclude_coinjoin="no")
    assert [f"i{n}" for n in range(5)] in [names(proposal.because) for proposal in loose.proposals]
    more = asked("clustering", mixed, "co-spend", change="conservative")
    assert ["a", "b", "d"] in [names(proposal.because) for proposal in more.proposals]


def test_tags_of_two_services_refuse_a_link_and_a_known_entity_is_not_suggested_again(mixed: Case) -> None:
    """The refused link is a result; what the case holds together already is only told."""
    mixed.tag("a", "Bank", "exchange")
    mixed.tag("b", "Shop", "merchant")
    mixed.entity("Mixer customer", "m0", "m3")
    found = asked("clustering", mixed, "co-spend")
    assert not found.proposals
    assert sorted((one.kind, names(one)) for one in found.findings) == [
        ("common_spending", ["m0", "m3"]), ("refused_link", ["a", "b"]),
    ]  # fmt: skip


def test_change_coinjoin_and_merge(mixed: Case) -> None:
    """The change of the payment; the mix by its class; the two coins behind it, with the measured rates of each."""
    (change,) = asked("clustering", mixed, "change").findings
    assert (names(change), change.measures["rule"]) == (["d"], "conservative")
    (mix,) = asked("mixing", mixed, "coinjoin").findings
    assert (mix.subjects, mix.measures["class"]) == (("transaction:bitcoin:mix",), "whirlpool")
    assert "precision 100.0 %" in str(mix.measures["error_rate"])
    (merge,) = asked("mixing", mixed, "post-mix-merge").findings
    assert (names(merge), merge.measures["merged"]) == (["m0", "m3"], 2)


def test_deposit_addresses_need_a_tagged_exchange() -> None:
    """Two fill one deposit address that is swept to the exchange; a token may leave nothing behind."""
    case = Case().token("USDT", 6, "0xdac1")
    case.pay(1000, "u", "dep", "5 ETH").pay(1200, "dep", "main", "4.995 ETH")
    case.pay(5000, "v", "dep", "30 USDT").pay(5100, "dep", "main", "30 USDT")
    case.pay(5000, "w", "free", "30 USDT").pay(5100, "free", "w", "30 USDT")
    none = asked("clustering", case, "exchange-deposit")
    assert not none.proposals
    assert "no address is tagged as an exchange" in none.notes[0]
    case.tag("main", "X-Change", "exchange")
    (deposit,) = asked("clustering", case, "exchange-deposit").proposals
    assert isinstance(deposit.change, SuggestedTag)
    assert (names(deposit.because), deposit.change.label) == (["dep"], "X-Change deposit address")
    (shared,) = asked("clustering", case, "deposit-reuse").proposals
    assert names(shared.because) == ["u", "v"]


def test_poisoning_and_dust() -> None:
    """The false address sends nothing to the victim of the true one; a sprayer sends dust to four."""
    case = Case().pay(10, "victim", TRUE, "1 ETH").pay(20, FAKE, "victim", 0)
    for n in range(4):
        case.pay(30 + n, "sprayer", f"p{n}", 5)
    (fake,) = asked("poisoning", case, "address-poisoning").findings
    assert names(fake) == [FAKE, TRUE, "victim"]
    (spray,) = asked("poisoning", case, "dust").findings
    assert (names(spray), spray.measures["receivers"]) == (["sprayer"], 4)
    assert not asked("poisoning", case, "dust", least="0.000000000000000003 ETH").findings
    assert not asked("poisoning", case, "dust", least="1 BTC").findings


def test_screening_tells_before_and_after_the_date_of_the_list() -> None:
    """The sample list is of 1 January 2026; an exchange is no matter of screening unless it is asked for."""
    case = Case().pay("2025-12-31 10:00", "a", "bad", "1 ETH").pay("2026-01-02 10:00", "bad", "b", "1 ETH")
    case.tag("bad", "SDN 77", "sanctioned").tag("b", "X", "exchange").tag("nobody", "SDN 78", "sanctioned")
    (found,) = asked("screening", case, "tags").findings
    assert (names(found), found.measures["from_that_day"], found.measures["before_that_day"]) == (["bad"], 1, 1)
    assert any(citation.of.startswith("tag:") for citation in found.citations)
    assert [names(one) for one in asked("screening", case, "tags", categories="exchange").findings] == [["b"]]


def test_pairs_are_declared_and_never_guessed() -> None:
    """A stated pair is held against the case; equal amounts alone pair nothing; a swap stands in one transaction."""
    case = Case().token("USDT", 6, "0xdac1")
    case.pay(10, "a", "bridge", "1 ETH", tx="0xin").pay(20, "bridge", "b", "1 ETH", tx="0xout")
    case.pay(30, "c", "pool", "1 ETH", tx="0xswap").pay(30, "pool", "c", "3000 USDT", tx="0xswap")
    assert not asked("pairing", case, "declared").findings
    found = asked(
        "pairing", case, "declared", pairs="0xin > 0xout; 0xin > 0xgone; 0xno > 0xgone", source="Letter of the bridge"
    )
    assert [one.measures["held"] for one in found.findings] == ["both", "in only"]
    assert {one.confidence for one in found.findings} == {"assumption"}
    assert any("1 declared pairs" in note for note in found.notes)
    swaps = {names(one)[0]: one.measures["got"] for one in asked("pairing", case, "swaps").findings}
    assert swaps == {"c": 3_000_000_000, "pool": 10**18}
    tagged = Case("ethereum").pay(10, "a", "s", "1 ETH", tx="0xin").pay(20, "s", "b", "1 ETH", tx="0xout")
    assert not asked("pairing", tagged, "declared").findings


def test_network_measures_rank_and_group() -> None:
    """A hub between seven and five stands first; two who only deal with each other are a group of their own."""
    case = Case()
    for n in range(7):
        case.pay(n, f"a{n}", "hub", "1 ETH")
    for n in range(5):
        case.pay(20 + n, "hub", f"b{n}", "1 ETH")
    case.pay(40, "c1", "c2", "1 ETH").pay(41, "c2", "c1", "1 ETH")
    first = asked("network", case, "centrality", top="1").findings
    assert [(names(one), one.measures["payers"]) for one in first] == [(["hub"], 7)]
    groups = asked("network", case, "communities", least="2").findings
    assert [one.measures["members"] for one in groups] == [13, 2]


@pytest.mark.parametrize(
    ("plugin", "analysis"),
    [("clustering", "co-spend"), ("clustering", "deposit-reuse"), ("mixing", "coinjoin"), ("poisoning", "dust"),
     ("screening", "tags"), ("pairing", "swaps"), ("network", "centrality"), ("typologies", "all")],
)  # fmt: skip
def test_hostile_cases_end_well(plugin: str, analysis: str) -> None:
    """Nothing at all; one row; no times and no amounts; tokens nobody knows, payments to oneself."""
    odd = Case().token("?", None, "0xbad")
    odd.pay(None, "a", "a", "5 ?").pay(None, None, "b", None).pay(3, "b", None, "7 ?").pay(-5, "a", "b", 2**200)
    odd.tag("a", "‮evil", "sanctioned exchange")
    for case in (Case(), Case().pay(1, "a", "b", "1 ETH"), odd):
        found = asked(plugin, case, analysis)
        assert all(isinstance(one, Finding | Proposal) for one in [*found.findings, *found.proposals])


def test_a_single_detector_leaves_out_what_is_part_of_a_larger_pattern_and_says_so() -> None:
    """Six pay alice, who pays six on: one who collects and pays out, of which the fan is only a part."""
    paid = [f"2026-03-01 1{n}:00  in{n} -> alice  5 ETH" for n in range(6)]
    paid += [f"2026-03-02 1{n}:00  alice -> out{n}  4 ETH" for n in range(6)]
    case = Case.of("\n".join(paid))
    alone = asked("typologies", case, "fan-out")
    assert not alone.findings
    assert any("1 alerts are mostly part of a larger pattern (gather scatter" in note for note in alone.notes)
    (whole,) = asked("typologies", case, "gather-scatter").findings
    assert len(whole.transfers) == 12
    (fan,) = asked("typologies", case, "fan-out", suppress="no").findings
    assert len(fan.transfers) == 6

"""Heuristics tell what they found, on which transfers, and what would disprove it."""

from __future__ import annotations

from random import Random

import networkx as nx
import pytest

from workstation.analysis import columns
from workstation.analysis.columns import Columns
from workstation.analysis.heuristics import deposits, mixes, network, pairing, poison, screening, spending
from workstation.analysis.heuristics.hits import Hit, Listed
from workstation.analysis.lookalike import look_alikes
from workstation.analysis.trace.cluster import ClusterRules
from workstation.analysis.trace.deposits import T_MAX
from workstation.analysis.trace.ledger import Chain, Input, Output, Transfer, Tx, chain

TRUE = "0x" + "abcd" + "1" * 32 + "ef01"
FAKE = "0x" + "abcd" + "2" * 32 + "ef01"


def told(hit: Hit) -> None:
    """Every hit says why and what would disprove it."""
    assert hit.why
    assert hit.disproof
    assert list(hit.rows) == sorted(set(hit.rows))


@pytest.fixture
def mixed() -> Chain:
    """A whirlpool transaction, two of its outputs spent together, and a payment of two addresses with change."""
    pool = 1_000_000
    ins = tuple(Input(f"x{n}", 0, pool + (300 if n > 1 else 0), f"i{n}") for n in range(5))
    mix = Tx("mix", 1, 0, ins, tuple(Output(pool, f"m{n}") for n in range(5)))
    merge = Tx("merge", 2, 0, (Input("mix", 0), Input("mix", 3)), (Output(1_999_000, "shop"),))
    pay = Tx(
        "pay", 3, 0, (Input("y", 0, 70_000_000, "a"), Input("z", 0, 50_000_000, "b")),
        (Output(100_000_000, "c"), Output(19_990_000, "d")),
    )  # fmt: skip
    return chain([mix, merge, pay])


def test_common_spending_leaves_the_mix_out(mixed: Chain) -> None:
    found = list(spending.common_spending(mixed, rows={"pay": (7, 5), "merge": (3,)}))
    assert [(one.subjects, one.rows) for one in found] == [(("a", "b"), (5, 7)), (("m0", "m3"), (3,))]
    with_mix = list(spending.common_spending(mixed, ClusterRules(exclude_coinjoin=False)))
    assert ("i0", "i1", "i2", "i3", "i4") in {one.subjects for one in with_mix}
    for one in found:
        told(one)


def test_a_refused_link_is_told(mixed: Chain) -> None:
    found = list(spending.common_spending(mixed, ClusterRules(exclusive_tags={"a": "Bank", "b": "Shop"})))
    assert [(one.kind, one.subjects, one.figures["reason"]) for one in found if one.kind == "refused_link"] == [
        ("refused_link", ("a", "b"), "tag_conflict")
    ]


def test_change_is_the_only_output_left(mixed: Chain) -> None:
    (found,) = spending.change_outputs(mixed, "conservative")
    assert (found.subjects, found.txs, found.figures["output"]) == (("d",), ("pay",), 1)
    told(found)


def test_a_mix_and_the_merge_behind_it(mixed: Chain) -> None:
    (mix,) = mixes.coinjoins(mixed)
    assert (mix.txs, mix.figures["class"], mix.figures["nI"]) == (("mix",), "whirlpool", 5)
    (merge,) = mixes.post_mix_merges(mixed, {"mix": (1,), "merge": (2,)})
    assert (merge.subjects, merge.rows, merge.figures["merged"]) == (("m0", "m3"), (1, 2), 2)
    told(mix)
    told(merge)


def test_a_merge_that_looks_like_a_coinjoin_itself_says_nothing(mixed: Chain) -> None:
    """Two inputs of two addresses and two equal outputs of three: generic. Its inputs may be of two owners."""
    mix = mixed.by_id["mix"]
    pay = Tx(
        "pay", 2, 0, (Input("mix", 0), Input("mix", 3)),
        (Output(900_000, "s"), Output(900_000, "t"), Output(190_000, "u")),
    )  # fmt: skip
    again = chain([mix, pay])
    assert mixes.classes(again)["pay"].name == "generic"
    assert not list(mixes.post_mix_merges(again))


def test_deposits_and_who_shares_them() -> None:
    moves = [
        Transfer("1", 1000, "eth", "u", "d", 500), Transfer("2", 1200, "eth", "d", "main", 499),
        Transfer("3", 5000, "eth", "v", "d", 300), Transfer("4", 5100, "eth", "d", "main", 300),
        Transfer("5", 6000, "eth", "w", "free", 300), Transfer("6", 6100, "eth", "free", "w", 300),
    ]  # fmt: skip
    (deposit,) = deposits.exchange_deposits(moves, {"main": "X"}, a_max=10)
    assert (deposit.subjects, deposit.rows, deposit.figures["users"]) == (("d",), (1, 2, 3, 4), 2)
    (shared,) = deposits.shared_deposits(moves, {"main": "X"}, a_max=10)
    assert (shared.subjects, shared.rows) == (("u", "v"), (1, 2, 3, 4))
    for one in (deposit, shared):
        assert (one.figures["longest_time"], one.figures["largest_rest"]) == (T_MAX, 10)
    assert not list(deposits.exchange_deposits(moves, {"main": "X"}, a_max=10, least=3))


@pytest.fixture
def poisoned() -> Columns:
    """A victim pays the true address; the false one sends nothing, and dust to many."""
    rows = [(1, 10, "victim", TRUE, "eth", 10**18), (2, 20, FAKE, "victim", "eth", 0)]
    rows += [(3 + n, 30 + n, "sprayer", f"p{n}", "eth", 5) for n in range(4)]
    return columns.of(rows)


def test_poisoning_needs_a_shared_party_and_only_dust(poisoned: Columns) -> None:
    alike = look_alikes(("ethereum", name) for name in poisoned.parties)
    (found,) = poison.poisoning(poisoned, alike, lambda _, name: name, {"eth": 100})
    assert (found.subjects, found.rows, found.figures["head"]) == ((FAKE, TRUE, "victim"), (2,), 4)
    told(found)


def test_dust_by_payer(poisoned: Columns) -> None:
    found = {one.subjects[0]: one for one in poison.dust(poisoned, {"eth": 100})}
    assert set(found) == {FAKE, "sprayer"}
    assert found["sprayer"].rows == (3, 4, 5, 6)
    assert found["sprayer"].figures["receivers"] == 4
    assert not list(poison.dust(poisoned, {}))


def test_a_declared_pair_is_held_against_the_case() -> None:
    table = columns.of(
        [(1, 10, "a", "bridge", "eth", 5), (2, 20, "bridge2", "b", "bnb", 5)], ["0xin", "0xout"]
    )  # fmt: skip
    declared = [
        pairing.Declared("0xin", "0xout", "bridge", "7"), pairing.Declared("0xout", "0xin", "other"),
        pairing.Declared("0xin", "0xgone", "third"),
    ]  # fmt: skip
    found = {str(one.figures["source"]): one for one in pairing.pairs(table, declared)}
    assert {name: one.figures["held"] for name, one in found.items()} == {
        "bridge": "both", "other": "reversed", "third": "in only",
    }  # fmt: skip
    assert found["bridge"].rows == (1, 2)
    for one in found.values():
        told(one)


def test_screening_tells_before_and_after_the_date_of_the_list() -> None:
    table = columns.of(
        [
            (1, 10, "a", "bad", "x", 5),
            (2, 20, "bad", "b", "x", 5),
            (3, 99, "bad", "a", "x", 1),
            (4, None, "bad", "c", "x", 1),
        ]
    )
    listed = [
        Listed("bad", "OFAC", "SDN", since=20),
        Listed("bad", "tags", "scam"),
        Listed("nobody", "OFAC", "SDN"),
    ]
    dated, undated = screening.screen(table, listed)
    assert dated.rows == (1, 2, 3, 4)
    assert {name: dated.figures[name] for name in ("from_that_day", "before_that_day", "without_time")} == {
        "from_that_day": 2, "before_that_day": 1, "without_time": 1,
    }  # fmt: skip
    assert "dated 1970-01-01: 2 of them are from that day on, 1 before" in dated.why
    assert "only the list itself tells" in dated.why
    assert "no date" in undated.why
    told(dated)


def test_network_measures_are_ranks_and_never_differ() -> None:
    rows = [(n, n, f"a{n % 7}", "hub", "x", 1) for n in range(7)] + [
        (10 + n, 20 + n, "hub", f"b{n}", "x", 1) for n in range(5)
    ]
    rows += [(30, 40, "c1", "c2", "x", 1), (31, 41, "c2", "c1", "x", 1)]
    net = network.net(columns.of(rows))
    found = network.places(net, seed=3)
    assert found[0].subject == "hub"
    assert (found[0].betweenness, found[0].payers, found[0].payees) == (1, 7, 5)
    groups = network.communities(net, seed=3)
    assert "hub" in groups[0]
    assert groups[-1] == ("c1", "c2")
    assert network.inside(columns.of(rows), [groups[-1]], 10) == [(30, 31)]
    assert network.inside(columns.of(rows), [groups[-1]], 1) == [(30,)]
    # Another order of the rows (here: of the numbering of parties) changes nothing.
    turned = network.net(columns.of(rows[::-1]))
    assert network.places(turned, seed=3) == found
    assert network.communities(turned, seed=3) == groups
    empty = network.net(columns.of([]))
    assert (network.places(empty), network.communities(empty)) == ((), ())


def test_betweenness_and_pagerank_rank_as_networkx_does() -> None:
    random = Random(8)
    rows = [(n, n, f"a{random.randrange(40)}", f"a{random.randrange(12) ** 2 % 40}", "x", 1) for n in range(120)]
    net = network.net(columns.of(rows))
    graph = nx.DiGraph()
    ends = zip(net.payer.tolist(), net.payee.tolist(), net.count.tolist(), strict=True)
    graph.add_weighted_edges_from((net.names[a], net.names[b], count) for a, b, count in ends)
    found = network.places(net)
    for measure, values in (
        ("betweenness", nx.betweenness_centrality(graph, normalized=False)),
        ("pagerank", nx.pagerank(graph, tol=1e-13, max_iter=1000)),
    ):
        rounded = {name: round(value, 8) for name, value in values.items()}
        for place in found:
            larger = sum(value > rounded[place.subject] for value in rounded.values())
            assert getattr(place, measure) == larger + 1, (measure, place)


def test_a_sample_of_starts_is_drawn_by_the_seed() -> None:
    rows = [(n, n, f"a{n % 31}", f"a{n * 7 % 29}", "x", 1) for n in range(200)]
    net = network.net(columns.of(rows))
    assert network.places(net, 1, 4) == network.places(net, 1, 4)
    assert network.places(net, 1, 4) != network.places(net, 2, 4)


def test_very_many_equal_ways_are_no_error() -> None:
    """A ladder of 1,200 steps has 2 to the power of 1,200 ways, more than a float can hold."""
    rows = [(4 * n + side, n, f"a{n:05}{x}", f"a{n + 1:05}{y}", "x", 1)
            for n in range(1200) for side, (x, y) in enumerate(((0, 0), (0, 1), (1, 0), (1, 1)))]  # fmt: skip
    found = network.places(network.net(columns.of(rows)), sample=3)
    assert len({place.subject for place in found}) == 2402
    assert found[0].betweenness == 1

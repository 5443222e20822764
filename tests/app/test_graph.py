"""Pictures show what the ledger states: exact sums, folded entities, honest rests, gaps."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.app import facts, intake
from workstation.app.session import Session
from workstation.app.stubs import stands_for, stub_of
from workstation.domain.subjects import Subject, address

USDT = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"


def test_the_demo_shows_the_way_of_the_money(romance: Session) -> None:
    picture = romance.graphs.picture(romance.graph)
    named = {node.name: node for node in picture.nodes}
    assert {"Victim 1", "Victim 4", "Collector 1", "Collector 2", "Exchange A deposit", "Exchange A"} <= named.keys()
    assert named["Collector 1"].role == "illicit"
    assert named["Collector 1"].badge == "SC"
    assert named["Collector 1"].doubtful
    assert named["Exchange A"].kind == "entity"
    assert named["Exchange A deposit"].noted
    assert picture.scope == "8 of 14 addresses shown, 1 hidden"
    into = [edge for edge in picture.edges if picture.nodes[edge.target].name == "Exchange A deposit"]
    stated = sum(t.amount or 0 for t in romance.store.transfers(ids=[n for edge in into for n in edge.transfers]))
    assert sum(edge.count for edge in into) == 3
    assert [edge.exact for edge in picture.edges if picture.nodes[edge.target].name == "Exchange A"] == [
        f"{stated // 10**6:,}.{stated % 10**6:06d} USDT"
    ]


def test_the_picture_is_cached_until_something_changes(romance: Session) -> None:
    first = romance.graphs.picture(romance.graph)
    assert romance.graphs.picture(romance.graph) is first
    romance.run("mark.colour", subjects=[first.nodes[0].key], colour="#112233")
    assert romance.graphs.picture(romance.graph).nodes[0].colour == "#112233"
    assert romance.graphs.picture(romance.graph).edges == first.edges


def test_utxo_transactions_are_nodes_and_the_gap_stays_a_gap(colonial: Session) -> None:
    picture = colonial.graphs.picture(colonial.graph)
    at = {node.name: number for number, node in enumerate(picture.nodes)}
    assert picture.nodes[at["Seizing transaction"]].kind == "transaction"
    seized = [
        e for e in picture.edges if e.source == at["Seizing transaction"] and e.target == at["Seized funds (FBI)"]
    ]
    assert [edge.exact for edge in seized] == ["63.69996546 BTC"]
    reach, fresh = {at["DarkSide ransom address"]}, {at["DarkSide ransom address"]}
    while fresh:
        fresh = {e.target for e in picture.edges if e.source in fresh} - reach
        reach |= fresh
    assert at["Subject address of the seizure"] not in reach


def test_a_stub_holds_the_exact_rest(colonial: Session) -> None:
    picture = colonial.graphs.picture(colonial.graph)
    stub = next(node for node in picture.nodes if node.kind == "stub")
    owner, direction = stands_for(Subject("stub", "bitcoin", stub.key.split(":", 2)[2]))
    assert direction == "in"
    number = next(n for n, node in enumerate(picture.nodes) if node.key == owner.key)
    into = [edge for edge in picture.edges if edge.target == number]
    ids = [n for edge in into for n in edge.transfers]
    stated = [t for t in colonial.store.transfers(tx=owner.ref) if t.kind == "input"]
    assert sorted(ids) == sorted(t.id for t in stated)
    assert stub.stub_count == 18
    assert stub_of(owner, "in").key == stub.key
    before = len(picture.nodes)
    colonial.run("graph.expand", subject=stub.key, limit="all")
    after = colonial.graphs.picture(colonial.graph)
    assert len(after.nodes) == before - 1 + 18
    assert not [node for node in after.nodes if node.kind == "stub"]


def star(path: Path, count: int) -> str:
    rows = [f"2024-01-01T00:{n // 60:02d}:{n % 60:02d}Z,hub,leaf {n},EUR,{n + 1}.50,stated" for n in range(count)]
    path.write_text("time,from,to,asset,amount,chain\n" + "\n".join(rows) + "\n", "utf-8")
    return "address:stated:hub"


def test_the_supernode_guard_asks_and_the_rest_stays_exact(empty: Session, tmp_path: Path) -> None:
    hub = star(tmp_path / "star.csv", 120)
    assert intake.import_files(empty, [tmp_path / "star.csv"])[0].outcome == "accepted"
    asked = empty.run("graph.expand", subject=hub, direction="out")
    assert asked.chooser is not None
    assert asked.changed == ()
    assert len(asked.chooser.candidates) == 120
    units = [c.sums[0].units for c in asked.chooser.candidates]
    assert units == sorted(units, reverse=True)
    empty.run("graph.expand", subject=hub, direction="out", limit="10")
    picture = empty.graphs.picture(empty.graph)
    assert len(picture.nodes) == 1 + 10 + 1
    rest = next(edge for edge in picture.edges if picture.nodes[edge.target].kind == "stub")
    assert rest.count == 110
    cents = sum(150 + 100 * n for n in range(110))
    digits = "".join(sign for sign in rest.exact if sign.isdigit()).rstrip("0")
    assert digits == str(cents).rstrip("0")
    chosen = [
        c.subject.key for c in empty.graphs.neighbours(empty.graph, address("stated", "hub"), "out").candidates[-2:]
    ]
    empty.run("graph.expand", subject=hub, direction="out", choose=",".join(chosen))
    assert len(empty.graphs.picture(empty.graph).nodes) == 14


def test_expanding_never_moves_what_is_there(romance: Session) -> None:
    before = {node.key: (node.x, node.y) for node in romance.graphs.picture(romance.graph).nodes}
    collector = next(node.key for node in romance.graphs.picture(romance.graph).nodes if node.name == "Collector 1")
    result = romance.run("graph.expand", subject=collector, direction="in")
    after = {node.key: (node.x, node.y) for node in romance.graphs.picture(romance.graph).nodes}
    assert result.added
    assert {key: after[key] for key in before} == before


def test_facts_of_an_address(romance: Session) -> None:
    deposit = next(n.key for n in romance.graphs.picture(romance.graph).nodes if n.name == "Exchange A deposit")
    found = facts.subject_facts(romance, Subject("address", "tron", deposit.split(":")[2]))
    rows = list(romance.store.transfers(address=deposit.split(":")[2]))
    came = sum(t.amount or 0 for t in rows if t.receiver == deposit.split(":")[2])
    assert found.holdings[0].received.units == came
    assert found.holdings[0].balance == 0
    assert found.transfers == len(rows)
    assert (found.first, found.last) == (rows[0].time, rows[-1].time)
    assert {party.name for party in found.counterparties} == {"Collector 1", "Collector 2", "Exchange A"}
    assert found.source_tags[0].label == "Exchange A deposit"
    assert len(found.findings) == 1
    assert found.exhibits == (1,)


def test_facts_of_a_transaction(colonial: Session) -> None:
    seizing = next(n for n in colonial.graphs.picture(colonial.graph).nodes if n.name == "Seizing transaction")
    found = facts.transaction_facts(colonial, Subject("transaction", "bitcoin", seizing.full))
    assert found.fee is not None
    assert found.fee.units == 6_960_422_177 - 590_422_177 - 6_369_996_546
    assert (len(found.transfers), found.unknown_inputs) == (3, 0)


def test_overview_and_seeds(romance: Session) -> None:
    found = facts.overview(romance)
    assert {s.asset.symbol for s in found.totals} == {"USDT", "TRX"}
    assert found.addresses == 14
    assert 1 <= len(found.seeds) <= 5
    assert all(seed.reason for seed in found.seeds)


@pytest.mark.parametrize("which", ["address:tron:T", "transaction:bitcoin:00", "entity::nothing"])
def test_an_unknown_subject_has_empty_facts(romance: Session, which: str) -> None:
    kind, chain, ref = which.split(":")
    subject = Subject(kind, chain, ref)  # type: ignore[arg-type]
    if kind == "transaction":
        assert facts.transaction_facts(romance, subject).transfers == ()
    else:
        assert facts.subject_facts(romance, subject).holdings == ()


def test_a_large_graph_is_laid_out_in_a_job(empty: Session, tmp_path: Path) -> None:
    hub = star(tmp_path / "star.csv", 800)
    intake.import_files(empty, [tmp_path / "star.csv"])
    empty.run("graph.expand", subject=hub, direction="out", limit="all")
    empty.run("graph.move", positions={hub: (5, 5)}, pin=False)
    before, steps = empty.store.rows("placement"), empty.store.undo_position()
    job = empty.run("graph.layout").job
    assert job is not None
    empty.wait(job)
    assert empty.store.undo_position() == steps + 1
    assert empty.store.rows("placement") != before
    empty.run("edit.undo")
    assert empty.store.rows("placement") == before


def test_money_to_oneself_makes_no_neighbour(empty: Session, tmp_path: Path) -> None:
    path = tmp_path / "self.csv"
    path.write_text("time,from,to,asset,amount,chain\n1700000000,a,a,EUR,1.00,stated\n1700000001,a,b,EUR,2.00,stated\n")
    intake.import_files(empty, [path])
    found = empty.graphs.neighbours("", address("stated", "a"), "both").candidates
    assert [candidate.subject.ref for candidate in found] == ["b"]

"""A lens leaves things out of sight, never out of the count: what passes and what does not add up to the picture."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.app import bus
from workstation.app.commands.scenes import ordered, read
from workstation.app.lens import Lens, behind, from_data, keys, seen, sums, to_data
from workstation.app.passing import parts
from workstation.app.session import Session


def _look(session: Session, lens: Lens) -> tuple[set[str], int, tuple[int, int]]:
    picture = session.graphs.picture(session.graph)
    found = seen(session.graphs.ledger, picture, lens, behind(session.graphs.ledger, picture))
    return set(keys(picture, found)), int(found.edges.sum()), found.left_out


def test_the_open_lens_sees_everything(romance: Session) -> None:
    picture = romance.graphs.picture(romance.graph)
    names, edges, left_out = _look(romance, Lens())
    assert names == {node.key for node in picture.nodes}
    assert (edges, left_out) == (len(picture.edges), (0, 0))


def test_a_window_is_closed_at_both_ends(romance: Session) -> None:
    picture = romance.graphs.picture(romance.graph)
    ledger = romance.graphs.ledger
    edge = next(e for e in picture.edges if e.first is not None and e.count == 1)
    assert edge.first is not None
    at_it = seen(ledger, picture, Lens(since=edge.first, until=edge.first), behind(ledger, picture))
    assert at_it.edges[picture.edges.index(edge)]
    after = seen(ledger, picture, Lens(since=edge.first + 1), behind(ledger, picture))
    assert not after.edges[picture.edges.index(edge)]
    assert not after.edges.all()


def test_the_least_amount_is_exact_to_one_unit(romance: Session) -> None:
    picture, ledger = romance.graphs.picture(romance.graph), romance.graphs.ledger
    edge = next(e for e in picture.edges if e.count == 1)
    units = ledger.units(ledger.row_of_id[edge.transfers[0]])
    assert units is not None
    number = picture.edges.index(edge)
    same, more = (
        seen(ledger, picture, Lens(assets=(edge.asset,), least=n), behind(ledger, picture)) for n in (units, units + 1)
    )
    assert same.edges[number]
    assert not more.edges[number]


def test_the_sums_of_what_is_seen_are_those_of_the_transfers(romance: Session) -> None:
    picture, ledger = romance.graphs.picture(romance.graph), romance.graphs.ledger
    found = seen(ledger, picture, Lens(), behind(ledger, picture))
    numbers = sorted({number for edge in picture.edges for number in edge.transfers})
    by_symbol: dict[str, int] = {}
    for transfer in romance.store.transfers(ids=numbers):
        by_symbol[transfer.asset.symbol] = by_symbol.get(transfer.asset.symbol, 0) + (transfer.amount or 0)
    assert {s.asset.symbol: s.units for s in sums(ledger, found)} == by_symbol


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(since=st.integers(0, 2**33), length=st.integers(0, 2**24), text=st.sampled_from(["", "victim", "⟦", "a"]))
def test_no_edge_is_seen_without_both_ends(romance: Session, since: int, length: int, text: str) -> None:
    picture, ledger = romance.graphs.picture(romance.graph), romance.graphs.ledger
    lens = Lens(since=since, until=since + length, text=text)
    found = seen(ledger, picture, lens, behind(ledger, picture))
    for edge, passes in zip(picture.edges, found.edges, strict=True):
        assert not passes or (found.nodes[edge.source] and found.nodes[edge.target])
    assert found.left_out == (int((~found.nodes).sum()), int((~found.edges).sum()))


def test_each_graph_keeps_its_own_lens(romance: Session) -> None:
    heard: list[bus.LensChanged] = []
    romance.bus.subscribe(bus.LensChanged, heard.append)
    first = romance.graph
    romance.look(Lens(text="victim"))
    romance.look(Lens(text="victim"))
    romance.run("graph.new", name="second")
    assert romance.graph != first
    assert romance.lens.open
    romance.show_graph(first)
    assert romance.lens == Lens(text="victim")
    assert len(heard) == 1


@given(
    st.builds(
        Lens,
        since=st.none() | st.integers(0, 2**40),
        until=st.none() | st.integers(0, 2**40),
        assets=st.lists(st.text(max_size=9), max_size=3).map(tuple),
        least=st.none() | st.integers(0, 10**40),
        text=st.text(max_size=9),
        facts=st.booleans(),
        only=st.none() | st.lists(st.text(max_size=9), max_size=3).map(tuple),
        outside=st.sampled_from(["dim", "hide"]),
    )
)
def test_a_lens_survives_being_written(lens: Lens) -> None:
    assert from_data(json.loads(json.dumps(to_data(lens)))) == lens


@given(st.recursive(st.none() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)))
def test_a_damaged_lens_hides_nothing(data: object) -> None:
    assert from_data(data) == from_data({}) or isinstance(data, dict)


def test_a_scene_brings_its_lens_back(romance: Session) -> None:
    romance.look(Lens(text="victim", least=10**30, assets=("tron:USDT:x",)))
    scene = romance.run("scene.save", name="Victims", camera="0,0,1").made
    romance.look(Lens())
    romance.run("scene.show", scene=scene)
    assert romance.lens == Lens(text="victim", least=10**30, assets=("tron:USDT:x",))
    other = romance.run("scene.save", name="Second", notes="say this", camera="0,0,1").made
    was = ordered(romance)
    romance.run("scene.move", scene=other, place="1")
    assert next(key for key, _ in ordered(romance)) == other
    romance.run("edit.undo")
    assert ordered(romance) == was
    romance.look(Lens())
    romance.run("scene.replace", scene=other, camera="1,1,1")
    row = romance.store.row("scene", other)
    assert row is not None
    assert read(row)["notes"] == "say this"
    assert "lens" not in read(row)


def test_a_line_says_what_of_it_passes(romance: Session) -> None:
    """A line that bundles several transfers shows the exact sum of those in the window, and nothing when all are."""
    picture, ledger = romance.graphs.picture(romance.graph), romance.graphs.ledger
    of = behind(ledger, picture)
    number, edge = next((n, e) for n, e in enumerate(picture.edges) if e.count > 1 and e.first != e.last)
    assert edge.first is not None
    found = seen(ledger, picture, Lens(until=edge.first), of)
    part = parts(ledger, of, found)(number)
    rows = [ledger.row_of_id[transfer] for transfer in edge.transfers]
    mine = [row for row in rows if row in found.rows.tolist()]
    assert part is not None
    assert 0 < len(mine) < edge.count
    assert (part.count, part.exact) == (len(mine), ledger.sums(np.array(mine, np.int64))[0].exact)
    assert parts(ledger, of, seen(ledger, picture, Lens(), of))(number) is None

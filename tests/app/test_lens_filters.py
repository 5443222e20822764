"""Every filter leaves in sight what it says, the sums reconcile with the ledger, and clearing restores everything."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.app import filters
from workstation.app.lens import Basis, Lens, Seen, behind, from_data, keys, looked, seen, to_data
from workstation.app.search import find
from workstation.app.session import Session
from workstation.app.spotting import spots, step
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse


def _seen(session: Session, lens: Lens | None = None) -> tuple[set[str], Seen]:
    picture = session.graphs.picture(session.graph)
    found = looked(session.graphs, picture, session.lens if lens is None else lens)
    return set(keys(picture, found)), found


def _node(session: Session, part: str) -> str:
    return next(n.key for n in session.graphs.picture(session.graph).nodes if part in n.name)


def _all_keys(session: Session) -> set[str]:
    return {node.key for node in session.graphs.picture(session.graph).nodes}


def test_tags_are_labels_or_categories_of_nodes(romance: Session) -> None:
    names = {n.key: n.name for n in romance.graphs.picture(romance.graph).nodes}
    romance.run("lens.set", tags="scam")
    assert {names[key] for key in _seen(romance)[0]} == {"Collector 1", "Collector 2"}
    romance.run("lens.set", tags="collector 2, EXCHANGE")
    assert "Collector 1" not in {names[key] for key in _seen(romance)[0]}
    romance.run("lens.set", tags="scam", confidence="high")
    assert not _seen(romance)[0]
    romance.run("lens.set", confidence="moderate")
    assert {names[key] for key in _seen(romance)[0]} == {"Collector 1", "Collector 2"}
    romance.run("lens.clear")
    romance.run("lens.set", confidence="not stated")
    assert "Collector 1" not in {names[key] for key in _seen(romance)[0]}
    assert _seen(romance)[0]


def test_a_lens_that_names_a_tag_is_refused_without_its_basis(romance: Session) -> None:
    picture, ledger = romance.graphs.picture(romance.graph), romance.graphs.ledger
    with pytest.raises(ValueError, match="basis"):
        seen(ledger, picture, Lens(tags=("scam",)), behind(ledger, picture))
    assert not seen(ledger, picture, Lens(tags=("x",)), behind(ledger, picture), Basis(frozenset())).nodes.any()


def test_direction_is_seen_from_the_selection(romance: Session) -> None:
    collector = _node(romance, "Collector 1")
    picture = romance.graphs.picture(romance.graph)
    romance.select([parse(collector)])
    for direction in ("in", "out", "both"):
        romance.run("lens.clear") if not romance.lens.open else None
        romance.run("lens.set", direction=direction)
        shown, found = _seen(romance)
        ends = {
            (picture.nodes[e.source].key, picture.nodes[e.target].key)
            for e, passes in zip(picture.edges, found.edges, strict=True)
            if passes
        }
        assert ends == {
            (source, target)
            for source, target in ((picture.nodes[e.source].key, picture.nodes[e.target].key) for e in picture.edges)
            if (direction != "out" and target == collector) or (direction != "in" and source == collector)
        }
        assert shown == {key for pair in ends for key in pair} | {collector}


def test_a_finding_shows_its_evidence_and_its_ends_only(romance: Session) -> None:
    links = [r for r in romance.store.rows("finding_link").values() if r["finding"] == "finding-19"]
    wanted = {int(parse(r["subject"]).ref) for r in links if parse(r["subject"]).kind == "transfer"}
    romance.run("lens.set", finding="finding-19")
    _, found = _seen(romance)
    assert set(romance.graphs.ledger.ids(found.rows)) == wanted
    assert filters.filters(romance.lens, romance.graphs)[0].words == "finding F-001"


def test_a_trace_run_shows_what_it_marks(romance: Session) -> None:
    victim = _node(romance, "Victim 1")
    made = romance.run("trace.forward", subjects=victim)
    assert made.job is not None
    romance.wait(made.job)
    number = romance.store.kept_traces()[0].number
    asked = romance.run("lens.set", run=number)
    if asked.job is not None:
        romance.wait(asked.job)
    assert romance.lens.run == number
    shown, found = _seen(romance)
    flow = romance.traces.flows[number]
    assert set(found.rows.tolist()) <= set(flow.rows.tolist())
    assert victim in shown
    assert _node(romance, "Victim 2") not in shown
    romance.look(Lens())
    romance.run("lens.set", run=number)
    assert _seen(romance)[0] == shown


def test_amounts_are_typed_in_units_of_the_asset_and_compared_exactly(romance: Session) -> None:
    picture = romance.graphs.picture(romance.graph)
    edge = next(e for e in picture.edges if e.count == 1)
    ledger = romance.graphs.ledger
    asset = filters.assets(romance.graphs)[edge.asset]
    written = asset.written(edge.units)
    romance.run("lens.set", asset=edge.asset, amount=written)
    assert edge.transfers[0] in ledger.ids(_seen(romance)[1].rows)
    assert all(ledger.units(int(row)) == edge.units for row in _seen(romance)[1].rows)
    words = filters.filters(romance.lens, romance.graphs)[1].words.replace(",", "")
    assert written.rstrip("0").rstrip(".") in words
    romance.run("lens.set", amount=f"-{written}")
    assert (romance.lens.least, romance.lens.most) == (None, edge.units)
    for bad in ("x", "5-1", "0.00000000000000000000001", "-"):
        before = romance.lens
        with pytest.raises(WorkstationError):
            romance.run("lens.set", amount=bad)
        assert romance.lens == before
    romance.run("lens.clear")
    with pytest.raises(WorkstationError, match="asset"):
        romance.run("lens.set", amount="5")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(limits=st.tuples(*[st.none() | st.integers(0, 2**257) | st.integers(0, 40_000_000_000)] * 2), big=st.booleans())
def test_limits_of_the_amount_are_exact_for_every_size(
    romance: Session, limits: tuple[int | None, int | None], big: bool
) -> None:
    ledger, picture = romance.graphs.ledger, romance.graphs.picture(romance.graph)
    least, most = limits
    of = behind(ledger, picture)
    first = int(of.rows[0])
    was = (ledger.hi[first], ledger.lo[first])
    if big:  # an amount beyond two limbs, as a worthless token may have
        ledger.hi[first], ledger.lo[first], ledger.big[first] = -1, -1, 2**200
    try:
        found = seen(ledger, picture, Lens(least=least, most=most), of)
        amounts = {int(row): ledger.units(int(row)) for row in of.rows}
        wanted = {
            row
            for row, units in amounts.items()
            if (least is None and most is None)
            or (units is not None and (least is None or units >= least) and (most is None or units <= most))
        }
        assert set(found.rows.tolist()) == wanted
    finally:
        ledger.hi[first], ledger.lo[first] = was
        ledger.big.pop(first, None)


def test_the_rest_and_the_seen_are_the_whole_graph(romance: Session) -> None:
    romance.run("lens.set", text="victim", outside="hide")
    first = _seen(romance)[0]
    romance.run("lens.invert")
    second = _seen(romance)[0]
    assert first
    assert second
    assert not first & second
    assert first | second == _all_keys(romance)
    assert romance.lens.outside == "hide"


def test_transfers_by_number(romance: Session) -> None:
    romance.run("lens.set", transfers="5; 11")
    assert romance.graphs.ledger.ids(_seen(romance)[1].rows) == (5, 11)
    with pytest.raises(WorkstationError, match="no transfer"):
        romance.run("lens.set", transfers="999999")


_LENSES = st.builds(
    Lens,
    since=st.none() | st.integers(1772000000, 1774000000),
    until=st.none() | st.integers(1772000000, 1774000000),
    roles=st.lists(st.sampled_from(["victim", "illicit", "service"]), max_size=2, unique=True).map(tuple),
    text=st.sampled_from(["", "", "victim", "collector", "nobody"]),
    tags=st.lists(st.sampled_from(["scam", "exchange", "Victim 1", "none"]), max_size=2, unique=True).map(tuple),
    confidence=st.sampled_from([(), (), ("moderate",), ("",), ("high", "")]),
    finding=st.sampled_from(["", "", "finding-19", "finding-20", "gone"]),
    transfers=st.none() | st.lists(st.integers(1, 21), max_size=6, unique=True).map(tuple),
    direction=st.sampled_from(["both", "in", "out"]),
    facts=st.booleans(),
    outside=st.sampled_from(["dim", "hide"]),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lens=_LENSES, party=st.booleans())
def test_what_is_seen_reconciles_with_the_ledger_and_clearing_restores_all(
    romance: Session, lens: Lens, party: bool
) -> None:
    if party:
        lens = replace(lens, party=(romance.graphs.picture(romance.graph).nodes[0].key,))
    ledger, picture = romance.graphs.ledger, romance.graphs.picture(romance.graph)
    romance.look(lens)
    shown, found = _seen(romance)
    by_asset: dict[str, int] = {}
    behind_seen = {t for e, passes in zip(picture.edges, found.edges, strict=True) if passes for t in e.transfers}
    numbers = ledger.ids(found.rows)
    assert set(numbers) <= behind_seen
    for transfer in romance.store.transfers(ids=list(numbers)):
        key = f"{transfer.asset.chain}:{transfer.asset.contract}:{transfer.asset.symbol}"
        by_asset[key] = by_asset.get(key, 0) + (transfer.amount or 0)
    assert {
        f"{s.asset.chain}:{s.asset.contract}:{s.asset.symbol}": s.units for s in ledger.sums(found.rows)
    } == by_asset
    assert len(shown) + found.left_out[0] == len(picture.nodes)
    assert int(found.edges.sum()) + found.left_out[1] == len(picture.edges)
    for edge, passes in zip(picture.edges, found.edges, strict=True):
        assert not passes or {picture.nodes[edge.source].key, picture.nodes[edge.target].key} <= shown
    assert from_data(to_data(lens)) == lens
    for each in filters.filters(lens, romance.graphs, "now"):
        assert each.words
        lens = filters.without(lens, each)
    assert replace(lens, direction="both").open, lens
    if not romance.lens.open:
        romance.run("lens.clear")
    assert romance.lens.open
    assert _seen(romance)[0] == _all_keys(romance)
    assert _seen(romance)[1].left_out == (0, 0)


def test_an_amount_finds_its_transfers(romance: Session) -> None:
    hits = [hit for hit in find(romance, "12,000.068602") if hit.kind == "amount"]
    assert [hit.subject for hit in hits] == [Subject("transfer", "tron", "5")]
    assert hits[0].title == "12,000.068602 USDT"
    assert not [hit for hit in find(romance, "12,000.068602 BTC") if hit.kind == "amount"]


def test_find_next_goes_round_every_place_once(romance: Session) -> None:
    found = spots(romance, "victim")
    assert len(found) >= 4
    assert [spot.place for spot in found] == sorted(spot.place for spot in found)
    romance.select(())
    met = []
    for _ in found:
        number = step(romance, found, 1)
        met.append(number)
        romance.select(parse(key) for key in found[number].keys)
    assert met == list(range(len(found)))
    assert step(romance, found, 1) == 0
    assert step(romance, found, -1) == len(found) - 2
    amount = spots(romance, "12000.068602")
    assert len(amount) == 1
    assert len(amount[0].keys) == 2
    assert spots(romance, "F-001")
    assert not spots(romance, "   ")

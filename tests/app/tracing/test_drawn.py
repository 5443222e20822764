"""What of a kept run is drawn: exact shares on the Colonial case, conservation, ways of single payments, stale runs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from workstation.analysis.trace.exact import total
from workstation.app.commands.tracing import methods_for
from workstation.app.demo import COLONIAL, ROMANCE, Demo, build
from workstation.app.session import Session
from workstation.app.tracing import drawn, records, way
from workstation.app.tracing.drawn import Flow
from workstation.app.tracing.question import Direction, Question
from workstation.app.tracing.sources import Source
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse
from workstation.plugin_host.discovery import Plugin


@pytest.fixture(params=[COLONIAL, ROMANCE], ids=lambda which: which.name)
def demo(request: pytest.FixtureRequest, plugins: list[Plugin], tmp_path: Path) -> Iterator[Session]:
    """A demo case, open."""
    which: Demo = request.param
    with build(which, tmp_path / "demo.wcase", plugins, tmp_path / "home") as session:
        yield session


def labelled(session: Session, label: str) -> Subject:
    """The drawn subject with a label."""
    keys = (parse(node.key) for node in session.graphs.picture(session.graph).nodes)
    return next(subject for subject in keys if session.graphs.label(subject) == label)


def flows(session: Session, label: str, direction: Direction) -> dict[str, Flow]:
    """Trace from a label by every method, and read what the kept runs move."""
    start_at = labelled(session, label)
    asked = Question((Source(start_at, start_at.ref),), methods_for([start_at]), direction)
    numbers = records.keep(session, records.trace(session, asked))
    ledgers = records.books(session)
    found = [drawn.flow(ledgers, records.one(session, number)) for number in numbers]
    return {flow.method: flow for flow in found}


def start(session: Session, direction: Direction = "forward") -> str:
    """A label of each demo case from which money goes on, or to which it came."""
    labels = [session.graphs.label(parse(n.key)) for n in session.graphs.picture(session.graph).nodes]
    if "Victim 1" in labels:
        return "Victim 1" if direction == "forward" else "Exchange A deposit"
    return "Ransom paid, 75 BTC"


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_what_the_lines_bring_is_what_the_node_has(demo: Session, direction: Direction) -> None:
    for flow in flows(demo, start(demo, direction), direction).values():
        made = drawn.draw(demo.graphs, demo.graph, flow)
        stubs = {n for n, node in enumerate(made.picture.nodes) if node.kind == "stub"}
        for number, shares in made.nodes.items():
            for share in shares:
                lines = [
                    (made.picture.edges[e], part)
                    for e, part in made.edges.items()
                    if number == (made.picture.edges[e].source if flow.backward else made.picture.edges[e].target)
                    and part.asset == share.asset
                ]
                brought = total(part.units for _, part in lines)
                assert brought <= share.units
                ends = [e.target if flow.backward else e.source for e, _ in lines]
                everything = total(part.whole for _, part in lines) == share.whole
                if everything or stubs & set(ends):
                    assert brought == share.units
                if flow.method != "poison":
                    assert 0 < share.units <= share.whole


@pytest.mark.parametrize("direction", ["forward", "backward"])
def test_a_way_ends_with_exactly_what_the_record_says(demo: Session, direction: Direction) -> None:
    ledger = demo.graphs.ledger
    for flow in flows(demo, start(demo, direction), direction).values():
        for holder in flow.run.record["holders"]:
            end = parse(holder["subject"])
            if end.kind != "address":
                continue
            found = way.way(ledger, flow, end)
            rows = [ledger.row_of_id[stage.transfer] for stage in found.stages]
            assert rows == sorted(set(rows))
            assert rows
            last = found.stages[0] if flow.backward else found.stages[-1]
            assert end in (last.source, last.target)


def test_methods_that_keep_the_order_tell_exact_parts(demo: Session) -> None:
    for flow in flows(demo, start(demo), "forward").values():
        for holder in flow.run.record["holders"]:
            found = way.way(demo.graphs.ledger, flow, parse(holder["subject"]))
            assert found.exact == (flow.method not in ("poison", "haircut", "libr", "dirty_first") or (
                flow.method == "dirty_first" and holder["chain"] == "bitcoin"))  # fmt: skip
            ends = [stage for stage in found.stages if stage.target == found.subject]
            if found.exact and len(ends) == 1:
                assert ends[0].part == holder["display"]


def test_drawing_twice_gives_the_same_and_a_stale_run_draws_nothing(demo: Session) -> None:
    flow = flows(demo, start(demo), "forward")["haircut"]
    one, two = (drawn.draw(demo.graphs, demo.graph, flow) for _ in range(2))
    assert one.tint == two.tint
    assert one.tint.legend == f"Taint: haircut, run {flow.run.number}"
    assert any(one.tint.nodes)
    assert any(one.tint.edges)
    old = dataclasses.replace(flow.run, stale=True)
    stale = drawn.draw(demo.graphs, demo.graph, drawn.flow(records.books(demo), old))
    assert stale.tint.nodes == stale.tint.edges == ()
    assert stale.tint.legend.endswith("(stale, not drawn)")


def test_poison_has_no_share(demo: Session) -> None:
    flow = flows(demo, start(demo), "forward")["poison"]
    made = drawn.draw(demo.graphs, demo.graph, flow)
    assert made.tint.touched
    assert set(made.tint.nodes) == {0.0, -1.0}
    assert all(stage.part == "" for stage in way.way(demo.graphs.ledger, flow, _holder(flow)).stages)


def _holder(flow: Flow) -> Subject:
    return parse(flow.run.record["holders"][0]["subject"])


def test_a_record_that_does_not_fit_is_refused(demo: Session) -> None:
    flow = flows(demo, start(demo), "forward")["fifo"]
    changed = dataclasses.replace(flow.run, record={**flow.run.record, "results_hash": "0" * 64})
    with pytest.raises(WorkstationError, match="WS-TRC-107"):
        drawn.flow(records.books(demo), changed)


def test_labels_that_came_later_do_not_change_what_is_drawn(demo: Session) -> None:
    before = flows(demo, start(demo), "forward")["haircut"]
    passed = next(
        parse(n.key) for k, n in enumerate(demo.graphs.picture(demo.graph).nodes)
        if n.kind == "address" and drawn.draw(demo.graphs, demo.graph, before).tint.nodes[k] > 0
    )  # fmt: skip
    demo.run("tag.add", subjects=[passed], label="Swap desk", category="exchange")
    after = drawn.flow(records.books(demo), records.one(demo, before.run.number))
    assert after.rows.tolist() == before.rows.tolist()
    assert after.parts == before.parts


def test_commands_show_and_hide_and_the_last_wish_counts(demo: Session) -> None:
    every = flows(demo, start(demo), "forward")
    first, last = every["haircut"].run.number, every["fifo"].run.number
    jobs = [demo.run("trace.show", run=str(number)).job for number in (first, last)]
    for job in jobs:
        assert job is not None
        demo.wait(job)
    shown = demo.traces.drawn(demo.graphs, demo.graph)
    assert shown is not None
    assert shown.flow.method == "fifo"
    demo.run("trace.show", run=str(first))  # read already: at once
    assert demo.traces.shown[demo.graph] == first
    demo.run("trace.hide")
    assert demo.traces.drawn(demo.graphs, demo.graph) is None
    demo.run("trace.show", run=str(first))
    demo.evidence_changed()
    assert demo.traces.drawn(demo.graphs, demo.graph) is None
    assert demo.traces.lost(demo.graph) == first


class TestColonial:
    """The ransom payment: 75 BTC and a little change in, and what stands where."""

    @pytest.fixture
    def case(self, plugins: list[Plugin], tmp_path: Path) -> Iterator[Session]:
        """The real demo case."""
        with build(COLONIAL, tmp_path / "colonial.wcase", plugins, tmp_path / "home") as session:
            yield session

    def test_shares_at_the_seized_address_backward(self, case: Session) -> None:
        label = "Subject address of the seizure"
        found = flows(case, label, "backward")
        node = [n.key for n in case.graphs.picture(case.graph).nodes].index(labelled(case, label).key)
        for method, flow in found.items():
            made = drawn.draw(case.graphs, case.graph, flow)
            (share,) = made.nodes[node]
            assert (share.units, share.whole) == (7550844354, 7550844354), method
        seizing = labelled(case, "Seizing transaction").key
        number = [n.key for n in case.graphs.picture(case.graph).nodes].index(seizing)
        (share,) = drawn.draw(case.graphs, case.graph, found["fifo"]).nodes[number]
        assert share.units == 590422177  # it paid so much back to the address; the rest went to the FBI
        assert share.portion == pytest.approx(0.0848, abs=1e-4)

    def test_the_ransom_is_followed_in_exact_parts(self, case: Session) -> None:
        found = flows(case, "DarkSide ransom address", "forward")
        end = next(parse(h["subject"]) for h in found["fifo"].run.record["holders"] if h["amount"] == "7500034246")
        parts = {m: [s.part for s in way.way(case.graphs.ledger, f, end).stages] for m, f in found.items()}
        assert parts["fifo"] == [
            "0.00018307 BTC", "75.00015939 BTC", "0.00018307 BTC", "75.00015939 BTC", "75.00034246 BTC",
        ]  # fmt: skip
        assert parts["lifo"][0] == "0.00005939 BTC"
        assert parts["haircut"][:2] == ["0.00020000 BTC", "75.00030000 BTC"]
        assert set(parts["poison"]) == {""}

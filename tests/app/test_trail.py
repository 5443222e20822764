"""Which expansion brought what, also after reopening; collapsing it takes off only what nobody used, and moves nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from workstation.app import demo
from workstation.app.demo import Demo
from workstation.app.session import Session
from workstation.app.trail import Expansion, in_use, trail
from workstation.casefile.store import open_case
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse


@pytest.fixture
def grown(romance: Session) -> Session:
    """A new graph that begins with Collector 1 and was expanded once."""
    collector = _key(romance, "Collector 1")
    romance.run("graph.new", name="Growing")
    romance.run("graph.add", subjects=collector)
    romance.run("graph.expand", subject=collector, limit="all")
    return romance


def _key(session: Session, name: str) -> str:
    return next(node.key for node in session.graphs.picture(session.graph).nodes if node.name == name)


def _places(session: Session) -> dict[str, tuple[float, float]]:
    return {key: (p.x, p.y) for key, p in session.graphs.placed(session.graph).items()}


def _last(session: Session) -> Expansion:
    return trail(session.graphs, session.graph).expansions[-1]


def test_the_trail_tells_seeds_and_what_each_expansion_brought(grown: Session) -> None:
    told = trail(grown.graphs, grown.graph)
    assert len(told.seeds) == 1
    assert [e.subject.key for e in told.expansions] == list(told.seeds)
    first = set(told.expansions[0].brought)
    further = next(parse(key) for key in sorted(first) if _opens(grown, parse(key)))
    before = set(grown.graphs.placed(grown.graph))
    grown.run("graph.expand", subject=further, limit="all")
    told = trail(grown.graphs, grown.graph)
    assert [e.subject for e in told.expansions] == [parse(told.seeds[0]), further]
    assert set(told.expansions[1].brought) == set(grown.graphs.placed(grown.graph)) - before
    grown.run("edit.undo")
    assert len(trail(grown.graphs, grown.graph).expansions) == 1


def _opens(session: Session, subject: Subject) -> bool:
    return bool(session.graphs.neighbours(session.graph, subject, "both").candidates)


def test_collapsing_and_undoing_leaves_all_others_where_they_are(grown: Session) -> None:
    before, steps = _places(grown), grown.store.undo_position()
    used = in_use(grown, grown.graph, _last(grown))
    brought = set(_last(grown).brought) - set(used)
    label = grown.run("graph.collapse_back").label
    assert label == f"Collapse Collector 1: {len(brought)} nodes" + (f", {len(used)} in use stay" if used else "")
    assert grown.store.undo_position() == steps + 1
    assert _places(grown) == {key: at for key, at in before.items() if key not in brought}
    assert not brought & {key for each in trail(grown.graphs, grown.graph).expansions for key in each.brought}
    grown.run("edit.undo")
    assert _places(grown) == before
    assert brought <= set(_last(grown).brought)


@pytest.mark.parametrize("use", ["graph.pin", "note.add", "tag.add", "mark.colour", "finding.new", "frame.add", "entity.new"])  # fmt: skip
def test_what_is_in_use_since_stays(grown: Session, use: str) -> None:
    expansion = _last(grown)
    free = [key for key in expansion.brought if key not in in_use(grown, grown.graph, expansion)]
    given = {
        "graph.pin": {}, "note.add": {"body": "look"}, "tag.add": {"label": "x", "category": "exchange"},
        "mark.colour": {"colour": "#AABBCC"}, "finding.new": {"claim": "It is so"}, "frame.add": {"name": "F"},
        "entity.new": {"name": "E"},
    }[use]  # fmt: skip
    chosen = next(key for key in free if key.startswith("address:"))
    grown.run(use, subjects=[chosen], **given)
    grown.run("graph.collapse_back", expansion=expansion.key)
    left = grown.graphs.placed(grown.graph)
    assert chosen in left
    assert not [key for key in free if key != chosen and key in left]
    assert _last(grown).brought == tuple(key for key in expansion.brought if key in left)


def test_what_later_steps_connect_to_stays(grown: Session) -> None:
    expansion = _last(grown)
    free = [key for key in expansion.brought if key not in in_use(grown, grown.graph, expansion)]
    chosen, far = next(
        (key, c[0].subject)
        for key in free
        if (c := grown.graphs.neighbours(grown.graph, parse(key), "both").candidates)
    )
    grown.run("graph.add", subjects=[far])
    assert in_use(grown, grown.graph, expansion)[chosen] == "connected by a later step"
    grown.run("graph.collapse_back", expansion=expansion.key)
    assert {chosen, far.key} <= set(grown.graphs.placed(grown.graph))


def test_an_expansion_that_went_on_stays_and_says_why(grown: Session) -> None:
    expansion = _last(grown)
    for key in expansion.brought:
        grown.run("graph.pin", subjects=[key])
    with pytest.raises(WorkstationError, match=r"in use since \(pinned"):
        grown.run("graph.collapse_back", expansion=expansion.key)


def test_the_selection_says_which_expansion_is_meant(grown: Session) -> None:
    told = trail(grown.graphs, grown.graph)
    grown.select([parse(told.expansions[0].brought[0])])
    assert grown.run("graph.brought").made == told.expansions[0].key
    assert {s.key for s in grown.selection} == set(told.expansions[0].brought)
    grown.select([Subject("address", "tron", "T" + "x" * 33)])
    with pytest.raises(WorkstationError, match="nothing here was brought"):
        grown.run("graph.collapse_back")


def test_the_trail_survives_reopening_and_a_duplicate_has_it_too(grown: Session, tmp_path: Path) -> None:
    told, graph = trail(grown.graphs, grown.graph), grown.graph
    grown.run("graph.duplicate")
    copy = trail(grown.graphs, grown.graph)
    assert grown.graph != graph
    assert (copy.seeds, [e.brought for e in copy.expansions]) == (told.seeds, [e.brought for e in told.expansions])
    path = grown.store.path
    grown.store.close()
    with Session(open_case(path, actor="Tester"), grown.plugins, tmp_path / "settings") as again:
        assert trail(again.graphs, graph) == told


def test_a_payment_between_kept_nodes_stays(open_demo: Callable[[Demo], Session]) -> None:
    session = open_demo(demo.COLONIAL)
    start = next(p.subject for p in session.graphs.placed(session.graph).values() if p.subject.kind == "address")
    session.run("graph.new", name="Second")
    session.run("graph.add", subjects=[start])
    session.run("graph.expand", subject=start, limit="3")
    expansion = _last(session)
    far = next(key for key in expansion.brought if key.startswith("address:"))
    session.run("graph.pin", subjects=[far])
    session.run("graph.collapse_back", expansion=expansion.key)
    picture = session.graphs.picture(session.graph)
    ends = {picture.nodes[n].key for e in picture.edges for n in (e.source, e.target)}
    assert {start.key, far} <= ends
    assert {n.key for n in picture.nodes if n.kind != "stub"} <= ends

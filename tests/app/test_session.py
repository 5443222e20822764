"""A session keeps selection, graphs and the way back, and tells listeners what changed."""

from __future__ import annotations

from workstation.app.bus import CaseChanged, GraphChanged, SelectionChanged, ViewAsked
from workstation.app.session import Session
from workstation.domain.subjects import parse


def test_an_edit_is_told_with_its_subjects(romance: Session) -> None:
    heard: list[CaseChanged] = []
    romance.bus.subscribe(CaseChanged, heard.append)
    one = romance.graphs.picture(romance.graph).nodes[0].key
    romance.run("tag.add", subjects=one, label="x")
    romance.run("edit.undo")
    assert [(event.tables, event.subjects) for event in heard] == [(("tag",), (one,))] * 2
    assert heard[0].revision < heard[1].revision == romance.store.revision


def test_the_selection_is_told_only_when_it_differs(romance: Session) -> None:
    heard: list[SelectionChanged] = []
    romance.bus.subscribe(SelectionChanged, heard.append)
    one = parse(romance.graphs.picture(romance.graph).nodes[0].key)
    romance.select([one, one])
    romance.select([one])
    assert romance.selection == (one,)
    assert len(heard) == 1


def test_commands_use_the_selection(romance: Session) -> None:
    one = parse(romance.graphs.picture(romance.graph).nodes[0].key)
    romance.select([one])
    made = romance.run("tag.add", label="chosen")
    row = romance.store.row("tag", made.made)
    assert row is not None
    assert row["subject"] == one.key


def test_the_way_back(romance: Session) -> None:
    first = romance.graph
    romance.camera = (1.0, 2.0, 0.5)
    views: list[ViewAsked] = []
    romance.bus.subscribe(ViewAsked, views.append)
    second = romance.run("graph.new", name="Second").made
    assert romance.graph == second
    romance.camera = (9.0, 9.0, 1.0)
    assert romance.back()
    assert (romance.graph, romance.camera) == (first, (1.0, 2.0, 0.5))
    assert romance.forward()
    assert romance.graph == second
    assert not romance.forward()
    assert [view.graph for view in views] == [first, second]


def test_undoing_a_new_graph_shows_another(romance: Session) -> None:
    first = romance.graph
    heard: list[GraphChanged] = []
    romance.run("graph.new", name="Second")
    romance.bus.subscribe(GraphChanged, heard.append)
    romance.run("edit.undo")
    assert romance.graph == first
    assert heard[-1].graph == first


def test_a_scene_brings_back_selection_and_camera(romance: Session) -> None:
    one = parse(romance.graphs.picture(romance.graph).nodes[0].key)
    romance.select([one])
    scene = romance.run("scene.save", name="here", camera="3,4,0.25").made
    romance.select([])
    romance.run("scene.show", scene=scene)
    assert (romance.selection, romance.camera) == ((one,), (3.0, 4.0, 0.25))


def test_findings_without_evidence_are_problems(romance: Session) -> None:
    assert not [p for p in romance.problems() if p.code == "WS-FND-001"]
    made = romance.run("finding.new", claim="Believe me", subjects=())
    found = [p for p in romance.problems() if p.code == "WS-FND-001"]
    assert [p.subject for p in found] == [f"finding:{made.made}"]
    romance.run("finding.edit", finding=made.made, status="withdrawn")
    assert not [p for p in romance.problems() if p.code == "WS-FND-001"]


def test_remarks_of_imports_survive_reopening(colonial: Session) -> None:
    notes = [p for p in colonial.problems() if p.severity == "note"]
    assert any("does not name its chain" in p.text and p.where.startswith("E-0001") for p in notes)

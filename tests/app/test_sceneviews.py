"""A scene is shown and printed as it was kept: its places, filters and marks; what cannot be, is said."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workstation.app import export, sceneviews
from workstation.app.lens import Lens
from workstation.app.session import Session
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.subjects import parse


def _kept(session: Session, **given_: str) -> dict[str, object]:
    made = session.run("scene.save", name="Kept", **given_).made
    row = session.store.row("scene", made)
    assert row is not None
    return row


def _at(view: sceneviews.SceneView) -> dict[str, tuple[float, float]]:
    return {node.key: (node.x, node.y) for node in view.picture.nodes}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(steps=st.lists(st.sampled_from(["layout", "move", "hide", "remove", "add"]), max_size=5))
def test_no_later_edit_of_the_graph_moves_a_scene(romance: Session, steps: list[str]) -> None:
    row = _kept(romance)
    was = _at(sceneviews.view(romance.graphs, row))
    for number, step in enumerate(steps):
        keys = [key for key, p in romance.graphs.placed(romance.graph).items() if not p.hidden]
        if step == "layout":
            romance.run("layout.radial")
        elif step == "add":
            romance.run(
                "graph.add", subjects=[f"transfer:tron:{t.id}" for t in romance.store.transfers()][number : number + 2]
            )
        elif keys:
            given_ = {"positions": {keys[0]: (5.0 * number, 7.0)}} if step == "move" else {"subjects": [keys[-1]]}
            romance.run(f"graph.{step}", **given_)
    now = sceneviews.view(romance.graphs, row)
    assert (_at(now), now.remarks) == (was, ())


def test_what_is_gone_from_the_case_is_said(romance: Session) -> None:
    row = _kept(romance)
    shown = len(sceneviews.view(romance.graphs, row).picture.nodes)
    for exhibit in romance.store.exhibits():
        job = romance.run("case.retract", exhibit=exhibit.number, reason="wrong file").job
        if job is not None:
            romance.wait(job)
    for key in list(romance.graphs.placed(romance.graph)):
        romance.run("graph.remove", subjects=[key])
    found = sceneviews.view(romance.graphs, row)
    assert len(found.picture.nodes) < shown
    assert any("no longer in the case" in remark for remark in found.remarks)


def test_a_scene_of_an_older_file_says_that_it_has_no_places(romance: Session) -> None:
    row = _kept(romance)
    data = {k: v for k, v in json.loads(str(row["data"])).items() if k != "at"}
    old = {**row, "data": json.dumps(data)}
    romance.store.apply(ChangeSet("old", (Edit("scene", str(row["key"]), row, old),)), actor="E", record=False)
    found = sceneviews.view(romance.graphs, old)
    assert _at(found) == {n.key: (n.x, n.y) for n in romance.graphs.picture(romance.graph).nodes}
    assert found.remarks == ("this scene was kept without places; the nodes stand where they stand on the graph now",)


def test_a_figure_names_scope_filters_window_zone_marks_and_never_the_notes(romance: Session) -> None:
    node = romance.graphs.picture(romance.graph).nodes[0]
    romance.look(Lens(roles=("victim", "illicit"), since=1_770_000_000, outside="hide"))
    romance.select([parse(node.key)])
    _kept(romance, caption="What <b>moved</b>", notes="never print this")
    romance.look(Lens())
    romance.run("layout.radial")
    figure = export.bundle(romance).figures[-1]
    words = " ".join(figure.details)
    assert (figure.name, figure.caption) == ("Kept", "What <b>moved</b>")
    for part in (
        "Graph: Fund flow", "addresses shown", "outside the filters and hidden", "roles Victim or lawful source",
        "Time window: 2026-", "Time zone: UTC", f"Marked: {node.name}",
    ):  # fmt: skip
        assert part in words
    assert "never print" not in words + figure.svg + figure.caption
    assert "Service that can answer" not in figure.svg


def test_figures_stand_in_the_order_of_the_scenes(romance: Session) -> None:
    key = str(_kept(romance)["key"])
    romance.run("scene.move", scene=key, place="1")
    assert export.bundle(romance).figures[0].name == "Kept"


def test_marked_money_is_carried_to_the_places_of_the_scene(romance: Session) -> None:
    from workstation.analysis.picture import Tint

    row = _kept(romance)
    picture = romance.graphs.picture(romance.graph)
    tint = Tint(
        tuple(n / 10 for n in range(len(picture.nodes))), tuple(n / 100 for n in range(len(picture.edges))), "x"
    )
    romance.run("layout.radial")
    other = sceneviews.view(romance.graphs, row).picture
    carried = sceneviews.carried(tint, picture, other)
    share = dict(zip((n.key for n in picture.nodes), tint.nodes, strict=True))
    assert [share[node.key] for node in other.nodes] == list(carried.nodes)
    assert sorted(carried.edges) == sorted(tint.edges)


def test_a_figure_shows_what_the_camera_of_its_scene_sees_and_says_so(romance: Session) -> None:
    nodes = romance.graphs.picture(romance.graph).nodes
    left = min(nodes, key=lambda node: (node.x, node.y))
    near = romance.run("scene.save", name="Near", camera=f"{left.x},{left.y},3").made
    whole = romance.run("scene.save", name="Whole", camera=f"{left.x},{left.y},0.01").made
    nowhere = romance.run("scene.save", name="Nowhere", camera="900000,0,3").made
    rows = romance.store.rows("scene")
    seen = {key: sceneviews.view(romance.graphs, rows[key]) for key in (near, whole, nowhere)}
    assert seen[whole].part is None
    assert seen[nowhere].part is None
    part = seen[near].part
    assert part is not None
    assert part[0] < left.x < part[2]
    far = max(nodes, key=lambda node: node.x)
    assert far.x > part[2] + 100
    drawn = {key: sceneviews.svg(romance, found) for key, found in seen.items()}
    words = f">{far.name}</text>"
    assert words not in drawn[near]
    assert words in drawn[whole]
    assert "a part of the graph" in "".join(sceneviews.details(romance, seen[near]))
    assert "a part of the graph" not in "".join(sceneviews.details(romance, seen[whole]))


def test_a_camera_that_cannot_be_read_shows_the_whole_scene(romance: Session) -> None:
    key = romance.run("scene.save", name="Odd", camera="1,2,3").made
    row = romance.store.rows("scene")[key]
    for camera in ("[1,2]", '["a","b","c"]', "[NaN,0,1]", "[1,2,0]", "7"):
        found = sceneviews.view(romance.graphs, {**row, "data": f'{{"camera":{camera},"shown":[]}}'})
        assert found.part is None, camera

"""Layouts, lining up and frames as commands: one undo step, exact way back, nothing untouched moves."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.test_graph import star
from workstation.app import intake
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError

NAMES = ("graph.layout", "layout.time", "layout.time_asset", "layout.time_exchange", "layout.organic", "layout.radial")


def _keys(session: Session) -> list[str]:
    """What is drawn; members of an entity are placed too, but stand inside it."""
    return sorted(node.key for node in session.graphs.picture(session.graph).nodes)


def _places(session: Session) -> dict[str, tuple[float, float]]:
    return {key: (p.x, p.y) for key, p in session.graphs.placed(session.graph).items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_layout_keeps_pins_and_undo_brings_back_the_exact_places(romance: Session, name: str) -> None:
    pinned = _keys(romance)[:2]
    romance.run("graph.move", positions={_keys(romance)[3]: (3000, 2000)}, pin="no")
    romance.run("graph.pin", subjects=pinned)
    before, steps = _places(romance), romance.store.undo_position()
    result = romance.run(name)
    after = _places(romance)
    assert result.label.startswith("Layout: ")
    assert romance.store.undo_position() == steps + 1
    assert all(after[key] == before[key] for key in pinned)
    romance.undo()
    assert _places(romance) == before
    romance.redo()
    assert _places(romance) == after


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(NAMES), chosen=st.sets(st.integers(0, 9), min_size=2, max_size=6))
def test_only_the_selection_moves(romance: Session, name: str, chosen: set[int]) -> None:
    keys = _keys(romance)
    wanted = [keys[n % len(keys)] for n in sorted(chosen)]
    before = _places(romance)
    romance.run(name, subjects=wanted)
    after = _places(romance)
    assert all(after[key] == before[key] for key in keys if key not in wanted)
    drawn = [(n.x, n.y) for n in romance.graphs.picture(romance.graph).nodes if n.key in wanted]
    others = [(n.x, n.y) for n in romance.graphs.picture(romance.graph).nodes if n.key not in wanted]
    assert all(abs(x - a) >= 100 or abs(y - b) >= 50 for x, y in drawn for a, b in others)


def test_a_time_axis_has_ticks_and_lanes_until_another_layout(romance: Session) -> None:
    romance.run("layout.time_asset")
    picture = romance.graphs.picture(romance.graph)
    assert picture.ticks
    assert "USDT" in {name for _, _, name in picture.lanes}
    romance.run("layout.organic")
    assert not romance.graphs.picture(romance.graph).ticks
    romance.undo()
    assert romance.graphs.picture(romance.graph).ticks == picture.ticks


def test_a_cancelled_layout_leaves_everything_as_it_is(empty: Session, tmp_path: Path) -> None:
    hub = star(tmp_path / "star.csv", 1600)
    intake.import_files(empty, [tmp_path / "star.csv"])
    empty.run("graph.expand", subject=hub, direction="out", limit="all")
    before, steps = _places(empty), empty.store.undo_position()
    job = empty.run("layout.organic").job
    assert job is not None
    job.cancel()
    with pytest.raises(WorkstationError, match="cancelled"):
        empty.wait(job)
    assert job.state == "cancelled"
    assert _places(empty) == before
    assert empty.store.undo_position() == steps


def test_a_frame_is_kept_changed_left_and_taken_away(romance: Session) -> None:
    one, two = _keys(romance)[:2]
    made = romance.run("frame.add", subjects=[one, two], name="Ring").made
    frames = romance.graphs.picture(romance.graph).frames
    assert [(f.name, len(f.members)) for f in frames] == [("Ring", 2)]
    romance.run("frame.edit", frame=made, name="Gang", colour="#AA0000")
    assert romance.graphs.picture(romance.graph).frames[0].colour == "#aa0000"
    romance.run("frame.leave", subjects=[one])
    assert [len(f.members) for f in romance.graphs.picture(romance.graph).frames] == [1]
    romance.run("frame.leave", subjects=[two])
    assert not romance.graphs.picture(romance.graph).frames
    romance.undo()
    assert romance.run("frame.remove", frame=made).label == "Remove frame “Gang”"
    romance.undo()
    assert romance.store.rows("frame")[made]["name"] == "Gang"
    romance.run("graph.delete")
    assert not romance.store.rows("frame")


def test_lining_up_one_node_is_refused_in_words(romance: Session) -> None:
    with pytest.raises(WorkstationError, match="2 are needed"):
        romance.run("layout.align_left", subjects=_keys(romance)[:1])

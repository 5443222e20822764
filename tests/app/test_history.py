"""Branches of the undo history, comparing two states, and merging and splitting parties, as a session does them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from sqlalchemy import insert

from tests.casefile.casefile_tools import new_case
from workstation.app.comparing import differences, line
from workstation.app.history import depths
from workstation.app.session import Session
from workstation.casefile import steps
from workstation.casefile.tables import UNDO
from workstation.casefile.verify import verify_case
from workstation.domain.changes import WORK_TABLES, ChangeSet, Edit
from workstation.domain.errors import WorkstationError


def _state(session: Session) -> dict[str, object]:
    return {table: session.store.rows(table) for table in WORK_TABLES}


def _addresses(session: Session, count: int) -> list[str]:
    """Addresses of the graph that belong to no party."""
    taken = {row["subject"] for row in session.store.rows("entity_member").values()}
    placed = session.graphs.placed(session.graph).values()
    return [p.subject.key for p in placed if p.subject.kind == "address" and p.subject.key not in taken][:count]


def test_a_hypothesis_is_tried_left_compared_and_taken_up_again(romance: Session) -> None:
    one, two = _addresses(romance, 2)
    start = romance.history.current()
    romance.run("tag.add", subjects=one, label="Exchange")
    romance.run("history.name", name="Hypothesis A")
    first, state = romance.history.current(), _state(romance)
    romance.undo()
    romance.run("tag.add", subjects=one, label="Mixer")
    romance.run("note.add", subjects=two, body="Second idea")
    romance.run("history.name", name="Hypothesis B")
    second = romance.history.current()

    found = romance.run("history.compare", first=first, second=second).value
    assert sorted(line(d, "A1") for d in found) == [
        "added: note “Second idea” on A1", "added: tag “Mixer” on A1", "removed: tag “Exchange” on A1",
    ]  # fmt: skip
    assert {d.subject for d in found} == {one, two}

    assert romance.run("history.go", step=first).label == "Go to “Hypothesis A”"
    assert _state(romance) == state
    names = {e.name: e.state for e in romance.history.entries() if e.name}
    assert names == {"Hypothesis A": "done", "Hypothesis B": "branch"}
    assert romance.history.next_undo().startswith("Tag ")
    romance.run("history.go", step=second)
    assert romance.history.next_redo() == ""
    romance.run("history.go", step=start)
    assert romance.history.next_redo()  # redo follows a branch again
    assert [check for check in verify_case(romance.store) if not check.ok] == []


def test_who_made_a_step_is_kept(romance: Session) -> None:
    romance.run("note.add", subjects=_addresses(romance, 1), body="x")
    assert romance.history.entries()[-1].actor == "Tester"


def test_the_beginning_has_no_other_name(empty: Session) -> None:
    assert empty.why_off(empty.commands.get("history.go")) == "nothing was changed yet"
    with pytest.raises(WorkstationError, match="WS-CMD-002"):
        empty.run("history.name")


def test_only_columns_that_changed_are_told() -> None:
    edit = Edit("note", "n", {"body": "a", "at": "1", "subject": "s"}, {"body": "b", "at": "2", "subject": "s"})
    assert line(differences([edit])[0], "Victim") == "changed: note “b” on Victim (body: a → b)"


def _typed(number: int) -> dict[str, object]:
    before = {"body": str(number - 1)} if number > 1 else None
    return {"table": "note", "key": "n", "before": before, "after": {"body": str(number)}}


def test_ten_thousand_steps_are_walked_quickly(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        rows = [
            {
                "id": n, "parent": n - 1, "label": f"Step {n}", "name": "", "merge": "", "at": "", "actor": "E",
                "undone": 0, "edits": json.dumps([_typed(n)]),
            }
            for n in range(1, 10_001)
        ]  # fmt: skip
        store.apply(ChangeSet("all", (Edit("note", "n", None, {"body": "10000"}),)), actor="E")
        with store.database.write() as conn:
            conn.execute(insert(UNDO), rows)
        begin = time.perf_counter()
        assert steps.go(store, 1, "Go", "E") is not None
        assert store.rows("note")["n"]["body"] == "1"
        assert steps.next_labels(store) == ("Step 1", "Step 2")
        assert set(depths(store.undo_entries()).values()) == {0}
        assert time.perf_counter() - begin < 5


@pytest.fixture
def parties(romance: Session) -> tuple[Session, str, str]:
    """A session with two more parties on the graph, of two addresses and of one."""
    a, b, c = _addresses(romance, 3)
    one = romance.run("entity.new", subjects=[a, b], name="Ring").made
    two = romance.run("entity.new", subjects=[c], name="Wallet").made
    romance.run("note.add", subjects=f"entity::{two}", body="known to us")
    return romance, one, two


def _members(session: Session, entity: str) -> set[str]:
    return {row["subject"] for row in session.store.rows("entity_member").values() if row["entity"] == entity}


def test_two_parties_become_one_and_two_again(parties: tuple[Session, str, str]) -> None:
    session, one, two = parties
    before, all_of_them = _state(session), _members(session, one) | _members(session, two)
    result = session.run("entity.merge", entity=one, other=two, reason="same phone number")
    assert result.label == "Merge “Wallet” into “Ring”"
    assert _members(session, one) == all_of_them
    assert session.store.row("entity", two) is None
    assert "same phone number" in session.store.rows("entity")[one]["note"]
    moved = [r for r in session.store.rows("note").values() if r["subject"] == f"entity::{one}"]
    assert [r["body"] for r in moved] == ["known to us"]
    assert not [r for r in session.store.rows("placement").values() if r["subject"] == f"entity::{two}"]
    session.undo()
    assert _state(session) == before


def test_parties_with_different_owners_are_not_merged(parties: tuple[Session, str, str]) -> None:
    session, one, two = parties
    for entity, owner in ((one, "Exchange X"), (two, "Exchange Y")):
        session.run("tag.add", subjects=min(_members(session, entity)), label=owner, basis="fact", confidence="high")
    before = _state(session)
    with pytest.raises(WorkstationError, match="“Exchange X” and “Exchange Y”"):
        session.run("entity.merge", entity=one, other=two, reason="looks alike")
    assert _state(session) == before


def test_members_become_a_party_of_their_own(parties: tuple[Session, str, str]) -> None:
    session, one, _ = parties
    before, gone = _state(session), min(_members(session, one))
    made = session.run("entity.split", entity=one, subjects=gone, name="Mule", reason="other owner").made
    assert _members(session, made) == {gone}
    assert gone not in _members(session, one)
    assert session.store.rows("entity")[made]["note"] == "Split from “Ring”: other owner"
    assert f"entity::{made}" in session.graphs.placed(session.graph)
    session.undo()
    assert _state(session) == before


@pytest.mark.parametrize("given", [{"reason": " "}, {"name": ""}, {"subjects": "all"}, {"subjects": "other"}])
def test_a_split_that_makes_no_sense_is_refused(parties: tuple[Session, str, str], given: dict[str, str]) -> None:
    session, one, two = parties
    members = {"all": sorted(_members(session, one)), "other": sorted(_members(session, two))}
    wanted = {"subjects": min(_members(session, one)), "name": "Mule", "reason": "why", **given}
    wanted["subjects"] = members.get(str(wanted["subjects"]), wanted["subjects"])  # type: ignore[arg-type]
    before = _state(session)
    with pytest.raises(WorkstationError, match="WS-CMD-003"):
        session.run("entity.split", entity=one, **wanted)
    assert _state(session) == before

"""Merging a colleague's case: same things found again, numbers and keys made anew, conflicts shown, both logs kept."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.handover.conftest import Merge, Work
from workstation.app import custody, demo, export
from workstation.app.handover import planning, theirs
from workstation.app.reproduce import reproduce
from workstation.app.session import Session
from workstation.casefile.tables import WORK
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import parse


def _state(session: Session) -> dict[str, dict[str, dict[str, Any]]]:
    return {table: session.store.rows(table) for table in sorted(WORK)}


def _victim(session: Session, name: str = "Victim 1") -> str:
    return next(node.key for node in session.graphs.picture(session.graph).nodes if node.name == name)


def test_a_case_over_the_same_files_brings_only_what_is_new_under_the_numbers_of_this_case(
    case: Path, shifted: Path, work: Work, merge: Merge, tmp_path: Path
) -> None:
    other = Path(shutil.copyfile(shifted, tmp_path / "theirs.wcase"))
    with work(other, "Colleague") as session:
        paid = next(t for t in session.store.transfers(chain="tron") if t.amount)
        session.run("finding.new", claim="One payment", subjects=[f"transfer:tron:{paid.id}"])
    with work(case) as session:
        there = session.store.transfers(chain="tron", tx=paid.tx)
        assert paid.id not in {t.id for t in there}  # the same payment has another number here
        tags, entities = session.store.rows("tag"), session.store.rows("entity")
        findings, exhibits = len(session.store.rows("finding")), {e.sha256 for e in session.store.exhibits()}
        plan, _ = merge(session, other)
        assert (
            len({e.sha256 for e in session.store.exhibits()} - exhibits) == len(demo.COLONIAL.files()) + 1
        )  # and her log
        assert len(session.store.rows("finding")) == findings + 1
        assert session.store.rows("tag") == tags  # both say the same of the same addresses
        assert session.store.rows("entity") == entities
        claims = {row["claim"]: (key, row) for key, row in session.store.rows("finding").items()}
        key, row = claims["One payment"]
        assert row["number"] == max(r["number"] for r in session.store.rows("finding").values())
        (link,) = [r for r in session.store.rows("finding_link").values() if r["finding"] == key]
        (same,) = session.store.transfers(ids=[int(parse(link["subject"]).ref)])
        assert (same.tx, same.amount, same.parties) == (paid.tx, paid.amount, paid.parties)
        assert plan.left_out == ()
        assert {c.name: c.detail for c in custody.verify(session.store) if not c.ok} == {}


def test_two_copies_that_went_on_are_joined_though_their_keys_collide(
    case: Path, work: Work, merge: Merge, tmp_path: Path
) -> None:
    copy = Path(shutil.copyfile(case, tmp_path / "copy.wcase"))
    with work(copy, "Colleague") as session:
        session.run("note.add", subjects=[_victim(session)], body="hers")
        session.run("tag.remove", tag=sorted(session.store.rows("tag"))[0])
    with work(case) as session:
        session.run("note.add", subjects=[_victim(session, "Victim 4")], body="mine")
        before = _state(session)
        plan, _ = merge(session, copy)
        notes = {row["body"]: row for row in session.store.rows("note").values()}
        assert {"mine", "hers"} <= notes.keys()
        assert notes["hers"]["author"] == "Colleague"
        assert len(session.store.rows("tag")) == len(before["tag"]) - 1
        assert plan.conflicts == ()
        session.undo()
        assert _state(session) == before


@pytest.mark.parametrize("chosen", ["mine", "theirs"])
def test_what_both_changed_is_a_conflict_and_a_person_decides(
    case: Path, work: Work, merge: Merge, tmp_path: Path, chosen: str
) -> None:
    copy = Path(shutil.copyfile(case, tmp_path / "copy.wcase"))
    with work(copy, "Colleague") as session:
        finding = next(iter(session.store.rows("finding")))
        session.run("finding.edit", finding=finding, claim="theirs", reasons="new reasons")
    with work(case) as session:
        session.run("finding.edit", finding=finding, claim="mine")
        with theirs.opened(copy, session.plugins) as other:
            (conflict,) = planning.plan(session, other).conflicts
        assert (conflict.id, conflict.columns) == (f"finding/{finding}", (("claim", "mine", "theirs"),))
        _, told = merge(session, copy, (conflict.id,) if chosen == "theirs" else ())
        row = session.store.rows("finding")[finding]
        assert (row["claim"], row["reasons"]) == (chosen, "new reasons")  # what only one changed comes anyway
        (kept,) = told["conflicts"]
        assert (kept["kept"], kept["mine"]["claim"], kept["theirs"]["claim"]) == (chosen, "mine", "theirs")


@pytest.mark.parametrize("chosen", [False, True])
def test_an_address_stays_in_one_entity(case: Path, work: Work, merge: Merge, tmp_path: Path, *, chosen: bool) -> None:
    copy = Path(shutil.copyfile(case, tmp_path / "copy.wcase"))
    with work(copy, "Colleague") as session:
        address = _victim(session)
        session.run("entity.new", subjects=[address, _victim(session, "Victim 4")], name="Family")
    with work(case) as session:
        session.run("entity.new", subjects=[address], name="Loner")
        with theirs.opened(copy, session.plugins) as other:
            plan = planning.plan(session, other)
        assert [(c.id, c.columns) for c in plan.conflicts] == [(f"entity/{address}", (("entity", "Loner", "Family"),))]
        merge(session, copy, (plan.conflicts[0].id,) if chosen else ())
        entities = {key: row["name"] for key, row in session.store.rows("entity").items()}
        of = [entities[r["entity"]] for r in session.store.rows("entity_member").values() if r["subject"] == address]
        assert of == (["Family"] if chosen else ["Loner"])


def test_a_trace_run_that_a_finding_cites_is_asked_again_here(
    case: Path, shifted: Path, work: Work, merge: Merge, tmp_path: Path
) -> None:
    other = Path(shutil.copyfile(shifted, tmp_path / "theirs.wcase"))
    with work(other, "Colleague") as session:
        subject = next(iter(session.store.rows("mark")))
        session.wait(session.run("trace.run", subjects=[subject], methods="fifo").job)
        number = session.store.kept_traces()[0].number
        session.run("finding.new", claim="By first in, first out", subjects=[f"run::{number}"])
        package = export.export(session, tmp_path / "theirs.zip").path
    for name, source in (("case", other), ("package", package)):
        mine = Path(shutil.copyfile(case, tmp_path / f"{name}-mine.wcase"))
        with work(mine) as session:
            _, told = merge(session, source)
            assert [run["same"] for run in told["runs"]] == [True], name
            finding = next(k for k, r in session.store.rows("finding").items() if r["claim"].startswith("By first"))
            (link,) = [r["subject"] for r in session.store.rows("finding_link").values() if r["finding"] == finding]
            assert link == f"run::{told['runs'][0]['here']}"
            assert session.store.kept_trace(told["runs"][0]["here"]) is not None
            session.undo()  # rows and citations are one step
            assert not [r for r in session.store.rows("finding").values() if r["claim"].startswith("By first")]


def test_a_merged_case_can_be_exported_and_reproduced(
    case: Path, shifted: Path, work: Work, merge: Merge, tmp_path: Path
) -> None:
    with work(case) as session:
        merge(session, shifted)
        package = export.export(session, tmp_path / "merged.zip").path
        plugins = session.plugins
    found = reproduce(package, plugins)
    assert (dict(found.differing), found.not_done) == ({}, ())


def test_merging_twice_brings_nothing_more_and_later_work_comes_alone(
    case: Path, shifted: Path, work: Work, merge: Merge, tmp_path: Path
) -> None:
    other = Path(shutil.copyfile(shifted, tmp_path / "theirs.wcase"))
    with work(case) as session:
        merge(session, other)
        with theirs.opened(other, session.plugins) as again:
            assert planning.plan(session, again).empty
    with work(other, "Colleague") as colleague:
        colleague.run("note.add", subjects=[next(iter(colleague.store.rows("mark")))], body="later")
    with work(case) as session:
        plan, _ = merge(session, other)
        assert [(edit.table, (edit.after or {})["body"]) for edit in plan.edits] == [("note", "later")]


def test_a_case_is_not_merged_with_itself_and_a_damaged_one_is_refused(case: Path, work: Work, tmp_path: Path) -> None:
    copy = Path(shutil.copyfile(case, tmp_path / "copy.wcase"))
    with work(case) as session:
        with theirs.opened(copy, session.plugins) as other, pytest.raises(WorkstationError) as told:
            planning.plan(session, other)
        assert told.value.code == "WS-HND-005"
        before = session.store.head()
        garbage = tmp_path / "garbage.wcase"
        garbage.write_bytes(b"PK\x03\x04 not a case")
        with pytest.raises(WorkstationError), theirs.opened(garbage, session.plugins):
            pass
        with pytest.raises(WorkstationError) as missing, theirs.opened(tmp_path / "none.wcase", session.plugins):
            pass
        assert missing.value.code == "WS-HND-002"
        assert session.store.head() == before


def test_a_redacted_package_is_refused(case: Path, work: Work, tmp_path: Path) -> None:
    with work(case) as session:
        session.run("person.add", name="Maria Muster", kind="victim")
        chosen = export.Redaction(("victim",), "basis", "approver")
        package = export.export(session, tmp_path / "redacted.zip", redaction=chosen).path
        with pytest.raises(WorkstationError) as told, theirs.opened(package, session.plugins):
            pass
    assert told.value.code == "WS-RPR-002"


_STEP = st.tuples(st.sampled_from(["note", "label", "claim", "mark", "undo"]), st.integers(0, 5), st.integers(0, 2))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STEP, max_size=5), st.lists(_STEP, max_size=5))
def test_whatever_two_officers_did_nothing_of_either_is_lost(
    case: Path, work: Work, merge: Merge, tmp_path: Path,
    mine: list[tuple[str, int, int]], hers: list[tuple[str, int, int]],
) -> None:  # fmt: skip
    first, second = tmp_path / "first.wcase", tmp_path / "second.wcase"
    for path in (first, second):
        shutil.copyfile(case, path)
    with work(second, "Colleague") as session:
        base, began = _state(session), session.store.head()
        for step in hers:
            _do(session, step, "hers")
        theirs_now, went_on = _state(session), session.store.head() != began
    with work(first) as session:
        for step in mine:
            _do(session, step, "mine")
        now = _state(session)
        if not went_on:  # she left nothing in her log
            with pytest.raises(WorkstationError, match="WS-HND-005"):
                merge(session, second)
            return
        plan, _ = merge(session, second)
        after = _state(session)
        open_rows = {(c.table, c.key) for c in plan.conflicts}
        for table in base:
            for key, row in now[table].items():  # what was here is here, unless only she changed it
                if row != base[table].get(key):
                    assert key in after[table]
                    changed = {n for n, v in row.items() if v != base[table].get(key, {}).get(n)}
                    assert all(after[table][key][n] == row[n] for n in changed)
            said = [_said(row) for row in after[table].values()]
            for key, row in theirs_now[table].items():  # what she made or changed is here, or is a conflict
                if row != base[table].get(key) and (table, key) not in open_rows:
                    assert _said(row) in said, (table, key)
        session.undo()
        assert _state(session) == now or not plan.edits


def _said(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row.get(name) for name in ("subject", "label", "body", "claim"))


def _do(session: Session, step: tuple[str, int, int], who: str) -> None:
    kind, where, number = step
    nodes = sorted(n.key for n in session.graphs.picture(session.graph).nodes if n.kind == "address")
    subject = nodes[where % len(nodes)]
    if kind == "note":
        session.run("note.add", subjects=[subject], body=f"{who} {number}")
    elif kind == "label":
        session.run("tag.add", subjects=[subject], label=f"{who} {number}")
    elif kind == "claim":
        findings = sorted(session.store.rows("finding"))
        session.run("finding.edit", finding=findings[where % len(findings)], claim=f"{who} {number}")
    elif kind == "mark":
        session.run("mark.role", subjects=[subject], role=("illicit", "service", "victim")[number])
    elif session.history.next_undo():
        session.undo()


def test_rows_that_no_program_of_ours_writes_are_left_out_and_told(
    case: Path, work: Work, merge: Merge, tmp_path: Path
) -> None:
    copy = Path(shutil.copyfile(case, tmp_path / "copy.wcase"))
    with work(copy, "Mallory") as session:
        rows = [
            Edit("note", "note-900", None, {"subject": "not a subject", "body": "<b>x</b>"}),
            Edit("mark", "nor this", None, {"role": "illicit"}),
            Edit("finding_link", "link-900", None, {"finding": "finding-19", "subject": "transfer:tron:999999"}),
            Edit("scene", "scene-900", None, {"graph": "graph-6", "name": "=1+1", "position": 9, "data": "[[["}),
        ]
        session.store.apply(ChangeSet("by hand", tuple(rows)), actor="Mallory")
        session.store.log("case.part", {"case_id": 7, "keys": [1, 2]}, actor="Mallory")
    with work(case) as session:
        plan, told = merge(session, copy)
        assert {table for table, _, _ in plan.left_out} == {"note", "mark", "finding_link"}
        assert len(told["left_out"]) == 3
        assert session.graphs.picture(session.graph).nodes  # the case can still be drawn
        assert [row["name"] for row in session.store.rows("scene").values()].count("=1+1") == 1
        assert {c.name: c.detail for c in custody.verify(session.store) if not c.ok} == {}


def test_a_merge_stands_in_the_steps_and_in_the_register_of_hand_overs(
    case: Path, shifted: Path, work: Work, merge: Merge, tmp_path: Path
) -> None:
    with work(case) as session:
        _, told = merge(session, shifted)
        (line,) = custody.hand_overs(list(session.store.custody()))
        assert (line.direction, line.giver, line.taker, line.seal) == ("in", "Colleague", "Lead", told["head"])
        step = export.bundle(session).steps[-1]
        assert (step.action, step.exhibit, step.parameters["head"]) == ("merge", told["log"], told["head"])

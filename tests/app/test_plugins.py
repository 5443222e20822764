"""An analysis is run on a case, kept with all it takes to run it again, and its answers are decided by a person."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workstation.app import export, pluginruns, plugins
from workstation.app.session import Session
from workstation.casefile.verify import verify_case
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import approval
from workstation.plugin_host.discovery import discover
from workstation.sdk.api import Proposal

HEAD = """
[plugin]
id = "sample"
name = "Sample"
version = "1.2.0"
api = "1.0"
license = "Apache-2.0"
authors = ["A. Author"]

[[analysis]]
id = "find"
title = "Sample"
help = "A sample."
entry = "code:find"
applies_to = ["case", "address"]
reads = ["transfers"]
proposes = ["tag", "entity"]
limits = { seconds = 20, memory_mb = 512 }

[analysis.params.label]
type = "text"
default = "payer"
"""
CODE = """
from workstation.sdk.api import *

def find(case, params, run):
    run.progress(0, 3, "begins")
    paid = [t for t in case.transfers() if t.sender and t.receiver]
    one, other = paid[0], next(t for t in paid if t.sender != paid[0].sender)
    because = Finding("payer", "It paid", "It paid out.", "heuristic", (one.sender,), case.cite(one),
        {"amount": one.amount, "fee": Absent("no source states it")}, "another holder of the key", (one.id,))
    yield because
    yield Proposal(SuggestedTag(one.sender, params["label"], "exchange"), because)
    yield Proposal(SuggestedEntity("Payers", (one.sender, other.sender)), because)
    yield Proposal(SuggestedTag("address:tron:Tnowhere", "nobody"), because)
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernel sandbox: Linux only")


@pytest.fixture
def session(romance: Session, tmp_path: Path) -> Session:
    """The demo case with one more plugin, and no entities."""
    write(tmp_path / "plugins" / "sample", CODE)
    romance.plugins = (*romance.plugins, *discover([tmp_path / "plugins"]))
    for key in tuple(romance.store.rows("entity")):
        romance.run("entity.remove", entity=key)
    return romance


def write(folder: Path, code: str) -> None:
    """A plugin of one function."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plugin.toml").write_text(HEAD, "utf-8")
    (folder / "code.py").write_text(code, "utf-8")


def ran(session: Session, **given: str) -> plugins.PluginRun:
    """Run the analysis to its end."""
    job = session.run("plugin.run", analysis="sample/find", **given).job
    assert job is not None
    run = session.wait(job)
    assert isinstance(run, plugins.PluginRun)
    return run


def test_a_run_is_kept_sealed_and_the_same_run_is_kept_once(session: Session) -> None:
    """Code, settings, state and answers are in the record; the work product is as it was."""
    before, tags = session.store.undo_position(), session.store.rows("tag")
    run = ran(session, settings="label=sender")
    assert (run.number, run.analysis) == (1, "sample/find")
    assert run.record["parameters"] == {"label": "sender"}
    assert len(run.record["answers"]) == 4
    assert all(len(run.record[name]) == 64 for name in ("tree", "snapshot", "digest"))
    assert (session.store.undo_position(), session.store.rows("tag")) == (before, tags)
    assert all(check.ok for check in verify_case(session.store))
    again = ran(session, settings="label=sender")
    assert again == run
    assert len(plugins.kept_runs(session.store)) == 1
    assert len(plugins.inbox(session.store)) == 3


def test_accepting_a_tag_is_one_step_with_its_source(session: Session) -> None:
    """The label names the plugin; undo opens the proposal again."""
    ran(session)
    tags = set(session.store.rows("tag"))
    item = plugins.inbox(session.store)[0]
    made = session.run("plugin.accept", run=item.run, number=item.number, confidence="low")
    row = session.store.rows("tag")[made.made]
    assert (row["label"], row["category"], row["source"], row["basis"], row["confidence"]) == (
        "payer", "exchange", "plugin sample 1.2.0 DEV", "heuristic", "low",
    )  # fmt: skip
    assert len(plugins.inbox(session.store)) == 2
    with pytest.raises(WorkstationError, match="decided already"):
        session.run("plugin.accept", run=item.run, number=item.number)
    ran(session)  # the same proposal of a later run is decided too
    assert len(plugins.inbox(session.store)) == 2
    session.run("edit.undo")
    assert set(session.store.rows("tag")) == tags
    assert not session.store.rows("verdict")
    assert len(plugins.inbox(session.store)) == 3


def test_accepting_an_entity_joins_its_members(session: Session) -> None:
    """A new entity; with a member in an entity already the others join that one."""
    ran(session)
    item = plugins.inbox(session.store)[1]
    session.run("plugin.accept", run=item.run, number=item.number)
    [(key, row)] = session.store.rows("entity").items()
    assert row["name"] == "Payers"
    assert [m["rule"] for m in session.store.rows("entity_member").values()] == ["plugin sample 1.2.0 DEV"] * 2
    session.run("edit.undo")
    assert isinstance(item.answer, Proposal)
    held = session.run("entity.new", subjects=item.finding.subjects[0], name="Known").made
    session.run("plugin.accept", run=item.run, number=item.number)
    assert {m["entity"] for m in session.store.rows("entity_member").values()} == {held}
    assert key not in session.store.rows("entity")


def test_rejecting_needs_a_reason_and_what_the_case_does_not_hold_cannot_be_accepted(session: Session) -> None:
    """Nothing changes when it is refused."""
    ran(session)
    nobody = plugins.inbox(session.store)[2]
    given = {"run": nobody.run, "number": nobody.number}
    with pytest.raises(WorkstationError, match="does not hold"):
        session.run("plugin.accept", **given)
    with pytest.raises(WorkstationError):
        session.run("plugin.reject", **given, reason=" ")
    assert not session.store.rows("verdict")
    session.run("plugin.reject", **given, reason="no such address")
    assert [(i.word, i.reason) for i in plugins.answers(session.store) if i.word] == [("reject", "no such address")]
    session.run("edit.undo")
    assert len(plugins.inbox(session.store)) == 3


def test_a_kept_finding_cites_the_rows(session: Session) -> None:
    """The finding of the case has the transfers, the disproof and the run."""
    before = set(session.store.rows("finding"))
    ran(session)
    made = session.run("plugin.keep", run=1, number=1).made
    row = session.store.rows("finding")[made]
    assert (row["claim"], row["basis"], row["status"]) == ("DEV: It paid", "heuristic", "draft")
    assert "fee: no source states it" in row["reasons"]
    assert row["disproof"] == "another holder of the key"
    links = [r["subject"] for r in session.store.rows("finding_link").values() if r["finding"] == made]
    assert links[0].startswith("transfer:")
    session.run("edit.undo")
    assert set(session.store.rows("finding")) == before


def test_a_failed_run_keeps_only_a_line_in_the_log(session: Session, tmp_path: Path) -> None:
    """Also when it answered before it failed."""
    write(tmp_path / "plugins" / "sample", CODE + "    raise ValueError('half way')\n")
    job = session.run("plugin.run", analysis="find").job
    assert job is not None
    with pytest.raises(WorkstationError, match="half way"):
        session.wait(job)
    assert not plugins.kept_runs(session.store)
    *_, last = session.store.custody()
    assert last.kind == "plugin.failed"
    assert last.body is not None
    assert last.body["code"] == "WS-PLG-040"
    (told,) = pluginruns.runs(session.store)
    assert (told.number, told.analysis, told.actor) == (0, "sample/find", session.actor)
    assert "half way" in told.problem


def test_wrong_settings_and_names_are_told_at_once(session: Session) -> None:
    """Before any job begins."""
    for given in (
        {"analysis": "sample/none"},
        {"analysis": "find", "settings": "x=1"},
        {"analysis": "find", "settings": "x"},
    ):
        with pytest.raises(WorkstationError):
            session.run("plugin.run", **given)
    assert not session.jobs.all()


def test_a_kept_run_cannot_be_changed_and_verify_sees_when_it_was(session: Session) -> None:
    """The triggers refuse; where somebody takes them out, the custody log tells."""
    ran(session)
    for statement in ("UPDATE plugin_run SET record = '{}'", "DELETE FROM plugin_run"):
        with pytest.raises(Exception, match="append-only"), session.store.database.write() as conn:
            conn.exec_driver_sql(statement)
    with session.store.database.write() as conn:
        conn.exec_driver_sql("DROP TRIGGER plugin_run_no_update")
        conn.exec_driver_sql("UPDATE plugin_run SET record = '{}'")
    told = {check.name: check.detail for check in verify_case(session.store)}
    assert "plugin run 1 was changed" in told["plugin runs"]


def test_a_plugin_that_crashes_three_times_is_quarantined(romance: Session, tmp_path: Path) -> None:
    write(tmp_path / "plugins" / "sample", "import ctypes\ndef find(case, params, run):\n    ctypes.string_at(0)\n")
    romance.plugins = (*romance.plugins, *discover([tmp_path / "plugins"]))
    sample = next(each for each in plugins.known_plugins(romance) if each.manifest.id == "sample")
    for _ in range(3):
        with pytest.raises(WorkstationError) as caught:
            plugins.run_analysis(romance, sample, {})
        assert caught.value.exit_code == 4
        assert caught.value.code != "WS-PLG-076"
    with pytest.raises(WorkstationError, match="WS-PLG-076"):
        plugins.run_analysis(romance, sample, {})
    assert plugins.kept_runs(romance.store) == []


def test_what_nobody_approved_is_marked_wherever_it_goes(session: Session, tmp_path: Path) -> None:
    """The record, the finding and what is exported say DEV, also when the mark was edited away; approved bytes do not."""
    run = ran(session)
    assert (run.record["development"], run.source) == (True, "plugin sample 1.2.0 DEV")
    made = session.run("plugin.keep", run=1, number=1).made
    session.run("finding.edit", finding=made, claim="It paid, certainly")
    assert session.store.rows("finding")[made]["claim"] == "It paid, certainly"
    marked = [f.claim for f in export.bundle(session).findings if f.claim.endswith("certainly")]
    assert marked == ["DEV: It paid, certainly"]
    [sample] = discover([tmp_path / "plugins"])
    session.settings_folder.mkdir(exist_ok=True)
    approval.approve(approval.approvals_in(session.settings_folder), sample, by="D. Rossi", at="2026-01-02T03:04:05Z")
    again = ran(session)
    assert (again.number, again.record["development"], again.source) == (2, False, "plugin sample 1.2.0")
    items = {item.key: item for item in plugins.answers(session.store)}
    assert (items["1.1"].word, items["2.1"].word) == ("keep", "")  # unapproved code never speaks for approved code
    kept = session.run("plugin.keep", run=2, number=1).made
    assert session.store.rows("finding")[kept]["claim"] == "It paid"
    assert plugins.from_development(session.store) == {made}

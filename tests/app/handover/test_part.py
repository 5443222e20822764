"""A part of a case: what comes along, what stays behind, a log that holds with bodies withheld, and the way back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.app.handover.conftest import Merge, Work
from workstation.app import custody
from workstation.app.handover import otherlog, part, planning, theirs
from workstation.casefile.store import open_case
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse


def _split(case: Path, work: Work, out: Path) -> part.Part:
    """A part with one collector and the deposit, of a case with a second graph and a secret note elsewhere."""
    with work(case) as whole:
        names = {node.name: node.key for node in whole.graphs.picture(whole.graph).nodes}
        victim = next(key for name, key in names.items() if name.startswith("Victim"))
        whole.run("note.add", subjects=[victim], body="not for the colleague")
        whole.run("graph.new", name="For the colleague")
        deposit = names["Exchange A deposit"]
        whole.run("graph.add", subjects=[names["Collector 1"], deposit])
        return part.write(whole, part.belonging(whole, whole.graph), out)


def test_a_part_holds_its_graph_and_evidence_and_nothing_else(case: Path, work: Work, tmp_path: Path) -> None:
    made = _split(case, work, tmp_path / "part.wcase")
    with work(case) as whole, work(made.path, "Colleague") as small:
        assert [row["name"] for row in small.store.rows("graph").values()] == ["For the colleague"]
        drawn = {row["subject"] for row in small.store.rows("placement").values()}
        graph = next(k for k, row in whole.store.rows("graph").items() if row["name"] == "For the colleague")
        assert drawn == {row["subject"] for row in whole.store.rows("placement").values() if row["graph"] == graph}
        about = [row for table in ("note", "tag") for row in small.store.rows(table).values()]
        assert about
        assert {row["subject"] for row in about} <= drawn
        digests = {e.sha256 for e in whole.store.exhibits()}
        assert {e.sha256 for e in small.store.exhibits() if e.outcome == "accepted"} <= digests
        assert made.findings == len(small.store.rows("finding")) > 0
        cited = [parse(link["subject"]) for link in small.store.rows("finding_link").values()]
        assert all(small.store.citations(int(s.ref)) for s in cited if s.kind == "transfer")
        assert any(s.kind == "transfer" for s in cited)
        assert {c.name: c.detail for c in custody.verify(small.store) if not c.ok} == {}
        assert b"not for the colleague" not in made.path.read_bytes()


def test_the_log_of_the_whole_comes_along_with_other_bodies_withheld(case: Path, work: Work, tmp_path: Path) -> None:
    made = _split(case, work, tmp_path / "part.wcase")
    with work(made.path) as small:
        kept = next(e for e in small.store.exhibits() if e.name.startswith("custody-"))
        text = b"".join(small.store.exhibit_bytes(kept.number)).decode()
    lines = [json.loads(line) for line in text.splitlines()]
    with open_case(case) as whole:
        assert [line["hash"] for line in lines] == [e.digest for e in whole.custody()][: len(lines)]
    assert otherlog.log_problems(text.splitlines()) == (len(lines), [])
    told = [line["header"]["seq"] for line in lines if line["body"] is not None]
    assert 0 < len(told) < len(lines)
    assert "not for the colleague" not in text


@pytest.mark.parametrize("what", ["body", "hash", "line"])
def test_a_changed_log_of_another_case_is_told(case: Path, work: Work, tmp_path: Path, what: str) -> None:
    made = _split(case, work, tmp_path / "part.wcase")
    with work(made.path) as small:
        kept = next(e for e in small.store.exhibits() if e.name.startswith("custody-"))
        lines = b"".join(small.store.exhibit_bytes(kept.number)).decode().splitlines()
    if what == "line":
        del lines[3]
    else:
        found = json.loads(lines[2])
        found[what] = {"name": "other"} if what == "body" else "0" * 64
        lines[2] = json.dumps(found)
    assert otherlog.log_problems(lines)[1]


def test_a_part_goes_back_with_what_was_done_to_it(case: Path, work: Work, merge: Merge, tmp_path: Path) -> None:
    made = _split(case, work, tmp_path / "part.wcase")
    with work(made.path, "Colleague") as small:
        subject = next(iter(small.store.rows("placement").values()))["subject"]
        small.run("note.add", subjects=[subject], body="seen at an exchange")
        finding = next(key for key, row in small.store.rows("finding").items() if row["number"] == 2)
        small.run("finding.edit", finding=finding, claim="Sharper claim")
    with work(case) as whole:
        before = {table: whole.store.rows(table) for table in ("placement", "tag", "finding", "note")}
        plan, told = merge(whole, made.path)
        assert (plan.conflicts, plan.left_out, told["rows"]) == ((), (), 2)
        assert [
            (n["author"], n["body"]) for n in whole.store.rows("note").values() if n["body"].startswith("seen")
        ] == [("Colleague", "seen at an exchange")]
        claims = {row["number"]: row["claim"] for row in whole.store.rows("finding").values()}
        assert claims[2] == "Sharper claim"
        assert claims[1] == next(r["claim"] for r in before["finding"].values() if r["number"] == 1)
        assert whole.store.rows("placement") == before["placement"]
        whole.undo()
        assert {table: whole.store.rows(table) for table in before} == before
        again, _ = merge(whole, made.path)  # what was taken back can come again
        assert len(again.edits) == 2
        with theirs.opened(made.path, whole.plugins) as other:
            assert planning.plan(whole, other).empty
        assert {c.name: c.detail for c in custody.verify(whole.store) if not c.ok} == {}


def test_the_whole_is_not_merged_into_its_part(case: Path, work: Work, tmp_path: Path) -> None:
    made = _split(case, work, tmp_path / "part.wcase")
    with work(made.path) as small, theirs.opened(case, small.plugins) as other, pytest.raises(WorkstationError) as told:
        planning.plan(small, other)
    assert told.value.code == "WS-HND-004"


def test_an_empty_graph_gives_no_part(case: Path, work: Work, tmp_path: Path) -> None:
    with work(case) as whole:
        whole.run("graph.new", name="Empty")
        with pytest.raises(WorkstationError) as told:
            part.write(whole, part.belonging(whole, whole.graph), tmp_path / "part.wcase")
    assert told.value.code == "WS-HND-010"
    assert not (tmp_path / "part.wcase").exists()


def test_a_part_can_be_encrypted(case: Path, work: Work, tmp_path: Path) -> None:
    with work(case) as whole:
        made = part.write(
            whole, part.belonging(whole, whole.graph), tmp_path / "part.wcase", passphrase="long enough words here"
        )
    assert b"SQLite" not in made.path.read_bytes()[:64]
    with open_case(made.path, passphrase="long enough words here") as store:
        assert store.rows("finding")


def test_what_a_row_names_in_a_part_is_in_the_part(case: Path, work: Work, tmp_path: Path) -> None:
    with work(case) as whole:
        nodes = [n for n in whole.graphs.picture(whole.graph).nodes if n.kind == "address"]
        whole.run("group.collapse", subjects=[n.key for n in nodes[:2]], name="Ring")
        whole.run("scene.save", name="Ring shut", caption="", camera="0,0,1")
        made = part.write(whole, part.belonging(whole, whole.graph), tmp_path / "part.wcase")
        shown = sorted(n.name for n in whole.graphs.picture(whole.graph).nodes)
    with work(made.path) as small:
        assert sorted(n.name for n in small.graphs.picture(small.graph).nodes) == shown
        group = next(n for n in small.graphs.picture(small.graph).nodes if n.name == "Ring")
        small.run("group.open", subjects=[Subject("group", "", group.key.rpartition(":")[2])])
        assert {n.key for n in nodes[:2]} <= {n.key for n in small.graphs.picture(small.graph).nodes}
        scenes = [json.loads(row["data"])["shown"] for row in small.store.rows("scene").values()]
        assert any(group.key in shown for shown in scenes)

"""The demo cases come out the same every time, and export without a window."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.app import demo, export
from workstation.app.demo import Demo
from workstation.app.session import Session
from workstation.casefile.verify import verify_case
from workstation.domain.changes import WORK_TABLES
from workstation.plugin_host.discovery import Plugin


@pytest.mark.parametrize("which", [demo.ROMANCE, demo.COLONIAL], ids=lambda which: which.name)
def test_a_demo_is_the_same_everywhere(which: Demo, tmp_path: Path, plugins: list[Plugin]) -> None:
    heads, rows = [], []
    for name in ("one", "two"):
        with demo.build(which, tmp_path / f"{name}.wcase", plugins, tmp_path) as session:
            heads.append(session.store.head())
            rows.append({table: session.store.rows(table) for table in WORK_TABLES})
            assert all(check.ok for check in verify_case(session.store))
            assert not [p for p in session.problems() if p.severity != "note"]
    assert heads[0] == heads[1]
    assert rows[0] == rows[1]


def test_every_finding_of_the_demo_has_places(romance: Session, colonial: Session) -> None:
    for session in (romance, colonial):
        made = export.bundle(session)
        assert made.findings
        for finding in made.findings:
            assert finding.disproof
            assert finding.links
            assert all(link.sources for link in finding.links)


def test_the_bundle_tells_what_was_done(romance: Session) -> None:
    made = export.bundle(romance)
    assert [(step.action, step.tool, step.outcome) for step in made.steps] == [
        ("import", "ledger.csv", "accepted"),
        ("import", "address.list", "accepted"),
    ]
    assert [figure.name for figure in made.figures] == ["Where the money went"]
    assert made.case.sequence == made.custody[-1].sequence
    assert len(list(made.transfers())) == romance.store.counts().transfers
    assert all(check.ok for check in made.checks)


def test_looking_does_not_change_the_package(romance: Session, tmp_path: Path) -> None:
    first = export.export(romance, tmp_path / "a-evidence.zip")
    job = romance.run("case.verify").job
    assert job is not None
    assert all(check.ok for check in romance.wait(job))
    job = romance.run("case.export", out=str(tmp_path / "b-evidence.zip")).job
    assert job is not None
    assert romance.wait(job).seal == first.seal
    logged = [entry for entry in romance.store.custody() if entry.kind == "export"]
    assert [entry.body["seal"] for entry in logged] == [first.seal] * 2
    taken = export.unpack(first.path, tmp_path, ("graph.svg", "report.en.pdf"))
    assert [path.name for path in taken] == ["graph.svg", "report.en.pdf"]
    assert "Collector 1" in taken[0].read_text("utf-8")
    romance.run("tag.add", subjects=romance.graphs.picture(romance.graph).nodes[0].key, label="new")
    assert export.export(romance, tmp_path / "c-evidence.zip").seal != first.seal

"""Importing as a job, with options, and cancelled half-way."""

from __future__ import annotations

from pathlib import Path

import pytest

from workstation.app import intake
from workstation.app.bus import CaseChanged, JobChanged
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError

HEAD = "time,from,to,asset,amount,chain\n"


def ledger(path: Path, count: int) -> Path:
    rows = [f"{1_700_000_000 + n},a{n % 7},b{n % 5},EUR,{n}.25,stated" for n in range(count)]
    path.write_text(HEAD + "\n".join(rows) + "\n", "utf-8")
    return path


def test_the_import_command_runs_as_a_job(empty: Session, tmp_path: Path) -> None:
    changes: list[CaseChanged] = []
    empty.bus.subscribe(CaseChanged, changes.append)
    job = empty.run("case.import", files=str(ledger(tmp_path / "one.csv", 50))).job
    assert job is not None
    results = empty.wait(job)
    assert [(r.outcome, r.accepted) for r in results] == [("accepted", 50)]
    assert [c.tables for c in changes] == [("evidence",)]
    assert len(empty.graphs.ledger) == 50


def test_cancel_leaves_nothing_half_loaded(empty: Session, tmp_path: Path) -> None:
    files = [ledger(tmp_path / f"{n}.csv", 3000 + n) for n in range(6)]
    job = intake.start(empty, files, intake.Options())
    empty.bus.subscribe(JobChanged, lambda _: job.cancel() if job.state == "running" else None)
    with pytest.raises(WorkstationError) as stopped:
        empty.wait(job)
    assert stopped.value.exit_code == 5
    loaded = [e for e in empty.store.exhibits() if e.outcome == "accepted"]
    assert len(loaded) < 6
    assert empty.store.counts().transfers == sum(e.accepted for e in loaded)


def test_a_cancelled_file_leaves_the_case_as_before(empty: Session, tmp_path: Path) -> None:
    head = empty.store.head()
    job = intake.start(empty, [ledger(tmp_path / "large.csv", 60_000)], intake.Options())
    # the file is kept and being read when it is cancelled
    empty.bus.subscribe(JobChanged, lambda _: job.cancel() if "rows" in job.text else None)
    with pytest.raises(WorkstationError) as stopped:
        empty.wait(job)
    assert stopped.value.exit_code == 5
    assert empty.store.exhibits() == []
    assert empty.store.counts().transfers == 0
    assert empty.store.head() == head, "the custody log has no line about it"


def test_folders_come_in_order_of_names(tmp_path: Path) -> None:
    for name in ("b/2.csv", "a.csv", "b/10.csv"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "link.csv").symlink_to(tmp_path / "a.csv")
    found = intake.expand([tmp_path, tmp_path / "a.csv"])
    assert [(p.relative_to(tmp_path).as_posix(), name) for p, name in found] == [
        (n, n) for n in ("a.csv", "b/10.csv", "b/2.csv")
    ]


def test_an_unused_option_is_said(empty: Session, tmp_path: Path) -> None:
    path = ledger(tmp_path / "one.csv", 2)
    result = intake.import_files(empty, [path], intake.Options(subject="a1"))[0]
    assert result.outcome == "accepted"
    assert any("subject" in text for text in result.warnings)


def test_a_naive_time_needs_a_zone(empty: Session, tmp_path: Path) -> None:
    path = tmp_path / "naive.csv"
    path.write_text(HEAD + "2024-02-01 12:00:00,a,b,EUR,1.00,stated\n", "utf-8")
    first = intake.import_files(empty, [path])[0]
    assert (first.outcome, first.quarantined) == ("rejected", 1)
    again = intake.import_files(empty, [path], intake.Options(zone="Asia/Almaty"))[0]
    assert again.outcome == "accepted", again
    assert [t.time for t in empty.store.transfers()] == [1706767200]


def test_an_unknown_reader_is_refused(empty: Session, tmp_path: Path) -> None:
    path = ledger(tmp_path / "one.csv", 2)
    result = intake.import_files(empty, [path], intake.Options(reader="no.such"))[0]
    assert (result.outcome, result.code, result.exhibit) == ("rejected", "WS-RDR-011", None)
    assert empty.store.exhibits() == []


def test_retracting_takes_it_out_of_the_picture(empty: Session, tmp_path: Path) -> None:
    intake.import_files(empty, [ledger(tmp_path / "one.csv", 5)])
    empty.run("graph.add", subjects="a1")
    empty.run("case.retract", exhibit="1", reason="wrong file")
    assert len(empty.graphs.ledger) == 0
    assert empty.graphs.picture(empty.graph).edges == ()

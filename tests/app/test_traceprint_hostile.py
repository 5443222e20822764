"""Kept runs under attack: a changed record is named by both verifiers, hostile words stay words, coins are printed too."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from workstation.app import export
from workstation.app.demo import COLONIAL, ROMANCE, Demo, build
from workstation.app.session import Session
from workstation.app.tracing import records
from workstation.app.tracing.question import Question
from workstation.app.tracing.sources import Source
from workstation.domain.subjects import Subject, parse
from workstation.evidence.report import report_data
from workstation.evidence.verify import verify_package
from workstation.paths import resources_folder
from workstation.plugin_host.discovery import Plugin

HOSTILE = '<b>x</b> #eval("1") $x$ =1+1 \u202eevil\u2069 \\ *bold*'


@pytest.fixture
def romance(plugins: list[Plugin], tmp_path: Path) -> Iterator[Session]:
    """The fictional case."""
    with build(ROMANCE, tmp_path / "case.wcase", plugins, tmp_path / "home") as session:
        yield session


def victim(session: Session) -> Subject:
    """An address whose money is traced."""
    nodes = [parse(node.key) for node in session.graphs.picture(session.graph).nodes]
    return next(s for s in nodes if session.graphs.label(s) == "Victim 1")


def keep(session: Session, start: Subject, *methods: str, label: str = "theft", through: str = "") -> None:
    """Trace and keep."""
    records.keep(session, records.trace(session, Question((Source(start, label),), methods, through=through)))


def changed(package: Path, out: Path, member: str) -> Path:
    """The package with one figure of a record changed."""
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.endswith(member):
                assert b"haircut" in data
                data = data.replace(b"haircut", b"haircuT", 1)
            new.writestr(name, data)
    return out


def test_a_changed_run_is_named_by_both_verifiers(romance: Session, tmp_path: Path) -> None:
    """One letter of a sealed record: the program and the script without the program both name the file."""
    keep(romance, victim(romance), "haircut")
    package = tmp_path / "case-evidence.zip"
    export.export(romance, package)
    assert all(line.ok for line in verify_package(package))
    bad = changed(package, tmp_path / "bad-evidence.zip", "data/traces/run-0001.json")
    failed = [line for line in verify_package(bad) if not line.ok]
    assert any("run-0001.json" in f"{line.name} {line.detail}" for line in failed), failed
    script = resources_folder() / "verify_package.py"
    done = subprocess.run([sys.executable, str(script), str(bad)], capture_output=True, text=True, timeout=120)
    assert done.returncode != 0
    assert "run-0001.json" in done.stdout + done.stderr


def test_hostile_words_in_label_and_reason_stay_words(romance: Session, tmp_path: Path) -> None:
    """Markup, marks of direction, Typst code and formulas: given to the paper as strings, and cells are guarded."""
    keep(romance, victim(romance), "haircut", label="=1+1" + HOSTILE, through=HOSTILE)
    package = tmp_path / "case-evidence.zip"
    export.export(romance, package)
    with zipfile.ZipFile(package) as archive:
        files = {name.partition("/")[2]: name for name in archive.namelist()}
        table = archive.read(files["data/traces/holders.csv"]).decode()
        assert archive.read(files["data/report/report.en.pdf"]).startswith(b"%PDF")
    rows = list(csv.DictReader(io.StringIO(table)))
    assert rows
    assert not any(cell[:1] in ("=", "+", "@", "\t") for row in rows for cell in row.values())
    assert "\u202e" not in table
    told = json.dumps(report_data(export.bundle(romance))["traces"], ensure_ascii=False)
    assert '#eval(\\"1\\")' in told


def test_findings_of_exposure_and_paths_print_the_cards_they_rest_on(romance: Session) -> None:
    """Without a kept run: the cards that the reasons of a finding name are in the annex."""
    assert not export.bundle(romance).cards
    reasons = "Something.\nMethod cards: exposure, haircut."
    romance.run("finding.new", claim="It came from an exchange", subjects=victim(romance).key, reasons=reasons)
    assert [card.method for card in export.bundle(romance).cards] == ["exposure", "haircut"]


@pytest.mark.parametrize("demo", [COLONIAL], ids=["coins"])
def test_runs_on_coins_are_printed(plugins: list[Plugin], tmp_path: Path, demo: Demo) -> None:
    """Transactions, outputs and short lists: six steps and 25 rows at most, the rest where it says."""
    with build(demo, tmp_path / "case.wcase", plugins, tmp_path / "home") as session:
        nodes = [parse(node.key) for node in session.graphs.picture(session.graph).nodes]
        start = next(s for s in nodes if s.kind == "transaction" or s.chain == "bitcoin")
        keep(session, start, "haircut", "fifo")
        (trace,) = report_data(export.bundle(session))["traces"]
        assert len(trace["steps"]) <= 6
        assert all(len(section["lines"]) <= 25 for section in trace["sections"])
        assert trace["step_file"].startswith("data/traces/run-")
        package = tmp_path / "coins-evidence.zip"
        export.export(session, package)
        assert all(line.ok for line in verify_package(package))

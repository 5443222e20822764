"""Kept trace runs in report and package: records as sealed, figures, cards; the package verifies and stays the same."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from workstation.app import export
from workstation.app.demo import ROMANCE, build
from workstation.app.tracing import records
from workstation.app.tracing.question import Question
from workstation.app.tracing.sources import Source
from workstation.domain.subjects import parse
from workstation.evidence.report import report_data
from workstation.evidence.verify import verify_package
from workstation.plugin_host.discovery import Plugin


def test_report_and_package_hold_the_cited_runs_and_their_cards(plugins: list[Plugin], tmp_path: Path) -> None:
    """A finding cites its runs by file and hash; the files are the sealed records; all checks hold."""
    with build(ROMANCE, tmp_path / "case.wcase", plugins, tmp_path / "home") as session:
        nodes = [parse(node.key) for node in session.graphs.picture(session.graph).nodes]
        start = next(s for s in nodes if session.graphs.label(s) == "Victim 1")
        holder = next(s for s in nodes if session.graphs.label(s) == "Exchange A deposit")
        records.keep(session, records.trace(session, Question((Source(start, start.ref),), ("haircut", "fifo"))))
        session.run("trace.finding", run="1", holder=holder.key, confidence="moderate")
        made = export.bundle(session)
        told = report_data(made)
        links = [link for finding in told["findings"] for link in finding["links"] if link["subject"].startswith("run")]
        assert [link["sources"][0]["sha256"] for link in links] == [run.sha256 for run in made.runs]
        assert told["traces"][0]["asked"] == "Where did the money go; tracing stops at labelled services."
        assert {card["method"] for card in told["cards"]} == {"fifo", "haircut"}
        first, second = tmp_path / "a-evidence.zip", tmp_path / "b-evidence.zip"
        export.export(session, first)
        export.export(session, second)
        assert first.read_bytes() == second.read_bytes()
        with zipfile.ZipFile(first) as archive:
            files = {name.partition("/")[2]: name for name in archive.namelist()}
            for run in made.runs:
                data = archive.read(files[f"data/traces/run-{run.number:04d}.json"])
                assert hashlib.sha256(data).hexdigest() == run.sha256
            assert b"legal advice" in archive.read(files["data/methods/fifo.md"])
        assert all(line.ok for line in verify_package(first))

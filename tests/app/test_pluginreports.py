"""A report of a plugin is told the head and the findings of the case, and writes files through its run only."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from workstation.app import analyses, pluginreports
from workstation.app.analyses import Analysis
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError
from workstation.plugin_host.discovery import discover
from workstation.sdk import manifest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernel sandbox: Linux only")

HEAD = """
[plugin]
id = "sample"
name = "Sample"
version = "1.2.0"
api = "1.0"
license = "Apache-2.0"
authors = ["A. Author"]

[[report]]
id = "letter"
title = "Letter"
help = "A letter about the findings."
entry = "code:letter"
applies_to = ["case"]
reads = ["transfers"]

[report.params.greeting]
type = "text"
default = "Dear colleague"
"""
CODE = """
def letter(bundle, params, run):
    lines = [params["greeting"], bundle.title, bundle.witness]
    lines += [f"{f.label} {f.claim} ({f.confidence}; {len(f.subjects)})" for f in bundle.findings]
    lines.append(str(sum(1 for _ in bundle.case.transfers())))
    with run.artifact("letter.txt", "text/plain") as file:
        file.write("\\n".join(lines).encode())
"""


def _report(folder: Path, code: str = CODE, head: str = HEAD) -> Analysis:
    folder = folder / "plugins" / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "plugin.toml").write_text(head, "utf-8")
    (folder / "code.py").write_text(code, "utf-8")
    return analyses.named(discover([folder.parent]), "sample/letter", report=True)


def test_it_is_told_head_findings_and_case(romance: Session, tmp_path: Path) -> None:
    report = _report(tmp_path)
    written = pluginreports.write(romance, report, {"greeting": "Dear prosecutor"}, tmp_path / "out")
    assert [path.name for path in written.files] == ["DEV-letter.txt"]
    lines = written.files[0].read_text("utf-8").splitlines()
    assert lines[:2] == ["Dear prosecutor", romance.store.info().title]
    assert lines[2].split(" · ")[1] == str(romance.store.head()[0] - 1)
    assert [line.partition(" ")[0] for line in lines[3:-1]] == ["F-001", "F-002"]
    assert lines[-1] == str(romance.store.counts().transfers)
    assert list(romance.store.custody())[-1].body["files"] == ["DEV-letter.txt"]


def test_a_file_that_is_there_stays_and_no_file_is_an_error(romance: Session, tmp_path: Path) -> None:
    report, out = _report(tmp_path), tmp_path / "out"
    pluginreports.write(romance, report, {}, out)
    before = (out / "DEV-letter.txt").read_bytes()
    with pytest.raises(WorkstationError, match="WS-PLG-081"):
        pluginreports.write(romance, report, {}, out)
    assert (out / "DEV-letter.txt").read_bytes() == before
    silent = _report(tmp_path, "def letter(bundle, params, run):\n    pass\n")
    with pytest.raises(WorkstationError, match="WS-PLG-080"):
        pluginreports.write(romance, silent, {}, tmp_path / "other")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("name", ["../letter.txt", "/letter.txt", ".hidden", "a/b.txt", ""])
def test_a_name_that_leads_elsewhere_is_refused(romance: Session, tmp_path: Path, name: str) -> None:
    report = _report(tmp_path, CODE.replace("letter.txt", name))
    with pytest.raises(WorkstationError) as caught:
        pluginreports.write(romance, report, {}, tmp_path / "out")
    assert caught.value.exit_code == 4
    assert not (tmp_path / "out").exists()


def test_a_report_reads_only_what_it_declares_and_proposes_nothing(romance: Session, tmp_path: Path) -> None:
    nosy = _report(tmp_path, "def letter(bundle, params, run):\n    bundle.case.tags('address:tron:T')\n")
    with pytest.raises(WorkstationError, match="Undeclared"):
        pluginreports.write(romance, nosy, {}, tmp_path / "out")
    toml = tmp_path / "plugins" / "sample" / "plugin.toml"
    toml.write_text(HEAD.replace('reads = ["transfers"]', 'reads = ["transfers"]\nproposes = ["tag"]'), "utf-8")
    with pytest.raises(manifest.ManifestError, match="proposes nothing"):
        manifest.load(toml.parent)

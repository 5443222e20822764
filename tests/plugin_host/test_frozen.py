"""A program frozen into one executable starts its plugins through itself: same answers, no window, no other door."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from workstation.app.places import bundled_plugins
from workstation.domain.records import TagRecord
from workstation.plugin_host import analyses, readers
from workstation.plugin_host.conformance import check
from workstation.plugin_host.discovery import discover
from workstation.sdk.samplecase import Case

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "resources" / "plugin_examples"
MANIFEST = """
[plugin]
id = "probe"
name = "Probe"
version = "1.0.0"
api = "1.0"
license = "MIT"
authors = []

[[analysis]]
id = "find"
title = "Probe"
help = "Tells what its process has loaded."
entry = "probe:find"
applies_to = ["case"]
reads = ["transfers"]
"""
PROBE = """
import sys
def find(case, params, run):
    loaded = {name.partition(".")[0] for name in sys.modules}
    floors = {".".join(name.split(".")[:2]) for name in sys.modules if name.startswith("workstation.")}
    run.note(" ".join(sorted(loaded & {"PySide6", "pyqtgraph", "sqlalchemy"})))
    run.note(" ".join(sorted(floors & {"workstation.ui", "workstation.cli", "workstation.app", "workstation.casefile"})))
    return ()
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-in for the executable is a shell script")


@pytest.fixture
def executable(tmp_path: Path) -> Path:
    """Stands in for the frozen program: one file that takes nothing but arguments."""
    entry = tmp_path / "entry.py"
    entry.write_text(
        f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom workstation.__main__ import main\nsys.exit(main())\n",
        "utf-8",
    )
    made = tmp_path / "fundflow"
    made.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -X utf8 "{entry}" "$@"\n', "utf-8")
    made.chmod(0o755)
    return made


@pytest.fixture
def frozen(executable: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make this process the frozen program, as a freezer does."""
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(executable))


def _run(home: Path, snapshot: Path) -> analyses.Outcome:
    [plugin] = discover([home])
    assert plugin.manifest is not None
    return analyses.run(plugin.manifest, plugin.manifest.analyses[0], snapshot, {}, now=5)


def _probe(home: Path) -> Path:
    (home / "probe").mkdir(parents=True)
    (home / "probe" / "plugin.toml").write_text(MANIFEST, "utf-8")
    (home / "probe" / "probe.py").write_text(PROBE, "utf-8")
    return home


def test_an_analysis_runs_behind_the_same_door_and_without_the_window(frozen: None, tmp_path: Path) -> None:
    Case().write(tmp_path / "case")
    told = _run(_probe(tmp_path / "home"), tmp_path / "case")
    assert set(told.layers.values()) == {"enforced"}
    assert told.notes == ("", "")


def test_a_reader_starts_the_same_way(frozen: None, tmp_path: Path) -> None:
    file = tmp_path / "addresses.txt"
    file.write_text("1BoatSLRHtKNngkdXEeobR76b53LETtpyT\n", "utf-8")
    with readers.parse(file, "address.list", {}, bundled_plugins()) as parse:
        assert [record.label for record in parse if isinstance(record, TagRecord)] == ["listed in addresses.txt"]


def test_a_check_starts_the_same_way(frozen: None, tmp_path: Path) -> None:
    found = check(EXAMPLES / "01-hello-label", tmp_path)
    assert {each.state for each in found} <= {"ok", "not applicable"}


@pytest.mark.parametrize("named", [[], ["os"], ["sandbox"], ["../worker"], ["worker.main"]])
def test_the_switch_opens_no_other_door(executable: Path, named: list[str]) -> None:
    done = subprocess.run(
        [str(executable), "--plugin-worker", *named],
        capture_output=True,
        timeout=20,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stdout) == (2, b"")

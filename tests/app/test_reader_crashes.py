"""A reader that crashes three times in a row waits for a person, and is told so; a file it reads ends the row."""

from __future__ import annotations

from pathlib import Path

from workstation.app import intake
from workstation.app.session import Session
from workstation.plugin_host.crashes import crashed, crashes_in, release
from workstation.plugin_host.discovery import discover

MANIFEST = """
[plugin]
id = "shaky"
name = "Shaky"
version = "1.0.0"
api = "1.0"
license = "Apache-2.0"
authors = ["A. Author"]

[[reader]]
id = "shaky.list"
title = "Shaky list"
entry = "shaky"
extensions = ["shk"]
"""
CODE = """
import os
from workstation.sdk.reader import Sniff

STREAMS = ("line {row}",)

def sniff(head, name):
    return Sniff(1.0 if head.startswith(b"SHAKY") else 0.0, "it says so")

def read(source, parameters, run):
    if b"crash" in bytes(source.data):
        os.abort()
    return iter(())
"""


def _imported(session: Session, folder: Path, number: int, text: str) -> str:
    file = folder / f"{number}.shk"
    file.write_text(f"SHAKY {number} {text}\n", "utf-8")
    [result] = intake.import_files(session, [file], intake.Options("shaky.list"))
    return f"{result.outcome} {result.code} {result.message}"


def test_three_crashes_of_a_reader_in_a_row_quarantine_its_plugin(romance: Session, tmp_path: Path) -> None:
    """The file that would have been read next is told why; every exhibit stays, nothing of it is loaded."""
    folder = tmp_path / "plugins" / "shaky"
    folder.mkdir(parents=True)
    (folder / "plugin.toml").write_text(MANIFEST, "utf-8")
    (folder / "shaky.py").write_text(CODE, "utf-8")
    romance.plugins = (*romance.plugins, *discover([tmp_path / "plugins"]))
    before = romance.store.counts().transfers
    counts = crashes_in(romance.settings_folder)
    for number in (1, 2):
        assert "WS-RDR-040" in _imported(romance, tmp_path, number, "crash")
    assert "WS-IMP-024" in _imported(romance, tmp_path, 3, "good")  # ends the row
    assert crashed(counts) == {}
    for number in (4, 5, 6):
        assert "WS-RDR-040" in _imported(romance, tmp_path, number, "crash")
    told = _imported(romance, tmp_path, 7, "good")
    assert "WS-PLG-076" in told
    assert "release shaky" in told
    assert romance.store.counts().transfers == before
    [tree] = crashed(counts)
    release(counts, tree)
    assert "WS-IMP-024" in _imported(romance, tmp_path, 8, "good")

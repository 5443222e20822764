"""What a plugin wrote in a run is kept in the case byte for byte, saved on wish, and sealed by the custody log."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.app.test_plugins import ran, write
from tests.cli.conftest import Call, call  # noqa: F401  (the fixture)
from workstation.app import pluginfiles
from workstation.app.session import Session
from workstation.casefile.verify import verify_case
from workstation.domain.errors import WorkstationError
from workstation.plugin_host.discovery import discover

CODE = """
def find(case, params, run):
    for name, data in (("list.csv", b"a,b"), ("picture.bin", bytes(range(256))), ("same.csv", b"a,b")):
        with run.artifact(name, "text/csv") as file:
            file.write(data)
    return ()
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernel sandbox: Linux only")


@pytest.fixture
def session(romance: Session, tmp_path: Path) -> Session:
    """The demo case with a plugin that writes files."""
    write(tmp_path / "plugins" / "sample", CODE)
    romance.plugins = (*romance.plugins, *discover([tmp_path / "plugins"]))
    return romance


def test_files_of_a_run_are_kept_and_can_be_saved(session: Session, tmp_path: Path) -> None:
    """The same bytes come out; an older file is never overwritten, and the log tells what left the case."""
    run = ran(session)
    found = {file.name: file for file in pluginfiles.files(run)}
    assert {name: pluginfiles.content(session, file) for name, file in found.items()} == {
        "list.csv": b"a,b", "picture.bin": bytes(range(256)), "same.csv": b"a,b",
    }  # fmt: skip
    out = tmp_path / "out" / "picture.bin"
    pluginfiles.save(session, run, found["picture.bin"], out)
    assert out.read_bytes() == bytes(range(256))
    *_, last = session.store.custody()
    assert (last.kind, last.body) == (
        "plugin.file",
        {"run": 1, "file": "picture.bin", "sha256": found["picture.bin"].sha256},
    )
    with pytest.raises(WorkstationError, match="WS-PLG-081"):
        pluginfiles.save(session, run, found["list.csv"], out)
    assert out.read_bytes() == bytes(range(256))


def test_a_kept_file_cannot_be_changed_and_verify_sees_when_it_was(session: Session, tmp_path: Path) -> None:
    """The triggers refuse; where somebody takes them out, the custody log tells and nothing is saved."""
    run = ran(session)
    for statement in ("UPDATE plugin_file SET data = x'00'", "DELETE FROM plugin_file"):
        with pytest.raises(Exception, match="append-only"), session.store.database.write() as conn:
            conn.exec_driver_sql(statement)
    assert all(check.ok for check in verify_case(session.store))
    with session.store.database.write() as conn:
        conn.exec_driver_sql("DROP TRIGGER plugin_file_no_update")
        conn.exec_driver_sql("UPDATE plugin_file SET data = x'00' WHERE length(data) = 3")
    told = {check.name: check.detail for check in verify_case(session.store)}
    assert "a file of plugin run 1 is missing or was changed" in told["plugin runs"]
    changed = pluginfiles.files(run)[0]
    with pytest.raises(WorkstationError, match="WS-PLG-082"):
        pluginfiles.save(session, run, changed, tmp_path / changed.name)
    assert not (tmp_path / changed.name).exists()


def test_the_command_line_lists_and_saves_them(session: Session, tmp_path: Path, call: Call) -> None:  # noqa: F811
    """And saves none twice into one place."""
    ran(session)
    case = session.store.path
    session.close()
    code, told = call("plugin", "files", case)
    assert (code, [each["file"] for each in told["files"]]) == (0, ["list.csv", "picture.bin", "same.csv"])
    assert call("plugin", "files", case, "--run", "1", "--out", tmp_path / "out")[0] == 0
    assert (tmp_path / "out" / "picture.bin").read_bytes() == bytes(range(256))
    assert call("plugin", "files", case, "--out", tmp_path / "out")[1]["error"]["code"] == "WS-PLG-081"
    assert call("plugin", "files", case, "--run", "7")[1]["files"] == []

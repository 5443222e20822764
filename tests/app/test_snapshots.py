"""Analyses look at copies that are made once for each state of the ledger, and nothing of a copy is left behind."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tests.app.test_plugins import ran, write
from workstation.app import analyses, intake, privatefolder
from workstation.app.privatefolder import private_folder, sweep
from workstation.app.session import Session
from workstation.domain.subjects import address
from workstation.plugin_host.discovery import discover

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="an open file keeps its name on Windows")
COUNT = """
def find(case, params, run):
    run.note(f"{len(list(case.transfers()))} {len(case.tags())} {case.revision}")
    return ()
"""


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An own place for temporary files; none in memory, so that everything lies there."""
    home = tmp_path / "temporary"
    home.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    monkeypatch.setattr(privatefolder, "_memories", list)
    return home


@pytest.fixture
def session(romance: Session, tmp_path: Path) -> Session:
    """The demo case with a plugin that counts what it sees."""
    write(tmp_path / "plugins" / "sample", COUNT)
    manifest = tmp_path / "plugins" / "sample" / "plugin.toml"
    manifest.write_text(manifest.read_text("utf-8").replace('["transfers"]', '["transfers", "tags"]'), "utf-8")
    romance.plugins = (*romance.plugins, *discover([tmp_path / "plugins"]))
    return romance


def note(session: Session) -> list[int]:
    """What the plugin counted: transfers, tags, revision."""
    run = ran(session)
    return [int(word) for word in run.record["notes"][-1].split()]


def test_the_large_part_is_made_once_and_each_run_sees_the_case_as_it_is(session: Session, tmp_path: Path) -> None:
    """A new label is seen with the old copy of the transfers; an import makes a new one."""
    transfers, tags, revision = note(session)
    assert (transfers, revision) == (session.store.counts().transfers, session.store.revision)
    first = next(session.store.transfers())
    session.run("tag.add", subjects=[address(first.asset.chain, first.sender or first.receiver or "")], label="seen")
    later = note(session)
    assert later[:2] == [transfers, tags + 1]
    assert later[2] == session.store.revision > revision
    assert session.snapshots.written == 1
    file = tmp_path / "more.csv"
    file.write_text(
        "tx,time,from,to,asset,amount\n0x"
        + "ab" * 32
        + ",2024-01-01T00:00:00Z,0x"
        + "11" * 20
        + ",0x"
        + "22" * 20
        + ",ETH,1\n",
        "utf-8",
    )
    intake.import_files(session, [file], intake.Options("ledger.csv", chain="ethereum"))
    assert note(session)[0] == session.store.counts().transfers == transfers + 1
    assert session.snapshots.written == 2


def test_the_same_state_is_the_same_bytes(session: Session) -> None:
    """In one session and in another, so that anybody can make the copy again and compare its hash."""
    with session.snapshots.now() as one, session.snapshots.now() as other:
        assert one.path != other.path
        assert one.sha256 == other.sha256
    with analyses.snapshot_of(session.store) as path:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one.sha256


@POSIX
def test_only_this_user_can_read_a_copy_and_its_name_is_gone_when_it_runs(session: Session, place: Path) -> None:
    with session.snapshots.now() as taken:
        assert (taken.path.stat().st_mode & 0o777, taken.path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
        taken.opened()
        assert not list(place.rglob("*.sqlite"))
    note(session)
    assert not list(place.rglob("*.sqlite"))  # the large part is kept, without a name
    session.snapshots.close()
    assert not list(place.iterdir())


@POSIX
@pytest.mark.skipif(sys.platform != "linux", reason="a process is asked what it has open through /proc")
def test_while_a_plugin_runs_its_copy_has_no_name(session: Session, tmp_path: Path, place: Path) -> None:
    """Killed at that moment, the program leaves no copy of the case."""
    seen: list[list[Path]] = []
    write(tmp_path / "plugins" / "sample", COUNT.replace("return ()", "run.progress(1, 2); return ()"))
    found = next(each for each in analyses.known(session.plugins) if each.manifest.id == "sample")
    analyses.run(session.store, found, {}, progress=lambda *_: seen.append(list(place.rglob("*.sqlite"))))
    assert seen == [[]]


def test_what_a_killed_program_left_behind_goes_at_the_next_start(place: Path, tmp_path: Path) -> None:
    """The folder of a program that still runs stays."""
    program = (
        "import sys, tempfile, time\n"
        f"tempfile.tempdir = {str(place)!r}\n"
        "from workstation.app import privatefolder\n"
        "with privatefolder.private_folder() as folder:\n"
        "    (folder / 'case.sqlite').write_bytes(b'plain copy of a case')\n"
        "    print('ready', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    root = str(Path(privatefolder.__file__).parents[2])
    child = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": root},
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdin is not None
    try:
        assert child.stdout.readline() == b"ready\n" or os.name == "nt"
        with private_folder() as mine:
            sweep()
            assert len(list(place.rglob("case.sqlite"))) == 1
            child.send_signal(signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
            child.wait(10)
            assert len(list(place.rglob("case.sqlite"))) == 1
            sweep()
            assert not list(place.rglob("case.sqlite"))
            assert mine.is_dir()
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
        child.stdin.close()
    assert not list(place.iterdir())


@POSIX
def test_a_link_or_a_foreign_name_is_never_followed(place: Path, tmp_path: Path) -> None:
    """Anybody may put names among the temporary files."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "file").write_text("keep", "utf-8")
    (place / ("fundflow-" + "0" * 32)).symlink_to(precious)
    (place / "fundflow-other").mkdir()
    sweep()
    assert (precious / "file").read_text("utf-8") == "keep"
    assert (place / "fundflow-other").is_dir()


def test_a_full_disk_is_told_and_keeps_nothing(session: Session, place: Path) -> None:
    """No folder for temporary files at all."""
    place.rmdir()
    job = session.run("plugin.run", analysis="sample/find").job
    assert job is not None
    with pytest.raises(Exception, match="WS-TMP-001"):
        session.wait(job)
    assert not session.store.kept_plugin_runs()
    place.mkdir()

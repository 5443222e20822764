"""``kill -9`` in the middle of imports and edits: what was acknowledged is there, the rest has left nothing."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import workstation
from tests.casefile.casefile_tools import bring, keep, load, new_case, transfer
from workstation.casefile import intake
from workstation.casefile.store import Store, open_case
from workstation.casefile.verify import verify_case
from workstation.domain.errors import WorkstationError

ROOT = Path(workstation.__file__).parent.parent
EDITOR = """
import sys
from pathlib import Path
from workstation.casefile.store import open_case
from workstation.domain.changes import ChangeSet, Edit
store = open_case(Path(sys.argv[1]), actor="E")
while True:
    number = len(store.rows("note"))
    edit = Edit("note", f"n{number:06}", None, {"body": "x" * 500})
    store.apply(ChangeSet("Add note", (edit,)), actor="E", record=True)
    print(number + 1, flush=True)
"""
IMPORTER = """
import sys
from pathlib import Path
from tests.casefile.casefile_tools import keep, load, transfer
from workstation.casefile import intake
from workstation.casefile.store import open_case
intake.BATCH_RECORDS = 200
store = open_case(Path(sys.argv[1]), actor="E")
exhibit = int(sys.argv[2])
records = (transfer(i % 60, tx=f"t{i}", sender=f"s{i}") for i in range(1_000_000))
load(store, exhibit, records, progress=lambda done: print(done, flush=True))
"""


def _killed(code: str, arguments: list[str], after_lines: int) -> list[int]:
    """Run code, kill it as soon as it printed so many lines, and give the numbers it printed."""
    child = subprocess.Popen(
        [sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert child.stdout is not None
    with child.stdout:
        lines = []
        for line in child.stdout:
            lines.append(line)
            if len(lines) == after_lines:
                child.send_signal(signal.SIGKILL)
    child.wait()
    return [int(line) for line in lines if line.endswith("\n")]


def _holds(store: Store) -> None:
    assert [c for c in verify_case(store) if not c.ok] == []


def test_kill_during_edits_loses_no_acknowledged_edit(tmp_path: Path) -> None:
    new_case(tmp_path).close()
    for number in range(10):
        told = _killed(EDITOR, [str(tmp_path / "a.wcase")], 3 + 5 * number)
        with open_case(tmp_path / "a.wcase") as store:
            assert len(store.rows("note")) >= told[-1]
            assert store.undo_position() == len(store.rows("note"))
            _holds(store)


def test_kill_during_an_import_leaves_the_case_as_before(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [transfer(i, tx=f"t{i}") for i in range(20)])
        exhibit = keep(store, tmp_path, "b.csv")
        before = (store.counts(), list(store.transfers()))
    for number in range(8):
        told = _killed(IMPORTER, [str(tmp_path / "a.wcase"), str(exhibit)], 1 + 3 * number)
        assert told
        with open_case(tmp_path / "a.wcase") as store:
            assert (store.counts(), list(store.transfers())) == before
            assert [e.kind for e in store.custody()].count("import.removed") == number + 1
            _holds(store)
    with open_case(tmp_path / "a.wcase") as store:
        assert load(store, exhibit, [transfer(1, tx="t1"), transfer(2, tx="new")]).accepted == 1


@pytest.mark.skipif(sys.platform == "win32", reason="file size limits are a POSIX matter")
def test_a_full_disk_keeps_what_was_saved(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [transfer(1)])
        before = list(store.transfers())
        big = tmp_path / "big.bin"
        big.write_bytes(os.urandom(4 << 20))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
            with pytest.raises(WorkstationError) as caught:
                intake.keep(store, big, media_type="x", received_from="desk", actor="E")
            assert caught.value.code in ("WS-CASE-011", "WS-CASE-014")
            assert list(store.transfers()) == before
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
            signal.signal(signal.SIGXFSZ, old)
        number = intake.keep(store, big, media_type="x", received_from="desk", actor="E")
        assert store.exhibit(number).size == 4 << 20
        _holds(store)

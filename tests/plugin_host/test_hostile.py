"""A plugin that means harm gets nothing: not through ``/proc``, descriptors, environment or the pipe it answers by.

Loops, crashes, memory, prints, writers, liars, callers and readers of the case are in ``test_analyses``.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.plugin_host.test_analyses import LINUX, case, failed, run  # noqa: F401  (the fixture)

#: Finds every descriptor of the process that can be written to, as a plugin could, and writes lines into all of them.
RAW = """
import fcntl, os
def find(case, params, run):
    cited = case.cite(next(case.transfers()))
    for handle in range(64):
        try:
            if fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE:
                os.write(handle, {line})
        except OSError:
            pass
    yield Finding("x", "x", "", "fact", (), cited)
"""


@LINUX
@pytest.mark.parametrize(
    "line",
    [
        b'["progress", [], null, ""]\n', b'["progress", 1e999, null, ""]\n', b'["artifact", "../x", "", ""]\n',
        b'["artifact", "CON.txt", "", ""]\n', b'["artifact", "a.txt", "", "AA=="]\n["artifact", "A.TXT", "", "AA=="]\n',
        b'["artifact"]\n', b'["hello", {"files": "enforced"}]\n', b'["unprotected", 5]\n', b'["done", 1]\n', b"[]\n",
        b"[" * 100_000 + b"\n", b'["finding", ' + b"[" * 50_000 + b"\n", b"\xff\xfe\n", b"NaN\n", b'{"a": 1}\n',
        b'["failed", "MemoryError"]\n', b'["progress", ' + b"9" * 5000 + b', null, ""]\n', b'[["finding"]]\n',
    ],
)  # fmt: skip
def test_lines_written_past_the_api_end_the_run(case: Path, tmp_path: Path, line: bytes) -> None:  # noqa: F811
    """Whatever is written into the pipe itself: the run fails with a plain error, and nothing of it is kept."""
    problem = failed(case, tmp_path, RAW.replace("{line}", repr(line)))
    assert problem.code.startswith("WS-PLG-0")
    assert problem.exit_code in (3, 4)


@LINUX
def test_a_forged_answer_counts_no_more_than_an_honest_one(case: Path, tmp_path: Path) -> None:  # noqa: F811
    """A finding written past the API is refused like any other that cites nothing true; odd values are no numbers."""
    forged = (
        b'["finding", {"kind": "x", "title": "x", "explanation": "", "confidence": "fact", "subjects": [], "citations":'
        b' [["e", "l", "d", "transfer:1"]], "measures": {"n": ["number", "1e5"]}, "disproof": "", "transfers": [1]}]\n'
    )
    problem = failed(case, tmp_path, RAW.replace("{line}", repr(forged)))  # then the count at the end does not hold
    assert "not valid" in problem.what


@LINUX
@pytest.mark.parametrize(
    "code",
    [
        "open('/proc/self/environ').read()", "open('/proc/self/maps').read()", "os.listdir('/proc/self/fd')",
        "open(f'/proc/{os.getppid()}/environ').read()", "open(f'/proc/{os.getppid()}/mem', 'rb').read(1)",
        "os.listdir(f'/proc/{os.getppid()}/fd')", "open('/proc/self/root/etc/passwd').read()",
        "os.readlink(f'/proc/{os.getppid()}/cwd') and open('/proc/1/cmdline').read()", "open('{other}', 'rb').read()",
        "os.kill(os.getppid(), 9)", "os.link('{other}', '{place}/linked')", "os.symlink('{other}', '{place}/linked')",
        "os.rename('{other}', '{place}/moved')", "os.truncate('{other}', 0)", "os.chmod('{other}', 0o777)",
        "os.utime('{other}', (0, 0))", "os.chown('{other}', 1, 1)", "os.setxattr('{other}', 'user.x', b'')",
        "os.mkfifo('{place}/pipe')", "os.memfd_create('x') and os.execv(sys.executable, [sys.executable, '-c', ''])",
        "socket.socket(socket.AF_UNIX).connect('/run/dbus/system_bus_socket')", "socket.socketpair()",
        "ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0 or 1 / 0",
    ],
)  # fmt: skip
def test_nothing_outside_the_copy_can_be_reached(case: Path, tmp_path: Path, code: str) -> None:  # noqa: F811
    """Another process, another case, the system's files: each attempt ends the run, and all of it is as it was."""
    other, place = tmp_path / "other.wcase", tmp_path / "place"
    other.write_bytes(b"another case")
    other.chmod(0o640)
    place.mkdir()
    before = other.stat()
    filled = code.replace("{other}", str(other)).replace("{place}", str(place))
    body = f"import ctypes, os, socket, sys\ndef find(case, params, run):\n    {filled}\n    return ()\n"
    assert failed(case, tmp_path, body).exit_code == 4
    assert other.stat() == before
    assert other.read_bytes() == b"another case"
    assert not list(place.iterdir())


@LINUX
def test_it_inherits_no_variable_and_no_open_file(
    case: Path,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Only the copy is open, for reading, and the environment names nothing of this computer."""
    monkeypatch.setenv("FUNDFLOW_SECRET", "passphrase")
    kept = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(kept, True)
    code = """
import fcntl, os, stat
def find(case, params, run):
    run.note(" ".join(sorted(os.environ)))
    copy = os.fstat(0)
    for handle in range(64):
        try:
            told = os.fstat(handle)
        except OSError:
            continue
        mode = fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE
        if stat.S_ISREG(told.st_mode) and (told.st_ino, mode) == (copy.st_ino, os.O_RDONLY):
            continue
        run.note(f"pipe {mode}" if stat.S_ISFIFO(told.st_mode) else f"{handle} {told}")
    return ()
"""
    try:
        names, *pipes = run(case, tmp_path, code).notes
    finally:
        os.close(kept)
    assert names == "LANG PATH"
    assert set(pipes) == {"pipe 1"}  # what it answers and prints into
    assert len(pipes) == 3


@LINUX
@pytest.mark.parametrize(
    "flood", ["run.note('x')", "run.progress(1)", "print('x' * 1000)", "os.write(2, b'x' * 65536)"]
)
def test_a_flood_without_answers_is_ended(case: Path, tmp_path: Path, flood: str) -> None:  # noqa: F811
    """Also one that keeps the host busy, so that it never waits."""
    code = f"import os\ndef find(case, params, run):\n    while True:\n        {flood}\n"
    assert failed(case, tmp_path, code, seconds=1).exit_code == 3


def test_too_many_or_too_large_files_end_the_run(case: Path, tmp_path: Path) -> None:  # noqa: F811
    """More bytes than one run may keep, in one piece and in many; more names than anybody looks through."""
    for code in (
        "    with run.artifact('a.bin', '') as file:\n        file.write(bytes(70 << 20))\n",
        "    for n in range(9):\n        with run.artifact(f'{n}.bin', '') as file:\n            file.write(bytes(8 << 20))\n",
        "    for n in range(500):\n        run.artifact(f'{n}.bin', '').close()\n",
    ):
        assert failed(case, tmp_path, f"def find(case, params, run):\n{code}    return ()\n").exit_code in (3, 4)

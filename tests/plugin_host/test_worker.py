"""The worker and its host: the sandbox holds, every failure has its exit code, nothing is left behind."""

from __future__ import annotations

import gc
import os
import sys
import threading
import time
from pathlib import Path

import pytest

from workstation.domain.errors import WorkstationError
from workstation.domain.records import Remark, TransferRecord
from workstation.plugin_host import discovery, readers
from workstation.plugin_host.readers import Limits

linux = pytest.mark.skipif(sys.platform != "linux", reason="the kernel sandbox is for Linux")
MANIFEST = """
[plugin]
id = "test.probe"
name = "Probe"
version = "0.1.0"
api = "1.0"
license = "MIT"
authors = []

[[reader]]
id = "test.probe"
title = "Probe"
entry = "probe"

[[reader.params]]
name = "word"
type = "text"
label = "Word"
"""
HEAD = """
import ctypes, os, socket, subprocess, sys, tempfile, threading
from workstation.domain.records import *
from workstation.sdk.reader import *
STREAMS = ("row {row}",)
P = Place(0, 1, None, 0, 1)
def transfer(amount=1, chain="bitcoin", place=P, **more):
    given = dict(place=place, chain=chain, tx="", block=None, position=None, time=1, time_basis="stated", time_text="",
        kind="stated", index=None, sender="a", receiver="b", contract="", symbol="BTC", decimals=8, amount=amount,
        amount_text="", absent=None, previous_tx="", previous_index=None, script="", sequence=None)
    return TransferRecord(**{**given, **more})
def sniff(head, name):
    return Sniff(0.7, "a probe")
"""
PROBES = {
    "open a socket": "socket.socket()",
    "resolve a name": "socket.getaddrinfo('localhost', 80)",
    "raw socket by ctypes": "assert ctypes.CDLL(None).syscall(41 if os.uname().machine == 'x86_64' else 198, 2, 1, 0) >= 0",
    "start a program": "subprocess.run(['/bin/true'], check=True)",
    "fork": "os.fork() or os._exit(0)",
    "read another file": "open('/etc/hostname').read()",
    "list a folder": "os.listdir('/')",
    "write a file": "open(os.path.join('/tmp', 'probe-was-here'), 'w').write('x')",
    "temporary file": "tempfile.mkstemp()",
    "allocate 16 GiB": "bytearray(16 << 30)",
    "signal the parent": "os.kill(os.getppid(), 0)",
    "read the parent": "open(f'/proc/{os.getppid()}/environ', 'rb').read()",
    "see the environment": "assert os.environ['SECRET_OF_THE_TEST']",
    "write the exhibit": "os.write(0, b'x')",
    "trace the parent": "assert ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0",
}
MUST_WORK = {
    "thread": "t = threading.Thread(target=int); t.start(); t.join()",
    "plain parsing": "import json, csv, decimal; json.loads('[1]'); list(csv.reader(['a,b']))",
    "time zones": "import zoneinfo; zoneinfo.ZoneInfo('Europe/Berlin')",
    "printing": "print('x' * 100000)",
}


@pytest.fixture
def probe(tmp_path):
    """Makes a plugin from the body of ``read`` and gives a function that parses with it."""
    folder = tmp_path / "plugins" / "probe"
    folder.mkdir(parents=True)
    (folder / "plugin.toml").write_text(MANIFEST)
    path = tmp_path / "exhibit.txt"
    path.write_text("some text of an exhibit\n")

    def run(body: str, *, top: str = "", consume=list, **options):
        code = (
            HEAD
            + top
            + "\ndef read(source, parameters, run):\n"
            + "\n".join("    " + line for line in body.splitlines())
        )
        (folder / "probe.py").write_text(code + "\n    yield from ()\n")
        plugins = discovery.discover([tmp_path / "plugins"])
        assert plugins[0].problem == ""
        with readers.parse(path, "test.probe", options.pop("parameters", {}), plugins, **options) as parse:
            return consume(parse)

    run.path = path
    run.folder = tmp_path / "plugins"
    return run


TRY = """
try:
    {code}
    yield Remark('warning', 'allowed')
except BaseException:
    yield Remark('warning', 'denied')
"""


@linux
@pytest.mark.parametrize("name", PROBES)
def test_the_sandbox_denies(probe, monkeypatch, name):
    monkeypatch.setenv("SECRET_OF_THE_TEST", "x")
    records = probe(TRY.format(code=PROBES[name]))
    assert [r.text for r in records] == ["denied"]


@linux
def test_the_door_is_closed_before_plugin_code_is_imported(probe):
    top = "try:\n    socket.socket(); FOUND = 'allowed'\nexcept OSError:\n    FOUND = 'denied'\n"
    assert [r.text for r in probe("yield Remark('warning', FOUND)", top=top)] == ["denied"]


@pytest.mark.parametrize("name", MUST_WORK)
def test_what_a_reader_needs_works(probe, name):
    assert [r.text for r in probe(TRY.format(code=MUST_WORK[name]))] == ["allowed"]


@linux
def test_layers_are_reported(probe):
    layers = probe("pass", consume=lambda parse: (list(parse), parse.layers)[1])
    assert layers == {"files": "enforced", "system calls": "enforced", "limits": "enforced"}


@linux
def test_x32_calls_end_the_process(probe):
    if os.uname().machine != "x86_64":
        pytest.skip("x32 numbers exist on x86-64 only")
    with pytest.raises(WorkstationError) as raised:
        probe("ctypes.CDLL(None).syscall(0x40000000 + 41, 2, 1, 0)")
    assert raised.value.exit_code == 4


@pytest.mark.parametrize(
    "body",
    [
        "os._exit(3)",
        "os._exit(0)",
        "raise ValueError('secret cell text')",
        "ctypes.string_at(0)",
        "yield 5",
        "yield transfer(amount=-1)",
        "yield transfer(amount=2 ** 256)",
        "yield transfer(amount=None)",
        "yield transfer(chain='mars')",
        "yield transfer(kind='gift')",
        "yield transfer(place=Place(0, 1, None, 0, 10 ** 9))",
        "yield transfer(place=Place(5, 1, None, 0, 1))",
        "yield transfer(sender=7)",
        "yield transfer(block=-1)",
        "for fd in range(1, 64):\n    try: os.write(fd, b'garbage\\n')\n    except OSError: pass\nos._exit(0)",
        "for fd in range(3, 64):\n    try: os.write(fd, b'[\"done\",7,7]\\n')\n    except OSError: pass\nos._exit(0)",
        "for fd in range(3, 64):\n    try: os.write(fd, b'[\"batch\",[[1]]]\\n')\n    except OSError: pass\nos._exit(0)",
    ],
)
def test_crashes_and_nonsense_are_exit_code_4(probe, body):
    with pytest.raises(WorkstationError) as raised:
        probe(body)
    assert raised.value.exit_code == 4
    assert "secret" not in str(raised.value)
    assert raised.value.code.startswith("WS-RDR-04")


def test_a_text_that_no_record_holds_costs_its_row_and_not_the_file(probe):
    found = list(probe("yield transfer()\nyield transfer(symbol='x' * 100000)\nyield transfer()"))
    assert [type(r).__name__ for r in found] == ["TransferRecord", "BadRow", "TransferRecord"]
    assert (found[1].code, "4000" in found[1].reason, len(found[1].raw)) == ("WS-ROW-011", True, 1000)
    assert found[1].place == found[0].place


def test_a_missing_reader_function_is_exit_code_4(probe):
    with pytest.raises(WorkstationError) as raised:
        probe("pass", top="import nothing_of_this_name")
    assert raised.value.exit_code == 4


@pytest.mark.parametrize(
    ("body", "limits"),
    [
        ("while True: pass", Limits(seconds=1)),
        ("threading.Event().wait()", Limits(seconds=1)),
        ("while True: yield transfer()", Limits(rows=5000)),
        pytest.param("x = [bytes(1 << 20) for _ in range(1 << 14)]", Limits(memory_mb=64), marks=linux),
    ],
)
def test_limits_are_exit_code_3(probe, body, limits):
    with pytest.raises(WorkstationError) as raised:
        probe(body, limits=limits)
    assert raised.value.exit_code == 3


def test_too_large_a_file_is_exit_code_3(probe):
    with pytest.raises(WorkstationError) as raised:
        probe("pass", limits=Limits(bytes=3))
    assert raised.value.exit_code == 3


@pytest.mark.parametrize("body", ["while True: pass", "threading.Event().wait()", "while True: yield transfer()"])
def test_cancel_answers_within_250_ms(probe, body):
    asked = threading.Event()
    seen: list[float] = []

    def cancelled() -> bool:
        if asked.is_set() and not seen:
            seen.append(time.monotonic())
        return asked.is_set()

    timer = threading.Timer(0.4, asked.set)
    timer.start()
    with pytest.raises(WorkstationError) as raised:
        probe(body, cancelled=cancelled)
    assert raised.value.exit_code == 5
    assert time.monotonic() - seen[0] < 0.25
    timer.join()


def test_nothing_is_left_behind(probe):
    def state() -> tuple[int, int, set[str]]:
        gc.collect()
        children = Path(f"/proc/self/task/{os.getpid()}/children")
        names = {t.name for t in threading.enumerate()}
        count = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
        return count, len(children.read_text().split()) if children.exists() else 0, names

    before = state()
    for body in ("pass", "os._exit(3)", "while True: yield transfer()", "raise ValueError"):
        try:
            probe(body, consume=lambda parse: next(iter(parse), None))
        except WorkstationError:
            continue
    assert state() == before


def test_works_from_another_thread(probe):
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.extend(probe("for n in range(1200): yield transfer(amount=n)")))
    thread.start()
    thread.join()
    assert [r.amount for r in found if isinstance(r, TransferRecord)] == list(range(1200))


def test_a_consumer_that_stops_early_ends_the_worker(probe):
    first = probe("while True: yield transfer()", consume=lambda parse: next(iter(parse)))
    assert isinstance(first, TransferRecord)


def test_half_characters_leave_as_a_bad_row(probe):
    records = probe("yield transfer(symbol='\\ud800')\nyield transfer(symbol='ok')")
    assert [type(r).__name__ for r in records] == ["BadRow", "TransferRecord"]


def test_progress_and_rows_are_reported(probe):
    seen: list[tuple[int, int]] = []
    rows = probe(
        "run.progress(5, 10)\nrun.rows(42)\nrun.remark('warning', 'w')\nrun.remark('warning', 'w')\nyield transfer()",
        consume=lambda parse: (list(parse), parse.rows_read),
        progress=lambda a, b: seen.append((a, b)),
    )
    assert seen == [(5, 10)]
    assert rows[1] == 42
    assert [r for r in rows[0] if isinstance(r, Remark)] == [Remark("warning", "w")]


def test_refusal_of_a_reader_is_exit_code_2(probe):
    with pytest.raises(WorkstationError, match="only totals") as raised:
        probe("raise Refusal('This holds only totals.')")
    assert raised.value.exit_code == 2


def test_unknown_readers_and_parameters_are_refused(probe):
    with pytest.raises(WorkstationError, match="no parameter 'x'"):
        probe("pass", parameters={"x": "1"})
    with pytest.raises(WorkstationError, match="no reader"):
        readers.parse(probe.path, "nobody", {}, [])


def test_one_broken_reader_does_not_spoil_detection(probe, tmp_path):
    probe("pass")
    broken = probe.folder / "broken"
    broken.mkdir()
    text = MANIFEST.replace("test.probe", "test.broken").replace('entry = "probe"', 'entry = "broken"')
    (broken / "plugin.toml").write_text(text)
    (broken / "broken.py").write_text("import os\nos._exit(7)\n")
    plugins = discovery.discover([probe.folder])
    assert [d.reader for d in readers.detect(probe.path, plugins)] == ["test.probe"]

"""Who allocates and who cleans up: one arena for all threads, and parts of the window go in its own thread only."""

from __future__ import annotations

import gc
import linecache
import platform
import subprocess
import sys
import threading
import weakref
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from workstation.analysis.trace.undisturbed import thaw, undisturbed
from workstation.ui.memory import search_here
from workstation.ui.sources import leave_unread

_ARENAS = """
import ctypes, threading
from workstation.ui.memory import share_one_arena
assert share_one_arena()
buffers = []
threads = [threading.Thread(target=lambda: buffers.append(bytearray(60_000))) for _ in range(8)]
[t.start() for t in threads]; [t.join() for t in threads]
libc = ctypes.CDLL(None)
libc.malloc_stats()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has arenas")
def test_threads_share_one_arena() -> None:
    done = subprocess.run([sys.executable, "-c", _ARENAS], capture_output=True, text=True, timeout=60, check=True)
    assert done.stderr.count("Arena ") == 1, done.stderr


def test_sources_of_imported_modules_are_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The binding of Qt reads the source of each, unless told otherwise: 23 MiB with all libraries."""
    assert leave_unread()
    source = tmp_path / "freshly_imported.py"
    source.write_text("import PySide6\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    __import__("freshly_imported")
    monkeypatch.delitem(sys.modules, "freshly_imported")
    assert str(source) not in linecache.cache


class _Part:
    """A thing that holds itself, as a widget does whose signal calls its own method."""

    def __init__(self) -> None:
        self.me = self


def _left_by_a_thread(gone: list[int]) -> None:
    """Leave 5,000 of them behind in another thread; ``gone`` gets the thread that lets the first one go."""

    def make() -> None:
        parts = [_Part() for _ in range(5_000)]
        weakref.finalize(parts[0], lambda: gone.append(threading.get_ident()))

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()


def test_cycles_left_in_a_thread_go_in_the_thread_of_the_window(qtbot: QtBot) -> None:
    gone: list[int] = []
    gc.collect()
    _left_by_a_thread(gone)
    assert gone == []
    qtbot.waitUntil(lambda: bool(gone))
    assert gone == [threading.get_ident()]


def test_the_search_waits_while_a_trace_runs(qtbot: QtBot, qapp: QApplication) -> None:
    gone: list[int] = []
    turns: list[int] = []
    search = search_here(qapp)
    search.timeout.connect(lambda: turns.append(1))
    gc.collect()
    with undisturbed():
        _left_by_a_thread(gone)
        qtbot.waitUntil(lambda: len(turns) == 2)
        assert gone == []
    thaw()
    gc.collect()
    assert gone == [threading.get_ident()]
    search.stop()
    search.deleteLater()

"""One arena for all threads: the switch is there on Linux with glibc, and what threads allocate goes through it."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

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

"""Owns how this process keeps memory: the C library of Linux, the drawn icons of Qt, and who looks for reference cycles.
Must not know the window.

glibc gives each thread an arena of its own, and what a job, an import or a frame leaves behind in one is not used by the
others: played by a monkey, the window grew from 260 to 424 MiB in 2,400 actions, with one arena to 353 MiB.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys

from PySide6.QtCore import QObject, QTimer

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
_PICTURES_KIB = 2_048
_SEARCH_EVERY_MS = 500
_YOUNG = 700  # what Python itself waits for


def keep_few_pictures() -> None:
    """Let Qt keep 2 MiB of drawn icons, not 10: buttons are made anew all the time, and each leaves its icon there."""
    from PySide6.QtGui import QPixmapCache

    QPixmapCache.setCacheLimit(_PICTURES_KIB)


def share_one_arena() -> bool:
    """Let all threads allocate from one arena; call it before threads start. False where the C library has no such switch."""
    if sys.platform != "linux":
        return False
    try:
        return bool(ctypes.CDLL(None).mallopt(_ARENA_MAX, 1))
    except (AttributeError, OSError):  # another C library
        return False


def give_back() -> None:
    """Give free memory back to the system, when a case has been closed; nothing where the C library cannot."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError, OSError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def search_here(parent: QObject) -> QTimer:
    """Look for reference cycles in the thread of the window only; call it there. Lasts as long as ``parent``.

    Python looks for them in whichever thread happens to make the next object, and then lets go there of parts of the
    window, which Qt forbids in any thread but its own: now and then the program crashed. pyqtgraph's
    ``garbage_collector`` found the remedy. The switch of ``gc`` itself stays on: turned off it means that a trace runs
    (``analysis.trace.undisturbed``), and the search waits for its end.
    """
    gc.set_threshold(0, *gc.get_threshold()[1:])
    timer = QTimer(parent)
    timer.setInterval(_SEARCH_EVERY_MS)
    timer.timeout.connect(_search)
    timer.start()
    return timer


def _search() -> None:
    young, middle, old = gc.get_count()
    _automatic, many, very_many = gc.get_threshold()
    if gc.isenabled() and young > _YOUNG:
        gc.collect(2 if old > very_many else 1 if middle > many else 0)

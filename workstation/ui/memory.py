"""Owns how this process keeps memory: the C library of Linux, and the drawn icons of Qt. Must not know the window.

glibc gives each thread an arena of its own, and what a job, an import or a frame leaves behind in one is not used by the
others: played by a monkey, the window grew from 260 to 424 MiB in 2,400 actions, with one arena to 353 MiB.
"""

from __future__ import annotations

import ctypes
import sys

_ARENA_MAX = -8  # M_ARENA_MAX of malloc.h
_PICTURES_KIB = 2_048


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

"""Owns whose turn it is while jobs work: a job steps aside while the window is busy. Must not make it wait for long.

Python runs one thread at a time. A job in a long loop would make the window wait some milliseconds for every single
call between it and Qt, and a screen is thousands of them; so a job that reports progress first asks the window, and
waits until the window has time to answer.
"""

from __future__ import annotations

import threading
import time

from PySide6.QtCore import QObject, Qt, Signal

from workstation.ui.guard import guard

#: Seconds: between two questions, until a job does its next piece unanswered, and until it no longer waits at all.
_BETWEEN, _PIECE, _MOST = 0.01, 0.1, 2.0


@guard
class Turns(QObject):
    """Asks the window for its turn. ``give_way`` may be called on any thread."""

    _ask = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._answered = threading.Event()
        self._answered.set()
        self._asked_at = 0.0
        self._ask.connect(self._answer, Qt.ConnectionType.QueuedConnection)

    def give_way(self) -> None:
        """Wait a little while the window is busy; a window that never answers does not stop the work."""
        now = time.monotonic()
        if self._answered.is_set():
            if now - self._asked_at < _BETWEEN:
                return
            self._answered.clear()
            self._asked_at = now
            self._ask.emit()
        if now - self._asked_at < _MOST:
            self._answered.wait(_PIECE)

    def _answer(self) -> None:
        self._answered.set()

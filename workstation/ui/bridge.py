"""Owns the two ways results reach the window: calls from job threads, and events of the session's bus.

Must not decide anything; it only carries.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from workstation.ui.guard import guard
from workstation.ui.later import Queue


@guard
class Bridge(QObject):
    """Carries a call from any thread to the thread of the window, in order, each when the queue gives it a turn."""

    _call = Signal(object)

    def __init__(self, queue: Queue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._queue = queue
        self._call.connect(self._arrived, Qt.ConnectionType.QueuedConnection)

    def post(self, call: Callable[[], None]) -> None:
        """Run ``call`` on the thread of the window soon."""
        self._call.emit(call)

    def _arrived(self, call: Any) -> None:
        self._queue.call(call)

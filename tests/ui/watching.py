"""Owns noticing what must never happen in a window: exceptions that reach the hooks, and warnings of Qt."""

from __future__ import annotations

import sys
import threading
import traceback

from PySide6.QtCore import QtMsgType, qInstallMessageHandler


class Faults:
    """Everything that must not happen, with the action it happened in, while in use as a context."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.action = "start"

    def __enter__(self) -> Faults:
        self._hook, self._thread_hook = sys.excepthook, threading.excepthook
        sys.excepthook = lambda kind, problem, trace: self.add(
            "".join(traceback.format_exception(kind, problem, trace))
        )
        threading.excepthook = lambda told: self.add("".join(traceback.format_exception(told.exc_value)))
        self._handler = qInstallMessageHandler(self._message)
        return self

    def __exit__(self, *_: object) -> None:
        sys.excepthook, threading.excepthook = self._hook, self._thread_hook
        qInstallMessageHandler(self._handler)

    def add(self, words: str) -> None:
        """Note a fault."""
        self.found.append(f"[{self.action}] {words.strip()}")

    def _message(self, kind: QtMsgType, _context: object, words: str) -> None:
        # the offscreen platform says of itself that it has no window manager
        if kind in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) or words.startswith("This plugin does not support"):
            return
        self.add(f"Qt: {words}")

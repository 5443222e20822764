"""Owns what has the next turn of the event loop: what jobs bring, in order; then panels, one a turn, once for any number
of changes, only while seen.

The turn after one that took long is for Qt, which then measures and draws what was read: together both would hold up the
window. A panel that nobody sees waits until it is shown. Must not know what a panel shows or a job brings.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import Shiboken

from workstation.ui.guard import guard

#: Seconds that calls may take of one turn: the next one then waits for the turn after the next.
_TURN = 0.015


@guard
class Queue(QObject):
    """What waits for its turn. Between two of them the window answers mouse and keyboard.

    Attributes:
        hurried: whether something goes before all of this: parts in sight that are dressed anew.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.hurried: Callable[[], bool] = lambda: False
        self._all: list[Later] = []
        self._waiting: list[Later] = []
        self._calls: deque[Callable[[], object]] = deque()
        self._drawing = False
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next)

    @property
    def idle(self) -> bool:
        """Whether nothing waits."""
        return not self._waiting and not self._calls

    def enter(self, later: Later) -> None:
        """Know a panel from now on."""
        self._all = [each for each in self._all if Shiboken.isValid(each)] + [later]

    def empty(self) -> None:
        """Every panel reads now, seen or not: the case is closed, and nothing of it may stay."""
        self._waiting.clear()
        for later in self._all:
            if Shiboken.isValid(later):
                later.now()

    def call(self, work: Callable[[], object]) -> None:
        """Do ``work`` on a turn to come, after what was asked for before it and before any panel reads."""
        self._calls.append(work)
        self._timer.start()

    def add(self, later: Later) -> None:
        """Let a panel read on a turn to come; once, however often it is added."""
        if later not in self._waiting:
            self._waiting.append(later)
            self._timer.start()

    def _next(self) -> None:
        if self._drawing:
            self._drawing = False
            return
        if self.hurried():
            return
        end = time.perf_counter() + _TURN
        while self._calls:
            self._calls.popleft()()
            if time.perf_counter() >= end:
                self._drawing = True
                return
        while self._waiting:
            later = self._waiting.pop(0)
            if Shiboken.isValid(later) and later.due and later.seen():
                later.now()
                self._drawing = True
                break
        if self.idle:
            self._timer.stop()


@guard
class Later(QObject):
    """The reading of one panel. ``due`` says that what it shows is out of date.

    Args:
        refresh: reads and shows everything again.
    """

    def __init__(self, queue: Queue, panel: QWidget, refresh: Callable[[], object]) -> None:
        super().__init__(panel)
        self.due = False
        self._queue = queue
        self._panel = panel
        self._refresh = refresh
        panel.installEventFilter(self)
        queue.enter(self)

    def ask(self, *_: object) -> None:
        """Something changed: read on the next turn, or when the panel is next on screen."""
        self.due = True
        self.shown()

    def ask_now(self, *_: object) -> None:
        """Something changed: read at once, or when the panel is next on screen (a list whose rows are acted on)."""
        self.due = True
        if self.seen():
            self.now()

    def catch_up(self) -> None:
        """Read at once what is out of date: the user asked for this panel, or something is asked from it."""
        if self.due:
            self.now()

    def now(self) -> None:
        """Read at once."""
        self.due = False
        self._refresh()

    def shown(self, *_: object) -> None:
        """The panel may have come on screen."""
        if self.due and self.seen():
            self._queue.add(self)

    def seen(self) -> bool:
        """Whether the user can see the panel: neither hidden nor behind another tab."""
        return self._panel.isVisible() and not self._panel.visibleRegion().isEmpty()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Resize) and self.due and watched is self._panel:
            self._queue.add(self)  # its place is known only after this event
        return False

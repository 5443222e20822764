"""Owns who wears the style sheet: each part of a window (bar, dock, dialog) wears it by itself, those in sight first.

A sheet on the whole window would have Qt measure every widget of it anew in one turn of the event loop, most of them in
docks behind other tabs. Must not know what a sheet says (``ui.style`` does).
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from PySide6.QtCore import QChildEvent, QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDockWidget, QWidget
from shiboken6 import Shiboken

from workstation.ui import style
from workstation.ui.guard import guard

#: Marks a part that is dressed from here; kept at the part itself, so that nothing keeps a dialog that is gone.
_OURS = "worn"
#: What Qt lays between docks to be dragged, where the line is too thin for that: nothing of it is drawn.
_HANDLE = "qt_qmainwindow_extended_splitter"


@contextlib.contextmanager
def thin_lines_between_docks() -> Iterator[None]:
    """A main window made inside takes its handles up again when docks move.

    It asks for their width once, when it is made (``QMainWindowLayout::sep``). Told another one than it then has, it makes
    new handles each time a dock hides or comes back, for as long as it lives: 3 to 5 MiB in 20,000 actions.
    """
    app = QApplication.instance()
    assert isinstance(app, QApplication)  # no window is made without it
    before = app.styleSheet()
    app.setStyleSheet(style.WINDOW)
    try:
        yield
    finally:
        app.setStyleSheet(before)


@guard
class Wardrobe(QObject):
    """Dresses the parts of a window. What is out of sight follows one part a turn, or at once when it comes in sight.

    Args:
        busy: whether something else has the turn; parts out of sight wait then.
    """

    def __init__(self, window: QWidget, busy: Callable[[], bool] = lambda: False) -> None:
        super().__init__(window)
        self._window = window
        self._busy = busy
        self._sheet = ""
        self._waiting: list[QWidget] = []
        self._in_sight: QWidget | None = None  # the last one of those waiting that is
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next)
        window.setStyleSheet(style.WINDOW)  # before it has parts, and never again: each would be measured anew
        window.installEventFilter(self)

    @property
    def idle(self) -> bool:
        """Whether every part wears the sheet of now."""
        return not self._waiting

    @property
    def hurried(self) -> bool:
        """Whether a part in sight still wears the old sheet: the window is not drawn until none does."""
        return self._in_sight in self._waiting

    def wear(self, sheet: str) -> None:
        """A new sheet for every part, those in sight first. The window is drawn when all of these wear it: never half."""
        self._sheet = sheet
        self._window.style().polish(self._window)  # or it keeps the colours its palette had
        parts = self._window.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
        old = [each for each in parts if each.property(_OURS) and each.styleSheet() != sheet]
        seen = [each for each in old if _seen(each)]
        self._waiting = seen + [each for each in old if each not in seen]
        self._in_sight = seen[-1] if seen else None
        self._window.setUpdatesEnabled(not seen)
        self._timer.start()

    def dress(self, part: QWidget) -> None:
        """Put the sheet on a part, unless it wears one of its own or this one already."""
        if part in self._waiting:
            self._waiting.remove(part)
        elif part.property(_OURS) or part.styleSheet():
            return
        if not part.property(_OURS):
            part.setProperty(_OURS, True)
            part.installEventFilter(self)
            if isinstance(part, QDockWidget):  # Qt counts a dock behind another tab as shown
                part.visibilityChanged.connect(lambda on, part=part: self._came(part) if on else None)
        part.setStyleSheet(self._sheet)

    def _came(self, part: QWidget) -> None:
        if part in self._waiting:
            self.dress(part)

    def _next(self) -> None:
        if not self.hurried and self._busy():
            return
        while self._waiting:
            part = self._waiting[0]
            if Shiboken.isValid(part):
                self.dress(part)
                break
            self._waiting.pop(0)
        if not self.hurried:
            self._window.setUpdatesEnabled(True)
        if not self._waiting:
            self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window:
            if event.type() == QEvent.Type.ChildPolished and isinstance(event, QChildEvent):
                child = event.child()
                if isinstance(child, QWidget) and child.objectName() != _HANDLE:
                    self.dress(child)
        elif event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            self._came(watched)
        return False


def _seen(part: QWidget) -> bool:
    return part.isVisible() and not part.visibleRegion().isEmpty()

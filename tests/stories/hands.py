"""A person without a mouse, for the stories: keys go to what has the focus, and every use of a mouse is noticed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.stories.player import LONG
from workstation.ui.guard import guard
from workstation.ui.window import MainWindow

KEY = Qt.Key
CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.NoModifier,
)  # fmt: skip


@guard
class NoMouse(QObject):
    """Notices every use of the mouse in the whole program."""

    def __init__(self) -> None:
        super().__init__()
        self.used: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Note mouse buttons and wheels."""
        if event.type() in (QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.Wheel):
            self.used.append(type(watched).__name__)
        return False


class Typist:
    """A person without a mouse: keys go to what has the focus."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot

    def focus(self) -> QWidget:
        """What has the focus. Offscreen there is no window manager that makes the top window active after a popup."""
        if QApplication.focusWidget() is None:
            (QApplication.activeModalWidget() or self.window).activateWindow()
            self.qtbot.waitUntil(lambda: QApplication.focusWidget() is not None, timeout=LONG)
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def into(self, dialog: QDialog) -> None:
        """Wait until the focus is in a dialog that has just opened."""
        self.qtbot.waitUntil(lambda: dialog.isAncestorOf(self.focus()), timeout=LONG)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        """Press a key where the focus is."""
        QTest.keyClick(self.focus(), key, modifier)

    def type(self, words: str) -> None:
        """Type where the focus is."""
        QTest.keyClicks(self.focus(), words)

    def pane_to(self, name: str, most: int = 12) -> None:
        """Press F6 until the focus is in this panel."""
        dock, passed = self.window.docks[name], []
        for _ in range(most):
            focus = self.focus()
            if dock.isAncestorOf(focus):
                return
            passed.append(focus.accessibleName())
            self.key(KEY.Key_F6)
        raise AssertionError(f"F6 does not lead to {name!r}; it passed {passed}")

    def tab_to(self, name: str, most: int = 40, *, back: bool = False) -> QWidget:
        """Press Tab (or Shift+Tab) until something of this name has the focus."""
        passed = []
        for _ in range(most):
            focus = self.focus()
            here = focus.accessibleName() or getattr(focus, "text", str)()
            if here == name:
                return focus
            passed.append(here)
            self.key(KEY.Key_Backtab if back else KEY.Key_Tab, SHIFT if back else NONE)
        raise AssertionError(f"Tab does not lead to {name!r}; it passed {passed}")


@contextmanager
def no_mouse() -> Iterator[NoMouse]:
    """Watch the whole program for uses of a mouse."""
    watch, app = NoMouse(), QApplication.instance()
    assert app is not None
    app.installEventFilter(watch)
    try:
        yield watch
    finally:
        app.removeEventFilter(watch)

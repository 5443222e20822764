"""A user in front of the window, for the stories."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QDialog
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.domain.changes import WORK_TABLES
from workstation.ui.window import MainWindow

LONG = 60_000


def press(root: Any, name: str, qtbot: QtBot) -> None:
    """Click the button with this accessible name."""
    found = [b for b in root.findChildren(QAbstractButton) if b.accessibleName() == name or b.text() == name]
    assert found, f"no button {name}"
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


class Player:
    """A user in front of the window."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window = window
        self.qtbot = qtbot

    @property
    def session(self) -> Session:
        """The open case."""
        assert self.window.desk.session is not None
        return self.window.desk.session

    def dialog(self, kind: type[Any]) -> Any:
        """The dialog of this kind that is on screen, waiting for it."""

        def there() -> bool:
            return any(isinstance(d, kind) and d.isVisible() for d in self.window.dialogs)

        self.qtbot.waitUntil(there, timeout=LONG)
        return next(d for d in self.window.dialogs if isinstance(d, kind) and d.isVisible())

    def gone(self, dialog: QDialog) -> None:
        """Wait until a dialog has closed."""
        self.qtbot.waitUntil(lambda: dialog not in self.window.dialogs, timeout=LONG)

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key on the canvas."""
        assert self.window.canvas is not None
        assert self.window.canvas.view is not None
        self.qtbot.keyClick(self.window.canvas.view, key, modifier)

    def search(self, words: str) -> None:
        """Type into the search box and press Enter."""
        field = self.window.top.search
        field.clear()
        self.qtbot.keyClicks(field, words)
        self.qtbot.keyClick(field, Qt.Key.Key_Return)

    def work(self) -> dict[str, Any]:
        """Everything the user has added."""
        return {table: self.session.store.rows(table) for table in WORK_TABLES}

"""Commands of the menus, the palette, the search box, undo and redo."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from tests.ui.monkey.base import LEFT, NEVER, Monkey


def command(monkey: Monkey) -> None:
    """Any command of the menus."""
    offered = [a for a in monkey.window.menu_actions if a.isEnabled() and str(a.data()) not in NEVER]
    if offered:
        chosen = monkey.pick.choice(offered)
        monkey.faults.action += f" {chosen.data()}"
        chosen.trigger()


def undo(monkey: Monkey) -> None:
    """Undo or redo by the top bar."""
    top = monkey.window.top
    QTest.mouseClick(monkey.pick.choice((top.undo, top.undo, top.redo)), LEFT)


def palette(monkey: Monkey) -> None:
    """The palette: type, look, leave or run."""
    monkey.window.ask("view.palette")
    monkey.settle("palette", 1)
    found = next((d for d in monkey.dialogs() if type(d).__name__ == "Palette"), None)
    field = found.findChild(QLineEdit) if found is not None else None
    if found is not None and field is not None:
        field.setText(monkey.pick.choice((monkey.words()[:40], "scene", "@exch", "/T", "#", "> layout")))
        monkey.settle("palette", 1)
        if monkey.pick.random() < 0.3 and "quit" not in field.text():
            QTest.keyClick(field, Qt.Key.Key_Down)
        QTest.keyClick(field, Qt.Key.Key_Escape)


def search(monkey: Monkey) -> None:
    """Type into the search box, sometimes press Enter."""
    field = monkey.window.top.search
    if field.isVisible():
        field.setText(monkey.pick.choice((monkey.words()[:80], "T", "Victim", "exchange", "")))
        field.textEdited.emit(field.text())
        monkey.settle("search", 1)
        QTest.keyClick(field, monkey.pick.choice((Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Down)))

"""The cursor of the History panel goes along with the case, and stays where it is while the case does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.ui.history import HistoryPanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def _here(panel: HistoryPanel) -> tuple[int, list[int]]:
    return panel.model.entries[panel.list.currentIndex().row()].id, panel.marked()


@pytest.mark.parametrize("way", ["enter", "button", "double click", "undo", "redo", "edit", "named", "branch", "beginning"])  # fmt: skip
def test_the_cursor_stands_at_the_current_state_after(
    way: str, window: MainWindow, demo: Session, qtbot: QtBot, steps: Callable[[int], list[int]]
) -> None:
    panel = window.history
    assert panel is not None
    window.show_dock("history")
    made = steps(6)
    row = panel.model.row_of(made[2])
    index = panel.model.index(row, 0)
    if way in ("enter", "button"):
        panel.list.setCurrentIndex(index)
        if way == "enter":
            QTest.keyClick(panel.list, Qt.Key.Key_Return)  # type: ignore[call-overload]
        else:
            panel.to.click()
    elif way == "double click":
        panel.list.doubleClicked.emit(index)
    elif way == "undo":
        panel.list.setCurrentIndex(index)
        demo.run("edit.undo")
    elif way == "redo":
        demo.run("edit.undo")
        panel.list.setCurrentIndex(index)
        demo.run("edit.redo")
    elif way == "edit":
        panel.list.setCurrentIndex(index)
        steps(1)
    elif way == "named":
        demo.run("history.go", step=str(made[2]))
    elif way == "branch":
        demo.run("history.go", step=str(made[1]))
        other = steps(1)[0]
        demo.run("history.go", step=str(made[4]))
        demo.run("history.go", step=str(other))
    else:
        demo.run("history.go", step="0")
    assert panel.model.current == demo.history.current()
    assert _here(panel) == (demo.history.current(), [demo.history.current()])
    place = panel.list.visualRect(panel.list.currentIndex())
    assert panel.list.viewport().rect().intersects(place)


def test_naming_a_state_leaves_the_cursor(window: MainWindow, demo: Session, steps: Callable[[int], list[int]]) -> None:
    panel = window.history
    assert panel is not None
    window.show_dock("history")
    made = steps(3)
    panel.list.setCurrentIndex(panel.model.index(panel.model.row_of(made[0]), 0))
    demo.run("history.name", step=str(made[0]), name="before")
    assert _here(panel) == (made[0], [made[0]])


@pytest.fixture
def steps(demo: Session) -> Callable[[int], list[int]]:
    """Makes some steps; gives their numbers."""

    def make(number: int) -> list[int]:
        found = []
        for _ in range(number):
            demo.run("graph.new", name=f"G{demo.store.head()[0]}")
            found.append(demo.history.current())
        return found

    return make

"""The History panel: every state is listed with its branch; one can go there, name it, and compare two."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QFont
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.ui.forms import CommandForm
from workstation.ui.history import HistoryPanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui

FLAGS = QItemSelectionModel.SelectionFlag


@pytest.fixture
def panel(window: MainWindow, demo: Session) -> HistoryPanel:
    """The panel of the open demo case, on screen."""
    window.show_dock("history")
    made = window.history
    assert isinstance(made, HistoryPanel)
    return made


@pytest.fixture
def graph(demo: Session) -> Callable[[str], int]:
    """Makes a graph of this name, which is one step; gives the number of the step."""

    def make(name: str) -> int:
        demo.run("graph.new", name=name)
        return demo.history.current()

    return make


def _words(panel: HistoryPanel) -> list[str]:
    return [str(panel.model.data(panel.model.index(row, 0))) for row in range(panel.model.rowCount())]


def _mark(panel: HistoryPanel, *steps: int) -> None:
    """Mark these states, as Ctrl and a click do."""
    panel.list.clearSelection()
    for step in steps:
        index = panel.model.index(panel.model.row_of(step), 0)
        panel.list.selectionModel().setCurrentIndex(index, FLAGS.Select | FLAGS.Rows)


def _graphs(session: Session) -> set[str]:
    return {str(row["name"]) for row in session.store.rows("graph").values()}


def test_every_state_is_listed_newest_first_down_to_the_beginning(
    panel: HistoryPanel, demo: Session, graph: Callable[[str], int]
) -> None:
    made = [graph("One"), graph("Two")]
    assert [entry.id for entry in panel.model.entries[:2]] == [made[1], made[0]]
    words = _words(panel)
    assert words[0].startswith("▸ ")
    assert sum("▸" in each for each in words) == 1
    assert panel.model.entries[-1].id == 0
    assert len(words) == len(demo.history.entries()) + 1
    for row, entry in enumerate(panel.model.entries[:-1]):
        spoken = str(panel.model.data(panel.model.index(row, 0), Qt.ItemDataRole.AccessibleTextRole))
        assert entry.label in spoken
        assert ("current state" in spoken) == (row == 0)


def test_the_arrow_browses_and_changes_nothing(panel: HistoryPanel, demo: Session, graph: Callable[[str], int]) -> None:
    made = [graph("One"), graph("Two"), graph("Three")]
    before = demo.store.head()
    panel.list.setFocus()
    for expected in (made[1], made[0]):
        QTest.keyClick(panel.list, Qt.Key.Key_Down)
        assert panel.marked() == [expected]
        assert panel.to.isEnabled()
    assert demo.store.head() == before
    assert demo.history.current() == made[2]


def test_enter_goes_there_and_back(
    panel: HistoryPanel, demo: Session, graph: Callable[[str], int], qtbot: QtBot
) -> None:
    first = graph("One")
    last = graph("Two")
    _mark(panel, first)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: demo.history.current() == first)
    assert "Two" not in _graphs(demo)
    _mark(panel, last)
    QTest.keyClick(panel.list, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: demo.history.current() == last)
    assert {"One", "Two"} <= _graphs(demo)


def test_a_new_edit_after_undo_keeps_the_other_branch_in_sight(
    panel: HistoryPanel, demo: Session, graph: Callable[[str], int]
) -> None:
    graph("Root")
    left = graph("Left")
    demo.run("edit.undo")
    right = graph("Right")
    words = {entry.id: said for entry, said in zip(panel.model.entries, _words(panel), strict=True)}
    assert "└" in words[left]
    assert "└" not in words[right]
    assert "2 branches" in panel.told.text()
    left_row = panel.model.index(panel.model.row_of(left), 0)
    assert "on another branch" in str(panel.model.data(left_row, Qt.ItemDataRole.AccessibleTextRole))


def test_a_state_gets_a_name_by_the_form_and_keeps_it(
    panel: HistoryPanel, window: MainWindow, demo: Session, graph: Callable[[str], int], qtbot: QtBot
) -> None:
    step = graph("One")
    _mark(panel, step)
    panel.call.click()

    def form() -> CommandForm | None:
        return next((d for d in window.dialogs if isinstance(d, CommandForm) and d.isVisible()), None)

    qtbot.waitUntil(lambda: form() is not None)
    asked = form()
    assert asked is not None
    field = asked.focusWidget()
    assert field is not None
    QTest.keyClicks(field, "Before the <b>exchange</b>")
    QTest.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(e.name == "Before the <b>exchange</b>" for e in demo.history.entries()))
    row = panel.model.row_of(step)
    assert "Before the <b>exchange</b> – " in _words(panel)[row]
    font = panel.model.data(panel.model.index(row, 0), Qt.ItemDataRole.FontRole)
    assert isinstance(font, QFont)
    assert font.bold()
    graph("Two")
    assert "Before the <b>exchange</b> – " in _words(panel)[panel.model.row_of(step)]


def test_two_marked_states_are_compared_in_words(
    panel: HistoryPanel, demo: Session, graph: Callable[[str], int]
) -> None:
    first, last = graph("One"), graph("Two")
    before = demo.store.head()
    _mark(panel, first, last)
    assert panel.compare.isEnabled()
    assert not panel.to.isEnabled()
    panel.compare.click()
    assert panel.differences.isVisible()
    said = [str(panel.found.item(row).text()) for row in range(panel.found.rowCount())]
    assert any("Two" in line for line in said)
    assert not any("One" in line for line in said)
    assert demo.store.head() == before


def test_one_marked_state_is_compared_with_now(panel: HistoryPanel, demo: Session, graph: Callable[[str], int]) -> None:
    first = graph("One")
    graph("Two")
    _mark(panel, first)
    panel.compare.click()
    said = [str(panel.found.item(row).text()) for row in range(panel.found.rowCount())]
    assert any("Two" in line for line in said)
    _mark(panel, demo.history.current())
    assert not panel.compare.isEnabled()


def test_the_beginning_has_no_name_and_can_be_gone_to(
    panel: HistoryPanel, demo: Session, graph: Callable[[str], int], qtbot: QtBot
) -> None:
    graph("One")
    _mark(panel, 0)
    assert not panel.call.isEnabled()
    panel.to.click()
    qtbot.waitUntil(lambda: demo.history.current() == 0)
    assert "One" not in _graphs(demo)

"""Access for all: at twice the text size nothing is cut off, Tab reaches everything, everything says its name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QMenu,
    QPushButton,
    QScrollBar,
    QSizePolicy,
    QWidget,
)
from pytestqt.exceptions import TimeoutError as NeverSettled
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.domain.subjects import Subject
from workstation.ui.settings import SCALES
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui

DIALOGS = (
    "view.new_case", "case.export", "finding.new", "tag.add", "view.palette", "view.help", "view.keys",
    "scene.save", "graph.new", "freeze.draft",
)  # fmt: skip


def _inner(widget: QWidget) -> bool:
    """A part that Qt makes inside another widget."""
    return widget.objectName().startswith("qt_") or isinstance(widget, QScrollBar | QMenu)


def focusable(root: QWidget) -> list[QWidget]:
    """What can have the focus by Tab and can be seen."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and widget.isVisible()
        and widget.isEnabled()
        and not widget.visibleRegion().isEmpty()
        and widget.focusProxy() is None
        and not _inner(widget)
    ]


def said(widget: QWidget) -> str:
    """What a screen reader says of it."""
    return widget.accessibleName() or str(getattr(widget, "text", str)())


def cut_off(root: QWidget) -> list[str]:
    """Labels and buttons that are shown with less room than their words need."""
    found = []
    for widget in root.findChildren(QWidget):
        if not isinstance(widget, QLabel | QPushButton) or not widget.isVisible() or not widget.text():
            continue
        free = widget.sizePolicy().horizontalPolicy() == QSizePolicy.Policy.Ignored
        if free and widget.toolTip():
            continue  # a line that gives way to everything else and tells the whole when the pointer rests on it
        if isinstance(widget, QLabel) and widget.wordWrap():
            short = widget.height() + 1 < widget.heightForWidth(widget.width())
        else:
            need = widget.minimumSizeHint()
            short = widget.width() + 1 < need.width() or widget.height() + 1 < need.height()
        if short:
            found.append(f"{type(widget).__name__} {widget.text()[:50]!r} in {type(widget.parentWidget()).__name__}")
    return found


def _settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


def _dialog(window: MainWindow, command: str, demo: Session, qtbot: QtBot) -> QWidget:
    demo.select([Subject("address", *next(iter(demo.graphs.ledger.address_ids)))])
    window.ask(command)
    assert window.dialogs, command
    found = window.dialogs[-1]
    _settle()
    qtbot.waitUntil(lambda: window.desk.queue.idle)  # the words that a job brings are looked at as well
    _settle()
    return found


@pytest.fixture
def twice(window: MainWindow, demo: Session, qtbot: QtBot) -> Iterator[MainWindow]:
    """The window at twice the text size, on a full-HD screen."""
    window.resize(1920, 1080)
    window.set_scale(200)
    qtbot.waitUntil(lambda: window.wardrobe.idle)
    _settle()
    yield window
    window.close_dialogs()
    window.set_scale(100)


@pytest.mark.parametrize("command", DIALOGS)
def test_no_dialog_cuts_words_off_at_twice_the_text_size(
    twice: MainWindow, demo: Session, qtbot: QtBot, command: str
) -> None:
    dialog = _dialog(twice, command, demo, qtbot)
    with suppress(NeverSettled):  # words that came late are laid out in the next turn
        qtbot.waitUntil(lambda: not cut_off(dialog), timeout=3000)
    assert cut_off(dialog) == []


def test_no_dock_cuts_words_off_at_twice_the_text_size(twice: MainWindow) -> None:
    found = {}
    for name, dock in twice.docks.items():
        twice.show_dock(name)
        _settle()
        found[name] = cut_off(dock)
    assert {name: cut for name, cut in found.items() if cut} == {}


def test_every_text_size_from_80_to_250_percent_is_offered_and_grows(
    window: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    assert (min(SCALES), max(SCALES)) == (80, 250)
    heights = []
    for scale in SCALES:
        window.set_scale(scale)
        qtbot.waitUntil(lambda: window.wardrobe.idle)
        heights.append(window.top.title.fontMetrics().height())
    window.set_scale(100)
    assert heights == sorted(heights)
    assert heights[0] < heights[-1]


def test_everything_with_focus_says_its_name(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    silent = []
    for name in window.docks:
        window.show_dock(name)
        _settle()
        silent += [f"{name}: {type(w).__name__}" for w in focusable(window) if not said(w)]
    for command in DIALOGS:
        dialog = _dialog(window, command, demo, qtbot)
        silent += [f"{command}: {type(w).__name__}" for w in focusable(dialog) if not said(w)]
        window.close_dialogs()
    assert sorted(set(silent)) == []


@pytest.mark.parametrize("command", DIALOGS)
def test_tab_reaches_everything_in_a_dialog(window: MainWindow, demo: Session, qtbot: QtBot, command: str) -> None:
    dialog = _dialog(window, command, demo, qtbot)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.isAncestorOf(QApplication.focusWidget() or window))
    wanted, reached = focusable(dialog), set()
    for _ in range(3 * len(wanted) + 5):
        focus = QApplication.focusWidget()
        assert focus is not None
        reached.add(focus)
        forward = Qt.KeyboardModifier.ControlModifier if _takes_tab(focus) else Qt.KeyboardModifier.NoModifier
        QTest.keyClick(focus, Qt.Key.Key_Tab, forward)
    assert [said(each) for each in wanted if each not in reached] == []


def _takes_tab(widget: QWidget) -> bool:
    """Tab goes through the cells of a table; Ctrl+Tab leaves it."""
    return isinstance(widget, QAbstractItemView) and widget.tabKeyNavigation()


def test_focus_can_be_seen(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    dialog = _dialog(window, "tag.add", demo, qtbot)
    dialog.activateWindow()
    qtbot.waitUntil(lambda: dialog.isActiveWindow() and dialog.isAncestorOf(QApplication.focusWidget() or window))
    for widget in [w for w in focusable(dialog) if isinstance(w, QPushButton)]:
        widget.clearFocus()
        _settle()
        without = widget.grab().toImage()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        qtbot.waitUntil(widget.hasFocus)
        shown = widget.grab().toImage()
        assert widget.hasFocus()
        assert shown != without, f"the focus on {said(widget)} cannot be seen"

"""Owns walking through the panes of the window: showing a dock, and the next or previous pane by key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from workstation.ui.later import Later

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def show_dock(window: MainWindow, name: str, *, toggle: bool = False) -> None:
    """Show a dock and give it the keyboard; with ``toggle`` hide it when it has the keyboard already."""
    dock = window.docks.get(name)
    if dock is None or window.desk.session is None:
        return
    focus = QApplication.focusWidget()
    if toggle and dock.isVisible() and focus is not None and dock.isAncestorOf(focus):
        dock.hide()
        window.focus_canvas()
        return
    dock.show()
    dock.raise_()
    inner = dock.widget()
    for later in inner.findChildren(Later):
        later.catch_up()
    target = next(
        (w for w in inner.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisibleTo(inner)),
        inner,
    )
    target.setFocus(Qt.FocusReason.ShortcutFocusReason)


def panes(window: MainWindow) -> list[QWidget]:
    """The panes F6 walks through."""
    shown = [d.widget() for d in window.docks.values() if d.isVisible() and not d.visibleRegion().isEmpty()]
    return [window.pages, *shown]


def next_pane(window: MainWindow, by: int) -> None:
    """Move the keyboard to the next or previous pane."""
    found = panes(window)
    focus = QApplication.focusWidget()
    here = next((i for i, p in enumerate(found) if focus is not None and (p is focus or p.isAncestorOf(focus))), 0)
    there = found[(here + by) % len(found)]
    if there is window.pages:
        window.focus_canvas()
        return
    name = next(n for n, d in window.docks.items() if d.widget() is there)
    show_dock(window, name)

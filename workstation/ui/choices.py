"""Owns the entries of the View menu for theme and text size. Must not apply them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from workstation.ui.settings import SCALES, THEMES
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def add(window: MainWindow) -> list[tuple[QAction, str | int]]:
    """Put themes and text sizes into the View menu; gives their entries with what each stands for."""
    entries: list[tuple[QAction, str | int]] = []
    bar = window.menuBar()
    view = next((a.menu() for a in bar.actions() if a.text().replace("&", "") == tr("View")), None)
    if not isinstance(view, QMenu):
        return entries
    view.addSeparator()
    themes = view.addMenu(tr("Theme"))
    for name in THEMES:
        made = QAction(tr(name.capitalize()), themes)
        made.setCheckable(True)
        entries.append((made, name))
        made.triggered.connect(lambda _=False, theme=name: window.set_theme(theme))
        themes.addAction(made)
    sizes = view.addMenu(tr("Text size"))
    for percent in SCALES:
        made = QAction(f"{percent} %", sizes)
        made.setCheckable(True)
        entries.append((made, percent))
        made.triggered.connect(lambda _=False, value=percent: window.set_scale(value))
        sizes.addAction(made)
    return entries


def mark(window: MainWindow) -> None:
    """Tick what is in use."""
    for action, value in window.choices:
        action.setChecked(value in (window.settings.theme, window.settings.scale))

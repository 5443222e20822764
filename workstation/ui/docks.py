"""Owns the docks of the window: which there are, where they stand, their sizes. Must not know what they show."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QWidget

from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.translate import tr
from workstation.ui.widgets import DockTitle, Scrolled

_LINES = 9
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
#: Every dock: name, title, area, key.
DOCKS = (
    ("case", "Case", LEFT, "Ctrl+1"),
    ("inspector", "Inspector", RIGHT, "Ctrl+2"),
    ("findings", "Findings", RIGHT, "Ctrl+3"),
    ("transfers", "Transfers", BOTTOM, "Ctrl+4"),
    ("events", "Events", BOTTOM, "Ctrl+7"),
    ("returns", "Provider returns", BOTTOM, "Ctrl+8"),
    ("found", "Found addresses", BOTTOM, "Ctrl+9"),
    ("trace", "Trace", BOTTOM, "Ctrl+Shift+T"),
    ("timeline", "Time line", BOTTOM, "Ctrl+Shift+L"),
    ("flows", "Flows", BOTTOM, "Ctrl+Shift+W"),
    ("statement", "Statement", BOTTOM, "Ctrl+Shift+B"),
    ("counterparties", "Counterparties", BOTTOM, "Ctrl+Shift+N"),
    ("styles", "Styles", BOTTOM, "Ctrl+Shift+Y"),
    ("outline", "Outline", BOTTOM, "Ctrl+Shift+O"),
    ("answers", "Answers", BOTTOM, "Ctrl+Shift+A"),
    ("requests", "Requests", BOTTOM, "Ctrl+Shift+J"),
    ("problems", "Problems", BOTTOM, "Ctrl+5"),
    ("jobs", "Jobs", BOTTOM, "Ctrl+6"),
    ("scenes", "Scenes", BOTTOM, "Ctrl+Shift+M"),
    ("history", "History", BOTTOM, ""),
)

#: Docks that wait until they are asked for: their tabs would crowd out what is used all the time.
QUIET = frozenset(
    {"answers", "counterparties", "events", "returns", "found", "history", "requests", "scenes", "statement", "styles"}
)


@guard
class Dock(QDockWidget):
    """A dock that scrolls its panel when there is less room than the panel needs: the window never outgrows the screen."""

    def __init__(self, title: str, window: QMainWindow, panel: QWidget) -> None:
        super().__init__(title, window)
        self._panel = panel
        self.setWidget(Scrolled(panel, title))
        self._roomy()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._roomy()

    def _roomy(self) -> None:
        """So many lines of text a panel has at least; with large type it is scrolled."""
        self._panel.setMinimumHeight(self.fontMetrics().lineSpacing() * _LINES)

    def widget(self) -> QWidget:
        """The panel itself, not what scrolls it."""
        return self._panel


def make(window: QMainWindow, panels: Mapping[str, QWidget]) -> dict[str, QDockWidget]:
    """A hidden dock for every panel, at its place."""
    docks: dict[str, QDockWidget] = {}
    for name, title, area, _key in DOCKS:
        dock = Dock(tr(title), window, panels[name])
        dock.setObjectName(f"dock-{name}")
        dock.setAccessibleName(tr(title))
        if area == BOTTOM:
            dock.setTitleBarWidget(QWidget(dock))
        else:
            dock.setTitleBarWidget(DockTitle(dock, tr(title)))
        docks[name] = dock
        window.addDockWidget(area, dock)
        dock.hide()
        dock.visibilityChanged.connect(lambda _: name_tabs(window))
        for later in panels[name].findChildren(Later):
            dock.visibilityChanged.connect(later.shown)
        came = getattr(panels[name], "came_in_sight", None)  # a hidden tab counts as shown for Qt
        if came is not None:
            dock.visibilityChanged.connect(lambda on, came=came: came() if on else None)
    return docks


def name_tabs(window: QMainWindow) -> None:
    """Qt makes the tab bars of the docks by itself, without a name for a screen reader."""
    for bar in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        if not bar.accessibleName():
            bar.setAccessibleName(tr("Panels"))


def reset(window: QMainWindow, docks: Mapping[str, QDockWidget], *, show: bool) -> None:
    """Put every dock back to its place and size."""
    if not docks:
        return
    window.setCorner(Qt.Corner.BottomLeftCorner, LEFT)
    window.setCorner(Qt.Corner.BottomRightCorner, RIGHT)
    for dock in docks.values():  # taken out first: Qt leaves the tab bar of a half-emptied group on screen
        window.removeDockWidget(dock)
    bottom: QDockWidget | None = None
    for name, _title, area, _key in DOCKS:
        dock = docks[name]
        dock.setFloating(False)
        window.addDockWidget(area, dock)
        dock.setVisible(show and name not in QUIET)
        if area == BOTTOM:
            if bottom is not None:
                window.tabifyDockWidget(bottom, dock)
            bottom = bottom or dock
    window.splitDockWidget(docks["inspector"], docks["findings"], Qt.Orientation.Vertical)
    unit = max(1.0, window.fontMetrics().height() / 15)
    wide = min(1.25, unit)
    free = max(300, window.height() - 150)
    window.resizeDocks(
        [docks["case"], docks["inspector"]], [round(214 * wide), round(312 * wide)], Qt.Orientation.Horizontal
    )
    window.resizeDocks(
        [docks["inspector"], docks["findings"]], [round(free * 0.76), round(free * 0.24)], Qt.Orientation.Vertical
    )
    window.resizeDocks([docks["transfers"]], [round(min(250, free * 0.29) * wide)], Qt.Orientation.Vertical)
    docks["transfers"].raise_()

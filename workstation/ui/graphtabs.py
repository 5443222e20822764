"""Owns the row of graph tabs: which graph is shown, their order by mouse, and a menu for each. Commands do the rest.

Must not know what a graph holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QTabBar, QWidget

from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.text import cell, set_tip
from workstation.ui.translate import tr
from workstation.ui.widgets import tool

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow

#: What the menu of a tab offers: command id and words, "" draws a line.
_MENU = (
    ("graph.rename", "Rename …"), ("graph.duplicate", "Duplicate"), ("graph.from_selection", "Selection to new graph …"),
    ("graph.order", "Move to …"), ("", ""), ("graph.delete", "Remove graph"),
)  # fmt: skip


@guard
class Tabs(QTabBar):
    """Tabs that can be dragged; the new order is told once, when the mouse lets go."""

    dropped = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._moved = -1
        self.setMovable(True)
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tabMoved.connect(lambda _a, _b: setattr(self, "_moved", self.currentIndex()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        moved, self._moved = self._moved, -1
        if moved >= 0:
            self.dropped.emit(self.currentIndex())


@guard
class GraphTabs(QWidget):
    """The tabs of the graphs of a case, and the button for a new one."""

    chosen = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._quiet = False
        line = QHBoxLayout(self)
        line.setContentsMargins(6, 0, 6, 0)
        line.setSpacing(2)
        self.bar = Tabs()
        self.bar.setAccessibleName(tr("Graphs"))
        line.addWidget(self.bar)
        words = tr("New graph (Ctrl+T)")
        line.addWidget(tool("plus", tr("New graph"), partial(desk.ask_later, "graph.new"), words))
        line.addStretch(1)
        self.bar.currentChanged.connect(self._changed)
        self.bar.dropped.connect(self._dropped)
        self.bar.tabBarDoubleClicked.connect(self._rename)
        self.bar.customContextMenuRequested.connect(self._open_menu)

    def refresh(self) -> None:
        """Show the graphs of the case as they are now; nothing is told to anyone."""
        session = self.desk.session
        keys = list(session.graphs.graph_keys()) if session is not None else []
        wanted = [(key, cell(session.graphs.name(key)).replace("&", "&&")) for key in keys] if session else []
        have = [(self.bar.tabData(i), self.bar.tabText(i)) for i in range(self.bar.count())]
        self._quiet = True
        try:
            if have != wanted:
                while self.bar.count():
                    self.bar.removeTab(0)
                for key, name in wanted:
                    at = self.bar.addTab(name)
                    self.bar.setTabData(at, key)
                    self.bar.setTabToolTip(at, "")
            if session is not None and session.graph in keys:
                self.bar.setCurrentIndex(keys.index(session.graph))
        finally:
            self._quiet = False

    def menu(self, index: int) -> QMenu:
        """The menu of a tab, which comes to the front (the current one when there is none at that place)."""
        if index >= 0:
            self.bar.setCurrentIndex(index)
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        session = self.desk.session
        for name, words in _MENU:
            if not name or session is None:
                made.addSeparator()
                continue
            action = made.addAction(tr(words))
            command = session.commands.get(name)
            set_tip(action, tr(command.help))
            action.setEnabled(not session.why_off(command))
            action.triggered.connect(lambda _=False, name=name: self.desk.ask_later(name))
        return made

    def _open_menu(self, at: QPoint) -> None:
        self.menu(self.bar.tabAt(at)).popup(self.bar.mapToGlobal(at))

    def _rename(self, index: int) -> None:
        if index >= 0:
            self.desk.ask_later("graph.rename")

    def _changed(self, index: int) -> None:
        if not self._quiet and index >= 0 and self.desk.session is not None:
            self.chosen.emit(str(self.bar.tabData(index)))

    def _dropped(self, index: int) -> None:
        self.desk.run("graph.order", graph=str(self.bar.tabData(index)), place=str(index + 1))
        self.refresh()


def rename(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask for another name of a graph; the form begins with the name it has."""
    from workstation.ui.forms import CommandForm

    session = window.desk.session
    assert session is not None
    if "name" in given:
        window.run_now("graph.rename", **given)
        return
    graph = str(given.get("graph") or session.graph)
    command = session.commands.get("graph.rename")
    asked = [each for each in command.parameters if each.name == "name"]
    start = {"name": session.graphs.name(graph)}
    dialog = CommandForm(window, tr(command.title), "", asked, start, lambda _kind: ())
    dialog.accepted.connect(lambda: window.run_now("graph.rename", graph=graph, **dialog.arguments()))
    window.show_dialog(dialog)

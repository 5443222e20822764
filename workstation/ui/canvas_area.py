"""Owns the middle of the window: graph tabs, the canvas, what floats on it, and the keys that act while it has focus.

Must not draw the graph (``ui.canvas`` does) and must not change the case itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QTabBar, QVBoxLayout, QWidget

from workstation.domain.subjects import parse
from workstation.ui.chrome import Overlay
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.text import cell, set_tip
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, plain, tool

if TYPE_CHECKING:
    from workstation.ui.canvas import FlowView

#: Letters by position of the key on Linux keyboards (evdev code + 8), so E expands on any layout.
_PHYSICAL = (
    dict(zip((24, 25, 26, 27, 28, 29, 30, 31, 32, 33), "QWERTYUIOP", strict=True))
    | dict(zip((38, 39, 40, 41, 42, 43, 44, 45, 46), "ASDFGHJKL", strict=True))
    | dict(zip((52, 53, 54, 55, 56, 57, 58), "ZXCVBNM", strict=True))
)


def key_text(event: QKeyEvent) -> str:
    """The key of an event as ``E``, ``Shift+H``, ``Home``; other layouts are read by the position of the key."""
    mods = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    if mods & ~Qt.KeyboardModifier.ShiftModifier:
        return ""
    key = event.key()
    letter = ""
    if Qt.Key.Key_A <= key <= Qt.Key.Key_Z:
        letter = chr(key)
    elif sys.platform.startswith("linux") and event.text() and ord(event.text()[0]) > 127:
        letter = _PHYSICAL.get(event.nativeScanCode(), "")
    elif (
        sys.platform == "win32" and event.text() and ord(event.text()[0]) > 127 and 65 <= event.nativeVirtualKey() <= 90
    ):
        letter = chr(event.nativeVirtualKey())
    shift = "Shift+" if mods & Qt.KeyboardModifier.ShiftModifier else ""
    if letter:
        return shift + letter
    if key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_1):
        return chr(key)
    name = QKeySequence(key).toString()
    return shift + name if len(name) > 1 else ""


@guard
class CanvasArea(QWidget):
    """Tabs, canvas, zoom buttons, scope line and the empty state.

    Args:
        run_key: runs the command of a canvas key; false when the key means nothing.
    """

    context_asked = Signal(str, QPoint)

    def __init__(self, desk: Desk, run_key: Callable[[str], bool]) -> None:
        super().__init__()
        self.desk = desk
        self._run_key = run_key
        self.view: FlowView | None = None
        self._quiet = False
        self._fit_soon = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.tab_row = QWidget()
        line = QHBoxLayout(self.tab_row)
        line.setContentsMargins(6, 0, 6, 0)
        line.setSpacing(2)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(tr("Graphs"))
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        line.addWidget(self.tabs)
        self.more = tool("plus", tr("New graph"), partial(desk.ask_later, "graph.new"), tr("New graph (Ctrl+T)"))
        line.addWidget(self.more)
        line.addStretch(1)
        layout.addWidget(self.tab_row)
        self.stage = QWidget()
        self.stack = QStackedLayout(self.stage)
        self.stack.setContentsMargins(0, 0, 0, 0)
        self.empty = EmptyState(
            tr("The graph is empty. Search an address, a transaction or a label, and it stands here."),
            tr("Search"), "Ctrl+F", partial(desk.ask_later, "view.search"),
        )  # fmt: skip
        self.stack.addWidget(self.empty)
        layout.addWidget(self.stage, 1)
        self.zoom = Overlay(self.stage, upright=True)
        for icon, name, key in (
            ("plus", tr("Zoom in"), "+"),
            ("minus", tr("Zoom out"), "-"),
            ("fit", tr("Fit the graph"), "Home"),
        ):
            made = tool(icon, name, partial(self.view_key, key), f"{name} ({key})")
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.zoom.line.addWidget(made)
        self.zoom.hide()
        self.scope = Overlay(self.stage)
        self.scope_words = plain("", small=True, dim=True)
        self.scope.line.addWidget(self.scope_words)
        self.scope.hide()
        self.tabs.currentChanged.connect(self._tab)
        self.stage.installEventFilter(self)
        desk.opened.connect(self._opened)
        desk.graph_changed.connect(self._graph)
        desk.selection_changed.connect(self.show_selection)
        desk.view_asked.connect(self._camera)
        self._opened()

    def load(self) -> None:
        """Make the canvas (its libraries are imported here, after the shell is on screen)."""
        if self.view is not None:
            return
        from workstation.ui.canvas import FlowView

        view = FlowView()
        self.view = view
        view.setAccessibleName(tr("Graph canvas"))
        view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.stack.addWidget(view)
        view.selection_changed.connect(self._selected)
        view.node_activated.connect(self._activated)
        view.nodes_moved.connect(self._moved)
        view.context_requested.connect(lambda key, point: self.context_asked.emit(key or "", point))
        view.view_changed.connect(self._looked)
        view.hovered.connect(self._hovered)
        view.installEventFilter(self)
        viewport = view.viewport()
        if viewport is not None:
            viewport.installEventFilter(self)
        self.zoom.raise_()
        self.scope.raise_()

    # --- session -> canvas ------------------------------------------------------------------------------------

    def _opened(self) -> None:
        self._fit_soon = True
        self._graph(())

    def _graph(self, added: tuple[str, ...]) -> None:
        session = self.desk.session
        self._quiet = True
        try:
            keys = list(session.graphs.graph_keys()) if session is not None else []
            names = [cell(session.graphs.name(key)) for key in keys] if session is not None else []
            have = [(self.tabs.tabData(i), self.tabs.tabText(i)) for i in range(self.tabs.count())]
            wanted = [(key, name.replace("&", "&&")) for key, name in zip(keys, names, strict=True)]
            if have != wanted:
                while self.tabs.count():
                    self.tabs.removeTab(0)
                for key, name in wanted:
                    self.tabs.setTabData(self.tabs.addTab(name), key)
            if session is not None and session.graph in keys:
                self.tabs.setCurrentIndex(keys.index(session.graph))
        finally:
            self._quiet = False
        self.tab_row.setVisible(session is not None and bool(keys))
        self.show_picture(added)

    def show_picture(self, added: tuple[str, ...] = ()) -> None:
        """Draw the active graph."""
        session = self.desk.session
        picture = session.graphs.picture(session.graph) if session is not None else None
        filled = picture is not None and bool(picture.nodes)
        if filled:
            self.load()
        if self.view is None:
            return
        self.stack.setCurrentWidget(self.view if filled else self.empty)
        self.zoom.setVisible(filled)
        self.zoom.raise_()
        self.scope.raise_()
        self.scope.setVisible(filled and bool(picture and picture.scope))
        if picture is None:
            return
        self._quiet = True
        try:
            self.view.set_graph(picture)
        finally:
            self._quiet = False
        self.scope_words.setText(picture.scope)
        if self._fit_soon and filled:
            self._fit_soon = False
            self.fit()
            QTimer.singleShot(0, self.view, self.fit)
        self.show_selection()
        self._place()

    def show_selection(self) -> None:
        """Mark the shared selection on the canvas."""
        session = self.desk.session
        if self.view is None or session is None or self._quiet:
            return
        self._quiet = True
        try:
            self.view.set_selection([subject.key for subject in session.selection])
        finally:
            self._quiet = False

    def _camera(self, graph: str, camera: tuple[float, float, float]) -> None:
        if self.view is not None:
            self.view.set_camera(*camera)

    # --- canvas -> session ------------------------------------------------------------------------------------

    def _tab(self, index: int) -> None:
        session = self.desk.session
        if self._quiet or session is None or index < 0:
            return
        self._fit_soon = True
        session.show_graph(str(self.tabs.tabData(index)))

    def _selected(self, keys: list[str], edges: list[int]) -> None:
        session = self.desk.session
        if self._quiet or session is None:
            return
        self.desk.selected_edges = tuple(int(e) for e in edges)
        self._quiet = True
        try:
            session.select(parse(key) for key in keys)
            if edges and not keys:
                picture = session.graphs.picture(session.graph)
                ends = [
                    key
                    for e in edges
                    for key in (picture.nodes[picture.edges[e].source].key, picture.nodes[picture.edges[e].target].key)
                ]
                session.select(parse(key) for key in ends)
        finally:
            self._quiet = False

    def _hovered(self, key: str | None, edge: int | None) -> None:
        """Say what is under the pointer exactly: the whole id of a node, the exact sum of a line."""
        session, view = self.desk.session, self.view
        if session is None or view is None:
            return
        text = ""
        node = self.desk.node(key) if key else None
        if node is not None:
            text = "\n".join(cell(line) for line in (node.name, node.full, node.detail) if line)
        elif edge is not None:
            line = session.graphs.picture(session.graph).edges[edge]
            text = f"{line.exact}\n{count(line.count, 'transfer', 'transfers')}"
        set_tip(view.viewport(), text)

    def _activated(self, key: str) -> None:
        self.desk.select(parse(key))
        self.desk.ask_later("graph.expand")

    def _moved(self, moved: dict[str, tuple[float, float]]) -> None:
        self.desk.run("graph.move", positions={key: [float(x), float(y)] for key, (x, y) in moved.items()})

    def _looked(self) -> None:
        session = self.desk.session
        if session is not None and self.view is not None:
            session.camera = self.view.camera()

    # --- keys and places --------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Look at the whole graph."""
        if self.view is not None:
            self.view.fit()

    def view_key(self, key: str) -> bool:
        """Zoom and fit; false when the key is none of them."""
        view = self.view
        if view is None:
            return False
        known: dict[str, Callable[[], object]] = {
            "+": view.zoom_in,
            "-": view.zoom_out,
            "1": view.zoom_100,
            "Home": self.fit,
        }
        if key not in known:
            return False
        known[key]()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.stage and event.type() == QEvent.Type.Resize:
            self._place()
        if watched is self.view and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = key_text(event)
            if key and (self.view_key(key) or self._run_key(key)):
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        self.zoom.adjustSize()
        self.zoom.move(self.stage.width() - self.zoom.width() - 12, 12)
        self.scope.adjustSize()
        self.scope.move(12, 12)

    def focus_canvas(self) -> None:
        """Give the keyboard to the canvas."""
        target: QWidget = self.empty
        if self.view is not None and self.stack.currentWidget() is self.view:
            target = self.view  # type: ignore[assignment]
        target.setFocus()

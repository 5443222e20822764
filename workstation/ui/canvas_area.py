"""Owns the middle of the window: graph tabs, the canvas, what floats on it, and the keys that act while it has focus.

Must not draw the graph (``ui.canvas`` does) and must not change the case itself.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QStackedLayout, QVBoxLayout, QWidget

from workstation.analysis.picture import Picture
from workstation.domain.subjects import parse
from workstation.ui import fan
from workstation.ui.cards.floating import Cards
from workstation.ui.chrome import Overlay
from workstation.ui.crumbs import Crumbs
from workstation.ui.desk import Desk
from workstation.ui.filters.bar import FilterBar
from workstation.ui.graphtabs import GraphTabs
from workstation.ui.guard import guard
from workstation.ui.inspection.pathmark import PathMark
from workstation.ui.translate import tr
from workstation.ui.widgets import EmptyState, plain, tool
from workstation.ui.workbench.walk import Walk

if TYPE_CHECKING:
    from workstation.analysis.plates import Parts
    from workstation.app.lens import Behind, Flags, Seen
    from workstation.ui.canvas import FlowView
    from workstation.ui.canvas.data import GraphData
    from workstation.ui.notecards import NoteHands

#: Letters by position of the key on Linux keyboards (evdev code + 8), so E expands on any layout.
_PHYSICAL = (
    dict(zip((24, 25, 26, 27, 28, 29, 30, 31, 32, 33), "QWERTYUIOP", strict=True))
    | dict(zip((38, 39, 40, 41, 42, 43, 44, 45, 46), "ASDFGHJKL", strict=True))
    | dict(zip((52, 53, 54, 55, 56, 57, 58, 59, 60), "ZXCVBNM,.", strict=True))
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
    if key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_1, Qt.Key.Key_Period, Qt.Key.Key_Comma):
        return chr(key)
    name = QKeySequence(key).toString()
    return shift + name if len(name) > 1 else ""


def _laid_out(old: GraphData, picture: Picture) -> bool:
    """Whether most of a graph stands elsewhere than it is drawn: a layout, or one undone. A drag is drawn already."""
    was = {key: tuple(old.pos[number].tolist()) for key, number in old.number.items()}
    moved = sum(was.get(node.key, (node.x, node.y)) != (node.x, node.y) for node in picture.nodes)
    return moved > 2 and moved * 2 > len(picture.nodes)


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
        self.hands: NoteHands | None = None
        self._mask: Callable[[Picture], Picture] | None = None
        self._draw: Callable[[], Picture] | None = None
        self._scene: Picture | None = None
        self._of: tuple[Picture, Behind] | None = None
        self.found: Seen | None = None
        self._parts: Parts | None = None
        self._shown: Picture | None = None
        self._quiet = False
        self._fit_soon = False
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.tab_row = GraphTabs(desk)
        self.tabs = self.tab_row.bar
        layout.addWidget(self.tab_row)
        self.crumbs = Crumbs(desk, self.look_at)
        layout.addWidget(self.crumbs)
        self.filters = FilterBar(desk, self.focus_canvas)
        layout.addWidget(self.filters)
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
        self.walk = Walk(self.stage, desk, lambda: self.view, self.show_focus)
        self.cards = Cards(self.stage, desk, lambda: self.view, self.shown, self._masked_picture, self.focus_canvas)
        self.path = PathMark(desk, self._lens)
        self.tab_row.chosen.connect(self._tab)
        self.stage.installEventFilter(self)
        desk.opened.connect(self._opened)
        desk.graph_changed.connect(self._graph)
        desk.selection_changed.connect(self.show_selection)
        desk.view_asked.connect(self._camera)
        desk.lens_changed.connect(self._lens)
        desk.taint_changed.connect(lambda _graph: self.show_taint())
        self._opened()

    def load(self) -> None:
        """Make the canvas (its libraries are imported here, after the shell is on screen)."""
        if self.view is not None:
            return
        from workstation.ui.canvas import FlowView
        from workstation.ui.notecards import NoteHands

        view = FlowView()
        self.view = view
        view.reduced_motion = self.desk.reduced_motion
        view.setAccessibleName(tr("Graph canvas"))
        view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        view.float_over(self.zoom, self.scope, self.walk)
        self.stack.addWidget(view)
        view.selection_changed.connect(self._selected)
        view.node_activated.connect(self._activated)
        view.edge_activated.connect(self._split)
        view.nodes_moved.connect(self._moved)
        view.context_requested.connect(lambda key, point: self.context_asked.emit(key or "", point))
        view.view_changed.connect(self._looked)
        view.hovered.connect(self.cards.hovered)
        view.installEventFilter(self)
        viewport = view.viewport()
        if viewport is not None:
            viewport.installEventFilter(self)
        self.hands = NoteHands(self.desk, view, lambda: self._mask is not None)
        self.zoom.raise_()
        self.scope.raise_()

    # --- session -> canvas ------------------------------------------------------------------------------------

    def _opened(self) -> None:
        self._fit_soon = True
        self._graph(())

    def _graph(self, added: tuple[str, ...]) -> None:
        self._scene = self._draw() if self._draw is not None else None
        self.tab_row.refresh()
        self.show_tabs()
        self.show_picture(added)

    def _picture(self) -> Picture | None:
        """What is drawn: a scene at its own places while one is on stage, else the active graph."""
        session = self.desk.session
        if session is None:
            return None
        return self._scene or session.graphs.picture(session.graph)

    def shown(self) -> Picture:
        """What is drawn, without the mask; empty while there is nothing."""
        return self._picture() or Picture()

    def set_scene(self, draw: Callable[[], Picture] | None) -> None:
        """Show a scene as it was kept instead of the graph as it is now, or the graph again.

        Args:
            draw: draws the scene; asked again whenever the case changes.
        """
        self._draw = draw
        self._scene = draw() if draw is not None else None
        self.show_picture()

    def show_tabs(self) -> None:
        """Show the tabs and the steps of the graph; on stage neither."""
        session = self.desk.session
        bare = self._mask is not None
        self.tab_row.setVisible(not bare and session is not None and bool(session.graphs.graph_keys()))
        self.crumbs.setVisible(self.crumbs.refresh() and not bare)
        self.filters.set_bare(bare)

    def show_picture(self, added: tuple[str, ...] = ()) -> None:
        """Draw the active graph."""
        picture = self._picture()
        filled = picture is not None and bool(picture.nodes)
        if filled:
            self.load()
        if self.view is None:
            return
        self.stack.setCurrentWidget(self.view if filled else self.empty)
        self.zoom.setVisible(filled and self._mask is None)
        self.zoom.raise_()
        self.scope.raise_()
        self.scope.setVisible(filled and bool(picture and (picture.scope or self.path.start)))
        if picture is None:
            return
        self._quiet = True
        try:
            self._shown = picture
            shown = self._mask(picture) if self._mask is not None else picture
            self.view.set_graph(shown, fit=_laid_out(self.view.item.data_, picture))
        finally:
            self._quiet = False
        self.show_taint()
        self.show_focus()
        self._say_scope()
        if self._fit_soon and filled:
            self._fit_soon = False
            self.fit()
            QTimer.singleShot(0, self.view, self.fit)
        self.show_selection()
        self._place()

    def show_taint(self) -> None:
        """Draw the run that is shown on the active graph, or none; after an import it is followed once more."""
        from workstation.app.sceneviews import carried

        session = self.desk.session
        picture = self._picture()
        if self.view is None or session is None or picture is None or self._shown is not picture:
            return  # an edit is being told: the new picture comes next and brings its marked money with it
        drawn = session.traces.drawn(session.graphs, session.graph)
        if drawn is not None or self.view.item.data_.tint.legend:
            self.view.set_tint(None if drawn is None else carried(drawn.tint, drawn.picture, picture))
            self._say_scope()
        lost = session.traces.lost(session.graph)
        if lost:
            self.desk.run("trace.show", run=lost)

    def _lens(self) -> None:
        self.show_focus()
        self._say_scope()

    def _say_scope(self) -> None:
        """What is shown, and by which method and run money is marked: the legend has no room on a low canvas."""
        view = self.view
        if view is not None:
            data = view.item.data_
            self.scope_words.setText(
                "  ·  ".join(part for part in (self.path.words(), data.picture.scope, data.tint.legend) if part)
            )
            self._place()

    def show_focus(self) -> None:
        """Put what is walked into focus; everything while nothing is walked."""
        if self.view is not None:
            free = self.walk.way is None and self._mask is None
            self.scope.setVisible(free and bool(self.view.item.data_.picture.scope or self.path.start))
            self.view.room_changed()
            passed = self._through_lens()
            walked = self.walk.focus()
            nodes, edges = walked or passed or (None, None)
            self.filters.show_found(self.found)
            if nodes is not None or self.view.item.data_.seen_nodes is not None:
                session = self.desk.session
                hide = free and session is not None and session.lens.outside == "hide"
                self.view.set_seen(nodes, edges, hide=hide, parts=None if walked else self._parts)

    def _through_lens(self) -> tuple[Flags, Flags] | None:
        """What passes the filters and the time window of the active graph; None while everything does."""
        session = self.desk.session
        self.found, self._parts = None, None
        if session is None or session.lens.open:
            return None
        from workstation.app.lens import behind, looked
        from workstation.app.passing import parts

        picture, ledger = self._picture(), session.graphs.ledger
        if picture is None or picture is not self._shown:
            return None  # as in show_taint
        if self._of is None or self._of[0] is not picture:
            self._of = (picture, behind(ledger, picture))
        self.found = looked(session.graphs, picture, session.lens, self._of[1])
        self._parts = parts(ledger, self._of[1], self.found)
        return self.found.nodes, self.found.edges

    def set_mask(self, mask: Callable[[Picture], Picture] | None) -> None:
        """Show the graph through a mask that changes texts only (on stage, with nothing floating), or as it is."""
        self._mask = mask
        self.cards.clear()
        self.show_picture()

    def show_selection(self) -> None:
        """Mark the shared selection on the canvas."""
        session = self.desk.session
        if self.view is None or session is None or self._quiet:
            return
        self._quiet = True
        try:
            moved = {int(s.ref) for s in session.selection if s.kind == "transfer"}
            picture = self._picture()
            drawn = picture.edges if moved and picture is not None else ()
            lines = [number for number, edge in enumerate(drawn) if not moved.isdisjoint(edge.transfers)]
            if picture is not None:  # a scene on stage has other lines than the active graph
                lines += self.desk.lines_in(picture)
            self.view.set_selection([subject.key for subject in session.selection], lines)
        finally:
            self._quiet = False

    def _camera(self, graph: str, camera: tuple[float, float, float]) -> None:
        if self.view is not None:
            self.view.set_camera(*camera)
            self.view.touched()  # or the next change of the size would fit the graph again

    # --- canvas -> session ------------------------------------------------------------------------------------

    def _tab(self, graph: str) -> None:
        session = self.desk.session
        if session is not None:
            self._fit_soon = True
            session.show_graph(graph)

    def _selected(self, keys: list[str], edges: list[int]) -> None:
        session = self.desk.session
        if self._quiet or session is None:
            return
        picture = self._picture()
        if edges and not keys and picture is not None:
            keys = [picture.nodes[end].key for e in edges for end in (picture.edges[e].source, picture.edges[e].target)]
        self._quiet = True
        try:
            session.select(parse(key) for key in keys)
        finally:
            self._quiet = False
        if picture is not None:
            self.desk.mark_lines(picture, edges)

    def _split(self, edge: int) -> None:
        if self._draw is None:  # a scene on stage stays as it was kept, and counts its lines in its own order
            fan.toggle(self.desk, (edge,))

    def _masked_picture(self) -> Picture | None:
        """The picture with persons as numbers while on stage: no card may tell what the mask hides."""
        session = self.desk.session
        if self._mask is None or session is None:
            return None
        picture = self._picture()
        return None if picture is None else self._mask(picture)

    def _activated(self, key: str) -> None:
        self.desk.select(parse(key))
        self.desk.ask_later("graph.expand")

    def _moved(self, moved: dict[str, tuple[float, float]]) -> None:
        self.desk.run("graph.move", positions={key: [float(x), float(y)] for key, (x, y) in moved.items()})

    def _looked(self) -> None:
        session = self.desk.session
        self.cards.moved()
        if session is not None and self.view is not None:
            session.camera = self.view.camera()

    # --- keys and places --------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Look at the whole graph."""
        if self.view is not None:
            self.view.fit()

    def look_at(self, keys: Iterable[str]) -> None:
        """Bring nodes into the middle of the view, farther away when they do not fit otherwise."""
        if self.view is not None:
            data = self.view.item.data_
            points = data.pos[[data.number[key] for key in keys if key in data.number]]
            if len(points):
                low, high = points.min(0), points.max(0)
                wide, high_ = (float(part) + 160 for part in high - low)
                room = min(self.view.width() / wide, self.view.height() / high_)
                middle = (low + high) / 2
                self.view.set_camera(float(middle[0]), float(middle[1]), min(self.view.camera()[2], room))
                self.view.touched()

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
            if key and (
                self.cards.key(key)
                or self.walk.key(key)
                or self.path.key(key)
                or self.view_key(key)
                or self._run_key(key)
            ):
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
        self.walk.arrange()
        if self.view is not None:
            self.view.room_changed()

    def focus_canvas(self) -> None:
        """Give the keyboard to the canvas."""
        target: QWidget = self.empty
        if self.view is not None and self.stack.currentWidget() is self.view:
            target = self.view  # type: ignore[assignment]
        target.setFocus()

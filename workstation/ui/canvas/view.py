"""Owns the canvas widget: camera, mouse and keys, selection, and the signals the window listens to.

Must not know the session: it shows a ``Picture`` and says what a person did. Positions change only by the hand of the
person (``nodes_moved``) or by a new picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEasingCurve, QEvent, QPoint, QPointF, QRect, QRectF, Qt, QVariantAnimation, Signal
from PySide6.QtGui import (
    QBrush,
    QCloseEvent,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from workstation.analysis.layouts.align import snapped
from workstation.analysis.picture import Picture, Tint
from workstation.analysis.plates import Parts
from workstation.ui import theme as themes
from workstation.ui.canvas import fitting, lasso
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.data import Flags, GraphData
from workstation.ui.canvas.item import FlowItem
from workstation.ui.canvas.overlays import LOW, Legend, LegendPlan, MiniMap, draw_minimap
from workstation.ui.guard import guard
from workstation.ui.theme import Theme
from workstation.ui.translate import tr

Tool = Literal["select", "pan", "lasso"]
_DRAG_FROM = 4
_GLIDE_MS = 200
_SMALLEST, _LARGEST = 0.004, 8.0
_EDGE_OF_CARDS = 14


@guard
class FlowView(pg.GraphicsView):  # type: ignore[misc]
    """Shows a picture. Signals carry node keys and edge numbers of that picture."""

    selection_changed = Signal(object, object)
    node_activated = Signal(str)
    edge_activated = Signal(int)
    nodes_moved = Signal(object)
    context_requested = Signal(object, QPoint)
    hovered = Signal(object, object)
    view_changed = Signal()

    def __init__(self, theme: Theme | None = None) -> None:
        super().__init__(background=None)
        self.theme = theme if theme is not None else themes.load("light")
        themes.load_fonts()
        self.tool: Tool = "select"
        self.reduced_motion = False
        self.snap = False
        self.box = pg.ViewBox(lockAspect=True, invertY=True, enableMenu=False, defaultPadding=0, enableMouse=False)
        self.setCentralItem(self.box)
        self.item = FlowItem(self.theme)
        self.item.cards = self.covered
        self.item.rested.connect(self._rested)
        self._floating: tuple[QWidget, ...] = ()
        self._untouched = False
        self.box.addItem(self.item, ignoreBounds=True)
        self.box.disableAutoRange()
        self._prepare_surface()
        self.minimap = MiniMap(self, self._minimap_state)
        self.minimap.looked.connect(self.look_at)
        self.legend = Legend(self)
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(_GLIDE_MS)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.valueChanged.connect(self._glided)
        self._glide_from = self._glide_to = np.zeros((0, 2))
        self._pressed: QPoint | None = None
        self._last = QPointF()
        self._gesture: Literal["", "wait", "band", "lasso", "move", "pan"] = ""
        self._grabbed = -1
        self._space = False
        self._kept: frozenset[int] = frozenset()
        self._show_cards()

    def _prepare_surface(self) -> None:
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.setBackgroundBrush(QBrush(Qt.BrushStyle.NoBrush))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.viewport().setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Graph canvas"))
        self.setAccessibleDescription(tr("The Outline panel lists the same nodes."))
        self.setMinimumSize(160, 120)

    # --- what is shown ------------------------------------------------------------------------------------------

    def set_graph(self, picture: Picture, *, fit: bool = False) -> None:
        """Show a picture; nodes that were shown glide to their new place, and stay selected.

        The camera stays; with ``fit`` it looks at where everything will stand.
        """
        old = self.item.data_
        chosen = set(self.selected_keys())
        data = GraphData(picture)
        self._stop_glide()
        self.item.set_data(data)
        marks = self.item.marks
        marks.nodes = frozenset(data.number[key] for key in chosen if key in data.number)
        marks.edges = frozenset()
        marks.hovered_node = marks.hovered_edge = marks.current = -1
        if fit:
            self.fit()
        self._start_glide(old, data)
        self._show_cards()

    def set_tint(self, tint: Tint | None) -> None:
        """Draw marked money on this picture, or none."""
        self.item.data_.set_tint(tint)
        self.item.update()
        self._show_cards()

    def set_seen(
        self, nodes: Flags | None, edges: Flags | None, *, hide: bool = False, parts: Parts | None = None
    ) -> None:
        """Put some nodes and edges into focus; the rest is faint and without labels, or with ``hide`` not there.

        None = everything is in focus; ``parts`` = what of a line is. It holds until the next picture.
        """
        self.item.data_.set_seen(nodes, edges, hide=hide, parts=parts)
        self.item.update()
        self._show_cards()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.theme = theme
        self.item.set_theme(theme)
        self._show_cards()

    def set_selection(self, keys: Iterable[str], edges: Iterable[int] = ()) -> None:
        """Mark nodes and edges, without a signal."""
        data = self.item.data_
        marks = self.item.marks
        marks.nodes = frozenset(data.number[key] for key in keys if key in data.number)
        marks.edges = frozenset(number for number in edges if 0 <= number < data.edges)
        marks.current = min(marks.nodes, default=marks.current)
        self.item.update()

    def selected_keys(self) -> list[str]:
        """Keys of the marked nodes, in the order of the picture."""
        return [self.item.data_.keys[number] for number in sorted(self.item.marks.nodes)]

    def selected_edges(self) -> list[int]:
        """Numbers of the marked edges."""
        return sorted(self.item.marks.edges)

    def set_tool(self, tool: Tool) -> None:
        """What dragging on empty ground does: mark nodes, or move the view."""
        self.tool = tool
        self.viewport().setCursor(Qt.CursorShape.OpenHandCursor if tool == "pan" else Qt.CursorShape.ArrowCursor)

    # --- camera -------------------------------------------------------------------------------------------------

    def camera(self) -> tuple[float, float, float]:
        """Centre in world units and pixels per world unit."""
        now = self.item.camera()
        return now.x, now.y, now.scale

    def set_camera(self, cx: float, cy: float, scale: float) -> None:
        """Look somewhere."""
        scale = min(_LARGEST, max(_SMALLEST, scale))
        width, height = max(1.0, self.box.width()) / scale, max(1.0, self.box.height()) / scale
        self.box.setRange(QRectF(cx - width / 2, cy - height / 2, width, height), padding=0, disableAutoRange=True)
        self.item.update()
        self._place_minimap()
        self.view_changed.emit()

    def fit(self) -> None:
        """Look at the whole graph, never nearer than 125 %; no node and no name comes to lie under a card."""
        self._untouched = True
        self._show_legend(everything=True)
        camera = fitting.fitted(
            self.item.data_, self.box.width(), self.box.height(), self._fixed_cards(), words=self.theme.scale / 100
        )
        self.set_camera(camera.x, camera.y, camera.scale)

    def touched(self) -> None:
        """The person has taken the camera: from now on a change of the size does not fit the graph again."""
        self._untouched = False

    @property
    def is_fitted(self) -> bool:
        """Whether the camera still looks at the whole graph by itself, at any size."""
        return self._untouched

    def float_over(self, *widgets: QWidget) -> None:
        """Leave room for what the window lays over the canvas, while it is visible."""
        self._floating += widgets

    def _fixed_cards(self) -> list[fitting.Box]:
        """What covers the canvas while all of the graph is in view; the small map is not needed then."""
        cards = self.covered(minimap=False)
        return [(card.left(), card.top(), card.right(), card.bottom()) for card in cards]

    def covered(self, *, minimap: bool = True) -> list[QRectF]:
        """The parts of the canvas under a card or under something of the window, in pixels."""
        cards = (self.legend, self.minimap) if minimap else (self.legend,)
        found = [QRectF(card.geometry()) for card in cards if card.isVisibleTo(self)]
        for widget in self._floating:
            if widget.isVisible() and widget.window() is self.window():
                found.append(QRectF(QRect(self.mapFromGlobal(widget.mapToGlobal(QPoint(0, 0))), widget.size())))
        return found

    def _all_in_view(self) -> bool:
        left, top, right, bottom = self.item.data_.bounds()
        (x0, y0), (x1, y1) = (
            self.item.camera().pixel(left + 60, top + 36),
            self.item.camera().pixel(right - 60, bottom - 58),
        )
        return bool(x0 >= 0 and y0 >= 0 and x1 <= self.box.width() and y1 <= self.box.height())

    def zoom_in(self) -> None:
        """A step nearer."""
        self.touched()
        self._zoom(1.25)

    def zoom_out(self) -> None:
        """A step away."""
        self.touched()
        self._zoom(0.8)

    def zoom_100(self) -> None:
        """One pixel per world unit."""
        self.touched()
        cx, cy, _ = self.camera()
        self.set_camera(cx, cy, 1.0)

    def look_at(self, x: float, y: float) -> None:
        """Move a world point into the middle."""
        self.touched()
        self.set_camera(x, y, self.camera()[2])

    def focus_on(self, key: str) -> bool:
        """Move a node into the middle, readable; false when it is not in the picture."""
        number = self.item.data_.number.get(key, -1)
        if number < 0:
            return False
        x, y = self.item.data_.pos[number].tolist()
        self.touched()
        self.set_camera(x, y, max(self.camera()[2], 0.7))
        return True

    def _zoom(self, factor: float, at: QPointF | None = None) -> None:
        cx, cy, scale = self.camera()
        grown = min(_LARGEST, max(_SMALLEST, scale * factor))
        if at is not None:
            dx, dy = at.x() - self.box.width() / 2, at.y() - self.box.height() / 2
            cx, cy = cx + dx / scale - dx / grown, cy + dy / scale - dy / grown
        self.set_camera(cx, cy, grown)

    def world(self, at: QPointF | QPoint) -> tuple[float, float]:
        """The world point under a pixel of the view."""
        now = self.item.camera()
        return now.x + (at.x() - now.width / 2) / now.scale, now.y + (at.y() - now.height / 2) / now.scale

    def node_under(self, at: QPointF | QPoint) -> int:
        """The node under a pixel, or -1."""
        now = self.item.camera()
        return self.item.data_.node_at(*self.world(at), slack=5 / now.scale, grown=now.node_scale / now.scale)

    def edge_under(self, at: QPointF | QPoint) -> int:
        """The edge under a pixel, or -1."""
        scale = self.item.camera().scale
        return self.item.data_.edge_at(*self.world(at), tolerance=5 / scale) if scale > 0.12 else -1

    # --- pictures -----------------------------------------------------------------------------------------------

    def render_image(self, width: int, height: int, *, theme: Theme | None = None, cards: bool = True) -> QImage:
        """The view as a picture of a size: the whole graph fitted, drawn now; the same input gives the same pixels."""
        other = self.theme
        if theme is not None:
            self.set_theme(theme)
        try:
            data = self.item.data_
            left, top, right, bottom = data.bounds()
            legend = LegendPlan(data, self.theme)
            foot = max(legend.height, 124.0) + 34 if cards and data.nodes > 1 else 24.0
            scale = min((width - 48) / (right - left), (height - 24 - foot) / (bottom - top), 1.6)
            full = min((width - 48) / (right - left), (height - 48) / (bottom - top), 1.6)
            if scale < full * 0.6:
                scale, foot = full, 24.0
            camera = Camera((left + right) / 2, (top + bottom) / 2 + (foot - 24) / 2 / scale, scale, width, height)
            made = self.item.image(camera)
            if cards and data.nodes:
                self._draw_cards(made, legend, camera)
            return made
        finally:
            if theme is not None:
                self.set_theme(other)

    def _draw_cards(self, image: QImage, legend: LegendPlan, camera: Camera) -> None:
        painter = QPainter(image)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            edge = _EDGE_OF_CARDS
            legend.draw(painter, QRectF(edge, camera.height - legend.height - edge, legend.width, legend.height))
            place = QRectF(camera.width - 196 - edge, camera.height - 124 - edge, 196, 124)
            draw_minimap(painter, place, self.item.data_, camera, self.theme)
        finally:
            painter.end()

    # --- mouse --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        at = event.position()
        self._pressed, self._last = at.toPoint(), at
        self._stop_glide(finish=True)
        button = event.button()
        self._grabbed = self.node_under(at) if button == Qt.MouseButton.LeftButton else -1
        self._gesture = "wait"
        free = button == Qt.MouseButton.LeftButton and self._grabbed < 0
        if button == Qt.MouseButton.MiddleButton or (free and (self.tool == "pan" or self._space)):
            self._gesture = "pan"
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is None or not event.buttons():
            self._hover(at)
            return
        if self._gesture == "wait" and (at.toPoint() - self._pressed).manhattanLength() >= _DRAG_FROM:
            self._begin(event)
        if self._gesture == "pan":
            self.touched()
            cx, cy, scale = self.camera()
            self.set_camera(cx - (at.x() - self._last.x()) / scale, cy - (at.y() - self._last.y()) / scale, scale)
        elif self._gesture == "move":
            self._move_by(at)
        elif self._gesture == "band":
            self.item.marks.band = QRectF(QPointF(self._pressed), at).normalized()
            self._take_band()
        elif self._gesture == "lasso":
            self._take_lasso(at)
        self._last = at
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        gesture, self._gesture = self._gesture, ""
        pressed, self._pressed = self._pressed, None
        if pressed is None:
            return
        if gesture == "wait":
            self._clicked(event)
        elif gesture == "move":
            data = self.item.data_
            chosen = np.array(sorted(self.item.marks.nodes), np.int64)
            if self.snap:
                data.move(chosen, snapped(data.pos[chosen]))
            moved = {data.keys[n]: tuple(data.pos[n].tolist()) for n in chosen.tolist()}
            self.item.update()
            self.nodes_moved.emit(moved)
        elif gesture in ("band", "lasso"):
            self.item.marks.band, self.item.marks.lasso = None, []
            self.item.update()
            self._tell_selection()
        self.minimap.refresh()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._pressed, self._gesture = None, ""
        number, left = self.node_under(event.position()), event.button() == Qt.MouseButton.LeftButton
        edge = self.edge_under(event.position()) if number < 0 else -1
        if number >= 0 and left:
            self.node_activated.emit(self.item.data_.keys[number])
        elif edge >= 0 and left:
            self.edge_activated.emit(edge)
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        if steps:
            self.touched()
            self._zoom(1.18**steps, event.position())
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Only the menu key; the right button asks on release, because its drag pans."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.ask_context()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._set_hover(-1, -1)
        super().leaveEvent(event)

    def _begin(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.RightButton:
            self._gesture = "pan"
        elif self._grabbed >= 0:
            self._gesture = "move"
            if self._grabbed not in self.item.marks.nodes:
                self._choose(frozenset({self._grabbed}))
        else:
            by_hand = self.tool == "lasso" or event.modifiers() & Qt.KeyboardModifier.ControlModifier
            self._gesture = "lasso" if by_hand else "band"
            self._kept = self.item.marks.nodes if event.modifiers() & _ADDING else frozenset()

    def _clicked(self, event: QMouseEvent) -> None:
        at = event.position()
        if event.button() == Qt.MouseButton.RightButton:
            self._ask_context_at(at)
            return
        marks, number = self.item.marks, self._grabbed
        adding = bool(event.modifiers() & _ADDING)
        if number >= 0:
            marks.current = number
            self._choose(marks.nodes ^ {number} if adding else frozenset({number}))
            return
        edge = self.edge_under(at)
        if edge >= 0:
            self._choose(marks.nodes if adding else frozenset(), marks.edges ^ {edge} if adding else frozenset({edge}))
        elif not adding:
            self._choose(frozenset())

    def _ask_context_at(self, at: QPointF) -> None:
        number = self.node_under(at)
        edge = self.edge_under(at) if number < 0 else -1
        if number >= 0 and number not in self.item.marks.nodes:
            self._choose(frozenset({number}))
        elif edge >= 0 and edge not in self.item.marks.edges:
            self._choose(frozenset(), frozenset({edge}))
        place = self.viewport().mapToGlobal(at.toPoint())
        self.context_requested.emit(self.item.data_.keys[number] if number >= 0 else None, place)

    def ask_context(self) -> None:
        """Ask for the menu of the selection, by key."""
        chosen = self.item.marks.nodes
        number = self.item.marks.current if self.item.marks.current in chosen else min(chosen, default=-1)
        now = self.item.camera()
        x, y = now.pixel(*self.item.data_.pos[number].tolist()) if number >= 0 else (now.width / 2, now.height / 2)
        place = self.viewport().mapToGlobal(QPoint(round(x), round(y)))
        self.context_requested.emit(self.item.data_.keys[number] if number >= 0 else None, place)

    def _move_by(self, at: QPointF) -> None:
        scale = self.camera()[2]
        numbers = np.array(sorted(self.item.marks.nodes), np.int64)
        step = ((at.x() - self._last.x()) / scale, (at.y() - self._last.y()) / scale)
        self.item.data_.move(numbers, self.item.data_.pos[numbers] + step)
        self.item.update()

    def _take_band(self) -> None:
        band = self.item.marks.band
        assert band is not None
        left, top = self.world(band.topLeft())
        right, bottom = self.world(band.bottomRight())
        inside = self.item.data_.inside(left, top, right, bottom)
        self.item.marks.nodes = self._kept | frozenset(inside.tolist())
        self.item.marks.edges = frozenset()
        self.item.update()

    def _take_lasso(self, at: QPointF) -> None:
        """The line drawn by hand goes on; what it encloses is marked."""
        marks = self.item.marks
        marks.lasso.append((at.x(), at.y()))
        marks.nodes = self._kept | frozenset(lasso.inside(self.item.data_, self.item.camera(), marks.lasso).tolist())
        marks.edges = frozenset()
        self.item.update()

    def _hover(self, at: QPointF) -> None:
        number = self.node_under(at)
        self._set_hover(number, self.edge_under(at) if number < 0 else -1)

    def _set_hover(self, node: int, edge: int) -> None:
        marks = self.item.marks
        if (node, edge) != (marks.hovered_node, marks.hovered_edge):
            marks.hovered_node, marks.hovered_edge = node, edge
            self.item.update()
            self.hovered.emit(self.item.data_.keys[node] if node >= 0 else None, edge if edge >= 0 else None)

    def _choose(self, nodes: frozenset[int], edges: frozenset[int] = frozenset()) -> None:
        self.item.marks.nodes, self.item.marks.edges = nodes, edges
        self.item.update()
        self._tell_selection()

    def _tell_selection(self) -> None:
        self.selection_changed.emit(self.selected_keys(), self.selected_edges())

    # --- keys ---------------------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        way = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}
        plain = {
            Qt.Key.Key_Plus: self.zoom_in, Qt.Key.Key_Equal: self.zoom_in, Qt.Key.Key_Minus: self.zoom_out,
            Qt.Key.Key_1: self.zoom_100, Qt.Key.Key_Home: self.fit, Qt.Key.Key_Menu: self.ask_context,
        }  # fmt: skip
        if key in way:
            self._step(*way[Qt.Key(key)], keep=bool(event.modifiers() & _ADDING))
        elif key in plain:
            plain[Qt.Key(key)]()
        elif key == Qt.Key.Key_Escape and self.item.marks.nodes | self.item.marks.edges:
            self._choose(frozenset())
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
        else:
            event.ignore()
            return
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.item.marks.focused = True
        self.item.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.item.marks.focused = self._space = False
        self.item.update()

    def _step(self, dx: int, dy: int, *, keep: bool) -> None:
        data, marks = self.item.data_, self.item.marks
        if not data.nodes:
            return
        start = marks.current if 0 <= marks.current < data.nodes else min(marks.nodes, default=-1)
        middle = self.camera()[:2]
        found = data.node_at(*middle, slack=1e9) if start < 0 else data.neighbour(start, dx, dy)
        if found < 0:
            return
        marks.current = found
        self._choose(marks.nodes | {found} if keep else frozenset({found}))
        now = self.item.camera()
        x, y = now.pixel(*data.pos[found].tolist())
        if not (30 < x < now.width - 30 and 30 < y < now.height - 30):
            self.look_at(*data.pos[found].tolist())

    # --- gliding, cards, ending ---------------------------------------------------------------------------------

    def _start_glide(self, old: GraphData, new: GraphData) -> None:
        before = new.pos.copy()
        for number, key in enumerate(new.keys):
            if key in old.number:
                before[number] = old.pos[old.number[key]]
        if self.reduced_motion or not self.isVisible() or np.allclose(before, new.pos) or new.nodes > 5000:
            return
        self._glide_from, self._glide_to = before, new.pos.copy()
        new.move(np.arange(new.nodes), before)
        self._glide.setStartValue(0.0)
        self._glide.setEndValue(1.0)
        self._glide.start()

    def _glided(self, share: float) -> None:
        data = self.item.data_
        if len(self._glide_to) == data.nodes:
            data.move(np.arange(data.nodes), self._glide_from + (self._glide_to - self._glide_from) * float(share))
            self.item.update()

    def _stop_glide(self, *, finish: bool = False) -> None:
        if self._glide.state() == QVariantAnimation.State.Running:
            self._glide.stop()
            if finish:
                self._glided(1.0)

    def _minimap_state(self) -> tuple[GraphData, Camera, Theme]:
        return self.item.data_, self.item.camera(), self.theme

    def _show_cards(self) -> None:
        self._show_legend(everything=True)
        self._place_cards()

    def _rested(self) -> None:
        self._show_legend()
        self.minimap.refresh()

    def _show_legend(self, *, everything: bool = False) -> None:
        """Explain what is on screen; ``everything``: what the whole graph holds, before it is fitted."""
        data = self.item.data_
        seen = None if everything else self.item.on_screen()
        self.legend.show_plan(LegendPlan(data, self.theme, seen), low=self.height() < LOW)
        self._place_legend()

    def _roomy(self) -> bool:
        return bool(self.width() > 460 and self.height() > 300)

    def _place_minimap(self) -> None:
        """Show the small map only when it tells something: when part of the graph is out of view."""
        self.minimap.setVisible(self._roomy() and self.item.data_.nodes > 1 and not self._all_in_view())
        if self.minimap.isVisible():
            self.minimap.update()

    def _place_legend(self) -> None:
        edge = _EDGE_OF_CARDS
        self.legend.move(edge, self.height() - self.legend.height() - edge)
        fits = self.legend.width() + self.minimap.width() + 3 * edge < self.width()
        self.legend.setVisible(
            fits and self.height() > 160 and self.item.data_.nodes > 0 and self.legend.says_something
        )

    def _place_cards(self) -> None:
        edge = _EDGE_OF_CARDS
        self.minimap.move(self.width() - self.minimap.width() - edge, self.height() - self.minimap.height() - edge)
        self._place_minimap()
        self._place_legend()

    def resizeEvent(self, event: QResizeEvent) -> None:
        known = hasattr(self, "legend")
        camera = self.camera() if known else None
        super().resizeEvent(event)
        if known and camera is not None:
            self._show_cards()
            if self._untouched:
                self.fit()
            else:
                self.set_camera(*camera)

    def close(self) -> bool:
        """Close the widget; pyqtgraph's own way deletes the scene under widgets that still draw from it."""
        return QGraphicsView.close(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_canvas()
        event.accept()

    def close_canvas(self) -> None:
        """End the animation and the worker."""
        self._stop_glide()
        self.item.close()


_ADDING = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier

"""Owns the canvas widget: what it shows, camera, selection, keys, and the signals the window listens to.

The mouse is in ``hand``, the cards at its corners in ``corners``. Must not know the session: it shows a ``Picture`` and
says what a person did. Positions change only by the hand of the person (``nodes_moved``) or by a new picture.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import pyqtgraph as pg
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QCloseEvent,
    QContextMenuEvent,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from workstation.analysis.picture import Picture, Tint
from workstation.analysis.plates import Parts
from workstation.ui import theme as themes
from workstation.ui.canvas import fitting, still
from workstation.ui.canvas.camera import Camera
from workstation.ui.canvas.corners import Corners
from workstation.ui.canvas.data import Flags, GraphData
from workstation.ui.canvas.glide import Glide
from workstation.ui.canvas.hand import ADDING, Hand
from workstation.ui.canvas.item import FlowItem
from workstation.ui.canvas.overlays import Legend, MiniMap
from workstation.ui.guard import guard
from workstation.ui.theme import Theme
from workstation.ui.translate import tr

Tool = Literal["select", "pan", "lasso"]
_SMALLEST, _LARGEST = 0.004, 8.0
_FIT = QEvent.Type(QEvent.registerEventType())


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
        self._untouched = self._fit_due = False
        self._fitted_past: list[QRectF] = []
        self.box.addItem(self.item, ignoreBounds=True)
        self.box.disableAutoRange()
        self._prepare_surface()
        self.minimap = MiniMap(self, self._minimap_state)
        self.minimap.looked.connect(self.look_at)
        self.legend = Legend(self)
        self.corners = Corners(self)
        self.glide = Glide(self.item, self)
        self.hand = Hand(self)
        self.corners.show()

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
        self.glide.stop()
        self.item.set_data(data)
        marks = self.item.marks
        marks.nodes = frozenset(data.number[key] for key in chosen if key in data.number)
        marks.edges = frozenset()
        marks.hovered_node = marks.hovered_edge = marks.current = -1
        if fit:
            self.fit()
        if self.isVisible() and not self.reduced_motion:
            self.glide.start(old, data)
        self.corners.show()

    def set_tint(self, tint: Tint | None) -> None:
        """Draw marked money on this picture, or none."""
        self.item.data_.set_tint(tint)
        self.item.update()
        self.corners.show()

    def set_seen(
        self, nodes: Flags | None, edges: Flags | None, *, hide: bool = False, parts: Parts | None = None
    ) -> None:
        """Put some nodes and edges into focus; the rest is faint and without labels, or with ``hide`` not there.

        None = everything is in focus; ``parts`` = what of a line is. It holds until the next picture.
        """
        self.item.data_.set_seen(nodes, edges, hide=hide, parts=parts)
        self.item.update()
        self.corners.show()

    def set_theme(self, theme: Theme) -> None:
        """Draw in the colours of a theme."""
        self.theme = theme
        self.item.set_theme(theme)
        self.corners.show()

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
        self.corners.place_map()
        self.view_changed.emit()

    def fit(self) -> None:
        """Look at the whole graph, never nearer than 125 %; no node and no name comes to lie under a card."""
        self._untouched = True
        self.corners.explain(everything=True)
        self._fitted_past = self._over()
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
        return [QRectF(card.geometry()) for card in cards if card.isVisibleTo(self)] + self._over()

    def _over(self) -> list[QRectF]:
        """The parts under something of the window."""
        return [
            QRectF(QRect(self.mapFromGlobal(widget.mapToGlobal(QPoint(0, 0))), widget.size()))
            for widget in self._floating
            if widget.isVisible() and widget.window() is self.window()
        ]

    def zoom_in(self) -> None:
        """A step nearer."""
        self.touched()
        self.zoom_by(1.25)

    def zoom_out(self) -> None:
        """A step away."""
        self.touched()
        self.zoom_by(0.8)

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

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Nearer or further, with a point of the view kept where it is."""
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
            return still.image(self.item, self.theme, width, height, cards=cards)
        finally:
            if theme is not None:
                self.set_theme(other)

    # --- mouse --------------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.hand.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.hand.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.hand.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.hand.double(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.hand.wheel(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Only the menu key; the right button asks on release, because its drag pans."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.ask_context()
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self.hand.leave()
        super().leaveEvent(event)

    def ask_context(self) -> None:
        """Ask for the menu of the selection, by key."""
        chosen = self.item.marks.nodes
        number = self.item.marks.current if self.item.marks.current in chosen else min(chosen, default=-1)
        now = self.item.camera()
        x, y = now.pixel(*self.item.data_.pos[number].tolist()) if number >= 0 else (now.width / 2, now.height / 2)
        place = self.viewport().mapToGlobal(QPoint(round(x), round(y)))
        self.context_requested.emit(self.item.data_.keys[number] if number >= 0 else None, place)

    def choose(self, nodes: frozenset[int], edges: frozenset[int] = frozenset()) -> None:
        """Mark nodes and edges, as the person did, with a signal."""
        self.item.marks.nodes, self.item.marks.edges = nodes, edges
        self.item.update()
        self.tell_selection()

    def tell_selection(self) -> None:
        """Say what is marked."""
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
            self._step(*way[Qt.Key(key)], keep=bool(event.modifiers() & ADDING))
        elif key in plain:
            plain[Qt.Key(key)]()
        elif key == Qt.Key.Key_Escape and self.item.marks.nodes | self.item.marks.edges:
            self.choose(frozenset())
        elif key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hand.space = True
        else:
            event.ignore()
            return
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.hand.space = False
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.item.marks.focused = True
        self.item.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.item.marks.focused = self.hand.space = False
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
        self.choose(marks.nodes | {found} if keep else frozenset({found}))
        now = self.item.camera()
        x, y = now.pixel(*data.pos[found].tolist())
        if not (30 < x < now.width - 30 and 30 < y < now.height - 30):
            self.look_at(*data.pos[found].tolist())

    # --- size and ending ----------------------------------------------------------------------------------------

    def _minimap_state(self) -> tuple[GraphData, Camera, Theme]:
        return self.item.data_, self.item.camera(), self.theme

    def _rested(self) -> None:
        self.corners.explain()
        self.minimap.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        known = hasattr(self, "corners")
        camera = self.camera() if known else None
        super().resizeEvent(event)
        if known and camera is not None:
            self.corners.show()
            self.set_camera(*camera)
            self._fit_soon()

    def room_changed(self) -> None:
        """Something of the window over the canvas came, went or grew."""
        if self._over() != self._fitted_past:
            self._fit_soon()

    def _fit_soon(self) -> None:
        if self._untouched and not self._fit_due:  # while docks find their places there are several sizes a turn
            self._fit_due = True
            QCoreApplication.postEvent(self, QEvent(_FIT))

    def customEvent(self, event: QEvent) -> None:
        self._fit_due = False
        if self._untouched:
            self.fit()

    def close(self) -> bool:
        """Close the widget; pyqtgraph's own way deletes the scene under widgets that still draw from it."""
        return QGraphicsView.close(self)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.close_canvas()
        event.accept()

    def close_canvas(self) -> None:
        """End the animation and the worker."""
        self.glide.stop()
        self.item.close()

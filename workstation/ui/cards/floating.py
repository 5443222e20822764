"""Owns when a card shows over the canvas: after the pointer rests, pinned, by key, and when it goes.

Must not draw it (``card``) nor compute it (``words``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QRect, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QWidget

from workstation.domain.subjects import parse
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.translate import tr
from workstation.ui.widgets import copy_text, repaint_icons

if TYPE_CHECKING:
    from workstation.analysis.picture import Picture
    from workstation.ui.canvas import FlowView
    from workstation.ui.cards.card import CardFrame

#: Rest of the pointer before a card shows, and time to reach the card before it goes.
REST, GRACE = 350, 400


@guard
class Cards(QObject):
    """The hover card and the pinned card of a canvas.

    Args:
        view: gives the canvas. drawn: gives what is drawn, a scene while one is on stage. masked: gives the same masked
            while on stage, else None. focus: gives the keyboard back.
    """

    def __init__(
        self,
        stage: QWidget,
        desk: Desk,
        view: Callable[[], FlowView | None],
        drawn: Callable[[], Picture],
        masked: Callable[[], Picture | None],
        focus: Callable[[], object],
    ) -> None:
        super().__init__(stage)
        self.stage = stage
        self.desk = desk
        self._view = view
        self._drawn = drawn
        self._masked = masked
        self._focus = focus
        self.hover: CardFrame | None = None
        self.pinned: CardFrame | None = None
        self._key: str | None = None
        self._edge: int | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST)
        self._rest.timeout.connect(self._show_hover)
        self._grace = QTimer(self)
        self._grace.setSingleShot(True)
        self._grace.setInterval(GRACE)
        self._grace.timeout.connect(self._drop_hover)
        desk.opened.connect(self.clear)
        desk.graph_changed.connect(lambda _added: self.clear())
        desk.case_changed.connect(lambda _tables: self.clear())
        desk.restyled.connect(self.clear)

    @property
    def on_stage(self) -> bool:
        """Whether persons are masked: buttons and tables would tell what the mask hides."""
        return self._masked() is not None

    def hovered(self, key: str | None, edge: int | None) -> None:
        """The pointer came onto a node or a line, or left both."""
        if (key, edge) == (None, None):
            self._rest.stop()
            if self.hover is not None:
                self._grace.start()
            return
        if self.hover is not None and (key, edge) == (self._key, self._edge):
            self._grace.stop()
            return
        self._key, self._edge = key, edge
        self._drop_hover()
        self._rest.start()

    def moved(self) -> None:
        """The camera moved: what the hover card stood beside is elsewhere."""
        self._rest.stop()
        self._drop_hover()

    def clear(self) -> None:
        """Take away every card: what they say may no longer hold."""
        self._rest.stop()
        self._drop_hover()
        self._drop_pinned()

    def open_selected(self) -> bool:
        """Pin the card of the selected line, else of the selected node, and give it the keyboard."""
        view, session = self._view(), self.desk.session
        if view is None or session is None or self.on_stage:
            return False
        edges = self.desk.selected_edges
        if edges:
            self.pin(None, min(edges))
            return True
        chosen = session.selection
        if len(chosen) == 1 and self.desk.node(chosen[0].key) is not None:
            self.pin(chosen[0].key, None)
            return True
        return False

    def key(self, key: str) -> bool:
        """Esc on the canvas closes a card first; false when there is none."""
        if key != "Esc" or (self.pinned is None and self.hover is None):
            return False
        self._drop_hover()
        self._drop_pinned()
        return True

    def pin(self, key: str | None, edge: int | None) -> None:
        """Keep the card of a node or line open, with its buttons, until it is closed; never on stage."""
        if self.on_stage:
            return
        self._rest.stop()
        self._drop_hover()
        self._drop_pinned()
        made = self._made(key, edge, pinned=True)
        if made is None:
            return
        self.pinned = made
        made.closed.connect(self._shut)
        repaint_icons(made)
        made.stand(self._place(key, edge))
        made.take_focus()

    # --- inside -------------------------------------------------------------------------------------------------

    def _show_hover(self) -> None:
        made = self._made(self._key, self._edge, pinned=False)
        if made is None:
            return
        self.hover = made
        made.corner.setVisible(not self.on_stage)
        made.entered.connect(self._grace.stop)
        made.left.connect(self._grace.start)
        repaint_icons(made)
        made.stand(self._place(self._key, self._edge))

    def _made(self, key: str | None, edge: int | None, *, pinned: bool) -> CardFrame | None:
        """A new card; the figures are imported late, so the shell is on screen before them."""
        from workstation.app.cards import of_edge
        from workstation.ui.cards import words
        from workstation.ui.cards.card import CardFrame

        session, masked = self.desk.session, self._masked()
        if session is None:
            return None
        picture = self._drawn()
        pin = None if pinned else partial(self.pin, key, edge)
        if key is not None:
            number = next((n for n, node in enumerate(picture.nodes) if node.key == key), -1)
            if number < 0:
                return None
            said = words.of_picture_node(session, self.desk.display, picture, number, masked)
            return CardFrame(self.stage, self.desk, said, pin=pin, actions=self._node_actions(key) if pinned else ())
        if edge is None or not 0 <= edge < len(picture.edges):
            return None
        said = words.of_picture_edge(session, self.desk.display, picture, edge, masked)
        if not pinned:
            return CardFrame(self.stage, self.desk, said, pin=pin)
        ids = picture.edges[edge].transfers
        rows = of_edge(session, ids).rows
        made: list[CardFrame] = []
        actions = (
            (tr("Show source row"), lambda: self._source(made[0])),
            (tr("In the table"), partial(self.desk.ask_later, "view.transfers_of", transfers=list(ids))),
        )
        made.append(CardFrame(self.stage, self.desk, said, actions=actions, rows=rows))
        return made[0]

    def _source(self, card: CardFrame) -> None:
        marked = card.marked()
        if marked:
            self.desk.ask_later("view.source_row", transfers=marked)

    def _node_actions(self, key: str) -> tuple[tuple[str, Callable[[], object]], ...]:
        subject, ask = parse(key), self.desk.ask_later
        parties = (tr("Counterparties"), partial(ask, "view.panel_counterparties"))
        if subject.kind not in ("address", "transaction"):
            return (parties,) if subject.kind == "entity" else ()
        return (
            (tr("Copy"), partial(copy_text, subject.ref)),
            (tr("QR code"), partial(ask, "view.qr", subject=key)),
            (tr("Show source row"), partial(ask, "view.source_row", subject=key)),
            parties,
        )

    def _place(self, key: str | None, edge: int | None) -> QRect:
        """What the card stands beside: the pointer when it is over the canvas, else the node or the middle."""
        view = self._view()
        pointer = self.stage.mapFromGlobal(QCursor.pos())
        node = -1 if view is None or key is None else view.item.data_.number.get(key, -1)
        if view is not None and node >= 0:
            now = view.item.camera()
            x, y = now.pixel(*view.item.data_.pos[node].tolist())
            radius = round(now.node_radius) + 4
            return QRect(round(x) - radius, round(y) - radius, 2 * radius, 2 * radius)
        if self.stage.rect().contains(pointer):
            return QRect(pointer - QPoint(6, 6), pointer + QPoint(6, 6))
        middle = self.stage.rect().center()
        if view is not None and edge is not None:
            drawn = view.item.data_
            ends = drawn.picture.edges[edge]
            pair = (drawn.pos[ends.source].tolist(), drawn.pos[ends.target].tolist())
            (ax, ay), (bx, by) = (view.item.camera().pixel(*place) for place in pair)
            middle = QPoint(round((ax + bx) / 2), round((ay + by) / 2))
        return QRect(middle - QPoint(6, 6), middle + QPoint(6, 6))

    def _drop_hover(self) -> None:
        self._grace.stop()
        gone, self.hover = self.hover, None
        _discard(gone)

    def _drop_pinned(self) -> None:
        gone, self.pinned = self.pinned, None
        _discard(gone)

    def _shut(self) -> None:
        self._drop_pinned()
        self._focus()


def _discard(card: CardFrame | None) -> None:
    if card is not None:
        card.hide()
        card.deleteLater()

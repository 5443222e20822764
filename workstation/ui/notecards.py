"""Owns handling note cards on the canvas: dragging them, editing them in place, and the same by keys.

It listens before the canvas does and takes only what is meant for a card. Every change is a command, so it can be undone.
Must not draw (``canvas/notes``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QPlainTextEdit

from workstation.analysis import notecards
from workstation.analysis.picture import Card
from workstation.ui import theme as themes
from workstation.ui.canvas import notes
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.canvas import FlowView

_STEP = 16.0
_DRAG_FROM = 4
_WAYS = {Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1)}


@guard
class CardSheet(QPlainTextEdit):
    """The text of one card while it is edited. Ctrl+Enter or a click elsewhere keeps it, Esc does not."""

    def __init__(self, hands: NoteHands, card: Card) -> None:
        super().__init__(hands.view)
        self._hands: NoteHands | None = hands
        self._key, self._was = card.key, card.text
        self.setPlainText(card.text)
        self.setAccessibleName(tr("Text of the note card"))
        self.setAccessibleDescription(tr("Ctrl+Enter keeps it, Esc leaves it as it was."))
        self.setTabChangesFocus(True)
        view = hands.view
        camera = view.item.camera()
        font = QFont(themes.font(view.theme))
        font.setPixelSize(max(11, round(notecards.LETTER_SIZE * camera.scale)))
        self.setFont(font)
        box = notes.area(view.item.data_, camera, card).toAlignedRect()
        wide, tall = max(220, box.width() + 24), max(84, box.height() + 18)
        left = max(4, min(box.left() - 4, view.width() - wide - 4))
        self.setGeometry(QRect(left, max(4, min(box.top() - 4, view.height() - tall - 4)), wide, tall))
        self.show()
        self.selectAll()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if event.key() == Qt.Key.Key_Escape:
            self.end(keep=False)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and ctrl:
            self.end(keep=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: Any) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:  # its own context menu
            self.end(keep=True)

    def end(self, *, keep: bool) -> None:
        """Close, once."""
        hands, self._hands = self._hands, None
        if hands is None:
            return
        text = self.toPlainText().strip()
        self.hide()
        self.deleteLater()
        hands.edited(self._key, text if keep and text != self._was.strip() else "")


@guard
class NoteHands(QObject):
    """Mouse and keys of the cards of one canvas; ``on_stage`` says whether they are only looked at."""

    def __init__(self, desk: Desk, view: FlowView, on_stage: Callable[[], bool]) -> None:
        super().__init__(view)
        self.on_stage = on_stage
        self.desk = desk
        self.view = view
        self.sheet: CardSheet | None = None
        self._grabbed: Card | None = None
        self._pressed = QPointF()
        self._start = (0.0, 0.0)
        self._moved = False
        view.installEventFilter(self)
        viewport = view.viewport()
        if viewport is not None:
            viewport.installEventFilter(self)

    # --- what is at hand --------------------------------------------------------------------------------------

    def cards(self) -> tuple[Card, ...]:
        """The cards that are drawn; while presenting they are looked at, not handled."""
        if self.on_stage():
            return ()
        data = self.view.item.data_
        return tuple(card for card in data.picture.cards if notes.there(data, card))

    def current(self) -> Card | None:
        """The card the keys act on."""
        key = self.view.item.marks.card
        return next((card for card in self.cards() if card.key == key), None)

    def next(self) -> str:
        """Take the next card to hand; says which."""
        cards = self.cards()
        if not cards:
            return tr("There is no note card on this graph.")
        keys = [card.key for card in cards]
        marks = self.view.item.marks
        number = (keys.index(marks.card) + 1) % len(keys) if marks.card in keys else 0
        self.take(cards[number].key)
        box = notes.area(self.view.item.data_, self.view.item.camera(), cards[number])
        if not self.view.rect().contains(box.center().toPoint()):
            self.view.look_at(*self.view.world(box.center()))
        return tr(
            "Note card {n} of {all}: {words}. Arrows move it, Enter edits, Del removes, Esc leaves it.",
            n=number + 1, all=len(cards), words=notecards.lines(cards[number].text)[0],
        )  # fmt: skip

    def take(self, key: str) -> None:
        """Put a card to hand, or none."""
        if self.view.item.marks.card != key:
            self.view.item.marks.card = key
            self.view.item.update()

    def edit(self, card: Card) -> None:
        """Edit a card where it stands."""
        if self.sheet is None:
            self.take(card.key)
            self.sheet = CardSheet(self, card)

    def edited(self, key: str, text: str) -> None:
        """Keep the text of the sheet; an empty one changes nothing."""
        self.sheet = None
        self.view.setFocus()
        if text:
            self.desk.run("card.edit", card=key, text=text)

    # --- events -----------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.on_stage():
            return False
        if watched is self.view:
            return event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._key(event)
        if not isinstance(event, QMouseEvent) or not self.view.item.data_.picture.cards:
            return False
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            return self._press(event)
        if kind == QEvent.Type.MouseButtonDblClick:
            card = self._under(event)
            if card is not None and event.button() == Qt.MouseButton.LeftButton:
                self._grabbed = None
                self.edit(card)
                return True
        elif self._grabbed is not None and kind == QEvent.Type.MouseMove:
            self._drag(event)
            return True
        elif self._grabbed is not None and kind == QEvent.Type.MouseButtonRelease:
            self._drop()
            return True
        return False

    def _under(self, event: QMouseEvent) -> Card | None:
        at = event.position()
        return notes.at(self.view.item.data_, self.view.item.camera(), at.x(), at.y())

    def _press(self, event: QMouseEvent) -> bool:
        card = self._under(event)
        self.take("" if card is None else card.key)
        if card is None or event.button() != Qt.MouseButton.LeftButton:
            return False
        self.view.setFocus(Qt.FocusReason.MouseFocusReason)
        self._grabbed, self._pressed, self._start, self._moved = card, event.position(), (card.x, card.y), False
        return True

    def _drag(self, event: QMouseEvent) -> None:
        away = event.position() - self._pressed
        if self._moved or away.manhattanLength() >= _DRAG_FROM:
            self._moved = True
            scale = self.view.item.camera().scale
            self._put(self._start[0] + away.x() / scale, self._start[1] + away.y() / scale)

    def _put(self, x: float, y: float) -> None:
        """Show the grabbed card somewhere else, before the case knows."""
        card = self._grabbed
        if card is None:
            return
        data = self.view.item.data_
        self._grabbed = Card(card.key, card.text, x, y, card.node)
        data.put_card(self._grabbed)
        self.view.item.update()

    def _drop(self) -> None:
        card, self._grabbed = self._grabbed, None
        if card is not None and self._moved:
            self.desk.run("card.move", card=card.key, place=(card.x, card.y, 0))

    def _key(self, event: QKeyEvent) -> bool:
        card = self.current()
        if card is None:
            return False
        key = Qt.Key(event.key())
        if key in _WAYS:
            dx, dy = _WAYS[key]
            step = 2.0 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else _STEP
            place = (card.x + dx * step, card.y + dy * step, 0)
            self.desk.run("card.move", card=card.key, place=place, merge=f"card {card.key}")
            self.take(card.key)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit(card)
        elif key == Qt.Key.Key_Delete:
            self.take("")
            self.desk.run("card.remove", card=card.key)
        elif key == Qt.Key.Key_Escape:
            self.take("")
        else:
            return False
        return True

"""Owns the small building blocks of every panel: plain labels, buttons, cards, empty states, dock titles.

Every label goes through :mod:`workstation.ui.text`, so text from a case file is never read as markup. Every button
gets an accessible name. Must not know a session.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QMargins, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QIcon, QPalette, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import Shiboken

from workstation.ui import icons, text
from workstation.ui.guard import guard
from workstation.ui.style import dim_colour
from workstation.ui.translate import tr


def plain(
    words: str,
    *,
    dim: bool = False,
    small: bool = False,
    strong: bool = False,
    mono: bool = False,
    head: bool = False,
    wrap: bool = False,
    select: bool = False,
    breaks: bool = False,
) -> QLabel:
    """A plain-text label in one of the few text styles of the window; ``breaks``: a long run may wrap anywhere."""
    made = text.label(words, breaks=breaks)
    for name, on in (("dim", dim), ("small", small), ("strong", strong), ("mono", mono), ("head", head)):
        if on:
            made.setProperty(name, True)
    made.setWordWrap(wrap)
    if select:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def section(words: str) -> QLabel:
    """A small heading in capitals, as on the mock-ups."""
    made = text.label(words.upper())
    made.setProperty("section", True)
    made.setAccessibleName(text.cell(words))
    return made


def button(
    words: str,
    action: Callable[[], object] | None = None,
    *,
    primary: bool = False,
    flat: bool = False,
    link: bool = False,
    tip: str = "",
    name: str = "",
    icon: str = "",
) -> QPushButton:
    """A push button with an accessible name; ``action`` is called without arguments."""
    made = QPushButton(text.cell(words))
    for key, on in (("primary", primary), ("flat", flat), ("link", link)):
        if on:
            made.setProperty(key, True)
    made.setAccessibleName(text.cell(name or words.replace("&", "")))
    made.setAutoDefault(False)
    if tip:
        text.set_tip(made, tip)
    if icon:
        made.setProperty("lineIcon", icon)
        paint_icon(made)
    if action is not None:
        call = action
        made.clicked.connect(lambda: call())
    return made


def tool(icon: str, name: str, action: Callable[[], object] | None = None, tip: str = "") -> QToolButton:
    """A small icon button; its name is read aloud and shown as tool tip."""
    made = QToolButton()
    made.setProperty("lineIcon", icon)
    made.setAccessibleName(name)
    made.setAutoRaise(True)
    text.set_tip(made, tip or name)
    paint_icon(made)
    if action is not None:
        call = action
        made.clicked.connect(lambda: call())
    return made


def paint_icon(widget: QPushButton | QToolButton) -> None:
    """Draw the line icon of a button in the text colour of the current palette (called again on theme change)."""
    name = widget.property("lineIcon")
    if not name:
        return
    palette = QApplication.palette()
    role = QPalette.ColorRole.HighlightedText if widget.property("primary") else QPalette.ColorRole.WindowText
    size = max(12, round(QFontMetrics(QApplication.font()).height() * 0.95))
    widget.setIcon(icons.line_icon(str(name), palette.color(role), size))
    widget.setIconSize(QSize(size, size))


def repaint_icons(root: QWidget) -> None:
    """Redraw every line icon below ``root`` after a theme or scale change."""
    for found in root.findChildren(QPushButton):
        paint_icon(found)
    for other in root.findChildren(QToolButton):
        paint_icon(other)


def list_icon(name: str) -> QIcon:
    """A dim line icon for rows of lists and trees."""
    return icons.line_icon(name, dim_colour(QApplication.palette()))


def card() -> tuple[QFrame, QVBoxLayout]:
    """A framed card and its layout."""
    frame = QFrame()
    frame.setProperty("card", True)
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(12, 9, 12, 9)
    layout.setSpacing(5)
    return frame, layout


def rule() -> QFrame:
    """A one-pixel line."""
    frame = QFrame()
    frame.setProperty("rule", True)
    return frame


def clear(layout: QLayout, *, at_once: bool = True) -> None:
    """Remove and delete everything in a layout, the items as well: Qt hands them over and nobody else deletes them.

    Args:
        at_once: nobody finds the widgets any more. False: they stay hidden in their parent until they go, because what is
            taken out is measured anew; a long column is cleared in a third of the time.
    """
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            if at_once:
                widget.setParent(None)
            widget.deleteLater()
        inner = item.layout()
        if inner is not None:
            clear(inner, at_once=at_once)
        Shiboken.delete(item)


def copy_text(words: str) -> None:
    """Put exact text on the clipboard."""
    QGuiApplication.clipboard().setText(words)


@guard
class Scrolled(QScrollArea):
    """Takes the room that what it holds wants, and scrolls where the screen or the dock gives less (large type)."""

    def __init__(self, inner: QWidget, name: str = "") -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(name)
        self._inner = inner
        self.viewport().setAutoFillBackground(False)
        self.setWidget(inner)
        inner.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        inner = self._inner
        wanted = inner.sizeHint().expandedTo(inner.minimumSizeHint()).expandedTo(inner.minimumSize())
        high = inner.heightForWidth(max(wanted.width(), self.width())) if inner.hasHeightForWidth() else 0
        return wanted.expandedTo(QSize(0, high))

    def minimumSizeHint(self) -> QSize:
        return self._inner.minimumSizeHint().boundedTo(QSize(160, 72))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        inside = self._inner.layout()
        if inside is not None:
            inside.invalidate()  # what it measured before it was dressed for the screen was too small
            QApplication.postEvent(self._inner, QEvent(QEvent.Type.LayoutRequest))


@guard
class EmptyState(QWidget):
    """What a panel is for, one button and its key: shown while the panel has nothing to list."""

    def __init__(
        self, words: str, action_text: str = "", key: str = "", action: Callable[[], object] | None = None
    ) -> None:
        super().__init__()
        self.setObjectName("emptyState")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 10)
        layout.setSpacing(8)
        layout.addStretch(1)
        self.words = plain(words, dim=True, wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter)
        layout.addWidget(self.words)
        if action_text:
            line = QHBoxLayout()
            line.addStretch(1)
            self.button = button(action_text, action)
            line.addWidget(self.button)
            if key:
                line.addWidget(plain(key, dim=True, small=True))
            line.addStretch(1)
            layout.addLayout(line)
        layout.addStretch(1)


@guard
class DockTitle(QWidget):
    """Title of a dock as on the mock-ups: small capitals, float and close at the right; dragging still works."""

    def __init__(self, dock: QDockWidget, words: str) -> None:
        super().__init__(dock)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 5, 5, 2)
        layout.setSpacing(2)
        layout.addWidget(section(words))
        layout.addStretch(1)
        self.extra = QHBoxLayout()
        layout.addLayout(self.extra)
        for icon, name, action in (
            ("float", tr("Float {panel}", panel=words), lambda: dock.setFloating(not dock.isFloating())),
            ("close", tr("Close {panel}", panel=words), dock.close),
        ):
            made = tool(icon, name, action)
            made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            layout.addWidget(made)


@guard
class FlowLayout(QLayout):
    """Lays widgets in rows and wraps: chips and button rows stay whole when the window is narrow."""

    def __init__(self, parent: QWidget | None = None, gap: int = 6) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self.destroyed.connect(partial(_delete, self._items))  # a layout owns its items; those of Qt's own do the same
        self.setSpacing(gap)
        self.setContentsMargins(QMargins(0, 0, 0, 0))

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        x, y, high = rect.x(), rect.y(), 0
        for item in self._items:
            hint = item.sizeHint()
            if x > rect.x() and x + hint.width() > rect.right() + 1:
                x, y, high = rect.x(), y + high + self.spacing(), 0
            if move:
                item.setGeometry(QRect(x, y, min(hint.width(), rect.width()), hint.height()))
            x += hint.width() + self.spacing()
            high = max(high, hint.height())
        return y + high - rect.y()


def _delete(items: list[QLayoutItem], _layout: object = None) -> None:
    for item in items:
        if Shiboken.isValid(item):
            Shiboken.delete(item)
    items.clear()


def grow(widget: QWidget) -> QWidget:
    """Let a widget take the free width."""
    widget.setSizePolicy(QSizePolicy.Policy.Expanding, widget.sizePolicy().verticalPolicy())
    return widget

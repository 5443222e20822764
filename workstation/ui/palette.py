"""Owns the command palette: one field, fuzzy rows of commands and things of the case, arguments asked one by one.

Must not know what a command does: rows carry a callable. Rows that are off stay listed with their reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from workstation.ui import fuzzy
from workstation.ui.guard import guard
from workstation.ui.style import dim_colour
from workstation.ui.text import cell
from workstation.ui.translate import tr
from workstation.ui.widgets import plain

_ANY = QModelIndex | QPersistentModelIndex
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: what it is, its key, why it is off (empty = on), and what happens on Enter."""

    title: str
    category: str
    run: Callable[[], object]
    keys: str = ""
    off: str = ""
    prefix: str = ">"
    boost: int = 0


def ranked(entries: Sequence[Entry], typed: str) -> list[Entry]:
    """The entries that fit, best first; a first letter of ``> @ # / ?`` keeps one kind only."""
    prefix = typed[:1] if typed[:1] in tuple(">@#/?") and typed else ""
    rest = typed[1:].strip() if prefix else typed.strip()
    found: list[tuple[int, int, Entry]] = []
    for order, entry in enumerate(entries):
        if prefix and entry.prefix != prefix:
            continue
        points = fuzzy.score(rest, entry.title)
        if points is None and rest:
            points = fuzzy.score(rest, f"{entry.category} {entry.title}")
            points = points - 150 if points is not None else None
        if points is None:
            continue
        found.append((-(points + entry.boost - (80 if entry.off else 0)), order, entry))
    found.sort(key=lambda item: (item[0], item[1]))
    return [entry for _, _, entry in found[:_SHOWN]]


@guard
class EntryModel(QAbstractListModel):
    """The rows now listed."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Entry] = []

    def show_rows(self, rows: list[Entry]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = [replace(row, title=cell(row.title), off=cell(row.off)) for row in rows]
        self.endResetModel()

    def entry(self, row: int) -> Entry | None:
        """The entry of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: _ANY = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _ANY, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index.row()) if index.isValid() else None
        if entry is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.title
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return (
                f"{entry.title}, {entry.category}"
                + (f", {entry.keys}" if entry.keys else "")
                + (f", {entry.off}" if entry.off else "")
            )
        return None


@guard
class EntryDelegate(QStyledItemDelegate):
    """Paints a row: title, dim category, reason when off, key at the right."""

    def __init__(self, model: EntryModel, parent: QObject) -> None:
        super().__init__(parent)
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: _ANY) -> QSize:
        high = QFontMetrics(option.font).height()
        return QSize(200, round(high * 1.75))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        entry = self._model.entry(index.row())
        if entry is None:
            return
        painter.save()
        try:
            rect: QRect = option.rect
            palette: QPalette = option.palette
            chosen = bool(option.state & QStyle.StateFlag.State_Selected)
            role = QPalette.ColorRole
            # a style sheet fades this role in the widget's own palette: take the dim colour of the theme
            strong, weak = palette.color(role.WindowText), dim_colour(QApplication.palette())
            if chosen:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(palette.color(role.Highlight))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.drawRoundedRect(rect.adjusted(6, 1, -6, -1), 6, 6)
                strong = weak = palette.color(role.HighlightedText)
            metrics = painter.fontMetrics()
            inner = rect.adjusted(16, 0, -16, 0)
            middle = Qt.AlignmentFlag.AlignVCenter
            right = entry.off or entry.keys
            wide = metrics.horizontalAdvance(right)
            painter.setPen(weak)
            painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, right)
            category_wide = metrics.horizontalAdvance(entry.category) + 14
            left = inner.adjusted(0, 0, -wide - 16, 0)
            painter.drawText(left, middle | Qt.AlignmentFlag.AlignLeft, entry.category)
            painter.setPen(weak if entry.off else strong)
            title_box = left.adjusted(max(category_wide, metrics.averageCharWidth() * 14), 0, 0, 0)
            shown = metrics.elidedText(entry.title, Qt.TextElideMode.ElideMiddle, title_box.width())
            painter.drawText(title_box, middle | Qt.AlignmentFlag.AlignLeft, shown)
        finally:
            painter.restore()


@guard
class Palette(QDialog):
    """The palette itself, centred at the top of the window.

    Args:
        entries: commands and things that are always offered.
        more: called with the typed text for things found by search (addresses, transactions, labels).
    """

    def __init__(self, parent: QWidget, entries: Sequence[Entry], more: Callable[[str], Sequence[Entry]]) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle(tr("Command palette"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._entries = list(entries)
        self._more = more
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame = QFrame()
        frame.setObjectName("paletteFrame")
        outer.addWidget(frame)
        layout = QVBoxLayout(frame)
        layout.setContentsMargins(10, 10, 10, 8)
        layout.setSpacing(6)
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Type a command, a label, an address, a finding …"))
        self.field.setAccessibleName(tr("Command or thing to go to"))
        layout.addWidget(self.field)
        self.model = EntryModel(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setItemDelegate(EntryDelegate(self.model, self))
        self.list.setAccessibleName(tr("Matching commands and things"))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout.addWidget(self.list, 1)
        hint = tr("> commands    @ labels and entities    # findings    / addresses and transactions    Esc closes")
        layout.addWidget(plain(hint, dim=True, small=True))
        self.field.textChanged.connect(self._refresh)
        self.field.installEventFilter(self)
        self.list.clicked.connect(lambda index: self._run(index.row()))
        room = parent.size()
        wide = min(max(560, QFontMetrics(self.font()).averageCharWidth() * 100), room.width() - 40)
        self.resize(wide, min(460, room.height() - 80))
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (room.width() - wide) // 2, corner.y() + min(96, room.height() // 8))
        self._refresh("")
        self.field.setFocus()

    def _refresh(self, typed: str) -> None:
        found = list(self._more(typed)) if len(typed.strip("/@# >?")) >= 2 and typed[:1] != ">" else []
        self.model.show_rows(ranked([*self._entries, *found], typed))
        if self.model.rowCount():
            self.list.setCurrentIndex(self.model.index(0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            key = Qt.Key(event.key())
            if key in steps and self.model.rowCount():
                row = min(self.model.rowCount() - 1, max(0, self.list.currentIndex().row() + steps[key]))
                self.list.setCurrentIndex(self.model.index(row))
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentIndex().row())
                return True
        return super().eventFilter(watched, event)

    def _run(self, row: int) -> None:
        entry = self.model.entry(row)
        if entry is None or entry.off:
            return
        self.accept()
        entry.run()

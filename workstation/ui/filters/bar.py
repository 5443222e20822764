"""Owns the filter bar above the canvas: a chip for each active filter, what it leaves in sight, and how to add one.

It stands there while something is filtered or when it was asked for, and is not there otherwise. It sets
``session.lens`` and nothing else: no node moves, nothing in the case changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from workstation.ui.desk import Desk
from workstation.ui.filters.words import counted, empty, hidden, window
from workstation.ui.guard import guard
from workstation.ui.text import cell, set_tip
from workstation.ui.translate import tr
from workstation.ui.widgets import FlowLayout, button, plain, tool

if TYPE_CHECKING:
    from workstation.app.filters import Filter
    from workstation.app.lens import Seen

_CHIP = 64


@guard
class FilterBar(QWidget):
    """The bar.

    Args:
        leave: gives the keyboard back to the canvas.
    """

    def __init__(self, desk: Desk, leave: Callable[[], object]) -> None:
        super().__init__()
        self.desk = desk
        self._leave = leave
        self._asked = False
        self._bare = False
        self._wanted = ("text", "")
        self._shown: tuple[Filter, ...] = ()
        self.chips: list[QPushButton] = []
        self.setAccessibleName(tr("Filters"))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 3, 10, 4)
        column.setSpacing(2)
        top = QWidget()
        self._line = FlowLayout(top, 5)
        row = QHBoxLayout()  # what closes the bar stays in its corner, however many lines the chips take
        row.setSpacing(5)
        row.addWidget(top, 1)
        column.addLayout(row)
        self.entry = QLineEdit()
        self.entry.setMinimumWidth(190)
        self.entry.returnPressed.connect(self._enter)
        self.entry.installEventFilter(self)
        self.add = button(tr("+ Filter"), self.open_menu, name=tr("Add a filter"))
        self.outside = button(
            tr("Hide the rest"), self._switch, tip=tr("What does not fit is hidden instead of dimmed")
        )
        self.outside.setCheckable(True)
        self.clear_all = button(
            tr("Clear"), lambda: self.desk.run("lens.clear"), link=True, name=tr("Clear all filters")
        )
        self.close_bar = tool("close", tr("Close the filter bar"), self._shut)
        self.close_bar.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        row.addWidget(self.close_bar, 0, Qt.AlignmentFlag.AlignTop)
        self._fixed: tuple[QWidget, ...] = (self.entry, self.add, self.outside, self.clear_all, self.close_bar)
        for each in self._fixed[:-1]:
            self._line.addWidget(each)
        self.words = plain("", dim=True, small=True, wrap=True)
        self.words.setAccessibleName(tr("What the filters leave in sight"))
        column.addWidget(self.words)
        self._write("text", "", focus=False)
        self.hide()

    # --- what is shown ------------------------------------------------------------------------------------------

    def set_bare(self, bare: bool) -> None:
        """On stage nothing but the graph is shown."""
        self._bare = bare
        self._visible()

    def show_found(self, found: Seen | None) -> None:
        """Show the active filters and what passes them; None = everything."""
        session = self.desk.session
        self._visible()
        if session is None or self.isHidden():
            return
        from workstation.app.filters import filters

        made = filters(session.lens, session.graphs, window(session.lens, self.desk.display))
        if made != self._shown:
            self._shown = made
            self._show_chips()
        self.outside.setChecked(session.lens.outside == "hide")
        self.outside.setVisible(bool(made))
        self.clear_all.setVisible(bool(made))
        if found is None and not session.lens.open:
            return  # an edit is being told: the new picture comes next
        said = counted(session, found, self.desk.display) + hidden(session)
        nothing = found is not None and empty(found)
        if nothing:
            said = tr("Nothing on this graph fits these filters: clear them, or take one off.") + f"  {said}"
        if self.words.property("strong") != nothing:
            for name, on in (("strong", nothing), ("dim", not nothing)):
                self.words.setProperty(name, on)
            self.words.style().unpolish(self.words)
            self.words.style().polish(self.words)
        self.words.setText(said)
        self._level()

    def _level(self) -> None:
        """One height for everything in the row, whatever the size of the text."""
        row = (*self._fixed, *self.chips)
        bold = self.outside.font()
        bold.setBold(True)  # as it is while it is pressed
        self.outside.setMinimumWidth(
            QFontMetrics(bold).horizontalAdvance(self.outside.text()) + 2 * self.add.sizeHint().height() // 3 + 8
        )
        high = max(each.sizeHint().height() for each in (self.entry, self.add))
        for each in row:
            each.setFixedHeight(high)

    def _visible(self) -> None:
        session = self.desk.session
        there = session is not None and bool(session.graph) and not self._bare
        self.setVisible(there and session is not None and (self._asked or not session.lens.open))

    def _show_chips(self) -> None:
        had = any(chip.hasFocus() for chip in self.chips)
        for chip in self.chips:
            self._line.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        for each in self._fixed[2:-1]:
            self._line.removeWidget(each)
        self.chips = [self._chip(found) for found in self._shown]
        for each in (*self.chips, *self._fixed[2:-1]):
            self._line.addWidget(each)
        before: QWidget = self.add
        for each in (*self.chips, *self._fixed[2:]):
            QWidget.setTabOrder(before, each)
            before = each
        for chip in self.chips:
            chip.show()
        if had:
            (self.chips[0] if self.chips else self.entry).setFocus()

    def _chip(self, found: Filter) -> QPushButton:
        words = cell(tr(found.words))
        cut = words if len(words) <= _CHIP else words[: _CHIP - 1] + "…"
        made = button(
            f"{cut}  ×".replace("&", "&&"), lambda: self._take_off(found), name=tr("Take off: {words}", words=words)
        )
        made.setParent(self)
        made.setProperty("chip", True)
        made.setProperty("active", True)
        set_tip(made, tr("Take off: {words}", words=words))
        made.installEventFilter(self)
        return made

    # --- what is done -------------------------------------------------------------------------------------------

    def toggle(self) -> None:
        """Open the bar with the keyboard in it; close it when the keyboard is there already."""
        if self.isVisible() and self._has_focus():
            self._shut()
            return
        self._asked = True
        self._refresh()
        self._write("text", "")

    def menu(self) -> QMenu:
        """The menu of all filters, with what the case offers now."""
        from workstation.ui.filters.menu import fill

        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        made.setAccessibleName(tr("Filters to add"))
        session = self.desk.session
        if session is not None:
            fill(made, session, lambda **given: self.desk.run("lens.set", **given), self._write)
        return made

    def open_menu(self) -> None:
        """Show the menu below its button."""
        self.menu().popup(self.add.mapToGlobal(self.add.rect().bottomLeft()))

    def _has_focus(self) -> bool:
        return any(each.hasFocus() for each in (*self._fixed, *self.chips))

    def _refresh(self) -> None:
        self._visible()
        self.desk.lens_changed.emit()

    def _write(self, name: str, asset: str, *, focus: bool = True) -> None:
        """Take the next text as this argument of ``lens.set``."""
        self._wanted = (name, asset)
        symbol = cell(asset.split(":")[1]) if asset.count(":") else ""
        hint = {
            "text": tr("Part of a name or identifier"),
            "amount": tr("Amount in {asset}: 100, 100-500, 100-", asset=symbol),
            "transfers": tr("Numbers of transfers: 12, 15"),
        }[name]
        self.entry.setPlaceholderText(hint)
        self.entry.setAccessibleName(tr("Filter: {what}", what=hint))
        if focus:
            self.entry.clear()
            self.entry.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _enter(self) -> None:
        words, (name, asset) = self.entry.text().strip(), self._wanted
        if not words:
            self._leave()
            return
        given = {name: words} | ({"asset": asset} if asset else {})
        if self.desk.run("lens.set", **given) is not None:
            self.entry.clear()
            self._write("text", "")

    def _take_off(self, found: Filter) -> None:
        from workstation.app.filters import without

        session = self.desk.session
        if session is not None:
            session.look(without(session.lens, found))

    def _switch(self) -> None:
        session = self.desk.session
        if session is not None:
            now = session.lens
            session.look(replace(now, outside="dim" if now.outside == "hide" else "hide"))

    def _shut(self) -> None:
        """Close the bar; while something is filtered it stays, so that nobody takes a part for the whole."""
        self._asked = False
        self._leave()
        self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key == Qt.Key.Key_Escape:
                self._shut()
                return True
            if isinstance(watched, QPushButton) and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
                watched.click()
                return True
        return super().eventFilter(watched, event)

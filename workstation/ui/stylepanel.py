"""Owns the Styles panel: the rules of the case in their order, on and off, and what is styled by hand.

It lists; every change is a command. Must not know how a style is drawn.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QStackedLayout, QVBoxLayout, QWidget

from workstation.analysis.palette import PALETTE
from workstation.app import styles
from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.translate import count, tr
from workstation.ui.widgets import EmptyState, FlowLayout, button, plain

_KEY = Qt.ItemDataRole.UserRole
_SWATCH = 14


@guard
class StylesPanel(QWidget):
    """Rules with check boxes; the upper one counts where several fit."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self._quiet = False
        self.stack = QStackedLayout(self)
        self.empty = EmptyState(
            tr("No style rules yet. A rule such as “category contains mixer: violet” colours every node that fits."),
            tr("Add style rule"), "", lambda: desk.ask_later("rule.add"),
        )  # fmt: skip
        self.stack.addWidget(self.empty)
        body = QWidget()
        layout = QVBoxLayout(body)
        layout.setContentsMargins(10, 8, 10, 8)
        layout.setSpacing(6)
        row = QWidget()
        line = FlowLayout(row, 6)
        self.buttons = {
            name: button(words, partial(self.act, name), tip=tip)
            for name, words, tip in (
                ("rule.add", tr("Add rule"), tr("Whatever fits looks like this, on every graph")),
                ("rule.edit", tr("Change"), tr("Change the chosen rule (Enter)")),
                ("up", tr("Up"), tr("Where several rules fit, the upper one counts (Alt+Up)")),
                ("down", tr("Down"), tr("Where several rules fit, the upper one counts (Alt+Down)")),
                ("rule.remove", tr("Remove"), tr("Take the chosen rule away (Del)")),
            )
        }
        for made in self.buttons.values():
            line.addWidget(made)
        layout.addWidget(row)
        self.list = RuleList(self)
        self.list.setAccessibleName(tr("Style rules"))
        self.list.setAccessibleDescription(
            tr("The upper rule counts where several fit. Space switches a rule, Alt and arrows move it.")
        )
        self.list.itemChanged.connect(self._switched)
        self.list.itemActivated.connect(lambda _item: self.act("rule.edit"))
        self.list.currentRowChanged.connect(lambda _row: self._enable())
        layout.addWidget(self.list, 1)
        foot = QHBoxLayout()
        self.by_hand = plain("", dim=True, small=True)
        self.clear = button(tr("Clear styles by hand"), self._clear, flat=True)
        foot.addWidget(self.by_hand, 1)
        foot.addWidget(self.clear)
        layout.addLayout(foot)
        self.stack.addWidget(body)
        self._later = Later(desk.queue, self, self.refresh)
        desk.opened.connect(self._later.ask_now)
        desk.case_changed.connect(self._changed)
        desk.restyled.connect(self._later.ask)
        self.refresh()

    def _changed(self, tables: tuple[str, ...]) -> None:
        if {"style", "style_rule"} & set(tables):
            self._later.ask_now()

    def refresh(self) -> None:
        """List the rules of now."""
        self._later.due = False
        session = self.desk.session
        rows = session.store.rows("style_rule") if session is not None else {}
        hand = len(session.store.rows("style")) if session is not None else 0
        self.stack.setCurrentIndex(1 if rows or hand else 0)
        chosen = self.chosen()
        self._quiet = True
        try:
            self.list.clear()
            for rule in styles.rules(rows):
                row = text.list_row(self._words(rule))
                row.setData(_KEY, rule.key)
                row.setFlags(row.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                row.setCheckState(Qt.CheckState.Checked if rule.active else Qt.CheckState.Unchecked)
                row.setIcon(self._swatch(rule))
                self.list.addItem(row)
                if rule.key == chosen:
                    self.list.setCurrentItem(row)
            if self.list.currentRow() < 0 and self.list.count():
                self.list.setCurrentRow(0)
        finally:
            self._quiet = False
        self.by_hand.setText(
            tr("By hand: {n}. By hand beats every rule.", n=count(hand, "node or line", "nodes and lines"))
            if hand
            else ""
        )
        self.clear.setVisible(bool(hand))
        self._enable()

    def _words(self, rule: styles.Rule) -> str:
        looks = [tr(rule.colour)] if rule.colour else []
        looks += [tr(word) for word in (rule.size, "ring" if rule.ring else "", rule.width) if word]
        found = styles.said(rule)
        named = rule.name if rule.name == found else f"{rule.name}: {found}"
        return f"{named}  →  {', '.join(looks)}"

    def _swatch(self, rule: styles.Rule) -> QIcon:
        made = QPixmap(_SWATCH * 2, _SWATCH * 2)
        made.setDevicePixelRatio(2)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = self.desk.role_colour(PALETTE[rule.colour]) if rule.colour else self.palette().mid().color()
            if rule.of_lines:
                painter.setPen(QPen(QColor(colour), 4 if rule.width == "wide" else 2.4))
                painter.drawLine(1, _SWATCH // 2, _SWATCH - 1, _SWATCH // 2)
            else:
                painter.setPen(QPen(self.palette().text().color(), 1))
                painter.setBrush(QColor(colour))
                painter.drawEllipse(2, 2, _SWATCH - 4, _SWATCH - 4)
        finally:
            painter.end()
        return QIcon(made)

    def chosen(self) -> str:
        """Key of the chosen rule, or empty."""
        row = self.list.currentItem()
        return str(row.data(_KEY)) if row is not None else ""

    def _enable(self) -> None:
        at, last = self.list.currentRow(), self.list.count() - 1
        for name, on in (("rule.edit", at >= 0), ("rule.remove", at >= 0), ("up", at > 0), ("down", 0 <= at < last)):
            self.buttons[name].setEnabled(on)

    def _switched(self, row: QListWidgetItem) -> None:
        if not self._quiet:
            self.desk.run("rule.switch", rule=str(row.data(_KEY)))

    def _clear(self) -> None:
        self.desk.run("style.clear", subjects=())

    def act(self, name: str) -> None:
        """Do what a button or key says to the chosen rule."""
        key, at = self.chosen(), self.list.currentRow()
        if name == "rule.add":
            self.desk.ask_later(name)
        elif key and name in ("up", "down"):
            self.desk.run("rule.move", rule=key, place=at + (0 if name == "up" else 2))
        elif key and name == "rule.edit":
            self.desk.ask_later(name, rule=key)
        elif key:
            self.desk.run(name, rule=key)


@guard
class RuleList(QListWidget):
    """The list of rules with its keys."""

    def __init__(self, panel: StylesPanel) -> None:
        super().__init__()
        self._panel = panel

    def keyPressEvent(self, event: Any) -> None:
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        names = {Qt.Key.Key_Delete: "rule.remove", **({Qt.Key.Key_Up: "up", Qt.Key.Key_Down: "down"} if alt else {})}
        if event.key() in names:
            self._panel.act(names[event.key()])
            event.accept()
        else:
            super().keyPressEvent(event)

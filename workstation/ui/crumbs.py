"""Owns the line under the graph tabs: what the graph began with and which expansion brought which nodes, in order.

A click marks what a step brought and looks at it; the menu of a step takes it off again. Commands do both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QWidget

from workstation.domain.subjects import parse
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.text import cell, set_tip
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, clear, plain

if TYPE_CHECKING:
    from workstation.app.trail import Expansion, Trail

_NAME = 28
_GAP = 4


@guard
class Crumbs(QWidget):
    """Start > expanded A (12) > expanded B (3). What has no room is behind the first button.

    Args:
        look: brings nodes into view, by their keys.
    """

    def __init__(self, desk: Desk, look: Callable[[Iterable[str]], object]) -> None:
        super().__init__()
        self.desk = desk
        self._look = look
        self.trail: Trail | None = None
        self.setAccessibleName(tr("Steps of the graph"))
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(10, 0, 10, 2)
        self._line.setSpacing(_GAP)
        self._crumbs: list[QPushButton] = []
        desk.restyled.connect(self._show)

    def refresh(self) -> bool:
        """Show the trail of the active graph; false when nothing was expanded on it."""
        session = self.desk.session
        found: Trail | None = None
        if session is not None and session.graph:
            from workstation.app.trail import trail

            found = trail(session.graphs, session.graph)
        if found != self.trail or (found and found.expansions and not self._crumbs):
            self.trail = found
            self._show()
        return found is not None and bool(found.expansions)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.trail is not None and event.size().width() != event.oldSize().width():
            self._show()  # not for another height: the empty line would ask for less of it, and so on without end

    def _show(self) -> None:
        """As many of the last steps as there is room for."""
        clear(self._line)
        self._crumbs = []
        if self.trail is None or not self.trail.expansions:
            return
        start = self._crumb(tr("Start ({n})", n=len(self.trail.seeds)), self.trail.seeds, None)
        steps = [self._step(each) for each in self.trail.expansions]
        arrow = self.fontMetrics().horizontalAdvance(" › ") + 2 * _GAP + 4
        room = self.width() - start.sizeHint().width() - self.fontMetrics().horizontalAdvance("+999 › ") - 40
        shown = 0
        for step in reversed(steps):
            room -= step.sizeHint().width() + arrow
            if room < 0 and shown:
                break
            shown += 1
        self._crumbs = [start]
        self._line.addWidget(start)
        left = len(steps) - shown
        if left:
            self._add(self._earlier(left))
        for step in steps[left:]:
            self._add(step)
        for step in steps[:left]:
            step.deleteLater()
        self._line.addStretch(1)

    def _add(self, made: QPushButton) -> None:
        self._line.addWidget(plain("›", dim=True))
        self._line.addWidget(made)
        self._crumbs.append(made)

    def _words(self, expansion: Expansion) -> str:
        session = self.desk.session
        name = cell(session.graphs.label(expansion.subject)) if session is not None else ""
        name = name if len(name) <= _NAME else name[: _NAME - 1] + "…"
        words = {"in": tr("senders of {name} ({n})"), "out": tr("receivers of {name} ({n})")}
        return words.get(expansion.way, tr("{name} ({n})")).replace("{name}", name).replace("{n}", f"{len(expansion.brought):,}")  # fmt: skip

    def _step(self, expansion: Expansion) -> QPushButton:
        made = self._crumb(self._words(expansion), expansion.brought, expansion)
        made.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        made.customContextMenuRequested.connect(lambda at: self.menu(expansion).popup(made.mapToGlobal(at)))
        return made

    def _crumb(self, words: str, keys: tuple[str, ...], expansion: Expansion | None) -> QPushButton:
        made = button(words.replace("&", "&&"), lambda: self.show_keys(keys), link=True, name=words)
        made.setParent(self)
        known = tr("What the graph began with") if expansion is None else tr("What this expansion brought")
        tip = f"{known}: {count(len(keys), 'node', 'nodes')}"
        set_tip(made, tip if expansion is None else tip + "\n" + tr("Menu key: collapse back"))
        return made

    def _earlier(self, number: int) -> QPushButton:
        made = button(f"+{number}", None, link=True, name=tr("{n} earlier steps", n=number))
        made.clicked.connect(lambda: self._list(number, made))
        set_tip(made, tr("{n} earlier steps", n=number))
        return made

    def _list(self, number: int, under: QWidget) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for each in self.trail.expansions[:number] if self.trail is not None else ():
            action = menu.addAction(self._words(each).replace("&", "&&"))
            action.triggered.connect(partial(self._later, each.brought))
        menu.popup(under.mapToGlobal(QPoint(0, under.height())))

    def _later(self, keys: tuple[str, ...], _checked: bool = False) -> None:
        self.show_keys(keys)

    def menu(self, expansion: Expansion) -> QMenu:
        """The menu of a step."""
        made = QMenu(self)
        made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        select = made.addAction(tr("Select what it brought"))
        select.triggered.connect(partial(self._later, expansion.brought))
        back = made.addAction(tr("Collapse back"))
        back.triggered.connect(lambda _=False: self.desk.ask_later("graph.collapse_back", expansion=expansion.key))
        return made

    def show_keys(self, keys: tuple[str, ...]) -> None:
        """Mark nodes, or the entity they are drawn as, and bring them into view."""
        session = self.desk.session
        if session is not None:
            entity = session.graphs.names.entity_of
            drawn = [key if self.desk.node(key) else f"entity::{entity[key]}" if key in entity else key for key in keys]
            self.desk.select(*(parse(key) for key in dict.fromkeys(drawn)))
            self._look(drawn)

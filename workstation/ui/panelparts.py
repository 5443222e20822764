"""Owns the import of what an open case needs in the window: libraries beside it, its own parts in its thread, one a turn.
Must not make a widget.

Importing is a second of work, which the window does not have while it opens its first case. So is reading the layouts of
tables, which the first import asks for. But classes of Qt must be made in the thread of the window: PySide 6.11 keeps
them in one table, which the window reads without a lock; when it grew meanwhile in another thread, the program crashed.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from workstation.ui.guard import guard

if TYPE_CHECKING:
    from workstation.plugin_host.discovery import Plugin

#: Nothing of Qt is in these: they come beside the window (``tests/ui/test_panelparts.py`` looks).
LIBRARIES = ("app.session", "app.cards", "app.facts", "app.timeline", "analysis.sankey", "evidence.text")
MORE = ("app.export", "app.paperfile", "app.freeze.profiles", "app.freeze.request", "plugin_host.readers")
#: The parts of the window, and those that the first export, report or request needs.
PARTS = (
    "ui.snapshot", "ui.records", "ui.canvas_area", "ui.cards.parties", "ui.flowviews", "ui.freeze.dock", "ui.history",
    "ui.inspector", "ui.panels", "ui.scenes.panel", "ui.stylepanel", "ui.timeline.panel", "ui.transfers",
    "ui.workbench.flows", "ui.workbench.panel", "ui.workbench.statementpanel", "ui.outline", "ui.everypanel",
)  # fmt: skip
SOON = ("ui.freeze.wizard", "ui.exportdialog", "ui.importdialog", "ui.reporting.builder", "ui.citing")


def import_libraries() -> None:
    """Import what an open case needs and no window; on any thread."""
    for name in LIBRARIES:
        import_module(f"workstation.{name}")


def import_more(plugins: Callable[[], Sequence[Plugin]]) -> None:
    """Import and read what would make the window wait when it is first asked for; on any thread."""
    for name in MORE:
        import_module(f"workstation.{name}")
    from workstation.app.freeze.phrases import phrases
    from workstation.app.zones import zones
    from workstation.plugin_host.readers import list_readers

    zones()
    list_readers(plugins())
    phrases("en")


@guard
class Parts(QObject):
    """Imports parts of the window in its thread, one a turn of the event loop."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: list[tuple[list[str], Callable[[], object] | None]] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._next)

    def fetch(self, names: Sequence[str], then: Callable[[], object] | None = None) -> None:
        """Import these on the turns to come, after what was asked for before, and then call ``then``."""
        self._waiting.append((list(names), then))
        self._timer.start()

    def _next(self) -> None:
        names, then = self._waiting[0]
        while names:
            name = f"workstation.{names.pop(0)}"
            if name not in sys.modules:
                import_module(name)
                return
        self._waiting.pop(0)
        if not self._waiting:
            self._timer.stop()
        if then is not None:
            then()

"""Owns the start of a path that is marked by a key: where it is, what the scope line says of it, what the second mark does.

Finding the paths is the inspector's: this only selects the two ends. Must not change the case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.domain.subjects import Subject
    from workstation.ui.window import MainWindow


@guard
class PathMark(QObject):
    """The marked start, or none. It goes with the case, with Esc, and when the end is chosen."""

    def __init__(self, desk: Desk, changed: Callable[[], object]) -> None:
        super().__init__(desk)
        self.desk = desk
        self.start: Subject | None = None
        self._changed = changed
        desk.opened.connect(self.free)

    def words(self) -> str:
        """What the scope line says, or nothing."""
        if self.start is None or self.desk.session is None:
            return ""
        name = self.desk.session.graphs.label(self.start)
        return tr("path from {name}: X on its end, Esc to stop", name=name)

    def key(self, key: str) -> bool:
        """Esc frees the mark; false when the key means nothing here."""
        if key != "Esc" or self.start is None:
            return False
        self.free()
        return True

    def free(self) -> None:
        """Forget the start."""
        if self.start is not None:
            self.start = None
            self._changed()

    def mark(self, subject: Subject) -> tuple[Subject, Subject] | None:
        """Mark the start; with a start, the end of it: gives both. The start again frees it."""
        if self.start is None:
            self.start = subject
            self._changed()
            return None
        start = self.start
        self.free()
        return None if start == subject else (start, subject)


def needs_address(session: Any) -> str:
    """On while one address is selected."""
    chosen = _chosen(session)
    return "" if len(chosen) == 1 and chosen[0].kind == "address" else tr("select one address")


def needs_two(session: Any) -> str:
    """On while two addresses of one chain are selected."""
    chosen = _chosen(session)
    fits = len(chosen) == 2 and all(s.kind == "address" for s in chosen) and chosen[0].chain == chosen[1].chain
    return "" if fits else tr("select two addresses of one chain")


def _chosen(session: Any) -> tuple[Subject, ...]:
    return () if session is None else tuple(session.selection)


def mark(window: MainWindow) -> None:
    """Key X: the first time the start of a path, on another node its end, which shows the paths."""
    session, canvas = window.desk.session, window.canvas
    if session is None or canvas is None:
        return
    off = needs_address(session)
    if off:
        window.say(off)
        return
    (subject,) = session.selection
    start = canvas.path.start
    if start is not None and start.chain != subject.chain:
        window.say(tr("The two addresses stand on two chains; a path needs two of one chain."))
        return
    ends = canvas.path.mark(subject)
    if ends is not None:
        window.desk.select(*ends)
        window.show_dock("inspector")


def between(window: MainWindow) -> None:
    """Show the paths of the two selected addresses in the inspector; large cases ask first."""
    window.show_dock("inspector")
    window.desk.selection_changed.emit()

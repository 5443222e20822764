"""Owns what every panel shares: the open session, the display switches, and the session's events as Qt signals.

Panels never call one another: they meet in the session's selection. Must not import the case file at start-up, so the
shell is on screen before the heavy libraries are loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QPixmap

from workstation.domain.errors import WorkstationError
from workstation.ui import icons
from workstation.ui.guard import guard
from workstation.ui.later import Queue
from workstation.ui.times import Display

if TYPE_CHECKING:
    from workstation.analysis.picture import Node, Picture
    from workstation.app.commands.registry import Result
    from workstation.app.ledger import Ledger
    from workstation.app.session import Session
    from workstation.domain.subjects import Subject


@guard
class Desk(QObject):
    """The meeting place of the window's panels.

    Attributes:
        session: the open case, None on the start page. ask: runs a command, asking for missing arguments in a form;
            the window supplies it. told: shows an error; the window supplies it.
        reduced_motion: nothing glides or plays by itself (``ui/motion``). queue: the panels that read on their turn.
    """

    opened = Signal()
    selection_changed = Signal()
    case_changed = Signal(tuple)
    graph_changed = Signal(tuple)
    view_asked = Signal(str, tuple)
    lens_changed = Signal()
    taint_changed = Signal(str)
    jobs_changed = Signal(int)
    problems_changed = Signal()
    restyled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session: Session | None = None
        self.display = Display(parent=self)
        self.queue = Queue(self)
        self.ask: Callable[..., Result | None] = self.run
        self.told: Callable[[WorkstationError], None] = lambda _problem: None
        self.roles: dict[str, str] = {}
        self.reduced_motion = False
        self._lines: tuple[Any, tuple[int, ...]] = (None, ())
        self.picked_transfers: tuple[int, ...] = ()
        self._ends: list[Callable[[], None]] = []
        self._ledger: tuple[int, Ledger] | None = None
        self._nodes: tuple[Any, dict[str, Node]] | None = None

    def open(self, session: Session | None) -> None:
        """Take over a session (or none) and tell every panel."""
        for end in self._ends:
            end()
        self._ends.clear()
        self.session = session
        self._ledger = None
        self._nodes = None
        self._lines = (None, ())
        self.picked_transfers = ()
        if session is not None:
            from workstation.app import bus

            listen = session.bus.subscribe
            self.display.case_zone = session.store.info().zone
            self._ends = [
                listen(bus.SelectionChanged, lambda _: self._selected()),
                listen(bus.CaseChanged, self._changed),
                listen(bus.GraphChanged, lambda e: self.graph_changed.emit(e.added)),
                listen(bus.ViewAsked, lambda e: self.view_asked.emit(e.graph, e.camera)),
                listen(bus.LensChanged, lambda _: self.lens_changed.emit()),
                listen(bus.TaintChanged, lambda e: self.taint_changed.emit(e.graph)),
                listen(bus.JobChanged, lambda e: self.jobs_changed.emit(e.job)),
                listen(bus.ProblemsChanged, lambda _: self.problems_changed.emit()),
            ]
        self.opened.emit()
        if session is None:
            self.queue.empty()

    def _selected(self) -> None:
        self._lines = (None, ())  # whoever marked lines says so after this
        self.selection_changed.emit()

    @property
    def selected_edges(self) -> tuple[int, ...]:
        """Numbers of the marked lines in the picture of the active graph as it is now."""
        return () if self.session is None else self.lines_in(self.session.graphs.picture(self.session.graph))

    def lines_in(self, picture: Picture) -> tuple[int, ...]:
        """Numbers of the marked lines in a picture: the same payments between the same ends; gone with the next selection."""
        before, numbers = self._lines
        if not numbers or picture is before:
            return numbers
        same = {_line(before, number) for number in numbers}
        sums = {before.edges[number].units for number in numbers}  # quick to compare, and of most lines it differs
        return tuple(n for n, edge in enumerate(picture.edges) if edge.units in sums and _line(picture, n) in same)

    def mark_lines(self, picture: Picture, numbers: Iterable[int]) -> None:
        """Remember which lines of a picture are marked; after the selection of their ends."""
        self._lines = (picture, tuple(numbers))

    def _changed(self, event: Any) -> None:
        if "evidence" in event.tables:
            self._ledger = None
        self._nodes = None
        self.case_changed.emit(event.tables)

    def run(self, command: str, /, **arguments: Any) -> Result | None:
        """Run a command; an error is shown and None given back."""
        if self.session is None:
            return None
        try:
            return self.session.run(command, **arguments)
        except WorkstationError as problem:
            self.told(problem)
            return None

    def ask_later(self, command: str, /, **arguments: Any) -> Result | None:
        """Run a command the way the window asks (for callables made before the window is complete)."""
        return self.ask(command, **arguments)

    def ledger(self) -> Ledger | None:
        """The indexed ledger of the case, built once per import."""
        if self.session is None:
            return None
        own = getattr(self.session.graphs, "ledger", None)
        if own is not None:
            found: Ledger = own() if callable(own) else own
            return found
        if self._ledger is None:
            from workstation.app.ledger import Ledger as Made

            self._ledger = (0, Made(self.session.store))
        return self._ledger[1]

    def node(self, key: str) -> Node | None:
        """The drawn node of a subject on the active graph."""
        if self.session is None:
            return None
        picture = self.session.graphs.picture(self.session.graph)
        if self._nodes is None or self._nodes[0] is not picture:
            self._nodes = (picture, {node.key: node for node in picture.nodes})
        return self._nodes[1].get(key)

    def name(self, subject: Subject) -> str:
        """The label of a subject, or an empty text when it only has its identifier."""
        if self.session is None:
            return ""
        from workstation.app.names import short_form

        found = self.session.graphs.label(subject)
        return "" if found in (short_form(subject.ref), subject.ref) else found

    def face(self, subject: Subject) -> tuple[str, str]:
        """Role and badge of a subject, also when it is not on the graph."""
        if self.session is None:
            return "unattributed", ""
        found = self.session.graphs.names.face(subject)
        return found.role, found.badge

    def select(self, *subjects: Subject) -> None:
        """Make this the shared selection."""
        if self.session is not None:
            self.session.select(subjects)

    def role_colour(self, role: str) -> QColor:
        """The colour of a role in the current theme."""
        return QColor(self.roles.get(role, "#808080"))

    def role_pixmap(self, role: str, badge: str, size: int, ratio: float = 1.0) -> QPixmap:
        """The shape, colour and badge of a role."""
        return icons.role_pixmap(role, badge, self.role_colour(role), size, ratio)


def _line(picture: Picture, number: int) -> tuple[object, ...]:
    """What makes a line the same one in another picture."""
    edge = picture.edges[number]
    ends = picture.nodes[edge.source].key, picture.nodes[edge.target].key
    return *ends, edge.asset, edge.sort, edge.crossing, edge.transfers

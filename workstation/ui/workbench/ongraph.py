"""Owns the switch that draws the marked run of the Trace dock on the graph. Must not draw or trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox

from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.text import set_tip
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.app.tracing.records import Kept


@guard
class OnGraph(QCheckBox):
    """While it is on, the run of the marked method is drawn on the active graph."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(tr("Show on graph"))
        self.setAccessibleName(tr("Show the marked method on the graph"))
        set_tip(self, tr("Draw the tainted share of every node and line under the marked method"))
        self.desk = desk
        self._run: Kept | None = None
        self._sent = (0, "")
        self.toggled.connect(self._switched)
        desk.taint_changed.connect(lambda _graph: self._read())
        desk.graph_changed.connect(lambda _added: self._read())
        desk.opened.connect(self._read)

    def follow(self, run: Kept | None) -> None:
        """Another run is marked in the dock."""
        self._run = run
        if self.isChecked() and run is not None:
            self._show(run)

    def _switched(self, on: bool) -> None:
        session = self.desk.session
        if session is None:
            return
        if on and self._run is not None:
            self._show(self._run)
        elif not on and session.traces.shown.get(session.graph):
            self.desk.run("trace.hide")

    def _show(self, run: Kept) -> None:
        session = self.desk.session
        if session is None or not session.graph or session.traces.shown.get(session.graph) == run.number:
            return
        wanted = (run.number, session.graph)
        if wanted != self._sent:
            self._sent = wanted
            self.desk.run("trace.show", run=run.number)

    def _read(self) -> None:
        """Show whether a run is drawn on the active graph."""
        session = self.desk.session
        self._sent = (0, "")
        self.blockSignals(True)
        self.setChecked(session is not None and bool(session.traces.shown.get(session.graph)))
        self.blockSignals(False)

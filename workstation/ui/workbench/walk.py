"""Owns the bar that walks the way of one payment step by step, and what of the canvas is in focus meanwhile.

Must not find the way (``app.tracing.way``) and must not draw. Leaving brings back the selection from before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QWidget

from workstation.domain.subjects import Subject, parse
from workstation.ui.chrome import Overlay
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.text import cell, set_tip
from workstation.ui.translate import count, tr
from workstation.ui.widgets import button, plain

if TYPE_CHECKING:
    from workstation.app.tracing.way import Stage, Way
    from workstation.ui.canvas import FlowView
    from workstation.ui.canvas.data import Flags

_WIDEST = 860
_MARGIN = 70


@guard
class Walk(Overlay):
    """The bar. ``view`` gives the canvas, ``refocus`` draws the focus again, ``run_name`` says which run is walked."""

    def __init__(
        self, parent: QWidget, desk: Desk, view: Callable[[], FlowView | None], refocus: Callable[[], None]
    ) -> None:
        super().__init__(parent, upright=True)
        self.desk = desk
        self._view = view
        self._refocus = refocus
        self.way: Way | None = None
        self.here = 0
        self._method = ""
        self._before: tuple[Subject, ...] = ()
        self._edges: tuple[object, dict[int, int]] | None = None
        self.line.setContentsMargins(12, 7, 12, 8)
        self.line.setSpacing(4)
        self.head = plain("", strong=True)
        self.words = plain("", wrap=True, select=True)
        self.tx = plain("", small=True, dim=True, wrap=True, breaks=True, select=True)
        self.back = button(tr("Back"), lambda: self.go(-1), tip=tr("The step before (PgUp)"), name=tr("Step back"))
        self.next = button(tr("Next"), lambda: self.go(1), tip=tr("The next step (PgDown)"), name=tr("Next step"))
        self.place = button(
            tr("Place what is missing"), self._place, tip=tr("Put the missing nodes on the graph, one undo step")
        )
        self.leave = button(tr("Leave"), self.end, tip=tr("Back to the whole graph (Esc)"), name=tr("Leave the walk"))
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.head)
        row.addStretch(1)
        for each in (self.place, self.back, self.next, self.leave):
            row.addWidget(each)
        self.line.setDirection(QBoxLayout.Direction.TopToBottom)
        self.line.addLayout(row)
        self.line.addWidget(self.words)
        self.line.addWidget(self.tx)
        self.setAccessibleName(tr("Path of one payment"))
        self.hide()
        desk.opened.connect(self._forget)

    # --- beginning and ending ---------------------------------------------------------------------------------

    def start(self, way: Way, method: str, run: int) -> None:
        """Walk a way from its first step."""
        session = self.desk.session
        if session is None or not way.stages:
            return
        if self.way is None:
            self._before = session.selection
        self.way, self.here, self._method = way, 0, tr("{method}, run {n}", method=method, n=run)
        self.show()
        self.raise_()
        self._refocus()
        self.go(0)

    def end(self) -> None:
        """Leave: everything is in focus again and selected as before."""
        session = self.desk.session
        if self.way is None:
            return
        before = self._before
        self._forget()
        if session is not None:
            session.select(before)
        view = self._view()
        if view is not None:
            view.set_selection([subject.key for subject in before])
            view.setFocus()

    def _forget(self) -> None:
        walked = self.way is not None
        self.way = None
        self._before = ()
        self._edges = None
        self.hide()
        if walked:
            self._refocus()

    def key(self, key: str) -> bool:
        """A canvas key during a walk; false when it means nothing here."""
        if self.way is None:
            return False
        if key in ("PgDown", "PgUp"):
            self.go(1 if key == "PgDown" else -1)
            return True
        if key == "Esc":
            self.end()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        name = QKeySequence(event.key()).toString()
        if not self.key({"PgDown": "PgDown", "PgUp": "PgUp", "Esc": "Esc"}.get(name, "")):
            super().keyPressEvent(event)

    # --- steps ------------------------------------------------------------------------------------------------

    def go(self, by: int) -> None:
        """Go some steps on, and bring the step into view."""
        way, session, view = self.way, self.desk.session, self._view()
        if way is None or session is None or view is None:
            return
        self.here = min(max(self.here + by, 0), len(way.stages) - 1)
        stage = way.stages[self.here]
        self.back.setEnabled(self.here > 0)
        self.next.setEnabled(self.here < len(way.stages) - 1)
        self.head.setText(tr("Step {n} of {m}  ·  {run}", n=self.here + 1, m=len(way.stages), run=self._method))
        words = self._sentence(stage, exact=way.exact)
        self.words.setText(words)
        self.tx.setText(
            tr("Transaction {tx}", tx=stage.tx) if stage.tx else tr("Transfer {n} of the case", n=stage.transfer)
        )
        set_tip(self.words, words)
        missing = self.missing()
        self.place.setVisible(bool(missing))
        self.place.setText(tr("Place what is missing ({n})", n=len(missing)))
        self._mark(stage, view)
        self.arrange()

    def _sentence(self, stage: Stage, *, exact: bool) -> str:
        when = self.desk.display.time(stage.time) if stage.time is not None else tr("time not stated")
        ends = {
            "source": self._named(stage.source), "target": self._named(stage.target),
            "whole": stage.whole or tr("an unknown amount"), "part": stage.part, "when": when,
        }  # fmt: skip
        if not stage.part:
            return tr("{when}: {whole} from {source} to {target}, touched.", **ends)
        if exact:
            return tr("{when}: {whole} from {source} to {target}. Of it {part} is on this way.", **ends)
        return tr("{when}: {whole} from {source} to {target}. It carries {part} of the marked money.", **ends)

    def _named(self, end: Subject | None) -> str:
        session = self.desk.session
        if end is None or session is None:
            return tr("outside the ledger")
        label = cell(session.graphs.label(end))
        return tr("transaction {name}", name=label) if end.kind == "transaction" else label

    def _mark(self, stage: Stage, view: FlowView) -> None:
        session = self.desk.session
        assert session is not None
        data = view.item.data_
        edge = self._edge_of(view).get(stage.transfer, -1)
        ends = [data.keys[n] for n in (data.source[edge], data.target[edge])] if edge >= 0 else []
        if not ends:
            ends = [end.key for end in (stage.source, stage.target) if end is not None and end.key in data.number]
        session.select([parse(key) for key in ends])
        view.set_selection(ends, [edge] if edge >= 0 else [])
        if ends:
            places = data.pos[[data.number[key] for key in ends]]
            at, camera = view.item.camera().pixels(places), view.item.camera()
            top = self.geometry().bottom() + 30 if self.isVisible() else _MARGIN
            low = (at[:, 0] < _MARGIN) | (at[:, 1] < top)
            high = (at[:, 0] > camera.width - _MARGIN) | (at[:, 1] > camera.height - _MARGIN)
            if (low | high).any() or camera.node_radius < 6:
                span = np.ptp(places, axis=0)
                room = (max(camera.width - 3 * _MARGIN, 60), max(camera.height - top - 2 * _MARGIN, 60))
                fits = min(room[0] / max(float(span[0]), 1.0), room[1] / max(float(span[1]), 1.0))
                scale = min(max(view.camera()[2], 0.6), fits)
                middle = (places.min(0) + places.max(0)) / 2
                view.set_camera(float(middle[0]), float(middle[1]) - (top - _MARGIN) / 2 / scale, scale)

    def _edge_of(self, view: FlowView) -> dict[int, int]:
        """Edge by transfer, of the picture of now."""
        picture = view.item.data_.picture
        if self._edges is None or self._edges[0] is not picture:
            found: dict[int, int] = {}
            for number, edge in enumerate(picture.edges):
                if picture.nodes[edge.source].kind != "stub" and picture.nodes[edge.target].kind != "stub":
                    found.update(dict.fromkeys(edge.transfers, number))
            self._edges = (picture, found)
        return self._edges[1]

    # --- focus and missing nodes ------------------------------------------------------------------------------

    def focus(self) -> tuple[Flags, Flags] | None:
        """Which nodes and edges are on the way; None while nothing is walked."""
        view = self._view()
        if self.way is None or view is None:
            return None
        data = view.item.data_
        nodes, edges = np.zeros(data.nodes, bool), np.zeros(data.edges, bool)
        edge_of = self._edge_of(view)
        for stage in self.way.stages:
            edge = edge_of.get(stage.transfer, -1)
            if edge >= 0:
                edges[edge] = nodes[data.source[edge]] = nodes[data.target[edge]] = True
            for end in (stage.source, stage.target):
                if end is not None and end.key in data.number:
                    nodes[data.number[end.key]] = True
        return nodes, edges

    def missing(self) -> tuple[Subject, ...]:
        """Nodes of the way that are not on the graph; members of an entity that is there are not missing."""
        view, session = self._view(), self.desk.session
        if self.way is None or view is None or session is None:
            return ()
        from workstation.app.tracing import way

        names = session.graphs.names
        shown = set(view.item.data_.keys)
        for key in tuple(shown):
            subject = parse(key)
            if subject.kind == "entity":
                shown.update(names.members.get(subject.ref, ()))
        return way.missing(self.way, shown)

    def _place(self) -> None:
        missing = self.missing()
        if missing:
            self.desk.run("graph.add", subjects=list(missing))
            self.go(0)
            self.desk.ask_later("view.canvas")

    def arrange(self) -> None:
        """Stand at the top of the canvas, as wide as there is room."""
        parent = self.parentWidget()
        if parent is None or not self.isVisible():
            return
        wide = max(320, min(_WIDEST, parent.width() - 120))
        self.setFixedWidth(wide)
        self.adjustSize()
        self.resize(wide, self.heightForWidth(wide) if self.hasHeightForWidth() else self.sizeHint().height())
        self.move((parent.width() - wide) // 2, 12)


def say_none(desk: Desk) -> str:
    """What is said when a selection carries no marked money of the run that is shown."""
    many = len(desk.session.selection) if desk.session is not None else 0
    return tr(
        "{what} carries no marked money in this run", what=count(many, tr("selected thing"), tr("selected things"))
    )

"""Owns the inspector: what is known about the selection, whole identifiers, exact amounts, counterparties.

Labels, notes and source rows, exposure and paths are parts of ``inspection``.

Must not change anything itself: buttons run commands through the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QFrame, QGridLayout, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget
from shiboken6 import Shiboken

from workstation.app.facts import Overview, overview
from workstation.domain.subjects import Subject
from workstation.ui import facts
from workstation.ui.cards import words as cards
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.inspection import between, exposure, requests, risk, stated
from workstation.ui.inspection.asked import SMALL, Answers
from workstation.ui.later import Later
from workstation.ui.text import cell
from workstation.ui.translate import count, tr
from workstation.ui.widgets import (
    EmptyState,
    FlowLayout,
    button,
    card,
    clear,
    copy_text,
    plain,
    section,
    tool,
)

if TYPE_CHECKING:
    from workstation.app.session import Session

_FLOWS = 8
_COMPARED = 50
#: Work tables that say nothing about a subject; whether it is drawn is asked of the picture.
_ELSEWHERE = frozenset({"placement", "graph", "scene", "card", "style", "style_rule"})
ROLE_WORDS = {
    "subject": "Subject of the case",
    "victim": "Victim or lawful source",
    "service": "Service that can answer a request",
    "obfuscation": "Obfuscation",
    "infrastructure": "Infrastructure",
    "illicit": "Illicit service or actor",
    "unattributed": "Unattributed",
}


@guard
class Inspector(QScrollArea):
    """One scrolled column: head, actions, facts, counterparties, labels, notes, findings, source rows."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Inspector"))
        self.body = QWidget()
        self.column = QVBoxLayout(self.body)
        self.column.setContentsMargins(14, 4, 12, 12)
        self.column.setSpacing(6)
        self.setWidget(self.body)
        self.shown = ""
        self._later = Later(desk.queue, self, self.refresh)
        self._below = Later(desk.queue, self, self._lower_part)
        self._lower: Callable[[], None] | None = None
        self._seen: tuple[tuple[str, ...] | None, ...] = ()
        self.answers = Answers(desk, self._later.ask)
        for signal in (desk.selection_changed, desk.opened, desk.restyled, desk.display.changed):
            signal.connect(self._later.ask)
        desk.case_changed.connect(self._changed)
        desk.graph_changed.connect(self._drawn)
        self.refresh()

    def _changed(self, tables: tuple[str, ...]) -> None:
        if set(tables) - _ELSEWHERE:
            self._later.ask()

    def _drawn(self, _added: tuple[str, ...]) -> None:
        if self._seen != self._faces():
            self._later.ask()

    def _faces(self) -> tuple[tuple[str, ...] | None, ...]:
        """How the selection is drawn, but for its place: moving a node tells nothing new about it."""
        chosen = self.desk.session.selection[:_COMPARED] if self.desk.session is not None else ()
        found = (self.desk.node(subject.key) for subject in chosen)
        return tuple(None if node is None else (node.role, node.badge, node.name, node.detail) for node in found)

    def refresh(self) -> None:
        """Rebuild for the current selection."""
        self._later.due = False
        self._lower = None
        clear(self.column, at_once=False)
        session = self.desk.session
        self._seen = self._faces()
        if session is None:
            self.column.addWidget(EmptyState(tr("Open a case; what you select is explained here.")))
            return
        chosen = session.selection
        if not chosen:
            self._overview()
        elif len(chosen) == 1:
            self._one(chosen[0])
        else:
            self._many(chosen)
        self.column.addStretch(1)
        if self._lower is not None:
            self._below.ask()

    def _lower_part(self) -> None:
        """What stands further down comes a turn later: all of it at once would hold up the window."""
        lower, self._lower = self._lower, None
        if lower is not None and not self._later.due:
            stretch = self.column.takeAt(self.column.count() - 1)
            assert stretch is not None
            Shiboken.delete(stretch)
            lower()
            self.column.addStretch(1)

    def _counted(self, session: Session, transfers: int) -> Any:
        """The orientation card of the case; of a large one it is counted beside the window, None until then."""
        if transfers < SMALL:
            return overview(session)
        self.answers.ask(
            session, "overview", tr("Count what moved"), lambda _books, _names, watch: overview(session, watch)
        )
        return self.answers.known("overview")

    # --- states -----------------------------------------------------------------------------------------------

    def _overview(self) -> None:
        session = self.desk.session
        assert session is not None
        info, counts = session.store.info(), session.store.counts()
        self.column.addWidget(plain(info.title, head=True, wrap=True))
        words = tr("Select an address on the graph or in the table to see what is known about it.")
        self.column.addWidget(plain(words, dim=True, small=True, wrap=True))
        rows = [
            (tr("Examiner"), info.examiner or tr("not stated")),
            (tr("Case zone"), info.zone),
            (tr("Exhibits"), f"{counts.exhibits:,}"),
            (tr("Transfers"), f"{counts.transfers:,}"),
            (tr("Addresses"), f"{counts.addresses:,}"),
            (tr("Labels"), f"{counts.tags:,}"),
            (tr("Findings"), f"{counts.findings:,}"),
            (tr("Skipped rows"), f"{counts.quarantined:,}"),
            (tr("Encrypted"), tr("yes") if info.encrypted else tr("no")),
        ]
        self._card(rows)
        ledger = self.desk.ledger()
        if ledger is None or not len(ledger):
            self.column.addWidget(
                EmptyState(
                    tr("Nothing is imported yet."),
                    tr("Import evidence"),
                    "Ctrl+I",
                    partial(self.desk.ask_later, "case.import"),
                )
            )
            return
        known = self._counted(session, len(ledger))
        if not isinstance(known, Overview):
            self.column.addWidget(plain(tr("Counting what moved …"), dim=True, small=True))
            return
        self._heading(tr("Moved in this case"))
        exact = self.desk.display.exact
        shown = [(cell(s.asset.name)[:40] or "?", s.exact if exact else s.short) for s in known.totals[:6]]
        self._card(
            [
                *shown,
                (tr("First"), self.desk.display.time(known.first)),
                (tr("Last"), self.desk.display.time(known.last)),
                (tr("Labelled addresses"), tr("{n} of {m}", n=f"{known.labelled:,}", m=f"{known.addresses:,}")),
                *([(tr("Inputs without source"), f"{known.unresolved:,}")] if known.unresolved else []),
            ]
        )
        if known.seeds:
            self._heading(tr("Start here"))
        for seed in known.seeds:
            self.column.addWidget(
                button(seed.name, partial(self._start, seed.subject), link=True, tip=seed.subject.ref)
            )
            self.column.addWidget(plain(seed.reason, dim=True, small=True, wrap=True))

    def _start(self, subject: Subject) -> None:
        self.desk.ask_later("view.go", to=subject.key)

    def _many(self, chosen: tuple[Subject, ...]) -> None:
        self.column.addWidget(plain(count(len(chosen), "thing selected", "things selected"), head=True, wrap=True))
        row = FlowLayout()
        for words, command in (
            (tr("Finding"), "finding.new"),
            (tr("Merge"), "entity.new"),
            (tr("Label"), "tag.add"),
            (tr("Hide"), "graph.hide"),
        ):
            row.addWidget(self._action(words, command))
        self._add(row)
        ledger = self.desk.ledger()
        if ledger is not None:
            import numpy as np

            for way, words in (("in", tr("Received")), ("out", tr("Sent"))):
                sides = [ledger.side(s, way) for s in chosen if s.kind == "address"]
                if sides:
                    rows = np.unique(np.concatenate(sides))
                    self._heading(words)
                    self._card(
                        [
                            (cell(s.asset.name)[:40] or "?", s.exact if self.desk.display.exact else s.short)
                            for s in ledger.sums(rows)
                        ]
                        or [(words, tr("nothing"))]
                    )
        assert self.desk.session is not None
        between.show(self.answers, self.desk.session, chosen, self.column)
        self._heading(tr("Selected"))
        for subject in chosen[:20]:
            self._go(subject)
        if len(chosen) > 20:
            self.column.addWidget(plain(tr("and {n} more", n=len(chosen) - 20), dim=True, small=True))

    def _one(self, subject: Subject) -> None:
        session = self.desk.session
        assert session is not None
        node = self.desk.node(subject.key)
        role, badge = (node.role, node.badge) if node is not None else self.desk.face(subject)
        head = QHBoxLayout()
        head.setSpacing(9)
        size = round(QFontMetrics(QApplication.font()).height() * 1.9)
        sign = plain("")
        sign.setPixmap(self.desk.role_pixmap(role, badge, size, self.devicePixelRatioF()))
        sign.setAccessibleName(tr(ROLE_WORDS.get(role, role)))
        head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(1)
        name = self.desk.name(subject) or (node.name if node is not None else "") or session.graphs.label(subject)
        words.addWidget(plain(name, head=True, wrap=True))
        kind = {
            "address": tr("Address"),
            "transaction": tr("Transaction"),
            "entity": tr("Entity"),
            "stub": tr("More neighbours"),
            "group": tr("Group"),
        }.get(subject.kind, subject.kind)
        under = "  ·  ".join(
            part for part in (kind, subject.chain, tr(ROLE_WORDS[role]) if role != "unattributed" else "") if part
        )
        words.addWidget(plain(under, dim=True, small=True, wrap=True))
        head.addLayout(words, 1)
        self._add(head)
        if subject.kind in ("address", "transaction"):
            line = QHBoxLayout()
            line.setSpacing(4)
            whole = plain(subject.ref, mono=True, wrap=True, select=True, breaks=True)
            whole.setAccessibleName(cell(subject.ref))
            line.addWidget(whole, 1)
            line.addWidget(
                tool("copy", tr("Copy the whole identifier"), partial(copy_text, subject.ref)),
                0,
                Qt.AlignmentFlag.AlignTop,
            )
            code = button(tr("QR"), partial(self.desk.ask_later, "view.qr", subject=subject.key), flat=True,
                          name=tr("QR code and exact identifier"))  # fmt: skip
            line.addWidget(code, 0, Qt.AlignmentFlag.AlignTop)
            self._add(line)
        row = FlowLayout()
        actions = [
            (tr("Expand"), "graph.expand"),
            (tr("Label"), "tag.add"),
            (tr("Note"), "note.add"),
            (tr("Finding"), "finding.new"),
        ]
        if subject.kind == "group":
            actions = [(tr("Open"), "group.open")]
        if node is None and subject.kind in ("address", "transaction"):
            actions[0] = (tr("Show on graph"), "graph.add")
        for number, (text, command) in enumerate(actions):
            row.addWidget(self._action(text, command, primary=number == 0))
        self._add(row)
        known = subject.kind in ("address", "transaction", "entity")
        if subject.kind == "group":
            self._card(list(cards.folded(session, self.desk.display, subject.key).rows))
        if known:
            found = facts.of_subject(session, subject, self.desk.display)
            self._card(found.rows)
            self._flows(found)
        self._lower = partial(self._stated, session, subject, found.transfers if known else [])

    def _stated(self, session: Session, subject: Subject, transfers: list[int]) -> None:
        if subject.kind in ("address", "transaction", "entity"):
            risk.show(self.answers, session, subject, self.column)
            exposure.show(self.answers, session, subject, self.column)
        stated.labels(session, subject, self.column)
        stated.notes(session, subject, self.column)
        stated.findings(session, subject, self.column)
        requests.show(session, subject, self.column, self.desk.ask_later)
        stated.sources(session, transfers, self.column, self.desk.ask_later)

    # --- parts ------------------------------------------------------------------------------------------------

    def _add(self, layout: QLayout) -> None:
        holder = QWidget()
        layout.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(layout)
        self.column.addWidget(holder)

    def _heading(self, words: str) -> None:
        self.column.addSpacing(4)
        self.column.addWidget(section(words))

    def _action(self, words: str, command: str, *, primary: bool = False) -> QWidget:
        session = self.desk.session
        made = button(words, partial(self.desk.ask_later, command), primary=primary)
        known = session.commands.commands.get(command) if session is not None else None
        reason = session.why_off(known) if session is not None and known is not None else tr("not in this version")
        if known is None:
            made.hide()  # never show() here: without a parent it would flash up as a window and take the keyboard
        made.setEnabled(not reason)
        if reason:
            from workstation.ui.text import set_tip

            set_tip(made, reason)
        return made

    def _card(self, rows: list[tuple[str, str]]) -> None:
        frame, layout = card()
        grid = QGridLayout()
        grid.setVerticalSpacing(4)
        grid.setHorizontalSpacing(8)
        metrics = QFontMetrics(QApplication.font())
        room = max(120, self.viewport().width() - 60)
        wide = [max(metrics.horizontalAdvance(cell(part)) for part in words.split("\n")) * 0.92 for _, words in rows]
        named = [metrics.horizontalAdvance(name) for name, _ in rows]
        # names share a column: the widest that stands beside its figure decides for all
        names = max((n for n, w in zip(named, wide, strict=True) if w + n + 8 <= room), default=0)
        line = 0
        for widest, own, (name, words) in zip(wide, named, rows, strict=True):
            value = "\n".join(cell(line) for line in words.split("\n"))
            left, right = plain(name, dim=True, small=True), plain(value, select=True)
            right.setAccessibleName(cell(f"{name}: {value}"))
            if widest + max(own, names) + 8 > room:  # never cut a figure: stack it under its name
                grid.addWidget(left, line, 0, 1, 2)
                line += 1
                right.setWordWrap(True)
                grid.addWidget(right, line, 0, 1, 2)
            else:
                grid.addWidget(left, line, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(right, line, 1, Qt.AlignmentFlag.AlignRight)
            right.setProperty("small", True)
            right.setAlignment(Qt.AlignmentFlag.AlignRight)
            line += 1
        grid.setColumnStretch(1, 1)
        layout.addLayout(grid)
        self.column.addWidget(frame)

    def _go(self, subject: Subject, extra: str = "") -> None:
        session = self.desk.session
        assert session is not None
        name = self.desk.name(subject) or session.graphs.label(subject)
        made = button(
            name + (f"   {extra}" if extra else ""), partial(self.desk.select, subject), link=True, tip=subject.ref
        )
        self.column.addWidget(made)

    def _flows(self, found: facts.Facts) -> None:
        for way, words in (("in", tr("Came from")), ("out", tr("Went to"))):
            rows = [f for f in found.flows if f.way == way]
            if not rows:
                continue
            self._heading(f"{words}  {len(rows):,}")
            grid_holder = QWidget()
            grid = QVBoxLayout(grid_holder)
            grid.setContentsMargins(0, 0, 0, 0)
            grid.setSpacing(0)
            metrics = QFontMetrics(QApplication.font())
            room = max(150, self.viewport().width() - 34)
            for flow in rows[:_FLOWS]:
                name, amount = flow.name, flow.amount
                right = plain(amount, small=True)
                stacked = (
                    "\n" in amount
                    or metrics.horizontalAdvance(name) + metrics.horizontalAdvance(amount) * 0.9 + 16 > room
                )
                link = button(
                    name,
                    partial(self.desk.select, flow.subject),
                    link=True,
                    tip=flow.subject.ref,
                    name=tr("Go to {name}", name=name),
                )
                if stacked:
                    grid.addWidget(link)
                    grid.addWidget(right, 0, Qt.AlignmentFlag.AlignRight)
                else:
                    line = QHBoxLayout()
                    line.addWidget(link)
                    line.addStretch(1)
                    line.addWidget(right)
                    grid.addLayout(line)
            self.column.addWidget(grid_holder)
            if len(rows) > _FLOWS:
                more = tr("{n} more are in the transfers table", n=len(rows) - _FLOWS)
                self.column.addWidget(plain(more, dim=True, small=True, wrap=True))

"""Owns the Case dock: evidence, entities, labels, findings, graphs and scenes of the case as one tree.

It reads the session and asks the desk to act; it must not change the case itself.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QStackedLayout,
    QWidget,
)

from workstation.domain.evidence import Exhibit
from workstation.domain.subjects import Subject
from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.translate import tr
from workstation.ui.trees import Tree, item
from workstation.ui.widgets import EmptyState

_TAGS = 200


@guard
class Navigator(QWidget):
    """The case as a tree: evidence with outcome, entities, labels, findings, graphs, scenes."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.model = QStandardItemModel(self)
        self.tree = Tree(tr("Case"), self._go)
        self.tree.setModel(self.model)
        self.stack = QStackedLayout(self)
        self.stack.setContentsMargins(6, 0, 2, 4)
        self.stack.addWidget(self.tree)
        self.stack.addWidget(
            EmptyState(
                tr("The parts of a case are listed here."),
                tr("New case"),
                "Ctrl+N",
                partial(desk.ask_later, "view.new_case"),
            )
        )
        self._closed: set[str] = set()
        self.tree.collapsed.connect(lambda index: self._closed.add(str(index.data()).split("  ")[0]))
        self.tree.expanded.connect(lambda index: self._closed.discard(str(index.data()).split("  ")[0]))
        self._graph = ""
        self._later = Later(desk.queue, self, self.refresh)
        desk.opened.connect(self._later.ask)
        desk.restyled.connect(self._later.ask)
        desk.case_changed.connect(self._changed)
        desk.graph_changed.connect(self._drawn)
        self.refresh()

    def _changed(self, tables: tuple[str, ...]) -> None:
        if set(tables) - {"placement"}:
            self._later.ask()

    def _drawn(self, _added: tuple[str, ...]) -> None:
        if self.desk.session is not None and self.desk.session.graph != self._graph:
            self._later.ask()

    def refresh(self) -> None:
        """List the case again."""
        self._later.due = False
        session = self.desk.session
        self._graph = session.graph if session is not None else ""
        self.stack.setCurrentIndex(0 if session is not None else 1)
        closed = set(self._closed)
        self.model.clear()
        if session is None:
            return
        store = session.store
        marks = {"accepted": "ok", "partial": "warn", "rejected": "no", "retracted": "no"}
        exhibits = store.exhibits()
        by_number = {
            e.number: item(
                f"{e.label}  {e.path or e.name}",
                f"exhibit:{e.number}",
                icon=marks.get(e.outcome, "file"),
                tip=_exhibit_tip(e),
            )
            for e in exhibits
        }
        evidence = [by_number[e.number] for e in exhibits if e.parent is None]
        for e in exhibits:  # what a container held stands below it
            if e.parent is not None:
                by_number[e.parent].appendRow(by_number[e.number])
        entities = [
            item(str(row["name"]), f"entity::{key}", icon="entity", tip=str(row["note"] or ""))
            for key, row in sorted(store.rows("entity").items(), key=lambda pair: str(pair[1]["name"]).casefold())
        ]
        tags: dict[str, QStandardItem] = {}
        for row in store.rows("tag").values():
            tags.setdefault(
                str(row["label"]) + str(row["subject"]),
                item(str(row["label"]), str(row["subject"]), icon="tag", tip=str(row["subject"])),
            )
        for tag in store.source_tags()[:_TAGS]:
            key = Subject("transaction" if tag.subject == "transaction" else "address", tag.chain, tag.ref).key
            tags.setdefault(
                tag.label + key, item(tag.label, key, icon="tag", tip=f"{text.cell(tag.category)}\n{tag.ref}")
            )
        findings = [
            item(f"F-{row['number']:02d}  {row['claim']}", f"finding:{key}", icon="finding", tip=str(row["claim"]))
            for key, row in sorted(store.rows("finding").items(), key=lambda pair: int(pair[1]["number"]))
        ]
        graphs = [
            item(session.graphs.name(key), f"graph:{key}", icon="demo", strong=key == session.graph)
            for key in session.graphs.graph_keys()
        ]
        scenes = [
            item(str(row["name"]), f"scene:{key}", icon="scene", tip=str(row["caption"] or ""))
            for key, row in sorted(
                store.rows("scene").items(), key=lambda pair: (int(pair[1]["position"] or 0), pair[0])
            )
        ]
        total = store.counts().tags
        for name, rows, number in (
            (tr("Evidence"), evidence, len(exhibits)),
            (tr("Entities"), entities, len(entities)),
            (tr("Labels"), list(tags.values()), total),
            (tr("Findings"), findings, len(findings)),
            (tr("Graphs"), graphs, len(graphs)),
            (tr("Scenes"), scenes, len(scenes)),
        ):
            head = item(f"{name}  {number:,}", strong=True)
            head.setSelectable(False)
            head.appendRows(rows)
            self.model.appendRow(head)
            self.tree.setExpanded(head.index(), bool(rows) and name not in closed)

    def _go(self, key: str) -> None:
        self.desk.ask("view.go", to=key)


def _exhibit_tip(e: Exhibit) -> str:
    counted = (
        (tr("read"), e.read),
        (tr("new"), e.accepted),
        (tr("already there"), e.duplicates),
        (tr("skipped"), e.quarantined),
    )
    numbers = ", ".join(f"{words} {number:,}" for words, number in counted)
    return f"{text.cell(e.name)}\n{tr('outcome')}: {tr(e.outcome)}\nSHA-256 {e.sha256}\n{numbers}"

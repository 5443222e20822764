"""Owns making the panel of every dock for a window; their libraries are imported with this module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from workstation.ui import records
from workstation.ui.cards.parties import PartiesPanel
from workstation.ui.flowviews import FlowsPanel
from workstation.ui.freeze.dock import requests_panel
from workstation.ui.history import HistoryPanel
from workstation.ui.inspector import Inspector
from workstation.ui.navigator import Navigator
from workstation.ui.outline import OutlinePanel
from workstation.ui.panels import FindingsPanel, JobsPanel, ProblemsPanel
from workstation.ui.plugins.answers import answers_panel
from workstation.ui.scenes.panel import ScenesPanel
from workstation.ui.stylepanel import StylesPanel
from workstation.ui.tablelink import TableLink
from workstation.ui.timeline.panel import TimelinePanel
from workstation.ui.transfers import TransfersPanel
from workstation.ui.workbench import flows as workbench
from workstation.ui.workbench.statementpanel import StatementPanel

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def make(window: MainWindow) -> dict[str, QWidget]:
    """The panels by the name of their dock; the ones the window talks to are kept there."""
    window.transfers = TransfersPanel(window.desk.display, window.desk.name, lambda: window.ask("case.import"))
    window.table_link = TableLink(window, window.transfers)
    window.problems, window.navigator = ProblemsPanel(window.desk), Navigator(window.desk)
    window.findings, window.jobs_panel, window.history = (
        FindingsPanel(window.desk),
        JobsPanel(window.desk),
        HistoryPanel(window.desk),
    )
    window.inspector = Inspector(window.desk)
    return {
        "case": window.navigator, "inspector": window.inspector, "findings": window.findings, "transfers": window.transfers,
        "problems": window.problems, "jobs": window.jobs_panel, "history": window.history,
        "events": records.events_panel(window.desk), "returns": records.returns_panel(window.desk),
        "found": records.found_panel(window.desk), "answers": answers_panel(window.desk), "trace": workbench.panel(window), "outline": _outline(window),
        "flows": FlowsPanel(window.desk), "timeline": TimelinePanel(window.desk),
        "statement": StatementPanel(window.desk), "counterparties": PartiesPanel(window.desk), "styles": StylesPanel(window.desk), "scenes": ScenesPanel(window.desk),
        "requests": requests_panel(window.desk),
    }  # fmt: skip


def _outline(window: MainWindow) -> QWidget:
    made = OutlinePanel(window.desk, window.canvas_key)
    made.context_asked.connect(window.context)
    return made

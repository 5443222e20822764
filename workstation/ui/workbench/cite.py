"""Owns the way from the Trace dock to the finding editor: the marked row or step becomes a draft a person completes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow
    from workstation.ui.workbench.panel import TracePanel


def of_panel(window: MainWindow, panel: TracePanel) -> None:
    """The marked step when the steps have the keyboard, else the marked row, else the first row."""
    from workstation.app.tracing import board, drafts
    from workstation.ui.dialogs import OPEN

    session, asked = window.desk.session, panel.shown
    if session is None or asked is None:
        return
    method = str(panel.method.currentData())
    step = panel.marked_step()
    if step is not None:
        made = drafts.of_step(session, asked, method, step)
    else:
        lines: list[board.Line | None] = []
        for section in board.board(asked, board.assets_of(session)).sections:
            lines += [None, *section.lines]  # the heading is a row of the table
        marked = panel.table.currentIndex().row()
        line = lines[marked] if 0 <= marked < len(lines) else None
        line = line or next((each for each in lines if each is not None), None)
        if line is None:
            return
        made = drafts.of_holder(session, asked, line)
    window.ask("finding.new", confidence=OPEN, **made.arguments())


def newest(window: MainWindow, given: Mapping[str, Any]) -> None:
    """From palette and menu: what is marked in the Trace dock, or the result that is named."""
    from workstation.app.commands import arguments, tracefindings
    from workstation.ui.dialogs import OPEN

    session = window.desk.session
    if session is None:
        return
    if given:
        bound = arguments.bind(session, session.commands.get("trace.finding"), given)
        window.ask("finding.new", confidence=OPEN, **tracefindings.draft(session, bound).arguments())
        return
    from workstation.ui.workbench.panel import TracePanel

    window.show_dock("trace")
    panel = window.docks["trace"].widget()
    if isinstance(panel, TracePanel):
        of_panel(window, panel)

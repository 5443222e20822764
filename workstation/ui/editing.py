"""Owns asking for styles and note cards, and the two tools of the hand: lasso, and the next card.

Light, because menus know it before any library of the canvas is loaded. Must not draw and must not change the case itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def next_card(window: MainWindow) -> None:
    """The command: take the next note card to hand."""
    hands = window.canvas.hands if window.canvas is not None else None
    if hands is not None:
        window.focus_canvas()
        window.say(hands.next())


def ask_card(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask for the text of a card; with one node selected the card belongs to it."""
    from workstation.ui import flows

    session = window.desk.session
    if session is None:
        return
    start = dict(given)
    placed = session.graphs.placed(session.graph)
    if "subject" not in start and len(session.selection) == 1 and session.selection[0].key in placed:
        start["subject"] = session.selection[0]
    flows.form(window, window.registry.get("card.add"), start)


def toggle_lasso(window: MainWindow) -> None:
    """The command: dragging on empty ground draws a line around nodes, or a box again."""
    view = window.canvas.view if window.canvas is not None else None
    if view is not None:
        lasso = view.tool != "lasso"
        view.set_tool("lasso" if lasso else "select")
        window.say(tr("Dragging draws a lasso; Q again draws a box") if lasso else tr("Dragging draws a box"))


def ask_nodes(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask how the selected nodes should look; with a line selected, how the line should."""
    from workstation.ui import flows

    if window.desk.selected_edges and not given:
        ask_lines(window, given)
        return
    flows.form(window, window.registry.get("style.node"), given)


def ask_lines(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask how the selected lines should look, else those between the selected nodes."""
    from workstation.domain.subjects import Subject
    from workstation.ui import flows

    session = window.desk.session
    if session is None:
        return
    edges, picture = window.desk.selected_edges, session.graphs.picture(session.graph)
    moved = [picture.edges[n].transfers[0] for n in edges if picture.edges[n].transfers]
    if moved and "subjects" not in given:
        given = {**given, "subjects": [Subject("transfer", "", str(number)) for number in moved]}
    flows.form(window, window.registry.get("style.line"), given)


def ask_rule(window: MainWindow, given: Mapping[str, Any]) -> None:
    """Ask what a rule should look for, starting with what it is now."""
    from workstation.ui import flows

    session = window.desk.session
    key = str(given.get("rule", ""))
    row = session.store.row("style_rule", key) if session is not None and key else None
    start = {name: str(value or "") for name, value in row.items()} if row is not None else {}
    flows.form(window, window.registry.get("rule.edit"), given, start)

"""Owns the commands of the window itself, in the order of its menus. None of them changes the case.

Those on whole cases are in ``casecommands``, those on how it looks in ``lookcommands``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from workstation.app.commands.registry import Command
from workstation.ui import casecommands, lookcommands
from workstation.ui.actions import needs_case, needs_selection, own
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def snap(window: MainWindow) -> None:
    """Switch the grid for dragging on or off, and say which."""
    view = window.canvas.view if window.canvas is not None else None
    if view is not None:
        view.snap = not view.snap
        window.say(tr("Dragged nodes stop on the grid") if view.snap else tr("Dragged nodes stop anywhere"))


def view_commands(window: MainWindow) -> list[Command]:
    """Everything the window can do without changing the case."""
    from workstation.ui.cards import commands as cards
    from workstation.ui.filters import commands as filters

    return [
        *casecommands.commands(window),
        *_edit(window),
        *lookcommands.camera(window),
        *lookcommands.panels(window),
        *lookcommands.appearance(window),
        *_trace(window),
        *_graph(window),
        *_help(window),
        *cards.commands(window),
        *filters.commands(window),
        *lookcommands.colours(window),
    ]


def _edit(window: MainWindow) -> list[Command]:
    from workstation.ui import going

    return [
        own(
            "view.search",
            "Search",
            "Edit",
            "Find an address, a transaction, a label or a finding.",
            partial(going.search, window),
            "Ctrl+F",
            needs_case,
        ),
        own(
            "view.copy_id",
            "Copy exact identifier",
            "Edit",
            "Copy the whole address or transaction id.",
            window.copy_ids,
            "Ctrl+Shift+C",
            needs_selection,
        ),
        own(
            "view.copy_rows",
            "Copy rows as text",
            "Edit",
            "Copy the marked transfers with exact amounts.",
            partial(going.copy_rows, window),
            "",
            needs_case,
        ),
    ]


def _trace(window: MainWindow) -> list[Command]:
    from workstation.ui.inspection import pathmark
    from workstation.ui.workbench import flows as workbench
    from workstation.ui.workbench import statementflow, walking

    return [
        own(
            "view.trace_ask",
            "Trace forward with choices",
            "Trace",
            "Choose methods, amount, stops and limits, then follow where it went.",
            partial(workbench.ask, window, "forward"),
            "Shift+F",
            needs_selection,
        ),
        own(
            "view.trace_ask_back",
            "Trace backward with choices",
            "Trace",
            "Choose methods, amount, stops and limits, then follow where it came from.",
            partial(workbench.ask, window, "backward"),
            "Shift+B",
            needs_selection,
        ),
        own(
            "view.walk",
            "Walk the path of one payment",
            "Trace",
            "Step by step from the source to the selected holder, line or transfer, under the run on the graph.",
            partial(walking.begin, window),
            "W",
            needs_selection,
        ),
        own(
            "view.path_mark",
            "Mark the start or end of a path",
            "Trace",
            "On one address it marks the start, on another the end: the inspector shows how much can have gone and how.",
            partial(pathmark.mark, window),
            "X",
            pathmark.needs_address,
        ),
        own(
            "view.paths_between",
            "Paths between two addresses",
            "Trace",
            "Times, amounts, upper bound and what every method attributes, both ways, for the two selected addresses.",
            partial(pathmark.between, window),
            "",
            pathmark.needs_two,
        ),
        own(
            "view.statement",
            "Statement of account",
            "Trace",
            "Running balance of the selected address or entity, and the receipts every payment is made of.",
            partial(statementflow.show, window),
            "",
            statementflow.needs_account,
        ),
    ]


def _graph(window: MainWindow) -> list[Command]:
    from workstation.ui import editing, exportpicture, fan
    from workstation.ui.present import stage

    return [
        own(
            "view.snap",
            "Snap while dragging",
            "Layout",
            "Nodes that are dragged stop on the grid; the same again switches it off.",
            partial(snap, window),
        ),
        own(
            "view.lasso",
            "Lasso",
            "View",
            "Dragging draws a line around nodes; the same again draws a box. Ctrl and dragging always draws a lasso.",
            partial(editing.toggle_lasso, window),
            "Q",
            needs_case,
        ),
        own(
            "view.next_card",
            "Next note card",
            "View",
            "Take a note card to hand: arrows move it, Enter edits it, Del removes it, Esc leaves it.",
            partial(editing.next_card, window),
            "T",
            needs_case,
        ),
        own(
            "graph.split_edge",
            "Split line",
            "Graph",
            "Draw the selected line as one line for each transfer, or bundle them again.",
            partial(fan.split, window),
            "",
            needs_case,
        ),
        own(
            "view.export_picture",
            "Export picture",
            "Case",
            "The graph as it is looked at, as PNG, SVG or PDF, with case, scope, filters and custody printed on it.",
            partial(exportpicture.ask, window),
            "Ctrl+E",
            exportpicture.needs_graph,
        ),
        own(
            "view.present",
            "Present",
            "Scenes",
            "Show the scenes one after the other, large, with names of persons masked. Esc puts everything back.",
            partial(stage.start, window),
            "F5",
            needs_case,
        ),
        own(
            "view.present_here",
            "Present from here",
            "Scenes",
            "Begin with the first scene of this graph.",
            partial(stage.start, window, here=True),
            "Shift+F5",
            needs_case,
        ),
    ]


def _help(window: MainWindow) -> list[Command]:
    from workstation.ui import everything

    return [
        own("view.help", "Help", "Help", "The help pages.", partial(everything.help_page, window), "F1"),
        own("view.keys", "Keys", "Help", "Every key.", partial(everything.keys, window), "Ctrl+/"),
        own("view.about", "About", "Help", "Version and licence.", partial(everything.about, window)),
    ]

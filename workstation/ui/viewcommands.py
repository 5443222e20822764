"""Owns the commands of the window itself: what is shown and where the keyboard is. None of them changes the case."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from workstation.app.commands.registry import Command
from workstation.ui.actions import own
from workstation.ui.settings import SCALES
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def needs_case(session: Any) -> str:
    """On while a case is open."""
    return "" if session is not None else tr("open a case first")


def needs_selection(session: Any) -> str:
    """On while something is selected."""
    return "" if session is not None and session.selection else tr("select something first")


def snap(window: MainWindow) -> None:
    """Switch the grid for dragging on or off, and say which."""
    view = window.canvas.view if window.canvas is not None else None
    if view is not None:
        view.snap = not view.snap
        window.say(tr("Dragged nodes stop on the grid") if view.snap else tr("Dragged nodes stop anywhere"))


def view_commands(window: MainWindow) -> list[Command]:
    """Everything the window can do without changing the case."""
    from workstation.ui import editing, exportpicture, fan, flows, importing, motion
    from workstation.ui.cards import commands as cards
    from workstation.ui.docks import DOCKS
    from workstation.ui.filters import commands as filters
    from workstation.ui.inspection import pathmark
    from workstation.ui.present import stage
    from workstation.ui.workbench import flows as workbench
    from workstation.ui.workbench import statementflow, walking

    def canvas(key: str) -> None:
        if window.canvas is not None:
            window.canvas.view_key(key)

    def step_tab(by: int) -> None:
        if window.canvas is not None and window.canvas.tabs.count():
            tabs = window.canvas.tabs
            tabs.setCurrentIndex((tabs.currentIndex() + by) % tabs.count())

    def scale(by: int) -> None:
        near = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - window.settings.scale))
        window.set_scale(SCALES[min(len(SCALES) - 1, max(0, near + by))])

    def show_plugins() -> None:
        from workstation.ui.plugins import trust  # reads manifests: not before it is asked for

        trust.show(window)

    def full() -> None:
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    made = [
        own(
            "view.new_case",
            "New case",
            "Case",
            "Make a case file, encrypted if you like.",
            partial(flows.new_case, window),
            "Ctrl+N",
        ),
        own("view.open_case", "Open case", "Case", "Open a .wcase file.", partial(flows.open_case, window), "Ctrl+O"),
        own(
            "view.map_columns",
            "Map the columns of a table",
            "Case",
            "For spreadsheets no reader knows: say what each column means, check it live, import it.",
            partial(importing.choose_and_map, window),
            "",
            needs_case,
        ),
        own(
            "view.plugins",
            "Plugins",
            "Analyse",
            "See how every plugin stands, what it asks for, and approve exactly its bytes.",
            show_plugins,
        ),
        own(
            "view.scan",
            "Scan a file for addresses",
            "Case",
            "Find addresses and transaction ids in a text, PDF, mail or dump; each hit is a proposal.",
            partial(importing.choose_and_scan, window),
            "",
            needs_case,
        ),
        own(
            "view.demo_romance",
            "Open demo: romance scam",
            "Case",
            "A fictional case in USDT on TRON.",
            partial(window.open_demo, "romance"),
        ),
        own(
            "view.demo_colonial",
            "Open demo: Colonial Pipeline",
            "Case",
            "The real ransom payment of 2021 in Bitcoin.",
            partial(window.open_demo, "colonial"),
        ),
        own(
            "view.verify_package",
            "Verify a package",
            "Case",
            "Check an evidence package.",
            partial(flows.verify_package, window),
        ),
        own(
            "view.reproduce",
            "Reproduce a package",
            "Case",
            "Build the case of a package again from its sources and compare every result, byte for byte.",
            partial(flows.reproduce_package, window),
        ),
        own(
            "view.close_case",
            "Close case",
            "Case",
            "Everything is saved already.",
            window.close_session,
            "Ctrl+W",
            needs_case,
        ),
        own("view.quit", "Quit", "Case", "Close the window.", window.close, "Ctrl+Q"),
        own(
            "view.search",
            "Search",
            "Edit",
            "Find an address, a transaction, a label or a finding.",
            partial(flows.search, window),
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
            partial(flows.copy_rows, window),
            "",
            needs_case,
        ),
        own(
            "view.palette",
            "All commands",
            "View",
            "Every command and everything of the case, by name.",
            partial(flows.palette, window),
            "Ctrl+K",
        ),
        own("view.fit", "Fit the graph", "View", "Show the whole graph.", partial(canvas, "Home"), "Home", needs_case),
        own("view.zoom_in", "Zoom in", "View", "Make the graph larger.", partial(canvas, "+"), "+", needs_case),
        own("view.zoom_out", "Zoom out", "View", "Make the graph smaller.", partial(canvas, "-"), "-", needs_case),
        own(
            "view.zoom_100",
            "Zoom 100 %",
            "View",
            "Show the graph in its own size.",
            partial(canvas, "1"),
            "1",
            needs_case,
        ),
        own(
            "view.back",
            "Back",
            "View",
            "Go to the view before this one.",
            partial(flows.back, window, -1),
            "Alt+Left",
            needs_case,
        ),
        own(
            "view.forward",
            "Forward",
            "View",
            "Go to the view you came back from.",
            partial(flows.back, window, 1),
            "Alt+Right",
            needs_case,
        ),
        own(
            "view.next_tab",
            "Next graph",
            "View",
            "Show the next graph tab.",
            partial(step_tab, 1),
            "Ctrl+PgDown",
            needs_case,
        ),
        own(
            "view.previous_tab",
            "Previous graph",
            "View",
            "Show the graph tab before.",
            partial(step_tab, -1),
            "Ctrl+PgUp",
            needs_case,
        ),
        own(
            "view.canvas",
            "Go to the graph",
            "View",
            "Give the keyboard to the graph.",
            window.focus_canvas,
            "Ctrl+0",
            needs_case,
        ),
    ]
    for name, title, _area, key in DOCKS:
        words = f"{title} panel"
        made.append(
            own(
                f"view.panel_{name}",
                words,
                "View",
                "Show this panel, or hide it when it has the keyboard.",
                partial(window.show_dock, name, toggle=True),
                key,
                needs_case,
            )
        )
    made += [
        own(
            "view.next_pane",
            "Next pane",
            "View",
            "Move the keyboard to the next pane.",
            partial(window.next_pane, 1),
            "F6",
            needs_case,
        ),
        own(
            "view.previous_pane",
            "Previous pane",
            "View",
            "Move the keyboard to the pane before.",
            partial(window.next_pane, -1),
            "Shift+F6",
            needs_case,
        ),
        own(
            "view.next_problem",
            "Next problem",
            "View",
            "Go to the next problem.",
            partial(flows.problem, window, 1),
            "F7",
            needs_case,
        ),
        own(
            "view.previous_problem",
            "Previous problem",
            "View",
            "Go to the problem before.",
            partial(flows.problem, window, -1),
            "F8",
            needs_case,
        ),
        own(
            "view.show_rows",
            "Show source rows",
            "View",
            "List the transfers of the selection in the table.",
            partial(flows.show_rows, window),
            "",
            needs_selection,
        ),
        own(
            "view.zone",
            "UTC or case zone",
            "View",
            "Show times in UTC or in the zone of the case.",
            window.desk.display.toggle_zone,
            "",
            needs_case,
        ),
        own(
            "view.exact",
            "Exact or short amounts",
            "View",
            "Show all decimals, or short amounts.",
            window.desk.display.toggle_exact,
            "",
            needs_case,
        ),
        own("view.larger", "Larger text", "View", "Make all text larger.", partial(scale, 1), "Ctrl++"),
        own("view.smaller", "Smaller text", "View", "Make all text smaller.", partial(scale, -1), "Ctrl+-"),
        own(
            "view.reduced_motion",
            "Reduced motion",
            "View",
            "Nothing glides and the time line steps instead of playing; the same again brings motion back.",
            partial(motion.toggle, window),
        ),
        own("view.full_screen", "Full screen", "View", "Use the whole screen, or stop that.", full, "F11"),
        own(
            "view.reset",
            "Reset workspace",
            "View",
            "Put every panel back to its place.",
            window.reset_workspace,
            "",
            needs_case,
        ),
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
        own("view.help", "Help", "Help", "The help pages.", partial(flows.help_page, window), "F1"),
        own("view.keys", "Keys", "Help", "Every key.", partial(flows.keys, window), "Ctrl+/"),
        own("view.about", "About", "Help", "Version and licence.", partial(flows.about, window)),
    ]
    made += cards.commands(window)
    made += filters.commands(window)
    for theme in ("light", "dark", "projector"):
        made.append(
            own(
                f"view.theme_{theme}",
                f"Theme: {theme}",
                "Theme",
                "Change the colours of the window.",
                partial(window.set_theme, theme),
            )
        )
    return made

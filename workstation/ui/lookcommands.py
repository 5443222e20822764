"""Owns the commands that change how the window shows a case: camera, panels, time zone, text size, themes.

None of them changes the case.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from workstation.app.commands.registry import Command
from workstation.ui.actions import needs_case, needs_selection, own
from workstation.ui.settings import SCALES, THEMES

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def camera(window: MainWindow) -> list[Command]:
    """Zoom, the views before, the graph tabs."""
    from workstation.ui import everything, going

    def canvas(key: str) -> None:
        if window.canvas is not None:
            window.canvas.view_key(key)

    def step_tab(by: int) -> None:
        if window.canvas is not None and window.canvas.tabs.count():
            tabs = window.canvas.tabs
            tabs.setCurrentIndex((tabs.currentIndex() + by) % tabs.count())

    return [
        own(
            "view.palette",
            "All commands",
            "View",
            "Every command and everything of the case, by name.",
            partial(everything.palette, window),
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
            partial(going.back, window, -1),
            "Alt+Left",
            needs_case,
        ),
        own(
            "view.forward",
            "Forward",
            "View",
            "Go to the view you came back from.",
            partial(going.back, window, 1),
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


def panels(window: MainWindow) -> list[Command]:
    """Every dock, the way between them, problems and rows."""
    from workstation.ui import going
    from workstation.ui.docks import DOCKS

    made = [
        own(
            f"view.panel_{name}",
            f"{title} panel",
            "View",
            "Show this panel, or hide it when it has the keyboard.",
            partial(window.show_dock, name, toggle=True),
            key,
            needs_case,
        )
        for name, title, _area, key in DOCKS
    ]
    return [
        *made,
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
            partial(going.problem, window, 1),
            "F7",
            needs_case,
        ),
        own(
            "view.previous_problem",
            "Previous problem",
            "View",
            "Go to the problem before.",
            partial(going.problem, window, -1),
            "F8",
            needs_case,
        ),
        own(
            "view.show_rows",
            "Show source rows",
            "View",
            "List the transfers of the selection in the table.",
            partial(going.show_rows, window),
            "",
            needs_selection,
        ),
    ]


def appearance(window: MainWindow) -> list[Command]:
    """Time zone, amounts, text size, motion, the workspace."""
    from workstation.ui import motion

    def scale(by: int) -> None:
        near = min(range(len(SCALES)), key=lambda i: abs(SCALES[i] - window.settings.scale))
        window.set_scale(SCALES[min(len(SCALES) - 1, max(0, near + by))])

    def full() -> None:
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    return [
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
    ]


def colours(window: MainWindow) -> list[Command]:
    """The themes."""
    return [
        own(
            f"view.theme_{theme}",
            f"Theme: {theme}",
            "Theme",
            "Change the colours of the window.",
            partial(window.set_theme, theme),
        )
        for theme in THEMES
    ]

"""Owns the commands of the filter bar and of finding on the graph. None of them changes the case."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from workstation.app.commands.registry import Command
from workstation.ui.actions import own
from workstation.ui.filters import finding
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def _needs_graph(session: Any) -> str:
    return "" if session is not None and session.graph else tr("open a graph first")


def _bar(window: MainWindow) -> None:
    if window.canvas is not None:
        window.canvas.filters.toggle()


def commands(window: MainWindow) -> list[Command]:
    """Show the filter bar; find the next and the previous place of a text on the graph."""
    return [
        own(
            "view.filters", "Filter bar", "View",
            "Filter the graph by name, tag, role, asset, amount, finding or trace run; the same again closes the bar.",
            partial(_bar, window), "Ctrl+Shift+F", _needs_graph,
        ),
        own(
            "view.find_next", "Find next on the graph", "Edit",
            "Go to the next place of the graph that the text in the search box leads to.",
            partial(finding.step, window, 1), "F3", _needs_graph,
        ),
        own(
            "view.find_previous", "Find previous on the graph", "Edit",
            "Go to the place before.",
            partial(finding.step, window, -1), "Shift+F3", _needs_graph,
        ),
    ]  # fmt: skip

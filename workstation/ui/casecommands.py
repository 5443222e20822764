"""Owns the commands of the window on whole cases and packages: new, open, import by hand, verify, close, quit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from workstation.app.commands.registry import Command
from workstation.ui.actions import needs_case, own

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def commands(window: MainWindow) -> list[Command]:
    """Cases and packages."""
    from workstation.ui import casefiles, importing

    def show_plugins() -> None:
        from workstation.ui.plugins import trust  # reads manifests: not before it is asked for

        trust.show(window)

    def show_runs() -> None:
        from workstation.ui.plugins import runs

        runs.show(window)

    return [
        own(
            "view.new_case",
            "New case",
            "Case",
            "Make a case file, encrypted if you like.",
            partial(casefiles.new_case, window),
            "Ctrl+N",
        ),
        own(
            "view.open_case", "Open case", "Case", "Open a .wcase file.", partial(casefiles.open_case, window), "Ctrl+O"
        ),
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
            "view.plugin_runs",
            "Runs of analyses",
            "Analyse",
            "See which analyses ran on this case, who asked what, and what came of it; open one or ask it again.",
            show_runs,
            "",
            needs_case,
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
            partial(casefiles.verify_package, window),
        ),
        own(
            "view.reproduce",
            "Reproduce a package",
            "Case",
            "Build the case of a package again from its sources and compare every result, byte for byte.",
            partial(casefiles.reproduce_package, window),
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
    ]

"""Owns the way in: joins the two front ends, which never import each other. Must not hold any other logic.

The window floor is imported only when it is asked for, so that every verb works where Qt cannot start.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workstation.app.session import Session


class _Screens:
    """The window floor, see ``cli.screens.Screens``."""

    def window(self, case: Path | None, demo: bool) -> int:
        """Open the window."""
        from workstation.ui.app import run

        return run(case, demo=demo)

    def screenshot(
        self, session: Session, out: Path, *, view: str, theme: str, size: tuple[int, int], run: int = 0
    ) -> tuple[int, int]:
        """Draw the window into a PNG."""
        from workstation.ui.snapshot import screenshot

        return screenshot(session, out, view=view, theme=theme, size=size, run=run)

    def png(self, session: Session) -> Callable[[], bytes]:
        """The graph, drawn; what is given makes the PNG of it."""
        from workstation.ui.snapshot import graph_png

        return graph_png(session)

    def works(self) -> str:
        """Empty when Qt starts here."""
        from workstation.ui.probe import missing

        return missing()


def _worker(module: list[str], arguments: list[str]) -> int:
    """The process of a plugin or of the typesetter. Only these may be named, so that the switch opens no other door."""
    sys.dont_write_bytecode = True
    if module == ["worker"]:
        from workstation.sdk.worker import main as run
    elif module == ["runner"]:
        from workstation.sdk.runner import main as run
    elif module == ["rehearsal"]:
        from workstation.sdk.rehearsal import main as run
    elif module == ["typesetting"]:
        from workstation.evidence.typesetting import main as run
    else:
        return 2
    return run(arguments)


def main() -> int:
    """Runs the program with the arguments of this process; gives the exit code."""
    if sys.argv[1:2] == ["--plugin-worker"]:  # how a frozen program starts ``paths.own_process``: before all else
        return _worker(sys.argv[2:3], sys.argv[3:])
    if len(sys.argv) == 1:
        return _Screens().window(None, False)  # the window starts faster without the command line
    from workstation.cli.main import main as run

    return run(sys.argv[1:], _Screens())


if __name__ == "__main__":
    sys.exit(main())

"""Owns the way in: joins the two front ends, which never import each other. Must not hold any other logic.

The window floor is imported only when it is asked for, so that every verb works where Qt cannot start.
"""

from __future__ import annotations

import sys
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

    def png(self, session: Session) -> bytes:
        """The graph as PNG."""
        from workstation.ui.snapshot import graph_png

        return graph_png(session)

    def works(self) -> str:
        """Empty when Qt starts here."""
        from workstation.ui.probe import missing

        return missing()


def main() -> int:
    """Runs the program with the arguments of this process; gives the exit code."""
    if len(sys.argv) == 1:
        return _Screens().window(None, False)  # the window starts faster without the command line
    from workstation.cli.main import main as run

    return run(sys.argv[1:], _Screens())


if __name__ == "__main__":
    sys.exit(main())

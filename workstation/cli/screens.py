"""Owns what the command line asks of the window floor. The two front ends never import each other, so the start of the
program (``workstation.__main__``) hands an object of this shape over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from workstation.app.session import Session


class Screens(Protocol):
    """The window floor, loaded only when one of these is called."""

    def window(self, case: Path | None, demo: bool) -> int:
        """Open the window, with a case or the demo; gives the exit code."""
        ...

    def screenshot(
        self, session: Session, out: Path, *, view: str, theme: str, size: tuple[int, int], run: int = 0
    ) -> tuple[int, int]:
        """Draw the window of a case into a PNG without a screen; gives the numbers of nodes and edges shown.

        ``run``: a kept trace run whose marked money is drawn."""
        ...

    def png(self, session: Session) -> Callable[[], bytes]:
        """The graph of a case, drawn; what is given makes the PNG of it."""
        ...

    def works(self) -> str:
        """Empty when Qt starts here (tried in a child process), else what is missing in one sentence."""
        ...

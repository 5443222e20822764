"""Owns splitting a line into its transfers on the canvas, and bundling them again. What that means is ``app/fans``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.ui.desk import Desk
from workstation.ui.translate import count, tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def toggle(desk: Desk, edges: Sequence[int]) -> str:
    """Fan lines out, or bundle those that are fanned out already; says what happened."""
    from workstation.app import bus, fans

    session = desk.session
    if session is None:
        return ""
    picture, opened = session.graphs.picture(session.graph), session.graphs.fans(session.graph)
    lines = {fans.line(picture, edge) for edge in edges if edge < len(picture.edges)}
    several = {fans.line(picture, edge) for edge in edges if fans.can_fan(picture, edge)}
    shut = lines & opened
    if not shut and not several:
        return tr("This line is one transfer, or more than {n}; the Transfers table lists them.", n=fans.MOST)
    wanted = opened - shut if shut else opened | several
    session.graphs.fan(session.graph, wanted)
    desk.mark_lines(picture, ())
    session.bus.publish(bus.GraphChanged(session.graph))
    if shut:
        return tr("Bundled: {n}", n=count(len(shut), "line", "lines"))
    return tr("Split into transfers: {n}", n=count(len(several), "line", "lines"))


def split(window: MainWindow) -> None:
    """The command: split the selected lines."""
    edges = window.desk.selected_edges
    window.say(toggle(window.desk, edges) if edges else tr("Select a line on the canvas first."))

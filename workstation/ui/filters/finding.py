"""Owns F3: from one place where the searched text stands on the graph to the next. It keeps nothing: what is selected
tells where one is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workstation.domain.subjects import parse
from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.analysis.picture import Node
    from workstation.ui.window import MainWindow


def step(window: MainWindow, by: int) -> None:
    """Select the next (or previous) place of the text in the search box and bring it into the middle."""
    from workstation.app.spotting import spots
    from workstation.app.spotting import step as stepped

    session, canvas = window.desk.session, window.canvas
    words = window.top.search.text().strip()
    if session is None or canvas is None:
        return
    if not words:
        window.top.search.setFocus()
        window.say(tr("Write what to find first"))
        return
    found = spots(session, words)
    if not found:
        window.say(tr("Nothing on this graph matches “{words}”", words=words[:60]))
        return
    number = stepped(session, found, by)
    if window.searching.list is not None:
        window.searching.list.hide()
    window.desk.select(*(parse(key) for key in found[number].keys))
    canvas.look_at(found[number].keys)
    passed = canvas.found
    faint = passed is not None and not _passes(canvas.shown().nodes, passed.nodes.tolist(), found[number].keys)
    window.say(
        tr("{n} of {all} on the graph", n=f"{number + 1:,}", all=f"{len(found):,}")
        + (f" · {tr('outside the filters')}" if faint else "")
    )


def _passes(nodes: Sequence[Node], seen: Sequence[bool], keys: Sequence[str]) -> bool:
    return all(passes for node, passes in zip(nodes, seen, strict=True) if node.key in keys)

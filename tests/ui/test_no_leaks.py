"""Memory: after any number of like rounds as many of our objects exist as after the first; counted, not weighed."""

from __future__ import annotations

import collections
import gc
from collections.abc import Callable

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.domain.subjects import parse
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui

_ROUNDS = 4


def _count() -> collections.Counter[str]:
    """How many objects of the program's own classes exist."""
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.unfreeze()
    gc.collect()
    kinds = (type(each) for each in gc.get_objects())
    return collections.Counter(
        f"{kind.__module__}.{kind.__qualname__}" for kind in kinds if str(kind.__module__).startswith("workstation.")
    )


def _more(first: collections.Counter[str], last: collections.Counter[str]) -> dict[str, int]:
    """What grew by at least one for each round after the first; the undo history keeps every step on purpose."""
    grown = {kind: last[kind] - first[kind] for kind in last if last[kind] - first[kind] >= _ROUNDS - 1}
    return {kind: more for kind, more in grown.items() if not kind.endswith(".UndoEntry")}


def _work(window: MainWindow, session: Session, qtbot: QtBot) -> None:
    """One round: select, move, undo, a dialog, a panel, another size of type, the stage."""
    node = next(n for n in session.graphs.picture(session.graph).nodes if n.kind == "address")
    session.select([parse(node.key)])
    session.run("graph.move", positions={node.key: (node.x + 40, node.y)})
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    session.run("edit.undo")
    window.ask("tag.add")
    window.close_dialogs()
    for name in ("history", "flows", "timeline", "outline"):
        window.show_dock(name)
    window.set_scale(125)
    window.set_scale(100)
    window.ask("view.present")
    assert window.stage is not None
    window.stage.leave()
    session.select([])
    qtbot.waitUntil(lambda: window.desk.queue.idle and not any(job.active for job in session.jobs.all()))
    assert window.canvas is not None
    assert window.canvas.view is not None
    qtbot.waitUntil(window.canvas.view.item.settled)  # with all its labels, not as many as there was time for


def test_rounds_of_work_leave_nothing_behind(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """The same work on one open case."""
    counts = []
    for _ in range(_ROUNDS + 1):
        _work(window, demo, qtbot)
        counts.append(_count())
    assert _more(counts[1], counts[-1]) == {}


def test_cases_that_are_closed_leave_nothing_behind(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    """A case opened, worked on and closed, again and again."""
    counts = []
    for _ in range(_ROUNDS + 1):
        _work(window, open_demo(), qtbot)
        window.close_session()
        counts.append(_count())
    assert counts[-1]["workstation.app.session.Session"] <= 1  # the last one, until another is opened
    assert _more(counts[1], counts[-1]) == {}

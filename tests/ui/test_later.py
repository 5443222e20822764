"""Panels read once for any number of changes, one a turn, only while somebody sees them; moving a node rebuilds none."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.domain.subjects import parse
from workstation.ui.later import Later, Queue
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def _panel(queue: Queue, read: list[str], name: str) -> tuple[QWidget, Later]:
    panel = QWidget()
    panel.resize(100, 100)
    return panel, Later(queue, panel, lambda: read.append(name))


def _shown(queue: Queue, read: list[str], qtbot: QtBot) -> Later:
    panel, later = _panel(queue, read, "panel")
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return later


def test_many_changes_are_read_once_on_the_next_turn(qtbot: QtBot) -> None:
    """Nothing is read while the change is told; afterwards once."""
    queue, read = Queue(), list[str]()
    later = _shown(queue, read, qtbot)
    for _ in range(20):
        later.ask()
    assert read == []
    qtbot.waitUntil(lambda: queue.idle)
    assert read == ["panel"]


def test_a_panel_behind_another_tab_waits_until_it_is_seen(qtbot: QtBot) -> None:
    """Hidden panels cost nothing; shown ones are never out of date."""
    queue, read = Queue(), list[str]()
    tabs = QTabWidget()
    qtbot.addWidget(tabs)
    laters = []
    for name in ("front", "behind"):
        panel, later = _panel(queue, read, name)
        tabs.addTab(panel, name)
        laters.append(later)
    tabs.show()
    qtbot.waitExposed(tabs)
    for later in laters:
        later.ask()
    qtbot.waitUntil(lambda: queue.idle)
    assert read == ["front"]
    tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: read == ["front", "behind"])


def test_a_panel_that_is_gone_is_not_read(qtbot: QtBot) -> None:
    """A panel may be deleted while it waits for its turn."""
    queue, read = Queue(), list[str]()
    panel, later = _panel(queue, read, "gone")
    panel.show()
    qtbot.waitExposed(panel)
    later.ask()
    panel.deleteLater()
    del panel, later
    qtbot.waitUntil(lambda: queue.idle)
    assert len(read) <= 1
    queue.empty()


@pytest.mark.parametrize("turn", [-1.0, 10.0])
def test_what_a_job_brings_comes_in_order_and_before_any_panel_reads(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, turn: float
) -> None:
    """Whether the calls fit into one turn or each would be too long for it (then time goes on, and all come)."""
    monkeypatch.setattr("workstation.ui.later._TURN", turn)
    queue, read = Queue(), list[str]()
    later = _shown(queue, read, qtbot)
    later.ask()
    for number in range(3):
        queue.call(lambda number=number: read.append(f"call {number}"))  # type: ignore[misc]
    assert read == []
    assert not queue.idle
    qtbot.waitUntil(lambda: queue.idle)
    assert read == ["call 0", "call 1", "call 2", "panel"]


def test_nothing_is_read_while_parts_in_sight_are_dressed(qtbot: QtBot) -> None:
    """They would be measured twice, in the old sheet and in the new one."""
    queue, read = Queue(), list[str]()
    later = _shown(queue, read, qtbot)
    dressing = [True] * 5

    def hurried() -> bool:
        assert read == []
        return bool(dressing and dressing.pop())

    queue.hurried = hurried
    later.ask()
    qtbot.waitUntil(lambda: queue.idle)
    assert read == ["panel"]
    assert dressing == []


def test_moving_a_node_rebuilds_nothing_that_shows_no_places(
    window: MainWindow, demo: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The inspector and the tree of the case stay as they are while nodes are dragged."""
    node = next(n for n in demo.graphs.picture(demo.graph).nodes if n.kind == "address")
    demo.select([parse(node.key)])
    qtbot.waitUntil(lambda: window.desk.queue.idle and not any(job.active for job in demo.jobs.all()))
    qtbot.waitUntil(lambda: window.desk.queue.idle)  # its exposure has been read as well
    kept = window.inspector.column.itemAt(0).widget()  # type: ignore[union-attr]
    demo.run("graph.move", positions={node.key: (node.x + 40, node.y)})
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    assert window.inspector.column.itemAt(0).widget() is kept  # type: ignore[union-attr]
    demo.run("tag.add", subjects=[parse(node.key)], label="Seen now")
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    assert window.inspector.column.itemAt(0).widget() is not kept  # type: ignore[union-attr]


def test_a_closed_case_leaves_nothing_in_any_panel(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """Also in those that nobody sees."""
    window.show_dock("history")
    window.docks["history"].hide()
    assert window.history is not None
    assert window.history.model.entries
    window.close_session()
    assert not window.history.model.entries


def test_rebuilding_the_inspector_opens_no_window(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """A button that is shown before it has a place flashes up as a window and takes the keyboard from a dialog."""
    demo.select([parse(next(n.key for n in demo.graphs.picture(demo.graph).nodes if n.kind == "address"))])
    window.ask("tag.add")
    dialog = window.dialogs[-1]
    dialog.activateWindow()
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    qtbot.waitUntil(dialog.isActiveWindow)
    assert dialog.isAncestorOf(QApplication.focusWidget() or window)

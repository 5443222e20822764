"""The walk of one payment in the real window: shown from the dock, step by step with keys, missing nodes, leaving."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.domain.subjects import Subject, parse
from workstation.ui import actions, tainted
from workstation.ui.window import MainWindow
from workstation.ui.workbench.panel import TracePanel
from workstation.ui.workbench.walk import Walk

pytestmark = pytest.mark.gui


def subject(session: Session, label: str) -> Subject:
    """The drawn subject with a label."""
    keys = [node.key for node in session.graphs.picture(session.graph).nodes]
    return next(parse(key) for key in keys if session.graphs.label(parse(key)) == label)


def panel(window: MainWindow) -> TracePanel:
    """The Trace dock."""
    found = window.docks["trace"].widget()
    assert isinstance(found, TracePanel)
    return found


def traced(window: MainWindow, session: Session, qtbot: QtBot) -> TracePanel:
    """Trace from the first victim with the key on the canvas."""
    session.select([subject(session, "Victim 1")])
    assert window.canvas is not None
    window.focus_canvas()
    qtbot.keyClick(window.canvas.view, Qt.Key.Key_F)
    dock = panel(window)
    qtbot.waitUntil(lambda: dock.shown is not None and bool(dock.table.board.rows))
    return dock


def shown(window: MainWindow, session: Session, method: str) -> bool:
    """Whether the canvas draws a run of a method."""
    assert window.canvas is not None
    assert window.canvas.view is not None
    return window.canvas.view.item.data_.tint.legend.startswith(f"Taint: {method}, run ")


def walking(window: MainWindow, session: Session, qtbot: QtBot, label: str = "Exchange A deposit") -> Walk:
    """Begin the walk to a holder with the key on the canvas."""
    assert window.canvas is not None
    session.select([subject(session, label)])
    window.focus_canvas()
    qtbot.keyClick(window.canvas.view, Qt.Key.Key_W)
    bar = window.canvas.walk
    qtbot.waitUntil(lambda: bar.way is not None)
    return bar


def test_keys_of_tracing_and_expanding(window: MainWindow, demo: Session) -> None:
    keys = actions.canvas_keys(window.registry)
    wanted = {
        "F": "trace.forward", "B": "trace.backward", "Shift+F": "view.trace_ask", "Shift+B": "view.trace_ask_back",
        "E": "graph.expand", ".": "graph.expand_forward", ",": "graph.expand_back", "K": "finding.new", "W": "view.walk",
    }  # fmt: skip
    assert {key: keys.get(key) for key in wanted} == wanted
    assert keys["T"] == "view.next_card"
    assert "V" not in keys
    assert actions.duplicate_keys(window.registry) == []


def test_full_stop_and_comma_expand_on_the_canvas(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    assert window.canvas is not None
    said: list[str] = []
    window.canvas._run_key = lambda key: bool(said.append(key)) or True
    window.focus_canvas()
    for key in (Qt.Key.Key_Period, Qt.Key.Key_Comma):
        qtbot.keyClick(window.canvas.view, key)
    assert said == [".", ","]


def test_the_marked_method_is_drawn_and_follows_the_dock(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    dock = traced(window, demo, qtbot)
    assert window.canvas is not None
    assert window.canvas.view is not None
    assert not window.canvas.view.item.data_.marked
    dock.on_graph.setChecked(True)
    qtbot.waitUntil(lambda: shown(window, demo, str(dock.method.currentData())))
    dock.method.setCurrentIndex(dock.method.findData("fifo"))
    qtbot.waitUntil(lambda: shown(window, demo, "fifo"))
    data = window.canvas.view.item.data_
    number = data.number[subject(demo, "Collector 1").key]
    assert 0 < data.taint[number] < 1
    assert "Taint: fifo, run " in window.canvas.scope_words.text()
    lines = tainted.node_lines(demo, data.keys[number])
    assert (
        lines[0]
        .replace(",", "")
        .startswith("tainted 14600.929872 USDT of 51252.714891 USDT that came in under fifo (run ")
    )
    assert any("under fifo" in line for line in tainted.edge_lines(demo, int((data.etaint > 0).argmax())))
    deposit = tainted.node_lines(demo, subject(demo, "Exchange A deposit").key)
    assert deposit[-1].replace(",", "").startswith("of it stands here: 14600.929872 USDT")
    dock.on_graph.setChecked(False)
    assert not window.canvas.view.item.data_.marked
    assert "Taint" not in window.canvas.scope_words.text()


def test_the_walk_goes_step_by_step_and_leaves_everything_as_it_was(
    window: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    traced(window, demo, qtbot)
    bar = walking(window, demo, qtbot)
    assert window.canvas is not None
    view = window.canvas.view
    assert view is not None
    assert bar.way is not None
    assert len(bar.way.stages) == 4
    assert bar.head.text().startswith("Step 1 of 4")
    assert not bar.back.isEnabled()
    data = view.item.data_
    assert data.seen_nodes is not None
    assert {data.keys[n] for n in data.seen_nodes.nonzero()[0]} == {
        subject(demo, name).key for name in ("Victim 1", "Collector 1", "Exchange A deposit")
    }
    for n in (2, 3, 4, 4):
        qtbot.keyClick(view, Qt.Key.Key_PageDown)
        assert bar.head.text().startswith(f"Step {n} of 4")
        assert len(view.selected_edges()) == 1
        stage = bar.way.stages[bar.here]
        assert set(view.selected_keys()) == {stage.source.key, stage.target.key}  # type: ignore[union-attr]
        at = view.item.camera().pixels(data.pos[[data.number[key] for key in view.selected_keys()]])
        assert (at >= 0).all()
        assert (at[:, 0] <= view.width()).all()
        assert (at[:, 1] <= view.height()).all()
    assert not bar.next.isEnabled()
    assert "Exchange A deposit" in bar.words.text().replace("\u200b", "")
    qtbot.keyClick(view, Qt.Key.Key_PageUp)
    assert bar.head.text().startswith("Step 3 of 4")
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert bar.way is None
    assert not bar.isVisible()
    assert view.item.data_.seen_nodes is None
    assert demo.selection == (subject(demo, "Exchange A deposit"),)
    assert window.canvas.scope.isVisible()


def test_missing_nodes_come_with_one_undo_step(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    traced(window, demo, qtbot)
    middle = subject(demo, "Collector 1")
    demo.run("graph.remove", subjects=[middle])
    bar = walking(window, demo, qtbot)
    assert bar.missing() == (middle,)
    assert bar.place.isVisible()
    bar.place.click()
    assert bar.missing() == ()
    assert not bar.place.isVisible()
    assert middle.key in {node.key for node in demo.graphs.picture(demo.graph).nodes}
    assert window.canvas is not None
    assert window.canvas.view is not None
    assert window.canvas.view.item.data_.seen_nodes is not None
    demo.undo()
    assert middle.key not in {node.key for node in demo.graphs.picture(demo.graph).nodes}
    bar.leave.click()
    assert bar.way is None


def test_what_carries_nothing_is_said(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    traced(window, demo, qtbot)
    assert window.canvas is not None
    demo.select([subject(demo, "Victim 2")])
    with qtbot.waitSignal(
        window.message_shown, check_params_cb=lambda words: "carries no marked money" in words, timeout=10_000
    ):
        window.canvas_key("W")
    assert window.canvas.walk.way is None

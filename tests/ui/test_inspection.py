"""Exposure and paths in the inspector, and findings made of them and of traces: figures equal those of the case."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.app.tracing import exposures, records, views
from workstation.domain.subjects import Subject, parse
from workstation.ui.dialogs import FindingDialog
from workstation.ui.inspection import exposure
from workstation.ui.window import MainWindow
from workstation.ui.workbench.panel import TracePanel

pytestmark = pytest.mark.gui


def subject(session: Session, label: str) -> Subject:
    """The drawn subject with a label."""
    keys = [node.key for node in session.graphs.picture(session.graph).nodes]
    return next(parse(key) for key in keys if session.graphs.label(parse(key)) == label)


def said(window: MainWindow) -> list[str]:
    """Every text of the inspector."""
    return [found.text() for found in window.inspector.body.findChildren(QLabel)]


def dialog_of(window: MainWindow) -> FindingDialog:
    """The open finding editor."""
    return next(d for d in window.findChildren(FindingDialog) if d.isVisible())


def choose(dialog: FindingDialog, confidence: str) -> None:
    """Say how sure it is, which a draft leaves open."""
    box = dialog.picks["confidence"]
    assert box.currentIndex() == -1
    box.setCurrentIndex(box.findData(confidence))


def test_exposure_in_the_window_is_the_answer_of_the_command_line(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    """Same total, same parts, and a row becomes a finding that cites the transfers."""
    session = open_demo()
    collector = subject(session, "Collector 1")
    session.select([collector])
    told = exposures.exposure(records.books(session), session.graphs.names, collector)["exposure"][0]["display"]
    total = told["incoming"]["total"]
    qtbot.waitUntil(lambda: f"Together {total}" in said(window), timeout=20_000)
    for amount in (*told["incoming"]["direct"].values(), told["outgoing"]["total"]):
        assert any(amount in words for words in said(window))
    made = next(b for b in window.inspector.body.findChildren(QPushButton) if "Make a finding" in b.text())
    made.click()
    dialog = dialog_of(window)
    assert "haircut" in dialog.values()["reasons"]
    assert any(key.startswith("transfer:") for key in dialog.cited())


def test_two_addresses_show_bound_methods_and_paths_and_a_path_becomes_a_finding(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    """Select two nodes, see the paths, make a finding; it is undone in one step."""
    session = open_demo()
    ends = subject(session, "Victim 1"), subject(session, "Exchange A deposit")
    session.select(ends)
    found = views.between(records.books(session), session.graphs.names, *ends).assets[0]
    qtbot.waitUntil(lambda: any(found.best[0].arrival in words for words in said(window)), timeout=20_000)
    assert any(found.most in words for words in said(window))
    assert all(any(amount in words for words in said(window)) for _, amount in found.methods)
    buttons = window.inspector.body.findChildren(QPushButton)
    button = next(b for b in buttons if b.accessibleName() == "Finding, path 1")
    button.click()
    dialog = dialog_of(window)
    before = len(session.store.rows("finding"))
    dialog.try_accept()
    assert dialog.isVisible()
    assert dialog.problem.text() == "Choose how sure it is."
    choose(dialog, "low")
    dialog.try_accept()
    assert len(session.store.rows("finding")) == before + 1
    session.undo()
    assert len(session.store.rows("finding")) == before


def test_a_row_of_the_board_becomes_a_finding_that_cites_the_runs(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    """The draft says which methods agree and what remains, and cites every run of the question."""
    session = open_demo()
    session.select([subject(session, "Victim 1")])
    session.run("trace.forward")
    panel = window.docks["trace"].widget()
    assert isinstance(panel, TracePanel)
    qtbot.waitUntil(lambda: panel.shown is not None and bool(panel.table.board.rows), timeout=20_000)
    assert panel.shown is not None
    window.show_dock("trace")
    window.activateWindow()
    panel.table.setFocus()
    qtbot.waitUntil(panel.table.hasFocus)
    qtbot.keyClick(panel.table, Qt.Key.Key_K)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(FindingDialog)))
    dialog = dialog_of(window)
    runs = {f"run::{number}" for number in panel.shown.numbers}
    assert runs <= set(dialog.cited())
    assert "Holds under 6 of 6 methods" in dialog.values()["reasons"]
    assert "Not with a holder under fifo: nothing." in dialog.values()["reasons"]
    choose(dialog, "moderate")
    dialog.try_accept()
    links = {row["subject"] for row in session.store.rows("finding_link").values()}
    assert runs <= links


def test_a_category_selects_only_its_transfers_and_its_finding_cites_only_these(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    """The link of a part selects the transfers it stands on, and no other of the address."""
    session = open_demo()
    target = subject(session, "Collector 1")
    session.select([target])
    found = views.exposed(records.books(session), session.graphs.names, target)
    entry = next(s for s in found.sums if any(p.services for p in s.parts))
    part = next(p for p in entry.parts if p.services)
    qtbot.waitUntil(lambda: any(part.services[0].source in words for words in said(window)), timeout=20_000)
    want = f"{part.how} {part.category}"
    names = [b.accessibleName() for b in window.inspector.body.findChildren(QPushButton)]
    assert any(part.services[0].label in name for name in names), want
    keys = {f"transfer:{s.chain}:{s.ref}" for s in exposure.transfers(session, part.rows)}
    index = [p for s in found.sums for p in s.parts].index(part)
    buttons = [b for b in window.inspector.body.findChildren(QPushButton) if b.text() == "Make a finding"]
    buttons[index].click()
    assert {k for k in dialog_of(window).cited() if k.startswith("transfer:")} == keys
    window.close_dialogs()
    links = [b for b in window.inspector.body.findChildren(QPushButton) if "transfers this part" in b.toolTip()]
    links[index].click()
    assert {s.key for s in session.selection} == keys


def test_an_entity_has_exposure_in_the_window(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    """Two collectors as one party: the sum is that of the engine for the party."""
    session = open_demo()
    members = [subject(session, name) for name in ("Collector 1", "Collector 2")]
    session.run("entity.new", name="Collectors", subjects=",".join(s.key for s in members))
    key = next(k for k, row in session.store.rows("entity").items() if row["name"] == "Collectors")
    party = Subject("entity", "", key)
    session.select([party])
    told = views.exposed(records.books(session), session.graphs.names, party)
    qtbot.waitUntil(lambda: f"Together {told.sums[0].total}" in said(window), timeout=20_000)


def test_x_marks_the_start_and_the_end_of_a_path_and_esc_frees_it(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    """By key on the canvas; the scope line says where the path starts."""
    session = open_demo()
    canvas = window.canvas
    assert canvas is not None
    qtbot.waitUntil(lambda: canvas.view is not None, timeout=20_000)
    assert canvas.view is not None
    start, end = subject(session, "Victim 1"), subject(session, "Exchange A deposit")
    session.select([start])
    qtbot.keyClick(canvas.view, Qt.Key.Key_X)
    assert "path from Victim 1" in canvas.scope_words.text()
    qtbot.keyClick(canvas.view, Qt.Key.Key_Escape)
    assert canvas.path.start is None
    assert "path from" not in canvas.scope_words.text()
    qtbot.keyClick(canvas.view, Qt.Key.Key_X)
    session.select([end])
    qtbot.keyClick(canvas.view, Qt.Key.Key_X)
    assert session.selection == (start, end)
    assert canvas.path.start is None


def test_place_path_is_one_undo_step(window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot) -> None:
    """A path on an empty graph: placed at once, gone at once."""
    session = open_demo()
    ends = subject(session, "Victim 1"), subject(session, "Exchange A deposit")
    session.run("graph.new", name="Empty")
    session.select(ends)
    button = "Place path, path 1"
    qtbot.waitUntil(
        lambda: any(b.accessibleName() == button for b in window.inspector.body.findChildren(QPushButton)),
        timeout=20_000,
    )
    before = len(session.graphs.picture(session.graph).nodes)
    next(b for b in window.inspector.body.findChildren(QPushButton) if b.accessibleName() == button).click()
    assert len(session.graphs.picture(session.graph).nodes) >= before + 3
    session.undo()
    assert len(session.graphs.picture(session.graph).nodes) == before


def test_a_stopped_answer_stops_at_once_and_is_not_asked_again(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    """The work is told to stop by what it calls now and then; looking again asks nothing."""
    session = open_demo()
    answers = window.inspector.answers
    begun, ended = threading.Event(), threading.Event()

    def endless(_books: object, _names: object, watch: Callable[[int], None]) -> None:
        begun.set()
        try:
            while True:
                watch(0)
        finally:
            ended.set()

    target = subject(session, "Collector 1")
    question = ("exposure", target.key)
    answers.ask(session, question, "Exposure", endless)
    assert begun.wait(10)
    session.select([target])
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    stop = next(b for b in window.inspector.body.findChildren(QPushButton) if b.text() == "Stop computing exposure")
    stop.click()
    assert ended.wait(0.25)
    session.select([])
    session.select([target])
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    assert not answers.running(question)
    assert any(b.text() == "Compute exposure" for b in window.inspector.body.findChildren(QPushButton))

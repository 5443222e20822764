"""The method workbench: tracing from the selection, methods side by side, steps, running again, comparing, cards."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from workstation.app.commands.tracing import methods_for
from workstation.app.session import Session
from workstation.app.tracing import board, records
from workstation.domain.errors import WorkstationError
from workstation.domain.subjects import Subject, parse
from workstation.ui import actions
from workstation.ui.results import HelpWindow, ResultDialog
from workstation.ui.window import MainWindow
from workstation.ui.workbench import steps
from workstation.ui.workbench.compare import CompareDialog
from workstation.ui.workbench.dialog import Choices, TraceDialog
from workstation.ui.workbench.panel import TracePanel
from workstation.ui.workbench.rows import BEFORE

pytestmark = pytest.mark.gui


def subject(session: Session, label: str) -> Subject:
    """The drawn subject with a label."""
    keys = [node.key for node in session.graphs.picture(session.graph).nodes]
    return next(parse(key) for key in keys if session.graphs.label(parse(key)) == label)


def dock(window: MainWindow) -> TracePanel:
    """The Trace dock."""
    found = window.docks["trace"].widget()
    assert isinstance(found, TracePanel)
    return found


def trace(window: MainWindow, session: Session, qtbot: QtBot, key: str = "F", label: str = "Victim 1") -> TracePanel:
    """Select, press a canvas key, wait until the dock shows the runs."""
    session.select([subject(session, label)])
    window.canvas_key(key)
    panel = dock(window)
    way = {"F": "forward", "B": "backward"}[key]
    qtbot.waitUntil(
        lambda: panel.shown is not None and panel.shown.parameters["direction"] == way and bool(panel.table.board.rows)
    )
    return panel


def opened(window: MainWindow, qtbot: QtBot, kind: type[QDialog]) -> QDialog:
    """The dialog of a kind, when it is on screen."""
    qtbot.waitUntil(lambda: any(isinstance(d, kind) for d in window.dialogs))
    return next(d for d in window.dialogs if isinstance(d, kind))


def test_no_key_is_claimed_twice(window: MainWindow, demo: Session) -> None:
    assert actions.duplicate_keys(window.registry) == []
    keys = actions.canvas_keys(window.registry)
    assert (keys["F"], keys["B"], keys["Shift+F"]) == ("trace.forward", "trace.backward", "view.trace_ask")


def test_one_key_traces_by_every_method_of_the_ledger(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    panel = trace(window, demo, qtbot)
    assert panel.isVisible()
    assert panel.shown is not None
    methods = methods_for([subject(demo, "Victim 1")])
    assert set(panel.shown.methods) == set(methods)
    assert "clean_first" not in methods
    heads = panel.table.board.heads
    assert heads[BEFORE:-1] == panel.shown.methods
    held = next(row for row in panel.table.board.rows if row.cells[0] == "Exchange A deposit")
    assert held.cells[1:5] == ("USDT", "6 of 6", "14,600.929872", "14,600.929872")
    assert held.cells[heads.index("poison")] == "touched"
    assert held.cells[heads.index("fifo")] == "14,600.929872"
    assert "labelled exchange" in held.cells[-1]
    assert "14600929872 base units" in held.detail
    sections = [row.cells[0] for row in panel.table.board.rows if row.head]
    assert sections[0] == "Where it stands"
    assert "Where tracing stopped" in sections


def test_the_copied_board_is_whole_and_holds_no_formula(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    demo.run("tag.add", subjects=[subject(demo, "Exchange A deposit")], label="=1+1", category="exchange")
    panel = trace(window, demo, qtbot, label="Victim 1")
    lines = panel.table.as_text().split("\n")
    assert lines[0].split("\t") == list(panel.table.board.heads)
    assert len(lines) == len(panel.table.board.rows) + 1
    cells = [cell for line in lines for cell in line.split("\t")]
    assert "14,600.929872" in cells
    assert not [cell for cell in cells if cell.startswith("=")]


def test_a_row_and_a_step_select_on_the_canvas(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    panel = trace(window, demo, qtbot)
    row = next(n for n, r in enumerate(panel.table.board.rows) if r.cells[0] == "Exchange A deposit")
    panel._row_opened(row)
    assert demo.selection == (subject(demo, "Exchange A deposit"),)
    fifo = panel.table.board.heads.index("fifo")
    panel.table.setCurrentIndex(panel.table.board.index(row, fifo))
    assert panel.method.currentData() == "fifo"
    assert panel.detail.text().startswith(subject(demo, "Exchange A deposit").ref[:6])
    panel.steps.setCurrentIndex(panel.steps.texts.index(0))
    assert subject(demo, "Victim 1") in demo.selection
    assert demo.selection[0].kind == "transfer"
    assert "This payment is a source" in panel.steps.texts.texts[0]


def test_the_list_keeps_every_question_and_backward_is_another(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    trace(window, demo, qtbot)
    panel = trace(window, demo, qtbot, "B", "Exchange A deposit")
    assert len(panel.asked) == 2
    assert panel.list.texts.texts[0].startswith("To Exchange A deposit, backward")
    panel.list.setCurrentIndex(panel.list.texts.index(1))
    assert panel.shown is panel.asked[1]
    assert panel.shown.parameters["direction"] == "forward"
    assert "forward" in panel.words.text()


def test_the_same_question_is_kept_once_and_runs_again_the_same(
    window: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    panel = trace(window, demo, qtbot)
    first = [run.number for run in records.kept(demo)]
    panel._with_run("again")
    verdict = opened(window, qtbot, ResultDialog)
    assert isinstance(verdict, ResultDialog)
    assert verdict.words.text().startswith("The same, byte for byte.")
    trace(window, demo, qtbot)
    qtbot.waitUntil(lambda: not any(job.active for job in demo.jobs.all()))
    assert [run.number for run in records.kept(demo)] == first


def test_a_label_that_came_later_shows_as_a_difference(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    panel = trace(window, demo, qtbot)
    demo.run("tag.add", subjects=[subject(demo, "Collector 1")], label="Swap desk", category="exchange")
    panel._with_run("again")
    verdict = opened(window, qtbot, ResultDialog)
    assert isinstance(verdict, ResultDialog)
    assert verdict.words.text().startswith("NOT the same: 2 holders differ.")
    cells = {verdict.table.topLevelItem(n).text(4) for n in range(verdict.table.topLevelItemCount())}  # type: ignore[union-attr]
    assert cells == {"\u221214,600.929872", "14,600.929872"}


def test_two_runs_are_compared(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    panel = trace(window, demo, qtbot)
    panel._with_run("compare")
    dialog = opened(window, qtbot, CompareDialog)
    assert isinstance(dialog, CompareDialog)
    dialog.left.setCurrentIndex(1)
    dialog.right.setCurrentIndex(2)
    assert dialog.words.text() == "Asked differently: method. Every holder has the same amount."
    dialog.right.setCurrentIndex(0)
    assert "1 holder differs" in dialog.words.text()
    assert dialog.table.topLevelItemCount() == 1


def test_about_opens_the_card_of_the_marked_method(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    panel = trace(window, demo, qtbot)
    panel.method.setCurrentIndex(panel.method.findData("libr"))
    panel._with_run("about")
    dialog = opened(window, qtbot, HelpWindow)
    assert isinstance(dialog, HelpWindow)
    row = dialog.list.currentItem()
    assert row is not None
    assert row.text() == "Lowest intermediate balance"


def test_the_dialog_needs_a_reason_to_pass_services(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    demo.select([subject(demo, "Victim 1")])
    window.ask("view.trace_ask_back")
    dialog = opened(window, qtbot, TraceDialog)
    assert isinstance(dialog, TraceDialog)
    assert dialog.values()["direction"] == "backward"
    dialog.through.setChecked(True)
    dialog.try_accept()
    assert dialog.problem.text() == "1 answer cannot be used."
    assert dialog.wrongs["through"].text() == "Write why it is right to go on through services."
    dialog.why.setText("The exchange said in its answer that it is one account.")
    for name, box in dialog.boxes.items():
        box.setChecked(name == "fifo")
    dialog.direction.setCurrentIndex(0)
    dialog.label.setText("Victim 1")
    dialog.asset.setCurrentIndex(dialog.asset.findText("USDT", flags=Qt.MatchFlag.MatchStartsWith))
    dialog.amount.setText("100")
    dialog.try_accept()
    panel = dock(window)
    qtbot.waitUntil(lambda: panel.shown is not None)
    assert panel.shown is not None
    assert panel.shown.methods == ("fifo",)
    told = panel.shown.parameters
    assert (told["sources"][0]["label"], told["sources"][0]["amount"]) == ("Victim 1", "100000000")
    assert "goes on through services: The exchange said" in panel.words.text()
    assert "Services it went through" in [row.cells[0] for row in panel.table.board.rows if row.head]


def test_the_dialog_refuses_an_empty_choice(qtbot: QtBot) -> None:
    made = TraceDialog(None, Choices("X", [("fifo", "First in", "In order.")], [("BTC", "BTC")], [], "forward", True))
    qtbot.addWidget(made)
    made.boxes["fifo"].setChecked(False)
    assert made.wrong() == "1 answer cannot be used."
    assert made.wrongs["methods"].text() == "Choose a method."
    made.boxes["fifo"].setChecked(True)
    assert made.wrong() == ""


def test_a_wrong_answer_is_told_beside_its_field_and_nothing_typed_is_lost(
    window: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    demo.select([subject(demo, "Victim 1")])
    window.ask("view.trace_ask")
    dialog = opened(window, qtbot, TraceDialog)
    assert isinstance(dialog, TraceDialog)
    wrong = {"until": "soon", "share": "200%", "dust": "-1", "stop": "nowhere"}
    for name, words in wrong.items():
        getattr(dialog, name).setText(words)
    dialog.try_accept()
    assert dialog.isVisible()
    told = {name: line.text() for name, line in dialog.wrongs.items() if line.text()}
    assert told.keys() == wrong.keys()
    assert "is not a date" in told["until"]
    assert "'nowhere' is not in the case" in told["stop"]
    assert dialog.until.text() == "soon"
    assert records.kept(demo) == []


def test_every_stop_rule_of_the_command_can_be_answered(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    demo.select([subject(demo, "Victim 1")])
    window.ask("view.trace_ask")
    dialog = opened(window, qtbot, TraceDialog)
    assert isinstance(dialog, TraceDialog)
    asked = {parameter.name for parameter in demo.commands.get("trace.run").parameters}
    assert set(dialog.values()) == asked - {"subjects"}
    stop = subject(demo, "Collector 1")
    answers = {"until": "2027-01-31", "share": "1%", "dust": "0.001", "stop": stop.ref}
    for name, words in answers.items():
        getattr(dialog, name).setText(words)
    dialog.hops.setValue(3)
    dialog.shortfall.setCurrentIndex(1)
    dialog.precision.setCurrentIndex(1)
    dialog.try_accept()
    panel = dock(window)
    qtbot.waitUntil(lambda: panel.shown is not None)
    assert panel.shown is not None
    told = panel.shown.parameters
    assert (told["hops"], told["share"], told["dust"], told["stop"]) == (3, "1/100", "1/1000", [stop.key])
    assert (told["shortfall"], told["arithmetic"]) == ("debt", "exact")


def test_a_question_that_marks_nothing_is_told(
    window: MainWindow, demo: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[WorkstationError] = []
    monkeypatch.setattr(window, "tell", told.append)
    demo.select([subject(demo, "Victim 1")])
    window.ask("trace.backward")
    qtbot.waitUntil(lambda: bool(told))
    assert told[0].code == "WS-TRC-102"
    assert records.kept(demo) == []


def test_new_evidence_makes_a_run_stale(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    panel = trace(window, demo, qtbot)
    exhibit = demo.store.exhibits()[0].number
    window.run_now("case.retract", exhibit=exhibit, reason="a copy of another file")
    qtbot.waitUntil(lambda: bool(panel.asked) and panel.asked[0].stale)
    assert "stale: the ledger changed" in panel.list.texts.texts[0]
    assert panel.words.text().startswith("Stale")


def test_a_step_calls_everyone_by_name_also_who_is_named_in_another_step_only() -> None:
    def told(number: int, line: str, to: str) -> dict[str, object]:
        return {
            "number": number,
            "subject": "transaction:bitcoin:" + "a" * 64,
            "account": None,
            "outputs": [{"to": to}],
            "lines": [line],
        }

    known, other = "1KnownAddressOfSomebody", "1KnownAddressOfSomebodyElse"
    names = {known: "Collector 1", "12": "Twelve"}
    written = [told(1, f"12 BTC to {known}.", known), told(2, f"Input 1 from {known} to {other}.", other)]
    called = steps.named([*written, told(3, "", "12")], lambda subject: names.get(subject.ref, subject.ref))
    assert steps.words(written[0], called).startswith("1.  12 BTC to Collector 1 (")
    assert steps.words(written[1], called).startswith("2.  Input 1 from Collector 1 (")
    assert steps.words(written[1], called).endswith(f" to {other}.")
    assert steps.words(written[0], {}) == f"1.  12 BTC to {known}."


def test_a_fraction_is_shown_and_told_in_full() -> None:
    from fractions import Fraction

    from workstation.domain.amounts import Asset

    asset = Asset("bitcoin", "", "BTC", 8)
    assert board._cell(Fraction(7, 3), asset).shown == "0.00000002 + 1/3"
    long = board._cell(Fraction(10**30 + 1, 10**29), asset)
    assert long.shown == "0.00000010 + a part"
    assert long.units == f"{10**30 + 1}/{10**29}"
    assert board._cell(5, None).shown == "5"


def test_the_graph_keeps_its_room_until_somebody_looks_at_the_runs(
    window: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    assert window.canvas is not None
    before = window.canvas.height()
    demo.select([subject(demo, "Victim 1")])
    window.show_dock("transfers")
    job = demo.run("trace.forward", methods="fifo").job
    assert job is not None
    qtbot.waitUntil(lambda: not job.active and bool(dock(window).asked))
    assert window.canvas.height() >= before - 2
    window.show_dock("trace")
    qtbot.waitUntil(lambda: window.canvas is not None and window.canvas.height() < before - 20)

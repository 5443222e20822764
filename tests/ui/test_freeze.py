"""Requests in the window: from the canvas to a written pack by keyboard, what is missing, drafts, and the tracker."""

from __future__ import annotations

import gc
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from workstation.app.freeze import tracker
from workstation.app.session import Session
from workstation.domain.subjects import parse
from workstation.ui.freeze.markdialog import MarkDialog
from workstation.ui.freeze.wizard import FreezeWizard
from workstation.ui.results import ResultDialog
from workstation.ui.rowspanel import RowsPanel
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui
LONG = 30_000
USDT = "contract:tron:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"


def deposit(session: Session) -> str:
    """Key of the deposit address of the demo."""
    nodes = session.graphs.picture(session.graph).nodes
    return next(node.key for node in nodes if node.name == "Exchange A deposit")


def wizard(window: MainWindow, qtbot: QtBot) -> FreezeWizard:
    """The wizard on screen, with its first answer."""
    found = window.dialogs[-1]
    assert isinstance(found, FreezeWizard)
    settled(found, qtbot)
    return found


def settled(found: FreezeWizard, qtbot: QtBot) -> None:
    """Wait until what is on screen was computed."""
    qtbot.waitUntil(lambda: found._computed == found.ask() and not found._timer.isActive(), timeout=LONG)


def press(root: QWidget, name: str, qtbot: QtBot) -> None:
    """Click the button of this name."""
    found = [b for b in root.findChildren(QAbstractButton) if b.accessibleName() == name]
    assert len(found) == 1, name
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def panel(window: MainWindow) -> RowsPanel:
    """The Requests panel, on screen."""
    window.show_dock("requests")
    found = window.docks["requests"].widget()
    assert isinstance(found, RowsPanel)
    return found


def test_from_the_canvas_to_a_written_pack_by_keyboard(
    window: MainWindow, demo: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    """A on the selected deposit, Enter through the steps, typing; the pack is there and the tracker knows of it."""
    demo.select([parse(deposit(demo))])
    window.focus_canvas()
    assert window.canvas is not None
    assert window.canvas.view is not None
    qtbot.keyClick(window.canvas.view, Qt.Key.Key_A)
    made = wizard(window, qtbot)
    assert made.ask().targets == (deposit(demo),)
    assert made.targets.payments.topLevelItemCount() == 3
    for _ in range(2):  # past targets and who asks: Enter is Next
        qtbot.keyClick(QApplication.focusWidget() or made, Qt.Key.Key_Return)
    assert made.steps.currentRow() == 3
    made.steps.setCurrentRow(2)
    made._enter()
    pages = (made.who, made.asked, made.events)
    for page in pages:
        made.steps.setCurrentRow(2 + pages.index(page))
        for name, field in page.inputs.items():
            made.show_field(name)
            assert QApplication.focusWidget() is field
            qtbot.keyClicks(field, "2026-03-21" if name == "date" else f"my {name}")
    made.steps.setCurrentRow(6)
    settled(made, qtbot)
    qtbot.waitUntil(lambda: made.letter.pages.count() > 0, timeout=LONG)
    assert made.told.text() == "Complete."
    out = tmp_path / "pack.zip"
    made.letter.out.setFocus()
    made.letter.out.selectAll()
    qtbot.keyClicks(made.letter.out, str(out))
    qtbot.keyClick(made.letter.out, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: any(isinstance(d, ResultDialog) for d in window.dialogs), timeout=LONG)
    assert {"letter.en.pdf", "letter.en.docx", "targets.csv", "targets.txt", "chart.svg"} <= set(
        zipfile.ZipFile(out).namelist()
    )
    (one,) = tracker.requests(demo)
    assert (one.row["status"], one.days) == ("exported", [("exported", "2026-03-21")])
    assert "complete" in window.dialogs[-1].words.text()
    press(window.dialogs[-1], "Ask the issuer of USDT (tron) too", qtbot)
    beside = wizard(window, qtbot)
    assert (beside.ask().service, beside.ask().profile) == (USDT, "token_issuer")
    assert beside.ask().targets == (deposit(demo),)
    assert beside.ask().fields["agency"] == "my agency"
    assert "date" not in beside.ask().fields
    beside.reject()
    rows = panel(window).model.rows
    assert [row.cells[:3] for row in rows] == [("R-001", "Exchange A", "exported")]


def test_what_is_missing_leads_to_its_field(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """Each missing field of the officer has a button; it goes to the field, and the list shortens."""
    demo.select([parse(deposit(demo))])
    window.ask("freeze.draft")
    made = wizard(window, qtbot)
    made.steps.setCurrentRow(5)
    settled(made, qtbot)
    lacking = [m.field for m in made._made.request.missing if m.needed] if made._made is not None else []
    assert "agency" in lacking
    press(made.check, "Fill in: Agency", qtbot)
    assert made.steps.currentRow() == 2
    assert QApplication.focusWidget() is made.who.inputs["agency"]
    qtbot.keyClicks(made.who.inputs["agency"], "Police")
    made.steps.setCurrentRow(5)
    settled(made, qtbot)

    def offered() -> list[str]:
        return [b.accessibleName() for b in made.check.findChildren(QAbstractButton) if b.isVisible()]

    qtbot.waitUntil(lambda: "Fill in: Legal basis" in offered())
    assert "Fill in: Agency" not in offered()
    press(made.check, "Trace for: Tracing method", qtbot)
    (kept,) = tracker.requests(demo)
    assert kept.row["status"] == "drafted"
    assert '"agency": "Police"' in kept.row["fields"]
    roles = {demo.graphs.names.face(s).role for s in demo.selection}
    assert roles == {"victim"}


def test_a_half_filled_request_is_kept_gone_on_with_and_taken_back(
    window: MainWindow, demo: Session, qtbot: QtBot
) -> None:
    """Esc loses nothing: the draft stands in the panel, opens with every word, and undo takes it back."""
    window.ask("freeze.draft")
    made = wizard_open(window)
    made.reject()
    assert tracker.requests(demo) == []  # nothing was said
    demo.select([parse(deposit(demo))])
    window.ask("freeze.draft")
    made = wizard(window, qtbot)
    story = made.events.inputs["narrative"]
    assert isinstance(story, QPlainTextEdit)
    story.setPlainText("First line.\nSecond = line.")
    made.asked.action_boxes["seize"].setChecked(True)
    made.service._profile.setCurrentIndex(made.service._profile.findData("two_officers"))
    made.service._language.setCurrentIndex(made.service._language.findData("kk"))
    made.targets.payments.topLevelItem(0).setCheckState(0, Qt.CheckState.Unchecked)  # type: ignore[union-attr]
    settled(made, qtbot)
    said = made.ask()
    assert len(said.without) == 1
    qtbot.keyClick(made, Qt.Key.Key_Escape)
    (kept,) = tracker.requests(demo)
    window.ask("freeze.edit", request=kept.key)
    again = wizard(window, qtbot)
    assert again.ask() == said
    assert not again.changed()
    assert again.targets.payments.topLevelItemCount() == 3
    again.reject()
    window.ask("edit.undo")
    assert tracker.requests(demo) == []


def wizard_open(window: MainWindow) -> FreezeWizard:
    """The wizard on screen."""
    found = window.dialogs[-1]
    assert isinstance(found, FreezeWizard)
    return found


def test_an_unknown_service_is_said_plainly(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """From nothing: a service nobody knows is an error in the wizard, no pack can be written, no draft is lost."""
    window.ask("freeze.draft")
    made = wizard_open(window)
    assert made.steps.currentRow() == 0
    edit = made.service.service.lineEdit()
    assert edit is not None
    edit.selectAll()
    qtbot.keyClicks(edit, "<b>Nobody</b>")
    qtbot.waitUntil(lambda: "no service is named" in made.told.text(), timeout=LONG)
    made.steps.setCurrentRow(6)
    qtbot.waitUntil(lambda: "no service is named" in made.letter.words.text(), timeout=LONG)
    made.try_accept()
    assert made.problem.isVisible()
    assert made in window.dialogs
    made.reject()
    assert [one.row["service"] for one in tracker.requests(demo)] == ["<b>Nobody</b>"]


def test_the_tracker_is_kept_by_typed_days(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """Sent, frozen, due on a typed day, renewed; each a step of undo, and wrong days are refused in the dialog."""
    key = demo.run("freeze.draft", service="Exchange A").made
    shown = panel(window)
    on = next(f for f in shown.findChildren(QLineEdit) if f.accessibleName().startswith("Day from"))
    assert on.text() == demo.now()[:10]

    def mark(what: str, **typed: str) -> MarkDialog:
        shown.table.selectRow(0)
        press(shown, "What became of the request", qtbot)
        dialog = window.dialogs[-1]
        assert isinstance(dialog, MarkDialog)
        dialog.what.setCurrentIndex(dialog.what.findData(what))
        for name, words in typed.items():
            getattr(dialog, name).setText(words)
        qtbot.keyClick(dialog.day, Qt.Key.Key_Return)
        return dialog

    wrong = mark("sent", day="yesterday")
    assert "YYYY-MM-DD" in wrong.problem.text()
    wrong.reject()
    mark("sent", day="2026-03-22")
    mark("frozen", day="2026-03-25", frozen="41000 USDT", expiry="2026-04-24")
    qtbot.waitUntil(lambda: window.desk.queue.idle)
    on.selectAll()
    qtbot.keyClicks(on, "2026-04-20")
    qtbot.waitUntil(lambda: shown.model.rows[0].cells[3] == "RENEW NOW, 4 days left")
    assert shown.words.text().startswith("RENEW R-001")
    early = mark("renewed", day="2026-04-20", expiry="2026-04-24")
    assert "must be after" in early.problem.text()
    early.reject()
    mark("renewed", day="2026-04-20", expiry="2026-05-24")
    qtbot.waitUntil(lambda: shown.model.rows[0].cells[3] == "34 days left")
    assert ("Renewed", "2026-04-20") in shown.model.rows[0].details
    window.ask("edit.undo")
    qtbot.waitUntil(lambda: shown.model.rows[0].cells[3].startswith("RENEW NOW"))
    window.ask("edit.redo")
    qtbot.waitUntil(lambda: shown.model.rows[0].cells[4] == "2026-05-24")
    on.selectAll()
    qtbot.keyClicks(on, "soon")
    qtbot.waitUntil(lambda: "YYYY-MM-DD" in shown.words.text())
    assert demo.store.row("request", key) is not None


def test_wizards_that_are_closed_leave_nothing_behind(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """Opened, computed, looked at and closed again and again: no request, page or letter stays in memory."""
    demo.select([parse(deposit(demo))])
    counts = []
    for _ in range(4):
        window.ask("freeze.draft")
        made = wizard(window, qtbot)
        made.steps.setCurrentRow(6)
        qtbot.waitUntil(lambda shown=made: shown.letter.pages.count() > 0, timeout=LONG)
        made.reject()
        del made
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        gc.unfreeze()
        gc.collect()
        names = (f"{type(o).__module__}.{type(o).__qualname__}" for o in gc.get_objects())
        counts.append(Counter(n for n in names if n.startswith(("workstation.ui.freeze", "workstation.app.freeze"))))
    assert counts[-1] - counts[1] == Counter()


def test_the_inspector_says_what_was_asked_about_an_address(window: MainWindow, demo: Session, qtbot: QtBot) -> None:
    """On the deposit, and on the exchange; a victim has none."""
    key = demo.run("freeze.draft", service="Exchange A").made
    demo.run("freeze.mark", request=key, status="frozen", day="2026-03-25", expiry="2026-04-24")
    assert window.inspector is not None
    told = "R-001  frozen since 2026-03-25, until 2026-04-24"
    entity = next(iter(demo.store.rows("entity")))

    def said() -> list[str]:
        assert window.inspector is not None
        return [b.text() for b in window.inspector.findChildren(QAbstractButton) if b.text().startswith("R-")]

    for subject in (parse(deposit(demo)), parse(f"entity::{entity}")):
        demo.select([subject])
        qtbot.waitUntil(lambda: said() == [told])
    victim = next(n.key for n in demo.graphs.picture(demo.graph).nodes if n.name == "Victim 1")
    demo.select([parse(victim)])
    qtbot.waitUntil(lambda: said() == [])

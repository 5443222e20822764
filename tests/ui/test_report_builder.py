"""The report builder: sections, scenes and findings by keyboard, a preview of the pages, and both files."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot

from workstation.app import paper
from workstation.app.session import Session
from workstation.ui.reporting.builder import ReportBuilder
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui
LONG = 30_000


@pytest.fixture
def builder(window: MainWindow, open_demo: Callable[[], Session]) -> ReportBuilder:
    """The builder over the demo case."""
    session = open_demo()
    session.run("scene.save", name="Second", caption="Where it went", camera="0,0,0.5")
    window.ask("paper.choose")
    made = window.dialogs[-1]
    assert isinstance(made, ReportBuilder)
    return made


def _press(builder: ReportBuilder, words: str, qtbot: QtBot) -> None:
    (found,) = [b for b in builder.findChildren(QPushButton) if b.text() == words]
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def test_the_choice_is_made_by_keyboard_and_undone_in_one_step(
    builder: ReportBuilder, window: MainWindow, qtbot: QtBot
) -> None:
    session = window.desk.session
    assert session is not None
    sections = builder.sections.list
    assert sections.hasFocus()
    QTest.keyClick(sections, Qt.Key.Key_Space)  # type: ignore[call-overload]
    QTest.keyClick(sections, Qt.Key.Key_Down)  # type: ignore[call-overload]
    QTest.keyClick(sections, Qt.Key.Key_Down)  # type: ignore[call-overload]
    QTest.keyClick(sections, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)  # type: ignore[call-overload]
    scene = builder.scenes.list.count() - 1
    builder.scenes.list.setCurrentRow(scene)
    assert builder.caption.placeholderText() == "Where it went"
    QTest.keyClicks(builder.caption, "For the court")  # type: ignore[call-overload]
    QTest.keyClicks(builder.classification, "Internal")  # type: ignore[call-overload]
    _press(builder, "Keep this choice", qtbot)
    made = paper.choice(session)
    assert made.sections[:2] == ("findings", "figures")
    assert "summary" not in made.sections
    assert (made.scenes, made.findings, made.classification) == (None, None, "Internal")
    assert list(made.captions.values()) == ["For the court"]
    window.ask("edit.undo")
    assert paper.choice(session) == paper.Choice()


def test_nothing_ticked_is_refused(builder: ReportBuilder, window: MainWindow, qtbot: QtBot) -> None:
    for row in range(builder.sections.list.count()):
        builder.sections.list.item(row).setCheckState(Qt.CheckState.Unchecked)
    _press(builder, "Keep this choice", qtbot)
    assert builder.problem.isVisible()
    assert builder.isVisible()


def test_the_preview_shows_the_pages_in_the_language(builder: ReportBuilder, qtbot: QtBot) -> None:
    for row in range(builder.sections.list.count()):
        item = builder.sections.list.item(row)
        item.setCheckState(Qt.CheckState.Checked if row == 0 else Qt.CheckState.Unchecked)
    builder.language.setCurrentIndex(builder.language.findData("kk"))
    _press(builder, "Preview", qtbot)
    qtbot.waitUntil(lambda: builder.preview.pages.count() > 1, timeout=LONG)
    first = builder.preview.pages.itemAt(0).widget()
    assert first.accessibleName().startswith("Page 1 of ")


def test_closing_while_the_pages_are_set_is_harmless(builder: ReportBuilder, window: MainWindow, qtbot: QtBot) -> None:
    session = window.desk.session
    assert session is not None
    _press(builder, "Preview", qtbot)
    builder.reject()
    qtbot.waitUntil(lambda: not any(job.active for job in session.jobs.all()) and not window.jobs.watched, timeout=LONG)


def test_the_editable_report_is_written_as_chosen(
    builder: ReportBuilder, window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "report.docx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    builder.sections.list.item(0).setCheckState(Qt.CheckState.Unchecked)
    builder.language.setCurrentIndex(builder.language.findData("it"))
    _press(builder, "Write the report …", qtbot)
    qtbot.waitUntil(out.is_file, timeout=LONG)
    made = docx.Document(io.BytesIO(out.read_bytes()))
    heads = [p.text for p in made.paragraphs if p.style is not None and p.style.name == "Heading 1"]
    assert heads[0] == "Flusso dei fondi"
    assert "Sintesi" not in heads

"""An analysis is chosen, asked, answered and decided in the window; a plugin is installed, read and approved."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu, QPlainTextEdit, QPushButton
from pytestqt.qtbot import QtBot

from workstation.app import places
from workstation.app.plugins import answers, inbox
from workstation.app.session import Session
from workstation.paths import resources_folder
from workstation.plugin_host import packing
from workstation.plugin_host.discovery import discover
from workstation.ui.plugins.ask import AnalysisDialog
from workstation.ui.plugins.trust import PluginDialog
from workstation.ui.rowspanel import RowsPanel
from workstation.ui.window import MainWindow

pytestmark = [pytest.mark.gui, pytest.mark.skipif(sys.platform != "linux", reason="kernel sandbox: Linux only")]
LONG = 30_000


def _press(inside: object, words: str, qtbot: QtBot) -> None:
    found = [b for b in inside.findChildren(QPushButton) if b.text() == words]  # type: ignore[attr-defined]
    assert len(found) == 1, words
    qtbot.mouseClick(found[0], Qt.MouseButton.LeftButton)


def _asked(window: MainWindow, words: str) -> AnalysisDialog:
    window.ask("plugin.run")
    dialog = window.dialogs[-1]
    assert isinstance(dialog, AnalysisDialog)
    dialog.filter.setText(words)
    return dialog


def _panel(window: MainWindow) -> RowsPanel:
    panel = window.docks["answers"].widget()
    assert isinstance(panel, RowsPanel)
    return panel


def test_choose_ask_accept_and_take_back(window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot) -> None:
    session = open_demo()
    dialog = _asked(window, "deposit")
    keys = [each.key for each in dialog._shown]
    assert keys
    for row, key in enumerate(keys):
        dialog.list.setCurrentRow(row)
        assert dialog.chosen().key == key
    dialog.filter.setText("typologies/fan-in")
    assert dialog.chosen().key == "typologies/fan-in"
    line = next(f for f in dialog.findChildren(QLineEdit) if f.accessibleName().startswith("Senders at least"))
    line.setText("none")
    _press(dialog, "Run", qtbot)
    assert dialog.problem.isVisible()
    line.setText("2")
    _press(dialog, "Run", qtbot)
    panel = _panel(window)
    qtbot.waitUntil(lambda: bool(panel.model.rows), timeout=LONG)
    assert window.docks["answers"].isVisible()
    row = panel.model.rows[0]
    assert row.cells[0] == "open"
    assert {"Explanation", "What would disprove it", "Cites"} <= {name for name, _ in row.whole}
    findings = len(session.store.rows("finding"))
    panel.table.selectRow(0)
    _press(panel, "Keep as finding", qtbot)
    qtbot.waitUntil(lambda: len(session.store.rows("finding")) == findings + 1, timeout=LONG)
    qtbot.waitUntil(lambda: "kept as finding" in {r.cells[0] for r in panel.model.rows}, timeout=LONG)
    window.ask("edit.undo")
    assert len(session.store.rows("finding")) == findings
    qtbot.waitUntil(lambda: {r.cells[0] for r in panel.model.rows} == {"open"}, timeout=LONG)
    panel.table.selectRow(0)
    _press(panel, "Show on graph", qtbot)
    assert not session.lens.open
    assert session.selection
    window.show_dock("timeline")
    bars = window.docks["timeline"].widget().bars  # type: ignore[attr-defined]
    moved = session.graphs.ledger.columns
    cited = {int(moved.time[session.graphs.ledger.row_of_id[n]]) for n in inbox_transfers(panel)}
    qtbot.waitUntil(lambda: bool(bars.marks) and set(bars.marks) <= cited, timeout=LONG)
    again = _asked(window, "typologies/fan-in")
    asked = next(f for f in again.findChildren(QLineEdit) if f.accessibleName().startswith("Senders at least"))
    assert asked.text() == "2"  # as it was asked last in this case
    _press(again, "Back to defaults", qtbot)
    asked = next(f for f in again.findChildren(QLineEdit) if f.accessibleName().startswith("Senders at least"))
    assert asked.text() != "2"


def inbox_transfers(panel: RowsPanel) -> set[int]:
    """Every transfer of every answer in the panel."""
    session = panel.desk.session
    assert session is not None
    return {number for item in answers(session.store) for number in item.finding.transfers}


def test_several_answers_are_decided_in_one_step(
    window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot
) -> None:
    session = open_demo()
    dialog = _asked(window, "typologies/fan-in")
    next(f for f in dialog.findChildren(QLineEdit) if f.accessibleName().startswith("Senders at least")).setText("2")
    _press(dialog, "Run", qtbot)
    panel = _panel(window)
    qtbot.waitUntil(lambda: len(panel.model.rows) > 1, timeout=LONG)
    panel.table.selectAll()
    many = len(panel.marked())
    _press(panel, "Reject …", qtbot)
    qtbot.waitUntil(lambda: bool(window.dialogs), timeout=LONG)
    form = window.dialogs[-1]
    form.findChild(QPlainTextEdit).setPlainText("all of them are one shop")
    _press(form, form.ok.text(), qtbot)  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: {r.cells[0] for r in panel.model.rows} == {"rejected"}, timeout=LONG)
    assert [item.reason for item in answers(session.store)] == ["all of them are one shop"] * many
    window.ask("edit.undo")
    qtbot.waitUntil(lambda: {r.cells[0] for r in panel.model.rows} == {"open"}, timeout=LONG)
    findings = len(session.store.rows("finding"))
    panel.table.selectAll()
    _press(panel, "Keep as finding", qtbot)
    qtbot.waitUntil(lambda: {r.cells[0] for r in panel.model.rows} == {"kept as finding"}, timeout=LONG)
    assert len(session.store.rows("finding")) == findings + many


def test_files_of_a_run_are_saved_beside_what_is_there(
    window: MainWindow, open_demo: Callable[[], Session], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = open_demo()
    source = tmp_path / "plugins" / "my-rule"
    shutil.copytree(resources_folder() / "plugin_templates" / "analysis", source)
    code = source / "my_rule.py"
    said = '    with run.artifact("seen.txt", "text/plain") as file:\n        file.write(b"looked")\n    for payment'
    code.write_text(code.read_text("utf-8").replace("    for payment", said, 1), "utf-8")
    session.plugins = (*session.plugins, *discover([tmp_path / "plugins"]))
    out = tmp_path / "out"
    out.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(out))
    _press(_asked(window, "my-rule"), "Run", qtbot)
    panel = _panel(window)
    qtbot.waitUntil(lambda: bool(panel.model.rows), timeout=LONG)
    assert ("Files of the run", "seen.txt") in panel.model.rows[0].whole
    panel.table.selectRow(0)
    _press(panel, "Save files …", qtbot)
    assert [(file.name, file.read_bytes()) for file in out.iterdir()] == [("run-1-seen.txt", b"looked")]
    (out / "run-1-seen.txt").write_bytes(b"mine")
    _press(panel, "Save files …", qtbot)
    assert "WS-PLG-081" in window.status.message.text()
    assert (out / "run-1-seen.txt").read_bytes() == b"mine"


def test_a_proposal_is_accepted_and_shows_at_once(
    window: MainWindow, open_demo: Callable[[], Session], tmp_path: Path, qtbot: QtBot
) -> None:
    session = open_demo()
    shutil.copytree(resources_folder() / "plugin_templates" / "analysis", tmp_path / "plugins" / "my-rule")
    session.plugins = (*session.plugins, *discover([tmp_path / "plugins"]))
    _press(_asked(window, "my-rule"), "Run", qtbot)
    qtbot.waitUntil(lambda: bool(inbox(session.store)), timeout=LONG)
    (first, *_) = inbox(session.store)
    panel = _panel(window)
    qtbot.waitUntil(lambda: any(r.cells[3] for r in panel.model.rows), timeout=LONG)
    tags = len(session.store.rows("tag"))
    panel.table.selectRow(next(n for n, r in enumerate(panel.model.rows) if r.cells[3] and r.cells[0] == "open"))
    _press(panel, "Accept", qtbot)
    assert len(session.store.rows("tag")) == tags + 1
    assert any(row["source"] == first.source for row in session.store.rows("tag").values())
    window.ask("edit.undo")
    assert len(session.store.rows("tag")) == tags


def test_install_read_approve_and_revoke(
    window: MainWindow, open_demo: Callable[[], Session], tmp_path: Path, qtbot: QtBot
) -> None:
    session = open_demo()
    source = tmp_path / "my-rule"
    shutil.copytree(resources_folder() / "plugin_templates" / "analysis", source)
    packing.pack(source, tmp_path / "a.wsplugin")
    window.ask("view.plugins")
    dialog = window.dialogs[-1]
    assert isinstance(dialog, PluginDialog)
    (tmp_path / "bad.wsplugin").write_bytes(b"no zip")
    dialog.install_file(tmp_path / "bad.wsplugin")
    assert "WS-PLG-073" in dialog.problem.text()
    dialog.install_file(tmp_path / "a.wsplugin")
    assert "my-rule" in dialog.list.item(0).text()
    assert "needs approval" in dialog.list.item(0).text()
    assert "my-rule" not in {p.manifest.id for p in session.plugins if p.manifest is not None}
    _press(dialog, "Approve …", qtbot)
    _press(window.dialogs[-1], "Approve these bytes", qtbot)
    state = next(s for s in places.plugin_states() if s.id == "my-rule")
    assert (state.word, state.by) == ("ready", session.actor)
    assert not dialog.approve.isEnabled()
    _press(dialog, "Trust no more", qtbot)
    assert next(s for s in places.plugin_states() if s.id == "my-rule").word == "needs approval"


def test_no_two_menus_share_a_letter(window: MainWindow, open_demo: Callable[[], Session]) -> None:
    open_demo()
    titles = [a.text() for a in window.menuBar().actions() if isinstance(a.menu(), QMenu)]
    letters = [title[title.index("&") + 1].casefold() for title in titles]
    assert len(letters) == len(set(letters)) >= 11

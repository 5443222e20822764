"""An analysis is chosen, asked, answered and decided in the window; a plugin is installed, read and approved."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMenu, QPushButton
from pytestqt.qtbot import QtBot

from workstation.app import places
from workstation.app.plugins import inbox
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
    assert {"Explanation", "What would disprove it", "Cites"} <= {name for name, _ in row.details}
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
    _press(dialog, "Approve these bytes", qtbot)
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

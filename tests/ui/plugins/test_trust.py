"""The dialog of plugins: filter, approve what was shown, lift a quarantine with a reason, install from a folder, remove."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from workstation.app import installing, places, plugintrust
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder
from workstation.plugin_host import gallery, packing
from workstation.plugin_host.crashes import CRASHES, guarded
from workstation.ui.plugins.consent import ConsentDialog
from workstation.ui.plugins.shelf import ShelfDialog
from workstation.ui.plugins.trust import PluginDialog
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui
LONG = 30_000


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    """A packed plugin in a folder of its own."""
    source = tmp_path / "my-rule"
    shutil.copytree(resources_folder() / "plugin_templates" / "analysis", source)
    shelf = tmp_path / "stick"
    shelf.mkdir()
    packing.pack(source, shelf / "my-rule.wsplugin")
    return shelf / "my-rule.wsplugin"


@pytest.fixture
def dialog(window: MainWindow, open_demo: Callable[[], Session], qtbot: QtBot) -> PluginDialog:
    """The dialog of plugins over the demo case."""
    open_demo()
    window.ask("view.plugins")
    found = window.dialogs[-1]
    assert isinstance(found, PluginDialog)
    qtbot.waitUntil(lambda: found.list.count() > 0)
    return found


def _texts(root: QWidget) -> str:
    return "\n".join(label.text().replace("\u200b", "") for label in root.findChildren(QLabel) if not label.isHidden())


def _told(root: QWidget, words: str, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: words in _texts(root), timeout=LONG)
    assert words in _texts(root)


def _click(root: QWidget, words: str, qtbot: QtBot) -> None:
    (found,) = [b for b in root.findChildren(QPushButton) if b.text() == words]
    qtbot.mouseClick(found, Qt.MouseButton.LeftButton)


def _asked(window: MainWindow) -> ConsentDialog:
    found = window.dialogs[-1]
    assert isinstance(found, ConsentDialog)
    return found


def _word() -> str:
    return plugintrust.named("my-rule").word


def test_every_plugin_is_told_in_words_and_found_by_name_kind_and_state(
    dialog: PluginDialog, packed: Path, qtbot: QtBot
) -> None:
    dialog.install_file(packed)
    every = dialog.list.count()
    for words, wanted in (("needs approval", 1), ("my rule", 1), ("reader ready tron", 1), ("no such words", 0)):
        dialog.filter.setText(words)
        assert dialog.list.count() >= wanted
        assert dialog.list.count() < every
    _told(dialog, "No plugin has these words.", qtbot)
    dialog.filter.setText("my-rule")
    for part in ("who paid whom", "May suggest: labels", "cannot change the case", "A. Author", "MIT"):
        _told(dialog, part, qtbot)
    _told(dialog, plugintrust.named("my-rule").tree, qtbot)


def test_what_is_approved_is_what_was_shown(
    window: MainWindow, dialog: PluginDialog, packed: Path, qtbot: QtBot
) -> None:
    dialog.install_file(packed)
    tree = plugintrust.named("my-rule").tree
    dialog.approve.click()
    asked = _asked(window)
    assert tree in _texts(asked).replace(" ", "")
    with (places.user_plugins_folder() / "my-rule" / "my_rule.py").open("a") as file:
        file.write("# changed meanwhile\n")
    _click(asked, "Approve these bytes", qtbot)
    assert "WS-PLG-092" in dialog.problem.text()
    assert _word() == "needs approval"
    dialog.refresh("my-rule")
    dialog.approve.click()
    _click(_asked(window), "Approve these bytes", qtbot)
    assert _word() == "ready"


def test_a_quarantine_shows_its_crashes_and_asks_why(
    window: MainWindow, dialog: PluginDialog, packed: Path, qtbot: QtBot
) -> None:
    installing.install_file(packed)
    _, tree = plugintrust.approve("my-rule", by="D. Rossi")
    for number in range(CRASHES):
        with pytest.raises(WorkstationError), guarded(places.crashes_folder(), tree, "my-rule"):
            raise WorkstationError("WS-PLG-040", f"<b>it fell over transfer {number}</b>", "", "", 4)
    dialog.refresh("my-rule")
    _told(dialog, "quarantined", qtbot)
    _told(dialog, "<b>it fell over transfer 2</b>", qtbot)  # as written, no markup
    dialog.release.click()
    asked: Any = _asked(window)
    assert "it fell over transfer 0" in _texts(asked)
    _click(asked, "Let it out", qtbot)
    assert asked.problem.text() == "Write the reason."
    assert _word() == "quarantined"
    qtbot.keyClicks(asked.reason, "the author mended it")
    _click(asked, "Let it out", qtbot)
    assert _word() == "ready"
    assert plugintrust.notes(plugintrust.named("my-rule"))[-1].words == "the author mended it"
    _told(dialog, "the author mended it", qtbot)


def test_a_folder_shows_what_is_there_and_installs_only_what_its_index_tells(
    window: MainWindow, dialog: PluginDialog, packed: Path, qtbot: QtBot
) -> None:
    shelf = packed.parent
    (shelf / "broken.wsplugin").write_bytes(b"no zip")

    def opened() -> ShelfDialog:
        dialog.open_shelf(shelf)
        qtbot.waitUntil(lambda: isinstance(window.dialogs[-1], ShelfDialog), timeout=LONG)
        found = window.dialogs[-1]
        assert isinstance(found, ShelfDialog)
        return found

    first = opened()
    assert [first.list.item(n).text() for n in range(2)] == [
        "broken.wsplugin · no usable plugin", "my-rule 0.1.0 · not as the index says",
    ]  # fmt: skip
    first.list.setCurrentRow(1)
    assert not first.ok.isEnabled()
    first.reject()
    gallery.write_index(shelf)
    second = opened()
    second.list.setCurrentRow(1)
    assert "hash as in the index" in second.list.item(1).text()
    _click(second, "Install", qtbot)
    assert _word() == "needs approval"
    assert dialog.list.currentItem().text().startswith("my-rule")
    dialog.remove.click()
    _click(_asked(window), "Remove", qtbot)
    assert "my-rule" not in {state.id for state in places.plugin_states()}


def test_the_computer_is_checked_beside_the_window(dialog: PluginDialog, qtbot: QtBot) -> None:
    dialog.doctor.click()
    qtbot.waitUntil(lambda: "Protection on this computer" in dialog.problem.text(), timeout=LONG)
    states = places.plugin_states()
    assert f"{len(states)} of {len(states)} plugins are ready." in dialog.problem.text()

"""A trainee without a mouse: a packed plugin is installed, read, approved and asked; its answers are decided and undone."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from tests.stories.hands import CTRL, KEY, SHIFT, Typist, no_mouse
from tests.stories.player import LONG, Player
from workstation.app.plugins import answers
from workstation.paths import resources_folder
from workstation.plugin_host import packing
from workstation.ui import snapshot
from workstation.ui.app import bundled_plugins
from workstation.ui.forms import CommandForm
from workstation.ui.palette import Palette
from workstation.ui.plugins.ask import AnalysisDialog
from workstation.ui.plugins.consent import ConsentDialog
from workstation.ui.plugins.trust import PluginDialog
from workstation.ui.rowspanel import RowsPanel
from workstation.ui.settings import Settings
from workstation.ui.window import MainWindow

pytestmark = [pytest.mark.gui, pytest.mark.skipif(sys.platform != "linux", reason="kernel sandbox: Linux only")]


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """The window on its start page."""
    made = MainWindow(Settings(None), tmp_path / "home", bundled_plugins)
    made.resize(1366, 768)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close_dialogs()
    snapshot.discard(made)


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A packed plugin; the file dialog of the system answers with it."""
    source, out = tmp_path / "my-rule", tmp_path / "my-rule.wsplugin"
    shutil.copytree(resources_folder() / "plugin_templates" / "analysis", source)
    packing.pack(source, out)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(out), ""))
    return out


def test_a_trainee_installs_approves_runs_and_decides_by_keyboard(
    window: MainWindow, packed: Path, qtbot: QtBot
) -> None:
    player, hands = Player(window, qtbot), Typist(window, qtbot)
    with no_mouse() as watch:
        hands.tab_to("Open the demo case: romance scam")
        hands.key(KEY.Key_Space)
        qtbot.waitUntil(lambda: window.desk.session is not None, timeout=LONG)
        _approved(player, hands)
        _asked(player, hands)
        _decided(player, hands)
    assert watch.used == []
    assert packed.is_file()


def _palette(player: Player, hands: Typist, words: str) -> None:
    hands.key(KEY.Key_K, CTRL)
    player.qtbot.waitUntil(lambda: any(p.isVisible() for p in player.window.findChildren(Palette)), timeout=LONG)
    palette = next(p for p in player.window.findChildren(Palette) if p.isVisible())
    hands.into(palette)
    hands.type(words)
    hands.key(KEY.Key_Return)


def _approved(player: Player, hands: Typist) -> None:
    """Install the file, read what it asks for, approve the hash."""
    _palette(player, hands, "Plugins")
    plugins: PluginDialog = player.dialog(PluginDialog)
    player.qtbot.waitUntil(lambda: plugins.list.count() > 0)
    hands.into(plugins)
    hands.tab_to("Install from file …")
    hands.key(KEY.Key_Space)
    player.qtbot.waitUntil(lambda: "my-rule" in plugins.list.item(0).text(), timeout=LONG)
    hands.tab_to("Approve …")
    hands.key(KEY.Key_Space)
    asked: ConsentDialog = player.dialog(ConsentDialog)
    hands.into(asked)
    told = " ".join(label.text() for label in asked.findChildren(QLabel))
    assert "who paid whom" in told
    assert "May suggest: labels" in told
    hands.tab_to("Approve these bytes")
    hands.key(KEY.Key_Space)
    player.gone(asked)
    player.qtbot.waitUntil(lambda: "ready" in plugins.list.currentItem().text(), timeout=LONG)
    hands.into(plugins)
    hands.key(KEY.Key_Escape)
    player.gone(plugins)
    assert "my-rule" in {p.manifest.id for p in player.session.plugins if p.manifest is not None}


def _asked(player: Player, hands: Typist) -> None:
    """Ask it from the palette, with a setting of one's own."""
    _palette(player, hands, "Run an analysis")
    form: AnalysisDialog = player.dialog(AnalysisDialog)
    hands.into(form)
    hands.type("my-rule")
    (setting,) = form.chosen().entry.settings
    name = setting.label + (f" ({setting.unit})" if setting.unit else "")
    player.qtbot.waitUntil(
        lambda: any(f.isVisible() and f.accessibleName() == name for f in form.findChildren(QLineEdit)), timeout=LONG
    )
    hands.tab_to(name)
    hands.key(KEY.Key_A, CTRL)
    hands.type("20000")
    hands.key(KEY.Key_Return)
    player.gone(form)
    panel = _panel(player)
    player.qtbot.waitUntil(lambda: len(panel.model.rows) > 2, timeout=LONG)
    assert {row.cells[0] for row in panel.model.rows} == {"open"}


def _panel(player: Player) -> RowsPanel:
    panel = player.window.docks["answers"].widget()
    assert isinstance(panel, RowsPanel)
    return panel


def _row(player: Player, hands: Typist, number: int) -> None:
    """Go to a row of the answers by F6, Tab and the arrows."""
    panel = _panel(player)
    player.qtbot.waitUntil(lambda: player.window.desk.queue.idle, timeout=LONG)
    hands.pane_to("answers")
    hands.tab_to("Answers")
    hands.key(KEY.Key_PageUp)
    for _ in range(number):
        hands.key(KEY.Key_Down)
    assert [row.number for row in panel.marked()] == [panel.model.rows[number].number]


def _decided(player: Player, hands: Typist) -> None:
    """Accept one with a reason, reject one, take both back, and look at one on the graph."""
    session, qtbot = player.session, player.qtbot
    tags = len(session.store.rows("tag"))

    def words() -> list[tuple[str, str]]:
        return sorted((item.word, item.reason) for item in answers(session.store) if item.word)

    _row(player, hands, 0)
    for name, why in (("Accept with reason …", "the victim confirms it"), ("Reject …", "it is the rent")):
        hands.tab_to(name, back=True)  # the buttons stand above the table
        hands.key(KEY.Key_Space)
        form: CommandForm = player.dialog(CommandForm)
        hands.into(form)
        hands.tab_to("Reason")
        hands.type(why)
        hands.tab_to("OK")
        hands.key(KEY.Key_Space)
        player.gone(form)
        qtbot.waitUntil(lambda why=why: why in {reason for _, reason in words()}, timeout=LONG)  # type: ignore[misc]
        _row(player, hands, 0)  # what is decided goes below what is open
    assert words() == [("accept", "the victim confirms it"), ("reject", "it is the rent")]
    assert len(session.store.rows("tag")) == tags + 1

    hands.key(KEY.Key_Z, CTRL)
    qtbot.waitUntil(lambda: words() == [("accept", "the victim confirms it")], timeout=LONG)
    hands.key(KEY.Key_Z, CTRL)
    qtbot.waitUntil(lambda: not words(), timeout=LONG)
    assert len(session.store.rows("tag")) == tags
    redo = next(a for a in player.window.menu_actions if a.data() == "edit.redo")
    qtbot.waitUntil(redo.isEnabled, timeout=LONG)
    hands.key(KEY.Key_Z, CTRL | SHIFT)
    qtbot.waitUntil(lambda: words() == [("accept", "the victim confirms it")], timeout=LONG)

    _row(player, hands, 0)
    hands.tab_to("Show on graph", back=True)
    hands.key(KEY.Key_Space)
    qtbot.waitUntil(lambda: bool(session.selection) and not session.lens.open, timeout=LONG)
    canvas = player.window.canvas
    assert canvas is not None
    assert canvas.view is not None
    about = {key for item in answers(session.store) for key in item.finding.subjects}
    assert {subject.key for subject in session.selection} <= about

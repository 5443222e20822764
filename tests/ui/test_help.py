"""Help pages, canvas keys on other keyboard layouts, and the display probe."""

from __future__ import annotations

import re

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from workstation.app.session import Session
from workstation.paths import resources_folder
from workstation.ui import actions
from workstation.ui.canvas_area import key_text
from workstation.ui.probe import missing
from workstation.ui.results import CODE, PICTURE, blocks
from workstation.ui.window import MainWindow

pytestmark = pytest.mark.gui


def test_markdown_becomes_plain_blocks() -> None:
    page = "# Title\n\nSome **bold** and `code`,\nwrapped.\n\n- one\n- two\n\n## Part"
    assert blocks(page) == [
        ("Title", 1),
        ("Some bold and code, wrapped.", 0),
        ("   •  one", 0),
        ("   •  two", 0),
        ("Part", 2),
    ]


def test_what_is_typed_or_printed_stays_word_for_word() -> None:
    """Blank lines and signs of Markdown between the backticks are part of it."""
    page = "# Title\n\nType:\n\n```sh\n$ run **this**\n\n- out\n```\n\nDone."
    assert blocks(page) == [("Title", 1), ("Type:", 0), ("$ run **this**\n\n- out", CODE), ("Done.", 0)]


def test_every_picture_of_a_page_is_there_and_shown(window: MainWindow, demo: Session) -> None:
    folder = resources_folder() / "help"
    for page in sorted(folder.glob("*.md")):
        words = page.read_text("utf-8")
        named = re.findall(r"!\[[^\]]*\]\(([^)]*)\)", words)
        shown = [text for text, level in blocks(words) if level == PICTURE]
        assert len(shown) == len(named)
        assert all((folder / name).is_file() for name in named)
    assert blocks("![a](https://x.invalid/a.png)")[0][1] != PICTURE
    assert blocks("![a](../../secret.png)")[0][1] != PICTURE


def test_every_page_has_a_title_and_names_real_keys(window: MainWindow, demo: Session) -> None:
    pages = sorted((resources_folder() / "help").glob("*.md"))
    assert len(pages) >= 6
    known = {key for _, _, keys in actions.key_rows(window.registry) for key in keys.split(", ")}
    for page in pages:
        words = page.read_text("utf-8")
        assert blocks(words)[0][1] == 1
        for key in re.findall(r"`((?:Ctrl|Alt)\+[^`]+)`", words):
            assert key in known, f"{page.name} names {key}"


def test_letters_are_read_and_modifiers_kept(qtbot: QtBot) -> None:
    none, shift, ctrl = (
        Qt.KeyboardModifier.NoModifier,
        Qt.KeyboardModifier.ShiftModifier,
        Qt.KeyboardModifier.ControlModifier,
    )

    def key(code: Qt.Key, mods: Qt.KeyboardModifier, text: str) -> str:
        return key_text(QKeyEvent(QEvent.Type.KeyPress, code, mods, text))

    assert key(Qt.Key.Key_E, none, "e") == "E"
    assert key(Qt.Key.Key_H, shift, "H") == "Shift+H"
    assert key(Qt.Key.Key_E, ctrl, "") == ""
    assert key(Qt.Key.Key_Home, none, "") == "Home"
    assert key(Qt.Key.Key_Plus, none, "+") == "+"


def test_a_cyrillic_layout_sends_the_key_by_its_place(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    event = QKeyEvent(QEvent.Type.KeyPress, 0x0423, Qt.KeyboardModifier.NoModifier, 26, 0, 0, "у")
    assert key_text(event) == "E"


def test_the_probe_finds_a_working_qt_and_names_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    assert missing() == ""
    monkeypatch.setenv("QT_QPA_PLATFORM", "nonsense")
    assert "QT_QPA_PLATFORM=offscreen" in missing()

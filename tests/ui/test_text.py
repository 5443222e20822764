"""Texts from outside are shown as written, never read as HTML."""

from __future__ import annotations

import pytest
from PySide6 import QtCore, QtGui, QtWidgets
from pytestqt.qtbot import QtBot

from workstation.ui import text

HOSTILE = "<img src='file:///etc/passwd'><b>bold</b> & more\nsecond line"


def test_label_is_plain(qtbot: QtBot) -> None:
    made = text.label(HOSTILE)
    qtbot.addWidget(made)
    assert made.textFormat() == QtCore.Qt.TextFormat.PlainText
    assert made.text() == HOSTILE


def test_selectable_label(qtbot: QtBot) -> None:
    made = text.selectable_label("0xabc")
    qtbot.addWidget(made)
    assert made.textInteractionFlags() & QtCore.Qt.TextInteractionFlag.TextSelectableByKeyboard
    assert made.textFormat() == QtCore.Qt.TextFormat.PlainText


@pytest.mark.parametrize("words", [HOSTILE, "plain", "a < b", "<b>x</b>", ""])
def test_tips_show_what_was_written(words: str) -> None:
    shown = text.tip_text(words)
    if QtGui.Qt.mightBeRichText(shown):
        assert "<img" not in shown
        assert "<b>" not in shown
    else:
        assert shown == words


def test_set_tip(qtbot: QtBot) -> None:
    button = QtWidgets.QPushButton()
    qtbot.addWidget(button)
    text.set_tip(button, HOSTILE)
    assert "<img" not in button.toolTip()
    assert "bold" in button.toolTip()


def test_message_box_is_plain(qtbot: QtBot) -> None:
    box = text.message_box("Title", HOSTILE, details=HOSTILE)
    qtbot.addWidget(box)
    assert box.textFormat() == QtCore.Qt.TextFormat.PlainText
    assert box.text() == HOSTILE


def test_plain_text_view(qtbot: QtBot) -> None:
    view = text.PlainTextView(HOSTILE)
    qtbot.addWidget(view)
    assert view.toPlainText() == HOSTILE
    assert view.isReadOnly()

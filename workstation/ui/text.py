"""Owns every place where text reaches a widget that could read it as HTML. Must not let any of it be read so.

Labels, tips and boxes of Qt guess whether a text is rich text. Texts here come from case files and strangers, so a
label named ``<img src=…>`` must show as written and load nothing. The rest of ``ui`` calls these functions instead of
``QLabel(``, ``setToolTip(`` and ``QMessageBox`` (``tests/floors/test_plain_text.py`` looks).
"""

from __future__ import annotations

import html
from typing import Protocol

from PySide6 import QtCore, QtGui, QtWidgets

from workstation.ui.guard import guard

PLAIN = QtCore.Qt.TextFormat.PlainText


def label(text: str = "", parent: QtWidgets.QWidget | None = None, *, wrap: bool = False) -> QtWidgets.QLabel:
    """A label that shows its text exactly as written."""
    made = QtWidgets.QLabel(parent)
    made.setTextFormat(PLAIN)
    made.setText(text)
    made.setWordWrap(wrap)
    return made


def selectable_label(text: str = "", parent: QtWidgets.QWidget | None = None) -> QtWidgets.QLabel:
    """A plain label whose text can be marked and copied with mouse and keyboard (addresses, hashes, amounts)."""
    made = label(text, parent, wrap=True)
    flags = QtCore.Qt.TextInteractionFlag
    made.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
    return made


def tip_text(text: str) -> str:
    """The text as a tool tip that Qt shows as written; for item models (``ToolTipRole``) and helpers of this module."""
    if not QtGui.Qt.mightBeRichText(text):
        return text
    return "<span>" + html.escape(text).replace("\n", "<br>") + "</span>"


class TakesTip(Protocol):
    """A widget, action, list row, table cell or graphics item. A tree row takes a column too: use :func:`tip_text`."""

    def setToolTip(self, text: str, /) -> None:  # the name is of Qt
        ...


def set_tip(target: TakesTip, text: str) -> None:
    """Gives anything that takes a tool tip one that shows as written."""
    target.setToolTip(tip_text(text))


def message_box(
    title: str,
    text: str,
    *,
    parent: QtWidgets.QWidget | None = None,
    details: str = "",
    icon: QtWidgets.QMessageBox.Icon = QtWidgets.QMessageBox.Icon.Information,
    buttons: QtWidgets.QMessageBox.StandardButton = QtWidgets.QMessageBox.StandardButton.Ok,
) -> QtWidgets.QMessageBox:
    """A message box with plain texts; the caller shows it (``exec`` or ``open``)."""
    box = QtWidgets.QMessageBox(parent)
    box.setTextFormat(PLAIN)
    box.setIcon(icon)
    box.setWindowTitle(title)
    box.setText(text)
    box.setStandardButtons(buttons)
    if details:
        box.setDetailedText(details)
    return box


@guard
class PlainTextView(QtWidgets.QPlainTextEdit):
    """A read-only view of a longer text from outside, with the fixed-width font."""

    def __init__(self, text: str = "", parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setReadOnly(True)
        self.setFont(QtGui.QFontDatabase.systemFont(QtGui.QFontDatabase.SystemFont.FixedFont))

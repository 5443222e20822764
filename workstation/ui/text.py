"""Owns every place where text reaches a widget. Must not let any of it be read as HTML, hide, or pose as another text.

Labels, tips and boxes of Qt guess whether a text is rich text. Texts here come from case files and strangers, so a
label named ``<img src=…>`` must show as written and load nothing, and characters that cannot be seen are shown as
marks (``domain/visible.py``). The rest of ``ui`` calls these functions instead of ``QLabel(``, ``setToolTip(``,
``QMessageBox`` and the rows of lists and tables (``tests/floors/test_plain_text.py`` looks).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from typing import Protocol

from PySide6 import QtCore, QtGui, QtWidgets

from workstation.domain.visible import visible
from workstation.ui.guard import guard

PLAIN = QtCore.Qt.TextFormat.PlainText
_LINES = "\n\t"
#: Most characters of a cell or button, of a tool tip, of a label.
_CELL, _TIP, _LABEL = 400, 2000, 2000
#: A run without blanks longer than any identifier may break, so that it cannot push everything else off a panel.
_RUN = re.compile(r"\S{81,}")


def cell(words: str) -> str:
    """A text as one line of a list, a table, a button or a title: hidden characters are marks, a huge text is cut."""
    return visible(words, _CELL)


@guard
class Label(QtWidgets.QLabel):
    """A label that shows its text exactly as written, what is hidden in it as marks.

    Args:
        breaks: a run without blanks may break after every six characters, invisibly, so that an identifier wraps in a
            narrow panel instead of being cut.
    """

    def __init__(self, words: str = "", parent: QtWidgets.QWidget | None = None, *, breaks: bool = False) -> None:
        super().__init__(parent)
        self._breaks = breaks
        self.setTextFormat(PLAIN)
        self.setText(words)

    def setText(self, words: str) -> None:
        """Show another text."""
        shown = visible(words, _LABEL, keep=_LINES)
        super().setText(_broken(shown, 6) if self._breaks else _RUN.sub(lambda run: _broken(run.group(), 40), shown))


def _broken(words: str, every: int) -> str:
    return "\u200b".join(words[i : i + every] for i in range(0, len(words), every))


def label(
    text: str = "", parent: QtWidgets.QWidget | None = None, *, wrap: bool = False, breaks: bool = False
) -> Label:
    """A label that shows its text exactly as written, what is hidden in it as marks."""
    made = Label(text, parent, breaks=breaks)
    made.setWordWrap(wrap)
    return made


def selectable_label(text: str = "", parent: QtWidgets.QWidget | None = None) -> Label:
    """A plain label whose text can be marked and copied with mouse and keyboard (addresses, hashes, amounts)."""
    made = label(text, parent, wrap=True)
    flags = QtCore.Qt.TextInteractionFlag
    made.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
    return made


def tip_text(text: str) -> str:
    """The text as a tool tip that Qt shows as written; for item models (``ToolTipRole``) and helpers of this module."""
    text = visible(text, _TIP, keep=_LINES)
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
    box.setWindowTitle(cell(title))
    box.setText(visible(text, _LABEL, keep=_LINES))
    box.setStandardButtons(buttons)
    if details:
        box.setDetailedText(visible(details, keep=_LINES))
    return box


def list_row(words: str) -> QtWidgets.QListWidgetItem:
    """A row of a list."""
    return QtWidgets.QListWidgetItem(cell(words))


def tree_row(words: Iterable[str]) -> QtWidgets.QTreeWidgetItem:
    """A row of a tree or of a table of results, one text per column."""
    return QtWidgets.QTreeWidgetItem([cell(word) for word in words])


def table_cell(words: str) -> QtWidgets.QTableWidgetItem:
    """A cell of a table."""
    return QtWidgets.QTableWidgetItem(cell(words))


def model_row(words: str) -> QtGui.QStandardItem:
    """A read-only row of an item model."""
    made = QtGui.QStandardItem(cell(words))
    made.setEditable(False)
    return made


@guard
class PlainTextView(QtWidgets.QPlainTextEdit):
    """A read-only view of a longer text from outside, with the fixed-width font."""

    def __init__(self, text: str = "", parent: QtWidgets.QWidget | None = None) -> None:
        super().__init__(visible(text, keep=_LINES), parent)
        self.setReadOnly(True)
        self.setFont(QtGui.QFontDatabase.systemFont(QtGui.QFontDatabase.SystemFont.FixedFont))

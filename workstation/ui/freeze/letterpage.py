"""Owns the page of the wizard that shows the letter as it will be printed, and asks where the pack goes. Writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from workstation.ui.guard import guard
from workstation.ui.text import label
from workstation.ui.translate import tr
from workstation.ui.widgets import button, clear, plain

#: Pages that are shown; the written letter has all.
_MOST = 12
_WIDE = 620


@guard
class LetterPage(QWidget):
    """The pages of the letter, one below the other, and the file of the pack."""

    def __init__(self, out: Path) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self.words = plain("", wrap=True)
        column.addWidget(self.words)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName(tr("The letter"))
        inner = QWidget()
        self.pages = QVBoxLayout(inner)
        self.pages.setSpacing(10)
        self.area.setWidget(inner)
        column.addWidget(self.area, 1)
        line = QHBoxLayout()
        name = plain(tr("Pack"))
        self.out = QLineEdit(str(out))
        self.out.setAccessibleName(tr("File of the pack"))
        self.out.setAccessibleDescription(tr("A file that ends in .zip, or a new folder"))
        name.setBuddy(self.out)
        line.addWidget(name)
        line.addWidget(self.out, 1)
        line.addWidget(button(tr("Choose …"), self._choose, name=tr("Choose where the pack goes")))
        column.addLayout(line)

    def busy(self) -> None:
        """The letter is being set."""
        self.words.setText(tr("The letter is being set …"))

    def failed(self, why: str) -> None:
        """The letter cannot be shown."""
        clear(self.pages)
        self.words.setText(why)

    def show_pages(self, pages: Sequence[bytes], read: str, state: str) -> None:
        """Show the pages; ``read``: the same letter as text, for a screen reader."""
        clear(self.pages)
        for number, data in enumerate(pages[:_MOST], 1):
            image = QImage.fromData(data)
            ratio = self.devicePixelRatioF()
            made: QLabel = label()
            shown = QPixmap.fromImage(image).scaledToWidth(
                round(_WIDE * ratio), Qt.TransformationMode.SmoothTransformation
            )
            shown.setDevicePixelRatio(ratio)
            made.setPixmap(shown)
            made.setFrameShape(QFrame.Shape.Box)  # or the white of the paper has no edge
            made.setAccessibleName(tr("Page {n} of {m}", n=number, m=len(pages)))
            made.setAccessibleDescription(read if number == 1 else "")
            self.pages.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
        more = "" if len(pages) <= _MOST else " " + tr("The first {n} pages are shown.", n=_MOST)
        self.words.setText(state + more)
        self.area.verticalScrollBar().setValue(0)

    def _choose(self) -> None:
        found = QFileDialog.getSaveFileName(self, tr("Where the pack goes"), self.out.text(), tr("Packs (*.zip)"))[0]
        if found:
            self.out.setText(found)

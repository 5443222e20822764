"""Owns showing the pages of a paper as they will be printed: one below the other, with a line above. Sets no paper."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QVBoxLayout, QWidget

from workstation.ui.guard import guard
from workstation.ui.text import label
from workstation.ui.translate import tr
from workstation.ui.widgets import clear, plain

#: Pages that are shown; the written paper has all.
_MOST = 12
_WIDE = 620


@guard
class PaperPages(QWidget):
    """The pages of a paper.

    Args:
        name: what is shown, for a screen reader. waiting: said while it is being set.
    """

    def __init__(self, name: str, waiting: str) -> None:
        super().__init__()
        self._waiting = waiting
        self._pages: list[bytes] = []
        self._many, self._read = 0, ""
        self._left = QTimer(self)
        self._left.setSingleShot(True)
        self._left.timeout.connect(self._add)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(6)
        self.words = plain("", wrap=True)
        self.column.addWidget(self.words)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName(name)
        inner = QWidget()
        self.pages = QVBoxLayout(inner)
        self.pages.setSpacing(10)
        self.area.setWidget(inner)
        self.column.addWidget(self.area, 1)

    def busy(self) -> None:
        """The paper is being set."""
        self.words.setText(self._waiting)

    def failed(self, why: str) -> None:
        """The paper cannot be shown."""
        self._left.stop()
        clear(self.pages)
        self.words.setText(why)

    def show_pages(self, pages: Sequence[bytes], read: str, state: str) -> None:
        """Show the pages, the first at once; ``read``: the same paper as text, for a screen reader."""
        clear(self.pages)
        self._pages, self._many, self._read = list(pages[:_MOST]), len(pages), read
        more = "" if len(pages) <= _MOST else " " + tr("The first {n} pages are shown.", n=_MOST)
        self.words.setText(state + more)
        self.area.verticalScrollBar().setValue(0)
        self._add()

    def _add(self) -> None:
        """One page a turn: unpacking all of them would hold up the window."""
        if self._pages:
            self.pages.addWidget(self._page(self._pages.pop(0)), 0, Qt.AlignmentFlag.AlignHCenter)
        if self._pages:
            self._left.start()

    def _page(self, data: bytes) -> QLabel:
        ratio, number = self.devicePixelRatioF(), self.pages.count() + 1
        made: QLabel = label()
        shown = QPixmap.fromImage(QImage.fromData(data)).scaledToWidth(
            round(_WIDE * ratio), Qt.TransformationMode.SmoothTransformation
        )
        shown.setDevicePixelRatio(ratio)
        made.setPixmap(shown)
        made.setFrameShape(QFrame.Shape.Box)  # or the white of the paper has no edge
        made.setAccessibleName(tr("Page {n} of {m}", n=number, m=self._many))
        made.setAccessibleDescription(self._read if number == 1 else "")
        return made

"""Owns the dialog with the exact identifier: large, in groups for reading aloud, as QR code, and to copy."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from workstation.app.qr import QUIET, groups, modules
from workstation.domain.subjects import Subject
from workstation.ui import text
from workstation.ui.guard import guard
from workstation.ui.translate import tr
from workstation.ui.widgets import Scrolled, button, copy_text, plain

_IN_A_LINE = 3


@guard
class QrCode(QWidget):
    """A QR code: always black on white with its quiet zone, in every theme, so that every reader takes it."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.modules = modules(words)
        self.setAccessibleName(text.cell(tr("QR code of {words}", words=words)))
        side = len(self.modules) + 2 * QUIET
        self._each = max(3, round(QFontMetrics(QApplication.font()).height() * 17 / side))
        self.setFixedSize(QSize(side * self._each, side * self._each))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(255, 255, 255))
            size = self._each
            for y, row in enumerate(self.modules):
                for x, dark in enumerate(row):
                    if dark:
                        painter.fillRect(QRect((x + QUIET) * size, (y + QUIET) * size, size, size), QColor(0, 0, 0))
        finally:
            painter.end()


@guard
class QrDialog(QDialog):
    """One identifier, whole. ``name``: what the case calls it."""

    def __init__(self, parent: QWidget | None, subject: Subject, name: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Exact identifier"))
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 14)
        column.setSpacing(10)
        column.addWidget(plain(name or tr("Exact identifier"), head=True, wrap=True))
        kind = tr("Address") if subject.kind == "address" else tr("Transaction")
        under = "  ·  ".join((kind, subject.chain, tr("{n} characters", n=len(subject.ref))))
        column.addWidget(plain(under, dim=True, small=True))
        inside = QWidget()
        both = QVBoxLayout(inside)
        both.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout()
        line.setSpacing(20)
        self.code = QrCode(subject.ref)
        line.addWidget(self.code, 0, Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        parts = groups(subject.ref)
        lines = ["  ".join(parts[at : at + _IN_A_LINE]) for at in range(0, len(parts), _IN_A_LINE)]
        self.aloud = plain("\n".join(lines), mono=True, wrap=True)
        font = self.aloud.font()
        font.setFamily("DejaVu Sans Mono")
        size = round(QFontMetrics(QApplication.font()).height() * 1.25)
        self.aloud.setStyleSheet(f"font-size: {size}px;")
        self.aloud.setAccessibleName(text.cell(" ".join(parts)))
        right.addWidget(self.aloud)
        words = tr("In groups of four for reading aloud. Copy and the code hold it without blanks.")
        right.addWidget(plain(words, dim=True, small=True, wrap=True))
        right.addStretch(1)
        line.addLayout(right, 1)
        both.addLayout(line)
        whole = plain(subject.ref, mono=True, wrap=True, select=True, breaks=True)
        whole.setAccessibleName(text.cell(subject.ref))
        both.addWidget(whole)
        column.addWidget(Scrolled(inside, text.cell(subject.ref)), 1)
        foot = QHBoxLayout()
        foot.addStretch(1)
        self.copy = button(tr("Copy"), partial(copy_text, subject.ref), name=tr("Copy the whole identifier"))
        foot.addWidget(self.copy)
        close = button(tr("Close"), self.accept, primary=True)
        close.setDefault(True)
        foot.addWidget(close)
        column.addLayout(foot)

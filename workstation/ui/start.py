"""Owns the start page: what a newcomer sees before a case is open. Must not open anything itself: it only asks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPainterPath, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from workstation.ui import icons
from workstation.ui.guard import guard
from workstation.ui.style import mix
from workstation.ui.text import cell
from workstation.ui.translate import tr
from workstation.ui.widgets import card, clear, paint_icon, plain, section


@guard
class Mark(QWidget):
    """The sign of the product: a small flow of money, drawn in palette colours."""

    def __init__(self, high: int) -> None:
        super().__init__()
        self.setFixedSize(round(high * 2.6), high)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            palette = self.palette()
            accent = palette.color(QPalette.ColorRole.Highlight)
            grey = mix(palette.color(QPalette.ColorRole.Window), palette.color(QPalette.ColorRole.WindowText), 0.45)
            high, wide = self.height(), self.width()
            left, middle, right = high * 0.2, wide / 2, wide - high * 0.2
            for y, weight in ((0.2, 2.0), (0.5, 4.0), (0.8, 2.0)):
                path = QPainterPath()
                path.moveTo(left, high * y)
                path.cubicTo(middle * 0.62, high * y, middle * 0.6, high * 0.5, middle, high * 0.5)
                painter.setPen(QPen(grey, weight * high / 70))
                painter.drawPath(path)
            painter.setPen(QPen(accent, high / 13))
            painter.drawLine(round(middle), round(high * 0.5), round(right - high * 0.2), round(high * 0.5))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(grey)
            for y in (0.2, 0.5, 0.8):
                painter.drawEllipse(QRectF(left - high * 0.09, high * y - high * 0.09, high * 0.18, high * 0.18))
            painter.setBrush(accent)
            size = high * 0.42
            painter.drawPath(
                icons.role_path("infrastructure", QRectF(middle - size / 2, high / 2 - size / 2, size, size))
            )
            size = high * 0.4
            painter.drawPath(icons.role_path("service", QRectF(right - size, high / 2 - size / 2, size, size)))
        finally:
            painter.end()


@guard
class Tile(QPushButton):
    """A large button with an icon, a title and one plain sentence."""

    def __init__(self, icon: str, title: str, words: str) -> None:
        super().__init__()
        self.setProperty("tile", True)
        self.setProperty("lineIcon", icon)
        self.setAccessibleName(title)
        self.setAccessibleDescription(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(44, 12, 14, 12)
        layout.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout.setSpacing(3)
        head = plain(title, strong=True, wrap=True)
        body = plain(words, dim=True, small=True, wrap=True)
        for each in (head, body):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout.addWidget(each)
        self.setMinimumHeight(head.sizeHint().height() * 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        icon = self.icon()
        self.setIcon(QIcon())
        super().paintEvent(event)
        self.setIcon(icon)
        painter = QPainter(self)
        try:
            icons_size = self.iconSize()
            icon.paint(painter, 15, 14, icons_size.width(), icons_size.height())
        finally:
            painter.end()


@guard
class StartPage(QScrollArea):
    """Open a demo, a case, evidence; recent cases; the promise that nothing leaves this computer."""

    demo_asked = Signal(str)
    import_asked = Signal()
    new_asked = Signal()
    open_asked = Signal()
    recent_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName(tr("Start page"))
        page = QWidget()
        self.setWidget(page)
        outer = QHBoxLayout(page)
        outer.addStretch(1)
        column = QWidget()
        column.setMaximumWidth(980)
        column.setMinimumWidth(620)
        outer.addWidget(column, 8)
        outer.addStretch(1)
        layout = QVBoxLayout(column)
        layout.setContentsMargins(24, 28, 24, 24)
        layout.setSpacing(10)
        layout.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(20)
        head.addWidget(Mark(64))
        words = QVBoxLayout()
        words.setSpacing(4)
        title = plain(tr("Fundflow Workstation"))
        title.setProperty("pageTitle", True)
        words.addWidget(title)
        words.addWidget(
            plain(
                tr("Load the files you hold. See who paid whom. Hand over evidence that anyone can check."),
                dim=True,
                wrap=True,
            )
        )
        head.addLayout(words, 1)
        layout.addLayout(head)
        layout.addSpacing(14)
        layout.addWidget(section(tr("Look around")))
        demos = QGridLayout()
        demos.setSpacing(10)
        for column_number, (name, heading, body) in enumerate(
            (
                (
                    "romance",
                    tr("Open the demo case: romance scam"),
                    tr("Fictional. USDT on TRON runs from nine payments through collectors to one exchange deposit."),
                ),
                (
                    "colonial",
                    tr("Open the demo case: Colonial Pipeline"),
                    tr("Real, 2021. The ransom payment in Bitcoin and the way to the address it was seized from."),
                ),
            )
        ):
            tile = Tile("demo", heading, body)
            tile.clicked.connect(lambda _=False, key=name: self.demo_asked.emit(key))
            demos.addWidget(tile, 0, column_number)
        layout.addLayout(demos)
        layout.addSpacing(6)
        layout.addWidget(section(tr("Start working")))
        work = QGridLayout()
        work.setSpacing(10)
        self._asks: list[Tile] = []
        for column_number, (icon, heading, body, signal) in enumerate(
            (
                (
                    "import",
                    tr("Import evidence"),
                    tr("Explorer exports, node answers, tag lists. Drop them here. Ctrl+I"),
                    self.import_asked,
                ),
                ("new", tr("New case"), tr("One file holds everything, encrypted if you like. Ctrl+N"), self.new_asked),
                ("open", tr("Open a case"), tr("A .wcase file. Ctrl+O"), self.open_asked),
            )
        ):
            tile = Tile(icon, heading, body)
            tile.clicked.connect(lambda _=False, ask=signal: ask.emit())
            work.addWidget(tile, 0, column_number)
            self._asks.append(tile)
        layout.addLayout(work)
        layout.addSpacing(6)
        self._recent_head = section(tr("Recent cases"))
        layout.addWidget(self._recent_head)
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        layout.addLayout(self._recent)
        layout.addSpacing(8)
        promise, inner = card()
        line = QHBoxLayout()
        shield = plain("")
        shield.setPixmap(
            icons.line_icon("shield", self.palette().color(QPalette.ColorRole.Highlight), 20).pixmap(20, 20)
        )
        line.addWidget(shield)
        line.addWidget(plain(tr("Works offline; nothing leaves this computer."), strong=True))
        line.addStretch(1)
        line.addWidget(plain(tr("Help F1   ·   All commands Ctrl+K   ·   Keys Ctrl+/"), dim=True, small=True))
        inner.addLayout(line)
        layout.addWidget(promise)
        layout.addStretch(2)
        self.show_recent(())

    def show_recent(self, paths: Sequence[Path]) -> None:
        """List recent cases; nothing is shown when there are none."""
        clear(self._recent)
        self._recent_head.setVisible(bool(paths))
        for path in list(paths)[:5]:
            made = QPushButton(cell(f"{path.stem}     {path.parent}"))
            made.setProperty("flat", True)
            made.setProperty("lineIcon", "file")
            paint_icon(made)
            made.setAccessibleName(tr("Open {name}", name=cell(path.stem)))
            made.clicked.connect(lambda _=False, p=str(path): self.recent_asked.emit(p))
            self._recent.addWidget(made)

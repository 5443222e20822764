"""Owns the fixed frame of the window: top bar, loop strip, status bar. Must not know a session; shows what it hears."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStatusBar,
    QWidget,
)

from workstation.ui.guard import guard
from workstation.ui.start import Mark
from workstation.ui.text import cell, set_tip
from workstation.ui.translate import tr
from workstation.ui.widgets import button, plain, tool


@guard
class TopBar(QFrame):
    """Case title, search, layout, undo and redo, import and export."""

    search_typed = Signal(str)
    search_entered = Signal(str)
    search_left = Signal()

    def __init__(self, run: Callable[[str], object]) -> None:
        super().__init__()
        self.setObjectName("topBar")
        line = self._line = QHBoxLayout(self)
        line.setContentsMargins(12, 5, 12, 5)
        line.setSpacing(8)
        line.addWidget(Mark(24))
        self.title = plain("")
        self.title.setObjectName("caseTitle")
        self.title.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)
        line.addWidget(self.title)
        self.saved = plain("", dim=True, small=True)
        line.addWidget(self.saved)
        line.addSpacing(10)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search address, transaction, label, finding    Ctrl+F"))
        self.search.setAccessibleName(tr("Search the case"))
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(180)
        self.search.setMaximumWidth(560)
        self.search.installEventFilter(self)
        line.addWidget(self.search, 6)
        line.addStretch(1)
        self.flow = button(
            tr("Flow"),
            lambda: run("graph.layout"),
            tip=tr("Lay the graph out again from left to right (can be undone)"),
            name=tr("Flow layout"),
        )
        self.undo = tool("undo", tr("Undo"), lambda: run("edit.undo"), tr("Undo (Ctrl+Z)"))
        self.redo = tool("redo", tr("Redo"), lambda: run("edit.redo"), tr("Redo (Ctrl+Shift+Z)"))
        self.bring = button(
            tr("Import"), lambda: run("case.import"), tip=tr("Import evidence files (Ctrl+I)"), icon="import"
        )
        self.export = button(
            tr("Export"),
            lambda: run("case.export"),
            primary=True,
            tip=tr("Export the evidence package (Ctrl+Shift+E)"),
            icon="export",
        )
        for each in (self.flow, self.undo, self.redo, self.bring, self.export):
            line.addWidget(each)
        self.search.textEdited.connect(self.search_typed.emit)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.search and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = event.key()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.search_entered.emit(self.search.text())
                return True
            if key == Qt.Key.Key_Escape:
                self.search.clear()
                self.search_left.emit()
                return True
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """Narrow: what does not fit on a small screen with large type is in the menus as well."""
        return QSize(400, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        spare = (self.saved, self.flow, self.redo, self.undo)
        for each in spare:
            each.show()
        for each in spare:
            if self._line.minimumSize().width() <= self.width():
                break
            each.hide()

    def show_case(self, title: str, saved: str, *, is_open: bool) -> None:
        """Show which case is open and that everything is on disk."""
        metrics, title = self.title.fontMetrics(), cell(title)
        self.title.setText(metrics.elidedText(title, Qt.TextElideMode.ElideRight, max(180, self.width() // 4)))
        self.title.setMinimumWidth(min(120, self.title.sizeHint().width()))
        set_tip(self.title, title)
        self.saved.setText(saved)
        for each in (self.search, self.flow, self.undo, self.redo, self.export):
            each.setEnabled(is_open)
        self._fit()


@dataclass(frozen=True, slots=True)
class Stage:
    """One chip of the loop strip: name, count, one problem (empty = none), and whether it is the next thing to do."""

    key: str
    name: str
    count: str = ""
    problem: str = ""
    next: bool = False


@guard
class LoopStrip(QFrame):
    """Import to Export as a guide, never a gate: each chip jumps to its stage."""

    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("loopStrip")
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(10, 2, 10, 2)
        self._line.setSpacing(2)
        self._chips: list[QPushButton] = []
        self._stages: tuple[Stage, ...] = ()

    def show_stages(self, stages: Sequence[Stage]) -> None:
        """Show the stages; the same stages again change nothing."""
        if tuple(stages) == self._stages:
            return
        self._stages = tuple(stages)
        from workstation.ui.widgets import clear

        clear(self._line)
        self._chips = []
        for number, stage in enumerate(stages):
            if number:
                self._line.addWidget(plain("›", dim=True))
            words = (
                stage.name
                + (f"  {stage.count}" if stage.count else "")
                + (f"  ({stage.problem})" if stage.problem else "")
            )
            chip = QPushButton(words)
            chip.setProperty("whole", words)
            chip.setProperty("short", stage.name + (f"  {stage.count}" if stage.count else ""))
            chip.setProperty("chip", True)
            chip.setProperty("active", stage.next)
            chip.setAccessibleName(words)
            set_tip(chip, tr("Next: {stage}", stage=stage.name) if stage.next else stage.name)
            chip.clicked.connect(lambda _=False, key=stage.key: self.asked.emit(key))
            self._line.addWidget(chip)
            self._chips.append(chip)
        self._line.addStretch(1)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Narrow, so that large type does not make the window wider than the screen."""
        return QSize(400, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Leave out the problems where there is no room for them; their tip and name go on telling them."""
        for form in ("whole", "short"):
            for chip in self._chips:
                chip.setText(str(chip.property(form)))
            if self._line.minimumSize().width() <= self.width():
                return


@guard
class StatusLine(QStatusBar):
    """OFFLINE, saved, addresses shown, running job, zone, exact or short, custody."""

    zone_asked = Signal()
    exact_asked = Signal()
    verify_asked = Signal()
    jobs_asked = Signal()
    cancel_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setSizeGripEnabled(False)
        self.setContentsMargins(10, 0, 10, 0)
        self.offline = plain(tr("OFFLINE"), strong=True, small=True)
        set_tip(self.offline, tr("This program has no network code. Nothing leaves this computer."))
        self.shown = plain("", small=True, dim=True)
        self.message = plain("", small=True)
        for label in (self.shown, self.message):  # long words are cut (the tip has them whole), the window stays as wide
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.addWidget(self.offline)
        self.addWidget(self.shown, 1)
        self.addWidget(self.message, 3)
        self.job = self._chip(tr("Jobs"), self.jobs_asked)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(90)
        self.bar.setAccessibleName(tr("Progress of the running job"))
        self.stop = tool("close", tr("Cancel the running job"), self.cancel_asked.emit)
        self.zone = self._chip("UTC", self.zone_asked, tr("Show times in UTC or in the zone of the case"))
        self.exact = self._chip(tr("exact"), self.exact_asked, tr("Show exact or short amounts in tables"))
        self.custody = self._chip(tr("custody"), self.verify_asked, tr("Check the custody log and all evidence now"))
        for each in (self.job, self.bar, self.stop, self.zone, self.exact, self.custody):
            self.addPermanentWidget(each)
        self.show_job("", 0, 0)

    def _chip(self, words: str, signal: object, tip: str = "") -> QPushButton:
        made = QPushButton(words)
        made.setProperty("status", True)
        made.setAccessibleName(words)
        if tip:
            set_tip(made, tip)
        made.clicked.connect(lambda: signal.emit())  # type: ignore[attr-defined]
        return made

    def show_job(self, title: str, done: int, total: int) -> None:
        """Show the running job, or nothing."""
        for each in (self.job, self.bar, self.stop):
            each.setVisible(bool(title))
        self.job.setText(cell(title))
        self.job.setAccessibleName(cell(title) or tr("Jobs"))
        self.bar.setRange(0, total and 1000)
        self.bar.setValue(done * 1000 // total if total else 0)


@guard
class Overlay(QFrame):
    """A small card that floats over the canvas (zoom buttons, scope line)."""

    def __init__(self, parent: QWidget, *, upright: bool = False) -> None:
        super().__init__(parent)
        self.setObjectName("overlay")
        from PySide6.QtWidgets import QBoxLayout

        way = QBoxLayout.Direction.TopToBottom if upright else QBoxLayout.Direction.LeftToRight
        self.line = QBoxLayout(way, self)
        self.line.setContentsMargins(4, 4, 4, 4) if upright else self.line.setContentsMargins(10, 4, 10, 4)
        self.line.setSpacing(2)

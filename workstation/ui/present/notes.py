"""Owns the speaker's window: notes of this scene, the next one, and the time since the start. The audience never sees it."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, Qt, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workstation.ui.guard import guard
from workstation.ui.translate import tr
from workstation.ui.widgets import plain, section


@guard
class SpeakerNotes(QWidget):
    """A window of its own; it stands on the second screen when there is one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(tr("Speaker notes"))
        self.now = plain("", strong=True, wrap=True)
        self.words = plain("", wrap=True, select=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.following = plain("", wrap=True, dim=True)
        self.elapsed = plain("0:00", mono=True)
        self.elapsed.setAccessibleName(tr("Time since the start"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(self.elapsed)
        layout.addWidget(self.now)
        layout.addWidget(self.words, 1)
        layout.addWidget(section(tr("Next")))
        layout.addWidget(self.following)
        self._clock = QElapsedTimer()
        self._clock.start()
        self._each_second = QTimer(self)
        self._each_second.setInterval(1000)
        self._each_second.timeout.connect(self._tick)
        self._each_second.start()
        self.resize(560, 420)

    def show_scene(self, now: str, notes: str, following: str) -> None:
        """Tell what is on stage, what to say, and what comes next."""
        self.now.setText(now)
        self.words.setText(notes or tr("No notes at this scene."))
        self.following.setText(following or tr("This is the last scene."))

    def _tick(self) -> None:
        minutes, seconds = divmod(self._clock.elapsed() // 1000, 60)
        self.elapsed.setText(f"{minutes}:{seconds:02d}")

    def closeEvent(self, event: QCloseEvent) -> None:
        self._each_second.stop()
        super().closeEvent(event)

"""Owns how window and session stood before a presentation, and putting them back to the pixel.

Must not change the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtWidgets import QAbstractItemView, QApplication, QHeaderView, QScrollArea, QWidget
from shiboken6 import Shiboken

if TYPE_CHECKING:
    from workstation.app.lens import Lens
    from workstation.app.session import Camera, Session
    from workstation.domain.subjects import Subject
    from workstation.ui.window import MainWindow

#: A window system gives a window its old size a little later; until then the docks cannot have theirs.
_PATIENCE = (0, 60, 250)


class Before:
    """Everything a presentation changes, as it stood when this was made."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        self.window, self.session = window, session
        self.scale = window.settings.scale
        self.layout: QByteArray = window.saveState(1)
        self.state = window.windowState()
        self.geometry = window.geometry()
        self.focus: QWidget | None = QApplication.focusWidget()
        self.bars = [bar for bar in (window.menuBar(), window.head_bar, window.statusBar()) if not bar.isHidden()]
        self.graph = session.graph
        self.camera: Camera | None = session.camera
        view = window.canvas.view if window.canvas is not None else None
        self.fitted = view is not None and view.is_fitted
        self.selection: tuple[Subject, ...] = session.selection
        self.lenses: dict[str, Lens] = {key: session.lens_of(key) for key in session.graphs.graph_keys()}
        self.scrolled = [
            (bar, bar.value())
            for area in window.findChildren(QAbstractItemView) + window.findChildren(QScrollArea)
            for bar in (area.horizontalScrollBar(), area.verticalScrollBar())
        ]
        self.headers = [(head, head.saveState()) for head in window.findChildren(QHeaderView)]  # large type widens them
        self.views = list(session.views.past), list(session.views.future)

    def put_back(self) -> None:
        """Make everything stand as it stood."""
        window, session = self.window, self.session
        window.restyle()
        for bar in self.bars:
            bar.show()
        self._place_window()
        for key, lens in self.lenses.items():
            if key in session.graphs.graph_keys():
                session.set_lens(key, lens)
        if self.graph in session.graphs.graph_keys():
            session.show_graph(self.graph, remember=False)
        session.select(self.selection)
        session.views.past[:], session.views.future[:] = self.views
        if window.canvas is not None:
            window.canvas.show_tabs()
            window.canvas.show_picture()
        self._look()
        inside = self.focus is not None and Shiboken.isValid(self.focus) and window.isAncestorOf(self.focus)
        if inside and self.focus is not None and self.focus.isVisible():
            self.focus.setFocus()
        else:
            window.focus_canvas()
        self._scroll()
        QTimer.singleShot(0, window, lambda: self._scroll())  # tables take their rows a little later
        if window.geometry() != self.geometry or self._moved():
            for wait in _PATIENCE:
                # a bound method would be held weakly: this object is gone by then, and the call would crash
                QTimer.singleShot(wait, window, lambda: self._again())

    def _place_window(self) -> None:
        window = self.window
        window.setWindowState(self.state)
        if not self.state & (Qt.WindowState.WindowMaximized | Qt.WindowState.WindowFullScreen):
            window.setGeometry(self.geometry)  # restoreGeometry() shrinks a window to what it takes for the screen
        window.restoreState(self.layout, 1)
        column = window.layout()
        if column is not None:
            column.activate()

    def _moved(self) -> bool:
        return self.window.saveState(1) != self.layout

    def _again(self) -> None:
        """Once more, when the window has its size."""
        if self.window.stage is None and self.window.desk.session is self.session and self._moved():
            self._place_window()
            self._look()

    def _scroll(self) -> None:
        for head, state in self.headers:
            if Shiboken.isValid(head):
                head.restoreState(state)
        for bar, value in self.scrolled:
            if Shiboken.isValid(bar):
                bar.setValue(value)

    def _look(self) -> None:
        view = self.window.canvas.view if self.window.canvas is not None else None
        if view is None:
            return
        if self.fitted:
            view.fit()
        elif self.camera is not None:
            view.set_camera(*self.camera)
            view.touched()

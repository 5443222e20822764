"""Owns how the session and the canvas stood before a presentation, and putting them back.

The window itself stands untouched below the stage. Must not change the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractItemView, QApplication, QScrollArea, QWidget
from shiboken6 import Shiboken

if TYPE_CHECKING:
    from workstation.app.lens import Lens
    from workstation.app.session import Camera, Session
    from workstation.domain.subjects import Subject
    from workstation.ui.window import MainWindow


class Before:
    """Everything a presentation changes, as it stood when this was made."""

    def __init__(self, window: MainWindow, session: Session) -> None:
        self.window, self.session = window, session
        self.focus: QWidget | None = QApplication.focusWidget()
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
        self.views = list(session.views.past), list(session.views.future)

    def put_back(self) -> None:
        """Make everything stand as it stood; the canvas is back in the window already."""
        window, session = self.window, self.session
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
        # a bound method would be held weakly: this object is gone by then, and the call would crash
        QTimer.singleShot(0, window, lambda: self._scroll())  # tables take their rows a little later

    def _scroll(self) -> None:
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

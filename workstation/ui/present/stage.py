"""Owns the stage: scenes one after the other on a screen of their own, by keyboard or clicker, with everything put back.

It changes nothing in the case. Names of persons are masked from the start (``app/privacy``); M takes the mask off.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QCloseEvent, QColor, QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from workstation.ui import styling
from workstation.ui.guard import guard
from workstation.ui.present.before import Before
from workstation.ui.translate import tr
from workstation.ui.widgets import EmptyState, plain, repaint_icons

if TYPE_CHECKING:
    from workstation.analysis.picture import Picture
    from workstation.app.sceneviews import SceneView
    from workstation.app.session import Session
    from workstation.ui.present.notes import SpeakerNotes
    from workstation.ui.theme import Theme
    from workstation.ui.window import MainWindow

_RING = 44


@guard
class PointerRing(QWidget):
    """A ring around the mouse, so that the room sees where the speaker points. It takes no clicks."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.resize(_RING, _RING)
        self.hide()

    def follow(self, at: QPoint) -> None:
        """Stand around a point of the parent."""
        self.move(at - QPoint(_RING // 2, _RING // 2))
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.palette().highlight().color(), 4))
            painter.drawEllipse(self.rect().adjusted(4, 4, -4, -4))
        finally:
            painter.end()


@guard
class Blank(QWidget):
    """A black sheet over the window: the full stop of a clicker."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("Black screen"))
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        try:
            painter.fillRect(self.rect(), QColor(0, 0, 0))
        finally:
            painter.end()


@guard
class Screen(QWidget):
    """The window of the audience. It takes the canvas in; the window of the program stands below as it was.

    Args:
        leave: ends the presentation, when the window system closes this window.
    """

    def __init__(self, window: MainWindow, leave: Callable[[], object]) -> None:
        super().__init__(window, Qt.WindowType.Window)
        self.setObjectName("stage")
        self.setWindowTitle(tr("Presentation"))
        self._leave = leave
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    def closeEvent(self, event: QCloseEvent) -> None:
        event.ignore()
        self._leave()


@guard
class Presentation(QObject):
    """A presentation from its start to :meth:`leave`.

    Args:
        ended: called once, after everything stands as it stood before.
    """

    def __init__(self, window: MainWindow, session: Session, ended: Callable[[], object]) -> None:
        super().__init__(window)
        self.window = window
        self.session = session
        self._ended = ended
        self.number = -1
        self.masked = True
        self._scene: tuple[tuple[str, int], SceneView] | None = None
        self._was = Before(window, session)
        assert window.canvas is not None
        canvas = self.canvas = window.canvas
        self.bar = QFrame()
        self.bar.setObjectName("overlay")
        self.place = plain("", dim=True)
        self.caption = plain("", strong=True, wrap=True)
        line = QHBoxLayout(self.bar)
        line.setContentsMargins(18, 10, 18, 12)
        line.setSpacing(14)
        line.addWidget(self.place)
        line.addWidget(self.caption, 1)
        self.remark = plain("", dim=True, small=True, wrap=True)
        self.remark.setMaximumWidth(round(window.width() * 0.3))
        self.remark.hide()
        line.addWidget(self.remark)
        self.screen = Screen(window, self.leave)
        self.absent = EmptyState(tr("The graph is on stage."), tr("End the presentation"), "F5", self.leave)
        self.ring = PointerRing(canvas.stage)
        self.blank = Blank(self.screen)
        self.notes: SpeakerNotes | None = None
        self._enter()
        canvas.set_mask(self._mask)
        for each in self._watched():
            each.installEventFilter(self)
        canvas.focus_canvas()
        if len(QGuiApplication.screens()) > 1:
            self.show_notes()

    def _watched(self) -> list[QObject]:
        view = self.canvas.view
        return [self.screen, self.absent, *([view, view.viewport()] if view is not None else [])]

    def _enter(self) -> None:
        """Take the canvas out of the window and put it alone on the screen, in large type."""
        canvas, screen, pages = self.canvas, self.screen, self.window.pages
        pages.insertWidget(pages.indexOf(canvas), self.absent)
        pages.setCurrentWidget(self.absent)
        screen.column.addWidget(canvas, 1)
        screen.column.addWidget(self.bar)
        canvas.show()
        for each in (canvas.tab_row, canvas.crumbs, canvas.zoom, canvas.scope):
            each.hide()
        scale = min(250, round(self.window.settings.scale * 1.5))
        self._colour(styling.dress(screen, "projector", scale))
        screen.setGeometry(self.window.screen().geometry())
        screen.showFullScreen()

    def _colour(self, colours: Theme) -> None:
        repaint_icons(self.canvas)
        if self.canvas.view is not None:
            self.canvas.view.set_theme(colours)

    def _mask(self, picture: Picture) -> Picture:
        from workstation.app.privacy import masked

        return masked(picture) if self.masked else picture

    # --- scenes -----------------------------------------------------------------------------------------------

    def scenes(self) -> list[tuple[str, dict[str, object]]]:
        """Keys and rows of the scenes in their order."""
        from workstation.app.commands.scenes import ordered

        return ordered(self.session)

    def show(self, number: int) -> None:
        """Bring a scene on stage; numbers beyond the ends stop there. Without a scene the view of now stays."""
        from workstation.app.commands.scenes import read

        scenes = self.scenes()
        self.blank.hide()
        if not scenes:
            self.place.setText("")
            self.caption.setText(tr("No scene is saved. This is the graph as it stood."))
            return
        self.number = min(len(scenes) - 1, max(0, number))
        key, row = scenes[self.number]
        found = self._drawn(key, row)
        self.canvas.set_scene(lambda: self._drawn(key, row).picture)
        self.session.run("scene.show", scene=key)
        self.place.setText(tr("{n} of {m}", n=self.number + 1, m=len(scenes)))
        name, caption = str(row["name"]), str(row["caption"] or "")
        self.caption.setText(f"{name}. {caption}" if caption else name)
        self.remark.setText(". ".join(f"{each[:1].upper()}{each[1:]}" for each in found.remarks))
        self.remark.setVisible(bool(found.remarks))
        if self.notes is not None:
            following = scenes[self.number + 1][1]["name"] if self.number + 1 < len(scenes) else ""
            self.notes.show_scene(name, str(read(row).get("notes", "")), str(following))

    def _drawn(self, key: str, row: dict[str, object]) -> SceneView:
        """A scene as it was kept, drawn once for each state of the case."""
        from workstation.app import sceneviews

        state = (key, self.session.store.revision)
        if self._scene is None or self._scene[0] != state:
            self._scene = (state, sceneviews.view(self.session.graphs, row))
        return self._scene[1]

    def show_notes(self) -> None:
        """Open the speaker's window, on the second screen when there is one."""
        from workstation.ui.present.notes import SpeakerNotes

        if self.notes is None:
            self.notes = SpeakerNotes(self.window)
            screens = QGuiApplication.screens()
            if len(screens) > 1:
                other = next(s for s in screens if s is not self.window.screen())
                self.notes.move(other.geometry().topLeft())
        self.notes.show()
        if self.number >= 0:
            self.show(self.number)

    def spotlight(self) -> None:
        """Dim everything but the selection and what it trades with; again: light up everything."""
        from dataclasses import replace

        lens = self.session.lens
        chosen = {subject.key for subject in self.session.selection}
        if lens.only is not None or not chosen:
            self.session.look(replace(lens, only=None))
            return
        picture = self.canvas.shown()
        near = set(chosen)
        for edge in picture.edges:
            ends = {picture.nodes[edge.source].key, picture.nodes[edge.target].key}
            near |= ends if ends & chosen else set()
        self.session.look(replace(lens, only=tuple(sorted(near))))

    def toggle_mask(self) -> None:
        """Take the privacy mask off, or put it on again."""
        self.masked = not self.masked
        self.canvas.set_mask(self._mask)

    def toggle_blank(self) -> None:
        """A black screen, or the stage again."""
        self.blank.setVisible(not self.blank.isVisible())
        self.blank.setGeometry(self.screen.rect())
        self.blank.raise_()

    # --- keys and pointer -------------------------------------------------------------------------------------

    def _act(self, key: Qt.Key) -> bool:
        keys = Qt.Key
        if key in (keys.Key_PageDown, keys.Key_Right, keys.Key_Space, keys.Key_Return, keys.Key_Enter):
            self.show(self.number + 1)
        elif key in (keys.Key_PageUp, keys.Key_Left, keys.Key_Backspace):
            self.show(self.number - 1)
        elif key in (keys.Key_Home, keys.Key_End):
            self.show(0 if key == keys.Key_Home else len(self.scenes()) - 1)
        elif key in (keys.Key_Escape, keys.Key_F5):
            self.leave()
        else:
            act = {
                keys.Key_Period: self.toggle_blank, keys.Key_S: self.spotlight, keys.Key_M: self.toggle_mask,
                keys.Key_N: self.show_notes,
            }.get(key)  # fmt: skip
            if act is None:
                return False
            act()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and not event.modifiers():
            event.accept()  # or the window's own F5 and Space would take the key first
            return False
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not event.modifiers():
            return self._act(Qt.Key(event.key()))
        if kind == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self.ring.follow(self.canvas.stage.mapFromGlobal(event.globalPosition().toPoint()))
        return False

    def leave(self) -> None:
        """End the presentation; the window, the graph and what was looked at stand as they stood."""
        for each in self._watched():
            each.removeEventFilter(self)
        self.canvas.set_scene(None)
        self.canvas.set_mask(None)
        pages = self.window.pages
        pages.insertWidget(pages.indexOf(self.absent), self.canvas)
        pages.setCurrentWidget(self.canvas)
        pages.removeWidget(self.absent)
        self._colour(self.window.colours)
        if self.notes is not None:
            self.notes.close()
            self.notes.deleteLater()
        self.ring.hide()
        self.screen.hide()
        for each in (self.ring, self.absent, self.screen):
            each.deleteLater()
        self._was.put_back()
        self._ended()
        self.deleteLater()


def start(window: MainWindow, *, here: bool = False) -> Presentation | None:
    """Present from the first scene, or from the first scene of the active graph (``here``)."""
    session = window.desk.session
    if session is None or window.canvas is None or window.stage is not None:
        return None
    window.canvas.load()
    first = _here(session) if here else 0

    def ended() -> None:
        window.stage = None

    made = Presentation(window, session, ended)
    window.stage = made
    made.show(first)
    return made


def _here(session: Session) -> int:
    """The number of the first scene of the active graph, else of the first of all."""
    from workstation.app.commands.scenes import ordered

    of_graph = [number for number, (_key, row) in enumerate(ordered(session)) if row["graph"] == session.graph]
    return of_graph[0] if of_graph else 0

"""Owns the Scenes panel: small pictures in presenting order. It lists; commands do.

A small picture is drawn once and kept until the scene, the theme or what the case says about its nodes changes. Large
scenes are drawn beside the window.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, QTimer
from PySide6.QtGui import QIcon, QImage, QKeyEvent, QPalette, QPixmap, QStandardItemModel
from PySide6.QtWidgets import QApplication, QHBoxLayout, QListView, QStackedLayout, QVBoxLayout, QWidget

from workstation.ui import text
from workstation.ui.desk import Desk
from workstation.ui.guard import guard
from workstation.ui.later import Later
from workstation.ui.style import dim_colour
from workstation.ui.translate import count, tr
from workstation.ui.trees import KEY, item
from workstation.ui.widgets import EmptyState, button, plain

if TYPE_CHECKING:
    from workstation.app.graph import GraphModel
    from workstation.app.jobs import Job
    from workstation.app.session import Session

#: What the case says about nodes: other names, roles or amounts make other pictures.
_TOLD = frozenset(("tag", "mark", "entity", "entity_member", "frame", "style", "evidence"))
_SIZE = QSize(176, 99)
#: A scene with more nodes than this is drawn beside the window.
_SMALL = 300
_Token = tuple[Any, ...]


@guard
class SceneList(QListView):
    """Small pictures in a row that wraps; Enter and a double click show a scene."""

    def __init__(self, show: Callable[[], object]) -> None:
        super().__init__()
        self._show = show
        self.setAccessibleName(tr("Scenes"))
        self.setAccessibleDescription(tr("Enter shows a scene."))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setWordWrap(True)
        self.setUniformItemSizes(True)
        self.setIconSize(_SIZE)
        self.setSpacing(4)
        self.doubleClicked.connect(lambda _index: show())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._show()
            return
        super().keyPressEvent(event)


@guard
class ScenesPanel(QWidget):
    """The scenes with their pictures, and what can be done with one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.model = QStandardItemModel(self)
        self.list = SceneList(self.show_scene)
        self.list.setModel(self.model)
        self._pictures: dict[str, tuple[_Token, QPixmap]] = {}
        self._wanted: list[str] = []
        self._told = 0
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._next)
        self._acts = [
            button(tr("Show"), self.show_scene, name=tr("Show scene")),
            button("◂", lambda: self._move(-1), name=tr("Earlier"), tip=tr("One place earlier")),
            button("▸", lambda: self._move(1), name=tr("Later"), tip=tr("One place later")),
            button(tr("Replace"), lambda: self._do("scene.replace"), tip=tr("Keep this view instead; caption and notes stay")),
            button(tr("Rename …"), lambda: self._do("scene.rename")),
            button(tr("Notes …"), lambda: self._do("scene.notes"), name=tr("Speaker notes")),
            button(tr("Remove"), lambda: self._do("scene.remove"), name=tr("Remove scene")),
        ]  # fmt: skip
        line = QHBoxLayout()
        line.setSpacing(4)
        for each in self._acts:
            line.addWidget(each)
        self.words = plain("", dim=True, small=True)
        line.addWidget(self.words, 1)
        line.addWidget(
            button(tr("Save view"), lambda: desk.ask_later("scene.save"), tip=tr("Save scene (Ctrl+Shift+S)"))
        )
        line.addWidget(
            button(tr("Present"), lambda: desk.ask_later("view.present"), primary=True, tip=tr("Present (F5)"))
        )
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(line)
        column.addWidget(self.list, 1)
        self.stack = QStackedLayout(self)
        self.stack.setContentsMargins(6, 2, 4, 4)
        self.stack.addWidget(whole)
        self.stack.addWidget(
            EmptyState(
                tr("A scene keeps what you look at: graph, places, filters, marks and caption. Present them with F5."),
                tr("Save scene"), "Ctrl+Shift+S", lambda: desk.ask_later("scene.save"),
            )
        )  # fmt: skip
        self.list.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self._later = Later(desk.queue, self, self.refresh)
        desk.opened.connect(self._opened)
        desk.restyled.connect(self._later.ask)
        desk.case_changed.connect(self._changed)
        self.refresh()

    # --- listing ----------------------------------------------------------------------------------------------

    def _opened(self) -> None:
        self._pictures.clear()
        self._later.ask_now()

    def _changed(self, tables: tuple[str, ...]) -> None:
        told = bool(_TOLD & set(tables))
        self._told += told
        if told or {"scene", "graph"} & set(tables):
            self._later.ask_now()

    def _token(self, row: dict[str, Any]) -> _Token:
        palette = QApplication.palette()
        return row["data"], row["graph"], self._told, palette.color(QPalette.ColorRole.Base).name(), tuple(self.desk.roles.items())  # fmt: skip

    def rows(self) -> list[tuple[str, dict[str, Any]]]:
        """Keys and rows of the scenes in their order."""
        from workstation.app.commands.scenes import ordered

        return ordered(self.desk.session) if self.desk.session is not None else []

    def refresh(self) -> None:
        """List the scenes again; the cursor stays on its scene."""
        rows, here = self.rows(), self.current()
        self.stack.setCurrentIndex(0 if rows else 1)
        self.model.clear()
        self._wanted = []
        for number, (key, row) in enumerate(rows, 1):
            made = item(f"{number}  {row['name']}", key, tip=f"{row['name']}\n{row['caption'] or ''}".strip())
            made.setData(
                text.cell(f"{number}, {row['name']}, {row['caption'] or ''}"), Qt.ItemDataRole.AccessibleTextRole
            )
            kept = self._pictures.get(key)
            if kept is None or kept[0] != self._token(row):
                self._wanted.append(key)
            made.setIcon(_icon(kept[1] if kept is not None else _blank()))
            self.model.appendRow(made)
        self._pictures = {key: kept for key, kept in self._pictures.items() if key in dict(rows)}
        self.words.setText(count(len(rows), "scene", "scenes"))
        high = self.fontMetrics().lineSpacing()
        self.list.setGridSize(QSize(_SIZE.width() + 14, _SIZE.height() + 2 * high + 12))
        if rows:
            keys = [key for key, _row in rows]
            self._stand_on(keys.index(here) if here in keys else 0)
        self._enable()
        if self._wanted and self.isVisible():
            self._soon.start()

    def showEvent(self, event: Any) -> None:
        super().showEvent(event)
        if self._wanted:
            self._soon.start()

    def current(self) -> str:
        """Key of the scene under the cursor, or empty."""
        return str(self.list.currentIndex().data(KEY) or "")

    def _stand_on(self, row: int) -> None:
        index = self.model.index(row, 0)
        self.list.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _enable(self) -> None:
        on = bool(self.current())
        row, last = self.list.currentIndex().row(), self.model.rowCount() - 1
        for each in self._acts:
            each.setEnabled(on)
        self._acts[1].setEnabled(on and row > 0)
        self._acts[2].setEnabled(on and row < last)

    # --- small pictures ---------------------------------------------------------------------------------------

    def _next(self) -> None:
        """Draw the next missing picture: one each turn of the event loop, a large one beside the window."""
        session = self.desk.session
        if session is None or not self._wanted:
            return
        key = self._wanted.pop(0)
        row = session.store.row("scene", key)
        if row is not None:
            self._draw(session, key, row)
        if self._wanted:
            self._soon.start()

    def _draw(self, session: Session, key: str, row: dict[str, Any]) -> None:
        from workstation.app.graph import GraphModel

        token, image = self._token(row), self._painter(row)
        if str(row["data"] or "").count('","') < _SMALL:
            self._keep(key, token, image(session.graphs))
            return
        ledger = session.graphs.ledger

        def work(_job: Job) -> QImage:
            model = GraphModel(session.store)
            model.take(ledger)
            return image(model)

        def finished(job: Job) -> None:
            if job.state == "done" and self.desk.session is session:
                self._keep(key, token, job.result)

        session.jobs.submit(
            tr("Draw the small picture of scene {name}", name=str(row["name"])[:40]), work, finished=finished
        )

    def _painter(self, row: dict[str, Any]) -> Callable[[GraphModel], QImage]:
        from workstation.app import sceneviews
        from workstation.ui.scenes import thumbs

        palette, ratio = QApplication.palette(), self.devicePixelRatioF()
        colours = thumbs.Colours(
            palette.color(QPalette.ColorRole.Base).name(), dim_colour(palette).name(),
            palette.color(QPalette.ColorRole.Highlight).name(), dict(self.desk.roles),
        )  # fmt: skip

        def image(model: GraphModel) -> QImage:
            found = sceneviews.view(model, row)
            focus = sceneviews.focus(model, found)
            return thumbs.draw(found.picture, focus, frozenset(found.marked), colours, _SIZE, ratio, found.part)

        return image

    def _keep(self, key: str, token: _Token, image: QImage) -> None:
        made = QPixmap.fromImage(image)
        self._pictures[key] = (token, made)
        for row in range(self.model.rowCount()):
            index = self.model.index(row, 0)
            if index.data(KEY) == key:
                self.model.setData(index, _icon(made), Qt.ItemDataRole.DecorationRole)

    # --- doing ------------------------------------------------------------------------------------------------

    def show_scene(self) -> None:
        """Go to the scene under the cursor."""
        if self.current():
            self.desk.ask_later("scene.show", scene=self.current())

    def _do(self, name: str) -> None:
        if self.current():
            self.desk.ask_later(name, scene=self.current())

    def _move(self, by: int) -> None:
        key, place = self.current(), self.list.currentIndex().row() + 1 + by
        if key:
            self.desk.run("scene.move", scene=key, place=str(place))


def _icon(picture: QPixmap) -> QIcon:
    """A picture that keeps its colours when it is marked."""
    made = QIcon(picture)
    made.addPixmap(picture, QIcon.Mode.Selected)
    return made


def _blank() -> QPixmap:
    """What stands there until a picture is drawn."""
    made = QPixmap(_SIZE)
    made.fill(Qt.GlobalColor.transparent)
    return made

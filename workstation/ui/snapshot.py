"""Owns drawing the real window without a screen: the pictures of README and reports, and the ``screenshot`` verb.

Must not change the case: it shows a session and gives it back.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QEvent, QIODevice, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QWidget

from workstation.domain.errors import WorkstationError
from workstation.ui.app import bundled_plugins, load_fonts
from workstation.ui.settings import Settings
from workstation.ui.window import MainWindow

if TYPE_CHECKING:
    from workstation.app.session import Session

_GRAPH = (1600, 1000)


def application() -> QApplication:
    """The running application, or one that draws without a screen."""
    made = QApplication.instance()
    if isinstance(made, QApplication):
        return made
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(sys.argv[:1])
    load_fonts()
    return app


def settle(rounds: int = 8) -> None:
    """Let layouts, timers and the canvas finish, and every window wear the style sheet of now."""
    while rounds > 0:
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        time.sleep(0.004)
        windows = [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]
        rounds -= all(w.wardrobe.idle for w in windows)


def window_for(session: Session | None, *, theme: str, size: tuple[int, int], scale: int = 100) -> MainWindow:
    """A window of exactly this size that shows a session (not its own) or the start page."""
    application()
    settings = Settings(None)
    settings.theme = theme
    settings.scale = scale
    folder = session.settings_folder if session is not None else Path.home()
    window = MainWindow(settings, folder, bundled_plugins)
    window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen, QApplication.platformName() != "offscreen")
    window.resize(*size)
    window.show()
    settle(2)
    if session is not None:
        window.open_session(session, own=False)
    settle()
    if session is not None:
        window.reset_workspace()
        settle()
        session.let_jobs_end()  # what panels read beside the window is in the picture, not that they read
        settle()
        if window.canvas is not None:
            if window.canvas.view is not None:  # a picture has all its labels, however slow the computer is
                window.canvas.view.item.deterministic = True
            window.canvas.view_key("Home")
            settle()
    return window


def discard(window: MainWindow) -> None:
    """Close a window made here and let it go; the session stays open."""
    session = window.desk.session
    window.close()
    window.deleteLater()
    if session is not None:
        for command in window.shell_commands.all():
            if session.commands.commands.get(command.id) is command:
                del session.commands.commands[command.id]
    settle(3)


def _write(image: QImage, out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    if not image.save(str(out), "PNG"):  # type: ignore[call-overload]
        raise WorkstationError(
            "WS-UI-003", f"the picture {out.name} could not be written", "nothing was changed", "choose another folder"
        )


def grab(widget: QWidget) -> QImage:
    """What a widget shows, as an image of its size."""
    return widget.grab().toImage()


def screenshot(
    session: Session | None,
    out: Path,
    *,
    view: str = "overview",
    theme: str = "light",
    size: tuple[int, int] = (1366, 768),
    run: int = 0,
) -> tuple[int, int]:
    """Draw the window into a PNG; gives how many nodes and edges its graph has.

    Args:
        view: ``overview`` the whole window, ``graph`` the canvas alone, ``start`` the start page, or a scene.
        run: number of a kept trace run whose marked money is drawn; 0 = none.

    Raises:
        WorkstationError: WS-UI-004 there is no such scene.
    """
    application()
    if run and session is not None:
        shown = session.run("trace.show", run=str(run))
        if shown.job is not None:
            session.wait(shown.job)
    if view == "graph" and session is not None:
        _write(_graph_image(session, theme, size, marked=True), out)
    else:
        scene = _scene(session, view) if view not in ("overview", "start") else ""
        window = window_for(None if view == "start" else session, theme=theme, size=size)
        try:
            if scene and session is not None:
                session.run("scene.show", scene=scene)
                settle()
            _write(grab(window), out)
        finally:
            discard(window)
    if session is None:
        return 0, 0
    picture = session.graphs.picture(session.graph)
    return len(picture.nodes), len(picture.edges)


def _scene(session: Session | None, name: str) -> str:
    rows = session.store.rows("scene") if session is not None else {}
    for key, row in rows.items():
        if name in (key, row["name"]):
            return key
    raise WorkstationError(
        "WS-UI-004",
        f"there is no scene {name!r}",
        "nothing was drawn",
        "use overview, graph, start or the name of a scene",
    )


def _graph_image(session: Session, theme: str, size: tuple[int, int], *, marked: bool = False) -> QImage:
    """The graph alone. ``marked``: with the run that is shown; a sealed package must not depend on what is looked at."""
    from workstation.ui import theme as themes
    from workstation.ui.canvas import FlowView

    application()
    chosen = themes.load(theme)
    view = FlowView()
    try:
        view.resize(*size)
        view.set_theme(chosen)
        view.set_graph(session.graphs.picture(session.graph))
        drawn = session.traces.drawn(session.graphs, session.graph) if marked else None
        if drawn is not None:
            view.set_tint(drawn.tint)
        view.fit()
        image: QImage = view.render_image(*size, theme=chosen)
        return image
    finally:
        view.close()
        view.deleteLater()  # not at once: this runs inside the export dialog, which must not be deleted under its feet


def graph_png(session: Session) -> Callable[[], bytes]:
    """The active graph in the light theme, for reports: drawn now; what is given makes the PNG of it, as long again."""
    return partial(_png, _graph_image(session, "light", _GRAPH))


def _png(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(data.data())

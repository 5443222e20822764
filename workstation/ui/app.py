"""Owns starting the window: shell first, heavy libraries after it is on screen, errors into a dialog.

Must not import the case file, the canvas or any science library at its top.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from workstation.domain.visible import visible
from workstation.ui.memory import keep_few_pictures, search_here, share_one_arena
from workstation.ui.settings import Settings
from workstation.ui.window import MainWindow


def settings_folder() -> Path:
    """The folder of this user, found when it is first needed: the shell must be on screen before anything heavy."""
    from workstation.app import places

    return places.settings_folder()


def bundled_plugins() -> Sequence[Any]:
    """The bundled reader plugins, found when they are first needed."""
    from workstation.app import places

    return places.bundled_plugins()


def clean_up() -> None:
    """Remove plain copies of cases that a killed program left among the temporary files."""
    from workstation.app import privatefolder

    privatefolder.sweep()


def load_fonts() -> None:
    """Make the bundled fonts known, so the window looks the same on every machine."""
    from workstation.ui import theme

    theme.load_fonts()


def make_window(settings: Settings, folder: Path) -> MainWindow:
    """The shell window, sized for the screen; nothing heavy is imported."""
    window = MainWindow(settings, folder, bundled_plugins)
    if not window.restoreGeometry(settings.bytes("geometry")):
        screen = window.screen().availableGeometry()
        window.resize(min(1600, screen.width() - 20), min(980, screen.height() - 40))
    return window


def catch_errors(window: MainWindow) -> None:
    """Show unexpected errors in a dialog instead of losing them; also written to standard error."""

    def hook(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
        details = "".join(traceback.format_exception(kind, problem, trace))
        sys.stderr.write(visible(details, keep="\n\t"))
        if not issubclass(kind, KeyboardInterrupt):
            window.bridge.post(lambda: window.crashed(details))

    sys.excepthook = hook


def _get_ready(window: MainWindow) -> None:
    """Make the canvas and what an open case needs, while the user looks at the start page."""
    window.load_canvas()
    window.opening.get_ready()


def run(case: Path | None = None, *, demo: bool = False) -> int:
    """Show the window and run until it is closed; gives the exit code."""
    if os.environ.get("QT_QPA_PLATFORM", "") not in ("offscreen", "minimal"):
        from workstation.ui.probe import missing

        remedy = missing() if sys.platform.startswith("linux") else ""
        if remedy:
            sys.stderr.write(f"WS-UI-002: the window cannot open; nothing was changed; {remedy}\n")
            return 2
    share_one_arena()
    made = QApplication.instance()
    app = made if isinstance(made, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Fundflow Workstation")
    keep_few_pictures()
    search_here(app)
    load_fonts()
    folder = settings_folder()
    window = make_window(Settings(folder / "window.ini"), folder)
    catch_errors(window)
    window.show()
    QTimer.singleShot(0, window, lambda: _get_ready(window))
    QTimer.singleShot(0, window, clean_up)
    if case is not None:
        QTimer.singleShot(0, window, lambda: window.open_path(case))
    elif demo:
        QTimer.singleShot(0, window, lambda: window.open_demo("romance"))
    try:
        return app.exec()
    finally:
        sys.excepthook = sys.__excepthook__

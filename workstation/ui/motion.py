"""Owns reduced motion: nodes stand at once where they glide otherwise, the time line steps instead of playing.

The person's own choice counts before that of the system. Must not draw or animate anything itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QGuiApplication

from workstation.ui.translate import tr

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def asked_by_system() -> bool:
    """Whether the desktop asks for less motion; false where this Qt cannot tell (before 6.12)."""
    if QGuiApplication.instance() is None:
        return False
    # neither has a type in the older Qt, so they are looked up by name
    hints: Any = getattr(QGuiApplication.styleHints(), "accessibility", lambda: None)()
    preference = getattr(hints, "motionPreference", lambda: None)()
    return getattr(preference, "name", "") == "ReducedMotion"


def wanted(window: MainWindow) -> bool:
    """Whether the window holds still: by the setting, else by the system."""
    chosen = window.settings.reduced_motion
    return asked_by_system() if chosen is None else chosen


def apply(window: MainWindow) -> None:
    """Tell the canvas, the panels and the docks."""
    window.desk.reduced_motion = wanted(window)
    window.setAnimated(not window.desk.reduced_motion)
    view = window.canvas.view if window.canvas is not None else None
    if view is not None:
        view.reduced_motion = window.desk.reduced_motion


def toggle(window: MainWindow) -> None:
    """Switch it, remember the choice, and say it."""
    window.settings.reduced_motion = not wanted(window)
    apply(window)
    said = tr("Reduced motion: nothing glides, Play goes one moment on")
    window.say(said if window.desk.reduced_motion else tr("Motion as usual"))

"""Owns the dialogs of the window: shown without blocking, kept until they close, and closed with the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from shiboken6 import Shiboken

from workstation.ui.widgets import repaint_icons

if TYPE_CHECKING:
    from workstation.ui.window import MainWindow


def show(window: MainWindow, dialog: Any) -> None:
    """Show a dialog without blocking; it is kept until it closes."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    window.wardrobe.dress(dialog)  # before it is measured
    window.dialogs.append(dialog)
    dialog.destroyed.connect(lambda: None)
    dialog.finished.connect(lambda _code, d=dialog: window.dialogs.remove(d) if d in window.dialogs else None)
    repaint_icons(dialog)
    room = window.size()
    dialog.resize(dialog.sizeHint().expandedTo(dialog.size()).boundedTo(room * 0.96))
    dialog.open()


def close_all(window: MainWindow) -> None:
    """Close every dialog that is still on screen."""
    for dialog in list(window.dialogs):
        if Shiboken.isValid(dialog):
            dialog.close()
    window.dialogs.clear()

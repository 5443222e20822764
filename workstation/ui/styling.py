"""Owns applying a theme to the window: colours from ``ui.theme``, spacing from ``ui.style``. Must not name a colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication, QWidget

from workstation.ui import style


@dataclass(frozen=True, slots=True)
class Applied:
    """The theme in force: colour of each role, and the value the canvas takes."""

    roles: Mapping[str, str]
    canvas: Any


def apply(app: QApplication, window: QWidget, name: str, scale: int) -> Applied:
    """Put theme and text scale on the application and the chrome on the window."""
    from workstation.ui import theme

    made = theme.apply(app, name, scale)
    size = max(8, QFontInfo(app.font()).pixelSize())
    window.setStyleSheet(style.sheet(app.palette(), size))
    return Applied({role: str(value) for role, value in made.roles.items()}, made)

"""Owns applying a theme to a window: colours from ``ui.theme``, spacing from ``ui.style``. Must not name a colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QFont, QFontInfo
from PySide6.QtWidgets import QApplication, QWidget

from workstation.ui import style

if TYPE_CHECKING:
    from workstation.ui.theme import Theme
    from workstation.ui.wardrobe import Wardrobe


def apply(app: QApplication, wardrobe: Wardrobe, name: str, scale: int) -> Theme:
    """Put theme and text scale on the application and the chrome on a window; gives the theme for the canvas."""
    from workstation.ui import theme

    made = theme.apply(app, name, scale)
    wardrobe.wear(style.sheet(app.palette(), _pixels(app.font())))
    return made


def dress(window: QWidget, name: str, scale: int) -> Theme:
    """Put theme and text scale on one window only, whatever the application wears; gives the theme for the canvas."""
    from workstation.ui import theme

    made = theme.load(name, scale)
    palette, font = theme.palette(made), theme.font(made)
    window.setPalette(palette)
    window.setFont(font)
    pixels = _pixels(font)  # said in the sheet too: what wore another sheet keeps font and colour of that one
    ink = palette.color(palette.ColorRole.WindowText).name()
    window.setStyleSheet(f"QLabel {{ font-size: {pixels}px; color: {ink}; }}\n" + style.sheet(palette, pixels))
    return made


def _pixels(font: QFont) -> int:
    return max(8, QFontInfo(font).pixelSize())

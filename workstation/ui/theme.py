"""Owns colours and the application font: reads ``resources/themes``, and puts a theme on the application.

Must not know widgets or spacing (``ui.style`` does). Role colours keep the limits of notes/ux.md 2.9 by a test.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

from workstation.domain.errors import WorkstationError
from workstation.paths import resources_folder

if TYPE_CHECKING:
    from workstation.analysis.picture import Role

ThemeName = Literal["light", "dark", "projector"]
THEMES: tuple[ThemeName, ...] = ("light", "dark", "projector")
BASE_PIXELS = 12.5


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one theme, all ``#rrggbb``, and the text scale in percent."""

    name: str
    title: str
    dark: bool
    minimum_contrast: float
    canvas: str
    panel: str
    field: str
    line: str
    text: str
    dim: str
    edge: str
    arrow: str
    accent: str
    on_accent: str
    hover: str
    taint: str
    roles: Mapping[Role, str]
    scale: int = 100


def load(name: str, scale: int = 100) -> Theme:
    """The theme of a name; WS-UI-010 when there is none or its file is broken."""
    path = resources_folder() / "themes" / f"{name}.toml"
    try:
        if name not in THEMES:
            raise KeyError(name)
        read = tomllib.loads(path.read_text("utf-8"))
        return Theme(
            name, read["title"], read["dark"], float(read["minimum_contrast"]), **read["colours"],
            roles=cast("Mapping[Role, str]", read["roles"]), scale=scale,
        )  # fmt: skip
    except (OSError, KeyError, TypeError, ValueError) as problem:
        raise WorkstationError(
            "WS-UI-010", f"the theme {name!r} cannot be read", "nothing changed", f"choose one of {', '.join(THEMES)}"
        ) from problem


def apply(app: QApplication, name: str, scale: int = 100) -> Theme:
    """Put a theme on the whole application: Fusion style, palette and the shipped font at the text scale."""
    theme = load(name, scale)
    load_fonts()
    if app.style().objectName().lower() != "fusion":  # setting it again would polish every widget anew
        app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setFont(font(theme))
    return theme


def load_fonts() -> None:
    """Make the shipped fonts known, so that screens look the same on every machine. Twice does no harm."""
    have = set(QFontDatabase.families())
    if "Noto Sans" in have and "Noto Sans Mono" in have:
        return
    for path in sorted((resources_folder() / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(path))


def font(theme: Theme, share: float = 1.0, *, bold: bool = False) -> QFont:
    """The font of the program at the text scale; ``share`` makes it smaller or larger."""
    made = QFont("Noto Sans")
    made.setPixelSize(max(8, round(BASE_PIXELS * share * theme.scale / 100)))
    if bold:
        made.setWeight(QFont.Weight.Bold)
    return made


def palette(theme: Theme) -> QPalette:
    """The Qt palette of a theme, active and disabled."""
    role = QPalette.ColorRole
    made = QPalette()
    colours = {
        role.Window: theme.panel, role.WindowText: theme.text, role.Base: theme.field, role.Text: theme.text,
        role.AlternateBase: theme.hover, role.Button: theme.panel, role.ButtonText: theme.text,
        role.ToolTipBase: theme.panel, role.ToolTipText: theme.text, role.PlaceholderText: theme.dim,
        role.Highlight: theme.accent, role.HighlightedText: theme.on_accent, role.Link: theme.accent,
        role.Mid: theme.line, role.Midlight: theme.line, role.Light: theme.panel, role.Dark: theme.edge,
        role.Shadow: theme.edge, role.BrightText: theme.text, role.LinkVisited: theme.accent,
    }  # fmt: skip
    for place, colour in colours.items():
        made.setColor(place, QColor(colour))
    for place in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, place, QColor(theme.dim))
    return made


def readable_on(fill: str) -> str:
    """Black or white, whichever stands out more on a fill."""
    return "#ffffff" if contrast("#ffffff", fill) >= contrast("#000000", fill) else "#000000"


def contrast(first: str, second: str) -> float:
    """The WCAG contrast of two colours, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

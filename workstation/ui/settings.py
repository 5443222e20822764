"""Owns what the window remembers between two runs: theme, text scale, layout, recent cases. Nothing of a case."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

THEMES = ("light", "dark", "projector")
SCALES = (80, 90, 100, 110, 125, 150, 175, 200, 225, 250)
_RECENT = 8


class Settings:
    """Window settings in one INI file; a file that cannot be read behaves like an empty one.

    Args:
        path: the file; None keeps everything in memory only (snapshots, tests).
    """

    def __init__(self, path: Path | None) -> None:
        self._store = QSettings(str(path), QSettings.Format.IniFormat) if path is not None else None
        self._memory: dict[str, object] = {}

    def _get(self, key: str, default: object) -> object:
        if self._store is None:
            return self._memory.get(key, default)
        return self._store.value(key, default)

    def _set(self, key: str, value: object) -> None:
        if self._store is None:
            self._memory[key] = value
        else:
            self._store.setValue(key, value)

    @property
    def theme(self) -> str:
        """Name of the theme: ``light``, ``dark`` or ``projector``."""
        found = str(self._get("window/theme", THEMES[0]))
        return found if found in THEMES else THEMES[0]

    @theme.setter
    def theme(self, name: str) -> None:
        self._set("window/theme", name)

    @property
    def scale(self) -> int:
        """Text scale in percent, 80 to 250."""
        text = str(self._get("window/scale", 100))
        return min(250, max(80, int(text))) if text.isdigit() else 100

    @scale.setter
    def scale(self, percent: int) -> None:
        self._set("window/scale", min(250, max(80, percent)))

    @property
    def reduced_motion(self) -> bool | None:
        """Whether nothing shall glide; None = the person has not said, the system decides."""
        return {"yes": True, "no": False}.get(str(self._get("window/reduced_motion", "")))

    @reduced_motion.setter
    def reduced_motion(self, on: bool) -> None:
        self._set("window/reduced_motion", "yes" if on else "no")

    def text(self, name: str, default: str = "") -> str:
        """A text setting (the examiner's name, the last folder)."""
        return str(self._get(f"texts/{name}", default))

    def set_text(self, name: str, value: str) -> None:
        """Remember a text setting."""
        self._set(f"texts/{name}", value)

    def bytes(self, name: str) -> QByteArray:
        """A stored window state, empty when there is none."""
        found = self._get(f"state/{name}", QByteArray())
        return found if isinstance(found, QByteArray) else QByteArray()

    def set_bytes(self, name: str, value: QByteArray) -> None:
        """Remember a window state."""
        self._set(f"state/{name}", value)

    def recent(self) -> list[Path]:
        """Cases opened before that still exist, the newest first."""
        lines = str(self._get("window/recent", "")).split("\n")
        return [Path(line) for line in lines if line and Path(line).is_file()]

    def remember(self, path: Path) -> None:
        """Put a case first in the list of recent cases."""
        path = path.resolve()
        rest = [p for p in self.recent() if p != path]
        self._set("window/recent", "\n".join(str(p) for p in [path, *rest][:_RECENT]))

    def sync(self) -> None:
        """Write to disk now."""
        if self._store is not None:
            self._store.sync()

"""Owns where the files beside the program are: resources and bundled plugins. Must not know what is in them.

In a source tree both folders stand beside the package; in an installed package they are inside it, under ``_data``.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _beside(name: str) -> Path:
    inside = _PACKAGE / "_data" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def resources_folder() -> Path:
    """The folder with themes, fonts, help pages, report templates and the stand-alone verifier."""
    return _beside("resources")


def plugins_folder() -> Path:
    """The folder with the bundled plugins, one folder each."""
    return _beside("plugins")

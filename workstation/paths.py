"""Owns where the files beside the program are, resources and bundled plugins, and how a process of its own is started.
Must not know what is in the files, nor what the process does.

In a source tree both folders stand beside the package; in an installed package they are inside it, under ``_data``.
"""

from __future__ import annotations

import sys
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


def own_process(module: str) -> list[str]:
    """The command of a process that runs ``main`` of a module of the program, named from below ``workstation``.

    What follows the command are the arguments of ``main``. The process takes nothing from environment and working folder.
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, "--plugin-worker", module.rpartition(".")[2]]
    # isolated mode ignores both, so the place of this package is said by hand
    start = (
        "import sys; sys.argv[1] in sys.path or sys.path.insert(0, sys.argv[1]); "
        f"from workstation.{module} import main; sys.exit(main(sys.argv[2:]))"
    )
    return [sys.executable, "-I", "-B", "-X", "utf8", "-c", start, str(_PACKAGE.parent)]

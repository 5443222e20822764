"""Owns importing a plugin from its sources alone: bytecode beside them, which nobody can read, is never run."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from importlib.machinery import FileFinder, SourceFileLoader
from typing import Any


class Sources(SourceFileLoader):
    """Loads a module from its text, whatever lies in ``__pycache__``."""

    def path_stats(self, path: str) -> Mapping[str, Any]:
        """Give no time of the source: Python uses no bytecode then, and writes none."""
        raise OSError(f"{path} is read as text only")


def only(folder: str) -> None:
    """From now on, modules and packages in a folder come from ``*.py`` files only."""
    below = folder.rstrip(os.sep) + os.sep
    if any(getattr(hook, "folder", "") == below for hook in sys.path_hooks):
        return

    def finder(path: str) -> FileFinder:
        if not (path + os.sep).startswith(below):
            raise ImportError("another folder")
        return FileFinder(path, (Sources, [".py"]))

    finder.folder = below  # type: ignore[attr-defined]
    sys.path_hooks.insert(0, finder)
    for known in [path for path in sys.path_importer_cache if (path + os.sep).startswith(below)]:
        del sys.path_importer_cache[known]

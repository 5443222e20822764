"""Owns finding plugins that were installed as Python packages (entry points of the group ``workstation.plugins``).

An entry point names the package that holds ``plugin.toml``. Reads metadata only: no package is imported, so being
installed runs nothing and approves nothing.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from dataclasses import dataclass
from pathlib import Path

GROUP = "workstation.plugins"


@dataclass(frozen=True, slots=True)
class Package:
    """A plugin folder inside a Python package. ``problem``: why there is none, else empty."""

    folder: Path
    problem: str = ""


def packages() -> list[Package]:
    """The plugin folders of the installed packages, by name of the entry point; each folder once."""
    found: dict[Path, Package] = {}
    for entry in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda e: (e.name, e.value)):
        made = _package(entry)
        found.setdefault(made.folder, made)
    return list(found.values())


def _package(entry: importlib.metadata.EntryPoint) -> Package:
    parts = entry.value.partition(":")[0].strip().split(".")
    name = Path(entry.name[:80])
    if not all(part.isidentifier() for part in parts):
        return Package(name, f"the entry point {entry.name[:80]} names no package")
    for folder in _places(entry, parts):
        if (folder / "plugin.toml").is_file():
            return Package(folder.resolve())
    return Package(name, f"the package {'.'.join(parts)[:80]} holds no plugin.toml")


def _places(entry: importlib.metadata.EntryPoint, parts: list[str]) -> list[Path]:
    """Where the files may be: where they were installed, or where an editable package stands."""
    places = []
    if entry.dist is not None:
        places.append(Path(str(entry.dist.locate_file("/".join(parts)))))
    try:
        top = importlib.util.find_spec(parts[0])  # finds, but does not run, a package of the first level
    except (ImportError, ValueError):
        top = None
    if top is not None:
        places += [Path(place).joinpath(*parts[1:]) for place in top.submodule_search_locations or ()]
    return places

"""Owns finding plugins on disk. Reads manifests only; never imports plugin code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workstation.plugin_host.layouts import LayoutFiles
from workstation.sdk import manifest
from workstation.sdk.manifest import Manifest, ManifestError


@dataclass(frozen=True, slots=True)
class Plugin:
    """A plugin folder that was found. ``problem`` says why it cannot be used, else it is empty.

    ``layouts``: its table layouts, if it has any; a folder of layouts alone is a plugin without manifest.
    """

    folder: Path
    manifest: Manifest | None
    problem: str = ""
    layouts: LayoutFiles | None = None


def discover(folders: Sequence[Path], layouts: Sequence[Path] = ()) -> list[Plugin]:
    """Every sub-folder with a ``plugin.toml``, in the order of the folders and of their names.

    A reader id that an earlier plugin already has makes the later plugin unusable: nothing is silently replaced.

    Args:
        layouts: folders that hold table layouts directly, such as those of the user; they come last.
    """
    found: list[Plugin] = []
    taken: dict[str, str] = {}
    for folder in folders:
        if not folder.is_dir():
            continue
        for path in sorted(p for p in folder.iterdir() if (p / "plugin.toml").is_file()):
            try:
                made = manifest.load(path)
            except ManifestError as problem:
                found.append(Plugin(path, None, str(problem)))
                continue
            twice = [r.id for r in made.readers if r.id in taken]
            if twice:
                found.append(Plugin(path, None, f"the reader {twice[0]} is already in the plugin {taken[twice[0]]}"))
                continue
            taken.update({r.id: made.id for r in made.readers})
            found.append(Plugin(path, made, layouts=_files(path / "layouts")))
    found += [Plugin(folder, None, layouts=files) for folder in layouts if (files := _files(folder)) is not None]
    return found


def _files(folder: Path) -> LayoutFiles | None:
    return LayoutFiles(folder) if folder.is_dir() else None

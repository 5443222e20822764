"""Owns finding plugins on disk. Reads manifests only; never imports plugin code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from workstation.plugin_host.layouts import LayoutFiles
from workstation.plugin_host.packages import Package
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


def discover(folders: Sequence[Path], layouts: Sequence[Path] = (), packages: Sequence[Package] = ()) -> list[Plugin]:
    """Every sub-folder with a ``plugin.toml``, in the order of the folders and of their names.

    An id of a plugin or a reader that an earlier plugin already has makes the later plugin unusable: nothing is
    silently replaced.

    Args:
        layouts: folders that hold table layouts directly, such as those of the user; they come last.
        packages: plugins that were installed as Python packages; they come after the folders.
    """
    found: list[Plugin] = []
    taken: dict[str, Path] = {}
    readers: dict[str, str] = {}
    for path, wrong in [*((path, "") for path in _plugins(folders)), *((p.folder, p.problem) for p in packages)]:
        made, problem = (None, wrong) if wrong else _loaded(path)
        if made is not None and made.id in taken:
            problem = f"the id {made.id} is already that of the plugin in {taken[made.id]}: this one takes no place"
        elif made is not None:
            problem = next((f"the reader {r.id} is already in the plugin {readers[r.id]}"
                            for r in made.readers if r.id in readers), "")  # fmt: skip
        if made is None or problem:
            found.append(Plugin(path, None, problem))
            continue
        taken[made.id] = path
        readers.update({r.id: made.id for r in made.readers})
        found.append(Plugin(path, made, layouts=_files(path / "layouts")))
    found += [Plugin(folder, None, layouts=files) for folder in layouts if (files := _files(folder)) is not None]
    return found


def _plugins(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        try:
            yield from sorted(path for path in folder.iterdir() if (path / "plugin.toml").is_file())
        except OSError:
            continue


def _loaded(path: Path) -> tuple[Manifest | None, str]:
    try:
        return manifest.load(path), ""
    except ManifestError as problem:
        return None, str(problem)


def _files(folder: Path) -> LayoutFiles | None:
    return LayoutFiles(folder) if folder.is_dir() else None

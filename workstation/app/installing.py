"""Owns putting a packed plugin into the folder of this user, from a file or from a gallery. Nothing of it is run."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workstation.app.places import approvals_file, user_plugins_folder
from workstation.domain.errors import WorkstationError
from workstation.paths import plugins_folder
from workstation.plugin_host import approval, gallery, packing
from workstation.plugin_host.discovery import discover
from workstation.sdk.manifest import Manifest


def install_file(file: Path) -> Manifest:
    """Unpack a plugin into the folder of this user, in place of an older one of its id; it waits for approval then.

    Raises:
        WorkstationError: it is no usable packed plugin, or has the id of one that comes with the program.
    """
    return packing.install(file, user_plugins_folder(), _bundled())


def install_listed(folder: Path, wanted: str) -> Manifest:
    """Unpack a plugin by its id (``ID`` or ``ID@VERSION``) from a folder or stick with an ``index.json``.

    Raises:
        WorkstationError: the index lists no such plugin, its file has other bytes than listed, or as
            :func:`install_file`.
    """
    name = wanted.partition("@")[0]
    if name in _bundled():
        raise WorkstationError(
            "WS-PLG-083", f"the id {name[:80]} is that of a plugin that comes with the program",
            "nothing was installed", "nothing needs to be installed",
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="fundflow-gallery-") as place:
        file = gallery.fetch(folder, wanted, Path(place))
        # The list is not believed: what is in the file must be the plugin that was asked for.
        told = packing.install(file, Path(place) / "look")
        if told.id != name:
            raise WorkstationError(
                "WS-PLG-086", f"the file that the index lists for {name[:80]} holds the plugin {told.id}",
                "nothing was installed", "ask who made the gallery",
            )  # fmt: skip
        return install_file(file)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The packed plugins of a folder as they are, and the names of files that its index lists wrongly or not at all."""

    entries: tuple[Mapping[str, Any], ...]
    differing: frozenset[str]


def shelf(folder: Path) -> Shelf:
    """Look at a folder or stick of packed plugins: every file is opened and compared with ``index.json``."""
    found = gallery.entries(folder)
    return Shelf(tuple(found), frozenset(gallery.differs(folder, found)))


def remove(plugin_id: str) -> Path:
    """Take a plugin of this user away, with its approval; what it once gave stays in the cases. Gives its folder.

    Raises:
        WorkstationError: WS-PLG-094 this user installed no such plugin, WS-PLG-095 the disk refused.
    """
    home = user_plugins_folder()
    states = approval.states(discover([home]), home.parent)
    found = next((s.folder for s in states if s.id == plugin_id and s.folder.parent == home), None)
    if found is None or found.is_symlink():
        raise WorkstationError(
            "WS-PLG-094", f"you installed no plugin {plugin_id[:80]}", "nothing was removed",
            "one of the program or of a Python package is removed with that",
        )  # fmt: skip
    try:
        shutil.rmtree(found)
    except OSError as problem:
        raise WorkstationError(
            "WS-PLG-095", f"the plugin could not be removed ({problem.strerror})", "it may be incomplete now",
            "remove its folder by hand",
        ) from problem  # fmt: skip
    if plugin_id in approval.approvals(approvals_file()):
        approval.revoke(approvals_file(), plugin_id)
    return found


def _bundled() -> set[str]:
    return {plugin.manifest.id for plugin in discover([plugins_folder()]) if plugin.manifest is not None}

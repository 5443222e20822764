"""Owns putting a packed plugin into the folder of this user, from a file or from a gallery. Nothing of it is run."""

from __future__ import annotations

import tempfile
from pathlib import Path

from workstation.app.places import user_plugins_folder
from workstation.domain.errors import WorkstationError
from workstation.paths import plugins_folder
from workstation.plugin_host import gallery, packing
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


def _bundled() -> set[str]:
    return {plugin.manifest.id for plugin in discover([plugins_folder()]) if plugin.manifest is not None}

"""Owns which plugins may run: approval holds for exact bytes. How every plugin stands.

What comes with the program is approved by its release. Must not import plugin code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from workstation.domain.errors import WorkstationError
from workstation.paths import plugins_folder
from workstation.plugin_host import statefile
from workstation.plugin_host.crashes import CRASHES, crashed, crashes_in, guarded
from workstation.plugin_host.discovery import Plugin
from workstation.plugin_host.packages import packages
from workstation.plugin_host.trees import holds_compiled, tree_hash
from workstation.sdk import manifest
from workstation.sdk.manifest import Manifest, ManifestError

NEEDED = "needs approval"
Word = Literal["ready", "needs approval", "quarantined", "incompatible", "invalid"]


@dataclass(frozen=True, slots=True)
class State:
    """How a found plugin stands.

    Attributes:
        id, version: of the manifest; the name of the folder and nothing when that cannot be read. reason: of any word but
            ready. tree: hash of its bytes, empty when they cannot be read. bundled: approved by the release.
        by, at: who approved it, when. crashes: in a row, of these bytes. manifest: None when it cannot be read.
    """

    id: str
    version: str
    folder: Path
    word: Word
    reason: str
    tree: str
    bundled: bool
    by: str = ""
    at: str = ""
    crashes: int = 0
    manifest: Manifest | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A plugin that may run: the hash of its bytes, and whether it does so for development, approved by nobody."""

    tree: str
    development: bool


def approvals_in(settings: Path) -> Path:
    """Where this user's approvals are."""
    return settings / "approvals.json"


def is_bundled(folder: Path) -> bool:
    """Whether a plugin came with the program."""
    return folder.parent == plugins_folder()


def approvals(file: Path) -> Mapping[str, Any]:
    """Plugin id -> what was approved: ``tree``, ``version``, ``by``, ``at``; nothing when the file is missing or damaged."""
    return statefile.read(file)[0]


def damage(file: Path) -> str:
    """What is wrong with the file of approvals, and what follows; empty when it can be read."""
    if not statefile.read(file)[1]:
        return ""
    return f"{file.name} is damaged, so every plugin needs approval again; the file is kept aside when one is approved"


def approve(file: Path, plugin: Plugin, *, by: str, at: str) -> str:
    """Trust a plugin as it is now; gives the hash of its tree.

    Raises:
        WorkstationError: the plugin cannot be used or read.
    """
    if plugin.manifest is None:
        raise WorkstationError(
            "WS-PLG-075", plugin.problem or "it holds no analysis", "nothing was approved", "see plugin list"
        )
    try:
        tree = tree_hash(plugin.folder)
    except (OSError, ValueError) as problem:
        raise WorkstationError(
            "WS-PLG-004", f"the plugin cannot be read ({problem})", "nothing was approved", "install it again"
        ) from problem
    entry = {"tree": tree, "version": plugin.manifest.version, "by": by, "at": at}
    statefile.write(file, {**approvals(file), plugin.manifest.id: entry})
    return tree


def revoke(file: Path, plugin_id: str) -> None:
    """Trust a plugin no more.

    Raises:
        WorkstationError: it was not approved.
    """
    kept = dict(approvals(file))
    if kept.pop(plugin_id, None) is None:
        raise WorkstationError(
            "WS-PLG-077", f"{plugin_id[:80]} was not approved", "nothing was changed", "see plugin list"
        )
    statefile.write(file, kept)


def usable(plugin: Plugin, kept: Mapping[str, Any], damaged: str = "") -> Plugin:
    """The plugin when its bytes are approved; else one that cannot be used, and says why.

    Args:
        damaged: what is wrong with the file of approvals.
    """
    if plugin.manifest is None:
        return plugin
    said = kept.get(plugin.manifest.id)
    try:
        same = (
            isinstance(said, dict)
            and said.get("tree") == tree_hash(plugin.folder)
            and not holds_compiled(plugin.folder)
        )
    except (OSError, ValueError):
        same = False
    if same:
        return plugin
    why = f"{NEEDED}: workstation plugin approve {plugin.manifest.id}"
    return replace(plugin, manifest=None, layouts=None, problem=f"{why} ({damaged})" if damaged else why)


# --- running ----------------------------------------------------------------------------------------------------------


@contextmanager
def running(made: Manifest, settings: Path, unchanged: str = "nothing was run") -> Iterator[Standing]:
    """Run a plugin inside: only with bytes that may run, and not while it is in quarantine; a crash inside counts.

    What comes with the program and what was approved may run. So may a folder that was named for development: its
    bytes nobody approved, and all that comes out of it says so.

    Raises:
        WorkstationError: WS-PLG-004 it cannot be read, WS-PLG-076 quarantined, WS-PLG-079 its bytes are not those that
            were approved, or what was raised inside.
    """
    try:
        tree = tree_hash(made.folder)
    except (OSError, ValueError) as problem:
        raise WorkstationError(
            "WS-PLG-004", f"the plugin cannot be read ({problem})", unchanged, "install it again"
        ) from problem
    standing = _standing(made, tree, settings)
    with guarded(crashes_in(settings), tree, made.id):
        yield standing


def _standing(made: Manifest, tree: str, settings: Path) -> Standing:
    folder = made.folder
    if is_bundled(folder):
        return Standing(tree, development=False)
    said = approvals(approvals_in(settings)).get(made.id)
    if isinstance(said, dict) and said.get("tree") == tree and not holds_compiled(folder):
        return Standing(tree, development=False)
    if folder.parent == settings / "plugins" or folder in (each.folder for each in packages()):
        raise WorkstationError(
            "WS-PLG-079", f"the bytes of the plugin {made.id} are not those that were approved", "nothing was run",
            f"read it again, then: workstation plugin approve {made.id}",
        )  # fmt: skip
    return Standing(tree, development=True)


# --- states -----------------------------------------------------------------------------------------------------------


def states(plugins: Sequence[Plugin], settings: Path) -> list[State]:
    """How every found plugin stands, in the order they were found; those that are only table layouts are left out."""
    kept, counts = approvals(approvals_in(settings)), crashed(crashes_in(settings))
    return [
        _state(p, is_bundled(p.folder), kept, counts)
        for p in plugins
        if p.problem or (p.folder / "plugin.toml").is_file()
    ]


def _state(plugin: Plugin, bundled: bool, kept: Mapping[str, Any], counts: Mapping[str, int]) -> State:
    try:
        tree = tree_hash(plugin.folder)
    except (OSError, ValueError):
        tree = ""
    made = plugin.manifest or manifest_of(plugin.folder)
    said = kept.get(made.id) if made is not None else None
    said = said if isinstance(said, dict) and said.get("tree") == tree else {}
    crashes = counts.get(tree, 0)
    word: Word = "ready"
    reason = plugin.problem
    if plugin.problem.startswith(NEEDED):
        word = "needs approval"
    elif plugin.problem:
        word = "incompatible" if "written for API" in plugin.problem else "invalid"
    elif crashes >= CRASHES:
        word, reason = "quarantined", f"it crashed {crashes} times in a row"
    if made is None:
        return State(plugin.folder.name, "", plugin.folder, word, reason, tree, bundled, crashes=crashes)
    by, at = ("the release", "") if bundled else (str(said.get("by", "")), str(said.get("at", "")))
    return State(made.id, made.version, plugin.folder, word, reason, tree, bundled, by, at, crashes, made)


def manifest_of(folder: Path) -> Manifest | None:
    """The manifest of a folder, None when it cannot be read."""
    try:
        return manifest.load(folder)
    except ManifestError:
        return None

"""Owns which plugins may run: approval holds for exact bytes, and three crashes in a row end it for a while.

What comes with the program is approved by its release. Must not import plugin code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from workstation.domain.errors import WorkstationError
from workstation.plugin_host.discovery import Plugin
from workstation.plugin_host.trees import holds_compiled, tree_hash
from workstation.sdk import manifest
from workstation.sdk.manifest import Manifest, ManifestError

NEEDED = "needs approval"
#: Crashes in a row after which a plugin waits for a person.
CRASHES = 3
#: The run was refused because this computer has no whole sandbox: no fault of the plugin.
_UNPROTECTED = "WS-PLG-041"

Word = Literal["ready", "needs approval", "quarantined", "incompatible", "invalid"]


@dataclass(frozen=True, slots=True)
class State:
    """How a found plugin stands.

    Attributes:
        id, version: of the manifest; the name of the folder and nothing when that cannot be read. reason: of any word but
            ready. tree: hash of its bytes, empty when they cannot be read. bundled: approved by the release.
        by, at: who approved it, when. crashes: in a row, of these bytes.
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


def approvals(file: Path) -> Mapping[str, Any]:
    """Plugin id -> what was approved: ``tree``, ``version``, ``by``, ``at``; nothing when the file is missing or damaged."""
    return _read(file)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


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
    _write(file, {**approvals(file), plugin.manifest.id: entry})
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
    _write(file, kept)


def _write(file: Path, kept: Mapping[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    new.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", "utf-8")
    new.replace(file)


def usable(plugin: Plugin, kept: Mapping[str, Any]) -> Plugin:
    """The plugin when its bytes are approved; else one that cannot be used, and says why."""
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
    return replace(
        plugin, manifest=None, layouts=None, problem=f"{NEEDED}: workstation plugin approve {plugin.manifest.id}"
    )


# --- crashes ----------------------------------------------------------------------------------------------------------


def crashed(file: Path) -> Mapping[str, int]:
    """Hash of a tree -> how often its runs crashed in a row."""
    return {tree: many for tree, many in _read(file).items() if isinstance(many, int)}


def release(file: Path, tree: str) -> None:
    """Forget the crashes of a plugin: a person looked at it."""
    kept = dict(crashed(file))
    if kept.pop(tree, None) is not None:
        _write(file, kept)


@contextmanager
def guarded(file: Path, tree: str, plugin_id: str) -> Iterator[None]:
    """Run a plugin inside: it is refused after three crashes in a row, and each crash is counted.

    A run that ends well ends the row. Time and memory limits, bad answers and cancelling are no crashes.

    Raises:
        WorkstationError: WS-PLG-076, it waits for a person.
    """
    if crashed(file).get(tree, 0) >= CRASHES:
        raise WorkstationError(
            "WS-PLG-076", f"the plugin {plugin_id} is quarantined: it crashed {CRASHES} times in a row",
            "nothing was run", f"tell its author; to try again: workstation plugin release {plugin_id}", 4,
        )  # fmt: skip
    try:
        yield
    except WorkstationError as problem:
        if problem.exit_code == 4 and problem.code != _UNPROTECTED:
            kept = dict(crashed(file))
            _write(file, {**kept, tree: kept.get(tree, 0) + 1})
        raise
    release(file, tree)


def still_approved(folder: Path, plugin_id: str, tree: str, settings: Path) -> None:
    """Refuse a plugin of this user whose bytes are not those that were approved, at the moment it is to run.

    Raises:
        WorkstationError: WS-PLG-079, they changed since, or bytecode was put beside them.
    """
    if folder.parent != settings / "plugins":
        return  # it came with the program
    said = approvals(settings / "approvals.json").get(plugin_id)
    if not isinstance(said, dict) or said.get("tree") != tree or holds_compiled(folder):
        raise WorkstationError(
            "WS-PLG-079", f"the bytes of the plugin {plugin_id} are not those that were approved", "nothing was run",
            f"read it again, then: workstation plugin approve {plugin_id}",
        )  # fmt: skip


# --- states -----------------------------------------------------------------------------------------------------------


def states(plugins: Sequence[Plugin], own: Path, approved: Path, crashes: Path) -> list[State]:
    """How every found plugin stands, in the order they were found; those that are only table layouts are left out.

    Args:
        own: folder of the plugins a user installed. approved, crashes: the files of this module.
    """
    kept, counts = approvals(approved), crashed(crashes)
    return [_state(p, p.folder.parent != own, kept, counts) for p in plugins if (p.folder / "plugin.toml").is_file()]


def _state(plugin: Plugin, bundled: bool, kept: Mapping[str, Any], counts: Mapping[str, int]) -> State:
    try:
        tree = tree_hash(plugin.folder)
    except (OSError, ValueError):
        tree = ""
    made = plugin.manifest or manifest_of(plugin.folder)
    said = kept.get(made.id, {}) if made is not None else {}
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
    return State(made.id, made.version, plugin.folder, word, reason, tree, bundled, by, at, crashes)


def manifest_of(folder: Path) -> Manifest | None:
    """The manifest of a folder, None when it cannot be read."""
    try:
        return manifest.load(folder)
    except ManifestError:
        return None

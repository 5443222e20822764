"""Owns what a person does about trust in plugins, for both front ends: approve exact bytes, revoke, let out of quarantine,
and what keeps each one from running. Must not run plugin code.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from workstation.app import romance
from workstation.app.places import approvals_file, bundled_plugins, crashes_folder, found_plugins, plugin_states
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import approval, crashes, crashnotes
from workstation.plugin_host.approval import State
from workstation.plugin_host.crashnotes import Note
from workstation.plugin_host.discovery import Plugin
from workstation.plugin_host.readers import parse
from workstation.plugin_host.trees import tree_hash
from workstation.sdk.manifest import Manifest

#: What a plugin may ask of the case, in plain words, by the name in its manifest.
SEES: Mapping[str, str] = MappingProxyType(
    {
        "transfers": "the payments: who paid whom, when, how much",
        "tags": "labels and where they come from",
        "entities": "which addresses belong together",
        "exhibits": "names and hashes of the source files",
        "prices": "the price tables",
    }
)
#: What it may suggest; a person decides each time.
SUGGESTS: Mapping[str, str] = MappingProxyType(
    {"tag": "labels on addresses, transactions and transfers", "entity": "that addresses belong together"}
)
#: What a state means and what to do about it.
ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "ready": "It can run. Nothing to do.",
        "needs approval": "It does not run: nobody approved these bytes. Read its files, then approve it.",
        "quarantined": "It does not run: it crashed too often. Tell its author; let it out with a reason to try again.",
        "incompatible": "It does not run: it was written for another version. Ask its author for one for this program.",
        "invalid": "It does not run: its plugin.toml is wrong, or its name is taken. Its author can mend it.",
    }
)


@dataclass(frozen=True, slots=True)
class Ask:
    """What one part of a plugin will see and may suggest. ``kind``: analysis, reader or report."""

    kind: str
    id: str
    title: str
    sees: tuple[str, ...]
    suggests: tuple[str, ...] = ()


def asks(made: Manifest) -> tuple[Ask, ...]:
    """What a plugin asks for, in plain words, part by part."""
    read = [
        Ask("reader", each.id, each.title, ("the files you import with it, nothing else",)) for each in made.readers
    ]
    rest = [
        Ask(
            kind, each.id, each.title, tuple(SEES[name] for name in each.reads),
            tuple(SUGGESTS[name] for name in each.proposes),
        )
        for kind, entries in (("analysis", made.analyses), ("report", made.reports))
        for each in entries
    ]  # fmt: skip
    return (*read, *rest)


def kinds(made: Manifest | None) -> tuple[str, ...]:
    """What a plugin is: analysis, reader, report; nothing when its manifest cannot be read."""
    return () if made is None else tuple(dict.fromkeys(each.kind for each in asks(made)))


def notes(state: State) -> tuple[Note, ...]:
    """The crashes of these bytes and who let them out, oldest first."""
    return crashnotes.notes(crashes_folder(), state.tree) if state.tree else ()


def named(plugin_id: str) -> State:
    """How the plugin of an id stands.

    Raises:
        WorkstationError: WS-PLG-074, there is none.
    """
    for each in plugin_states():
        if each.id == plugin_id:
            return each
    raise WorkstationError(
        "WS-PLG-074", f"no plugin is called {plugin_id[:80]}", "nothing was changed", "see plugin states"
    )


def approve(plugin_id: str, *, by: str, shown: str = "") -> tuple[Manifest, str]:
    """Trust an installed plugin as its bytes are now; gives its manifest and their hash. Its crashes are forgotten.

    Args:
        shown: the hash a person was shown; other bytes are not approved then.

    Raises:
        WorkstationError: WS-PLG-074 there is none, WS-PLG-092 its bytes changed since they were shown, or it is unusable.
    """
    found = [p for p in found_plugins() if not approval.is_bundled(p.folder) and _id(p) == plugin_id]
    if not found:
        what = f"no installed plugin is called {plugin_id[:80]}"
        raise WorkstationError("WS-PLG-074", what, "nothing was approved", "install it first; see plugin list")
    made = found[0].manifest
    if shown and made is not None and _tree(made.folder) != shown:
        raise WorkstationError(
            "WS-PLG-092", f"the bytes of {plugin_id[:80]} changed since they were shown", "nothing was approved",
            "look at the plugin again: its new hash is shown now",
        )  # fmt: skip
    tree = approval.approve(approvals_file(), found[0], by=by, at=crashes.now())
    assert made is not None  # else it could not be approved
    crashes.release(crashes_folder(), tree)
    return made, tree


def _tree(folder: Path) -> str:
    try:
        return tree_hash(folder)
    except (OSError, ValueError):
        return ""


def _id(plugin: Plugin) -> str:
    made = plugin.manifest or approval.manifest_of(plugin.folder)
    return made.id if made else ""


def revoke(plugin_id: str) -> None:
    """Trust an installed plugin no more; raises WS-PLG-077 when it was not approved."""
    approval.revoke(approvals_file(), plugin_id)


def release(plugin_id: str, *, by: str, reason: str) -> State:
    """Let a plugin out of quarantine; who did and why stays beside its crashes. Gives how it stood before.

    Raises:
        WorkstationError: WS-PLG-074 there is none, WS-PLG-093 no reason was given.
    """
    state, why = named(plugin_id), " ".join(reason.split())
    if not why:
        raise WorkstationError(
            "WS-PLG-093",
            "no reason was given",
            "nothing was changed",
            "say why it may run again, such as what was mended",
        )
    crashes.release(crashes_folder(), state.tree)
    crashnotes.add(crashes_folder(), state.tree, Note(crashes.now(), "release", by, why))
    return state


def layers_here() -> dict[str, str]:
    """The sandbox layers a plugin runs under on this computer, tried with a small invented file."""
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder) / "ledger.csv"
        ledger.write_bytes(romance.ledger_file(1))
        with parse(ledger, "ledger.csv", {}, bundled_plugins()) as running:
            list(running)
            return running.layers

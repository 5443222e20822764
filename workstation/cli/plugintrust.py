"""Owns the verbs about trust in plugins: ``pack``, ``install``, ``approve``, ``revoke``, ``release``, ``remove``,
``states``, ``doctor``, ``gallery``. Must not run plugin code."""

from __future__ import annotations

import platform
from argparse import Namespace
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from workstation.app import plugintrust
from workstation.app.installing import install_file, install_listed, shelf
from workstation.app.installing import remove as remove_installed
from workstation.app.places import approvals_file, plugin_states
from workstation.cli.answer import Answer, table
from workstation.plugin_host import approval, packing
from workstation.plugin_host import gallery as listing
from workstation.plugin_host.approval import State
from workstation.plugin_host.crashnotes import Note
from workstation.plugin_host.trees import tree_hash
from workstation.sdk.manifest import Manifest
from workstation.sdk.reader import API_VERSION


def pack(options: Namespace) -> Answer:
    """Write a plugin into one file."""
    made = packing.pack(options.path, options.out)
    return Answer(
        {"plugin": made.id, "file": str(options.out)}, [f"packed {made.id} {made.version} into {options.out}"]
    )


def install(options: Namespace) -> Answer:
    """Unpack a plugin, from a file or by its id from a gallery; it is not run before it is approved."""
    if options.gallery is None:
        made = install_file(Path(options.plugin))
    else:
        made = install_listed(options.gallery, options.plugin)
    lines = [f"installed {made.id} {made.version}", *_asks(made), f"next: read it in {made.folder}"]
    lines.append(f"then: workstation plugin approve {made.id}")
    return Answer({"plugin": made.id, "folder": str(made.folder), "tree": tree_hash(made.folder)}, lines)


def approve(options: Namespace) -> Answer:
    """Trust an installed plugin as it is now."""
    damaged = approval.damage(approvals_file())
    made, tree = plugintrust.approve(options.id, by=options.actor or "")
    lines = [f"approved {made.id} {made.version}", *_asks(made), f"exactly these bytes: {tree}"]
    if damaged:
        lines.append("the damaged list of approvals was kept aside; every other plugin needs approval again")
    return Answer({"plugin": made.id, "tree": tree, "at": plugintrust.named(made.id).at}, lines)


def revoke(options: Namespace) -> Answer:
    """Trust an installed plugin no more."""
    plugintrust.revoke(options.id)
    return Answer({"plugin": options.id}, [f"{options.id} needs approval again"])


def release(options: Namespace) -> Answer:
    """Let a plugin out of quarantine, with a reason."""
    state = plugintrust.release(options.id, by=options.actor or "", reason=options.reason)
    data = {"plugin": state.id, "crashes": state.crashes, "notes": [asdict(note) for note in plugintrust.notes(state)]}
    return Answer(data, [*map(_noted, plugintrust.notes(state)), f"{state.id} may run again"])


def remove(options: Namespace) -> Answer:
    """Take away a plugin that this user installed."""
    folder = remove_installed(options.id)
    return Answer({"plugin": options.id, "folder": str(folder)}, [f"{options.id} was removed, with its approval"])


def states(_options: Namespace) -> Answer:
    """How every plugin stands."""
    found = plugin_states()
    data = {"plugins": [_row(each) for each in found]}
    rows = [(each.id, each.version, each.word, each.reason or each.by) for each in found]
    return Answer(data, table(("plugin", "version", "state", ""), rows))


def doctor(options: Namespace) -> Answer:
    """What a plugin needs before it runs, and what protects the case from it on this computer."""
    found = [plugintrust.named(options.id)] if options.id else plugin_states()
    layers = plugintrust.layers_here()
    ill = [each for each in found if each.word != "ready"]
    data = {
        "python": platform.python_version(), "api": list(API_VERSION), "protection": layers,
        "plugins": [{**_row(each), "hint": plugintrust.ADVICE[each.word],
             "notes": [asdict(note) for note in plugintrust.notes(each)]} for each in found],
    }  # fmt: skip
    lines = [f"Python {data['python']}, plugin API {API_VERSION[0]}.{API_VERSION[1]}"]
    lines += [f"protection {name}: {what}" for name, what in layers.items()]
    for each in ill:
        lines += [f"{each.id} {each.version}: {each.word}: {each.reason}", f"  {plugintrust.ADVICE[each.word]}"]
        lines += [*map(_noted, plugintrust.notes(each)), f"  {each.folder}"]
    lines.append(f"{len(found) - len(ill)} of {len(found)} plugins are ready")
    return Answer(data, lines, 1 if ill else 0)


def gallery(options: Namespace) -> Answer:
    """The packed plugins of a folder."""
    if options.write:
        listing.write_index(options.folder)
    seen = shelf(options.folder)
    found, wrong = list(seen.entries), sorted(seen.differing)
    rows = [
        (
            e["file"],
            e.get("id", ""),
            e.get("version", ""),
            e.get("problem") or ", ".join(e["reads"]),
            e.get("summary", ""),
        )
        for e in found
    ]
    lines = table(("file", "plugin", "version", "reads", ""), rows)
    lines += [f"index.json does not tell the truth about {name}" for name in wrong]
    return Answer({"plugins": found, "differing": wrong}, lines, 1 if wrong else 0)


def _noted(note: Note) -> str:
    if note.kind == "crash":
        return f"  {note.at}: crash {note.by}: {note.words}"
    return f"  {note.at}: let out by {note.by or 'somebody'}: {note.words}"


def _asks(made: Manifest) -> list[str]:
    """What a plugin will see and may suggest, in plain words."""
    lines = []
    for each in plugintrust.asks(made):
        may = f"; may suggest {', '.join(each.suggests)}" if each.suggests else ""
        lines.append(f"  {each.kind} {each.id}: sees {', '.join(each.sees) or 'nothing of the case'}{may}")
    return lines


def _row(state: State) -> dict[str, Any]:
    """A state as JSON; its manifest is a file beside it."""
    row = asdict(replace(state, manifest=None))
    del row["manifest"]
    return {**row, "folder": str(state.folder)}

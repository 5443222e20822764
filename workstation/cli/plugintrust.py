"""Owns the verbs about trust in plugins: ``pack``, ``install``, ``approve``, ``revoke``, ``release``, ``states``, ``doctor``,
``gallery``. Must not run plugin code."""

from __future__ import annotations

import platform
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType

from workstation.app.installing import install_file, install_listed
from workstation.app.places import approvals_file, crashes_folder, found_plugins, plugin_states
from workstation.cli import system
from workstation.cli.answer import Answer, table
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import approval, crashes, packing
from workstation.plugin_host import gallery as listing
from workstation.plugin_host.discovery import Plugin
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
    found = [p for p in found_plugins() if not approval.is_bundled(p.folder) and _id(p) == options.id]
    if not found:
        what = f"no installed plugin is called {options.id[:80]}"
        raise WorkstationError("WS-PLG-074", what, "nothing was approved", "install it first; see plugin list")
    damaged = approval.damage(approvals_file())
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    tree = approval.approve(approvals_file(), found[0], by=options.actor or "", at=at)
    made = found[0].manifest
    assert made is not None  # else it could not be approved
    crashes.release(crashes_folder(), tree)
    lines = [f"approved {made.id} {made.version}", *_asks(made), f"exactly these bytes: {tree}"]
    if damaged:
        lines.append("the damaged list of approvals was kept aside; every other plugin needs approval again")
    return Answer({"plugin": made.id, "tree": tree, "at": at}, lines)


def revoke(options: Namespace) -> Answer:
    """Trust an installed plugin no more."""
    approval.revoke(approvals_file(), options.id)
    return Answer({"plugin": options.id}, [f"{options.id} needs approval again"])


def release(options: Namespace) -> Answer:
    """Let a plugin out of quarantine."""
    state = _named(options.id)
    crashes.release(crashes_folder(), state.tree)
    return Answer({"plugin": state.id, "crashes": state.crashes}, [f"{state.id} may run again"])


def states(_options: Namespace) -> Answer:
    """How every plugin stands."""
    found = plugin_states()
    data = {"plugins": [{**asdict(each), "folder": str(each.folder)} for each in found]}
    rows = [(each.id, each.version, each.word, each.reason or each.by) for each in found]
    return Answer(data, table(("plugin", "version", "state", ""), rows))


def doctor(options: Namespace) -> Answer:
    """What a plugin needs before it runs, and what protects the case from it on this computer."""
    found = [_named(options.id)] if options.id else plugin_states()
    layers = system.layers_here()
    ill = [each for each in found if each.word != "ready"]
    data = {
        "python": platform.python_version(), "api": list(API_VERSION), "protection": layers,
        "plugins": [{**asdict(each), "folder": str(each.folder), "hint": _HINTS[each.word]} for each in found],
    }  # fmt: skip
    lines = [f"Python {data['python']}, plugin API {API_VERSION[0]}.{API_VERSION[1]}"]
    lines += [f"protection {name}: {what}" for name, what in layers.items()]
    for each in ill:
        lines += [f"{each.id} {each.version}: {each.word}: {each.reason}", f"  {_HINTS[each.word]}", f"  {each.folder}"]
    lines.append(f"{len(found) - len(ill)} of {len(found)} plugins are ready")
    return Answer(data, lines, 1 if ill else 0)


def gallery(options: Namespace) -> Answer:
    """The packed plugins of a folder."""
    if options.write:
        listing.write_index(options.folder)
    found, wrong = listing.entries(options.folder), listing.differs(options.folder)
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


#: What to do about each state.
_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "ready": "nothing to do",
        "needs approval": "read its files, then: workstation plugin approve ID",
        "quarantined": "tell its author; to try again: workstation plugin release ID",
        "incompatible": "ask its author for a version for this program",
        "invalid": "mend its plugin.toml; workstation plugin check FOLDER says what is wrong",
    }
)


def _named(plugin_id: str) -> approval.State:
    for each in plugin_states():
        if each.id == plugin_id:
            return each
    raise WorkstationError(
        "WS-PLG-074", f"no plugin is called {plugin_id[:80]}", "nothing was changed", "see plugin states"
    )


def _id(plugin: Plugin) -> str:
    made = plugin.manifest or approval.manifest_of(plugin.folder)
    return made.id if made else ""


def _asks(made: Manifest) -> list[str]:
    """What a plugin will see and may suggest, in plain words."""
    lines = [f"  reader {each.id}: reads files you give it" for each in made.readers]
    for each in made.analyses:
        proposes = f", may suggest {' and '.join(each.proposes)}" if each.proposes else ""
        lines.append(f"  analysis {each.id}: reads {', '.join(each.reads) or 'nothing'}{proposes}")
    return lines

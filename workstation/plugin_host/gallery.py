"""Owns the list of packed plugins in a folder or on a stick (``index.json``): what they are and what they ask for.

Must not install anything and never trusts the list: what counts is in the packed files themselves.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workstation.domain.errors import WorkstationError
from workstation.plugin_host import packing

INDEX = "index.json"


def entries(folder: Path) -> list[dict[str, Any]]:
    """Every packed plugin of a folder, by file name: id, version, API, kinds, what it reads and proposes, hash, licence.

    A file that is no usable plugin stands there with its ``problem``.
    """
    return [_entry(path) for path in sorted(folder.glob("*.wsplugin")) if path.is_file()]


def write_index(folder: Path) -> Path:
    """Write ``index.json`` into the folder; the same files give the same bytes.

    Raises:
        WorkstationError: the folder cannot be written.
    """
    out = folder / INDEX
    try:
        out.write_text(json.dumps({"plugins": entries(folder)}, indent=1, sort_keys=True) + "\n", "utf-8", newline="\n")
    except OSError as problem:
        raise WorkstationError(
            "WS-PLG-078", f"{INDEX} could not be written ({problem.strerror})", "nothing was changed",
            "choose a folder you can write to",
        ) from problem  # fmt: skip
    return out


def differs(folder: Path) -> list[str]:
    """Names of files that the index of a folder misses, lists wrongly or names in vain; all of them without an index."""
    try:
        told = json.loads((folder / INDEX).read_text("utf-8"))["plugins"]
        listed: Mapping[str, Any] = {str(each["file"]): each for each in told}
    except (OSError, ValueError, KeyError, TypeError):
        listed = {}
    there = {each["file"]: each for each in entries(folder)}
    return sorted(name for name in listed.keys() | there.keys() if listed.get(name) != there.get(name))


def _entry(path: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="fundflow-gallery-") as place:
        try:
            made = packing.install(path, Path(place))
        except WorkstationError as problem:
            return {"file": path.name, "problem": problem.what}
    kinds = {"analysis": made.analyses, "reader": made.readers, "report": made.reports}
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "file": path.name, "sha256": digest, "id": made.id, "name": made.name, "version": made.version, "api": made.api,
        "license": made.license, "kinds": [kind for kind, found in kinds.items() if found],
        "reads": sorted({name for each in made.analyses for name in each.reads}),
        "proposes": sorted({name for each in made.analyses for name in each.proposes}),
        "summary": next((each.help for each in made.analyses), ""),
    }  # fmt: skip

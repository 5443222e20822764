"""Owns the list of packed plugins in a folder or on a stick (``index.json``): what they are and what they ask for.

Must not install anything and never trusts the list: what counts is in the packed files themselves.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workstation.domain.errors import WorkstationError
from workstation.plugin_host import packing, statefile
from workstation.plugin_host.trees import portable

INDEX = "index.json"
_NOTHING = "nothing was installed"


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


def differs(folder: Path, found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Names of files that the index of a folder misses, lists wrongly or names in vain; all of them without an index.

    Args:
        found: what is there (:func:`entries`).
    """
    try:
        told = statefile.read(folder / INDEX)[0]["plugins"]
        listed: Mapping[str, Any] = {str(each["file"]): each for each in told}
    except (KeyError, TypeError):
        listed = {}
    there = {each["file"]: each for each in found}
    return sorted(name for name in listed.keys() | there.keys() if listed.get(name) != there.get(name))


def fetch(folder: Path, wanted: str, place: Path) -> Path:
    """Copy the newest plugin of an id that the index lists, or the version in ``ID@VERSION``, into a private folder.

    What arrives has exactly the bytes whose SHA-256 stands in the index; its manifest is compared by who installs it.

    Raises:
        WorkstationError: WS-PLG-084 there is no index that can be read, WS-PLG-085 it lists no such plugin, WS-PLG-086
            its file is missing or has other bytes.
    """
    found, damaged = statefile.read(folder / INDEX)
    if damaged or not found:
        what = f"{INDEX} {'is damaged' if damaged else 'is missing'} in {folder}"
        raise WorkstationError("WS-PLG-084", what, _NOTHING, "make it anew: workstation plugin gallery FOLDER --write")
    name, _, version = wanted.partition("@")
    listed = found.get("plugins")
    entries = [e for e in listed if isinstance(e, dict)] if isinstance(listed, list) else []
    fitting = [e for e in entries if e.get("id") == name and version in ("", e.get("version"))]
    if not fitting:
        here = ", ".join(sorted({str(e["id"])[:60] for e in entries if e.get("id")})[:20])
        raise WorkstationError(
            "WS-PLG-085", f"the gallery has no plugin {wanted[:80]}", _NOTHING, f"choose one of: {here or 'none'}"
        )
    entry = max(fitting, key=lambda e: _order(str(e.get("version"))))
    file = str(entry.get("file"))
    copy = place / "packed.wsplugin"
    digest = _copied(folder / file, copy) if portable(file) else ""
    if not digest or digest != entry.get("sha256"):
        what = f"{file[:80]} is not the file that the index lists" if digest else f"the file {file[:80]} cannot be read"
        raise WorkstationError("WS-PLG-086", what, _NOTHING, "ask who made the gallery")
    return copy


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal() and len(part) < 10)


def _copied(source: Path, target: Path) -> str:
    """Copy a plain file of sensible size; its SHA-256, empty when it cannot be read."""
    digest = hashlib.sha256()
    try:
        if source.is_symlink() or not source.is_file() or source.stat().st_size > 2 * packing.BYTES:
            return ""
        with source.open("rb") as file, target.open("xb") as out:
            while piece := file.read(1 << 20):
                digest.update(piece)
                out.write(piece)
    except OSError:
        return ""
    return digest.hexdigest()


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

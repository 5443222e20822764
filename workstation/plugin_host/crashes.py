"""Owns the count of crashes in a row: three put a plugin into quarantine until a person lets it go.

One small file for each tree of bytes, so that damage to one says nothing about another; a count that cannot be read
counts as three. Must not know who approved a plugin.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from workstation.domain.errors import WorkstationError
from workstation.plugin_host import crashnotes
from workstation.plugin_host.crashnotes import Note

#: Crashes in a row after which a plugin waits for a person.
CRASHES = 3
#: The run was refused because this computer has no whole sandbox: no fault of the plugin.
_UNPROTECTED = ("WS-PLG-041", "WS-RDR-041")


def crashes_in(settings: Path) -> Path:
    """Where this user's counts are."""
    return settings / "crashes"


def crashed(folder: Path) -> Mapping[str, int]:
    """Hash of a tree -> how often its runs crashed in a row."""
    return {path.name: _count(path) for path in folder.glob("*") if not path.suffix}


def _count(path: Path) -> int:
    try:
        with path.open("rb") as file:
            said = file.read(10)
        return int(said) if said.isdigit() else CRASHES
    except FileNotFoundError:
        return 0
    except OSError:
        return CRASHES


def release(folder: Path, tree: str) -> None:
    """Forget the crashes of a plugin: a person looked at it."""
    (folder / tree).unlink(missing_ok=True)


@contextmanager
def guarded(folder: Path, tree: str, plugin_id: str) -> Iterator[None]:
    """Run a plugin inside: it is refused after three crashes in a row, and each crash is counted.

    A run that ends well ends the row. Time and memory limits, bad answers and cancelling are no crashes.

    Raises:
        WorkstationError: WS-PLG-076, it waits for a person.
    """
    many = _count(folder / tree)
    if many >= CRASHES:
        raise WorkstationError(
            "WS-PLG-076", f"the plugin {plugin_id} is quarantined: it crashed {CRASHES} times in a row",
            "nothing was run",
            f"tell its author; to try again: workstation plugin release {plugin_id} --reason WHY (or Plugins in the window)",
            4,
        )  # fmt: skip
    try:
        yield
    except WorkstationError as problem:
        if problem.exit_code == 4 and problem.code not in _UNPROTECTED:
            _write(folder / tree, many + 1)
            crashnotes.add(folder, tree, Note(now(), "crash", problem.code, problem.what))
        raise
    if many:
        release(folder, tree)


def _write(path: Path, many: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(path.name + ".new")
    new.write_bytes(b"%d" % many)
    os.replace(new, path)


def now() -> str:
    """The time of a note, in UTC: when something happened on this computer, never part of a result."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

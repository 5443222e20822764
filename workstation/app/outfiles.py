"""Owns writing one file outside of a case whole or not at all. Must not know what is in it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from workstation.domain.errors import WorkstationError


def put(data: bytes, out: Path) -> None:
    """Write a file under a second name first, then put it in place; an older file stays until then.

    Raises:
        WorkstationError: WS-EXP-006, the folder or the disk refused; an older file is untouched.
    """
    beside = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(data)
        os.replace(beside, out)
    except OSError as problem:
        with suppress(OSError):
            beside.unlink()
        raise WorkstationError(
            "WS-EXP-006", f"{out.name} could not be written ({problem.strerror})", "nothing was changed",
            "choose another folder",
        ) from problem  # fmt: skip


def put_beside(files: Mapping[str, bytes], folder: Path) -> list[Path]:
    """Write files into a folder beside what is there: a name that is taken gets a number. Gives the paths, by name.

    Raises:
        WorkstationError: WS-EXP-006, the folder or the disk refused.
    """
    made = []
    for name, data in sorted(files.items()):
        out, number = folder / name, 1
        while out.exists() or out.is_symlink():
            number += 1
            out = folder / f"{Path(name).stem}-{number}{Path(name).suffix}"
        put(data, out)
        made.append(out)
    return made

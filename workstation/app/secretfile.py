"""Owns reading a passphrase from the first line of a file, so that none stands on a command line. Must not keep it."""

from __future__ import annotations

from pathlib import Path

from workstation.domain.errors import WorkstationError

_LARGEST = 1 << 16


def first_line(file: Path, unchanged: str = "no case was opened") -> str:
    """The first line of a text file that holds a passphrase or a key.

    Raises:
        WorkstationError: WS-CLI-004 the file cannot be read, WS-CLI-005 it holds nothing.
    """
    try:
        with file.open("rb") as opened:
            lines = opened.read(_LARGEST).decode("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise WorkstationError(
            "WS-CLI-004", f"the passphrase file cannot be read ({type(problem).__name__})", unchanged,
            "name a readable text file",
        ) from problem  # fmt: skip
    if not lines or not lines[0]:
        raise WorkstationError(
            "WS-CLI-005", "the passphrase file is empty", unchanged, "put the passphrase on its first line"
        )
    return lines[0]

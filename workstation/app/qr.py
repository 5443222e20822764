"""Owns the QR code of an exact identifier, as plain dark and light modules. Must not know how it is drawn."""

from __future__ import annotations

import segno

from workstation.domain.errors import WorkstationError

#: Modules of empty paper around a code; a reader needs them.
QUIET = 4
#: Longest text of a byte-mode code at this level of repair (ISO 18004, version 40-M).
LONGEST = 2331


def modules(words: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of modules, true = dark, without the quiet zone; level M, so that a printed fold does not matter.

    Raises:
        WorkstationError: the text is empty or longer than a code can hold.
    """
    if not words or len(words.encode()) > LONGEST:
        raise WorkstationError(
            "WS-QR-001", "this identifier does not fit into a QR code", "nothing was changed", "copy it as text"
        )
    made = segno.make(words, error="m", micro=False, boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in made.matrix)


def groups(words: str, size: int = 4) -> tuple[str, ...]:
    """An identifier in groups, for reading aloud; joined without blanks they are the identifier again."""
    return tuple(words[at : at + size] for at in range(0, len(words), size))

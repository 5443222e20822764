"""Owns how foreign text is shown and written: visible marks for characters that lie, the formula rule of CSV cells.

Must not change what is stored: marks are added on the way out only, and identifiers and amounts are never touched.
"""

from __future__ import annotations

import re
import unicodedata

# Bidirectional controls, zero-width and invisible characters, and other format characters that change how a line reads.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def visible(text: str) -> str:
    """The text with every hidden, control and direction character as a mark such as ``⟦U+202E⟧``."""
    return _HIDDEN.sub(_mark, text)


def visible_lines(text: str) -> str:
    """As :func:`visible`, but line ends stay (notes and reasons are written in paragraphs)."""
    return "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))


def printable(text: str, covered: frozenset[int]) -> str:
    """The text with every character outside ``covered`` as a mark: PDF/A refuses a character without a glyph."""
    return "".join(c if c == "\n" or ord(c) in covered else _code(c) for c in visible_lines(text))


def guarded(text: str) -> tuple[str, bool]:
    """A free-text CSV cell that no spreadsheet runs as a formula, and whether it had to be changed.

    Leading blanks are looked through: some programs trim a cell before they look at its first character.
    """
    shown = visible(text)
    head = text.lstrip(" \u00a0\u3000")
    if head.startswith(_STARTS):
        return "'" + shown, True
    return shown, False


def file_name(text: str, *, limit: int = 80) -> str:
    """ASCII letters, digits, ``.``, ``_`` and ``-`` of a text, for names that every file system takes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:limit] or "case"


def _mark(found: re.Match[str]) -> str:
    return _code(found.group())


def _code(character: str) -> str:
    return f"⟦U+{ord(character):04X}⟧"

"""Owns how foreign text is shown and written: visible marks for characters that lie, the formula rule of CSV cells.

Must not change what is stored: marks are added on the way out only, and identifiers and amounts are never touched.
"""

from __future__ import annotations

import re
import unicodedata

from workstation.domain.visible import visible as marked

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# Where a program splits at semicolons (the rule in much of Europe and Asia), what follows one is a cell of its own.
_AFTER = re.compile(r"(;\s*)(?=[=+\-@＝＋－＠])")
_NUMBER = re.compile(r"-[0-9]+(\.[0-9]+)?")


def visible(text: str) -> str:
    """The text with every hidden, control and direction character as a mark such as ``⟦U+202E⟧``."""
    # files must be equal on every machine: newer versions of Unicode assign more characters
    return marked(text, unassigned=False)


def visible_lines(text: str) -> str:
    """As :func:`visible`, but line ends stay (notes and reasons are written in paragraphs)."""
    return "\n".join(visible(line) for line in text.replace("\r\n", "\n").split("\n"))


def printable(text: str, covered: frozenset[int]) -> str:
    """The text with every character outside ``covered`` as a mark: PDF/A refuses a character without a glyph."""
    return "".join(c if c == "\n" or ord(c) in covered else _code(c) for c in visible_lines(text))


def guarded(text: str) -> tuple[str, bool]:
    """A free-text CSV cell that no spreadsheet runs as a formula, and whether it had to be changed.

    Leading blanks are looked through: some programs trim a cell before they look at its first character. A plain
    negative number is an amount as it is stated and stays.
    """
    shown = _AFTER.sub(r"\1'", visible(text))
    if text.startswith(_STARTS) or text.lstrip().startswith(_STARTS):
        shown = shown if _NUMBER.fullmatch(text) else "'" + shown
    return shown, shown != visible(text)


def file_name(text: str, *, limit: int = 80) -> str:
    """ASCII letters, digits, ``.``, ``_`` and ``-`` of a text, for names that every file system takes."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^A-Za-z0-9._-]+", "-", plain).strip("-._")[:limit] or "case"


def _code(character: str) -> str:
    return f"⟦U+{ord(character):04X}⟧"

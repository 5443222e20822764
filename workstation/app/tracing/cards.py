"""Owns the method cards as texts: the name of a method and its one sentence. Must not decide anything."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from workstation.paths import resources_folder

_SENTENCE = "## In one sentence"
#: Headings of a card that findings quote.
ERRORS = "Known ways to be wrong"
DISPROOF = "What would disprove it"
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_MARKS = re.compile(r"[*`]")


@dataclass(frozen=True, slots=True)
class Card:
    """The head of a method card. ``title`` without the id; ``sentence``: what the method does, in one sentence."""

    method: str
    title: str
    sentence: str


def folder() -> Path:
    """Where the cards lie; the file name of a card is the id of its method."""
    return resources_folder() / "methods"


def card(method: str) -> Card:
    """The card of a method; one without a card is told by its id alone."""
    path = folder() / f"{method}.md"
    if not path.is_file():
        return Card(method, method, "")
    words = path.read_text("utf-8")
    title = words.split("\n", 1)[0].removeprefix("#").partition(" (")[0].strip()
    _, found, rest = words.partition(_SENTENCE)
    return Card(method, title or method, rest.strip().split("\n", 1)[0].strip() if found else "")


def text(method: str) -> str:
    """The whole card as it is written, or an empty text."""
    path = folder() / f"{method}.md"
    return path.read_text("utf-8") if path.is_file() else ""


def points(method: str, heading: str) -> list[str]:
    """The points of a list under a heading of a card, without marks of emphasis and links."""
    found = sections(text(method)).get(heading, ())
    return [plain(line[2:]) for line in found if line.startswith("- ")]


def sections(words: str) -> dict[str, tuple[str, ...]]:
    """Heading -> lines under it, blank ones left out; what stands before the first heading is left out."""
    made: dict[str, list[str]] = {}
    here: list[str] | None = None
    for line in words.split("\n"):
        if line.startswith("## "):
            here = made.setdefault(line[3:].strip(), [])
        elif here is not None and line.strip():
            here.append(line.rstrip())
    return {name: tuple(lines) for name, lines in made.items()}


def plain(words: str) -> str:
    """Words without the marks of Markdown: emphasis, code, links (the words of a link stay)."""
    return _MARKS.sub("", _LINK.sub(r"\1", words))

"""Owns the method cards as texts: the name of a method and its one sentence. Must not decide anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from workstation.paths import resources_folder

_SENTENCE = "## In one sentence"


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

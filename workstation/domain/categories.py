"""Owns what the category of a label means, by the one table ``resources/categories.toml``: its badge, and whom it protects.

Categories are what people and sources typed. Must not know cases, graphs or files that leave.
"""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from workstation.paths import resources_folder


@dataclass(frozen=True, slots=True)
class Meaning:
    """One entry of the table. ``use``: ``protected``, ``abuse``, ``shared`` or empty; ``badge`` may be empty, too."""

    badge: str
    use: str
    words: tuple[str, ...]


@lru_cache(maxsize=1)
def table() -> tuple[Meaning, ...]:
    """The entries in their order."""
    read = tomllib.loads((resources_folder() / "categories.toml").read_text("utf-8"))
    return tuple(Meaning(each["badge"], each["use"], tuple(each["words"])) for each in read["meaning"])


def badge_of(category: str) -> str:
    """The badge a category means, or empty."""
    return next((meaning.badge for meaning in _meant(category) if meaning.badge), "")


def uses_of(category: str) -> frozenset[str]:
    """Whether a category is ``protected``, ``abuse``, ``shared``: none, one or several."""
    return frozenset(meaning.use for meaning in _meant(category) if meaning.use)


@lru_cache(maxsize=4096)  # a source writes the same category into every row
def _meant(category: str) -> tuple[Meaning, ...]:
    low = unicodedata.normalize("NFC", category.casefold()).replace("_", " ").replace("-", " ")
    found = [word for meaning in table() for word in meaning.words if word in low]
    count = {word: not any(word in longer and word != longer for longer in found) for word in found}
    return tuple(meaning for meaning in table() if any(count.get(word) for word in meaning.words))

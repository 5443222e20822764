"""Owns what is known of the crashes behind a quarantine: when, with which message, and who let the plugin out and why.

It lies beside the counts (``crashes``), one small file for each tree of bytes. It decides nothing: a note that is
missing or damaged lifts no quarantine and makes none.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from workstation.plugin_host import statefile

#: Notes that are kept of one tree, and the longest text in one.
NOTES, WORDS = 20, 500


@dataclass(frozen=True, slots=True)
class Note:
    """One crash, or one letting out. ``words``: the message, or the reason; ``by``: who let it out, else the error code."""

    at: str
    kind: Literal["crash", "release"]
    by: str
    words: str


def notes(folder: Path, tree: str) -> tuple[Note, ...]:
    """What is known of these bytes, oldest first; what cannot be read is left out."""
    listed = statefile.read(_file(folder, tree))[0].get("notes")
    found = []
    for each in listed[-NOTES:] if isinstance(listed, list) else ():
        told = each if isinstance(each, dict) else {}
        texts = [str(told.get(name, ""))[:WORDS] for name in ("at", "by", "words")]
        if told.get("kind") == "crash":
            found.append(Note(texts[0], "crash", texts[1], texts[2]))
        elif told.get("kind") == "release":
            found.append(Note(texts[0], "release", texts[1], texts[2]))
    return tuple(found)


def add(folder: Path, tree: str, note: Note) -> None:
    """Keep one more note; the oldest go."""
    kept = [*notes(folder, tree), note][-NOTES:]
    statefile.write(_file(folder, tree), {"notes": [{**asdict(n), "words": n.words[:WORDS]} for n in kept]})


def _file(folder: Path, tree: str) -> Path:
    return folder / f"{tree}.json"

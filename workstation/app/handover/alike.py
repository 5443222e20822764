"""Owns which entities and findings of two cases are the same, and addresses that both give to different entities. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workstation.app.handover.theirs import Rows
from workstation.app.handover.threeway import Conflict
from workstation.domain.changes import Edit, Row


def same_entities(mine: Rows, theirs: Rows, known: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Their entities that are entities of this case: the same members, or the same name and a member in common."""
    here, there = _members(mine), _members(theirs)
    taken = {to for (table, _), to in known.items() if table == "entity"}
    found: dict[tuple[str, str], str] = {}
    for key, row in theirs["entity"].items():
        if ("entity", key) in known or key in mine["entity"]:
            continue
        for other, own in mine["entity"].items():
            both = here.get(other, set()) & there.get(key, set())
            same = here.get(other) == there.get(key) or str(own["name"]).casefold() == str(row["name"]).casefold()
            if both and same and other not in taken:
                found["entity", key] = other
                taken.add(other)
                break
    return found


def same_findings(mine: Rows, theirs: Rows, known: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
    """Their findings that say, word for word, what a finding of this case says."""
    said = {_words(row): key for key, row in mine["finding"].items()}
    taken = {to for (table, _), to in known.items() if table == "finding"}
    found: dict[tuple[str, str], str] = {}
    for key, row in theirs["finding"].items():
        other = said.get(_words(row))
        if other is not None and ("finding", key) not in known and key not in mine["finding"] and other not in taken:
            found["finding", key] = other
            taken.add(other)
    return found


def _words(row: Row) -> tuple[object, ...]:
    return tuple(value for name, value in row.items() if name not in ("key", "number", "author", "at"))


def contradictions(mine: Rows, edits: Sequence[Edit]) -> tuple[list[Conflict], list[Edit]]:
    """New members that are members of another entity here, as conflicts; and the edits without them."""
    names = {key: str(row["name"]) for key, row in mine["entity"].items()}
    names |= {e.key: str(e.after["name"]) for e in edits if e.table == "entity" and e.after is not None}
    gone = {e.key for e in edits if e.table == "entity_member" and e.after is None}
    at = {row["subject"]: (key, row) for key, row in mine["entity_member"].items() if key not in gone}
    conflicts, kept = [], []
    for edit in edits:
        row = edit.after
        own = at.get(row["subject"]) if edit.table == "entity_member" and edit.before is None and row else None
        if row is None or own is None or own[1]["entity"] == row["entity"]:
            kept.append(edit)
            continue
        sides = (("entity", names.get(own[1]["entity"], ""), names.get(row["entity"], "")),)
        removed = Edit("entity_member", own[0], own[1], None)
        conflicts.append(Conflict("entity_member", edit.key, "entity", sides, None, row, (removed,)))
    return conflicts, kept


def _members(rows: Rows) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows["entity_member"].values():
        found.setdefault(row["entity"], set()).add(row["subject"])
    return found

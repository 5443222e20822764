"""Owns the words for a merge: what comes in, what contradicts, what stays behind. Must not change anything."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from workstation.app import comparing
from workstation.app.handover.planning import Plan
from workstation.app.handover.threeway import Conflict
from workstation.domain.changes import Edit

_REASONS: Mapping[str, str] = MappingProxyType({
    "changed": "both changed it",
    "removed here": "removed here, changed there",
    "removed there": "changed here, removed there",
    "entity": "of one entity here, of another there",
})  # fmt: skip


def what(conflict: Conflict) -> str:
    """What a conflict is about, in a few words."""
    found = comparing.differences([Edit(conflict.table, conflict.key, None, conflict.mine or conflict.theirs)])[0]
    said = found.says or found.subject.rpartition(":")[2]
    return (
        f"{found.what} “{said}”: {_REASONS[conflict.reason]}" if said else f"{found.what}: {_REASONS[conflict.reason]}"
    )


def sides(conflict: Conflict) -> tuple[str, str]:
    """What this case says, and what the other says."""
    if conflict.columns:
        mine, theirs = ("; ".join(f"{c[0]}: {c[at] or 'nothing'}" for c in conflict.columns) for at in (1, 2))
        return mine, theirs
    return _row(conflict.mine), _row(conflict.theirs)


def _row(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "removed"
    return "; ".join(
        f"{name}: {value}" for name, value in row.items() if value not in (None, "") and name not in _QUIET
    )


_QUIET = frozenset(("key", "author", "at", "position", "step", "x", "y"))


def counted(plan: Plan) -> list[tuple[str, str, int]]:
    """How many rows are added, changed and removed, by sort of thing: ``(kind, what, how many)`` in order."""
    found: dict[tuple[str, str], int] = {}
    for each in comparing.differences(plan.edits):
        place = (each.kind, each.what.replace("_", " "))
        found[place] = found.get(place, 0) + 1
    return [(kind, name, n) for (kind, name), n in sorted(found.items())]


def lines(plan: Plan, chosen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The plan line by line, for a terminal."""
    for exhibit in plan.exhibits:
        yield f"exhibit comes in: {exhibit.name} {exhibit.sha256}"
    for kind, name, n in counted(plan):
        yield f"{kind}: {n:,} × {name}"
    for row_of, there, here in plan.renumbered:
        yield f"{row_of} {there} of that case is {row_of} {here} here"
    for conflict in plan.conflicts:
        mine, theirs = sides(conflict)
        kept = "theirs" if conflict.id in chosen else "mine"
        yield f"conflict {conflict.id} ({kept} counts): {what(conflict)}"
        yield f"    mine:   {mine}"
        yield f"    theirs: {theirs}"
    for table, key, why in plan.left_out:
        yield f"left out: {table} {key}, because {why}"
    if plan.waiting:
        yield f"{len(plan.waiting):,} rows cite trace runs, which are asked again here"
    yield f"{plan.same:,} rows are the same in both"

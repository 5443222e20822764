"""Owns comparing three states of a table: where both cases began, this case now, and the other case now.

What only one side changed is taken; what both changed differently is a conflict that a person decides. Pure: rows in, edits
and conflicts out, all in the names of this case.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from workstation.domain.changes import Edit, Row
from workstation.domain.errors import WorkstationError

#: Where things stand, how they are counted, who wrote them when: this case keeps its own without asking.
_QUIET = frozenset(("key", "author", "at", "x", "y", "pinned", "hidden", "step", "position", "number"))
_Rows = Mapping[str, Row]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing that both cases hold otherwise.

    Attributes:
        table, key: the row here. reason: ``changed`` (both changed it), ``removed here``, ``removed there`` or ``entity``
            (an address is of one entity here and of another there). columns: name, value here, value there.
        mine, theirs: the row by either choice; None = it goes. also: edits that the choice ``theirs`` needs beside it.
    """

    table: str
    key: str
    reason: str
    columns: tuple[tuple[str, Any, Any], ...]
    mine: Row | None
    theirs: Row | None
    also: tuple[Edit, ...] = ()

    @property
    def id(self) -> str:
        """What a choice names it by."""
        if self.reason == "entity" and self.theirs is not None:  # its row has no key until it comes
            return f"entity/{self.theirs['subject']}"
        return f"{self.table}/{self.key}"


def compare(table: str, base: _Rows, mine: _Rows, theirs: _Rows) -> tuple[list[Edit], list[Conflict]]:
    """What the other case adds to this one, and what both changed differently (this case's side is then kept)."""
    edits: list[Edit] = []
    conflicts: list[Conflict] = []
    for key in sorted(base.keys() | theirs.keys()):
        was, here, there = base.get(key), mine.get(key), theirs.get(key)
        if there in (was, here):
            continue
        if here == was:
            edits.append(Edit(table, key, here, there))
        elif here is None or there is None:
            reason = "removed here" if here is None else "removed there"
            conflicts.append(Conflict(table, key, reason, (), here, there))
        else:
            kept, other, clash = _columns(was or {}, here, there)
            if kept != here:
                edits.append(Edit(table, key, here, kept))
            if clash:
                conflicts.append(Conflict(table, key, "changed", clash, kept, other))
    return edits, conflicts


def _columns(was: Row, here: Row, there: Row) -> tuple[Row, Row, tuple[tuple[str, Any, Any], ...]]:
    """The row with this side's columns where both differ, the row with the other's, and those columns."""
    kept, other, clash = dict(here), dict(here), []
    for name, value in there.items():
        if value in (was.get(name), here[name]):
            continue
        if name in _QUIET:
            continue
        if here[name] == was.get(name) or not here[name]:
            kept[name] = other[name] = value
        else:
            other[name] = value
            clash.append((name, here[name], value))
    return kept, other, tuple(clash)


def decided(edits: list[Edit], conflicts: Collection[Conflict], theirs: Collection[str]) -> list[Edit]:
    """The edits with the rows of the other case where a person chose them (``theirs``: ids of conflicts)."""
    found = {(e.table, e.key): e for e in edits}
    for conflict in conflicts:
        if conflict.id not in theirs:
            continue
        place = (conflict.table, conflict.key)
        before = found[place].before if place in found else conflict.mine
        found[place] = Edit(conflict.table, conflict.key, before, conflict.theirs)
        found |= {(e.table, e.key): e for e in conflict.also}
    return list(found.values())


def named(words: str, conflicts: Collection[Conflict]) -> frozenset[str]:
    """The ids of conflicts in a text with blanks; ``all`` is every one.

    Raises:
        WorkstationError: WS-HND-006 there is no such conflict.
    """
    ids = frozenset(conflict.id for conflict in conflicts)
    if words.strip() == "all":
        return ids
    unknown = sorted(set(words.split()) - ids)
    if unknown:
        raise WorkstationError(
            "WS-HND-006", f"there is no conflict {unknown[0]!r}", "no row was changed", "see what the plan lists"
        )
    return frozenset(words.split())

"""Owns the words for a merge: what comes in, what contradicts, what stays behind. Must not change anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workstation.app import comparing
from workstation.app.handover.planning import Plan
from workstation.app.handover.threeway import Conflict
from workstation.domain.changes import Edit
from workstation.domain.subjects import parse

if TYPE_CHECKING:
    from workstation.app.session import Session

#: Names a subject by its key.
Label = Callable[[str], str]

_REASONS: Mapping[str, str] = MappingProxyType({
    "changed": "both changed it",
    "removed here": "removed here, changed there",
    "removed there": "changed here, removed there",
    "entity": "of one entity here, of another there",
})  # fmt: skip
#: Rows that nobody reads one by one.
_COUNTED = frozenset(("placement", "expansion", "entity_member", "finding_link", "style"))
_QUIET = frozenset(("key", "author", "at", "position", "step", "x", "y"))


def labels(session: Session) -> Label:
    """How this case calls a subject: its name, and the id of an address or transaction."""

    def label(key: str) -> str:
        subject, name = parse(key), session.graphs.label(parse(key))
        named = subject.kind in ("address", "transaction") and name != subject.ref
        return f"{name} ({subject.ref})" if named else name

    return label


def what(conflict: Conflict, label: Label) -> str:
    """What a conflict is about, in a few words."""
    found = comparing.differences([Edit(conflict.table, conflict.key, None, conflict.mine or conflict.theirs)])[0]
    subject = label(found.subject) if found.subject else ""
    if conflict.reason == "entity":
        return f"{subject}: {_REASONS[conflict.reason]}"
    said = found.says or subject
    thing = f"{found.what} “{said}”" if said else found.what
    return f"{thing}: {_REASONS[conflict.reason]}"


def sides(conflict: Conflict) -> tuple[str, str]:
    """What this case says, and what the other says."""
    if conflict.columns:
        mine, theirs = ("; ".join(f"{c[0]}: {c[at] or 'nothing'}" for c in conflict.columns) for at in (1, 2))
        return mine, theirs
    return _row(conflict.mine), _row(conflict.theirs)


def _row(row: Mapping[str, Any] | None) -> str:
    if row is None:
        return "removed"
    told = {name: value for name, value in row.items() if value not in (None, "") and name not in _QUIET}
    return "; ".join(f"{name}: {value}" for name, value in told.items())


def counted(plan: Plan) -> list[tuple[str, str, int]]:
    """How many rows are added, changed and removed, by sort of thing: ``(kind, what, how many)`` in order."""
    found: dict[tuple[str, str], int] = {}
    for each in comparing.differences(plan.edits):
        found[each.kind, each.what] = found.get((each.kind, each.what), 0) + 1
    return [(kind, name, n) for (kind, name), n in sorted(found.items())]


def listed(plan: Plan, label: Label) -> Iterator[str]:
    """What comes in: every row a person would read in one line, places and the like as a number."""
    quiet: dict[tuple[str, str], int] = {}
    for each in comparing.differences(plan.edits):
        if each.table in _COUNTED:
            quiet[each.kind, each.what] = quiet.get((each.kind, each.what), 0) + 1
        else:
            yield comparing.line(each, label(each.subject) if each.subject and each.table != "entity" else "")
    for (kind, name), n in sorted(quiet.items()):
        yield f"{kind}: {n:,} × {name}"


def lines(plan: Plan, label: Label, chosen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The plan line by line, for a terminal."""
    for exhibit in plan.exhibits:
        yield f"exhibit comes in: {exhibit.name} {exhibit.sha256}"
    yield from listed(plan, label)
    for table, there, here in plan.renumbered:
        yield f"{table} {there} of that case is {table} {here} here"
    for conflict in plan.conflicts:
        mine, theirs = sides(conflict)
        kept = "theirs" if conflict.id in chosen else "mine"
        yield f"conflict {conflict.id} ({kept} counts): {what(conflict, label)}"
        yield f"    mine:   {mine}"
        yield f"    theirs: {theirs}"
    for table, key, why in plan.left_out:
        yield f"left out: {table} {key}, because {why}"
    if plan.later:
        yield f"{plan.later:,} rows are about transfers of these exhibits"
    if plan.waiting:
        yield f"{len(plan.waiting):,} rows cite trace runs, which are asked again here"
    yield f"{plan.same:,} rows are the same in both"

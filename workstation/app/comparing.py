"""Owns the words for the difference of two states of the work product. Must not read or change the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workstation.domain.changes import Edit

_WHAT = {
    "entity_member": "member of an entity",
    "mark": "role or colour",
    "finding_link": "citation",
    "placement": "place on a graph",
    "mapping": "mapping",
    "conversion": "declared conversion",
    "expansion": "expansion of a graph",
    "style": "style by hand",
    "style_rule": "style rule",
    "card": "note card",
    "verdict": "decision on an answer of a plugin",
    "person": "person",
}
#: Columns that say in one line what a row is, the first that is filled counts.
_SAYS = ("name", "label", "claim", "body", "text", "role", "note", "reason", "decision")


@dataclass(frozen=True, slots=True)
class Difference:
    """One row that differs between two states.

    Attributes:
        kind: ``added``, ``removed`` or ``changed``. what: the sort of thing. says: the thing in one line.
        columns: names, value before and value after of the columns that changed.
        subject: key of what it is about, or empty. table, key: the row.
    """

    kind: str
    what: str
    says: str
    columns: tuple[tuple[str, Any, Any], ...]
    subject: str
    table: str
    key: str


def differences(edits: Sequence[Edit]) -> list[Difference]:
    """Every row that differs, in the order given."""
    return [_difference(edit) for edit in edits]


def _difference(edit: Edit) -> Difference:
    before, after = edit.before or {}, edit.after or {}
    row = after or before
    kind = "added" if edit.before is None else "removed" if edit.after is None else "changed"
    says = next((str(row[name]) for name in _SAYS if row.get(name)), "")
    columns: tuple[tuple[str, Any, Any], ...] = ()
    if kind == "changed":
        names = sorted({*before, *after} - {"key", "author", "at"})
        columns = tuple((n, before.get(n), after.get(n)) for n in names if before.get(n) != after.get(n))
    subject = edit.key if edit.table == "mark" else str(row.get("subject") or "")
    if edit.table == "entity":
        subject = f"entity::{edit.key}"
    what = _WHAT.get(edit.table, edit.table)
    return Difference(kind, what, says, columns, subject, edit.table, edit.key)


def line(difference: Difference, label: str = "") -> str:
    """A difference as one readable line; ``label`` is how its subject is called."""
    head = f"{difference.kind}: {difference.what}"
    if difference.says:
        head += f" “{difference.says}”"
    if label and label != difference.says:
        head += f" on {label}"
    shown = ", ".join(f"{n}: {_value(b)} → {_value(a)}" for n, b, a in difference.columns)
    return f"{head} ({shown})" if shown else head


def _value(value: Any) -> str:
    return "nothing" if value in (None, "") else str(value)

"""Owns change-sets: the only way work product changes, and so the only thing undo needs to know.

Must not know SQL or any table's meaning. An edit of evidence cannot be written down: only the tables in
``WORK_TABLES`` exist here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

#: Work-product tables: what the investigator adds. Everything else in a case is evidence and append-only.
WORK_TABLES = (
    "tag",
    "note",
    "entity",
    "entity_member",
    "mark",
    "finding",
    "finding_link",
    "graph",
    "placement",
    "scene",
    "mapping",
    "proposal",
    "conversion",
    "frame",
    "expansion",
    "style",
    "style_rule",
    "card",
    "verdict",
    "person",
    "request",
    "paper",
)

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Edit:
    """One row before and after. ``before`` None = the row is new; ``after`` None = the row goes."""

    table: str
    key: str
    before: Row | None
    after: Row | None

    def __post_init__(self) -> None:
        if self.table not in WORK_TABLES:
            raise ValueError(f"{self.table} is not a work-product table")
        if self.before is None and self.after is None:
            raise ValueError("an edit needs a row before or after")


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """Edits that belong together under one readable name, undone and redone as one step.

    Attributes:
        merge: when not empty, a change-set that directly follows one with the same text joins its undo step
            (typing, dragging).
    """

    label: str
    edits: tuple[Edit, ...]
    merge: str = ""


def inverse(change: ChangeSet) -> ChangeSet:
    """The change-set that takes this one back: edits in reverse order with before and after exchanged."""
    return ChangeSet(
        change.label,
        tuple(Edit(e.table, e.key, e.after, e.before) for e in reversed(change.edits)),
    )

"""Owns work-product rows inside a case. Must not know what a table means.

A change-set carries the rows before and after, so one code path serves every edit, undo and redo
(:mod:`workstation.casefile.steps` keeps them).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from workstation.casefile.tables import WORK
from workstation.casefile.values import Json
from workstation.domain.changes import ChangeSet, Row
from workstation.domain.errors import WorkstationError


def rows(conn: Connection, table: str) -> dict[str, dict[str, Any]]:
    """All rows of a table by key, in order of keys."""
    source = _table(table)
    return {r["key"]: dict(r) for r in conn.execute(select(source).order_by(source.c.key)).mappings()}


def row(conn: Connection, table: str, key: str) -> dict[str, Any] | None:
    """One row, or None."""
    source = _table(table)
    found = conn.execute(select(source).where(source.c.key == key)).mappings().first()
    return None if found is None else dict(found)


def apply(conn: Connection, change: ChangeSet) -> None:
    """Write the rows of a change-set.

    Raises:
        WorkstationError: a stored row differs from ``before``, or a row does not fit its table.
    """
    for edit in change.edits:
        table = _table(edit.table)
        before, after = full(edit.table, edit.key, edit.before), full(edit.table, edit.key, edit.after)
        if row(conn, edit.table, edit.key) != before:
            raise WorkstationError(
                "WS-EDIT-001", f"{edit.table} {edit.key} was changed meanwhile", "nothing was changed",
                "look at it again, then repeat the step",
            )  # fmt: skip
        if after is None:
            conn.execute(delete(table).where(table.c.key == edit.key))
        elif before is None:
            conn.execute(insert(table).values(**after))
        else:
            conn.execute(update(table).where(table.c.key == edit.key).values(**after))


def body(change: ChangeSet) -> Json:
    """The change-set as the custody log and the undo history write it."""
    edits = [
        {"table": e.table, "key": e.key, "before": _plain(e.before), "after": _plain(e.after)} for e in change.edits
    ]
    return {"label": change.label, "edits": edits}


def _table(name: str) -> Table:
    try:
        return WORK[name]
    except KeyError as problem:
        raise WorkstationError(
            "WS-EDIT-002", f"there is no work table {name!r}", "nothing was changed", "report this error"
        ) from problem


def full(name: str, key: str, values: Row | None) -> dict[str, Any] | None:
    """The row with every column; a column that is left out is None."""
    if values is None:
        return None
    columns = _table(name).columns.keys()
    wrong = [column for column in values if column not in columns]
    if wrong or values.get("key", key) != key:
        raise WorkstationError(
            "WS-EDIT-003", f"a row of {name} does not fit ({', '.join(wrong) or 'key'})", "nothing was changed",
            "report this error",
        )  # fmt: skip
    return {**dict.fromkeys(columns), **values, "key": key}


def _plain(values: Row | None) -> dict[str, Any] | None:
    return None if values is None else dict(values)

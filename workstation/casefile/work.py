"""Owns work-product rows and the undo stack inside a case. Must not know what a table means.

A change-set carries the rows before and after, so one code path serves every edit, undo and redo. The stack lives in
the case and survives closing; what a new edit drops from it is still told by the custody log.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from workstation.casefile.tables import META, UNDO, WORK
from workstation.casefile.values import Json, UndoEntry
from workstation.domain.changes import ChangeSet, Edit, Row, inverse
from workstation.domain.errors import WorkstationError

_MERGE_KEY = "undo_merge"


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
        before, after = _full(table, edit.key, edit.before), _full(table, edit.key, edit.after)
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
    """The change-set as the custody log and the undo stack write it."""
    edits = [
        {"table": e.table, "key": e.key, "before": _plain(e.before), "after": _plain(e.after)} for e in change.edits
    ]
    return {"label": change.label, "edits": edits}


def record(conn: Connection, change: ChangeSet, at: str) -> None:
    """Put an applied change-set on the stack; undone steps leave it; a merging one joins the step before."""
    conn.execute(delete(UNDO).where(UNDO.c.undone == 1))
    last = conn.execute(select(UNDO).order_by(UNDO.c.id.desc()).limit(1)).first()
    if last is not None and change.merge and change.merge == last.merge and _may_merge(conn):
        joined = _joined(_change(last.label, last.edits), change)
        conn.execute(update(UNDO).where(UNDO.c.id == last.id).values(edits=_text(joined), label=change.label, at=at))
    else:
        conn.execute(insert(UNDO).values(label=change.label, merge=change.merge, at=at, undone=0, edits=_text(change)))
    _set_may_merge(conn, True)


def take_back(conn: Connection) -> ChangeSet | None:
    """Undo the last done step; gives the change-set that was applied."""
    step = conn.execute(select(UNDO).where(UNDO.c.undone == 0).order_by(UNDO.c.id.desc()).limit(1)).first()
    if step is None:
        return None
    change = inverse(_change(step.label, step.edits))
    return _move(conn, step.id, change, undone=1)


def do_again(conn: Connection) -> ChangeSet | None:
    """Redo the first undone step; gives the change-set that was applied."""
    step = conn.execute(select(UNDO).where(UNDO.c.undone == 1).order_by(UNDO.c.id).limit(1)).first()
    if step is None:
        return None
    return _move(conn, step.id, _change(step.label, step.edits), undone=0)


def position(conn: Connection) -> int:
    """How many steps are done."""
    return int(conn.execute(select(func.count()).select_from(UNDO).where(UNDO.c.undone == 0)).scalar_one())


def entries(conn: Connection) -> list[UndoEntry]:
    """The stack, oldest first."""
    found = conn.execute(select(UNDO).order_by(UNDO.c.id))
    return [UndoEntry(r.id, r.label, r.at, "undone" if r.undone else "done") for r in found]


def _move(conn: Connection, step: int, change: ChangeSet, *, undone: int) -> ChangeSet:
    apply(conn, change)
    conn.execute(update(UNDO).where(UNDO.c.id == step).values(undone=undone))
    _set_may_merge(conn, False)
    return change


def _table(name: str) -> Table:
    try:
        return WORK[name]
    except KeyError as problem:
        raise WorkstationError(
            "WS-EDIT-002", f"there is no work table {name!r}", "nothing was changed", "report this error"
        ) from problem


def _full(table: Table, key: str, values: Row | None) -> dict[str, Any] | None:
    """The row with every column; a column that is left out is None."""
    if values is None:
        return None
    columns = table.columns.keys()
    wrong = [name for name in values if name not in columns]
    if wrong or values.get("key", key) != key:
        raise WorkstationError(
            "WS-EDIT-003", f"a row of {table.name} does not fit ({', '.join(wrong) or 'key'})", "nothing was changed",
            "report this error",
        )  # fmt: skip
    return {**dict.fromkeys(columns), **values, "key": key}


def _plain(values: Row | None) -> dict[str, Any] | None:
    return None if values is None else dict(values)


def _text(change: ChangeSet) -> str:
    return json.dumps(body(change)["edits"], ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _change(label: str, edits: str) -> ChangeSet:
    return ChangeSet(label, tuple(Edit(e["table"], e["key"], e["before"], e["after"]) for e in json.loads(edits)))


def _joined(first: ChangeSet, second: ChangeSet) -> ChangeSet:
    """Both as one: per row the first ``before`` and the last ``after``."""
    found: dict[tuple[str, str], tuple[Row | None, Row | None]] = {}
    for edit in (*first.edits, *second.edits):
        place = (edit.table, edit.key)
        found[place] = (found[place][0] if place in found else edit.before, edit.after)
    kept = [Edit(t, k, b, a) for (t, k), (b, a) in found.items() if b is not None or a is not None]
    return ChangeSet(second.label, tuple(kept), second.merge)


def _may_merge(conn: Connection) -> bool:
    found = conn.execute(select(META.c.value).where(META.c.key == _MERGE_KEY)).scalar_one_or_none()
    return found == "1"


def _set_may_merge(conn: Connection, yes: bool) -> None:
    """Only a step that directly follows a recorded one may join it: not after an undo or redo."""
    value = "1" if yes else "0"
    if conn.execute(update(META).where(META.c.key == _MERGE_KEY).values(value=value)).rowcount == 0:
        conn.execute(insert(META).values(key=_MERGE_KEY, value=value))

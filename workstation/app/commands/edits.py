"""Owns the building blocks of change-sets: new keys, new rows, changed rows, rows that go. Must not apply them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from workstation.domain.changes import Edit
from workstation.domain.errors import WorkstationError

if TYPE_CHECKING:
    from workstation.app.session import Session


class Keys:
    """New row keys of one change-set. They hold the custody sequence, so a key is never used twice in a case."""

    def __init__(self, session: Session) -> None:
        self._sequence = session.store.head()[0] + 1
        self._count = 0

    def new(self, prefix: str) -> str:
        """The next key, ``tag-41`` or ``tag-41.1``."""
        self._count += 1
        return f"{prefix}-{self._sequence}" + (f".{self._count - 1}" if self._count > 1 else "")


def add(table: str, key: str, **values: Any) -> Edit:
    """A new row."""
    return Edit(table, key, None, {"key": key, **values})


def stored(session: Session, table: str, key: str) -> dict[str, Any]:
    """The row as it is.

    Raises:
        WorkstationError: WS-CMD-004 there is none.
    """
    row = session.store.row(table, key)
    if row is None:
        what = {"finding_link": "citation", "entity_member": "member"}.get(table, table)
        raise WorkstationError(
            "WS-CMD-004", f"there is no {what} {key!r}", "nothing was changed", "pick one from the list"
        )
    return row


def change(session: Session, table: str, key: str, **values: Any) -> list[Edit]:
    """The edit that sets these columns; empty when nothing differs."""
    before = stored(session, table, key)
    after = {**before, **values}
    return [] if after == before else [Edit(table, key, before, after)]


def put(session: Session, table: str, key: str, **values: Any) -> list[Edit]:
    """Set columns of a row that may not be there yet."""
    if session.store.row(table, key) is None:
        return [add(table, key, **values)]
    return change(session, table, key, **values)


def drop(session: Session, table: str, keys: Iterable[str]) -> list[Edit]:
    """The edits that remove rows."""
    return [Edit(table, key, stored(session, table, key), None) for key in keys]


def rows_where(session: Session, table: str, **values: Any) -> dict[str, dict[str, Any]]:
    """Rows whose columns hold these values, by key, in order."""
    return {
        key: row for key, row in session.store.rows(table).items() if all(row[name] == v for name, v in values.items())
    }


def next_position(rows: Iterable[dict[str, Any]], column: str = "position") -> int:
    """One more than the largest number among rows."""
    return max((int(row[column] or 0) for row in rows), default=0) + 1

"""Owns the undo history inside a case: a tree of steps, one of them the current state. Must not know what a table means.

A new edit after undo starts a branch; the undone steps stay as another branch. The tree lives in the case and survives
closing. Every move is one transaction with one custody entry that holds the rows it changed, so the log alone still
tells what the work product is.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, func, insert, select, update

from workstation.casefile import custody, schema, work
from workstation.casefile.tables import META, UNDO
from workstation.casefile.values import UndoEntry
from workstation.domain.changes import ChangeSet, Edit, Row, inverse
from workstation.domain.errors import WorkstationError

if TYPE_CHECKING:
    from workstation.casefile.store import Store

_MERGE_KEY = "undo_merge"
_DONE, _AHEAD, _ASIDE = 0, 1, 2
_STATES = ("done", "undone", "branch")


def record(conn: Connection, change: ChangeSet, at: str, actor: str) -> None:
    """Put an applied change-set behind the current state; undone steps become a branch; a merging one joins a step."""
    conn.execute(update(UNDO).where(UNDO.c.undone == _AHEAD).values(undone=_ASIDE))
    last = conn.execute(select(UNDO).where(UNDO.c.undone == _DONE).order_by(UNDO.c.id.desc()).limit(1)).first()
    if last is not None and change.merge and change.merge == last.merge and _may_merge(conn):
        joined = _joined(_change(last.label, last.edits), change)
        conn.execute(update(UNDO).where(UNDO.c.id == last.id).values(edits=_text(joined), label=change.label, at=at))
    else:
        conn.execute(
            insert(UNDO).values(
                parent=0 if last is None else last.id, label=change.label, name="", merge=change.merge, at=at,
                actor=actor, undone=_DONE, edits=_text(change),
            )
        )  # fmt: skip
    _set_may_merge(conn, True)


def take_back(conn: Connection) -> ChangeSet | None:
    """Undo the current step; gives the change-set that was applied."""
    step = conn.execute(select(UNDO).where(UNDO.c.undone == _DONE).order_by(UNDO.c.id.desc()).limit(1)).first()
    if step is None:
        return None
    return _move(conn, step.id, inverse(_change(step.label, step.edits)), _AHEAD)


def do_again(conn: Connection) -> ChangeSet | None:
    """Redo the next step of the current branch; gives the change-set that was applied."""
    step = conn.execute(select(UNDO).where(UNDO.c.undone == _AHEAD).order_by(UNDO.c.id).limit(1)).first()
    if step is None:
        return None
    return _move(conn, step.id, _change(step.label, step.edits), _DONE)


def position(conn: Connection) -> int:
    """How many steps lead from the beginning to the current state."""
    return int(conn.execute(select(func.count()).select_from(UNDO).where(UNDO.c.undone == _DONE)).scalar_one())


def entries(conn: Connection) -> list[UndoEntry]:
    """Every step of every branch, oldest first."""
    u = UNDO.c
    found = conn.execute(select(u.id, u.label, u.at, u.undone, u.parent, u.actor, u.name).order_by(u.id))
    return [UndoEntry(r.id, r.label, r.at, _STATES[r.undone], r.parent, r.actor, r.name) for r in found]


def current(store: Store) -> int:
    """The step of the current state, 0 = the beginning."""
    with store.database.read() as conn:
        return _current(conn)


def next_labels(store: Store) -> tuple[str, str]:
    """Names of the steps that undo and redo would act on, each empty when there is none."""

    def read(conn: Connection) -> tuple[str, str]:
        back = select(UNDO.c.label).where(UNDO.c.undone == _DONE).order_by(UNDO.c.id.desc()).limit(1)
        ahead = select(UNDO.c.label).where(UNDO.c.undone == _AHEAD).order_by(UNDO.c.id).limit(1)
        return conn.execute(back).scalar_one_or_none() or "", conn.execute(ahead).scalar_one_or_none() or ""

    return store.known("next steps", read)


def go(store: Store, step: int, label: str, actor: str) -> ChangeSet | None:
    """Make the state after a step the current one (0 = the beginning); gives what was applied, None when it is already.

    Args:
        label: what the custody log calls it.

    Raises:
        WorkstationError: there is no such step.
    """
    with store.database.write() as conn:
        parents = _parents(conn)
        here = _current(conn)
        if step == here:
            _known(parents, step)
            return None
        change = ChangeSet(label, _between(conn, parents, here, step))
        work.apply(conn, change)
        _stand_on(conn, parents, step)
        _set_may_merge(conn, False)
        body = work.body(change)
        custody.append(conn, "history.go", body, actor=actor, clock=store.clock, entropy=store.entropy)
        schema.bump(conn)
        return change


def name(store: Store, step: int, words: str, actor: str) -> None:
    """Call the state after a step something; empty words take the name away.

    Raises:
        WorkstationError: there is no such step, or it is the beginning.
    """
    with store.database.write() as conn:
        if conn.execute(update(UNDO).where(UNDO.c.id == step).values(name=words)).rowcount == 0:
            raise _no_step(step)
        _set_may_merge(conn, False)  # a named state stays what it was
        body = {"step": step, "name": words}
        custody.append(conn, "history.name", body, actor=actor, clock=store.clock, entropy=store.entropy)
        schema.bump(conn)


def difference(store: Store, first: int, second: int) -> tuple[Edit, ...]:
    """What makes the state after one step that after another, each row once, in order of table and key.

    Raises:
        WorkstationError: there is no such step.
    """
    with store.database.read() as conn:
        return _between(conn, _parents(conn), first, second)


def _current(conn: Connection) -> int:
    return int(conn.execute(select(func.coalesce(func.max(UNDO.c.id), 0)).where(UNDO.c.undone == _DONE)).scalar_one())


def _parents(conn: Connection) -> dict[int, int]:
    return {row.id: row.parent for row in conn.execute(select(UNDO.c.id, UNDO.c.parent).order_by(UNDO.c.id))}


def _known(parents: dict[int, int], step: int) -> None:
    if step and step not in parents:
        raise _no_step(step)


def _path(parents: dict[int, int], step: int) -> list[int]:
    """The steps from a state back to the beginning."""
    _known(parents, step)
    found = []
    while step:
        found.append(step)
        step = parents[step]
    return found


def _between(conn: Connection, parents: dict[int, int], first: int, second: int) -> tuple[Edit, ...]:
    """Back from one state to where the branches part, then forward to the other, as one edit per row."""
    away, towards = _path(parents, first), _path(parents, second)
    away_set, towards_set = set(away), set(towards)
    rows: dict[tuple[str, str], tuple[Row | None, Row | None]] = {}

    def play(edits: tuple[Edit, ...]) -> None:
        for edit in edits:
            place = (edit.table, edit.key)
            rows[place] = (rows[place][0] if place in rows else edit.before, edit.after)

    for step in away:
        if step not in towards_set:
            play(inverse(_stored(conn, step)).edits)
    for step in reversed(towards):
        if step not in away_set:
            play(_stored(conn, step).edits)
    return tuple(
        Edit(table, key, before, after)
        for (table, key), (before, after) in sorted(rows.items(), key=lambda pair: pair[0])
        if work.full(table, key, before) != work.full(table, key, after)
    )


def _stored(conn: Connection, step: int) -> ChangeSet:
    row = conn.execute(select(UNDO.c.label, UNDO.c.edits).where(UNDO.c.id == step)).one()
    return _change(row.label, row.edits)


def _stand_on(conn: Connection, parents: dict[int, int], step: int) -> None:
    """Mark the way to a step as done and the branch it stands on as ahead; redo then follows that branch."""
    old = {row.id: row.undone for row in conn.execute(select(UNDO.c.id, UNDO.c.undone))}
    way = _path(parents, step)
    youngest: dict[int, int] = {}
    line: dict[int, int] = {}
    for child, parent in parents.items():  # ids grow, so the last child seen is the youngest
        youngest[parent] = child
        if old[child] != _ASIDE:
            line[parent] = child
    stays = step == 0 or old[step] != _ASIDE
    follow = line if stays and step in line else youngest
    new = dict.fromkeys(parents, _ASIDE) | dict.fromkeys(way, _DONE)
    ahead = follow.get(step)
    while ahead is not None:
        new[ahead] = _AHEAD
        ahead = (line if follow is line else youngest).get(ahead)
    moved = [{"step": s, "state": state} for s, state in new.items() if old[s] != state]
    if moved:
        conn.execute(update(UNDO).where(UNDO.c.id == bindparam("step")).values(undone=bindparam("state")), moved)


def _no_step(step: int) -> WorkstationError:
    return WorkstationError(
        "WS-EDIT-004", f"the history has no step {step}", "nothing was changed", "pick one from the list"
    )


def _move(conn: Connection, step: int, change: ChangeSet, state: int) -> ChangeSet:
    work.apply(conn, change)
    conn.execute(update(UNDO).where(UNDO.c.id == step).values(undone=state))
    _set_may_merge(conn, False)
    return change


def _text(change: ChangeSet) -> str:
    return json.dumps(work.body(change)["edits"], ensure_ascii=False, separators=(",", ":"), sort_keys=True)


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
    """Only a step that directly follows a recorded one may join it: not after an undo, redo, jump or name."""
    value = "1" if yes else "0"
    if conn.execute(update(META).where(META.c.key == _MERGE_KEY).values(value=value)).rowcount == 0:
        conn.execute(insert(META).values(key=_MERGE_KEY, value=value))

"""Owns the removal of imports that did not finish. Must not touch an import that is done or void.

A case is always as if every import had either run to its end or never begun.
"""

from __future__ import annotations

import json

from sqlalchemy import Connection, delete, select

from workstation.casefile import custody, schema
from workstation.casefile.database import Database
from workstation.casefile.tables import CHUNK, EXHIBIT, IMPORT, MARKED, METADATA, SEGMENT, STREAM
from workstation.casefile.values import Clock, Entropy


def recover(database: Database, *, actor: str, clock: Clock, entropy: Entropy) -> int:
    """Remove what an interrupted import or an interrupted keeping left, and log it; gives how many there were."""
    with database.read() as conn:
        runs = conn.execute(select(IMPORT.c.id, IMPORT.c.exhibit_id).where(IMPORT.c.state == "loading")).all()
        halves = conn.execute(select(EXHIBIT.c.id, EXHIBIT.c.name).where(EXHIBIT.c.state == "keeping")).all()
    for run in runs:
        with database.write() as conn:
            remove_loading(conn, run.id)
            body = {"exhibit": run.exhibit_id, "import": run.id, "why": "interrupted"}
            custody.append(conn, "import.removed", body, actor=actor, clock=clock, entropy=entropy)
            schema.bump(conn)
    for half in halves:
        with database.write() as conn:
            remove_keeping(conn, half.id)
            body = {"exhibit": half.id, "name": half.name, "why": "interrupted"}
            custody.append(conn, "exhibit.removed", body, actor=actor, clock=clock, entropy=entropy)
            schema.bump(conn)
    return len(runs) + len(halves)


def remove_loading(conn: Connection, run: int) -> None:
    """Delete every row of a loading import: all that lies above its high-water marks."""
    marks = json.loads(conn.execute(select(IMPORT.c.marks).where(IMPORT.c.id == run)).scalar_one())
    for name in MARKED:
        table = METADATA.tables[name]
        # an import that an older program began knows nothing of tables made since, and they are empty
        conn.execute(delete(table).where(table.c.id > marks.get(name, 0)))
    conn.execute(delete(SEGMENT).where(SEGMENT.c.import_id == run))
    conn.execute(delete(STREAM).where(STREAM.c.import_id == run))
    conn.execute(delete(IMPORT).where(IMPORT.c.id == run))


def remove_keeping(conn: Connection, exhibit: int) -> None:
    """Delete an exhibit whose bytes are not all stored."""
    conn.execute(delete(CHUNK).where(CHUNK.c.exhibit_id == exhibit))
    conn.execute(delete(EXHIBIT).where(EXHIBIT.c.id == exhibit))

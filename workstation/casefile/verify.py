"""Owns the full check of a case: custody, exhibits, segments, structure, citations. Must not repair anything.

Every check says in plain words what it means. Nothing here trusts a digest it did not compute itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from workstation.casefile import (
    checkpoints,
    custody,
    exhibits,
    plugin_runs,
    schema,
    segments,
    statement_queries,
    traces,
    work,
)
from workstation.casefile.database import SQLITE
from workstation.casefile.store import Store
from workstation.casefile.tables import WORK
from workstation.domain.changes import WORK_TABLES
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Check

_SHOWN = 3
_STATEMENTS = ("event", "mention", "price")
_CITED = ("transfer", "tx", "source_tag", *_STATEMENTS)


def verify_case(store: Store) -> list[Check]:
    """Check everything a case promises; the list is always complete and in the same order."""
    with store.database.read() as conn:
        return [
            _check("schema", "the structure of the file is as this program made it", lambda: _schema(conn)),
            _check("file", "the pages of the file fit together", lambda: _quick(conn)),
            _check("references", "every row points to rows that exist", lambda: _references(conn)),
            _check("custody chain", "no entry of the custody log was changed, removed or moved", lambda: _chain(conn)),
            _check("custody bodies", "what the custody entries say is what was sealed", lambda: _bodies(conn)),
            _check("checkpoints", "the log agrees with every head that was signed", lambda: checkpoints.problems(conn)),
            _check("exhibits", "every exhibit is byte for byte as it was received", lambda: _exhibits(conn)),
            _check("exhibit log", "every exhibit and import is in the custody log", lambda: _logged(conn)),
            _check("work product", "tags, notes and findings are what the log says", lambda: _work(conn)),
            _check("segments", "the arrays are equal to the rows", lambda: _segments(conn)),
            _check("statements", "events, mentions and prices are as they were read", lambda: _statements(conn)),
            _check("trace runs", "kept trace runs are what the log sealed", lambda: traces.changed(conn)),
            _check("plugin runs", "kept plugin runs are what the log sealed", lambda: plugin_runs.changed(conn)),
            _check("citations", "every citation points into its exhibit", lambda: _citations(conn)),
        ]


def _check(name: str, meaning: str, run: Callable[[], list[str]]) -> Check:
    try:
        found = run()
    except WorkstationError as problem:
        found = [problem.what]
    except (DBAPIError, SQLITE.Error, ArithmeticError, LookupError, TypeError, ValueError) as problem:
        # a damaged file fails in many ways; the other checks still run
        found = [f"could not be checked: {type(problem).__name__}"]
    if not found:
        return Check(name, True, meaning)
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return Check(name, False, "; ".join(found[:_SHOWN]) + more)


def _schema(conn: Connection) -> list[str]:
    schema.check(conn)
    return []


def _quick(conn: Connection) -> list[str]:
    found = [str(row[0]) for row in conn.exec_driver_sql("PRAGMA quick_check(10)")]
    found = [] if found == ["ok"] else found
    if _keyed(conn):  # every page of an encrypted file carries a signature
        found += [str(row[0]) for row in conn.exec_driver_sql("PRAGMA cipher_integrity_check")]
    return found


def _keyed(conn: Connection) -> bool:
    status = conn.exec_driver_sql("PRAGMA cipher_status").scalar()
    return str(status) == "1"


def _references(conn: Connection) -> list[str]:
    return [f"{row[0]} {row[1]} points to no {row[2]}" for row in conn.exec_driver_sql("PRAGMA foreign_key_check")]


def _chain(conn: Connection) -> list[str]:
    chain, _ = custody.problems(conn)
    return chain if custody.head(conn)[0] else ["the custody log is empty"]


def _bodies(conn: Connection) -> list[str]:
    return custody.problems(conn)[1]


def _exhibits(conn: Connection) -> list[str]:
    found = []
    for exhibit in exhibits.listing(conn):
        try:
            size = sum(len(part) for part in exhibits.content(conn, exhibit.number))
        except WorkstationError as problem:
            found.append(problem.what)
        else:
            if size != exhibit.size:
                found.append(f"{exhibit.label} has {size} bytes instead of {exhibit.size}")
    stray = conn.execute(
        text("SELECT count(*) FROM exhibit_chunk c LEFT JOIN exhibit e ON e.id = c.exhibit_id WHERE e.id IS NULL")
    ).scalar_one()
    return found + ([f"{stray} pieces belong to no exhibit"] if stray else [])


def _logged(conn: Connection) -> list[str]:
    """The digests and counts in the tables are those the custody log sealed."""
    kept: dict[int, str] = {}
    imports: dict[int, tuple[object, ...]] = {}
    for entry in custody.entries(conn):
        if entry.kind == "exhibit.keep":
            kept[entry.body["exhibit"]] = entry.body["sha256"]
        elif entry.kind == "import":
            body = entry.body
            imports[body["import"]] = (body["exhibit"], body["n_transfers"], body["n_quarantined"])
    found = []
    for exhibit in exhibits.listing(conn):
        if kept.pop(exhibit.number, None) != exhibit.sha256:
            found.append(f"{exhibit.label} is not the file the custody log names")
    found += [f"E-{number:04d} is missing" for number in kept]
    transfers = _per_import(conn, "transfer")
    for run, (exhibit_id, count, _) in imports.items():
        row = conn.execute(text("SELECT exhibit_id FROM import_run WHERE id = :run"), {"run": run}).first()
        if row is None or row[0] != exhibit_id or transfers.get(run, 0) != count:
            found.append(f"import {run} does not hold what the custody log says")
    return found


def _work(conn: Connection) -> list[str]:
    """Play every edit of the custody log and compare the outcome with the rows."""
    played: dict[tuple[str, str], Any] = {}
    for entry in custody.entries(conn):
        if isinstance(entry.body, dict) and entry.body.keys() == {"label", "edits"}:
            for edit in entry.body["edits"]:
                played[edit["table"], edit["key"]] = edit["after"]
    found = []
    for table in WORK_TABLES:
        columns = dict.fromkeys(WORK[table].columns.keys())
        stored = {key: custody.exact(row) for key, row in work.rows(conn, table).items()}
        wanted = {
            key: {**columns, **row, "key": key}
            for (name, key), row in played.items()
            if name == table and row is not None
        }
        found += [f"{table} {key} is not as the log says" for key in sorted(stored.keys() | wanted.keys())
                  if stored.get(key) != wanted.get(key)]  # fmt: skip
    return found


def _per_import(conn: Connection, table: str) -> dict[int, int]:
    rows = conn.execute(text(f"SELECT import_id, count(*) FROM {table} GROUP BY import_id"))
    return {int(run): int(count) for run, count in rows}


def _segments(conn: Connection) -> list[str]:
    found = []
    for run, count in segments.runs(conn).items():
        try:
            stored = segments.read(conn, run, count)
        except segments.Damaged:
            found.append(f"segments of import {run} are lost or damaged (they are rebuilt at the next use)")
            continue
        fresh = segments.columns_of(segments.from_rows(conn, run))
        if any(not np.array_equal(stored[name], fresh[name]) for name in segments.COLUMNS):
            found.append(f"segments of import {run} differ from the rows")
    return found


def _statements(conn: Connection) -> list[str]:
    """Every row is what its digest says, and the digests of an import are those the custody log sealed."""
    found = [problem for table in _STATEMENTS for problem in statement_queries.changed(conn, table)]
    stored = {table: statement_queries.seals(conn, table) for table in _STATEMENTS}
    for entry in custody.entries(conn):
        if entry.kind == "import" and entry.body is not None:
            run, sealed = entry.body["import"], entry.body.get("seals", {})
            for table in _STATEMENTS:
                count, seal = stored[table].get(run, (0, None))
                if seal != sealed.get(table) or count != entry.body.get(f"n_{table}s", 0):
                    found.append(f"the {table}s of import {run} are not those the custody log sealed")
    return found


def _citations(conn: Connection) -> list[str]:
    found = []
    for table in (*_CITED, "quarantine", "tx_claim", *(f"{t}_citation" for t in _CITED)):
        bad = conn.execute(
            text(
                f"SELECT count(*) FROM {table} c JOIN import_run r ON r.id = c.import_id"
                " JOIN exhibit e ON e.id = r.exhibit_id LEFT JOIN import_stream s"
                " ON s.import_id = c.import_id AND s.stream = c.stream"
                " WHERE s.template IS NULL OR c.offset < 0 OR c.length < 0 OR c.offset + c.length > e.size"
            )
        ).scalar_one()
        if bad:
            found.append(f"{bad} rows of {table} cite a place that is not there")
    return found

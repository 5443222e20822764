"""Owns the version of the file format: building a new file, checking an opened one, upgrading an old one.

Must not touch content beyond what a migration says. An upgrade works on a copy: the old file stays beside the new
one, and a stopped upgrade changes nothing.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, insert, select, text
from sqlalchemy.pool import StaticPool

from workstation.casefile import upgrade
from workstation.casefile.database import APPLICATION_ID, SQLITE, connect, plain_error
from workstation.casefile.tables import META, METADATA, triggers
from workstation.domain.errors import WorkstationError


@dataclass(frozen=True, slots=True)
class Migration:
    """The step from the version before to ``version``; ``run`` gets a raw connection inside a transaction.

    Foreign keys are not enforced while it runs; they are checked as a whole before the new file is used.
    """

    version: int
    run: Callable[[Any], None]


def _to_2(raw: Any) -> None:
    """Events, mentions, prices, exhibits inside exhibits, kind nft."""
    upgrade.rebuild(raw, _wanted(), {**upgrade.TO_2, **upgrade.TO_4})


def _to_3(raw: Any) -> None:
    """Kept trace runs."""
    upgrade.rebuild(raw, _wanted(), upgrade.TO_4)


def _to_4(raw: Any) -> None:
    """Declared conversions; branches of the undo history."""
    upgrade.rebuild(raw, _wanted(), upgrade.TO_4)


def _to_5(raw: Any) -> None:
    """Which step brought a node onto a graph, and the expansions among these steps."""
    upgrade.rebuild(raw, _wanted(), upgrade.TO_4)


def _to_6(raw: Any) -> None:
    """Files of plugin runs, what a verdict made, what became of a request, what the report shows."""
    upgrade.rebuild(raw, _wanted(), upgrade.TO_4)


def _wanted() -> dict[str, tuple[str, str]]:
    """Type and statement of everything in a new file."""
    with _fresh() as conn:
        rows = conn.execute(text("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid"))
        return {name: (kind, sql) for name, kind, sql in rows}


#: Version this program writes.
VERSION = 6
#: Every step from an older version, oldest first (version 1 is the first format).
MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, _to_2), Migration(3, _to_3), Migration(4, _to_4), Migration(5, _to_5), Migration(6, _to_6),
)  # fmt: skip


def build(conn: Connection) -> None:
    """Make every table, index and trigger in an empty file."""
    METADATA.create_all(conn, checkfirst=False)
    for statement in triggers():
        conn.exec_driver_sql(statement)
    conn.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
    conn.exec_driver_sql(f"PRAGMA user_version={VERSION}")


def set_meta(conn: Connection, **values: str) -> None:
    """Write the head data of a new case."""
    conn.execute(insert(META), [{"key": k, "value": v} for k, v in {**values, "revision": "0"}.items()])


def revision(conn: Connection) -> int:
    """The number of changes so far."""
    return int(conn.execute(select(META.c.value).where(META.c.key == "revision")).scalar_one())


def bump(conn: Connection) -> int:
    """Count one more change in the running transaction; gives the new revision."""
    now = revision(conn) + 1
    conn.execute(META.update().where(META.c.key == "revision").values(value=str(now)))
    return now


def check(conn: Connection) -> None:
    """Make sure the file is a case of this version with exactly our schema.

    Raises:
        WorkstationError: not a case, a newer program's case, or a schema somebody changed.
    """
    if conn.exec_driver_sql("PRAGMA application_id").scalar_one() != APPLICATION_ID:
        raise WorkstationError("WS-CASE-010", "this is not a case file", "nothing was changed", "choose a .wcase file")
    _refuse_newer(int(conn.exec_driver_sql("PRAGMA user_version").scalar_one()), VERSION)
    if fingerprint(conn) != expected_fingerprint():
        raise WorkstationError(
            "WS-CASE-017", "the structure of this case file was changed from outside", "nothing was changed",
            "open the newest good backup",
        )  # fmt: skip


def fingerprint(conn: Connection) -> str:
    """SHA-256 over every statement that made the file's schema."""
    rows = conn.execute(text("SELECT type, name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name"))
    return hashlib.sha256("\n".join("|".join(row) for row in rows).encode()).hexdigest()


def expected_fingerprint() -> str:
    """The fingerprint of a file this program just made."""
    with _fresh() as conn:
        return fingerprint(conn)


@contextmanager
def _fresh() -> Iterator[Connection]:
    """An empty case in memory."""
    engine = create_engine(
        "sqlite+pysqlite://", module=SQLITE, poolclass=StaticPool,
        creator=lambda: SQLITE.connect(":memory:", isolation_level=None, check_same_thread=False),
    )  # fmt: skip
    try:
        with engine.connect() as conn:
            build(conn)
            yield conn
    finally:
        engine.dispose()


def upgrade_if_old(
    path: Path, key: bytes | None, *, version: int = VERSION, migrations: Sequence[Migration] = MIGRATIONS
) -> Path | None:
    """Bring an older file to ``version``; gives where the old file was put, None when nothing was to do.

    Raises:
        WorkstationError: a newer file, or the upgrade failed (the old file is untouched then).
    """
    raw = connect(path, key)
    try:
        found = int(raw.execute("PRAGMA user_version").fetchone()[0])
        ours = raw.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
        if not ours or found == version:
            return None  # the check after this says what is wrong, if anything
        _refuse_newer(found, version)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except SQLITE.Error as problem:
        raise plain_error(problem, encrypted=key is not None) from problem
    finally:
        raw.close()
    copy = path.with_name(path.name + ".upgrade")
    kept = path.with_name(f"{path.name}.v{found}")
    shutil.copyfile(path, copy)
    try:
        _migrate(copy, key, found, version, migrations)
        with copy.open("rb+") as file:
            os.fsync(file.fileno())
        shutil.copyfile(path, kept)
        os.replace(copy, path)
    except BaseException:
        copy.unlink(missing_ok=True)
        raise
    return kept


def _migrate(copy: Path, key: bytes | None, found: int, version: int, migrations: Sequence[Migration]) -> None:
    raw = connect(copy, key)
    try:
        raw.execute("PRAGMA foreign_keys=OFF")  # not possible inside a transaction
        raw.execute("BEGIN IMMEDIATE")
        for step in migrations:
            if found < step.version <= version:
                step.run(raw)
        raw.execute(f"PRAGMA user_version={version}")
        raw.execute("COMMIT")
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken or raw.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise SQLITE.DatabaseError("the upgraded copy is malformed")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except SQLITE.Error as problem:
        raise WorkstationError(
            "WS-CASE-018", f"the case could not be upgraded ({problem})", "the case was not changed",
            "report this error",
        ) from problem  # fmt: skip
    finally:
        raw.close()


def _refuse_newer(found: int, version: int) -> None:
    if found > version:
        raise WorkstationError(
            "WS-CASE-016", f"this case was made by a newer program (format {found}, this program knows {version})",
            "nothing was changed", "update the program",
        )  # fmt: skip

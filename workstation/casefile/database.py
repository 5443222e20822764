"""Owns the connections to a case file: driver, pragmas, transactions, the order of writers, plain errors.

Must not know tables. ``sqlcipher3`` is the only SQLite library that opens a case, encrypted or not: two SQLite
libraries on one file break each other's locks.

Readers get one connection each from a pool, in a snapshot of their own, and cannot write. Writers share one
connection behind :class:`WriteGate`: an edit waits for at most one import batch.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from workstation.casefile.files import FileLock
from workstation.domain.errors import WorkstationError

#: The driver has no type stubs, so it is loaded as a value.
SQLITE: Any = importlib.import_module("sqlcipher3.dbapi2")
APPLICATION_ID = 0x57434153  # "WCAS"
_OLDEST = (3, 51, 3)  # before it, a WAL reset could damage a file
_PRAGMAS = (
    "journal_mode=WAL", "synchronous=FULL", "fullfsync=ON", "checkpoint_fullfsync=ON", "temp_store=MEMORY",
    "foreign_keys=ON", "recursive_triggers=ON", "cell_size_check=ON", "trusted_schema=OFF", "cache_size=-65536",
    "busy_timeout=10000", "wal_autocheckpoint=8000",
)  # fmt: skip


class WriteGate:
    """Lets one writer in at a time; a background writer (import) goes only when no edit waits."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._busy = False
        self._edits_waiting = 0

    @contextmanager
    def turn(self, *, background: bool) -> Iterator[None]:
        """Wait for a turn and hold it."""
        with self._changed:
            if background:
                self._changed.wait_for(lambda: not self._busy and self._edits_waiting == 0)
            else:
                self._edits_waiting += 1
                try:
                    self._changed.wait_for(lambda: not self._busy)
                finally:
                    self._edits_waiting -= 1
            self._busy = True
        try:
            yield
        finally:
            with self._changed:
                self._busy = False
                self._changed.notify_all()


def connect(path: Path | str, key: bytes | None) -> Any:
    """A raw driver connection with every pragma set.

    Raises:
        WorkstationError: SQLite too old, wrong key, not a case file.
    """
    if SQLITE.sqlite_version_info < _OLDEST:
        raise WorkstationError(
            "WS-CASE-009", f"SQLite {SQLITE.sqlite_version} is too old", "nothing was changed", "update sqlcipher3"
        )
    raw = SQLITE.connect(str(path), isolation_level=None, check_same_thread=False, timeout=10)
    try:
        raw.execute("PRAGMA cipher_log_level=NONE")
        if key is not None:
            raw.execute(f"PRAGMA key=\"x'{key.hex()}'\"")
        for pragma in _PRAGMAS:
            raw.execute(f"PRAGMA {pragma}").fetchall()
    except SQLITE.Error as problem:
        raw.close()
        raise plain_error(problem, encrypted=key is not None) from problem
    return raw


def plain_error(problem: BaseException, *, encrypted: bool = False) -> WorkstationError:
    """A driver error in words for people."""
    text = str(getattr(problem, "orig", None) or problem)
    if "not a database" in text or "file is encrypted" in text:
        what = "the passphrase is wrong or the file is damaged" if encrypted else "this is not a case file"
        return WorkstationError("WS-CASE-010", what, "nothing was changed", "try again, or open a backup")
    if "disk is full" in text or "disk I/O" in text:
        return WorkstationError(
            "WS-CASE-011", "the disk is full or cannot be written", "the last step was not saved",
            "free some space, then do it again",
        )  # fmt: skip
    if "locked" in text:
        return WorkstationError(
            "WS-CASE-012", "the case is busy", "the last step was not saved", "wait a moment, then do it again"
        )
    if "malformed" in text:
        return WorkstationError(
            "WS-CASE-013", "the case file is damaged", "nothing was changed", "open the newest good backup"
        )
    return WorkstationError(
        "WS-CASE-014", f"the case refused the step ({text})", "the last step was not saved", "report this error"
    )


class Database:
    """The open file: ``read`` and ``write`` give transactions."""

    def __init__(self, path: Path, key: bytes | None, lock: FileLock) -> None:
        self.path = path
        self.encrypted = key is not None
        self._key = key
        self._lock = lock
        self._gate = WriteGate()
        self._guard = threading.Lock()
        self._raw: list[Any] = []
        self._closed = False
        #: Grows after every transaction that may have written: what was read at one number is true while it stands.
        self.writes = 0
        self._readers = self._engine("BEGIN", query_only=True)
        self._writer = self._engine("BEGIN IMMEDIATE", query_only=False)

    def _engine(self, begin: str, *, query_only: bool) -> Engine:
        def make() -> Any:
            raw = connect(self.path, self._key)
            if query_only:
                raw.execute("PRAGMA query_only=ON")
            with self._guard:
                self._raw.append(raw)
            return raw

        engine = create_engine(
            "sqlite+pysqlite://", module=SQLITE, creator=make, poolclass=QueuePool,
            pool_size=8 if query_only else 1, max_overflow=-1 if query_only else 0,
        )  # fmt: skip

        def on_begin(conn: Connection) -> None:
            # the driver is in autocommit, so that DDL is part of a transaction and we say when one begins
            conn.exec_driver_sql(begin)

        event.listen(engine, "begin", on_begin)
        return engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one state of the case and cannot write."""
        self.check_open()
        try:
            with self._readers.connect() as conn:
                yield conn
        except (DBAPIError, SQLITE.Error) as problem:
            raise plain_error(problem, encrypted=self.encrypted) from problem

    @contextmanager
    def write(self, *, background: bool = False, made_ids: bool = False) -> Iterator[Connection]:
        """A transaction; committed at the end of the block, rolled back when it raises.

        Args:
            made_ids: the writer made every id it refers to, so the driver need not look each of them up again (a
                quarter of the time of an import); the check of the whole case still does.
        """
        with self._gate.turn(background=background):
            self.check_open()
            try:
                with self._writer.connect() as conn:
                    if made_ids:  # not possible inside a transaction
                        cursor(conn).execute("PRAGMA foreign_keys=OFF")
                    try:
                        with conn.begin():
                            yield conn
                    finally:
                        if made_ids:
                            cursor(conn).execute("PRAGMA foreign_keys=ON")
            except (DBAPIError, SQLITE.Error) as problem:
                raise plain_error(problem, encrypted=self.encrypted) from problem
            finally:
                self.writes += 1  # inside the gate: only one writer counts at a time

    def check_open(self) -> None:
        """Raise WS-CASE-015 when the case is closed."""
        if self._closed:
            raise WorkstationError("WS-CASE-015", "the case is closed", "nothing was changed", "open it again")

    def close(self) -> None:
        """Move the log into the file, close every connection, release the lock."""
        with self._gate.turn(background=False):
            if self._closed:
                return
            self._closed = True
            self._readers.dispose()
            try:
                with suppress(WorkstationError, SQLITE.Error):
                    last = connect(self.path, self._key)
                    self._raw.append(last)
                    last.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._writer.dispose()
                for raw in self._raw:
                    with suppress(SQLITE.Error):
                        raw.close()
                self._raw.clear()
                self._lock.release()


def cursor(conn: Connection) -> Any:
    """A driver cursor inside the transaction of ``conn``: bulk work with plain tuples (Core inserts take twice as
    long, ORM objects twelve times)."""
    return conn.connection.cursor()

"""Owns events, mentions and prices on their way into the case: what a record says, and whether the case holds it.

Must not write. A statement is its content: equal in every field is a further citation, with multiplicity (two equal
rows of one file stay two, the same row of another file is a citation). Nothing here moves money in the ledger.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, text

from workstation.casefile.visible import Visible
from workstation.domain.records import EventRecord, MentionRecord, PriceRecord, Record

Statement = EventRecord | MentionRecord | PriceRecord
#: Table of each kind of statement, in a fixed order.
TABLES: Mapping[type, str] = MappingProxyType({EventRecord: "event", MentionRecord: "mention", PriceRecord: "price"})
#: Columns of each table that hold what a statement says, in the order of the record's fields.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {table: tuple(field.name for field in fields(kind) if field.name != "place") for kind, table in TABLES.items()}
)
_SAID = MappingProxyType({kind: attrgetter(*COLUMNS[table]) for kind, table in TABLES.items()})


def content(record: Statement) -> tuple[Any, ...]:
    """What a statement says, as the columns of its table; lists become JSON text."""
    return tuple(_flat(value) for value in _SAID[type(record)](record))


def digest(said: Iterable[Any]) -> str:
    """SHA-256 over the columns of a statement."""
    return hashlib.sha256(_flat(tuple(said)).encode()).hexdigest()


def _flat(value: Any) -> Any:
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return value


@dataclass(slots=True)
class Stated:
    """A stored statement that a record may state again."""

    id: int
    cited: bool
    counts: bool


class Statements:
    """The statements of one import, batch by batch."""

    def __init__(self) -> None:
        self._stored: dict[tuple[str, str], list[Stated]] = {}
        self._said: dict[int, tuple[tuple[Any, ...], str]] = {}
        self._seals = {table: hashlib.sha256() for table in COLUMNS}
        #: New rows per table.
        self.counts = dict.fromkeys(COLUMNS, 0)

    def load(self, conn: Connection, run: int, records: list[Record]) -> None:
        """Start a batch: find what the case holds of its statements."""
        self._stored, self._said = {}, {}
        wanted: dict[str, dict[str, None]] = {}
        for record in records:
            table = TABLES.get(type(record))
            if table is not None:
                said = content(record)  # type: ignore[arg-type]
                number = digest(said)
                self._said[id(record)] = (said, number)
                wanted.setdefault(table, {})[number] = None
        if not wanted:
            return
        visible = Visible(conn, counting=run)
        for table, digests in wanted.items():
            found = conn.execute(
                text(
                    f"SELECT s.sha256, s.id, s.import_id = :run OR EXISTS (SELECT 1 FROM {table}_citation m"
                    f" WHERE m.of_id = s.id AND m.import_id = :run), {visible.stated(table, 's')} FROM {table} s"
                    " WHERE s.sha256 IN (SELECT value FROM json_each(:digests)) ORDER BY s.id"
                ),
                {"run": run, "digests": json.dumps(list(digests))},
            )
            for sha256, number, cited, counts in found:
                self._stored.setdefault((table, sha256), []).append(Stated(number, bool(cited), bool(counts)))

    def said(self, record: Statement) -> tuple[tuple[Any, ...], str]:
        """Content and digest of a record of this batch."""
        return self._said[id(record)]

    def known(self, table: str, sha256: str) -> Stated | None:
        """The stored statement that a record of this content states again, if there is one."""
        return next((found for found in self._stored.get((table, sha256), ()) if not found.cited), None)

    def new(self, table: str, sha256: str, number: int) -> None:
        """A record was the first to say this."""
        self._stored.setdefault((table, sha256), []).append(Stated(number, True, True))
        self._seals[table].update(sha256.encode())
        self.counts[table] += 1

    def seals(self) -> dict[str, str]:
        """SHA-256 over the digests of all new rows of each table that got any: the custody log keeps them."""
        return {table: seal.hexdigest() for table, seal in self._seals.items() if self.counts[table]}

"""Owns writing the rows of one import batch, in one short transaction. Must not decide what a record means."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection

from workstation.casefile import segments
from workstation.casefile.database import cursor
from workstation.casefile.exhibits import Bytes
from workstation.casefile.reconcile import Batch

_RAW_BYTES = 64 * 1024
_PLAIN = re.compile(r"[A-Za-z0-9 _.:-]*\Z", re.ASCII)
#: Fewer rows than this are written as they are.
_MANY = 64


def write(conn: Connection, run: int, exhibit: int, seq: int, batch: Batch) -> None:
    """Insert every row of a batch and its column segments."""
    target = cursor(conn)
    for table, rows in (
        ("chain", batch.chains), ("asset", batch.assets), ("address", batch.addresses), ("tx", batch.txs),
        ("tx_claim", batch.tx_claims), ("tx_citation", batch.tx_citations), ("transfer", batch.transfers),
        ("transfer_citation", batch.transfer_citations), ("source_tag", batch.tags),
        ("source_tag_citation", batch.tag_citations), *sorted(batch.statements.items()),
    ):  # fmt: skip
        if rows:
            _insert(target, table, rows)
    if batch.quarantine:
        source = Bytes(conn)
        rows = []
        for *head, code, reason, raw in batch.quarantine:
            if raw is None:
                raw = source.range(exhibit, head[-2], min(head[-1], _RAW_BYTES))
            rows.append((*head, code, reason, raw))
        target.executemany("INSERT INTO quarantine VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
    if batch.transfers:
        segments.write(conn, run, seq, segments.of_transfers(batch.transfers))


def _insert(target: Any, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows of one width. A column that is the same in all of them stands in the statement itself: handing the
    driver its values one by one takes longer than writing them."""
    values = ["?"] * len(rows[0])
    if len(rows) >= _MANY:
        values = [_literal(column) for column in zip(*rows, strict=True)]
        varying = [number for number, value in enumerate(values) if value == "?"]
        if len(varying) > 1:
            rows = list(map(itemgetter(*varying), rows))
        else:
            values = ["?"] * len(values)
    target.executemany(f"INSERT INTO {table} VALUES ({','.join(values)})", rows)


def _literal(column: Sequence[Any]) -> str:
    """The one value of a column as SQL, ``?`` when there are several or it is not plain."""
    first = column[0]
    if column.count(first) != len(column):
        return "?"
    if first is None:
        return "NULL"
    if type(first) is int and 0 <= first < 1 << 62:
        return str(first)
    return f"'{first}'" if type(first) is str and _PLAIN.match(first) else "?"

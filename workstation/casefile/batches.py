"""Owns writing the rows of one import batch, in one short transaction. Must not decide what a record means."""

from __future__ import annotations

from sqlalchemy import Connection

from workstation.casefile import segments
from workstation.casefile.database import cursor
from workstation.casefile.exhibits import Bytes
from workstation.casefile.reconcile import Batch

_RAW_BYTES = 64 * 1024


def write(conn: Connection, run: int, exhibit: int, seq: int, batch: Batch) -> None:
    """Insert every row of a batch and its column segments."""
    target = cursor(conn)
    for table, rows in (
        ("chain", batch.chains), ("asset", batch.assets), ("address", batch.addresses), ("tx", batch.txs),
        ("tx_claim", batch.tx_claims), ("tx_citation", batch.tx_citations), ("transfer", batch.transfers),
        ("transfer_citation", batch.transfer_citations), ("source_tag", batch.tags),
        ("source_tag_citation", batch.tag_citations),
    ):  # fmt: skip
        if rows:
            target.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)
    if batch.quarantine:
        source = Bytes(conn)
        rows = []
        for *head, code, reason, raw in batch.quarantine:
            if raw is None:
                raw = source.range(exhibit, head[-2], min(head[-1], _RAW_BYTES))
            rows.append((*head, code, reason, raw))
        target.executemany("INSERT INTO quarantine VALUES (?,?,?,?,?,?,?,?,?,?)", rows)
    if batch.segment:
        segments.write(conn, run, seq, batch.segment)

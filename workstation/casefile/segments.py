"""Owns column segments: transfers as packed arrays inside the case, a read cache that can always be rebuilt.

Must not be trusted over the rows: every segment has a digest, and one that is lost or damaged is made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, select, text

from workstation.casefile.database import cursor
from workstation.casefile.tables import IMPORT, SEGMENT
from workstation.casefile.values import KINDS, NOT_STATED

#: Columns of a segment, in the order :func:`rows_of` gives them.
COLUMNS = (
    "id", "tx", "kind", "from", "to", "asset", "hi", "lo", "absent", "time", "block", "position", "sequence", "idx",
)  # fmt: skip
_OPTIONAL = frozenset(("time", "block", "position", "sequence", "idx"))
#: The same columns in a row of the table ``transfer``.
_OF_TRANSFER = itemgetter(0, 3, 2, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 4)
_BYTES = frozenset(("kind", "absent"))
_DTYPES = frozenset(("|u1", "<i4", "<i8"))
_KIND_NUMBER = {kind: number for number, kind in enumerate(KINDS)}
_ROWS = 100_000


class Damaged(Exception):
    """A segment of an import is lost or wrong."""


def of_transfers(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Segment rows of rows of the table ``transfer``."""
    return list(map(_OF_TRANSFER, rows))


def columns_of(rows: Sequence[tuple[Any, ...]]) -> dict[str, NDArray[Any]]:
    """Arrays of transfers given as ``(id, tx, kind, from, to, asset, hi, lo, absent, time, …, idx)`` rows."""
    parts: Iterable[Sequence[Any]] = zip(*rows, strict=True) if rows else [()] * len(COLUMNS)
    made: dict[str, NDArray[Any]] = {}
    for name, values in zip(COLUMNS, parts, strict=True):
        if name == "kind":
            made[name] = np.array([_KIND_NUMBER[v] for v in values], "|u1")
        elif name == "absent":
            made[name] = np.array([v is not None for v in values], "|u1")
        else:
            none = NOT_STATED if name in _OPTIONAL else 0
            filled = values if None not in values else [none if v is None else v for v in values]
            made[name] = np.array(filled, "<i8")
    return made


def write(conn: Connection, run: int, seq: int, rows: Sequence[tuple[Any, ...]]) -> None:
    """Store one batch of transfers as segments, in the running transaction."""
    packer = zstandard.ZstdCompressor(level=3)
    packed = []
    for name, array in columns_of(rows).items():
        if name not in _BYTES and len(array) and array.max() < 1 << 31 and array.min() >= -(1 << 31):
            array = array.astype("<i4")
        raw = array.tobytes()
        packed.append((run, name, seq, array.dtype.str, len(array), hashlib.sha256(raw).digest(), packer.compress(raw)))
    cursor(conn).executemany("INSERT INTO colseg VALUES (?,?,?,?,?,?,?)", packed)


def read(conn: Connection, run: int, expected: int) -> dict[str, NDArray[Any]]:
    """All transfers of one import as arrays.

    Raises:
        Damaged: a segment is missing or its digest differs.
    """
    parts: dict[str, list[NDArray[Any]]] = {name: [] for name in COLUMNS}
    unpacker = zstandard.ZstdDecompressor()
    for row in conn.execute(select(SEGMENT).where(SEGMENT.c.import_id == run).order_by(SEGMENT.c.col, SEGMENT.c.seq)):
        if row.col not in parts or row.dtype not in _DTYPES or row.n < 0:
            raise Damaged
        kind = np.dtype(row.dtype)
        try:
            raw = unpacker.decompress(row.data, max_output_size=row.n * kind.itemsize)
        except zstandard.ZstdError as problem:
            raise Damaged from problem
        if len(raw) != row.n * kind.itemsize or hashlib.sha256(raw).digest() != row.sha256:
            raise Damaged
        parts[row.col].append(np.frombuffer(raw, kind))
    made = {}
    for name, arrays in parts.items():
        wide = "|u1" if name in _BYTES else "<i8"
        made[name] = np.concatenate(arrays).astype(wide) if arrays else np.empty(0, wide)
        if len(made[name]) != expected:
            raise Damaged
    return made


def from_rows(conn: Connection, run: int) -> list[tuple[Any, ...]]:
    """The transfers of one import as segment rows, read from the table."""
    found = conn.execute(
        text(
            "SELECT id, coalesce(tx_id, 0), kind, coalesce(from_id, 0), coalesce(to_id, 0), asset_id, coalesce(hi, 0),"
            " coalesce(lo, 0), absent, time, block, position, sequence, idx FROM transfer"
            " WHERE import_id = :run ORDER BY id"
        ),
        {"run": run},
    )
    return [tuple(row) for row in found]


def rebuild(conn: Connection, run: int) -> None:
    """Make the segments of one import anew from the rows, in the running transaction."""
    conn.execute(delete(SEGMENT).where(SEGMENT.c.import_id == run))
    rows = from_rows(conn, run)
    for seq, start in enumerate(range(0, len(rows), _ROWS)):
        write(conn, run, seq, rows[start : start + _ROWS])


def runs(conn: Connection) -> Mapping[int, int]:
    """Imports that are not loading, with how many transfers each brought."""
    found = conn.execute(
        select(IMPORT.c.id, IMPORT.c.n_transfers).where(IMPORT.c.state != "loading").order_by(IMPORT.c.id)
    )
    return {int(run): int(count) for run, count in found}

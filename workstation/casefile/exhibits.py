"""Owns reading exhibits back: list, bytes with checked digests, citations with row hashes. Must not write."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence

import zstandard
from sqlalchemy import Connection, select, text

from workstation.casefile.tables import CHUNK, EXHIBIT, IMPORT
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Citation, Exhibit

#: Bytes of an exhibit in one stored piece.
CHUNK_BYTES = 1 << 20
_PIECES_KEPT = 8


def listing(conn: Connection, number: int | None = None) -> list[Exhibit]:
    """All exhibits by number (or the one, also while it is being taken in), with what the last import run came to."""
    query = select(EXHIBIT).order_by(EXHIBIT.c.id)
    query = query.where(EXHIBIT.c.state == "kept" if number is None else EXHIBIT.c.id == number)
    past = select(IMPORT).where(IMPORT.c.state != "loading").order_by(IMPORT.c.id)
    runs = {r.exhibit_id: r for r in conn.execute(past)}
    made = []
    for e in conn.execute(query):
        run = runs.get(e.id)
        head = (e.id, e.name, e.size, e.sha256, e.media_type, e.received_from, e.received_at)
        if run is None:
            made.append(Exhibit(*head, "", "kept", 0, 0, 0, 0, e.parent, e.path))
        else:
            outcome = "retracted" if run.state == "void" else run.outcome
            made.append(
                Exhibit(
                    *head, run.reader, outcome, run.n_read, run.n_accepted, run.n_duplicates, run.n_quarantined,
                    e.parent, e.path,
                )
            )  # fmt: skip
    return made


def is_kept(conn: Connection, number: int) -> bool:
    """Whether an exhibit counts: it is not one that is still being taken in."""
    return conn.execute(select(EXHIBIT.c.state).where(EXHIBIT.c.id == number)).scalar_one_or_none() == "kept"


def one(conn: Connection, number: int) -> Exhibit:
    """One exhibit; ``WorkstationError`` when there is none."""
    found = listing(conn, number)
    if not found:
        raise WorkstationError(
            "WS-CASE-020", f"there is no exhibit {number}", "nothing was changed", "look at the list of exhibits"
        )
    return found[0]


def content(conn: Connection, number: int) -> Iterator[bytes]:
    """The bytes of an exhibit, every piece checked against its digest and at the end the whole."""
    exhibit = one(conn, number)
    whole = hashlib.sha256()
    for seq in range(pieces(exhibit.size)):
        data = _piece(conn, number, seq)
        whole.update(data)
        yield data
    if whole.hexdigest() != exhibit.sha256:
        raise _damaged(number)


def pieces(size: int) -> int:
    """How many stored pieces an exhibit of this size has."""
    return -(-size // CHUNK_BYTES)


class Bytes:
    """Random access to exhibits that keeps the last few pieces unpacked."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._kept: OrderedDict[tuple[int, int], bytes] = OrderedDict()
        self._sizes: dict[int, int] = {}

    def range(self, number: int, offset: int, length: int) -> bytes:
        """Some bytes of an exhibit; shorter when the exhibit ends before.

        Raises:
            WorkstationError: no such exhibit or piece, or a digest differs.
        """
        if offset < 0 or length < 0:
            raise ValueError("offset and length must not be negative")
        if number not in self._sizes:
            self._sizes[number] = one(self._conn, number).size
        end = min(offset + length, self._sizes[number])
        if end <= offset:
            return b""
        first, last = offset // CHUNK_BYTES, (end - 1) // CHUNK_BYTES
        if first == last:
            start = first * CHUNK_BYTES
            return self._get(number, first)[offset - start : end - start]
        data = b"".join(self._get(number, seq) for seq in range(first, last + 1))
        return data[offset - first * CHUNK_BYTES : end - first * CHUNK_BYTES]

    def _get(self, number: int, seq: int) -> bytes:
        data = self._kept.get((number, seq))
        if data is None:
            data = self._kept[number, seq] = _piece(self._conn, number, seq)
            if len(self._kept) > _PIECES_KEPT:
                self._kept.popitem(last=False)
        return data


def citations(conn: Connection, table: str, ids: Sequence[int]) -> dict[int, list[Citation]]:
    """Citations of rows of a table that has them (``transfer``, ``tx``, ``source_tag``, ``event`` …).

    Imports that were retracted are not cited. A row that replaces one with gaps also carries its citations.
    """
    made: dict[int, list[Citation]] = {i: [] for i in ids}
    query = text(
        f"{_places(table)}"
        f" SELECT p.of_id, r.exhibit_id, s.template, p.row, p.sub, p.offset, p.length FROM places p"
        f" JOIN import_run r ON r.id = p.import_id AND r.state = 'done'"
        f" LEFT JOIN import_stream s ON s.import_id = p.import_id AND s.stream = p.stream"
        f" ORDER BY p.of_id, r.exhibit_id, p.import_id, p.offset, p.row, p.sub, p.further, p.cid"
    )
    source = Bytes(conn)
    found = conn.execute(query, {"ids": json.dumps(list(made))}).all()
    for of_id, exhibit, template, row, sub, offset, length in found:
        digest = hashlib.sha256(source.range(exhibit, offset, length)).hexdigest()
        cited = Citation(exhibit, locator(template, row, sub), digest, offset, length)
        if cited not in made[of_id]:
            made[of_id].append(cited)
    return made


def cited(conn: Connection, table: str, ids: Sequence[int]) -> list[int]:
    """Numbers of the exhibits that :func:`citations` of these rows would name, in order; no byte of them is read."""
    query = text(
        f"{_places(table)} SELECT DISTINCT r.exhibit_id FROM places p"
        f" JOIN import_run r ON r.id = p.import_id AND r.state = 'done' ORDER BY r.exhibit_id"
    )
    return list(conn.execute(query, {"ids": json.dumps(list(ids))}).scalars())


def _places(table: str) -> str:
    """The SQL of ``places``: where rows of a table are stated, with what they replaced."""
    chosen = "SELECT value AS of_id, value AS id FROM json_each(:ids)"
    if table == "transfer":
        chosen += (
            " UNION ALL SELECT chosen.of_id, t.supersedes FROM chosen JOIN transfer t ON t.id = chosen.id"
            " WHERE t.supersedes IS NOT NULL"
        )
    places = "c.import_id, c.stream, c.row, c.sub, c.offset, c.length"
    return (
        f"WITH RECURSIVE chosen(of_id, id) AS ({chosen}), places AS ("
        f" SELECT chosen.of_id, 0 AS further, c.id AS cid, {places} FROM chosen JOIN {table} c ON c.id = chosen.id"
        f" UNION ALL SELECT chosen.of_id, 1, c.id, {places} FROM chosen JOIN {table}_citation c ON c.of_id = chosen.id)"
    )


def place(
    conn: Connection, source: Bytes, run: int, stream: int, row: int, sub: int | None, offset: int, length: int
) -> Citation:
    """The citation of one place of an import."""
    exhibit, template = conn.execute(
        text(
            "SELECT r.exhibit_id, s.template FROM import_run r LEFT JOIN import_stream s"
            " ON s.import_id = r.id AND s.stream = :stream WHERE r.id = :run"
        ),
        {"run": run, "stream": stream},
    ).one()
    digest = hashlib.sha256(source.range(exhibit, offset, length)).hexdigest()
    return Citation(exhibit, locator(template, row, sub), digest, offset, length)


def locator(template: str | None, row: int, sub: int | None) -> str:
    """The printed place of a source record."""
    filled = (template or "row {row}").replace("{row}", str(row))
    return filled.replace("{sub}", "" if sub is None else str(sub))


def _piece(conn: Connection, number: int, seq: int) -> bytes:
    found = conn.execute(
        select(CHUNK.c.size, CHUNK.c.sha256, CHUNK.c.data).where(CHUNK.c.exhibit_id == number, CHUNK.c.seq == seq)
    ).first()
    if found is None:
        raise _damaged(number)
    try:
        data = zstandard.ZstdDecompressor().decompress(found.data, max_output_size=CHUNK_BYTES)
    except zstandard.ZstdError as problem:
        raise _damaged(number) from problem
    if len(data) != found.size or hashlib.sha256(data).digest() != found.sha256:
        raise _damaged(number)
    return data


def _damaged(number: int) -> WorkstationError:
    return WorkstationError(
        "WS-CASE-021", f"the stored bytes of exhibit E-{number:04d} are damaged", "nothing was changed",
        "open the newest good backup", exit_code=1,
    )  # fmt: skip

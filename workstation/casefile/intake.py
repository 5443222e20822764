"""Owns the way of a file into the case: keep its bytes, load its records, reject or retract it.

Must not parse anything: records come from a reader. Reconciling is in ``reconcile``, writing in ``batches``.
"""

from __future__ import annotations

import gc
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import zstandard
from sqlalchemy import Connection, func, insert, select, text, update

from workstation.casefile import batches, custody, exhibits, known, queries, recovery, schema
from workstation.casefile.database import SQLITE, cursor
from workstation.casefile.reconcile import Reconciler
from workstation.casefile.store import Store
from workstation.casefile.tables import EXHIBIT, IMPORT, STREAM
from workstation.casefile.values import Cancelled, Json, Progress, utc
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import ImportResult
from workstation.domain.records import Record

#: Records in one batch: small, so that an edit waits for a fraction of a second at most.
BATCH_RECORDS = 16_000
_CHUNKS_AT_ONCE = 16
#: An exhibit and all that was unpacked from it.
_INSIDE = (
    "WITH RECURSIVE inside(id) AS (SELECT :exhibit UNION SELECT e.id FROM exhibit e JOIN inside i ON e.parent = i.id)"
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a reader says of its work besides records: rows of the source, and rows left out per reason."""

    rows: int = 0
    skipped: tuple[tuple[str, int], ...] = ()


class AlreadyInCase(WorkstationError):
    """The file is in the case already; ``exhibit`` is its number."""

    def __init__(self, exhibit: int) -> None:
        super().__init__(
            "WS-IMP-010",
            f"this file is already in the case as E-{exhibit:04d}",
            "the case was not changed",
            "nothing is needed",
        )
        self.exhibit = exhibit


def keep(
    store: Store,
    path: Path,
    *,
    media_type: str,
    received_from: str,
    actor: str,
    parent: int | None = None,
    member: str = "",
    cancelled: Cancelled | None = None,
    hold: bool = False,
) -> int:
    """Store a file byte for byte as the next exhibit; gives its number.

    Args:
        hold: the bytes are there, but the exhibit counts only from the end of its first :func:`load`, from
            :func:`reject` or :func:`confirm`; :func:`withdraw` takes it out again without a trace (a cancelled import).
        parent: the exhibit it was unpacked from.
        member: its path in there, or in the folder that was dropped; the last part of it names the exhibit.

    Raises:
        AlreadyInCase: the same bytes are in the case (also rejected, retracted or never loaded ones).
        WorkstationError: the file cannot be read, or changed while it was read.
    """
    name = _shown(re.split(r"[/\\]", member)[-1] or path.name)
    head = {
        "name": name, "media_type": media_type, "received_from": received_from or "unknown", "parent": parent,
        "path": _shown(member),
    }  # fmt: skip
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.seek(0, 2)
            file.seek(0)
            number = _begin_keeping(store, {**head, "size": size, "sha256": digest})
            try:
                _keep_chunks(store, number, file, digest, cancelled)
            except BaseException:
                with store.database.write() as conn:
                    recovery.remove_keeping(conn, number)
                raise
    except OSError as problem:
        raise WorkstationError(
            "WS-IMP-012", f"{name} cannot be read ({problem.strerror})", "the case was not changed",
            "check the file and its rights",
        ) from problem  # fmt: skip
    if not hold:
        confirm(store, number, actor)
    return number


def confirm(store: Store, exhibit: int, actor: str) -> None:
    """Make a held exhibit, and before it the container it came from, part of the case; one that is there stays so."""
    with store.database.write() as conn:
        _confirm(store, conn, exhibit, actor)


def _confirm(store: Store, conn: Connection, exhibit: int, actor: str) -> None:
    row = conn.execute(select(EXHIBIT).where(EXHIBIT.c.id == exhibit, EXHIBIT.c.state == "keeping")).first()
    if row is None:
        return
    if row.parent is not None:
        _confirm(store, conn, row.parent, actor)
    conn.execute(update(EXHIBIT).where(EXHIBIT.c.id == exhibit).values(state="kept"))
    head = {k: getattr(row, k) for k in ("name", "media_type", "received_from", "parent", "path")}
    body = {"exhibit": exhibit, "size": row.size, "sha256": row.sha256, **{k: v for k, v in head.items() if v}}
    _log(store, conn, "exhibit.keep", body, actor)


def withdraw(store: Store, exhibit: int) -> bool:
    """Take out a held exhibit that nothing was loaded from; whether it was held."""
    with store.database.write() as conn:
        held = conn.execute(select(EXHIBIT.c.state).where(EXHIBIT.c.id == exhibit)).scalar_one_or_none() == "keeping"
        if held:
            recovery.remove_keeping(conn, exhibit)
        return held


def _shown(name: str) -> str:
    """A file name may hold bytes that are no text; they are shown as replacement characters."""
    return name.encode("utf-8", "replace").decode()


def _begin_keeping(store: Store, head: dict[str, Any]) -> int:
    with store.database.write() as conn:
        there = conn.execute(select(EXHIBIT.c.id).where(EXHIBIT.c.sha256 == head["sha256"])).scalar_one_or_none()
        if there is not None:
            raise AlreadyInCase(int(there))
        if head["parent"] is not None:
            exhibits.one(conn, head["parent"])
        number = int(conn.execute(select(func.coalesce(func.max(EXHIBIT.c.id), 0))).scalar_one()) + 1
        conn.execute(
            insert(EXHIBIT).values(id=number, received_at=utc(store.clock()), state="keeping", **head)
        )  # fmt: skip
        return number


def _keep_chunks(store: Store, number: int, file: BinaryIO, digest: str, cancelled: Cancelled | None) -> None:
    whole, packer, seq = hashlib.sha256(), zstandard.ZstdCompressor(level=3), 0
    while True:
        rows = []
        for data in islice(iter(lambda: file.read(exhibits.CHUNK_BYTES), b""), _CHUNKS_AT_ONCE):
            whole.update(data)
            rows.append((number, seq, len(data), hashlib.sha256(data).digest(), packer.compress(data)))
            seq += 1
        if not rows:
            break
        if cancelled is not None and cancelled():
            raise WorkstationError(
                "WS-IMP-015", "the import was cancelled", "the case was not changed", "import it again", 5
            )
        with store.database.write(background=True) as conn:
            cursor(conn).executemany("INSERT INTO exhibit_chunk VALUES (?,?,?,?,?)", rows)
    if whole.hexdigest() != digest:
        raise WorkstationError(
            "WS-IMP-013", "the file changed while it was read", "the case was not changed", "import it again"
        )


def load(
    store: Store,
    exhibit: int,
    *,
    reader_id: str,
    reader_version: str,
    templates: Sequence[str],
    parameters: Mapping[str, Any],
    records: Iterable[Record],
    actor: str,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
    why: str = "",
    told: Callable[[], Told] | None = None,
) -> ImportResult:
    """Reconcile the records of a kept exhibit with the case and store them in short batches.

    When ``records`` raises, or ``cancelled`` says so, everything of this import is removed again and the error goes on
    (cancelled: ``WorkstationError`` with exit code 5); the exhibit stays.

    Args:
        progress: called after each batch with the number of records done so far.
        why: why this reader was taken. told: asked after the last record.
    """
    run = _begin(store, exhibit, reader_id, reader_version, templates, parameters, why)
    try:
        with _rare_collections():
            reconciler, transfers = _run(store, run, exhibit, templates, records, progress, cancelled)
        return _finish(store, run, exhibit, reconciler, transfers, told() if told is not None else Told(), actor)
    except BaseException as problem:
        why = problem.code if isinstance(problem, WorkstationError) else type(problem).__name__
        with store.database.write() as conn:
            recovery.remove_loading(conn, run)
            if exhibits.is_kept(conn, exhibit):
                _log(store, conn, "import.removed", {"exhibit": exhibit, "import": run, "why": why}, actor)
        if isinstance(problem, (ValueError, TypeError, OverflowError, AttributeError, SQLITE.Error)):
            raise WorkstationError(
                "WS-IMP-022", f"the reader {reader_id} gave a record that cannot be ({problem})",
                "nothing of this file was loaded", "report this reader",
            ) from problem  # fmt: skip
        raise


def _begin(
    store: Store,
    exhibit: int,
    reader_id: str,
    reader_version: str,
    templates: Sequence[str],
    parameters: Mapping[str, Any],
    why: str,
) -> int:
    with store.database.write() as conn:
        exhibits.one(conn, exhibit)
        last = conn.execute(
            select(IMPORT).where(IMPORT.c.exhibit_id == exhibit).order_by(IMPORT.c.id.desc()).limit(1)
        ).first()
        if last is not None and last.state == "done":
            if last.outcome != "rejected":
                raise WorkstationError(
                    "WS-IMP-011", f"E-{exhibit:04d} is loaded already", "nothing was changed",
                    "retract it first to load it in another way",
                )  # fmt: skip
            conn.execute(update(IMPORT).where(IMPORT.c.id == last.id).values(state="void", reason="loaded again"))
        if conn.execute(select(IMPORT.c.id).where(IMPORT.c.state == "loading")).first() is not None:
            raise WorkstationError(
                "WS-IMP-014", "another import is running", "nothing was changed", "wait until it is done"
            )
        run = _new_run(conn, store, exhibit, reader_id, reader_version, parameters, why)
        for number, template in enumerate(templates):
            conn.execute(insert(STREAM).values(import_id=run, stream=number, template=template))
        return run


def _new_run(
    conn: Connection, store: Store, exhibit: int, reader: str, version: str, parameters: Mapping[str, Any], why: str
) -> int:
    run = int(conn.execute(select(func.coalesce(func.max(IMPORT.c.id), 0))).scalar_one()) + 1
    conn.execute(
        insert(IMPORT).values(
            id=run, exhibit_id=exhibit, at=utc(store.clock()), reader=reader, reader_version=version, state="loading",
            parameters=json.dumps(dict(parameters), ensure_ascii=False, sort_keys=True), outcome="", code="",
            message="", reason="", marks=json.dumps(known.marks(conn)), remarks="[]", n_read=0, n_accepted=0,
            n_duplicates=0, n_quarantined=0, n_transfers=0, why=why, skipped="[]", n_rows=0, n_events=0, n_mentions=0,
            n_prices=0,
        )
    )  # fmt: skip
    return run


def _run(
    store: Store,
    run: int,
    exhibit: int,
    templates: Sequence[str],
    records: Iterable[Record],
    progress: Progress | None,
    cancelled: Cancelled | None,
) -> tuple[Reconciler, int]:
    """What the records came to, and how many transfers are new."""
    database = store.database
    with database.read() as conn:
        reconciler = Reconciler(conn, run, tuple(templates))
    done = transfers = 0
    for seq, part in enumerate(_parts(records)):
        if cancelled is not None and cancelled():
            raise WorkstationError(
                "WS-IMP-015", "the import was cancelled", "nothing of this file was loaded", "import it again", 5
            )
        with database.read() as conn:
            batch = reconciler.batch(conn, part)
        with database.write(background=True, made_ids=True) as conn:
            batches.write(conn, run, exhibit, seq, batch)
        done += len(part)
        transfers += len(batch.transfers)
        if progress is not None:
            progress(done)
    return reconciler, transfers


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let Python look for reference cycles less often: millions of plain rows are made, and none of them has one."""
    usual = gc.get_threshold()
    if usual[0]:  # 0: the window looks for them itself, in its own thread (``ui.memory``)
        gc.set_threshold(200_000, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _parts(records: Iterable[Record]) -> Iterator[list[Record]]:
    source = iter(records)
    while part := list(islice(source, BATCH_RECORDS)):
        yield part


def _finish(
    store: Store, run: int, exhibit: int, reconciler: Reconciler, transfers: int, told: Told, actor: str
) -> ImportResult:
    tally = reconciler.tally
    tally.finish()
    usable = tally.accepted + tally.duplicates
    outcome = "accepted" if not tally.quarantined else "partial" if usable else "rejected"
    code, message = ("WS-IMP-021", "no record of the file could be used") if outcome == "rejected" else ("", "")
    if not usable and not tally.quarantined:  # a file that gave nothing is never a success
        outcome, code, message = "partial", "WS-IMP-024", "the file gave no record"
    counted = {
        "n_read": usable + tally.quarantined, "n_accepted": tally.accepted, "n_duplicates": tally.duplicates,
        "n_quarantined": tally.quarantined, "n_transfers": transfers, "n_rows": told.rows,
        **{f"n_{table}s": count for table, count in reconciler.statements.counts.items()},
    }  # fmt: skip
    assumptions, warnings = reconciler.assumptions(), reconciler.warnings()
    with store.database.write() as conn:
        _confirm(store, conn, exhibit, actor)
        conn.execute(
            update(IMPORT).where(IMPORT.c.id == run).values(
                state="done", outcome=outcome, code=code, message=message,
                skipped=json.dumps(told.skipped, ensure_ascii=False),
                remarks=json.dumps({"assumptions": assumptions, "warnings": warnings}, ensure_ascii=False), **counted,
            )
        )  # fmt: skip
        done = conn.execute(select(IMPORT).where(IMPORT.c.id == run)).one()
        body = {
            "exhibit": exhibit, "import": run, "reader": done.reader, "version": done.reader_version,
            "parameters": json.loads(done.parameters), "outcome": outcome, "assumptions": assumptions,
            "warnings": warnings, "skipped": told.skipped, "why": done.why, **counted,
            # so that a later change of an event or price shows, whoever makes it
            "seals": reconciler.statements.seals(),
        }  # fmt: skip
        _log(store, conn, "import", body, actor)
        result = _result(conn, exhibit, code, message, assumptions, warnings)
        return replace(result, skipped=told.skipped, why=done.why, rows=told.rows)


def _result(
    conn: Connection, exhibit: int, code: str, message: str, assumptions: Sequence[str], warnings: Sequence[str]
) -> ImportResult:
    kept = exhibits.one(conn, exhibit)
    return ImportResult(
        kept.name, kept.sha256, exhibit, kept.reader, kept.outcome, code, message, kept.read, kept.accepted,
        kept.duplicates, kept.quarantined, tuple(queries.quarantined(conn, exhibit)), tuple(assumptions),
        tuple(warnings),
    )  # fmt: skip


def reject(
    store: Store,
    exhibit: int,
    *,
    reader_id: str,
    reader_version: str,
    code: str,
    message: str,
    actor: str,
    why: str = "",
) -> ImportResult:
    """Note that a kept exhibit could not be parsed; it stays in the case with the reason."""
    with store.database.write() as conn:
        _confirm(store, conn, exhibit, actor)
        exhibits.one(conn, exhibit)
        run = _new_run(conn, store, exhibit, reader_id, reader_version, {}, why)
        conn.execute(
            update(IMPORT).where(IMPORT.c.id == run).values(
                state="done", outcome="rejected", code=code, message=message
            )
        )  # fmt: skip
        body = {"exhibit": exhibit, "import": run, "reader": reader_id, "code": code, "message": message}
        _log(store, conn, "import.rejected", body, actor)
        return replace(_result(conn, exhibit, code, message, (), ()), why=why)


def retract(store: Store, exhibit: int, reason: str, actor: str) -> None:
    """Void the import of an exhibit, or of everything in a container: rows stay, queries skip what only they state.

    Raises:
        WorkstationError: no reason, or nothing of the exhibit is loaded.
    """
    if not reason.strip():
        raise WorkstationError("WS-IMP-016", "a reason is missing", "nothing was changed", "say why")
    with store.database.write() as conn:
        exhibits.one(conn, exhibit)
        found = conn.execute(text(f"{_INSIDE} SELECT r.id FROM import_run r JOIN inside i ON i.id = r.exhibit_id"
                                  " WHERE r.state = 'done' ORDER BY r.id"), {"exhibit": exhibit})  # fmt: skip
        runs = list(found.scalars())
        if not runs:
            raise WorkstationError(
                "WS-IMP-017", f"E-{exhibit:04d} is not loaded", "nothing was changed", "nothing is needed"
            )
        conn.execute(update(IMPORT).where(IMPORT.c.id.in_(runs)).values(state="void", reason=reason))
        _log(store, conn, "import.retracted", {"exhibit": exhibit, "imports": runs, "reason": reason}, actor)


def _log(store: Store, conn: Connection, kind: str, body: Json, actor: str) -> None:
    custody.append(conn, kind, body, actor=actor, clock=store.clock, entropy=store.entropy)
    schema.bump(conn)

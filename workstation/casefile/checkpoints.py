"""Owns signed checkpoints: heads of the custody log that a key of the examiner vouches for, each linked to the last.

A checkpoint says: at entry so-and-so the log ended with this digest. Must not sign and must not check signatures
(``evidence.keys`` does both); kept rows are never changed.
"""

from __future__ import annotations

import hashlib

import rfc8785
from sqlalchemy import Connection, insert, select

from workstation.casefile.tables import CHECKPOINT, CUSTODY, META
from workstation.domain.evidence import Checkpoint

_NONE = "0" * 64


def listing(conn: Connection) -> list[Checkpoint]:
    """All checkpoints, oldest first."""
    return [Checkpoint(*row) for row in conn.execute(select(CHECKPOINT).order_by(CHECKPOINT.c.seq))]


def last(conn: Connection) -> Checkpoint | None:
    """The newest checkpoint."""
    row = conn.execute(select(CHECKPOINT).order_by(CHECKPOINT.c.seq.desc()).limit(1)).first()
    return None if row is None else Checkpoint(*row)


def message(conn: Connection, sequence: int) -> str | None:
    """What is to be signed for an entry of the log; None when the newest checkpoint is as new.

    Its time is that of the entry, so the same log gives the same message.
    """
    before = last(conn)
    if before is not None and before.sequence >= sequence:
        return None
    return _message(conn, sequence, _NONE if before is None else _digest(before.message))


def keep(conn: Connection, made: Checkpoint) -> None:
    """Keep a checkpoint in the running transaction."""
    conn.execute(
        insert(CHECKPOINT).values(
            seq=made.sequence, message=made.message, signer=made.signer, signature=made.signature
        )
    )  # fmt: skip


def problems(conn: Connection) -> list[str]:
    """What the checkpoints say that the log does not, and broken links among them."""
    found, previous = [], _NONE
    for each in listing(conn):
        try:
            wanted: str | None = _message(conn, each.sequence, previous)
        except LookupError:
            wanted = None
        if wanted is None:
            found.append(f"entry {each.sequence}, which a checkpoint names, is missing")
        elif wanted != each.message:
            found.append(f"the checkpoint of entry {each.sequence} does not agree with the log")
        previous = _digest(each.message)
    return found


def _message(conn: Connection, sequence: int, previous: str) -> str:
    case = conn.execute(select(META.c.value).where(META.c.key == "case_id")).scalar_one()
    row = conn.execute(select(CUSTODY.c.time, CUSTODY.c.digest).where(CUSTODY.c.seq == sequence)).first()
    if row is None:
        raise LookupError(sequence)
    said = {"v": 1, "case": case, "seq": sequence, "head": row.digest, "time": row.time, "prev": previous}
    return rfc8785.dumps(said).decode()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()

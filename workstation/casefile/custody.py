"""Owns the custody log: who did what when, in an append-only hash chain inside the case.

Must not decide what is worth an entry. The digest of an entry covers its header, which holds a salted commitment to
the body and the digest before it; a body can be withheld later and the chain still verifies. ``sealing`` adds a code that
nobody can make afterwards.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import rfc8785
from sqlalchemy import Connection, insert, select

from workstation.casefile import sealing
from workstation.casefile.tables import CUSTODY, META
from workstation.casefile.values import Clock, Entropy, Json, utc
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import CustodyEntry

GENESIS = "0" * 64
#: Of an exhibit that is the custody log of another case.
MEDIA_TYPE = "application/x-fundflow-custody+jsonl"
_SALT_BYTES = 16
_JSON_INT = 1 << 53


def append(conn: Connection, kind: str, body: Json, *, actor: str, clock: Clock, entropy: Entropy) -> CustodyEntry:
    """Write the next entry in the running transaction.

    Raises:
        WorkstationError: the body cannot be written as canonical JSON.
    """
    sequence, previous = head(conn)
    case = conn.execute(select(META.c.value).where(META.c.key == "case_id")).scalar_one()
    salt = entropy(_SALT_BYTES).hex()
    try:
        text = rfc8785.dumps(exact(body)).decode()
    except (rfc8785.CanonicalizationError, UnicodeError, RecursionError) as problem:
        raise WorkstationError(
            "WS-CUST-001", f"the custody log cannot hold this entry ({problem})", "nothing was changed",
            "report this error",
        ) from problem  # fmt: skip
    commitment = commit(json.loads(text), salt)
    header = _header(case, sequence + 1, utc(clock()), actor, kind, commitment, previous)
    entry = CustodyEntry(
        sequence + 1, header["time"], actor, kind, json.loads(text), salt, commitment, previous, digest(header)
    )
    conn.execute(
        insert(CUSTODY).values(
            seq=entry.sequence, time=entry.time, actor=actor, kind=kind, body=text, salt=salt, commitment=commitment,
            previous=previous, digest=entry.digest, seal=sealing.seal(conn, entry.digest),
        )
    )  # fmt: skip
    return entry


def commit(body: Json, salt: str) -> str:
    """SHA-256 over the salt and the canonical body."""
    return hashlib.sha256(bytes.fromhex(salt) + rfc8785.dumps(body)).hexdigest()


def digest(header: dict[str, Json]) -> str:
    """SHA-256 over the canonical header."""
    return hashlib.sha256(rfc8785.dumps(header)).hexdigest()


def entry_header(case: str, entry: CustodyEntry) -> dict[str, Json]:
    """The header of an entry, as its digest covers it."""
    return _header(case, entry.sequence, entry.time, entry.actor, entry.kind, entry.commitment, entry.previous)


def head(conn: Connection) -> tuple[int, str]:
    """Sequence and digest of the last entry; 0 and zeros before the first."""
    found = conn.execute(select(CUSTODY.c.seq, CUSTODY.c.digest).order_by(CUSTODY.c.seq.desc()).limit(1)).first()
    return (found.seq, found.digest) if found is not None else (0, GENESIS)


def entries(conn: Connection, kind: str = "") -> Iterator[CustodyEntry]:
    """All entries from the first, or those of one kind; a withheld body is None."""
    wanted = select(CUSTODY) if not kind else select(CUSTODY).where(CUSTODY.c.kind == kind)
    for row in conn.execute(wanted.order_by(CUSTODY.c.seq)):
        body = None if row.body is None else json.loads(row.body)
        yield CustodyEntry(
            row.seq, row.time, row.actor, row.kind, body, row.salt or "", row.commitment, row.previous, row.digest
        )


def imports(conn: Connection) -> dict[int, dict[str, Json]]:
    """The bodies of the latest import of each exhibit, by the number of the exhibit; withheld ones are left out."""
    bodies = (entry.body for entry in entries(conn, "import"))
    return {int(str(body["exhibit"])): body for body in bodies if isinstance(body, dict)}


def seal_problems(conn: Connection, first_key: str) -> list[str]:
    """What is wrong with the seals, computed again from the first key (64 hex digits)."""
    rows = conn.execute(select(CUSTODY.c.seq, CUSTODY.c.digest, CUSTODY.c.seal).order_by(CUSTODY.c.seq))
    return sealing.problems(conn, ((row.seq, row.digest, row.seal) for row in rows), first_key)


def problems(conn: Connection) -> tuple[list[str], list[str]]:
    """What is wrong with the chain of headers, and with the bodies."""
    case = conn.execute(select(META.c.value).where(META.c.key == "case_id")).scalar_one_or_none() or ""
    chain: list[str] = []
    bodies: list[str] = []
    previous, expected = GENESIS, 1
    for row in conn.execute(select(CUSTODY).order_by(CUSTODY.c.seq)):
        header = _header(case, row.seq, row.time, row.actor, row.kind, row.commitment, row.previous)
        if row.seq != expected:
            chain.append(f"entry {expected} is missing")
        if row.previous != previous:
            chain.append(f"entry {row.seq} does not follow the entry before it")
        if digest(header) != row.digest:
            chain.append(f"entry {row.seq} was changed")
        previous, expected = row.digest, row.seq + 1
        if row.body is not None and not _body_holds(row.body, row.salt, row.commitment):
            bodies.append(f"the body of entry {row.seq} was changed")
    return chain, bodies


def _body_holds(body: str, salt: str | None, commitment: str) -> bool:
    try:
        # the text itself is canonical, so its bytes are hashed: another spelling of the same body is a change too
        return hashlib.sha256(bytes.fromhex(salt or "") + body.encode()).hexdigest() == commitment
    except ValueError:
        return False


def _header(
    case: str, sequence: int, time: str, actor: str, kind: str, commitment: str, previous: str
) -> dict[str, Json]:
    return {
        "v": 1, "case": case, "seq": sequence, "time": time, "actor": actor, "kind": kind, "body": commitment,
        "prev": previous,
    }  # fmt: skip


def exact(value: Json) -> Json:
    """The value with every integer JSON cannot carry exactly written as text."""
    if isinstance(value, dict):
        return {str(k): exact(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [exact(v) for v in value]
    if isinstance(value, int) and not isinstance(value, bool) and not -_JSON_INT < value < _JSON_INT:
        return str(value)
    return value

"""Owns the forward-secure seals of the custody log: a code for each entry, made with a key that is forgotten at once.

The key of an entry is the hash of the key before it, so whoever takes the case file today cannot seal an entry of
yesterday. The first key leaves the laptop on paper (``release``) and is then forgotten too; with it anybody can compute
every seal again. Must not know what an entry says, nor sign anything (Schneier and Kelsey, "Secure audit logs to support
computer forensics", 1999).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert, select, update

from workstation.casefile.tables import META
from workstation.casefile.values import Entropy

#: Keys in the head data: of the next seal, of the first one until it is released, and the entry it belongs to.
_NOW, _FIRST, _START = "seal_key", "seal_first", "seal_start"
_BYTES = 32


def begin(conn: Connection, sequence: int, entropy: Entropy) -> None:
    """Seal from the entry ``sequence`` on: of a new case the first, of an older case the one after the upgrade."""
    key = entropy(_BYTES).hex()
    rows = ((_NOW, key), (_FIRST, key), (_START, str(sequence)))
    conn.execute(insert(META), [{"key": name, "value": value} for name, value in rows])


def seal(conn: Connection, digest: str) -> str | None:
    """The seal of the next entry (hex); its key is forgotten. None in a case that was never begun."""
    key = _value(conn, _NOW)
    if key is None:
        return None
    conn.execute(update(META).where(META.c.key == _NOW).values(value=_next(key)))
    return _code(key, digest)


def first_key(conn: Connection) -> str | None:
    """The first key (64 hex digits), or None when it has left the case."""
    return _value(conn, _FIRST)


def forget_first(conn: Connection) -> None:
    """Take the first key out of the case; what was written down stays the only copy."""
    conn.execute(delete(META).where(META.c.key == _FIRST))


def start(conn: Connection) -> int:
    """The first sealed entry; 0 in a case that was never begun."""
    return int(_value(conn, _START) or 0)


def problems(conn: Connection, entries: Iterable[tuple[int, str, str | None]], key: str) -> list[str]:
    """Compute every seal again from the first key.

    Args:
        entries: sequence, digest and seal of every entry in order. key: the first key, 64 hex digits.
    """
    first, found = start(conn), []
    for sequence, digest, sealed in entries:
        if sequence < first:
            continue
        if sealed is None or not hmac.compare_digest(_code(key, digest), sealed):
            found.append(f"the seal of entry {sequence} does not hold")
        key = _next(key)
    if _value(conn, _NOW) != key:
        found.append("entries at the end of the log are missing, or the key is not the first one")
    return found


def _code(key: str, digest: str) -> str:
    return hmac.new(bytes.fromhex(key), bytes.fromhex(digest), hashlib.sha256).hexdigest()


def _next(key: str) -> str:
    return hashlib.sha256(b"custody seal" + bytes.fromhex(key)).hexdigest()


def _value(conn: Connection, name: str) -> str | None:
    found: str | None = conn.execute(select(META.c.value).where(META.c.key == name)).scalar_one_or_none()
    return found

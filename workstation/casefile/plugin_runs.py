"""Owns kept runs of plugins: append-only records of what was asked, of which code, and what it answered. Runs nothing.

A record is a canonical text with its SHA-256; the custody log seals both. It holds no time and no name (its row does),
so that the same run of the same code on the same state is kept once. The files a run wrote are kept beside it by their
bytes, equal ones once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from workstation.casefile import custody
from workstation.casefile.tables import PLUGIN_FILE, PLUGIN_RUN
from workstation.casefile.values import Clock, Entropy, utc


@dataclass(frozen=True, slots=True)
class KeptPluginRun:
    """One kept run.

    Attributes:
        number: counter from 1. at, actor: when it was kept, by whom. analysis: ``plugin/analysis``.
        record: canonical JSON text. sha256: of the record.
    """

    number: int
    at: str
    actor: str
    analysis: str
    record: str
    sha256: str


def keep(
    conn: Connection, analysis: str, record: str, files: Collection[bytes] = (), *, actor: str, clock: Clock,
    entropy: Entropy,
) -> tuple[int, bool]:  # fmt: skip
    """Keep a record in the running transaction; gives its number and whether it is new (equal ones are kept once).

    Args:
        files: contents of the files that the record names by their SHA-256.
    """
    digest = hashlib.sha256(record.encode()).hexdigest()
    same = conn.execute(select(PLUGIN_RUN.c.id).where(PLUGIN_RUN.c.sha256 == digest)).first()
    if same is not None:
        return int(same[0]), False
    values = {"at": utc(clock()), "actor": actor, "analysis": analysis, "record": record, "sha256": digest}
    made = conn.execute(insert(PLUGIN_RUN).values(**values)).inserted_primary_key
    number = int(made[0]) if made else 0
    body: dict[str, object] = {"run": number, "sha256": digest, "analysis": analysis}
    if files:
        body["files"] = sorted({_kept(conn, data) for data in files})
    custody.append(conn, "plugin.keep", body, actor=actor, clock=clock, entropy=entropy)
    return number, True


def _kept(conn: Connection, data: bytes) -> str:
    digest = hashlib.sha256(data).hexdigest()
    if content(conn, digest) is None:
        conn.execute(insert(PLUGIN_FILE).values(sha256=digest, data=data))
    return digest


def content(conn: Connection, sha256: str) -> bytes | None:
    """The bytes of a kept file, or None when no run kept them."""
    found = conn.execute(select(PLUGIN_FILE.c.data).where(PLUGIN_FILE.c.sha256 == sha256)).first()
    return None if found is None else bytes(found[0])


def listing(conn: Connection) -> list[KeptPluginRun]:
    """All kept runs by number."""
    return [KeptPluginRun(*row) for row in conn.execute(select(PLUGIN_RUN).order_by(PLUGIN_RUN.c.id))]


def changed(conn: Connection) -> list[str]:
    """What differs between the kept runs and the custody log."""
    stored = {run.number: run for run in listing(conn)}
    found = [
        f"plugin run {run.number} was changed"
        for run in stored.values()
        if hashlib.sha256(run.record.encode()).hexdigest() != run.sha256
    ]
    sealed: dict[int, str] = {}
    wanted: dict[str, int] = {}
    for entry in custody.entries(conn):
        if entry.kind == "plugin.keep" and entry.body is not None:
            sealed[entry.body["run"]] = entry.body["sha256"]
            wanted.update(dict.fromkeys(entry.body.get("files", ()), entry.body["run"]))
    for digest, number in wanted.items():
        data = content(conn, digest)
        if data is None or hashlib.sha256(data).hexdigest() != digest:
            found.append(f"a file of plugin run {number} is missing or was changed")
    for number in sorted(stored.keys() | sealed.keys()):
        run = stored.get(number)
        if run is None or run.sha256 != sealed.get(number):
            found.append(f"plugin run {number} is not the one the custody log sealed")
    return found

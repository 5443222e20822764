"""Owns kept trace runs: append-only records of what was asked of the ledger and what came out. Must not trace.

A record is a canonical text with its SHA-256; the custody log seals both. Nothing changes or removes a kept run: a new
answer to the same question is a new run.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, text

from workstation.casefile import custody
from workstation.casefile.tables import TRACE_RUN
from workstation.casefile.values import Clock, Entropy, utc


@dataclass(frozen=True, slots=True)
class KeptTrace:
    """One kept run.

    Attributes:
        number: counter from 1. at, actor: when it was kept, by whom. ledger: SHA-256 of the ledger it read.
        record: canonical JSON text. sha256: of the record.
    """

    number: int
    at: str
    actor: str
    ledger: str
    record: str
    sha256: str


def keep(conn: Connection, record: str, ledger: str, *, actor: str, clock: Clock, entropy: Entropy) -> tuple[int, bool]:
    """Keep a record in the running transaction; gives its number and whether it is new.

    The same record is kept once: running the same question on the same ledger again adds nothing.
    """
    digest = hashlib.sha256(record.encode()).hexdigest()
    same = conn.execute(select(TRACE_RUN.c.id).where(TRACE_RUN.c.sha256 == digest).order_by(TRACE_RUN.c.id)).first()
    if same is not None:
        return int(same[0]), False
    values = {"at": utc(clock()), "actor": actor, "ledger": ledger, "record": record, "sha256": digest}
    made = conn.execute(insert(TRACE_RUN).values(**values)).inserted_primary_key
    number = int(made[0]) if made else 0
    body = {"run": number, "sha256": digest, "ledger": ledger}
    custody.append(conn, "trace.keep", body, actor=actor, clock=clock, entropy=entropy)
    return number, True


def listing(conn: Connection) -> list[KeptTrace]:
    """All kept runs by number."""
    return [KeptTrace(*row) for row in conn.execute(select(TRACE_RUN).order_by(TRACE_RUN.c.id))]


def one(conn: Connection, number: int) -> KeptTrace | None:
    """One kept run, or None."""
    found = conn.execute(select(TRACE_RUN).where(TRACE_RUN.c.id == number)).first()
    return None if found is None else KeptTrace(*found)


def changed(conn: Connection) -> list[str]:
    """What differs between the kept runs and the custody log."""
    stored = {run.number: run for run in listing(conn)}
    found = [
        f"trace run {run.number} was changed"
        for run in stored.values()
        if hashlib.sha256(run.record.encode()).hexdigest() != run.sha256
    ]
    sealed: dict[int, str] = {}
    for entry in custody.entries(conn):
        if entry.kind == "trace.keep" and entry.body is not None:
            sealed[entry.body["run"]] = entry.body["sha256"]
    for number in sorted(stored.keys() | sealed.keys()):
        run = stored.get(number)
        if run is None or run.sha256 != sealed.get(number):
            found.append(f"trace run {number} is not the one the custody log sealed")
    return found


def links(conn: Connection, chain: str) -> dict[int, tuple[int | None, str, int | None]]:
    """Of every input and output row of a chain: its index, and the output it spends (transaction, index)."""
    rows = conn.execute(
        text(
            "SELECT t.id, t.idx, t.prev_tx, t.prev_idx FROM transfer t JOIN chain c ON c.id = t.chain_id"
            " WHERE c.name = :chain AND t.kind IN ('input', 'output', 'coinbase')"
        ),
        {"chain": chain},
    )
    return {number: (index, previous, place) for number, index, previous, place in rows}


def failed(conn: Connection) -> dict[str, int]:
    """By chain: stored movements of transactions that failed. Their fees count, they do not."""
    rows = conn.execute(
        text(
            "SELECT c.name, count(*) FROM transfer t JOIN chain c ON c.id = t.chain_id WHERE t.kind <> 'fee'"
            " AND t.tx_id IN (SELECT x.id FROM tx x WHERE x.status = 'failed' UNION SELECT k.of_id FROM tx_claim k"
            " JOIN tx x ON x.id = k.of_id WHERE k.status = 'failed' AND x.status IN ('', 'pending'))"
            " AND t.import_id NOT IN (SELECT id FROM import_run WHERE state <> 'done') GROUP BY c.name ORDER BY c.name"
        )
    )
    return {str(chain): int(count) for chain, count in rows}

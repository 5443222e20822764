"""Owns reading events, mentions and prices back, each with its first place. Must not write or judge."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from workstation.casefile.exhibits import citations
from workstation.casefile.statements import COLUMNS, digest
from workstation.casefile.visible import Visible
from workstation.domain.evidence import Event, Mention, Price


def events(
    conn: Connection, *, account: str = "", address: tuple[str, str] | None = None, kinds: Sequence[str] = (),
    limit: int = 0,
) -> list[Event]:  # fmt: skip
    """Events in time order, those without a stated time last; see :meth:`workstation.casefile.store.Store.events`."""
    where: list[str] = []
    values: dict[str, Any] = {}
    if account:
        where.append("s.account = :account")
        values["account"] = account
    if address is not None:
        chain, ref = address
        # an account is an address of the chain "stated"
        where.append("s.account = :ref" if chain == "stated" else "s.address = :ref AND s.chain = :chain")
        values |= {"ref": ref} if chain == "stated" else {"ref": ref, "chain": chain}
    if kinds:
        where.append("s.kind IN (SELECT value FROM json_each(:kinds))")
        values["kinds"] = json.dumps(list(kinds))
    rows = _rows(conn, "event", where, values, "s.time IS NULL, s.time, s.id", limit)
    cited = citations(conn, "event", [row[0] for row in rows])
    made = []
    for row in rows:
        details = tuple((name, value) for name, value in json.loads(row[-1]))
        made.append(Event(*(*row[:-1], details, cited[row[0]][0])))
    return made


def mentions(conn: Connection, exhibit: int = 0) -> list[Mention]:
    """Mentions of one exhibit or of all (0), in the order they were loaded."""
    where, values = [], {}
    if exhibit:
        done = "(SELECT id FROM import_run WHERE exhibit_id = :exhibit AND state = 'done')"
        where.append(
            f"(s.import_id IN {done} OR EXISTS"
            f" (SELECT 1 FROM mention_citation e WHERE e.of_id = s.id AND e.import_id IN {done}))"
        )
        values["exhibit"] = exhibit
    rows = _rows(conn, "mention", where, values, "s.id", 0)
    cited = citations(conn, "mention", [row[0] for row in rows])
    made = []
    for number, subject, ref, chains, context in rows:
        places = [c for c in cited[number] if not exhibit or c.exhibit == exhibit]
        made.append(Mention(number, subject, ref, tuple(json.loads(chains)), context, places[0]))
    return made


def prices(conn: Connection, asset: str = "", currency: str = "", date: str = "") -> list[Price]:
    """Rates by asset, currency and day; an empty filter takes all."""
    values = {name: value for name, value in (("asset", asset), ("currency", currency), ("date", date)) if value}
    rows = _rows(
        conn, "price", [f"s.{name} = :{name}" for name in values], values, "s.asset, s.currency, s.date, s.id", 0
    )
    cited = citations(conn, "price", [row[0] for row in rows])
    return [Price(*(*row, cited[row[0]][0])) for row in rows]


def _rows(
    conn: Connection, table: str, where: Sequence[str], values: Mapping[str, Any], order: str, limit: int
) -> list[tuple[Any, ...]]:
    columns = ", ".join(f"s.{name}" for name in COLUMNS[table])
    conditions = " AND ".join((Visible(conn).stated(table, "s"), *where))
    found = conn.execute(
        text(f"SELECT s.id, {columns} FROM {table} s WHERE {conditions} ORDER BY {order} LIMIT :limit"),
        {**values, "limit": limit or -1},
    )
    return [tuple(row) for row in found]


def changed(conn: Connection, table: str) -> list[str]:
    """Rows whose content is not what their digest says."""
    columns = ", ".join(COLUMNS[table])
    found = conn.execute(text(f"SELECT id, sha256, {columns} FROM {table} ORDER BY id"))
    return [f"{table} {number} was changed" for number, sha256, *said in found if digest(said) != sha256]


def seals(conn: Connection, table: str) -> dict[int, tuple[int, str]]:
    """Per import: how many rows it brought, and the SHA-256 over their digests."""
    made: dict[int, Any] = {}
    counts: dict[int, int] = {}
    for run, sha256 in conn.execute(text(f"SELECT import_id, sha256 FROM {table} ORDER BY id")):
        made.setdefault(run, hashlib.sha256()).update(sha256.encode())
        counts[run] = counts.get(run, 0) + 1
    return {run: (counts[run], seal.hexdigest()) for run, seal in made.items()}

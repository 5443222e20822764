"""Owns how an older case file gets the tables of this version, keeping every row.

Must not decide when (``schema``) and must not change what a row says. SQLite cannot change a table in place so that its
stored text is that of a new file, and that text is checked at every opening; so a table that differs is made anew and
filled from the old one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

#: Values for columns the first version did not have, as SQL over the old row ``o``. Other new columns become NULL.
_FIRST_PLACE = (
    "coalesce((SELECT c.{0} FROM tx_citation c WHERE c.of_id = o.of_id AND c.import_id = o.import_id ORDER BY c.id"
    " LIMIT 1), (SELECT x.{0} FROM tx x WHERE x.id = o.of_id))"
)
TO_2: Mapping[tuple[str, str], str] = MappingProxyType({
    ("exhibit", "path"): "''",
    ("import_run", "why"): "''",
    ("import_run", "skipped"): "'[]'",
    ("import_run", "n_rows"): "0",
    ("import_run", "n_events"): "0",
    ("import_run", "n_mentions"): "0",
    ("import_run", "n_prices"): "0",
    # a claim had no place of its own: where its import cites the transaction first
    **{("tx_claim", name): _FIRST_PLACE.format(name) for name in ("stream", "row", "sub", "offset", "length")},
})  # fmt: skip

#: Steps were one line before they could branch, and did not say who made them.
TO_4: Mapping[tuple[str, str], str] = MappingProxyType({
    ("undo_step", "parent"): "coalesce((SELECT max(p.id) FROM old_undo_step p WHERE p.id < o.id), 0)",
    ("undo_step", "name"): "''",
    ("undo_step", "actor"): "''",
})  # fmt: skip


def rebuild(raw: Any, wanted: Mapping[str, tuple[str, str]], fill: Mapping[tuple[str, str], str]) -> None:
    """Give the file exactly the wanted schema, inside the running transaction; foreign keys must be off.

    Args:
        wanted: name -> (type, statement) of every table, index and trigger of a new file.
        fill: values of new columns.
    """
    found = {
        name: (kind, sql)
        for kind, name, sql in raw.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
    }
    for name, (kind, sql) in found.items():
        if kind != "table" and (kind == "trigger" or wanted.get(name) != (kind, sql)):
            raw.execute(f"DROP {kind} {name}")
    # with this on, the references of other tables keep their text while a table is moved aside
    raw.execute("PRAGMA legacy_alter_table=ON")
    for name, (kind, sql) in wanted.items():
        if kind == "table" and found.get(name) != (kind, sql):
            _table(raw, name, sql, fill, exists=name in found)
    raw.execute("PRAGMA legacy_alter_table=OFF")
    there = {row[0] for row in raw.execute("SELECT name FROM sqlite_schema WHERE sql IS NOT NULL")}
    for name, (_, sql) in wanted.items():
        if name not in there:
            raw.execute(sql)


def _table(raw: Any, name: str, sql: str, fill: Mapping[tuple[str, str], str], *, exists: bool) -> None:
    if not exists:
        raw.execute(sql)
        return
    raw.execute(f"ALTER TABLE {name} RENAME TO old_{name}")
    raw.execute(sql)
    old = {row[1] for row in raw.execute(f"PRAGMA table_info(old_{name})")}
    new = [row[1] for row in raw.execute(f"PRAGMA table_info({name})")]
    values = ", ".join(f"o.{column}" if column in old else fill.get((name, column), "NULL") for column in new)
    raw.execute(f"INSERT INTO {name} ({', '.join(new)}) SELECT {values} FROM old_{name} o")
    raw.execute(f"DROP TABLE old_{name}")

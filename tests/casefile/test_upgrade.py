"""A case of an older program opens with everything in it, and its file before the upgrade stays."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.casefile.casefile_tools import Counter, bring, clock, event, new_case, place, transaction, transfer
from workstation.casefile import schema
from workstation.casefile.database import APPLICATION_ID, connect
from workstation.casefile.store import Store, open_case
from workstation.casefile.tables import METADATA
from workstation.casefile.verify import verify_case
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.errors import WorkstationError

_FIRST = Path(__file__).with_name("schema_v1.sql")


def _made_by_version_1(folder: Path, passphrase: str | None = None) -> Path:
    """A case with the tables of version 1, holding the rows of a case of today as far as they fit."""
    rows = [transfer(i, tx=f"t{i}", index=i) for i in range(20)]
    with new_case(folder, "new.wcase", passphrase=passphrase) as store:
        bring(store, folder, "a.csv", [*rows, transaction(21, tx="t1", position=3)])
        bring(store, folder, "b.csv", [transfer(3, tx="t3", index=3, block=None), transaction(4, tx="t4", position=9)])
        store.apply(ChangeSet("Add note", (Edit("note", "n1", None, {"body": "text"}),)), actor="E", record=True)
        key = store.database._key
    source = connect(folder / "new.wcase", key)
    target = connect(folder / "old.wcase", key)
    target.execute("PRAGMA foreign_keys=OFF")
    for statement in _FIRST.read_text(encoding="utf-8").split("\n--\n"):
        if not statement.startswith("CREATE TRIGGER"):
            target.execute(statement)
    for (table,) in target.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
        names = [row[1] for row in target.execute(f"PRAGMA table_info({table})")]
        quoted = ", ".join(f'"{name}"' for name in names)
        for row in source.execute(f"SELECT {quoted} FROM {table}").fetchall():
            target.execute(f"INSERT INTO {table} ({quoted}) VALUES ({', '.join('?' * len(names))})", tuple(row))
    for statement in _FIRST.read_text(encoding="utf-8").split("\n--\n"):
        if statement.startswith("CREATE TRIGGER"):
            target.execute(statement)
    target.execute("DELETE FROM meta WHERE key LIKE 'seal%'")
    target.execute(f"PRAGMA application_id={APPLICATION_ID}")
    target.execute("PRAGMA user_version=1")
    source.close()
    target.close()
    return folder / "old.wcase"


def _told(store: Store) -> Any:
    ids = [t.id for t in store.transfers()]
    return (
        list(store.transfers()), store.citations_many(ids), store.exhibits(), store.rows("note"),
        store.transaction("ethereum", "t4"), list(store.exhibit_bytes(1)), store.counts(), [(e.label, e.at, e.state, e.parent) for e in store.undo_entries()],
    )  # fmt: skip


def test_a_case_of_version_1_opens_with_all_it_holds(tmp_path: Path) -> None:
    path = _made_by_version_1(tmp_path)
    before = path.read_bytes()
    with open_case(tmp_path / "new.wcase") as new, open_case(path, actor="E", clock=clock, entropy=Counter()) as old:
        assert _told(old) == _told(new)
        assert old.info().schema == schema.VERSION
        assert [entry.kind for entry in old.custody()][-1] == "case.upgrade"
        assert [check for check in verify_case(old) if not check.ok] == []
        assert old.columns().id.tolist() == new.columns().id.tolist()
        assert bring(old, tmp_path, "c.csv", [event(1), transfer(2, kind="nft", contract="c/1", decimals=0)]).accepted
        assert [check for check in verify_case(old) if not check.ok] == []
    assert path.with_name("old.wcase.v1").read_bytes() == before
    with open_case(path) as again:  # and not upgraded twice
        assert [entry.kind for entry in again.custody()].count("case.upgrade") == 1


def test_an_encrypted_case_is_upgraded_too(tmp_path: Path) -> None:
    path = _made_by_version_1(tmp_path, "a passphrase")
    with open_case(path, passphrase="a passphrase") as old:
        assert old.counts().transfers == 20
        assert [check for check in verify_case(old) if not check.ok] == []
    assert b"CREATE TABLE" not in path.read_bytes()
    assert b"CREATE TABLE" not in path.with_name("old.wcase.v1").read_bytes()


def test_the_log_of_an_older_case_is_sealed_from_its_upgrade_on(tmp_path: Path) -> None:
    with open_case(_made_by_version_1(tmp_path), actor="E") as old:
        key = old.first_seal_key()
        assert key is not None
        old.log("view", {}, actor="E")
        assert old.seal_problems(key) == []
        assert old.seal_problems("0" * 64) != []


def test_claims_get_the_place_where_their_import_names_the_transaction(tmp_path: Path) -> None:
    path = _made_by_version_1(tmp_path)
    with open_case(path) as old, old.database.read() as conn:
        rows = conn.exec_driver_sql('SELECT import_id, stream, row, "offset", length FROM tx_claim ORDER BY id').all()
    assert [tuple(row) for row in rows] == [(2, 0, 4, place(4).offset, place(4).length)]


def test_a_failed_upgrade_leaves_the_old_file(tmp_path: Path) -> None:
    path = _made_by_version_1(tmp_path)
    raw = connect(path, None)
    raw.execute("PRAGMA foreign_keys=OFF")
    for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("DELETE FROM address")
    raw.close()
    before = path.read_bytes()
    with pytest.raises(WorkstationError) as caught:
        open_case(path)
    assert caught.value.code == "WS-CASE-018"
    assert path.read_bytes() == before
    assert sorted(p.name for p in tmp_path.glob("old.wcase*")) == ["old.wcase"]


def test_an_import_that_an_older_program_began_is_removed(tmp_path: Path) -> None:
    path = _made_by_version_1(tmp_path)
    raw = connect(path, None)
    marks = {
        name: raw.execute(f"SELECT coalesce(max(id), 0) FROM {name}").fetchone()[0]
        for name in ("transfer_citation", "tx_citation", "source_tag_citation", "tx_claim", "transfer", "source_tag",
                     "quarantine", "tx", "address", "asset")
    }  # fmt: skip
    raw.execute(
        "INSERT INTO import_run VALUES (9, 1, '', 'r', '1', '{}', 'loading', '', '', '', '', ?, '[]', 0, 0, 0, 0, 0)",
        (json.dumps(marks),),
    )
    raw.execute("INSERT INTO address VALUES (9000, 9, 1, 'half')")
    raw.close()
    with open_case(path) as store:
        assert store.addresses_matching("half") == []
        assert [check for check in verify_case(store) if not check.ok] == []


def test_the_upgrade_gives_every_table_of_a_new_file(tmp_path: Path) -> None:
    path = _made_by_version_1(tmp_path)
    with open_case(path) as store, store.database.read() as conn:
        assert schema.fingerprint(conn) == schema.expected_fingerprint()
        names = set(conn.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'table'").scalars())
    assert names == set(METADATA.tables)


def test_a_request_of_version_5_keeps_what_it_said(tmp_path: Path) -> None:
    """The columns of days are new; what was written down before stays, and the case still verifies."""
    said = {"number": 1, "service": "Exchange A", "status": "sent", "sent": "2026-03-22", "fields": "{}"}
    with new_case(tmp_path, "old.wcase") as store:
        store.apply(ChangeSet("New request", (Edit("request", "request-2", None, said),)), actor="E", record=True)
    raw = connect(tmp_path / "old.wcase", None)
    columns = "key number service profile language status fields sent acknowledged frozen expiry reply note author at"
    kinds = ", ".join(
        f"{name} {'INTEGER' if name == 'number' else 'TEXT'}" + (" NOT NULL" if name == "key" else "")
        for name in columns.split()
    )
    raw.execute("ALTER TABLE request RENAME TO newer")
    raw.execute(f"CREATE TABLE request ({kinds}, PRIMARY KEY (key)) STRICT")
    raw.execute(f"INSERT INTO request SELECT {', '.join(columns.split())} FROM newer")
    raw.execute("DROP TABLE newer")
    raw.execute("PRAGMA user_version=5")
    raw.close()
    with open_case(tmp_path / "old.wcase", actor="E", clock=clock, entropy=Counter()) as store:
        row = store.rows("request")["request-2"]
        assert {name: row[name] for name in said} == said
        assert row["frozen_on"] is None
        assert [check for check in verify_case(store) if not check.ok] == []

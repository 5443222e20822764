"""The custody log shows every change of what it holds, and evidence cannot be rewritten by our own program."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.casefile.casefile_tools import bad, bring, new_case, transfer
from workstation.casefile import custody
from workstation.casefile.database import SQLITE, connect
from workstation.casefile.store import Store, open_case
from workstation.casefile.tables import triggers
from workstation.casefile.verify import verify_case
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.errors import WorkstationError


def _filled(folder: Path) -> Path:
    with new_case(folder) as store:
        bring(store, folder, "a.csv", [transfer(1), bad(2)])
        for number in range(5):
            edit = Edit("note", f"n{number}", None, {"body": f"text {number}"})
            store.apply(ChangeSet("Add note", (edit,)), actor="E")
        store.log("view", {"what": "graph", "amount": 1 << 200}, actor="E")
        return store.path


def _failed(store: Store) -> list[str]:
    return [check.name for check in verify_case(store) if not check.ok]


def test_entries_chain_up_and_bodies_are_committed(tmp_path: Path) -> None:
    with open_case(_filled(tmp_path)) as store:
        entries = list(store.custody())
        case = store.info().case_id
        assert entries[0].previous == custody.GENESIS
        for before, after in itertools.pairwise(entries):
            assert after.previous == before.digest
        for entry in entries:
            assert custody.digest(custody.entry_header(case, entry)) == entry.digest
            assert custody.commit(entry.body, entry.salt) == entry.commitment
        assert entries[-1].body["amount"] == str(1 << 200)
        assert store.head() == (len(entries), entries[-1].digest)
        assert _failed(store) == []


def test_an_impossible_body_writes_nothing(tmp_path: Path) -> None:
    with open_case(_filled(tmp_path)) as store:
        head = store.head()
        with pytest.raises(WorkstationError):
            store.log("view", {"x": float("nan")}, actor="E")
        assert store.head() == head


TAMPERING = {
    "edit a body": ("UPDATE custody SET body = replace(body, 'text 1', 'text 9')", {"custody bodies"}),
    "delete": ("DELETE FROM custody WHERE seq = 4", {"custody chain"}),
    "swap": ("UPDATE custody SET seq = CASE seq WHEN 4 THEN -5 ELSE -4 END WHERE seq IN (4, 5);"
             "UPDATE custody SET seq = -seq WHERE seq < 0", {"custody chain"}),
    "actor": ("UPDATE custody SET actor = 'other' WHERE seq = 3", {"custody chain"}),
    "cut the first": ("DELETE FROM custody WHERE seq = 1", {"custody chain"}),
    "exhibit digest": ("UPDATE exhibit SET sha256 = replace(sha256, 'a', 'b')", {"exhibits", "exhibit log"}),
    "exhibit piece": ("UPDATE exhibit_chunk SET data = x'00'", {"exhibits"}),
    "transfer gone": ("DELETE FROM transfer", {"exhibit log", "segments"}),
    "note": ("UPDATE note SET body = 'other' WHERE key = 'n2'", {"work product"}),
    "note added": ("INSERT INTO note(key, body) VALUES ('extra', 'x')", {"work product"}),
    "cut the tail": ("DELETE FROM custody WHERE seq > 6", {"work product"}),
    "amount": ("UPDATE transfer SET lo = lo + 1", {"segments"}),
    "place": ("UPDATE transfer SET offset = 100000", {"citations"}),
    "address": ("DELETE FROM address", {"references"}),
}  # fmt: skip


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_from_outside_is_found(tmp_path: Path, name: str) -> None:
    path = _filled(tmp_path)
    statements, expected = TAMPERING[name]
    raw = connect(path, None)
    made = [row[0] for row in raw.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY rowid")]
    names = [row[0] for row in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")]
    raw.execute("PRAGMA foreign_keys=OFF")
    for trigger in names:  # an attacker removes them and puts them back
        raw.execute(f"DROP TRIGGER {trigger}")
    for statement in statements.split(";"):
        raw.execute(statement)
    for statement in made:
        raw.execute(statement)
    raw.close()
    with open_case(path) as store:
        assert expected <= set(_failed(store))


REWRITES = (
    "UPDATE custody SET actor = 'x'",
    "DELETE FROM custody",
    "INSERT OR REPLACE INTO custody SELECT seq, time, 'x', kind, body, salt, commitment, previous, digest, seal FROM custody",
    "UPDATE transfer SET lo = 1",
    "DELETE FROM transfer",
    "INSERT OR REPLACE INTO transfer SELECT * FROM transfer",
    "INSERT OR REPLACE INTO address SELECT id, import_id, chain_id, 'x' FROM address",
    "UPDATE exhibit SET name = 'x'",
    "DELETE FROM exhibit_chunk",
    "INSERT OR REPLACE INTO exhibit_chunk SELECT exhibit_id, seq, 1, sha256, data FROM exhibit_chunk",
    "DELETE FROM quarantine",
    "UPDATE import_run SET n_read = 9, n_accepted = 9",
    "UPDATE import_run SET state = 'loading'",
    "DELETE FROM import_run",
    "DELETE FROM import_stream",
)


@pytest.mark.parametrize("statement", REWRITES)
def test_evidence_is_append_only(tmp_path: Path, statement: str) -> None:
    with open_case(_filled(tmp_path)) as store:
        with pytest.raises(WorkstationError, match="append-only"), store.database.write() as conn:
            conn.exec_driver_sql(statement)
        assert _failed(store) == []


def test_every_evidence_table_has_its_triggers() -> None:
    assert len(triggers()) == len(set(triggers())) > 25


def test_flipped_bytes_are_never_silent(tmp_path: Path) -> None:
    path = _filled(tmp_path)
    whole = path.read_bytes()
    with open_case(path) as store:
        before = (list(store.custody()), list(store.transfers()), store.rows("note"), list(store.exhibit_bytes(1)))
    whole = path.read_bytes()
    found = 0
    for number in range(40):
        at = 100 + number * (len(whole) - 200) // 40
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x10]) + whole[at + 1 :])
        try:
            with open_case(path) as store:
                if _failed(store):
                    found += 1
                    continue
                after = (
                    list(store.custody()), list(store.transfers()), store.rows("note"), list(store.exhibit_bytes(1))
                )  # fmt: skip
                assert after == before, f"byte {at} changed the case and no check saw it"
        except WorkstationError:
            found += 1
    assert found > 0
    assert SQLITE.sqlite_version_info >= (3, 51, 3)

"""The case file as a file: round trips, refusals, encryption, search."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.casefile.casefile_tools import bad, bring, clock, keep, load, new_case, transaction, transfer
from workstation.casefile import files, intake, schema
from workstation.casefile.database import SQLITE, connect
from workstation.casefile.store import create, open_case
from workstation.casefile.verify import verify_case
from workstation.domain import subjects
from workstation.domain.amounts import MAX_AMOUNT
from workstation.domain.changes import ChangeSet, Edit
from workstation.domain.errors import WorkstationError
from workstation.domain.records import TagRecord

CANARY = "Zq7canaryZq7"
EDGES = (0, 1, (1 << 53) + 1, (1 << 63) - 1, 1 << 63, (1 << 126) - 1, 1 << 126, MAX_AMOUNT)


def _note(key: str, text: str) -> ChangeSet:
    return ChangeSet("Add note", (Edit("note", key, None, {"subject": "address:bitcoin:x", "body": text}),))


def test_amounts_and_gaps_come_back_exactly(tmp_path: Path) -> None:
    records = [transfer(i, index=i, amount=a) for i, a in enumerate(EDGES)]
    records.append(transfer(20, index=20, amount=None, absent="unreadable", sender=None))
    with new_case(tmp_path) as store:
        result = bring(store, tmp_path, "a.csv", records)
        assert (result.outcome, result.accepted) == ("accepted", len(records))
    with open_case(tmp_path / "a.wcase") as store:
        found = list(store.transfers())
        assert [t.amount for t in found] == [*EDGES, None]
        assert (found[-1].absent, found[-1].sender) == ("unreadable", None)
        arrays = store.columns()
        assert [arrays.amount(i) for i in range(len(arrays.id))] == [*EDGES, None]
        assert arrays.addresses[arrays.from_id[0]] == ("ethereum", "0x" + "11" * 20)
        assert all(c.ok for c in verify_case(store))


def test_total_order_is_the_same_in_rows_and_arrays(tmp_path: Path) -> None:
    records = [
        transfer(1, tx="t1", time=None, block=None),
        transfer(2, tx="t2", time=50, block=7, kind="fee", receiver=None),
        transfer(3, tx="t2", time=50, block=7, kind="native"),
        transfer(4, tx="t3", time=50, block=7, position=1),
        transfer(5, tx="t4", time=50, block=6, index=2),
        transfer(6, tx="t4", time=50, block=6, index=1),
        transfer(7, tx="", time=49, block=None, sequence=2, kind="stated"),
        transfer(8, tx="", time=49, block=None, sequence=1, kind="stated"),
    ]
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", records)
        found = [t.id for t in store.transfers()]
        assert found == [8, 7, 6, 5, 4, 3, 2, 1]
        assert store.columns().id.tolist() == found
        assert [t.id for t in store.transfers(since=50, until=50, limit=2)] == [6, 5]
        assert [t.id for t in store.transfers(ids=[3, 1])] == [3, 1]
        assert [t.id for t in store.transfers(tx="t4")] == [6, 5]


def test_exhibit_is_kept_byte_for_byte_and_cited_with_its_row_hash(tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000  # more than two pieces
    source = tmp_path / "odd.bin"
    source.write_bytes(data)
    with new_case(tmp_path) as store:
        number = intake.keep(store, source, media_type="x", received_from="desk", actor="E")
        assert b"".join(store.exhibit_bytes(number)) == data
        assert store.read_range(number, (1 << 20) - 3, 7) == data[(1 << 20) - 3 : (1 << 20) + 4]
        assert store.exhibit(number).outcome == "kept"
        with pytest.raises(intake.AlreadyInCase) as caught:
            intake.keep(store, source, media_type="x", received_from="desk", actor="E")
        assert caught.value.exhibit == number
        load(store, number, [transfer(4)])
        (cited,) = store.citations(1)
        assert (cited.locator, cited.offset, cited.length) == ("row 4", 64, 16)


def test_tags_quarantine_search_and_counts(tmp_path: Path) -> None:
    tag = TagRecord(transfer(3).place, "bitcoin", "address", "1Abc_x", "Bad 100%", "scam", "actor", "", "me", "")
    with new_case(tmp_path) as store:
        result = bring(store, tmp_path, "a.csv", [transfer(1), transaction(2, tx="0xfeed"), tag, bad(4)])
        assert (result.outcome, result.read, result.accepted, result.quarantined) == ("partial", 4, 3, 1)
        assert result.quarantine == tuple(store.quarantined(1)) != ()
        counted = store.counts()
        assert (counted.transactions, counted.transfers, counted.addresses, counted.tags) == (2, 1, 3, 1)
        assert counted.chains == ("bitcoin", "ethereum")
        assert store.addresses_matching("1aBC_") == [("bitcoin", "1Abc_x")]
        assert store.addresses_matching("%") == []
        assert store.transactions_matching("FEED") == [("ethereum", "0xfeed")]
        assert [t.label for t in store.search_tags("100%")] == ["Bad 100%"]
        (found,) = store.source_tags(subjects.address("bitcoin", "1Abc_x"))
        assert found.citation.locator == "row 3"


def test_encrypted_case_shows_no_plain_text_and_refuses_a_wrong_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "a.wcase"
    with new_case(tmp_path, passphrase="open sesame") as store:
        store.apply(_note("n", CANARY), actor="E", record=True)
        bring(store, tmp_path, CANARY, [transfer(1, sender=CANARY)])
        for file in (path, path.with_name("a.wcase-wal")):
            assert CANARY.encode() not in file.read_bytes()
    assert CANARY.encode() not in path.read_bytes()
    for phrase, code in (("wrong", "WS-CASE-010"), (None, "WS-CASE-003")):
        with pytest.raises(WorkstationError) as caught:
            open_case(path, passphrase=phrase)
        assert caught.value.code == code
    with open_case(path, passphrase="open sesame") as store:
        assert store.info().encrypted
        assert store.row("note", "n") is not None
        assert all(c.ok for c in verify_case(store))


def test_one_file_is_left_and_a_second_program_is_refused(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        code = (
            "import sys; from pathlib import Path; from workstation.casefile.store import open_case\n"
            "try: open_case(Path(sys.argv[1])); print('opened')\n"
            "except Exception as e: print(e.code)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(store.path)], capture_output=True, text=True, check=False,
            cwd=Path(schema.__file__).parents[2],
        )  # fmt: skip
        assert done.stdout.strip() == "WS-CASE-006", done.stderr
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("a.wcase")] == ["a.wcase"]
    with pytest.raises(WorkstationError, match="closed"):
        store.counts()


def test_refusals_leave_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.wcase"
    new_case(tmp_path).close()
    before = path.read_bytes()
    with pytest.raises(WorkstationError, match="exists already"):
        create(path, title="", examiner="")
    with pytest.raises(WorkstationError, match="not encrypted"):
        open_case(path, passphrase="x")
    assert path.read_bytes() == before
    (tmp_path / "text.wcase").write_text("this is no database at all, only text")
    with pytest.raises(WorkstationError):
        open_case(tmp_path / "text.wcase")
    with pytest.raises(WorkstationError, match="there is no case"):
        open_case(tmp_path / "none.wcase")


def test_a_newer_or_changed_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wcase"
    new_case(tmp_path).close()
    raw = connect(path, None)
    raw.execute(f"PRAGMA user_version={schema.VERSION + 1}")
    raw.close()
    with pytest.raises(WorkstationError) as caught:
        open_case(path)
    assert caught.value.code == "WS-CASE-016"
    raw = connect(path, None)
    raw.execute(f"PRAGMA user_version={schema.VERSION}")
    raw.execute("DROP TRIGGER custody_no_update")
    raw.close()
    with pytest.raises(WorkstationError) as caught:
        open_case(path)
    assert caught.value.code == "WS-CASE-017"


def test_an_older_case_is_upgraded_on_a_copy_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "a.wcase"
    new_case(tmp_path).close()
    before = path.read_bytes()
    newer = schema.VERSION + 1
    step = schema.Migration(newer, lambda raw: raw.execute("CREATE TABLE added(id INTEGER PRIMARY KEY) STRICT"))
    kept = schema.upgrade_if_old(path, None, version=newer, migrations=(step,))
    assert kept is not None
    assert kept.read_bytes() == before
    raw = connect(path, None)
    assert raw.execute("SELECT count(*) FROM added").fetchone() == (0,)
    assert raw.execute("PRAGMA user_version").fetchone() == (newer,)
    raw.close()


def test_a_failing_upgrade_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.wcase"
    new_case(tmp_path).close()
    before = path.read_bytes()
    newer = schema.VERSION + 1
    step = schema.Migration(newer, lambda raw: raw.execute("NOT SQL"))
    with pytest.raises(WorkstationError, match="could not be upgraded"):
        schema.upgrade_if_old(path, None, version=newer, migrations=(step,))
    assert path.read_bytes() == before
    assert not path.with_name("a.wcase.upgrade").exists()


def test_every_table_is_strict_and_every_pragma_is_set(tmp_path: Path) -> None:
    with new_case(tmp_path) as store, store.database.read() as conn:
        loose = conn.exec_driver_sql("SELECT name FROM pragma_table_list WHERE schema='main' AND strict=0").scalars()
        assert [n for n in loose if not n.startswith("sqlite_")] == []
        values = {
            name: conn.exec_driver_sql(f"PRAGMA {name}").scalar_one()
            for name in ("journal_mode", "synchronous", "temp_store", "foreign_keys", "cell_size_check",
                         "trusted_schema", "recursive_triggers", "query_only")
        }  # fmt: skip
    assert values == {
        "journal_mode": "wal", "synchronous": 2, "temp_store": 2, "foreign_keys": 1, "cell_size_check": 1,
        "trusted_schema": 0, "recursive_triggers": 1, "query_only": 1,
    }  # fmt: skip
    assert SQLITE.sqlite_version_info >= (3, 51, 3)


def test_same_clock_and_salts_give_the_same_case(tmp_path: Path) -> None:
    heads = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        with new_case(folder) as store:
            bring(store, folder, "x.csv", [transfer(1), transfer(2)])
            store.apply(_note("n", "text"), actor="E")
            heads.append((store.info().case_id, store.head()))
    assert heads[0] == heads[1]


def test_segments_are_rebuilt_from_the_rows(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        bring(store, tmp_path, "a.csv", [transfer(i, index=i, amount=MAX_AMOUNT - i) for i in range(50)])
        whole = store.columns()
        for damage in ("DELETE FROM colseg WHERE col = 'hi'", "UPDATE colseg SET data = x'00' WHERE col = 'time'"):
            with store.database.write() as conn:
                conn.exec_driver_sql(damage)
            assert [c.name for c in verify_case(store) if not c.ok] == ["segments"]
            again = store.columns()
            assert again.id.tolist() == whole.id.tolist()
            assert again.big == whole.big
            assert all(c.ok for c in verify_case(store))


def test_edits_pass_while_an_import_runs_and_reads_see_whole_states(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        exhibit = keep(store, tmp_path, "a.csv", rows=10)
        first_batch, edited = threading.Event(), threading.Event()
        seen: list[int] = []

        def records():  # type: ignore[no-untyped-def]
            for i in range(intake.BATCH_RECORDS + 5):
                yield transfer(0, index=i)
            assert edited.wait(20)

        def progress(done: int) -> None:
            first_batch.set()

        def run() -> None:
            seen.append(load(store, exhibit, records(), progress=progress).accepted)

        job = threading.Thread(target=run)
        job.start()
        # the second batch is not complete before the edit is, so the edit runs in the middle of the import
        assert first_batch.wait(20)
        store.apply(_note("n", "during"), actor="E")
        assert store.counts().transfers == 0
        assert len(store.columns().id) == 0
        edited.set()
        job.join()
        assert seen == [1]  # one source row
        assert store.counts().transfers == intake.BATCH_RECORDS + 5
        assert all(c.ok for c in verify_case(store))


def test_network_drives_are_known_by_their_file_system(tmp_path: Path) -> None:
    assert files.file_system(tmp_path) not in ("nfs", "cifs")
    assert files.file_system(Path("\\\\server\\share")) in ("cifs", files.file_system(Path()))


def test_undo_stack_needs_the_row_as_it_was(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        store.apply(_note("n", "one"), actor="E")
        head = store.head()
        with pytest.raises(WorkstationError) as caught:
            store.apply(_note("n", "two"), actor="E")
        assert caught.value.code == "WS-EDIT-001"
        with pytest.raises(WorkstationError):
            store.apply(ChangeSet("x", (Edit("note", "m", None, {"wrong": 1}),)), actor="E")
        assert store.head() == head
        assert clock() == 1_700_000_000.0


def test_a_big_batch_is_stored_exactly_and_references_are_enforced_again_after_it(tmp_path: Path) -> None:
    odd = "a'b\x00\"ü"  # the same in every row, so it could stand in the statement itself
    rows = [transfer(i, tx=f"t{i}", script=odd, symbol=odd, time_text="it's", previous_tx="'", block=1 << 60)
            for i in range(200)]  # fmt: skip
    with new_case(tmp_path) as store:
        load(store, keep(store, tmp_path, "a.csv", rows=200), rows)
        assert {(t.script, t.asset.symbol, t.previous_tx, t.block) for t in store.transfers()} == {
            (odd, odd, "'", 1 << 60)
        }
        assert [t.tx for t in store.transfers()] == [f"t{i}" for i in range(200)]
        with pytest.raises(WorkstationError, match="FOREIGN KEY"), store.database.write() as conn:
            conn.exec_driver_sql("INSERT INTO address VALUES (9999, 1, 77, 'x')")
        assert [check for check in verify_case(store) if not check.ok] == []

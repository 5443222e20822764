"""Exhibits inside exhibits, and the report of an import that can be made at any later time."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.casefile.casefile_tools import bad, event, keep, load, new_case, place, transfer
from workstation.casefile import intake
from workstation.casefile.intake import Told
from workstation.casefile.store import Store, open_case
from workstation.casefile.verify import verify_case
from workstation.domain.errors import WorkstationError
from workstation.domain.records import Remark, TagRecord


def _member(store: Store, folder: Path, parent: int, member: str) -> int:
    path = folder / "unpacked"
    path.write_bytes(b"0123456789abcde\n" * 30 + member.encode())
    return intake.keep(
        store, path, media_type="text/csv", received_from="desk", actor="E", parent=parent, member=member
    )


def test_members_know_their_container_and_their_path(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        box = keep(store, tmp_path, "box.zip")
        inside = _member(store, tmp_path, box, "2024/Deposits.csv")
        deeper = _member(store, tmp_path, inside, "Sheet 1")
        plain = intake.keep(
            store, tmp_path / "unpacked2", media_type="", received_from="", actor="E", member="drop\\a.csv"
        ) if (tmp_path / "unpacked2").write_bytes(b"x") else 0  # fmt: skip
        found = {e.number: (e.name, e.parent, e.path) for e in store.exhibits()}
        assert found == {
            box: ("box.zip", None, ""), inside: ("Deposits.csv", box, "2024/Deposits.csv"),
            deeper: ("Sheet 1", inside, "Sheet 1"), plain: ("a.csv", None, "drop\\a.csv"),
        }  # fmt: skip
        body = [entry.body for entry in store.custody() if entry.kind == "exhibit.keep"][1]
        assert (body["parent"], body["path"]) == (box, "2024/Deposits.csv")
        with pytest.raises(WorkstationError) as caught:
            _member(store, tmp_path, 99, "x")
        assert caught.value.code == "WS-CASE-020"
        assert len(store.exhibits()) == 4
        assert [check for check in verify_case(store) if not check.ok] == []


def test_a_report_can_be_made_long_after_the_import(tmp_path: Path) -> None:
    records = [
        transfer(1), event(2), bad(3), Remark("assumption", "The zone is UTC"), Remark("warning", "A column is empty"),
        TagRecord(place(4), "tron", "address", "T1", "label", "", "", "", "list", ""),
    ]  # fmt: skip
    with new_case(tmp_path) as store:
        number = keep(store, tmp_path, "a.csv")
        result = load(
            store, number, records, why="the header is that of Exchange 2024",
            told=lambda: Told(9, (("cancelled order", 4), ("repeated header", 1))),
        )  # fmt: skip
        assert (result.why, result.rows) == ("the header is that of Exchange 2024", 9)
        assert result.skipped == (("cancelled order", 4), ("repeated header", 1))
        path = store.path
    with open_case(path) as store:
        report = store.import_report(number)
        assert (report.reader, report.version, report.at) == ("test", "1", "2023-11-14T22:13:20Z")
        assert (report.outcome, report.rows, report.read, report.accepted) == ("partial", 9, 4, 3)
        assert (report.quarantined, report.duplicates) == (1, 0)
        assert (report.transfers, report.events, report.tags, report.mentions, report.prices) == (1, 1, 1, 0, 0)
        assert report.skipped == (("cancelled order", 4), ("repeated header", 1))
        assert report.why == "the header is that of Exchange 2024"
        assert (report.assumptions, report.warnings) == (("The zone is UTC",), ("A column is empty",))
        assert [row.locator for row in report.quarantine] == ["row 3"]
        intake.retract(store, number, "wrong person", "E")
        assert (store.import_report(number).outcome, store.import_report(number).reason) == (
            "retracted", "wrong person",
        )  # fmt: skip
        assert [check for check in verify_case(store) if not check.ok] == []


def test_the_report_of_a_container_sums_its_members(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        box = keep(store, tmp_path, "box.zip")
        assert (store.import_report(box).outcome, store.import_report(box).at) == ("kept", "")
        first, second, third = (_member(store, tmp_path, box, f"{n}.csv") for n in "abc")
        load(store, first, [transfer(1), event(2)], told=lambda: Told(5, (("total", 1),)))
        load(store, second, [transfer(1), bad(2)], told=lambda: Told(3, (("total", 2), ("empty", 1))))
        assert store.import_report(box).outcome == "partial"
        intake.reject(store, third, reader_id="", reader_version="", code="X", message="no reader", actor="E", why="-")
        report = store.import_report(box)
        assert [m.exhibit.name for m in report.members] == ["a.csv", "b.csv", "c.csv"]
        assert [m.outcome for m in report.members] == ["accepted", "partial", "rejected"]
        assert (report.outcome, report.rows, report.read, report.accepted) == ("partial", 8, 4, 2)
        assert (report.duplicates, report.quarantined, report.transfers, report.events) == (1, 1, 1, 1)
        assert report.skipped == (("total", 3), ("empty", 1))
        assert report.members[2].message == "no reader"


def test_retracting_a_container_retracts_what_is_in_it(tmp_path: Path) -> None:
    with new_case(tmp_path) as store:
        box = keep(store, tmp_path, "box.zip")
        inside = _member(store, tmp_path, box, "book.xlsx")
        load(store, _member(store, tmp_path, inside, "sheet"), [transfer(1), event(2)])
        other = keep(store, tmp_path, "other.csv")
        load(store, other, [transfer(5, amount=9)])
        intake.retract(store, box, "not ours", "E")
        assert [e.outcome for e in store.exhibits()] == ["kept", "kept", "retracted", "accepted"]
        assert [t.amount for t in store.transfers()] == [9]
        assert store.events() == []
        with pytest.raises(WorkstationError) as caught:
            intake.retract(store, box, "again", "E")
        assert caught.value.code == "WS-IMP-017"

"""Importing containers: members are exhibits of their own, hostile ones take nothing else down, questions come first."""

from __future__ import annotations

import gzip
import threading
import time
from pathlib import Path

import pytest

from tests.plugin_host.container_tools import TABLE, sheet_of, workbook, zipped
from workstation.app import intake
from workstation.app.reading import progress_text
from workstation.app.session import Session
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import containers
from workstation.plugin_host.limits import Limits

HEAD = "time,from,to,asset,amount,chain\n"
PROSE = b"# Read me\n\nThis was sent by the exchange.\nIt was unpacked on Monday.\n"
PROFILE = """
[[layout]]
id = "mine.deposits"
title = "Deposits of my exchange"
gives = "events"
service = "Mine"
known = "a test"
sheet = "{sheet}"
ask = ["zone"]
[layout.header]
must = ["when", "coin of mine", "how much"]
[layout.columns]
time = "when"
asset = "coin of mine"
amount = "how much"
[layout.constants]
kind = "deposit"
[layout.read]
time = ["iso"]
zone = "ask"
"""
MINE = b"when,coin of mine,how much\n2024-03-08 13:15:42,BTC,0.5\n2024-03-09 13:15:42,BTC,1.5\n"


def rows(count: int, start: int = 0) -> bytes:
    lines = [f"{1_700_000_000 + n},a{n % 7},b{n % 5},EUR,{n}.25,stated" for n in range(start, start + count)]
    return (HEAD + "\n".join(lines) + "\n").encode()


def one(session: Session, path: Path, data: bytes, **options: object):
    path.write_bytes(data)
    return intake.import_files(session, [path], intake.Options(**options))[0]  # type: ignore[arg-type]


def test_members_of_every_kind_are_exhibits_with_their_place(empty: Session, tmp_path: Path) -> None:
    inner = zipped({"deep/er.csv": rows(3, 300)})
    book = workbook([("Deposits", sheet_of(rows(2, 400))), ("Hid", sheet_of(rows(2, 500)))], states=("", "hidden"))
    data = zipped(
        {
            "READ ME.txt": PROSE,
            "a.csv": rows(4),
            "b.csv.gz": gzip.compress(rows(5, 100)),
            "in.zip": inner,
            "Book.xlsx": book,
        }
    )
    result = one(empty, tmp_path / "answer.zip", data)
    assert (result.outcome, result.accepted, result.read) == ("accepted", 16, 16)
    assert [m.outcome for m in result.members] == ["rejected", "accepted", "accepted", "accepted", "accepted"]
    assert "running text" in result.members[0].message
    assert result.members[4].members[0].path.endswith("answer.zip › Book.xlsx › Deposits.csv")
    assert any("hidden" in text for text in result.members[4].members[1].warnings)
    kept = {e.number: e for e in empty.store.exhibits()}
    places = {e.path: (e.name, kept[e.parent].name if e.parent else "") for e in kept.values()}
    assert places == {
        "": ("answer.zip", ""), "a.csv": ("a.csv", "answer.zip"), "b.csv.gz": ("b.csv.gz", "answer.zip"),
        "b.csv": ("b.csv", "b.csv.gz"), "in.zip": ("in.zip", "answer.zip"), "deep/er.csv": ("er.csv", "in.zip"),
        "Book.xlsx": ("Book.xlsx", "answer.zip"), "Deposits.csv": ("Deposits.csv", "Book.xlsx"),
        "Hid.csv": ("Hid.csv", "Book.xlsx"),
    }  # fmt: skip
    assert empty.store.counts().transfers == 16
    first = next(iter(empty.store.exhibits()))
    assert b"".join(empty.store.exhibit_bytes(first.number)) == data


def test_the_same_container_again_adds_nothing(empty: Session, tmp_path: Path) -> None:
    data = zipped({"a.csv": rows(4), "b.csv": rows(4, 50)})
    one(empty, tmp_path / "x.zip", data)
    before = len(empty.store.exhibits())
    again = one(empty, tmp_path / "y.zip", data)
    assert {m.code for m in again.members} == {"WS-IMP-010"}
    assert len(empty.store.exhibits()) == before
    assert empty.store.counts().transfers == 8


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (zipped({"notes.txt": PROSE}), "running text"),
        (zipped({"a.txt": PROSE, "b.txt": b"<html><body>x"}), "none of the 2 files"),
        (gzip.compress(b"%PDF-1.7", mtime=0), "PDF"),
        (zipped({"../evil.csv": TABLE}), "nothing to read"),
        (zipped({"a.csv": TABLE})[:-30], "cut or damaged"),
        (zipped({"in.zip": zipped({"x.txt": PROSE})}), "running text"),
    ],
)
def test_a_container_without_data_is_refused_and_not_kept(
    empty: Session, tmp_path: Path, data: bytes, word: str
) -> None:
    result = one(empty, tmp_path / "x.zip", data)
    assert (result.outcome, result.exhibit) == ("rejected", None)
    assert word in result.message
    assert empty.store.exhibits() == []


def test_archives_in_archives_end_somewhere(empty: Session, tmp_path: Path) -> None:
    data = rows(3)
    for depth in range(6):
        data = zipped({f"{depth}.zip": data} if depth else {"a.csv": data})
    result = one(empty, tmp_path / "deep.zip", data)
    assert (result.outcome, result.code) == ("rejected", "WS-RDR-133")
    assert empty.store.exhibits() == []


def test_all_containers_of_one_file_share_one_budget(empty: Session, tmp_path: Path) -> None:
    inner = [zipped({f"{n}.csv": rows(2000, n * 3000)}) for n in range(8)]
    data = zipped({f"{n}.zip": part for n, part in enumerate(inner)})
    result = one(empty, tmp_path / "x.zip", data, limits=Limits(bytes=400_000))
    assert {m.code for m in result.members if m.outcome == "rejected"} == {"WS-RDR-030"}
    assert 0 < sum(m.outcome == "accepted" for m in result.members) < 8
    assert result.outcome == "partial"


def test_a_worker_that_dies_takes_one_file_down(
    empty: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openers = {**containers._OPENERS, "gzip": ("tests.plugin_host.container_tools", "die")}
    monkeypatch.setattr(containers, "_OPENERS", openers)
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "1.csv").write_bytes(rows(3))
    (folder / "2.csv.gz").write_bytes(gzip.compress(rows(3, 10)))
    (folder / "3.zip").write_bytes(zipped({"dies.gz": gzip.compress(rows(3, 20)), "lives.csv": rows(3, 30)}))
    results = intake.import_files(empty, [folder])
    assert [r.outcome for r in results] == ["accepted", "rejected", "partial"]
    assert results[1].code == "WS-RDR-040"
    assert empty.store.counts().transfers == 6


def test_an_open_question_is_asked_and_nothing_is_kept(empty: Session, tmp_path: Path) -> None:
    profile = PROFILE.replace("{sheet}", "")
    first = one(empty, tmp_path / "x.csv", MINE, profile=profile)
    assert (first.outcome, first.code) == ("rejected", "WS-IMP-040")
    assert "time zone" in first.message
    assert "--zone Europe/Rome" in first.message
    assert empty.store.exhibits() == []
    again = one(empty, tmp_path / "x.csv", MINE, profile=profile, zone="Europe/Rome")
    assert (again.outcome, again.accepted, again.reader) == ("accepted", 2, "table.mapped")
    assert [e.time for e in empty.store.events()] == [1709900142, 1709986542]


def test_a_question_of_one_member_leaves_the_others(empty: Session, tmp_path: Path) -> None:
    home = tmp_path / "layouts"
    home.mkdir()
    (home / "mine.toml").write_text(PROFILE.replace("{sheet}", ""), "utf-8")
    from workstation.plugin_host.discovery import discover

    empty.plugins = [*empty.plugins, *discover([], [home])]
    data = zipped({"mine.csv": MINE, "ledger.csv": rows(3)})
    first = one(empty, tmp_path / "x.zip", data)
    assert [m.code for m in first.members] == ["WS-IMP-040", ""]
    assert (first.outcome, first.accepted) == ("partial", 3)
    again = one(empty, tmp_path / "x.zip", data, zone="UTC")
    assert [m.code for m in again.members] == ["", "WS-IMP-010"]
    assert [e.parent for e in empty.store.exhibits()] == [None, 1, 1]


def test_a_profile_serves_the_sheets_it_names(empty: Session, tmp_path: Path) -> None:
    book = workbook([("Deposits", sheet_of(MINE)), ("Other", sheet_of(rows(2)))])
    result = one(empty, tmp_path / "Book.xlsx", book, profile=PROFILE.replace("{sheet}", "deposits"), zone="UTC")
    assert [m.reader for m in result.members] == ["table.mapped", "ledger.csv"]
    assert (result.outcome, result.accepted) == ("accepted", 4)


def test_a_folder_keeps_the_places_of_its_files(empty: Session, tmp_path: Path) -> None:
    (tmp_path / "in" / "b").mkdir(parents=True)
    (tmp_path / "in" / "a.csv").write_bytes(rows(2))
    (tmp_path / "in" / "b" / "a.csv").write_bytes(rows(2, 10))
    intake.import_files(empty, [tmp_path / "in"])
    assert [(e.name, e.path) for e in empty.store.exhibits()] == [("a.csv", "a.csv"), ("a.csv", "b/a.csv")]


def test_cancel_inside_a_container_is_quick_and_leaves_nothing_half_loaded(empty: Session, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(zipped({f"{n}.csv": rows(20_000, n * 20_000) for n in range(4)}))
    asked: list[float] = []
    job = intake.start(empty, [path], intake.Options())

    def stop() -> None:
        asked.append(time.monotonic())
        job.cancel()

    timer = threading.Timer(1.0, stop)
    timer.start()
    with pytest.raises(WorkstationError) as stopped:
        empty.wait(job)
    timer.join()
    assert stopped.value.exit_code == 5
    assert time.monotonic() - asked[0] < 0.5
    loaded = [e for e in empty.store.exhibits() if e.outcome in ("accepted", "partial")]
    assert empty.store.counts().transfers == sum(e.accepted for e in loaded) < 80_000


def test_remaining_time_is_only_told_when_it_can_be_known() -> None:
    assert progress_text(0, 0, 0, 0.1) == "0 rows"
    assert progress_text(5000, 1, 1000, 1.0) == "5,000 rows, 5,000 a second"
    assert progress_text(5000, 10, 1000, 10.0) == "5,000 rows, 500 a second"
    assert progress_text(5000, 250, 1000, 10.0) == "5,000 rows, 500 a second, about 30 s left"
    assert progress_text(5000, 50, 1000, 100.0) == "5,000 rows, 50 a second, about 31 min left"
    assert progress_text(5000, 1000, 1000, 100.0) == "5,000 rows, 50 a second, nearly done"

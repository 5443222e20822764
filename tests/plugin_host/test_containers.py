"""Containers: honest ones come out byte for byte, hostile ones are refused one by one and leave nothing behind."""

from __future__ import annotations

import bz2
import gzip
import io
import stat
import threading
import time
import zipfile
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plugin_host.container_tools import (
    TABLE,
    archive_of,
    entry,
    lying,
    overlapping,
    sheet_of,
    text_cell,
    workbook,
    zipped,
)
from workstation.domain.errors import WorkstationError
from workstation.plugin_host import containers
from workstation.plugin_host.limits import DEFAULT_LIMITS, Limits
from workstation.plugin_host.workbook import number_text


@pytest.fixture
def unpack(tmp_path):
    """Unpacks bytes and gives the result; after an error it checks that no member was left."""
    folder = tmp_path / "out"
    folder.mkdir(mode=0o700)

    def run(data: bytes, name: str = "file.zip", limits: Limits = DEFAULT_LIMITS, **more):
        path = tmp_path / name
        path.write_bytes(data)
        try:
            return containers.unpack(path, folder, limits=limits, **more)
        except WorkstationError:
            assert list(folder.iterdir()) == []
            raise

    return run


def outcome(work):
    """What came out, or None, with the exit code."""
    try:
        return work(), 0
    except WorkstationError as problem:
        return None, problem.exit_code


def contents(unpacked: containers.Unpacked) -> dict[str, bytes]:
    return {member.name: member.path.read_bytes() for member in unpacked.members}


@pytest.mark.parametrize(
    ("head", "name", "kind"),
    [
        (b"\x1f\x8b\x08\0", "x.csv", "gzip"),
        (b"BZh91AY&SY", "x", "bzip2"),
        (b"BZh, a list", "x", ""),
        (b"PK\x03\x04....", "x.csv", "zip"),
        (b"PK\x03\x04....", "x.XLSX", "xlsx"),
        (b"PK\x03\x04..[Content_Types].xml..xl/workbook.xml", "x.bin", "xlsx"),
        (b"PK\x05\x06", "x", "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "x.doc", "xls"),
        (b"time,from,to", "x.zip", ""),
        (b"", "x", ""),
    ],
)
def test_containers_are_known_by_their_bytes(head, name, kind):
    assert containers.kind(head, name) == kind


def test_honest_archives_come_out_byte_for_byte(unpack):
    files = {"a.csv": TABLE, "folder/b.json": b"[1]", "empty.txt": b"", "ünï.csv": b"x" * 3_000_000}
    found = unpack(zipped(files))
    assert (found.kind, contents(found), found.skipped, found.remarks) == ("zip", files, (), ())
    assert all(stat.S_IMODE(member.path.stat().st_mode) == 0o600 for member in found.members)


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "rows.csv.gz"), (bz2.compress, "rows.csv.bz2")])
def test_single_files_come_out_whole(unpack, pack, name):
    data = TABLE * 50_000
    found = unpack(pack(data), name)
    assert contents(found) == {"rows.csv": data}
    assert found.members[0].remarks == ()


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "rows.csv.gz"), (bz2.compress, "rows.csv.bz2")])
def test_joined_streams_and_bytes_behind_the_end_are_told(unpack, pack, name):
    found = unpack(pack(TABLE) + pack(b"more\n") + b"hidden", name)
    assert contents(found) == {"rows.csv": TABLE + b"more\n"}
    told = " ".join(found.members[0].remarks)
    assert "2 " in told
    assert "6 bytes behind" in told


@pytest.mark.parametrize(("pack", "name"), [(gzip.compress, "rows.csv.gz"), (bz2.compress, "rows.csv.bz2")])
def test_a_cut_stream_gives_what_is_there_and_says_so(unpack, pack, name):
    data = bytes(range(256)) * 20_000
    found = unpack(pack(data)[:-5], name)
    assert data.startswith(found.members[0].path.read_bytes())
    assert "cut" in found.members[0].remarks[0]


@pytest.mark.parametrize("at", [12, 3000, -6])
def test_a_damaged_stream_is_refused(unpack, at):
    import random

    raw = bytearray(gzip.compress(random.Random(1).randbytes(9000)))
    raw[at] ^= 0xFF
    with pytest.raises(WorkstationError) as raised:
        unpack(bytes(raw), "x.gz")
    assert raised.value.exit_code == 2


NAMES = {
    "../up.csv": "..", "a/../../up.csv": "..", "..\\up.csv": "..", "/etc/passwd": "absolute", "\\\\host\\x": "absolute",
    "C:\\x.csv": "drive", "c:x.csv": "drive", "a/b:stream": "colon", "NUL": "device", "aux.csv": "device",
    "x/COM1.txt": "device", "lpt9 .csv": "device", "a\nb.csv": "control", "__MACOSX/._a.csv": "operating system",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_names_that_lead_elsewhere_are_left_out(unpack, name, tmp_path):
    before = sorted(p.name for p in tmp_path.parent.iterdir())
    found = unpack(archive_of([entry(name, b"evil"), entry("good.csv", TABLE)]))
    assert contents(found) == {"good.csv": TABLE}
    ((_, reason),) = found.skipped
    assert NAMES[name] in reason
    assert sorted(p.name for p in tmp_path.parent.iterdir()) == before


@pytest.mark.parametrize(
    ("mode", "word"), [(stat.S_IFLNK, "link"), (stat.S_IFIFO, "ordinary"), (stat.S_IFCHR, "ordinary")]
)
def test_links_and_devices_are_left_out(unpack, mode, word):
    found = unpack(archive_of([entry("evil.csv", b"/etc/passwd", mode=mode | 0o644), entry("good.csv", TABLE)]))
    assert contents(found) == {"good.csv": TABLE}
    assert word in found.skipped[0][1]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["a.csv", "A.CSV"])
def test_the_second_of_two_files_of_one_name_is_left_out(unpack, second):
    found = unpack(archive_of([entry("a.csv", TABLE), entry(second, b"other")]))
    assert contents(found) == {"a.csv": TABLE}
    assert "second file" in found.skipped[0][1]


def test_encrypted_entries_are_left_out(unpack):
    raw = bytearray(zipped({"secret.csv": TABLE, "open.csv": TABLE}))
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.find(sign) + at] |= 1
    found = unpack(bytes(raw))
    assert list(contents(found)) == ["open.csv"]
    assert "encrypted" in found.skipped[0][1]


@pytest.mark.parametrize("stated", [10, 100_000])
def test_sizes_that_lie_drop_the_file(unpack, stated):
    found = unpack(lying("a.csv", b"0123456789" * 50, stated))
    assert found.members == ()
    assert "directory of the archive states" in found.skipped[0][1]


def test_a_directory_that_lies_small_about_a_bomb_gives_only_what_it_states(unpack):
    found = unpack(lying("a.csv", bytes(300 << 20), 5000))
    assert sum(len(data) for data in contents(found).values()) <= 5000


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (zipped({"bomb": bytes(200 << 20)}), "flat.zip"),
        (overlapping(500, bytes(1 << 20)), "overlap.zip"),
        (gzip.compress(bytes(300 << 20)), "bomb.gz"),
        (bz2.compress(bytes(300 << 20)), "bomb.bz2"),
    ],
)
def test_bombs_are_stopped_by_a_limit(unpack, data, name):
    with pytest.raises(WorkstationError) as raised:
        unpack(data, name)
    assert (raised.value.exit_code, raised.value.code) == (3, "WS-RDR-030")


def test_the_total_is_limited_before_anything_is_inflated(unpack):
    with pytest.raises(WorkstationError, match="more than 1,000,000 bytes"):
        unpack(zipped({f"{n}.csv": TABLE * 2000 for n in range(20)}), limits=Limits(bytes=1_000_000))


def test_files_beyond_the_most_are_left_out_and_told(unpack):
    found = unpack(zipped({f"{n}.csv": TABLE for n in range(12)}), limits=Limits(members=10))
    assert len(found.members) == 10
    assert [name for name, _ in found.skipped] == ["10.csv", "11.csv"]


@pytest.mark.parametrize("keep", [4, 30, 200, -22, -1])
def test_a_cut_archive_is_refused(unpack, keep):
    with pytest.raises(WorkstationError, match="cut or damaged") as raised:
        unpack(zipped({f"{n}.csv": TABLE for n in range(5)})[:keep])
    assert raised.value.exit_code == 2


def test_an_empty_archive_is_refused(unpack):
    with pytest.raises(WorkstationError, match="empty"):
        unpack(zipped({}))


def test_what_stands_around_an_archive_is_told(unpack):
    out = io.BytesIO(zipped({"a.csv": TABLE}))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = b"look here"
    found = unpack(out.getvalue() + b"second file")
    told = " ".join(found.remarks)
    assert "11 bytes behind" in told
    assert "look here" in told


def test_a_second_archive_behind_the_first_is_told(unpack):
    first, second = zipped({"a.csv": TABLE}), zipped({"b.csv": TABLE})
    found = unpack(first + second)
    assert contents(found) == {"b.csv": TABLE}
    assert f"{len(first)} bytes before" in found.remarks[0]


@settings(max_examples=15, deadline=None)
@given(position=st.integers(0, 400), value=st.integers(0, 255))
def test_one_wrong_byte_is_never_a_crash(tmp_path_factory, position, value):
    raw = bytearray(zipped({"a.csv": TABLE, "b.csv": b"x" * 500}))
    raw[position % len(raw)] = value
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "x.zip").write_bytes(bytes(raw))
    found, exit_code = outcome(lambda: containers.unpack(folder / "x.zip", folder, limits=DEFAULT_LIMITS))
    assert exit_code in (0, 2, 3)  # 3: the byte made a stated size enormous
    assert found is None or all(len(data) in (len(TABLE), 500) for data in contents(found).values())


# --- workbooks --------------------------------------------------------------------------------------------------------


def test_a_sheet_becomes_a_table_of_exact_texts(unpack):
    rows = (
        '<row r="2">' + text_cell("B2", 'say "hi", you') + text_cell("C2", "00123") + '<c r="D2"><v>0.1</v></c>'
        '<c r="E2"><v>1.23456789012345678E+19</v></c><c r="F2"><v>0.30000000000000004</v></c>'
        '<c r="G2" t="b"><v>1</v></c></row>'
        '<row r="4"><c r="B4" s="1"><v>45359.55256944444</v></c><c r="C4" s="2"><v>45359</v></c>'
        '<c r="D4"><v>1E-9</v></c><c r="E4"><v>123456789012345</v></c><c r="F4"><v>-2.50</v></c></row>'
        '<row r="5"><c r="B5" s="1"><v>45360</v></c></row>'
    )
    found = unpack(workbook([("Deposits", rows)]), "Book.xlsx")
    assert found.kind == "xlsx"
    assert contents(found)["Deposits.csv"].decode() == (
        "\n"
        '"","say ""hi"", you","00123","0.1","1.23456789012346E+19","0.3","TRUE"\n'
        "\n"
        '"","2024-03-08 13:15:42","2024-03-08","0.000000001","123456789012345","-2.5",""\n'
        '"","2024-03-09 00:00:00","","","","",""\n'
    )


def test_both_date_systems_give_the_same_day(unpack):
    rows = '<row r="1"><c r="A1" s="1"><v>{}</v></c></row>'
    new = unpack(workbook([("A", rows.format("45359.5"))]), "new.xlsx")
    old = unpack(workbook([("B", rows.format("43897.5"))], date1904=True), "old.xlsx")
    assert contents(new)["A.csv"] == contents(old)["B.csv"] == b'"2024-03-08 12:00:00"\n'


def test_what_a_workbook_hides_is_told(unpack):
    table = sheet_of(TABLE)
    odd = (
        '<row r="1" hidden="1">' + text_cell("A1", "x") + '</row><row r="2"><c r="A2"><f>1+1</f></c>'
        '<c r="B2"><f>1+1</f><v></v></c><c r="C2" t="e"><v>#N/A</v></c></row></sheetData>'
        '<mergeCells count="1"><mergeCell ref="A1:B1"/></mergeCells><sheetData>'
    )
    found = unpack(
        workbook([("Seen", table), ("Hid", table), ("Deep", table), ("Odd", odd), ("None", "")],
                 states=("", "hidden", "veryHidden")),
        "Book.xlsx",
    )  # fmt: skip
    told = {member.name: " ".join(member.remarks) for member in found.members}
    assert told["Seen.csv"] == ""
    assert "hidden" in told["Hid.csv"]
    assert "very hidden" in told["Deep.csv"]
    for word in (
        "Hidden rows: 1",
        "Formulas without a stored value: 2",
        "an error such as #N/A: 1",
        "Merged cell ranges: 1",
    ):
        assert word in told["Odd.csv"]
    assert found.skipped == (("None.csv", "the sheet is empty"),)


def test_an_opendocument_spreadsheet_gives_its_sheets(unpack):
    name = 'xmlns:{0}="urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"'
    spaces = " ".join(name.format(part) for part in ("office", "table", "text"))
    cells = (
        '<table:table-cell office:value-type="string"><text:p>00123</text:p></table:table-cell>'
        '<table:table-cell office:value-type="float" office:value="0.25"/>'
        '<table:table-cell office:value-type="date" office:date-value="2024-03-08T13:15:42"/>'
    )
    content = (
        f"<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="One"><table:table-row>{cells}</table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    listed = b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></m:manifest>'
    found = unpack(
        zipped({"mimetype": kind, "META-INF/manifest.xml": listed, "content.xml": content.encode()}), "x.ods"
    )
    assert (found.kind, contents(found)) == ("ods", {"One.csv": b'"00123","0.25","2024-03-08 13:15:42"\n'})


def test_more_sheets_than_the_limit_are_left_out_and_told(unpack):
    sheets = [(f"S{n}", sheet_of(b"a,b\n")) for n in range(200)]
    found = unpack(workbook(sheets, states=["hidden"] * 200), "Book.xlsx")
    assert len(found.members) == 100
    assert len(found.skipped) == 100
    assert "more than 100 sheets" in found.skipped[0][1]


ENTITY = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("data", "exit_code"),
    [
        (workbook([("A", sheet_of(TABLE))], before=ENTITY), 2),
        (workbook([("A", "<row r='1'>" + " " * (100 << 20) + "</row>")]), 3),
        (workbook([("A", '<row r="1048576">' + text_cell("XFD1048576", "x") + "</row>" + sheet_of(b"a,b\n"))]), 3),
        (workbook([("A", sheet_of(TABLE))])[:-30], 2),
        (workbook([("A", "<row r='1'><c r='A1'><v>1</v>")]), 2),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), 2),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(99), 2),
        (zipped({"word/document.xml": b"<x/>", "[Content_Types].xml": b"<x/>"}), 2),
    ],
)
def test_hostile_workbooks_end_in_a_reason(unpack, data, exit_code):
    found, code = outcome(lambda: unpack(data, "Book.xlsx"))
    if found is None:
        assert code == exit_code
    else:
        assert exit_code == 2
        assert found.members == ()
        assert found.skipped


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**9), max_value=10**9))
def test_numbers_of_up_to_15_digits_are_exact(value):
    from decimal import Decimal

    stored = float(value)  # what a spreadsheet keeps
    assert Decimal(number_text(stored)) == value


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)))
def test_times_survive_as_a_spreadsheet_keeps_them(moment):
    from workstation.plugin_host.workbook import cell_text

    moment = moment.replace(microsecond=0)
    assert cell_text(moment) == moment.strftime("%Y-%m-%d %H:%M:%S")
    assert cell_text(timedelta(seconds=93784)) == "26:03:04"


# --- the worker is not trusted, and may die ---------------------------------------------------------------------------


def test_a_worker_that_dies_is_exit_code_4_and_leaves_nothing(unpack, monkeypatch):
    monkeypatch.setattr(containers, "_OPENERS", {"zip": ("tests.plugin_host.container_tools", "die")})
    with pytest.raises(WorkstationError) as raised:
        unpack(zipped({"a.csv": TABLE}))
    assert raised.value.exit_code == 4


@pytest.mark.parametrize(
    "lines",
    [
        [b'["piece","AAAA"]'],
        [b'["member","a"]', b'["member","b"]'],
        [b'["member","a"]', b'["piece","no base64!"]'],
        [b'["member","a"]', b'["done",0,0,[]]'],
        [b'["kept",[]]'],
        [b'["member","a"]', b'["kept",[7]]'],
        [b"garbage"],
    ],
)
def test_nonsense_of_the_worker_is_noticed(tmp_path, lines):
    from workstation.plugin_host.protocol import ProtocolError

    folder = tmp_path / "members"
    folder.mkdir()
    taking = containers._Taking("zip", folder, DEFAULT_LIMITS)
    for line in lines[:-1]:
        taking.take(line)
    with pytest.raises(ProtocolError):
        taking.take(lines[-1])
    taking.remove()
    assert list(tmp_path.iterdir()) == []


def test_cancelling_ends_it_at_once(unpack):
    asked = threading.Event()
    seen: list[float] = []

    def cancelled() -> bool:
        if asked.is_set() and not seen:
            seen.append(time.monotonic())
        return asked.is_set()

    timer = threading.Timer(0.3, asked.set)
    timer.start()
    big = zipped({f"{n}.csv": bytes(range(256)) * 200_000 for n in range(10)}, zipfile.ZIP_STORED)
    with pytest.raises(WorkstationError) as raised:
        unpack(big, cancelled=cancelled)
    assert raised.value.exit_code == 5
    assert time.monotonic() - seen[0] < 0.25
    timer.join()


def test_the_folder_is_private(unpack, tmp_path):
    (member,) = unpack(zipped({"a.csv": TABLE})).members
    assert member.path.is_relative_to(tmp_path)
    assert stat.S_IMODE(member.path.parent.stat().st_mode) == 0o700

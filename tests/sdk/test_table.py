"""Tables: rows with exact bytes, whatever the quoting; the csv module is the judge on regular files."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.sdk.reader import Source
from workstation.sdk.table import Table

CELL = st.text(
    st.characters(exclude_characters="\0\r\ufeff\x1c\x1d\x1e\x1f\x85\u2028\u2029\x0b\x0c", exclude_categories=["Cs"]),
    max_size=8,
)


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_regular_files_come_out_as_the_csv_module_reads_them(rows, quoting):
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator="\r\n").writerows([["h1", "h2", "h3"], *rows])
    raw = out.getvalue().encode()
    table = Table(Source("x", raw), ",")
    table.width = 3
    found = list(table.rows())
    expected = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    got = [r.cells for r in found]
    assert got == [r for r in expected if r] or any("\n" in c or '"' in c for r in rows for c in r)
    for row in found:
        assert raw[row.offset : row.offset + row.length] == row.raw


def test_rows_count_blank_lines_and_places_are_exact_across_chunks():
    line = b"a,b," + b"x" * 3000 + b"\n"
    raw = b"h,h,h\n\n" + line * 1000
    found = list(Table(Source("x", raw), ",").rows())
    assert [r.number for r in found] == [1, *range(3, 1003)]
    assert all(raw[r.offset : r.offset + r.length] == r.raw for r in found)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"a,\0,b\n", "WS-ROW-003"),
        (b"a,\xff,b\n", "WS-ROW-003"),
        (b'a,"b,c\n', "WS-ROW-002"),
        (b"x" * (2 << 20), "WS-ROW-011"),
    ],
)
def test_lines_that_cannot_be_cut_come_out_with_their_reason(raw, code):
    (row,) = Table(Source("x", raw), ",").rows()
    assert (row.code, row.cells) == (code, [])
    assert raw.startswith(row.raw)


def test_carriage_returns_alone_end_lines():
    assert [r.cells for r in Table(Source("x", b"a,b\rc,d\r"), ",").rows()] == [["a", "b"], ["c", "d"]]


ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be", "cp1252", "cp1251", "gbk", "shift_jis"]
LETTERS = {"cp1252": "éü€", "cp1251": "Дяё", "gbk": "时间币", "shift_jis": "日時ソ表"}


@st.composite
def encoded_tables(draw):
    encoding = draw(st.sampled_from(ENCODINGS))
    letters = st.sampled_from("ab1 ,;\"'\n|\\" + LETTERS.get(encoding, "日é"))
    rows = draw(st.lists(st.lists(st.text(letters, max_size=6), min_size=3, max_size=3), min_size=1, max_size=8))
    return encoding, rows, draw(st.sampled_from(["\n", "\r\n"])), draw(st.booleans()), draw(st.booleans())


@given(encoded_tables())
def test_every_encoding_gives_the_cells_and_the_bytes_of_the_file(made):
    encoding, rows, end, mark, stop = made
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([["h1", "h2", "h3"], *rows])
    text = ("\ufeff" if mark and encoding.startswith("utf") else "") + out.getvalue() + ("\x1a" if stop else "")
    raw = text.encode(encoding)
    table = Table(Source("x", raw), ",", encoding)
    table.width = 3
    found = list(table.rows())
    assert [row.cells for row in found] == [["h1", "h2", "h3"], *rows]
    for row in found:
        assert raw[row.offset : row.offset + row.length] == row.raw
        assert next(csv.reader(io.StringIO(row.raw.decode(encoding), newline=""))) == row.cells


@pytest.mark.parametrize("encoding", ["cp1252", "gbk", "utf-16-le"])
def test_one_bad_byte_spoils_one_row(encoding):
    good = "a,b\nc,é\n".encode(
        "utf-16-le" if encoding == "utf-16-le" else "cp1252" if encoding == "cp1252" else "ascii", "replace"
    )
    bad = {"cp1252": b"x,\x81\n", "gbk": b"x,\xff\n", "utf-16-le": b"x\0,\0\x00\xd8\n\0"}[encoding]
    found = list(Table(Source("x", good + bad + good), ",", encoding).rows())
    assert [row.code for row in found] == ["", "", "WS-ROW-003", "", ""]
    assert found[2].raw == bad.removesuffix(b"\0").removesuffix(b"\n")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be"])
def test_carriage_returns_alone_end_lines_in_every_width(encoding):
    raw = "a,b\rc,d\r".encode(encoding)
    assert [row.cells for row in Table(Source("x", raw), ",", encoding).rows()] == [["a", "b"], ["c", "d"]]


def test_a_line_quoted_as_a_whole_is_opened():
    raw = b'"User_ID,""UTC_Time"",""Coin"""\n"1,""2021-01-01 00:00:00"",""a """"b"""""""\n"x, y"\n'
    table = Table(Source("x", raw), ",")
    found = [row.cells for row in table.rows()]
    assert found == [["User_ID", "UTC_Time", "Coin"], ["1", "2021-01-01 00:00:00", 'a "b"'], ["x, y"]]


@given(st.binary(max_size=200), st.sampled_from(ENCODINGS))
def test_any_bytes_are_rows_and_every_row_is_in_the_file(raw, encoding):
    for row in Table(Source("x", raw), ",", encoding).rows():
        assert raw[row.offset : row.offset + row.length] == row.raw
        assert bool(row.code) != bool(row.cells)

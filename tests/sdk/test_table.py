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

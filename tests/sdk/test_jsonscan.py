"""JSON piece by piece: exact bytes, damage that stays local, and numbers that stay exact."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.sdk import jsonscan
from workstation.sdk.reader import Source


def pieces(raw: bytes):
    text = jsonscan.text_of(Source("x", raw))
    return list(jsonscan.elements(text, jsonscan.blank(text, 0)))


@given(
    st.lists(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
            lambda c: (
                st.lists(c, max_size=3)
                | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), c, max_size=3)
            ),
            max_leaves=8,
        ),
        max_size=6,
    ),
    st.booleans(),
)
def test_pieces_are_the_elements_and_their_bytes(values, ascii_only):
    raw = json.dumps(values, ensure_ascii=ascii_only, indent=1).encode()
    *found, end = pieces(raw)
    assert [p.value for p in found] == values
    assert [json.loads(raw[p.start : p.end]) for p in found] == values
    assert (end.index, end.code, end.end) == (-1, "", len(raw))


def test_fractions_are_decimal_and_large_numbers_exact():
    *found, _end = pieces(b"[0.1, 115792089237316195423570985008687907853269984665640564039457584007913129639935]")
    assert [p.value for p in found] == [Decimal("0.1"), 2**256 - 1]


@pytest.mark.parametrize(
    ("middle", "code"),
    [
        (b'{"a":1,"a":2}', "WS-ROW-008"),
        (b"[" * 65 + b"]" * 65, "WS-ROW-009"),
        (b"[" * 5000 + b"]" * 5000, "WS-ROW-009"),
        (b'"\\ud800"', "WS-ROW-003"),
        (b'"\xff"', "WS-ROW-003"),
        (b"{x}", "WS-ROW-014"),
        (b"NaN", "WS-ROW-014"),
        (b"9" * 5000, "WS-ROW-014"),
    ],
)
def test_damage_stays_in_its_element(middle, code):
    raw = b"[1," + middle + b",3]"
    first, second, third, end = pieces(raw)
    assert (first.value, second.code, third.value, end.code) == (1, code, 3, "")
    assert raw[second.start : second.end] == middle


def test_depth_64_is_allowed():
    *found, _end = pieces(b"[" + b"[" * 64 + b"]" * 64 + b"]")
    assert found[0].code == ""


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_cut_list_keeps_what_is_whole(cut):
    raw = b'[{"a": 1}, {"b": "x]}"}, [3]]'[:cut]
    whole = [p.value for p in pieces(raw) if not p.code and p.index >= 0]
    assert whole == [{"a": 1}, {"b": "x]}"}, [3]][: len(whole)]
    assert len(whole) == (cut >= 9) + (cut >= 23) + (cut >= 28)

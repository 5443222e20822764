"""Encodings: known texts are told apart, the answer is the same every time, a guess is said to be one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.sdk.encoding import SHOWN, detect, look, look_through, remark

TEXTS = {
    "cp1252": ("Überweisung für Müller; Gebühr", "Virement à l'été, déjà payé", "café € 100", "Año, descripción"),
    "cp1251": ("Дата;Сумма;Валюта\n01.02.2024;100;перевод", "Комиссия, получатель ООО Ромашка", "Дата операції"),
    "cp1250": ("Częstochowa; kwota przelewu złoty", "Číslo účtu; příjemce; částka převodu", "Fizetés összegű"),
    "gbk": ("时间,币种,数量,地址,状态", "提现 成功 2024", "用户ID,时间"),
    "shift_jis": ("日時,通貨,数量,アドレス", "約定日時,取引種別,ビットコイン", "手数料"),
}


@pytest.mark.parametrize(("page", "text"), [(page, text) for page, texts in TEXTS.items() for text in texts])
def test_code_pages_are_told_apart_by_their_letters(page, text):
    found = look(text.encode(page))
    assert (found.name, found.sure) == (page, False)
    assert SHOWN[page] in remark(found)
    assert detect(text.encode()) == "utf-8"


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_utf_16_is_known_with_and_without_mark(name, mark):
    found = look((mark + "Дата,amount\n2024-01-01,0.5\n" * 3).encode(name))
    assert found.name == name
    assert found.sure == bool(mark)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_head_may_end_inside_a_character(cut):
    assert look(("x" * 10 + "𐍈").encode()[:-cut]) == look(b"plain")


def test_one_damaged_byte_does_not_change_the_encoding():
    assert look("日本語の表".encode() * 20 + b"\xff,1\n").name == "utf-8"


def test_a_file_that_is_no_utf_8_only_at_its_end_is_found_out():
    data = b"date,amount\n" + b"2024-01-01,1\n" * 200_000 + "Überweisung für Müller\n".encode("cp1252")
    assert look(data[:65536]).sure
    assert look_through(data).name == "cp1252"
    assert look_through(data[:-23]).sure


@given(st.binary(max_size=300))
def test_any_bytes_have_one_answer(raw):
    found = look(raw)
    assert found == look(raw)
    assert found.name in SHOWN
    raw.decode(found.name, "replace")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_text_in_utf_8_is_sure(text):
    raw = text.encode()
    assert look(raw).sure or "\0" in text or raw[:2] in (b"\xff\xfe", b"\xfe\xff")

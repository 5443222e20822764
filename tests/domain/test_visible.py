"""Texts shown to people: nothing hides or deceives, clean texts stay as they are, symbols that imitate are told."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workstation.domain.tokens import doubt
from workstation.domain.visible import PILE, mixed_scripts, visible

FAKE_TRON = "TXLAQ63Xg1NAzckPwKHvzw7CSEmLMEqcdj"
TETHER = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"
#: Each sign with the only way it may appear.
SIGNS = (
    "\x00", "\x07", "\x1b", "\x7f", "\x85", "\x9b", "\u00ad", "\u034f", "\u061c", "\u115f", "\u180e", "\u200b", "\u200c",
    "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202e", "\u2060", "\u2066", "\u2069", "\u2800", "\u3164",
    "\ue000", "\ufe0f", "\ufeff", "\ufff9", "\uffff", "\ud800", "\udfff", "\U000e0001", "\U000e0041", "\U000f0000",
)  # fmt: skip
texts = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from((*SIGNS, "\n", "\t", "́"))))


def lies(text: str, keep: str = "") -> list[str]:
    """Characters a person cannot see or that change how the line reads; written apart from the rule they check."""
    return [c for c in text if c not in keep and unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_hidden_character_is_shown_by_its_number(sign: str) -> None:
    assert visible(f"a{sign}b") == f"a⟦U+{ord(sign):04X}⟧b"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "USDT",
        "Қазына ₸",
        "東京 取引所",
        "مرحبا שלום",
        "🚀 <b>x</b> & y",
        "1\u202f000,50\u00a0€",
        "é e\u0301 ệ",
        "⟦…⟧ �",
    ],
)
def test_clean_texts_stay_as_they_are(text: str) -> None:
    assert visible(text) == visible(text, 200) == text


@given(texts)
def test_nothing_hidden_is_left(text: str) -> None:
    shown = visible(text)
    assert not lies(shown)
    assert visible(text) == shown
    assert visible(shown) == shown
    pile = 0
    for c in shown:
        pile = pile + 1 if unicodedata.category(c) in ("Mn", "Me") else 0
        assert pile <= PILE


@given(texts)
def test_paragraphs_keep_what_the_caller_keeps(text: str) -> None:
    shown = visible(text, keep="\n\t")
    assert not lies(shown, "\n\t")
    assert shown.count("\n") == text.count("\n")


@given(texts, st.integers(80, 120), st.integers(1, 60))
def test_a_long_text_is_cut_in_the_middle_and_says_by_how_much(text: str, limit: int, times: int) -> None:
    text *= times
    shown = visible(text, limit)
    assert len(shown) <= limit
    assert not lies(shown)
    assert visible(shown, limit) == shown
    whole = visible(text)
    if len(whole) > limit:
        head, _, rest = shown.partition("⟦… ")
        left, _, tail = rest.partition(" characters …⟧")
        assert whole.startswith(head)
        assert not head.count("⟦") - head.count("⟧")
        assert 0 < int(left.replace(",", "")) <= len(text)
        assert len(tail) <= limit
    else:
        assert shown == whole


def test_ten_thousand_characters_say_what_is_left_out() -> None:
    shown = visible("A" * 5000 + "\u202e" + "Z" * 5000, 100)
    assert shown == "A" * 30 + "⟦… 9,941 characters …⟧" + "Z" * 30


def test_a_row_of_equal_marks_is_one_that_says_how_many() -> None:
    assert visible("a" + "\u0301" * 300 + "b") == "a" + "\u0301" * PILE + "⟦U+0301 ×296⟧b"
    assert visible("\u202e" * 3) == "⟦U+202E⟧" * 3
    shown = visible("\u202e" * 40_000 + "pay", 100)
    assert shown == "⟦U+202E ×100⟧⟦… 39,803 characters …⟧⟦U+202E ×97⟧pay"
    assert visible("-" * 300) == "-" * 300


def test_unassigned_characters_can_be_left_for_files_that_must_be_equal_everywhere() -> None:
    assert visible("a\u0378") == "a⟦U+0378⟧"
    assert visible("a\u0378", unassigned=False) == "a\u0378"


@pytest.mark.parametrize(
    "symbol",
    [
        "UЅDТ",
        "ＵＳＤＴ",
        "USD\u200bT",
        "\u202eUSDT",
        "ꓴꓢꓓꓔ",
        "Eтh",
        "ЕТН",
        "ΒΤC",
        "ТRХ",
        "ÚSDT",
        "𝐔𝐒𝐃𝐂",
        "U\u0301S\u0301DT",
    ],
)
def test_imitations_are_told(symbol: str) -> None:
    assert mixed_scripts(symbol).startswith("reads like ")


@pytest.mark.parametrize("symbol", ["USDT", "usdt", "USDT.e", "Тенге", "USD₮", "µBTC", "狗狗币", "", "£", "τBTC", "🚀"])
def test_honest_symbols_are_not(symbol: str) -> None:
    assert mixed_scripts(symbol) == ""


def test_mixed_letters_are_told_also_for_unknown_symbols() -> None:
    assert mixed_scripts("Аirdrop") == (
        "mixes Latin letters with letters that look the same: А (U+0410 cyrillic capital letter a)"
    )


@given(texts)
def test_any_symbol_has_an_answer(symbol: str) -> None:
    assert mixed_scripts(symbol) == mixed_scripts(symbol)
    assert not lies(mixed_scripts(symbol))


@pytest.mark.parametrize(
    ("chain", "contract", "symbol", "told"),
    [
        ("tron", TETHER, "USDT", ""),
        ("tron", FAKE_TRON, "USDT", f"is not the contract known for USDT on tron ({TETHER})"),
        ("tron", f"{FAKE_TRON}/7", "usdt", f"is not the contract known for USDT on tron ({TETHER})"),
        ("tron", FAKE_TRON, "TRX", "bears the name of the coin of tron, which has no contract"),
        ("ethereum", "0x" + "e" * 40, "ETH", ""),
        ("bsc", "0x2170ed0880ac9a755fd29b2688956bd959f933f8", "ETH", ""),
        ("tron", "", "TRX", ""),
        ("stated", "", "USDT", ""),
    ],
)
def test_borrowed_names_of_tokens(chain: str, contract: str, symbol: str, told: str) -> None:
    assert doubt(chain, contract, symbol) == told


def test_a_name_written_otherwise_is_in_doubt_whatever_the_contract() -> None:
    assert doubt("tron", TETHER, "UЅDT").startswith("reads like USDT")

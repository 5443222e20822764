"""Fuzzy matching of the palette."""

from __future__ import annotations

from workstation.ui.fuzzy import score


def test_better_fits_score_higher() -> None:
    whole, middle, letters = score("hide", "Hide"), score("hide", "Show hide list"), score("hd", "Hide")
    assert whole is not None
    assert middle is not None
    assert letters is not None
    assert whole > middle > letters


def test_missing_letters_do_not_match() -> None:
    assert score("xyz", "Hide") is None
    assert score("", "Hide") == 0
    assert score("new finding", "Finding: new") is not None

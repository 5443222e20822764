"""What the category of a label means: one table for badges and for who may stand on a blocklist, in the tongues of the program."""

from __future__ import annotations

import re

import pytest

from workstation.app.names import BADGES
from workstation.domain.categories import badge_of, table, uses_of


@pytest.mark.parametrize(("category", "badge", "uses"), [
    ("Ransomware", "RW", {"abuse"}), ("scam victim", "VI", {"protected", "abuse"}), ("exchange", "EX", {"shared"}),
    ("Law-Enforcement", "LS", {"protected"}), ("wallet_service", "CU", {"shared"}), ("mixer", "MX", set()),
    ("Потерпевший", "VI", {"protected"}), ("вымогательство", "RW", {"abuse"}), ("Vittima", "VI", {"protected"}),
    ("truffa", "SC", {"abuse"}), ("Жәбірленуші", "VI", {"protected"}), ("алаяқтық", "SC", {"abuse"}),
    ("", "", set()), ("something else", "", set()),
])  # fmt: skip
def test_a_category_is_understood(category: str, badge: str, uses: set[str]) -> None:
    assert (badge_of(category), uses_of(category)) == (badge, uses)


@pytest.mark.parametrize(("category", "uses"), [
    ("unlawful", {"abuse"}), ("lawful", {"protected"}), ("illecito", {"abuse"}), ("lecito", {"protected"}),
    ("незаконный", {"abuse"}), ("пожертвование", {"protected"}),
])  # fmt: skip
def test_a_word_inside_of_its_contrary_does_not_count(category: str, uses: set[str]) -> None:
    """An accused address must not be protected by a word that says the opposite, nor the other way round."""
    assert uses_of(category) == uses


def test_the_table_is_whole() -> None:
    """Every badge is one of the graph, every use is known, and no word stands in two entries."""
    assert {meaning.badge for meaning in table()} - {""} == set(BADGES)
    assert {meaning.use for meaning in table()} == {"", "protected", "abuse", "shared"}
    words = [word for meaning in table() for word in meaning.words]
    assert len(words) == len(set(words))
    assert all(word == word.casefold().strip() and not re.search("[_-]", word) for word in words)

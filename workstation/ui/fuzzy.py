"""Owns fuzzy matching of typed text against titles. Pure text; must not know Qt."""

from __future__ import annotations


def score(typed: str, title: str) -> int | None:
    """How well ``typed`` fits ``title`` (higher is better), or None when a letter is missing.

    Whole words in any order beat letters in order; starts of words beat middles; short titles beat long ones.
    """
    wanted, given = typed.casefold().strip(), title.casefold()
    if not wanted:
        return 0
    position = given.find(wanted)
    if position >= 0:
        start = position == 0 or not given[position - 1].isalnum()
        return 1000 + (200 if start else 0) - position - len(given) // 8
    words = wanted.split()
    if len(words) > 1 and all(word in given for word in words):
        return 700 - len(given) // 8
    total, last = 300, -1
    for letter in wanted:
        if letter.isspace():
            continue
        found = given.find(letter, last + 1)
        if found < 0:
            return None
        word_start = found == 0 or not given[found - 1].isalnum()
        total += 12 if word_start else 0
        total -= 0 if found == last + 1 else min(20, found - last)
        last = found
    return total if total > 150 else None

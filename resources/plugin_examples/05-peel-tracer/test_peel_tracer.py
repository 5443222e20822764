"""A chain is followed to its end, and the end is said."""

from pathlib import Path

from workstation.sdk.testing import Case, run

CASE = Case.of("""
    2026-03-01 10:00  thief -> a     100 ETH
    2026-03-01 11:00  a     -> b     95 ETH
    2026-03-01 11:01  a     -> x     5 ETH
    2026-03-01 12:00  b     -> c     90 ETH
    2026-03-01 13:00  c     -> shop  85 ETH
    2026-03-01 14:00  shop  -> d     84 ETH
""").tag("shop", "Exchange X", "exchange")


def test_it_ends_at_the_exchange() -> None:
    [finding] = run(Path(__file__).parent, CASE, selection=["a"]).findings
    assert finding.measures["steps"] == 3
    assert "tagged as an exchange" in finding.explanation


def test_without_a_selection_there_is_nothing_to_follow() -> None:
    assert not run(Path(__file__).parent, CASE).findings

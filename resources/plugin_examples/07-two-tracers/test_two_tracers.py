"""Clayton's rule beside proportion, on three receipts and two payments."""

from pathlib import Path

from workstation.sdk.testing import Case, run

CASE = Case.of("""
    2026-03-01  victim -> pool  40 ETH
    2026-03-02  friend -> pool  60 ETH
    2026-03-03  pool   -> shop  40 ETH
    2026-03-04  pool   -> bank  30 ETH
""").tag("victim", "victim")


def test_the_first_payment_holds_all_or_its_share() -> None:
    first, second = run(Path(__file__).parent, CASE, selection=["pool"]).findings
    eth = 10**18
    assert (first.measures["first in, first out"], first.measures["pro rata"]) == (40 * eth, 16 * eth)
    assert (second.measures["first in, first out"], second.measures["pro rata"]) == (0, 12 * eth)
    assert (first.kind, second.kind) == ("methods-agree", "methods-differ")

"""What the rule finds in a small case."""

from pathlib import Path

from workstation.sdk.testing import Case, run


def test_it_proposes_a_label_for_the_large_payment() -> None:
    case = Case.of("""
        2026-03-01 10:00  alice -> bob    12000 ETH
        2026-03-02 09:30  bob   -> carol  11.5 ETH
    """)
    [proposal] = run(Path(__file__).parent, case).proposals
    assert proposal.change.subject == case.key("bob")

"""The later one of two that look alike is named."""

from pathlib import Path

from workstation.sdk.testing import Case, run


def test_the_poisoned_address_is_named() -> None:
    case = Case("ethereum")
    case.pay("2026-03-01", "0xalice", "0x1234aaaaaaaa9876", 10**18)
    case.pay("2026-03-02", "0xalice", "0x1234bbbbbbbb9876", 0)
    case.pay("2026-03-03", "0xalice", "0x5678aaaaaaaa9876", 10**18)
    [proposal] = run(Path(__file__).parent, case).proposals
    assert proposal.change.subject == case.key("0x1234bbbbbbbb9876")

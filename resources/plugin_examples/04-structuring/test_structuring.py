"""Just below, often, soon after each other; and not when it is a service."""

from pathlib import Path

from workstation.sdk.testing import Case, run

FOLDER = Path(__file__).parent


def _case() -> Case:
    case = Case("tron").token("USDT", 6)
    for day, amount in enumerate(("9500", "9900", "9999.99", "10000", "8999"), 1):
        case.pay(f"2026-03-0{day}", "alice", "bob", f"{amount} USDT")
    return case


def test_three_payments_just_below_are_one_proposal() -> None:
    [proposal] = run(FOLDER, _case()).proposals
    assert proposal.because.measures["payments"] == 3
    assert proposal.because.measures["sum"] == 29_399_990_000


def test_settings_narrow_and_widen_it() -> None:
    assert not run(FOLDER, _case(), days="1").proposals
    assert run(FOLDER, _case(), near="1/2").proposals[0].because.measures["payments"] == 4


def test_a_service_is_left_out_unless_asked_for() -> None:
    case = _case().tag("alice", "Exchange X", "exchange")
    assert not run(FOLDER, case).proposals
    assert run(FOLDER, case, services="yes").proposals

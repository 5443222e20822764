"""A rule with one parameter: payments of a round number of coins, in the whole case or of the chosen addresses.

Amounts are whole numbers of base units, never fractions: 5 USDT are 5,000,000 base units, because USDT has 6 decimals.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from workstation.sdk.api import CaseView, Finding, Run, Transfer


@dataclass(frozen=True)
class Params:
    """The parameter of plugin.toml."""

    step: int


def find(case: CaseView, params: Params, run: Run) -> Iterator[Finding]:
    """Payments whose amount is a multiple of the step."""
    unknown = 0
    for payment in _payments(case):
        asset = case.asset(payment.asset)
        if payment.amount is None or asset.decimals is None:
            unknown += 1
            continue
        coins, rest = divmod(payment.amount, 10**asset.decimals)
        party = payment.sender or payment.receiver
        if rest or not coins or coins % params.step or party is None:
            continue
        yield Finding(
            kind="round-amount",
            title=f"{coins} {asset.symbol} exactly",
            explanation=f"The amount is a multiple of {params.step}. Salaries, prices and test payments are round too.",
            confidence="fact",
            subjects=(party,),
            citations=case.cite(payment),
            measures={"coins": coins},
            disproof="Nothing: the amount stands in the exhibit. What it means is for a person to say.",
            transfers=(payment.id,),
        )
    if unknown:
        run.note(f"{unknown} payments have no stated amount or decimals and were not looked at")


def _payments(case: CaseView) -> Iterator[Transfer]:
    """All payments, or each of the chosen addresses once."""
    chosen = case.selection()
    seen = set()
    for payments in [case.transfers(touching=key) for key in chosen] if chosen else [case.transfers()]:
        for payment in payments:
            if payment.id not in seen:
                seen.add(payment.id)
                yield payment

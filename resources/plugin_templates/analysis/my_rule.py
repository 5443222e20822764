"""Large payments: proposes a label for whoever received one."""

from collections.abc import Iterator
from dataclasses import dataclass

from workstation.sdk.api import CaseView, Finding, Proposal, Run, SuggestedTag


@dataclass(frozen=True)
class Params:
    """One field for each parameter in plugin.toml."""

    least: int


def find(case: CaseView, params: Params, run: Run) -> Iterator[Proposal]:
    """Look at every payment once, in the order of time."""
    for payment in case.transfers():
        asset = case.asset(payment.asset)
        if payment.amount is None or payment.receiver is None or asset.decimals is None:
            continue
        coins = payment.amount // 10**asset.decimals
        if coins >= params.least:
            finding = Finding(
                kind="large-payment",
                title=f"A payment of {coins} {asset.symbol}",
                explanation=f"{coins} whole coins came in one payment. Many honest payments are large too.",
                confidence="fact",
                subjects=(payment.receiver,),
                citations=case.cite(payment),
                measures={"coins": coins},
                disproof="A row of another source that states a smaller amount.",
                transfers=(payment.id,),
            )
            yield Proposal(SuggestedTag(payment.receiver, f"received {coins} {asset.symbol}"), finding)

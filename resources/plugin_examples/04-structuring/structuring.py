"""Several settings of different types, one pass over the case in the order of time, one window for each payer.

The built-in ``typologies/structuring-out`` does this with more care; this one is meant to be read.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass

from workstation.sdk.api import CaseView, Finding, Proposal, Run, SuggestedTag, Transfer

DAY = 86_400
SERVICES = ("exchange", "service", "merchant", "payroll")


@dataclass(frozen=True)
class Params:
    """The parameters of plugin.toml; a share arrives as two whole numbers, so that nothing is rounded."""

    threshold: int
    near: tuple[int, int]
    times: int
    days: int
    services: bool


def find(case: CaseView, params: Params, run: Run) -> Iterator[Proposal]:
    """One proposal for each payer and asset: its longest row of payments just below the threshold."""
    left_out = {tag.subject for tag in case.tags() if tag.category in SERVICES and not params.services}
    windows: dict[tuple[str, str], deque[Transfer]] = defaultdict(deque)
    best: dict[tuple[str, str], list[Transfer]] = {}
    for payment in case.transfers():
        if payment.sender is None or payment.time is None or payment.sender in left_out:
            continue
        if not _just_below(case, payment, params):
            continue
        key = payment.sender, payment.asset
        window = windows[key]
        window.append(payment)
        while payment.time - (window[0].time or 0) > params.days * DAY:
            window.popleft()
        if len(window) >= max(params.times, len(best.get(key, ())) + 1):
            best[key] = list(window)
    for number, (payer, asset) in enumerate(sorted(best)):
        run.progress(number, len(best))
        yield _proposal(case, payer, asset, best[payer, asset], params)


def _just_below(case: CaseView, payment: Transfer, params: Params) -> bool:
    decimals = case.asset(payment.asset).decimals
    if payment.amount is None or decimals is None:
        return False
    limit = params.threshold * 10**decimals
    part, whole = params.near
    return limit * part <= payment.amount * whole and payment.amount < limit


def _proposal(case: CaseView, payer: str, asset: str, payments: list[Transfer], params: Params) -> Proposal:
    symbol = case.asset(asset).symbol
    finding = Finding(
        kind="structuring",
        title=f"{len(payments)} payments just below {params.threshold} {symbol}",
        explanation=f"{len(payments)} payments within {params.days} days, each just below {params.threshold} {symbol}. "
        "A fixed price a little below the threshold looks the same.",
        confidence="heuristic",
        subjects=(payer,),
        citations=case.cite(*payments),
        measures={
            "payments": len(payments),
            "sum": sum(p.amount or 0 for p in payments),
            "threshold": params.threshold,
        },
        disproof="Invoices of these amounts, or one price list that explains them.",
        transfers=tuple(payment.id for payment in payments),
    )
    return Proposal(SuggestedTag(payer, f"pays just below {params.threshold} {symbol}", "typology"), finding)

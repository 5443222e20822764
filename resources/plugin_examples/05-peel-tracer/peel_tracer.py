"""Starts from what the user selected, tells how far it is, and can be stopped at every step.

``run.progress`` moves the bar; when the user stops the run, its process ends and nothing of it is kept. So a plugin
needs no clean-up of its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from workstation.sdk.api import CaseView, Finding, Run, Transfer


@dataclass(frozen=True)
class Params:
    """The parameters of plugin.toml."""

    least: int
    kept: tuple[int, int]
    steps: int


def follow(case: CaseView, params: Params, run: Run) -> Iterator[Finding]:
    """The chain that begins at each chosen address, for each payment that came in."""
    for start in case.selection():
        for received in case.incoming(start):
            chain, why = _chain(case, received, params, run)
            if len(chain) > params.least:
                yield _finding(case, chain, why)


def _chain(case: CaseView, received: Transfer, params: Params, run: Run) -> tuple[list[Transfer], str]:
    """The payments of the chain, and why it ends."""
    part, whole = params.kept
    chain, been = [received], {received.receiver}
    while len(chain) <= params.steps:
        run.progress(len(chain), params.steps, "following")
        last = chain[-1]
        if last.receiver is None or last.amount is None or last.time is None:
            return chain, "no source states receiver, amount or time"
        if len(chain) > 1 and any(tag.category == "exchange" for tag in case.tags(last.receiver)):
            return chain, "it reached an address that is tagged as an exchange"
        onward = [
            payment
            for payment in case.outgoing(last.receiver)
            if payment.asset == last.asset
            and payment.time is not None
            and payment.time >= last.time
            and payment.amount is not None
            and last.amount * part <= payment.amount * whole <= last.amount * whole
            and payment.receiver not in been
        ]
        if not onward:
            return chain, "no payment keeps enough of it"
        # The largest; of equal ones the first. Ties are broken by what stands in the exhibit, never by chance.
        chain.append(
            min(onward, key=lambda payment: (-(payment.amount or 0), payment.time or 0, payment.receiver or ""))
        )
        been.add(chain[-1].receiver)
    return chain, "the limit of steps was reached"


def _finding(case: CaseView, chain: list[Transfer], why: str) -> Finding:
    first, last = chain[0], chain[-1]
    return Finding(
        kind="peel-chain",
        title=f"Passed on {len(chain) - 1} times",
        explanation=f"What came in was passed on {len(chain) - 1} times, each time most of it. It ends here: {why}. "
        "A wallet that moves its own change looks the same.",
        confidence="heuristic",
        subjects=tuple(dict.fromkeys(p.receiver for p in chain if p.receiver is not None)),
        citations=case.cite(*chain),
        measures={"steps": len(chain) - 1, "began with": first.amount or 0, "ended with": last.amount or 0},
        disproof="One owner of all addresses along the way.",
        transfers=tuple(payment.id for payment in chain),
    )

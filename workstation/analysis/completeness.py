"""Owns the question whether what a case holds of one address can be everything. Works on plain steps, never on floats.

A balance follows from the transfers; where it goes below zero, or differs from a stated balance, something is missing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from workstation.analysis.provider import difference, number
from workstation.domain.amounts import Asset, exact
from workstation.domain.evidence import Event

Verdict = Literal["complete as stated", "does not add up", "cannot be checked"]


@dataclass(frozen=True, slots=True)
class Step:
    """One transfer seen from the address. ``units`` None = not known. ``moment`` orders steps that are one instant.

    Attributes:
        transfer: its number. side: ``in``, ``out`` or ``fee``. sourced: an input of a UTXO chain whose output is in
            the case (always true on account chains).
    """

    transfer: int
    side: Literal["in", "out", "fee"]
    units: int | None
    moment: int | None
    sourced: bool = True


@dataclass(frozen=True, slots=True)
class Stated:
    """One stated balance beside the sum of the transfers up to its time. ``gap`` = stated - held, exact text."""

    event: int
    service: str
    time: int | None
    stated: str
    held: str
    gap: str
    agrees: bool
    citation: str


@dataclass(frozen=True, slots=True)
class AssetCheck:
    """What the case holds of one asset of one address.

    Attributes:
        received, sent, fees, net: base units of known amounts. unknown: transfers without a known amount.
        below: number of the transfer with which the running balance first goes below zero, 0 = never.
        below_units: the balance after that instant. unsourced: inputs that spend an output the case does not hold;
            first_unsourced: the first of them.
    """

    asset: Asset
    received: int
    sent: int
    fees: int
    net: int
    transfers: int
    unknown: int
    below: int
    below_units: int
    unsourced: int
    first_unsourced: int
    stated: tuple[Stated, ...]
    verdict: Verdict
    why: tuple[str, ...]


def check(asset: Asset, steps: Sequence[Step], balances: Iterable[Event]) -> AssetCheck:
    """Hold the steps of one asset, in total order, against themselves and against stated balances."""
    sums = {"in": 0, "out": 0, "fee": 0}
    for step in steps:
        sums[step.side] += step.units or 0
    net = sums["in"] - sums["out"] - sums["fee"]
    unknown = sum(step.units is None for step in steps)
    below, below_units = _below(steps)
    loose = [step.transfer for step in steps if not step.sourced]
    stated = tuple(_stated(event, asset, steps) for event in balances if event.amount_text)
    verdict, why = _verdict(asset, below, below_units, len(loose), unknown, stated)
    return AssetCheck(
        asset, sums["in"], sums["out"], sums["fee"], net, len(steps), unknown, below, below_units, len(loose),
        loose[0] if loose else 0, stated, verdict, why,
    )  # fmt: skip


def _signed(step: Step) -> int:
    return (step.units or 0) if step.side == "in" else -(step.units or 0)


def _below(steps: Sequence[Step]) -> tuple[int, int]:
    """Where the running balance first ends an instant below zero; inside one instant the order is not certain.

    On UTXO chains an input whose output is missing explains it already, and counts as unsourced instead.
    """
    running, first = 0, 0
    for place, step in enumerate(steps):
        if not first and step.side != "in" and step.sourced:
            first = step.transfer
        running += _signed(step) if step.sourced else 0
        last = place + 1 == len(steps) or steps[place + 1].moment != step.moment
        if last:
            if running < 0:
                return first, running
            first = 0
    return 0, 0


def _stated(event: Event, asset: Asset, steps: Sequence[Step]) -> Stated:
    until = [s for s in steps if event.time is None or s.moment is None or s.moment <= event.time]
    held = sum(_signed(step) for step in until)
    gap, places = difference(number(event.amount_text), (held, asset.decimals))
    cited = f"E-{event.citation.exhibit:04d} {event.citation.locator}"
    return Stated(
        event.id, event.service, event.time, event.amount_text, exact(held, asset.decimals),
        exact(gap, places), gap == 0, cited,
    )  # fmt: skip


def _verdict(
    asset: Asset, below: int, below_units: int, loose: int, unknown: int, stated: Sequence[Stated]
) -> tuple[Verdict, tuple[str, ...]]:
    why = []
    if below:
        shown = exact(below_units, asset.decimals)
        why.append(
            f"the running balance goes below zero with transfer {below} ({shown} {asset.symbol}): rows are missing"
        )
    if loose:
        why.append(f"{loose} inputs spend outputs that the case does not hold: receipts are missing")
    why += [
        f"{s.service} states {s.stated} {asset.symbol}, the transfers give {s.held}: difference {s.gap} ({s.citation})"
        for s in stated
        if not s.agrees
    ]
    if why:
        return "does not add up", tuple(why)
    if unknown:
        return "cannot be checked", (f"{unknown} transfers have no known amount",)
    if not stated:
        return "cannot be checked", ("no source of the case states a balance",)
    return "complete as stated", tuple(f"{s.service} states {s.stated} {asset.symbol} ({s.citation})" for s in stated)

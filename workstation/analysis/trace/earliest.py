"""Owns the earliest way from one account to each of many others: one pass over the payments, no matter how many ways exist.

Of the ways of an asset that arrive at the earliest time it gives one with the fewest payments. Must not judge amounts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from workstation.analysis.trace.ledger import Transfer
from workstation.analysis.trace.paths import MAX_HOPS


@dataclass(frozen=True, slots=True)
class _Step:
    """A payment and the step before it; the chain of steps never changes, so a better way later leaves it whole."""

    move: Transfer
    before: _Step | None
    hops: int


def earliest(
    events: Iterable[Transfer], source: str, sinks: Collection[str], *, not_through: Collection[str] = (),
    max_hops: int = MAX_HOPS,
) -> dict[str, tuple[Transfer, ...]]:  # fmt: skip
    """Sink -> the payments of its earliest way.

    Args:
        events: payments of one asset in total order. not_through: accounts that a way may end at, but not go through.
    """
    here: dict[str, _Step | None] = {source: None}
    found: dict[str, _Step] = {}
    for move in events:
        sender, receiver = move.sender, move.receiver
        if sender is None or receiver is None or receiver == source or sender not in here:
            continue
        if sender in not_through and sender != source:
            continue
        before = here[sender]
        hops = 1 if before is None else before.hops + 1
        if hops > max_hops:
            continue
        known = here.get(receiver)
        if known is None or hops < known.hops:
            here[receiver] = _Step(move, before, hops)
        if receiver in sinks:
            first = found.get(receiver)
            if first is None or (move.ts == first.move.ts and hops < first.hops):
                found[receiver] = _Step(move, before, hops)
    return {sink: _payments(step) for sink, step in found.items()}


def reached(
    events: Iterable[Transfer], sources: Collection[str], *, not_through: Collection[str] = ()
) -> list[Transfer]:
    """The payments of one asset that money of the sources can have gone through: no other can be part of a way."""
    touched, kept = set(sources), []
    stop = set(not_through) - touched
    for move in events:
        if move.sender in touched and move.sender not in stop and move.receiver is not None:
            touched.add(move.receiver)
            kept.append(move)
    return kept


def _payments(step: _Step) -> tuple[Transfer, ...]:
    made = [step.move]
    while step.before is not None:
        step = step.before
        made.append(step.move)
    return tuple(reversed(made))

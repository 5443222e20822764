"""Owns the parting of an outcome of a joined ledger into its chains, with plain names. Must not run a method."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from workstation.analysis.trace import results
from workstation.app.tracing.engines import Held, Outcome, came_to
from workstation.app.tracing.joined import Woven
from workstation.app.tracing.lines import PaymentLine
from workstation.app.tracing.prepared import Group

_T = TypeVar("_T")


def by_chain(outcome: Outcome, group: Group) -> dict[str, Outcome]:
    """The outcome of each chain of a group."""
    made, line = group.woven, group.line
    if made is None or not isinstance(line, PaymentLine):
        return {line.book.chain: outcome}
    if len(made.chains) == 1:
        told = replace(outcome, absorbed=_told(outcome.absorbed, made), arrived=_without_transit(outcome.arrived, made))
        return {made.chains[0]: told}
    taint = outcome.found
    assert isinstance(taint, results.AccountTaint)
    wanted = taint.events.keys() | taint.fees.keys()
    chain_of = {e.id: made.split(came_to(e)[1])[0] for e in line.events if e.id in wanted}
    found: dict[str, Outcome] = {}
    for chain in made.chains:
        mine = replace(
            taint,
            events={name: parts for name, parts in taint.events.items() if chain_of[name] == chain},
            fees={name: parts for name, parts in taint.fees.items() if chain_of[name] == chain},
            balances=_nested(taint.balances, made, chain),
            segments=None if taint.segments is None else _nested(taint.segments, made, chain),
            totals=_of(taint.totals, made, chain),
            absorbed=_nested(taint.absorbed, made, chain),
            shortfalls=tuple(
                s._replace(account=made.split(s.account)[1], asset=made.split(s.asset)[1])
                for s in taint.shortfalls
                if made.split(s.asset)[0] == chain
            ),
            steps=tuple(_step(s, made) for s in taint.steps if made.split(s.asset)[0] == chain),
            orders=None
            if taint.orders is None
            else {name: row for name, row in taint.orders.items() if chain_of[name] == chain},
        )
        arrived = _without_transit(outcome.arrived, made)
        found[chain] = Outcome(
            outcome.method, _of(outcome.marked, made, chain), _held(outcome.final, made, chain),
            _held(_told(outcome.absorbed, made), made, chain),
            {n: parts for n, sums in outcome.buckets.items() if (parts := _of(sums, made, chain))},
            _nested(arrived, made, chain), mine.shortfalls, mine.steps, mine,
        )  # fmt: skip
    return found


def plain_step(step: results.Step, group: Group) -> tuple[str, results.Step]:
    """The chain of a step, and the step with plain names."""
    made = group.woven
    if made is None:
        return group.line.book.chain, step
    return made.split(step.asset)[0], _step(step, made)


def _step(step: results.Step, made: Woven) -> results.Step:
    if len(made.chains) == 1:
        return step
    return replace(step, account=made.split(step.account)[1], asset=made.split(step.asset)[1])


def _told(held: tuple[Held, ...], made: Woven) -> tuple[Held, ...]:
    """What stopped in front of a conversion is shown at the address that was paid."""
    found = []
    for one in held:
        end = made.ends.get(one.ref)
        if end is not None:
            chain = made.split(one.ref)[0]
            ref = made.name(chain, end.address or end.tx or made.split(one.ref)[1])
            one = replace(one, ref=ref, no_address=end.address is None, why=end.reason)
        found.append(one)
    return tuple(found)


def _without_transit(arrived: Mapping[str, Any], made: Woven) -> dict[str, Any]:
    return (
        {ref: assets for ref, assets in arrived.items() if ref not in made.transit} if made.transit else dict(arrived)
    )


def _held(held: tuple[Held, ...], made: Woven, chain: str) -> tuple[Held, ...]:
    return tuple(
        replace(one, ref=made.split(one.ref)[1], asset=made.split(one.asset)[1])
        for one in held
        if made.split(one.asset)[0] == chain
    )


def _of(entries: Mapping[str, _T], made: Woven, chain: str) -> dict[str, _T]:
    return {made.split(name)[1]: entry for name, entry in entries.items() if made.split(name)[0] == chain}


def _nested(entries: Mapping[str, Mapping[str, _T]], made: Woven, chain: str) -> dict[str, dict[str, _T]]:
    return {
        made.split(name)[1]: {made.split(asset)[1]: entry for asset, entry in mine.items()}
        for name, mine in entries.items()
        if made.split(name)[0] == chain
    }

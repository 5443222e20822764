"""Owns exposure of one account to kinds of services: direct, through others, and what stays open (semantics 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workstation.analysis.trace.account import USUAL, AccountRules, trace
from workstation.analysis.trace.exact import Number, Parts, plain, text, without_zeros
from workstation.analysis.trace.exact import total as total_of
from workstation.analysis.trace.ledger import Event, EventSource, Opening, Transfer, bad_ledger
from workstation.analysis.trace.pooled import EXACT, Arithmetic


@dataclass(frozen=True, slots=True)
class Incoming:
    """Where the money of the target came from. ``direct``, ``indirect`` and ``unattributed`` add up to ``total``."""

    total: Number
    direct: Parts
    indirect: Parts
    unattributed: Number


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Where the money of the target went. The four figures add up to ``total``."""

    total: Number
    direct: Parts
    indirect: Parts
    returned: Number
    unresolved: Number


def incoming(
    events: Sequence[Event],
    target: str,
    asset: str,
    services: Mapping[str, str],
    rules: AccountRules = USUAL,
    openings: Sequence[Opening] = (),
    arithmetic: Arithmetic = EXACT,
) -> Incoming:
    """Haircut with every service a barrier and every transfer out of a service a source of its category."""
    _check(target, services)
    sources = [
        EventSource(e.id, services[e.sender])
        for e in events
        if isinstance(e, Transfer) and e.sender is not None and e.sender in services
    ]
    stops = replace(rules, barriers=frozenset(rules.barriers) | services.keys())
    found = trace(events, sources, "haircut", stops, openings, arithmetic=arithmetic)
    direct: Parts = {}
    indirect: Parts = {}
    total: Number = 0
    for event in _of(events, asset):
        if event.receiver != target or event.sender == target:
            continue
        total += event.amount
        if event.sender is not None and event.sender in services:
            category = services[event.sender]
            direct[category] = direct.get(category, 0) + event.amount
        else:
            for category, amount in found.events.get(event.id, {}).items():
                indirect[category] = indirect.get(category, 0) + amount
    rest = total - total_of(direct.values()) - total_of(indirect.values())
    return Incoming(total, without_zeros(direct), without_zeros(indirect), plain(rest))


def outgoing(
    events: Sequence[Event],
    target: str,
    asset: str,
    services: Mapping[str, str],
    rules: AccountRules = USUAL,
    openings: Sequence[Opening] = (),
    arithmetic: Arithmetic = EXACT,
) -> Outgoing:
    """Haircut with the services and the target as barriers and every transfer out of the target a source."""
    _check(target, services)
    mine = [e for e in _of(events, asset) if e.sender == target and e.receiver != target]
    stops = replace(rules, barriers=frozenset(rules.barriers) | services.keys() | {target})
    label = EventSource("", target)
    sources = [replace(label, event=e.id) for e in mine]
    found = trace(events, sources, "haircut", stops, openings, arithmetic=arithmetic)
    direct: Parts = {}
    indirect: Parts = {}
    returned: Number = 0
    for event in _of(events, asset):
        if event.receiver == event.sender:
            continue
        if event.sender == target:
            if event.receiver is not None and event.receiver in services:
                category = services[event.receiver]
                direct[category] = direct.get(category, 0) + event.amount
            continue
        arrived = found.events.get(event.id, {}).get(target, 0)
        if event.receiver == target:
            returned += arrived
        elif event.receiver is not None and event.receiver in services:
            category = services[event.receiver]
            indirect[category] = indirect.get(category, 0) + arrived
    total = sum(e.amount for e in mine)
    rest = total - total_of(direct.values()) - total_of(indirect.values()) - returned
    return Outgoing(total, without_zeros(direct), without_zeros(indirect), plain(returned), plain(rest))


def _check(target: str, services: Mapping[str, str]) -> None:
    if target in services:
        what = f"{target[:80]} is a service itself"
        raise bad_ledger("WS-TRC-011", what, "ask for the exposure of an account that is no service")


def _of(events: Sequence[Event], asset: str) -> list[Transfer]:
    return [e for e in events if isinstance(e, Transfer) and e.asset == asset]


def document(came: Incoming, went: Outgoing) -> dict[str, dict[str, object]]:
    """The JSON form of semantics 4."""
    return {
        "incoming": {
            "total": text(came.total),
            "direct": {name: text(amount) for name, amount in came.direct.items()},
            "indirect": {name: text(amount) for name, amount in came.indirect.items()},
            "unattributed": text(came.unattributed),
        },
        "outgoing": {
            "total": text(went.total),
            "direct": {name: text(amount) for name, amount in went.direct.items()},
            "indirect": {name: text(amount) for name, amount in went.indirect.items()},
            "returned": text(went.returned),
            "unresolved": text(went.unresolved),
        },
    }

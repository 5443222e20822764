"""Owns exposure of one account to kinds of services: direct, through others, and what stays open (semantics 4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from workstation.analysis.trace.account import USUAL, AccountRules, trace
from workstation.analysis.trace.exact import Number, Parts, decimal, plain, text, without_zeros
from workstation.analysis.trace.exact import total as total_of
from workstation.analysis.trace.ledger import Event, EventSource, Opening, Transfer, bad_ledger
from workstation.analysis.trace.pooled import EXACT, Arithmetic
from workstation.analysis.trace.watching import Watch, watched

#: (``direct``, ``indirect`` or the name of an open part; category or empty) -> the events that part stands on, in order.
Carried = Mapping[tuple[str, str], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Incoming:
    """Where the money of the target came from. ``direct``, ``indirect`` and ``unattributed`` add up to ``total``."""

    total: Number
    direct: Parts
    indirect: Parts
    unattributed: Number
    carried: Carried = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Where the money of the target went. The four figures add up to ``total``."""

    total: Number
    direct: Parts
    indirect: Parts
    returned: Number
    unresolved: Number
    carried: Carried = field(default_factory=dict, compare=False)


class Marks:
    """Collects which events a part of the sum stands on."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], dict[str, None]] = {}

    def put(self, how: str, category: str, event: str) -> None:
        """An event carries something of this part."""
        self._found.setdefault((how, category), {})[event] = None

    def done(self) -> Carried:
        """The parts with their events."""
        return {part: tuple(events) for part, events in self._found.items()}


def incoming(
    events: Sequence[Event],
    target: str,
    asset: str,
    services: Mapping[str, str],
    rules: AccountRules = USUAL,
    openings: Sequence[Opening] = (),
    arithmetic: Arithmetic = EXACT,
    watch: Watch | None = None,
) -> Incoming:
    """Haircut with every service a barrier and every transfer out of a service a source of its category."""
    _check(target, services)
    sources = [
        EventSource(e.id, services[e.sender])
        for e in watched(events, watch)
        if isinstance(e, Transfer) and e.sender is not None and e.sender in services
    ]
    stops = replace(rules, barriers=frozenset(rules.barriers) | services.keys())
    found = trace(events, sources, "haircut", stops, openings, arithmetic=arithmetic, watch=watch)
    direct: Parts = {}
    indirect: Parts = {}
    total: Number = 0
    marks = Marks()
    for event in _of(events, asset, watch):
        if event.receiver != target or event.sender == target:
            continue
        total += event.amount
        if event.sender is not None and event.sender in services:
            category = services[event.sender]
            direct[category] = direct.get(category, 0) + event.amount
            marks.put("direct", category, event.id)
        else:
            parts = found.events.get(event.id, {})
            for category, amount in parts.items():
                indirect[category] = indirect.get(category, 0) + amount
                if amount:
                    marks.put("indirect", category, event.id)
            if total_of(parts.values()) != event.amount:
                marks.put("unattributed", "", event.id)
    rest = total - total_of(direct.values()) - total_of(indirect.values())
    return Incoming(total, without_zeros(direct), without_zeros(indirect), plain(rest), marks.done())


def outgoing(
    events: Sequence[Event],
    target: str,
    asset: str,
    services: Mapping[str, str],
    rules: AccountRules = USUAL,
    openings: Sequence[Opening] = (),
    arithmetic: Arithmetic = EXACT,
    watch: Watch | None = None,
) -> Outgoing:
    """Haircut with the services and the target as barriers and every transfer out of the target a source."""
    _check(target, services)
    mine = [e for e in _of(events, asset, watch) if e.sender == target and e.receiver != target]
    stops = replace(rules, barriers=frozenset(rules.barriers) | services.keys() | {target})
    label = EventSource("", target)
    sources = [replace(label, event=e.id) for e in mine]
    found = trace(events, sources, "haircut", stops, openings, arithmetic=arithmetic, watch=watch)
    direct: Parts = {}
    indirect: Parts = {}
    returned: Number = 0
    marks = Marks()
    for event in _of(events, asset, watch):
        if event.receiver == event.sender:
            continue
        if event.sender == target:
            if event.receiver is not None and event.receiver in services:
                category = services[event.receiver]
                direct[category] = direct.get(category, 0) + event.amount
                marks.put("direct", category, event.id)
            else:
                marks.put("unresolved", "", event.id)
            continue
        arrived = found.events.get(event.id, {}).get(target, 0)
        if not arrived:
            continue
        if event.receiver == target:
            returned += arrived
            marks.put("returned", "", event.id)
        elif event.receiver is not None and event.receiver in services:
            category = services[event.receiver]
            indirect[category] = indirect.get(category, 0) + arrived
            marks.put("indirect", category, event.id)
    total = sum(e.amount for e in mine)
    rest = total - total_of(direct.values()) - total_of(indirect.values()) - returned
    return Outgoing(total, without_zeros(direct), without_zeros(indirect), plain(returned), plain(rest), marks.done())


def _check(target: str, services: Mapping[str, str]) -> None:
    if target in services:
        what = f"{target[:80]} is a service itself"
        raise bad_ledger("WS-TRC-011", what, "ask for the exposure of an account that is no service")


def _of(events: Sequence[Event], asset: str, watch: Watch | None) -> list[Transfer]:
    return [e for e in watched(events, watch) if isinstance(e, Transfer) and e.asset == asset]


def document(came: Incoming, went: Outgoing, *, exact: bool = True) -> dict[str, dict[str, object]]:
    """The JSON form of semantics 4; figures of approximate arithmetic as decimals."""
    show = text if exact else decimal
    return {
        "incoming": {
            "total": show(came.total),
            "direct": {name: show(amount) for name, amount in came.direct.items()},
            "indirect": {name: show(amount) for name, amount in came.indirect.items()},
            "unattributed": show(came.unattributed),
        },
        "outgoing": {
            "total": show(went.total),
            "direct": {name: show(amount) for name, amount in went.direct.items()},
            "indirect": {name: show(amount) for name, amount in went.indirect.items()},
            "returned": show(went.returned),
            "unresolved": show(went.unresolved),
        },
    }

"""Owns the words around the detectors of ``workstation.analysis.typologies``: what was counted, why it may be usual.

A pattern is not a crime. Each finding says what was counted, an innocent reading, and what would disprove it. Parties
that are tagged as a service are barriers of cycles, and a pattern that hangs on one is left out and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from workstation.analysis import typologies
from workstation.analysis.typologies.parameters import Chain, Cycle, Dormant, Fan, Rapid, Structuring
from workstation.sdk.api import Asset, CaseView, Finding, Run

#: Categories of parties that pay and are paid by many as their business.
_SERVICES = frozenset(
    ("exchange", "service", "merchant", "mixer", "gambling", "hosting", "mining", "payroll", "bridge")
)
#: Most findings of a run; the rest is said as a number.
_MOST = 500
_HOURS = 3600
#: Title, an innocent reading, what would disprove it.
_WORDS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "fan_out": ("One pays many", "wages, dividends, a service that pays its customers", "a contract or tag that shows such a business"),
        "fan_in": ("Many pay one", "a shop, a fund-raiser, a deposit address of a service", "a tag of a merchant or exchange"),
        "gather_scatter": ("Collects, then pays out", "a service that pools customers' money", "a tag of a service; a lawful reason for the pool"),
        "scatter_gather": ("Parts, then meets again", "several accounts of one owner, or a busy service at one end", "other money in between that explains the payments"),
        "temporal_cycle": ("Comes back", "a refund, a loan paid back, trade in both directions", "goods or services behind the payments"),
        "round_trip": ("Comes back nearly whole", "a refund, a test, money moved between own accounts", "one owner of all addresses, or a cancelled purchase"),
        "structuring_out": ("Pays often just below a threshold", "a fixed price just below the threshold", "invoices of that amount"),
        "structuring_in": ("Is paid often just below a threshold", "a fixed price just below the threshold", "invoices of that amount"),
        "rapid_movement": ("Goes on at once", "an automatic sweep of a service, a bridge", "a tag of a service that sweeps deposits"),
        "dormant_wake": ("Wakes after long silence", "savings that are spent, a wallet found again", "an owner who shows why"),
        "relay_chain": ("Passed on from hand to hand", "a wallet that moves its own change, a chain of services", "one owner of the addresses"),
        "peel_chain": ("Peel chain", "a wallet that pays bills from one large balance", "ordinary payees along the way"),
    }
)  # fmt: skip


def _found(kind: str, case: CaseView, run: Run, parameters: Any, asset: str) -> Iterator[Finding]:
    columns = case.columns()
    services = {tag.subject for tag in case.tags() if tag.category.lower() in _SERVICES}
    run.progress(0, None, "looking for patterns")
    alerts = typologies.detect(kind, columns, parameters, sorted(services), asset or None)
    # A chain may well begin or end at a service; one that runs through it is two ways of different money.
    chain = kind in ("relay_chain", "peel_chain")
    hubs = [set(alert.parties) - set(alert.anchor) if chain else set(alert.anchor) for alert in alerts]
    counted = [alert for alert, hub in zip(alerts, hubs, strict=True) if not services & hub]
    counted.sort(key=lambda alert: (-len(alert.transfers), alert.transfers))
    if len(counted) < len(alerts):
        run.note(f"{len(alerts) - len(counted)} patterns hang on a tagged service and are left out")
    if len(counted) > _MOST:
        run.note(f"{len(counted) - _MOST} more patterns are not listed: narrow the settings")
    title, innocent, disproof = _WORDS[kind]
    for number, alert in enumerate(counted[:_MOST]):
        run.progress(number, min(len(counted), _MOST))
        of = case.asset(alert.asset)
        figures = ", ".join(
            f"{name} {_figure(name, value, of)}" for name, value in alert.figures.items() if name != "first"
        )
        yield Finding(
            kind,
            title,
            f"{len(alert.transfers)} payments between {len(alert.parties)} addresses, {_amount(alert.total, of)} in all"
            f" ({figures}). It may be innocent: {innocent}.",
            "heuristic",
            alert.anchor,
            case.cite(*alert.transfers),
            {"payments": len(alert.transfers), "addresses": len(alert.parties), "sum": alert.total, **alert.figures},
            f"{disproof[0].upper()}{disproof[1:]}.",
            alert.transfers,
        )


def _amount(units: int, of: Asset) -> str:
    if of.decimals is None:
        return f"{units} base units of {of.symbol}"
    whole, part = divmod(units, 10**of.decimals)
    return f"{whole}{f'.{part:0{of.decimals}d}'.rstrip('0').rstrip('.') if part else ''} {of.symbol}"


def _figure(name: str, value: int, of: Asset) -> str:
    if name in ("window", "silence"):
        days, hours = divmod(value, 24 * _HOURS)
        return f"{days} days" if days > 1 and not hours else f"{value // _HOURS} h" if value >= _HOURS else f"{value} s"
    return _amount(value, of) if name in ("came", "went", "least", "threshold") else str(value)


def _analysis(kind: str, make: Callable[[Mapping[str, Any]], Any]) -> Callable[[CaseView, Any, Run], Iterator[Finding]]:
    def find(case: CaseView, params: Any, run: Run) -> Iterator[Finding]:
        return _found(kind, case, run, make(params), params["asset"])

    return find


def _fan(given: Mapping[str, Any]) -> Fan:
    return Fan(given["k"], given["window"])


def _cycle(given: Mapping[str, Any]) -> Cycle:
    return Cycle(given["shortest"], given["longest"], given["window"], given.get("share", (0, 1)))


def _structuring(given: Mapping[str, Any]) -> Structuring:
    return Structuring(given["threshold"], given["share"], given["k"], given["window"])


def _chain(given: Mapping[str, Any]) -> Chain:
    return Chain(given["length"], given["share"], given["window"])


fan_out = _analysis("fan_out", _fan)
fan_in = _analysis("fan_in", _fan)
gather_scatter = _analysis("gather_scatter", _fan)
scatter_gather = _analysis("scatter_gather", _fan)
temporal_cycle = _analysis("temporal_cycle", _cycle)
round_trip = _analysis("round_trip", _cycle)
structuring_out = _analysis("structuring_out", _structuring)
structuring_in = _analysis("structuring_in", _structuring)
rapid_movement = _analysis("rapid_movement", lambda p: Rapid(p["amount"], p["share"], p["window"]))
dormant_wake = _analysis("dormant_wake", lambda p: Dormant(p["amount"], p["silence"], p["window"]))
relay_chain = _analysis("relay_chain", _chain)
peel_chain = _analysis("peel_chain", _chain)

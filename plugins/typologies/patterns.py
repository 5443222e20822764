"""Owns the words around the detectors of ``workstation.analysis.typologies``: what was counted, why it may be usual.

A pattern is not a crime. Each finding says what was counted, with which settings, why it is not usual traffic, an
innocent reading, what would disprove it and how often the rule is right. What is left out as usual (rules:
``typologies.usual``) is counted in the log of the run, and a search that was cut says how far it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from types import MappingProxyType
from typing import Any

from workstation.analysis import rates
from workstation.analysis.typologies import Alert, Cut, search
from workstation.analysis.typologies.parameters import Chain, Cycle, Dormant, Fan, Layers, Rapid, Structuring
from workstation.analysis.typologies.together import larger, profile, together, within
from workstation.analysis.typologies.usual import WHOLE, WHY, Usual, is_service, unusual, usual
from workstation.sdk import telling
from workstation.sdk.api import Asset, CaseView, Finding, Run

#: Pattern -> title, an innocent reading, what would disprove it.
_WORDS: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "fan_out": ("One pays many", "wages, dividends, a service that pays its customers", "a contract or tag that shows such a business"),
        "fan_in": ("Many pay one", "a shop, a fund-raiser, a deposit address of a service", "a tag of a merchant or exchange"),
        "gather_scatter": ("Collects, then pays out", "a service or a treasurer who pools other people's money", "a tag of a service; a lawful reason for the pool"),
        "scatter_gather": ("Parts, then meets again", "several accounts of one owner, or relatives who each pay a part of one bill", "other money in between that explains the payments"),
        "temporal_cycle": ("Comes back", "a refund, a loan paid back, a savings club, trade in both directions", "goods or services behind the payments"),
        "round_trip": ("Comes back nearly whole", "a refund, a test, money moved between own accounts", "one owner of all addresses, or a cancelled purchase"),
        "structuring_out": ("Pays often just below a threshold", "a fixed price just below the threshold, such as a rent", "invoices of that amount"),
        "structuring_in": ("Is paid often just below a threshold", "a fixed price just below the threshold, such as a rent", "invoices of that amount"),
        "rapid_movement": ("Goes on at once", "an automatic sweep of a service, a bridge", "a tag of a service that sweeps deposits"),
        "dormant_wake": ("Wakes after long silence", "savings that are spent, a wallet found again", "an owner who shows why"),
        "relay_chain": ("Passed on from hand to hand", "a payment through agent, notary and bank; a wallet that moves its own change", "one owner of the addresses; papers of the deal"),
        "random": ("A long way without return", "a chain of suppliers who pay each other", "deliveries behind each payment"),
        "peel_chain": ("Peel chain", "a wallet that pays bills from one large balance", "ordinary payees along the way"),
        "bipartite": ("Few pay the same few", "members of two clubs or firms who settle up", "the deals behind the payments"),
        "stack": ("Two layers in a row", "suppliers, dealers and shops of one trade", "the deals behind the payments"),
    }
)  # fmt: skip
#: Detector -> the name of its pattern in AMLworld, where that is another; the measured rates stand under it.
_PATTERNS: Mapping[str, str] = MappingProxyType(
    {
        "temporal_cycle": "cycle", "round_trip": "cycle", "relay_chain": "relay", "structuring_out": "structuring",
        "structuring_in": "structuring",
    }
)  # fmt: skip
#: Pattern -> its method card.
_CARDS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("fan_out", "fan_in", "gather_scatter", "scatter_gather"), "fans"),
        **dict.fromkeys(("bipartite", "stack"), "layers"), **dict.fromkeys(("relay", "peel_chain", "random"), "chains"),
        **dict.fromkeys(("rapid_movement", "dormant_wake"), "timing"), "cycle": "cycles", "structuring": "structuring",
    }
)  # fmt: skip
#: Detectors that were not measured: cycles are measured with the share of a round trip.
_UNMEASURED = frozenset(("temporal_cycle", "rapid_movement"))
#: Figures that are amounts, and figures that are lengths of time.
_AMOUNTS = frozenset(("came", "went", "least", "threshold", "amount"))
_TIMES = frozenset(("window", "silence"))
#: Settings of a detector that are no part of the pattern, or are read out with the figures.
_UNSAID = frozenset(("most", "work"))
#: No asset has this key: the settings do not say which one is meant.
_UNSTATED = "?"
_PART = "are mostly part of a larger pattern that is told"


def _usual(case: CaseView, run: Run) -> Usual:
    services = {tag.subject for tag in case.tags() if is_service(tag.category)}
    columns = case.columns()
    one_sided = int(((columns.sender < 0) | (columns.receiver < 0)).sum())
    if one_sided:
        run.note(f"{one_sided} rows state only one side (coins of a transaction, fees) and take part in no pattern")
    of = usual(columns, services)
    if of.aside:
        run.note(
            f"{of.aside} transfers of {len(of.services)} tagged services and {len(of.hubs)} hubs are usual traffic: "
            "patterns of shape are looked for without them"
        )
    return of


def _found(
    kind: str, case: CaseView, run: Run, parameters: Any, given: Mapping[str, Any], word: str = ""
) -> Iterator[Finding]:
    """The findings of one detector; ``word``: the pattern it stands for, when that is not its own name."""
    run.progress(0, None, "looking for patterns")
    asset = _asset(case, run, given["asset"], needed=kind in WHOLE)
    if asset == _UNSTATED:
        return
    if given["suppress"]:
        of = _usual(case, run)
        looked = unusual(kind, of, parameters, asset)
        alerts: Sequence[Alert] = within(of, looked.alerts, word or _PATTERNS.get(kind, kind), asset)
        cuts = looked.cuts
        if len(alerts) < len(looked.alerts):
            names = ", ".join(name.replace("_", " ") for name in larger(word or _PATTERNS.get(kind, kind)))
            run.note(
                f"{len(looked.alerts) - len(alerts)} alerts are mostly part of a larger pattern ({names}) and are left out: "
                "ask for it, or for all patterns together"
            )
        for rule, count in looked.held_back.items():
            run.note(f"{count} alerts {WHY[rule]} and are left out")
    else:
        services = {tag.subject for tag in case.tags() if is_service(tag.category)}
        alerts, cuts = search(kind, case.columns(), parameters, sorted(services), asset)
    pattern = word or _PATTERNS.get(kind, kind)
    said = rates.NOT_MEASURED
    if kind not in _UNMEASURED:
        said = rates.published().said(pattern, rates.ALONE)
    if said != rates.NOT_MEASURED and not _as_measured(pattern, parameters, given["suppress"]):
        said += " The settings of this run differ from the measured ones."
    yield from _told(
        case, run, [(pattern, one, said, _settings(parameters)) for one in alerts], cuts, given["suppress"]
    )


def _asset(case: CaseView, run: Run, stated: str, *, needed: bool) -> str | None:
    """The asset that is asked about, None for every one. Amounts in the settings need one; a case with one has it."""
    if stated or not needed:
        return stated or None
    assets = case.columns().assets
    if len(assets) > 1:
        run.note(f"amounts are base units of one asset, and the case holds {len(assets)}: state which")
        return _UNSTATED
    return assets[0] if assets else None


def _as_measured(pattern: str, parameters: Any, suppress: bool) -> bool:
    """Whether the settings are those of the published rates; amounts are a matter of asset and jurisdiction."""
    asked = profile(1, 1).get(pattern, ())
    amounts = {name: getattr(parameters, name) for name in ("threshold", "amount") if hasattr(parameters, name)}
    return suppress and any(type(p) is type(parameters) and replace(p, **amounts) == parameters for _, p in asked)


def _settings(parameters: Any) -> str:
    """The settings in one line."""
    said = []
    for name, value in asdict(parameters).items():
        if name not in _UNSAID:
            said.append(f"{name} {'/'.join(map(str, value)) if isinstance(value, tuple) else value}")
    return ", ".join(said)


def _told(
    case: CaseView, run: Run, found: list[tuple[str, Alert, str, str]], cuts: Sequence[Cut], suppress: bool
) -> Iterator[Finding]:
    """Findings of alerts: (pattern, alert, its rates, its settings); the largest first."""
    for cut in cuts:
        run.note(_cut(cut))
    mine = [each for each in found if telling.touching(case, each[1].parties)]
    mine.sort(key=lambda each: (-len(each[1].at), each[0], each[1].anchor, each[1].at))
    count = telling.listed(run, len(mine), "patterns")
    for number, (word, alert, said, settings) in enumerate(mine[:count]):
        run.progress(number, count)
        title, innocent, disproof = _WORDS[word if word == "random" else alert.kind]
        of = case.asset(alert.asset)
        figures = ", ".join(
            f"{name} {_figure(name, value, of)}" for name, value in alert.figures.items() if name != "first"
        )
        measures: dict[str, Any] = {
            "pattern": word, "payments": len(alert.transfers), "addresses": len(alert.parties), "sum": alert.total, **alert.figures,
            "settings": settings, "not_usual": _not_usual(alert.kind, suppress),
        }  # fmt: skip
        searched = [cut for cut in cuts if (cut.kind, cut.asset) == (alert.kind, alert.asset)]
        if searched:
            measures["searched"] = _cut(searched[0])
        made = telling.finding(
            case, "random_walk" if word == "random" else alert.kind, title,
            f"{len(alert.transfers)} payments between {len(alert.parties)} addresses, {telling.amount(alert.total, of)} "
            f"in all ({figures}).",
            f"{disproof[0].upper()}{disproof[1:]}.", subjects=alert.anchor, transfers=alert.transfers,
            measures=measures, innocent=innocent, rates=said, card=_CARDS[word],
        )  # fmt: skip
        if made is not None:
            yield made


def _cut(cut: Cut) -> str:
    what = f"{cut.limit} steps were taken" if cut.why == "work" else f"{cut.limit} hits were listed"
    return (
        f"{cut.kind} in {cut.asset} was not searched to its end: after {what} the search had begun with {cut.done} of "
        f"{cut.of} payments; narrow the window or the length"
    )


def _not_usual(kind: str, suppress: bool) -> str:
    """Why it is not benign, as far as rules can tell."""
    if not suppress:
        return "not looked at: usual traffic was not left out"
    if kind in WHOLE:
        return "it hangs on no tagged service and no hub"
    return "no tagged service, no hub; who it hangs on is no busy merchant and pays no payroll"


def _figure(name: str, value: int, of: Asset) -> str:
    return telling.seconds(value) if name in _TIMES else telling.amount(value, of) if name in _AMOUNTS else str(value)


def every(case: CaseView, given: Mapping[str, Any], run: Run) -> Iterator[Finding]:
    """All patterns together: each is told once, with the settings whose error rates are published."""
    run.progress(0, None, "looking for patterns")
    threshold, large = given["threshold"], given["amount"]
    asset = _asset(case, run, given["asset"], needed=bool(threshold or large))
    if asset == _UNSTATED:
        asset, threshold, large = None, 0, 0
    missing = [name for name, value in (("structuring", threshold), ("dormant wake", large)) if not value]
    if missing:
        run.note(f"{' and '.join(missing)} not looked for: state what amount counts")
    asked = profile(threshold, large)
    told = together(_usual(case, run), asked, asset)
    for (pattern, rule), count in told.held_back.items():
        run.note(f"{count} alerts of {pattern} {WHY.get(rule, _PART)} and are left out")
    published = rates.published()
    found = [
        (pattern, one, published.said(pattern, rates.TOGETHER),
         _settings(next(p for kind, p in asked[pattern] if kind == one.kind)))
        for pattern, alerts in told.alerts.items()
        for one in alerts
    ]  # fmt: skip
    yield from _told(case, run, found, told.cuts, True)


_Analysis = Callable[[CaseView, Mapping[str, Any], Run], Iterator[Finding]]


def _analysis(kind: str, make: Callable[[Mapping[str, Any]], Any], word: str = "") -> _Analysis:
    def find(case: CaseView, params: Mapping[str, Any], run: Run) -> Iterator[Finding]:
        return _found(kind, case, run, make(params), params, word)

    return find


def _fan(given: Mapping[str, Any]) -> Fan:
    return Fan(given["k"], given["window"])


def _cycle(given: Mapping[str, Any]) -> Cycle:
    return Cycle(given["shortest"], given["longest"], given["window"], given.get("share", (0, 1)), work=given["work"])


def _structuring(given: Mapping[str, Any]) -> Structuring:
    return Structuring(given["threshold"], given["share"], given["k"], given["window"])


def _chain(given: Mapping[str, Any]) -> Chain:
    return Chain(given["length"], given["share"], given["window"])


def _layers(given: Mapping[str, Any]) -> Layers:
    return Layers(given["k"], given["window"], given["density"])


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
random_walk = _analysis("relay_chain", _chain, "random")
peel_chain = _analysis("peel_chain", _chain)
bipartite = _analysis("bipartite", _layers)
stack = _analysis("stack", _layers)

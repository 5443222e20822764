"""Owns how a case of a vector file becomes ledgers and rules, and which engine computes it. Must not compare.

A case is checked as it is read: a wrong type or a missing key is a ``CaseError`` that says where.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any

from workstation.analysis.trace import (
    account,
    change,
    cluster,
    coinjoin,
    deposits,
    entropy,
    exposure,
    flow,
    paths,
    utxo,
)
from workstation.analysis.trace.account import AccountRules
from workstation.analysis.trace.balances import balances
from workstation.analysis.trace.fields import CaseError, Fields
from workstation.analysis.trace.ledger import (
    Chain,
    Conversion,
    Event,
    EventSource,
    Input,
    Opening,
    Output,
    OutputSource,
    Transfer,
    Tx,
    chain,
    ordered,
)  # fmt: skip
from workstation.analysis.trace.methods import ACCOUNT_METHODS, UTXO_METHODS
from workstation.analysis.trace.pooled import EXACT, Arithmetic
from workstation.analysis.trace.results import amounts, document, shortfall_documents

Document = dict[str, Any]


def compute(case: Mapping[str, Any], arithmetic: Arithmetic = EXACT) -> Document:
    """The result of a case; with ``expect`` only the methods that it names are run.

    Args:
        arithmetic: of the pooled methods and exposure; all else is always exact.

    Raises:
        CaseError: the case cannot be read.
        WorkstationError: its ledger or question makes no sense.
    """
    fields = Fields(case, "")
    kind = fields.text("kind")
    traced = TRACED.get(kind)
    if traced is not None:
        return traced(fields, arithmetic)
    engine = KINDS.get(kind)
    if engine is None:
        raise CaseError("/kind", f"is {kind!r}; known kinds: {', '.join((*TRACED, *KINDS))}")
    return engine(fields)


def _wanted(case: Fields, known: Collection[str]) -> list[str]:
    """Methods of a case: those it lists, those it expects, or all."""
    named = case.texts("methods") or list(case.mapping("expect")) or list(known)
    return [name for name in known if name in named]


def read_chain(case: Fields, until_block: int | None = None) -> Chain:
    """The UTXO ledger of a case."""
    return chain([_tx(tx) for tx in case.one("ledger").each("txs")], until_block)


def _tx(tx: Fields) -> Tx:
    inputs = tuple(
        Input(i.text("txid"), i.count("vout"), i.count("value", None), i.name("address"), i.name("type"))
        for i in tx.each("inputs")
    )
    outputs = tuple(
        Output(o.count("value"), o.name("address"), o.name("type"), o.flag("change")) for o in tx.each("outputs")
    )
    return Tx(
        tx.text("txid"), tx.whole("block"), tx.whole("pos", 0), inputs, outputs, tx.flag("coinbase"),
        tx.count("subsidy", None), tx.count("locktime", 0), tx.count("vsize", None),
    )  # fmt: skip


def read_events(case: Fields, until_ts: int | None = None) -> list[Event]:
    """The events of an account ledger in total order."""
    return ordered([_event(event) for event in case.each("events")], until_ts)


def _event(event: Fields) -> Event:
    common: dict[str, Any] = {
        "id": event.id("id"), "ts": event.whole("ts"), "seq": event.whole("seq", 0), "fee": event.count("fee", 0),
        "fee_asset": event.name("fee_asset"), "fee_payer": event.name("fee_payer"),
    }  # fmt: skip
    kind = event.name("type") or "transfer"
    if kind == "convert":
        return Conversion(
            account=event.text("account"), from_asset=event.text("from_asset"), from_amount=event.count("from_amount"),
            to_asset=event.text("to_asset"), to_amount=event.count("to_amount"), to_account=event.name("to_account"),
            **common,
        )  # fmt: skip
    if kind != "transfer":
        raise CaseError(f"{event.path}/type", "is neither transfer nor convert")
    return Transfer(
        asset=event.text("asset"), sender=event.name("from"), receiver=event.name("to"), amount=event.count("amount"),
        **common,
    )  # fmt: skip


def _event_sources(case: Fields) -> list[EventSource]:
    return [EventSource(s.id("event"), s.text("label"), s.count("amount", None)) for s in case.each("sources", ())]


def _openings(case: Fields) -> list[Opening]:
    key = next((key for key in ("opening", "openings", "opening_balances") if case.has(key)), "opening")
    return [Opening(o.text("account"), o.text("asset"), o.count("amount"), o.name("label")) for o in case.each(key, ())]


def _account_rules(options: Fields) -> AccountRules:
    policy = options.name("shortfall") or "clean_injection"
    if policy not in ("clean_injection", "debt"):
        raise CaseError(f"{options.path}/shortfall", "is neither clean_injection nor debt")
    return AccountRules("debt" if policy == "debt" else "clean_injection", frozenset(options.texts("barriers")))


def _utxo(case: Fields, how: Arithmetic) -> Document:
    options = case.one("options", {})
    order = options.name("output_order") or "listed"
    fees = options.name("fee_policy") or "sink"
    if order not in ("listed", "change_last") or fees not in ("sink", "to_miner"):
        raise CaseError(options.path, f"has an output_order {order!r} or fee_policy {fees!r} that does not exist")
    rules = utxo.ChainRules(
        "change_last" if order == "change_last" else "listed", "to_miner" if fees == "to_miner" else "sink",
        frozenset(options.texts("barriers")),
    )  # fmt: skip
    ledger = read_chain(case, options.whole("until_block", None))
    sources = [
        OutputSource(s.text("txid"), s.count("vout"), s.text("label"), s.count("amount", None))
        for s in case.each("sources", ())
    ]
    return {
        name: document(utxo.trace(ledger, sources, name, rules, arithmetic=how)) for name in _wanted(case, UTXO_METHODS)
    }


def _account(case: Fields, how: Arithmetic) -> Document:
    options = case.one("options", {})
    rules = _account_rules(options)
    events = read_events(case, options.whole("until_ts", None))
    sources, openings = _event_sources(case), _openings(case)
    found: Document = {}
    shortfalls = None
    ready = balances(events, openings, debt=rules.shortfall == "debt")
    for name in _wanted(case, ACCOUNT_METHODS):
        run = account.trace(events, sources, name, rules, openings, arithmetic=how, ready=ready)
        found[name] = document(run)
        shortfalls = run.shortfalls
    if shortfalls is None:
        shortfalls = account.trace(events, [], "poison", rules, openings).shortfalls
    found["shortfalls"] = shortfall_documents(shortfalls)
    where = case if case.has("pool") else options
    if where.has("pool"):
        pool = where.one("pool")
        key = (pool.text("account"), pool.text("asset"))
        found["static_pari_passu"] = amounts(account.pari_passu(events, sources, key, rules, openings))
    return found


def _exposure(case: Fields, how: Arithmetic) -> Document:
    options = case.one("options", {})
    events = read_events(case, options.whole("until_ts", None))
    services = case.labels("services")
    about = (events, case.text("target"), case.text("asset"), services, _account_rules(options), _openings(case), how)
    came, went = exposure.incoming(*about), exposure.outgoing(*about)
    return dict(exposure.document(came, went, exact=how.scale == 1))


def _coinjoin(case: Fields) -> Document:
    sides = [[_value_and_script(entry) for entry in case.each(side)] for side in ("inputs", "outputs")]
    found = coinjoin.classify(sides[0], sides[1], coinbase=case.flag("coinbase"))
    return {"class": found.name or None, "numbers": dict(found.numbers)}


def _value_and_script(entry: Fields) -> tuple[int, str | None]:
    if entry.is_pair():
        return entry.count("0"), entry.name("1")
    return entry.count("value"), entry.name("script") or entry.name("address")


def _cluster(case: Fields) -> Document:
    options = case.one("options", {})
    rules = cluster.ClusterRules(
        options.name("change"), options.flag("exclude_coinjoin", usual=True), options.labels("exclusive_tags", {}),
        options.count("change_merge_limit", cluster.USUAL.change_merge_limit),
    )  # fmt: skip
    return cluster.document(cluster.cluster(read_chain(case), rules))


def _change(case: Fields) -> Document:
    ledger = read_chain(case)
    return {
        rule: {txid: list(outputs) for txid, outputs in change.candidates(ledger, rule).items()}
        for rule in change.RULES
    }


def _deposit_reuse(case: Fields) -> Document:
    options = case.one("options", {})

    def at(key: str) -> Fields:
        return case if case.has(key) else options

    where = at("exchanges")
    exchanges = (
        {name: name for name in where.texts("exchanges")} if where.is_list("exchanges") else where.labels("exchanges")
    )
    found = deposits.deposit_reuse(
        read_events(case), exchanges, at("t_max").count("t_max", deposits.T_MAX),
        at("a_max").count("a_max", deposits.A_MAX), frozenset(at("ignore").texts("ignore")),
    )  # fmt: skip
    return deposits.document(found)


def _entropy(case: Fields) -> Document:
    return entropy.document(entropy.entropy(case.counts("inputs"), case.counts("outputs")))


def _flow(case: Fields) -> Document:
    options = case.one("options", {})

    def at(key: str) -> Fields:
        return case if case.has(key) else options

    window = at("window").wholes("window") if at("window").has("window") else None
    if window is not None and len(window) != 2:
        raise CaseError("/window", "is not [t0, t1]")
    asked = flow.Question(
        case.text("source"), case.text("sink"), case.name("asset"), at("budget").count("budget", None),
        None if window is None else (window[0], window[1]),
    )  # fmt: skip
    events = read_events(case)
    ways = paths.paths(events, asked, at("max_hops").count("max_hops", paths.MAX_HOPS), at("k").count("k", paths.BEST))
    return {
        "max_flow": flow.max_flow(events, asked),
        "greedy_flow": flow.greedy_flow(events, asked),
        "paths": paths.document(ways),
    }


TRACED: Mapping[str, Callable[[Fields, Arithmetic], Document]] = MappingProxyType(
    {"utxo": _utxo, "account": _account, "exposure": _exposure}
)
KINDS: Mapping[str, Callable[[Fields], Document]] = MappingProxyType(
    {
        "coinjoin": _coinjoin,
        "cluster": _cluster,
        "change": _change,
        "deposit_reuse": _deposit_reuse,
        "entropy": _entropy,
        "flow": _flow,
    }
)

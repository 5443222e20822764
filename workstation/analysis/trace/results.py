"""Owns what a tracing run gives: results by transaction or event, and their JSON form (semantics 2.11 and 3.12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from workstation.analysis.trace.exact import Number, Parts, text
from workstation.analysis.trace.segments import Segments

Totals = dict[str, Parts]


@dataclass(frozen=True, slots=True)
class Step:
    """One movement with its arithmetic, for people who follow the run line by line.

    Every row is made of (label or None, amount) pieces. For pooled methods a row has one piece for each label and one
    of clean value, and its order says nothing; for poison the amounts are the whole value that carries the label.

    Attributes:
        place: transaction or event. kind: ``transaction``, ``transfer``, ``fee``, ``convert`` or ``opening``.
        account, asset: the pool that pays; empty for UTXO ledgers.
        inputs: what came in, one row for each input (for conversions: the debit before it is scaled).
        before: the queue or pool from which outputs are served, as arranged by the method.
        outputs: (name, row) served, in the order of serving. remainder: what is left: the fee, or the pool afterwards.
        missing: units drawn beyond the known balance.
    """

    place: str
    kind: str
    account: str
    asset: str
    inputs: tuple[Segments, ...]
    before: Segments
    outputs: tuple[tuple[str, Segments], ...]
    remainder: Segments
    missing: int = 0


class Shortfall(NamedTuple):
    """A debit beyond the known balance. ``kind``: transfer, fee or convert."""

    event: str
    kind: str
    account: str
    asset: str
    amount: int


@dataclass(frozen=True, slots=True)
class ChainTaint:
    """The result of one method on a UTXO ledger. Keys of outputs are ``txid:vout``.

    Attributes:
        segments: only of order-keeping methods. totals: injected, final, fees; empty for poison.
        holders: final taint by address ("" = output without one), also for poison (whole value of the outputs).
    """

    method: str
    outputs: dict[str, Parts]
    fees: dict[str, Parts]
    segments: dict[str, Segments] | None
    totals: Totals
    holders: dict[str, Parts]
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class AccountTaint:
    """The result of one method on an account ledger.

    Attributes:
        events: composition of every event that carries a label. balances: account -> asset -> label -> amount.
        totals: asset -> bucket -> label -> amount; empty for poison.
        absorbed: barrier account -> asset -> label -> amount that arrived there.
    """

    method: str
    events: dict[str, Parts]
    fees: dict[str, Parts]
    balances: dict[str, dict[str, Parts]]
    segments: dict[str, dict[str, Segments]] | None
    totals: dict[str, Totals]
    absorbed: dict[str, dict[str, Parts]]
    shortfalls: tuple[Shortfall, ...] = field(repr=False)
    steps: tuple[Step, ...] = ()


def chain_document(found: ChainTaint) -> dict[str, Any]:
    """The JSON form of semantics 2.11."""
    if found.method == "poison":
        return {"outputs": _named(found.outputs), "fees": _named(found.fees)}
    document: dict[str, Any] = {"outputs": _each(found.outputs), "fees": _each(found.fees)}
    if found.segments is not None:
        document["segments"] = {place: _row(row) for place, row in found.segments.items()}
    document["totals"] = _each(found.totals)
    return document


def account_document(found: AccountTaint) -> dict[str, Any]:
    """The JSON form of semantics 3.12."""
    show = _named if found.method == "poison" else _each
    document: dict[str, Any] = {
        "events": show(found.events),
        "fees": show(found.fees),
        "balances": {account: show(pools) for account, pools in found.balances.items()},
    }
    if found.segments is not None:
        document["segments"] = {
            account: {asset: _row(row) for asset, row in pools.items()} for account, pools in found.segments.items()
        }
    if found.method != "poison":
        document["totals"] = {asset: _each(buckets) for asset, buckets in found.totals.items()}
    return document


def shortfall_documents(shortfalls: tuple[Shortfall, ...]) -> list[dict[str, str]]:
    """The JSON form of shortfalls."""
    return [
        {"event": s.event, "kind": s.kind, "account": s.account, "asset": s.asset, "amount": text(s.amount)}
        for s in shortfalls
    ]


def amounts(parts: Mapping[str, Number]) -> dict[str, str]:
    """Amounts as text."""
    return {label: text(amount) for label, amount in parts.items()}


def _each(entries: Mapping[str, Mapping[str, Number]]) -> dict[str, dict[str, str]]:
    return {name: amounts(parts) for name, parts in entries.items()}


def _named(entries: Mapping[str, Mapping[str, Number]]) -> dict[str, list[str]]:
    return {name: sorted(parts) for name, parts in entries.items()}


def _row(row: Segments) -> list[list[str | None]]:
    return [[label, text(amount)] for label, amount in row]

"""Owns what a tracing run gives: results by transaction or event, and their JSON form (semantics 2.11 and 3.12)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

from workstation.analysis.trace.exact import Number, Parts, decimal, text
from workstation.analysis.trace.segments import Segments

Totals = dict[str, Parts]
#: What the JSON form of a result says when its amounts are not exact.
APPROXIMATE = MappingProxyType({"approximate": True})


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
        exact: False = amounts were kept in 1/2^64 of a unit, and are written as decimals.
        segments: only of order-keeping methods. totals: injected, final, fees; empty for poison.
        holders: final taint by address ("" = output without one), also for poison (whole value of the outputs).
        moved: transactions that moved taint; there can be more of them than steps.
    """

    method: str
    outputs: dict[str, Parts]
    fees: dict[str, Parts]
    segments: dict[str, Segments] | None
    totals: Totals
    holders: dict[str, Parts]
    steps: tuple[Step, ...] = ()
    exact: bool = True
    moved: int = 0


@dataclass(frozen=True, slots=True)
class AccountTaint:
    """The result of one method on an account ledger.

    Attributes:
        exact: False = amounts were kept in 1/2^64 of a unit, and are written as decimals.
        events: composition of every event that carries a label. balances: account -> asset -> label -> amount.
        totals: asset -> bucket -> label -> amount; empty for poison.
        absorbed: barrier account -> asset -> label -> amount that arrived there.
        orders: pieces of every event that carries a label, from head to tail; only of order-keeping methods.
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
    exact: bool = True
    orders: dict[str, Segments] | None = field(default=None, repr=False)


#: Section of a document -> its entries, and how one of them is written.
Sections = dict[str, tuple[Mapping[str, Any], Callable[[Any], Any]]]


def sections(found: ChainTaint | AccountTaint) -> Sections:
    """The parts of the JSON form of a result, not written yet: a long one can be written entry by entry."""
    return _of_chain(found) if isinstance(found, ChainTaint) else _of_accounts(found)


def document(found: ChainTaint | AccountTaint) -> dict[str, Any]:
    """The JSON form of semantics 2.11 and 3.12."""
    told: dict[str, Any] = {
        name: {key: show(entry) for key, entry in entries.items()} for name, (entries, show) in sections(found).items()
    }
    return told if found.exact else {**told, **APPROXIMATE}


def _of_chain(found: ChainTaint) -> Sections:
    if found.method == "poison":
        return {"outputs": (found.outputs, sorted), "fees": (found.fees, sorted)}
    each = amounts if found.exact else _near
    told: Sections = {"outputs": (found.outputs, each), "fees": (found.fees, each)}
    if found.segments is not None:
        told["segments"] = (found.segments, _row)
    return {**told, "totals": (found.totals, each)}


def _of_accounts(found: AccountTaint) -> Sections:
    each: Callable[[Any], Any] = amounts if found.exact else _near
    show: Callable[[Any], Any] = sorted if found.method == "poison" else each
    told: Sections = {
        "events": (found.events, show),
        "fees": (found.fees, show),
        "balances": (found.balances, partial(_inside, show)),
    }
    if found.segments is not None:
        told["segments"] = (found.segments, partial(_inside, _row))
    if found.method != "poison":
        told["totals"] = (found.totals, partial(_inside, each))
    return told


def _inside(show: Callable[[Any], Any], entries: Mapping[str, Any]) -> dict[str, Any]:
    return {name: show(entry) for name, entry in entries.items()}


def shortfall_documents(shortfalls: tuple[Shortfall, ...]) -> list[dict[str, str]]:
    """The JSON form of shortfalls."""
    return [
        {"event": s.event, "kind": s.kind, "account": s.account, "asset": s.asset, "amount": text(s.amount)}
        for s in shortfalls
    ]


def amounts(parts: Mapping[str, Number]) -> dict[str, str]:
    """Amounts as text."""
    return {label: text(amount) for label, amount in parts.items()}


def _near(parts: Mapping[str, Number]) -> dict[str, str]:
    return {label: decimal(amount) for label, amount in parts.items()}


def _row(row: Segments) -> list[list[str | None]]:
    return [[label, text(amount)] for label, amount in row]

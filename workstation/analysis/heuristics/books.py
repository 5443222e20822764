"""Owns the ledgers that heuristics read, built from rows of transfers as an analysis sees them. Must not judge anything.

Coins: transactions that the case holds only in part (``trace.puttogether``) give no link and no class; they are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from workstation.analysis.trace import ledger
from workstation.analysis.trace.ledger import Chain, Output, Tx
from workstation.analysis.trace.puttogether import (
    In,
    Made,
    Out,
    fill_outputs,
    sides,
    spending_order,
    spent_twice,
    why_broken,
)

_COINS = frozenset(("input", "output", "coinbase"))
_PAID = frozenset(("native", "internal", "token", "mint", "burn", "stated"))
#: Beginning and length of an address of Bitcoin -> the type of its script.
_TYPES = (("bc1q", 42, "p2wpkh"), ("bc1q", 62, "p2wsh"), ("bc1p", 62, "p2tr"), ("1", 0, "p2pkh"), ("3", 0, "p2sh"))


class Row(Protocol):
    """A transfer of the case, such as ``sdk.api.Transfer``."""

    @property
    def id(self) -> int:
        """Its number in the case."""

    @property
    def chain(self) -> str:
        """Its chain."""

    @property
    def tx(self) -> str:
        """Its transaction, or empty."""

    @property
    def time(self) -> int | None:
        """Seconds UTC."""

    @property
    def sender(self) -> str | None:
        """Key of who pays."""

    @property
    def receiver(self) -> str | None:
        """Key of who is paid."""

    @property
    def asset(self) -> str:
        """Key of the asset."""

    @property
    def amount(self) -> int | None:
        """Base units."""

    @property
    def kind(self) -> str:
        """What sort of row it is."""

    @property
    def index(self) -> int | None:
        """Place of an input or output in its transaction."""

    @property
    def spends(self) -> tuple[str, int] | None:
        """The output an input spends."""


@dataclass(frozen=True, slots=True)
class Book:
    """A ledger of coins.

    Attributes:
        rows: transaction -> numbers of its transfers. broken: why a transaction is left aside -> how many are.
    """

    chain: Chain = field(repr=False)
    rows: Mapping[str, Sequence[int]] = field(repr=False)
    broken: Mapping[str, int]


def coin_books(rows: Iterable[Row]) -> dict[str, Book]:
    """The ledgers of all chains of coins, by chain. ``rows``: in total order."""
    every: dict[str, dict[str, Made]] = {}
    numbers: dict[str, dict[str, list[int]]] = {}
    for row in rows:
        if not row.tx or row.kind not in _COINS:
            if row.kind == "fee" and row.tx in every.get(row.chain, ()):
                every[row.chain][row.tx].fee = row.amount
            continue
        made = every.setdefault(row.chain, {})
        tx = made.setdefault(row.tx, Made(row.tx, len(made), time=row.time))
        numbers.setdefault(row.chain, {}).setdefault(row.tx, []).append(row.id)
        if row.kind == "input":
            tx.inputs.append(In(row.spends or (f"unnamed {row.id}", 0), row.amount, row.sender, row.id))
            continue
        tx.coinbase |= row.kind == "coinbase"
        index = max(tx.outputs, default=-1) + 1 if row.index is None else row.index
        tx.outputs.setdefault(index, Out(row.amount, row.receiver, row.id))
    return {chain: _book(made, numbers[chain]) for chain, made in sorted(every.items())}


def _book(made: Mapping[str, Made], rows: Mapping[str, Sequence[int]]) -> Book:
    fill_outputs(made)
    order = spending_order(made)
    for tx in order:
        tx.why = why_broken(tx, made)
    spent_twice(order)
    txs = []
    for place, tx in enumerate(order):
        inputs, outputs = sides(tx, made)
        typed = tuple(Output(o.value, o.address, _type(o.address)) for o in outputs)
        coinbase = tx.coinbase and not tx.why
        mine = tuple(ledger.Input(i.txid, i.vout, i.value, i.address, _type(i.address)) for i in inputs)
        txs.append(Tx(tx.txid, 0, place, () if coinbase else mine, typed, coinbase))
    broken = Counter(tx.why for tx in order if tx.why)
    return Book(ledger.chain(txs), rows, MappingProxyType(dict(sorted(broken.items()))))


def _type(key: str | None) -> str | None:
    """The type of the script behind an address of Bitcoin, by its form; None where the form does not tell."""
    if key is None or not key.startswith("address:bitcoin:"):
        return None
    ref = key.removeprefix("address:bitcoin:")
    return next((name for head, size, name in _TYPES if ref.startswith(head) and size in (0, len(ref))), None)


def payments(rows: Iterable[Row]) -> list[ledger.Transfer]:
    """Payments between accounts that state an amount and a time, in total order; ids are numbers of the case."""
    return [
        ledger.Transfer(str(row.id), row.time, row.asset, row.sender, row.receiver, row.amount, place)
        for place, row in enumerate(rows)
        if row.kind in _PAID and row.amount is not None and row.time is not None
    ]

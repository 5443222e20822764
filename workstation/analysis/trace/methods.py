"""Owns the names of the methods and what each does to value, for UTXO transactions and for pools of accounts.

The walks through a ledger (``utxo``, ``account``) know no method; a method is one of these small sets of functions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, cast

from workstation.analysis.trace import pooled, segments
from workstation.analysis.trace.exact import Number, Parts, plain, share, total, without_zeros
from workstation.analysis.trace.ledger import bad_ledger
from workstation.analysis.trace.pooled import EXACT, Arithmetic, Blend, Poison
from workstation.analysis.trace.segments import Segments

UTXO_SEGMENTS = ("fifo", "lifo", "tiho", "dirty_first", "clean_first")
UTXO_METHODS = ("poison", "haircut", *UTXO_SEGMENTS)
ACCOUNT_SEGMENTS = ("fifo", "lifo")
ACCOUNT_POOLED = ("haircut", "libr", "dirty_first")
ACCOUNT_METHODS = ("poison", "haircut", *ACCOUNT_SEGMENTS, "libr", "dirty_first")


class Purse(Protocol):
    """The pool of one account and asset. ``held`` is false while no label is in it."""

    balance: Any
    held: Any

    def put(self, part: Any, units: int, /) -> None:
        """Credit a part of so many units."""

    def take(self, units: int, /) -> Any:
        """Debit units, not more than the balance."""


@dataclass(frozen=True, slots=True)
class Method:
    """What a method does to a *part*: value that moves together, in the method's own form.

    Attributes:
        name: name of the method. purse: a new pool of an account.
        clean: clean value. mark: (part, label, amount or None) -> (part, marked).
        lacking: (known part, missing units) -> part with the missing units as clean value.
        cut: (part, first units) -> (those, rest). scaled: (part, before, after) -> part.
        tainted: whether a part carries a label. weigh: amount of every label. row: the part as pieces, for steps. pool: a purse as a part.
        spread: (inputs, values of the outputs, order of serving) -> (outputs, fee, inputs as arranged).
        scale: labels count in 1/scale of a unit.
    """

    name: str
    purse: Callable[[], Purse]
    clean: Callable[[int], Any]
    mark: Callable[[Any, str, int | None], tuple[Any, Number]]
    lacking: Callable[[Any, int], Any]
    cut: Callable[[Any, int], tuple[Any, Any]]
    scaled: Callable[[Any, int, int], Any]
    tainted: Callable[[Any], bool]
    weigh: Callable[[Any], Parts]
    row: Callable[[Any], Segments]
    pool: Callable[[Any], Any]
    spread: Callable[[Sequence[Any], Sequence[int], Sequence[int]], tuple[list[Any], Any, Any]]
    scale: int = 1


class _Tail(segments.Queue):
    """A queue that pays from its tail."""

    __slots__ = ()

    take = segments.Queue.take_tail


class _Head(segments.Queue):
    """A queue that pays from its head."""

    __slots__ = ()

    take = segments.Queue.take_head


def method(name: str, arithmetic: Arithmetic = EXACT) -> Method:
    """The method of a name.

    Raises:
        WorkstationError: nobody knows the name.
    """
    if name == "poison":
        return _poison()
    if name == "haircut":
        return _pooled(name, arithmetic)
    if name in UTXO_SEGMENTS:
        return _ordered(name)
    raise bad_ledger("WS-TRC-010", f"there is no method {name[:40]!r}", f"choose one of: {', '.join(UTXO_METHODS)}")


def account_method(name: str, arithmetic: Arithmetic = EXACT) -> Method:
    """The method of a name on account ledgers, where dirty_first is pooled and libr exists.

    Raises:
        WorkstationError: nobody knows the name.
    """
    if name in ACCOUNT_POOLED:
        return _pooled(name, arithmetic)
    if name in ACCOUNT_METHODS:
        return method(name)
    raise bad_ledger("WS-TRC-010", f"there is no method {name[:40]!r}", f"choose one of: {', '.join(ACCOUNT_METHODS)}")


def _ordered(name: str) -> Method:
    tail = name == "lifo"

    def spread(
        inputs: Sequence[Segments], values: Sequence[int], order: Sequence[int]
    ) -> tuple[list[Segments], Segments, Segments]:
        row = segments.joined(inputs)
        if name in ("tiho", "dirty_first"):
            row = segments.tainted_first(row)
        elif name == "clean_first":
            row = segments.clean_first(row)
        served, left = segments.served(row, [values[n] for n in order], tail)
        found: list[Segments] = [[] for _ in values]
        for n, got in zip(order, served, strict=True):
            found[n] = got
        return found, left, row

    def lacking(part: Segments, missing: int) -> Segments:
        # Drawn after everything known: behind it, and for lifo before it.
        return segments.joined(([(None, missing)], part) if tail else (part, [(None, missing)]))

    return Method(
        name, _Tail if tail else _Head, segments.clean, segments.mark, lacking, segments.head, segments.scaled,
        segments.tainted, segments.weigh, list, lambda purse: purse.row(), spread,
    )  # fmt: skip


def _pooled(name: str, how: Arithmetic) -> Method:
    def spread(
        inputs: Sequence[Blend], values: Sequence[int], order: Iterable[int]
    ) -> tuple[list[Blend], Blend, Blend]:
        units = sum(size for size, _ in inputs)
        found, left = pooled.spread(inputs, values, how)
        before: Parts = {}
        for _, parts in inputs:
            for label, amount in parts.items():
                before[label] = before.get(label, 0) + amount
        return list(zip(values, found, strict=True)), (units - sum(values), left), (units, before)

    def row(part: Blend) -> Segments:
        found: Segments = [(k, _units(v, how.scale)) for k, v in without_zeros(part[1]).items()]
        rest = part[0] - total(amount for _, amount in found)
        return [*found, (None, rest)] if rest else found

    return Method(
        name, partial(pooled.Purse, cast("pooled.Rule", name), how), pooled.blend_of, partial(_marked, how),
        lambda part, missing: (part[0] + missing, part[1]), partial(_cut, how), partial(_scaled, how),
        _has_labels, lambda part: part[1], row, lambda purse: (purse.balance, dict(purse.held)), spread, how.scale,
    )  # fmt: skip


def _has_labels(part: Blend | Poison) -> bool:
    return bool(part[1])


def _marked(how: Arithmetic, part: Blend, label: str, amount: int | None) -> tuple[Blend, Number]:
    return pooled.mark(part, label, amount, how)


def _cut(how: Arithmetic, part: Blend, units: int) -> tuple[Blend, Blend]:
    return pooled.split(part, units, how)


def _scaled(how: Arithmetic, part: Blend, before: int, after: int) -> Blend:
    return pooled.scaled(part, before, after, how)


def _units(amount: Number, scale: int) -> Number:
    return amount if scale == 1 else plain(share(amount, 1, scale))


def _poison() -> Method:
    def mark(part: Poison, label: str, amount: int | None) -> tuple[Poison, Number]:
        return ((part[0], part[1] | {label}) if part[0] else part), 0

    def spread(
        inputs: Sequence[Poison], values: Sequence[int], order: Iterable[int]
    ) -> tuple[list[Poison], Poison, Poison]:
        labels = frozenset[str]().union(*(had for units, had in inputs if units))
        units = sum(size for size, _ in inputs)
        left = units - sum(values)
        none = frozenset[str]()
        found = [(value, labels if value else none) for value in values]
        return found, (left, labels if left else none), (units, labels)

    def weigh(part: Poison) -> Parts:
        return dict.fromkeys(sorted(part[1]), part[0]) if part[1] else {}

    return Method(
        "poison", pooled.PoisonPurse, lambda units: (units, frozenset()), mark,
        lambda part, missing: (part[0] + missing, part[1]),
        lambda part, units: ((units, part[1]), (part[0] - units, part[1])),
        lambda part, before, after: (after, part[1] if after else frozenset()),
        _has_labels, weigh, lambda part: [(label, part[0]) for label in sorted(part[1])] or segments.clean(part[0]),
        lambda purse: (purse.balance, purse.held), spread,
    )  # fmt: skip

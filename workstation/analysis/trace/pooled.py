"""Owns the pooled engine: value without order, only how much of it belongs to each label, and the label sets of poison.

A part of value is (units, {label: amount}). Amounts of labels count in 1/``scale`` of a unit: ``EXACT`` has scale 1 and
fractions; ``FIXED`` has 2^64 and whole numbers, so that a long ledger with ever longer denominators stays possible and
still conserves every label exactly (each step errs by less than 2^-64 of a unit).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from workstation.analysis.trace.exact import Number, Parts, share, total
from workstation.analysis.trace.ledger import bad_ledger

Blend = tuple[int, Parts]
Poison = tuple[int, frozenset[str]]
Rule = Literal["haircut", "libr", "dirty_first"]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How fractions are kept. ``share(value, numerator, denominator)`` is their product and quotient."""

    scale: int
    share: Callable[[Number, Number, Number], Number]


def _floor(value: Number, numerator: Number, denominator: Number) -> Number:
    return value * numerator // denominator


def exact_within(bits: int) -> Arithmetic:
    """Exact fractions whose denominators have at most so many bits; a longer one stops the run (``WS-TRC-016``).

    Denominators multiply wherever money of several sources merges: a long ledger would never end.
    """

    def limited(value: Number, numerator: Number, denominator: Number) -> Number:
        found = share(value, numerator, denominator)
        if type(found) is Fraction and found.denominator.bit_length() > bits:
            raise bad_ledger(
                "WS-TRC-016", f"an exact fraction of this trace has a denominator of more than {bits} bits",
                "run the method in approximate arithmetic (float mode), or on a shorter ledger",
            )  # fmt: skip
        return found

    return Arithmetic(1, limited)


#: Denominators of a million bits are far beyond any use, and each step then takes a tenth of a second.
EXACT = exact_within(1 << 20)
FIXED = Arithmetic(2**64, _floor)


def blend_of(units: int) -> Blend:
    """Clean value."""
    return units, {}


def mark(part: Blend, label: str, amount: int | None, how: Arithmetic = EXACT) -> tuple[Blend, Number]:
    """Give min(amount, clean part) the label; gives the part and how much was marked."""
    units, parts = part
    free = max(0, units * how.scale - total(parts.values()))
    marked = free if amount is None else min(amount * how.scale, free)
    return ((units, {**parts, label: parts.get(label, 0) + marked}) if marked else part), marked


def split(part: Blend, units: int, how: Arithmetic = EXACT) -> tuple[Blend, Blend]:
    """A proportional piece of ``units``, and the rest."""
    size, parts = part
    if units == size:
        return part, (0, {})
    taken = {label: how.share(amount, units, size) for label, amount in parts.items()}
    return (units, taken), (size - units, {label: amount - taken[label] for label, amount in parts.items()})


def scaled(part: Blend, before: int, after: int, how: Arithmetic = EXACT) -> Blend:
    """Every label times ``after / before``; the units become ``after``."""
    return after, {label: how.share(amount, after, before) for label, amount in part[1].items()} if after else {}


def spread(values: Sequence[Blend], outputs: Iterable[int], how: Arithmetic = EXACT) -> tuple[list[Parts], Parts]:
    """Haircut of one transaction: each output its share of every label, the rest is the fee's."""
    units = 0
    left: Parts = {}
    for size, parts in values:
        units += size
        for label, amount in parts.items():
            left[label] = left.get(label, 0) + amount
    whole = dict(left)
    found: list[Parts] = []
    for value in outputs:
        got = {label: how.share(amount, value, units) for label, amount in whole.items()} if value else {}
        for label, amount in got.items():
            left[label] -= amount
        found.append(got)
    return found, left


class Purse:
    """The pool of one account and asset under haircut, libr or dirty_first.

    Attributes:
        balance: units. held: how much of it belongs to each label, in 1/scale of a unit.
    """

    __slots__ = ("balance", "held", "how", "rule")

    def __init__(self, rule: Rule, how: Arithmetic = EXACT) -> None:
        self.rule = rule
        self.how = how
        self.balance = 0
        self.held: Parts = {}

    def put(self, part: Blend, units: int) -> None:
        """Credit a part."""
        self.balance += units
        mine = self.held
        for label, amount in part[1].items():
            mine[label] = mine.get(label, 0) + amount

    def take(self, units: int) -> Blend:
        """Debit units (not more than the balance) by the rule of the method."""
        balance, mine = self.balance, self.held
        self.balance = balance - units
        if not mine:
            return units, {}
        if units == balance:
            self.held = {}
            return units, mine
        if self.rule == "haircut":
            wanted: Number = units
            of: Number = balance
        else:
            of = total(mine.values())
            scale = self.how.scale
            wanted = min(units * scale, of) if self.rule == "dirty_first" else units * scale - (balance * scale - of)
            if wanted <= 0:
                return units, {}
            if wanted == of:
                self.held = {}
                return units, mine
        part_of = self.how.share
        taken: Parts = {}
        for label, amount in mine.items():
            got = taken[label] = part_of(amount, wanted, of)
            mine[label] = amount - got
        return units, taken


class PoisonPurse:
    """The pool of one account and asset under poison: a balance and the labels held until it is empty."""

    __slots__ = ("balance", "held")

    def __init__(self) -> None:
        self.balance = 0
        self.held: frozenset[str] = frozenset()

    def put(self, part: Poison, units: int) -> None:
        """Credit a part; its labels join when it has value."""
        if units:
            self.balance += units
            if part[1] and not part[1] <= self.held:
                self.held |= part[1]

    def take(self, units: int) -> Poison:
        """Debit units: they carry every label; an empty balance carries none."""
        carried = self.held if units else frozenset()
        self.balance -= units
        if not self.balance:
            self.held = frozenset()
        return units, carried

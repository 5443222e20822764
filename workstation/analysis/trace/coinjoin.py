"""Owns the structural classes of CoinJoin transactions (semantics 5). Evidence of shape only, never of intent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

CLASSES = ("whirlpool", "wasabi2", "wasabi1", "joinmarket", "generic")
_POOLS = (100_000, 1_000_000, 5_000_000, 50_000_000)
_SMALLEST, _LARGEST = 5_000, 21 * 10**14
_DUST = (546, 2730)


def _denominations() -> frozenset[int]:
    found = {
        factor * base**i
        for base, factors in ((2, (1,)), (3, (1, 2)), (10, (1, 2, 5)))
        for i in range(64)
        for factor in factors
    }
    return frozenset(value for value in found if _SMALLEST <= value <= _LARGEST)


DENOMINATIONS = _denominations()


@dataclass(frozen=True, slots=True)
class Shape:
    """What a class is decided by.

    Attributes:
        name: the class, empty for none. numbers: nI, nO, nS, d, m, R, nR of semantics 5.
    """

    name: str
    numbers: Mapping[str, int]


def classify(
    inputs: Sequence[tuple[int, str | None]], outputs: Sequence[tuple[int, str | None]], *, coinbase: bool = False
) -> Shape:
    """The class of a transaction from the (value, script) of its inputs and outputs."""
    kept = [(value, script) for value, script in outputs if value > 0 and script is not None]
    values = [value for value, _ in kept]
    owners = Counter(script for _, script in inputs if script is not None)
    counts = Counter(values)
    often, most = max(((m, d) for d, m in counts.items()), default=(0, 0))
    repeated = [m for m in counts.values() if m >= 2]
    numbers = {
        "nI": len(inputs), "nO": len(kept), "nS": len(owners), "d": most, "m": often, "R": sum(repeated),
        "nR": len(repeated),
    }  # fmt: skip
    name = ""
    if len(inputs) >= 2 and len(kept) >= 3 and not coinbase:
        paid = [value for value, _ in inputs]
        distinct = len({script for _, script in kept}) == len(kept)
        name = _named(numbers, paid, values, max(owners.values(), default=0), distinct)
    return Shape(name, MappingProxyType(numbers))


def _named(n: Mapping[str, int], paid: Sequence[int], values: Sequence[int], top: int, distinct: bool) -> str:
    """The first class that matches, in the order of semantics 5."""
    if distinct:
        if _whirlpool(n, paid):
            return "whirlpool"
        if _wasabi2(n, values, top):
            return "wasabi2"
        if _wasabi1(n):
            return "wasabi1"
        if _joinmarket(n):
            return "joinmarket"
    most = (n["nO"] + 1) // 2
    return "generic" if most <= n["nS"] and n["m"] == most and n["d"] not in _DUST else ""


def _whirlpool(n: Mapping[str, int], paid: Sequence[int]) -> bool:
    d = n["d"]
    return (
        5 <= n["nI"] == n["nO"] <= 10
        and n["m"] == n["nO"]
        and d in _POOLS
        and n["nS"] == n["nI"]
        and all(d <= value <= d + 110_000 for value in paid)
        and min(paid) == d < max(paid)
    )


def _wasabi2(n: Mapping[str, int], values: Sequence[int], top: int) -> bool:
    standard = sum(value in DENOMINATIONS for value in values)
    return (
        n["nI"] >= 20 and 10 * top <= n["nI"] and n["nR"] >= 3 and min(values) >= _SMALLEST and 10 * standard >= 6 * n["nO"]
    )  # fmt: skip


def _wasabi1(n: Mapping[str, int]) -> bool:
    return (
        n["nI"] >= 6
        and n["m"] >= 6
        and 4_500_000 <= n["d"] <= 12_500_000
        and n["nS"] >= n["m"]
        and n["m"] < n["nO"]
        and 2 * n["R"] >= n["nO"] - 1
    )


def _joinmarket(n: Mapping[str, int]) -> bool:
    m = n["m"]
    return (
        m >= 3
        and n["nO"] in (2 * m, 2 * m - 1)
        and n["nS"] >= m
        and n["d"] > 2730
        and n["R"] == m
        and n["nI"] <= 20 * m
    )

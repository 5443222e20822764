"""Owns the entropy of a transaction: in how many ways inputs can have paid outputs (semantics 7).

Exhaustive up to 8 inputs and 8 outputs; beyond that nothing is computed, never guessed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST = 8
NOT_COMPUTED = "not computed"
_Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entropy:
    """Interpretations of a transaction.

    Attributes:
        interpretations: their number. links: share of them in which input i and output j are in one block.
    """

    interpretations: int
    links: tuple[tuple[Fraction, ...], ...]


def entropy(inputs: Sequence[int], outputs: Sequence[int]) -> Entropy | None:
    """Count every joint partition of inputs and outputs in which each block takes in at least what it pays.

    Gives None when there are more than 8 inputs or outputs, or when no partition exists.
    """
    if not 1 <= len(inputs) <= MOST or not 1 <= len(outputs) <= MOST or sum(inputs) < sum(outputs):
        return None
    allowed = _allowed(inputs, outputs)
    ways = _ways(allowed)
    whole = ways[-1, -1]
    # pair[A, B]: interpretations that hold the block (A, B); the rest is partitioned freely.
    pair = np.where(allowed, ways[::-1, ::-1], 0)
    links = tuple(
        tuple(
            Fraction(int(pair[np.ix_(_holding(i, len(inputs)), _holding(j, len(outputs)))].sum()), int(whole))
            for j in range(len(outputs))
        )
        for i in range(len(inputs))
    )
    return Entropy(int(whole), links)


def _holding(element: int, size: int) -> _Counts:
    """The subsets that hold an element."""
    subsets = np.arange(1 << size)
    held: _Counts = subsets[subsets >> element & 1 == 1]
    return held


def _sums(values: Sequence[int]) -> list[int]:
    """Sum of every subset, as integers of any size."""
    found = [0]
    for value in values:
        found += [value + before for before in found]
    return found


def _allowed(inputs: Sequence[int], outputs: Sequence[int]) -> NDArray[np.bool_]:
    """Whether a subset of inputs can have paid a subset of outputs, both not empty."""
    ins, outs = _sums(inputs), _sums(outputs)
    table = np.array([[a >= b for b in outs] for a in ins])
    table[0, :] = table[:, 0] = False
    return table


def _ways(allowed: NDArray[np.bool_]) -> _Counts:
    """Number of interpretations of every pair of subsets: the block of the lowest input, times those of the rest."""
    ins, outs = allowed.shape
    pairs = [(whole, part) for whole in range(outs) for part in _subsets(whole)]
    wholes = np.array([whole for whole, _ in pairs])
    parts = np.array([part for _, part in pairs])
    rests = wholes - parts
    starts = np.searchsorted(wholes, np.arange(outs))
    ways = np.zeros((ins, outs), np.int64)
    ways[0, 0] = 1
    for whole in range(1, ins):
        lowest = whole & -whole
        found = np.zeros(len(pairs), np.int64)
        for rest in _subsets(whole ^ lowest):
            found += ways[rest][rests] * allowed[whole ^ rest][parts]
        ways[whole] = np.add.reduceat(found, starts)
    return ways


def _subsets(whole: int) -> list[int]:
    """Every subset of a bit set, also the empty one."""
    found, part = [whole], whole
    while part:
        part = (part - 1) & whole
        found.append(part)
    return found


def document(found: Entropy | None) -> dict[str, Any]:
    """The JSON form of semantics 7; ``entropy_bits`` is the one rounded figure, to 6 decimals."""
    if found is None:
        return {"interpretations": NOT_COMPUTED, "entropy_bits": NOT_COMPUTED, "links": NOT_COMPUTED}
    return {
        "interpretations": found.interpretations,
        "entropy_bits": round(math.log2(found.interpretations), 6),
        "links": [[str(share) for share in row] for row in found.links],
    }

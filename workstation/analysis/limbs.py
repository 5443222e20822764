"""Owns exact sums over stored amounts: groups of limb pairs in, Python integers out. Must never use a float.

An amount is ``hi * 2^63 + lo`` (``domain.amounts.to_limbs``), or ``hi < 0`` and its value in ``big``. Both limbs are
cut into 32-bit halves before adding, so no array sum can wrap below 2^31 rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
_HALF = 1 << 32
_LIMB = 1 << 63


def group_sums(
    group: Ints,
    hi: Ints,
    lo: Ints,
    groups: int,
    big: Mapping[int, int] | None = None,
    absent: NDArray[np.bool_] | None = None,
) -> list[int]:
    """The exact sum of each group 0 .. groups-1.

    Args:
        group: group of each row. hi, lo: limbs of each row. big: row number -> value where ``hi`` is negative.
        absent: rows whose amount is unknown; they add nothing (the caller counts and says them).

    Raises:
        ValueError: the arrays differ in length, or an escaped row has no value in ``big``.
    """
    if not len(group) == len(hi) == len(lo):
        raise ValueError("arrays of different length")
    counted = np.ones(len(group), bool) if absent is None else ~absent
    small = counted & (hi >= 0)
    rows = group[small]
    total = [0] * groups
    for values, shift in (
        (lo[small] & (_HALF - 1), 1),
        (lo[small] >> 32, _HALF),
        (hi[small] & (_HALF - 1), _LIMB),
        (hi[small] >> 32, _LIMB * _HALF),
    ):
        parts = np.zeros(groups, np.int64)
        np.add.at(parts, rows, values)
        for number in np.flatnonzero(parts).tolist():
            total[number] += int(parts[number]) * shift
    for row in np.flatnonzero(counted & (hi < 0)).tolist():
        if big is None or row not in big:
            raise ValueError(f"row {row} has no stored value")
        total[int(group[row])] += big[row]
    return total


def total(hi: Ints, lo: Ints, big: Mapping[int, int] | None = None, absent: NDArray[np.bool_] | None = None) -> int:
    """The exact sum of all rows."""
    return group_sums(np.zeros(len(hi), np.int64), hi, lo, 1, big, absent)[0]

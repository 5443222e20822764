"""Owns what of each line passes a lens: how many of its transfers, and their exact sum.

A line that bundles five payments, two of which are looked at, must not show the sum of five. Must not change the lens.
"""

from __future__ import annotations

import numpy as np

from workstation.analysis.plates import Part, Parts
from workstation.app.ledger import Ledger
from workstation.app.lens import Behind, Flags, Seen


def parts(ledger: Ledger, of: Behind, found: Seen) -> Parts:
    """Gives the part of a line that passes, by its number; None when all of it does. Each is counted when it is asked for."""
    passes = np.isin(of.rows, found.rows)
    known: dict[int, Part | None] = {}

    def part(number: int) -> Part | None:
        if number not in known:
            start, end = np.searchsorted(of.edge, (number, number + 1)).tolist()
            mine = passes[start:end]
            some = int(mine.sum())
            whole = some == end - start or not some
            known[number] = None if whole else _part(ledger, of, start, mine)
        return known[number]

    return part


def _part(ledger: Ledger, of: Behind, start: int, mine: Flags) -> Part:
    rows = of.rows[start : start + len(mine)][mine]
    sums = ledger.sums(rows)
    return Part(len(rows), ", ".join(each.short for each in sums), ", ".join(each.exact for each in sums))

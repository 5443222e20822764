"""Owns how declared swaps and bridges show on a picture: both legs are double lines with both amounts.

Only a declaration of the analyst makes a crossing, and both legs are lines that exhibits state: no line is invented between
them. Must not declare anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from workstation.analysis.picture import Edge, Look, Picture
from workstation.app.chooser import Sum
from workstation.app.ledger import Ledger
from workstation.app.tracing.conversions import Declared


def crossed(picture: Picture, ledger: Ledger, known: Iterable[Declared]) -> Picture:
    """The picture with the legs of declared conversions as double lines; the same object without any."""
    legs = {number: one for one in known for number in (one.paid, one.received)}
    if not legs:
        return picture
    edges = tuple(_crossed(edge, ledger, legs) for edge in picture.edges)
    double = tuple(number for number, edge in enumerate(edges) if edge.style == "double")
    look = Look("Declared swap or bridge", line=True, style="double", members=double)
    return replace(picture, edges=edges, looks=(*picture.looks, look)) if double else picture


def _crossed(edge: Edge, ledger: Ledger, legs: Mapping[int, Declared]) -> Edge:
    mine = [legs[number] for number in edge.transfers if number in legs]
    if not mine or edge.style not in ("solid", "chained"):
        return edge
    found = tuple(dict.fromkeys(mine))
    paid, received = (_amount(ledger, [getattr(one, side) for one in found]) for side in ("paid", "received"))
    if not paid or not received:
        return edge
    words = f"{paid} → {received}"
    others = edge.count - len(mine)
    if others > 0:  # the line bundles other payments as well: its own sum must not look like the crossing
        words = f"{edge.label}  ×{edge.count:,}, of these {words}"
    return replace(edge, style="double", crossing=words)


def _amount(ledger: Ledger, numbers: Iterable[int]) -> str:
    """The sum of transfers when they are of one asset and all known; else how many assets."""
    sums: dict[int, list[int]] = {}
    for number in numbers:
        row = ledger.row_of_id.get(number)
        units = None if row is None else ledger.units(row)
        if row is None or units is None:
            return ""
        held = sums.setdefault(int(ledger.asset[row]), [0, 0])
        held[0], held[1] = held[0] + units, held[1] + 1
    if len(sums) != 1:
        return f"{len(sums)} assets"
    asset, (units, count) = next(iter(sums.items()))
    return Sum(ledger.asset_of(asset), units, count, 0).short

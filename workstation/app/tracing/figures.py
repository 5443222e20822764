"""Owns amounts and rows of pieces in words: exact, and where a part of a unit is left out the words say so."""

from __future__ import annotations

from workstation.analysis.trace.exact import Number, Parts, add, plain, text
from workstation.analysis.trace.segments import Segments
from workstation.domain.amounts import Asset

#: Longer rows of pieces are told as sums by label.
PIECES = 12
_SMALL = 1000
#: Longer rows are kept as sums by label.
_LISTED = 40


def amount(units: Number, asset: Asset) -> str:
    """An exact amount with its symbol; a part of a unit is told, never rounded."""
    units = plain(units)
    if isinstance(units, int):
        return f"{asset.written(units, group=',')} {asset.symbol}"
    whole, rest = divmod(units.numerator, units.denominator)
    part = f"{rest}/{units.denominator}" if units.denominator <= _SMALL else "a part"
    return f"{asset.written(whole, group=',')} {asset.symbol} and {part} of a unit"


def said(units: Number, asset: Asset) -> str:
    """An amount as a sentence says it: no zeros that add nothing; what is no whole unit is never rounded in silence."""
    units = plain(units)
    if isinstance(units, int):
        return f"{_short(asset.written(units, group=','))} {asset.symbol}"
    whole, rest = divmod(units.numerator, units.denominator)
    if units.denominator <= _SMALL:
        return f"{_short(asset.written(whole, group=','))} {asset.symbol} and {rest}/{units.denominator} of the smallest unit"
    if not whole:
        return f"less than {_short(asset.written(1, group=','))} {asset.symbol}"
    return f"just over {_short(asset.written(whole, group=','))} {asset.symbol}"


def _short(written: str) -> str:
    return written.rstrip("0").rstrip(".") if "." in written else written


def counted(n: int, one: str, many: str) -> str:
    """``1 part``, ``2 parts``."""
    return f"{n:,} {one if n == 1 else many}"


def pieces(row: Segments, asset: Asset, *, then: bool = True) -> str:
    """A row of pieces in words; ``then``: their order means something."""
    long = len(row) > PIECES
    told = [
        f"{said(size, asset)} {'not marked' if label is None else f'of “{label}”'}"
        for label, size in (_summed(row) if long else row)
    ]
    if long:
        return f"{len(row):,} pieces, together {' and '.join(told)}"
    return (", then " if then else " and ").join(told) or "nothing"


def row_json(row: Segments) -> list[list[str | None]]:
    """A row as [label or null, amount] pairs; a long row as sums by label."""
    return [[label, text(size)] for label, size in (_summed(row) if len(row) > _LISTED else row)]


def _summed(row: Segments) -> Segments:
    sums: Parts = {}
    clean: Number = 0
    for label, size in row:
        if label is None:
            clean += size
        else:
            add(sums, {label: size})
    return [*sums.items(), *([(None, clean)] if clean else [])]


def carries(row: Segments) -> bool:
    """Whether a piece of a row carries a label."""
    return any(label is not None for label, _ in row)

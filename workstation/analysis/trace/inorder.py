"""Owns the sorting of long lists in pieces, so that whoever watches can stop it. Must give what one sort would give.

One call of ``sorted`` on a million values cannot be stopped for seconds; each piece here takes some milliseconds.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise, takewhile
from typing import Any, TypeVar

from workstation.analysis.trace.watching import Watch, watched

_T = TypeVar("_T")
#: Values that are sorted in one call.
SLICE = 16_384


def in_order(
    items: Sequence[_T], key: Callable[[_T], Any], watch: Watch | None = None, *, size: int = SLICE
) -> Sequence[_T]:
    """The items by a key; items of one key keep their order. What is in order already is given back as it is."""
    if len(items) <= size:
        return sorted(items, key=key)
    if all(before <= after for before, after in pairwise(map(key, watched(items, watch)))):
        return items
    slices = []
    for start in range(0, len(items), size):
        if watch is not None:
            watch(start)
        slices.append(sorted(items[start : start + size], key=key))
    return list(watched(heapq.merge(*slices, key=key), watch))


def names_in_order(names: Sequence[str], watch: Watch | None = None, *, size: int = SLICE) -> Iterator[str]:
    """Different names, sorted: put into boxes by their first letters behind what all share, then box by box."""
    if len(names) <= size:
        if watch is not None:
            watch(len(names))
        yield from sorted(names)
        return
    low, high = min(names), max(names)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(low, high, strict=False)))
    width = shared + 2
    boxes: dict[str, list[str]] = {}
    for name in watched(names, watch):
        boxes.setdefault(name[:width], []).append(name)
    for start in sorted(boxes):
        yield from names_in_order(boxes[start], watch, size=size)

"""Owns what a heuristic answers. Must not know how it was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

#: Transaction -> numbers of its transfers in the case.
Rows = Mapping[str, Sequence[int]]
NO_ROWS: Rows = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found.

    Attributes:
        kind: name of the heuristic. subjects: keys it is about, sorted unless their order says something.
        rows: numbers of the transfers it rests on. txs: transactions it rests on.
        figures: what was counted, by name: whole numbers and texts. why: what led to it. disproof: what would disprove it.
    """

    kind: str
    subjects: tuple[str, ...]
    rows: tuple[int, ...]
    txs: tuple[str, ...]
    figures: Mapping[str, int | str]
    why: str
    disproof: str


def hit(
    kind: str,
    subjects: Sequence[str],
    why: str,
    disproof: str,
    *,
    rows: Sequence[int] = (),
    txs: Sequence[str] = (),
    figures: Mapping[str, int | str] | None = None,
    of: Rows = NO_ROWS,
) -> Hit:
    """A hit; the transfers of its transactions are added to its rows, which are put in order."""
    every = {*rows, *(row for tx in txs for row in of.get(tx, ()))}
    return Hit(
        kind, tuple(subjects), tuple(sorted(every)), tuple(txs), MappingProxyType(dict(figures or {})), why, disproof
    )


@dataclass(frozen=True, slots=True)
class Listed:
    """An address on a list or with a tag.

    Attributes:
        subject: its key. list: name of the list or source. label, category: what the list says.
        since: seconds UTC at the beginning of the day the entry is dated, or None when it has no date.
    """

    subject: str
    list: str
    label: str
    category: str = ""
    since: int | None = None

"""Owns the segment engine: value as a row of (label or None, amount) pieces from head to tail, which keeps its order.

Neighbours with one label are one piece, pieces of nothing do not exist. None is clean value.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from workstation.analysis.trace.exact import Number, Parts, share

Segment = tuple[str | None, Number]
Segments = list[Segment]


def clean(amount: Number) -> Segments:
    """Clean value of one piece."""
    return [(None, amount)] if amount else []


def joined(rows: Iterable[Iterable[Segment]]) -> Segments:
    """Rows one after the other, as one row."""
    found: Segments = []
    for row in rows:
        for label, amount in row:
            if not amount:
                continue
            if found and found[-1][0] == label:
                found[-1] = (label, found[-1][1] + amount)
            else:
                found.append((label, amount))
    return found


def head(row: Sequence[Segment], amount: Number) -> tuple[Segments, Segments]:
    """The first ``amount`` units and the rest, both in the order of the row."""
    taken: Segments = []
    for place, (label, size) in enumerate(row):
        if not amount:
            return taken, list(row[place:])
        if size > amount:
            taken.append((label, amount))
            return taken, [(label, size - amount), *row[place + 1 :]]
        taken.append((label, size))
        amount -= size
    return taken, []


def mark(row: Sequence[Segment], label: str, amount: int | None = None) -> tuple[Segments, Number]:
    """Give the clean units among the first ``amount`` units a label; gives the row and how much was marked."""
    first, rest = (list(row), []) if amount is None else head(row, amount)
    marked: Number = sum(size for had, size in first if had is None)
    return joined(([(label if had is None else had, size) for had, size in first], rest)), marked


def weigh(row: Iterable[Segment]) -> Parts:
    """The amount of every label."""
    found: Parts = {}
    for label, amount in row:
        if label is not None:
            found[label] = found.get(label, 0) + amount
    return found


def scaled(row: Iterable[Segment], before: int, after: int) -> Segments:
    """Every piece times ``after / before``, exactly."""
    return [(label, share(amount, after, before)) for label, amount in row] if after else []


def tainted_first(row: Iterable[Segment]) -> Segments:
    """The pieces with a label in their order, then all clean value."""
    pieces = list(row)
    return joined(([p for p in pieces if p[0] is not None], [p for p in pieces if p[0] is None]))


def clean_first(row: Iterable[Segment]) -> Segments:
    """All clean value, then the pieces with a label in their order."""
    pieces = list(row)
    return joined(([p for p in pieces if p[0] is None], [p for p in pieces if p[0] is not None]))


def served(row: Sequence[Segment], amounts: Iterable[int], from_tail: bool = False) -> tuple[list[Segments], Segments]:
    """Serve amounts one after the other from one end of a row; gives what each got, and what is left."""
    pieces = list(reversed(row)) if from_tail else list(row)
    pieces.reverse()
    found: list[Segments] = []
    for amount in amounts:
        got: Segments = []
        need: Number = amount
        while need:
            label, size = pieces.pop()
            if size > need:
                pieces.append((label, size - need))
                size = need
            got.append((label, size))
            need -= size
        if from_tail:
            got.reverse()
        found.append(got)
    if not from_tail:
        pieces.reverse()
    return found, pieces


def is_clean(row: Sequence[Segment]) -> bool:
    """Whether no piece carries a label."""
    return not row or (len(row) == 1 and row[0][0] is None)


def tainted(row: Sequence[Segment]) -> bool:
    """Whether a piece carries a label."""
    return not is_clean(row)


class Queue:
    """The lots of one account and asset: credits append at the tail, debits take from one end.

    Attributes:
        balance: their sum. held: pieces from head to tail; None while all of it is clean, which most pools always are.
    """

    __slots__ = ("balance", "held")

    def __init__(self) -> None:
        self.held: deque[Segment] | None = None
        self.balance: Number = 0

    def row(self) -> Segments:
        """All pieces from head to tail."""
        return clean(self.balance) if self.held is None else list(self.held)

    def put(self, row: Sequence[Segment], amount: int) -> None:
        """Append a row of ``amount`` units."""
        lots = self.held
        if lots is None:
            if is_clean(row):
                self.balance += amount
                return
            lots = self.held = deque(clean(self.balance))
        self.balance += amount
        if lots and row and lots[-1][0] == row[0][0]:
            lots[-1] = (row[0][0], lots[-1][1] + row[0][1])
            lots.extend(row[1:])
        else:
            lots.extend(row)

    def take_head(self, amount: Number) -> Segments:
        """Take ``amount`` units (not more than the balance) from the head."""
        lots = self.held
        self.balance -= amount
        if lots is None:
            return [(None, amount)] if amount else []
        found: Segments = []
        while amount:
            label, size = lots[0]
            if size > amount:
                lots[0] = (label, size - amount)
                found.append((label, amount))
                break
            found.append(lots.popleft())
            amount -= size
        if is_clean(lots):
            self.held = None
        return found

    def take_tail(self, amount: Number) -> Segments:
        """Take ``amount`` units (not more than the balance) from the tail; the order of the pieces is kept."""
        lots = self.held
        self.balance -= amount
        if lots is None:
            return [(None, amount)] if amount else []
        found: Segments = []
        while amount:
            label, size = lots[-1]
            if size > amount:
                lots[-1] = (label, size - amount)
                found.append((label, amount))
                break
            found.append(lots.pop())
            amount -= size
        if is_clean(lots):
            self.held = None
        found.reverse()
        return found

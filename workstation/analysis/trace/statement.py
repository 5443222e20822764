"""Owns the statement of one account in one asset: running balance, and the lots behind every debit.

An account is one address or several that belong together; each address has a pool of its own (semantics 1.4), and the
balance is the sum of the pools. Every credit is a *lot*; fifo serves debits from the oldest lot, lifo from the newest,
and pooled methods only know the share of every label. Works on movements in total order. Must not read a case.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from workstation.analysis.trace.exact import Number, Parts, plain, share, total, without_zeros
from workstation.analysis.trace.methods import ACCOUNT_METHODS, account_method
from workstation.analysis.trace.pooled import EXACT, Arithmetic
from workstation.analysis.trace.postings import Kind, Posting
from workstation.analysis.trace.segments import Segments

#: Methods that keep lots; the others know shares only.
QUEUES = ("fifo", "lifo")
Watch = Callable[[int], None]
_TURN = 255


@dataclass(frozen=True, slots=True)
class Piece:
    """Part of a lot. ``lot``: number of the line that brought it in (a credit, a shortfall or the opening)."""

    lot: int
    label: str | None
    units: Number


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement.

    Attributes:
        came, went: what was credited and debited. balance: after it. account: the address of the account that moved.
        lots: behind a debit, what it was taken from. parts: labels of what moved. before: labels of the pool a debit
            was taken from, and held: that pool's balance. tainted: labels of the whole account afterwards.
    """

    number: int
    id: str
    ts: int
    kind: Kind
    account: str
    other: str | None
    came: int
    went: int
    moved: int
    balance: int
    lots: tuple[Piece, ...] = ()
    parts: Parts | None = None
    marked: Parts | None = None
    before: Parts | None = None
    held: int = 0
    tainted: Parts | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """How the account is read.

    Attributes:
        method: how debits are served. labelled: whether postings say what a run found. debt: whether what is paid
            beyond the known balance is owed, and repaid by later receipts. stops: addresses at which tracing stops.
    """

    method: str = "fifo"
    labelled: bool = False
    debt: bool = False
    stops: Collection[str] = ()
    arithmetic: Arithmetic = EXACT


FIFO = Rules()


class _Lots:
    """The lots of one address: credits append at the tail, debits take from one end."""

    __slots__ = ("balance", "parts", "pieces", "tail")

    def __init__(self, tail: bool) -> None:
        self.tail = tail
        self.balance = 0
        self.pieces: deque[Piece] = deque()
        self.parts: Parts = {}

    def put(self, pieces: Iterable[Piece], units: int) -> None:
        self.balance += units
        for piece in pieces:
            self.pieces.append(piece)
            if piece.label is not None:
                self.parts[piece.label] = self.parts.get(piece.label, 0) + piece.units

    def take(self, units: int) -> list[Piece]:
        """So many units, not more than the balance, in the order of the queue."""
        self.balance -= units
        need: Number = units
        found: list[Piece] = []
        while need:
            piece = self.pieces.pop() if self.tail else self.pieces.popleft()
            if piece.units > need:
                rest = Piece(piece.lot, piece.label, plain(piece.units - need))
                (self.pieces.append if self.tail else self.pieces.appendleft)(rest)
                piece = Piece(piece.lot, piece.label, need)
            need = plain(need - piece.units)
            found.append(piece)
            if piece.label is not None:
                left = plain(self.parts[piece.label] - piece.units)
                if left:
                    self.parts[piece.label] = left
                else:
                    del self.parts[piece.label]
        if self.tail:
            found.reverse()
        return found


def _cut(pieces: Iterable[Piece], units: Number) -> tuple[list[Piece], list[Piece]]:
    """The first units of a row of pieces, and the rest."""
    first: list[Piece] = []
    rest: list[Piece] = []
    for piece in pieces:
        mine = min(piece.units, units)
        units -= mine
        if mine:
            first.append(Piece(piece.lot, piece.label, plain(mine)))
        if mine < piece.units:
            rest.append(Piece(piece.lot, piece.label, plain(piece.units - mine)))
    return first, rest


def _labelled(pieces: Sequence[Piece], row: Segments | None) -> list[Piece]:
    """The same lots with the labels a run gives them."""
    if row is None:
        return list(pieces)
    found: list[Piece] = []
    rest = list(pieces)
    for label, units in row:
        first, rest = _cut(rest, units)
        found += [Piece(piece.lot, label, piece.units) for piece in first]
    return found


class _Book:
    """The account while it is read: pools, what is owed, and the lines."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.queue = rules.method in QUEUES
        self.how = account_method(rules.method, rules.arithmetic)
        self.pools: dict[str, Any] = {}
        self.owed: dict[str, int] = {}
        self.balance = 0
        self.tainted: Parts = {}
        self.lines: list[Line] = []

    def pool(self, account: str) -> Any:
        if account not in self.pools:
            self.pools[account] = _Lots(self.rules.method == "lifo") if self.queue else self.how.purse()
        return self.pools[account]

    def labels(self, account: str) -> Parts:
        """Labels of a pool, in units."""
        pool = self.pool(account)
        if self.queue:
            return dict(pool.parts)
        return self.in_units(self.how.weigh(self.how.pool(pool))) if pool.held else {}

    def in_units(self, parts: Parts) -> Parts:
        if self.how.scale == 1:
            return without_zeros(parts)
        return {label: plain(share(units, 1, self.how.scale)) for label, units in parts.items() if units}

    def part(self, units: int, row: Segments | None) -> Any:
        """What a run says came, in the form of a pooled method."""
        if row is None:
            return self.how.clean(units)
        if self.how.name == "poison":
            return units, frozenset(label for label, size in row if label is not None and size)
        return units, {label: share(size, self.how.scale, 1) for label, size in row if label is not None}

    def line(self, p: Posting, account: str, *, came: int = 0, went: int = 0, **more: Any) -> None:
        self.balance += came - went
        kind = more.pop("kind", p.kind)
        other = more.pop("other", p.other)
        moved = more.pop("moved", came + went)
        tainted: Parts | None = None
        if self.rules.labelled:
            tainted = dict(self.tainted)
        self.lines.append(
            Line(
                len(self.lines) + 1,
                p.id,
                p.ts,
                kind,
                account,
                other,
                came,
                went,
                moved,
                self.balance,
                tainted=tainted,
                **more,
            )
        )

    def changed(self, before: Parts, after: Parts) -> None:
        """The labels of one pool changed: keep those of the account."""
        if not self.rules.labelled or before == after:
            return
        for label in before.keys() | after.keys():
            now = plain(self.tainted.get(label, 0) + after.get(label, 0) - before.get(label, 0))
            if now:
                self.tainted[label] = now
            else:
                self.tainted.pop(label, None)


def lines(moves: Iterable[Posting], rules: Rules = FIFO, watch: Watch | None = None) -> list[Line]:
    """The statement, line by line, with a line of its own for every shortfall before the debit that shows it.

    Raises:
        ValueError: the method is not defined on accounts, or keeps no lots and there is no run.
    """
    if rules.method not in ACCOUNT_METHODS:
        raise ValueError(f"{rules.method} is not defined on accounts")
    if not rules.labelled and rules.method not in QUEUES:
        raise ValueError(f"{rules.method} keeps no lots")
    book = _Book(rules)
    for n, p in enumerate(moves):
        if watch and not n & _TURN:
            watch(n)
        if p.kind == "self":
            book.line(p, p.payer or "", moved=p.units)
        elif p.payer is not None:
            _debit(book, p, p.payer)
        elif p.taker is not None:
            _credit(book, p, p.taker)
    return book.lines


def _debit(book: _Book, p: Posting, account: str) -> None:
    pool = book.pool(account)
    missing = max(0, p.units - pool.balance)
    stop = account in book.rules.stops
    if missing:
        book.line(p, account, came=missing, kind="shortfall", other=None)
        if book.rules.debt and not stop:
            book.owed[account] = book.owed.get(account, 0) + missing
    before, held = book.labels(account), pool.balance
    lacking = len(book.lines)
    if book.queue:
        pieces = pool.take(p.units - missing)
        if missing:
            gap = [Piece(lacking, None, missing)]
            pieces = [*gap, *pieces] if book.rules.method == "lifo" else [*pieces, *gap]
        taken = _weigh(pieces)
    else:
        pieces = []
        part = book.how.lacking(pool.take(p.units - missing), missing)
        taken = book.in_units(book.how.weigh(part))
    book.changed(before, book.labels(account))
    now = taken if p.row is None else _weighed(p.row)
    more = {
        "lots": tuple(pieces), "parts": now, "before": before, "held": held,
        "marked": {k: plain(v - taken.get(k, 0)) for k, v in now.items() if v != taken.get(k, 0)},
    }  # fmt: skip
    if p.taker is None:
        book.line(p, account, went=p.units, **(more if book.rules.labelled or book.queue else {}))
        return
    # Between addresses of the account: the money keeps its lots, the balance of the account stays.
    other = book.pool(p.taker)
    was = book.labels(p.taker)
    if p.taker in book.rules.stops:
        other.put([Piece(q.lot, None, q.units) for q in pieces] if book.queue else book.how.clean(p.units), p.units)
    elif book.queue:
        other.put(_labelled(pieces, p.row), p.units)
    else:
        other.put(part if p.row is None else book.part(p.units, p.row), p.units)
    book.changed(was, book.labels(p.taker))
    book.line(p, account, moved=p.units, **more)


def _credit(book: _Book, p: Posting, account: str) -> None:
    pool = book.pool(account)
    before = book.labels(account)
    stop = account in book.rules.stops
    row = None if stop else p.row
    owed = min(p.units, book.owed.get(account, 0))
    number = len(book.lines) + 1
    if book.queue:
        pieces = _labelled([Piece(number, None, p.units)], row)
        back, pieces = _cut(pieces, owed)
        pool.put(pieces, p.units - owed)
        repaid = _weigh(back)
    else:
        part = book.part(p.units, row)
        first, part = book.how.cut(part, owed) if owed else (book.how.clean(0), part)
        pool.put(part, p.units - owed)
        repaid = book.in_units(book.how.weigh(first))
    after = book.labels(account)
    # The line of the receipt shows the account before a debt is repaid from it.
    book.changed(
        before,
        {k: v + repaid.get(k, 0) for k, v in after.items()} | {k: v for k, v in repaid.items() if k not in after},
    )
    book.line(p, account, came=p.units, parts=_weighed(p.row) if p.row is not None else {})
    if owed:
        book.owed[account] -= owed
        book.changed(repaid, {})
        lots = tuple(back) if book.queue else ()
        book.line(p, account, went=owed, kind="repaid", other=None, lots=lots, parts=repaid)


def _weigh(pieces: Iterable[Piece]) -> Parts:
    found: Parts = {}
    for piece in pieces:
        if piece.label is not None:
            found[piece.label] = found.get(piece.label, 0) + piece.units
    return without_zeros(found)


def _weighed(row: Segments) -> Parts:
    found: Parts = {}
    for label, units in row:
        if label is not None:
            found[label] = found.get(label, 0) + units
    return without_zeros(found)


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of a statement: ``opening + came + shortfalls - went - fees - repaid = closing``."""

    opening: int
    came: int
    went: int
    fees: int
    shortfalls: int
    repaid: int
    closing: int


def sums(found: Sequence[Line], opening: int = 0) -> Sums:
    """The sums over lines; what moves inside the account counts in none."""
    by: dict[str, int] = {}
    for line in found:
        by[line.kind] = by.get(line.kind, 0) + line.came + line.went
    came = by.get("in", 0) + by.get("converted_in", 0)
    went = by.get("out", 0) + by.get("converted_out", 0)
    short, fees, repaid = by.get("shortfall", 0), by.get("fee", 0), by.get("repaid", 0)
    return Sums(opening, came, went, fees, short, repaid, opening + came + short - went - fees - repaid)


def tainted(parts: Parts | None) -> Number:
    """All labels together."""
    return plain(total((parts or {}).values()))

"""Owns the way of one payment: the transfers by which marked money came from its source to a holder, transfer or address.

Under the methods that keep the order of money (fifo, lifo, tiho, dirty_first, clean_first on coins; fifo and lifo on
accounts) every piece is followed on its own, so the part of each transfer is exactly what of it ended there. The other
methods mix money: there the way is every transfer that carried some of it towards the end, with what it carried. Must not
know Qt; it computes nothing that the run of the record does not hold.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from workstation.analysis.trace.exact import Number, Parts, plain, total
from workstation.analysis.trace.ledger import Transfer
from workstation.analysis.trace.methods import ACCOUNT_SEGMENTS, UTXO_SEGMENTS, method
from workstation.analysis.trace.segments import Segments, tainted
from workstation.app.ledger import INPUT, OUTPUT, Ledger
from workstation.app.tracing.drawn import Flow, rows_of_coin
from workstation.app.tracing.figures import amount
from workstation.app.tracing.ledgers import Coin
from workstation.app.tracing.lines import CoinLine, PaymentLine
from workstation.app.tracing.question import question
from workstation.casefile.values import NOT_STATED
from workstation.domain.subjects import Subject

#: Pieces that are followed one by one; beyond, the way is told without exact parts.
MOST_PIECES = 200_000


@dataclass(frozen=True, slots=True)
class Stage:
    """One transfer on the way. ``part``: what of it is on the way, in words; empty when the method gives no amount."""

    transfer: int
    source: Subject | None
    target: Subject | None
    time: int | None
    whole: str
    part: str
    tx: str


@dataclass(frozen=True, slots=True)
class Way:
    """All stages in total order. ``exact``: each part is what ended at the subject, not all the transfer carried."""

    subject: Subject
    stages: tuple[Stage, ...]
    exact: bool


@dataclass(slots=True)
class _Lots:
    """Pieces of marked money: for each its amount, the piece it came from (-1 = the source), and where it stands."""

    amount: list[Number] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    place: list[Coin | int] = field(default_factory=list)

    def add(self, units: Number, parent: int, place: Coin | int) -> int:
        self.amount.append(units)
        self.parent.append(parent)
        self.place.append(place)
        return len(self.amount) - 1


def way(ledger: Ledger, found: Flow, subject: Subject) -> Way:
    """The way of marked money to a subject: an address, a transaction or a transfer. No stages = it carries none."""
    parts: dict[int, Number | None]
    exact = _pieces(ledger, found, subject)
    parts = dict(exact) if exact is not None else dict.fromkeys(_carriers(ledger, found, subject))
    carried = dict(zip(found.rows.tolist(), found.parts, strict=True))
    stages = [_stage(ledger, found, row, parts[row], carried) for row in sorted(parts) if row in carried]
    return Way(subject, tuple(stages), exact is not None)


def _stage(ledger: Ledger, found: Flow, row: int, part: Number | None, carried: Mapping[int, Parts]) -> Stage:
    asset = ledger.asset_of(int(ledger.asset[row]))
    kind, time = int(ledger.kind[row]), int(ledger.columns.time[row])
    sender, receiver, tx = (int(each[row]) for each in (ledger.sender, ledger.receiver, ledger.tx))
    source = ledger.transaction(tx) if kind == OUTPUT else ledger.address(sender) if sender else None
    target = ledger.transaction(tx) if kind == INPUT else ledger.address(receiver) if receiver else None
    units = ledger.units(row)
    marked = total(carried[row].values()) if part is None else part
    return Stage(
        int(ledger.columns.id[row]), source, target, None if time == NOT_STATED else time,
        "" if units is None else amount(units, asset),
        "" if found.method == "poison" else amount(plain(marked), asset),
        ledger.columns.txs[tx][1] if tx else "",
    )  # fmt: skip


def _ends(ledger: Ledger, found: Flow, subject: Subject) -> list[int]:
    """Rows with marked money that end at the subject, in the direction of the question."""
    rows = found.rows.tolist()
    if subject.kind == "transfer":
        row = ledger.row_of_id.get(int(subject.ref), -1) if subject.ref.isdigit() else -1
        return [row] if row in set(rows) else []
    number = ledger.number(subject)
    if not number:
        return []
    if subject.kind == "transaction":
        wanted = INPUT if not found.backward else OUTPUT
        here = [row for row in rows if int(ledger.tx[row]) == number]
        return [row for row in here if int(ledger.kind[row]) == wanted] or here
    side, other = (ledger.sender, ledger.receiver) if found.backward else (ledger.receiver, ledger.sender)
    return [row for row in rows if int(side[row]) == number and int(other[row]) != number]


# --- methods that mix -------------------------------------------------------------------------------------------------


def _carriers(ledger: Ledger, found: Flow, subject: Subject) -> set[int]:
    """Every row that carried marked money which could still reach the subject, in time and in one asset."""
    rows = found.rows.tolist()
    at: dict[tuple[str, int, int], list[int]] = {}
    for row in rows:
        at.setdefault(_into(ledger, row, found.backward), []).append(row)
    seen: set[int] = set()
    todo = _ends(ledger, found, subject)
    coin_of = {
        row: coin
        for line in found.lines.values()
        if isinstance(line, CoinLine)
        for row, coin in _coin_of(ledger, found, line)
    }
    partner = _partners(coin_of)
    while todo:
        row = todo.pop()
        if row in seen:
            continue
        seen.add(row)
        kind = int(ledger.kind[row])
        if kind == (OUTPUT if found.backward else INPUT) and row in coin_of:
            todo += [other for other in partner[coin_of[row]] if other != row]  # a coin was made by one transfer
            continue
        before = at.get(_out_of(ledger, row, found.backward), ())
        todo += [
            other
            for other in before
            if ((other > row) == found.backward and other != row) or _same_tx(ledger, other, row)
        ]
    return seen


def _same_tx(ledger: Ledger, other: int, row: int) -> bool:
    """Inputs and outputs of one transaction of coins have no order among each other."""
    kinds = {int(ledger.kind[other]), int(ledger.kind[row])}
    return kinds == {INPUT, OUTPUT} and int(ledger.tx[other]) == int(ledger.tx[row]) != 0


def _into(ledger: Ledger, row: int, backward: bool) -> tuple[str, int, int]:
    return _end(ledger, row, source=backward)


def _out_of(ledger: Ledger, row: int, backward: bool) -> tuple[str, int, int]:
    return _end(ledger, row, source=not backward)


def _end(ledger: Ledger, row: int, *, source: bool) -> tuple[str, int, int]:
    kind, asset = int(ledger.kind[row]), int(ledger.asset[row])
    if kind == (OUTPUT if source else INPUT):
        return "tx", int(ledger.tx[row]), asset
    return "address", int((ledger.sender if source else ledger.receiver)[row]), asset


def _coin_of(ledger: Ledger, found: Flow, line: CoinLine) -> Iterator[tuple[int, Coin]]:
    for coin, number in line.book.row_of.items():
        yield ledger.row_of_id[number], coin
    for coin, number in found.spent.get(line.book.chain, {}).items():
        yield ledger.row_of_id[number], coin


def _partners(coin_of: Mapping[int, Coin]) -> dict[Coin, list[int]]:
    made: dict[Coin, list[int]] = {}
    for row, coin in coin_of.items():
        made.setdefault(coin, []).append(row)
    return made


# --- methods that keep the order --------------------------------------------------------------------------------------


def _pieces(ledger: Ledger, found: Flow, subject: Subject) -> dict[int, Number] | None:
    """Row -> exact part of it that ended at the subject; None when pieces cannot be told apart."""
    line = found.lines.get(subject.chain)
    if line is None:
        return None
    lots = _Lots()
    if isinstance(line, CoinLine):
        if found.method not in UTXO_SEGMENTS or not _coin_lots(found, line, lots):
            return None
    elif found.method not in ACCOUNT_SEGMENTS or not _payment_lots(ledger, found, line, lots):
        return None
    ends = set(_ends(ledger, found, subject))
    rows = [_rows(ledger, found, line, lots.place[n]) for n in range(len(lots.amount))]
    parts: dict[int, Number] = {}
    for n, (came, went) in enumerate(rows):
        at = came if came in ends else went if went in ends else None
        if at is None:
            continue
        units, lot = lots.amount[n], n
        if went is not None and at == went:
            parts[went] = parts.get(went, 0) + units
        while lot >= 0:
            first, _ = rows[lot]
            if first is not None:
                parts[first] = parts.get(first, 0) + units
            lot = lots.parent[lot]
            if lot >= 0 and rows[lot][1] is not None:
                parts[rows[lot][1]] = parts.get(rows[lot][1], 0) + units  # type: ignore[index,arg-type]
    return parts


def _rows(
    ledger: Ledger, found: Flow, line: CoinLine | PaymentLine, place: Coin | int
) -> tuple[int | None, int | None]:
    """The row by which a piece came to a place, and the row by which it left it (coins only)."""
    if isinstance(place, int):
        return place, None
    assert isinstance(line, CoinLine)
    came, went = rows_of_coin(line, place, found.spent.get(line.book.chain, {}))
    return (
        None if came is None else ledger.row_of_id[came],
        None if went is None or place not in line.ledger.spender else ledger.row_of_id[went],
    )


def _coin_lots(found: Flow, line: CoinLine, lots: _Lots) -> bool:
    """Follow every piece through the transactions, as the engine does, each piece under a name of its own."""
    how = method(found.method)
    asked = question(found.run.record["parameters"], (found.method,))
    stops = found.stops[line.book.chain]
    sources: dict[str, list[tuple[int, int | None]]] = {}
    for source in line.sources:
        sources.setdefault(source.txid, []).append((source.vout, source.amount))
    live: dict[Coin, Segments] = {}
    for tx in line.ledger.order:
        held = [live.pop((i.txid, i.vout), None) for i in tx.inputs]
        outputs: list[Segments] = [how.clean(o.value) for o in tx.outputs]
        if any(row is not None for row in held):
            rows = [
                row if row is not None else how.clean(line.ledger.value(i))
                for row, i in zip(held, tx.inputs, strict=True)
            ]
            order = list(range(len(tx.outputs)))
            if found.method == "tiho":
                order.sort(key=lambda n: (-tx.outputs[n].value, n))
            elif asked.output_order == "change_last":
                order.sort(key=lambda n: tx.outputs[n].change)
            outputs, _, _ = how.spread(rows, [o.value for o in tx.outputs], order)
        elif tx.txid not in sources:
            continue
        for vout, row in enumerate(outputs):
            if tainted(row):
                outputs[vout] = [
                    (None if label is None else str(lots.add(size, int(label), (tx.txid, vout))), size)
                    for label, size in row
                ]
        for vout, units in sources.get(tx.txid, ()):
            outputs[vout], _ = how.mark(outputs[vout], "new", units)
            outputs[vout] = [
                (str(lots.add(size, -1, (tx.txid, vout))) if label == "new" else label, size)
                for label, size in outputs[vout]
            ]
        if len(lots.amount) > MOST_PIECES:
            return False
        live.update(
            {(tx.txid, n): row for n, row in enumerate(outputs) if tainted(row) and tx.outputs[n].address not in stops}
        )
    return True


def _payment_lots(ledger: Ledger, found: Flow, line: PaymentLine, lots: _Lots) -> bool:
    """Marked pieces keep their order among each other, whatever clean money lies between; so they queue on their own."""
    carried = dict(zip(ledger.ids(found.rows), found.parts, strict=True))
    queues: dict[tuple[str, str], deque[list[Number]]] = {}
    sources = {source.event for source in line.sources}
    stops = found.stops[line.book.chain]
    for e in line.events:
        if not isinstance(e, Transfer):
            if e.id in {str(n) for n in carried}:
                return False
            continue
        parts = carried.get(int(e.id)) if e.id.isdigit() and e.amount else None
        if parts:
            queue = queues.setdefault((e.sender or "", e.asset), deque())
            units = total(parts.values())
            if e.id in sources:
                if queue:
                    return False
                taken: list[tuple[Number, int]] | None = [(units, -1)]
            else:
                taken = _taken(queue, units, from_tail=found.method == "lifo")
            if taken is None:
                return False
            row = ledger.row_of_id[int(e.id)]
            made = [[size, lots.add(size, parent, row)] for size, parent in taken]
            if e.receiver is not None and e.receiver not in stops:
                queues.setdefault((e.receiver, e.asset), deque()).extend(made)
        fee = found.fees.get(e.id)
        if fee and _taken(
            queues.get((e.sender or "", e.asset), deque()), total(fee.values()), from_tail=found.method == "lifo"
        ) is None:  # fmt: skip
            return False
        if len(lots.amount) > MOST_PIECES:
            return False
    return True


def _taken(queue: deque[list[Number]], units: Number, *, from_tail: bool) -> list[tuple[Number, int]] | None:
    """Take marked units from one end: (amount, piece); None when there are not so many."""
    found: list[tuple[Number, int]] = []
    while units:
        if not queue:
            return None
        end = queue[-1 if from_tail else 0]
        size = min(end[0], units)
        found.append((size, int(end[1])))
        units -= size
        end[0] -= size
        if not end[0]:
            queue.pop() if from_tail else queue.popleft()
    return found[::-1] if from_tail else found


def missing(way_: Way, shown: Iterable[str]) -> tuple[Subject, ...]:
    """Addresses and transactions of the way that are not among the shown subject keys, in its order."""
    there = set(shown)
    ends = [end for stage in way_.stages for end in (stage.source, stage.target) if end is not None]
    return tuple(dict.fromkeys(end for end in ends if end.key not in there))

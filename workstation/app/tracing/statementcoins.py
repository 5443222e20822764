"""Owns the statement of addresses on a chain of coins: coins received are its lots, each payment spends whole coins.

A transaction whose inputs all belong to the account shows what it paid and its fee as two lines; the fee takes what is
left of the coins, as in the methods. Where others pay in too, nobody can say whose part the fee is: the line says so.
Must not read a case.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from workstation.analysis.trace.exact import Parts, add, plain, without_zeros
from workstation.analysis.trace.ledger import Tx
from workstation.analysis.trace.postings import Kind
from workstation.analysis.trace.segments import Segments
from workstation.analysis.trace.statement import Line, Piece
from workstation.app.tracing.ledgers import Coin, Coins
from workstation.casefile.values import NOT_STATED


@dataclass(frozen=True, slots=True)
class Taint:
    """What a run found: labels of coins and of fees, and the pieces of coins where the method keeps their order."""

    outputs: Mapping[str, Parts]
    fees: Mapping[str, Parts]
    segments: Mapping[str, Segments] | None


@dataclass(slots=True)
class Read:
    """The lines; line -> transfers of the case, line -> transaction; coins without a time that were left out;
    lines of transactions that others pay too, so that nobody can say whose part the fee is.
    """

    lines: list[Line] = field(default_factory=list)
    rows: dict[int, tuple[int, ...]] = field(default_factory=dict)
    txs: dict[int, str] = field(default_factory=dict)
    undated: int = 0
    shared: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Account:
    """The account while it is read. ``live``: coins not spent yet -> (line that brought them, units)."""

    book: Coins
    own: frozenset[str]
    taint: Taint | None
    stops: Collection[str]
    read: Read
    poison: bool
    live: dict[Coin, tuple[int, int]] = field(default_factory=dict)
    balance: int = 0
    tainted: Parts = field(default_factory=dict)


def lines(
    book: Coins, own: Sequence[str], taint: Taint | None, stops: Collection[str], method: str, until: int | None
) -> Read:
    """The statement of some addresses. ``method`` names the run's method; without a run coins are their own lots."""
    account = _Account(book, frozenset(own), taint, stops, Read(), method == "poison")
    ends: dict[str, list[Coin]] = {}
    values = book.coins() if book.cut else {}
    for coin, txid in book.cut.items():
        if coin in values and values[coin].address in account.own:
            ends.setdefault(txid, []).append(coin)
    for tx in book.txs:
        mine = [(c, values[c].value, values[c].address or "", 0) for c in ends.get(tx.txid, ())]
        if tx.txid not in book.broken:
            mine += [
                ((i.txid, i.vout), i.value or 0, i.address or "", book.spent_row.get((tx.txid, n), 0))
                for n, i in enumerate(tx.inputs)
                if i.address in account.own
            ]
        got = [n for n, o in enumerate(tx.outputs) if o.address in account.own and o.value]
        if not mine and not got:
            continue
        time = book.times.get(tx.txid)
        if until is not None and (time is None or time > until):
            account.read.undated += time is None
            continue
        ts = NOT_STATED if time is None else time
        if mine:
            _spend(account, tx, ts, mine)
        for n in got:
            _receive(account, tx, ts, n)
    return account.read


def _spend(account: _Account, tx: Tx, ts: int, mine: Sequence[tuple[Coin, int, str, int]]) -> None:
    pieces: list[Piece] = []
    labels: Parts = {}
    for coin, units, who, row in mine:
        if coin not in account.live:
            _line(account, tx, ts, "shortfall", who, None, units, 0, (row,) if row else (), f"{coin[0]}:{coin[1]}")
            account.live[coin] = (len(account.read.lines), units)
        lot, units = account.live.pop(coin)
        parts = _parts(account, coin)
        if who not in account.stops:
            add(labels, parts)
        pieces += _pieces(account, coin, lot, units, who in account.stops)
    total = sum(units for _, units, _, _ in mine)
    whole = tx.txid not in account.book.broken and len(mine) == len(tx.inputs)
    fee = total - sum(o.value for o in tx.outputs) if whole else 0
    paid, rest = _first(pieces, total - fee)
    lost = dict(account.taint.fees.get(tx.txid, {})) if account.taint is not None and fee else {}
    if account.poison:  # it says what was touched and not how much: no part of it is the fee's
        lost = {}
    gone = without_zeros({k: plain(v - lost.get(k, 0)) for k, v in labels.items()})
    rows = tuple(row for _, _, _, row in mine if row)
    others = list(dict.fromkeys(o.address or "an output without an address" for o in tx.outputs if o.value))
    away = [name for name in others if name not in account.own] or others
    other = None if not away else away[0] if len(away) == 1 else f"{away[0]} and {len(away) - 1} more"
    before, who = dict(labels), mine[0][2]
    _lose(account, gone)
    _line(account, tx, ts, "out", who, other, 0, total - fee, rows, f"{tx.txid}:out", paid, gone, before, total)
    if not whole and tx.txid not in account.book.broken:
        account.read.shared.add(len(account.read.lines))
    if fee:
        part = {k: v for k, v in lost.items() if k in labels}
        _lose(account, part)
        _line(account, tx, ts, "fee", who, None, 0, fee, rows, f"{tx.txid}:fee", rest, part, before, total)


def _receive(account: _Account, tx: Tx, ts: int, n: int) -> None:
    output, coin = tx.outputs[n], (tx.txid, n)
    payers = [] if tx.txid in account.book.broken else list(dict.fromkeys(i.address or "" for i in tx.inputs))
    away = [name for name in payers if name and name not in account.own] or [name for name in payers if name]
    other = None if not away else away[0] if len(away) == 1 else f"{away[0]} and {len(away) - 1} more"
    parts = _parts(account, coin)
    who = output.address or ""
    if who not in account.stops:
        add(account.tainted, parts)
    row = account.book.row_of.get(coin, 0)
    _line(account, tx, ts, "in", who, other, output.value, 0, (row,) if row else (), f"{coin[0]}:{coin[1]}", (), parts)
    account.live[coin] = (len(account.read.lines), output.value)


def _parts(account: _Account, coin: Coin) -> Parts:
    return {} if account.taint is None else dict(account.taint.outputs.get(f"{coin[0]}:{coin[1]}", {}))


def _pieces(account: _Account, coin: Coin, lot: int, units: int, stop: bool) -> list[Piece]:
    """A coin as pieces of its lot, with labels where the method keeps their order."""
    row = None
    if account.taint is not None and account.taint.segments is not None and not stop:
        row = account.taint.segments.get(f"{coin[0]}:{coin[1]}")
    return [Piece(lot, label, size) for label, size in row] if row else [Piece(lot, None, units)]


def _first(pieces: Sequence[Piece], units: int) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    first: list[Piece] = []
    rest: list[Piece] = []
    left = plain(units)
    for piece in pieces:
        mine = min(piece.units, left)
        left = plain(left - mine)
        if mine:
            first.append(Piece(piece.lot, piece.label, plain(mine)))
        if mine < piece.units:
            rest.append(Piece(piece.lot, piece.label, plain(piece.units - mine)))
    return tuple(first), tuple(rest)


def _lose(account: _Account, parts: Parts) -> None:
    for label, units in parts.items():
        account.tainted[label] = plain(account.tainted.get(label, 0) - units)
    account.tainted = without_zeros(account.tainted)


def _line(
    account: _Account, tx: Tx, ts: int, kind: Kind, who: str, other: str | None, came: int, went: int,
    rows: tuple[int, ...], name: str, lots: Sequence[Piece] = (), parts: Parts | None = None, before: Parts | None = None,
    held: int = 0,
) -> None:  # fmt: skip
    account.balance += came - went
    number = len(account.read.lines) + 1
    told = account.taint is not None
    account.read.lines.append(
        Line(
            number, name, ts, kind, who, other, came, went, came + went, account.balance, tuple(lots),
            parts if told else None, None, before if told else None, held, dict(account.tainted) if told else None,
        )
    )  # fmt: skip
    if rows:
        account.read.rows[number] = rows
    account.read.txs[number] = tx.txid

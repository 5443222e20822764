"""Owns the statement of an account of the case (an address or an entity) in one asset, and its balance at any moment.

A balance is that of the data: what came and went by the rows of the case. What stood there before the first row is not
known; where more was paid than the case shows, that is a line of its own with its figure. Under a run every line says
what that run found. Must not write into the case, and must not write sentences (``statementwords``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workstation.analysis.trace import statement as lots
from workstation.analysis.trace.exact import Parts, plain, total
from workstation.analysis.trace.ledger import Conversion, Event
from workstation.analysis.trace.postings import postings
from workstation.analysis.trace.results import AccountTaint
from workstation.analysis.trace.segments import Segments
from workstation.analysis.trace.statement import Line, Rules, Sums
from workstation.app.tracing import question, records, runs, statementcoins
from workstation.app.tracing.books import Books
from workstation.app.tracing.engines import arithmetic as arithmetic_of
from workstation.app.tracing.ledgers import Accounts, Book
from workstation.app.tracing.lines import CoinLine, PaymentLine
from workstation.app.tracing.runs import Run
from workstation.casefile.values import NOT_STATED
from workstation.domain.amounts import Asset
from workstation.domain.chains import CHAINS
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Citation
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.session import Session

Watch = Callable[[int], None]
#: Citations that are looked up together.
_BLOCK = 5000


@dataclass(frozen=True, slots=True)
class Holding:
    """An asset that an account moved. ``key``: its name in the ledger of its chain."""

    chain: str
    key: str
    asset: Asset

    @property
    def name(self) -> str:
        """What a person writes to choose it."""
        return f"{self.chain}:{self.key}"


@dataclass(frozen=True, slots=True)
class Traced:
    """A trace run whose findings a statement shows. ``number`` 0 = it is not kept."""

    number: int
    run: Run
    debt: bool = False

    @property
    def method(self) -> str:
        """Its method."""
        return self.run.method


@dataclass(frozen=True, slots=True, eq=False)
class Statement:
    """The statement.

    Attributes:
        lines: all of them; ``first`` is the place of the first that is asked for (``since``).
        opening: balance brought forward, or 0. missing: the sum of what was paid beyond the known balance.
        rows: line -> transfers of the case; txs: line -> transaction.
        undated: movements without a time, which a statement with an end leaves out.
        shared: lines of transactions that others pay too, whose fee is not split.
        shown: the opening balance and the lines that are asked for. stopped: tracing stops at this account.
    """

    subject: Subject
    members: tuple[str, ...]
    holding: Holding
    method: str
    traced: Traced | None
    lines: Sequence[Line] = field(repr=False)
    first: int
    opening: int
    sums: Sums
    rows: Mapping[int, tuple[int, ...]] = field(repr=False)
    txs: Mapping[int, str] = field(repr=False)
    left_out: tuple[str, ...]
    since: int | None
    until: int | None
    undated: int
    shown: Sequence[Line] = field(repr=False)
    stopped: bool = False
    shared: frozenset[int] = frozenset()

    @property
    def coins(self) -> bool:
        """Whether its lots are coins of a chain of coins."""
        return CHAINS[self.holding.chain].model == "utxo"

    @property
    def tainted(self) -> Parts:
        """Labels at the end."""
        return dict(self.lines[-1].tainted or {}) if self.lines else {}

    def time(self, line: Line) -> int | None:
        """Seconds UTC of a line, None = not stated."""
        return None if line.ts == NOT_STATED else line.ts


def refused(what: str, todo: str) -> WorkstationError:
    """A statement that cannot be made."""
    return WorkstationError("WS-TRC-110", what, "nothing was made", todo)


def members(session: Session, subject: Subject) -> tuple[Subject, ...]:
    """The addresses of an account: itself, or those of an entity, in order.

    Raises:
        WorkstationError: WS-TRC-110 it is neither, or an entity without addresses.
    """
    if subject.kind == "address":
        return (subject,)
    if subject.kind != "entity":
        raise refused("a statement is that of an address or an entity", "select an address or an entity")
    found = [parse(key) for key in session.graphs.names.members.get(subject.ref, ())]
    if not any(s.kind == "address" for s in found):
        raise refused("this entity has no address", "add its addresses first")
    return tuple(sorted({s for s in found if s.kind == "address"}))


def holdings(session: Session, books: Books, subject: Subject, watch: Watch | None = None) -> list[Holding]:
    """The assets an account moved, by chain and name; those with most movements first."""
    ledger = books.ledger
    counts: dict[Asset, int] = {}
    for one in members(session, subject):
        number = ledger.number(one)
        if number:
            for rows in (ledger.sent(number), ledger.received(number)):
                for asset in ledger.asset[rows].tolist():
                    counts[ledger.asset_of(asset)] = counts.get(ledger.asset_of(asset), 0) + 1
    found: dict[tuple[str, str], tuple[int, Holding]] = {}
    for asset, count in counts.items():
        book = books.book(asset.chain, watch)
        keys = {a: k for k, a in book.assets.items()} if isinstance(book, Accounts) else {book.asset: book.asset.symbol}
        if asset in keys:
            made = Holding(asset.chain, keys[asset], asset)
            found[made.chain, made.key] = (count, made)
    return [made for _, made in sorted(found.values(), key=lambda e: (-e[0], e[1].chain, e[1].key))]


def chosen(found: Sequence[Holding], text: str) -> Holding:
    """The holding of a symbol, contract or ``chain:key``; without a text the first.

    Raises:
        WorkstationError: WS-TRC-110 there is none, or several have that symbol.
    """
    if not found:
        raise refused("the case shows no movement of this account", "choose another account")
    wanted = text.strip().lower()
    hits = [h for h in found if not wanted or wanted in (h.name.lower(), h.key.lower(), h.asset.contract.lower())]
    hits = hits or [h for h in found if wanted == h.asset.symbol.lower()]
    if not hits:
        raise refused(f"this account moved no {text[:60]}", f"choose among: {', '.join(h.name for h in found)[:300]}")
    if wanted and len(hits) > 1:
        raise refused(
            f"several assets are called {text[:60]}", f"choose among: {', '.join(h.name for h in hits)[:300]}"
        )
    return hits[0]


def traced(session: Session, books: Books, number: int, watch: Watch | None = None) -> Traced:
    """A kept run, run again on the case as it is now, so that every movement is known.

    Raises:
        WorkstationError: there is no such run, or it goes backward.
    """
    kept = records.one(session, number, watch)
    asked = question.question(kept.record["parameters"], (kept.record["method"],))
    if asked.backward:
        raise refused(
            f"run {number} goes backward: it follows the movements in the reverse order",
            "choose a run that goes forward, or a statement without a run",
        )
    # One run is remembered, as long as neither rows nor labels nor conversions of the case change.
    remembered: dict[str, tuple[tuple[str, int], Run]] = books.ledger.derived.setdefault("run of a statement", {})
    key = (kept.sha256, session.store.revision)
    was = remembered.get("run")
    if was is None or was[0] != key:
        (made,) = runs.run(books, session.graphs.names, asked, steps=1, watch=watch)
        was = remembered["run"] = (key, made)
    return Traced(number, was[1], asked.shortfall == "debt")


def statement(
    session: Session,
    books: Books,
    subject: Subject,
    holding: Holding,
    method: str = "fifo",
    found: Traced | None = None,
    since: int | None = None,
    until: int | None = None,
    watch: Watch | None = None,
) -> Statement:
    """The statement of an account in one asset.

    Args:
        method: fifo or lifo: which receipts a payment is made of. With a run its own method counts.
        found: the run whose findings are shown. since, until: both seconds count.

    Raises:
        WorkstationError: the method keeps no lots, or the run does not follow this chain or asset.
    """
    whole = members(session, subject)
    own = tuple(s.ref for s in whole if s.chain == holding.chain)
    if found is None and method not in lots.QUEUES:
        raise refused(
            f"{method} tells shares of marked money, and without a run nothing is marked",
            "choose fifo or lifo, or name a run",
        )
    line = None if found is None else found.run.lines.get(holding.chain)
    if found is not None and line is None:
        raise refused(f"the run does not follow {holding.chain}", "choose another run, or a statement without one")
    book = line.book if line is not None else books.book(holding.chain, watch)
    if isinstance(book, Accounts) and holding.key not in book.assets:
        raise refused(
            f"the run does not follow {holding.asset.symbol}", "choose another run, or a statement without one"
        )
    how = found.method if found is not None else method
    if isinstance(book, Accounts):
        made, rows, undated = _accounts(books, book, own, holding, how, line, found, until, watch)
        txs = _txs(books, rows)
        shared: frozenset[int] = frozenset()
    else:
        read = statementcoins.lines(book, own, _coin_taint(found, holding.chain), _stops(found, whole), how, until)
        made, rows, txs, undated = read.lines, read.rows, read.txs, read.undated
        shared = frozenset(read.shared)
    first = 0 if since is None else next((n for n, one in enumerate(made) if one.ts >= since), len(made))
    opening = made[first - 1].balance if first else 0
    sums = lots.sums(made[first:], opening)
    head = Line(
        0, "", NOT_STATED if since is None else since, "opening", "", None, 0, 0, opening or sums.shortfalls, opening
    )
    told = tuple(f"{e.count:,} {e.reason}" for e in book.left_out)
    return Statement(
        subject, own, holding, how, found, made, first, opening, sums, rows, txs, told, since,
        until, undated, (head, *made[first:]), bool(_stops(found, whole)), shared,
    )  # fmt: skip


def _accounts(
    books: Books, book: Accounts, own: Sequence[str], holding: Holding, how: str,
    line: object, found: Traced | None, until: int | None, watch: Watch | None,
) -> tuple[list[Line], dict[int, tuple[int, ...]], int]:  # fmt: skip
    events: Iterable[Event] = line.events if isinstance(line, PaymentLine) else book.events
    undated = 0
    if until is not None:
        undated = sum(
            e.ts == NOT_STATED and holding.key in _of(e) and bool({_asks(e, "sender"), _asks(e, "receiver")} & set(own))
            for e in events
        )
        events = (e for e in events if e.ts <= until)
    rows = _moved(found, book.chain, line, frozenset(own)) if found is not None else None
    rules = Rules(how)
    if found is not None and isinstance(line, PaymentLine):
        exact = arithmetic_of(question.question(found.run.record["parameters"], (how,)), line.size)
        rules = Rules(
            how, True, found.debt, _stops(found, tuple(Subject("address", book.chain, r) for r in own)), exact
        )
    made = lots.lines(postings(events, frozenset(own), holding.key, rows), rules, watch)
    return made, {one.number: (int(one.id),) for one in made if one.kind not in ("shortfall", "repaid")}, undated


def _of(e: Event) -> tuple[str, ...]:
    return (e.from_asset, e.to_asset) if isinstance(e, Conversion) else (e.asset,)


def _asks(e: Event, side: str) -> str | None:
    if isinstance(e, Conversion):
        return e.account if side == "sender" else e.to_account or e.account
    return e.sender if side == "sender" else e.receiver


def _touches(e: Event, own: frozenset[str]) -> bool:
    return _asks(e, "sender") in own or _asks(e, "receiver") in own


def _moved(found: Traced, chain: str, line: object, own: frozenset[str]) -> dict[str, Segments]:
    """What the run says of every movement of the account that carries a label: its pieces in order.

    A run on a long ledger keeps the pieces and not the steps. Pooled methods and poison have no order of pieces, so there
    the labels of a movement say the same.
    """
    outcome = found.run.outcomes[chain]
    if outcome.steps_total is not None and isinstance(line, PaymentLine) and isinstance(outcome.found, AccountTaint):
        if outcome.found.orders is not None:
            orders = outcome.found.orders
            return {e.id: orders[e.id] for e in line.events if e.id in orders and _touches(e, own)}
        marked = outcome.found.events
        return {
            e.id: _pieces(
                marked[e.id], e.to_amount if isinstance(e, Conversion) else e.amount, poison=found.method == "poison"
            )
            for e in line.events
            if e.id in marked and _touches(e, own)
        }
    return {
        step.place: step.outputs[0][1]
        for outcome in found.run.outcomes.values()
        for step in outcome.steps
        if step.kind in ("transfer", "convert") and any(label is not None for label, _ in step.outputs[0][1])
    }


def _pieces(parts: Parts, units: int, *, poison: bool) -> Segments:
    rest = 0 if poison else plain(units - total(parts.values()))
    return [*parts.items(), *([(None, rest)] if rest else [])]


def _stops(found: Traced | None, own: Sequence[Subject]) -> frozenset[str]:
    """Addresses of the account at which the run stops."""
    if found is None:
        return frozenset()
    keys = {s.key: s.ref for s in own}
    return frozenset(keys[b["subject"]] for b in found.run.record["barriers"] if b["subject"] in keys)


def _coin_taint(found: Traced | None, chain: str) -> statementcoins.Taint | None:
    if found is None:
        return None
    taint = found.run.outcomes[chain].found
    return statementcoins.Taint(taint.outputs, taint.fees, taint.segments) if not hasattr(taint, "balances") else None


def _txs(books: Books, rows: Mapping[int, tuple[int, ...]]) -> dict[int, str]:
    ledger = books.ledger
    found: dict[int, str] = {}
    for number, transfers in rows.items():
        place = ledger.row_of_id.get(transfers[0])
        if place is not None and ledger.tx[place]:
            found[number] = ledger.columns.txs[int(ledger.tx[place])][1]
    return found


def citations(session: Session, made: Statement, wanted: Iterable[Line]) -> dict[int, list[Citation]]:
    """Line -> where in the exhibits its transfers stand."""
    of = {line.number: made.rows.get(line.number, ()) for line in wanted}
    ids = sorted({number for numbers in of.values() for number in numbers if number})
    cited: dict[int, list[Citation]] = {}
    for start in range(0, len(ids), _BLOCK):
        cited.update(session.store.citations_many(ids[start : start + _BLOCK]))
    return {number: [c for n in numbers for c in cited.get(n, ())] for number, numbers in of.items()}


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account held in one asset at a moment, by the data."""

    holding: Holding
    units: int
    missing: int
    undated: int
    tainted: Parts | None


def balances(
    session: Session,
    books: Books,
    subject: Subject,
    at: int | None = None,
    found: Traced | None = None,
    assets: Sequence[Holding] = (),
    watch: Watch | None = None,
) -> list[Balance]:
    """The balance of an account in every asset at a moment; movements of that very second count.

    Args:
        found: a run whose marked part is told where it follows the asset. assets: only these.
    """
    told: list[Balance] = []
    for holding in assets or holdings(session, books, subject):
        line = None if found is None else found.run.lines.get(holding.chain)
        follows = isinstance(line, CoinLine) or (line is not None and _has(line.book, holding.key))
        run = found if follows else None
        made = statement(session, books, subject, holding, "fifo", run, until=at, watch=watch)
        marked = made.tainted if run is not None else None
        told.append(Balance(holding, made.sums.closing, made.sums.shortfalls, made.undated, marked))
    return told


def _has(book: Book, key: str) -> bool:
    return isinstance(book, Accounts) and key in book.assets

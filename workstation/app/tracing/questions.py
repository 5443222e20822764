"""Owns exposure, paths and flow between two addresses on a case (semantics 4 and 8). Must not attribute anything else.

On account chains the payments are those of the ledger. On a chain of coins an address is one pool, and a transaction is a
stop between addresses: each input is a payment of an address to the transaction, each output one of the transaction to
an address. So a path of n transactions has 2n payments; its length is told in transactions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workstation.analysis.trace import exposure as engine
from workstation.analysis.trace import flow as flows
from workstation.analysis.trace import paths as ways
from workstation.analysis.trace.account import AccountRules, trace
from workstation.analysis.trace.exact import Number, Parts, plain, share, text, total, without_zeros
from workstation.analysis.trace.ledger import EventSource, Transfer
from workstation.analysis.trace.pooled import EXACT, FIXED
from workstation.app.tracing import runs, services, sources
from workstation.app.tracing.books import Books
from workstation.app.tracing.ledgers import Accounts, Coins
from workstation.app.tracing.question import EXACT_UP_TO, Question
from workstation.app.tracing.words import amount
from workstation.casefile.values import NOT_STATED, utc
from workstation.domain.amounts import Asset
from workstation.domain.subjects import Subject

if TYPE_CHECKING:
    from workstation.app.session import Session

_TX = "transaction "
#: Rows that a finding names; all are counted.
_ROWS = 1000


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """The payments of one chain as flow and exposure read them.

    Attributes:
        events: in total order. assets: key -> asset. rows: event id -> transfer numbers of the case.
    """

    chain: str
    events: Sequence[Transfer]
    assets: Mapping[str, Asset]
    rows: Mapping[str, int]
    coins: bool
    digest: str


def moves(books: Books, chain: str) -> Moves:
    """The payments of a chain."""
    book = books.book(chain)
    if isinstance(book, Accounts):
        events = tuple(e for e in book.events if e.amount)
        return Moves(chain, events, book.assets, {e.id: int(e.id) for e in events}, False, book.digest)
    return _moves_of_coins(book)


def _moves_of_coins(book: Coins) -> Moves:
    outputs = {(tx.txid, n): o for tx in book.txs for n, o in enumerate(tx.outputs)}
    symbol = book.asset.symbol
    events: list[Transfer] = []
    rows: dict[str, int] = {}
    for tx in book.txs:
        when = book.times[tx.txid]
        ts = NOT_STATED if when is None else when
        name = _TX + tx.txid
        if tx.txid not in book.broken:
            for n, spent in enumerate(tx.inputs):
                made = outputs.get((spent.txid, spent.vout))
                value, address = (spent.value or 0, spent.address) if made is None else (made.value, made.address)
                if value:
                    events.append(Transfer(f"{tx.txid} input {n}", ts, symbol, address, name, value, len(events)))
                    rows[events[-1].id] = book.spent_row.get((tx.txid, n), 0)
        for n, output in enumerate(tx.outputs):
            if output.value:
                events.append(
                    Transfer(f"{tx.txid} output {n}", ts, symbol, name, output.address, output.value, len(events))
                )
                rows[events[-1].id] = book.row_of.get((tx.txid, n), 0)
    return Moves(book.chain, events, {symbol: book.asset}, rows, True, book.digest)


# --- exposure ---------------------------------------------------------------------------------------------------------


def exposure(session: Session, books: Books, target: Subject, asset: str = "") -> dict[str, Any]:
    """Exposure of an address to categories of services, both ways, for every asset or one.

    Raises:
        WorkstationError: the target is no address of the case, or it has no payments of the asset.
    """
    made = moves(books, target.chain)
    categories = services.categories(session.graphs.names, target.chain)
    own = categories.pop(target.ref, "")
    stops = set(services.stops(session.graphs.names, target.chain)) - {target.ref}
    mine = {e.asset for e in made.events if target.ref in (e.sender, e.receiver)}
    keys = [k for k in sorted(mine) if not asset or asset.lower() in (k.lower(), made.assets[k].symbol.lower())]
    if target.kind != "address" or not keys:
        raise sources.refused(f"{target.ref[:80]} has no payments to ask about", "name an address of the case")
    found: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    for key in keys:
        events = [e for e in made.events if e.asset == key]
        if made.coins:
            came, went = _coin_exposure(events, target.ref, categories, stops)
        else:
            rules = AccountRules(barriers=frozenset(stops))
            how = EXACT if len(events) <= EXACT_UP_TO else FIXED
            came = engine.incoming(events, target.ref, key, categories, rules, arithmetic=how)
            went = engine.outgoing(events, target.ref, key, categories, rules, arithmetic=how)
        told = _told(made.assets[key], came, went)
        found.append(told)
        for way, word in (("incoming", "came from"), ("outgoing", "went to")):
            mine_only = [e for e in events if target.ref == (e.receiver if way == "incoming" else e.sender)]
            if mine_only:
                title = f"Where the {made.assets[key].symbol} of {target.ref} {word}"
                measures = {"asset": made.assets[key].symbol, "direction": way, **told[way]}
                findings.append(_finding(session, made, "exposure", title, measures, mine_only, len(findings) + 1))
    return {
        "findings": findings,
        "subject": target.key,
        "labelled": own or None,
        "method": "haircut",
        "ledger_hash": books.digest([target.chain]),
        "services": len(categories),
        "exposure": found,
    }


def _told(asset: Asset, came: engine.Incoming, went: engine.Outgoing) -> dict[str, Any]:
    def display(units: Number) -> str:
        return amount(units, asset)

    document = engine.document(came, went)
    return {
        "asset": asset.symbol,
        "contract": asset.contract,
        **document,
        "display": {
            "incoming": {
                "total": display(came.total),
                "direct": {k: display(v) for k, v in came.direct.items()},
                "indirect": {k: display(v) for k, v in came.indirect.items()},
                "unattributed": display(came.unattributed),
            },
            "outgoing": {
                "total": display(went.total),
                "direct": {k: display(v) for k, v in went.direct.items()},
                "indirect": {k: display(v) for k, v in went.indirect.items()},
                "returned": display(went.returned),
                "unresolved": display(went.unresolved),
            },
        },
    }


def _coin_exposure(
    events: Sequence[Transfer], target: str, categories: Mapping[str, str], stops: set[str]
) -> tuple[engine.Incoming, engine.Outgoing]:
    """The same two figures on coins: straight from a service is what its own inputs gave to a transaction."""
    how = EXACT if len(events) <= EXACT_UP_TO else FIXED
    barriers = frozenset(categories) | stops
    given: dict[str, Parts] = {}
    paid_in: dict[str, int] = {}
    for e in events:
        if e.receiver is not None and e.receiver.startswith(_TX):
            paid_in[e.receiver] = paid_in.get(e.receiver, 0) + e.amount
            part = given.setdefault(e.receiver, {})
            category = categories.get(e.sender or "", "")
            name = f"of {category}" if category else "of the target" if e.sender == target else ""
            if name:
                part[name] = part.get(name, 0) + e.amount

    def straight(e: Transfer, name: str) -> Number:
        whole = paid_in.get(e.sender or "", 0)
        return share(e.amount, given.get(e.sender or "", {}).get(name, 0), whole) if whole else 0

    marks = [EventSource(e.id, categories[e.sender]) for e in events if e.sender is not None and e.sender in categories]
    back = trace(events, marks, "haircut", AccountRules(barriers=barriers), arithmetic=how)
    direct: Parts = {}
    indirect: Parts = {}
    arrived: Number = 0
    for e in events:
        if e.receiver == target:
            arrived += e.amount
            for category, units in back.events.get(e.id, {}).items():
                first = straight(e, f"of {category}")
                direct[category] = direct.get(category, 0) + first
                indirect[category] = indirect.get(category, 0) + units - first
    open_rest = plain(arrived - total(direct.values()) - total(indirect.values()))
    came = engine.Incoming(arrived, without_zeros(direct), without_zeros(indirect), open_rest)

    mine = [e for e in events if e.sender == target]
    rules = AccountRules(barriers=barriers | {target})
    ahead = trace(events, [EventSource(e.id, target) for e in mine], "haircut", rules, arithmetic=how)
    direct, indirect = {}, {}
    returned: Number = 0
    for e in events:
        units = ahead.events.get(e.id, {}).get(target, 0)
        if not units or e.sender == target:
            continue
        if e.receiver == target:
            returned += units
        elif e.receiver is not None and e.receiver in categories:
            category, first = categories[e.receiver], straight(e, "of the target")
            direct[category] = direct.get(category, 0) + first
            indirect[category] = indirect.get(category, 0) + units - first
    left: Number = sum(e.amount for e in mine)
    rest = plain(left - total(direct.values()) - total(indirect.values()) - returned)
    return came, engine.Outgoing(left, without_zeros(direct), without_zeros(indirect), plain(returned), rest)


# --- paths and flow ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Between:
    """From one address to another: the asset, the window in seconds UTC, what is available, and how far."""

    start: Subject
    end: Subject
    asset: str = ""
    since: int | None = None
    until: int | None = None
    budget: int | None = None
    hops: int = ways.MAX_HOPS
    best: int = ways.BEST


def flow(session: Session, books: Books, asked: Between, methods: Sequence[str] = ()) -> dict[str, Any]:
    """Upper bound and greedy figure of every asset that can have gone the way, beside what methods attribute.

    Raises:
        WorkstationError: the two are one address, or stand on two chains.
    """
    made = _one_chain(books, asked)
    found: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    shares = attributed(session, books, asked, methods)
    for key, events in _by_asset(made, asked):
        question = _question(asked, key)
        upper, lower = flows.max_flow(events, question), flows.greedy_flow(events, question)
        asset = made.assets[key]
        measures = {
            "asset": asset.symbol, "max_flow": text(upper), "greedy_flow": text(lower),
            "attributed": shares.get(key, {}),
        }  # fmt: skip
        title = f"At most {amount(upper, asset)} can have gone from {asked.start.ref} to {asked.end.ref}"
        carriers = flows.usable(events, question)
        findings.append(_finding(session, made, "flow", title, measures, carriers, len(findings) + 1))
        found.append(
            {
                "asset": asset.symbol,
                "contract": asset.contract,
                "max_flow": text(upper),
                "greedy_flow": text(lower),
                "attributed": shares.get(key, {}),
                "display": {"max_flow": amount(upper, asset), "greedy_flow": amount(lower, asset)},
            }
        )
    return {"findings": findings, **_head(books, asked), "flow": found}


def paths(session: Session, books: Books, asked: Between, methods: Sequence[str] = ()) -> dict[str, Any]:
    """The best ways in time with their amounts, beside the two figures of :func:`flow`."""
    made = _one_chain(books, asked)
    found: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    shares = attributed(session, books, asked, methods)
    hops = asked.hops * 2 if made.coins else asked.hops
    for key, events in _by_asset(made, asked):
        question = _question(asked, key)
        result = ways.paths(events, question, hops, asked.best)
        upper, lower = flows.max_flow(events, question), flows.greedy_flow(events, question)
        figures = {
            "asset": made.assets[key].symbol,
            "contract": made.assets[key].contract,
            "count": result.count,
            "fewest_hops": _hops(made, result.fewest_hops),
            "max_flow": text(upper),
            "greedy_flow": text(lower),
            "attributed": shares.get(key, {}),
        }
        best = [_path(made, path) for path in result.best]
        found.append({**figures, "best": best})
        for told, path in zip(best, result.best, strict=True):
            title = f"A way from {asked.start.ref} to {asked.end.ref} in {told['hops']} hops"
            measures = {**figures, "arrival": told["arrival"], "hops": told["hops"], "smallest": told["smallest"]}
            findings.append(_finding(session, made, "path", title, measures, path.transfers, len(findings) + 1))
    return {"findings": findings, **_head(books, asked), "max_hops": asked.hops, "paths": found}


def attributed(session: Session, books: Books, asked: Between, methods: Sequence[str]) -> dict[str, dict[str, str]]:
    """Asset key -> method -> amount of what leaves the start that arrives at the end under that method.

    The end is a stop, so that nothing is counted twice; labelled services stop the way too.

    Raises:
        WorkstationError: a window that starts late was asked for: methods need the way from its beginning.
    """
    if not methods:
        return {}
    if asked.since is not None or asked.budget is not None:
        raise sources.refused(
            "methods follow everything from the beginning", "leave out --since and --budget, or --method"
        )
    source = sources.Source(asked.start, asked.start.ref)
    question = Question((source,), tuple(methods), stop=(asked.end,), until=asked.until, asset=asked.asset)
    found: dict[str, dict[str, str]] = {}
    for made in runs.run(books, session.graphs.names, question, steps=0):
        for held in made.outcomes[asked.start.chain].absorbed:
            if held.ref == asked.end.ref:
                found.setdefault(held.asset, {})[made.method] = text(held.amount)
    return found


def _finding(
    session: Session, made: Moves, kind: str, title: str, measures: Mapping[str, Any], events: Sequence[Transfer],
    number: int,
) -> dict[str, Any]:  # fmt: skip
    """A result with the rows it rests on; of very many rows the first, and how many there are."""
    rows = list(dict.fromkeys(row for e in events if (row := made.rows.get(e.id, 0))))
    shown = rows[:_ROWS]
    cited = session.store.citations_many(shown)
    return {
        "id": f"{kind}-{number}",
        "kind": kind,
        "title": title,
        "measures": {**measures, "rows": len(rows)},
        "transfers": shown,
        "citations": [{"exhibit": c.exhibit, "locator": c.locator} for row in shown for c in cited[row]],
    }


def _head(books: Books, asked: Between) -> dict[str, Any]:
    return {
        "from": asked.start.key,
        "to": asked.end.key,
        "since": asked.since,
        "until": asked.until,
        "budget": None if asked.budget is None else str(asked.budget),
        "ledger_hash": books.digest([asked.start.chain]),
    }


def _one_chain(books: Books, asked: Between) -> Moves:
    if asked.start.kind != "address" or asked.end.kind != "address":
        raise sources.refused("paths and flow go from an address to an address", "name two addresses")
    if asked.start.chain != asked.end.chain:
        raise sources.refused("the two addresses stand on two chains", "name two addresses of one chain")
    return moves(books, asked.start.chain)


def _by_asset(made: Moves, asked: Between) -> list[tuple[str, list[Transfer]]]:
    """Assets that leave the start and reach the end, with their payments."""
    left = {e.asset for e in made.events if e.sender == asked.start.ref}
    keys = sorted(left & {e.asset for e in made.events if e.receiver == asked.end.ref})
    if asked.asset:
        wanted = asked.asset.lower()
        keys = [k for k in keys if wanted in (k.lower(), made.assets[k].symbol.lower())]
    return [(key, [e for e in made.events if e.asset == key]) for key in keys]


def _question(asked: Between, asset: str) -> flows.Question:
    window = None
    if asked.since is not None or asked.until is not None:
        window = (asked.since or 0, NOT_STATED - 1 if asked.until is None else asked.until)
    return flows.Question(asked.start.ref, asked.end.ref, asset, asked.budget, window)


def _hops(made: Moves, payments: int | None) -> int | None:
    return payments if payments is None or not made.coins else payments // 2


def _path(made: Moves, path: ways.Path) -> dict[str, Any]:
    asset = made.assets[path.transfers[0].asset]
    arrival = None if path.arrival == NOT_STATED else path.arrival
    return {
        "arrival": arrival,
        "utc": None if arrival is None else utc(arrival),
        "hops": _hops(made, len(path.transfers)),
        "smallest": str(min(move.amount for move in path.transfers)),
        "transfers": [made.rows.get(move.id, 0) for move in path.transfers],
        "events": [
            {
                "transfer": made.rows.get(move.id, 0),
                "time": None if move.ts == NOT_STATED else move.ts,
                "from": move.sender,
                "to": move.receiver,
                "amount": str(move.amount),
                "display": amount(move.amount, asset),
            }
            for move in path.transfers
        ],
    }

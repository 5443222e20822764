"""Owns paths and flow between two addresses on a case, and the payments they are read from (semantics 8).

Must not attribute anything but by a named method.

On account chains the payments are those of the ledger. On a chain of coins an address is one pool, and a transaction is a
stop between addresses: each input is a payment of an address to the transaction, each output one of the transaction to
an address. So a path of n transactions has 2n payments; its length is told in transactions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workstation.analysis.trace import flow as flows
from workstation.analysis.trace import paths as ways
from workstation.analysis.trace.exact import text
from workstation.analysis.trace.ledger import Transfer
from workstation.analysis.trace.watching import Watch
from workstation.app.names import Names
from workstation.app.tracing import runs, sources
from workstation.app.tracing.books import Books
from workstation.app.tracing.figures import amount
from workstation.app.tracing.ledgers import Accounts, Coins
from workstation.app.tracing.question import Question
from workstation.casefile.values import NOT_STATED, utc
from workstation.domain.amounts import Asset
from workstation.domain.subjects import Subject

#: How a transaction is named as a stop between addresses.
TX = "transaction "
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


def moves(books: Books, chain: str, watch: Watch | None = None) -> Moves:
    """The payments of a chain. ``watch`` is called now and then; it may raise to stop."""
    book = books.book(chain, watch)
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
        name = TX + tx.txid
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


def flow(
    books: Books, names: Names, asked: Between, methods: Sequence[str] = (), watch: Watch | None = None
) -> dict[str, Any]:
    """Upper bound and greedy figure of every asset that can have gone the way, beside what methods attribute.

    Raises:
        WorkstationError: the two are one address, or stand on two chains.
    """
    made = _one_chain(books, asked, watch)
    found: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    shares = attributed(books, names, asked, methods, watch)
    for key, events in _by_asset(made, asked):
        question = _question(asked, key)
        upper, lower = flows.max_flow(events, question, watch), flows.greedy_flow(events, question, watch)
        asset = made.assets[key]
        measures = {
            "asset": asset.symbol, "max_flow": text(upper), "greedy_flow": text(lower),
            "attributed": shares.get(key, {}),
        }  # fmt: skip
        title = f"At most {amount(upper, asset)} can have gone from {asked.start.ref} to {asked.end.ref}"
        carriers = flows.usable(events, question, watch)
        findings.append(resting(books, made, "flow", title, measures, carriers, len(findings) + 1))
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


def paths(
    books: Books, names: Names, asked: Between, methods: Sequence[str] = (), watch: Watch | None = None
) -> dict[str, Any]:
    """The best ways in time with their amounts, beside the two figures of :func:`flow`."""
    made = _one_chain(books, asked, watch)
    found: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    shares = attributed(books, names, asked, methods, watch)
    hops = asked.hops * 2 if made.coins else asked.hops
    for key, events in _by_asset(made, asked):
        question = _question(asked, key)
        result = ways.paths(events, question, hops, asked.best, watch=watch)
        upper, lower = flows.max_flow(events, question, watch), flows.greedy_flow(events, question, watch)
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
            findings.append(resting(books, made, "path", title, measures, path.transfers, len(findings) + 1))
    return {"findings": findings, **_head(books, asked), "max_hops": asked.hops, "paths": found}


def attributed(
    books: Books, names: Names, asked: Between, methods: Sequence[str], watch: Watch | None = None
) -> dict[str, dict[str, str]]:
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
    for made in runs.run(books, names, question, steps=0, watch=watch):
        for held in made.outcomes[asked.start.chain].absorbed:
            if held.ref == asked.end.ref:
                found.setdefault(held.asset, {})[made.method] = text(held.amount)
    return found


def resting(
    books: Books, made: Moves, kind: str, title: str, measures: Mapping[str, Any], events: Sequence[Transfer],
    number: int,
) -> dict[str, Any]:  # fmt: skip
    """A result with the rows it rests on; of very many rows the first, and how many there are."""
    rows = list(dict.fromkeys(row for e in events if (row := made.rows.get(e.id, 0))))
    shown = rows[:_ROWS]
    cited = books.store.citations_many(shown)
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


def _one_chain(books: Books, asked: Between, watch: Watch | None) -> Moves:
    if asked.start.kind != "address" or asked.end.kind != "address":
        raise sources.refused("paths and flow go from an address to an address", "name two addresses")
    if asked.start.chain != asked.end.chain:
        raise sources.refused("the two addresses stand on two chains", "name two addresses of one chain")
    return moves(books, asked.start.chain, watch)


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

"""Owns the running of a question: ledgers, sources, barriers and stop rules, one run for each method.

Each run gives a document that holds everything a record keeps, and nothing that depends on when or where it ran: the
same question on the same ledger gives the same bytes. Must not store anything (``records``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from workstation.analysis.trace.exact import Number, Parts, add, text, total, without_zeros
from workstation.analysis.trace.results import shortfall_documents
from workstation.app.ledger import Ledger
from workstation.app.names import Names
from workstation.app.tracing import services, sources
from workstation.app.tracing.books import Books
from workstation.app.tracing.coins import without_coinjoins
from workstation.app.tracing.engines import (
    BUCKETS,
    CoinLine,
    Held,
    Line,
    Outcome,
    PaymentLine,
    arithmetic,
    coin_line,
    follow,
    hop_limits,
    payment_line,
)
from workstation.app.tracing.ledgers import Accounts, Book
from workstation.app.tracing.question import VERSION, Question, parameters
from workstation.app.tracing.words import Teller, amount
from workstation.casefile.values import utc
from workstation.domain.amounts import Asset
from workstation.domain.errors import WorkstationError

Watch = Callable[[int], None]
#: Steps that are told in full; all are counted.
STEPS = 200
#: Rounds in which a smallest share settles: an address that falls below it can make others fall below it.
_ROUNDS = 40


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """One method, run. ``record`` is the whole document; ``outcomes`` by chain are for pictures and not kept."""

    method: str
    record: dict[str, Any] = field(repr=False)
    outcomes: Mapping[str, Outcome] = field(repr=False)
    lines: Mapping[str, Line] = field(repr=False)


def run(
    books: Books, names: Names, asked: Question, *, steps: int = STEPS, watch: Watch | None = None
) -> tuple[Run, ...]:
    """Run every method of a question.

    Args:
        steps: how many steps are told in full. watch: called now and then; it may raise to stop the run.

    Raises:
        WorkstationError: a source marks nothing, a method does not fit its ledger, the ledger cannot be traced.
    """
    prepared = {chain: _prepared(books, asked, chain) for chain in asked.chains}
    given = {chain: barriers(names, asked, chain) for chain in asked.chains}
    passed = {chain: services.stops(names, chain) if asked.through else {} for chain in asked.chains}
    return tuple(_run(books, asked, name, prepared, given, passed, steps, watch) for name in asked.methods)


def barriers(names: Names, asked: Question, chain: str) -> dict[str, str]:
    """Address -> reason, for every address of a chain at which tracing stops."""
    found = {} if asked.through else services.stops(names, chain)
    found.update({s.ref: "named as a stop" for s in asked.stop if s.kind == "address" and s.chain == chain})
    return found


def _prepared(books: Books, asked: Question, chain: str) -> Line:
    book = _filtered(books.book(chain), asked)
    mine = [source for source in asked.sources if source.subject.chain == chain]
    if isinstance(book, Accounts):
        marked = sources.of_accounts(book, books.ledger, mine, backward=asked.backward)
        return payment_line(book, marked, backward=asked.backward)
    if not asked.through:
        book = without_coinjoins(book)
    return coin_line(book, sources.of_coins(book, mine, backward=asked.backward), backward=asked.backward)


def _filtered(book: Book, asked: Question) -> Book:
    """Only what the time and the asset of the question allow."""
    if asked.until is not None:
        until = asked.until
        if asked.backward:
            book = book.without(lambda ts: ts < until, f"before {utc(until)}, where the question ends")
        else:
            book = book.without(
                lambda ts: ts > until, f"after {utc(until)}, where the question ends, or without a time"
            )
    if not asked.asset:
        return book
    wanted = asked.asset.lower()
    if not isinstance(book, Accounts):
        if wanted != book.asset.symbol.lower():
            raise sources.refused(f"{book.chain} holds {book.asset.symbol} only", "leave the asset out")
        return book
    keys = {key for key, asset in book.assets.items() if wanted in (key.lower(), asset.symbol.lower())}
    if not keys:
        raise sources.refused(f"{book.chain} holds no {asked.asset[:60]}", "name a symbol or a contract of the case")
    kept = tuple(e for e in book.events if e.asset in keys)
    assets = {key: asset for key, asset in book.assets.items() if key in keys}
    return Accounts(book.chain, kept, assets, book.left_out, book.digest)


def _run(
    books: Books, asked: Question, name: str, prepared: Mapping[str, Line], given: Mapping[str, dict[str, str]],
    passed: Mapping[str, dict[str, str]], steps: int, watch: Watch | None,
) -> Run:  # fmt: skip
    outcomes: dict[str, Outcome] = {}
    stopped: dict[str, dict[str, str]] = {}
    for chain, line in prepared.items():
        stops = dict(given[chain])
        if asked.hops is not None:
            limit = f"hop limit: reached after {asked.hops} payments or more"
            for ref in hop_limits(line, _start(books.ledger, asked, line), asked.hops, stops):
                stops.setdefault(ref, limit)
        if asked.share is not None and name != "poison":
            _small_shares(line, name, asked, stops, asked.share, watch)
        outcomes[chain] = follow(line, name, asked, stops, steps=steps > 0, watch=watch)
        stopped[chain] = stops
    record = _record(books, asked, name, prepared, outcomes, stopped, passed, steps)
    return Run(name, record, outcomes, prepared)


def _start(ledger: Ledger, asked: Question, line: Line) -> dict[str, int]:
    """Payments that lie behind the holder of what each source marks."""
    if isinstance(line, CoinLine):
        return {f"{s.txid}:{s.vout}": 0 for s in line.sources}
    named = {s.subject.ref for s in asked.sources if s.subject.kind == "address" and s.subject.chain == line.book.chain}
    payer = {e.id: e.sender for e in line.events}
    return {s.event: int(payer[s.event] in named) for s in line.sources}


def _small_shares(
    line: Line, name: str, asked: Question, stops: dict[str, str], share: Fraction, watch: Watch | None
) -> None:
    """Stop at addresses that get too little, until no further one falls below the share."""
    for _ in range(_ROUNDS):
        found = follow(line, name, asked, stops, steps=False, watch=watch)
        least = {asset: share * total(parts.values()) for asset, parts in found.marked.items()}
        small = [
            ref
            for ref, assets in sorted(found.arrived.items())
            if ref not in stops and all(units < least.get(asset, 0) for asset, units in assets.items())
        ]
        if not small:
            return
        stops.update(dict.fromkeys(small, f"less than the share {share} of the marked money arrived"))
    raise WorkstationError(
        "WS-TRC-105", f"the smallest share did not settle in {_ROUNDS} rounds", "nothing was traced",
        "use a limit of hops instead", 3,
    )  # fmt: skip


# --- the document -----------------------------------------------------------------------------------------------------


def _record(
    books: Books, asked: Question, name: str, lines: Mapping[str, Line], outcomes: Mapping[str, Outcome],
    stopped: Mapping[str, Mapping[str, str]], passed: Mapping[str, Mapping[str, str]], steps: int,
) -> dict[str, Any]:  # fmt: skip
    book = {chain: line.book for chain, line in lines.items()}
    told_steps, count = _steps(books, asked, name, lines, outcomes, steps)
    document = {chain: outcome.document for chain, outcome in outcomes.items()}
    used = {ref for outcome in outcomes.values() for ref in outcome.arrived}
    return {
        "method": name,
        "version": VERSION,
        "parameters": parameters(asked),
        "arithmetic": {chain: _arithmetic(asked, line) for chain, line in lines.items()},
        "ledger_hash": books.digest(lines),
        "ledgers": {
            chain: {"rows": line.size, "sha256": line.book.digest, "left_out": _left_out(line.book)}
            for chain, line in lines.items()
        },
        "injected": _sums(book, outcomes, lambda o: o.marked),
        "final": _sums(book, outcomes, lambda o: o.sums("final")),
        "fees": _sums(book, outcomes, lambda o: o.sums("fees")),
        "absorbed": _sums(book, outcomes, lambda o: o.sums("absorbed")),
        "remainder": _remainder(book, outcomes, asked),
        "shortfalls": [entry for chain in lines for entry in _shortfalls(lines[chain], outcomes[chain])],
        "shortfalls_total": [entry for chain in lines for entry in _shortfall_sums(lines[chain], outcomes[chain])],
        "holders": [entry for chain, outcome in outcomes.items() for entry in _holders(book[chain], outcome, stopped[chain])],
        "barriers": [
            {"subject": f"address:{chain}:{ref}", "reason": reason, "reached": ref in used}
            for chain, stops in stopped.items()
            for ref, reason in sorted(stops.items())
            if ref in used or not reason.startswith("labelled")
        ],
        "services_passed": [
            {"subject": f"address:{chain}:{ref}", "label": reason}
            for chain, stops in passed.items()
            for ref, reason in sorted(stops.items())
            if ref in used and ref not in stopped[chain]
        ],
        "results_hash": hashlib.sha256(canonical(document).encode()).hexdigest(),
        "steps": told_steps,
        "steps_total": count,
    }  # fmt: skip


def canonical(document: Any) -> str:
    """JSON text that is the same for the same content."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _arithmetic(asked: Question, line: Line) -> str:
    return "exact" if arithmetic(asked, line.size).scale == 1 else "fixed: 1/2^64 of a unit"


def _left_out(book: Book) -> list[dict[str, Any]]:
    return [{"count": entry.count, "reason": entry.reason, "used": entry.used} for entry in book.left_out]


def _asset(book: Book, key: str) -> Asset:
    return book.assets[key] if isinstance(book, Accounts) else book.asset


def _name(books: Mapping[str, Book], chain: str, key: str) -> str:
    """The symbol of an asset; with its contract or chain where two assets of the run share the symbol."""
    asset = _asset(books[chain], key)
    same = 0
    for book in books.values():
        held = book.assets.values() if isinstance(book, Accounts) else (book.asset,)
        same += sum(other.symbol == asset.symbol for other in held)
    return asset.symbol if same == 1 else f"{asset.symbol} ({asset.contract or chain})"


def _sums(
    books: Mapping[str, Book], outcomes: Mapping[str, Outcome], of: Callable[[Outcome], dict[str, Parts]]
) -> dict[str, dict[str, str]]:
    """Asset -> label -> amount, over all chains."""
    found: dict[str, Parts] = {}
    for chain, outcome in outcomes.items():
        for key, parts in of(outcome).items():
            add(found.setdefault(_name(books, chain, key), {}), parts)
    return {
        asset: {label: text(units) for label, units in sorted(without_zeros(parts).items())}
        for asset, parts in sorted(found.items())
        if without_zeros(parts)
    }


def _shortfalls(line: Line, outcome: Outcome) -> list[dict[str, Any]]:
    """Debits beyond the known balance of accounts that marked money reached or left."""
    if not isinstance(line, PaymentLine):
        return []
    marked = {source.event for source in line.sources}
    met = set(outcome.arrived) | {e.sender for e in line.events if e.id in marked}
    near = tuple(s for s in outcome.shortfalls if s.account in met)
    return [
        {"chain": line.book.chain, **entry, "asset": _asset(line.book, entry["asset"]).symbol}
        for entry in shortfall_documents(near)
    ]


def _shortfall_sums(line: Line, outcome: Outcome) -> list[dict[str, Any]]:
    """How many debits of the whole ledger went beyond the known balance, and their sum, by asset."""
    found: dict[str, list[int]] = {}
    for short in outcome.shortfalls:
        found.setdefault(short.asset, []).append(short.amount)
    return [
        {
            "chain": line.book.chain,
            "asset": _asset(line.book, key).symbol,
            "count": len(units),
            "amount": str(sum(units)),
        }
        for key, units in sorted(found.items())
    ]


def _remainder(books: Mapping[str, Book], outcomes: Mapping[str, Outcome], asked: Question) -> list[dict[str, Any]]:
    """Marked money that stands with nobody, with the reason."""
    found = []
    for name, forward, backward in BUCKETS:
        for chain, outcome in outcomes.items():
            for key, parts in sorted(outcome.sums(name).items()):
                asset = _asset(books[chain], key)
                for label, units in sorted(parts.items()):
                    if units:
                        found.append(
                            {
                                "kind": name,
                                "reason": backward if asked.backward else forward,
                                "chain": chain,
                                **_figure(asset, label, units),
                            }
                        )
    return found


def _holders(book: Book, outcome: Outcome, stops: Mapping[str, str]) -> Iterable[dict[str, Any]]:
    held = [(h, "") for h in outcome.final] + [(h, stops.get(h.ref, "a stop")) for h in outcome.absorbed]
    return [_holder(book, h, stop) for h, stop in sorted(held, key=_largest_first)]


def _largest_first(entry: tuple[Held, str]) -> Any:
    held, _ = entry
    return held.asset, held.label, -held.amount, held.ref


def _holder(book: Book, held: Held, stop: str) -> dict[str, Any]:
    kind = "transaction" if held.no_address else "address"
    chain, _, ref = (
        held.ref.partition(":") if book.chain == "stated" and ":" in held.ref else (book.chain, "", held.ref)
    )
    return {
        "subject": f"{kind}:{chain}:{ref}",
        "address": None if held.no_address else ref,
        "chain": book.chain,
        **_figure(_asset(book, held.asset), held.label, held.amount),
        "stopped": stop or None,
    }


def _figure(asset: Asset, label: str, units: Number) -> dict[str, Any]:
    return {
        "asset": asset.symbol,
        "contract": asset.contract,
        "label": label,
        "amount": text(units),
        "display": amount(units, asset),
    }


def _steps(
    books: Books, asked: Question, name: str, lines: Mapping[str, Line], outcomes: Mapping[str, Outcome], most: int
) -> tuple[list[dict[str, Any]], int]:
    told: list[dict[str, Any]] = []
    count = 0
    for chain, outcome in outcomes.items():
        line = lines[chain]
        shown = outcome.steps[: max(0, most - len(told))]
        wanted = {step.place for step in shown}
        tx_of: dict[str, str] = {}
        events = {}
        if isinstance(line, PaymentLine):
            events = {e.id: e for e in line.book.events if e.id in wanted}
            ledger = books.ledger
            for event in events:
                tx = int(ledger.tx[ledger.row_of_id[int(event)]])
                tx_of[event] = ledger.columns.txs[tx][1] if tx else ""
        if isinstance(line, CoinLine):
            marks = {f"{source.txid}:{source.vout}": source.label for source in line.sources}
        else:
            marks = {source.event: source.label for source in line.sources}
        teller = Teller(line, asked.backward, name, tx_of, events, marks)
        told += [teller.step(count + n, step) for n, step in enumerate(shown, 1)]
        count += len(outcome.steps)
    return told, count

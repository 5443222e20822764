"""Owns the running of a question: ledgers, sources, barriers and stop rules, one run for each method.

Each run gives a document that holds everything a record keeps, and nothing that depends on when or where it ran: the
same question on the same ledger gives the same bytes. Must not store anything (``records``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workstation.analysis.trace.exact import Parts, add, text, total, without_zeros
from workstation.analysis.trace.ledger import Transfer
from workstation.analysis.trace.results import shortfall_documents
from workstation.analysis.trace.undisturbed import undisturbed
from workstation.analysis.trace.watching import watched
from workstation.app.ledger import Ledger
from workstation.app.names import Names
from workstation.app.tracing import services
from workstation.app.tracing.books import Books
from workstation.app.tracing.conversions import Declared, Leg
from workstation.app.tracing.engines import BUCKETS, Outcome, arithmetic, follow, hop_limits
from workstation.app.tracing.figures import amount
from workstation.app.tracing.fingerprint import fingerprint
from workstation.app.tracing.holders import asset_of, listed, remainder
from workstation.app.tracing.ledgers import Accounts, Book
from workstation.app.tracing.lines import CoinLine, Line, PaymentLine
from workstation.app.tracing.prepared import Group, groups
from workstation.app.tracing.question import VERSION, Question, decimal, parameters
from workstation.app.tracing.split import by_chain
from workstation.app.tracing.told import tell_steps
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


@undisturbed()
def run(
    books: Books, names: Names, asked: Question, *, steps: int = STEPS, watch: Watch | None = None
) -> tuple[Run, ...]:
    """Run every method of a question.

    Args:
        steps: how many steps are told in full. watch: called now and then; it may raise to stop the run.

    Raises:
        WorkstationError: a source marks nothing, a method does not fit its ledger, the ledger cannot be traced.
    """
    ready = groups(books, asked, watch)
    chains = [chain for group in ready for chain in group.lines]
    given = {chain: barriers(names, asked, chain) for chain in chains}
    passed = {chain: services.stops(names, chain) if asked.through else {} for chain in chains}
    return tuple(_run(books, asked, name, ready, given, passed, steps, watch) for name in asked.methods)


def barriers(names: Names, asked: Question, chain: str) -> dict[str, str]:
    """Address -> reason, for every address of a chain at which tracing stops."""
    found = {} if asked.through else services.stops(names, chain)
    found.update({s.ref: "named as a stop" for s in asked.stop if s.kind == "address" and s.chain == chain})
    return found


def _run(
    books: Books, asked: Question, name: str, ready: tuple[Group, ...], given: Mapping[str, dict[str, str]],
    passed: Mapping[str, dict[str, str]], steps: int, watch: Watch | None,
) -> Run:  # fmt: skip
    outcomes: dict[str, Outcome] = {}
    stopped: dict[str, dict[str, str]] = {}
    taken: list[tuple[Group, Outcome]] = []
    tick = watch or _nobody
    for group in ready:
        ends = {} if group.woven is None else {pool: end.reason for pool, end in group.woven.ends.items()}
        stops = {group.name(chain, ref): why for chain in group.lines for ref, why in given[chain].items()} | ends
        if asked.hops is not None:
            limit = f"hop limit: reached after {asked.hops} payments or more"
            for ref in hop_limits(group.line, _start(books.ledger, asked, group), asked.hops, stops, watch=watch):
                if not group.in_transit(ref):
                    stops.setdefault(ref, limit)
        if (asked.share is not None or asked.dust is not None) and name != "poison":
            _too_little(group, name, asked, stops, watch)
        outcome = follow(group.line, name, asked, stops, steps=steps, watch=watch)
        taken.append((group, outcome))
        tick(0)
        outcomes.update(by_chain(outcome, group))
        for chain in group.lines:
            stopped[chain] = {}
        for ref, why in stops.items():
            chain, plain = group.split(ref)
            if not group.in_transit(ref):
                stopped[chain][plain] = why
    ledgers = {chain: line for group in ready for chain, line in group.lines.items()}
    told = tell_steps(books, asked, name, taken, steps)
    tick(0)
    record = _record(books, asked, name, ready, ledgers, outcomes, stopped, passed, told, tick)
    return Run(name, record, outcomes, ledgers)


def _nobody(_done: int) -> None:
    """Nobody watches."""


def _start(ledger: Ledger, asked: Question, group: Group) -> dict[str, int]:
    """Payments that lie behind the holder of what each source marks."""
    line = group.line
    if isinstance(line, CoinLine):
        return {f"{s.txid}:{s.vout}": 0 for s in line.sources}
    named = {
        group.name(s.subject.chain, s.subject.ref)
        for s in asked.sources
        if s.subject.kind == "address" and s.subject.chain in group.lines
    }
    wanted = {s.event for s in line.sources}
    payer = {e.id: e.sender for e in line.events if isinstance(e, Transfer) and e.id in wanted}
    return {s.event: int(payer.get(s.event) in named) for s in line.sources}


def _too_little(group: Group, name: str, asked: Question, stops: dict[str, str], watch: Watch | None) -> None:
    """Stop at addresses that get less than the share or the dust limit, until no further one falls below."""
    for _ in range(_ROUNDS):
        found = follow(group.line, name, asked, stops, steps=0, watch=watch)
        small: dict[str, str] = {}
        for ref, assets in sorted(found.arrived.items()):
            if ref in stops or group.in_transit(ref):
                continue
            if asked.share is not None and all(
                units < asked.share * total(found.marked.get(asset, {}).values()) for asset, units in assets.items()
            ):
                small[ref] = f"less than the share {asked.share} of the marked money arrived"
            elif asked.dust is not None and all(
                units < asked.dust * 10 ** group.asset(asset).decimals for asset, units in assets.items()
            ):
                small[ref] = f"dust: less than {decimal(asked.dust)} of any asset arrived"
        if not small:
            return
        stops.update(small)
    raise WorkstationError(
        "WS-TRC-105", f"the smallest amount did not settle in {_ROUNDS} rounds", "nothing was traced",
        "use a limit of hops instead", 3,
    )  # fmt: skip


# --- the document -----------------------------------------------------------------------------------------------------


def _record(
    books: Books, asked: Question, name: str, ready: tuple[Group, ...], lines: Mapping[str, Line],
    outcomes: Mapping[str, Outcome], stopped: Mapping[str, Mapping[str, str]], passed: Mapping[str, Mapping[str, str]],
    told: tuple[list[dict[str, Any]], int], tick: Watch,
) -> dict[str, Any]:  # fmt: skip
    book = {chain: line.book for chain, line in lines.items()}
    held = listed(book, outcomes, stopped, asked.list_holders, tick)
    standing = [(name, backward if asked.backward else forward) for name, forward, backward in BUCKETS]
    used = {chain: outcome.arrived.keys() for chain, outcome in outcomes.items()}
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
        "final": _sums(book, outcomes, lambda o: o.sums("final", tick)),
        "fees": _sums(book, outcomes, lambda o: o.sums("fees")),
        "absorbed": _sums(book, outcomes, lambda o: o.sums("absorbed", tick)),
        "remainder": remainder(book, outcomes, standing),
        "shortfalls": [entry for chain in lines for entry in _shortfalls(lines[chain], outcomes[chain], tick)],
        "shortfalls_total": [entry for chain in lines for entry in _shortfall_sums(lines[chain], outcomes[chain])],
        "holders": held.holders,
        "holders_total": held.total,
        "unlisted": held.unlisted,
        "barriers": [
            *(
                {"subject": f"address:{chain}:{ref}", "reason": reason, "reached": ref in used[chain]}
                for chain, stops in stopped.items()
                for ref, reason in sorted(stops.items())
                if ref in used[chain] or not reason.startswith("labelled")
            ),
            *_ended(outcomes),
        ],
        "services_passed": [
            {"subject": f"address:{chain}:{ref}", "label": reason}
            for chain, stops in passed.items()
            for ref, reason in sorted(stops.items())
            if ref in used[chain] and ref not in stopped[chain]
        ],
        "results_hash": fingerprint({chain: outcome.found for chain, outcome in outcomes.items()}, tick),
        "conversions": [_conversion(which, out, into) for group in ready for which, (out, into) in group.legs.items()],
        "steps": told[0],
        "steps_total": told[1],
    }


def _ended(outcomes: Mapping[str, Outcome]) -> Iterable[dict[str, Any]]:
    """Transactions and declared conversions at which tracing ended."""
    for chain, outcome in outcomes.items():
        for txid, why in sorted(outcome.ended.items()):
            yield {"subject": f"transaction:{chain}:{txid}", "reason": why, "reached": True}
        ends = {(h.no_address, h.ref, h.why) for h in outcome.absorbed if h.why}
        for bare, ref, why in sorted(ends):
            kind = "transaction" if bare else "address"
            yield {"subject": f"{kind}:{chain}:{ref}", "reason": why, "reached": True}


def _conversion(which: Declared, out: Leg, into: Leg) -> dict[str, Any]:
    """A declared conversion as a record names it."""
    return {
        "kind": which.kind,
        "paid": f"transfer:{out.chain}:{out.number}",
        "paid_amount": text(out.units),
        "paid_display": amount(out.units, out.asset),
        "received": f"transfer:{into.chain}:{into.number}",
        "received_amount": text(into.units),
        "received_display": amount(into.units, into.asset),
        "reason": which.reason,
        "author": which.author,
    }


def _arithmetic(asked: Question, line: Line) -> str:
    return "exact" if arithmetic(asked, line.size).scale == 1 else "fixed: 1/2^64 of a unit"


def _left_out(book: Book) -> list[dict[str, Any]]:
    return [{"count": entry.count, "reason": entry.reason, "used": entry.used} for entry in book.left_out]


def _name(books: Mapping[str, Book], chain: str, key: str) -> str:
    """The symbol of an asset; with its contract or chain where two assets of the run share the symbol."""
    asset = asset_of(books[chain], key)
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


def _shortfalls(line: Line, outcome: Outcome, tick: Watch) -> list[dict[str, Any]]:
    """Debits beyond the known balance of accounts that marked money reached or left."""
    if not isinstance(line, PaymentLine):
        return []
    marked = {source.event for source in line.sources}
    met = set(outcome.arrived) | {
        e.sender for e in watched(line.events, tick) if isinstance(e, Transfer) and e.id in marked
    }
    near = tuple(s for s in outcome.shortfalls if s.account in met)
    return [
        {"chain": line.book.chain, **entry, "asset": asset_of(line.book, entry["asset"]).symbol}
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
            "asset": asset_of(line.book, key).symbol,
            "count": len(units),
            "amount": str(sum(units)),
        }
        for key, units in sorted(found.items())
    ]

"""Owns the answer of a service held against the ledger of the case: joined rows, custodial gap, what is missing.

The rules are in ``analysis.provider`` and ``analysis.gap``; this module finds what they need. Must not change anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from workstation.analysis.gap import Account, accounts
from workstation.analysis.provider import KINDS, WINDOW, Match, agrees, bare, match
from workstation.app.chooser import Sum
from workstation.app.ledger import FEE, Ledger, Rows
from workstation.casefile.values import utc
from workstation.domain.categories import badge_of
from workstation.domain.chains import CHAINS
from workstation.domain.evidence import Event
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.session import Session

#: Most arrivals that are named for one address; all are counted and summed.
NAMED = 200


@dataclass(frozen=True, slots=True)
class Uncovered:
    """An address of a service: what the ledger brings there, and what the service's record does not tell.

    Attributes:
        services, accounts: who states it. tagged: labels of category exchange on it. covered: arrivals that a record
            is joined to. missing: ids of arrivals without a record (at most :data:`NAMED`), ``missing_total`` of them,
            ``missing_sums`` their exact sums. departures, departures_covered: transactions in which the address sends,
        and those a withdrawal of a record is joined to (a service empties deposit addresses itself).
        answered: whether any record of a service names the address, or is joined to what it sends or gets.
    """

    subject: Subject
    services: tuple[str, ...]
    accounts: tuple[str, ...]
    tagged: tuple[str, ...]
    arrivals: int
    covered: int
    missing: tuple[int, ...]
    missing_total: int
    missing_sums: tuple[Sum, ...]
    departures: int
    departures_covered: int
    answered: bool

    @property
    def bridged(self) -> str:
        """In plain words whether a record joins this address to what left the service."""
        if not self.arrivals and not self.departures:
            return "the case holds no transfer of this address"
        if not self.answered:
            way = "reaches" if not self.departures else "leaves" if not self.arrivals else "reaches and leaves"
            return f"not bridged: money {way} this address and no answer of the service covers it"
        if self.missing_total:
            arrivals_ = "1 arrival has" if self.missing_total == 1 else f"{self.missing_total:,} arrivals have"
            return f"partly: {arrivals_} no row in the answer"
        return "covered by the answer of the service"


@dataclass(frozen=True, slots=True)
class Returns:
    """Everything about the answers of services in a case. ``events`` and ``matches`` go together, in time order."""

    events: tuple[Event, ...]
    matches: tuple[Match, ...]
    not_counted: int
    accounts: tuple[Account, ...]
    addresses: tuple[Uncovered, ...]

    def of(self, outcome: str) -> list[tuple[Event, Match]]:
        """Events with their match of one outcome."""
        return [(e, m) for e, m in zip(self.events, self.matches, strict=True) if m.outcome == outcome]


def returns(session: Session, *, account: str = "") -> Returns:
    """Hold every deposit and withdrawal against the ledger.

    Args:
        account: only accounts whose name contains this text, in any case. Matching always uses all records.
    """
    ledger = session.graphs.ledger
    stated = session.store.events(kinds=KINDS)
    usable = [e for e in stated if e.status == "ok"]
    found = match(usable, session.store.transfers(ids=_wanted(ledger, usable)), chains=_chains(ledger))
    low = account.lower()
    kept = [(e, m) for e, m in zip(usable, found, strict=True) if low in f"{e.service} {e.account}".lower()]
    events, matches = tuple(e for e, _ in kept), tuple(m for _, m in kept)
    waiting = sum(e.status != "ok" and low in f"{e.service} {e.account}".lower() for e in stated)
    covered = np.unique(np.array([n for m in found if agrees(m) for n in m.transfers], np.int64))
    covered_tx = np.unique(ledger.tx[np.isin(ledger.columns.id, covered)])
    places = _places(session, events, tagged=not account)
    return Returns(
        events,
        matches,
        waiting,
        tuple(accounts(events, matches)),
        tuple(_uncovered(session, subject, stating, covered, covered_tx) for subject, stating in places),
    )


def _chains(ledger: Ledger) -> set[str]:
    return {asset.chain for asset in ledger.columns.assets.values()} - {"stated"}


def _wanted(ledger: Ledger, events: Iterable[Event]) -> list[int]:
    """Numbers of the transfers that the rules have to see: the stated transactions, arrivals at stated addresses."""
    rows: list[Rows] = [np.zeros(0, np.int64)]
    for event in events:
        number = _transaction(ledger, event) if event.tx else 0
        if number:
            rows.append(ledger.of_tx(number))
        bounds = WINDOW.around(event)
        for chain in (event.chain,) if event.chain else tuple(CHAINS):
            address = ledger.address_ids.get((chain, event.address), 0) if event.address else 0
            if address:
                came = ledger.received(address)
                time = ledger.columns.time[came]
                if bounds is not None:
                    came = came[(time >= bounds[0]) & (time <= bounds[1])]
                rows.append(came)
    return list(ledger.ids(np.unique(np.concatenate(rows))))


def _transaction(ledger: Ledger, event: Event) -> int:
    """The number of the stated transaction, on the stated chain first; id in any case and with or without ``0x``."""
    plain = bare(event.tx)
    for chain in dict.fromkeys((event.chain, *CHAINS)):
        for form in (event.tx, plain, "0x" + plain):
            if number := ledger.tx_ids.get((chain, form), 0):
                return number
    return 0


def _places(session: Session, events: Sequence[Event], *, tagged: bool) -> list[tuple[Subject, list[Event]]]:
    """Addresses of services: those deposits name, and those that carry a label of category exchange."""
    found: dict[str, list[Event]] = {}
    for event in events:
        if event.kind == "deposit" and event.chain and event.address:
            found.setdefault(Subject("address", event.chain, event.address).key, []).append(event)
    if tagged:
        for key in sorted({*session.graphs.names.sources, *session.graphs.names.tags}):
            if parse(key).kind == "address" and key not in found and _exchange_labels(session, key):
                found[key] = []
    return [(parse(key), found[key]) for key in sorted(found)]


def _exchange_labels(session: Session, key: str) -> tuple[str, ...]:
    names = session.graphs.names
    said = [t.label or t.actor for t in names.sources.get(key, ()) if badge_of(t.category) == "EX"]
    said += [row["label"] for row in names.tags.get(key, ()) if badge_of(row["category"] or "") == "EX"]
    return tuple(dict.fromkeys(said))


def arrivals(ledger: Ledger, subject: Subject) -> Rows:
    """Rows of the ledger that bring something to an address: no fees, no statements."""
    number = ledger.number(subject)
    rows = ledger.received(number)
    rows = rows[ledger.kind[rows] != FEE]
    stated = np.array([n for n, asset in ledger.columns.assets.items() if asset.chain == "stated"], np.int64)
    found: Rows = rows[~np.isin(ledger.asset[rows], stated)]
    return found


def _uncovered(
    session: Session, subject: Subject, stating: Sequence[Event], covered: Rows, covered_tx: Rows
) -> Uncovered:
    ledger = session.graphs.ledger
    rows = arrivals(ledger, subject)
    ids = ledger.columns.id[rows]
    at = np.searchsorted(covered, ids)
    known = np.append(covered, 0)[at] == ids
    missing = rows[~known]
    sent = ledger.sent(ledger.number(subject))
    gone = np.unique(ledger.tx[sent[ledger.kind[sent] != FEE]])
    gone = gone[gone > 0]
    told = int(np.isin(gone, covered_tx).sum())
    return Uncovered(
        subject,
        tuple(dict.fromkeys(e.service for e in stating)),
        tuple(dict.fromkeys(e.account for e in stating if e.account)),
        _exchange_labels(session, subject.key),
        len(rows),
        int(known.sum()),
        ledger.ids(missing[:NAMED]),
        len(missing),
        ledger.sums(missing),
        len(gone),
        told,
        bool(stating) or bool(known.any()) or told > 0,
    )


# --- telling ----------------------------------------------------------------------------------------------------------


def as_data(found: Returns) -> dict[str, Any]:
    """The same as JSON-ready values; amounts are text."""
    return {
        "summary": {
            "records": len(found.events),
            "not_counted": found.not_counted,
            **{name: len(found.of(name)) for name in ("matched", "ambiguous", "unmatched")},
        },
        "records": [_record(e, m) for e, m in zip(found.events, found.matches, strict=True)],
        "accounts": [{**asdict(a), "flows": [asdict(f) for f in a.flows]} for a in found.accounts],
        "addresses": [_place(place) for place in found.addresses],
    }


def _record(event: Event, match_: Match) -> dict[str, Any]:
    return {
        "event": event.id,
        "kind": event.kind,
        "service": event.service,
        "account": event.account,
        "utc": None if event.time is None else utc(event.time),
        "asset": event.symbol,
        "amount": event.amount_text,
        "fee": event.fee_text,
        "chain": event.chain,
        "tx": event.tx,
        "address": event.address,
        "outcome": match_.outcome,
        "by": list(match_.by),
        "transfers": list(match_.transfers),
        "differences": list(match_.differences),
        "reason": match_.reason,
        "text": match_.text,
        "same_as": match_.same_as or None,
        "citation": {"exhibit": event.citation.exhibit, "locator": event.citation.locator},
    }


def _place(place: Uncovered) -> dict[str, Any]:
    return {
        "chain": place.subject.chain,
        "address": place.subject.ref,
        "services": list(place.services),
        "accounts": list(place.accounts),
        "labels": list(place.tagged),
        "arrivals": place.arrivals,
        "covered": place.covered,
        "missing": place.missing_total,
        "missing_transfers": list(place.missing),
        "missing_sums": [s.exact for s in place.missing_sums],
        "departures": place.departures,
        "departures_covered": place.departures_covered,
        "bridged": place.bridged,
    }


def lines(found: Returns) -> list[str]:
    """The same for people."""
    told = [
        f"{len(found.events)} deposits and withdrawals that count: {len(found.of('matched'))} found on the ledger, "
        f"{len(found.of('ambiguous'))} fit in several ways, {len(found.of('unmatched'))} not found"
        + (f"; {found.not_counted} rows have another status and do not count" if found.not_counted else "")
    ]
    for event, match_ in zip(found.events, found.matches, strict=True):
        told.append(f"  {sentence(event, match_)}")
        told += [f"      {text}" for text in match_.differences]
    for account in found.accounts:
        told.append(f"{account.account or account.service}: {account.state} ({account.why})")
        told += [
            f"  {flow.direction:<3} {flow.amount} {flow.symbol} (records: {flow.records}), {flow.matched} on the ledger"
            + (f", {flow.differing} with another amount there" if flow.differing else "")
            for flow in account.flows
        ]
    for place in found.addresses:
        told.append(
            f"{place.subject.chain}:{place.subject.ref}: in {place.arrivals:,}, out {place.departures:,};"
            f" {place.bridged}"
        )
    return told


def sentence(event: Event, match_: Match) -> str:
    """One record and what it came to, on one line."""
    when = "no time" if event.time is None else utc(event.time)
    what = f"{event.kind} {event.amount_text} {event.symbol} {when} (E-{event.citation.exhibit:04d} {event.citation.locator})"
    if match_.outcome == "matched":
        ids = ", ".join(map(str, match_.transfers)) or "no transfer there"
        again = f", the same as event {match_.same_as}" if match_.same_as else ""
        return f"{what}: matched by {' + '.join(match_.by)}: transfer {ids}{again}"
    return f"{what}: {match_.outcome}: {match_.text}"

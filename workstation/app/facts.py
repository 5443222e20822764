"""Owns what the case knows about one subject, and about itself: exact figures for inspector, overview and reports.

Everything comes from the indexed ledger, so an answer costs what its subject has. Sums are never made across assets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from workstation.app.accounts import AccountFacts, account_facts
from workstation.app.chooser import Sum
from workstation.app.ledger import FEE, INPUT, Ledger, Rows, is_utxo
from workstation.app.names import Face
from workstation.app.prices import of_transfers
from workstation.domain.amounts import Asset
from workstation.domain.evidence import SourceTag, Transaction, Transfer
from workstation.domain.subjects import Subject, parse

if TYPE_CHECKING:
    from workstation.app.session import Session

#: Members of an entity whose accounts are looked at.
_MEMBERS = 100
#: Statements on one address that are counted.
_STATED = 1000


@dataclass(frozen=True, slots=True)
class Holding:
    """What one address did with one asset. ``balance`` is as of the data; None when an amount is unknown."""

    asset: Asset
    received: Sum
    sent: Sum
    fees: Sum
    balance: int | None


@dataclass(frozen=True, slots=True)
class Counterparty:
    """One neighbour with what went each way. On UTXO chains it is a transaction: who paid whom is no ledger fact."""

    subject: Subject
    name: str
    received: tuple[Sum, ...]
    sent: tuple[Sum, ...]
    transfers: int


@dataclass(frozen=True, slots=True)
class SubjectFacts:
    """Facts on an address or an entity.

    Attributes:
        first, last: seconds UTC of the first and last transfer, None when no source states times.
        tags: of the user (rows). source_tags: of exhibits, each with its citation. findings: keys that cite it.
        accounts: what services state about it, when it is an account, or about the accounts of an entity.
        statements: events that name this ledger address.
    """

    subject: Subject
    face: Face
    holdings: tuple[Holding, ...]
    first: int | None
    last: int | None
    transfers: int
    counterparties: tuple[Counterparty, ...]
    counterparties_total: int
    members: tuple[Subject, ...]
    entity: str
    tags: tuple[dict[str, Any], ...]
    source_tags: tuple[SourceTag, ...]
    notes: tuple[dict[str, Any], ...]
    findings: tuple[str, ...]
    exhibits: tuple[int, ...]
    accounts: tuple[AccountFacts, ...] = ()
    statements: int = 0


@dataclass(frozen=True, slots=True)
class TransactionFacts:
    """Facts on a transaction. ``fee`` is None when it is not known (an input without known amount).

    ``fiat_then`` is the value of what it paid out at its day, with source; empty when the case has no prices.
    """

    subject: Subject
    transaction: Transaction | None
    transfers: tuple[Transfer, ...]
    paid_in: tuple[Sum, ...]
    paid_out: tuple[Sum, ...]
    fee: Sum | None
    unknown_inputs: int
    tags: tuple[dict[str, Any], ...]
    source_tags: tuple[SourceTag, ...]
    notes: tuple[dict[str, Any], ...]
    findings: tuple[str, ...]
    exhibits: tuple[int, ...]
    fiat_then: str = ""


@dataclass(frozen=True, slots=True)
class Seed:
    """Where one could start, and why."""

    subject: Subject
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The first look at a case: how much of what, when, who matters most, what is not attributed."""

    totals: tuple[Sum, ...]
    first: int | None
    last: int | None
    addresses: int
    labelled: int
    unresolved: int
    top: tuple[Counterparty, ...]
    seeds: tuple[Seed, ...]


def subject_facts(session: Session, subject: Subject, *, limit: int = 50) -> SubjectFacts:
    """Facts on an address or an entity; ``limit`` bounds the list of counterparties, not its total."""
    ledger, names = session.graphs.ledger, session.graphs.names
    members = [parse(key) for key in names.members.get(subject.ref, [])] if subject.kind == "entity" else [subject]
    numbers = [number for member in members if (number := ledger.number(member))]
    empty = np.zeros(0, np.int64)
    received = np.unique(np.concatenate([empty, *(ledger.received(number) for number in numbers)]))
    sent_all = np.unique(np.concatenate([empty, *(ledger.sent(number) for number in numbers)]))
    fees = sent_all[ledger.kind[sent_all] == FEE]
    sent = sent_all[ledger.kind[sent_all] != FEE]
    every = np.unique(np.concatenate([received, sent_all]))
    first, last = ledger.span(every)
    parties, many = _counterparties(session, subject, set(numbers), limit)
    return SubjectFacts(
        subject, names.face(subject), _holdings(ledger, received, sent, fees), first, last, len(every),
        tuple(parties), many, tuple(members) if subject.kind == "entity" else (),
        names.entity_of.get(subject.key, ""), *_annotations(session, subject), _exhibits(session, every),
        tuple(found for one in members[:_MEMBERS] if (found := account_facts(session, one)) is not None),
        0 if subject.kind == "entity" or subject.chain == "stated"
        else len(session.store.events(address=(subject.chain, subject.ref), limit=_STATED)),
    )  # fmt: skip


def _holdings(ledger: Ledger, received: Rows, sent: Rows, fees: Rows) -> tuple[Holding, ...]:
    sums = [{s.asset: s for s in ledger.sums(rows)} for rows in (received, sent, fees)]
    assets = sorted(
        {a for found in sums for a in found}, key=lambda a: (-_count(sums, a), a.chain, a.symbol, a.contract)
    )
    made = []
    for asset in assets:
        came, went, paid = (found.get(asset, Sum(asset, 0, 0)) for found in sums)
        known = not (came.unknown or went.unknown or paid.unknown)
        made.append(Holding(asset, came, went, paid, came.units - went.units - paid.units if known else None))
    return tuple(made)


def _count(sums: list[dict[Asset, Sum]], asset: Asset) -> int:
    return sum(found[asset].count for found in sums if asset in found)


def _counterparties(session: Session, subject: Subject, own: set[int], limit: int) -> tuple[list[Counterparty], int]:
    """The largest counterparties and how many there are; of a hub, arrays rank them and only the largest become words."""
    ledger, empty = session.graphs.ledger, np.zeros(0, np.int64)
    sides: list[tuple[Rows, Rows]] = []
    for direction in ("in", "out"):
        rows, ends = session.graphs.sides(subject, direction)
        other = (ends != 0) & ~np.isin(ends, np.array(sorted(own), np.int64))
        sides.append((rows[other], ends[other]))
    known, size, count = _ranks(ledger, sides)
    order = np.lexsort((-count, -size))
    if len(order) > limit:  # those that rank like the last one are told apart by their keys
        last = order[limit - 1]
        order = order[(size[order] > size[last]) | ((size[order] == size[last]) & (count[order] >= count[last]))]
    names = {int(place): _subject_of(ledger, int(known[place])) for place in order}
    ranked = sorted(names, key=lambda place: (-size[place], -count[place], names[place].key))[:limit]
    wanted = np.sort(known[np.array(ranked, np.int64)]) if ranked else empty
    found: dict[int, list[tuple[Sum, ...]]] = {int(known[place]): [(), ()] for place in ranked}
    for side, (rows, ends) in enumerate(sides):
        kept = np.isin(ends, wanted)
        for group in ledger.groups(rows[kept], ends[kept]):
            found[group.keys[0]][side] = ledger.sums(group.rows)
    made = []
    for place in ranked:
        came, went = found[int(known[place])]
        other_ = names[place]
        made.append(
            Counterparty(other_, session.graphs.label(other_), came, went, sum(s.count for s in (*came, *went)))
        )
    return sorted(made, key=lambda c: (-_largest(c), -c.transfers, c.subject.key)), len(known)


def _ranks(ledger: Ledger, sides: Sequence[tuple[Rows, Rows]]) -> tuple[Rows, NDArray[np.float64], Rows]:
    """Every far end, about how large its largest sum is (to rank by, never to show), and its transfers."""
    known = np.unique(np.concatenate([ends for _, ends in sides]))
    size, count = np.zeros(len(known)), np.zeros(len(known), np.int64)
    for rows, ends in sides:
        grouped = ledger.grouped(rows, ends, ledger.asset[rows])
        place = np.searchsorted(known, grouped.keys[0][grouped.starts])
        assets = grouped.keys[1][grouped.starts]
        scale = {number: 10.0 ** ledger.asset_of(number).decimals for number in np.unique(assets).tolist()}
        near = grouped.near() / np.array([scale[number] for number in assets.tolist()], np.float64)
        big = grouped.has_big()
        for number in np.flatnonzero(big).tolist():
            near[number] = grouped.group(number).units / 10 ** ledger.asset_of(int(assets[number])).decimals
        np.maximum.at(size, place, near)
        np.add.at(count, place, grouped.ends - grouped.starts)
    return known, size, count


def _subject_of(ledger: Ledger, end: int) -> Subject:
    return ledger.address(end) if end > 0 else ledger.transaction(-end)


def _largest(party: Counterparty) -> float:
    """A rank only: amounts of different assets cannot be compared, so this orders, and never shows."""
    return max((s.units / 10**s.asset.decimals for s in (*party.received, *party.sent)), default=0.0)


def _annotations(
    session: Session, subject: Subject
) -> tuple[tuple[dict[str, Any], ...], tuple[SourceTag, ...], tuple[dict[str, Any], ...], tuple[str, ...]]:
    """Own tags, tags of exhibits, notes, and findings that cite the subject."""
    names = session.graphs.names
    notes = tuple(row for row in session.store.rows("note").values() if row["subject"] == subject.key)
    links = session.store.rows("finding_link").values()
    findings = tuple(dict.fromkeys(row["finding"] for row in links if row["subject"] == subject.key))
    return tuple(names.tags.get(subject.key, ())), tuple(names.sources.get(subject.key, ())), notes, findings


def _exhibits(session: Session, rows: Rows) -> tuple[int, ...]:
    """Exhibits that state these rows (of the first thousand)."""
    ids = session.graphs.ledger.ids(rows[:1000])
    return tuple(session.store.exhibits_citing(ids)) if ids else ()


def transaction_facts(session: Session, subject: Subject) -> TransactionFacts:
    """Facts on a transaction: inputs and outputs, fee where every amount is known."""
    ledger = session.graphs.ledger
    rows = ledger.of_tx(ledger.number(subject))
    inputs, outputs = ledger.side(subject, "in"), ledger.side(subject, "out")
    if not is_utxo(subject.chain):
        inputs, outputs = rows[:0], rows[ledger.kind[rows] != FEE]
    paid_in, paid_out = ledger.sums(inputs), ledger.sums(outputs)
    unknown = int(ledger.unknown[inputs].sum())
    fee: Sum | None = None
    stated = ledger.sums(rows[ledger.kind[rows] == FEE])
    if stated:
        fee = stated[0]
    elif len(paid_in) == 1 and len(paid_out) == 1 and not unknown and not paid_out[0].unknown:
        rest = paid_in[0].units - paid_out[0].units
        fee = Sum(paid_in[0].asset, rest, 1) if rest >= 0 else None
    transfers = tuple(session.store.transfers(ids=list(ledger.ids(rows)))) if len(rows) else ()
    return TransactionFacts(
        subject, session.store.transaction(subject.chain, subject.ref), transfers, paid_in, paid_out, fee, unknown,
        *_annotations(session, subject), _exhibits(session, rows), fiat_then(session, ledger.ids(outputs)),
    )  # fmt: skip


def fiat_then(session: Session, ids: Sequence[int]) -> str:
    """Value in money of transfers (an edge, a selection), each at its own day; empty when the case has no prices."""
    return of_transfers(session, ids).text if session.prices.rates and ids else ""


def overview(session: Session, watch: Callable[[int], None] | None = None) -> Overview:
    """The orientation card: totals per asset, first and last time, top addresses, where to start.

    Args:
        watch: called between the parts of the work; it may raise to stop.
    """
    tick = watch or _nobody
    ledger, names = session.graphs.ledger, session.graphs.names
    # inputs are not counted: they are outputs of before, and would count the same coins twice
    moved = np.flatnonzero((ledger.kind != FEE) & (ledger.kind != INPUT))
    first, last = ledger.span(np.arange(len(ledger)))
    named = {*names.sources, *names.tags, *names.entity_of}
    labelled = sum(1 for key in named if key.startswith("address:") and ledger.number(parse(key)))
    unresolved = int((ledger.unknown & (ledger.kind == INPUT)).sum())
    tick(0)
    top = _top(session, moved, tick)
    tick(0)
    return Overview(
        ledger.sums(moved),
        first,
        last,
        len(ledger.address_ids),
        labelled,
        unresolved,
        tuple(top[:5]),
        tuple(_seeds(session, top, tick)),
    )


def _top(session: Session, moved: Rows, tick: Callable[[int], None]) -> list[Counterparty]:
    """Addresses that received most of the asset with most transfers."""
    ledger = session.graphs.ledger
    totals = ledger.sums(moved)
    if not totals:
        return []
    main = np.array([n for n, asset in ledger.columns.assets.items() if asset == totals[0].asset], np.int64)
    rows = moved[np.isin(ledger.asset[moved], main) & (ledger.receiver[moved] > 0)]
    made = []
    tick(0)
    for done, group in enumerate(ledger.largest(rows, ledger.receiver[rows], 20)):
        tick(done)
        subject = ledger.address(group.keys[0])
        made.append(Counterparty(subject, session.graphs.label(subject), ledger.sums(group.rows), (), len(group.rows)))
    return made


def _nobody(_done: int) -> None:
    """Nobody watches."""


def _seeds(session: Session, top: Sequence[Counterparty], tick: Callable[[int], None], limit: int = 5) -> list[Seed]:
    """Up to five places to start from, each with a reason a person can check."""
    ledger, names = session.graphs.ledger, session.graphs.names
    found: dict[str, Seed] = {}

    def suggest(subject: Subject, reason: str) -> None:
        found.setdefault(subject.key, Seed(subject, session.graphs.label(subject), reason))

    ranked: list[tuple[int, int, Subject, Face]] = []
    order = {"victim": 0, "illicit": 1, "subject": 2}
    for key in sorted({*names.sources, *names.tags, *names.marks}):
        subject = parse(key)
        if subject.kind == "address" and (number := ledger.number(subject)):
            face = names.face(subject)
            if face.role in order and face.badge != "LS":
                ranked.append(
                    (order[face.role], -len(ledger.sent(number)) - len(ledger.received(number)), subject, face)
                )
    for _, _, subject, face in sorted(ranked, key=lambda item: (item[0], item[1], item[2]))[: limit - 1]:
        suggest(subject, f"labelled {face.category or face.role}")
    moved = np.flatnonzero((ledger.kind != FEE) & (ledger.kind != INPUT) & (ledger.receiver > 0))
    for party in top[:2]:
        suggest(party.subject, f"received the most: {party.received[0].short}")
    tick(0)
    senders = moved[ledger.sender[moved] > 0]
    if len(senders):
        many = len(ledger.columns.addresses)
        # a pair as one number: a million pairs as rows take seconds to sort, and nothing else moves meanwhile
        pairs = np.unique(ledger.receiver[senders] * many + ledger.sender[senders])
        receivers, counts = np.unique(pairs // many, return_counts=True)
        best = int(np.argmax(counts))
        if counts[best] > 2:
            suggest(ledger.address(int(receivers[best])), f"received from {int(counts[best])} different senders")
    return list(found.values())[:limit]

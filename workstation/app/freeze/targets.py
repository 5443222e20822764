"""Owns which addresses of a service a request is about, and what of the ledger belongs to them. Must not write a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workstation.analysis.trace.earliest import earliest, reached
from workstation.analysis.trace.ledger import Transfer as Move
from workstation.analysis.trace.paths import MAX_HOPS
from workstation.app.tracing import questions, records
from workstation.domain.amounts import Asset
from workstation.domain.errors import WorkstationError
from workstation.domain.evidence import Transfer
from workstation.domain.subjects import Subject, parse
from workstation.domain.tokens import SYMBOLS

if TYPE_CHECKING:
    from workstation.app.session import Session

#: Tokens whose issuer is known to freeze them, by the symbol of the genuine contract.
_FREEZABLE = ("USDC", "USDT")
#: Payments of an address that are looked at for a token whose issuer can be asked.
_LOOKED_AT = 500
#: Ways are looked for from this many sources to each target.
_SOURCES = 50


@dataclass(frozen=True, slots=True)
class Service:
    """Who is asked: name, its addresses, and for an issuer the contract."""

    name: str
    members: tuple[Subject, ...]
    contract: str = ""


def services(session: Session) -> list[tuple[str, str]]:
    """(what to give as service, name) of every entity and labelled address of a service, in order."""
    names = session.graphs.names
    keys = {*names.tags, *names.sources, *(f"entity::{key}" for key in names.entities)}
    found = [(key, names.face(parse(key)).name) for key in sorted(keys) if names.face(parse(key)).role == "service"]
    return sorted(found, key=lambda pair: (pair[1].casefold(), pair[0]))


def issuers(session: Session) -> list[tuple[str, str]]:
    """(what to give as service, name) of every token of the case that its issuer is known to freeze, in order."""
    assets = session.graphs.ledger.columns.assets.values()
    known = {(a.chain, a.contract) for a in assets if SYMBOLS.get((a.chain, a.contract)) in _FREEZABLE}
    return [(f"contract:{c}:{a}", f"{SYMBOLS[c, a]} ({c})") for c, a in sorted(known)]


def service_of(session: Session, subject: Subject) -> str:
    """What to give as service for a thing that was picked; empty when nobody can be asked about it.

    A service is asked itself, as the entity it belongs to; a token contract means its issuer; the wallet of a suspect
    belongs to nobody who answers, so the issuer of what it held is asked. A victim is nobody's target.
    """
    if subject.kind == "entity":
        return subject.key
    if subject.kind != "address":
        return ""
    issued = dict(issuers(session))
    if f"contract:{subject.chain}:{subject.ref}" in issued:
        return f"contract:{subject.chain}:{subject.ref}"
    role = session.graphs.names.face(subject).role
    if role in ("illicit", "subject", "victim"):
        moved = session.store.transfers(address=subject.ref, chain=subject.chain, limit=_LOOKED_AT)
        held = {f"contract:{t.chain}:{t.asset.contract}" for t in moved} if role != "victim" else set()
        return next((key for key in issued if key in held), "")
    names, told = session.graphs.names, _told(session, subject.key)
    own = names.entity_of.get(subject.key)
    for key in [own] if own in names.entities else sorted(names.entities):
        entity = Subject("entity", "", str(key))
        named = names.entities[entity.ref]["name"].casefold()
        if names.face(entity).role == "service" and (key == own or any(_begins(text, named) for text in told)):
            return entity.key
    return subject.key


def name_of(session: Session, wanted: str) -> str:
    """What a service is called where there is little room; what was typed when the case does not know it."""
    try:
        return service(session, wanted).name
    except WorkstationError:
        return wanted


def service(session: Session, wanted: str) -> Service:
    """The service named by a subject key, an address, an entity, a label, or a token contract of the case.

    Raises:
        WorkstationError: WS-FRZ-003 nothing of that name, or several.
    """
    names, wanted = session.graphs.names, wanted.strip()
    try:
        subject: Subject | None = parse(wanted)
    except ValueError:
        subject = None
    if subject is not None and subject.kind == "entity":
        return _entity(session, subject.ref)
    ledger = session.graphs.ledger
    found = [Subject("address", c, a) for c, a in ledger.address_ids if wanted in (a, f"{c}:{a}", f"address:{c}:{a}")]
    contracts = {(a.chain, a.contract) for a in ledger.columns.assets.values() if a.contract}
    issued = [(c, a) for c, a in sorted(contracts) if wanted in (a, f"{c}:{a}", f"contract:{c}:{a}")]
    if len(issued) == 1:
        return _issuer(session, *issued[0])
    if len(found) == 1:
        entity = names.entity_of.get(found[0].key)
        name = names.entities[entity]["name"] if entity in names.entities else names.face(found[0]).name
        return Service(name, (found[0],))
    low = wanted.casefold()
    entities = [key for key, row in sorted(names.entities.items()) if low in (key.casefold(), row["name"].casefold())]
    if len(entities) == 1 and not found:
        return _entity(session, entities[0])
    labelled = [
        parse(key)
        for key in sorted({*names.tags, *names.sources})
        if low in {t["label"].casefold() for t in names.tags.get(key, ())} | _told(session, key)
    ]
    if labelled and not found and not entities:
        return Service(wanted, tuple(s for s in labelled if s.kind == "address"))
    many = len(found) + len(entities) > 1
    raise WorkstationError(
        "WS-FRZ-003", f"{'several services are' if many else 'no service is'} named {wanted[:80]!r}",
        "nothing was written", "give an address as chain:address, the name of an entity, a label, or a token contract",
    )  # fmt: skip


def _told(session: Session, key: str) -> set[str]:
    tags = session.graphs.names.sources.get(key, ())
    return {text.casefold() for tag in tags for text in (tag.label, tag.actor) if text}


def _entity(session: Session, key: str) -> Service:
    """An entity with its addresses, and those that a label names after it."""
    names = session.graphs.names
    if key not in names.entities:
        raise WorkstationError(
            "WS-FRZ-003", f"there is no entity {key!r}", "nothing was written", "pick one from the list"
        )
    name = names.entities[key]["name"]
    begins = name.casefold()
    labelled = [k for k in sorted(names.sources) if any(_begins(text, begins) for text in _told(session, k))]
    keys = dict.fromkeys([*names.members.get(key, ()), *labelled])
    return Service(name, tuple(s for s in map(parse, keys) if s.kind == "address"))


def _begins(text: str, name: str) -> bool:
    return text == name or text.startswith(name + " ")


def _issuer(session: Session, chain: str, contract: str) -> Service:
    """Whoever can freeze a token. Its targets must be chosen: nobody is frozen because money passed by."""
    assets = session.graphs.ledger.columns.assets.values()
    symbol = next(a.symbol for a in assets if a.chain == chain and a.contract == contract)
    return Service(f"{symbol or contract} ({chain})", (), contract)


def chosen(session: Session, asked: Service, only: Sequence[str]) -> Service:
    """The service with only these of its addresses; an issuer has those that are given.

    Raises:
        WorkstationError: WS-FRZ-003, an address is not of this service or not in the case.
    """
    if not only:
        return asked
    found = []
    for text in only:
        among = (
            [Subject("address", c, a) for c, a in session.graphs.ledger.address_ids] if asked.contract
            else list(asked.members)
        )  # fmt: skip
        match = [s for s in among if text in (s.ref, f"{s.chain}:{s.ref}", s.key)]
        if len(match) != 1:
            raise WorkstationError(
                "WS-FRZ-003", f"{text[:100]!r} is no address of {asked.name}", "nothing was written",
                "give addresses of this service as chain:address",
            )  # fmt: skip
        found.append(match[0])
    return Service(asked.name, tuple(dict.fromkeys(found)), asked.contract)


def sources(session: Session) -> list[Subject]:
    """Where the money comes from: the sources of kept trace runs, else all addresses of victims."""
    told = [run.record["parameters"] for run in records.kept(session)]
    keys = [s["subject"] for p in told if p["direction"] == "forward" for s in p["sources"]]
    found = [parse(key) for key in dict.fromkeys(keys)]
    found = [s for s in found if s.kind == "address"]
    if not found:
        names = session.graphs.names
        every = sorted({*names.tags, *names.sources, *names.marks})
        found = [s for s in map(parse, every) if s.kind == "address" and names.face(s).role == "victim"]
    return found[:_SOURCES]


def ways(
    session: Session, starts: Sequence[Subject], asked: Service, *, own: Sequence[Subject] = (),
    watch: Callable[[int], None] | None = None, most: int | None = None,
) -> tuple[dict[Subject, list[dict[str, Any]]], int]:  # fmt: skip
    """(target -> the earliest way to it from each source that reaches it, how many more targets are reached).

    No way goes through another address of ``own``. Each is ``{"from", "asset", "contract", "transfers"}``, transfers in
    the order of the payments. ``most``: targets that are told, those that the largest last payments reach.
    """
    books = records.books(session)
    inside = {member.ref for member in own}
    found: dict[Subject, list[tuple[str, Asset, list[int], int]]] = {}
    for chain in sorted({member.chain for member in asked.members}):
        sinks = {member.ref: member for member in asked.members if member.chain == chain}
        here = [start.ref for start in starts if start.chain == chain]
        moved = questions.moves(books, chain, watch) if here else None
        for asset, events in _by_asset(moved.events, here, inside).items() if moved is not None else ():
            assert moved is not None
            kind = moved.assets[asset]
            if asked.contract and kind.contract != asked.contract:
                continue
            for number, start in enumerate(here):
                if watch is not None:
                    watch(number)
                hops = MAX_HOPS * 2 if moved.coins else MAX_HOPS
                reach = earliest(events, start, sinks.keys() - {start}, not_through=inside, max_hops=hops)
                for ref, way in reach.items():
                    rows = list(dict.fromkeys(row for m in way if (row := moved.rows.get(m.id, 0))))
                    found.setdefault(sinks[ref], []).append((start, kind, rows, way[-1].amount))
    ranked = sorted(found, key=lambda target: (-sum(last for *_, last in found[target]), target))[:most]
    told = {
        target: [_way(session, target, each) for each in found[target]] for target in asked.members if target in ranked
    }
    return told, len(found) - len(told)


def _way(session: Session, target: Subject, found: tuple[str, Asset, list[int], int]) -> dict[str, Any]:
    start, kind, numbers, _ = found
    rows = {t.id: t for t in session.store.transfers(ids=numbers)}
    moved = [rows[number] for number in numbers if number in rows]
    return {"from": Subject("address", target.chain, start), "asset": kind.symbol, "contract": kind.contract,
            "transfers": moved}  # fmt: skip


def _by_asset(events: Sequence[Move], starts: Sequence[str], inside: set[str]) -> dict[str, list[Move]]:
    """The payments that can be part of a way, by asset, in order."""
    kinds: dict[str, list[Move]] = {}
    for move in events:
        kinds.setdefault(move.asset, []).append(move)
    return {asset: reached(kinds[asset], starts, not_through=inside) for asset in sorted(kinds)}


def arrivals(
    session: Session, asked: Service, targets: Sequence[Subject], *, own: Sequence[Subject] = ()
) -> tuple[list[Transfer], list[Transfer]]:
    """(payments that come from outside to the targets, payments between them and other addresses of ``own``)."""
    addresses = {member.ref for member in own}
    come: dict[int, Transfer] = {}
    inside: dict[int, Transfer] = {}
    for target in targets:
        for t in session.store.transfers(address=target.ref, chain=target.chain):
            if asked.contract and t.asset.contract != asked.contract:
                continue
            if t.receiver == target.ref and t.sender not in addresses and t.status != "failed":
                come[t.id] = t
            elif t.sender == target.ref and t.receiver in addresses:
                inside[t.id] = t
    return [come[n] for n in sorted(come)], [inside[n] for n in sorted(inside)]

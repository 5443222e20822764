"""Owns exposure of an address or an entity to categories of services, both ways (semantics 4), on a case.

The addresses of an entity are one account: what they pay one another is internal and does not count. On a chain of
coins that is a transaction which only the entity pays: what comes back to it is neither received nor paid. Must not
attribute anything else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workstation.analysis.trace import exposure as engine
from workstation.analysis.trace.account import AccountRules, trace
from workstation.analysis.trace.exact import Number, Parts, plain, share, total, without_zeros
from workstation.analysis.trace.ledger import EventSource, Transfer
from workstation.analysis.trace.pooled import EXACT, FIXED
from workstation.analysis.trace.watching import Watch
from workstation.app.names import BADGES, Names
from workstation.app.tracing import services, sources
from workstation.app.tracing.books import Books
from workstation.app.tracing.figures import amount
from workstation.app.tracing.question import EXACT_UP_TO
from workstation.app.tracing.questions import TX, Moves, moves, resting
from workstation.domain.amounts import Asset
from workstation.domain.subjects import Subject, parse

#: Parts that are open, by direction.
OPEN = (("incoming", ("unattributed",)), ("outgoing", ("returned", "unresolved")))


def exposure(
    books: Books, names: Names, target: Subject, asset: str = "", watch: Watch | None = None
) -> dict[str, Any]:  # fmt: skip
    """Exposure of an address or entity to categories of services, both ways, for every asset or one.

    Args:
        watch: called now and then; it may raise to stop.

    Raises:
        WorkstationError: the target is neither, or it has no payments of the asset.
    """
    owned = _addresses(names, target)
    found: list[dict[str, Any]] = []
    findings: list[dict[str, Any]] = []
    labelled: list[str] = []
    count = 0
    for chain in sorted(owned):
        mine = owned[chain]
        deciding = services.deciding(names, chain)
        labelled += sorted({BADGES[deciding[ref].badge][1] for ref in mine if ref in deciding})
        known = {ref: label for ref, label in deciding.items() if ref not in mine}
        stops = services.stops(names, chain).keys() - mine
        count += len(known)
        made = moves(books, chain, watch)
        name = target.ref if target.kind == "address" else target.key
        payments = list(made.events) if target.kind == "address" else _merged(made, mine, name)
        own_assets = {e.asset for e in payments if name in (e.sender, e.receiver)}
        for key in sorted(own_assets):
            if asset and asset.lower() not in (key.lower(), made.assets[key].symbol.lower()):
                continue
            events = [e for e in payments if e.asset == key]
            categories = {ref: BADGES[label.badge][1] for ref, label in known.items()}
            came, went = _both(made, events, name, key, categories, stops, watch, entity=target.kind == "entity")
            sides: dict[str, engine.Incoming | engine.Outgoing] = {"incoming": came, "outgoing": went}
            found.append(
                {
                    "chain": chain,
                    **_told(made.assets[key], came, went),
                    "rows": {way: _rows(made, sides[way].carried) for way in sides},
                    "services": {way: _behind(made, events, way, sides[way].carried, known) for way in sides},
                }
            )
            for way, word in (("incoming", "came from"), ("outgoing", "went to")):
                whole = [e for e in events if name == (e.receiver if way == "incoming" else e.sender)]
                if whole:
                    title = f"Where the {made.assets[key].symbol} of {name} {word}"
                    measures = {"asset": made.assets[key].symbol, "direction": way, **found[-1][way]}
                    findings.append(resting(books, made, "exposure", title, measures, whole, len(findings) + 1))
    if not found:
        raise sources.refused(f"{target.ref[:80]} has no payments to ask about", "name an address of the case")
    return {
        "findings": findings,
        "subject": target.key,
        "members": sorted(f"{chain}:{ref}" for chain, refs in owned.items() for ref in refs),
        "labelled": ", ".join(labelled) or None,
        "method": "haircut",
        "ledger_hash": books.digest(owned),
        "services": count,
        "exposure": found,
    }


def _addresses(names: Names, target: Subject) -> dict[str, set[str]]:
    """Chain -> the addresses that are one account."""
    if target.kind == "address":
        return {target.chain: {target.ref}}
    if target.kind != "entity":
        raise sources.refused("exposure is that of an address or an entity", "name an address or entity:KEY")
    if target.ref not in names.entities:
        raise sources.refused(f"there is no entity {target.ref[:80]!r}", "see the entities of the case")
    found: dict[str, set[str]] = {}
    for member in map(parse, names.members.get(target.ref, ())):
        if member.kind == "address":
            found.setdefault(member.chain, set()).add(member.ref)
    if not found:
        raise sources.refused("this entity has no address", "add its addresses first")
    return found


def _merged(made: Moves, mine: set[str], name: str) -> list[Transfer]:
    """The payments with the addresses of an entity as one account; payments among them are left out."""
    found = []
    for e in made.events:
        sender = name if e.sender in mine else e.sender
        receiver = name if e.receiver in mine else e.receiver
        if sender == receiver == name:
            continue
        same = sender == e.sender and receiver == e.receiver
        found.append(e if same else replace(e, sender=sender, receiver=receiver))
    return found


def _both(
    made: Moves, events: Sequence[Transfer], name: str, asset: str, categories: Mapping[str, str], stops: set[str],
    watch: Watch | None, *, entity: bool,
) -> tuple[engine.Incoming, engine.Outgoing]:  # fmt: skip
    how = EXACT if len(events) <= EXACT_UP_TO else FIXED
    if made.coins:
        return _coins(events, name, categories, stops, watch, _internal(events, name) if entity else frozenset())
    rules = AccountRules(barriers=frozenset(stops))
    came = engine.incoming(events, name, asset, categories, rules, arithmetic=how, watch=watch)
    return came, engine.outgoing(events, name, asset, categories, rules, arithmetic=how, watch=watch)


def _internal(events: Sequence[Transfer], name: str) -> frozenset[str]:
    """Outputs to an entity of transactions that only the entity pays: change, and moves among its addresses."""
    payers: dict[str, set[str | None]] = {}
    for e in events:
        if e.receiver is not None and e.receiver.startswith(TX):
            payers.setdefault(e.receiver, set()).add(e.sender)
    return frozenset(e.id for e in events if e.receiver == name and payers.get(e.sender or "") == {name})


def _coins(
    events: Sequence[Transfer], target: str, categories: Mapping[str, str], stops: set[str], watch: Watch | None,
    internal: frozenset[str],
) -> tuple[engine.Incoming, engine.Outgoing]:  # fmt: skip
    """The same two figures on coins: straight from a service is what its own inputs gave to a transaction."""
    how = EXACT if len(events) <= EXACT_UP_TO else FIXED
    barriers = frozenset(categories) | stops
    given: dict[str, Parts] = {}
    paid_in: dict[str, int] = {}
    for e in events:
        if e.receiver is not None and e.receiver.startswith(TX):
            paid_in[e.receiver] = paid_in.get(e.receiver, 0) + e.amount
            part = given.setdefault(e.receiver, {})
            category = categories.get(e.sender or "", "")
            name = f"of {category}" if category else "of the target" if e.sender == target else ""
            if name:
                part[name] = part.get(name, 0) + e.amount

    def straight(e: Transfer, name: str) -> Number:
        whole = paid_in.get(e.sender or "", 0)
        return share(e.amount, given.get(e.sender or "", {}).get(name, 0), whole) if whole else 0

    labels = [
        EventSource(e.id, categories[e.sender]) for e in events if e.sender is not None and e.sender in categories
    ]
    back = trace(events, labels, "haircut", AccountRules(barriers=barriers), arithmetic=how, watch=watch)
    direct: Parts = {}
    indirect: Parts = {}
    arrived: Number = 0
    marks = engine.Marks()
    for e in events:
        if e.receiver == target and e.id not in internal:
            arrived += e.amount
            parts = back.events.get(e.id, {})
            for category, units in parts.items():
                first = straight(e, f"of {category}")
                direct[category] = direct.get(category, 0) + first
                indirect[category] = indirect.get(category, 0) + units - first
                _mark(marks, category, e.id, first, units - first)
            if total(parts.values()) != e.amount:
                marks.put("unattributed", "", e.id)
    open_rest = plain(arrived - total(direct.values()) - total(indirect.values()))
    came = engine.Incoming(arrived, without_zeros(direct), without_zeros(indirect), open_rest, marks.done())

    mine = [e for e in events if e.sender == target]
    rules = AccountRules(barriers=barriers | {target})
    sent = [EventSource(e.id, target) for e in mine]
    ahead = trace(events, sent, "haircut", rules, arithmetic=how, watch=watch)
    direct, indirect = {}, {}
    returned: Number = 0
    kept = sum(e.amount for e in events if e.id in internal)
    marks = engine.Marks()
    for e in events:
        units = ahead.events.get(e.id, {}).get(target, 0)
        if not units or e.sender == target or e.id in internal:
            continue
        if e.receiver == target:
            returned += units
            marks.put("returned", "", e.id)
        elif e.receiver is not None and e.receiver in categories:
            category, first = categories[e.receiver], straight(e, "of the target")
            direct[category] = direct.get(category, 0) + first
            indirect[category] = indirect.get(category, 0) + units - first
            _mark(marks, category, e.id, first, units - first)
    left: Number = sum(e.amount for e in mine) - kept
    rest = plain(left - total(direct.values()) - total(indirect.values()) - returned)
    if rest:
        for e in mine:
            marks.put("unresolved", "", e.id)
    return came, engine.Outgoing(
        left, without_zeros(direct), without_zeros(indirect), plain(returned), rest, marks.done()
    )


def _mark(marks: engine.Marks, category: str, event: str, direct: Number, indirect: Number) -> None:
    if direct:
        marks.put("direct", category, event)
    if indirect:
        marks.put("indirect", category, event)


# --- telling ----------------------------------------------------------------------------------------------------------


def _rows(made: Moves, carried: engine.Carried) -> list[dict[str, Any]]:
    """The transfers of the case behind every part, in order; all of them."""
    return [
        {
            "how": how,
            "category": category,
            "transfers": list(dict.fromkeys(row for e in events if (row := made.rows.get(e, 0)))),
        }
        for (how, category), events in sorted(carried.items())
    ]


def _behind(
    made: Moves, events: Sequence[Transfer], way: str, carried: engine.Carried, known: Mapping[str, services.Label]
) -> list[dict[str, str]]:
    """The services of every part that has a category, each with the label that decides it.

    Straight they stand at the other end of a payment. Through others the label says only the category: the services
    of it that paid into what was followed are those that can be meant, and all are listed.
    """
    by_id = {e.id: e for e in events}
    payers: dict[str, dict[str, None]] = {}
    senders: dict[str, None] = {}
    for e in events:
        if e.receiver is not None and e.receiver.startswith(TX):
            payers.setdefault(e.receiver, {})[e.sender or ""] = None
        senders[e.sender or ""] = None
    told = []
    for (how, category), ids in sorted(carried.items()):
        if not category:
            continue
        if way == "outgoing":
            met: dict[str, None] = dict.fromkeys(by_id[i].receiver or "" for i in ids)
        elif how == "direct":
            met = {}
            for i in ids:
                sender = by_id[i].sender or ""
                met |= payers.get(sender, {}) if sender.startswith(TX) else {sender: None}
        else:
            met = senders
        for ref in sorted(met):
            label = known.get(ref)
            if label is not None and BADGES[label.badge][1] == category:
                told.append(
                    {
                        "how": how, "category": category, "address": ref, "label": label.label,
                        "source": label.source, "date": label.date,
                    }
                )  # fmt: skip
    return told


def _told(asset: Asset, came: engine.Incoming, went: engine.Outgoing) -> dict[str, Any]:
    def display(units: Number) -> str:
        return amount(units, asset)

    shown: dict[str, Any] = {}
    sides: tuple[engine.Incoming | engine.Outgoing, ...] = (came, went)
    for (way, rest), side in zip(OPEN, sides, strict=True):
        shown[way] = {
            "total": display(side.total),
            "direct": {k: display(v) for k, v in side.direct.items()},
            "indirect": {k: display(v) for k, v in side.indirect.items()},
            **{name: display(getattr(side, name)) for name in rest},
        }
    return {
        "asset": asset.symbol,
        "contract": asset.contract,
        **engine.document(came, went),
        "display": shown,
    }

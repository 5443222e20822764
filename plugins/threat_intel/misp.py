"""Reads MISP events: attributes and objects with cryptocurrency addresses and transactions.

Owns that shape: one event, a list of events, or ``response`` with events. Object templates hold no data and are
refused. What an attribute has no room for in a tag is kept in an event of the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from workstation.domain.records import Place, Record
from workstation.sdk.attribution import Tags, day, decimal_text, details, event, short, stated_chain
from workstation.sdk.jsonlists import inside, records
from workstation.sdk.jsonscan import Piece, blank, members, quarantine, text_of
from workstation.sdk.reader import MISSING, NO, SHAPE, Refusal, RowProblem, Run, Sniff, Source, bad, raw_at
from workstation.sdk.text import moment, transaction

STREAMS = ("event {row}", "attribute {row} (event {sub})", "object {row} (event {sub})")
_TYPES = {"btc": "bitcoin", "xmr": "monero", "dash": "dash"}
_COINS = ("coin-address", "btc-wallet", "btc-transaction")
_TEMPLATE = "This is a template of a MISP object: it defines a form and holds no data"
_EVENT = re.compile(rb'"Event"\s*:\s*\{')
_ACTOR = re.compile(r'misp-galaxy:(?:threat-actor|mitre-intrusion-set|ransomware)="([^"]{1,200})"')


def sniff(head: bytes, name: str) -> Sniff:
    """By the object Event with its attributes, or an object template."""
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] not in (b"{", b"["):
        return NO
    if b'"misp-attribute"' in head and (b'"meta-category"' in head or b'"requiredOneOf"' in head):
        return Sniff(0.97, _TEMPLATE, _TEMPLATE)
    if _EVENT.search(head) and (b'"Attribute"' in head or b'"Object"' in head or b'"Orgc"' in head):
        return Sniff(0.97, "JSON with an Event and its attributes, as MISP exports")
    return NO


@dataclass(slots=True)
class _About:
    """What the event says of itself."""

    number: int
    info: str
    source: str
    date: str
    actor: str


def _about(head: Mapping[str, Any], number: int, name: str) -> _About:
    info = short(head.get("info"), 500) or "MISP event"
    told = short(head.get("id") or head.get("uuid"), 100)
    actor = ""
    for tag in head.get("Tag") if isinstance(head.get("Tag"), list) else []:  # type: ignore[union-attr]
        found = _ACTOR.match(tag["name"]) if isinstance(tag, dict) and isinstance(tag.get("name"), str) else None
        actor = actor or (found[1] if found else "")
    return _About(number, info, f"MISP event {told}: {info} ({name})", day(head.get("date")), actor)


class _Reader:
    """Turns attributes and objects of events into records."""

    def __init__(self, run: Run, chain: str) -> None:
        self.tags = Tags(run, chain)
        self.given = self.seen = 0

    def _date(self, item: Mapping[str, Any], about: _About) -> str:
        text = item.get("timestamp")
        if isinstance(text, str) and text.isascii() and text.isdigit() and 0 < int(text[:12]) < 4_000_000_000:
            return datetime.fromtimestamp(int(text[:12]), UTC).strftime("%Y-%m-%d")
        return about.date

    def attribute(self, item: Any, place: Place, about: _About) -> list[Record] | None:
        """The tag of an attribute, or None when its type is no address."""
        if not isinstance(item, dict):
            raise RowProblem(SHAPE, "not an object")
        word = _TYPES.get(str(item.get("type")))
        if word is None:
            return None
        chain, ref = self.tags.address(item.get("value"), word)
        label = short(item.get("comment")) or about.info
        rest = details(item, ("type", "value", "comment", "category", "timestamp"))
        return [
            self.tags.tag(place, chain, ref, label, category=short(item.get("category")), actor=about.actor,
                          source=about.source, date=self._date(item, about)),
            event(place, "other", "MISP", (("event", about.info), *rest), chain=chain, address=ref),
        ]  # fmt: skip

    def thing(self, item: Any, place: Place, about: _About) -> list[Record] | None:
        """The records of an object, or None when it is none about coins."""
        if not isinstance(item, dict) or not isinstance(item.get("Attribute", []), list):
            raise RowProblem(SHAPE, "not an object with attributes")
        fields = [
            (str(part.get("object_relation", "")), part.get("value"))
            for part in item.get("Attribute", [])
            if isinstance(part, dict)
        ]
        first = dict(reversed(fields))
        name = item.get("name")
        if name == "coin-address":
            return self._coin(item, first, fields, place, about)
        if name == "btc-wallet":
            return self._wallet(item, first, fields, place, about)
        if name == "btc-transaction":
            return self._paid(item, first, fields, place, about)
        typed = [part for part in item.get("Attribute", []) if isinstance(part, dict) and part.get("type") in _TYPES]
        made: list[Record] = []
        for part in typed:
            made += self.attribute(part, place, about) or []
        return made or None

    def _tagged(
        self, item: Mapping[str, Any], place: Place, about: _About, text: object, word: str
    ) -> tuple[str, str, Record]:
        chain, ref = self.tags.address(text, word)
        label = short(item.get("comment")) or about.info
        return chain, ref, self.tags.tag(
            place, chain, ref, label, category=short(item.get("meta-category")), actor=about.actor,
            source=about.source, date=self._date(item, about),
        )  # fmt: skip

    def _coin(self, item: Any, first: Mapping[str, Any], fields: Any, place: Place, about: _About) -> list[Record]:
        word = str(first.get("symbol") or ("monero" if first.get("address-xmr") else ""))
        text = first.get("address") or first.get("address-xmr") or first.get("address-crypto")
        chain, ref, tag = self._tagged(item, place, about, text, word)
        balance = first.get("current-balance")
        more = {"symbol": word, "amount_text": decimal_text(balance)} if balance not in (None, "") else {}
        kind: Any = "balance" if more else "other"
        return [tag, event(place, kind, "MISP", details(fields), chain=chain, address=ref, **more)]

    def _wallet(self, item: Any, first: Mapping[str, Any], fields: Any, place: Place, about: _About) -> list[Record]:
        chain, ref, tag = self._tagged(item, place, about, first.get("wallet-address"), "bitcoin")
        balance = first.get("balance_BTC")
        more: dict[str, Any] = dict(_time(first.get("time")))
        if balance not in (None, ""):
            more |= {"symbol": "BTC", "amount_text": decimal_text(balance)}
        kind: Any = "balance" if balance not in (None, "") else "other"
        return [tag, event(place, kind, "MISP", details(fields), chain=chain, address=ref, **more)]

    def _paid(self, item: Any, first: Mapping[str, Any], fields: Any, place: Place, about: _About) -> list[Record]:
        made: list[Record] = []
        more: dict[str, Any] = {"chain": "bitcoin", **_time(first.get("time"))}
        if first.get("btc-address"):
            more["chain"], more["address"], tag = self._tagged(item, place, about, first["btc-address"], "bitcoin")
            made.append(tag)
        try:
            more["tx"] = transaction(first.get("transaction-number"), "utxo")
            made.append(self.tags.transaction_tag(place, more["chain"], more["tx"], short(item.get("comment")) or about.info,
                                                  actor=about.actor, source=about.source, date=self._date(item, about)))  # fmt: skip
        except RowProblem:
            more["tx"] = ""  # the template speaks of a number in a sequence: it stays in the details
        if not made and not more["tx"] and first.get("value_BTC") in (None, ""):
            raise RowProblem(MISSING, "the object names neither an address nor a transaction nor an amount")
        if first.get("value_BTC") not in (None, ""):
            more |= {"symbol": "BTC", "amount_text": decimal_text(first["value_BTC"])}
        return [*made, event(place, "other", "MISP", details(fields), **more)]


def _time(text: object) -> dict[str, Any]:
    if not isinstance(text, str) or not text:
        return {}
    try:
        return {"time": moment(text, UTC), "time_text": text}
    except RowProblem:
        return {"time_text": text}


def read(source: Source, parameters: Mapping[str, str], run: Run) -> Iterator[Record]:
    """Tags of addresses and transactions; attributes of other types are counted."""
    reader = _Reader(run, stated_chain(parameters))
    text = text_of(source)
    head: dict[str, Any] = {}
    starts: list[tuple[int, Piece]] = []
    for _name, piece in records(text, frozenset(("response",)), head):
        if piece.code:
            broken = quarantine(source, piece, 0, run)
            if broken is not None:
                yield broken
        elif isinstance(piece.value, dict) and isinstance(piece.value.get("Event"), dict):
            starts.append((max(piece.index, 0), piece))
        elif isinstance(piece.value, dict) and any("misp-attribute" in str(v) for v in piece.value.values()):
            raise Refusal(_TEMPLATE + ".")
    if not starts:
        raise Refusal("This JSON is no MISP event: it has no Event.")
    for number, piece in starts:
        yield from _event(text, number, piece, reader, source, run)
    run.rows(reader.seen)
    if not reader.given:
        run.remark("warning", "The events hold no cryptocurrency address or transaction.")


def _event(text: str, number: int, piece: Piece, reader: _Reader, source: Source, run: Run) -> Iterator[Record]:
    """The records of one event; attributes and objects are numbered through the whole file."""
    start = _inner(text, piece.start)
    own = piece.value["Event"]
    about = _about(own, number, short(source.name, 200))
    for name, item in inside(text, start, frozenset(("Attribute", "Object")), {}):
        if item.code or name not in ("Attribute", "Object"):
            continue  # the whole event was read before, so this cannot be
        stream = 1 if name == "Attribute" else 2
        place = Place(stream, reader.seen, number, item.start, item.end - item.start)
        reader.seen += 1
        try:
            act = reader.attribute if stream == 1 else reader.thing
            made = act(item.value, place, about)
        except RowProblem as problem:
            yield bad(place, problem.code, str(problem), raw_at(source, place))
            continue
        if made is None:
            kind = item.value.get("type" if stream == 1 else "name")
            run.skipped(f"MISP {name.lower()}s of the type {short(kind, 60) or 'not stated'}")
        else:
            reader.given += 1
            yield from made


def _inner(text: str, start: int) -> int:
    """Where the object under the key Event opens; the enclosing object was read whole before."""
    for key, piece in members(text, blank(text, start), frozenset()):
        if key == "Event":
            return piece.start
    return start
